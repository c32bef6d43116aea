"""-b, --suffix, --backup-dir."""

import os
import shutil
import stat
import tempfile

from common import commands
from common.commands import NOBODY, no_rsync, not_root
from common.generate import PAST, acl
from common.runner import cases, needs
from common.world import World


def changes(t, user=None):
    """Of each type something that is replaced, something that goes, and backups of a day before."""
    world = World(t, user)
    world.files("src/same", "dst/d/old/deep/f", "dst/d/gone", "dst/gone", "dst/empty/", "src/way/x", "src/d/in")
    world.file("dst/same", b"src/same")
    world.file("src/file", b"new")
    world.file("dst/file", b"old content", mode=0o640, mtime=PAST - 5)
    world.file("dst/file~", b"older")
    world.file("dst/keep~", b"backup of what is gone")
    world.file("dst/d/in", b"old", mode=0o600)
    world.link("src/link", "new")
    world.link("dst/link", "old")
    world.link("src/was-file", "new")
    world.file("dst/was-file", b"f")
    world.file("src/was-link", b"f")
    world.link("dst/was-link", "old")
    world.file("dst/way", b"in the way of a directory")
    world.node("src/fifo", stat.S_IFIFO)
    world.file("dst/fifo", b"f")
    world.node("dst/gone-fifo", stat.S_IFIFO)
    world.link("dst/gone-link", "x")
    world.dir("dst/d", mode=0o711)
    world.dir("dst/d/old", mode=0o2750 if user is None else 0o750)
    world.file("src/empty-dir", b"f")
    world.dir("dst/empty-dir")
    return world


OPTIONS = ("-b", "-b --delete", "-b --delete-excluded", "-b --delete --exclude=*~", "-b --suffix=.old --delete",
           "-b --suffix=.old", "--backup-dir=../bak --delete", "--backup-dir=../bak", "--backup-dir=../a/b/c --delete",
           "--backup-dir=../bak --suffix=.o --delete", "--backup-dir=bak", "--backup-dir=./bak/ --suffix=~",
           "--backup-dir=bak --delete --exclude=/bak", "--backup-dir=bak --delete", "-b --inplace", "-b -c --delete",
           "-b --delete-before", "-b --delete-after", "-b --delete-delay", "--backup-dir=../bak --delete-after",
           "--backup-dir=../bak --no-p --delete", "-b -I", "-b --existing --delete",
           "-b --max-size=2", "-b -H --delete", "-b --no-backup", "--no-backup -b", "--suffix=x", "-b --delete --force",
           "-b --delete --max-delete=2", "-b -A --delete", "--backup-dir=../bak -X --delete")


@needs(no_rsync, not_root)
@cases({options: (options.split(),) for options in OPTIONS})
def test_backups(t, options):
    changes(t).compare("-ai", "--info=backup", *options, "src/", "dst/")


@needs(no_rsync, not_root)
@cases({options: (options.split(),) for options in (
    "-b -n", "-b -n --delete", "--backup-dir=../bak -n --delete", "-b -vv --delete", "-b -v --delete", "-b -q",
    "--backup-dir=../bak -vv --delete", "-b --stats --delete", "-b -n --inplace", "-b --no-i --info=backup2,del")})
def test_what_is_told(t, options):
    changes(t).compare("-ai", *options, "src/", "dst/")


@needs(no_rsync, not_root)
@cases({options: (options.split(),) for options in ("-b --delete", "--backup-dir=../bak --delete", "-b --inplace")})
def test_as_ordinary_user(t, options):
    changes(t, NOBODY).compare("-ai", "--info=backup", *options, "src/", "dst/")


