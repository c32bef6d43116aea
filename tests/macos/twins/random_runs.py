#!/usr/bin/env python3
"""The macOS and the Linux program do the same: random trees x random options give the same lines, tree and exit code.

tests/macos/twins/random_runs.py MINUTES [--seed S] [--user nobody]     by hand, any number; shrinks what differs
"""

import os
import re
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from common import commands, darwin, differences, errnos, loader, tree  # noqa: E402
from common.commands import NOBODY, not_root  # noqa: E402
from common.fuzz import driver  # noqa: E402
from common.fuzz.scenario import Scenario  # noqa: E402
from common.runner import cases, needs, timeout  # noqa: E402

# What rsync has not, or what compat cannot compare with rsync.
OWN = [[], [], ["--atomic"], ["--jobs=1"], ["--jobs=7"], ["--copy-method=readwrite"], ["--max-memory=1M"],
       ["--existing"], ["--partial"]]
# What names the call that copied: copy_file_range here, fcopyfile there.
_COPIED_BY = re.compile(rb"^Copied by: .*\n", re.M)
_RATES = re.compile(rb"(?<=bytes  )[\d,.]+[KMG]?(?= bytes/sec)|[\d.]+[kMG]?B/s +\d+:\d\d:\d\d")
_TIMES = re.compile(rb"^(File list (?:generation|transfer) time: ).*$", re.M)
# A file that is not UTF-8, or a device, has the same words on both; only error texts of the C libraries differ.
_TEXTS = {b"Cross-device link": b"Invalid cross-device link", b"Disc quota exceeded": b"Disk quota exceeded"}


def lines(result, top, from_macos):
    """Everything that was said, with what must differ made equal."""
    out = _TIMES.sub(rb"\1N", _RATES.sub(b"N", _COPIED_BY.sub(b"", result.out)))
    err = result.err.replace(os.fsencode(top), b"TOP")
    if from_macos:
        err = b"\n".join(errnos.as_on_linux(line) for line in err.split(b"\n"))
    for macos, linux in _TEXTS.items():
        err = err.replace(linux, macos)
    return out.split(b"\n"), err.split(b"\n")


class TwinScenario(Scenario):
    """With arsync's own options, in worlds that macOS can hold."""

    system = "macos"

    def __post_init__(self):
        super().__post_init__()
        # Modes of symlinks, which %B shows, are what the system makes of them.
        self.words = self.random.choice(OWN) + [word.replace("%B ", "") for word in self.words]


def compare(top, twin, scenario):
    runs = []
    for program, place in ((darwin.linux_program(), top), (commands.arsync(), twin)):
        start = time.time()
        result = commands.run(program, *scenario.arguments, cwd=place, user=scenario.user)
        entries = tree.mark_recent(tree.snapshot(place), start, time.time())
        runs.append((result, entries, lines(result, place, program == commands.arsync())))
    (linux, linux_tree, linux_lines), (macos, macos_tree, macos_lines) = runs
    differences.allow_groups_of_directories(linux_tree, macos_tree)
    problems = [] if linux.code == macos.code else [f"exit code: Linux {linux.code}, macOS {macos.code}"]
    problems += tree.differences(linux_tree, macos_tree, names=("Linux", "macOS"))[:30]
    for what, wanted, got in zip(("standard output", "standard error"), linux_lines, macos_lines):
        if wanted != got:
            only = [line for line in wanted if line not in got], [line for line in got if line not in wanted]
            problems.append(f"{what}: only Linux {only[0]}, only macOS {only[1]}" if any(only) else f"order of {what}")
    if problems:
        raise AssertionError(f"arsync {scenario}\n  " + "\n  ".join(problems) +
                             f"\nLinux: {linux}\nmacOS: {macos}")


RUNS, BATCH = 80, 10
AGAIN = "tests/macos/twins/random_runs.py"


@needs(darwin.no_linux_program, not_root)
@timeout(300)
@cases({str(number): (number,) for number in range(RUNS // BATCH)})
def test_random_trees_and_options(t, number):
    driver.batch(t, (t.seed * RUNS + number) * BATCH, BATCH, TwinScenario, AGAIN, compare)


@needs(darwin.no_linux_program, not_root)
@timeout(300)
@cases({str(number): (number,) for number in range(RUNS // BATCH // 2)})
def test_random_trees_and_options_as_ordinary_user(t, number):
    driver.batch(t, (t.seed * RUNS + number) * BATCH, BATCH, TwinScenario, AGAIN, compare, NOBODY)


def main():
    options = driver.parser(AGAIN, __doc__.split("\n", maxsplit=1)[0])
    options.add_argument("--preset", default="macos-x86_64")
    chosen = options.parse_args()
    os.environ["ARSYNC_PRESET"] = chosen.preset
    with tempfile.TemporaryDirectory(prefix="arsync-program-") as programs:
        os.chmod(programs, 0o755)
        os.environ["ARSYNC"] = loader.make_command(commands.arsync(), programs)
        return driver.drive(chosen, TwinScenario, compare)


if __name__ == "__main__":
    sys.exit(main())
