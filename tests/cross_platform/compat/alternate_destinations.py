"""--link-dest, --copy-dest, --compare-dest."""

import os
import shutil
import stat
import tempfile

from common.commands import NOBODY, no_rsync, not_root
from common.generate import PAST
from common.runner import cases, needs
from common.world import World

KINDS = ("--link-dest", "--copy-dest", "--compare-dest")


def history(t):
    """A source, and an older state of it in which something of each kind differs."""
    world = World(t)
    for top in ("src", "alt"):
        world.files(f"{top}/same", f"{top}/d/same", f"{top}/d/e/deep")
        world.dir(f"{top}/empty")
        world.link(f"{top}/link", "same")
        world.node(f"{top}/fifo", stat.S_IFIFO)
    world.file("src/mode", b"m", mode=0o640)
    world.file("alt/mode", b"m")
    world.file("src/time", b"t", mtime=PAST + 5)
    world.file("alt/time", b"t")
    world.file("src/fraction", b"f", mtime=PAST + 0.25)
    world.file("alt/fraction", b"f", mtime=PAST + 0.5)
    world.file("src/size", b"longer")
    world.file("alt/size", b"short")
    world.file("src/content", b"abc")
    world.file("alt/content", b"xyz")
    world.file("src/new", b"n")
    world.link("src/other-link", "new")
    world.link("alt/other-link", "old")
    world.link("src/time-of-link", "new", mtime=PAST + 7)
    world.link("alt/time-of-link", "new")
    world.dir("src/mode-of-dir", mode=0o711)
    world.dir("alt/mode-of-dir")
    world.file("alt/file-there", b"f")
    world.files("src/file-there/x")
    world.file("src/dir-there", b"f")
    world.files("alt/dir-there/x")
    return world


def inodes(world, *names):
    return len({os.lstat(world.test.path("arsync", name)).st_ino for name in names})


@needs(no_rsync, not_root)
@cases({f"{kind} {options}": (kind, options.split()) for kind in KINDS for options in (
    "-ai", "-aii", "-av", "-aivv", "-ain", "-aiin", "-aic", "-aiiI", "-aii --size-only", "-rii", "-rtii", "-rlptii",
    "-aii --no-p", "-aii -O", "-aii --ignore-existing", "-aii --existing", "-aiiH", "-aii --delete", "-ai --stats",
    "-aii --max-size=3", "-aii -@-1", "-aii -@5", "-aii -u", "-aii --inplace", "-aiiX", "-aiiA", "-rDii",
    "-rvv", "-rvv --size-only", "-rlpvv -c", "-rlvvn --size-only")})
def test_into_nothing(t, kind, options):
    history(t).compare(*options, f"{kind}=../alt", "src/", "dst/")


@needs(no_rsync, not_root)
@cases({f"{kind} {options}": (kind, options.split()) for kind in KINDS for options in (
    "-aii", "-ain", "-aic", "-aiiI", "-rtii", "-aii --ignore-existing", "-aii --existing", "-aii --delete", "-aii -u")})
def test_into_what_is_there(t, kind, options):
    world = history(t)
    world.files("dst/extra", "dst/d/extra")
    world.file("dst/same", b"other", mtime=PAST + 9)
    world.file("dst/d/same", b"d/same", mode=0o600)
    world.file("dst/mode", b"m", mode=0o600)
    world.file("dst/size", b"longer")
    world.file("dst/new", b"old")
    world.link("dst/link", "elsewhere")
    world.link("dst/other-link", "new")
    world.node("dst/fraction", stat.S_IFIFO)
    world.link("dst/content", "x")
    world.file("dst/fifo", b"f")
    if "--ignore-existing" not in options:  # see common/differences.py
        world.files("dst/file-there")
    if options == ["-rtii"]:
        os.remove(world.path("dst/content"))
    world.compare(*options, f"{kind}=../alt", "src/", "dst/")


@needs(no_rsync, not_root)
@cases({kind: (kind,) for kind in KINDS})
def test_again(t, kind):
    """What a run has left needs nothing, for --link-dest not even a link."""
    world = history(t)
    world.compare("-ai", f"{kind}=../alt", "src/", "dst/")
    world.compare_again("-ai", f"{kind}=../alt", "src/", "dst/")


