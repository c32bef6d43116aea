"""--delete and its kin."""

import os
import stat

from common.commands import NOBODY, no_rsync, not_root
from common.runner import cases, needs
from common.world import World


def extras(t):
    """Extras of every type, at several depths; two files are to stay."""
    world = World(t)
    world.files("src/keep", "src/d/keep", "dst/keep", "dst/d/keep", "dst/extra", "dst/d/extra", "dst/x/y/z/deep",
        "dst/x/file", "dst/.hidden",
                "dst/only.tmp", "src/keep.tmp", "dst/d/e/empty/", "src/new/f")
    world.link("dst/link", "d")
    world.link("dst/x/dangling", "nowhere")
    world.node("dst/fifo", stat.S_IFIFO)
    return world


@needs(no_rsync)
@cases({name: (name.split(),) for name in ("--delete", "--del", "--delete-during", "--delete -n", "--delete -v",
                                           "--delete -vv", "--delete -q", "--delete --no-i", "--delete --existing",
                                           "--delete --ignore-existing", "--delete --exclude=*.tmp",
                                           "--delete --exclude=*.tmp --delete-excluded",
                                           "--delete-excluded --exclude=x", "--delete --exclude=/x/y",
                                           "--delete --exclude=extra", "--delete --exclude=/d",
                                           "--delete-excluded --exclude=/d", "--delete --filter=P_extra",
                                           "--delete --filter=H_keep", "--delete --filter=S_keep --filter=H_*",
                                           "--delete --filter=R_extra --exclude=extra", "--delete --force",
                                           "--delete --inplace", "--delete --size-only", "--delete --stats",
                                           "--delete --ignore-errors", "--delete --exclude=*/ ",
                                           "--delete --include=*/ --exclude=*", "--delete -O", "--delete -u",
                                           "--delete -c", "--delete -H", "--delete -x", "--delete --no-r --no-d")})
def test_delete_with(t, options):
    extras(t).compare("-ai", *options, "src/", "dst/")


@needs(no_rsync)
@cases({name: (source.split(),) for name, source in (
    ("whole directory", "src"), ("contents", "src/"), ("one subdirectory", "src/d"), ("single files", "src/keep"),
    ("contents and subdirectory", "src/ src/d"), ("files and directory", "src/keep src/d"))})
def test_deletes_only_where_contents_were_sent(t, sources):
    extras(t).compare("-ai", "--delete", *sources, "dst/", exit=0)


@needs(no_rsync)
@cases({str(limit): (limit,) for limit in (-1, 0, 1, 2, 3, 5, 7, 8, 50)})
def test_max_delete(t, limit):
    """Which names go is by rsync's order within a directory."""
    extras(t).compare("-ai", "--delete", f"--max-delete={limit}", "src/", "dst/")


@needs(no_rsync)
@cases({"0": (0,), "2": (2,), "50": (50,)})
def test_max_delete_in_a_dry_run(t, limit):
    extras(t).compare("-ain", "--delete", f"--max-delete={limit}", "src/", "dst/")


@needs(no_rsync)
@cases({"plain": ([],), "force": (["--force"],), "delete": (["--delete"],), "dry": (["-n"],), "dry force": (["-n",
    "--force"],),
        "inplace": (["--inplace"],), "max-delete": (["--delete", "--max-delete=1"],)})
def test_directory_in_the_way_of_something_else(t, options):
    world = World(t)
    world.files("src/file", "dst/file/inside", "dst/file/d/inside", "dst/link/inside", "dst/fifo/inside",
        "dst/empty-dir/")
    world.file("src/empty-dir", b"now a file")
    world.link("src/link", "file")
    world.node("src/fifo", stat.S_IFIFO)
    world.compare("-ai", *options, "src/", "dst/")


@needs(no_rsync)
@cases({"plain": ([],), "delete": (["--delete"],), "dry": (["-n"],), "existing": (["--existing"],)})
def test_something_else_in_the_way_of_a_directory(t, options):
    world = World(t)
    world.files("src/file/inside", "src/link/inside", "src/fifo/d/inside", "elsewhere/precious")
    world.file("dst/file", b"was a file")
    world.link("dst/link", "../elsewhere")
    world.node("dst/fifo", stat.S_IFIFO)
    found = world.compare("-ai", *options, "src/", "dst/")
    assert b"elsewhere/inside" not in found.tree and b"elsewhere/precious" in found.tree


