"""Symbolic links, hard links, fifos, sockets, devices, sparse files, other file systems."""

import os
import stat

from common.commands import no_rsync, system
from common.generate import Generator
from common.runner import cases, needs
from common.world import World


def options_table(*lines):
    return {line: (line.split(),) for line in lines}


@needs(no_rsync)
@cases(options_table("-r", "-rl", "-a", "-a --no-l", "-rv", "-rn", "-rlv", "-rq", "-rtv --no-D", "-rlD",
    "-rD --no-devices", "-rD --no-specials", "-rvv", "-ri", "-rlt --specials"))
def test_links_and_special_files(t, options):
    world = World(t)
    world.files("src/file", "src/d/file")
    world.link("src/link", "file")
    world.link("src/dangling", "no/such")
    world.link("src/absolute", "/etc/passwd")
    world.link("src/to-directory", "d")
    world.link("src/long", "t" * (4000 if system() == "linux" else 1000))  # PATH_MAX is 4096 or 1024
    world.link("src/d/climbing", "../../../../file")
    world.link("src/bytes", b"caf\xe9\n\x01")
    world.node("src/fifo", stat.S_IFIFO)
    Generator(t.seed).socket(world.path("src/socket"))
    if os.geteuid() == 0:
        world.node("src/tty", stat.S_IFCHR, os.makedev(5, 0))
        world.node("src/disk", stat.S_IFBLK, os.makedev(7, 200000))
    world.compare(*options, "src/", "dst", exit=0)


@needs(no_rsync)
@cases({"link": ("link",), "fifo": ("fifo",)})
def test_single_special_operand_without_its_option(t, name):
    world = World(t)
    world.link("link", "nowhere")
    world.node("fifo", stat.S_IFIFO)
    world.files("dst/")
    world.compare("-ri", name, "dst", exit=0)


@needs(no_rsync)
def test_every_type_replaces_every_other(t):
    world = World(t)
    makers = {"file": lambda path: world.file(path, b"content"), "link": lambda path: world.link(path, "target"),
        "link2": lambda path: world.link(path, "target 2"),
              "fifo": lambda path: world.node(path, stat.S_IFIFO), "dir": world.dir}
    if os.geteuid() == 0:
        makers["char"] = lambda path: world.node(path, stat.S_IFCHR, os.makedev(1, 3))
        makers["char2"] = lambda path: world.node(path, stat.S_IFCHR, os.makedev(1, 5))
        makers["block"] = lambda path: world.node(path, stat.S_IFBLK, os.makedev(7, 3))
    for new, make_new in makers.items():
        for old, make_old in makers.items():
            make_new(f"src/{old}-to-{new}")
            make_old(f"dst/{old}-to-{new}")
    world.compare("-ai", "src/", "dst/", exit=0)


def linked(t):
    """A group over three directories, one of two names, and a link and a fifo with two names each."""
    world = World(t)
    world.files("src/a", "src/d/pair", "src/alone")
    world.hard("src/b/same", "src/a")
    world.hard("src/z", "src/a")
    world.hard("src/b/pair", "src/d/pair")
    world.link("src/link", "a")
    world.hard("src/b/link", "src/link")
    world.node("src/fifo", stat.S_IFIFO)
    world.hard("src/b/fifo", "src/fifo")
    world.file("src/empty", b"")
    world.hard("src/empty2", "src/empty")
    return world


@needs(no_rsync)
@cases(options_table("-aH", "-aHi", "-aHii", "-aHv", "-aHvv", "-a", "-aHin", "-aHi --no-H", "-rHi", "-aHi --inplace",
    "-aHi --stats", "-aHic", "-aHiI"))
def test_hard_links_into_an_empty_destination(t, options):
    linked(t).compare(*options, "src/", "dst", exit=0)


@needs(no_rsync)
@cases(options_table("-aHi --exclude=a", "-aHi --exclude=/b", "-aHv --exclude=z --exclude=same"))
def test_hard_links_with_names_outside_the_transfer(t, options):
    linked(t).compare(*options, "src/", "dst", exit=0, output=False)


