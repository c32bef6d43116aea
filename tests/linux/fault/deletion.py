"""Deletion and links when something goes wrong at a bad moment: doubt must never delete."""

import os

from linux.fault.matrix import fault_program, no_fault_build
from common import commands
from common.runner import cases, needs
from common.world import World


def run(world, fault, *arguments):
    world.settle()
    return commands.run(fault_program(), *arguments, cwd=world.top, env={"ARSYNC_FAULT": fault})


@needs(no_fault_build)
@cases({f"{call}:{number}": (f"{call}:{number}",) for call in ("openat:ENOENT", "openat:EIO", "getdents64:EIO", "statx:EIO")
    for number in range(1, 9)})
def test_directory_that_cannot_be_seen_for_a_moment_keeps_its_counterpart(t, fault):
    world = World(t)
    world.files("src/d/x", "src/e/y", "dst/d/x", "dst/e/y")
    run(world, fault, "-a", "--delete", "--jobs=1", "src/", "dst/")
    assert os.path.exists(world.path("dst/d/x")) and os.path.exists(world.path("dst/e/y"))


@needs(no_fault_build)
def test_skipped_deletion_is_no_success(t):
    world = World(t)
    world.files("src/d/x", "dst/d/x", "dst/d/extra")
    result = run(world, "getdents64:EIO:2", "-a", "--delete", "--jobs=1", "src/", "dst/")
    assert result.code == 23 and os.path.exists(world.path("dst/d/extra"))


@needs(no_fault_build)
def test_copy_leads_on_when_a_file_takes_no_further_link(t):
    world = World(t)
    world.file("src/n0", b"many names")
    for number in range(1, 6):
        world.hard(f"src/n{number}", "src/n0")
    assert run(world, "linkat:EMLINK:2", "-aH", "--jobs=1", "src/", "dst/").code == 0
    inodes = {os.stat(world.path(f"dst/n{number}")).st_ino for number in range(6)}
    assert len(inodes) == 2


@needs(no_fault_build)
def test_set_id_bits_are_not_given_to_a_file_whose_owner_could_not_be_set(t):
    if os.geteuid() != 0:
        t.skip("only root gives files away")
    world = World(t)
    world.file("src/program", b"x")
    os.chown(world.path("src/program"), 65534, 65534)
    os.chmod(world.path("src/program"), 0o6755)
    assert run(world, "fchown:EPERM:0", "-a", "src/", "dst/").code == 23
    assert os.stat(world.path("dst/program")).st_mode & 0o7777 == 0o755
