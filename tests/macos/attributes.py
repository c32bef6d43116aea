"""What files have on macOS besides data: xattrs (also those with a meaning: resource fork, Finder information, tags,
those of the system), ACLs, file flags and birth times. rsync(1) of macOS has -X, -A, --fileflags, --force-change, -N."""

import os
import plistlib

from common import darwin, loader, mounts, tree
from common.commands import NOBODY, not_root
from common.exact import SUMMARY_23, expect, without_place
from common.generate import PAST
from common.runner import cases, needs
from common.world import World

FINDER = b"TEXTttxt" + bytes([0x04, 0x00]) + bytes(22)  # type, creator, kHasCustomIcon: 32 bytes
TAGS = plistlib.dumps(["Red\n6", "Übung\n0"], fmt=plistlib.FMT_BINARY)
VALUES = {"plain": b"1", "empty": b"", "binary": bytes(range(256)), "n" * 127: b"the longest name", "name with ü": b"x",
          darwin.FINDER_INFO: FINDER, darwin.TAGS: TAGS, "com.apple.quarantine": b"0081;5f000000;Safari;"}


def everything(world, name):
    path = world.path(name)
    for key, value in VALUES.items():
        darwin.set_xattr(path, key, value)
    return path


def arsync(world, *arguments, **options):
    world.settle()
    return darwin.run(world.test, *arguments, cwd=world.top, user=world.user, **options)


def again(world, *arguments, **options):
    return darwin.run(world.test, *arguments, cwd=world.top, user=world.user, **options)


@cases({"small": (10,), "large": (1_000_000,)})
def test_all_kinds_of_xattrs_are_copied_and_found_equal(t, size):
    world = World(t)
    world.file("src/f", b"x" * size)
    world.dir("src/d")
    everything(world, "src/f")
    everything(world, "src/d")
    expect(arsync(world, "-aX", "src/", "dst"))
    for name in ("f", "d"):
        assert darwin.xattrs(world.path("dst/" + name)) == VALUES
    expect(again(world, "-aXi", "src/", "dst"))
    assert plistlib.loads(darwin.xattrs(world.path("dst/f"))[darwin.TAGS]) == ["Red\n6", "Übung\n0"]


def test_xattrs_are_changed_added_and_removed(t):
    world = World(t)
    world.file("src/f", b"same")
    world.file("dst/f", b"same")
    darwin.set_xattr(world.path("src/f"), "added", b"1")
    for side, value in (("src", b"new"), ("dst", b"old")):
        darwin.set_xattr(world.path(side + "/f"), "changed", value)
    darwin.set_xattr(world.path("dst/f"), "removed", b"1")
    expect(arsync(world, "-aXi", "src/", "dst"), out=b".f........x f\n")
    assert darwin.xattrs(world.path("dst/f")) == {"added": b"1", "changed": b"new"}


def test_without_the_option_none_are_copied(t):
    world = World(t)
    world.file("src/f", b"x" * 1_000_000)
    everything(world, "src/f")
    expect(arsync(world, "-a", "src/", "dst"))
    assert darwin.xattrs(world.path("dst/f")) == {}


@needs(darwin.no_volumes)
def test_resource_fork(t):
    """Up to what XFS takes as one attribute; tests/macos/unit has a larger one."""
    if reason := mounts.no_filesystem("xfs")():
        t.skip(reason)
    top = mounts.mount(t, "disk", "xfs")
    os.mkdir(top + "/src")
    fork = os.urandom(60_000)
    with open(top + "/src/f", "wb") as file:
        file.write(b"data")
    darwin.set_xattr(top + "/src/f", darwin.FORK, fork)
    darwin.set_xattr(top + "/src/f", darwin.FINDER_INFO, FINDER)
    expect(darwin.run(t, "-aX", "disk/src/", "disk/dst"))
    assert darwin.xattrs(top + "/dst/f") == {darwin.FORK: fork, darwin.FINDER_INFO: FINDER}
    expect(darwin.run(t, "-aXi", "disk/src/", "disk/dst"))
    darwin.set_xattr(top + "/src/f", darwin.FORK, fork[:1000])
    expect(darwin.run(t, "-aX", "disk/src/", "disk/dst"))
    assert darwin.xattrs(top + "/dst/f")[darwin.FORK] == fork[:1000], "a shorter fork keeps nothing of the longer one"


