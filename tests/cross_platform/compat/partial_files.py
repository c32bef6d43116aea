"""--partial-dir: what is left of an earlier run, and where what is left of this one goes."""

import os
import random
import signal
import stat
import subprocess
import time

from common import commands
from common.commands import no_rsync
from common.generate import PAST
from common.runner import cases, needs
from common.world import World


def table(*lines):
    return {line: (line.split(),) for line in lines}


DATA = random.Random(1).randbytes(50_000)


def left_over(t):
    """Two partial files of an earlier run, one of a file that is not in the source, one directory with nothing else."""
    world = World(t)
    for name in ("a", "b", "d/c", "d/e/g"):
        world.file("src/" + name, DATA + name.encode())
    world.file("dst/a", DATA[:100], mtime=PAST - 5)
    world.dir("dst/.p", mode=0o700)
    world.file("dst/.p/a", DATA[:30_000], mtime=PAST - 5)
    world.file("dst/.p/gone", b"gone")
    world.dir("dst/d/.p", mode=0o700)
    world.file("dst/d/.p/c", DATA[:40_000], mtime=PAST - 5)
    world.file("src/.p/z", b"z")
    world.dir("dst/d/e")
    return world


@needs(no_rsync)
@cases(table("-ai --partial-dir=.p", "-av --partial-dir=.p", "-ain --partial-dir=.p", "-ai --partial-dir .p --delete",
             "-ai --partial-dir=.p --no-W --stats", "-ain --partial-dir=.p --no-W", "-ai --partial-dir=./.p/ --no-W",
             "-ai --partial-dir=.p --no-W --stats --delete", "-ai --partial-dir=.p -c", "-ai --partial-dir=.p -S --no-W",
             "-ai --no-partial --partial-dir=.p", "-ai --partial-dir=.p --no-partial", "-ai --partial-dir=.p --fsync",
             "-ai --partial-dir=.", "-ai --partial-dir=", "-ai --partial-dir=x/y/", "-ai --partial-dir=../q --no-W",
             "-ai --partial-dir=/nonexistent/x", "-ai --partial-dir=.p --delete-excluded",
             "-ai --partial-dir=.p --preallocate --no-W",
             "-ai --partial-dir=.p -B 1000 --no-W --stats", "-rli --partial-dir=.p --no-W", "-aHi --partial-dir=.p"))
def test_what_an_earlier_run_left(t, options):
    left_over(t).compare(*options, "src/", "dst/", exit=0)


@needs(no_rsync)
@cases(table("-ai --partial --no-W --stats", "-aiP --no-W", "-ai", "-ai --partial --inplace", "-ai --partial --append",
             "-ai --partial --delay-updates", "-ai --partial --no-partial"))
def test_partial_directory_of_the_environment(t, options):
    left_over(t).compare(*options, "src/", "dst/", env={"RSYNC_PARTIAL_DIR": ".p"}, exit=0)


@needs(no_rsync)
@cases(table("-ai --no-W --stats", "-ai"))
def test_absolute_partial_directory(t, options):
    world = World(t)
    world.file("src/a", DATA)
    world.file("src/d/b", DATA)
    world.file("parts/b", DATA[:20_000], mtime=PAST - 5)
    world.settle()
    there = world.copy("arsync")
    runs = []
    for program, top in ((commands.rsync(), world.top), (commands.arsync(), there)):
        result = commands.run(program, *options, f"--partial-dir={top}/parts", "src/", "dst/", cwd=top)
        lines = [line for line in result.out.split(b"\n") if line.startswith((b">", b"Literal", b"Matched"))]
        runs.append((result.code, lines, os.listdir(top + "/parts"), sorted(os.listdir(top + "/dst/d"))))
    assert runs[0] == runs[1], runs
    assert runs[0][0] == 0 and runs[0][2] == []