@needs(no_rsync)
def test_delete_does_not_follow_links(t):
    world = World(t)
    world.files("src/a", "elsewhere/precious")
    world.link("dst/l", "../elsewhere")
    assert b"elsewhere/precious" in world.compare("-ai", "--delete", "src/", "dst/", exit=0).tree


@needs(no_rsync)
@cases({"delete": (["--delete"],), "during": (["--delete-during"],), "excluded": (["--delete-excluded"],),
    "max": (["--max-delete=3"],)})
def test_delete_needs_recursion(t, options):
    extras(t).compare("-lpti", *options, "src/", "dst/")


@needs(no_rsync, not_root)
@cases({"file": ("src/d/keep",), "vanished operand": ("src/gone",)})
def test_unreadable_file_does_not_stop_deletion(t, closed):
    world = World(t, user=NOBODY)
    world.files("src/keep", "src/d/keep", "dst/d/extra", "dst/extra")
    if closed == "src/d/keep":
        world.file("src/d/keep", b"closed", mode=0)
    world.compare("-ai", "--delete", "src/", "dst/")


@needs(no_rsync, not_root)
def test_unwritable_destination_directory_keeps_its_extras(t):
    world = World(t, user=NOBODY)
    world.files("src/a", "src/d/keep", "dst/a", "dst/d/keep", "dst/extra/closed/f")
    world.dir("dst/extra/closed", mode=0o555)
    world.compare("-rlti", "--delete", "src/", "dst/", output=False)


@needs(no_rsync)
def test_nothing_to_delete_in_an_empty_destination(t):
    world = World(t)
    world.files("src/a/b")
    world.compare("-ai", "--delete", "src/", "dst/", exit=0)


@needs(no_rsync)
def test_empty_source_empties_the_destination_when_forced(t):
    world = World(t)
    world.dir("src")
    world.files("dst/a", "dst/b/c")
    found = world.compare("-ai", "--delete", "--force", "src/", "dst/", exit=0)
    assert not [path for path in found.tree if path.startswith(b"dst/")]


@needs(no_rsync)
def test_many_deletions_keep_their_order(t):
    world = World(t)
    world.dir("src")
    world.files(*(f"dst/{folder}/{name}" for folder in ("b", "b.d", "a", "a/z") for name in ("b-c", "b.c", "c", "_u",
        ".h", "é")))
    assert len(world.compare("-av", "--delete", "--force", "src/", "dst/", exit=0).deletions) == 28


@needs(no_rsync, not_root)
def test_sure_delete_deletes_nothing_when_a_source_directory_is_unreadable(t):
    """A meant difference: rsync deletes in the directories that it was done with before the error."""
    world = World(t, user=NOBODY)
    world.files("src/a/keep", "src/z-closed/f", "dst/a/extra", "dst/extra", "dst/z-closed/old")
    world.dir("src/z-closed", mode=0)
    result = world.arsync("-ai", "--delete", "src/", "dst/")
    assert result.code == 23, result
    for name in ("dst/a/extra", "dst/extra", "dst/z-closed/old", "dst/a/keep"):
        assert os.path.exists(world.path(name)), f"{name} is gone\n{result}"


@needs(no_rsync, not_root)
def test_ignore_errors_deletes_in_spite_of_an_unreadable_directory(t):
    world = World(t, user=NOBODY)
    world.files("src/a/keep", "src/closed/f", "dst/a/extra", "dst/extra", "dst/closed/old")
    world.dir("src/closed", mode=0)
    found = world.compare("-rltDi", "--delete", "--ignore-errors", "src/", "dst/", exit=23)
    assert b"dst/extra" not in found.tree and b"dst/a/keep" in found.tree


@needs(no_rsync)
@cases({options: (options.split(),) for options in (
    "-ai --delete", "-ain --delete", "-ai --del", "-abi --delete", "-abi --delete --backup-dir=../old", "-ai --delete --filter=P_7",
    "-ai --delete-delay", "-av --delete --stats")})
def test_many_subtrees_go_in_order(t, options):
    world = World(t)
    world.files("src/file", "src/d/file", "src/d/sub/file", "dst/d/old", "dst/surplus")
    for number in range(40):
        world.files(f"dst/s{number}/{number % 10}", f"dst/s{number}/sub/f", f"dst/d/t{number}/f", f"dst/d/sub/u{number}/")
    world.compare(*options, "src/", "dst/", exit=0)
