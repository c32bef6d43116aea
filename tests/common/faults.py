"""What must hold whatever system call fails: no crash, no hang, no success without the bytes, no half file, no temporary
file, nothing lost, and a second run without faults repairs everything."""

import os
import re
import stat
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

from common import commands, native, tree
from common.generate import acl
from common.world import World


@dataclass
class Faults:
    """How calls of a program are made to fail, and for which faults there is another way around."""
    program: Callable[[], str]
    variable: str
    harmless: re.Pattern
    keeps_temporary: re.Pattern = re.compile("unlinkat:")
    options: tuple = ()


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
    native.setxattr(world.path("src/d/0"), b"user.new", b"1")
    native.setxattr(world.path("src/attributes"), b"user.new", b"1")
    native.setxattr(world.path("dst/attributes"), b"user.old", b"1")
    if commands.system() == "linux":
        native.setxattr(world.path("src/new"), b"system.posix_acl_default", acl(user=(1, 7)))
        native.setxattr(world.path("src/d/1"), b"system.posix_acl_access", acl(group=(1, 5)))
    if os.geteuid() == 0:
        os.chown(world.path("src/d/2"), 1, 1)
        os.chown(world.path("src/link"), 1, 1, follow_symlinks=False)
        os.chown(world.path("dst/attributes"), 2, 2)
    world.settle()
    os.rename(world.path("dst"), t.path("old"))
    return world


class Bench:
    """Runs one fault after the other over the same world."""

    def __init__(self, t, faults, world=None):
        self.t = t
        self.faults = faults
        self.world = world or stage(t)
        self.source = self.snapshot(self.world.path("src"))
        self.old = self.snapshot(t.path("old"))
        self.problems = []

    @staticmethod
    def snapshot(top):
        return tree.snapshot(top, state=True)

    def run(self, fault, options):
        destination = self.world.path("dst")
        native.remove_tree(destination)
        native.copy_tree(self.t.path("old"), destination)
        try:
            result = self.arsync(fault, options)
        except subprocess.TimeoutExpired:
            self.problems.append(f"{fault} {options}: hangs")
            return
        found = list(self.check(fault, result, self.snapshot(destination)))
        found += self.check_repair(options, destination)
        if tree.differences(self.source, self.snapshot(self.world.path("src"))):
            found.append("the source was changed")
        if found:
            told = result.err[-600:].decode(errors="backslashreplace")
            self.problems.append(f"{self.faults.variable}={fault} {' '.join(options)}: {'; '.join(found)}\n"
                                 f"      exit {result.code}, stderr {told!r}")

    def arsync(self, fault, options):
        env = {self.faults.variable: fault} if fault else {}
        return commands.run(self.faults.program(), "-aHAX", "--delete", *self.faults.options, *options, "src/", "dst/", cwd=self.world.top, env=env,
            limit=20)

    def check(self, fault, result, now):
        if result.code < 0:
            yield f"died of signal {-result.code}"
        # A file system that allows no more links gets copies.
        ignore = ("links",) if "EMLINK" in fault else ()
        differs = tree.differences(self.source, now, names=("src", "dst"), ignore=ignore)
        if differs and result.code == 0:
            yield f"success without the tree: {differs[:3]}"
        if result.code != 0 and self.faults.harmless.match(fault):
            yield "not survived, although there is another way"
        if result.code != 0 and b"arsync" not in result.err:
            yield "no word of what went wrong"
        for path, entry in now.items():
            name = path.rpartition(b"/")[2]
            if name.startswith(b".") and name != b"." and not self.faults.keeps_temporary.match(fault):
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
        differs = tree.differences(self.source, self.snapshot(destination), names=("src", "dst"))
        if result.code or differs:
            yield f"the second run does not repair: exit {result.code} {differs[:3]} {result.err[-200:]!r}"

    def finish(self):
        assert not self.problems, f"{len(self.problems)} faults:\n    " + "\n    ".join(self.problems[:12])
