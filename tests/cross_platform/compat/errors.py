"""Trouble that does not end the run: exit codes, the names told, and what was done all the same."""

import os
import stat

from common.commands import NOBODY, no_rsync, not_root
from common.runner import cases, needs
from common.world import World


@needs(no_rsync, not_root)
@cases({options: (options.split(),) for options in ("-ai", "-av", "-ain", "-aiq", "-ai --inplace", "-aic", "-aiI",
                                                    "-ri")})
def test_unreadable_file(t, options):
    world = World(t, user=NOBODY)
    world.files("src/a", "src/z", "src/d/a")
    world.file("src/closed", b"secret", mode=0)
    world.file("src/d/closed", b"secret", mode=0)
    world.file("dst/d/closed", b"old", mode=0o644)
    world.compare(*options, "src/", "dst/")


@needs(no_rsync, not_root)
@cases({options: (options.split(),) for options in ("-ai", "-av", "-ain", "-ri")})
def test_unreadable_directory(t, options):
    world = World(t, user=NOBODY)
    world.files("src/a", "src/closed/f", "src/z/f", "dst/closed/old")
    world.dir("src/closed", mode=0)
    world.compare(*options, "src/", "dst/", exit=23)


@needs(no_rsync, not_root)
@cases({"names but no entry": (0o444,), "entry but no names": (0o333,)})
def test_half_readable_directory(t, mode):
    """Modes are not compared: rsync leaves such a directory opened up for its owner."""
    world = World(t, user=NOBODY)
    world.files("src/a", "src/half/f", "src/z/f", "dst/half/old")
    world.dir("src/half", mode=mode)
    world.compare("-a", "src/", "dst/", ignore=("mode",), output=False, exit=23)


@needs(no_rsync, not_root)
@cases({"contents": ("src/",), "directory": ("src",), "file in it": ("src/a",)})
def test_unreadable_source_operand(t, source):
    world = World(t, user=NOBODY)
    world.files("src/a", "dst/")
    world.dir("src", mode=0)
    world.compare("-ai", source, "dst", exit=23)


@needs(no_rsync, not_root)
@cases({options: (options.split(),) for options in ("-rltDi", "-rltDi --inplace", "-rltDi --delete")})
def test_unwritable_destination_directory(t, options):
    """Without -p nobody opens it up; the rest of the tree is done."""
    world = World(t, user=NOBODY)
    world.files("src/a/new", "src/b/new", "src/b/sub/new", "src/c/new")
    world.dir("src/b", mode=0o555)
    world.dir("dst/b", mode=0o555)
    world.settle()
    os.chown(world.path("dst/b"), 0, 0)
    world.settle = lambda: None
    world.compare(*options, "src/", "dst/", output=False)


@needs(no_rsync, not_root)
def test_read_only_directories_of_ones_own_are_filled(t):
    world = World(t, user=NOBODY)
    world.files("src/a/new", "src/a/b/new", "dst/a/b/old")
    for name in ("src/a/b", "src/a", "dst/a/b", "dst/a"):
        world.dir(name, mode=0o555)
    found = world.compare("-ai", "--delete", "src/", "dst/", exit=0)
    assert found.tree[b"dst/a/b"].mode == 0o555 and b"dst/a/b/new" in found.tree


@needs(no_rsync, not_root)
def test_destination_that_may_not_be_written(t):
    world = World(t, user=NOBODY)
    world.files("src/a", "src/d/b", "dst/keep")
    world.settle()
    os.chown(world.path("dst"), 0, 0)
    world.settle = lambda: None
    world.compare("-ai", "src/", "dst/", ignore=("mtime_ns",), output=False)


@needs(no_rsync, not_root)
def test_destination_that_may_not_be_created(t):
    world = World(t, user=NOBODY)
    world.files("src/a", "closed/keep")
    world.settle()
    os.chown(world.path("closed"), 0, 0)
    world.settle = lambda: None
    world.compare("-ai", "src/", "closed/dst", exit=11)


@needs(no_rsync, not_root)
def test_owner_and_group_of_others_are_not_given_by_ordinary_users(t):
    world = World(t, user=NOBODY)
    world.files("src/a", "src/d/b")
    world.settle()
    os.chown(world.path("src/a"), 1, 1)
    os.chown(world.path("src/d"), 1, NOBODY)
    world.settle = lambda: None
    found = world.compare("-ai", "src/", "dst", exit=0)
    assert found.tree[b"dst/a"].uid == NOBODY


@needs(no_rsync, not_root)
def test_devices_of_ordinary_users(t):
    world = World(t, user=NOBODY)
    world.files("src/a")
    world.node("src/null", stat.S_IFCHR, os.makedev(1, 3))
    world.compare("-ai", "src/", "dst")


@needs(no_rsync)
@cases({arguments: (arguments.split(),) for arguments in ("--nosuch src/ dst", "-Y src/ dst", "--exclud=x src/ dst",
                                                          "-a --delete=now src/ dst", "--exclude",
                                                          "-a --max-delete=x src/ dst", "-a --exclude-from",
                                                          "--no-nosuch src/ dst",
                                                          "-a --inplace --partial-dir=p src/ dst",
                                                          "--archive=yes src/ dst", "-f", "--verbos src/ dst")})
def test_bad_usage_exits_1_and_touches_nothing(t, arguments):
    world = World(t)
    world.files("src/a")
    world.compare(*arguments, output=False, exit=1)


@needs(no_rsync)
def test_destination_inside_source(t):
    world = World(t)
    world.files("src/a", "src/d/b", "src/dst/")
    world.compare("-ai", "--exclude=/dst", "src/", "src/dst", exit=0)
