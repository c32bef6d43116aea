"""What is printed: -v, -i, -q, --stats, --progress, -h, dry runs, odd names."""

import os
import stat

from common import native
from common.commands import no_rsync
from common.generate import NAMES
from common.runner import cases, needs
from common.world import World


def table(*lines):
    return {line: (line.split(),) for line in lines}


def busy(t):
    """Something new, something changed, something equal, something to delete, of each type."""
    world = World(t)
    world.file("src/new", b"n" * 1234567)
    world.file("src/changed", b"c" * 70_000)
    world.file("dst/changed", b"old")
    world.files("src/d/e/f", "src/empty/", "dst/extra", "dst/gone/x")
    world.file("src/same", b"same")
    world.file("dst/same", b"same")
    world.file("src/mode", b"same", mode=0o600)
    world.file("dst/mode", b"same")
    world.link("src/link", "new")
    world.link("dst/link", "old")
    world.link("src/new-link", "d/e")
    world.node("src/fifo", stat.S_IFIFO)
    world.dir("dst/d", mode=0o700)
    return world


VIEWS = table("-a", "-av", "-avv", "-ai", "-aii", "-avi", "-avvi", "-aq", "-avq", "-aiq", "-av --no-v", "-ai --no-i",
              "-avn", "-ain", "-an", "-avh", "-avhh", "-av --no-h", "-a --stats", "-av --stats", "-ah --stats",
              "-ahh --stats", "-a --no-h --stats", "-an --stats", "-aq --stats", "-ain --stats", "-aH --stats",
              "-r --stats", "-av8", "-aiv", "-rlpgoDi", "-rlpgoDv", "-rv", "-ri", "--stats -aI", "-acv", "-aci", "-aiO",
              "-avJ", "-aW --stats", "--inplace -ai", "-avvn", "-aiin", "-aSv")


@needs(no_rsync)
@cases(VIEWS)
def test_update(t, options):
    busy(t).compare(*options, "src/", "dst/", exit=0)


@needs(no_rsync)
@cases(VIEWS)
def test_update_with_delete(t, options):
    busy(t).compare(*options, "--delete", "src/", "dst/", exit=0)


@needs(no_rsync)
@cases(VIEWS)
def test_fresh_copy_of_the_directory(t, options):
    busy(t).compare(*options, "src", "fresh", exit=0)


@needs(no_rsync)
@cases(table("-av", "-ai", "-av --stats", "-aii", "-avv", "-a --progress", "-a --info=progress2", "-a --stats"))
def test_nothing_to_do(t, options):
    world = busy(t)
    world.compare("-a", "--delete", "src/", "dst/", exit=0)
    world.compare_again(*options, "--delete", "src/", "dst/", exit=0)


@needs(no_rsync)
@cases(table("-av", "-ai", "-av --delete"))
def test_single_file(t, options):
    busy(t).compare(*[option for option in options if option != "--delete"], "src/new", "dst/", exit=0)


@needs(no_rsync)
@cases(table("-a --progress", "-av --progress", "-ai --progress", "-a --progress -n", "-aq --progress",
    "-ah --progress", "-a --progress --delete", "-a --progress --no-progress", "-a --progress --stats",
             "-aH --progress"))
def test_progress_of_each_file(t, options):
    """Compared is the last state of each file's line; how often it is redrawn is timing."""
    busy(t).compare(*options, "src/", "dst/", exit=0)


@needs(no_rsync)
@cases(table("-a", "-av", "-ai", "-an", "-aq", "-ah", "-a --no-h"))
def test_total_progress(t, options):
    """Compared are bytes and counts of the last line; percentages and lines before it are timing."""
    busy(t).compare(*options, "--info=progress2", "src/", "dst/", exit=0)


@needs(no_rsync)
def test_last_line_of_progress_counts_all_files(t):
    """A flat directory: the list is complete at once, so that even to-chk is settled."""
    world = World(t)
    world.files(*(f"src/{name}" for name in "abcdef"))
    world.settle()
    tails = []
    world.compare("-a", "--progress", "src/", "dst", exit=0)
    from common import commands
    for program, top in ((commands.rsync(), world.top), (commands.arsync(), t.path("arsync"))):
        result = commands.run(program, "-a", "--progress", "src/", "again", cwd=top)
        tails.append([part.rpartition(b"(")[2] for part in result.out.split(b"\n") if b"xfr#" in part])
    assert tails[0] == tails[1] and len(tails[0]) == 6, tails


@needs(no_rsync)
@cases({f"{options} {locale}": (options.split(), locale) for options in ("-av", "-ai", "-av8", "-ai8 --delete",
    "-avv") for locale in ("C.UTF-8", "C")})
def test_odd_names_are_escaped(t, options, locale):
    world = World(t)
    for name in NAMES:
        world.file(b"src/" + name, name)
        world.dir(b"src/deep/" + name)
        world.link(b"src/links/" + name, name)
        world.file(b"dst/deep/extra" + name[:200], b"x")
    world.compare(*options, "src/", "dst/", env={"LC_ALL": locale}, exit=0)


@needs(no_rsync)
def test_order_of_names_is_by_bytes_and_files_come_first(t):
    world = World(t)
    world.files(*("src/" + name for name in (".h", "B", "_u", "b-c", "b.c", "c", "é", "a/z", "b.d/y", "b/x", "b0/x",
        "~", "A/a/a", "A/a.a/a", "A/a-a", "A/a/b")))
    world.compare("-av", "src/", "dst", exit=0)
    world.compare_again("-ai", "src", "dst2", exit=0)


@needs(no_rsync)
@cases({str(size): (size,) for size in (0, 999, 1000, 999_999, 1_000_000, 1_234_567, 1_000_000_000, 5_000_000_000,
    1_234_567_890_123)})
def test_sizes_in_words(t, size):
    """Of a huge sparse file, in a dry run."""
    if size > 10_000_000:
        native.skip_on_a_mac("its cp may fill holes")
    world = World(t)
    os.truncate(world.file("src/file"), size)
    world.settle()
    for number, options in enumerate(("", "-h", "-hh", "-hhh", "--no-h")):
        world.fork(f"view{number}").compare("-an", "--stats", *options.split(), "src/", "dst", exit=0)


@needs(no_rsync)
@cases(table("--info=name0 -av", "--info=name -a", "--info=name2 -a", "--info=del -a --delete",
             "--info=del0 -av --delete", "--info=stats -a", "--info=stats2 -a", "--info=stats0 -av",
             "--info=flist0 -av", "--info=misc0 -av", "--info=skip -a --existing", "--info=nonreg0 -r",
             "--info=none -av", "--info=all0 -av", "--info=progress -a", "--info=flist2 -a", "--info=symsafe -a",
             "--info=copy -a", "--info=NAME,del -a --delete", "--info=bogus -a", "--info=name,stats2 -a"))
def test_info_words(t, options):
    """What arsync does not know yet it refuses by name, which is no difference to be found here."""
    world = busy(t)
    world.settle()
    refused = world.fork("probe").arsync(*options, "src/", "dst/")
    if refused.code == 1 and b"not supported yet" in refused.err:
        t.skip(refused.err.decode().splitlines()[0])
    world.compare(*options, "src/", "dst/")
