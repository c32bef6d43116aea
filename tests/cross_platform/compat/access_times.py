"""-U (--atimes), -UU, --open-noatime: on a volume that does not move access times by itself."""

import os
import stat

from common import commands, mounts
from common.commands import NOBODY, linux_only, no_rsync, not_root
from common.generate import PAST
from common.runner import cases, needs
from common.world import World

LINUX = linux_only("tmpfs and noatime are Linux's")
OLD, THERE = PAST - 1000, PAST - 5000


def times(world, name, accessed, fraction=500_000_000, modified=PAST):
    os.utime(world.path(name), ns=(int(accessed) * 10**9 + fraction, int(modified) * 10**9), follow_symlinks=False)


def quiet(t, options="noatime"):
    """Both programs' worlds on such a volume; returns a function that runs both."""
    t.dir = mounts.mount(t, "volume", "tmpfs", options=options)
    os.chmod(t.dir, 0o755)
    world = World(t)
    world.files("src/same", "src/changed", "src/d/inside", "dst/same")
    world.file("dst/changed", b"other")
    world.link("src/link", "same")
    world.link("dst/link", "same")
    world.link("src/new-link", "same")
    world.node("src/fifo", stat.S_IFIFO)
    world.node("dst/fifo", stat.S_IFIFO)
    world.settle()
    for name in ("same", "changed", "d/inside", "link", "new-link", "fifo", "d", ""):
        times(world, "src/" + name, OLD)
    for name in ("same", "changed", "link", "fifo"):
        times(world, "dst/" + name, THERE)
    world.settle = lambda: None
    return world


def accessed(top):
    found = {}
    for folder, folders, files in os.walk(os.fsencode(top)):
        for name in folders + files:
            path = os.path.join(folder, name)
            if not os.path.isdir(path) or os.path.islink(path):  # a directory's is nobody's business
                found[os.path.relpath(path, os.fsencode(top))] = os.lstat(path).st_atime_ns
    return found


def run(t, world, *arguments, again=()):
    """Runs both, and compares access times beside all the rest. Those of this very run are only 'now'."""
    world.compare(*arguments, "src/", "dst/", exit=0)
    check(t, world)
    for options in again:
        world.compare_again(*options, "src/", "dst/", exit=0)
        check(t, world)


def check(t, world):
    start = os.stat(t.path("arsync")).st_ctime - 100
    wanted, got = accessed(world.top), accessed(t.path("arsync"))
    recent = {name for name in wanted if wanted[name] > start * 10**9 and got[name] > start * 10**9}
    assert {k: v for k, v in wanted.items() if k not in recent} == {k: v for k, v in got.items() if k not in recent}


@needs(no_rsync, not_root, LINUX)
@cases({name: (name.split(),) for name in ("-aUi", "-aUUi", "-aUOi", "-aUJi", "-aUIi", "-aUci", "-rlDUi", "-aU --no-U -i",
                                           "-aUU --no-atimes -i", "-aUi --size-only", "-aUni", "-aUHi", "-aUii",
                                           "-aUi --existing", "-aUi --ignore-existing", "-aUi --inplace", "-aU --no-t -i",
                                           "-rlDUi --size-only")})
def test_access_times(t, options):
    world = quiet(t)
    run(t, world, *options, again=[options])


@needs(no_rsync, not_root, LINUX)
def test_only_whole_seconds_count(t):
    world = quiet(t)
    times(world, "dst/same", OLD, fraction=1)
    run(t, world, "-aUi")


READ = ("large", "changed", "d/inside", "d")


def both(t, world, *arguments, read=READ):
    """Runs both on a volume where reading moves access times; gives the directories."""
    world.file("src/large", b"x" * 3_000_000)
    world.copy("arsync")
    for program, top in ((commands.rsync(), world.top), (commands.arsync(), t.path("arsync"))):
        for name in read:
            os.utime(os.path.join(top, "src", name), ns=(int(OLD) * 10**9 + 500_000_000, int(PAST) * 10**9))
        result = commands.run(program, *arguments, "src/", "dst/", cwd=top)
        assert result.code == 0, result
        yield top


@needs(no_rsync, not_root, LINUX)
@cases({"-aU": ("-aU",), "-acU": ("-acU",), "-aU --inplace": ("-aU --inplace",)})
def test_copying_keeps_what_it_read_first(t, options):
    for top in both(t, quiet(t, options="strictatime"), *options.split()):
        for name in ("large", "d/inside"):
            assert os.stat(os.path.join(top, "dst", name)).st_atime_ns == int(OLD) * 10**9, (top, name)
            assert os.stat(os.path.join(top, "src", name)).st_atime > OLD + 1, (top, name)


@needs(no_rsync, not_root, LINUX)
@cases({name: (name,) for name in ("-aUU", "-a --open-noatime", "-acUU")})
def test_the_source_keeps_its_access_times(t, options):
    for top in both(t, quiet(t, options="strictatime"), *options.split()):
        for name in READ:
            assert os.stat(os.path.join(top, "src", name)).st_atime_ns % 10**9 == 500_000_000, (top, name)


@needs(no_rsync, not_root, LINUX)
@cases({name: (name,) for name in ("-aLUU", "-aL --open-noatime", "-a --copy-unsafe-links --open-noatime")})
def test_so_does_what_links_lead_to(t, options):
    world = quiet(t, options="strictatime")
    world.files("beside/file", "beside/directory/inside")
    world.link("src/to-file", "../beside/file")
    world.link("src/to-directory", "../beside/directory")
    read = ("large", "d/inside", "to-file", "to-directory/inside")
    for top in both(t, world, *options.split(), read=read):
        for name in read:
            assert os.path.exists(os.path.join(top, "dst", name)), (top, name)
            assert os.stat(os.path.join(top, "src", name)).st_atime_ns % 10**9 == 500_000_000, (top, name)


@needs(no_rsync, not_root, LINUX)
def test_no_open_noatime_takes_it_back(t):
    for top in both(t, quiet(t, options="strictatime"), "-a", "--open-noatime", "--no-open-noatime"):
        assert os.stat(os.path.join(top, "src/d/inside")).st_atime > OLD + 1, top


@needs(no_rsync, not_root, LINUX)
@cases({"contents": ("src/",), "file": ("src/same",), "through a link": ("links/",)})
def test_only_the_owner_may_open_so(t, operand):
    world = World(t, user=NOBODY)
    world.files("src/same", "dst/")
    world.link("links/to-same", "../src/same")
    world.settle()
    for name in ("src", "src/same"):
        os.chown(world.path(name), 0, 0)
    world.settle = lambda: None
    world.compare("-aL", "--open-noatime", operand, "dst/", exit=23, output=False, ignore=("mtime_ns",))


