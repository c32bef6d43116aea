"""What macOS keeps with a file and Linux does not, as the loader (tools/machorun) keeps it in Linux xattrs, and how a
test has the macOS program run: on which volumes, with which calls failing, with which calls written down.

On a real Mac the files have it themselves (native.py), volumes are disk images, and no calls fail or are written down."""

import grp
import os
import pwd
import re
import signal

from common import commands, mounts, native
from common.world import Below, World

# chflags(2), <sys/stat.h>
NODUMP, IMMUTABLE, APPEND, HIDDEN, COMPRESSED = 0x1, 0x2, 0x4, 0x8000, 0x20
SYSTEM_IMMUTABLE, SYSTEM_APPEND, ARCHIVED, DATALESS = 0x20000, 0x40000, 0x10000, 0x40000000
FINDER_INFO, FORK, TAGS = "com.apple.FinderInfo", "com.apple.ResourceFork", "com.apple.metadata:_kMDItemUserTags"
ATTRIBUTES_OF_THE_SYSTEM = native.UNASKED
SIGINFO = signal.SIGINFO if native.MAC else signal.SIGPWR  # the loader makes one of the other
_UUIDS = {"user": "FFFFEEEE-DDDD-CCCC-BBBB-AAAA", "group": "ABCDEFAB-CDEF-ABCD-EFAB-CDEF"}  # mbr_uid_to_uuid(3)


def entry(kind, number, verdict, permissions):
    """One entry of an ACL as acl_to_text(3) writes it. `verdict`: allow or deny, and behind commas the inheritance."""
    try:
        name = pwd.getpwuid(number).pw_name if kind == "user" else grp.getgrgid(number).gr_name
    except KeyError:
        name = ""
    return f"{kind}:{_UUIDS[kind]}{number:08X}:{name}:{number}:{verdict}:{permissions}\n"


def acl(*entries):
    """The text of an ACL with entries such as ("user", 1, "allow", "read,write")."""
    return "!#acl 1\n" + "".join(entry(*words) for words in entries)


def set_flags(path, flags):
    if native.MAC:
        _set_flags_of_a_mac(path, flags)
        return
    _write_state(path, "flags", f"{flags:#x}" if flags else "")


def _set_flags_of_a_mac(path, flags):
    if flags & (COMPRESSED | DATALESS):
        raise native.Skip("the system alone compresses files and takes them to iCloud")
    native.set_flags(path, flags)


def flags(path):
    if native.MAC:
        return native.flags(path)
    return int(_read_state(path, "flags") or "0", 0)


def set_birth(path, seconds, nanoseconds=0):
    if native.MAC:
        native.set_birth(path, seconds, nanoseconds)
        return
    _write_state(path, "birth", f"{seconds}.{nanoseconds:09}")


def birth(path):
    """Nanoseconds since 1970, or None where nothing but the file system's own birth time is known."""
    if native.MAC:
        return native.birth(path)
    seconds, _, nanoseconds = (_read_state(path, "birth") or "").partition(".")
    return int(seconds) * 10**9 + int(nanoseconds) if seconds else None


def set_acl(path, text):
    if native.MAC:
        native.set_acl(path, text)
    else:
        _write_state(path, "acl", text)


def get_acl(path):
    return native.get_acl(path) if native.MAC else _read_state(path, "acl") or ""


def set_xattr(path, name, value):
    if native.MAC and name in ATTRIBUTES_OF_THE_SYSTEM:
        raise native.Skip(f"the system alone writes {name}")
    prefix = b"" if native.MAC else b"user."
    native.setxattr(path, prefix + os.fsencode(name), value, follow_symlinks=False)


def xattrs(path):
    """macOS's, by their names there."""
    if native.MAC:
        return native.xattrs(path)
    found = {}
    for name in native.listxattr(path, follow_symlinks=False):
        if name.startswith("user.") and not name.startswith("user.machorun."):
            found[name.removeprefix("user.")] = native.getxattr(path, name, follow_symlinks=False)
    return found


def _attribute(path, what):
    ordinary = os.path.isfile(path) or os.path.isdir(path)
    return ("user." if ordinary and not os.path.islink(path) else "trusted.machorun.") + "machorun." + what


def _read_state(path, what):
    try:
        return native.getxattr(path, _attribute(path, what), follow_symlinks=False).decode()
    except OSError:
        return None


def _write_state(path, what, text):
    if text:
        native.setxattr(path, _attribute(path, what), text.encode(), follow_symlinks=False)
    elif _read_state(path, what) is not None:
        native.removexattr(path, _attribute(path, what), follow_symlinks=False)


def no_clones():
    """For runner.needs: a file system with reflinks stands in for APFS."""
    return mounts.no_filesystem("btrfs")()


def mount_apfs(t, name, megabytes=None):
    """A volume that can clone; its names are bytes as on Linux (see `folding` for the others)."""
    if reason := no_clones():
        t.skip(reason)
    return mounts.mount(t, name, "btrfs", megabytes)


def no_volumes():
    """For runner.needs: file systems of other kinds are mounted by root, or on a Mac by anybody."""
    return None if native.MAC else commands.not_root()


no_faults = native.not_on_a_mac("needs the loader's faults")


def world_with_volume(t, kind="apfs", place="volume"):
    """A world where all names differ, but for a directory that is, or is to be by `folding`, such a volume."""
    if not native.MAC:
        return World(t)
    mounts.mount(t, "sensitive", "apfs-cs")
    world = World(Below(t, "sensitive"))
    mounts.mount(t, os.fsdecode(world.path(place)), kind)
    return world


def folding(*directories, kind="apfs"):
    """The environment in which these directories are volumes whose names fold."""
    if native.MAC:
        return {}
    return {"MACHORUN_VOLUMES": ",".join(f"{os.fsdecode(directory)}={kind}" for directory in directories)}


def run(t, *arguments, fault=None, log=None, env=None, cwd=None, **options):
    """The program under test in the test's directory. `log`: a file for its calls."""
    if fault or log:
        native.skip_on_a_mac("needs the loader's faults" if fault else "needs the loader's list of calls")
    extra = dict(env or {})
    if fault:
        extra["MACHORUN_FAULT"] = fault
    if log:
        extra["MACHORUN_LOG"] = log
    return commands.run(commands.arsync(), *arguments, cwd=cwd or t.dir, env=extra, **options)


def calls(log, name):
    """The lines of a log that tell of calls of `name`."""
    with open(log, encoding="utf-8", errors="backslashreplace") as file:
        return [line for line in file if line.startswith(name + "(")]


def imported(program=None):
    """The names of the functions that the program takes from the system's libraries."""
    path = program or commands.PROJECT / "build" / os.environ.get("ARSYNC_PRESET", "macos-x86_64") / "arsync"
    with open(path, "rb") as file:
        return {name.decode() for name in re.findall(rb"\x00_([a-zA-Z0-9_]+)(?=\x00)", file.read())}


def linux_program():
    """The Linux build, for comparisons with it."""
    return os.environ.get("ARSYNC_LINUX") or str(commands.PROJECT / "build" / "release" / "arsync")


def no_linux_program():
    if native.MAC:
        return "the Linux program does not run on a Mac"
    return None if os.access(linux_program(), os.X_OK) else f"{linux_program()} is not built"
