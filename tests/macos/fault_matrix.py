"""Every function of the system that touches files fails with every errno, at its n-th call. The loader makes them fail,
so that it is the very program which users get. What must hold: common/faults.py."""

import os
import re

from common import commands, darwin, tree
from common.faults import Bench, Faults, stage
from common.generate import PAST, Generator
from common.runner import cases, long, needs, timeout
from common.world import Below

# By what they do; those which the program does not import are skipped, and one that is missing here is found.
LOOKING = ("fstat", "fstatat", "fstatfs", "getattrlistbulk", "getattrlist", "getattrlistat", "fgetattrlist",
           "readlinkat", "fdopendir", "readdir")
DATA = ("open", "openat", "read", "write", "pread", "pwrite", "preadv", "pwritev", "close", "lseek", "ftruncate",
        "fcntl", "fsync", "fclonefileat", "fcopyfile")
NAMES = ("mkdirat", "symlinkat", "mknodat", "mkfifoat", "mknod", "linkat", "renameat", "renameatx_np", "unlinkat", "socket",
         "bind")
ATTRIBUTES = ("fchown", "fchownat", "fchmod", "fchmodat", "futimens", "utimensat", "fsetattrlist", "setattrlistat",
              "fchflags", "fgetxattr", "fsetxattr", "flistxattr", "fremovexattr", "acl_get_fd_np", "acl_set_fd_np")
FUNCTIONS = LOOKING + DATA + NAMES + ATTRIBUTES
# Functions of the C library with paths or descriptors in them that are not about files to be copied.
_OTHERS = {"fclose", "fflush", "fopen", "fread", "fwrite", "fputc", "fseek", "fseeko", "ftello", "fputwc", "fdopen",
           "fileno", "ferror", "feof", "freelocale", "free", "getcwd", "fchdir"}
ERRORS = ("EINTR", "EIO", "ENOSPC", "EACCES", "EPERM", "EXDEV", "ENOTSUP", "EEXIST", "ENOENT", "EAGAIN")
CALLS = (1, 2, 0)
MORE_CALLS = (3, 4, 5, 7, 9, 12, 16, 21, 27, 34)
# Answers that mean "there is none", which is no failure: a file system without xattrs or ACLs, an attribute or a name
# that was removed meanwhile. To find that out is not possible for anybody.
NO_FAILURES = {("flistxattr", "ENOTSUP"), ("flistxattr", "EPERM"), ("fgetxattr", "ENOTSUP"), ("fgetxattr", "EPERM"),
               ("acl_get_fd_np", "ENOTSUP"), ("acl_get_fd_np", "ENOENT"), ("unlinkat", "ENOENT")}
# There is another way around: a call that was interrupted is made again; a clone can be a copy; hints are hints.
HARMLESS = re.compile(r"(?!close)\w+:EINTR:|fclonefileat:(ENOTSUP|EXDEV|EPERM|EACCES|ENOENT):|"
                      r"fcopyfile:(ENOTSUP|EXDEV|EPERM|EACCES):")
FAULTS = Faults(commands.arsync, "MACHORUN_FAULT", HARMLESS, options=("-N", "--fileflags", "--force-change"))
PLACES = {"apfs": True, "hfs": False}


def macos_stage(t):
    """Also with what only macOS has."""
    world = stage(t)
    top = world.path("")
    for name, flags in (("src/attributes", darwin.HIDDEN), ("src/d/3", darwin.IMMUTABLE), ("src/new/sub", darwin.APPEND),
                        ("src/empty", darwin.IMMUTABLE)):
        darwin.set_flags(top + name.encode(), flags)
    darwin.set_flags(t.path("old", "d", "1"), darwin.IMMUTABLE)
    darwin.set_flags(t.path("old", "gone", "y"), darwin.APPEND)
    darwin.set_acl(top + b"src/d/1", darwin.acl(("user", 1, "allow", "read")))
    darwin.set_acl(top + b"src/new", darwin.acl(("group", 1, "allow,file_inherit,directory_inherit", "read,execute")))
    Generator(t.dir).socket(top + b"src/socket")
    for name in ("src/socket", "src"):
        os.utime(top + name.encode(), (PAST, PAST))
    os.utime(top + b"src/socket", (PAST, PAST))
    darwin.set_xattr(top + b"src/large", darwin.FINDER_INFO, b"TEXTttxt" + bytes(24))
    return world


