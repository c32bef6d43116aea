#!/usr/bin/env python3
"""The macOS and the Linux program do the same: random trees x random options give the same lines, tree and exit code.

tests/macos/twins/random_runs.py --runs N --seed S [--user nobody]    any number by hand; stops at the first difference
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

from common import commands, darwin, differences, errnos, loader, native, runner, tree  # noqa: E402
from common.commands import NOBODY, not_root  # noqa: E402
from common.damage import Damager  # noqa: E402
from common.generate import Generator  # noqa: E402
from common.runner import cases, needs, timeout  # noqa: E402
from cross_platform.compat import random_runs as compat  # noqa: E402

# What rsync has not, or what compat cannot compare with rsync.
OWN = [[], [], ["--atomic"], ["--jobs=1"], ["--jobs=7"], ["--copy-method=readwrite"], ["--max-memory=1M"],
       ["--existing"], ["--partial"]]
# What names the call that copied: copy_file_range here, fcopyfile there.
_COPIED_BY = re.compile(rb"^Copied by: .*\n", re.M)
_RATES = re.compile(rb"(?<=bytes  )[\d,.]+[KMG]?(?= bytes/sec)|[\d.]+[kMG]?B/s +\d+:\d\d:\d\d")
_TIMES = re.compile(rb"^(File list (?:generation|transfer) time: ).*$", re.M)
# A file that is not UTF-8, or a device, has the same words on both; only error texts of the C libraries differ.
_TEXTS = {b"Cross-device link": b"Invalid cross-device link", b"Disc quota exceeded": b"Disk quota exceeded"}


def lines(result, top):
    """Everything that was said, with what must differ made equal."""
    out = _TIMES.sub(rb"\1N", _RATES.sub(b"N", _COPIED_BY.sub(b"", result.out)))
    err = b"\n".join(errnos.as_on_linux(line) for line in result.err.split(b"\n")).replace(os.fsencode(top), b"TOP")
    for macos, linux in _TEXTS.items():
        err = err.replace(linux, macos)
    return out.split(b"\n"), err.split(b"\n")


def one_run(test, seed, user=None):
    rng = random.Random(seed)
    top, twin = test.path("linux"), test.path("macos")
    os.mkdir(top)
    generator = Generator(seed, root=user is None, system="macos")
    for name in ("src", "two"):
        os.mkdir(os.path.join(top, name))
        generator.tree(os.path.join(top, name), entries=rng.choice([5, 20, 40]))
    options = rng.choice(OWN) + compat.random_options(rng)
    if "--max-delete=2" in options:
        options.append("--jobs=1")  # which deletions stay within the limit depends on which worker gets there first
    # Without -H the attributes of a file are set once for each of its names, in the order in which workers get there.
    linked = any(re.fullmatch("-[a-zA-Z]*H[a-zA-Z]*", option) for option in options)
    native.copy_tree(os.path.join(top, "src"), os.path.join(top, "dst"), links=linked)
    Damager(seed + 1, root=user is None, hard_links=linked, set_id=True, system="macos").damage(
        os.path.join(top, "dst"), rng.choice([0, 3, 12]))
    if user is not None:
        compat.open_up(top, user)
    native.copy_tree(top, twin)
    compare(top, twin, options, user)
    return options


def compare(top, twin, options, user):
    runs = []
    for program, place in ((darwin.linux_program(), top), (commands.arsync(), twin)):
        start = time.time()
        result = commands.run(program, *options, cwd=place, user=user)
        entries = tree.mark_recent(tree.snapshot(place), start, time.time())
        runs.append((result, entries, lines(result, place)))
    (linux, linux_tree, linux_lines), (macos, macos_tree, macos_lines) = runs
    differences.allow_groups_of_directories(linux_tree, macos_tree)
    problems = [] if linux.code == macos.code else [f"exit code: Linux {linux.code}, macOS {macos.code}"]
    problems += tree.differences(linux_tree, macos_tree, names=("Linux", "macOS"))[:30]
    for what, wanted, got in zip(("standard output", "standard error"), linux_lines, macos_lines):
        if wanted != got:
            only = [line for line in wanted if line not in got], [line for line in got if line not in wanted]
            problems.append(f"{what}: only Linux {only[0]}, only macOS {only[1]}" if any(only) else f"order of {what}")
    if problems:
        raise AssertionError(f"arsync {' '.join(options)}\n  " + "\n  ".join(problems) +
                             f"\nLinux: {linux}\nmacOS: {macos}")


RUNS, BATCH = 80, 10


@needs(darwin.no_linux_program, not_root)
@timeout(300)
@cases({str(number): () for number in range(RUNS // BATCH)})
def test_random_trees_and_options(t):
    batch(t, BATCH, None)


@needs(darwin.no_linux_program, not_root)
@timeout(300)
@cases({str(number): () for number in range(RUNS // BATCH // 2)})
def test_random_trees_and_options_as_ordinary_user(t):
    batch(t, BATCH, NOBODY)


def batch(t, count, user):
    for seed in range(t.seed, t.seed + count):
        folder = compat.Folder(t.path(str(seed)))
        try:
            one_run(folder, seed, user)
        except Exception as error:
            again = f"tests/macos/twins/random_runs.py --runs 1 --seed {seed}" + (" --user nobody" if user else "")
            raise AssertionError(f"{again}\n{error}") from None
        subprocess.run(["rm", "-rf", folder.top], check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--user", choices=["nobody"])
    parser.add_argument("--preset", default="macos-x86_64")
    parser.add_argument("--all", action="store_true", help="go on after a difference")
    options = parser.parse_args()
    os.environ["ARSYNC_PRESET"] = options.preset
    failed = 0
    with tempfile.TemporaryDirectory(prefix="arsync-program-") as programs:
        os.chmod(programs, 0o755)
        os.environ["ARSYNC"] = loader.make_command(commands.arsync(), programs)
        for seed in range(options.seed, options.seed + options.runs):
            top = tempfile.mkdtemp(prefix="arsync-random-")
            os.chmod(top, 0o755)
            try:
                used = one_run(compat.Folder(os.path.join(top, "w")), seed, NOBODY if options.user else None)
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
