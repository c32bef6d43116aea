"""docs/RSYNC_COMPARISON.md: every option has a row, and every row names tests that are there and know the option."""

import re

from common import commands
from common.runner import TESTS
from common.world import World

PAGE = commands.PROJECT / "docs" / "RSYNC_COMPARISON.md"
_ROW = re.compile(r"^\| (.*) \|$", re.M)
_OPTION = re.compile(r"`(--?[\w@-]+)")


def rows():
    """(options of the first cell, tests of the last one) for each row of the tables option by option."""
    text = PAGE.read_text(encoding="utf-8").partition("## Option by option")[2]
    cells = [row[1].split(" | ") for row in _ROW.finditer(text)]
    return [(set(_OPTION.findall(row[0])), re.findall(r"`(\w+/\w+\.(?:py|cc))`", row[-1])) for row in cells]


def options_of_help(t):
    """Of each option all spellings, from `arsync --help`: "--verbose, -v  tell more"."""
    text = World(t).arsync("--help").out.decode()
    lines = [re.match(r"(-.*?)  ", line.strip()) for line in text.split("\n")]
    found = [set(re.findall(r"(?<![\w-])--?[\w@-]+", line[1])) for line in lines if line]
    return [names for names in found if names != {"--no-OPTION"}]


def test_every_option_has_a_row(t):
    described = set().union(*(options for options, _ in rows()))
    listed = options_of_help(t)
    assert len(listed) > 150, listed
    missing = [names for names in listed if not names & described]
    assert not missing, missing


def test_every_row_names_tests_that_are_there(t):
    for options, tests in rows():
        if not options:
            continue  # a heading, or a row about something else
        assert tests, f"no test for {options}"
        for test in tests:
            assert (TESTS / "cross_platform" / test).exists(), test
