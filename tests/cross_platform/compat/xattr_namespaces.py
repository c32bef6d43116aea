"""Which xattrs -X and -XX keep and remove, for root and for ordinary users."""

import os

from common import native
from common.commands import NOBODY, linux_only, no_rsync, not_root
from common.runner import cases, needs
from common.world import World

LINUX = linux_only("xattrs of macOS have no namespaces")
NAMES = (b"user.a", b"user.rsync.foo", b"user.rsync.%stat", b"user.rsync.%other")
OF_ROOT = (b"trusted.t", b"security.s")
OPTIONS = {name: (name.split(),) for name in ("-aXi", "-aXXi", "-aXi --no-super", "-aXXi --no-super", "-aX --no-X -i",
                                              "-aXni", "-aXXni", "-aXXX -i")}


def named(t, user=None):
    world = World(t, user=user)
    world.files("src/all", "src/none", "src/d/inside", "dst/all", "dst/none")
    world.link("src/link", "all")
    world.link("dst/link", "all")
    for name in NAMES:
        native.setxattr(world.path("src/all"), name, b"100644 0,0 1:2")
        native.setxattr(world.path("src/d"), name, b"40755 0,0 1:2")
        native.setxattr(world.path("dst/none"), name, b"100644 0,0 3:4")
    for name in OF_ROOT:
        native.setxattr(world.path("src/all"), name, b"1")
        native.setxattr(world.path("dst/none"), name, b"2")
        native.setxattr(world.path("src/link"), name, b"3", follow_symlinks=False)
    return world


@needs(no_rsync, not_root, LINUX)
@cases(OPTIONS)
def test_root(t, options):
    world = named(t)
    world.compare(*options, "src/", "dst/", exit=0)
    world.compare_again(*options, "src/", "dst/", exit=0)
    world.compare_again("-aXi", "src/", "dst/", exit=0)


@needs(no_rsync, not_root, LINUX)
@cases(OPTIONS)
def test_ordinary_user(t, options):
    world = named(t, NOBODY)
    world.compare(*options, "src/", "dst/", exit=0)
    world.compare_again(*options, "src/", "dst/", exit=0)


@needs(no_rsync, not_root, LINUX)
def test_hard_links_share_them(t):
    world = named(t)
    world.hard("src/again", "src/all")
    world.compare("-aHXXi", "src/", "dst/", exit=0)
    assert os.path.exists(world.path("dst/again"))
