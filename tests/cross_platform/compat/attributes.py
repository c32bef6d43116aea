"""Modes, owners, times, ACLs and xattrs: -a and its parts, -O, -J, -A, -X, --numeric-ids and the no-forms."""

import os
import stat

from common import native
from common.commands import NOBODY, linux_only, no_rsync, not_root, system
from common.generate import PAST, TRUSTED, acl
from common.runner import cases, needs
from common.world import World

PARTS = {name: (name.split(),) for name in ("-r", "-rl", "-rp", "-rt", "-rg", "-ro", "-rD", "-rlp", "-rlt", "-rlpt",
                                            "-rlptg", "-rlptgo", "-rlptgoD", "-a", "--archive", "-a --no-p",
                                            "-a --no-t", "-a --no-o", "-a --no-g", "-a --no-l", "-a --no-D",
                                            "-a --no-r", "-a --no-perms --no-times", "-a --no-owner --no-group",
                                            "-a --no-links", "-a --no-devices", "-a --no-specials", "-a --no-recursive",
                                            "--no-p -a", "-a --no-p -p", "-aO", "-aJ", "-aOJ", "-aO --no-O",
                                            "-aJ --no-J", "-rOt", "-rltJ", "-a --numeric-ids", "-rlpto --numeric-ids",
                                            "-aA", "-aX", "-aAX", "-rA", "-aAX --no-A", "-aAX --no-X", "-rltA",
                                            "-aHAX", "-r --devices", "-r --specials",
                                            "-rl --perms --times --group --owner --devices --specials", "-aS", "-aHS")}


def dressed(t):
    """Files and directories with every kind of attribute; the destination has some of them otherwise."""
    world = World(t)
    for mode in (0o4755, 0o2755, 0o1644, 0o000, 0o444, 0o777, 0o6711):
        if mode or os.geteuid() == 0:  # others could not read it
            world.file(f"src/m{mode:o}", b"x" * mode, mode=mode)
    world.dir("src/sgid", mode=0o2775, mtime=-5)
    world.dir("src/sticky", mode=0o1777, mtime=7_258_118_400)
    world.file("src/sgid/negative", b"n", mtime=-1_000_000_000)
    world.file("src/sgid/far", b"f", mtime=7_258_118_400)
    world.link("src/link", "target", mtime=12345)
    world.link("dst/link", "target", mtime=54321)
    world.node("src/fifo", stat.S_IFIFO)
    world.file("src/plain", b"same", mode=0o640)
    world.file("dst/plain", b"same", mode=0o604)
    world.file("src/suid", b"same", mode=0o4755)
    world.file("dst/suid", b"same", mode=0o755)
    world.file("src/changed", b"new", mode=0o755)
    world.file("dst/changed", b"older", mode=0o600)
    world.dir("dst/sgid", mode=0o700)
    world.file("src/acl", b"acl")
    world.file("src/xattr", b"xattr")
    world.file("dst/xattr", b"xattr")
    world.dir("src/default-acl")
    world.file("src/default-acl/inside", b"x")
    if system() == "linux":
        native.setxattr(world.path("src/acl"), b"system.posix_acl_access", acl(user=(1, 6)))
        native.setxattr(world.path("src/default-acl"), b"system.posix_acl_default", acl(group=(1, 5)))
    native.setxattr(world.path("src/xattr"), b"user.wanted", b"1")
    native.setxattr(world.path("dst/xattr"), b"user.extra", b"2")
    native.setxattr(world.path("src/sticky"), b"user.dir", b"\0\xff")
    if os.geteuid() == 0:
        privileged(world)
    return world


def privileged(world):
    os.chown(world.path("src/m4755"), 1, 54321)
    os.chmod(world.path("src/m4755"), 0o4755)
    os.chown(world.path("src/link"), 54321, 1, follow_symlinks=False)
    os.chown(world.path("dst/plain"), NOBODY, NOBODY)
    os.chmod(world.path("dst/plain"), 0o604)
    if system() == "linux":
        native.setxattr(world.path("src/xattr"), *TRUSTED)
        native.setxattr(world.path("src/link"), *TRUSTED, follow_symlinks=False)
        native.setxattr(world.path("dst/plain"), b"trusted.old", b"x")
    world.node("src/null", stat.S_IFCHR, os.makedev(1, 3))
    world.node("src/disk", stat.S_IFBLK, os.makedev(300 if system() == "linux" else 200, 70000))
    world.node("dst/disk", stat.S_IFBLK, os.makedev(1, 1))


@needs(no_rsync)
@cases(PARTS)
def test_parts_of_archive(t, options):
    dressed(t).compare(*options, "-i", "src/", "dst/", exit=0)


