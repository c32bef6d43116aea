"""A disk image with a few changed blocks: --inplace --no-whole-file writes these and nothing else."""

import os
import random
import re

from common import commands
from common.commands import no_rsync
from common.generate import PAST
from common.runner import cases, needs
from common.world import World

SIZE = 200 << 20
CHANGED = (0, 17 << 20, (64 << 20) + 4096, (150 << 20) + 12345, SIZE - 5000)


def image(world, name, marks, mtime=PAST):
    """Sparse, with some data here and there, and a mark at each position of `marks`."""
    path = world.file(name, b"", mtime=mtime)
    chance = random.Random(1)
    with open(path, "r+b") as file:
        file.truncate(SIZE)
        for at in range(0, SIZE, 20 << 20):
            file.seek(at)
            file.write(chance.randbytes(300_000))
        for at in marks:
            file.seek(at)
            file.write(b"changed!" * 100)
    return path


@needs(lambda: None if commands.system() == "linux" else "what a process wrote is counted by Linux")
@cases({"in place": ("--inplace",), "in place, -S": ("--inplace", "-S"), "-B 4096": ("--inplace", "-B4096")})
def test_only_changed_blocks_are_written(t, *options):
    world = World(t)
    source = image(world, "src/disk", CHANGED)
    target = image(world, "dst/disk", (), mtime=PAST - 5)
    world.settle()
    before = os.stat(target)
    arguments = [commands.arsync(), "-a", "--no-whole-file", *options, "--stats", "src/", "dst/"]
    out = t.path("out")
    process = os.fork()
    if process == 0:
        os.chdir(world.top)
        os.dup2(os.open(out, os.O_WRONLY | os.O_CREAT, 0o600), 1)
        os.execv(arguments[0], arguments)
    os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)
    with open(f"/proc/{process}/io", "rb") as file:
        written = int(re.search(rb"wchar: (\d+)", file.read())[1])
    _, status = os.waitpid(process, 0)
    assert status == 0, status
    with open(out, "rb") as file:
        literal, = re.findall(rb"Literal data: ([\d,]+) bytes", file.read())
    assert int(literal.replace(b",", b"")) <= len(CHANGED) * 2 * 131072, literal
    # Of what a block has, only the pages that differ; and what was printed.
    assert written <= len(CHANGED) * 2 * 4096 + 2000, written
    after = os.stat(target)
    assert (after.st_ino, after.st_size) == (before.st_ino, SIZE)
    assert abs(after.st_blocks - before.st_blocks) * 512 <= len(CHANGED) * 4 * 4096, (before, after)
    with open(source, "rb") as wanted, open(target, "rb") as got:
        while piece := wanted.read(1 << 22):
            assert piece == got.read(1 << 22)


@needs(no_rsync)
@cases({"in place": ("--inplace",), "beside": ()})
def test_statistics(t, *options):
    world = World(t)
    image(world, "src/disk", CHANGED)
    image(world, "dst/disk", (), mtime=PAST - 5)
    world.compare("-ai", "--no-whole-file", *options, "--stats", "src/", "dst/", exit=0)
