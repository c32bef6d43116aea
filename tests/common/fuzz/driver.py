"""What the suites and the command lines with random runs have in common."""

import argparse
import os
import tempfile
import time

from common import native, runner
from common.commands import NOBODY
from common.fuzz import machine


def batch(t, first, count, make, again, compare=machine.with_rsync, user=None):
    """`count` scenarios, made of the seeds from `first` on, in a test; `again`: the command that repeats one."""
    for seed in range(first, first + count):
        folder = t.path(str(seed))
        try:
            machine.run(make(seed, user), folder, compare)
        except machine.Difference as found:
            repeat = f"{again} --runs 1 --seed {seed}" + (" --user nobody" if user else "")
            raise AssertionError(f"{repeat}\n{found}") from None
        native.remove_tree(folder)


def parser(program, text):
    options = argparse.ArgumentParser(prog=program, description=text)
    options.add_argument("minutes", type=float, nargs="?", default=0)
    options.add_argument("--runs", type=int, default=0, help="so many runs instead of minutes")
    options.add_argument("--seed", type=int, default=int(time.time()) * 1000)
    options.add_argument("--user", choices=["nobody"], help="as an ordinary user")
    options.add_argument("--all", action="store_true", help="go on after a difference")
    options.add_argument("--no-shrink", action="store_true", help="show the difference as it was found")
    options.add_argument("-v", "--verbose", action="store_true", help="print each command line")
    return options


def drive(options, make, compare=machine.with_rsync):
    """Runs by hand: as long or as many as the options say. Gives the exit code."""
    if not options.minutes and not options.runs:
        raise SystemExit("how long? MINUTES or --runs N")
    ends = time.monotonic() + 60 * options.minutes
    totals = runner.Totals()
    seed = options.seed
    while seed < options.seed + options.runs if options.runs else time.monotonic() < ends:
        _one(make(seed, NOBODY if options.user else None), options, totals, compare)
        if totals.failed and not options.all:
            break
        seed += 1
    print(totals)
    return 1 if totals.failed else 0


def _one(scenario, options, totals, compare):
    top = tempfile.mkdtemp(prefix="arsync-fuzz-")
    os.chmod(top, 0o755)
    folder = os.path.join(top, "w")
    if options.verbose:
        print(f"seed {scenario.seed}: {scenario}", flush=True)
    try:
        machine.run(scenario, folder, compare)
    except machine.Difference as found:
        totals.failed += 1
        print(f"seed {scenario.seed} DIFFERS: {scenario}", flush=True)
        problem = str(found)
        if not options.no_shrink:
            problem = machine.shrink(scenario, folder, problem, compare)
        print(f"{problem}\n{machine.describe(folder, scenario)}\nkept in {folder}", flush=True)
        return
    totals.passed += 1
    native.remove_tree(top)
