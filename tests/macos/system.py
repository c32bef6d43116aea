"""Dataless files, SIGINFO, signals, and the little things of the system."""

import os
import signal
import subprocess
import time

from common import commands, darwin, tree
from common.exact import SUMMARY_23, expect, without_place
from common.generate import age
from common.runner import cases
from common.world import World


@cases({f"{options} {size}": (options.split(), size) for options in ("-a", "-a --inplace", "-ac", "-aI", "-a --delete",
                                                                     "-a --copy-method=readwrite")
        for size in (10, 1_000_000)})
def test_dataless_file_is_left_out_and_told(t, options, size):
    """Its data is in iCloud: reading would fetch it, which may take hours and fill the disk."""
    world = World(t)
    world.file("src/away", b"x" * size)
    world.file("src/here", b"here")
    world.settle()
    darwin.set_flags(world.path("src/away"), darwin.DATALESS)
    result = darwin.run(t, *options, "src/", "dst", cwd=world.top)
    assert result.code == 23 and b'src/away"' in result.err and without_place(result.err).endswith(SUMMARY_23), result
    assert os.listdir(world.path("dst")) == [b"here"]
    assert darwin.flags(world.path("src/away")) == darwin.DATALESS, "it must not be fetched"


def test_older_copy_of_a_dataless_file_stays(t):
    world = World(t)
    world.file("src/away", b"new content")
    world.file("dst/away", b"old")
    world.files("dst/extra")
    world.settle()
    darwin.set_flags(world.path("src/away"), darwin.DATALESS)
    result = darwin.run(t, "-a", "--delete", "src/", "dst", cwd=world.top)
    assert result.code == 23, result
    assert open(world.path("dst/away"), "rb").read() == b"old"


def test_dataless_file_whose_copy_is_up_to_date_is_no_error(t):
    """Nothing has to be read for that."""
    world = World(t)
    world.file("src/away", b"same")
    world.file("dst/away", b"same")
    world.settle()
    darwin.set_flags(world.path("src/away"), darwin.DATALESS)
    expect(darwin.run(t, "-a", "src/", "dst", cwd=world.top))
    assert darwin.flags(world.path("src/away")) == darwin.DATALESS


@cases({f"{name} {size}": (options.split(), size) for name, options in (("copy", "-a"), ("in place", "-a --inplace"),
                                                                        ("read and write", "-a --copy-method=readwrite"))
        for size in (10, 1_000_000)})
def test_materialize_fetches(t, options, size):
    world = World(t)
    world.file("src/away", b"x" * size)
    world.settle()
    darwin.set_flags(world.path("src/away"), darwin.DATALESS)
    expect(darwin.run(t, *options, "--materialize", "src/", "dst", cwd=world.top))
    assert open(world.path("dst/away"), "rb").read() == b"x" * size
    assert darwin.flags(world.path("dst/away")) == 0


def start_large_copy(t, *options):
    os.mkdir(t.path("src"))
    with open(t.path("src", "large"), "wb") as file:
        for _ in range(300):
            file.write(os.urandom(1 << 20))
    age(t.path("src"))
    return commands.spawn(commands.arsync(), "-a", "--copy-method=readwrite", *options, "src/", "dst", cwd=t.dir)


def wait_for_temporary(t):
    for _ in range(1000):
        if os.path.isdir(t.path("dst")) and os.listdir(t.path("dst")):
            return
        time.sleep(0.002)
    raise AssertionError("the copy never began")


@cases({"plain": ([],), "verbose": (["-v"],), "quiet": (["-q"],)})
def test_siginfo_prints_how_far_it_is(t, options):
    """Ctrl-T. Linux has no SIGINFO; the loader gives the program one for each SIGPWR."""
    with start_large_copy(t, *options) as process:
        wait_for_temporary(t)
        process.send_signal(darwin.SIGINFO)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, (out, err)
    told = [line for line in (out + err).replace(b"\r", b"\n").split(b"\n") if b" of 314.57 MB" in line]
    assert told, f"no line of progress: {out!r} {err!r}"
    tree.assert_same(tree.snapshot(t.path("src")), tree.snapshot(t.path("dst")))


def test_siginfo_before_and_after_the_work_harms_nothing(t):
    os.mkdir(t.path("src"))
    for delay in (0, 0.001, 0.003, 0.01, 0.02, 0.05):
        with commands.spawn(commands.arsync(), "-a", "src/", "dst", cwd=t.dir) as process:
            time.sleep(delay)
            process.send_signal(darwin.SIGINFO)
            out, err = process.communicate(timeout=60)
        # Before the loader is ready for it, the signal ends the process as any would.
        assert process.returncode in (0, -darwin.SIGINFO), (out, err)


@cases({name: (getattr(signal, name),) for name in ("SIGINT", "SIGTERM", "SIGHUP")})
def test_signal_in_the_middle_of_a_file(t, number):
    with start_large_copy(t) as process:
        wait_for_temporary(t)
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 20 and b"(code 20)" in err, (process.returncode, out, err)
    assert os.listdir(t.path("dst")) == []


def test_no_function_of_a_newer_system_is_needed(t):
    """The oldest macOS that it is built for is 13. Everything that it imports must be there: loading it shows it, as
    the loader refuses a program with a name that it does not know."""
    result = subprocess.run([commands.arsync(), "--version"], capture_output=True, check=False)
    assert result.returncode == 0 and result.stdout.startswith(b"arsync"), result


def test_no_call_but_those_of_the_platform_layer_touches_files(t):
    """Every open of a file in the trees is by a held directory: openat with a name without a slash."""
    world = World(t)
    world.files("src/a/b/c", "src/a/d", "dst/a/old", "dst/gone/x")
    world.settle()
    log = t.path("log")
    expect(darwin.run(t, "-aAX", "--delete", "src/", "dst", cwd=world.top, log=log))
    for name in ("openat", "unlinkat", "renameat", "mkdirat", "fstatat", "fchownat", "fchmodat", "utimensat",
                 "fclonefileat", "setattrlistat", "symlinkat", "readlinkat"):
        for line in darwin.calls(log, name):
            words = line.split('"')[1::2]
            # What the user named is opened by its path: AT_FDCWD is -2.
            assert line.startswith(name + "(-2,") or not any("/" in word for word in words), line
    for name in ("rename", "link", "symlink", "rmdir", "unlink", "chmod", "chown", "lchown", "truncate", "clonefile",
                 "copyfile", "setxattr", "removexattr", "acl_set_file", "chflags", "mkdir"):
        assert darwin.calls(log, name) == [], f"{name} takes a path"
