#!/usr/bin/env python3
"""What a run would take on machines that are not here: a simulation of workers, directories' locks and a device.

Each worker takes the next batch of names in tree order, as arsync does. A name costs CPU time of the worker; for a part
of it the worker holds the lock of the directory that the name is made in, which only one can have. On a cold tree it
first waits for the device, which serves so many requests at once; helpers ask for what lies ahead. Not simulated: memory
bandwidth, the file system's own locks, and cores that share their parts. So the results are bounds: it will not be faster.

docs/SCALING.md reads the results."""

import argparse
import heapq

BATCH = 256  # names that a worker takes at once, as in src/sync/directory_task.cc
LOOK_AHEAD = 4096  # names that helpers may be ahead, as in src/sync/prefetch.cc


class Device:
    """Serves `slots` requests at once, each in `latency` seconds."""

    def __init__(self, latency, slots):
        self._latency = latency
        self._free = [0.0] * slots

    def serve(self, asked):
        """When what is asked for now will be there."""
        begin = max(asked, heapq.heappop(self._free))
        heapq.heappush(self._free, begin + self._latency)
        return begin + self._latency


def simulate(names, per_directory, workers, cpu, locked, device=None, helpers=0):
    """Seconds for `names` names: `cpu` seconds each, `locked` of them under the directory's lock."""
    lock_free = {}
    ready = [(0.0, worker) for worker in range(workers)]  # when each worker goes on
    batch_of = [range(0)] * workers
    at = [0] * workers
    next_name = 0
    helper_free = [0.0] * helpers
    fetched = {}  # name -> when the helpers have it
    ahead = 0
    done = 0
    end = 0.0
    while done < names:
        now, worker = heapq.heappop(ready)
        if at[worker] == len(batch_of[worker]):
            if next_name == names:
                continue
            directory_ends = (next_name // per_directory + 1) * per_directory
            batch_of[worker] = range(next_name, min(next_name + BATCH, directory_ends, names))
            at[worker] = 0
            next_name = batch_of[worker].stop
        name = batch_of[worker][at[worker]]
        at[worker] += 1
        if device is not None:
            while helpers and helper_free[0] <= now and ahead < min(name + LOOK_AHEAD, names):
                fetched[ahead] = device.serve(heapq.heappop(helper_free))
                heapq.heappush(helper_free, fetched[ahead])
                ahead += 1
            now = max(now, fetched.pop(name)) if name in fetched else device.serve(now)
            ahead = max(ahead, name + 1)
        now += cpu - locked
        directory = name // per_directory
        now = max(now, lock_free.get(directory, 0.0)) + locked
        lock_free[directory] = now
        end = max(end, now)
        done += 1
        heapq.heappush(ready, (now, worker))
    return end


def cores_table(options):
    print("| cores | " + " | ".join(f"{count:,} names to a directory" for count in (100, 1000, options.names)) + " |")
    print("|---" * 4 + "|")
    for cores in (1, 2, 4, 8, 16, 32, 64):
        cells = []
        for per_directory in (100, 1000, options.names):
            took = simulate(options.names, per_directory, cores, options.cpu * 1e-6, options.locked * 1e-6)
            cells.append(f"{options.names * options.cpu * 1e-6 / took:.1f}x")
        print(f"| {cores} | " + " | ".join(cells) + " |")


def cold_table(options):
    names = options.names // 10
    devices = (
        ("NVMe, 0.1 ms, 64 at once", 1e-4, 64),
        ("network disk, 1 ms, 64 at once", 1e-3, 64),
        ("disk, 6 ms, one at once", 6e-3, 1),
    )
    print("| device | " + " | ".join(f"{helpers} helpers" for helpers in (0, 8, 16, 64)) + " |")
    print("|---" * 5 + "|")
    for title, latency, slots in devices:
        cells = []
        for helpers in (0, 8, 16, 64):
            device = Device(latency, slots)
            took = simulate(names, 100, 2, options.cpu * 1e-6, options.locked * 1e-6, device, helpers)
            cells.append(f"{took / names * 1e6:.0f} us")
        print(f"| {title} | " + " | ".join(cells) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--names", type=int, default=200_000, help="how many (default: 200000)")
    parser.add_argument("--cpu", type=float, default=41, help="CPU time of one name, microseconds (default: 1 KiB files)")
    parser.add_argument("--locked", type=float, default=13.5, help="of it under the directory's lock, microseconds")
    options = parser.parse_args()
    print("How much faster than one core, everything in the cache:\n")
    cores_table(options)
    print("\nTime for one name of a cold tree, two cores:\n")
    cold_table(options)


if __name__ == "__main__":
    main()
