"""--bwlimit: the data takes as long as it should, over all workers."""

import os
import time

from common import commands
from common.runner import cases
from common.world import World


@cases({"one file": (1, "-a"), "many files": (40, "-a"), "delta": (1, "-a --no-W"), "in place": (4, "-a --inplace"),
        "holes kept": (2, "-aS")})
def test_speed(t, count, options):
    """600 KB at 400 KB/s: a second and a half, give or take the burst at the start."""
    world = World(t)
    for number in range(count):
        world.file(f"src/{number}", os.urandom(600_000 // count))
        world.file(f"dst/{number}", b"old")
    start = time.monotonic()
    result = world.arsync(*options.split(), "--bwlimit=400kb", "src/", "dst/")
    took = time.monotonic() - start
    assert result.code == 0 and 1.2 < took < 15, (took, result)


def test_what_matches_is_not_counted(t):
    world = World(t)
    data = os.urandom(3_000_000)
    world.file("src/a", data)
    world.file("dst/a", data[:1_500_000] + b"!" + data[1_500_001:], mtime=1)
    start = time.monotonic()
    result = world.arsync("-a", "--no-W", "--bwlimit=100", "src/", "dst/")
    assert result.code == 0 and time.monotonic() - start < 10, result


def test_dry_run_does_not_wait(t):
    world = World(t)
    world.file("src/a", bytes(10_000_000))
    start = time.monotonic()
    assert world.arsync("-an", "--bwlimit=1", "src/", "dst/").code == 0
    assert time.monotonic() - start < 10
