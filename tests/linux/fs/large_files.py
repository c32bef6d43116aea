"""Files that are copied in pieces, several of which are on their way at once."""

import os
import signal
import subprocess
import time

from common import commands, mounts
from common.commands import not_root
from common.exact import arsync, expect
from common.generate import age
from common.runner import cases, needs

MEBI = 1 << 20
ENGINES = {
    "auto": (),
    "uring": ("--io-engine=uring",),
    "threads": ("--io-engine=threads",),
    "uring, small pieces": ("--io-engine=uring", "--queue-depth=32", "--buffer-size=4K"),
    "threads, one alone": ("--io-engine=threads", "--queue-depth=1"),
    "drop-cache": ("--drop-cache", "--io-engine=threads"),
    "drop-cache, uring": ("--drop-cache", "--io-engine=uring"),
}
KINDS = ("tmpfs", "ext4", "xfs", "btrfs")


def random_file(path, size):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        for at in range(0, size, MEBI):
            file.write(os.urandom(min(MEBI, size - at)))


def content(path):
    with open(path, "rb") as file:
        return file.read()


def place(t, kind):
    if reason := mounts.no_filesystem(kind)():
        t.skip(reason)
    return mounts.mount(t, "disk", kind, 512)


@needs(not_root)
@cases({f"{kind} {name}": (kind, options) for kind in KINDS for name, options in ENGINES.items()})
def test_engines_copy_all_of_it(t, kind, options):
    top = place(t, kind)
    sizes = {"odd": 21 * MEBI + 4097, "even": 8 * MEBI, "below": 8 * MEBI - 1}
    for name, size in sizes.items():
        random_file(f"{top}/src/{name}", size)
    with open(f"{top}/src/gaps", "wb") as file:
        file.write(os.urandom(9 * MEBI))
        file.seek(30 * MEBI)
        file.write(os.urandom(10 * MEBI + 5))
        file.truncate(60 * MEBI)
    age(f"{top}/src")
    expect(arsync(t, "-a", "--copy-method=auto", *options, "disk/src/", "disk/dst"))
    for name in [*sizes, "gaps"]:
        assert content(f"{top}/src/{name}") == content(f"{top}/dst/{name}"), name
    assert os.stat(f"{top}/dst/gaps").st_blocks * 512 < 25 * MEBI
    expect(arsync(t, "-ai", *options, "disk/src/", "disk/dst"))


@needs(not_root)
@cases({name: (options,) for name, options in ENGINES.items() if "drop" not in name})
def test_interrupted_copy_keeps_a_beginning(t, options):
    """What --partial leaves can be appended to: its size says how much of it is whole."""
    top = mounts.mount(t, "disk", "tmpfs", 2500)
    with open(f"{top}/pattern", "wb") as file:
        for number in range(8 * MEBI // 8):
            file.write(b"%08x" % number)
    block = content(f"{top}/pattern")
    os.mkdir(f"{top}/src")
    with open(f"{top}/src/big", "wb") as file:
        for number in range(96):
            file.write(b"%08x" % (number * 7919) + block[8:])
    for attempt in range(20):
        program = subprocess.Popen([commands.arsync(), "-a", "--partial", *options, f"{top}/src/", f"{top}/dst/"],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.02 + 0.01 * attempt)
        program.send_signal(signal.SIGINT)
        program.wait()
        if program.returncode == 20 and os.path.exists(f"{top}/dst/big"):
            break
        subprocess.run(["rm", "-rf", f"{top}/dst"], check=True)
    else:
        t.skip("the copy was over, or had not begun, each time that it was interrupted")
    got = content(f"{top}/dst/big")
    assert content(f"{top}/src/big")[:len(got)] == got
    expect(arsync(t, "-a", "--append", *options, "disk/src/", "disk/dst/"))
    assert content(f"{top}/src/big") == content(f"{top}/dst/big")


@needs(not_root)
@cases({name: (options,) for name, options in ENGINES.items()})
def test_full_disk_is_told_once(t, options):
    top = place(t, "ext4")
    random_file(t.path("src", "big"), 700 * MEBI)
    result = arsync(t, "-a", *options, "src/", "disk/dst")
    assert result.code == 11 or result.code == 23, result
    assert result.err.count(b"No space left on device (28)") == 1, result
    assert os.listdir(f"{top}/dst") == []


def resident(path):
    """Bytes of a file that are in memory."""
    result = subprocess.run(["fincore", "--bytes", "--noheadings", "--output", "RES", path], capture_output=True,
                            check=True)
    return int(result.stdout)


def no_dropping():
    """RWF_DONTCACHE: Linux 6.14."""
    release = [int(part) for part in os.uname().release.split("-")[0].split(".")[:2]]
    return None if release >= [6, 14] else "this kernel has no RWF_DONTCACHE"


def mount_again(top):
    """The cache of a file system that was not mounted a moment ago is empty."""
    source = subprocess.run(["findmnt", "-no", "SOURCE", top], capture_output=True, check=True, text=True).stdout.strip()
    subprocess.run(["mount", "-o", "remount,ro", top], check=True)
    image = subprocess.run(["losetup", "-nO", "BACK-FILE", source], capture_output=True, check=True,
                           text=True).stdout.strip()
    subprocess.run(["umount", top], check=True)
    subprocess.run(["mount", "-o", "loop", image, top], check=True)


@needs(not_root, no_dropping)
@cases({name: (options,) for name, options in ENGINES.items() if "drop" in name})
def test_dropped_cache_holds_little_of_either_side(t, options):
    top = place(t, "ext4")
    random_file(f"{top}/src/big", 64 * MEBI)
    for number in range(100):
        random_file(f"{top}/src/small/{number}", 60_000)
    mount_again(top)
    expect(arsync(t, "-a", *options, "disk/src/", "disk/dst"))
    os.sync()
    files = ["big", *(f"small/{number}" for number in range(100))]
    for side in ("src", "dst"):
        kept = sum(resident(f"{top}/{side}/{name}") for name in files)
        assert kept < 10 * MEBI, f"{side}: {kept} bytes"


@needs(not_root)
def test_cold_tree_is_copied_right(t):
    """Helpers look ahead there; every file has to arrive all the same."""
    top = place(t, "ext4")
    for folder in range(30):
        for number in range(40):
            random_file(f"{top}/src/{folder}/{number}", 5000 + number)
    for number in range(600):
        random_file(f"{top}/src/flat/{number}", 100 + number)
    os.makedirs(f"{top}/dst/3")
    random_file(f"{top}/dst/3/7", 77)
    age(f"{top}/src")
    mount_again(top)
    trace = t.path("trace")
    command = ["strace", "-f", "-e", "trace=fadvise64", "-o", trace, commands.arsync(), "-a", f"{top}/src/", f"{top}/dst/"]
    subprocess.run(command, check=True)
    assert content(trace).count(b"POSIX_FADV_WILLNEED") > 500
    mount_again(top)
    for folder, _, names in os.walk(f"{top}/src"):
        for name in names:
            path = os.path.join(folder, name)
            assert content(path) == content(path.replace("/src/", "/dst/", 1)), path


@needs(not_root)
def test_warm_tree_needs_no_helpers(t):
    top = place(t, "tmpfs")
    for number in range(600):
        random_file(f"{top}/src/{number}", 3000)
    trace = t.path("trace")
    command = ["strace", "-f", "-e", "trace=fadvise64", "-o", trace, commands.arsync(), "-a", f"{top}/src/", f"{top}/dst/"]
    subprocess.run(command, check=True)
    assert b"WILLNEED" not in content(trace)
