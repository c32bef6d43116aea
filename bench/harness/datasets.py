"""Makes the trees that are copied. Each function fills one new folder; the same arguments give the same bytes."""

import os
import random
import subprocess

KIB = 1 << 10
MIB = 1 << 20
GIB = 1 << 30
FIRST_TIME_NS = 1_500_000_000_123_456_789  # in the past, with nanoseconds: a copy that drops them is noticed
OUTDATED_NS = 1_400_000_000_000_000_000
POOL = random.Random(2026).randbytes(4 * MIB)  # incompressible, and quick to cut pieces from


def piece(number, size):
    """`size` bytes that differ from file to file."""
    start = number * 4099 % (len(POOL) - size)
    return POOL[start : start + size]


def write_file(path, data, time_ns=FIRST_TIME_NS):
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    try:
        os.write(descriptor, data)
        os.utime(descriptor, ns=(time_ns, time_ns))
    finally:
        os.close(descriptor)


def small_files(folder, count, size, per_directory=100):
    """`count` files of `size` bytes, `per_directory` in each subfolder."""
    for number in range(count):
        if number % per_directory == 0:
            subfolder = os.path.join(folder, f"directory-{number // per_directory:05d}")
            os.makedirs(subfolder)
        write_file(f"{subfolder}/file-{number:06d}.data", piece(number, size), FIRST_TIME_NS + number * 1_000_003)


def big_file(folder, size):
    os.mkdir(folder)
    with open(os.path.join(folder, "big.data"), "wb") as file:
        for number in range(0, size, MIB):
            file.write(piece(number // MIB, min(MIB, size - number)))


def sparse_file(folder, size, pieces):
    """A file of `size` bytes, empty but for `pieces` stretches of 1 MiB spread evenly over it."""
    os.mkdir(folder)
    with open(os.path.join(folder, "sparse.data"), "wb") as file:
        file.truncate(size)
        for number in range(pieces):
            file.seek(size // pieces * number // MIB * MIB)
            file.write(piece(number, MIB))


def chain(folder, depth):
    """Directories inside each other, a file in each."""
    path = folder
    for level in range(depth):
        os.mkdir(path)
        write_file(os.path.join(path, "file"), piece(level, KIB))
        path = os.path.join(path, "d")


def directory_tree(folder, count, width):
    """`count` directories, each with up to `width` subdirectories, filled level by level."""
    level, made = [folder], 1
    os.mkdir(folder)
    while made < count:
        below = []
        for parent in level:
            for number in range(min(width, count - made)):
                child = os.path.join(parent, f"branch-{number}")
                os.mkdir(child)
                below.append(child)
                made += 1
        level = below


def hard_links(folder, groups, members):
    """`groups` files with `members` names each, the names of one file in different folders."""
    for member in range(members):
        for number in range(groups):
            subfolder = os.path.join(folder, f"member-{member}", f"directory-{number // 100:05d}")
            if number % 100 == 0:
                os.makedirs(subfolder)
            path = os.path.join(subfolder, f"file-{number:06d}")
            if member == 0:
                write_file(path, piece(number, KIB))
            else:
                os.link(path.replace(f"member-{member}", "member-0", 1), path)


def copied_tree(folder, original, share):
    """A copy of a tree of this machine: all of it, or `share` of its entries for a quick try."""
    os.mkdir(folder)
    wanted = None if share >= 1 else share * _count_entries(original)
    for entry in sorted(os.scandir(original), key=lambda entry: entry.name):
        if wanted is not None:
            size = _count_entries(entry.path) if entry.is_dir(follow_symlinks=False) else 1
            if size > wanted:
                continue
            wanted -= size
        # 23: not all is readable for everyone; 24: something vanished, as happens on a machine in use.
        done = subprocess.run(["rsync", "-aHAX", entry.path, folder + "/"], capture_output=True, check=False)
        if done.returncode not in (0, 23, 24):
            raise RuntimeError(f"cannot copy {entry.path}: {done.stderr.decode(errors='replace').strip()}")


def age_directories(folder):
    """Gives all directories a time in the past. rsync lets a difference below a second pass, and a copy made within
    the second that its source was made in would keep its own times."""
    waiting = [folder]
    while waiting:
        path = waiting.pop()
        os.utime(path, ns=(FIRST_TIME_NS, FIRST_TIME_NS))
        waiting.extend(entry.path for entry in os.scandir(path) if entry.is_dir(follow_symlinks=False))


def outdate(folder, every):
    """Gives every `every`-th file of a copy older content of the same size, as if the source had changed since."""
    for number, path in enumerate(sorted(_regular_files(folder))):
        if number % every == 0:
            write_file(path, bytes(os.path.getsize(path)), OUTDATED_NS)


def add_extras(folder, count):
    """Adds `count` files that the source lacks: half in directories it has too, half in directories of their own."""
    shared = sorted(entry.path for entry in os.scandir(folder) if entry.is_dir(follow_symlinks=False))
    own = [os.path.join(folder, f"extra-{number:04d}") for number in range(len(shared))]
    for path in own:
        os.mkdir(path)
    targets = shared + own
    for number in range(count):
        write_file(f"{targets[number % len(targets)]}/extra-{number:06d}", b"x")


def _regular_files(folder):
    waiting = [folder]
    while waiting:
        for entry in os.scandir(waiting.pop()):
            if entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)
            elif entry.is_file(follow_symlinks=False):
                yield entry.path


def _count_entries(folder):
    return sum(len(folders) + len(files) for _, folders, files in os.walk(folder))
