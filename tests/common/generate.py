"""Random trees with everything a file system allows. The same seed gives the same tree."""

import os
import random
import stat
import struct

from common import commands, native

PAST = 1_000_000_000  # 2001-09-09, the time of everything that is given none
NAMES = [b"a", b"b", b"b.d", b"b-c", b"Makefile", b"readme.txt", b"core", b"x~", b"lib.so.1", b".hidden", b"..dots",
         b"-dash", b"--delete", b" lead", b"trail ", b"trail.", b"two  spaces", b"new\nline", b"tab\there", b"bell\x07",
         b"esc\x1b[31m", b"caf\xc3\xa9", b"latin\xe9", b"\xff\xfe", b"star*", b"what?", b"set[a]", b"back\\slash",
         b"back\\#123", b"quote'\"", b"$HOME", b"`id`", b"#comment", b"; semi", b"z" * 255, b"\xc3\xa9" * 127]
NAMES = [name for name in NAMES if native.is_name(name)]
MODES = [0o644, 0o600, 0o755, 0o444, 0o000, 0o4755, 0o2755, 0o1644, 0o6711, 0o666]
DIRECTORY_MODES = [0o755, 0o700, 0o1777, 0o2775, 0o555, 0o000, 0o711]
# Not -1: setting xattrs, rsync leaves the fraction of that second alone.
TIMES = [-1_000_000_000, -5, 0, 1, PAST, PAST + 1, 1_700_000_000, 7_258_118_400]
OWNERS = [(0, 0), (1, 1), (65534, 65534), (54321, 12345), (0, 54321)]
XATTRS = [(b"user.empty", b""), (b"user.text", b"value"), (b"user.binary", bytes(range(256))),
          (b"user." + b"n" * 200, b"long name")]
TRUSTED = (b"trusted.secret", b"root only")


def acl(*, user=None, group=None, mask=7, base=(7, 5, 0)):
    """A POSIX ACL in the kernel's form: version 2, then (tag, permissions, id) in order. base: owner, group, other."""
    entries = [(0x01, base[0], 0xFFFFFFFF)]
    entries += [] if user is None else [(0x02, user[1], user[0])]
    entries += [(0x04, base[1], 0xFFFFFFFF)]
    entries += [] if group is None else [(0x08, group[1], group[0])]
    entries += [(0x10, mask, 0xFFFFFFFF), (0x20, base[2], 0xFFFFFFFF)]
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


ACLS = [acl(user=(1, 6)), acl(group=(54321, 5), mask=5), acl(user=(65534, 7), group=(1, 4), base=(6, 4, 4))]
OPEN_ACLS = ACLS[:2]  # the owner may enter a directory with one of these