@needs(no_rsync)
@cases({options: (options.split(),) for options in ("-b", "-b --delete", "--backup-dir=../bak --delete")})
def test_older_backups_are_replaced(t, options):
    """Also where they are of another type, or a directory where a file is to be, or the other way about."""
    world = World(t)
    for name in ("a", "b", "c", "d/e"):
        world.file(f"src/{name}", b"new " + name.encode())
        world.file(f"dst/{name}", b"old")
    world.link("bak/a", "x")
    world.link("dst/a~", "x")
    world.files("bak/b/full/of/files", "dst/b~/full/of/files", "dst/b~/x", "bak/b/x")
    world.file("bak/d", b"in the way")
    world.dir("bak/c")
    world.compare("-ai", "--info=backup", *options, "src/", "dst/")
    world.compare_again("-aiI", "--info=backup", *options, "src/", "dst/")


@needs(no_rsync)
def test_linked_with_its_backup(t):
    """Between two names of one file rename(2) does nothing."""
    world = World(t)
    world.file("src/a", b"new")
    world.file("dst/a", b"old one")
    world.hard("dst/a~", "dst/a")
    world.file("dst/gone", b"g")
    world.hard("dst/gone~", "dst/gone")
    world.compare("-ai", "-b", "--delete", "src/", "dst/", exit=0)


@needs(no_rsync)
@cases({options: (options.split(),) for options in ("-b", "--backup-dir=../bak", "-b -n")})
def test_hard_link_groups(t, options):
    world = World(t)
    world.file("src/a", b"new")
    world.hard("src/b", "src/a")
    world.hard("src/c", "src/a")
    for name in "abc":
        world.file(f"dst/{name}", name.encode())
    world.hard("dst/elsewhere", "dst/b")
    world.compare("-aiH", *options, "src/", "dst/", exit=0)


@needs(no_rsync)
@cases({"plain": ([],), "delete": (["--delete"],), "force": (["--force"],), "dir": (["--backup-dir=../bak", "--delete"],),
        "dry": (["--delete", "-n"],)})
def test_directory_in_the_way(t, options):
    """Emptied into backups beside it stays where it is; then the file cannot take its place."""
    world = World(t)
    world.file("src/f", b"file")
    world.files("dst/f/x", "dst/f/y/z")
    # arsync makes the new file first, which changes the time of its directory.
    world.compare("-aib", "--info=backup", *options, "src/", "dst/", ignore=("mtime_ns",))