@cases({"small": (10,), "large": (1_000_000,)})
def test_attributes_of_the_system_are_left_alone(t, size):
    """Neither copied, nor removed from the destination, nor a difference."""
    world = World(t)
    world.file("src/f", b"x" * size)
    world.file("src/g", b"x" * size)
    world.file("dst/g", b"x" * size)
    for name in darwin.ATTRIBUTES_OF_THE_SYSTEM:
        darwin.set_xattr(world.path("src/f"), name, b"\1\2\0")
        darwin.set_xattr(world.path("dst/g"), name, b"the destination's own")
    darwin.set_xattr(world.path("src/f"), "own", b"1")
    expect(arsync(world, "-aX", "src/", "dst"))
    assert darwin.xattrs(world.path("dst/f")) == {"own": b"1"}
    assert set(darwin.xattrs(world.path("dst/g"))) == set(darwin.ATTRIBUTES_OF_THE_SYSTEM)
    expect(again(world, "-aXi", "src/", "dst"))


ACL = darwin.acl(("user", 1, "allow", "read,write,execute"), ("group", 12, "deny", "delete"))
INHERITED = darwin.acl(("group", 12, "allow,file_inherit,directory_inherit", "read,execute"), ("user", 1, "allow,inherited", "read"))


@cases({"small": (10,), "large": (1_000_000,)})
def test_acls_are_copied_compared_changed_and_removed(t, size):
    world = World(t)
    for name in ("new", "changed", "removed", "added", "same"):
        world.file("src/" + name, b"x" * size)
        if name != "new":
            world.file("dst/" + name, b"x" * size)
    world.dir("src/d")
    for name in ("src/new", "src/changed", "src/added", "dst/removed", "src/same", "dst/same"):
        darwin.set_acl(world.path(name), ACL)
    darwin.set_acl(world.path("dst/changed"), darwin.acl(("user", 2, "allow", "read")))
    darwin.set_acl(world.path("src/d"), INHERITED)
    result = arsync(world, "-aAi", "src/", "dst")
    assert result.code == 0 and result.err == b"", result
    lines = result.out.splitlines()
    for name in (b"changed", b"removed", b"added"):
        assert b".f.......a. " + name in lines, result
    assert not any(line.endswith(b" same") for line in lines), result
    for name in ("new", "changed", "removed", "added", "same", "d"):
        assert darwin.get_acl(world.path("dst/" + name)) == darwin.get_acl(world.path("src/" + name)), name
    expect(again(world, "-aAi", "src/", "dst"))


@cases({"with -A": (["-A"],), "without": ([],)})
def test_inherited_acl_of_the_destination(t, options):
    """The system gives a new file its directory's ACL; -A then makes it the source's, and without -A it stays."""
    world = World(t)
    world.files("src/f", "src/d/g", "dst/")
    world.file("src/large", b"x" * 1_000_000)
    darwin.set_acl(world.path("dst"), darwin.acl(("group", 12, "allow,file_inherit,directory_inherit", "read")))
    result = arsync(world, "-a", *options, "src/", "dst")
    assert result.code == 0, result
    for name in ("f", "d", "d/g", "large"):
        assert bool(darwin.get_acl(world.path("dst/" + name))) == (not options), name
    expect(again(world, "-ai", *options, "src/", "dst"))


FLAGS = {"hidden": darwin.HIDDEN, "nodump": darwin.NODUMP, "immutable": darwin.IMMUTABLE, "append": darwin.APPEND,
         "all": darwin.HIDDEN | darwin.NODUMP | darwin.IMMUTABLE | darwin.APPEND}


@cases({f"{name} {kind}": (value, kind) for name, value in FLAGS.items() for kind in ("file", "large", "dir", "link")})
def test_flags_are_copied_and_found_equal(t, flags, kind):
    world = World(t)
    world.file("src/file", b"x")
    world.file("src/large", b"x" * 1_000_000)
    world.files("src/dir/inside")
    world.link("src/link", "file")
    world.settle()
    if kind == "link" and os.geteuid() != 0 and loader.is_needed():
        t.skip("where links have no xattrs of users, only root can keep their flags")
    darwin.set_flags(world.path("src/" + kind), flags)
    result = again(world, "-a", "--fileflags", "src/", "dst")
    expect(result)
    assert darwin.flags(world.path("dst/" + kind)) == flags
    assert os.path.lexists(world.path("dst/dir/inside"))
    tree.assert_same(tree.snapshot(world.path("src")), tree.snapshot(world.path("dst")))
    expect(again(world, "-ai", "--fileflags", "src/", "dst"))


