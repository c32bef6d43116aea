"""Destinations without room, and destinations that may not be written."""

import os

from common import mounts, tree
from common.commands import not_root
from common.exact import arsync
from common.generate import age
from common.runner import cases, needs

METHODS = ("auto", "readwrite")


def source(t, sizes):
    os.makedirs(t.path("src"))
    for name, size in sizes.items():
        with open(t.path("src", name), "wb") as file:
            file.write(os.urandom(size))
    age(t.path("src"))


def small_disk(t, kind):
    if reason := mounts.no_filesystem(kind)():
        t.skip(reason)
    return mounts.mount(t, "disk", kind, 2 if kind == "tmpfs" else 8)


def check_complete_or_absent(t, top, old):
    """Every file is the whole new one, or the whole old one, or is not there; no temporary file."""
    for folder, _, names in os.walk(top):
        for name in names:
            if "lost+found" in folder:
                continue
            with open(os.path.join(folder, name), "rb") as file:
                content = file.read()
            assert not name.startswith("."), f"temporary file {name} is left"
            with open(t.path("src", name), "rb") as file:
                wanted = file.read()
            assert content in (wanted, old.get(name)), f"{name} holds {len(content)} bytes, wanted are {len(wanted)}"


@needs(not_root)
@cases({f"{kind} {method}": (kind, method) for kind in ("tmpfs", "ext4") for method in METHODS})
def test_full_destination_holds_no_half_file(t, kind, method):
    top = small_disk(t, kind)
    source(t, {"a-small": 1000, "big": 20 << 20, "medium": 200_000, "z-small": 10})
    result = arsync(t, "-a", f"--copy-method={method}", "src/", "disk/dst")
    assert result.code in (11, 23) and b"No space left on device (28)" in result.err, result
    check_complete_or_absent(t, top, {})


@needs(not_root)
@cases({f"{kind} {option}": (kind, option) for kind in ("tmpfs", "ext4") for option in ("-a", "-aW", "-aS", "-aP")})
def test_full_destination_keeps_the_old_file(t, kind, option):
    top = small_disk(t, kind)
    source(t, {"big": 20 << 20, "small": 10})
    os.mkdir(top + "/dst")
    with open(top + "/dst/big", "wb") as file:
        file.write(b"the old version")
    result = arsync(t, option, "src/", "disk/dst")
    assert result.code in (11, 23), result
    check_complete_or_absent(t, top, {"big": b"the old version"})
    assert os.path.exists(top + "/dst/big")


@needs(not_root)
def test_many_small_files_fill_the_destination(t):
    top = small_disk(t, "tmpfs")
    source(t, {f"file{number:03}": 10_000 for number in range(300)})
    result = arsync(t, "-a", "src/", "disk/dst")
    assert result.code in (11, 23), result
    check_complete_or_absent(t, top, {})
    assert len(os.listdir(top + "/dst")) > 100, "the space that there was is used"


@needs(not_root)
def test_nothing_is_deleted_to_no_avail_but_deletion_makes_room(t):
    """The extra file leaves before the new one comes, as with rsync's --delete-during."""
    top = small_disk(t, "tmpfs")
    source(t, {"new": 1_500_000})
    os.mkdir(top + "/dst")
    with open(top + "/dst/extra", "wb") as file:
        file.write(bytes(1_500_000))
    result = arsync(t, "-a", "--delete-during", "src/", "disk/dst")
    assert result.code == 0, result
    tree.assert_same(tree.snapshot(t.path("src")), tree.snapshot(top + "/dst"))


@needs(not_root)
def test_no_inodes_left(t):
    top = mounts.mount(t, "disk", "tmpfs", 4, options="nr_inodes=50")
    source(t, {f"file{number:03}": 10 for number in range(100)})
    result = arsync(t, "-a", "src/", "disk/dst")
    assert result.code in (11, 23) and b"(28)" in result.err, result
    check_complete_or_absent(t, top, {})


@needs(not_root)
@cases({"tmpfs": ("tmpfs",), "ext4": ("ext4",)})
def test_read_only_destination(t, kind):
    top = small_disk(t, kind)
    source(t, {"a": 100, "b": 200})
    os.mkdir(top + "/dst")
    with open(top + "/dst/a", "wb") as file:
        file.write(b"old")
    before = tree.snapshot(top + "/dst")
    mounts.remount_read_only(top)
    result = arsync(t, "-a", "--delete", "src/", "disk/dst")
    assert result.code in (11, 23) and b"Read-only file system (30)" in result.err, result
    tree.assert_same(before, tree.snapshot(top + "/dst"))
    result = arsync(t, "-a", "src/", "disk/new")
    assert result.code == 11 and b"Read-only file system (30)" in result.err, result


@needs(not_root)
def test_read_only_source_needs_no_writing(t):
    top = mounts.mount(t, "disk", "tmpfs", 4)
    os.mkdir(top + "/src")
    with open(top + "/src/a", "wb") as file:
        file.write(b"a")
    age(top + "/src")
    mounts.remount_read_only(top)
    result = arsync(t, "-a", "disk/src/", "dst")
    assert result.code == 0, result
    tree.assert_same(tree.snapshot(top + "/src"), tree.snapshot(t.path("dst")))


@needs(not_root)
@cases({"tmpfs": ("tmpfs",), "ext4": ("ext4",)})
def test_full_disk_for_a_batch(t, kind):
    """The destination is brought up to date all the same, and the batch is not whole."""
    small_disk(t, kind)
    source(t, {"a-small": 1000, "big": 20 << 20, "z-small": 10})
    result = arsync(t, "-a", "--write-batch=disk/B", "src/", "dst")
    assert result.code == 12 and result.err.count(b"No space left on device (28)") == 1, result
    tree.assert_same(tree.snapshot(t.path("src")), tree.snapshot(t.path("dst")))
    os.makedirs(t.path("other"))
    with open(t.path("other", "surplus"), "wb"):
        pass
    result = arsync(t, "-a", "--delete", "--read-batch=disk/B", "other")
    assert result.code == 12 and b"batch ends too early" in result.err, result
    assert os.path.exists(t.path("other", "surplus"))
    result = arsync(t, "-a", "--only-write-batch=disk/B", "src/", "nowhere")
    assert result.code == 12 and not os.path.exists(t.path("nowhere")), result
