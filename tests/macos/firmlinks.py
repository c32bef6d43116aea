"""From "/", the data volume is reached twice on macOS: through firmlinks, and as /System/Volumes/Data."""

import os
import subprocess

from common import commands, native
from common.runner import needs

no_root_of_its_own = native.not_on_a_mac("needs a root directory of its own")


def small_root(t):
    """A root directory of its own, with what the loader needs to start, and a data volume."""
    root = t.path("root")
    for name in ("usr", "bin", "lib", "lib64", "proc", "tmp", "work"):
        os.makedirs(os.path.join(root, name))
        if os.path.isdir("/" + name):
            subprocess.run(["mount", "--rbind", "/" + name, os.path.join(root, name)], check=True)
    for name in ("System/Library", "System/Volumes/Data/Users", "System/Volumes/Other"):
        os.makedirs(os.path.join(root, name))
        with open(os.path.join(root, name, "file"), "w", encoding="ascii") as file:
            file.write(name)
    return root


def copy(t, root, source):
    """Copies from within that root to DIR/dst, which /tmp or /work shows inside as well."""
    target = os.path.join(t.dir, "dst")
    rules = ["--include=/System/", "--include=/System/**", "--exclude=/*"] if source == "/" else []
    return commands.run("/usr/sbin/chroot", root, commands.arsync(), "-r", "-v", *rules, source, target, cwd="/")


def copied(t):
    top = t.path("dst")
    return sorted(os.path.relpath(os.path.join(folder, name), top) for folder, _, names in os.walk(top)
                  for name in names)


@needs(commands.not_root, no_root_of_its_own)
def test_second_way_to_the_data_volume_is_left_out_from_the_root(t):
    result = copy(t, small_root(t), "/")
    assert result.code == 0, result
    assert copied(t) == ["System/Library/file", "System/Volumes/Other/file"], result
    assert b"skipping second way to the same files: System/Volumes/Data\n" in result.out, result


@needs(commands.not_root, no_root_of_its_own)
def test_data_volume_is_copied_from_anywhere_else(t):
    result = copy(t, small_root(t), "/System/")
    assert result.code == 0, result
    assert copied(t) == ["Library/file", "Volumes/Data/Users/file", "Volumes/Other/file"], result