@cases({"small": (10,), "large": (1_000_000,)})
def test_without_the_option_flags_stay_behind(t, size):
    world = World(t)
    world.file("src/f", b"x" * size)
    world.settle()
    darwin.set_flags(world.path("src/f"), darwin.IMMUTABLE | darwin.HIDDEN)
    expect(again(world, "-a", "src/", "dst"))
    assert darwin.flags(world.path("dst/f")) == 0


@cases({name: (value,) for name, value in FLAGS.items() if name not in ("hidden", "nodump")})
def test_immutable_destination_is_an_error_that_is_told(t, flags):
    """Old content stays; the rest of the tree is done."""
    world = World(t)
    world.file("src/f", b"new content")
    world.file("src/g", b"new")
    world.file("dst/f", b"old")
    world.settle()
    darwin.set_flags(world.path("dst/f"), flags)
    result = again(world, "-a", "src/", "dst")
    assert result.code == 23 and b'dst/f"' in result.err and b"Operation not permitted (1)" in result.err, result
    assert without_place(result.err).endswith(SUMMARY_23)
    assert open(world.path("dst/f"), "rb").read() == b"old" and open(world.path("dst/g"), "rb").read() == b"new"
    assert sorted(os.listdir(world.path("dst"))) == [b"f", b"g"] and darwin.flags(world.path("dst/f")) == flags


@cases({f"{name} {what}": (value, what) for name, value in FLAGS.items() if name not in ("hidden", "nodump")
        for what in ("content", "mode", "directory", "deleted")})
def test_force_change_changes_what_is_immutable(t, flags, what):
    world = World(t)
    world.file("src/d/f", b"new content" if what in ("content", "directory") else b"same", mode=0o600)
    world.file("dst/d/f", b"old" if what in ("content", "directory") else b"same", mode=0o644)
    world.files("dst/d/extra")
    world.settle()
    locked = {"directory": "dst/d", "deleted": "dst/d/extra"}.get(what, "dst/d/f")
    darwin.set_flags(world.path(locked), flags)
    result = again(world, "-a", "--delete", "--force-change", "src/", "dst")
    assert result.code == 0 and result.err == b"", result
    tree.assert_same(tree.snapshot(world.path("src")), tree.snapshot(world.path("dst")))
    if what == "mode":
        assert darwin.flags(world.path("dst/d/f")) == flags, "without --fileflags the destination's flags stay"


def test_flags_are_taken_away_where_the_source_has_none(t):
    world = World(t)
    world.file("src/f", b"same")
    world.file("dst/f", b"same")
    world.settle()
    darwin.set_flags(world.path("dst/f"), darwin.HIDDEN)
    result = again(world, "-a", "--fileflags", "src/", "dst")
    assert result.code == 0, result
    assert darwin.flags(world.path("dst/f")) == 0


def test_update_of_a_locked_copy_with_both_options(t):
    """A second backup of a tree whose files are immutable on both sides."""
    world = World(t)
    world.file("src/d/f", b"first")
    world.settle()
    for name in ("src/d/f", "src/d"):
        darwin.set_flags(world.path(name), darwin.IMMUTABLE)
    options = ("-a", "--delete", "--fileflags", "--force-change")
    expect(again(world, *options, "src/", "dst"))
    darwin.set_flags(world.path("src/d/f"), 0)
    with open(world.path("src/d/f"), "wb") as file:
        file.write(b"second version")
    os.utime(world.path("src/d/f"), (PAST, PAST))
    darwin.set_flags(world.path("src/d/f"), darwin.IMMUTABLE)
    expect(again(world, *options, "src/", "dst"))
    tree.assert_same(tree.snapshot(world.path("src")), tree.snapshot(world.path("dst")))
    assert darwin.flags(world.path("dst/d/f")) == darwin.flags(world.path("dst/d")) == darwin.IMMUTABLE
    expect(again(world, "-ai", "--delete", "--fileflags", "--force-change", "src/", "dst"))


@needs(not_root)
def test_flags_of_the_super_user_are_not_an_ordinary_users_to_give(t):
    world = World(t, user=NOBODY)
    world.file("src/f", b"x")
    world.settle()
    darwin.set_flags(world.path("src/f"), darwin.SYSTEM_IMMUTABLE | darwin.HIDDEN)
    result = again(world, "-a", "--fileflags", "src/", "dst")
    assert result.code == 0, result
    assert darwin.flags(world.path("dst/f")) == darwin.HIDDEN


