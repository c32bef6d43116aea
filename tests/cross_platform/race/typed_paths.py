"""Links in paths that the user named change their owner and their target while arsync goes along them: never is anything
written or read where somebody else's link leads."""

import os

from common import commands, tree
from common.commands import not_root
from common.meddler import Meddler, rounds
from common.native import exchange
from common.runner import cases, needs
from common.world import World

OTHER = 1234


def swapping(t):
    """`way` is the user's own link to a safe place, then somebody else's to where harm would be done."""
    world = World(t)
    for number in range(5):
        world.file(f"src/{number}", b"new %d" % number)
        world.file(f"outside/dst/{number}", b"precious", mode=0o600)
        world.file(f"safe/dst/{number}", b"old")
    for top in ("safe", "outside"):
        world.files(f"{top}/bak/", f"{top}/tmp/", f"{top}/part/", f"{top}/log")
    world.file("safe/rules", b"- nothing\n")
    world.file("outside/rules", b"- *\n")
    world.link("way", "safe")
    world.link("aside", "outside")
    world.settle()
    os.lchown(world.path("aside"), OTHER, OTHER)
    return world


@needs(not_root)
@cases({"destination": ("src/", "way/dst"), "new destination": ("src/", "way/new/"), "one file": ("src/1", "way/dst/1"),
        "backup": ("--backup-dir={way}/bak", "-b", "src/", "dst/"), "log": ("--log-file=way/log", "src/", "dst/"),
        "new log": ("--log-file=way/new-log", "src/", "dst/"), "temporary": ("-T", "{way}/tmp", "src/", "dst/"),
        "partial": ("--partial-dir={way}/part", "--delay-updates", "src/", "dst/"),
        "mkpath": ("--mkpath", "src/", "way/a/b/c")})
def test_nothing_is_written_through_others_links(t, *arguments):
    world = swapping(t)
    for number in range(5):
        world.file(f"dst/{number}", b"old")
    way = os.fsdecode(world.path("way"))
    outside = tree.snapshot(world.path("outside"))
    with Meddler(lambda rng: exchange(world.path("way"), world.path("aside"))):
        for _ in rounds(t):
            result = commands.run(commands.arsync(), "-rI", *[part.format(way=way) for part in arguments], cwd=world.top)
            assert result.code in (0, 3, 11, 23, 24), result
            tree.assert_same(outside, tree.snapshot(world.path("outside")))


@needs(not_root)
def test_no_rules_are_read_through_others_links(t):
    """Those of the other one would leave everything out, and --delete-excluded would delete it."""
    world = swapping(t)
    with Meddler(lambda rng: exchange(world.path("way"), world.path("aside"))):
        for _ in rounds(t):
            result = commands.run(commands.arsync(), "-rI", "--exclude-from=way/rules", "src/", "dst/", cwd=world.top)
            assert result.code in (0, 11), result
            if result.code == 0:
                assert len(os.listdir(world.path("dst"))) == 5, result


@needs(not_root)
def test_listed_names_do_not_lead_through_others_links(t):
    world = swapping(t)
    world.file("outside/f", b"secret")
    world.file("safe/f", b"public")
    world.file("list", b"way/f\n")
    os.mkdir(world.path("base"))
    for name in ("way", "aside", "safe", "outside"):
        os.rename(world.path(name), world.path("base/" + name))
    with Meddler(lambda rng: exchange(world.path("base/way"), world.path("base/aside"))):
        for _ in rounds(t):
            result = commands.run(commands.arsync(), "-I", "--files-from=list", "base/", "copy/", cwd=world.top)
            assert result.code in (0, 23, 24), result
            copied = world.path("copy/way/f")
            assert not os.path.exists(copied) or open(copied, "rb").read() == b"public", result
