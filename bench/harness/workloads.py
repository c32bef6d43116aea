"""The table of workloads: what is copied, from where to where, and in which state the target is before."""

from dataclasses import dataclass
from typing import Callable

from . import datasets
from .datasets import GIB, KIB

REAL_TREE = "/usr/share"
EXTRAS = 100_000  # files to delete where the target has too much
OUTDATED_EVERY = 100  # one file in so many is outdated where the target is "changed"


@dataclass(frozen=True)
class Aim:
    """What arsync is to reach against rsync: at least so many times as fast, at most this share of its CPU time and
    memory. None: nothing was set."""

    wall: float
    cpu: float | None = None
    memory: float | None = None


@dataclass(frozen=True)
class Workload:
    name: str
    title: str
    dataset: Callable  # (folder, scale): makes the source
    data_name: str  # workloads with the same one share a source
    options: tuple = ("-a",)
    place: str = "main"  # of the source
    target_place: str = "main"
    target: str = "fresh"  # fresh: not there; same: a copy; changed: 1 % outdated; extra: much to delete
    atomic: bool = False  # measure arsync --atomic as well
    cold: bool = False  # drop the caches before each run
    repeat: int = 1  # times as many rounds as others
    aim: Aim | None = None
    atomic_aim: Aim | None = None  # of arsync --atomic


def _count(number, scale):
    return max(1, int(number * scale))


def _files_10k(folder, scale):
    datasets.small_files(folder, _count(10_000, scale), 10 * KIB)


def _files_100k(folder, scale):
    datasets.small_files(folder, _count(100_000, scale), KIB)


def _flat(folder, scale):
    count = _count(100_000, scale)
    datasets.small_files(folder, count, KIB, per_directory=count)


def _few_files(folder, scale):
    datasets.small_files(folder, _count(5_000, scale), KIB)


def _big_file(folder, scale):
    datasets.big_file(folder, _count(GIB, scale))


def _sparse(folder, scale):
    datasets.sparse_file(folder, _count(10 * GIB, scale), _count(100, scale))


def _chain(folder, scale):
    datasets.chain(folder, _count(1000, scale))


def _tree(folder, scale):
    datasets.directory_tree(folder, _count(20_000, scale), 6)


def _links(folder, scale):
    datasets.hard_links(folder, _count(10_000, scale), 5)


def _real_tree(folder, scale):
    datasets.copied_tree(folder, REAL_TREE, scale)


ALL = (
    Workload("big", "1 GiB file, same file system", _big_file, "big", repeat=3, aim=Aim(4.5, 0.4, 0.5)),
    Workload(
        "big-tmpfs", "1 GiB file to tmpfs", _big_file, "big", target_place="tmpfs", repeat=3, aim=Aim(3.2, 0.4, 0.5)
    ),
    Workload(
        "reflink-btrfs",
        "1 GiB file, btrfs (reflink)",
        _big_file,
        "big",
        place="btrfs",
        target_place="btrfs",
        repeat=3,
        aim=Aim(300, 0.02),
    ),
    Workload(
        "reflink-xfs", "1 GiB file, xfs (reflink)", _big_file, "big", place="xfs", target_place="xfs", repeat=3, aim=Aim(300, 0.02)
    ),
    Workload(
        "small-10k",
        "10 000 x 10 KiB, fresh",
        _files_10k,
        "small-10k",
        atomic=True,
        aim=Aim(4, 0.4, 0.5),
        atomic_aim=Aim(3, 0.5),
    ),
    Workload(
        "small-100k",
        "100 000 x 1 KiB, fresh",
        _files_100k,
        "small-100k",
        atomic=True,
        aim=Aim(4, 0.42, 0.25),
        atomic_aim=Aim(3, 0.55),
    ),
    Workload("chain", "chain of 1000 directories", _chain, "chain", aim=Aim(100, 0.02)),
    Workload("tree", "6-ary tree of 20 000 directories", _tree, "tree", aim=Aim(3.5, 0.45, 0.25)),
    Workload("real", f"{REAL_TREE}, fresh", _real_tree, "real", aim=Aim(4, 0.4, 0.25)),
    Workload("real-hax", f"{REAL_TREE}, fresh, -aHAX", _real_tree, "real", options=("-aHAX",), aim=Aim(4, 0.4, 0.25)),
    Workload(
        "sparse",
        "sparse 10 GiB with 100 MiB of data, -aS",
        _sparse,
        "sparse",
        options=("-aS",),
        aim=Aim(100, 0.02),
    ),
    Workload(
        "same-100k", "nothing changed, 100 000 files", _files_100k, "small-100k", target="same", aim=Aim(3, 0.65, 0.25)
    ),
    Workload(
        "same-real", f"nothing changed, {REAL_TREE}", _real_tree, "real", target="same", aim=Aim(3.7, 0.65, 0.25)
    ),
    Workload(
        "same-hax",
        f"nothing changed, {REAL_TREE}, -aHAX",
        _real_tree,
        "real",
        ("-aHAX",),
        target="same",
        aim=Aim(5, 0.3, 0.25),
    ),
    Workload(
        "changed", "1 % of 100 000 files changed", _files_100k, "small-100k", target="changed", aim=Aim(2.8, 0.65, 0.25)
    ),
    Workload("cold", "10 000 x 10 KiB, fresh, cold cache", _files_10k, "small-10k", cold=True, aim=Aim(4.5, 0.45)),
    Workload("flat", "one directory of 100 000 files, fresh", _flat, "flat", aim=Aim(3.5, 0.45, 0.5)),
    Workload(
        "delete", "--delete of 100 000 files", _few_files, "few", ("-a", "--delete"), target="extra", aim=Aim(2, 0.6)
    ),
    Workload("links", "10 000 files of 5 names each, -aH", _links, "links", options=("-aH",), aim=Aim(3, 0.5, 0.5)),
)
BY_NAME = {workload.name: workload for workload in ALL}
