"""What a Mac does otherwise than Linux, for tests that run on one: extended attributes, flags, ACLs, birth times, volumes.

On Linux, where the macOS program runs through the loader, the functions here are those of Python's os, or plain cp and rm.
"""

import ctypes
import os
import socket
import struct
import subprocess
import sys
from contextlib import contextmanager

MAC = sys.platform == "darwin"
LIBRARY = ctypes.CDLL(None, use_errno=True)
# <sys/xattr.h>, <sys/acl.h>, <sys/attr.h>, renamex_np(2), renameat2(2)
_XATTR_NOFOLLOW, _ACL_TYPE_EXTENDED = 1, 0x100
_ATTR_BIT_MAP_COUNT, _ATTR_CMN_CRTIME, _FSOPT_NOFOLLOW = 5, 0x200, 1
_AT_FDCWD, _EXCHANGE = -100, 2
# The system puts these on files as it likes; nobody else can.
UNASKED = ("com.apple.provenance", "com.apple.macl", "com.apple.rootless")
NO_FOREIGN_NAMES = "the volumes of a Mac take only names that are UTF-8"
NAMES_FOLD = "two names of this test are one on the volume of $TMPDIR (test-macos.sh gives it another)"


class Skip(Exception):
    """Raised to say that a test cannot run here, and why."""


def not_on_a_mac(reason):
    """For runner.needs: the test needs what Linux alone has, with or without the loader."""
    return lambda: reason if MAC else None


def skip_on_a_mac(reason):
    if MAC:
        raise Skip(reason)


def is_name(name):
    """Whether a file can be called so here."""
    try:
        os.fsencode(name).decode()
    except UnicodeDecodeError:
        return not MAC
    return True


def is_other_spelling(path):
    """Whether something is there already, under a name that the volume takes for the same."""
    return MAC and os.path.lexists(path) and os.path.basename(path) not in os.listdir(os.path.dirname(path))


def _call(name, *arguments, result=ctypes.c_ssize_t):
    """A function of libSystem. Each argument has its type of C already, or is bytes, a buffer or None."""
    function = getattr(LIBRARY, name)
    function.restype = result
    ctypes.set_errno(0)
    answer = function(*arguments)
    if answer is None or isinstance(answer, int) and answer < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return answer


def exchange(one, other):
    """Swaps two names in one step."""
    one, other = os.fsencode(one), os.fsencode(other)
    if MAC:
        _call("renamex_np", one, other, ctypes.c_uint(_EXCHANGE), result=ctypes.c_int)
    else:
        _call("renameat2", _AT_FDCWD, one, _AT_FDCWD, other, _EXCHANGE, result=ctypes.c_int)


# Extended attributes, as os has them on Linux.

def _options(follow_symlinks):
    return ctypes.c_int(0 if follow_symlinks else _XATTR_NOFOLLOW)


def _mac_setxattr(path, name, value, *, follow_symlinks=True):
    _call("setxattr", os.fsencode(path), os.fsencode(name), bytes(value), ctypes.c_size_t(len(value)),
          ctypes.c_uint32(0), _options(follow_symlinks), result=ctypes.c_int)


def _mac_getxattr(path, name, *, follow_symlinks=True):
    arguments = os.fsencode(path), os.fsencode(name)
    rest = ctypes.c_uint32(0), _options(follow_symlinks)
    size = _call("getxattr", *arguments, None, ctypes.c_size_t(0), *rest)
    buffer = ctypes.create_string_buffer(size + 1)
    return buffer.raw[:_call("getxattr", *arguments, buffer, ctypes.c_size_t(size), *rest)] if size else b""


def _mac_listxattr(path, *, follow_symlinks=True):
    size = _call("listxattr", os.fsencode(path), None, ctypes.c_size_t(0), _options(follow_symlinks))
    buffer = ctypes.create_string_buffer(size + 1)
    if size:
        size = _call("listxattr", os.fsencode(path), buffer, ctypes.c_size_t(size), _options(follow_symlinks))
    return [os.fsdecode(name) for name in buffer.raw[:size].split(b"\0") if name]


