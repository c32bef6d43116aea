"""-H: what is told of names that are links to each other at the destination already, or were other files."""

import os

from common.commands import no_rsync, not_linux, not_root
from common.generate import PAST, acl
from common.runner import cases, needs
from common.world import World


def relink(world, *names):
    for name in names[1:]:
        os.unlink(world.path(f"dst/{name}"))
        world.hard(f"dst/{name}", f"dst/{names[0]}")


def set_xattr(world, name, value=b"1"):
    os.setxattr(world.path(name), "trusted.x", value, follow_symlinks=False)


def other_file(world):
    os.unlink(world.path("dst/b"))
    world.file("dst/b", b"data", mode=0o600)
    set_xattr(world, "dst/b", b"2")


def other_content(world):
    world.file("dst/a", b"other", mtime=5)


def other_target(world):
    os.unlink(world.path("dst/l"))
    world.link("dst/l", "elsewhere")
    relink(world, "l", "m")


STATES = {
    "as it shall be": lambda world: None,
    "xattr missing": lambda world: set_xattr(world, "src/a"),
    "xattr too many": lambda world: set_xattr(world, "dst/a"),
    "ACL": lambda world: os.setxattr(world.path("src/a"), "system.posix_acl_access", acl(user=(5, 7))),
    "mode": lambda world: os.chmod(world.path("src/a"), 0o600),
    "owner": lambda world: os.chown(world.path("src/a"), 5, 6),
    "owner of links": lambda world: os.chown(world.path("src/l"), 5, 6, follow_symlinks=False),
    "xattr of links": lambda world: set_xattr(world, "src/l"),
    "time": lambda world: world.file("dst/a", b"data", mtime=5),
    "content": other_content,
    "content and xattr": lambda world: (other_content(world), set_xattr(world, "src/a")),
    "target": other_target,
    "another file": other_file,
    "one missing": lambda world: (os.unlink(world.path("dst/c")), set_xattr(world, "src/a")),
}

OPTIONS = ("-aHAXii", "-aHAXiin", "-aHAXvv", "-aHAXvvn", "-aHAXv", "-aHAXvi", "-aHAXvvi", "-aHAXvvin", "-aHAXcin",
           "-aHAXvn --out-format=%i:%n:%L", "-aHAXvvi --inplace", "-aHAXii --link-dest=../src", "-aHAXiin --link-dest=../src")


@needs(no_rsync, not_linux, not_root)
@cases({f"{state}, {options}": (state, options.split()) for state in STATES for options in OPTIONS})
def test_told(t, state, options):
    world = World(t)
    for side in ("src", "dst"):
        world.file(f"{side}/a", b"data")
        world.link(f"{side}/l", "there")
        world.hard(f"{side}/b", f"{side}/a")
        world.hard(f"{side}/c", f"{side}/a")
        world.hard(f"{side}/m", f"{side}/l")
    STATES[state](world)
    for name, time in list(world.times.items()):  # of a file with several names
        for other in (b"b", b"c", b"m"):
            same = os.path.join(os.path.dirname(name), other)
            if os.path.lexists(same) and os.path.lexists(name) and os.path.samestat(os.lstat(same), os.lstat(name)):
                world.times[same] = time
    world.compare(*options, "src/", "dst/", exit=0)


@needs(no_rsync)
@cases({options: (options.split(),) for options in ("-aHi", "-aHv --stats", "-aHin", "-aHi --delete", "-aHi --inplace")})
def test_a_name_of_a_new_directory_waits_for_those_of_older_ones(t, options):
    """The file that is there gets the further name; nothing is copied."""
    world = World(t)
    for number in range(20):
        world.file(f"src/z-old/{number}", b"data" * 1000)
        world.hard(f"src/a-new/{number}", f"src/z-old/{number}")
        world.file(f"dst/z-old/{number}", b"data" * 1000)
    world.compare(*options, "src/", "dst/", exit=0)
    if "n" not in options[0]:
        for number in range(20):
            for side in ("rsync", "arsync"):
                names = [t.path(side, "dst", folder, str(number)) for folder in ("a-new", "z-old")]
                assert os.path.samefile(*names), names


OTHER_KINDS = {
    "directory": lambda world, name: world.dir(name, mtime=77),
    "full directory": lambda world, name: world.file(f"{name}/inside", b"x"),
    "symbolic link": lambda world, name: world.link(name, "somewhere"),
    "fifo": lambda world, name: os.mkfifo(world.path(name), 0o644),
}
LEADERS = {
    "missing": lambda world: None,
    "as it shall be": lambda world: world.file("dst/a", b"data"),
    "other content": lambda world: world.file("dst/a", b"other", mtime=5),
    "last": lambda world: world.file("dst/c", b"data"),
    "two of them": lambda world: (world.file("dst/a", b"data"), world.hard("dst/c", "dst/a")),
}


def rsync_is_right(kind, leader, options):
    """Where a full directory has to go, its dry run removes that twice for a name that waits, and what it may not remove
    makes it break off or hang."""
    return kind != "full directory" or "--delete" in options and not ("-n" in options and leader in ("missing", "last"))


@needs(no_rsync)
@cases({f"{kind}, {leader}, {options}": (kind, leader, options.split())
        for kind in OTHER_KINDS for leader in LEADERS
        for options in ("-aHii --delete --stats", "-aHii -n --delete --stats", "-aHi --stats", "-aHvv --delete")
        if rsync_is_right(kind, leader, options.split())})
def test_a_name_where_something_else_stands(t, kind, leader, options):
    world = World(t)
    world.file("src/a", b"data")
    for name in ("b", "c"):
        world.hard(f"src/{name}", "src/a")
    os.makedirs(world.path("dst"), exist_ok=True)
    OTHER_KINDS[kind](world, "dst/b")
    LEADERS[leader](world)
    world.compare(*options, "src/", "dst/")


@needs(no_rsync)
@cases({f"{options} {there}": (options.split(), there) for there in ("a", "d/b", "e/c")
        for options in ("-aHiu", "-aHiun", "-aHvu", "-aHiu --stats", "-aHiu --max-size=1", "-aHvvu")})
def test_names_of_a_file_of_which_one_is_left_alone(t, options, there):
    """The others keep their place in the order, if one worker comes to them in that order."""
    world = World(t)
    world.file("src/a", b"data")
    for name in ("d/b", "e/c"):
        world.hard(f"src/{name}", "src/a")
    world.files("src/d/x", "src/e/x", "src/z", "dst/")
    world.file(f"dst/{there}", b"newer", mtime=PAST + 100)
    world.compare(*options, "src/", "dst/", exit=0, more=("--jobs=1",))
