"""--chown, --usermap, --groupmap, --numeric-ids; -o and -g of ordinary users; --super, --no-super, --copy-as."""

import os

from common import commands, native
from common.commands import NOBODY, linux_only, no_rsync, not_root
from common.generate import acl
from common.runner import cases, needs
from common.world import World

NOT_LINUX = linux_only("users and groups are those of Linux")
MAPS = {name: (name.split(),) for name in (
    "--chown=bin:sys", "--chown=bin", "--chown=bin:", "--chown=:sys", "--chown=:", "--chown=", "--chown=5:6",
    "--chown=nosuch:neither", "--chown=12x", "--chown=*:sys", "--chown=bin:sys:x", "--chown=bin --chown=:sys",
    "--chown=:sys --usermap=1:2", "--chown=bin --groupmap=2:3", "--chown=bin --no-o", "--no-o --chown=bin",
    "--usermap=1-60000:7", "--usermap=daemon:7", "--usermap=d*:7", "--usermap=:7", "--usermap=*:7", "--usermap=root:7",
    "--usermap=0:7", "--usermap=54321:7,54321:8", "--usermap=nosuch:7", "--usermap=1:nosuch", "--usermap=5-1:7",
    "--usermap=-5:7", "--usermap=[a-z]aemon:7", "--usermap=?aemon:7", "--usermap=54321:daemon", "--usermap=00001:007",
    "--numeric-ids", "--numeric-ids --usermap=daemon:7", "--numeric-ids --usermap=*:7", "--numeric-ids --usermap=:7",
    "--groupmap=bin:7", "--groupmap=*:7 --no-g", "--usermap=1:2 --no-owner", "--usermap=*:*", r"--usermap=d\aemo*:7")}
REFUSED = {name: (name.split(),) for name in (
    "--chown=4294967296", "--chown=bin --usermap=1:2", "--usermap=1:2 --chown=bin", "--groupmap=1:2 --chown=:bin",
    "--usermap=1:2 --usermap=3:4", "--groupmap=1:2 --groupmap=3:4", "--chown=bin --chown=sys", "--usermap=1",
    "--usermap=1:", "--usermap=1:2,", "--usermap=,1:2", "--usermap=", "--usermap=1-:7", "--usermap=1-x:7",
    "--usermap=1*:7", "--usermap=1-2-3:7", "--usermap=99999999999:7", "--groupmap=1 --no-g", "--chown=bin,3:7")}


def owners(t):
    world = World(t)
    world.files("src/root", "src/daemon", "src/unnamed", "src/d/inside", "dst/daemon")
    world.link("src/link", "root")
    world.settle()
    for name, user, group in (("daemon", 1, 2), ("unnamed", 54321, 54322), ("link", 3, 3), ("d", 1, 0)):
        os.lchown(world.path("src/" + name), user, group)
    return world


@needs(no_rsync, not_root, NOT_LINUX)
@cases(MAPS)
def test_maps(t, options):
    world = owners(t)
    world.compare("-rlti", *options, "src/", "dst/", exit=0)
    world.compare_again("-rltii", *options, "src/", "dst/", exit=0)


@needs(no_rsync, not_root, NOT_LINUX)
@cases(REFUSED)
def test_refused(t, options):
    # rsync's processes tell it once each: its first line is what arsync has to say.
    world = owners(t)
    found = world.compare("-rlt", *options, "src/", "dst/", exit=1, output=False)
    words = found.err.split(b"\n")[0].removeprefix(b"rsync: ")
    result = commands.run(commands.arsync(), "-rlt", *options, "src/", "dst/", cwd=t.path("arsync"))
    assert result.err.split(b"\n")[0].removeprefix(b"arsync: ") == words, (result, found.err)


@needs(no_rsync, not_root, NOT_LINUX)
@cases({"perms": ("-rltpi",), "archive": ("-ai",), "dry run": ("-ani",), "links": ("-aHi",)})
def test_all_belong_to_somebody(t, options):
    owners(t).compare(options, "--chown=daemon:bin", "src/", "dst/", exit=0)


