#!/usr/bin/env python3
"""Runs test suites: unit cli compat fs race fault layers (all of them by default).

tests/run.py [SUITE ...] [--preset release] [-k PART] [--seed N] [--long] [-j N] [-v] [--keep]

$ARSYNC names another program than build/PRESET/arsync. The last line is `N passed, N failed, N skipped`.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from lib import commands, mounts, runner  # noqa: E402  (needs the path above)

PYTHON_SUITES = ("cli", "compat", "fs", "race", "fault", "layers")
SUITES = ("unit",) + PYTHON_SUITES


def main():
    options = arguments()
    os.environ["ARSYNC_PRESET"] = options.preset
    os.environ["ARSYNC"] = str(Path(commands.arsync()).resolve())
    tell_what_is_missing()
    totals = runner.Totals()
    with tempfile.TemporaryDirectory(prefix="arsync-program-") as folder:
        os.environ["ARSYNC"] = for_everybody(os.environ["ARSYNC"], folder)
        for suite in options.suites:
            start = time.monotonic()
            part = unit(options) if suite == "unit" else python_suite(suite, options)
            totals.add(part)
            print(f"{suite}: {part} ({time.monotonic() - start:.0f} s)", flush=True)
    print(totals)
    return 1 if totals.failed else 0


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("suites", nargs="*", metavar="SUITE")
    parser.add_argument("--preset", default="release")
    parser.add_argument("-k", metavar="PART", default="", help="only tests with this in their name")
    parser.add_argument("--seed", type=int, default=int(time.time()) % 1_000_000)
    parser.add_argument("--long", action="store_true", help="also the long tests")
    parser.add_argument("-j", "--jobs", type=int, default=2)
    parser.add_argument("-v", "--verbose", action="store_true", help="also name the tests that pass")
    parser.add_argument("--keep", action="store_true", help="keep the tests' directories")
    options = parser.parse_args()
    options.suites = options.suites or SUITES
    if unknown := set(options.suites) - set(SUITES):
        parser.error(f"no such suite: {' '.join(sorted(unknown))} (there are: {' '.join(SUITES)})")
    print(f"seed {options.seed}")
    return options


def tell_what_is_missing():
    for reason in filter(None, (commands.not_root(), commands.no_rsync(), commands.no_arsync(), mounts.no_loop())):
        print(f"note: {reason}; tests that need it are skipped")


def for_everybody(program, folder):
    """Some tests run as nobody, who may not be able to reach a build below a private directory: then a copy is run."""
    path = Path(program)
    reachable = all(parent.stat().st_mode & 0o001 for parent in path.parents if parent.exists())
    if reachable or not path.exists():
        return program
    os.chmod(folder, 0o755)
    return shutil.copy(path, Path(folder) / path.name)


def python_suite(suite, options):
    place = runner.TESTS / "check_layers.py" if suite == "layers" else runner.TESTS / suite
    tests = [test for test in runner.discover(place) if options.k in test.name]
    if suite != "layers" and commands.no_arsync() and not (suite == "fault"):
        for test in tests:
            test.function = runner.needs(commands.no_arsync)(test.function)
    return runner.run_tests(tests, seed=options.seed, jobs=options.jobs, run_long=options.long, keep=options.keep,
                            verbose=options.verbose)


def unit(options):
    program = commands.PROJECT / "build" / options.preset / "tests" / "unit_tests"
    if not program.exists():
        print(f"skipped unit: {program} is not built")
        return runner.Totals(skipped=1)
    chosen = [f"--gtest_filter=*{options.k}*"] if options.k else []
    result = subprocess.run([program, "--gtest_brief=1", *chosen], capture_output=True, text=True, check=False)
    passed, failed, skipped = (int(found[1]) if (found := re.search(pattern, result.stdout)) else 0 for pattern in
                               (r"\[  PASSED  \] (\d+) test", r"\[  FAILED  \] (\d+) test",
                                   r"\[  SKIPPED \] (\d+) test"))
    if result.returncode:
        print(result.stdout + result.stderr)
    return runner.Totals(passed, failed or int(result.returncode != 0), skipped)


if __name__ == "__main__":
    sys.exit(main())
