"""--append, --append-verify."""

from common.commands import no_rsync
from common.generate import PAST
from common.runner import cases, needs
from common.world import World


def table(*lines):
    return {line: (line.split(),) for line in lines}


def growing(t):
    """Shorter, equal, longer, missing, and one whose beginning is another."""
    world = World(t)
    big = b"".join(b"%08d" % number for number in range(100_000))
    for name, source, there in (("short", b"hello world\n", b"hello"), ("longer", b"aaa", b"bbbbbb"),
                                ("equal", b"same", b"sbme"), ("other", b"YYYYYZZZ", b"XXXXX"),
                                ("big", big, big[:300_001]), ("empty", b"x" * 5000, b""), ("d/deep", b"12345", b"123")):
        world.file("src/" + name, source, mode=0o640)
        world.file("dst/" + name, there, mtime=PAST - 1000)
    world.file("src/new", b"n" * 70_000)
    world.file("src/same", b"same", mode=0o600)
    world.file("dst/same", b"same")
    world.file("dst/extra", b"extra")
    return world


@needs(no_rsync)
@cases(table("-a --append", "-ai --append", "-aii --append", "-av --append", "-avv --append", "-ain --append",
             "-ai --append --inplace", "-ai --append --no-W", "-aci --append", "-aui --append", "-aIi --append",
             "-ai --append --no-append", "-ai --append --append", "-rli --append", "-ai --append --delete",
             "-ai --append --size-only", "-ai --append --existing", "-ai --append --ignore-existing",
             "-a --append --stats", "-ai --append --preallocate", "-a --append --fsync", "-a --append --progress",
             "-ai --append --partial", "-ai --append -B 1000", "-ai --append --no-inplace"))
def test_append(t, options):
    growing(t).compare(*options, "src/", "dst/", exit=0)


@needs(no_rsync)
@cases(table("-a --append-verify", "-ai --append-verify", "-av --append-verify", "-ain --append-verify",
             "-ai --append-verify --stats", "-aii --append-verify", "-ri --append-verify",
             "-ai --append-verify --no-append", "-ai --append --append-verify", "-ai --append-verify --append",
             "-ai --append-verify --existing", "-ai --append-verify --size-only"))
def test_append_verify_sends_once_more_what_differs(t, options):
    """The old part of `other` is not the source's: told twice, with a warning, and right in the end."""
    growing(t).compare(*options, "src/", "dst/", exit=0)


@needs(no_rsync)
def test_append_verify_sends_only_blocks_that_differ(t):
    world = World(t)
    data = b"".join(b"%08d" % number for number in range(20_000))
    world.file("src/a", data)
    world.file("dst/a", b"?" + data[1:90_000], mtime=PAST - 5)
    world.compare("-ai", "--append-verify", "--stats", "src/", "dst/", exit=0)


@needs(no_rsync)
def test_append_keeps_the_file_and_its_hard_links(t):
    world = World(t)
    world.file("src/a", b"one two three")
    world.file("dst/a", b"one ", mtime=PAST - 5)
    world.hard("dst/other", "dst/a")
    world.compare("-ai", "--append", "src/", "dst/", exit=0)


@needs(no_rsync)
@cases(table("-aHi --append", "-aHi --append-verify"))
def test_append_to_hard_linked_files(t, options):
    world = World(t)
    world.file("src/a", b"one two three")
    world.hard("src/b", "src/a")
    world.file("dst/a", b"one ", mtime=PAST - 5)
    world.hard("dst/b", "dst/a")
    world.compare(*options, "src/", "dst/", exit=0)


def test_append_leaves_holes_in_what_it_appends(t):
    """-S with --append: rsync 3.5.0 writes zeros over what was there. Here only what is appended has holes."""
    world = World(t)
    world.file("src/a", b"begin" * 1000 + bytes(1 << 20) + b"end")
    world.file("dst/a", b"begin" * 1000, mtime=PAST - 5)
    result = world.arsync("-aS", "--append", "src/", "dst/")
    assert result.code == 0, result
    with open(world.path("src/a"), "rb") as wanted, open(world.path("dst/a"), "rb") as got:
        assert wanted.read() == got.read()
    import os
    assert os.stat(world.path("dst/a")).st_blocks * 512 < 1 << 19


def test_append_with_fuzzy_copies_what_is_missing(t):
    """rsync 3.5.0 leaves a missing file out if --append and -y find a similar one that is not shorter."""
    world = World(t)
    world.file("src/file-1", b"new")
    world.file("dst/file-2", b"something longer", mtime=PAST - 5)
    result = world.arsync("-ai", "--append", "-y", "src/", "dst/")
    assert result.code == 0 and b">f+++++++++ file-1" in result.out, result
