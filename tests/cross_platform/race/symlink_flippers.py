"""Directories that turn into symbolic links and back while arsync walks them: nothing outside the trees is touched."""

import os
import subprocess

from common import commands, tree
from common.meddler import Meddler, rounds
from common.native import exchange
from common.runner import cases
from common.world import World

SECRET = b"the secret outside"
ALLOWED = (0, 23, 24)


def stage(t):
    """src/ and dst/ with directories a..d, each with files; outside/ with the same names, that must never change."""
    world = World(t)
    for folder in "abcd":
        for number in range(5):
            world.file(f"src/{folder}/{number}", b"new %d" % number)
            world.file(f"src/{folder}/sub/{number}", b"new sub %d" % number)
            world.file(f"dst/{folder}/{number}", b"old")
            world.file(f"dst/{folder}/extra{number}", b"extra")
        world.file(f"dst/{folder}/sub/extra", b"extra")
    for number in range(5):
        world.file(f"outside/{number}", SECRET, mode=0o640)
        world.file(f"outside/sub/{number}", SECRET, mode=0o600)
        world.file(f"outside/extra{number}", SECRET)
    world.file("outside/sub/extra", SECRET)
    world.settle()
    return world


def flip(top, side, folder):
    """The directory and a link to outside/ change places."""
    link, real = os.path.join(top, side, folder), os.path.join(top, "aside", folder)
    os.makedirs(os.path.dirname(real), exist_ok=True)
    if not os.path.lexists(real):
        os.symlink(os.path.join(top, "outside"), real)
    return lambda rng: exchange(link, real)


def run_rounds(t, world, meddlers, *options):
    outside = tree.snapshot(world.path("outside"))
    for meddler in meddlers:
        meddler.__enter__()
    try:
        for number in rounds(t):
            result = commands.run(commands.arsync(), *options, "src/", "dst/", cwd=world.top)
            assert result.code in ALLOWED, result
            tree.assert_same(outside, tree.snapshot(world.path("outside")))
            if number % 4 == 3:
                spoil(world)
    finally:
        for meddler in meddlers:
            meddler.__exit__()


def spoil(world):
    """New work for the next rounds: old contents and extras."""
    for folder in "abcd":
        for place in ("dst", "aside"):
            path = world.path(f"{place}/{folder}")
            if os.path.isdir(path) and not os.path.islink(path):
                try:
                    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
                    for number in range(5):
                        for name, text in ((f"{number}", b"old!"), (f"extra{number}", b"extra")):
                            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
                            file = os.open(name, flags, 0o644, dir_fd=handle)
                            os.write(file, text)
                            os.close(file)
                    os.close(handle)
                except OSError:
                    pass


@cases({"copy": (["-a"],), "delete": (["-a", "--delete"],), "in place": (["-a", "--inplace"],),
    "all attributes": (["-aHAX", "--delete", "-c"],)})
def test_flipping_directories_of_the_destination_lead_nowhere(t, options):
    world = stage(t)
    run_rounds(t, world, [Meddler(flip(world.top, "dst", "a")), Meddler(flip(world.top, "dst", "c/sub"))], *options)


@cases({"copy": (["-a"],), "without links": (["-rt"],)})
def test_flipping_directories_of_the_source_give_no_secret_away(t, options):
    world = stage(t)
    with Meddler(flip(world.top, "src", "a")), Meddler(flip(world.top, "src", "c/sub")):
        for _ in rounds(t):
            subprocess.run(["rm", "-rf", world.path("dst")], check=True)
            result = commands.run(commands.arsync(), *options, "src/", "dst", cwd=world.top)
            assert result.code in ALLOWED, result
            for folder, _, files in os.walk(world.path("dst")):
                for name in files:
                    path = os.path.join(folder, name)
                    assert os.path.islink(path) or open(path, "rb").read() != SECRET, f"{path} holds the secret"


def test_file_that_flips_with_a_link_at_the_destination(t):
    """Neither written through nor given other modes and times."""
    world = stage(t)
    outside = tree.snapshot(world.path("outside"))
    os.mkdir(world.path("aside"))
    os.symlink(world.path("outside/1"), world.path("aside/link"))
    for options in (["-aI"], ["-aI", "--inplace"]):
        with Meddler(lambda rng: exchange(world.path("dst/a/1"), world.path("aside/link"))):
            for _ in rounds(t, 1.5):
                result = commands.run(commands.arsync(), *options, "src/", "dst/", cwd=world.top)
                assert result.code in ALLOWED, result
                tree.assert_same(outside, tree.snapshot(world.path("outside")))


def test_file_that_flips_with_a_fifo_at_the_source_does_not_hang(t):
    world = stage(t)
    os.mkdir(world.path("aside"))
    os.mkfifo(world.path("aside/fifo"))
    with Meddler(lambda rng: exchange(world.path("src/a/1"), world.path("aside/fifo"))):
        for _ in rounds(t, 2):
            subprocess.run(["rm", "-rf", world.path("dst")], check=True)
            result = commands.run(commands.arsync(), "-a", "src/", "dst", cwd=world.top, limit=30)
            assert result.code in ALLOWED, result