def _mac_removexattr(path, name, *, follow_symlinks=True):
    _call("removexattr", os.fsencode(path), os.fsencode(name), _options(follow_symlinks), result=ctypes.c_int)


if MAC:
    setxattr, getxattr, listxattr, removexattr = _mac_setxattr, _mac_getxattr, _mac_listxattr, _mac_removexattr
else:
    setxattr, getxattr, listxattr, removexattr = os.setxattr, os.getxattr, os.listxattr, os.removexattr


def xattrs(path):
    """All of a file of a Mac but those that the system puts there unasked."""
    return {name: getxattr(path, name, follow_symlinks=False) for name in listxattr(path, follow_symlinks=False)
            if name not in UNASKED}


@contextmanager
def inside(fd):
    """Works in the directory of that handle: a Mac has no /proc/self/fd."""
    here = os.open(".", os.O_RDONLY)
    try:
        os.fchdir(fd)
        yield
    finally:
        os.fchdir(here)
        os.close(here)


def bind_socket(folder, name):
    """A socket's address is short, so it is bound under a short name in the directory of that handle."""
    with socket.socket(socket.AF_UNIX) as made:
        if MAC:
            with inside(folder):
                made.bind(name)
        else:
            made.bind(b"/proc/self/fd/%d/%s" % (folder, name))


# Flags, ACLs and birth times of a Mac.

def set_flags(path, flags):
    os.lchflags(path, flags)


def flags(path):
    return os.lstat(path).st_flags


def set_acl(path, text):
    """`text` as of acl_to_text(3); without any the ACL is taken away."""
    if not text:
        subprocess.run(["/bin/chmod", *(["-h"] if os.path.islink(path) else []), "-N", path], check=True)
        return
    acl = _call("acl_from_text", text.encode(), result=ctypes.c_void_p)
    try:
        _call("acl_set_link_np" if os.path.islink(path) else "acl_set_file", os.fsencode(path),
              ctypes.c_int(_ACL_TYPE_EXTENDED), ctypes.c_void_p(acl), result=ctypes.c_int)
    finally:
        LIBRARY.acl_free(ctypes.c_void_p(acl))


def get_acl(path):
    """"" where there is none."""
    try:
        acl = _call("acl_get_link_np", os.fsencode(path), ctypes.c_int(_ACL_TYPE_EXTENDED), result=ctypes.c_void_p)
    except OSError:
        return ""
    text = _call("acl_to_text", ctypes.c_void_p(acl), None, result=ctypes.c_void_p)
    found = ctypes.string_at(text).decode()
    for memory in (text, acl):
        LIBRARY.acl_free(ctypes.c_void_p(memory))
    return found


class _AttributeList(ctypes.Structure):
    _fields_ = [("count", ctypes.c_ushort), ("reserved", ctypes.c_uint16)] + [
        (name, ctypes.c_uint32) for name in ("common", "volume", "directory", "file", "fork")]


def _attribute_call(name, path, buffer):
    wanted = _AttributeList(_ATTR_BIT_MAP_COUNT, 0, _ATTR_CMN_CRTIME)
    _call(name, os.fsencode(path), ctypes.byref(wanted), buffer, ctypes.c_size_t(len(buffer)),
          ctypes.c_ulong(_FSOPT_NOFOLLOW), result=ctypes.c_int)


def set_birth(path, seconds, nanoseconds):
    _attribute_call("setattrlist", path, struct.pack("=qq", seconds, nanoseconds))


def birth(path):
    """Nanoseconds since 1970. What getattrlist(2) gives begins with its length."""
    buffer = ctypes.create_string_buffer(struct.calcsize("=Iqq"))
    _attribute_call("getattrlist", path, buffer)
    _, seconds, nanoseconds = struct.unpack("=Iqq", buffer.raw)
    return seconds * 10**9 + nanoseconds


# Trees.

