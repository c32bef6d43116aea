"""Every operation fails with every errno that it may give, at its n-th call. Whatever happens: no crash, no hang, no
success without the bytes, no half file, no temporary file, and a second run without faults repairs everything."""

import os
import re
import stat
import subprocess

from lib import commands, tree
from lib.generate import acl
from lib.runner import cases, long, needs, timeout
from lib.world import World

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
    return os.environ.get("ARSYNC_FAULT_PROGRAM") or str(commands.PROJECT / "build" / "fault" / "arsync")


def no_fault_build():
    return None if os.access(fault_program(), os.X_OK) else f"{fault_program()} is not built"


def stage(t):
    """A small tree with something of everything; the destination is old and has extras."""
    world = World(t)
    for number in range(4):
        world.file(f"src/d/{number}", b"new %d " % number * 500, mode=0o640)
        world.file(f"dst/d/{number}", b"old %d " % number * 900)
    world.files("src/new/sub/a", "src/new/b", "src/empty/", "dst/extra", "dst/gone/x", "dst/gone/y/z")
    world.file("src/large", b"large " * 60_000)
    world.file("dst/large", b"small")
    with open(world.file("src/sparse"), "r+b") as file:
        file.truncate(1_000_000)
        file.seek(500_000)
        file.write(b"in the middle")
    world.file("dst/sparse", b"old")
    world.link("src/link", "large")
    world.link("dst/link", "elsewhere")
    world.node("src/fifo", stat.S_IFIFO)
    world.file("src/linked1", b"linked")
    world.hard("src/new/linked2", "src/linked1")
    world.files("src/was-dir", "dst/was-dir/inside", "src/was-file/inside", "dst/was-file")
    world.file("src/attributes", b"same", mode=0o600)
    world.file("dst/attributes", b"same", mode=0o644)
    os.setxattr(world.path("src/d/0"), b"user.new", b"1")
    os.setxattr(world.path("src/attributes"), b"user.new", b"1")
    os.setxattr(world.path("dst/attributes"), b"user.old", b"1")
    os.setxattr(world.path("src/new"), b"system.posix_acl_default", acl(user=(1, 7)))
    os.setxattr(world.path("src/d/1"), b"system.posix_acl_access", acl(group=(1, 5)))
    if os.geteuid() == 0:
        os.chown(world.path("src/d/2"), 1, 1)
        os.chown(world.path("src/link"), 1, 1, follow_symlinks=False)
        os.chown(world.path("dst/attributes"), 2, 2)
    world.settle()
    os.rename(world.path("dst"), t.path("old"))
    return world


def need_operation(t, operation):
    """Names that no wrapper of this build asks for would test nothing."""
    with open(fault_program(), "rb") as program:
        if operation.encode() + b"\0" not in program.read():  # "read" may be stored as the end of "pread"
            t.skip(f"this build makes no call named {operation}")


class Bench:
    """Runs one fault after the other over the same world."""

    def __init__(self, t):
        self.t = t
        self.world = stage(t)
        self.source = tree.snapshot(self.world.path("src"))
        self.old = tree.snapshot(t.path("old"))
        self.problems = []

    def run(self, fault, options):
        destination = self.world.path("dst")
        subprocess.run(["rm", "-rf", destination], check=True)
        subprocess.run(["cp", "-a", self.t.path("old"), destination], check=True)
        try:
            result = self.arsync(fault, options)
        except subprocess.TimeoutExpired:
            self.problems.append(f"{fault} {options}: hangs")
            return
        found = list(self.check(fault, result, tree.snapshot(destination)))
        found += self.check_repair(options, destination)
        if tree.differences(self.source, tree.snapshot(self.world.path("src"))):
            found.append("the source was changed")
        if found:
            told = result.err[-600:].decode(errors="backslashreplace")
            self.problems.append(f"ARSYNC_FAULT={fault} {' '.join(options)}: {'; '.join(found)}\n"
                                 f"      exit {result.code}, stderr {told!r}")

    def arsync(self, fault, options):
        env = {"ARSYNC_FAULT": fault} if fault else {}
        return commands.run(fault_program(), "-aHAX", "--delete", *options, "src/", "dst/", cwd=self.world.top, env=env,
            limit=20)

    def check(self, fault, result, now):
        if result.code < 0:
            yield f"died of signal {-result.code}"
        # A file system that allows no more links gets copies.
        ignore = ("links",) if "EMLINK" in fault else ()
        differs = tree.differences(self.source, now, names=("src", "dst"), ignore=ignore)
        if differs and result.code == 0:
            yield f"success without the tree: {differs[:3]}"
        if result.code != 0 and HARMLESS.match(fault):
            yield "not survived, although there is another way"
        if result.code != 0 and b"arsync" not in result.err:
            yield "no word of what went wrong"
        for path, entry in now.items():
            name = path.rpartition(b"/")[2]
            if name.startswith(b".") and name != b"." and not fault.startswith("unlinkat"):
                yield f"temporary file {path!r} is left"
            elif entry.kind == "file" and not name.startswith(b"."):
                wanted = [side[path].content for side in (self.source, self.old) if path in side]
                if entry.content not in wanted:
                    yield f"{path!r} is neither the old nor the new file ({entry.size} bytes)"
        lost = [path for path in self.source if path in self.old and path not in now
                and self.source[path].kind == self.old[path].kind == "file"]
        if lost:
            yield f"lost {lost}, which were there and should be"

    def check_repair(self, options, destination):
        result = self.arsync("", options)
        differs = tree.differences(self.source, tree.snapshot(destination), names=("src", "dst"))
        if result.code or differs:
            yield f"the second run does not repair: exit {result.code} {differs[:3]} {result.err[-200:]!r}"

    def finish(self):
        assert not self.problems, f"{len(self.problems)} faults:\n    " + "\n    ".join(self.problems[:12])


@needs(no_fault_build)
def test_without_a_fault_the_tree_is_as_wanted(t):
    bench = Bench(t)
    bench.run("", [])
    bench.finish()
    tree.assert_same(bench.source, tree.snapshot(bench.world.path("dst")))


@timeout(300)
@needs(no_fault_build)
@cases({operation: (operation,) for operation in OPERATIONS})
def test_failure_of(t, operation):
    need_operation(t, operation)
    bench = Bench(t)
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
    bench = Bench(t)
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
    bench = Bench(t)
    bench.run(faults, [])
    bench.finish()


@needs(no_fault_build)
@cases({fault: (fault,) for fault in ("openat:EWHAT:1", "openat:EIO", "openat")})
def test_faults_that_are_not_understood_end_the_program(t, fault):
    """A misspelt fault would make a test that tests nothing."""
    result = Bench(t).arsync(fault, ["-n"])
    assert result.code != 0 and b"ARSYNC_FAULT" in result.err, result
