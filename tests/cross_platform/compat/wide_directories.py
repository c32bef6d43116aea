"""Directories with more names than --max-memory lets arsync hold at once: it goes through them in stretches."""

import random

from common.commands import no_rsync
from common.runner import cases, needs, timeout
from common.world import World

# A list is cut from 256 KiB on, which these names take: up to 250 bytes each, or 410 where they may have to go.
TIGHT = ("--max-memory=4K",)
MOMENTS = ("--delete", "--delete-before", "--delete-during", "--delete-delay", "--delete-after")


def names(seed, count):
    """Such as begin with one another, or go on where a '/' would, in no order."""
    made = random.Random(seed)
    stems = ["".join(made.choices("abA.-0/", k=made.randint(3, 9))).replace("/", "0!") for _ in range(count)]
    long = [(stem + 60 * "long")[:220] for stem in stems]
    return sorted(set(long + stems[::3]) - {"..."}, key=lambda name: (len(name), name[::-1]))


def wide(t):
    """Files, directories and links; of each some are on both sides, and some on one only."""
    world = World(t)
    for number, name in enumerate(names(1, 1600)):
        here, there = number % 5 != 1, number % 5 < 2 or number % 11 == 0
        for side in ("src",) * here + ("dst",) * there:
            if number % 17 == 0:
                world.files(f"{side}/wide/{name}/in")
            elif number % 23 == 0:
                world.link(f"{side}/wide/{name}", side)
            else:
                world.file(f"{side}/wide/{name}", name.encode() if side == "src" and number % 7 == 0 else b"")
    world.files("src/wide/zz/last", "src/zz", "dst/wide/y/first", "dst/other/gone", "none/zz")
    return world


@needs(no_rsync)
@timeout(300)
@cases({options: (options,) for options in (
    "-ai", "-ain", "-aii", "-aim --exclude=in", "-ai --exclude=*0*", "-aiu --existing", "-ai --remove-source-files",
    "-ai --stats", "-riL")})
def test_in_stretches(t, options):
    wide(t).compare(*options.split(), "src/wide/", "dst/wide", more=TIGHT)


@needs(no_rsync)
@timeout(300)
@cases({f"{moment} {options}": (moment, options) for moment, options in (
    *((moment, "-ai") for moment in MOMENTS), ("--delete", "-ain"), ("--delete", "-ai --exclude=*b"),
    ("--delete-before", "-ai --exclude=*b"), ("--delete", "-ai --max-delete=1500"), ("--delete", "-aim --exclude=in"),
    ("--delete", "-aib"), ("--delete-delay", "-aib"))})
def test_deleting_in_stretches(t, moment, options):
    wide(t).compare(*options.split(), moment, "src/", "dst", more=TIGHT)


@needs(no_rsync)
@timeout(300)
@cases({f"{moment} {options} {place}": (moment, options, place) for moment, options in (
    ("--delete", "-ai"), ("--delete", "-ain"), ("--delete", "-ai --exclude=*b"), ("--delete-after", "-ai"))
        for place in ("dst", "dst/wide")})
def test_all_of_it_is_surplus(t, moment, options, place):
    """Itself, or within what is surplus."""
    wide(t).compare(*options.split(), moment, "none/", place, more=TIGHT)


@needs(no_rsync)
@timeout(300)
@cases({options: (options,) for options in ("-r --list-only", "-rm --list-only --exclude=in", "-ai --size-only -n")})
def test_listing_in_stretches_gives_the_same_lines(t, options):
    world = wide(t)
    whole = world.arsync(*options.split(), "src/", "dst")
    stretches = world.arsync(*options.split(), *TIGHT, "src/", "dst")
    assert whole.code == 0 and whole.out.count(b"\n") > 1000, whole
    assert (stretches.code, stretches.out, stretches.err) == (whole.code, whole.out, whole.err), stretches


@needs(no_rsync)
@timeout(300)
@cases({options: (options,) for options in ("-aim", "-aim --delete")})
def test_stretches_of_which_nothing_is_left(t, options):
    """The destination gets its time all the same."""
    world = World(t)
    world.files(*(f"src/{name}/" for name in names(2, 1200)), "src/a/in", "src/zz", "dst/b/gone", "dst/gone")
    world.compare(*options.split(), "src/", "dst", more=TIGHT, exit=0)
