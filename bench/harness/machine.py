"""Describes the machine and the programs, so that a result can be judged later; and gets its memory ready."""

import datetime
import mmap
import os
import platform
import subprocess

from . import contenders, places

GIB = 1 << 30
PAGE = 4096


def describe(where, arsync, scale, rounds):
    """An ordered dictionary of plain texts."""
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "commit": _commit(),
        "cpu": _first_value("/proc/cpuinfo", "model name"),
        "cores": str(os.cpu_count()),
        "memory": f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / GIB:.1f} GiB",
        "kernel": platform.release(),
        "file system": places.file_system_of(where.folder("main")),
        "user": "root" if os.geteuid() == 0 else "not root",
        "rsync": _first_line(["rsync", "--version"]),
        "cp": _first_line(["cp", "--version"]),
        "arsync": _first_line([arsync, "--version"]) if contenders.available("arsync", arsync) else "not built",
        "scale": f"{scale:g}",
        "rounds": str(rounds),
    }


def touch_memory(size):
    """Writes to `size` bytes once. A virtual machine gets its memory from the host at first touch, gives back what was
    free for some seconds (free page reporting), and whoever comes first would pay for that."""
    size = min(size, os.sysconf("SC_AVPHYS_PAGES") * PAGE // 2)
    if size < PAGE:
        return
    with mmap.mmap(-1, size) as memory:
        block = b"\1" * (1 << 20)
        for offset in range(0, size - len(block), len(block)):
            memory[offset : offset + len(block)] = block


def _first_line(command):
    """What the command says first, or "unknown" if it fails or is not there."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return " ".join(done.stdout.split("\n", 1)[0].split())


def _commit():
    return _first_line(["git", "-C", contenders.ROOT, "describe", "--always", "--dirty"])


def _first_value(path, key):
    try:
        with open(path, encoding="utf-8") as file:
            for line in file:
                if line.startswith(key):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.machine()
