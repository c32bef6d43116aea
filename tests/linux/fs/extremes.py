"""Big directories, deep trees, long paths, few descriptors."""

import contextlib
import os
import resource
import subprocess
import time

from common import commands, mounts, runner, tree
from common.commands import not_root
from common.exact import arsync, expect
from common.generate import age
from common.runner import cases, needs

LEVELS, LEVEL = 2000, b"levels-deep"[:10]


def place(t):
    """tmpfs where possible: quick, and no wear on the disk."""
    if not_root() is None:
        mounts.mount(t, "w", "tmpfs", 600)
    else:
        os.mkdir(t.path("w"))
    return t.path("w")


def test_directory_of_100000_entries(t):
    top = place(t)
    os.mkdir(top + "/src")
    folder = os.open(top + "/src", os.O_RDONLY)
    for number in range(100_000):
        file = os.open(f"file-{number}", os.O_WRONLY | os.O_CREAT, 0o644, dir_fd=folder)
        if number % 1000 == 0:
            os.write(file, b"%d" % number)
        os.close(file)
    expect(arsync(t, "-a", "w/src/", "w/dst"))
    tree.assert_same(tree.snapshot(top + "/src"), tree.snapshot(top + "/dst"))
    expect(arsync(t, "-ai", "--delete", "w/src/", "w/dst"))
    os.mkdir(top + "/empty")
    result = arsync(t, "-ai", "--delete", "--force", "w/empty/", "w/dst")
    assert result.code == 0 and result.out.count(b"*deleting") == 100_000 and os.listdir(top + "/dst") == []


def peak_memory(t, *arguments):
    """MiB, by looking at it every few milliseconds: what wait4() tells begins with the memory of who started it."""
    peak = 0
    with subprocess.Popen([commands.arsync(), *arguments], cwd=t.dir) as process:
        while process.poll() is None:
            with contextlib.suppress(OSError):
                for line in open(f"/proc/{process.pid}/status"):
                    peak = max(peak, int(line.split()[1]) if line.startswith("VmHWM") else 0)
            time.sleep(0.002)
    assert process.returncode == 0
    return peak / 1024


@cases({f"{options} {full}": (options.split(), full) for options, full in (
    ("-a", "src"), ("-a --delete", "src"), ("-a --delete", "dst"), ("-r --list-only -q", "src"),
    ("-a --delete-before", "dst"), ("-a --delete --force", "surplus/dst"))})
def test_memory_for_the_names_of_a_directory_is_limited(t, options, full):
    """Some 24 MiB of names, if all were held."""
    top = place(t)
    for folder in ("src", "dst", full):
        os.makedirs(f"{top}/{folder}", exist_ok=True)
    names = os.open(f"{top}/{full}", os.O_RDONLY)
    for number in range(100_000):
        os.close(os.open(f"{number:0200}", os.O_WRONLY | os.O_CREAT, 0o644, dir_fd=names))
    os.close(names)
    if full == "surplus/dst":
        os.rename(f"{top}/surplus/dst", f"{top}/dst/surplus")
    os.close(os.open(f"{top}/src/a", os.O_WRONLY | os.O_CREAT))
    limited = peak_memory(t, *options, "--max-memory=8M", "w/src/", "w/dst")
    assert limited < 8 + 8, f"{limited} MiB"  # the program and its threads take some 4
    if "--list-only" not in options:
        assert sorted(os.listdir(top + "/dst")) == sorted(os.listdir(top + "/src"))


def dig(top, levels=LEVELS):
    """A chain of directories, deeper than any path can name; a file at the bottom and one half way."""
    os.mkdir(top)
    here = os.open(top, os.O_RDONLY)
    for level in range(levels):
        os.mkdir(LEVEL, dir_fd=here)
        if level in (levels // 2, levels - 1):
            os.close(os.open(b"file", os.O_WRONLY | os.O_CREAT, 0o600, dir_fd=here))
        below = os.open(LEVEL, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)


@cases({"as it is": (None,), "with 64 descriptors": (64,)})
def test_tree_deeper_than_path_max(t, descriptors):
    top = place(t)
    dig(os.fsencode(top) + b"/src")
    if descriptors:
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, hard))
    result = arsync(t, "-a", "w/src/", "w/dst")
    expect(result)
    tree.assert_same(tree.snapshot(top + "/src"), tree.snapshot(top + "/dst"))
    expect(arsync(t, "-ai", "--delete", "w/src/", "w/dst"))


def test_deep_extra_tree_is_deleted(t):
    top = place(t)
    dig(os.fsencode(top) + b"/dst")
    os.mkdir(top + "/src")
    result = arsync(t, "-a", "--delete", "--force", "w/src/", "w/dst")
    assert result.code == 0 and os.listdir(top + "/dst") == [], result


@cases({"32": (32,), "20": (20,)})
def test_few_descriptors_cost_no_file(t, descriptors):
    """The hard limit, which a process cannot raise."""
    top = place(t)
    for folder in range(40):
        os.makedirs(f"{top}/src/{folder}/{folder}/x/y")
        for name in range(20):
            with open(f"{top}/src/{folder}/{folder}/{name}", "wb") as file:
                file.write(b"%d" % name)
    pid = os.fork()
    if pid == 0:
        resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))
        program = os.environ["ARSYNC"]
        os.execv(program, [program, "-a", "--jobs=16", top + "/src/", top + "/dst"])
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert code == 0, f"exit {code}"
    tree.assert_same(tree.snapshot(top + "/src"), tree.snapshot(top + "/dst"))


def test_names_of_255_bytes_can_be_replaced(t):
    """There is no room for a longer temporary name."""
    top = place(t)
    os.makedirs(top + "/src")
    os.makedirs(top + "/dst")
    for name in (b"x" * 255, "é".encode() * 127 + b"z", b"." + b"y" * 254, b"\xff" * 255):
        for side, text in ((b"/src/", b"new content"), (b"/dst/", b"old")):
            with open(os.fsencode(top) + side + name, "wb") as file:
                file.write(text)
    age(top + "/src")
    expect(arsync(t, "-a", "w/src/", "w/dst"))
    tree.assert_same(tree.snapshot(top + "/src"), tree.snapshot(top + "/dst"))


def test_many_hard_links_to_one_file(t):
    top = place(t)
    os.makedirs(top + "/src/d")
    with open(top + "/src/first", "wb") as file:
        file.write(b"linked")
    for number in range(3000):
        os.link(top + "/src/first", f"{top}/src/d/{number}")
    expect(arsync(t, "-aH", "w/src/", "w/dst"))
    assert os.stat(top + "/dst/first").st_nlink == 3001


@runner.long
@needs(not_root, mounts.no_filesystem("ext4"))
def test_too_many_links_fall_back_to_a_copy(t):
    """ext4 allows 65 000 names for one file, tmpfs has no limit."""
    top = place(t)
    mounts.mount(t, "disk", "ext4", 128)
    os.makedirs(top + "/src")
    with open(top + "/src/0", "wb") as file:
        file.write(b"linked")
    for number in range(1, 66_000):
        os.link(top + "/src/0", f"{top}/src/{number}")
    expect(arsync(t, "-aH", "w/src/", "disk/dst"))
    wanted, got = tree.snapshot(top + "/src"), tree.snapshot(t.path("disk", "dst"))
    tree.assert_same(wanted, got, ignore=("links",))
