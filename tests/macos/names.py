"""Volumes on which names that differ only in case or Unicode normal form are one name, and names that are no UTF-8."""

import os
import unicodedata

from common import darwin, native, tree
from common.errnos import told
from common.exact import SUMMARY_23, without_place
from common.runner import cases

COMPOSED, DECOMPOSED = "Ünïcödé".encode(), unicodedata.normalize("NFD", "Ünïcödé").encode()
PAIRS = {"case": (b"README", b"readme"), "normal form": (COMPOSED, DECOMPOSED),
         "case of another script": ("Ωμέγα".encode(), "ΩΜΈΓΑ".encode())}
KINDS = ("apfs", "hfs")


def table(*kinds):
    return {f"{pair} on {kind}": (*names, kind) for pair, names in PAIRS.items() for kind in kinds}


def run(world, *arguments, kind="apfs", place="volume", **options):
    """In the world's directory, with `place` on a volume whose names fold."""
    os.makedirs(world.path(place), exist_ok=True)
    return darwin.run(world.test, *arguments, cwd=world.top, env=darwin.folding(world.path(place), kind=kind),
                      **options)


def names(world, directory):
    return sorted(os.listdir(world.path(directory)))


def same_name(one, other):
    fold = [unicodedata.normalize("NFD", os.fsdecode(name)).casefold() for name in (one, other)]
    return fold[0] == fold[1]


@cases(table(*KINDS))
def test_two_files_that_would_be_one(t, one, other, kind):
    """The first is copied, the second told; nothing is overwritten, and not by a second run either."""
    world = darwin.world_with_volume(t, kind)
    contents = {one: b"this is one", other: b"and this the other file"}
    for name, content in contents.items():
        world.file(b"src/" + name, content)
    world.files("src/zebra")
    world.settle()
    for attempt in ("first", "second"):
        result = run(world, "-a", "src/", "volume/dst", kind=kind)
        assert result.code == 23 and without_place(result.err).endswith(SUMMARY_23), f"{attempt}: {result}"
        left = names(world, "volume/dst")
        assert len(left) == 2 and b"zebra" in left, f"{attempt}: {left}"
        kept = next(name for name in left if name != b"zebra")
        assert same_name(kept, one)
        content = open(world.path(b"volume/dst/" + kept), "rb").read()
        first = min(contents)
        assert content == contents[first], f"{attempt}: not the file that came first"
        second = max(contents)
        # HFS+ tells its names decomposed, whatever was asked for.
        said = unicodedata.normalize("NFC", result.err.decode())
        assert all(unicodedata.normalize("NFC", name.decode()) in said for name in (first, second)), result


@cases(table(*KINDS))
def test_two_directories_that_would_be_one(t, one, other, kind):
    """They are not poured into one another, where equal names would overwrite each other."""
    world = darwin.world_with_volume(t, kind)
    for name in (one, other):
        world.file(b"src/" + name + b"/same", b"of " + name)
        world.file(b"src/" + name + b"/only in " + name, b"x")
    world.settle()
    for attempt in ("first", "second"):
        result = run(world, "-a", "src/", "volume/dst", kind=kind)
        assert result.code == 23, f"{attempt}: {result}"
        left = names(world, "volume/dst")
        assert len(left) == 1, left
        first = min(one, other)
        assert open(world.path(b"volume/dst/" + left[0] + b"/same"), "rb").read() == b"of " + first
        assert len(names(world, b"volume/dst/" + left[0])) == 2


@cases({f"{kinds[0]} and {kinds[1]} on {kind}": (*kinds, kind) for kinds in (("file", "dir"), ("dir", "file"),
    ("file", "link"), ("link", "file"), ("dir", "link"), ("link", "dir"), ("link", "link"), ("file", "fifo"))
        for kind in KINDS})
