"""File systems of chosen kind and size. As every test has a mount namespace of its own, they go when it ends.

On a Mac they are disk images: APFS for those that can clone, HFS+ for the others, detached when the test ends.
"""

import os
import shutil
import subprocess

from common import native

# The smallest images that each mkfs accepts, in MiB; they are sparse.
_SIZES = {"ext4": 64, "xfs": 320, "btrfs": 128}


def no_loop():
    return None if native.MAC or os.path.exists("/dev/loop-control") else "no loop devices"


def no_filesystem(kind):
    """For runner.needs."""
    def check():
        if native.MAC:
            return None  # hdiutil(1) is there, and needs no root
        if os.geteuid() != 0:
            return "not root"
        if kind == "tmpfs":
            return None
        return no_loop() or (None if shutil.which(f"mkfs.{kind}", path=_PATH) else f"mkfs.{kind} is not installed")
    return check


_PATH = "/usr/sbin:/sbin:/usr/bin:/bin"


def mount(test, name, kind, megabytes=None, options=""):
    """Mounts a new file system on DIR/name and gives that path."""
    point = test.path(name)
    if native.MAC:
        return _mount_image(test, point, kind, megabytes)
    os.mkdir(point)
    if kind in ("tmpfs", "ramfs"):
        size = [] if megabytes is None else [f"size={megabytes}m"]
        _mount(test, ["-t", kind, *_options(size + [options]), "none", point])
        return point
    image = test.path(name + ".image")
    with open(image, "wb") as file:
        file.truncate((megabytes or _SIZES[kind]) << 20)
    quiet = {"ext4": ["-q", "-F"], "xfs": ["-q"], "btrfs": ["-q"], "vfat": []}[kind]
    subprocess.run([shutil.which(f"mkfs.{kind}", path=_PATH), *quiet, image], check=True, stdout=subprocess.DEVNULL)
    _mount(test, ["-t", kind, *_options(["loop", options]), image, point])
    return point


_ON_A_MAC = {"btrfs": "apfs", "xfs": "apfs", "ext4": "hfs", "tmpfs": "hfs"}


def _mount_image(test, point, kind, megabytes):
    os.makedirs(point, exist_ok=True)
    image = os.path.join(test.dir, os.path.basename(point) + ".image")
    if reason := native.attach(image, point, _ON_A_MAC.get(kind, kind), max(megabytes or 512, 64)):
        test.skip(reason)
    return point


def remount_read_only(point):
    subprocess.run(["mount", "-o", "remount,ro", point], check=True)


def _options(words):
    joined = ",".join(word for word in words if word)
    return ["-o", joined] if joined else []


def _mount(test, arguments):
    result = subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)
    if result.returncode:
        test.skip(f"cannot mount: {result.stderr.strip()}")
