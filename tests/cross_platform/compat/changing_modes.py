"""--chmod: what it makes of modes, with and without -p, and what it refuses."""

import os
import stat

from common import native
from common.commands import linux_only, no_rsync, not_root
from common.generate import acl
from common.runner import cases, needs
from common.world import World

CHANGES = ("D2775,F664", "u+s", "a+s", "+s", "o+s", "go+s", "+x", "a+X", "+X", "-X", "=rX", "Dg+s,ug+w,Fo-w,+X", "ug+t",
           "o=t", "u=t", "u=", "=", "+", "=r", "+w", "-r", "g=s", "ug=rws", "g=xtr", "64", "0", "7777", "u=g", "g=u,o=g",
           "o-g", "Fu=rw,go=", "a-x,+X", "F755,D700", "-ts", "-st", "a+s,F-s", "00755", "uu+x", "u+rr")
REFUSED = ("", ",", "z", "D", "F", "u", "X", "u+r,", ",u+r", "u+q", "u+rw-x", "u++x", "DF+x", "17777", "08", "755x",
           "Da755", "+755", "g=ur", "u+r g")


def modes(t):
    world = World(t)
    for mode in (0o000, 0o644, 0o755, 0o6755, 0o1777, 0o4070, 0o2501, 0o700, 0o007):
        if mode & 0o400 or os.geteuid() == 0:
            world.file(f"src/f{mode:o}", b"x", mode=mode)
    world.dir("src/plain")
    world.dir("src/special", mode=0o3770)
    world.link("src/link", "f644")
    world.node("src/fifo", stat.S_IFIFO)
    world.file("dst/f644", b"x", mode=0o604)
    world.file("dst/f755", b"other", mode=0o604)
    world.dir("dst/plain", mode=0o701)
    return world


@needs(no_rsync)
@cases({change: (change,) for change in CHANGES})
def test_changes_with_perms(t, change):
    world = modes(t)
    world.compare("-ai", f"--chmod={change}", "src/", "dst/", exit=0)
    if os.geteuid() == 0:  # others may have shut themselves out
        world.compare_again("-aii", f"--chmod={change}", "src/", "dst/", exit=0)


@needs(no_rsync)
@cases({change: (change,) for change in ("D2775,F664", "a+s", "u+x,D+t", "=", "F0,D777")})
def test_changes_without_perms_are_only_for_what_is_new(t, change):
    modes(t).compare("-rltDi", f"--chmod={change}", "src/", "dst/", exit=0)


@needs(no_rsync)
@cases({f"{umask:o}": (umask,) for umask in (0, 0o022, 0o027, 0o077)})
def test_the_umask_cuts_changes_for_nobody_in_particular(t, umask):
    world = modes(t)
    os.umask(umask)
    world.compare("-ai", "--chmod=+rwx,D-w,F=rX", "src/", "dst/", exit=0)


@needs(no_rsync)
def test_several_add_up(t):
    modes(t).compare("-ai", "--chmod=a+x", "--chmod", "Fo-x", "--chmod=Dg-w", "src/", "dst/", exit=0)


@needs(no_rsync)
@cases({repr(change): (change,) for change in REFUSED})
def test_refused(t, change):
    found = modes(t).compare("-a", f"--chmod={change}", "src/", "dst/", exit=1)
    assert f"Invalid argument passed to --chmod ({change})".encode() in found.err


@needs(no_rsync)
def test_dry_run_tells_the_same(t):
    modes(t).compare("-ani", "--chmod=D711,F600", "src/", "dst/", exit=0)


@needs(no_rsync, not_root)
def test_hard_links_and_single_files(t):
    world = modes(t)
    world.hard("src/again", "src/f644")
    world.compare("-aHi", "--chmod=a+x", "src/", "dst/", exit=0)
    world.compare_again("-ai", "--chmod=600", "src/f755", "dst/single", exit=0)


@needs(no_rsync, not_root, linux_only("macOS has no POSIX ACLs"))
@cases({change: (change,) for change in ("u=x,g=w,o=x", "Fg=,Do=", "a+rwx")})
def test_acls_follow(t, change):
    world = modes(t)
    native.setxattr(world.path("src/f644"), b"system.posix_acl_access", acl(user=(1, 7), base=(6, 4, 4)))
    native.setxattr(world.path("src/plain"), b"system.posix_acl_access", acl(group=(1, 5), base=(7, 5, 0)))
    world.compare("-aA", f"--chmod={change}", "src/", "dst/", exit=0)
