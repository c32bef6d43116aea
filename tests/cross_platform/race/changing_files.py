"""Source files that grow, shrink, vanish and are replaced while arsync copies them."""

import os
import re
import shutil
import subprocess

from common import commands, tree
from common.meddler import Meddler, rounds
from common.runner import cases
from common.world import World

ALLOWED = (0, 23, 24)
NAMES = [f"f{number}" for number in range(12)]


def version(number):
    """Every version of a file is one digit repeated, of a length that tells which."""
    return b"%d" % (number % 10) * (1000 + 7919 * (number % 97))


def is_whole_version(content):
    return not content or content == version_of_length(content)


def version_of_length(content):
    step = (len(content) - 1000) // 7919
    return content[:1] * (1000 + 7919 * step) if (len(content) - 1000) % 7919 == 0 else None


def stage(t):
    world = World(t)
    for number, name in enumerate(NAMES):
        world.file("src/" + name, version(number))
        world.file("src/d/" + name, version(number))
    world.settle()
    return world


def copy(world, *options, fresh):
    if fresh:
        subprocess.run(["rm", "-rf", world.path("dst")], check=True)
    result = commands.run(commands.arsync(), *options, "src/", "dst", cwd=world.top)
    assert result.code in ALLOWED, result
    return result


def destination_files(world):
    for folder, _, names in os.walk(world.path("dst")):
        for name in names:
            assert not name.startswith(b"."), f"temporary file {name!r} is left"
            with open(os.path.join(folder, name), "rb") as file:
                yield name, file.read()


@cases({f"{method}, {'into nothing' if fresh else 'over the last copy'}": (method, fresh) for method in ("auto",
    "readwrite") for fresh in (True, False)})
def test_files_replaced_by_rename_are_copied_whole(t, method, fresh):
    """Editors save so: at each moment the name holds one whole version, and so does the copy."""
    world = stage(t)
    counter = [0]

    def replace(rng):
        counter[0] += 1
        name = world.path("src/" + rng.choice(["", "d/"]) + rng.choice(NAMES))
        with open(world.path("new"), "wb") as file:
            file.write(version(rng.randrange(970)))
        os.utime(world.path("new"), (counter[0], counter[0]))
        os.rename(world.path("new"), name)

    with Meddler(replace, t.seed):
        for _ in rounds(t):
            copy(world, "-a", f"--copy-method={method}", fresh=fresh)
            for name, content in destination_files(world):
                assert is_whole_version(content), f"{name} is no whole version: {len(content)} bytes"
    result = copy(world, "-aI", fresh=False)
    assert result.code == 0, result
    tree.assert_same(tree.snapshot(world.path("src")), tree.snapshot(world.path("dst")), ignore=("mtime_ns",))


STREAM = b"abcdefghijklmnopqrstuvwxyz" * 40_000


def stage_streams(t):
    world = World(t)
    for name in NAMES:
        world.file("src/" + name, STREAM[:1000])
    world.settle()
    return world


def append(path, length):
    with open(path, "r+b") as file:
        here = file.seek(0, os.SEEK_END)
        file.write(STREAM[here:here + length])


@cases({"auto": ("auto",), "readwrite": ("readwrite",)})
def test_growing_files_are_copied_as_they_were_at_some_moment(t, method):
    """Logs: whatever length was caught, the bytes are the beginning of what was written."""
    world = stage_streams(t)

    def grow(rng):
        path = world.path("src/" + rng.choice(NAMES))
        append(path, rng.randrange(20_000))
        if os.path.getsize(path) >= len(STREAM):
            os.unlink(path)
            with open(path, "wb"):
                pass

    with Meddler(grow, t.seed):
        for number in rounds(t, 2):
            copy(world, "-a", f"--copy-method={method}", fresh=number % 3 == 0)
            for name, content in destination_files(world):
                assert content == STREAM[:len(content)], f"{name} holds bytes that were never in the source"


def test_shrinking_and_growing_files_are_right_after_the_next_run(t):
    """While a file is truncated, the kernel itself may show zeros in place of what was cut off. That must not last."""
    world = stage_streams(t)

    def resize(rng):
        path = world.path("src/" + rng.choice(NAMES))
        if rng.random() < 0.5:
            os.truncate(path, rng.randrange(os.path.getsize(path) + 1))
        else:
            append(path, rng.randrange(300_000))

    with Meddler(resize, t.seed):
        for number in rounds(t, 2):
            copy(world, "-a", *(["--copy-method=readwrite"] if number % 2 else []), fresh=number % 3 == 0)
    result = copy(world, "-aI", fresh=False)
    assert result.code == 0, result
    for name, content in destination_files(world):
        assert content == STREAM[:len(content)], f"{name} holds bytes that were never in the source"
    tree.assert_same(tree.snapshot(world.path("src")), tree.snapshot(world.path("dst")), ignore=("mtime_ns",))


def test_vanishing_and_appearing_names_are_no_crash(t):
    world = stage(t)

    def come_and_go(rng):
        folder = world.path("src/" + rng.choice(["", "d/", "e/", "e/f/"]))
        name = os.path.join(folder, os.fsencode(rng.choice(NAMES)))
        act = rng.randrange(6)
        if act == 0:
            os.unlink(name)
        elif act == 1:
            os.makedirs(folder, exist_ok=True)
            with open(name, "wb") as file:
                file.write(version(rng.randrange(970)))
        elif act == 2:
            os.rename(name, name + b"-renamed")
        elif act == 3:
            os.rename(name + b"-renamed", name)
        elif act == 4:
            shutil.rmtree(world.path("src/e"), ignore_errors=True)  # in this process, so that it ends with it
        else:
            os.mkdir(name)

    with Meddler(come_and_go, t.seed):
        for number in rounds(t):
            result = copy(world, "-a", "--delete", fresh=False)
            summary = re.search(rb"\(code (\d+)\)", result.err)
            assert (result.code == 0) == (summary is None), result
    result = copy(world, "-aI", "--delete", fresh=False)
    assert result.code == 0, result
    tree.assert_same(tree.snapshot(world.path("src")), tree.snapshot(world.path("dst")), ignore=("mtime_ns",))


def test_destination_that_is_meddled_with_is_no_crash(t):
    world = stage(t)
    copy(world, "-a", fresh=True)

    def meddle(rng):
        name = world.path("dst/" + rng.choice(["", "d/"]) + rng.choice(NAMES))
        act = rng.randrange(4)
        if act == 0:
            os.unlink(name)
        elif act == 1:
            os.mkdir(name)
        elif act == 2:
            os.rmdir(name)
        else:
            os.symlink(b"../src/" + os.path.basename(name), name)

    before = tree.snapshot(world.path("src"))
    with Meddler(meddle, t.seed):
        for _ in rounds(t, 2):
            copy(world, "-aI", "--delete", fresh=False)
    tree.assert_same(before, tree.snapshot(world.path("src")))
    result = copy(world, "-a", "--delete", fresh=False)
    assert result.code == 0, result
    tree.assert_same(before, tree.snapshot(world.path("dst")))
