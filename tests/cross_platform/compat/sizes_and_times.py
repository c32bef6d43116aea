"""--max-size, --min-size, --modify-window, --update."""

import stat

from common.commands import no_rsync
from common.generate import PAST
from common.runner import cases, needs
from common.world import World


def sizes(t):
    world = World(t)
    for size in (0, 1, 2, 999, 1000, 1001, 1023, 1024, 1025, 1500, 1535, 1536, 1537):
        world.file(f"src/{size}", b"x" * size)
    world.file("dst/1537", b"old")
    world.file("dst/2", b"old")
    world.files("dst/0/")
    world.file("dst/extra", b"e" * 5000)
    world.link("src/link", "a-link-of-more-than-two-bytes")
    return world


@needs(no_rsync)
@cases({option: (option.split(),) for option in (
    "--max-size=1", "--max-size=0", "--max-size=", "--max-size=1k", "--max-size=1K", "--max-size=1KiB", "--max-size=1KB",
    "--max-size=1kb-1", "--max-size=1k+1", "--max-size=1.5k", "--max-size=.5k", "--max-size=1000b", "--max-size=1001B",
    "--min-size=2", "--min-size=1k", "--min-size=1kb+1", "--min-size=1 --max-size=1k", "--min-size=5 --max-size=2",
    "--max-size=1 --delete", "--max-size=1 -n", "--max-size=1 --existing",
    "--max-size=1 -u", "--max-size=1 -c", "--min-size=1500 -I", "--max-size=8191P", "--max-size=1k --inplace")})
def test_sizes(t, option):
    """Left-out names are still in the transfer: they are not deleted."""
    sizes(t).compare("-ai", "--info=skip", "--no-v", *option, "src/", "dst/", output="--existing" not in option,
                     exit=0)


@needs(no_rsync)
@cases({value: (value,) for value in (
    "x", "3.5x", "-1", "1k-2", "99999999999P", "8192P", "+1", "5x+1", "1.5.5", "0-1", "0.0-1", " 5", "5 ", "-",
    "99999999999999999999", "9223372036854775808")})
def test_bad_sizes(t, value):
    sizes(t).compare("-ai", f"--max-size={value}", "src/", "dst/", exit=1)


def times(t):
    world = World(t)
    for offset in (-3, -2, -1.5, -1, -0.5, -0.1, 0, 0.1, 0.5, 1, 1.5, 2, 3):
        name = f"{offset}"
        world.file(f"src/{name}", b"s", mtime=PAST)
        world.file(f"dst/{name}", b"d", mtime=PAST + offset)
        world.link(f"src/link{name}", "a", mtime=PAST)
        world.link(f"dst/link{name}", "a", mtime=PAST + offset)
        world.dir(f"src/dir{name}", mtime=PAST)
        world.dir(f"dst/dir{name}", mtime=PAST + offset)
    return world


@needs(no_rsync)
@cases({option: (option.split(),) for option in (
    "-@0", "-@1", "-@2", "-@-1", "-@-2", "--modify-window=1", "-@ 3", "-@0 -u", "-@1 -u", "-@2 -u", "-@-1 -u", "-@-3 -u",
    "-@1 -c", "-@-1 -c", "-@1 --size-only", "-@1 -n", "-@1 -O", "-@1 -J", "-@1 --no-t", "-@1 -@0", "-@0x2", "-@010")})
def test_modify_window(t, option):
    """Everywhere: in the quick check, for -u, in the t column, for directories and links."""
    times(t).compare("-ai", *option, "src/", "dst/", exit=0)


@needs(no_rsync)
@cases({value: (value,) for value in ("x", "3.5", "1s", "99999999999")})
def test_bad_window(t, value):
    times(t).compare("-ai", f"--modify-window={value}", "src/", "dst/", exit=1)


@needs(no_rsync)
@cases({option: (option.split(),) for option in ("-u", "-u -n", "-u -c", "-u --size-only", "-u -I", "-u --delete",
                                                 "-u --inplace", "-u --existing", "-u --ignore-existing", "-uu")})
def test_update(t, option):
    """Only files of the same type that are newer stay; equal times fall to the quick check."""
    world = World(t)
    world.file("src/newer", b"source")
    world.file("dst/newer", b"there", mtime=PAST + 10)
    world.file("src/equal", b"source")
    world.file("dst/equal", b"there")
    world.file("src/older", b"source")
    world.file("dst/older", b"there", mtime=PAST - 10)
    world.link("src/link", "a")
    world.link("dst/link", "b", mtime=PAST + 10)
    world.file("src/other-type", b"x")
    world.link("dst/other-type", "b", mtime=PAST + 10)
    world.node("src/fifo", stat.S_IFIFO)
    world.file("dst/fifo", b"x", mtime=PAST + 10)
    world.file("src/mode-of-newer", b"x", mode=0o600)
    world.file("dst/mode-of-newer", b"x", mtime=PAST + 10)
    world.dir("src/d", mode=0o711)
    world.dir("dst/d", mtime=PAST + 10)
    world.compare("-ai", *option, "src/", "dst/")


@needs(no_rsync)
@cases({f"{options} {old}": (options, old) for options in ("-aiJ", "-aiiJ", "-aiJn", "-rliJ", "-ai", "-aiJc") for old in (0, 9)})
def test_time_column_of_links_with_another_target(t, options, old):
    world = World(t)
    for name in ("same", "other"):
        world.link(f"src/{name}", "here")
        world.link(f"dst/{name}", "here" if name == "same" else "elsewhere", mtime=PAST - old)
    world.compare(options, "src/", "dst/", exit=0)
