"""--fake-super, -M--fake-super: storing, comparing, restoring."""

import os
import socket
import stat

from common import native
from common.commands import NOBODY, linux_only, no_rsync, not_root
from common.runner import cases, needs
from common.world import World

LINUX = linux_only("macOS has no xattrs for everybody's namespace of that name")


def everything(t, user=None):
    """Attributes that only root can set; `user` may read all of it and owns the directory around."""
    world = World(t)
    for mode in (0o755, 0o6755, 0o1644, 0o444, 0o604):
        world.file(f"src/m{mode:o}", b"x", mode=mode)
    world.dir("src/sticky", mode=0o1777)
    world.files("src/d/inside")
    world.link("src/link", "target")
    world.link("src/d/link", "m755")
    world.node("src/fifo", stat.S_IFIFO)
    world.node("src/null", stat.S_IFCHR, os.makedev(1, 3))
    world.node("src/disk", stat.S_IFBLK, os.makedev(300, 70000))
    with socket.socket(socket.AF_UNIX) as listener:
        here = os.getcwd()
        os.chdir(world.path("src"))
        listener.bind("socket")
        os.chdir(here)
    world.settle()
    for name, owner in (("m755", (1, 2)), ("sticky", (3, 4)), ("link", (5, 6)), ("fifo", (7, 8)), ("null", (9, 10))):
        os.lchown(world.path("src/" + name), *owner)
    native.setxattr(world.path("src/m604"), b"trusted.t", b"1")
    native.setxattr(world.path("src/m604"), b"user.u", b"2")
    native.setxattr(world.path("src/link"), b"trusted.l", b"3", follow_symlinks=False)
    native.setxattr(world.path("src/sticky"), b"trusted.d", b"4")
    world.settle = lambda: None
    if user is not None:
        os.chown(world.top, user, user)
        world.user = user
    return world


@needs(no_rsync, not_root, LINUX)
@cases({name: (name.split(),) for name in ("-ai --fake-super", "-aXi --fake-super", "-aXi -M--fake-super",
                                           "-aHXi -M--fake-super", "-ai --fake-super --super", "-ai --super --fake-super",
                                           "-ai --fake-super --no-super", "-ai --fake-super -M--super", "-ani --fake-super",
                                           "-ai -M--super -M--fake-super", "-ai -M--fake-super -M--super",
                                           "-aci -M--fake-super",
                                           "-aXi --fake-super --chown=11:12 --chmod=u-s,D2755")})
def test_root_stores(t, options):
    world = everything(t)
    world.compare(*options, "src/", "dst", exit=0)
    world.compare_again(*options, "src/", "dst", exit=0)


@needs(no_rsync, LINUX)
@cases({name: (name.split(),) for name in ("-XX --fake-super", "-aX -X --fake-super", "-aXX --fake-super -M--super",
                                           "-aXX --fake-super --super", "-aXX --fake-super --no-X -X")})
def test_storing_in_xattrs_and_keeping_those_of_a_store_exclude_each_other(t, options):
    world = World(t)
    world.file("src/a", b"data")
    world.compare("-ai", *options, "src/", "dst")


@needs(no_rsync, not_root, LINUX)
@cases({"-aXi": (["-aXi"],), "-ai": (["-ai"],), "-aHi": (["-aHi"],), "-aXi --delete": (["-aXi", "--delete"],)})
def test_ordinary_user_stores_and_changes(t, options):
    world = everything(t, NOBODY)
    world.compare(*options, "-M--fake-super", "src/", "dst", exit=0)
    world.compare_again(*options, "-M--fake-super", "src/", "dst", exit=0)
    for top in (world.top, t.path("arsync")):
        change(os.path.join(top, "src"))
    world.compare_again(*options, "-M--fake-super", "src/", "dst", exit=0)
    world.compare_again(*options, "-n", "-M--fake-super", "src/", "dst", exit=0)


