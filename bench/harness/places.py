"""Where data sets and copies live: freshly made file systems on loop devices for root, plain folders for others.

bench.py runs root's benchmarks in a mount namespace of their own, so even a killed run leaves no mount behind.
"""

import contextlib
import os
import shutil
import subprocess
import tempfile

MIB = 1 << 20
GIB = 1 << 30
MKFS = {
    # No lazy initialisation: it would go on in the background and disturb the first rounds. The journal is the one that
    # mkfs gives disks from 128 GiB on; that of an image of this size fills up within one run and stalls it at random.
    "ext4": ["mkfs.ext4", "-q", "-F", "-J", "size=1024", "-E", "lazy_itable_init=0,lazy_journal_init=0"],
    "xfs": ["mkfs.xfs", "-q", "-f"],
    "btrfs": ["mkfs.btrfs", "-q", "-f"],
}


class PlaceUnavailable(Exception):
    """This machine or user cannot have that file system."""


class Places:
    """Gives a folder per file system name; "main" is where most workloads run. Close it to remove everything."""

    def __init__(self, folder=None, scale=1.0):
        self._scale = scale
        self._cleanup = contextlib.ExitStack()
        self._folders = {}
        self._base = tempfile.mkdtemp(prefix="arsync-bench.", dir=folder or default_parent())
        self._cleanup.callback(remove_tree, self._base)
        if folder is None and os.geteuid() == 0:
            with contextlib.suppress(PlaceUnavailable):
                self._folders["main"] = self._mounted("ext4", int(16 * GIB * max(scale, 0.25)))
        if "main" not in self._folders:
            self._folders["main"] = self._plain("main")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._cleanup.close()

    @property
    def log_path(self):
        """A file outside the measured file systems for what the commands print."""
        return os.path.join(self._base, "command.log")

    def folder(self, name):
        """The folder on file system `name`: main, tmpfs, btrfs or xfs; made on first use."""
        if name not in self._folders:
            size = int(3 * GIB * self._scale) + 512 * MIB
            self._folders[name] = self._mounted(name, size)
        return self._folders[name]

    def release(self, name):
        """Empties a place other than main, whose memory or disk the next workload may need."""
        if name != "main" and name in self._folders:
            for entry in os.scandir(self._folders[name]):
                remove_tree(entry.path)

    def _plain(self, name):
        folder = os.path.join(self._base, name)
        os.mkdir(folder)
        return folder

    def _mounted(self, kind, size):
        if os.geteuid() != 0:
            raise PlaceUnavailable(f"only root can mount a {kind} of its own")
        mount_point = self._plain(f"{kind}.mounted")
        if kind == "tmpfs":
            _command(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", mount_point])
            self._cleanup.callback(_unmount, mount_point)
            return mount_point
        image = os.path.join(self._base, f"{kind}.image")
        with open(image, "wb") as file:
            file.truncate(size)
        _command([*MKFS[kind], image])
        _command(["mount", "-o", "loop", image, mount_point])
        self._cleanup.callback(_unmount, mount_point)
        _bypass_cache(mount_point)
        return mount_point


def default_parent():
    """A folder on a disk: /tmp may be memory. Without root there is no image, so the build folder will do."""
    if os.geteuid() == 0:
        return "/var/tmp"
    build = os.path.join(os.path.dirname(__file__), "..", "..", "build", "bench")
    os.makedirs(build, exist_ok=True)
    return os.path.realpath(build)


def remove_tree(path):
    """rm rather than shutil: the chain of a thousand directories is too deep for Python's recursion."""
    if os.path.lexists(path):
        subprocess.run(["rm", "-rf", "--one-file-system", path], check=False)


def file_system_of(path):
    command = ["findmnt", "--noheadings", "--output", "FSTYPE", "--target", path]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip() or "unknown"


def _bypass_cache(mount_point):
    """Direct I/O for the loop device: otherwise the kernel caches every byte twice, and copies it once more."""
    command = ["findmnt", "--noheadings", "--output", "SOURCE", "--target", mount_point]
    device = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    if device.startswith("/dev/loop"):
        subprocess.run(["losetup", "--direct-io=on", device], capture_output=True, check=False)


def _unmount(mount_point):
    if subprocess.run(["umount", mount_point], capture_output=True, check=False).returncode != 0:
        subprocess.run(["umount", "--lazy", mount_point], check=False)


def _command(arguments):
    if not shutil.which(arguments[0]):
        raise PlaceUnavailable(f"{arguments[0]} is not installed")
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise PlaceUnavailable(f"{' '.join(arguments)}: {done.stderr.strip()}")
