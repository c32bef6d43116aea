#!/usr/bin/env python3
"""How the cost of a run grows: with files, depth, the width of a directory, cores and memory bounds. docs/SCALING.md reads
the results."""

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))

from harness import contenders, measure, places  # noqa: E402

PER_DIRECTORY = 1000


class Bench:
    """Trees below one folder, each made, measured and removed before the next. For root each target is a new file system:
    ext4 takes its time (100 us and more) to give out inodes that were freed a short while ago."""

    def __init__(self, folder, arsync):
        self.source = os.path.join(folder, "source")
        self.target = os.path.join(folder, "target")
        self.image = os.path.join(folder, "target.image")
        self.log = os.path.join(folder, "log")
        self.arsync = arsync
        self.own_target = os.geteuid() == 0

    def renew_target(self, names):
        self.remove_target()
        if not self.own_target:
            return
        os.mkdir(self.target)
        with open(self.image, "wb") as file:
            file.truncate((4 << 30) + names * 12_000)
        inodes = str(names + names // 100 + 20_000)
        subprocess.run([*places.MKFS["ext4"], "-N", inodes, self.image], check=True)
        subprocess.run(["mount", "-o", "loop", self.image, self.target], check=True)

    def remove_target(self):
        if os.path.ismount(self.target):
            subprocess.run(["umount", self.target], check=True)
        for path in (self.target, self.image):
            places.remove_tree(path)

    def copy(self, *options, cores=None):
        command = [self.arsync, "-a", *options, self.source + "/", self.target + "/"]
        if cores is not None:
            command = ["taskset", "-c", f"0-{cores - 1}", *command]
        return measure.observed_run(command, self.log)

    def clear(self):
        self.remove_target()
        places.remove_tree(self.source)
        os.sync()

    def rows(self, title, names, *options, cores=None):
        """Into nothing, then with nothing changed."""
        self.renew_target(names)
        os.sync()
        tell(f"{title}, new", names, *self.copy(*options, cores=cores))
        os.sync()
        tell(f"{title}, unchanged", names, *self.copy(*options, cores=cores))


def tell(title, names, cost, peak_kib):
    print(f"| {title} | {cost.wall:.2f} s | {cost.wall / names * 1e6:.1f} us | {cost.cpu / names * 1e6:.1f} us "
          f"| {cost.user / cost.cpu * 100:.0f} % | {peak_kib / 1024:.0f} MiB |", flush=True)


def empty_files(folder, count, per_directory):
    for number in range(count):
        if number % per_directory == 0:
            inside = os.path.join(folder, f"d{number // per_directory:05d}")
            os.makedirs(inside)
        os.mknod(f"{inside}/file-{number:08d}", 0o100644)


def chain(folder, depth):
    os.mkdir(folder)
    here = os.open(folder, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)


def measure_all(options):
    with contextlib.ExitStack() as cleanup:
        parent = options.dir or places.default_parent()
        folder = cleanup.enter_context(tempfile.TemporaryDirectory(prefix="arsync-scaling.", dir=parent))
        bench = Bench(folder, options.arsync)
        cleanup.callback(bench.remove_target)
        print("| what | wall | per name | CPU per name | of it ours | peak memory |\n|---|---|---|---|---|---|")
        for count in (10_000, 100_000, 1_000_000, 5_000_000):
            if count > options.most:
                break
            empty_files(bench.source, count, PER_DIRECTORY)
            bench.rows(f"{count:,} files, {PER_DIRECTORY:,} to a directory", count)
            if count == 1_000_000:
                bench.rows(f"{count:,} files, one core", count, cores=1)
                bench.rows(f"{count:,} files, `-H`", count, "-H")
                tell(f"{count:,} files, dry run of `--delete`", count, *bench.copy("-n", "--delete"))
            if count >= 1_000_000:
                for memory in ("16M", "64M"):
                    bench.rows(f"{count:,} files, `--max-memory={memory}`", count, f"--max-memory={memory}")
            bench.clear()
        for count in (10_000, 100_000, 1_000_000):
            if count > options.most:
                break
            empty_files(bench.source, count, count)
            bench.rows(f"one directory of {count:,}", count)
            if count == 1_000_000:
                for memory in ("16M", "64M"):
                    bench.rows(f"one directory of {count:,}, `--max-memory={memory}`", count, f"--max-memory={memory}")
            bench.clear()
        for depth in (100, 1_000, 10_000):
            chain(bench.source, depth)
            bench.rows(f"a chain of {depth:,} directories", depth)
            bench.clear()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=5_000_000, help="names of the largest tree (default: 5000000)")
    parser.add_argument("--dir", help="make the trees in this folder (default: /var/tmp)")
    parser.add_argument("--arsync", default=contenders.ARSYNC)
    options = parser.parse_args()
    measure.adopt_orphans()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the trees are removed
    return measure_all(options)


if __name__ == "__main__":
    sys.exit(main())