@needs(no_rsync, not_root, NOT_LINUX)
def test_named_entries_of_acls_follow(t):
    world = owners(t)
    native.setxattr(world.path("src/daemon"), b"system.posix_acl_access", acl(user=(1, 6)))
    native.setxattr(world.path("src/d"), b"system.posix_acl_default", acl(group=(2, 5)))
    world.compare("-aAi", "--usermap=1:7", "--groupmap=2:8", "src/", "dst/", exit=0)


@needs(no_rsync, not_root, NOT_LINUX)
@cases({"user": ("--chown=bin",), "group": ("--chown=:sys",), "map": ("--groupmap=*:sys",), "both": ("--chown=1:1",)})
def test_ordinary_users_change_nothing_that_they_may_not(t, option):
    world = World(t, user=NOBODY)
    world.files("src/a", "src/d/b", "dst/a")
    world.compare("-rlti", option, "src/", "dst/", exit=0)


@needs(no_rsync, not_root, NOT_LINUX)
@cases({name: (name.split(),) for name in ("-ai --no-super", "-aiX --no-super", "-ai --super", "-ai --super --no-super",
                                           "-aiX --no-super --super", "-rDi --no-super", "-aHAXi --no-super")})
def test_root_without_its_rights(t, options):
    world = owners(t)
    world.node("src/null", 0o020000, os.makedev(1, 3))
    native.setxattr(world.path("src/root"), b"trusted.t", b"1")
    native.setxattr(world.path("src/root"), b"user.u", b"1")
    native.setxattr(world.path("dst/daemon"), b"trusted.old", b"1")
    os.lchown(world.path("src/daemon"), 1, 2)
    world.settle = lambda: None
    world.compare(*options, "src/", "dst/", exit=0)


@needs(no_rsync, not_root, NOT_LINUX)
def test_super_makes_ordinary_users_fail(t):
    world = World(t, user=NOBODY)
    world.files("src/a", "dst/old")
    os.chown(world.path("src/a"), 1, 1)
    world.compare("-a", "--super", "src/", "dst/", exit=23, output=False, ignore=("mode", "mtime_ns"))


def for_nobody(t):
    world = owners(t)
    world.file("src/secret", b"root's own", mode=0o600)
    world.dir("src/closed", mode=0o700)
    world.settle()
    os.chmod(world.path("dst"), 0o777)
    return world


@needs(no_rsync, not_root, NOT_LINUX)
@cases({name: (name,) for name in ("nobody", "nobody:daemon", "65534:1", "daemon", "root", "0")})
def test_copy_as(t, who):
    world = for_nobody(t)
    exit = 0 if who in ("root", "0") else 23
    # What cannot be copied is told in other words; compared is what is there.
    world.compare("-rlt", f"--copy-as={who}", "src/", "dst", output=False, exit=exit)


@needs(no_rsync, not_root, NOT_LINUX)
def test_copy_as_has_the_groups_of_its_user(t):
    world = World(t)
    world.file("src/of-the-group", b"x", mode=0o640)
    world.dir("dst", mode=0o777)
    world.settle()
    os.chown(world.path("src/of-the-group"), 0, NOBODY)
    world.settle = lambda: None
    found = world.compare("-rtgi", "--copy-as=nobody", "src/of-the-group", "dst/", exit=0)
    assert found.tree[b"dst/of-the-group"].uid == NOBODY


@needs(no_rsync, not_root, NOT_LINUX)
@cases({repr(who): (who,) for who in ("nosuch", "", "nobody:", ":daemon", "nobody:nosuch", "54321", "99999999999")})
def test_copy_as_nobody_known(t, who):
    for_nobody(t).compare("-a", f"--copy-as={who}", "src/", "dst", output=False, exit=1)


@needs(no_rsync, not_root, NOT_LINUX)
def test_copy_as_is_for_the_super_user(t):
    world = World(t, user=1)
    world.files("src/a")
    world.compare("-a", "--copy-as=nobody", "src/", "dst", output=False, exit=1)