@needs(no_rsync, not_root)
@cases({kind: (kind,) for kind in KINDS})
def test_several_in_order(t, kind):
    """An exact match anywhere beats a better place in the list; of equally good ones the first is taken."""
    world = World(t)
    world.files("src/a", "src/b", "src/c", "src/d/f", "one/b", "two/a", "two/b", "two/c", "three/d/f")
    world.file("one/a", b"src/a", mode=0o600)
    world.file("two/a", b"src/a")
    for name in ("one/b", "two/b"):
        world.file(name, b"src/b")
    world.file("one/c", b"src/c", mode=0o600)
    world.file("two/c", b"src/c", mode=0o640)
    world.file("three/d/f", b"src/d/f")
    world.dir("one/d", mode=0o700)
    world.compare("-aii", f"{kind}=../missing", f"{kind}=../one", f"{kind}=../two", f"{kind}=../three", "src/", "dst/",
                  exit=0)


@needs(no_rsync)
@cases({"missing": (["--link-dest=nowhere"],), "a file": (["--copy-dest=../src/same"],),
        "two kinds": (["--link-dest=../alt", "--copy-dest=../alt"],),
        "20": (["--link-dest=../alt"] * 20,), "21": (["--link-dest=../alt"] * 21,),
        "inside": (["--link-dest=old"],), "above": (["--copy-dest=.."],)})
def test_arguments(t, options):
    world = history(t)
    shutil.copytree(world.path("alt"), world.path("dst/old"), symlinks=True,
                    copy_function=lambda a, b: shutil.copy2(a, b) if os.path.isfile(a) else None)
    world.compare("-ai", *options, "src/", "dst/")


@needs(no_rsync, not_root)
@cases({f"{kind} {source} {dest}": (kind, source, dest) for kind in KINDS
        for source, dest in (("src", "new"), ("src/same", "dst/"), ("src/same", "same"), ("src/same", "dst/same"))})
def test_operands(t, kind, source, dest):
    world = history(t)
    world.dir("dst")
    world.compare("-aii", f"{kind}=../alt", source, dest)
    world.compare_again("-aiin", f"{kind}=../alt", source, "new/er/" if "/" in source else "newer/")


@needs(no_rsync, not_root)
@cases({f"{kind} {options}": (kind, options.split()) for kind in KINDS
        for options in ("", "-n", "linked", "linked first-missing", "linked there")})
def test_hard_link_groups(t, kind, options):
    world = World(t)
    world.files("src/a", "src/single")
    world.hard("src/b", "src/a")
    world.hard("src/c", "src/a")
    names = ["b", "c"] if "first-missing" in options else ["a", "b", "c"]
    world.file("alt/single", b"src/single")
    for name in names:
        if "linked" in options and name != names[0]:
            world.hard(f"alt/{name}", f"alt/{names[0]}")
        elif name != "c" or "linked" in options:
            world.file(f"alt/{name}", b"src/a")
    if "there" in options:
        world.file("dst/b", b"src/a")
    flags = [option for option in options if option.startswith("-")]
    if kind == "--compare-dest" and len(os.listdir(world.path("alt"))) < 4:
        result = world.arsync("-aiiH", *flags, f"{kind}=../alt", "src/", "dst/")  # rsync hangs
        assert result.code == 0, result
        return
    world.compare("-aiiH", *flags, f"{kind}=../alt", "src/", "dst/")


