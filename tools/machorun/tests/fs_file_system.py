"""Files, directories, metadata and attributes, on the file system of the temporary directory and as another user."""

import os
import pathlib
import subprocess

PROGRAMS = ["fs_files", "fs_directories", "fs_metadata", "fs_attributes", "fs_acls", "fs_attrlist", "fs_copies"]


def clones(directory):
    """The programs expect none unless told so; fs_volumes.py runs them on file systems that clone."""
    kind = subprocess.run(["stat", "-f", "-c", "%T", directory], capture_output=True, text=True, check=True).stdout
    return kind.strip() in ("btrfs", "xfs")


def check(t, name):
    if clones(t.dir):
        t.skip("expects a temporary directory without clones")
    t.check(t.compile(f"{name}.cc"))


def test_files(t):
    check(t, "fs_files")


def test_directories(t):
    check(t, "fs_directories")


def test_metadata(t):
    check(t, "fs_metadata")


def test_extended_attributes_and_flags(t):
    check(t, "fs_attributes")


def test_access_control_lists(t):
    check(t, "fs_acls")


def test_attribute_lists(t):
    check(t, "fs_attrlist")


def test_copies(t):
    check(t, "fs_copies")


def test_as_an_ordinary_user(t):
    if os.geteuid() != 0 or clones(t.dir):
        t.skip("not root")
    t.dir.chmod(0o755)
    for name in PROGRAMS:
        program = t.compile(f"{name}.cc")
        if not all(parent.stat().st_mode & 0o005 == 0o005 for parent in [*program.parents, *t.machorun.parents]):
            t.skip("the build directory is not for everybody")
        directory = pathlib.Path(t.dir) / name
        directory.mkdir()
        os.chown(directory, 65534, 65534)
        t.check(program, cwd=directory, user=65534, group=65534, extra_groups=[])


def test_files_of_the_system(t):
    def mark(name, attribute, value):
        path = t.dir / name
        path.write_text("content")
        try:
            os.setxattr(path, f"user.{attribute}", value)
        except OSError:
            t.skip("no user attributes in the temporary directory")

    mark("dataless", "machorun.flags", b"0x40000000")
    mark("compressed", "machorun.flags", b"0x20")
    os.setxattr(t.dir / "compressed", "user.com.apple.decmpfs", b"xyz")
    mark("marked", "com.apple.provenance", b"xyz")
    os.setxattr(t.dir / "marked", "user.com.apple.system.Security", b"xyz")
    mark("firmlink", "machorun.flags", b"0x800000")
    t.check(t.compile("fs_system.cc"))