def interrupted(top, *options, ready):
    """Runs arsync at a low speed until `ready()`, and interrupts it; gives its exit code."""
    process = subprocess.Popen([commands.arsync(), *options, "--bwlimit=200", "src/", "dst/"], cwd=top,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    limit = time.time() + 20
    while not ready() and process.poll() is None and time.time() < limit:
        time.sleep(0.02)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    return process.wait(timeout=20)


def large(t):
    world = World(t)
    world.file("src/a", random.Random(2).randbytes(2_000_000))
    world.file("dst/a", b"old", mtime=PAST - 5)
    world.settle()
    return world


def is_begun(top):
    return lambda: any(name != "a" and os.stat(f"{top}/dst/{name}").st_size > 0 for name in os.listdir(top + "/dst"))


WAYS = {
    "none": ((), None),
    "--partial": (("--partial",), "dst/a"),
    "--partial-dir": (("--partial-dir=.p",), "dst/.p/a"),
    "--partial-dir --no-W": (("--partial-dir=.p", "--no-W"), "dst/.p/a"),
    "--delay-updates": (("--delay-updates",), "dst/.~tmp~/a"),
    "--delay-updates --partial-dir": (("--delay-updates", "--partial-dir=.p"), "dst/.p/a"),
    "--partial-dir -T": (("--partial-dir=.p", "-T", "."), "dst/.p/a"),
}


@cases({way: (way,) for way in WAYS})
def test_interrupt(t, way):
    """Exit 20; what was copied is kept where it shall be and nowhere else, the old file is there but for --partial."""
    options, kept = WAYS[way]
    world = large(t)
    top = world.top
    code = interrupted(top, "-a", *options, ready=is_begun(top))
    assert code == 20, code
    names = sorted(os.path.relpath(os.path.join(folder, name), top + "/dst") for folder, _, files in
                   os.walk(top + "/dst") for name in files)
    assert names == sorted({"a", os.path.relpath(kept or "dst/a", "dst")}), names
    with open(top + "/src/a", "rb") as file:
        source = file.read()
    if kept:
        with open(f"{top}/{kept}", "rb") as file:
            part = file.read()
        assert 0 < len(part) < len(source) and source.startswith(part), len(part)
        assert stat.S_IMODE(os.stat(f"{top}/{kept}").st_mode) == 0o644
    if kept == "dst/a":
        assert os.stat(top + "/dst/a").st_mtime == 0
    else:
        with open(top + "/dst/a", "rb") as file:
            assert file.read() == b"old"
    if kept and kept != "dst/a":
        assert stat.S_IMODE(os.stat(os.path.dirname(f"{top}/{kept}")).st_mode) == 0o700
    # The next run takes it up, and leaves nothing.
    result = commands.run(commands.arsync(), "-a", *options, "--no-W", "--stats", "src/", "dst/", cwd=top)
    assert result.code == 0, result
    if kept:
        assert b"Matched data: 0 bytes" not in result.out, result
    assert os.listdir(top + "/dst") == ["a"], os.listdir(top + "/dst")
    with open(top + "/dst/a", "rb") as file:
        assert file.read() == source


@cases({"--inplace": ("--inplace",), "--append": ("--append",)})
def test_interrupt_in_place(t, option):
    world = large(t)
    top = world.top
    code = interrupted(top, "-a", option, ready=lambda: os.stat(top + "/dst/a").st_size > 3)
    assert code == 20, code
    assert os.listdir(top + "/dst") == ["a"] and os.stat(top + "/dst/a").st_mtime != PAST


def test_partial_directory_that_is_a_link_is_not_followed(t):
    world = large(t)
    world.dir("elsewhere")
    world.link("dst/.p", "../elsewhere")
    top = world.top
    interrupted(top, "-a", "--partial-dir=.p", ready=is_begun(top))
    assert os.listdir(top + "/elsewhere") == [], os.listdir(top + "/elsewhere")
    with open(top + "/dst/a", "rb") as file:
        assert file.read() == b"old"