@needs(no_rsync)
@cases(options_table("-aHi", "-aHii", "-aHvv", "-aHi --delete", "-aHin", "-aHi --ignore-existing",
    "-aHi --existing", "-aHiI", "-aHic", "-aHiu", "-aHi --size-only"))
def test_hard_links_over_an_older_destination(t, options):
    world = linked(t)
    world.file("dst/a", b"older a")
    world.file("dst/z", b"src/a")
    world.file("dst/d/pair", b"src/d/pair")
    world.file("dst/alone", b"src/alone")
    world.hard("dst/wrongly-linked", "dst/alone")
    world.hard("dst/b/pair", "dst/alone")
    world.file("dst/empty", b"")
    world.hard("dst/empty2", "dst/empty")
    world.compare(*options, "src/", "dst")


@needs(no_rsync)
@cases(options_table("-aHi", "-aHii", "-aHi --delete"))
def test_hard_links_that_are_right_already(t, options):
    world = linked(t)
    world.compare("-aHi", "src/", "dst", exit=0)
    world.compare_again(*options, "src/", "dst", exit=0)


@needs(no_rsync)
def test_group_broken_at_the_source_is_broken_in_the_copy(t):
    world = World(t)
    world.file("src/a", b"one")
    world.file("src/b", b"another")
    world.file("dst/a", b"one")
    world.hard("dst/b", "dst/a")
    found = world.compare("-aHi", "src/", "dst", exit=0)
    assert found.tree[b"dst/a"].content != found.tree[b"dst/b"].content


@needs(no_rsync)
def test_without_hard_links_an_update_does_not_write_through_other_names(t):
    world = World(t)
    world.file("src/a", b"new content")
    world.file("dst/a", b"old")
    world.hard("elsewhere/precious", "dst/a")
    found = world.compare("-ai", "src/", "dst", exit=0)
    assert found.tree[b"elsewhere/precious"].size == 3


@needs(no_rsync)
def test_hard_links_between_sources(t):
    world = World(t)
    world.files("one/a", "two/x")
    world.hard("two/b", "one/a")
    world.compare("-aHi", "one/", "two/", "dst", exit=0)
    assert world.compare_again("-aHi", "one", "two", "again", exit=0).tree[b"again/two/b"].links == b"again/one/a"


@needs(no_rsync)
@cases(options_table("-aS", "-aSi --inplace", "-aSc", "-aS --no-S", "-aSW"))
def test_sparse_files(t, options):
    world = World(t)
    for name, pieces in {"hole": (0, b"start"), "middle": (300_000, b"x" * 5000), "end": (1_000_000, b"e")}.items():
        with open(world.file("src/" + name), "r+b") as file:
            file.seek(pieces[0])
            file.write(pieces[1])
            file.truncate(1_000_001)
    world.file("src/zeros", bytes(500_000))
    world.file("src/mixed", (b"data" * 1024 + bytes(8192)) * 20)
    world.file("dst/zeros", b"\1" * 600_000)
    world.file("dst/mixed", b"old" * 70_000)
    world.compare(*options, "src/", "dst/", exit=0)


@needs(no_rsync)
def test_sparse_gives_holes_for_zeros(t):
    world = World(t)
    world.file("src/zeros", bytes(4 << 20))
    world.file("src/mixed", (b"d" * 65536 + bytes(65536)) * 16)
    found = world.compare("-aS", "src/", "dst", exit=0, blocks=False)
    arsync_blocks = {name: os.stat(t.path("arsync", "dst", name)).st_blocks for name in ("zeros", "mixed")}
    rsync_blocks = {name: os.stat(t.path("rsync", "dst", name)).st_blocks for name in ("zeros", "mixed")}
    assert found.tree[b"dst/zeros"].size == 4 << 20
    for name, blocks in arsync_blocks.items():
        assert blocks <= rsync_blocks[name] + 16, f"{name}: arsync {blocks}, rsync {rsync_blocks[name]} blocks"