def test_things_of_two_kinds_that_would_be_one(t, first, second, kind):
    world = darwin.world_with_volume(t, kind)
    for name, what in ((b"NAME", first), (b"name", second)):
        path = b"src/" + name
        if what == "file":
            world.file(path, b"file " + name)
        elif what == "dir":
            world.file(path + b"/inside", b"inside " + name)
        elif what == "link":
            world.link(path, b"target " + name)
        else:
            os.mkfifo(world.path(path))
    world.settle()
    for attempt in ("first", "second"):
        result = run(world, "-a", "src/", "volume/dst", kind=kind)
        assert result.code == 23, f"{attempt}: {result}"
        copied = tree.snapshot(world.path("volume/dst"))
        left = [path for path in copied if path != b"." and b"/" not in path]
        assert len(left) == 1, f"{attempt}: {left}"
        wanted = tree.snapshot(world.path("src"))
        # Directories come after all files of their parent, so either may be first; but it is one of them and whole.
        whole = [name for name in (b"NAME", b"name")
                 if {path[len(name):]: (e.kind, e.content, e.target) for path, e in wanted.items()
                     if path.startswith(name)} ==
                 {path[len(name):]: (e.kind, e.content, e.target) for path, e in copied.items() if path != b"."}]
        assert whole, f"{attempt}: neither of the two: {copied}"


@cases(table(*KINDS))
def test_delete_does_not_remove_the_other_spelling_of_a_wanted_name(t, one, other, kind):
    """The destination has the name in another spelling: it is the file that the source has."""
    world = darwin.world_with_volume(t, kind)
    world.file(b"src/" + one, b"wanted")
    world.file(b"src/d-" + one + b"/inside", b"wanted")
    world.file(b"volume/dst/" + other, b"wanted")
    world.file(b"volume/dst/d-" + other + b"/inside", b"wanted")
    world.files("volume/dst/extra")
    world.settle()
    result = run(world, "-a", "--delete", "src/", "volume/dst", kind=kind)
    assert result.code == 0 and result.err == b"", result
    left = names(world, "volume/dst")
    assert len(left) == 2 and b"extra" not in left, left
    for name in left:
        path = world.path(b"volume/dst/" + name)
        assert open(path if os.path.isfile(path) else path + b"/inside", "rb").read() == b"wanted"


@cases(table(*KINDS))
def test_update_reaches_the_file_in_the_other_spelling(t, one, other, kind):
    world = darwin.world_with_volume(t, kind)
    world.file(b"src/" + one, b"new content")
    world.file(b"volume/dst/" + other, b"old")
    world.settle()
    result = run(world, "-a", "--delete", "src/", "volume/dst", kind=kind)
    assert result.code == 0, result
    left = names(world, "volume/dst")
    assert len(left) == 1 and open(world.path(b"volume/dst/" + left[0]), "rb").read() == b"new content", left
    again = run(world, "-ai", "--delete", "src/", "volume/dst", kind=kind)
    assert again.code == 0 and again.out == b"" and again.err == b"", again


@cases({kind: (kind,) for kind in KINDS})
def test_tree_on_the_same_kind_of_volume_needs_one_run(t, kind):
    """Umlauts are decomposed on HFS+ as they are written: the second run must find everything as it is."""
    world = darwin.world_with_volume(t, kind)
    world.files(*(f"src/{name}/{name}" for name in ("Übung", "straße", "a", "naïve café", "ΩΜΈΓΑ")))
    world.file(b"src/" + DECOMPOSED, b"x")
    world.settle()
    result = run(world, "-a", "--delete", "src/", "volume/dst", kind=kind)
    assert result.code == 0 and result.err == b"", result
    again = run(world, "-ai", "--delete", "src/", "volume/dst", kind=kind)
    assert again.code == 0 and again.out == b"" and again.err == b"", again
    content = {entry.content for entry in tree.snapshot(world.path("src")).values()}
    assert content == {entry.content for entry in tree.snapshot(world.path("volume/dst")).values()}


def test_case_sensitive_volume_takes_both(t):
    world = darwin.world_with_volume(t, "apfs-cs")
    for name in (b"README", b"readme"):
        world.file(b"src/" + name, name)
    world.settle()
    result = run(world, "-a", "src/", "volume/dst", kind="apfs-cs")
    assert result.code == 0 and names(world, "volume/dst") == [b"README", b"readme"], result


@cases({f"{option} {what}": (option.split(), what) for option in ("-a", "-a --inplace", "-aI", "-aH", "-a --atomic",
                                                                  "-a --delete") for what in ("small", "large")})