class MacBench(Bench):
    def __init__(self, t, clones):
        place = t
        if clones:
            darwin.mount_apfs(t, "disk")
            place = Below(t, "disk")
        super().__init__(place, FAULTS, macos_stage(place))


def run_matrix(t, function, place, calls):
    if function not in darwin.imported():
        t.skip(f"the program does not use {function}")
    bench = MacBench(t, PLACES[place])
    for errno in ERRORS:
        if (function, errno) in NO_FAILURES:
            continue
        for call in calls:
            bench.run(f"{function}:{errno}:{call}", [])
            if function in DATA and call == 1:
                bench.run(f"{function}:{errno}:{call}", ["--copy-method=readwrite", "--jobs=1"])
    bench.finish()


TABLE = {f"{function} on {place}": (function, place) for function in FUNCTIONS for place in PLACES}


@needs(darwin.no_clones)
@cases({place: (place,) for place in PLACES})
def test_without_a_fault_the_tree_is_as_wanted(t, place):
    bench = MacBench(t, PLACES[place])
    bench.run("", [])
    bench.finish()
    tree.assert_same(bench.source, bench.snapshot(bench.world.path("dst")))


@timeout(600)
@needs(darwin.no_faults, darwin.no_clones)
@cases(TABLE)
def test_failure_of(t, function, place):
    run_matrix(t, function, place, CALLS)


@timeout(3000)
@long
@needs(darwin.no_faults, darwin.no_clones)
@cases(TABLE)
def test_failure_at_further_calls_of(t, function, place):
    run_matrix(t, function, place, MORE_CALLS)


@timeout(300)
@needs(darwin.no_faults, darwin.no_clones)
@cases({faults: (faults,) for faults in (
    "fclonefileat:ENOTSUP:0,fcopyfile:EXDEV:0", "fclonefileat:EIO:0,fcopyfile:EIO:0,pwrite:EIO:2",
    "renameat:EIO:1,unlinkat:EIO:1", "fclonefileat:ENOSPC:0,fcopyfile:ENOSPC:1,pwrite:ENOSPC:1,write:ENOSPC:1",
    "fchown:EPERM:0,fchownat:EPERM:0", "fsetxattr:ENOTSUP:0,fremovexattr:EIO:0",
    "openat:EMFILE:10,openat:EMFILE:20,openat:EMFILE:30", "getattrlistbulk:ENOTSUP:0", "getattrlistbulk:EINVAL:0",
    "fstatat:EIO:7,fstat:EIO:7", "futimens:EPERM:0,utimensat:EPERM:0,fchmod:EPERM:0", "getattrlistbulk:EIO:2",
    "acl_set_fd_np:ENOTSUP:0,fchflags:EPERM:0", "openat:EMFILE:0", "openat:ENFILE:5", "fsetattrlist:EPERM:0",
    "setattrlistat:EINVAL:0", "fclonefileat:EEXIST:1", "fclonefileat:EDQUOT:0", "fcopyfile:ECANCELED:1")})
def test_several_failures_at_once_and_other_errors(t, faults):
    bench = MacBench(t, True)
    bench.run(faults, [])
    bench.finish()


def test_every_function_that_could_touch_files_is_in_the_matrix(t):
    """So that a new call of the platform layer is not forgotten here."""
    about_files = re.compile(r"^f?(open|read|write|p(read|write)v?|close|stat|chown|chmod|chflags|utimens|truncate|"
                             r"(get|set|list|remove)xattr|copyfile|clonefileat|sync|cntl|lseek)$|at$|attrlist|^acl_(get|set)_fd|^(socket|bind)$")
    found = {name for name in darwin.imported() if about_files.search(name) and not name.startswith("_")}
    left = {name for name in found - set(FUNCTIONS) - _OTHERS if not name.startswith(("vm_", "mach_", "str", "pthread"))}
    assert not left, f"not in the matrix: {sorted(left)}"


@cases({fault: (fault,) for fault in ("openat:EWHAT:1", "openat:EIO", "openat")})
def test_faults_that_are_not_understood_end_the_program(t, fault):
    result = darwin.run(t, "--version", fault=fault)
    assert result.code == 127 and b"MACHORUN_FAULT" in result.err, result
