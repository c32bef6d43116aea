"""The copy ladder of macOS: fclonefileat(2), fcopyfile(3), read and write; what makes a rung be left out, and what is
told of it. A file system with reflinks stands in for APFS."""

import os
import re

from common import darwin, mounts, tree
from common.commands import not_root
from common.exact import expect
from common.extents import shared
from common.generate import age
from common.runner import cases, needs, timeout

MEBI = 1 << 20
REFUSED = "fclonefileat:ENOTSUP:0"
BOTH_REFUSED = REFUSED + ",fcopyfile:ENOTSUP:0"
CLONED = rb"Copied by: clone %d, fcopyfile 0, read/write 0\n"


def disk(t, name="disk", megabytes=None):
    return darwin.mount_apfs(t, name, megabytes)


def files(top, sizes):
    """top/src with files of random bytes, written out so that the extents are settled."""
    os.makedirs(os.path.join(top, "src"))
    block = os.urandom(MEBI)
    for name, size in sizes.items():
        with open(os.path.join(top, "src", name), "wb") as file:
            for at in range(0, size, MEBI):
                file.write(block[:min(MEBI, size - at)])
            file.flush()
            os.fsync(file.fileno())
    age(os.path.join(top, "src"))


def methods(result):
    """(clone, fcopyfile, read/write) of the line that --stats -vv prints, and what is in brackets behind."""
    found = re.search(rb"^Copied by: clone ([\d,]+), fcopyfile ([\d,]+), (?:pipeline ([\d,]+), )?read/write ([\d,]+)(.*)$",
                      result.out, re.M)
    assert found, f"no line tells how files were copied\n{result}"
    counts = [int((found[number] or b"0").replace(b",", b"")) for number in (1, 2, 3, 4)]
    return (counts[0], counts[1], counts[2] + counts[3]), found[5]


def same(top, destination="dst"):
    tree.assert_same(tree.snapshot(os.path.join(top, "src")), tree.snapshot(os.path.join(top, destination)))


@needs(darwin.no_clones)
@timeout(300)
@cases({"cloned": ("", (1, 0, 0)), "clones refused": (REFUSED, (0, 1, 0)), "both refused": (BOTH_REFUSED, (0, 0, 1))})
def test_file_of_a_gibibyte(t, fault, wanted):
    top = disk(t, megabytes=4096)
    files(top, {"big": 1 << 30})
    result = darwin.run(t, "-a", "--stats", "-vv", "disk/src/", "disk/dst", fault=fault)
    assert result.code == 0 and result.err == b"", result
    counts, why = methods(result)
    assert counts == wanted, result
    assert (b"clone refused: Operation not supported" in why) == bool(fault), result
    assert (b"fcopyfile refused: Operation not supported" in why) == (fault == BOTH_REFUSED), result
    assert shared(top + "/dst/big") == (not fault), "a clone shares its blocks, and nothing else does"
    same(top)


@needs(darwin.no_clones)
@cases({f"{name} {size}": (fault, size) for name, fault in (("clone", ""), ("fcopyfile", REFUSED),
                                                            ("read and write", BOTH_REFUSED))
        for size in (0, 1, 65_535, 65_536, 262_144, 262_145, 3_000_001)})
def test_all_sizes_by_every_rung(t, fault, size):
    """New, over an older file, and with nothing left to do."""
    top = disk(t)
    files(top, {"file": size})
    os.mkdir(top + "/old")
    with open(top + "/old/file", "wb") as file:
        file.write(b"an older and longer file " * 200_000)
    for destination in ("dst", "old"):
        expect(darwin.run(t, "-a", "disk/src/", "disk/" + destination, fault=fault))
        same(top, destination)
        expect(darwin.run(t, "-ai", "disk/src/", "disk/" + destination, fault=fault))


@needs(darwin.no_clones)
@cases({method: (method, counts) for method, counts in (("clone", (2, 0, 0)), ("kernel", (0, 2, 0)),
                                                         ("readwrite", (0, 0, 2)))})
def test_forced_method(t, method, counts):
    top = disk(t)
    files(top, {"a": 2 * MEBI, "b": 100})
    result = darwin.run(t, "-a", "--stats", "-vv", f"--copy-method={method}", "disk/src/", "disk/dst")
    assert result.code == 0 and methods(result)[0] == counts, result
    assert shared(top + "/dst/a") == (method == "clone")
    same(top)


