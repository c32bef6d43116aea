"""When is a file the same? Quick check, -c, -u, -I, --size-only, --existing, --ignore-existing."""

import os
import stat

from common.commands import no_rsync
from common.generate import PAST
from common.runner import cases, needs
from common.world import World

NEWER, OLDER = PAST + 100, PAST - 100
OPTIONS = {
    "default": (["-ai"],), "twice": (["-aii"],), "checksum": (["-aic"],), "update": (["-aiu"],),
    "ignore times": (["-aiI"],), "size only": (["-ai", "--size-only"],), "existing": (["-ai", "--existing"],),
    "ignore existing": (["-ai", "--ignore-existing"],), "only delete": (["-ai", "--existing", "--ignore-existing",
        "--delete"],),
    "checksum beats size only": (["-ai", "-c", "--size-only"],), "checksum beats ignore times": (["-aicI"],),
    "size only and ignore times": (["-aiI",
        "--size-only"],), "without times": (["-rlpgoDi"],), "checksum without times": (["-rlpci"],),
    "update and checksum": (["-aiuc"],), "update with size only": (["-aiu",
        "--size-only"],), "existing and update": (["-aiu", "--existing"],),
    "ignore non existing": (["-ai", "--ignore-non-existing"],), "recursion only": (["-ri"],), "no forms": (["-aiuIc",
        "--no-c"],),
    "dry": (["-ain"],), "existing and delete": (["-ai", "--existing", "--delete"],), "whole": (["-aiW"],),
    "in place": (["-ai", "--inplace"],), "in place checksum": (["-aic", "--inplace"],), "verbose skips": (["-avv"],),
    "ignore existing verbose": (["-avv", "--ignore-existing"],), "existing verbose": (["-avv", "--existing"],),
    "update verbose": (["-avvu"],),
}


def every_state(t):
    """Each name tells how destination differs from source."""
    world = World(t)
    for name in ("same", "content", "newer", "older", "bigger", "newer-content", "sub-second", "mode", "only-source"):
        world.file("src/" + name, b"content", mode=0o640)
    world.file("dst/same", b"content", mode=0o640)
    world.file("dst/content", b"CONTENT", mode=0o640)
    world.file("dst/newer", b"content", mode=0o640, mtime=NEWER)
    world.file("dst/older", b"content", mode=0o640, mtime=OLDER)
    world.file("dst/bigger", b"content and more", mode=0o640)
    world.file("dst/newer-content", b"other content", mode=0o640, mtime=NEWER)
    world.file("dst/sub-second", b"content", mode=0o640, mtime=PAST + 0.5)
    world.file("dst/mode", b"content", mode=0o600)
    world.files("dst/only-destination", "dst/only-there/x", "src/only-here/x")
    world.link("src/link", "target")
    world.link("dst/link", "other", mtime=NEWER)
    world.link("src/link-time", "target")
    world.link("dst/link-time", "target", mtime=NEWER)
    world.dir("src/dir")
    world.dir("dst/dir", mode=0o700, mtime=NEWER)
    world.file("src/dir/inside", b"1")
    world.file("dst/dir/inside", b"22", mtime=NEWER)
    world.node("src/fifo", stat.S_IFIFO)
    world.node("dst/fifo", stat.S_IFIFO)
    world.file("src/file-to-link", b"content")
    world.link("dst/file-to-link", "same", mtime=NEWER)
    world.link("src/link-to-file", "same")
    world.file("dst/link-to-file", b"content", mtime=NEWER)
    world.file("src/file-to-empty-dir", b"content")
    world.dir("dst/file-to-empty-dir", mtime=NEWER)
    world.files("src/dir-to-file/x")
    world.file("dst/dir-to-file", b"content", mtime=NEWER)
    return world


@needs(no_rsync)
@cases(OPTIONS)
def test_every_state_with(t, options):
    world = every_state(t)
    if "--ignore-existing" in options:
        # What rsync does below a file that it keeps in the place of a directory is no rule (common/differences.py).
        os.unlink(world.path("dst/dir-to-file"))
    world.compare(*options, "src/", "dst/")


@needs(no_rsync)
@cases(OPTIONS)
def test_every_state_file_by_file_with(t, options):
    world = every_state(t)
    world.compare(*options, "src/newer", "src/older", "src/bigger", "src/only-source", "src/dir", "dst")


@needs(no_rsync)
def test_second_run_prints_nothing(t):
    world = every_state(t)
    first = world.compare("-ai", "--delete", "src/", "dst/", exit=0)
    second = world.compare_again("-ai", "--delete", "src/", "dst/", exit=0)
    assert first.lines != [b""] and second.lines == [b""] and not second.deletions