def copy_tree(source, there, *, links=True, check=True):
    """cp -a to a name that is free. `links=False`: each name of a file becomes one of its own."""
    if MAC:
        _mac_copy_tree(os.fsencode(source), os.fsencode(there), links, check)
    else:
        subprocess.run(["cp", "-a", *([] if links else ["--no-preserve=links"]), "--", source, there], check=check,
                       stderr=None if check else subprocess.DEVNULL)


def _mac_copy_tree(source, there, links, check):
    """Its cp leaves sockets out, and may cut times; names of one file become files."""
    subprocess.run(["/bin/cp", "-pPR", "--", source, there], check=check, stderr=subprocess.DEVNULL)
    first = {}
    for folder, folders, names in os.walk(source, topdown=False):
        for name in names + folders:
            path = os.path.join(folder, name)
            _complete(path, there + path[len(source):], first if links else {})
    _complete(source, there, {})


def _complete(path, copy, first):
    info = os.lstat(path)
    if os.path.lexists(copy) and flags(copy):
        set_flags(copy, 0)
    other = first.setdefault((info.st_dev, info.st_ino), copy)
    if other != copy:
        _replace(copy, lambda: os.link(other, copy, follow_symlinks=False))
    elif not os.path.lexists(copy):
        _another_socket(copy, info.st_mode & 0o7777)
    os.utime(copy, ns=(info.st_atime_ns, info.st_mtime_ns), follow_symlinks=False)
    if flags(path):
        set_flags(copy, flags(path))


def _replace(path, make):
    if os.path.lexists(path):
        os.unlink(path)
    make()


def _another_socket(path, mode):
    folder = os.open(os.path.dirname(path), os.O_RDONLY | os.O_DIRECTORY)
    try:
        bind_socket(folder, b".s")
        os.rename(b".s", os.path.basename(path), src_dir_fd=folder, dst_dir_fd=folder)
    finally:
        os.close(folder)
    os.chmod(path, mode)


def remove_tree(path, check=True):
    """rm -rf, also of what is immutable on a Mac or has an ACL against it."""
    if MAC and os.path.lexists(path):
        locks = "nouchg,nouappnd" + (",noschg,nosappnd" if os.geteuid() == 0 else "")
        for words in (["chflags", "-R", locks], ["chmod", "-R", "-N"], ["chmod", "-R", "u+rwx"]):
            subprocess.run([*words, path], check=False, stderr=subprocess.DEVNULL)
    subprocess.run(["rm", "-rf", path], check=check)


# Volumes of a Mac: disk images.

KINDS = {"apfs": "APFS", "apfs-cs": "Case-sensitive APFS", "hfs": "HFS+"}
_attached = []


def attach(image, point, kind, megabytes):
    """Makes an image with that file system and mounts it; gives what went wrong, or None."""
    owners = ["-owners", "on"] if os.geteuid() == 0 else []
    for words in (["create", "-quiet", "-size", f"{megabytes}m", "-type", "SPARSE", "-fs", KINDS[kind], "-volname",
                   "arsync-test", image],
                  ["attach", "-quiet", "-nobrowse", *owners, "-mountpoint", point, image + ".sparseimage"]):
        result = subprocess.run(["/usr/bin/hdiutil", *words], capture_output=True, text=True, check=False)
        if result.returncode:
            return f"hdiutil {words[0]}: {result.stderr.strip() or result.returncode}"
    _attached.append(point)
    _quieten(point)
    return None


def _quieten(point):
    """The system keeps no journal of events on the volume and no index: what a test finds there is its own."""
    try:
        os.mkdir(point + "/.fseventsd")
        for name in ("/.fseventsd/no_log", "/.metadata_never_index"):
            with open(point + name, "wb"):
                pass
    except OSError:
        pass  # the system was faster


def is_of_the_system(path):
    """On a volume of a Mac."""
    return MAC and b"/.fseventsd" in path


def detach_all():
    """In the process that attached them, at its end."""
    while _attached:
        subprocess.run(["/usr/bin/hdiutil", "detach", "-quiet", "-force", _attached.pop()], check=False)