@needs(darwin.no_volumes)
def test_forced_clone_where_none_can_be_is_an_error_and_leaves_nothing(t):
    top = mounts.mount(t, "disk", "ext4")
    files(top, {"a": 2 * MEBI})
    result = darwin.run(t, "-a", "--copy-method=clone", "disk/src/", "disk/dst")
    assert result.code == 23 and b"Operation not supported (45)" in result.err, result
    assert os.listdir(top + "/dst") == []


@needs(darwin.no_volumes)
def test_volume_that_cannot_clone_is_not_asked_for_each_file(t):
    top = mounts.mount(t, "disk", "ext4")
    files(top, {f"f{number}": 300_000 for number in range(20)})
    log = t.path("log")
    result = darwin.run(t, "-a", "--stats", "-vv", "disk/src/", "disk/dst", log=log)
    assert result.code == 0 and methods(result)[0] == (0, 20, 0), result
    assert b"clone refused: Operation not supported" in methods(result)[1], result
    assert darwin.calls(log, "fclonefileat") == []
    same(top)


@needs(darwin.no_clones)
@cases({f"{reason} {count}": (reason, count) for reason in ("EXDEV", "ENOTSUP") for count in (1, 20)})
def test_refusal_is_remembered_for_the_pair_of_volumes(t, reason, count):
    top = disk(t)
    files(top, {f"f{number}": 300_000 for number in range(count)})
    log = t.path("log")
    result = darwin.run(t, "-a", "--jobs=1", "--stats", "-vv", "disk/src/", "disk/dst", log=log,
                        fault=f"fclonefileat:{reason}:0")
    assert result.code == 0 and methods(result)[0] == (0, count, 0), result
    assert len(darwin.calls(log, "fclonefileat")) == 1
    assert {"EXDEV": b"clone refused: Cross-device link", "ENOTSUP": b"clone refused: Operation not supported"}[reason] \
        in methods(result)[1], result
    same(top)


@needs(darwin.no_clones)
def test_clone_of_one_file_that_fails_is_no_reason_to_give_up_clones(t):
    top = disk(t)
    files(top, {f"f{number}": 300_000 for number in range(5)})
    result = darwin.run(t, "-a", "--jobs=1", "--stats", "-vv", "disk/src/", "disk/dst", fault="fclonefileat:EPERM:2")
    assert result.code == 0 and methods(result)[0] == (4, 1, 0), result
    same(top)


@needs(darwin.no_clones)
def test_between_volumes_nothing_is_cloned(t):
    """One look at the volumes tells; at the destination's own volume clones go on."""
    one, other = disk(t, "one"), disk(t, "other")
    files(one, {f"f{number}": 300_000 for number in range(10)})
    files(other, {f"f{number}": 300_000 for number in range(10, 20)})
    log = t.path("log")
    result = darwin.run(t, "-a", "--jobs=1", "--stats", "-vv", "one/src/", "other/src/", "other/dst", log=log)
    assert result.code == 0 and methods(result)[0] == (10, 10, 0), result
    assert b"clone refused: Cross-device link" in methods(result)[1], result
    made = darwin.calls(log, "fclonefileat")
    assert len([line for line in made if " = -1" in line]) <= 1 and len([line for line in made if " = 0" in line]) == 10


@needs(darwin.no_clones)
def test_clone_replaces_an_older_file_in_one_step(t):
    """It cannot be made over a file: a temporary name and a rename."""
    top = disk(t)
    files(top, {"f": MEBI})
    os.mkdir(top + "/dst")
    with open(top + "/dst/f", "wb") as file:
        file.write(b"old")
    inode = os.stat(top + "/dst/f").st_ino
    result = darwin.run(t, "-a", "--stats", "-vv", "disk/src/", "disk/dst")
    assert result.code == 0 and methods(result)[0] == (1, 0, 0), result
    assert os.stat(top + "/dst/f").st_ino != inode and os.listdir(top + "/dst") == ["f"]
    same(top)


