"""--delete-before, --delete-during, --delete-delay, --delete-after, and --max-delete with all of them."""

import os
import stat

from common.commands import NOBODY, arsync, no_rsync, not_root, run, system
from common.generate import PAST
from common.runner import cases, needs, timeout
from common.world import World

MOMENTS = ("--delete", "--delete-before", "--delete-during", "--delete-delay", "--delete-after")


def extras(t, user=None):
    world = World(t, user)
    world.files("src/f", "src/a/f", "src/a/b/f", "src/c/f", "src/d.d/f", "src/d/f", "dst/z/y/1", "dst/z/y/2", "dst/z/1")
    for folder in ("", "a/", "a/b/", "c/", "d/", "d.d/"):
        world.files(f"dst/{folder}1", f"dst/{folder}2", f"dst/{folder}x/deep/1", f"dst/{folder}x/2")
    world.dir("dst/a/empty")
    world.link("dst/link", "z")
    world.node("dst/c/fifo", stat.S_IFIFO)
    return world


@needs(no_rsync)
@cases({f"{moment} {options}": (moment, options.split()) for moment in MOMENTS for options in (
    "-ai", "-aiv", "-aivv", "-ain", "-ai --stats", "-ai --exclude=1", "-ai --exclude=1 --delete-excluded", "-ai --force",
    "-ai -O", "-ai -H", "-aiu", "-ai --existing", "-ai --ignore-existing", "-aq", "-a --info=del", "-ai --inplace",
    "-ri", "-ai --no-inc-recursive -v", "-ai --filter=P_1", "-ai --no-t")})
def test_moments(t, moment, options):
    extras(t).compare(*options, moment, "src/", "dst/")


@needs(no_rsync)
@cases({f"{moment} {sources}": (moment, sources.split()) for moment in MOMENTS for sources in (
    "src", "src/a", "src/a src/c", "src/f", "src/ src/a/", "src/nope src/", "src/nope/ src/")})
def test_operands(t, moment, sources):
    extras(t).compare("-ai", moment, *sources, "dst/")


@needs(no_rsync)
@cases({moment: (moment,) for moment in MOMENTS})
def test_new_destination(t, moment):
    world = World(t)
    world.files("src/f", "src/d/f")
    world.compare("-aiv", moment, "src/", "new/")


@needs(no_rsync)
@cases({f"{moment} {limit} {more}": (moment, limit, more.split()) for moment in MOMENTS
        for limit, more in ((0, ""), (1, ""), (3, ""), (7, ""), (7, "-n"), (11, ""), (20, ""), (100, ""), (-1, ""))})
def test_max_delete(t, moment, limit, more):
    """Which names go does not depend on how many workers there are."""
    extras(t).compare("-ai", *more, moment, f"--max-delete={limit}", "src/", "dst/")


@needs(no_rsync)
@cases({moment: (moment,) for moment in MOMENTS})
def test_max_delete_is_the_same_with_any_number_of_workers(t, moment):
    left = set()
    for jobs in (1, 2, 8, 8, 8):
        place = World(Numbered(t, len(os.listdir(t.dir))))
        for folder in ("", "a/", "a/b/", "c/", "d/"):
            place.files(f"src/{folder}f", *(f"dst/{folder}{number}" for number in range(20)))
        result = place.arsync("-a", f"--jobs={jobs}", moment, "--max-delete=37", "src/", "dst/")
        assert result.code == 25, result
        names = [os.path.relpath(os.path.join(folder, name), os.fsencode(place.top))
                 for folder, _, files in os.walk(place.path("dst")) for name in files]
        left.add(tuple(sorted(names)))
    assert len(left) == 1, left


class Numbered:
    """A test's context in a directory of its own."""

    def __init__(self, test, number):
        os.makedirs(test.path(f"n{number}"))
        self.dir = test.path(f"n{number}")
        self.path = lambda *parts: test.path(f"n{number}", *parts)


