"""The engines for large files, when what they need is refused or fails half-way; and how many work at once."""

import os
import subprocess
import threading

from linux.fault.matrix import fault_program, no_fault_build
from common import commands, tree
from common.runner import cases, needs
from common.world import World

MEBI = 1 << 20
URING = ("-a", "--io-engine=uring", "--copy-method=auto")


def world_with_large_file(t):
    world = World(t)
    world.file("src/large", os.urandom(20 * MEBI + 11))
    world.settle()
    return world


def run(world, fault, *arguments):
    return commands.run(fault_program(), *arguments, cwd=world.top, env={"ARSYNC_FAULT": fault})


def content(world, name):
    with open(world.path(name), "rb") as file:
        return file.read()


@needs(no_fault_build)
@cases({errno: (errno,) for errno in ("EPERM", "ENOSYS", "ENOMEM")})
def test_forbidden_io_uring_is_no_failure(t, errno):
    world = world_with_large_file(t)
    result = run(world, f"io_uring_setup:{errno}:0,ioctl_ficlone:ENOTSUP:0", *URING, "--stats", "-vv", "src/", "dst/")
    assert result.code == 0 and result.err == b"", result
    assert b"pipeline 1" in result.out and b"(io_uring refused: " in result.out, result
    assert content(world, "src/large") == content(world, "dst/large")


@needs(no_fault_build)
@cases({f"{call} {number}": (call, number) for call in ("io_uring_read:EIO", "io_uring_write:ENOSPC", "io_uring_write:EIO")
        for number in (1, 3, 20)})
def test_failure_half_way_leaves_no_file(t, call, number):
    world = world_with_large_file(t)
    result = run(world, f"{call}:{number},ioctl_ficlone:ENOTSUP:0", *URING, "src/", "dst/")
    assert result.code in (11, 23) and result.err.count(b"cannot ") == 1, result
    assert os.listdir(world.path("dst")) == []


@needs(no_fault_build)
@cases({call: (call,) for call in ("io_uring_read:EINTR:0", "io_uring_read:EAGAIN:2", "io_uring_write:EAGAIN:5")})
def test_interruptions_are_repeated(t, call):
    world = world_with_large_file(t)
    assert run(world, f"{call},ioctl_ficlone:ENOTSUP:0", *URING, "src/", "dst/").code == 0
    assert content(world, "src/large") == content(world, "dst/large")


def most_threads(arguments, fault, cwd):
    """How many threads the program has at most."""
    program = subprocess.Popen([fault_program(), *arguments], cwd=cwd, env={**os.environ, "ARSYNC_FAULT": fault})
    most = 0
    ended = threading.Event()

    def wait():
        program.wait()
        ended.set()

    threading.Thread(target=wait).start()
    while not ended.wait(0.01):
        try:
            most = max(most, len(os.listdir(f"/proc/{program.pid}/task")))
        except OSError:
            break
    ended.wait()
    assert program.returncode == 0
    return most


@needs(no_fault_build)
def test_more_workers_where_every_call_waits(t):
    world = World(t)
    for folder in range(60):
        for number in range(20):
            world.file(f"src/{folder}/{number}", b"x" * number)
    world.settle()
    regular = most_threads(["-a", "--jobs=2", "src/", "first/"], "openat:SLOW:0", world.top)
    more = most_threads(["-a", "src/", "second/"], "openat:SLOW:0", world.top)
    capped = most_threads(["-a", "--max-files-in-flight=3", "src/", "third/"], "openat:SLOW:0", world.top)
    assert more > regular + 2 and capped <= 3 + 1, (regular, more, capped)


@needs(no_fault_build)
@cases({errno: (errno,) for errno in ("EMFILE", "ENFILE", "ENOMEM")})
def test_shortage_for_a_moment_costs_no_file(t, errno):
    world = World(t)
    for folder in range(10):
        for number in range(20):
            world.file(f"src/{folder}/{number}", b"x" * number)
    world.settle()
    fault = ",".join(f"openat:{errno}:{number}" for number in range(20, 60, 2))
    assert run(world, fault, "-a", "src/", "dst/").code == 0
    tree.assert_same(tree.snapshot(world.path("src")), tree.snapshot(world.path("dst")))
