"""Runs a scenario with two programs and, where they differ, looks for the smallest world and command line that do.

`compare(one, other, scenario)` runs them in two equal worlds and raises AssertionError where they differ."""

import os
import shlex
import stat

from common import native
from common.world import compare as compare_worlds

WORLD, RUNS = "world", ("first", "second")


class Difference(Exception):
    """The two programs did not do the same; the text tells what."""


def with_rsync(one, other, scenario):
    compare_worlds(one, other, *scenario.arguments, user=scenario.user, leaders=False)


def run(scenario, folder, compare=with_rsync):
    """Builds the world in the new directory `folder` and compares; it is kept where they differ."""
    os.mkdir(folder)
    os.chmod(folder, 0o755)
    scenario.build(os.path.join(folder, WORLD))
    problem = difference(scenario, folder, compare)
    if problem:
        raise Difference(problem)


def difference(scenario, folder, compare):
    """What differs between two runs in copies of the world, or None."""
    worlds = [os.path.join(folder, name) for name in RUNS]
    for world in worlds:
        native.remove_tree(world)
        native.copy_tree(os.path.join(folder, WORLD), world)
    try:
        compare(*worlds, scenario)
    except AssertionError as found:
        return str(found)
    return None


def kind(problem):
    """Of what sort the first difference is, so that shrinking does not wander off to another one."""
    line = problem.split("\n")[1].strip()
    for word in ("exit code", "standard", "lines", "deletions", "notices", "hard_links", "errors"):
        if line.startswith(word):
            return word
    return "tree: " + (line.split(": ")[1] if ": " in line else "").split(" ")[0]


def shrink(scenario, folder, problem, compare=with_rsync):
    """Leaves out words, files and whole trees as long as the difference stays; gives its text at the end."""
    wanted = kind(problem)

    def still_differs():
        found = difference(scenario, folder, compare)
        return found if found and kind(found) == wanted else None

    progress = True
    while progress:
        progress = False
        for word in list(scenario.words):
            kept = list(scenario.words)
            scenario.words.remove(word)
            found = still_differs()
            if found:
                problem, progress = found, True
            else:
                scenario.words = kept
        for path in _removable(os.path.join(folder, WORLD)):
            found = _without(path, still_differs, folder) if os.path.lexists(path) else None
            if found:
                problem, progress = found, True
    return problem


def _without(path, still_differs, folder):
    """Takes `path` out of the world; back again if that made the difference go away."""
    parent = os.path.dirname(path)
    before = os.stat(parent)
    aside = os.path.join(os.fsencode(folder), b"aside")

    def move(source, there):
        os.rename(source, there)
        os.utime(parent, ns=(before.st_atime_ns, before.st_mtime_ns))

    move(path, aside)
    found = still_differs()
    if found:
        native.remove_tree(aside)
    else:
        move(aside, path)
    return found


def _removable(top):
    """All names below the trees of the world, those with most below them first."""
    found = []
    for folder, folders, files in os.walk(os.fsencode(top)):
        folders.sort()
        if os.path.samefile(folder, top):
            continue
        found += [os.path.join(folder, name) for name in sorted(folders + files)]
    return found


def describe(folder, scenario):
    """The world and how to run it, for a reader."""
    lines = ["arsync " + " ".join(shlex.quote(os.fsdecode(word)) for word in scenario.arguments)]
    top = os.fsencode(os.path.join(folder, WORLD))
    for parent, folders, files in os.walk(top):
        folders.sort()
        for name in sorted(folders + files):
            path = os.path.join(parent, name)
            info = os.lstat(path)
            target = " -> " + os.fsdecode(os.readlink(path)) if stat.S_ISLNK(info.st_mode) else ""
            lines.append(f"  {stat.filemode(info.st_mode)} {info.st_nlink} {info.st_uid}:{info.st_gid} {info.st_size:>7} "
                         f"{info.st_mtime_ns / 1e9:.3f} {os.path.relpath(path, top)!r}{target}")
    return "\n".join(lines)