def test_nothing_is_overwritten_with(t, options, what):
    world = darwin.world_with_volume(t)
    size = 10 if what == "small" else 1_000_000
    world.file("src/README", b"R" * size)
    world.file("src/readme", b"r" * (size + 1))
    world.settle()
    for _ in range(2):
        result = run(world, *options, "src/", "volume/dst")
        assert result.code == 23, result
        left = names(world, "volume/dst")
        assert len(left) == 1 and open(world.path(b"volume/dst/" + left[0]), "rb").read() == b"R" * size, left


@cases({"latin-1": (b"caf\xe9",), "bytes": (b"\xff\xfe",), "cut": ("é".encode()[:1],)})
def test_name_that_is_no_utf_8_is_told(t, name):
    """APFS takes only UTF-8: EILSEQ. The rest of the tree is done, and nothing is deleted for it."""
    world = darwin.world_with_volume(t)
    world.file(b"src/" + name, b"x")
    world.file(b"src/d/" + name, b"x")
    world.files("src/good")
    world.dir(b"src/dir" + name)
    world.file(b"src/dir" + name + b"/inside", b"x")
    world.settle()
    result = run(world, "-a", "src/", "volume/dst")
    assert result.code == 23 and without_place(result.err).endswith(SUMMARY_23), result
    assert result.err.count(told("EILSEQ")) >= 3, result
    assert names(world, "volume/dst") == [b"d", b"good"] and names(world, "volume/dst/d") == [], result


def test_name_that_is_too_long_is_told(t):
    """255 bytes on Linux, 255 UTF-16 units on APFS as the loader has it: no name of a Linux source is too long there.
    A path is another matter: macOS's PATH_MAX is 1024, and arsync uses none."""
    native.skip_on_a_mac("its Python makes no path longer than 1024 bytes")
    world = darwin.world_with_volume(t)
    deep = "/".join(["d" * 200] * 8)
    world.files(f"src/{deep}/f")
    world.settle()
    result = run(world, "-a", "src/", "volume/dst")
    assert result.code == 0, result
    tree.assert_same(tree.snapshot(world.path("src")), tree.snapshot(world.path("volume/dst")))


def test_source_that_folds_is_read_as_it_is(t):
    """The operand may be spelt otherwise."""
    world = darwin.world_with_volume(t)
    world.files("volume/Source/File")
    world.settle()
    result = run(world, "-a", "volume/source/file", "dst/")
    assert result.code == 0, result
    assert len(names(world, "dst")) == 1


@cases({"directory": ("volume/Tree/", "volume/tree"), "contents into it": ("volume/Tree", "volume"),
        "file": ("volume/Tree/f", "volume/tree/F")})
def test_one_thing_in_two_spellings_is_not_copied_onto_itself(t, source, destination):
    world = darwin.world_with_volume(t)
    world.files("volume/Tree/f", "volume/Tree/g")
    world.settle()
    before = tree.snapshot(world.path("volume"))
    run(world, "-a", "--delete", source, destination)
    after = tree.snapshot(world.path("volume"))
    assert {path: entry.content for path, entry in before.items()} == {path: entry.content for path, entry in after.items()}


def test_many_names_that_would_be_one_at_the_same_time(t):
    """Workers that list a directory while others fill it never take what they do not see for "nobody's"."""
    world = darwin.world_with_volume(t, "apfs")
    for number in range(300):
        world.file(f"src/FILE{number}", b"first")
        world.file(f"src/file{number}", b"second one")
    world.settle()
    result = run(world, "-a", "--jobs=8", "src/", "volume/dst")
    assert result.code == 23, result
    assert len(names(world, "volume/dst")) == 300
    told = [line for line in result.err.split(b"\n") if line.startswith(b"arsync: cannot create ")]
    assert len(told) == 300, f"{len(told)} of 300 collisions told"


def test_collision_is_told_if_the_directory_cannot_be_listed(t):
    world = darwin.world_with_volume(t, "apfs")
    world.files("src/foo", "src/FOO")
    world.settle()
    result = run(world, "-a", "src/", "volume/dst", fault="getattrlistbulk:EIO:3")
    assert result.code == 23, result
    left = names(world, "volume/dst")
    assert len(left) == 1 and open(world.path(b"volume/dst/" + left[0]), "rb").read() == b"src/" + left[0], result
