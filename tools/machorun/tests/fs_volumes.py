"""Volumes: those declared by MACHORUN_VOLUMES, and Linux file systems that clone (mounted from an image, as root)."""

import contextlib
import os
import shutil
import subprocess


@contextlib.contextmanager
def mounted(t, *mkfs):
    """A new file system in an image of its own."""
    if os.geteuid() != 0 or shutil.which(mkfs[0]) is None:
        t.skip(f"needs root and {mkfs[0]}")
    image, directory = t.dir / f"image.{mkfs[0]}", t.dir / f"mounted.{len(os.listdir(t.dir))}"
    directory.mkdir()
    with open(image, "wb") as file:
        file.truncate(400 << 20)
    subprocess.run([*mkfs, str(image)], check=True, capture_output=True)
    if subprocess.run(["mount", "-o", "loop", str(image), str(directory)], capture_output=True).returncode != 0:
        t.skip("no loop devices")
    try:
        yield directory
    finally:
        subprocess.run(["umount", "-l", str(directory)], check=True)


def check_kind(t, parent, kind):
    volume, outside = parent / "volume", parent / "outside"
    for directory in (volume, outside):
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir()
    environment = {"MACHORUN_VOLUMES": f"{volume}={kind}"}
    t.check(t.compile("fs_volumes.cc"), kind, volume, outside, env=environment)


def test_hfs_volume(t):
    check_kind(t, t.dir, "hfs")


def test_apfs_volumes_without_clones(t):
    check_kind(t, t.dir, "apfs+noclone")
    check_kind(t, t.dir, "apfs-cs+noclone")


def test_apfs_volumes(t):
    with mounted(t, "mkfs.btrfs") as directory:
        for kind in ["apfs", "apfs-cs", "apfs+noswap", "apfs+noclone+noswap"]:
            check_kind(t, directory, kind)


def test_a_wrong_declaration_is_refused(t):
    program = t.compile("fs_volumes.cc")
    for value in ["nowhere", f"{t.dir}=ntfs", f"{t.dir}/missing=apfs", f"{t.dir}=apfs+fast"]:
        done = t.run(program, "hfs", t.dir, t.dir, env={"MACHORUN_VOLUMES": value})
        assert done.returncode == 127 and "MACHORUN_VOLUMES" in done.stderr, done


def check_cloning_file_system(t, directory):
    for name, *arguments in [("fs_files",), ("fs_directories", "swaps"), ("fs_metadata",), ("fs_attributes",),
                             ("fs_acls",), ("fs_attrlist", "clones"), ("fs_copies", "clones", t.dir)]:
        where = directory / name
        where.mkdir()
        t.check(t.compile(f"{name}.cc"), *arguments, cwd=where)


def test_btrfs_is_apfs(t):
    with mounted(t, "mkfs.btrfs") as directory:
        check_cloning_file_system(t, directory)
        extents = subprocess.run(["filefrag", "-v", directory / "fs_copies" / "clone2"], capture_output=True, text=True)
        assert "shared" in extents.stdout, extents.stdout


def test_xfs_is_apfs(t):
    with mounted(t, "mkfs.xfs") as directory:
        check_cloning_file_system(t, directory)


def test_xfs_without_reflinks_is_hfs(t):
    with mounted(t, "mkfs.xfs", "-m", "reflink=0") as directory:
        t.check(t.compile("fs_copies.cc"), cwd=directory)


def test_full_volume(t):
    with mounted(t, "mkfs.xfs") as directory:
        t.check(t.compile("fs_full.cc"), cwd=directory)
