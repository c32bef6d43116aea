"""A snapshot of a file tree with everything that a copy may keep, and a readable comparison of two of them.

Paths are bytes. The walk goes through directory handles one name at a time, so that trees deeper than PATH_MAX work,
and holds one handle only (it comes back up through ".."), so that depth does not cost descriptors.
"""

import hashlib
import os
import stat
from dataclasses import dataclass, field

from common import native

_KINDS = {stat.S_IFREG: "file", stat.S_IFDIR: "dir", stat.S_IFLNK: "link", stat.S_IFIFO: "fifo",
          stat.S_IFSOCK: "socket", stat.S_IFCHR: "char", stat.S_IFBLK: "block"}
_CHUNK = 1 << 20
_XFS_ACLS = "trusted.SGI_ACL_"
_LOADER = ("user.machorun.", "trusted.machorun.")
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW


@dataclass
class Entry:
    """One name. `links` is the first path of its hard-link group, or None when it has a single name."""
    kind: str
    mode: int
    uid: int
    gid: int
    mtime_ns: int | str
    size: int | None = None
    target: bytes | None = None
    rdev: int | None = None
    content: str | None = None
    links: bytes | None = None
    blocks: int | None = None
    xattrs: dict = field(default_factory=dict)


def snapshot(root, *, blocks=False, state=False):
    """{relative path: Entry}; the root itself is b'.'. `state`: with the flags and ACLs of macOS among the xattrs."""
    entries = {}
    groups = {}
    fd = os.open(os.fsencode(root), os.O_RDONLY | os.O_DIRECTORY)
    try:
        entries[b"."] = _entry(fd, b".", b".", groups, blocks, state)
        levels = [(b"", iter(_names(fd)))]
        while levels:
            prefix, names = levels[-1]
            name = next(names, None)
            if name is None:
                levels.pop()
                if levels:
                    fd = _move(fd, b"..")
                continue
            path = prefix + name
            entries[path] = entry = _entry(fd, name, path, groups, blocks, state)
            if entry.kind == "dir":
                try:
                    fd = _move(fd, name)
                except PermissionError:
                    entry.content = "unreadable"
                    continue
                levels.append((path + b"/", iter(_names(fd))))
    finally:
        os.close(fd)
    return entries


def _move(fd, name):
    there = os.open(name, _DIRECTORY if name != b".." else os.O_RDONLY, dir_fd=fd)
    os.close(fd)
    return there


def _names(fd):
    return sorted(os.fsencode(name) for name in os.listdir(fd))


def _entry(fd, name, path, groups, blocks, state):
    info = os.stat(name, dir_fd=fd, follow_symlinks=False)
    kind = _KINDS[stat.S_IFMT(info.st_mode)]
    entry = Entry(kind, stat.S_IMODE(info.st_mode), info.st_uid, info.st_gid, info.st_mtime_ns)
    if kind == "file":
        entry.size = info.st_size
        entry.content = _content(fd, name)
    elif kind == "link":
        entry.target = os.readlink(name, dir_fd=fd)
    elif kind in ("char", "block"):
        entry.rdev = info.st_rdev
    if kind != "dir" and info.st_nlink > 1:
        entry.links = groups.setdefault((info.st_dev, info.st_ino), path)
    if blocks:
        entry.blocks = info.st_blocks
    entry.xattrs = _xattrs(fd, name, state)
    return entry


def _content(fd, name):
    digest = hashlib.blake2b(digest_size=16)
    try:
        handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=fd)
    except PermissionError:
        return "unreadable"
    try:
        for offset, chunk in _chunks(handle):
            digest.update(b"%d:" % offset + chunk)
    finally:
        os.close(handle)
    return digest.hexdigest()


def _chunks(handle):
    """The aligned chunks that are not all zeros: huge holes cost nothing, and holes and zeros are the same."""
    offset = 0
    while True:
        try:
            # Not all volumes of a Mac tell their holes: there they are read.
            offset = offset if native.MAC else os.lseek(handle, offset, os.SEEK_DATA) // _CHUNK * _CHUNK
        except OSError:
            return
        chunk = os.pread(handle, _CHUNK, offset)
        if not chunk:
            return
        if chunk.strip(b"\0"):
            yield offset, chunk.rstrip(b"\0")
        offset += _CHUNK


def _xattrs(fd, name, state):
    """POSIX ACLs are among them, as system.posix_acl_access and _default in the kernel's form.

    XFS shows root the same ACLs once more in its own form, as trusted.SGI_ACL_FILE and _DEFAULT: left out. So is what
    the loader of macOS programs keeps with a file (darwin.py), and always its birth time, which every copy has of its own.
    """
    if native.MAC:
        return _xattrs_of_a_mac(fd, name, state)
    path = b"/proc/self/fd/%d/%s" % (fd, name)
    try:
        return {key: os.getxattr(path, key, follow_symlinks=False)
                for key in os.listxattr(path, follow_symlinks=False) if not key.startswith(_XFS_ACLS)
                and (not key.startswith(_LOADER) or state and key.endswith((".flags", ".acl")))}
    except OSError:
        return {}


def _xattrs_of_a_mac(fd, name, state):
    with native.inside(fd):
        try:
            found = native.xattrs(name)
            return {**found, "flags": native.flags(name), "acl": native.get_acl(name)} if state else found
        except OSError:
            return {}


def mark_recent(entries, start, end):
    """Times that the run itself gave cannot be equal in two runs: those become the word 'now'."""
    low, high = int((start - 1) * 1e9), int((end + 1) * 1e9)
    for entry in entries.values():
        if isinstance(entry.mtime_ns, int) and low <= entry.mtime_ns <= high:
            entry.mtime_ns = "now"
    return entries


def differences(wanted, got, *, ignore=(), names=("wanted", "got")):
    """Lines that tell how two snapshots differ; empty when they are equal. `ignore` names fields of Entry."""
    lines = []
    for path in sorted(wanted.keys() | got.keys()):
        if path not in got:
            lines.append(f"{path!r}: only in {names[0]} ({wanted[path].kind})")
        elif path not in wanted:
            lines.append(f"{path!r}: only in {names[1]} ({got[path].kind})")
        else:
            for key, value in vars(wanted[path]).items():
                other = getattr(got[path], key)
                if key not in ignore and value != other:
                    lines.append(f"{path!r}: {key}: {names[0]} {_show(key, value, other)}, "
                                 f"{names[1]} {_show(key, other, value)}")
    return lines


def _show(key, value, other):
    if key == "mode":
        return oct(value)
    if key == "xattrs":  # only those that differ, and not all of a long value
        return repr({name[:40]: data[:60] for name, data in value.items() if other.get(name) != data})
    return repr(value)


def assert_same(wanted, got, **options):
    lines = differences(wanted, got, **options)
    assert not lines, "trees differ:\n  " + "\n  ".join(lines[:40])
