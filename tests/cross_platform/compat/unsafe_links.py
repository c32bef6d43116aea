"""--safe-links, --copy-unsafe-links, --munge-links: which links are unsafe, and what becomes of them."""

import itertools
import os
import stat

from common.commands import no_rsync
from common.runner import cases, needs
from common.world import World


def options_table(*lines):
    return {line: (line.split(),) for line in lines}


def world_of_targets(t):
    world = World(t)
    world.files("src/f", "src/d/df", "out/of", "out/od/deep")
    for number, (name, target) in enumerate([
            ("file", "f"), ("dir", "d"), ("outdir", "../out"), ("outfile", "../out/of"), ("dangling", "nowhere"),
            ("absolute", "/etc/hostname"), ("lost", "/no/such"), ("outlost", "../nosuch"), ("round", "../src/f"),
            ("embedded", "d/../f"), ("trailing", "d/.."), ("parent", ".."), ("slashes", "..//out/of"), ("self", "self")]):
        world.link("src/" + name, target)
        if number % 3 == 0:
            world.link("src/d/e/" + name, target)
    world.link("src/d/e/safe", "../../f")
    world.link("src/d/e/out", "../../../out/of")
    world.file("dst/outlost", b"old")
    world.link("dst/absolute", "old")
    return world


SETS = options_table("-rl --safe-links", "-rliv --safe-links", "-ri --safe-links", "-rlin --safe-links -v",
    "-rl --safe-links --info=symsafe", "-rl --safe-links --info=name", "-rlv --safe-links --info=symsafe0",
    "-rlivv --safe-links --existing", "-rlivv --safe-links --ignore-existing", "-rli --safe-links --stats",
    "-rli --safe-links --delete", "-rlH --safe-links -v", "-rlv --safe-links --exclude=out*", "-rlqv --safe-links")
# The link to the parent would be copied with all that is in it, for ever.
FOLLOWED = {name: (words + ["--exclude=parent", "--exclude=trailing"],) for name, (words,) in options_table(
    "-rli --copy-unsafe-links", "-riv --copy-unsafe-links", "-ri --copy-unsafe-links", "-rlivn --copy-unsafe-links",
    "-rlik --copy-unsafe-links -v", "-rli --copy-unsafe-links --safe-links -v", "-rliv --copy-unsafe-links --info=symsafe0",
    "-rli --copy-unsafe-links --info=symsafe", "-aHi --copy-unsafe-links", "-rli --copy-unsafe-links --exclude=out*/",
    "-rlik --safe-links -v").items()}


@needs(no_rsync)
@cases({f"{name} {source}": (*rest, source) for name, rest in SETS.items() for source in ("src/", "src")})
def test_safe_links(t, options, source):
    world_of_targets(t).compare(*options, source, "dst", exit=0)


@needs(no_rsync)
@cases({f"{name} {source}": (*rest, source) for name, rest in FOLLOWED.items() for source in ("src/", "src")})
def test_copy_unsafe_links(t, options, source):
    world_of_targets(t).compare(*options, source, "dst")


@needs(no_rsync)
@cases({f"{option} {operand}": (option, operand) for option in ("--safe-links", "--copy-unsafe-links")
    for operand in ("src/outfile", "src/absolute", "src/lost", "src/outdir", "src/dangling", "src/outdir/", "src/file")})
def test_operands(t, option, operand):
    world_of_targets(t).compare("-rliv", option, operand, "dst")


@needs(no_rsync)
def test_every_target_of_three_components(t):
    world = World(t)
    components = ("..", ".", "", "a", "...")
    targets = sorted({"/".join(parts) for length in (1, 2, 3) for parts in itertools.product(components, repeat=length)})
    for folder in ("src", "src/p", "src/p/q"):
        for number, target in enumerate(targets):
            if target:
                world.link(f"{folder}/{number}", target)
    world.compare("-rlv", "--safe-links", "src/", "dst", exit=0)


@needs(no_rsync)
@cases(options_table("-aiv --munge-links", "-aiv --munge-links --safe-links", "-aiv --munge-links --no-munge-links",
    "-aiv --munge-links --copy-unsafe-links", "-rniv --munge-links", "-aii --munge-links --stats", "-ai"))
def test_munged_links(t, options):
    world = World(t)
    world.link("src/munged", "/rsyncd-munged/foo")
    world.link("src/absolute", "/rsyncd-munged//etc/passwd")
    world.link("src/twice", "/rsyncd-munged//rsyncd-munged/x")
    world.link("src/only", "/rsyncd-munged/")
    world.link("src/plain", "bar")
    world.link("dst/munged", "foo")
    world.link("dst/absolute", "/rsyncd-munged//etc/passwd")
    world.compare(*options, "src/", "dst")
    world.compare_again(*options, "src/", "dst")


@needs(no_rsync)
@cases({options: (options.split(),) for options in (
    "-a --safe-links", "-ai --safe-links", "-avv --safe-links", "-avvn --safe-links", "-a --info=symsafe --safe-links",
    "-a --info=backup --safe-links", "-a --info=name --safe-links", "-a --safe-links --backup-dir=../kept", "-avv")})
def test_unsafe_links_that_are_replaced_or_deleted_have_no_backup(t, options):
    world = World(t)
    world.files("src/file", "src/dir/", "src/d/file", "dst/gone/deeper/")
    world.link("src/link", "file")
    world.link("src/unsafe", "/new")
    world.link("dst/unsafe", "/old")
    world.node("src/fifo", stat.S_IFIFO)
    for name in ("file", "dir", "link", "fifo", "gone/x", "d/file", "surplus"):
        world.link(f"dst/{name}", "/etc/passwd")
    for name, target in (("fine", "file"), ("d/up", "../fine"), ("d/out", "../../out"), ("gone/deeper/up", "../../fine")):
        world.link(f"dst/{name}", target)
    world.compare("-b", "--delete", *options, "src/", "dst/")
