"""-T: temporary files in another directory."""

import os
import random
import subprocess
import time

from common import commands
from common.commands import no_rsync
from common.generate import PAST
from common.runner import cases, needs
from common.world import World


def table(*lines):
    return {line: (line.split(),) for line in lines}


def small_world(t):
    world = World(t)
    for name in ("a", "b", "d/c", ".hidden"):
        world.file("src/" + name, random.Random(name).randbytes(300_000), mode=0o640)
    world.file("dst/a", b"old", mtime=PAST - 5)
    world.file("dst/file", b"a file")
    world.dir("dst/tmp")
    world.dir("tmp")
    return world


@needs(no_rsync)
@cases(table("-ai -T tmp", "-ai -Ttmp", "-ai -T tmp --delete --exclude=tmp",
             "-ai -T tmp --inplace", "-ai -T tmp --no-W --stats", "-ai -T tmp --partial", "-ai -T tmp --delay-updates",
             "-ai -T tmp -S", "-ai -T tmp --fsync --preallocate", "-ain -T tmp", "-rli -T tmp", "-aXi -T tmp",
             "-ai -T tmp --partial-dir=.p"))
def test_result(t, options):
    small_world(t).compare(*options, "src/", "dst/", exit=0)


@needs(no_rsync)
@cases(table("-a -T none", "-a -T file", "-an -T none", "-a --temp-dir=", "-a -T /nonexistent/x"))
def test_no_such_directory(t, options):
    """Exit 1, with rsync's words, and nothing is changed."""
    world = small_world(t)
    result = world.compare(*options, "src/", "dst/", exit=1)
    again = commands.run(commands.arsync(), *options, "src/", "dst/", cwd=world.top)
    assert result.err.split(b"\n")[0] in again.err, (result.err, again.err)


@needs(no_rsync)
@cases(table("-ai", "-ai --delay-updates", "-ai --partial-dir=.p"))
def test_absolute_path(t, options):
    """Of a destination that exists, and of one that is made."""
    world = small_world(t)
    os.mkdir(t.path("temp"))
    world.compare(*options, "-T", t.path("temp"), "src/", "dst/", exit=0)
    world.compare_again(*options, f"--temp-dir={t.path('temp')}", "src/", "fresh/", exit=0)
    assert os.listdir(t.path("temp")) == []


@cases(table("-a -T .", "-a -T d", "-rt -T d", "-a -T d --delay-updates"))
def test_directory_of_the_transfer_keeps_its_time(t, options):
    """Files of directories that come after it go through it when it has its time already; rsync leaves the new one."""
    world = small_world(t)
    for number in range(20):
        world.file(f"src/e{number}/f", random.Random(number).randbytes(100_000))
    world.dir("src/d", mtime=PAST - 100)
    world.dir("src", mtime=PAST - 200)
    for name in ("dst/d", "dst"):
        world.dir(name, mtime=PAST - 300)
    assert world.arsync(*options, "src/", "dst/").code == 0
    for name in (".", "d"):
        assert os.path.getmtime(world.path(f"dst/{name}")) == os.path.getmtime(world.path(f"src/{name}")), name


def test_destination_itself(t):
    world = small_world(t)
    assert world.arsync("-a", "-T", ".", "src/", "dst/").code == 0
    assert sorted(os.listdir(world.path("dst"))) == [b".hidden", b"a", b"b", b"d", b"file", b"tmp"]


def test_path_that_leads_upwards(t):
    """rsync 3.5.0 takes `-T ../tmp`, and then fails to create anything there (EINVAL)."""
    world = small_world(t)
    result = world.arsync("-a", "-T", "../tmp", "src/", "fresh/")
    assert result.code == 0 and sorted(os.listdir(world.path("fresh"))) == [b".hidden", b"a", b"b", b"d"], result


def test_name_and_mode_of_the_temporary_file(t):
    world = small_world(t)
    world.settle()
    process = subprocess.Popen([commands.arsync(), "-a", "-T", "tmp", "--bwlimit=500", "src/a", "dst/"],
                               cwd=world.top)
    seen = {}
    while process.poll() is None:
        for name in os.listdir(world.path("dst/tmp")):
            try:
                mode = os.stat(os.path.join(world.path("dst/tmp"), name)).st_mode & 0o777
            except FileNotFoundError:
                continue
            seen.setdefault(name, mode)  # while there is data to write; it gets its own mode at the end
        time.sleep(0.01)
    assert process.returncode == 0
    assert len(seen) == 1, seen
    (name, mode), = seen.items()
    assert name.startswith(b"a.") and len(name) == 8 and mode == 0o600, seen
    assert os.listdir(world.path("dst/tmp")) == []
