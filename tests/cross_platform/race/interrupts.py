"""SIGINT, SIGTERM, SIGHUP and SIGKILL at random moments."""

import os
import random
import signal
import subprocess
import time

from common import commands, native, tree
from common.generate import age
from common.meddler import rounds
from common.runner import cases

OLD, NEW = b"old version ", b"the new version "


def stage(t):
    """Work for some tenths of a second: many small files, some large ones, half of them there in an old version."""
    rng = random.Random(t.seed)
    for folder in range(20):
        os.makedirs(t.path("src", str(folder)))
        os.makedirs(t.path("old", str(folder)))
        for number in range(50):
            size = 8_000_000 if number == 0 else rng.choice([10, 1000, 20_000])
            write(t.path("src", str(folder), str(number)), NEW, size)
            if number % 2 == 0:
                write(t.path("old", str(folder), str(number)), OLD, min(size, 10_000) // 2)
        write(t.path("old", str(folder), "extra"), OLD, 100)
    age(t.path("src"))
    os.utime(t.path("old"), (1, 1))
    for folder in range(20):
        for name in os.listdir(t.path("old", str(folder))):
            os.utime(t.path("old", str(folder), name), (1, 1))


def write(path, text, size):
    with open(path, "wb") as file:
        file.write((text * (size // len(text) + 1))[:size])


def restore(t):
    subprocess.run(["rm", "-rf", t.path("dst")], check=True)
    native.copy_tree(t.path("old"), t.path("dst"))


def duration(t, *options):
    """The shorter of two runs: the first one has to wait for the disk."""
    times = []
    for _ in range(2):
        restore(t)
        start = time.monotonic()
        result = commands.run(commands.arsync(), *options, "src/", "dst", cwd=t.dir)
        times.append(time.monotonic() - start)
        assert result.code == 0, result
    return min(times)


def strike(t, number, delay, *options):
    """Starts a copy and sends the signal after `delay`."""
    restore(t)
    with commands.spawn(commands.arsync(), *options, "src/", "dst", cwd=t.dir) as process:
        time.sleep(delay)
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    return commands.Result(process.returncode, out, err)


def check_files(t, *, temporary_allowed):
    """Each file is the whole old or the whole new one."""
    for folder, _, names in os.walk(t.path("dst")):
        for name in names:
            if name.startswith("."):
                assert temporary_allowed, f"temporary file {folder}/{name} is left"
                continue
            with open(os.path.join(folder, name), "rb") as file:
                content = file.read()
            wanted = []
            for side in ("old", "src"):
                path = t.path(side, os.path.relpath(folder, t.path("dst")), name)
                if os.path.exists(path):
                    with open(path, "rb") as file:
                        wanted.append(file.read())
            assert content in wanted, f"{folder}/{name} is half: {len(content)} of {[len(one) for one in wanted]} bytes"


@cases({f"{name} {method}": (getattr(signal, name), method) for name, method in (
    ("SIGINT", "auto"), ("SIGINT", "readwrite"), ("SIGTERM", "auto"), ("SIGHUP", "auto"))})
def test_signal_ends_with_20_and_leaves_no_half_file(t, number, method):
    stage(t)
    options = ["-a", "--delete", f"--copy-method={method}"]
    rng = random.Random(t.seed)
    longest = duration(t, *options)
    struck = 0
    for _ in rounds(t, 4):
        result = strike(t, number, rng.uniform(0, longest), *options)
        # Before main() has its handlers, the signal itself ends the process; nothing was done by then.
        assert result.code in (0, 20, -number), result
        if result.code == 20:
            struck += 1
            assert b"(code 20)" in result.err, result
        check_files(t, temporary_allowed=False)
    assert struck, "no signal ever ended a run, although they came at all moments of it"


@cases({"auto": ("auto",), "readwrite": ("readwrite",)})
def test_interrupted_large_file_leaves_no_trace(t, method):
    """One file of 300 MB: the signal nearly always comes in the middle of its data."""
    os.mkdir(t.path("src"))
    write(t.path("src", "large"), NEW, 300_000_000)
    os.mkdir(t.path("old"))
    write(t.path("old", "large"), OLD, 1000)
    rng = random.Random(t.seed)
    longest = duration(t, "-a", f"--copy-method={method}")
    for _ in range(5):
        result = strike(t, signal.SIGINT, rng.uniform(0, longest), "-a", f"--copy-method={method}")
        assert result.code in (0, 20, -signal.SIGINT), result
        assert os.listdir(t.path("dst")) == ["large"], result
        assert os.path.getsize(t.path("dst", "large")) in ((300_000_000,) if result.code == 0 else (1000,
            300_000_000)), result


def test_kill_at_any_moment_leaves_whole_files_and_a_second_run_finishes(t):
    stage(t)
    options = ["-a", "--delete"]
    rng = random.Random(t.seed)
    longest = duration(t, *options)
    wanted = tree.snapshot(t.path("src"))
    for _ in rounds(t, 5):
        strike(t, signal.SIGKILL, rng.uniform(0, longest), *options)
        check_files(t, temporary_allowed=True)
        result = commands.run(commands.arsync(), *options, "src/", "dst", cwd=t.dir)
        assert result.code == 0, result
        tree.assert_same(wanted, tree.snapshot(t.path("dst")))


def test_kill_while_writing_into_a_new_destination(t):
    """Small files may get their final name at once there: a half one must not be taken for done by the next run."""
    stage(t)
    options = ["-a"]
    rng = random.Random(t.seed)
    longest = duration(t, *options)
    wanted = tree.snapshot(t.path("src"))
    for _ in rounds(t, 4):
        subprocess.run(["rm", "-rf", t.path("dst")], check=True)
        with commands.spawn(commands.arsync(), *options, "src/", "dst", cwd=t.dir) as process:
            time.sleep(rng.uniform(0, longest))
            process.kill()
            process.communicate()
        result = commands.run(commands.arsync(), "-a", "--delete", "src/", "dst", cwd=t.dir)
        assert result.code == 0, result
        tree.assert_same(wanted, tree.snapshot(t.path("dst")))


def test_partial_keeps_what_was_copied_and_marks_it_as_unfinished(t):
    os.makedirs(t.path("src"))
    os.makedirs(t.path("old"))
    write(t.path("src", "big"), NEW, 400_000_000)
    age(t.path("src"))
    big = t.path("dst", "big")
    for delay in (0.1, 0.05, 0.15, 0.02, 0.2):
        result = strike(t, signal.SIGTERM, delay, "-a", "--partial", "--copy-method=readwrite")
        if result.code == 20 and os.path.exists(big):
            break
    else:
        t.skip("the signal never came in the middle of the file")
    with open(big, "rb") as kept, open(t.path("src", "big"), "rb") as source:
        content = kept.read()
        assert 0 < len(content) < 400_000_000 and content == source.read(len(content))
    assert os.stat(big).st_mtime_ns == 0
    assert os.listdir(t.path("dst")) == ["big"]
    assert commands.run(commands.arsync(), "-a", "src/", "dst", cwd=t.dir).code == 0
    assert os.path.getsize(big) == 400_000_000
