#!/usr/bin/env python3
"""Random trees x random options, with a damaged destination: rsync and arsync must agree.

tests/cross_platform/compat/random_runs.py --runs N --seed S [--user nobody]    any number by hand; stops at the first difference
"""

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from common import native, runner  # noqa: E402
from common.commands import NOBODY, no_rsync, not_root  # noqa: E402
from common.damage import Damager  # noqa: E402
from common.generate import Generator  # noqa: E402
from common.runner import cases, needs  # noqa: E402
from common.world import compare  # noqa: E402

BASES = ["-a"] * 6 + ["-rlpt", "-r", "-rlt", "-rt", "-rlptD", "-aHAX", "-aHAX", "-aH", "-aX", "-aA"]
SWITCHES = ["-c", "-u", "-I", "-W", "-S", "-O", "-J", "-H", "-A", "-X", "-x", "-h", "-n", "--size-only", "--existing",
            "--ignore-existing", "--inplace", "--numeric-ids", "--force", "--no-p", "--no-t", "--no-o", "--no-g",
            "--no-D", "--no-l", "--stats", "-C", "-q"]
DELETIONS = [[], [], ["--delete"], ["--delete"], ["--del"], ["--delete", "--delete-excluded"], ["--delete",
    "--max-delete=2"],
             ["--delete", "--force"], ["--delete", "--ignore-errors"]]
PATTERNS = ["a", "b*", "*.txt", "/a", "extra*", "*/", "b/", "**a", "[a-m]*", "?", "*\\*", "r*", "/*/a", "z*", "*~",
    "a/**", "é*"]
RULES = ["--exclude={}", "--exclude={}", "--include={}", "--filter=P {}", "--filter=H {}", "--filter=R {}",
    "--filter=-! {}", "--filter=-p {}"]
SOURCES = [["src/"]] * 5 + [["src"], ["src/", "two/"], ["src", "two"], ["src/", "missing"]]


def random_options(rng):
    options = [rng.choice(BASES), rng.choice(["-i", "-i", "-ii", "-v", "-vi", "-v", "-vv"])]
    options += rng.sample(SWITCHES, rng.choice([0, 0, 1, 1, 2, 3]))
    for _ in range(rng.choice([0, 0, 0, 1, 2, 3])):
        options.append(rng.choice(RULES).format(rng.choice(PATTERNS)))
    options += rng.choice(DELETIONS) + rng.choice(SOURCES) + ["dst/"]
    # -nHI, and -A or -X without -p: see common/differences.py.
    letters = "".join(option for option in options if re.fullmatch("-[a-zA-Z]+", option))
    if set("HI") <= set(letters):
        options = [option for option in options if option != "-n"]
    if set(letters) & set("AX"):
        options = [option for option in options if option != "--no-p"] + ([] if set(letters) & set("apA") else ["-p"])
    return options


def one_run(test, seed, user=None):
    """One world from `seed`; gives the arguments that were used."""
    rng = random.Random(seed)
    top = test.path("rsync")
    os.mkdir(top)
    generator = Generator(seed, root=None if user is None else False)
    for name in ("src", "two"):
        os.mkdir(os.path.join(top, name))
        generator.tree(os.path.join(top, name), entries=rng.choice([5, 20, 40]))
    options = random_options(rng)
    # Without -H, setting the attributes of one name of a linked file at the destination changes what is found at its
    # other names, sooner or later: that would be compared with chance.
    linked = any(option.startswith("-") and not option.startswith("--") and "H" in option for option in options)
    native.copy_tree(os.path.join(top, "src"), os.path.join(top, "dst"), links=linked)
    # Of a destination file with set-id bits rsync's -i does not tell that the owner changed: chown clears the bits.
    damager = Damager(seed + 1, root=None if user is None else False, hard_links=linked, set_id=False)
    damager.damage(os.path.join(top, "dst"), rng.choice([0, 3, 12]))
    if user is not None:
        open_up(top, user)
    native.copy_tree(top, test.path("arsync"))
    compare(top, test.path("arsync"), *options, user=user)
    return options


def open_up(top, user):
    """The user's own tree, with directories that can be read, as errors are for the tests in errors.py."""
    for folder, folders, files in os.walk(os.fsencode(top)):
        for path in [folder] + [os.path.join(folder, name) for name in files + folders]:
            info = os.lstat(path)
            os.chown(path, user, user, follow_symlinks=False)
            if not os.path.islink(path):
                os.chmod(path, info.st_mode & 0o7777 | (0o700 if os.path.isdir(path) else 0o600))
            os.utime(path, ns=(info.st_mtime_ns, info.st_mtime_ns), follow_symlinks=False)


RUNS, BATCH = 60, 10


@needs(no_rsync)
@cases({str(number): () for number in range(RUNS // BATCH)})
def test_random_trees_and_options(t):
    _batch(t, BATCH, None)


@needs(no_rsync, not_root)
@cases({str(number): () for number in range(RUNS // BATCH // 2)})
def test_random_trees_and_options_as_ordinary_user(t):
    _batch(t, BATCH, NOBODY)


def _batch(t, count, user):
    for seed in range(t.seed, t.seed + count):
        folder = Folder(t.path(str(seed)))
        try:
            one_run(folder, seed, user)
        except Exception as error:
            again = f"tests/cross_platform/compat/random_runs.py --runs 1 --seed {seed}" + (" --user nobody" if user else "")
            raise AssertionError(f"{again}\n{error}") from None
        native.remove_tree(folder.top)


class Folder:
    def __init__(self, top):
        self.top = top
        os.mkdir(top)
        os.chmod(top, 0o755)

    def path(self, name):
        return os.path.join(self.top, name)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--user", choices=["nobody"])
    parser.add_argument("--all", action="store_true", help="go on after a difference")
    options = parser.parse_args()
    failed = 0
    for seed in range(options.seed, options.seed + options.runs):
        top = tempfile.mkdtemp(prefix="arsync-random-")
        os.chmod(top, 0o755)
        try:
            used = one_run(Folder(os.path.join(top, "w")), seed, NOBODY if options.user else None)
            print(f"seed {seed}: " + " ".join(used), flush=True)
        except AssertionError as error:
            failed += 1
            print(f"seed {seed} DIFFERS, kept in {top}\n{error}", flush=True)
            if not options.all:
                return 1
            continue
        subprocess.run(["rm", "-rf", top], check=True)
    print(runner.Totals(options.runs - failed, failed, 0))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
