"""Links that are followed on purpose (-L, -k, -K) while somebody swaps them: -K never leads out of the destination, and
what is copied through -L is one file, whole."""

import os
import subprocess

from common import commands, tree
from common.meddler import Meddler, rounds
from common.native import exchange
from common.runner import cases
from common.world import World

ALLOWED = (0, 23, 24)


def swapped(world, place, target):
    """The name and a link to `target` change places."""
    aside = world.path("aside/" + place.replace("/", "-"))
    os.makedirs(os.path.dirname(aside), exist_ok=True)
    os.symlink(target, aside)
    return Meddler(lambda rng: exchange(world.path(place), aside))


@cases({"copy": (["-aK"],), "delete": (["-aK", "--delete"],), "in place": (["-aKI", "--inplace"],)})
def test_kept_links_that_are_swapped_stay_in_the_destination(t, options):
    world = World(t)
    for number in range(5):
        world.file(f"src/d/{number}", b"new %d" % number)
        world.file(f"src/d/sub/{number}", b"new sub %d" % number)
        world.file(f"outside/{number}", b"precious", mode=0o640)
        world.file(f"outside/sub/{number}", b"precious", mode=0o600)
    world.files("src/tgt/keep", "dst/tgt/sub/old", "outside/extra", "dst/in/")
    world.link("dst/d", "tgt")
    world.link("dst/tgt/way", "../in")
    world.settle()
    outside = tree.snapshot(world.path("outside"))
    with swapped(world, "dst/d", world.path("outside")), swapped(world, "dst/tgt/sub", "../../outside/sub"), \
            swapped(world, "dst/in", "../outside"):
        for _ in rounds(t):
            result = commands.run(commands.arsync(), *options, "src/", "dst/", cwd=world.top)
            assert result.code in ALLOWED, result
            tree.assert_same(outside, tree.snapshot(world.path("outside")))


@cases({"-L": (["-aL"],), "-k": (["-ak"],), "-LX": (["-aLX"],)})
def test_followed_links_that_are_swapped_give_whole_files(t, options):
    """A copy has the content and the mode of one of the two files, never a mixture."""
    world = World(t)
    for number in range(20):
        world.file(f"one/{number}", b"1" * (1000 + number), mode=0o600)
        world.file(f"two/{number}", b"2" * (2000 + number), mode=0o644)
        world.link(f"src/f{number}", f"../one/{number}")
    world.link("src/d", "../one")
    world.settle()
    meddlers = [swapped(world, "src/d", "../two")] + [swapped(world, f"src/f{n}", f"../two/{n}") for n in range(0, 20, 5)]
    for meddler in meddlers:
        meddler.__enter__()
    try:
        for _ in rounds(t):
            subprocess.run(["rm", "-rf", world.path("dst")], check=True)
            result = commands.run(commands.arsync(), *options, "src/", "dst", cwd=world.top)
            assert result.code in ALLOWED, result
            for folder, _, files in os.walk(world.path("dst")):
                for name in files:
                    path = os.path.join(folder, name)
                    if os.path.islink(path):
                        continue
                    content = open(path, "rb").read()
                    first, mode = content[:1], os.stat(path).st_mode & 0o777
                    assert content == first * len(content) and len(content) // 1000 == int(first), path
                    assert mode == (0o600 if first == b"1" else 0o644), (path, oct(mode), content[:3])
    finally:
        for meddler in meddlers:
            meddler.__exit__()
