"""Where a file's bytes lie: FIEMAP."""

import array
import fcntl
import os
import struct

from common import native

_FIEMAP = 0xC020660B
_SYNC, _SHARED, _COUNT = 0x1, 0x2000, 512


def extents(path):
    """[(logical, physical, length, flags)] as the kernel tells them, after writing the file out."""
    native.skip_on_a_mac("a Mac does not tell which blocks files share (no FIEMAP)")
    header = struct.pack("=QQLLLL", 0, 2**64 - 1, _SYNC, 0, _COUNT, 0)
    buffer = array.array("B", header + bytes(56 * _COUNT))
    with open(path, "rb") as file:
        fcntl.ioctl(file.fileno(), _FIEMAP, buffer)
    count = struct.unpack_from("=L", buffer, 20)[0]
    found = []
    for number in range(count):
        logical, physical, length, _, _, flags = struct.unpack_from("=QQQQQL", buffer, 32 + 56 * number)
        found.append((logical, physical, length, flags))
    return found


def shared(path):
    """Whether all of its extents belong to another file as well."""
    found = extents(path)
    return bool(found) and all(flags & _SHARED for *_, flags in found)


def data_ranges(path):
    """[(start, end)] of what is not a hole."""
    ranges = []
    with open(path, "rb") as file:
        end = 0
        while True:
            try:
                start = os.lseek(file.fileno(), end, os.SEEK_DATA)
            except OSError:
                return ranges
            end = os.lseek(file.fileno(), start, os.SEEK_HOLE)
            ranges.append((start, end))
