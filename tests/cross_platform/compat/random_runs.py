#!/usr/bin/env python3
"""Random trees x random options, with a damaged destination: rsync and arsync must agree.

./dev fuzz-compat MINUTES [--seed S] [--user nobody] [--selection] [--batches]     by hand, any number; shrinks what differs
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from common import commands  # noqa: E402
from common.commands import NOBODY, no_rsync, not_root  # noqa: E402
from common.fuzz import driver  # noqa: E402
from common.fuzz.batches import with_batch  # noqa: E402
from common.fuzz.machine import with_rsync  # noqa: E402
from common.fuzz.scenario import Scenario  # noqa: E402
from common.fuzz.selection import SelectionScenario  # noqa: E402
from common.runner import cases, needs  # noqa: E402

RUNS, BATCH = 120, 10
AGAIN = "./dev fuzz-compat"


def not_here():
    """Part of the random worlds is what macOS cannot hold or has not; there the Linux program is the measure."""
    return "macos/twins:random_runs has those of macOS" if commands.system() == "macos" else None


@needs(not_here, no_rsync)
@cases({str(number): (number,) for number in range(RUNS // BATCH)})
def test_random_trees_and_options(t, number):
    driver.batch(t, _first(t, number), BATCH, Scenario, AGAIN)


@needs(not_here, no_rsync, not_root)
@cases({str(number): (number,) for number in range(RUNS // BATCH // 2)})
def test_random_trees_and_options_as_ordinary_user(t, number):
    driver.batch(t, _first(t, number), BATCH, Scenario, AGAIN, user=NOBODY)


@needs(not_here, no_rsync, not_root)
@cases({str(number): (number,) for number in range(RUNS // BATCH // 2)})
def test_random_ways_to_choose_names(t, number):
    driver.batch(t, _first(t, number), BATCH, SelectionScenario, f"{AGAIN} --selection")


@needs(not_here, no_rsync, not_root)
@cases({str(number): (number,) for number in range(RUNS // BATCH // 2)})
def test_random_batches(t, number):
    driver.batch(t, _first(t, number), BATCH, Scenario, f"{AGAIN} --batches", with_batch)


def _first(t, number):
    return (t.seed * RUNS + number) * BATCH


def main():
    options = driver.parser(AGAIN, __doc__.split("\n", maxsplit=1)[0])
    options.add_argument("--selection", action="store_true", help="random ways to choose names")
    options.add_argument("--batches", action="store_true", help="each run writes a batch, which is applied elsewhere")
    chosen = options.parse_args()
    if chosen.selection and chosen.user:
        options.error("--selection makes trees of root's")
    make = SelectionScenario if chosen.selection else Scenario
    return driver.drive(chosen, make, with_batch if chosen.batches else with_rsync)


if __name__ == "__main__":
    sys.exit(main())
