"""Describes the machine and the programs, so that a result can be judged later; and gets its memory ready."""

import datetime
import os
import platform
import subprocess
import tempfile

from . import contenders, places

GIB = 1 << 30
SMALL_PIECE = 64 << 10
LARGE_PIECE = 1 << 20


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


def touch_memory(folder, size):
    """Fills the cache with `size` bytes of two files that are removed at once, one written in small pieces and one in
    large ones, as contenders write in both ways and are not given the same memory. A virtual machine gets its memory from the
    host at first touch, gives back what is free (free page reporting), and whoever comes first would pay for that:
    a second per GiB. Anonymous memory did not help (LIMITS.md)."""
    size = min(size, os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2)
    with tempfile.TemporaryFile(dir=folder, buffering=0) as small, tempfile.TemporaryFile(dir=folder, buffering=0) as large:
        for file, piece in ((small, SMALL_PIECE), (large, LARGE_PIECE)):
            block = b"\1" * piece
            for _ in range(size // 2 // piece):
                file.write(block)


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
