#!/usr/bin/env python3
"""Counts system calls per file, for rsync and arsync, with strace. The counts do not depend on the machine's mood.

Each case runs on a small and on a large tree; the difference, divided by the number of files between them, is what one
file costs, free of what starting the program costs. --check fails if arsync spends more than its budget.
"""

import argparse
import math
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))

from harness import contenders, datasets, places  # noqa: E402

SMALL, LARGE = 200, 600  # files, all in one directory: what a directory costs cancels out
FILE_BYTES = 10 << 10
# Waiting and waking: how often depends on how the threads meet, which strace changes.
SCHEDULING = {"futex", "sched_yield", "epoll_wait", "epoll_pwait", "clock_nanosleep", "restart_syscall"}
LINE = re.compile(r"^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+(?:\d+\s+)?(\w+)$")


@dataclass(frozen=True)
class Case:
    name: str
    title: str
    options: tuple
    directory_exists: bool
    files_exist: bool
    budget: float  # calls per file that arsync may spend

    def prepare(self, source, target):
        if self.files_exist:
            subprocess.run(["rsync", "-a", f"{source}/", f"{target}/"], check=True)
        elif self.directory_exists:
            for entry in os.scandir(source):
                os.makedirs(os.path.join(target, entry.name))


CASES = (
    Case("new", "new file in a directory made by the run", ("-a",), False, False, 8),
    Case("new-elsewhere", "new file in a directory that was there", ("-a",), True, False, 10),
    Case("unchanged", "file that is the same already", ("-a",), True, True, 2),
)


def count(command, log):
    """How often `command`, with all its threads and children, made each system call."""
    strace = ["strace", "-f", "-c", "-o", log]
    subprocess.run([*strace, *command], check=True, stdout=subprocess.DEVNULL)
    calls = Counter()
    with open(log, encoding="utf-8") as file:
        for line in file:
            found = LINE.match(line)
            if found and found[2] != "total":
                calls[found[2]] += int(found[1])
    return calls


def per_file(case, name, arsync, folder):
    """{system call: number per file}"""
    totals = []
    for files in (SMALL, LARGE):
        source = os.path.join(folder, f"source-{files}")
        if not os.path.exists(source):
            datasets.small_files(source, files, FILE_BYTES, per_directory=files)
            datasets.age_directories(source)
        target = os.path.join(folder, "target")
        case.prepare(source, target)
        command = contenders.command(name, arsync, case.options, source, target)
        totals.append(count(command, os.path.join(folder, "strace.log")))
        places.remove_tree(target)
    few, many = totals
    return {call: (many[call] - few[call]) / (LARGE - SMALL) for call in many}


def show(name, calls):
    listed = sorted(((number, call) for call, number in calls.items() if number >= 0.05), reverse=True)
    work = sum(number for call, number in calls.items() if call not in SCHEDULING)
    print(f"  {name:8}{work:6.1f}   " + "  ".join(f"{call} {number:.1f}" for number, call in listed))
    return work


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--arsync", default=contenders.ARSYNC)
    parser.add_argument("--check", action="store_true", help="exit 1 if arsync spends more than its budget")
    parser.add_argument("--dir", default=places.default_parent(), help="work in this folder")
    options = parser.parse_args()
    over = []
    names = [name for name in ("rsync", "arsync") if contenders.available(name, options.arsync)]
    for case in CASES:
        print(f"{case.title} (budget {case.budget})")
        for name in names:
            try:
                with tempfile.TemporaryDirectory(prefix="arsync-calls.", dir=options.dir) as folder:
                    work = show(name, per_file(case, name, options.arsync, folder))
            except subprocess.CalledProcessError as failure:
                print(f"  {name:8}FAILED: {failure}")
                work = math.inf
            # Half a call for what a whole directory or listing costs a few times more in a larger tree.
            if name == "arsync" and work > case.budget + 0.5:
                over.append(case.name)
    if options.check and "arsync" not in names:
        print("arsync is not built", file=sys.stderr)
        return 1
    if over:
        print("failed or over budget: " + ", ".join(over), file=sys.stderr)
    return 1 if over and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