@needs(darwin.no_clones)
def test_in_place_keeps_the_file_and_clones_nothing(t):
    top = disk(t)
    files(top, {"f": MEBI})
    os.mkdir(top + "/dst")
    with open(top + "/dst/f", "wb") as file:
        file.write(b"old " * MEBI)
    inode = os.stat(top + "/dst/f").st_ino
    result = darwin.run(t, "-a", "--inplace", "--stats", "-vv", "disk/src/", "disk/dst")
    assert result.code == 0 and methods(result)[0][0] == 0, result
    assert os.stat(top + "/dst/f").st_ino == inode
    same(top)


@needs(darwin.no_clones)
def test_clone_brings_nothing_along_that_was_not_asked_for(t):
    """clonefile(2) gives the clone the source's flags, ACL, xattrs, mode and times; rsync -r gives none of them."""
    top = disk(t)
    files(top, {"f": MEBI})
    path = top + "/src/f"
    darwin.set_xattr(path, "wanted.by.nobody", b"x")
    darwin.set_acl(path, darwin.acl(("user", 1, "allow", "read")))
    os.chmod(path, 0o600)
    darwin.set_flags(path, darwin.HIDDEN | darwin.IMMUTABLE)
    result = darwin.run(t, "-r", "--stats", "-vv", "disk/src/", "disk/dst")
    assert result.code == 0 and methods(result)[0] == (1, 0, 0), result
    copy = top + "/dst/f"
    assert darwin.xattrs(copy) == {} and darwin.flags(copy) == 0 and darwin.get_acl(copy) == ""
    assert os.stat(copy).st_mode & 0o777 == 0o600 and os.stat(copy).st_mtime > os.stat(path).st_mtime + 1000


@needs(darwin.no_clones, not_root)
@cases({"cloned": ("",), "copied": (REFUSED,)})
def test_source_without_any_permission_as_root(t, fault):
    top = disk(t)
    files(top, {"f": MEBI})
    os.chmod(top + "/src/f", 0)
    darwin.set_xattr(top + "/src/f", "x", b"y")
    expect(darwin.run(t, "-a", "disk/src/", "disk/dst", fault=fault))
    assert os.stat(top + "/dst/f").st_mode & 0o777 == 0 and darwin.xattrs(top + "/dst/f") == {}


@needs(darwin.no_volumes)
def test_space_is_allocated_beforehand_on_hfs(t):
    """F_PREALLOCATE is 42 in <sys/fcntl.h>."""
    top = mounts.mount(t, "disk", "ext4", 128)
    files(top, {"f": 20 * MEBI})
    log = t.path("log")
    expect(darwin.run(t, "-a", "--copy-method=readwrite", "disk/src/", "disk/dst", log=log))
    asked = [line for line in darwin.calls(log, "fcntl") if re.match(r"fcntl\(\d+,42,", line)]
    assert any(" = 0" in line for line in asked), "nothing was allocated beforehand"
    same(top)


@needs(darwin.no_volumes)
@cases({method: (method,) for method in ("auto", "kernel", "readwrite")})
def test_full_volume_holds_no_half_file(t, method):
    top = mounts.mount(t, "disk", "ext4", 64)
    os.mkdir(t.path("src"))
    for name, size in (("a", 1000), ("big", 80 * MEBI), ("z", 10)):
        with open(t.path("src", name), "wb") as file:
            file.write(os.urandom(size))
    # With one worker the small ones are done before the volume is full.
    result = darwin.run(t, "-a", "--jobs=1", f"--copy-method={method}", "src/", "disk/dst")
    assert result.code in (11, 23) and b"No space left on device (28)" in result.err, result
    assert sorted(os.listdir(top + "/dst")) == ["a", "z"], "the small ones fit, the big one leaves nothing"


@needs(darwin.no_clones)
def test_holes_stay_holes_by_every_rung(t):
    top = disk(t)
    os.mkdir(top + "/src")
    with open(top + "/src/sparse", "wb") as file:
        file.seek(20 * MEBI)
        file.write(os.urandom(MEBI))
        file.truncate(40 * MEBI)
    age(top + "/src")
    for number, fault in enumerate(("", REFUSED, BOTH_REFUSED)):
        expect(darwin.run(t, "-a", "disk/src/", f"disk/dst{number}", fault=fault))
        same(top, f"dst{number}")
        assert os.stat(f"{top}/dst{number}/sparse").st_blocks * 512 < 4 * MEBI, fault
