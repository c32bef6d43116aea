"""Is the copy right? Compares a copied tree with its source after every run, cheaply enough to do so.

Names, types, modes, owners, times to the nanosecond, link targets and link groups of everything are compared; the
content (and extended attributes, ACLs among them) of a share of the files. A number that a wrong copy was fast for is
worth nothing.
"""

import os
import random
import stat

CHUNK = 1 << 20
BIG = 64 << 20  # files from this size on are always compared whole


def snapshot(root, link_groups=False):
    """A dictionary from relative path to what a faithful copy of the entry has to show."""
    entries, leaders = {}, {}
    waiting = [""]
    _note(root, "", os.lstat(root), entries, leaders)
    while waiting:
        folder = waiting.pop()
        with os.scandir(os.path.join(root, folder)) as listing:
            children = sorted(listing, key=lambda entry: entry.name)
        for entry in children:
            path = f"{folder}/{entry.name}" if folder else entry.name
            _note(root, path, entry.stat(follow_symlinks=False), entries, leaders if link_groups else None)
            if entry.is_dir(follow_symlinks=False):
                waiting.append(path)
    return entries


def _note(root, path, status, entries, leaders):
    kind = stat.S_IFMT(status.st_mode)
    extra = None
    if kind == stat.S_IFLNK:
        extra = os.readlink(os.path.join(root, path))
    elif kind == stat.S_IFREG:
        extra = status.st_size
    elif kind in (stat.S_IFCHR, stat.S_IFBLK):
        extra = status.st_rdev
    # The walk's order depends on the names alone, so equal trees have equal leaders.
    leader = None
    if leaders is not None and kind != stat.S_IFDIR and status.st_nlink > 1:
        leader = leaders.setdefault((status.st_dev, status.st_ino), path)
    entries[path] = (status.st_mode, status.st_uid, status.st_gid, status.st_mtime_ns, extra, leader)


def differences(source, expected, copy, *, link_groups=False, xattrs=False, content_share=1.0, limit=5):
    """What is wrong with `copy`, as up to `limit` lines; `expected` is the snapshot of `source`."""
    try:
        found = snapshot(copy, link_groups)
    except FileNotFoundError as error:
        return [str(error)]
    if found.keys() != expected.keys():
        missing = sorted(expected.keys() - found.keys())
        surplus = sorted(found.keys() - expected.keys())
        return ([f"missing: {path}" for path in missing] + [f"not in the source: {path}" for path in surplus])[:limit]
    wrong = [f"{path}: {found[path]} instead of {entry}" for path, entry in expected.items() if found[path] != entry]
    if wrong:
        return wrong[:limit]
    return _content_differences(source, expected, copy, xattrs, content_share)[:limit]


def content_differences(source, expected, copy, content_share=1.0, limit=5):
    """The same for a copy of which only the regular files are asked for."""
    files = {path: entry for path, entry in expected.items() if stat.S_ISREG(entry[0])}
    missing = [f"missing: {path}" for path in files if not os.path.isfile(os.path.join(copy, path))]
    return (missing or _content_differences(source, files, copy, False, content_share))[:limit]


def _content_differences(source, expected, copy, xattrs, share):
    wrong = []
    for path, (mode, *_, extra, _) in expected.items():
        big = stat.S_ISREG(mode) and extra >= BIG
        if not big and random.random() >= share:
            continue
        original, duplicate = os.path.join(source, path), os.path.join(copy, path)
        if stat.S_ISREG(mode):
            wrong += _file_differences(path, original, duplicate)
        if xattrs and _xattrs(original) != _xattrs(duplicate):
            wrong.append(f"{path}: other extended attributes")
    return wrong


def _xattrs(path):
    return {name: os.getxattr(path, name, follow_symlinks=False) for name in os.listxattr(path, follow_symlinks=False)}


def _file_differences(name, original, duplicate):
    with open(original, "rb", buffering=0) as one, open(duplicate, "rb", buffering=0) as two:
        one_status, two_status = os.fstat(one.fileno()), os.fstat(two.fileno())
        wrong = []
        sparse = one_status.st_blocks * 512 < one_status.st_size
        # Only files whose holes are worth something: a small file may take a block more or less.
        if sparse and one_status.st_size >= BIG and two_status.st_blocks > one_status.st_blocks * 1.1 + 64:
            wrong.append(f"{name}: {two_status.st_blocks} blocks instead of {one_status.st_blocks}")
        ranges = _data_ranges(one, two, one_status.st_size) if sparse else [(0, one_status.st_size)]
        if not all(_same_bytes(one, two, start, end) for start, end in ranges):
            wrong.append(f"{name}: other content")
        return wrong


def _data_ranges(one, two, size):
    """Where at least one of the files has data; elsewhere both are holes, which read as zeros."""
    return [*_segments(one.fileno(), size), *_segments(two.fileno(), size)]


def _segments(descriptor, size):
    position = 0
    while position < size:
        try:
            start = os.lseek(descriptor, position, os.SEEK_DATA)
        except OSError:
            return  # ENXIO: a hole up to the end
        position = os.lseek(descriptor, start, os.SEEK_HOLE)
        yield start, position


def _same_bytes(one, two, start, end):
    while start < end:
        length = min(CHUNK, end - start)
        if os.pread(one.fileno(), length, start) != os.pread(two.fileno(), length, start):
            return False
        start += length
    return True