class Generator:
    """Makes random entries below a directory."""

    def __init__(self, seed, *, root=None, special=True, attributes=True, hard_links=True,
                 set_id=True, system=None, loops=True, longest=255, sticky=True,
                 default_acls=True):
        """`system`: what its programs can keep; else that of the program under test (commands.system).
        `loops`: links may lead to a directory above them. `longest`: bytes of a name.
        `set_id`, `sticky`: files and directories, or directories alone, may have such bits.
        `default_acls`: directories may hand an ACL on to what is made in them."""
        self.default_acls = default_acls
        self.longest = longest
        self.system = system or commands.system()
        self.random = random.Random(seed)
        self.targets = [b"a", b"nowhere", b"/etc/passwd", b"x" * 300, b"caf\xe9\n"] + ([b"../b", b"."] if loops else [])
        self.root = os.geteuid() == 0 if root is None else root
        self.special = special
        self.attributes = attributes
        self.hard_links = hard_links
        # An ordinary user who runs the tests has to read and copy what was made.
        own_file, own_directory = (0, 0) if os.geteuid() == 0 else (0o600, 0o700)
        self.modes = [mode for mode in MODES if (set_id or not mode & 0o6000) and mode & own_file == own_file]
        # On macOS a name has 127 bytes at most: XATTR_MAXNAMELEN in <sys/xattr.h>.
        self.xattrs = [one for one in XATTRS if self.system == "linux" or len(one[0]) <= len("user.") + 127]
        self.directory_modes = [mode for mode in DIRECTORY_MODES
                                if (set_id or not mode & 0o6000) and (sticky or not mode & 0o1000)
                                and mode & own_directory == own_directory]
        self.files = []
        self.directories = []

    def tree(self, top, entries=40, depth=4):
        """Fills the existing directory `top` and then gives every entry its attributes, contents first."""
        top = os.fsencode(top)
        self.files, self.directories = [], []
        levels = [(top, 0)]
        made = []
        for _ in range(entries):
            folder, level = self.random.choice(levels)
            path = os.path.join(folder, self.name())
            if os.path.lexists(path):
                continue
            self.entry(path, deeper=level < depth)
            made.append(path)
            if not os.path.islink(path) and os.path.isdir(path):
                levels.append((path, level + 1))
        for path in sorted(made, key=lambda path: path.count(b"/"), reverse=True):
            self.dress(path)
        self.dress(top)
        os.chmod(top, 0o755)
        os.utime(top, ns=(PAST * 10**9, PAST * 10**9))

    def name(self):
        while not native.is_name(name := self._any_name()) or len(name) > self.longest:
            pass
        return name

    def _any_name(self):
        if self.random.random() < 0.6:
            return self.random.choice(NAMES)
        letters = [byte for byte in range(1, 256) if byte != ord("/")]
        return b"r" + bytes(self.random.choices(letters, k=self.random.randint(0, 12)))

    def entry(self, path, deeper=True):
        """Makes one new thing at `path`."""
        kinds = ["file"] * 8 + ["link"] * 3 + (["dir"] * 5 if deeper else [])
        linkable = [file for file in self.files if os.path.isfile(file) and not os.path.islink(file)]
        kinds += ["hard"] * 2 if linkable and self.hard_links else []
        kinds += ["fifo", "socket"] if self.special else []
        kinds += ["device"] if self.special and self.root else []
        kind = self.random.choice(kinds)
        if kind == "file":
            self.file(path)
        elif kind == "link":
            os.symlink(self.random.choice(self.targets), path)
        elif kind == "dir":
            os.mkdir(path)
            self.directories.append(path)
        elif kind == "hard":
            os.link(self.random.choice(linkable), path)
        elif kind == "fifo":
            os.mkfifo(path)
        elif kind == "socket":
            self.socket(path)
        else:
            kind_bit = self.random.choice([stat.S_IFCHR, stat.S_IFBLK])
            # macOS has 8 bits for the major number and 24 for the minor one.
            majors = [1, 7, 300] if self.system == "linux" else [1, 7, 200]
            os.mknod(path, 0o600 | kind_bit, os.makedev(self.random.choice(majors), self.random.choice([3, 70000])))

    def socket(self, path):
        folder = os.open(os.path.dirname(path), os.O_RDONLY | os.O_DIRECTORY)
        native.bind_socket(folder, b".s")
        os.rename(b".s", os.path.basename(path), src_dir_fd=folder, dst_dir_fd=folder)
        os.close(folder)

    def file(self, path):
        self.write(path)
        self.files.append(path)

    def write(self, path):
        """Gives a regular file new content: empty, small, some blocks, or with holes."""
        size = self.random.choice([0, 1, 11, 100, 4096, 5000, 70_000, 300_000])
        with open(path, "wb") as file:
            if self.random.random() < 0.15:
                file.truncate(size + 200_000)
                file.seek(100_000)
            file.write(self.random.randbytes(size))

    def dress(self, path):
        """Owner, mode, xattrs, ACLs and times."""
        link = os.path.islink(path)
        folder = not link and os.path.isdir(path)
        if self.root:
            os.chown(path, *self.random.choice(OWNERS), follow_symlinks=False)
        if not link:
            os.chmod(path, self.random.choice(self.directory_modes if folder else self.modes))
        if self.attributes and self.random.random() < 0.4:
            self.extend(path, link, folder)
        self.touch(path)

    def extend(self, path, link, folder):
        if not link and (folder or os.path.isfile(path)):
            native.setxattr(path, *self.random.choice(self.xattrs))
        if self.system != "linux":
            return  # trusted.* and POSIX ACLs are Linux's
        if self.root and self.random.random() < 0.3:
            native.setxattr(path, *TRUSTED, follow_symlinks=False)
        if not link and self.random.random() < 0.4:
            native.setxattr(path, b"system.posix_acl_access", self.random.choice(ACLS))
        if folder and self.random.random() < 0.4 and self.default_acls:
            # An ordinary user's rsync could not enter what it makes.
            choices = ACLS if self.root else OPEN_ACLS
            native.setxattr(path, b"system.posix_acl_default", self.random.choice(choices))

    def touch(self, path):
        seconds = self.random.choice(TIMES)
        time = seconds * 10**9 + self.random.choice([0, 0, 1, 123_456_789, 999_999_999])
        os.utime(path, ns=(time, time), follow_symlinks=False)


def age(top):
    """Gives everything below `top` the same old time: differences below a second, which rsync ignores, are gone."""
    for folder, folders, files in os.walk(os.fsencode(top), topdown=False):
        for name in files + folders:
            os.utime(os.path.join(folder, name), (PAST, PAST), follow_symlinks=False)
    os.utime(top, (PAST, PAST))
