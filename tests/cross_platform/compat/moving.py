"""--remove-source-files, and --stop-after, --stop-at."""

import os
import stat
import time

from common.commands import NOBODY, arsync, no_rsync, not_root, run
from common.generate import PAST
from common.runner import cases, needs, timeout
from common.world import World


def sources(t, user=None):
    world = World(t, user)
    world.files("src/new", "src/same", "src/d/in", "src/d/e/deep", "src/empty/", "src/skip.tmp")
    world.file("dst/same", b"src/same")
    world.file("src/changed", b"new")
    world.file("dst/changed", b"old one")
    world.file("src/newer", b"s")
    world.file("dst/newer", b"there", mtime=PAST + 9)
    world.file("src/large", b"l" * 5000)
    world.link("src/link", "new")
    world.link("src/link-there", "new")
    world.link("dst/link-there", "new")
    world.node("src/fifo", stat.S_IFIFO)
    world.file("src/linked", b"linked")
    world.hard("src/linked2", "src/linked")
    return world


@needs(no_rsync)
@cases({options: (options.split(),) for options in (
    "", "-n", "-v", "-vv", "-H", "-c", "-I", "-u", "--ignore-existing", "--existing", "--max-size=100", "--delete",
    "--exclude=*.tmp", "--inplace", "-b", "--no-l --no-D", "--no-t", "--stats", "-q", "--info=remove0", "-x",
    "--size-only", "-u --existing", "-n --delete", "--delete-after")})
def test_moving(t, options):
    """What is at the destination goes, up-to-date files, links and special files too; directories stay."""
    world = sources(t)
    world.compare("-ai", "--info=remove", "--remove-source-files", *options, "src/", "dst/",
                  output=not {"--ignore-existing", "-H"} & set(options))


@needs(no_rsync)
@cases({kind: (kind,) for kind in ("--link-dest", "--copy-dest", "--compare-dest")})
def test_with_alternate_trees(t, kind):
    world = sources(t)
    for name in ("new", "d/in", "same"):
        world.file(f"alt/{name}", b"src/" + name.encode())
    world.link("alt/link", "new")
    world.node("alt/fifo", stat.S_IFIFO)
    world.compare("-ai", "--info=remove", "--remove-source-files", f"{kind}=../alt", "src/", "dst/")


@needs(no_rsync)
@cases({" ".join(operands): (operands,) for operands in (
    ["src", "dst/"], ["src/new", "dst/other"], ["src/new", "src/d", "dst/"])})
def test_operands(t, operands):
    """Of a name that several sources have only the one that was copied goes."""
    sources(t).compare("-ai", "--info=remove", "--remove-sent-files", *operands)


@needs(no_rsync)
def test_what_could_not_be_copied_stays(t):
    world = sources(t)
    world.files("dst/new/in/the/way")
    world.compare("-ai", "--remove-source-files", "src/", "dst/", exit=23)


@needs(no_rsync, not_root)
def test_what_cannot_be_removed(t):
    world = sources(t, NOBODY)
    world.settle()
    os.chmod(world.path("src/d"), 0o555)
    world.compare("-ai", "--info=remove", "--remove-source-files", "src/", "dst/", exit=23)


@needs(no_rsync)
@cases({"plain": ([],), "links": (["-H"],), "checksum": (["-c"],)})
def test_a_file_that_is_its_own_copy_stays(t, options):
    """Two names of one file: removing the source's is not what anybody means."""
    world = World(t)
    world.files("src/a", "src/b")
    world.hard("dst/a", "src/a")
    world.compare("-ai", "--remove-source-files", *options, "src/", "dst/", exit=23)


@needs(no_rsync)
@cases({spec: (spec,) for spec in (
    "2020-01-01", "2099-12-31T23:59", "2099/12/31T23:59", "99-12-31", "1-30", "14:00", "1", "31", ":59", "T14:00", "32",
    "13-1", "2-30", "24:00", "23:60", "", "x", "2027-1", "12-31T5", "T5", "5:", "2-29", "2099-2-29", "0", "0-1",
    "2099-11-24T23:59:00", "2099-11-24 23:59", "1/2/2099", "100-1-1", "3000-1-1", "31T", "-1", "1-", "T:30", "70-1-1",
    "12-31T23:59x", " 14:00", "+1", "1:2", "001", "00:00", "T")})
def test_stop_at(t, spec):
    world = World(t)
    world.files("src/f")
    world.compare("-ai", f"--stop-at={spec}", "src/", "dst/")


@needs(no_rsync)
@cases({spec: (spec,) for spec in ("0", "1", "-1", "x", "", "1.5", "0x2", "99999999999", "5m", " 5", "9" * 30)})
def test_stop_after(t, spec):
    world = World(t)
    world.files("src/f")
    world.compare("-ai", f"--stop-after={spec}", "src/", "dst/")
    world.compare_again("-ai", f"--time-limit={spec}", "src/", "dst2/")


@needs(not_root)
@timeout(150)
def test_stops_in_the_middle(t):
    """Exit code and words are rsync's; what was not finished is not there."""
    world = World(t)
    world.files("src/a")
    os.truncate(world.file("src/huge"), 1 << 42)
    world.settle()
    # The next full minute is a few seconds away at least.
    if time.time() % 60 > 50:
        time.sleep(12)
    soon = time.localtime(time.time() + 60)
    started = time.time()
    result = run(arsync(), "-a", "--copy-method=readwrite", "--no-S", f"--stop-at={soon.tm_hour}:{soon.tm_min:02}",
                 "src/", "dst/", cwd=world.top)
    if result.code == 0 and time.time() - started < 50:
        return  # the file system copies holes as holes: nothing to stop
    assert result.code == 30 and b"stopping at requested limit\n" in result.err and b"(code 30)" in result.err, result
    assert sorted(os.listdir(world.path("dst"))) == [b"a"], os.listdir(world.path("dst"))
