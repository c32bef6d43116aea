"""--preallocate, -S and --inplace, alone and together: content and allocated blocks; --fsync."""

import os

from common import commands
from common.commands import no_rsync
from common.generate import PAST
from common.runner import cases, needs
from common.world import World


def table(*lines):
    return {line: (line.split(),) for line in lines}


@needs(no_rsync)
@cases(table("-a --preallocate", "-aS", "-aS --preallocate", "-aS --inplace", "-aS --preallocate --inplace",
             "-a --preallocate --inplace", "-aS --no-W", "-aS --no-W --inplace", "-aS --preallocate --no-W",
             "-aS --preallocate --append"))
@needs(lambda: None if commands.system() == "linux" else "macOS has blocks of another size")
def test_blocks(t, options):
    """New and over old data: as many blocks as with rsync, some more or less at the edges."""
    world = World(t)
    content = bytes(1 << 20) + b"data" * 1000 + bytes(1 << 20) + b"end"
    world.file("src/new", content)
    world.file("src/old", content)
    world.file("dst/old", os.urandom(1 << 20), mtime=PAST - 5)
    world.file("src/small", b"small")
    world.file("src/empty", b"")
    world.settle()
    there = world.copy("arsync")
    blocks = []
    for program, top in ((commands.rsync(), world.top), (commands.arsync(), there)):
        assert commands.run(program, *options, "src/", "dst/", cwd=top).code == 0
        blocks.append({name: os.stat(f"{top}/dst/{name}").st_blocks for name in ("new", "old", "small", "empty")})
        for name in ("new", "old"):
            if "--append" not in options:
                with open(f"{top}/dst/{name}", "rb") as file:
                    assert file.read() == content, (program, name)
    for name in blocks[0]:
        assert abs(blocks[0][name] - blocks[1][name]) <= 64, blocks


@needs(no_rsync)
@cases(table("-ai --fsync", "-ai --fsync --inplace", "-ai --fsync --no-W", "-ai --preallocate", "-ain --preallocate",
             "-ai --preallocate --partial-dir=.p", "-aHi --fsync", "-a --preallocate --stats"))
def test_result(t, options):
    world = World(t)
    world.file("src/a", b"a" * 500_000)
    world.file("dst/a", b"b" * 300_000, mtime=PAST - 5)
    world.files("src/b", "src/d/c")
    world.file("src/empty", b"")
    world.compare(*options, "src/", "dst/", exit=0)