@needs(no_rsync, not_root)
@cases({"replaced": ([],), "deleted": (["--delete"],)})
def test_another_file_system(t, options):
    other = tempfile.mkdtemp(dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
    try:
        world = changes(t)
        world.compare("-ai", *options, f"--backup-dir={other}/bak", "src/", "dst/")
        assert os.path.isfile(f"{other}/bak/file"), os.listdir(other)
    finally:
        shutil.rmtree(other)


@needs(no_rsync)
@cases({options: (options.split(),) for options in (
    "-b --suffix=", "-b --suffix=a/b", "--suffix=a/b", "--backup-dir= ", "--backup-dir=.", "--backup-dir=../src/same",
    "--backup-dir=./ --suffix=.x")})
def test_arguments(t, options):
    changes(t).compare("-ai", *options, "src/", "dst/")


@needs(no_rsync)
@cases({f"{source} {dest}": (source, dest) for source, dest in (
    ("src/file", "dst/file"), ("src/file", "dst/"), ("src/file", "dst/d/in"), ("src/d", "dst"))})
def test_operands(t, source, dest):
    changes(t).compare("-ai", "-b", source, dest)


@needs(no_rsync)
def test_suffix_that_makes_names_too_long(t):
    """What cannot be kept is not replaced."""
    world = World(t)
    world.file("src/" + "n" * 250, b"new")
    world.file("dst/" + "n" * 250, b"old one")
    result = world.arsync("-a", "-b", "--suffix=.backup", "src/", "dst/")
    assert result.code == 23, result
    with open(world.path("dst/" + "n" * 250), "rb") as file:
        assert file.read() == b"old one"


@needs(no_rsync)
@cases({kind: (kind,) for kind in ("--link-dest", "--compare-dest")})
def test_alternate_trees_replace_nothing_without_backup(t, kind):
    """rsync loses what was there."""
    world = World(t)
    world.files("src/f")
    world.file("alt/f", b"src/f")
    world.file("dst/f", b"precious", mtime=PAST + 1)
    result = world.arsync("-ab", f"{kind}=../alt", "src/", "dst/")
    with open(world.path("dst/f~"), "rb") as file:
        assert result.code == 0 and file.read() == b"precious", result


KINDS = {"file": lambda world, name: world.file(name, name), "link": lambda world, name: world.link(name, "to-" + name[:3]),
         "fifo": lambda world, name: world.node(name, stat.S_IFIFO), "directory": lambda world, name: world.dir(name)}


@needs(no_rsync)
@cases({options: (options.split(),) for options in (
    "-a", "-ai", "-avvn", "-aH", "-a --delay-updates", "-a --inplace", "-a --copy-dest=../alt", "-a --suffix=.old",
    "-a --backup-dir=../kept", "-a --backup-dir=../kept --suffix=~")})
def test_backups_that_give_way_to_something_else(t, options):
    """Some go without a backup of their own: what stands in the way of a directory or, if it is no file, of a file."""
    world = World(t)
    world.dir("alt")
    for present, make_present in KINDS.items():
        for wanted, make_wanted in KINDS.items():
            make_present(world, f"dst/{present}-{wanted}~")
            make_wanted(world, f"src/{present}-{wanted}~")
    world.file("alt/link-file~", "src/link-file~")
    world.hard("src/first-name", "src/link-file~")
    world.compare("-b", *options, "src/", "dst/")


@needs(no_rsync, not_root)
@cases({f"{options} {moment}": ([*options.split(), moment],) for options in ("-rlpt", "-rlt", "-a", "-rltgo")
        for moment in ("--delete-before", "--delete", "--delete-during", "--delete-after", "--delete-delay")})
def test_attributes_of_backup_directories_by_the_moment_of_deletion(t, options):
    """--delete-before finds the directory as it was, all others as it is to be."""
    world = World(t)
    world.files("src/d/file", "dst/d/surplus")
    world.file("dst/d/file", b"old")
    world.dir("src/d", mode=0o750)
    world.dir("dst/d", mode=0o700)
    os.chown(world.path("dst/d"), 1, 1)
    os.chown(world.path("src/d"), 2, 2)
    world.compare("-b", "--backup-dir=../kept", *options, "src/", "dst/")


@needs(no_rsync)
@cases({options: (options.split(),) for options in ("-a --delete", "-a --del", "-a --delete-after", "-a --delete-before",
    "-aA --delete-delay", "-aA --delete", "-aA", "-rlt --delete", "-a --delete --chmod=go-rwx", "-a --delete --no-l --safe-links",
    "-rt --del --safe-links", "-a --delete --chown=3:4", "-aA --delete-before")})
def test_directories_of_backups_look_as_those_of_the_destination_when_all_is_done(t, options):
    """Not with xattrs: rsync leaves those of directories out."""
    world = World(t)
    world.files("src/d/deep/new", "src/d/changed", "src/only/", "dst/d/deep/old", "dst/d/changed", "dst/gone/x")
    world.file("dst/d/changed", b"older", mtime=PAST - 5)
    world.link("dst/d/out", "/etc/passwd")
    world.dir("src/d", mode=0o750)
    world.dir("dst/d", mode=0o775)
    world.dir("dst/gone", mode=0o711)
    if commands.system() == "linux":
        os.setxattr(world.path("src/d/deep"), "system.posix_acl_access", acl(user=(5, 7)))
        os.setxattr(world.path("dst/d"), "system.posix_acl_access", acl(user=(6, 5)))
    world.compare(*options, "-b", "--backup-dir=../bak", "src/", "dst/", exit=0)
