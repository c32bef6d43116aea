#!/usr/bin/env python3
"""Runs test suites: unit cli compat fs race fault layers, and for presets macos-*: unit cli compat race macos twins.

Without a name all suites of the preset's system are run. The macOS program runs on Linux through build/tools/machorun;
on a Mac the preset is release as well.

tests/run.py [SUITE ...] [--preset release] [-k PART] [--seed N] [--long] [-j N] [-v] [--keep] [--part I/N]

$ARSYNC names another program than build/PRESET/arsync. The last line is `N passed, N failed, N skipped`.
"""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from common import commands, loader, mounts, native, runner  # noqa: E402  (needs the path above)

PLACES = {"cli": "cross_platform/cli", "compat": "cross_platform/compat", "race": "cross_platform/race",
          "fs": "linux/fs", "fault": "linux/fault", "macos": "macos", "twins": "macos/twins",
          "layers": "check_layers.py"}
SUITES = {"linux": ("unit", "cli", "compat", "fs", "race", "fault", "layers"),
          "macos": ("unit", "cli", "compat", "race", "macos", "twins")}


def main():
    options = arguments()
    # A shell lets its background jobs, and so all that they run, ignore the one, nohup the other; tests need both.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    if native.MAC and os.geteuid() == 0:
        tempfile.tempdir = "/private/tmp"  # of root's own directory nobody can reach what is inside
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
    parser.add_argument("--part", type=fraction, metavar="I/N",
                        help="of tables with many cases only each N-th, from the I-th on")
    options = parser.parse_args()
    os.environ["ARSYNC_PRESET"] = options.preset
    options.suites = options.suites or SUITES[commands.system()]
    if unknown := set(options.suites) - {"unit", *PLACES}:
        parser.error(f"no such suite: {' '.join(sorted(unknown))} (there are: unit {' '.join(PLACES)})")
    print(f"seed {options.seed}")
    return options


def fraction(text):
    found = re.fullmatch(r"([1-9]\d*)/([1-9]\d*)", text)
    if not found or int(found[1]) > int(found[2]):
        raise argparse.ArgumentTypeError(f'"{text}" is not I/N')
    return int(found[1]), int(found[2])


def tell_what_is_missing():
    for reason in filter(None, (commands.not_root(), commands.no_rsync(), commands.no_arsync(), mounts.no_loop(),
                                loader.no_loader())):
        print(f"note: {reason}; tests that need it are skipped")


def for_everybody(program, folder):
    """Some tests run as nobody, who may not be able to reach a build below a private directory: then a copy is run."""
    if loader.is_needed() and not loader.no_loader() and os.path.exists(program):
        os.chmod(folder, 0o755)
        return loader.make_command(program, folder)
    path = Path(program)
    reachable = all(parent.stat().st_mode & 0o001 for parent in path.parents if parent.exists())
    if reachable or not path.exists():
        return program
    os.chmod(folder, 0o755)
    return shutil.copy(path, Path(folder) / path.name)


def python_suite(suite, options):
    tests = [test for test in runner.discover(runner.TESTS / PLACES[suite]) if options.k in test.name]
    if options.part:
        tests = runner.part_of(tests, *options.part)
    needed = {"layers": (), "fault": ()}.get(suite, (commands.no_arsync, loader.no_loader))
    needed += (commands.not_macos,) if suite in ("macos", "twins") else ()
    needed += (commands.not_linux,) if suite in ("fs", "fault") else ()
    for test in tests:
        test.function = runner.needs(*needed)(test.function)
    return runner.run_tests(tests, seed=options.seed, jobs=options.jobs, run_long=options.long, keep=options.keep,
                            verbose=options.verbose)


def unit(options):
    program = commands.PROJECT / "build" / options.preset / "tests" / "unit_tests"
    if not program.exists():
        print(f"skipped unit: {program} is not built")
        return runner.Totals(skipped=1)
    if reason := loader.no_loader():
        print(f"skipped unit: {reason}")
        return runner.Totals(skipped=1)
    chosen = [f"--gtest_filter=*{options.k}*"] if options.k else []
    result = subprocess.run([*loader.prefix(), program, "--gtest_brief=1", *chosen], capture_output=True, text=True,
                            errors="backslashreplace", check=False)
    passed, failed, skipped = (int(found[1]) if (found := re.search(pattern, result.stdout)) else 0 for pattern in
                               (r"\[  PASSED  \] (\d+) test", r"\[  FAILED  \] (\d+) test",
                                   r"\[  SKIPPED \] (\d+) test"))
    if result.returncode:
        print(result.stdout + result.stderr)
    return runner.Totals(passed, failed or int(result.returncode != 0), skipped)


if __name__ == "__main__":
    sys.exit(main())