@needs(no_rsync)
@cases({"link": ("--link-dest",), "copy": ("--copy-dest",)})
def test_another_file_system(t, kind):
    """What cannot be linked is copied from there."""
    world = World(t)
    world.files("src/a", "src/d/b")
    world.file("src/mode", b"m", mode=0o640)
    world.settle()
    other = tempfile.mkdtemp(dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
    try:
        shutil.copytree(world.path("src"), os.fsencode(other) + b"/alt")
        os.chmod(os.path.join(other, "alt", "mode"), 0o600)
        world.compare("-aii", f"{kind}={other}/alt", "src/", "dst/", exit=0)
    finally:
        shutil.rmtree(other)


@needs(no_rsync, not_root)
def test_snapshots_of_several_days(t):
    """The backup that most scripts make: each day a new tree, linked with the day before, the oldest one removed."""
    world = World(t)
    world.files("src/always", "src/d/always", "src/d/e/always", "src/goes", "src/moves/f", "src/logs/1")
    world.link("src/current", "logs/1")
    for number in range(30):
        world.file(f"src/many/{number}", bytes([number]) * 100)
    world.compare("-a", "--delete", "src/", "day.0/", exit=0)
    tops = [os.path.dirname(world.top) + name for name in ("/rsync", "/arsync")]
    for day in range(1, 5):
        for top in tops:
            with open(f"{top}/src/logs/1", "a") as log:
                log.write(f"day {day}\n")
            os.utime(f"{top}/src/logs/1", (PAST + day, PAST + day))
            if day == 2:
                os.remove(f"{top}/src/goes")
                os.rename(f"{top}/src/moves", f"{top}/src/moved")
                os.chmod(f"{top}/src/d/always", 0o600)
            if day == 3:
                os.remove(f"{top}/src/current")
                os.symlink("logs/2", f"{top}/src/current")
                os.utime(f"{top}/src/current", (PAST, PAST), follow_symlinks=False)
                os.rename(f"{top}/src/many/3", f"{top}/src/many/33")
            if day == 4:
                shutil.rmtree(f"{top}/day.0")
            for path in ("src", "src/d", "src/many", "src/logs"):
                os.utime(f"{top}/{path}", (PAST, PAST))
        world.compare_again("-ai", "--delete", f"--link-dest=../day.{day - 1}", "src/", f"day.{day}/", exit=0)
    assert inodes(world, "day.1/always", "day.4/always") == 1
    assert inodes(world, "day.1/logs/1", "day.4/logs/1") == 2


@needs(no_rsync)
def test_links_are_not_followed_in_alternate_trees(t):
    world = World(t)
    world.files("src/d/f", "real/f")
    world.file("real/f", b"src/d/f")
    world.link("alt/d", "../real")
    result = world.arsync("-aii", "--link-dest=../alt", "src/", "dst/")
    assert result.code == 0 and b">f+++++++++ d/f" in result.out, result


@needs(no_rsync)
@cases({f"{options} {kind}": ([*options.split(), f"{kind}=../alt", f"{kind}=../other"],) for kind in KINDS for options in (
    "-rlt", "-r", "-rltE", "-rltI", "-rlt --chmod=g+w", "-rlt --delay-updates", "-rlt --inplace", "-a", "-rltn -i")})
def test_mode_of_an_older_version_elsewhere(t, options):
    """Without -p a file that is missing, or stands where a link is, has the mode of what the alternate tree has."""
    world = World(t)
    other_data = {"size": b"another size", "time": b"data", "empty": b""}
    for there in ("nothing", "link", "directory", "file"):
        for kind, data in other_data.items():
            name = f"{kind} {there}"
            world.file(f"src/{name}", b"data", mode=0o755)
            world.file(f"alt/{name}", data, mode=0o640, mtime=PAST - 5)
            world.file(f"other/{name}", data, mode=0o4701, mtime=PAST - 5)
            if there == "link":
                world.link(f"dst/{name}", "elsewhere")
            elif there != "nothing":
                world.files(f"dst/{name}" + ("/" if there == "directory" else ""))
    world.compare(*options, "src/", "dst/")


@needs(no_rsync)
def test_mode_of_an_older_version_that_cannot_be_read(t):
    world = World(t, NOBODY)
    world.file("src/file", b"new", mode=0o755)
    world.file("alt/file", b"older", mode=0)
    world.dir("dst")
    world.compare("-rlt", "--compare-dest=../alt", "src/", "dst/")


@needs(no_rsync, not_root)
@cases({f"{options} {kind}": ([*options.split(), f"{kind}=../alt"],) for kind in KINDS for options in (
    "-aii", "-aiiO", "-aiiJ", "-aiiOJ", "-rlDii", "-rlpgoDii", "-rtiO", "-avvO", "-rlpgovv", "-aiiO --modify-window=9")})
def test_times_that_are_not_kept_are_told_with_other_changes(t, options):
    """Directories, links and special files that differ from those of the alternate tree in time, otherwise, or both."""
    world = World(t)
    for top in ("src", "alt"):
        old = top == "alt"
        for what in ("same", "time", "mode", "both"):
            mtime = PAST - 5 if old and what in ("time", "both") else PAST
            other = old and what in ("mode", "both")
            world.dir(f"{top}/{what}", mode=0o700 if other else 0o755, mtime=mtime)
            world.link(f"{top}/{what}-link", "other" if other else "target", mtime=mtime)
            world.link(f"{top}/{what}-owned", "target", mtime=mtime)
            world.node(f"{top}/{what}-fifo", stat.S_IFIFO)
            world.times[world.path(f"{top}/{what}-fifo")] = int(mtime * 10**9)
            for kind in ("owned", "fifo") if other else ():
                os.chown(world.path(f"{top}/{what}-{kind}"), 1, 1, follow_symlinks=False)
    world.dir("alt", mtime=PAST - 5)
    world.compare(*options, "src/", "new/")
