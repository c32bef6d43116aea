"""Every kind of file system: whole trees, clones, holes, attributes that it has or has not."""

import os
import subprocess

from common import mounts, tree
from common.commands import not_root
from common.damage import Damager
from common.exact import arsync, expect
from common.extents import data_ranges, shared
from common.generate import Generator, acl, age
from common.runner import cases, needs

KINDS = ("ext4", "xfs", "btrfs", "tmpfs")


def kinds_table(*kinds):
    return {kind: (kind,) for kind in kinds}


def need(t, kind):
    if reason := mounts.no_filesystem(kind)():
        t.skip(reason)


def mounted(t, name, kind):
    need(t, kind)
    return mounts.mount(t, name, kind, 64 if kind == "tmpfs" else None)


@needs(not_root)
@cases({f"{source} to {target}": (source, target) for source, target in (
    ("ext4", "xfs"), ("xfs", "btrfs"), ("btrfs", "tmpfs"), ("tmpfs", "ext4"), ("btrfs", "btrfs"), ("xfs", "ext4"))})
def test_whole_tree_is_copied_and_repaired(t, source, target):
    from_top, to_top = mounted(t, "from", source), mounted(t, "to", target)
    os.mkdir(from_top + "/src")
    # xattrs of more than one block are beyond some file systems, so the attributes are those of Generator only.
    Generator(t.seed, attributes="tmpfs" not in (source, target)).tree(from_top + "/src", entries=80)
    expect(arsync(t, "-aHAX", "from/src/", "to/dst"))
    wanted = tree.snapshot(from_top + "/src")
    tree.assert_same(wanted, tree.snapshot(to_top + "/dst"))
    expect(arsync(t, "-aHAXi", "--delete", "from/src/", "to/dst"))
    Damager(t.seed, attributes=False).damage(to_top + "/dst", 15)
    # -c, as damage may keep size and time; the second pass corrects times below the second, which rsync ignores.
    result = arsync(t, "-aHAXc", "--delete", "from/src/", "to/dst")
    assert result.code == 0, result
    tree.assert_same(_whole_seconds(wanted), _whole_seconds(tree.snapshot(to_top + "/dst")))


def _whole_seconds(entries):
    for entry in entries.values():
        entry.mtime_ns //= 10**9
    return entries


def write_blocks(path, size=4 << 20):
    with open(path, "wb") as file:
        file.write(os.urandom(size))
        file.flush()
        os.fsync(file.fileno())


@needs(not_root)
@cases({f"{kind} {method}": (kind, method) for kind in ("btrfs", "xfs") for method in ("auto", "clone")})
def test_clone_shares_the_blocks(t, kind, method):
    top = mounted(t, "disk", kind)
    os.mkdir(top + "/src")
    write_blocks(top + "/src/big")
    expect(arsync(t, "-a", f"--copy-method={method}", "disk/src/", "disk/dst"))
    assert shared(top + "/dst/big")
    tree.assert_same(tree.snapshot(top + "/src"), tree.snapshot(top + "/dst"))


@needs(not_root)
@cases({f"{kind} {method}": (kind, method) for kind in ("btrfs", "xfs") for method in ("readwrite",)})
def test_readwrite_shares_nothing(t, kind, method):
    top = mounted(t, "disk", kind)
    os.mkdir(top + "/src")
    write_blocks(top + "/src/big")
    expect(arsync(t, "-a", f"--copy-method={method}", "disk/src/", "disk/dst"))
    assert not shared(top + "/dst/big")


@needs(not_root)
@cases(kinds_table("ext4", "tmpfs"))
def test_forced_clone_where_there_is_none_never_gives_half_a_file(t, kind):
    """Either it falls back and copies everything, or it says that it cannot and leaves nothing behind."""
    top = mounted(t, "disk", kind)
    os.mkdir(top + "/src")
    write_blocks(top + "/src/big")
    result = arsync(t, "-a", "--copy-method=clone", "disk/src/", "disk/dst")
    if result.code == 0:
        tree.assert_same(tree.snapshot(top + "/src"), tree.snapshot(top + "/dst"))
    else:
        assert result.code in (11, 23) and b"clone" in result.err, result
        assert os.listdir(top + "/dst") == [], result