def change(top):
    """One thing of each kind is another one now."""
    def path(name):
        return os.path.join(top, name)
    os.chmod(path("m6755"), 0o755)
    os.chown(path("m755"), 21, 22)
    os.chown(path("fifo"), 23, 24)
    os.chown(path("sticky"), NOBODY, NOBODY)
    for name in ("link", "null", "disk", "m1644", "socket"):
        os.unlink(path(name))
    os.symlink("elsewhere", path("link"))
    os.mknod(path("null"), 0o600 | stat.S_IFCHR, os.makedev(1, 5))
    os.mkdir(path("disk"))
    os.symlink("x", path("m1644"))
    with open(path("socket"), "wb") as file:
        file.write(b"a file now")
    for name in os.listdir(top):
        os.utime(path(name), (12345, 12345), follow_symlinks=False)
    os.utime(top, (12345, 12345))


@needs(no_rsync, not_root, LINUX)
def test_what_was_stored_is_restored(t):
    world = everything(t)
    world.compare("-aX", "-M--fake-super", "src/", "store", exit=0)
    found = world.compare_again("-aXi", "--fake-super", "-M--super", "store/", "dst", exit=0)
    assert found.tree[b"dst/null"].kind == "char" and found.tree[b"dst/m6755"].mode == 0o6755
    world.compare_again("-aXi", "--fake-super", "store/", "other", exit=0)
    world.compare_again("-aX", "--stats", "--fake-super", "store/", "third", exit=0)
    world.compare_again("-aXi", "src/", "dst", exit=0)


@needs(no_rsync, not_root, LINUX)
@cases({name: (name,) for name in ("link", "null", "fifo", "m6755", "sticky")})
def test_a_single_operand(t, name):
    world = everything(t)
    world.compare("-aXi", "--fake-super", "src/" + name, "store", exit=0)
    world.compare_again("-aXi", "--fake-super", "-M--super", "store", "dst", exit=0)


@needs(no_rsync, not_root, LINUX)
def test_real_things_in_the_destination_make_way(t):
    world = everything(t, NOBODY)
    world.link("dst/link", "target")
    world.settle = lambda: None
    for name in (b"dst", b"dst/link"):
        os.lchown(world.path(name), NOBODY, NOBODY)
    world.compare("-ai", "-M--fake-super", "src/", "dst", exit=0)


@needs(no_rsync, not_root, LINUX)
def test_dressed_up_files_are_ordinary_without_the_option(t):
    world = everything(t)
    world.compare("-aX", "-M--fake-super", "src/", "store", exit=0)
    world.compare_again("-aXi", "store/", "dst", exit=0)
    world.compare_again("-aXXi", "store/", "dst", exit=0)
    world.compare_again("-aXi", "store/", "dst", exit=0)


@needs(no_rsync, LINUX)
@cases({f"{options} {way}": (options.split(), way) for options in ("-aJii", "-aii", "-aOJ", "-rlptii")
        for way in ("nothing", "the same", "another time", "another owner", "another target", "a file")})
def test_time_of_the_file_that_stands_for_a_link(t, options, way):
    """-J leaves it alone once it is there; it is made with the time of the link."""
    world = World(t)
    world.dir("new")
    world.link("src/link", "target", mtime=5)
    if way == "a file":
        world.file("new/link", b"no link", mode=0o755)
    elif way != "nothing":
        world.compare("-a", "--fake-super", "src/", "new/")
    other_world = world.test.path("arsync")
    for top in (world.top, other_world) if os.path.exists(other_world) else (world.top,):
        link = os.path.join(top, "src", "link")
        if way == "another target":
            os.unlink(link)
            os.symlink("other", link)
        if way in ("another time", "another target"):
            os.utime(link, (9, 9), follow_symlinks=False)
        if way == "another owner":
            os.lchown(link, 1, 1)
    compare = world.compare_again if os.path.exists(other_world) else world.compare
    compare(*options, "--fake-super", "src/", "new/")