@needs(no_rsync)
@cases({" ".join(options): (options,) for options in (
    ["--delete-before", "--delete-after"], ["--del", "--delete-delay"], ["--delete-delay", "--del"],
    ["--delete-before", "--del"], ["--delete-after", "--delete-delay"], ["--delete", "--delete-after"],
    ["--delete-after", "--delete-excluded"], ["--delete-before", "--delete-before"], ["--delete-after", "--no-r"],
    ["--delete-delay", "--no-r"])})
def test_combinations(t, options):
    extras(t).compare("-ai", *options, "src/", "dst/")


@needs(no_rsync, not_root)
@cases({f"{moment} {what}": (moment, what) for moment in ("--delete-before", "--delete-after")
        for what in ("directory", "file", "ignored")})
def test_what_cannot_be_read(t, moment, what):
    """A directory stops both, a file only what comes after the transfer, and --ignore-errors goes on."""
    world = extras(t, NOBODY)
    world.dir("src/c", mode=0o755)
    world.settle()
    os.chmod(world.path("src/c" if what != "file" else "src/c/f"), 0)
    more = ["--ignore-errors"] if what == "ignored" else []
    world.compare("-ai", moment, *more, "src/", "dst/", exit=23)


@needs(no_rsync, not_root)
@cases({moment: (moment,) for moment in ("--delete-during", "--delete-delay")})
def test_nothing_goes_below_what_cannot_be_read(t, moment):
    world = extras(t, NOBODY)
    world.settle()
    os.chmod(world.path("src/c"), 0)
    result = world.arsync("-ai", moment, "src/", "dst/")
    assert result.code == 23 and os.path.exists(world.path("dst/c/1")), result


@needs(no_rsync, not_root)
@cases({moment: (moment,) for moment in MOMENTS})
def test_directories_that_end_up_read_only(t, moment):
    world = extras(t, NOBODY)
    world.dir("src/c", mode=0o555)
    world.compare("-ai", moment, "src/", "dst/", exit=0)


@needs(no_rsync)
@cases({moment: (moment,) for moment in MOMENTS if moment != "--delete-delay"})
def test_rules_that_come_with_the_transfer(t, moment):
    """Merge files of the destination count, after the transfer the new ones."""
    world = extras(t)
    world.file("src/a/.rules", b"- 1\n")
    world.file("dst/a/.rules", b"- 2\n", mtime=PAST - 1)
    world.file("src/.rules", b"- 2\n")
    world.compare("-ai", moment, "--filter=dir-merge .rules", "src/", "dst/")


@needs(no_rsync)
@cases({moment: (moment,) for moment in MOMENTS})
def test_times_of_directories(t, moment):
    """They are the source's in the end, whenever something went."""
    world = extras(t)
    world.compare("-a", moment, "src/", "dst/")
    world.compare_again("-aii", moment, "src/", "dst/")


@needs(no_rsync)
@cases({moment: (moment,) for moment in MOMENTS})
def test_type_changes(t, moment):
    world = extras(t)
    world.files("src/z", "src/1/x", "src/link/x")
    world.compare("-ai", moment, "src/", "dst/")


@needs(not_root)
@timeout(240)
def test_tree_deeper_than_the_stack(t):
    """Deleted in a loop and with few descriptors. (The loader takes the square of the depth for it.)"""
    top = t.path("dst")
    os.makedirs(t.path("src"))
    with open(t.path("src/keep"), "w") as file:
        file.write("keep")
    os.mkdir(top)
    handle = os.open(top, os.O_RDONLY | os.O_DIRECTORY)
    for _ in range(12000 if system() == "linux" else 600):
        os.mkdir("d", dir_fd=handle)
        inner = os.open("d", os.O_RDONLY | os.O_DIRECTORY, dir_fd=handle)
        os.close(handle)
        handle = inner
    os.close(os.open("file", os.O_CREAT | os.O_WRONLY, dir_fd=handle))
    os.close(handle)
    result = run("/bin/sh", "-c", 'ulimit -n 64; exec "$0" "$@"', arsync(), "-a", "--delete", "--no-v", "src/", "dst/",
                 cwd=t.dir)
    assert result.code == 0 and os.listdir(top) == ["keep"], result
