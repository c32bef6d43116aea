#!/usr/bin/env python3
"""Where the CPU time of a workload goes: in which system calls, waiting for locks, in the program itself.

Samples every contender with perf(1), on the same data and targets as bench.py. `./dev bench` builds arsync first; needs
root and Debian's linux-perf. Sampling costs time: what is compared here is shares, not speed."""

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))

import bench  # noqa: E402
from harness import contenders, measure, places, runner, workloads  # noqa: E402

HERTZ = 5000
SYSTEM_CALL = re.compile(r"(?:__(?:x64|arm64|se|do)_sys|ksys)_(\w+)$")
PAGE_FAULT = re.compile(r"(?:asm_exc_page_fault|do_page_fault|el0_da)$")
LOCK = re.compile(r"osq_lock|rwsem_spin_on_owner|mutex_spin_on_owner|queued_spin_lock_slowpath|rwsem_down_\w+_slowpath")
KERNEL = 1 << 63  # addresses from here on are the kernel's
PROGRAM, FAULTS, OTHER = "the program itself", "page faults", "the kernel, otherwise"
SMALLEST_SHARE = 0.01


def kind(frames):
    """Which row of the table a sample belongs to; `frames` are (address, symbol), the innermost first."""
    calls = (SYSTEM_CALL.search(symbol) for _, symbol in frames)
    if call := next((found[1] for found in calls if found), None):
        return call
    if frames[0][0] < KERNEL:
        return PROGRAM
    return FAULTS if any(PAGE_FAULT.search(symbol) for _, symbol in frames) else OTHER


def count_samples(text):
    """(samples by kind, samples spent waiting for a lock by kind) of what perf script printed."""
    samples, locks = Counter(), Counter()
    for block in text.split("\n\n"):
        frames = []
        for line in block.splitlines():
            words = line.split(None, 1)
            if len(words) == 2 and re.fullmatch(r"[0-9a-f]+", words[0]):
                frames.append((int(words[0], 16), words[1].split("+")[0].strip()))
        if not frames:
            continue
        of = kind(frames)
        samples[of] += 1
        locks[of] += any(LOCK.search(symbol) for _, symbol in frames[:3])
    return samples, locks


class Profiler:
    """Runs commands under perf and keeps the counts for each contender."""

    def __init__(self, folder):
        self._data = os.path.join(folder, "perf.data")
        self.samples, self.locks = {}, {}

    def wrap(self, command):
        record = ["perf", "record", "--quiet", "-g", "-e", "cpu-clock", "-F", str(HERTZ), "-o", self._data, "--"]
        return [*record, *command]

    def read(self, name):
        script = ["perf", "script", "-i", self._data, "-F", "ip,sym"]
        done = subprocess.run(script, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        samples, locks = count_samples(done.stdout)
        self.samples.setdefault(name, Counter()).update(samples)
        self.locks.setdefault(name, Counter()).update(locks)
        os.remove(self._data)


class ProfilingRunner(runner.Runner):
    """A Runner whose timed runs are sampled. Their costs are of no use: perf's own are among them."""

    def __init__(self, profiler, *arguments):
        super().__init__(*arguments)
        self._profiler = profiler

    def _timed_run(self, name, command):
        cost = measure.timed_run(self._profiler.wrap(command), self._places.log_path)
        self._profiler.read(name)
        return cost


def milliseconds(samples, rounds):
    return samples / HERTZ / rounds * 1000


def table(workload, profiler, rounds):
    """Markdown: milliseconds of CPU per run, for each contender, in each kind of work."""
    names = sorted(profiler.samples, key=lambda name: (name != contenders.BASELINE, name))
    every = Counter()
    for name in names:
        every.update(profiler.samples[name])
    smallest = SMALLEST_SHARE * sum(every.values())
    shown = [one for one, count in every.most_common() if count >= smallest]
    rest = [one for one in every if one not in shown]
    lines = [f"### {workload.title}", "", "| ms of CPU | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for label, kinds in [*((one, [one]) for one in shown), ("the rest", rest)]:
        cells = []
        for name in names:
            time = milliseconds(sum(profiler.samples[name][one] for one in kinds), rounds)
            waiting = milliseconds(sum(profiler.locks[name][one] for one in kinds), rounds)
            cells.append(f"{time:.0f}" + (f" ({waiting:.0f} for locks)" if waiting >= time / 20 and waiting >= 1 else ""))
        lines.append(f"| {label} | " + " | ".join(cells) + " |")
    sums = {name: sum(profiler.samples[name].values()) for name in names}
    lines.append("| **together** | " + " | ".join(f"{milliseconds(sums[name], rounds):.0f}" for name in names) + " |")
    if contenders.BASELINE in names:
        lines += ["", *without_the_program(profiler.samples, sums)]
    return lines


def without_the_program(samples, sums):
    """What would be left if a program did nothing but make its system calls."""
    for name, mine in sums.items():
        if name == contenders.BASELINE:
            continue
        own, baseline = samples[name][PROGRAM], sums[contenders.BASELINE]
        yield (
            f"{name} takes {mine / baseline:.0%} of {contenders.BASELINE}'s CPU time; {own / mine:.0%} of it is the program"
            f" itself, and without that it would be {(mine - own) / baseline:.0%}."
        )


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workloads", nargs="+", metavar="WORKLOAD", choices=list(workloads.BY_NAME))
    parser.add_argument("--rounds", type=int, default=3, help="sampled runs of each contender (default: 3)")
    parser.add_argument("--contenders", default="rsync,arsync", help="as for bench.py")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the full data size")
    parser.add_argument("--dir", help="work in this folder (default: an ext4 image of its own)")
    parser.add_argument("--arsync", default=contenders.ARSYNC, help="the arsync to sample (default: build/release)")
    return parser.parse_args(arguments)


def main():
    options = parse(sys.argv[1:])
    if shutil.which("perf") is None:
        print("cpu_profile: perf is not there (Debian: linux-perf)", file=sys.stderr)
        return 1
    bench.enter_own_namespace()
    random.seed(0)
    measure.adopt_orphans()
    with places.Places(options.dir, options.scale) as where, tempfile.TemporaryDirectory() as folder:
        for name in options.workloads:
            profiler = Profiler(folder)
            judge = ProfilingRunner(
                profiler, where, options.arsync, bench.chosen_contenders(options), options.rounds, options.scale, bench.progress
            )
            workload = workloads.BY_NAME[name]
            measured = judge.run(workload)
            bench.progress("")
            for contender, samples in measured.items():
                if samples.failure:
                    print(f"{contender}: {samples.failure}", file=sys.stderr)
            print("\n".join(table(workload, profiler, options.rounds * workload.repeat)), end="\n\n", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
