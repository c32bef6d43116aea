"""One random world with the command line that is run in it."""

import os
import random
import stat
from dataclasses import dataclass, field

from common import native
from common.damage import Damager
from common.fuzz import catalogue
from common.generate import PAST, Generator


@dataclass
class Scenario:
    """Made of its seed alone. `user`: as whom the programs run, None for oneself."""
    seed: int
    user: int | None = None
    words: list = field(default_factory=list)
    sources: list = field(default_factory=list)
    destination: str = "dst/"
    alternates: list = field(default_factory=list)  # trees beside the destination
    files: dict = field(default_factory=dict)       # list and rule files: {path: text}
    set_id: bool = True                             # files may have set-id bits
    loops: bool = True                              # symbolic links may lead upwards

    system = None  # whose programs can keep what is made; None: that of the program under test

    def __post_init__(self):
        self.random = random.Random(self.seed)
        self.entries = self.random.choice([5, 20, 40])
        self.strokes = self.random.choice([0, 3, 12])
        self.words = catalogue.command_words(self)
        if catalogue.has_letter(self.words, "H") and "missing" not in self.sources:
            self.sources = self.sources[:1]  # rsync may break off: "hard-link gnum precedes flist start"
        if catalogue.has(self.words, catalogue.MERGE_FILES) and any(one.endswith(("/", "/.")) for one in self.sources):
            # Several directories merged into one: whose merge files count there depends on how rsync recurses.
            self.sources = self.sources[:1]
        if catalogue.has_letter(self.words, "m"):
            # Of a directory that is named twice, or that two sources have, rsync does not see that it is empty.
            self.sources = self.sources[:1]
            self.words = [word for word in self.words if word != "-m" or "list" not in self.files]
        if "--ignore-existing" in self.words:
            # Of a file in the place of a directory rsync changes the time, and fails on each name below.
            self.sources = self.sources[:1]
            self.words = [word for word in self.words if word != "--no-R"]
        if "list" in self.files or any(one.startswith(("src/a", "src/./a")) for one in self.sources):
            # Of the very first name rsync does not ask the merge file of its directory.
            self.files.pop("src/.rsync-filter", None)
        if self.user is not None and catalogue.has(self.words, "--(chown|usermap|groupmap)=.*|-L|--copy-unsafe-links"):
            # rsync leaves files whose owner it cannot set unfinished.
            self.words = [word for word in self.words if word != "--super"]
        if self.random.random() < 0.05 and "--fake-super" not in self.words:  # which is for a new tree
            self.destination = self.random.choice(["new", "new/", "dst", "dst/a"])
            if self.destination == "dst/a" and catalogue.has(self.words, "-L"):
                self.destination = "dst"  # where "a" cannot be a directory rsync breaks off, and may have told of broken links

    @property
    def arguments(self):
        return [*self.words, *self.sources, self.destination]

    def __str__(self):
        return " ".join(os.fsdecode(os.fsencode(argument)) for argument in self.arguments)

    def build(self, top):
        """Makes the world in the directory `top`."""
        os.mkdir(top)
        root = None if self.user is None else False
        longest = 200 if "-b" in self.words else 255  # rsync gives up where a suffix makes a name too long
        # Of a directory with the sticky bit and an ACL rsync loses the access of the owning group.
        sticky = not catalogue.has_letter(self.words, "A")
        # Of a file in the place of a directory rsync changes the time, and fails on each name below.
        retypes = "--ignore-existing" not in self.words
        # Of a linked file rsync makes the last name first, arsync the one that it meets first: whose directory hands
        # its ACL on is another one.
        default_acls = catalogue.has_letter(self.words, "A") or not catalogue.has_letter(self.words, "H")
        # Several files at the destination become one, whose xattrs and ACL stay where the options do not ask for them.
        letters = [letter for letter in "AX" if catalogue.has_letter(self.words, letter)]
        attributes = not catalogue.has_letter(self.words, "H") or len(letters) == 2
        generator = Generator(self.seed, attributes=attributes, root=root, loops=self.loops, set_id=self.set_id, longest=longest,
                              system=self.system, sticky=sticky, default_acls=default_acls)
        for name in ("src", "two"):
            os.mkdir(os.path.join(top, name))
            generator.tree(os.path.join(top, name), entries=self.entries)
        # Without -H, setting the attributes of one name of a linked file at the destination changes what is found at
        # its other names, sooner or later: that would be compared with chance.
        linked = catalogue.has_letter(self.words, "H")
        for number, name in enumerate(["dst", *self.alternates]):
            native.copy_tree(os.path.join(top, "src"), os.path.join(top, name), links=linked)
            # Of a destination file with set-id bits rsync's -i does not tell that the owner changed: chown clears them.
            damager = Damager(self.seed + 1 + number, root=root, attributes=attributes, hard_links=linked, set_id=False, loops=self.loops,
                              longest=longest, system=self.system, sticky=sticky, retypes_directories=retypes,
                              default_acls=default_acls)
            damager.damage(os.path.join(top, name), self.strokes)
            self._clear_the_way(top, name)
        os.mkdir(os.path.join(top, "tmp"))
        for path, text in self.files.items():
            self._write(os.path.join(top, path), text)
        if self.user is not None:
            give_away(top, self.user)
        for path in (os.path.join(top, "tmp"), top):
            os.utime(path, (PAST, PAST))

    def _clear_the_way(self, top, name):
        """Removes what rsync cannot replace well."""
        tree = os.fsencode(os.path.join(top, name))
        for folder, folders, files in os.walk(tree):
            before = os.stat(folder)
            for path in [os.path.join(folder, one) for one in files + folders]:
                below = os.path.relpath(path, tree)
                sources = [os.path.join(os.fsencode(top), source, below) for source in (b"src", b"two")]
                if any(self._replaces_badly(os.lstat(path), os.lstat(one)) for one in sources if os.path.lexists(one)):
                    native.remove_tree(path) if stat.S_ISDIR(os.lstat(path).st_mode) else os.unlink(path)
            os.utime(folder, ns=(before.st_atime_ns, before.st_mtime_ns))

    def _replaces_badly(self, present, wanted):
        """A block device and a character device of one number are the same to rsync.
        Without -p it gives what comes in the place of a link its mode: devices, copies from alternate trees; the latter
        in the place of a device or special file as well.
        -H: a directory in the place of a linked file it removes when it first comes to it, arsync when the file is there;
        -HA: it wants to know a default ACL of it, and fails.
        -L: after a link that leads nowhere arsync empties no directory, rsync does.
        -y: a similar file that has been replaced by something else meanwhile it cannot open.
        --max-delete: whose way is made before others are deleted depends on who comes first."""
        kind = stat.S_IFMT(wanted.st_mode)
        devices = (stat.S_IFCHR, stat.S_IFBLK)
        there = stat.S_IFMT(present.st_mode)
        if kind in devices and there in devices and kind != there:
            return True
        if there not in (stat.S_IFREG, stat.S_IFDIR) and not catalogue.keeps_modes(self.words):
            return kind in devices and there == stat.S_IFLNK or kind == stat.S_IFREG and bool(self.alternates)
        if catalogue.has(self.words, "-y") and there == stat.S_IFREG and kind != stat.S_IFREG:
            return True
        if catalogue.has(self.words, "--max-delete=.*|-L|--copy-unsafe-links") and there == stat.S_IFDIR and kind != stat.S_IFDIR:
            return True
        return catalogue.has_letter(self.words, "H") and stat.S_ISDIR(present.st_mode) and kind == stat.S_IFREG and wanted.st_nlink > 1

    @staticmethod
    def _write(path, text):
        folder = os.path.dirname(path)
        if not os.path.isdir(folder) or os.path.islink(folder):
            return
        before = os.stat(folder)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.utime(path, (PAST, PAST))
        os.utime(folder, ns=(before.st_atime_ns, before.st_mtime_ns))


def give_away(top, user):
    """The user's own tree, with directories that can be read, as errors are for the tests in errors.py."""
    for folder, folders, files in os.walk(os.fsencode(top)):
        for path in [folder] + [os.path.join(folder, name) for name in files + folders]:
            info = os.lstat(path)
            os.chown(path, user, user, follow_symlinks=False)
            if not os.path.islink(path):
                os.chmod(path, info.st_mode & 0o7777 | (0o700 if os.path.isdir(path) else 0o600))
            os.utime(path, ns=(info.st_mtime_ns, info.st_mtime_ns), follow_symlinks=False)
