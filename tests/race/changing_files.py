"""Source files that grow, shrink, vanish and are replaced while arsync copies them."""

import os
import re
import subprocess

from lib import commands, tree
from lib.meddler import Meddler, rounds
from lib.runner import cases
from lib.world import World

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


def test_growing_and_shrinking_files_never_get_invented_bytes(t):
    """The stream is 'abc...' for ever: whatever length was caught, the bytes are its beginning. Zeros are invented."""
    world = stage(t)
    stream = b"abcdefghijklmnopqrstuvwxyz" * 40_000

    def resize(rng):
        path = world.path("src/" + rng.choice(NAMES))
        length = rng.randrange(len(stream))
        with open(path, "r+b") as file:
            file.seek(0, os.SEEK_END)
            here = file.tell()
            if length < here:
                file.truncate(length)
            else:
                file.write(stream[here:length])

    for name in NAMES:
        world.file("src/" + name, stream[:1000])
    subprocess.run(["rm", "-rf", world.path("src/d")], check=True)
    with Meddler(resize, t.seed):
        for number in rounds(t):
            copy(world, "-a", *(["--copy-method=readwrite"] if number % 2 else []), fresh=number % 3 == 0)
            for name, content in destination_files(world):
                assert content == stream[:len(content)], f"{name} holds bytes that were never in the source"


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
            subprocess.run(["rm", "-rf", world.path("src/e")], check=False)
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
