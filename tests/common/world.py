"""A small world for one test: a few trees in one directory, in which programs run with relative arguments."""

import os
import re
import stat
import time

from common import commands, differences, native, tree
from common.generate import PAST


class World:
    """Built once in DIR/rsync, copied to DIR/arsync when the programs run. Times default to PAST, owner to root."""

    def __init__(self, test, user=None):
        self.test = test
        self.user = user
        self.top = test.path("rsync")
        self.times = {}
        os.mkdir(self.top)

    def path(self, name):
        return os.path.join(os.fsencode(self.top), os.fsencode(name))

    def file(self, name, content=b"", *, mode=0o644, mtime=PAST):
        path = self._parents(name)
        with open(path, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        os.chmod(path, mode)
        return self._timed(path, mtime)

    def dir(self, name, *, mode=0o755, mtime=PAST):
        path = self._parents(name)
        os.makedirs(path, exist_ok=True)
        os.chmod(path, mode)
        return self._timed(path, mtime)

    def link(self, name, target, *, mtime=PAST):
        path = self._parents(name)
        os.symlink(os.fsencode(target), path)
        return self._timed(path, mtime)

    def hard(self, name, other):
        os.link(self.path(other), self._parents(name), follow_symlinks=False)

    def node(self, name, kind, device=0):
        path = self._parents(name)
        if kind == stat.S_IFIFO:
            os.mkfifo(path, 0o644)
        else:
            os.mknod(path, 0o644 | kind, device)
        return self._timed(path, PAST)

    def files(self, *names):
        """Each holds its own name."""
        for name in names:
            if name.endswith("/"):
                self.dir(name)
            else:
                self.file(name, os.fsencode(name))

    def _parents(self, name):
        path = self.path(name)
        if not native.is_name(path):
            raise native.Skip(native.NO_FOREIGN_NAMES)
        os.makedirs(os.path.dirname(path.rstrip(b"/")), exist_ok=True)
        if native.is_other_spelling(path.rstrip(b"/")):
            raise native.Skip(native.NAMES_FOLD)
        return path

    def _timed(self, path, mtime):
        self.times[path.rstrip(b"/")] = int(mtime * 10**9)
        return path

    def settle(self):
        """Gives everything its owner and time, contents before their directory."""
        for folder, folders, files in os.walk(os.fsencode(self.top), topdown=False):
            for path in [os.path.join(folder, name) for name in files + folders]:
                if native.is_of_the_system(path):
                    continue
                if self.user is not None and os.lstat(path).st_uid == 0:
                    mode = os.lstat(path).st_mode
                    os.chown(path, self.user, self.user, follow_symlinks=False)
                    if not os.path.islink(path):
                        os.chmod(path, mode & 0o7777)
                mtime = self.times.get(path, PAST * 10**9)
                os.utime(path, ns=(mtime, mtime), follow_symlinks=False)
        if self.user is not None:
            os.chown(self.top, self.user, self.user)
        os.utime(self.top, ns=(PAST * 10**9, PAST * 10**9))

    def copy(self, name):
        there = self.test.path(name)
        native.copy_tree(self.top, there)
        return there

    def fork(self, name):
        """A copy of this world, in a directory of its own, for several runs from one start."""
        other = World(Below(self.test, name), self.user)
        os.rmdir(other.top)
        native.copy_tree(self.top, other.top)
        other.times = {other.path(os.path.relpath(path, os.fsencode(self.top))): time for path,
            time in self.times.items()}
        return other

    def compare(self, *arguments, **options):
        """Both programs, the same arguments, equal worlds: equal trees, output and exit code. Gives rsync's run."""
        self.settle()
        return compare(self.top, self.copy("arsync"), *arguments, user=self.user, **options)

    def compare_again(self, *arguments, **options):
        """Another run in the worlds that compare left behind."""
        return compare(self.top, self.test.path("arsync"), *arguments, user=self.user, **options)

    def arsync(self, *arguments, **options):
        """arsync alone, for what rsync has not."""
        self.settle()
        return commands.run(commands.arsync(), *arguments, cwd=self.top, user=self.user, **options)


class Below:
    """The test's context, but in a directory below its own."""

    def __init__(self, test, name):
        os.makedirs(test.path(name), exist_ok=True)
        self.dir = test.path(name)
        self.path = lambda *parts: test.path(name, *parts)


class Compared:
    """rsync's side of a comparison that held, for further assertions."""

    def __init__(self, result, output, entries):
        self.code, self.out, self.err = result.code, result.out, result.err
        self.lines, self.deletions, self.notices = output.lines, output.deletions, output.notices
        self.tree = entries


def compare(rsync_world, arsync_world, *arguments, user=None, env=None, stdin=None, ignore=(), output=True,
            blocks=False, exit=None, leaders=True, own=(), more=()):
    """`exit`: also require this exit code. `ignore`: fields of tree.Entry. `output=False`: trees and codes only.
    `own`: paths of files that each program has in a form of its own. `more`: options for arsync that rsync has not. `leaders=False`: not which of the names of a hard-linked file is told as the one that was copied."""
    runs = []
    words = [str(argument) for argument in arguments]
    letters = "".join(word for word in words if re.fullmatch("-[a-zA-Z]+", word))
    # Names of a file may be outside the transfer.
    chosen = not set(letters) & set("ar") or "--no-r" in words or "R" in letters or any(
        word.startswith("--files-from") for word in words)
    operands = [word for word in words if not word.startswith("-")]
    rules = any(word.startswith(("--exclude", "--filter", "-C", "-F")) for word in words)
    # Lines that do not begin with what changed cannot be told from those of hard links.
    bare = any(word.startswith("--out-format") and "=%i" not in word for word in words)
    followed = set(letters) & set("Lk") or "--copy-unsafe-links" in words
    late_leaders = "H" in letters and (rules or bare or chosen or followed or "--ignore-existing" in words)
    debug = any(word.count("v") > 1 and not word.startswith("--") or "name2" in word for word in words)
    # rsync's second attempts come whenever its processes have time for them.
    second_attempts = "--append-verify" in words and len(operands) > 2
    ordered = not late_leaders and not debug and not second_attempts
    total_progress = any("progress2" in word for word in words)
    totals = len(operands) < 3 and not {"--existing", "--ignore-non-existing"} & set(words) and not any(
        word.startswith("--files-from") for word in words)
    for program, top in ((commands.rsync(), rsync_world), (commands.arsync(), arsync_world)):
        start = time.time()
        its_own = more if top == arsync_world else ()
        result = commands.run(program, *its_own, *arguments, cwd=top, user=user, env=env, stdin=stdin)
        entries = tree.mark_recent(tree.snapshot(top, blocks=blocks), start, time.time())
        entries = {path: entry for path, entry in entries.items() if path not in own}
        runs.append((result, differences.comparable(result, top, ordered, total_progress, totals), entries))
    (wanted, wanted_output, wanted_tree), (got, got_output, got_tree) = runs
    differences.allow_groups_of_directories(wanted_tree, got_tree)
    problems = [] if wanted.code == got.code else [f"exit code: rsync {wanted.code}, arsync {got.code}"]
    problems += tree.differences(wanted_tree, got_tree, ignore=ignore, names=("rsync", "arsync"))[:30]
    if not leaders:
        differences.forget_leaders(wanted_output, got_output)
    if output:
        problems += _output_differences(wanted_output, got_output)
    if problems:
        command = " ".join(os.fsdecode(os.fsencode(argument)) for argument in arguments)
        raise AssertionError(f"arsync {command}\n  " + "\n  ".join(problems) + f"\nrsync: {wanted}\narsync: {got}")
    assert exit is None or wanted.code == exit, f"the test expects exit {exit}, both programs gave {wanted.code}"
    return Compared(wanted, wanted_output, wanted_tree)


def _output_differences(wanted, got):
    problems = []
    for kind, wanted_lines in vars(wanted).items():
        got_lines = getattr(got, kind)
        same = differences.same_errors if kind == "errors" else list.__eq__
        if not same(wanted_lines, got_lines):
            missing = [line for line in wanted_lines if line not in got_lines]
            extra = [line for line in got_lines if line not in wanted_lines]
            what = "order" if not missing and not extra else f"only rsync {missing}, only arsync {extra}"
            problems.append(f"{kind}: {what}\n    rsync  {wanted_lines}\n    arsync {got_lines}")
    return problems