@needs(no_rsync, not_root)
@cases(PARTS)
def test_parts_of_archive_as_ordinary_user(t, options):
    world = World(t, user=NOBODY)
    world.files("src/d/f", "src/secret/f", "dst/d/old")
    world.file("src/suid", b"x", mode=0o4755)
    world.file("src/group", b"same", mode=0o664)
    world.file("dst/group", b"same", mode=0o600)
    world.link("src/link", "nowhere")
    world.node("src/fifo", stat.S_IFIFO)
    world.dir("src/closed", mode=0o555)
    world.file("src/closed/f", b"read only directory")
    native.setxattr(world.path("src/d/f"), b"user.a", b"1")
    if system() == "linux":
        native.setxattr(world.path("src/d/f"), *TRUSTED)
        native.setxattr(world.path("src/group"), b"system.posix_acl_access", acl(user=(1, 6)))
    os.chown(world.path("src/group"), NOBODY, 1)
    world.compare(*options, "-i", "src/", "dst/", exit=0)


@needs(no_rsync)
@cases({"022": (0o022,), "077": (0o077,), "000": (0,), "002": (0o002,)})
def test_umask_cuts_modes_without_perms(t, umask):
    world = dressed(t)
    os.umask(umask)
    world.compare("-rlti", "src/", "dst/", exit=0)


@needs(no_rsync, linux_only("macOS has no POSIX ACLs"))
def test_default_acl_of_the_destination_applies_without_perms(t):
    world = World(t)
    world.files("src/a", "src/d/b")
    world.dir("dst")
    native.setxattr(world.path("dst"), b"system.posix_acl_default", acl(group=(1, 5), base=(7, 5, 0)))
    found = world.compare("-rlti", "src/", "dst/", exit=0)
    assert found.tree[b"dst/a"].mode & 0o007 == 0


@needs(no_rsync)
def test_nanoseconds_are_kept(t):
    world = World(t)
    world.files("src/a", "src/d/b")
    world.link("src/l", "a")
    world.settle()
    for name, time in (("src/a", PAST * 10**9 + 123_456_789), ("src/d", PAST * 10**9 + 1)):
        os.utime(world.path(name), ns=(time, time))
    os.utime(world.path("src/l"), ns=(5, 999_999_999), follow_symlinks=False)
    world.settle = lambda: None
    found = world.compare("-ai", "src/", "dst", exit=0)
    assert found.tree[b"dst/a"].mtime_ns % 10**9 == 123_456_789 and found.tree[b"dst/d"].mtime_ns % 10**9 == 1


@needs(no_rsync)
@cases({"with -X": (["-aiX"],), "with -A": (["-aiA"],), "with both": (["-aiAX"],), "twice": (["-aiiAX"],)})
def test_changed_and_removed_extended_attributes(t, options):
    world = World(t)
    for name in ("added", "removed", "changed", "same", "acl-added", "acl-removed", "acl-changed"):
        world.file("src/" + name, b"x")
        world.file("dst/" + name, b"x")
    native.setxattr(world.path("src/added"), b"user.x", b"1")
    native.setxattr(world.path("dst/removed"), b"user.x", b"1")
    for side, value in (("src", b"1"), ("dst", b"2")):
        native.setxattr(world.path(side + "/changed"), b"user.x", value)
        native.setxattr(world.path(side + "/same"), b"user.x", b"1")
        if system() == "linux":
            native.setxattr(world.path(side + "/acl-changed"), b"system.posix_acl_access", acl(user=(1, int(value))))
    if system() == "linux":
        native.setxattr(world.path("src/acl-added"), b"system.posix_acl_access", acl(user=(1, 6)))
        native.setxattr(world.path("dst/acl-removed"), b"system.posix_acl_access", acl(user=(1, 6)))
    world.compare(*options, "src/", "dst/", exit=0)


@needs(no_rsync, not_root)
def test_setid_bits_survive_a_change_of_owner(t):
    world = World(t)
    world.file("src/suid", b"x", mode=0o6755)
    world.file("dst/suid", b"x", mode=0o755)
    os.chown(world.path("src/suid"), 1, 1)
    os.chmod(world.path("src/suid"), 0o6755)
    found = world.compare("-ai", "src/", "dst/", exit=0)
    assert found.tree[b"dst/suid"].mode == 0o6755 and found.tree[b"dst/suid"].uid == 1


@needs(no_rsync, not_root, linux_only("macOS keeps no capabilities with files"))
def test_capabilities_are_kept_with_xattrs(t):
    world = World(t)
    world.file("src/ping", b"x", mode=0o755)
    os.chown(world.path("src/ping"), 1, 1)
    capability = b"\x01\x00\x00\x02\x00\x20\x00\x00" + bytes(12)  # cap_net_raw, effective
    native.setxattr(world.path("src/ping"), b"security.capability", capability)
    world.settle = lambda: None
    found = world.compare("-aiX", "src/", "dst", exit=0)
    assert found.tree[b"dst/ping"].xattrs["security.capability"] == capability


@needs(no_rsync)
def test_directory_times_are_set_after_their_contents(t):
    world = World(t)
    world.dir("src", mtime=1000)
    world.dir("src/d", mtime=2000)
    world.dir("src/d/e", mtime=3000)
    world.files("src/d/e/f", "src/d/g", "dst/d/old")
    found = world.compare("-ai", "--delete", "src/", "dst", exit=0)
    assert [found.tree[name].mtime_ns for name in (b"dst", b"dst/d", b"dst/d/e")] == [1000 * 10**9, 2000 * 10**9,
        3000 * 10**9]
