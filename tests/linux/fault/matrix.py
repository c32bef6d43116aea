"""Every operation fails with every errno that it may give, at its n-th call. What must hold: common/faults.py."""

import os
import re

from common import commands, tree
from common.faults import Bench, Faults
from common.runner import cases, long, needs, timeout

# Not among them: answers that mean "there is none" (ENODATA, ENXIO, ENOTSUP when reading), which are no failure.
OPERATIONS = {
    "open": ("EACCES", "EMFILE"),
    "readlinkat": ("EIO", "ENOENT"),
    "fsync": ("EIO",),
    "fstatfs": ("EIO",),
    "openat": ("EACCES", "ENOENT", "ENOSPC", "EMFILE", "EIO", "ELOOP"),
    "fstatat": ("EIO", "ENOENT", "EACCES"),
    "statx": ("EIO", "ENOENT", "EACCES"),
    "getdents64": ("EIO", "ENOENT"),
    "read": ("EIO", "EINTR"),
    "pread": ("EIO", "EINTR"),
    "write": ("ENOSPC", "EIO", "EINTR", "EDQUOT"),
    "pwrite": ("ENOSPC", "EIO", "EINTR"),
    "close": ("EIO", "ENOSPC"),
    "mkdirat": ("ENOSPC", "EACCES", "EEXIST"),
    "symlinkat": ("ENOSPC", "EEXIST"),
    "mknodat": ("EPERM", "ENOSPC"),
    "linkat": ("EMLINK", "EPERM", "ENOSPC"),
    "renameat": ("EIO", "ENOSPC", "EACCES"),
    "unlinkat": ("EACCES", "EBUSY", "EIO"),
    "fchown": ("EPERM", "EIO"),
    "fchownat": ("EPERM", "EIO"),
    "fchmod": ("EPERM", "EIO"),
    "fchmodat": ("EPERM", "EIO"),
    "utimensat": ("EPERM", "EIO"),
    "ftruncate": ("EIO", "ENOSPC", "EFBIG"),
    "fallocate": ("ENOSPC", "ENOTSUP"),
    "ioctl_ficlone": ("ENOTSUP", "EXDEV", "EIO", "EINVAL"),
    "copy_file_range": ("EXDEV", "ENOTSUP", "EIO", "ENOSPC", "EINVAL", "EINTR"),
    "fgetxattr": ("EIO", "EACCES"),
    "fsetxattr": ("ENOSPC", "ENOTSUP", "EPERM"),
    "flistxattr": ("EIO", "EACCES"),
    "fremovexattr": ("EIO", "EPERM"),
    "lseek": ("EINVAL", "EIO"),
}
CALLS = (0, 1, 2, 3, 5, 8, 13)
MORE_CALLS = tuple(range(60))
# Failures that there is another way around, so that the copy must succeed all the same.
HARMLESS = re.compile(r"ioctl_ficlone:(ENOTSUP|EXDEV|EINVAL):|copy_file_range:(EXDEV|ENOTSUP|EINTR):|"
                      r"fallocate:ENOTSUP:|(p?read|p?write):EINTR:[1-9]|linkat:EMLINK:|openat:EMFILE:[1-9]")
MODES = {"": [], "readwrite": ["--copy-method=readwrite"], "one worker": ["--jobs=1"]}


def fault_program():
    """Both the fault and the asan preset have faults; the second one also sees what goes wrong on the way out."""
    preset = "asan" if os.environ.get("ARSYNC_PRESET") == "asan" else "fault"
    return os.environ.get("ARSYNC_FAULT_PROGRAM") or str(commands.PROJECT / "build" / preset / "arsync")


FAULTS = Faults(fault_program, "ARSYNC_FAULT", HARMLESS)


def no_fault_build():
    return None if os.access(fault_program(), os.X_OK) else f"{fault_program()} is not built"


def need_operation(t, operation):
    """Names that no wrapper of this build asks for would test nothing."""
    with open(fault_program(), "rb") as program:
        if operation.encode() + b"\0" not in program.read():  # "read" may be stored as the end of "pread"
            t.skip(f"this build makes no call named {operation}")


@needs(no_fault_build)
def test_without_a_fault_the_tree_is_as_wanted(t):
    bench = Bench(t, FAULTS)
    bench.run("", [])
    bench.finish()
    tree.assert_same(bench.source, tree.snapshot(bench.world.path("dst")))


@timeout(300)
@needs(no_fault_build)
@cases({operation: (operation,) for operation in OPERATIONS})
def test_failure_of(t, operation):
    need_operation(t, operation)
    bench = Bench(t, FAULTS)
    for errno in OPERATIONS[operation]:
        for call in CALLS:
            for options in MODES.values() if call in (1, 3) else [[]]:
                bench.run(f"{operation}:{errno}:{call}", options)
    bench.finish()


@timeout(3000)
@long
@needs(no_fault_build)
@cases({operation: (operation,) for operation in OPERATIONS})
def test_failure_at_every_call_of(t, operation):
    need_operation(t, operation)
    bench = Bench(t, FAULTS)
    for errno in OPERATIONS[operation]:
        for call in MORE_CALLS:
            for options in MODES.values():
                bench.run(f"{operation}:{errno}:{call}", options)
    bench.finish()


@needs(no_fault_build)
@cases({faults: (faults,) for faults in (
    "ioctl_ficlone:ENOTSUP:0,copy_file_range:EXDEV:0", "ioctl_ficlone:EIO:0,copy_file_range:EIO:0,write:EIO:2",
        "renameat:EIO:1,unlinkat:EIO:1", "write:ENOSPC:1,pwrite:ENOSPC:1,copy_file_range:ENOSPC:1",
    "fchown:EPERM:0,fchownat:EPERM:0", "fsetxattr:ENOTSUP:0,fremovexattr:EIO:0",
        "openat:EMFILE:10,openat:EMFILE:20,openat:EMFILE:30",
    "getdents64:EIO:2,openat:EACCES:9", "statx:EIO:7,fstatat:EIO:7", "utimensat:EPERM:0,fchmod:EPERM:0")})
def test_several_failures_at_once(t, faults):
    bench = Bench(t, FAULTS)
    bench.run(faults, [])
    bench.finish()


@needs(no_fault_build)
@cases({fault: (fault,) for fault in ("openat:EWHAT:1", "openat:EIO", "openat")})
def test_faults_that_are_not_understood_end_the_program(t, fault):
    """A misspelt fault would make a test that tests nothing."""
    result = Bench(t, FAULTS).arsync(fault, ["-n"])
    assert result.code != 0 and b"ARSYNC_FAULT" in result.err, result
