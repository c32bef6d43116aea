#!/usr/bin/env python3
"""Measures arsync against rsync and cp. See README.md beside this file; `./dev bench` builds arsync first."""

import argparse
import datetime
import os
import random
import signal
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))

from harness import contenders, machine, measure, places, results, runner, workloads  # noqa: E402

IN_OWN_NAMESPACE = "ARSYNC_BENCH_NAMESPACE"


def parse(arguments):
    names = "\n".join(f"  {workload.name:15}{workload.title}" for workload in workloads.ALL)
    parser = argparse.ArgumentParser(
        prog="./dev bench",
        description="Measures arsync against other copy programs. Needs a machine that does nothing else.",
        epilog=f"workloads (default: all):\n{names}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("workloads", nargs="*", metavar="WORKLOAD", help="names, as below")
    parser.add_argument("--rounds", type=int, default=9, help="timed runs of each contender (default: 9)")
    everybody = ",".join(contenders.DEFAULT)
    parser.add_argument("--contenders", default=everybody, help="among rsync,cp,tar,rclone,fpsync,arsync,arsync-atomic")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the full data size, for a quick try")
    parser.add_argument("--dir", help="work in this folder (default: an ext4 image of its own if root)")
    parser.add_argument("--csv", help="write all measurements here (default: bench/results/DATE.csv)")
    parser.add_argument("--arsync", default=contenders.ARSYNC, help="the arsync to measure (default: build/release)")
    parser.add_argument("--seed", type=int, help="of the random order, to repeat a run")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.workloads if name not in workloads.BY_NAME]
    if unknown:
        parser.error(f"unknown workload: {', '.join(unknown)} (see --help)")
    if options.rounds < 1 or options.scale <= 0:
        parser.error("--rounds and --scale must be more than 0")
    return options


def enter_own_namespace():
    """Mounts made in a mount namespace of our own vanish with us, however we end."""
    if os.geteuid() != 0 or os.environ.get(IN_OWN_NAMESPACE):
        return
    os.environ[IN_OWN_NAMESPACE] = "1"
    command = ["unshare", "--mount", "--propagation", "private"]
    if subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0:
        os.execvp(command[0], [*command, sys.executable, *sys.argv])


def chosen_contenders(options):
    names = [name for name in options.contenders.split(",") if name]
    if contenders.BASELINE not in names:
        names.insert(0, contenders.BASELINE)  # nothing to compare with otherwise
    missing = [name for name in names if not contenders.available(name, options.arsync)]
    for name in missing:
        print(f"bench: {name} is not there and left out", file=sys.stderr)
    return [name for name in names if name not in missing]


def progress(line):
    """One line that is overwritten, and only on a terminal."""
    if sys.stderr.isatty():
        print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)


def csv_path(options):
    if options.csv:
        return options.csv
    folder = os.path.join(contenders.ROOT, "bench", "results")
    os.makedirs(folder, exist_ok=True)
    return os.path.join(folder, f"{datetime.datetime.now():%Y-%m-%d-%H%M%S}.csv")


def run_all(options, where, csv_file):
    """Returns whether every run of every contender was right."""
    chosen = chosen_contenders(options)
    judge = runner.Runner(where, options.arsync, chosen, options.rounds, options.scale, progress)
    all_right = True
    for name in options.workloads or workloads.BY_NAME:
        workload = workloads.BY_NAME[name]
        try:
            measured = judge.run(workload)
        except places.PlaceUnavailable as reason:
            progress("")
            print(f"{name}: left out: {reason}\n", flush=True)
            continue
        progress("")
        print("\n".join(results.table(workload, measured)), end="\n\n", flush=True)
        csv_file.add(workload, measured)
        all_right = all_right and not any(samples.failure for samples in measured.values())
    return all_right


def main():
    options = parse(sys.argv[1:])
    enter_own_namespace()
    seed = random.randrange(1 << 32) if options.seed is None else options.seed
    random.seed(seed)
    measure.adopt_orphans()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the places are cleaned up
    path = csv_path(options)
    try:
        with places.Places(options.dir, options.scale) as where:
            description = machine.describe(where, options.arsync, options.scale, options.rounds) | {"seed": str(seed)}
            for key, value in description.items():
                print(f"# {key}: {value}")
            print(flush=True)
            csv_file = results.CsvFile(path, description)
            all_right = run_all(options, where, csv_file)
            csv_file.close()
    except KeyboardInterrupt:
        print("\nbench: interrupted; the results so far are in", path, file=sys.stderr)
        return 130
    print(f"all measurements: {path}")
    return 0 if all_right else 1


if __name__ == "__main__":
    sys.exit(main())
