"""Random damage to the copy of a tree, as years of use and a few accidents would do. The same seed does the same."""

import os
import random
import shutil

from common import native
from common.generate import Generator


class Damager:
    def __init__(self, seed, *, retypes_directories=True, **generator_options):
        self.retypes_directories = retypes_directories
        self.random = random.Random(seed)
        self.generator = Generator(seed + 1, **generator_options)

    def damage(self, top, strokes=12):
        """Does `strokes` random things below `top`; directories get their old times back now and then only."""
        top = os.fsencode(top)
        for _ in range(strokes):
            paths = self._everything(top)
            stroke = self.random.choice([self.delete, self.change, self.change, self.dress, self.dress, self.extra,
                                         self.extra, self.retype, self.unlink_group, self.same_size, self.sub_second])
            if stroke == self.extra or not paths:
                self.extra(self.random.choice([top] + [path for path in paths if _is_dir(path)]))
            else:
                stroke(self.random.choice(paths))
        for path in reversed(self._everything(top)):
            if _is_dir(path):
                self.generator.touch(path)
        self.generator.touch(top)

    @staticmethod
    def _everything(top):
        found = []
        for folder, folders, files in os.walk(top):
            folders.sort()
            found += [os.path.join(folder, name) for name in sorted(folders + files)]
        return found

    def delete(self, path):
        if _is_dir(path):
            shutil.rmtree(path)
        else:
            os.unlink(path)

    def change(self, path):
        """New content, and so another size or time; of a hard-link group this changes all names."""
        if _is_file(path):
            self.generator.write(path)
            self.generator.touch(path)
        elif not _is_dir(path):
            self.retype(path)

    def same_size(self, path):
        """Other bytes, same size and time: only -c and -I see that."""
        if _is_file(path) and os.path.getsize(path):
            info = os.stat(path)
            with open(path, "r+b") as file:
                byte = file.read(1)
                file.seek(0)
                file.write(bytes([byte[0] ^ 0x55]))
            os.utime(path, ns=(info.st_atime_ns, info.st_mtime_ns))

    def sub_second(self, path):
        info = os.lstat(path)
        time = info.st_mtime_ns // 10**9 * 10**9 + self.random.randint(0, 999_999_999)
        os.utime(path, ns=(time, time), follow_symlinks=False)

    def dress(self, path):
        self.generator.dress(path)

    def extra(self, folder):
        if not _is_dir(folder):
            return
        path = os.path.join(folder, b"extra-" + self.generator.name()[:200])
        if os.path.lexists(path):
            return
        self.generator.entry(path)
        if _is_dir(path) and self.random.random() < 0.7:
            self.generator.entry(path + b"/inside", deeper=False)
            self.generator.dress(path + b"/inside")
        self.generator.dress(path)

    def retype(self, path):
        """Something else under the same name: a directory for a file, a file for a directory, ..."""
        if _is_dir(path) and not self.retypes_directories:
            return
        self.delete(path)
        self.generator.entry(path)
        self.generator.dress(path)

    def unlink_group(self, path):
        """The name becomes a file of its own, with the same attributes."""
        if _is_file(path) and os.stat(path).st_nlink > 1:
            native.copy_tree(path, path + b".own", check=False)
            if os.path.lexists(path + b".own"):
                os.rename(path + b".own", path)


def _is_dir(path):
    return os.path.isdir(path) and not os.path.islink(path)


def _is_file(path):
    return os.path.isfile(path) and not os.path.islink(path)