def test_compressed_is_no_flag_to_copy(t):
    """The data of a compressed file is copied as it reads; the flag is a statement on how it is stored."""
    world = World(t)
    world.file("src/f", b"x")
    world.settle()
    darwin.set_flags(world.path("src/f"), darwin.COMPRESSED | darwin.HIDDEN)
    expect(again(world, "-a", "--fileflags", "src/", "dst"))
    assert darwin.flags(world.path("dst/f")) == darwin.HIDDEN
    expect(again(world, "-ai", "--fileflags", "src/", "dst"))


BORN = 900_000_000


@cases({f"{kind} {option}": (kind, option) for kind in ("file", "large", "dir") for option in ("-N", "--crtimes")})
def test_birth_times_are_copied_and_found_equal(t, kind, option):
    world = World(t)
    world.file("src/file", b"x")
    world.file("src/large", b"x" * 1_000_000)
    world.files("src/dir/inside")
    world.settle()
    darwin.set_birth(world.path("src/" + kind), BORN, 123_456_789)
    expect(again(world, "-a", option, "src/", "dst"))
    assert darwin.birth(world.path("dst/" + kind)) == BORN * 10**9 + 123_456_789
    expect(again(world, "-ai", option, "src/", "dst"))


def test_another_birth_time_is_a_difference(t):
    """rsync(1): the letter n of -i is the creation time."""
    world = World(t)
    world.file("src/f", b"same")
    world.file("dst/f", b"same")
    world.settle()
    darwin.set_birth(world.path("src/f"), BORN)
    darwin.set_birth(world.path("dst/f"), BORN + 10)
    result = again(world, "-aiN", "src/", "dst")
    assert result.code == 0 and b"n" in result.out.split()[0] and result.out.endswith(b" f\n"), result
    assert darwin.birth(world.path("dst/f")) == BORN * 10**9
    expect(again(world, "-aiN", "src/", "dst"))


def test_birth_time_later_than_the_modification_time(t):
    """A file that was copied keeps its old modification time and is younger than that: utimes(2) moves it back."""
    world = World(t)
    world.file("src/f", b"x")
    world.settle()
    darwin.set_birth(world.path("src/f"), PAST + 100_000)
    expect(again(world, "-aN", "src/", "dst"))
    assert darwin.birth(world.path("dst/f")) == (PAST + 100_000) * 10**9
    assert os.stat(world.path("dst/f")).st_mtime == PAST


def test_everything_at_once_twice(t):
    world = World(t)
    world.file("src/d/f", b"x" * 300_000)
    world.file("src/d/small", b"x")
    for name in ("src/d/f", "src/d/small", "src/d"):
        everything(world, name)
    world.settle()
    for name in ("src/d/f", "src/d/small", "src/d"):
        darwin.set_acl(world.path(name), ACL)
        darwin.set_birth(world.path(name), BORN)
        darwin.set_flags(world.path(name), darwin.HIDDEN | darwin.IMMUTABLE)
    options = ("-aAXHN", "--fileflags", "--force-change", "--delete")
    expect(again(world, *options, "src/", "dst"))
    for name in ("d/f", "d/small", "d"):
        one, other = world.path("src/" + name), world.path("dst/" + name)
        for facts in (darwin.xattrs, darwin.get_acl, darwin.birth, darwin.flags):
            assert facts(one) == facts(other), f"{facts.__name__} of {name}: {facts(one)} and {facts(other)}"
    expect(again(world, *options, "-i", "src/", "dst"))


def test_unlocked_for_a_change_and_locked_again_where_it_stays(t):
    """--force-change takes flags off for its own work only: what stays, under whatever name, keeps them."""
    world = World(t)
    world.file("src/a", b"new")
    world.file("dst/a", b"old one")
    world.hard("dst/b", "dst/a")
    world.file("dst/dir/keep", b"protected")
    world.file("dst/dir/surplus", b"x")
    world.settle()
    for path in ("dst/a", "dst/dir"):
        darwin.set_flags(world.path(path), darwin.IMMUTABLE)
    result = darwin.run(t, "-a", "--delete", "--force-change", "--filter=P keep", "--filter=P b", "src/", "dst",
                        cwd=world.top)
    assert result.code == 0, result
    assert open(world.path("dst/a"), "rb").read() == b"new"
    assert os.listdir(world.path("dst/dir")) == [b"keep"], result
    assert darwin.flags(world.path("dst/a")) == 0
    for path in ("dst/b", "dst/dir"):
        assert darwin.flags(world.path(path)) == darwin.IMMUTABLE, path
