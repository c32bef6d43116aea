"""What is never deleted, and other promises of arsync's own (docs/RSYNC_COMPARISON.md, "Safer")."""

import os
import subprocess

from common import native
from common.commands import NOBODY, not_root
from common.runner import cases, needs
from common.world import World


def names(world, directory):
    return sorted(os.listdir(world.path(directory)))


@cases({"protect": (["--delete", "--filter=P *.me"],), "exclude": (["--force", "--exclude=*.me"],)})
def test_protected_file_stays_when_a_file_would_take_its_directorys_place(t, options):
    world = World(t)
    world.files("src/x", "dst/x/keep.me", "dst/x/other")
    assert world.arsync("-a", *options, "src/", "dst/").code == 23
    assert names(world, "dst/x") == [b"keep.me"]


@cases({"contents": ("src/", "dst/"), "by name": ("src", "top")})
def test_empty_source_empties_nothing_without_a_word(t, source, destination):
    world = World(t)
    world.dir("src")
    world.files("dst/precious", "top/src/precious")
    target = "dst" if destination == "dst/" else "top/src"
    assert world.arsync("-a", "--delete", source, destination).code == 23
    assert names(world, target) == [b"precious"]
    assert world.arsync("-a", "--delete", "--force", source, destination).code == 0
    assert names(world, target) == []


def test_source_inside_the_destination_is_not_deleted(t):
    world = World(t)
    world.files("dst/src/f", "dst/extra")
    assert world.arsync("-a", "--delete", "dst/src/", "dst/").code == 23
    assert names(world, "dst") == [b"f", b"src"] and names(world, "dst/src") == [b"f"]


def test_destination_inside_the_source_is_left_out_and_kept(t):
    world = World(t)
    world.files("src/f", "src/dst/dst/old")
    assert world.arsync("-a", "--delete", "src/", "src/dst/").code == 23
    assert names(world, "src/dst/dst") == [b"old"]


@needs(not_root, native.not_on_a_mac("macOS has no bind mounts"))
def test_mount_point_does_not_make_way_for_a_file(t):
    world = World(t)
    world.files("src/x", "other/precious")
    world.dir("dst/x")
    subprocess.run(["mount", "--bind", world.path("other"), world.path("dst/x")], check=True)
    try:
        assert world.arsync("-a", "--delete", "src/", "dst/").code == 23
        assert names(world, "other") == [b"precious"]
    finally:
        subprocess.run(["umount", world.path("dst/x")], check=True)


def test_own_rule_file_counts_through_a_link(t):
    world = World(t)
    world.file("rules", b"- secret\n")
    world.link("src/.rsync-filter", "../rules")
    world.files("src/secret", "src/open")
    assert world.arsync("-aF", "src/", "dst").code == 0
    assert names(world, "dst") == [b".rsync-filter", b"open"]


@needs(not_root)
def test_nothing_is_deleted_where_a_rule_file_is_somebody_elses_link(t):
    world = World(t)
    world.file("rules", b"P keep\n")
    world.files("src/a", "dst/gone/keep")
    world.link("dst/gone/.rsync-filter", "../../rules")
    os.lchown(world.path("dst/gone/.rsync-filter"), NOBODY, NOBODY)
    assert world.arsync("-aF", "--delete", "src/", "dst/").code == 23
    assert b"keep" in names(world, "dst/gone")


def test_limit_of_deletions_holds_with_many_workers(t):
    world = World(t)
    for directory in range(40):
        world.files(f"src/d{directory}/f", *(f"dst/d{directory}/x{number}" for number in range(12)))
    result = world.arsync("-a", "--delete", "--max-delete=50", "--jobs=16", "src/", "dst/")
    left = sum(name.startswith(b"x") for directory in range(40) for name in names(world, f"dst/d{directory}"))
    assert (result.code, left) == (25, 40 * 12 - 50)


def test_directory_replaces_a_file(t):
    world = World(t)
    world.files("src/x/inside")
    world.file("dst/x", b"was a file")
    assert world.arsync("-a", "src/", "dst/").code == 0
    assert names(world, "dst") == [b"x"] and names(world, "dst/x") == [b"inside"]