@needs(not_root)
@cases(kinds_table(*KINDS))
def test_holes_stay_holes(t, kind):
    """Without -S; also at the start, at the end, and in a file that is all hole. Rewriting keeps them, too."""
    top = mounted(t, "disk", kind)
    os.mkdir(top + "/src")
    for name, pieces in {"middle": (0, 8 << 20), "start": (5 << 20,), "end": (0,), "none": (), "many": range(0,
        10 << 20, 1 << 20)}.items():
        with open(f"{top}/src/{name}", "wb") as file:
            for offset in pieces:
                os.pwrite(file.fileno(), os.urandom(65536), offset)
            file.truncate(10 << 20)
    for method in ("readwrite", "kernel", "auto"):
        expect(arsync(t, "-a", f"--copy-method={method}", "disk/src/", f"disk/{method}"))
        for name in os.listdir(top + "/src"):
            wanted, got = data_ranges(f"{top}/src/{name}"), data_ranges(f"{top}/{method}/{name}")
            assert wanted == got, f"{method} {name}: {wanted} became {got}"
        tree.assert_same(tree.snapshot(top + "/src"), tree.snapshot(f"{top}/{method}"))


@needs(not_root)
@cases(kinds_table(*KINDS))
def test_writing_in_place_over_data_brings_the_holes_back_or_at_least_zeros(t, kind):
    top = mounted(t, "disk", kind)
    for folder in ("src", "dst"):
        os.mkdir(f"{top}/{folder}")
    with open(top + "/src/file", "wb") as file:
        file.write(b"head")
        file.truncate(3_000_000)
    write_blocks(top + "/dst/file")
    age(top + "/src")
    expect(arsync(t, "-a", "--inplace", "disk/src/", "disk/dst"))
    tree.assert_same(tree.snapshot(top + "/src"), tree.snapshot(top + "/dst"))


@needs(not_root)
def test_acls_that_the_destination_cannot_keep_are_told(t):
    """ramfs has neither ACLs nor user xattrs: the files are copied, the loss is an error."""
    mounts.mount(t, "ram", "ramfs")
    os.mkdir(t.path("src"))
    for name, key, value in (("acl", "system.posix_acl_access", acl(user=(1, 6))), ("xattr", "user.x", b"1")):
        with open(t.path("src", name), "wb") as file:
            file.write(name.encode())
        os.setxattr(t.path("src", name), key, value)
    result = arsync(t, "-aAX", "src/", "ram/dst")
    assert result.code == 23 and b"not supported" in result.err, result
    for name in ("acl", "xattr"):
        assert open(t.path("ram", "dst", name), "rb").read() == name.encode()
    expect(arsync(t, "-a", "src/", "ram/plain"))


@needs(not_root)
def test_plain_files_go_to_a_file_system_without_attributes(t):
    mounts.mount(t, "ram", "ramfs")
    os.mkdir(t.path("src"))
    Generator(t.seed, attributes=False).tree(t.path("src"))
    expect(arsync(t, "-aHAX", "src/", "ram/dst"))
    tree.assert_same(tree.snapshot(t.path("src")), tree.snapshot(t.path("ram", "dst")))


@needs(not_root)
def test_immutable_file_at_the_destination_is_told_and_kept(t):
    top = mounted(t, "disk", "ext4")
    for folder in ("src", "dst"):
        os.mkdir(f"{top}/{folder}")
    for path, text in (("src/a", "new a"), ("src/fixed", "newer"), ("dst/fixed", "old")):
        with open(f"{top}/{path}", "w", encoding="ascii") as file:
            file.write(text)
    if subprocess.run(["chattr", "+i", top + "/dst/fixed"], check=False).returncode:
        t.skip("chattr does not work here")
    result = arsync(t, "-a", "disk/src/", "disk/dst")
    subprocess.run(["chattr", "-i", top + "/dst/fixed"], check=True)
    assert result.code == 23 and b"fixed" in result.err, result
    assert open(top + "/dst/fixed", encoding="ascii").read() == "old"
    assert sorted(os.listdir(top + "/dst")) == ["a", "fixed"], result
