"""For tests that know the exact output."""

import re

from common import commands

# Where in the program a closing line comes from, and which version it is, matter to nobody here.
_PLACE = re.compile(rb"(\(code \d+\) at )[\w.]+\(\d+\) \[arsync=[\d.]+\]")
SUMMARY_23 = b"rsync error: some files/attrs were not transferred (see previous errors) (code 23) at PLACE\n"


def without_place(text):
    return _PLACE.sub(rb"\1PLACE", text)


def expect(result, *, code=0, out=b"", err=b""):
    """Bytes are compared as they are; None means that it does not matter here."""
    problems = []
    if result.code != code:
        problems.append(f"exit code {result.code} instead of {code}")
    for name, wanted in (("out", out), ("err", err)):
        got = without_place(getattr(result, name))
        if wanted is not None and got != wanted:
            problems.append(f"std{name} is not {wanted!r}")
    assert not problems, "; ".join(problems) + f"\n{result}"


def arsync(test, *arguments, **options):
    return commands.run(commands.arsync(), *arguments, cwd=test.dir, **options)
