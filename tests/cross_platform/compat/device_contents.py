"""--copy-devices, --write-devices: with loop devices, reached through nodes of the test's own."""

import os
import stat
import subprocess

from common import mounts
from common.commands import linux_only, no_rsync, not_root
from common.generate import PAST
from common.native import Skip
from common.runner import cases, needs
from common.world import World

NEEDED = (no_rsync, not_root, linux_only("loop devices are Linux's"), mounts.no_loop)
SIZE = 1 << 20


class Loops:
    """A device for each program, since both write."""

    def __init__(self, t, content=b""):
        self.devices = []
        for number in range(2):
            image = t.path(f"image{number}")
            with open(image, "wb") as file:
                file.write(content)
                file.truncate(SIZE)
            found = subprocess.run(["losetup", "-f", "--show", image], capture_output=True, text=True, check=False)
            if found.returncode:
                self.__exit__()
                raise Skip(f"no loop device: {found.stderr.strip()}")
            self.devices.append(found.stdout.strip())

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        for device in self.devices:
            subprocess.run(["losetup", "-d", device], check=False)

    def place(self, t, world, name, mode=0o600):
        """The node `name` in both worlds. Times are equal, numbers are not."""
        world.settle()
        world.copy("arsync")
        for top, device in zip((world.top, t.path("arsync")), self.devices):
            path = os.path.join(top, name)
            os.mknod(path, mode | stat.S_IFBLK, os.stat(device).st_rdev)
            os.utime(path, (PAST, PAST))
            os.utime(os.path.dirname(path), (PAST, PAST))

    def read(self, number):
        with open(self.devices[number], "rb") as file:
            return file.read()


@needs(*NEEDED)
@cases({name: (name.split(),) for name in ("-ai", "-ri", "-ani", "-aci", "-ai --inplace", "-aiv --stats", "-ai --no-D",
                                           "-ai --size-only")})
def test_a_device_is_copied_as_a_file(t, options):
    world = World(t)
    world.files("src/file", "dst/")
    world.node("src/null", stat.S_IFCHR, os.makedev(1, 3))
    with Loops(t, b"content " * 10_000) as loops:
        loops.place(t, world, "src/device")
        found = world.compare_again(*options, "--copy-devices", "src/", "dst/", exit=0, ignore=("rdev",))
        if "-ani" not in options:
            assert found.tree[b"dst/device"].size == SIZE and found.tree[b"dst/null"].size == 0
        world.compare_again("-ai", "--copy-devices", "src/device", "single", exit=0, ignore=("rdev", "mtime_ns"))


@needs(*NEEDED)
@cases({name: (name.split(),) for name in ("-ai", "-ri", "-ani", "-ai --no-write-devices", "-aci", "-ai --size-only")})
def test_a_file_is_written_into_a_device(t, options):
    world = World(t)
    world.file("src/device", b"new content " * 1000)
    world.files("dst/")
    with Loops(t, b"old") as loops:
        loops.place(t, world, "dst/device")
        world.compare_again("--write-devices", *options, "src/", "dst/", exit=0, ignore=("rdev",))
        assert loops.read(0) == loops.read(1)


@needs(*NEEDED)
def test_from_device_to_device(t):
    world = World(t)
    world.files("src/", "dst/")
    with Loops(t, b"from here") as source, Loops(t, b"old") as target:
        source.place(t, world, "src/device", 0o640)
        for top, device in zip((world.top, t.path("arsync")), target.devices):
            os.mknod(os.path.join(top, "dst/device"), 0o600 | stat.S_IFBLK, os.stat(device).st_rdev)
            os.utime(os.path.join(top, "dst/device"), (5, 5))
            os.utime(os.path.join(top, "dst"), (PAST, PAST))
        world.compare_again("-ai", "--copy-devices", "--write-devices", "src/", "dst/", exit=0, ignore=("rdev",))
        assert target.read(0) == target.read(1) == source.read(0)


@needs(*NEEDED)
def test_without_the_option_the_node_makes_way(t):
    world = World(t)
    world.file("src/device", b"new")
    world.files("dst/")
    with Loops(t, b"old") as loops:
        loops.place(t, world, "dst/device")
        found = world.compare_again("-ai", "src/", "dst/", exit=0)
        assert found.tree[b"dst/device"].kind == "file" and loops.read(1).startswith(b"old")


@needs(no_rsync, not_root, linux_only("/dev/null is made with mknod"))
def test_character_devices_swallow_what_is_written(t):
    world = World(t)
    world.file("src/null", b"into the void")
    world.node("dst/null", stat.S_IFCHR, os.makedev(1, 3))
    world.compare("-ai", "--write-devices", "src/", "dst/", exit=0)
