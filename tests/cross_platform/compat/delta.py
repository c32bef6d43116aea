"""--no-whole-file: the delta algorithm, its statistics, -B, -y."""

import random

from common.commands import no_rsync
from common.generate import PAST
from common.runner import cases, needs
from common.world import World


def table(*lines):
    return {line: (line.split(),) for line in lines}


def noise(seed, size):
    return random.Random(seed).randbytes(size)


def shuffled(data, seed):
    """Pieces moved, repeated, left out and new ones between."""
    chance = random.Random(seed)
    pieces = []
    for _ in range(12):
        begin = chance.randrange(len(data))
        pieces.append(data[begin:begin + chance.randrange(1, 40_000)])
        if chance.random() < 0.5:
            pieces.append(chance.randbytes(chance.randrange(1, 3000)))
    return b"".join(pieces)


CHANGES = {
    "equal": lambda data: data,
    "one byte": lambda data: data[:1000] + b"!" + data[1001:],
    "inserted": lambda data: data[:50_000] + b"inserted" + data[50_000:],
    "removed": lambda data: data[:50_000] + data[50_123:],
    "before": lambda data: b"before" + data,
    "behind": lambda data: data + b"behind",
    "cut": lambda data: data[:-1234],
    "beginning cut": lambda data: data[1234:],
    "empty": lambda data: b"",
    "all other": lambda data: noise(99, len(data)),
    "twice": lambda data: data + data,
    "halves swapped": lambda data: data[len(data) // 2:] + data[:len(data) // 2],
    "zeros between": lambda data: data[:70_000] + bytes(50_000) + data[70_000:],
    "shorter than a block": lambda data: data[:300],
    "only the last block": lambda data: data[-(len(data) % 700 or 700):],
    "shuffled": lambda data: shuffled(data, 1),
    "shuffled otherwise": lambda data: shuffled(data, 2),
}
BASES = {
    "noise": noise(1, 150_001),
    "larger": noise(2, 1_000_000),
    "zeros": bytes(123_456),
    "pattern": (b"0123456789abcdef" * 10_000)[:155_555],
    "small": noise(3, 500),
    "whole blocks": noise(4, 140_000),
}
WAYS = {"": (), "-B 1000": ("-B", "1000"), "-B 4096": ("-B4096",)}


@needs(no_rsync)
@cases({f"{base} {change} {way}".strip(): (base, change, way) for base in BASES for change in CHANGES for way in WAYS
        if way == "" or base in ("noise", "pattern")})
def test_statistics(t, base, change, way):
    """What is literal and what matched follows from the blocks alone."""
    world = World(t)
    world.file("src/a", CHANGES[change](BASES[base]))
    world.file("dst/a", BASES[base], mtime=PAST - 5)
    world.compare("-ai", "--no-whole-file", "--stats", *WAYS[way], "src/", "dst/", exit=0)


@needs(no_rsync)
@cases({f"{base} {change}": (base, change) for base in BASES for change in CHANGES
        if not (base == "zeros" and change.startswith("shuffled"))})
def test_statistics_in_place(t, base, change):
    """Only what is not written over yet can be used."""
    world = World(t)
    world.file("src/a", CHANGES[change](BASES[base]))
    world.file("dst/a", BASES[base], mtime=PAST - 5)
    world.compare("-ai", "--no-whole-file", "--inplace", "--stats", "src/", "dst/", exit=0)


@cases({f"{base} {change}": (base, change) for base in ("zeros", "pattern") for change in CHANGES})
def test_in_place_among_equal_blocks(t, base, change):
    """Where all blocks are equal, rsync passes a match by now and then; here none is."""
    world = World(t)
    world.file("src/a", CHANGES[change](BASES[base]))
    world.file("dst/a", BASES[base], mtime=PAST - 5)
    assert world.arsync("-a", "--no-W", "--inplace", "src/", "dst/").code == 0
    with open(world.path("src/a"), "rb") as wanted, open(world.path("dst/a"), "rb") as got:
        assert wanted.read() == got.read()


@needs(no_rsync)
@cases(table("-a --no-W", "-av --no-W", "-avv --no-W", "-ai --no-W", "-ain --no-W --stats", "-aic --no-W",
             "-aiI --no-W --stats", "-aiS --no-W --stats", "-ai --no-W --inplace -S", "-ai --no-W --preallocate",
             "-ai --no-W -S --preallocate --inplace", "-ai --no-W --fsync", "-ai --no-W --partial",
             "-ai --no-W --cc=none --stats", "-ai --no-W --cc=md5 --stats", "-ai --no-W --checksum-seed=7 --stats",
             "-ai --no-W -W --stats", "-ai -W --no-W --stats", "-ai --no-whole-file --whole-file --stats",
             "-a --no-W --progress", "-aH --no-W --stats", "-ai --no-W --block-size=1.5k --stats",
             "-ai --no-W -B 0 --stats", "-ai --no-W -B=131072 --stats", "-ai --no-W -B 7 --checksum-seed=7 --stats", "-ri --no-W",
             "-ai --no-W --delete"))
def test_options(t, options):
    world = World(t)
    data = BASES["noise"]
    for name in CHANGES:
        world.file("src/" + name, CHANGES[name](data), mode=0o600)
        world.file("dst/" + name, data, mtime=PAST - 5)
    world.file("src/new", data)
    world.file("src/holes", b"a" + bytes(300_000) + b"b")
    world.file("dst/holes", b"a" * 200_000, mtime=PAST - 5)
    world.file("dst/extra", data)
    world.compare(*options, "src/", "dst/", exit=0)


def similar(t):
    world = World(t)
    archive, text = noise(5, 50_000), noise(6, 30_000)
    world.file("src/new-1.2.tar", archive)
    world.file("src/fresh.c", text)
    world.file("src/d/sub.txt", text)
    world.file("dst/new-1.1.tar", archive[:-3], mtime=PAST - 5)
    world.file("dst/new-1.2.tax", b"q", mtime=PAST - 5)
    world.file("dst/fresh.d", text[:-1], mtime=PAST - 5)
    world.file("dst/other", archive[:40_000], mtime=PAST - 5)
    world.file("dst/d/sub.txt.old", text[5:], mtime=PAST - 5)
    return world


@needs(no_rsync)
@cases(table("-aiy --stats", "-aiy --no-W --stats", "-aiyy --no-W --stats", "-aiy --no-W --stats -n",
             "-aiy --no-W --stats --delete", "-aiy --no-W --stats --inplace", "-aiy --no-W --no-y --stats",
             "-ai --fuzzy --no-W --stats", "-aiy --no-W --no-fuzzy --stats", "-avvy --no-W"))
def test_fuzzy(t, options):
    similar(t).compare(*options, "src/", "dst/", exit=0)


@needs(no_rsync)
def test_fuzzy_prefers_same_size_and_time(t):
    world = similar(t)
    world.file("dst/zzz", noise(5, 50_000))
    world.compare("-aiy", "--no-W", "--stats", "src/", "dst/", exit=0)


NAMES = {
    "suffix": ("file.txt", ["file.tx", "file.txt.gz", "filx.txt"]),
    "backups": ("file.txt", ["file.txt~", "file.tyt"]),
    "old": ("name.old", ["name.olx", "other.old"]),
    "far": ("abcdefghijklmnopqrstuvwxyz", ["zzzzzzzz", "abcdefghijklm.nopqrstuvwxyz.x"]),
    "too far": ("abcdefghijklmnopqrstuvwxyzabcdefgh", ["0123456789012345678901234567890123"]),
    "equally near": ("same.c", ["same.b", "same.d", "same.e"]),
    "case": ("Makefile", ["makefile", "MakefilE"]),
    "dots": (".hidden", [".hiddeo", "hidden"]),
    "numbers": ("log.1", ["log.2", "log.10", "log"]),
}


@needs(no_rsync)
@cases({name: (name,) for name in NAMES})
def test_fuzzy_names(t, name):
    """Each candidate has another part of the content, so that the statistics tell which one was taken."""
    wanted, candidates = NAMES[name]
    world = World(t)
    data = noise(7, 40_000)
    world.file("src/" + wanted, data)
    for number, candidate in enumerate(candidates):
        world.file("dst/" + candidate, data[:(number + 1) * 9000], mtime=PAST - 5)
    world.compare("-aiy", "--no-W", "--stats", "src/", "dst/", exit=0)


@needs(no_rsync)
@cases({f"{kind} {change} {options}": (f"{options} {kind}=../one", change)
        for kind in ("--link-dest", "--copy-dest", "--compare-dest") for change in ("equal", "cut", "inserted", "one byte")
        for options in ("-ai", "-aiI", "-rlti", "-aic", "-ai --inplace", "-ai -B 700", "-ai -W", "-ai -y", "-ai -S")})
def test_the_version_of_an_alternate_tree_is_gone_on_from(t, options, change):
    world = World(t)
    data = BASES["noise"]
    world.file("src/f", CHANGES[change](data), mode=0o640)
    world.file("src/d/g", CHANGES[change](data))
    for name in ("one/f", "one/d/g"):
        world.file(name, data, mode=0o600, mtime=PAST - 5)
    world.file("dst/f2", data[:5000])
    world.compare("--no-W", *options.split(), "--stats", "src/", "dst/", exit=0)


@needs(no_rsync)
@cases({f"{options} {kind} {trees}": ([*options.split(), *(f"{kind}=../{tree}" for tree in trees.split())],)
        for kind, options in (("--link-dest", "-aiyy"), ("--copy-dest", "-aiyy"), ("--compare-dest", "-aiy"),
                              ("--link-dest", "-aiyyy --delete"), ("--link-dest", "-aiyy --inplace"))
        for trees in ("one", "one two", "two one", "nowhere two")})
def test_similar_files_of_alternate_trees(t, options):
    world = similar(t)
    archive, text = noise(5, 50_000), noise(6, 30_000)
    world.file("src/only/in-one.c", text)
    world.file("src/twin", noise(7, 7_000))
    world.file("src/near.b", noise(8, 9_000))
    world.file("one/only/in-two.c", text[5_000:], mtime=PAST - 5)
    world.file("one/new-1.2.tas", archive[20_000:], mtime=PAST - 5)
    world.file("one/quite-another", noise(7, 7_000)[:3_000] + noise(9, 4_000))
    world.file("one/near.a", noise(8, 9_000)[3_000:], mtime=PAST - 5)
    world.file("two/near.c", noise(8, 9_000)[:4_000], mtime=PAST - 5)
    world.file("two/quite-other", noise(7, 7_000)[:1_000] + noise(9, 6_000))
    world.compare(*options, "--no-W", "--stats", "src/", "dst/", exit=0)
