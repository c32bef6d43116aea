"""--list-only, and one operand alone."""

import os
import stat

from common import commands
from common.commands import no_rsync
from common.runner import cases, needs
from common.world import World


def sample(t):
    world = World(t)
    world.file("src/big", b"x" * 1234567, mtime=981173106)
    world.file("src/a/f1", b"12345", mode=0o4755)
    world.file("src/a/z", mode=0o2644)
    world.file("src/a/b/f2", mode=0o6711)
    world.file("src/top", b"abc", mode=0o1640, mtime=1)
    world.file("src/old", mtime=-12345)
    world.files("src/d/e/h", "src/empty/", "src/hollow/low/")
    world.dir("src/a/b", mode=0o1750)
    world.link("src/l", "a/f1")
    world.link("src/dangling", "/no/where")
    world.node("src/fifo", stat.S_IFIFO)
    return world


@needs(no_rsync)
@cases({f"{form} {options}": (form, options) for form in ("src", "src/", "src/.", ".", "src/top", "src/l",
    "src/dangling", "src/fifo", "src/a/", "src/empty/", "./src/big") for options in ("-t", "-r", "-a", "-l", "-d")})
def test_one_operand(t, form, options):
    sample(t).compare(options, form, exit=0)


@needs(no_rsync)
@cases({name: (options,) for name, options in (
    ("none", ["--list-only"]), ("decimal", ["-rh"]), ("binary", ["-rhh"]), ("plain", ["-r", "--no-h"]),
    ("verbose", ["-v"]), ("verbose recursive", ["-rv"]), ("archive verbose", ["-av"]), ("quiet", ["-rq"]),
    ("itemized", ["-ri"]), ("dry", ["-rn"]), ("stats", ["-a", "--stats"]), ("checksum", ["-rc"]),
    ("filter", ["-r", "--exclude=b"]), ("prune", ["-rm"]), ("no dirs", ["--no-d"]), ("no dirs long", ["-a", "--no-r",
    "--no-dirs"]), ("old dirs", ["--old-dirs"]), ("hard links", ["-aH"]), ("one file system", ["-rx"]),
    ("relative", ["-rR"]), ("delete", ["-r", "--delete"]), ("no incremental", ["-rv", "--no-inc-recursive"]),
    ("all", ["-aHAXv"]))})
def test_options(t, options):
    sample(t).compare(*options, "src/", exit=0)


@needs(no_rsync)
@cases({f"{name} {options}": (sources, options) for name, sources in (
    ("one", ["src/top"]), ("two", ["src/top", "src/a"]), ("twice", ["src/a", "src/a"]), ("merged", ["src/a/", "src/d/"]),
    ("missing", ["src/no", "src/a"]), ("all missing", ["no"])) for options in ("-r", "-t", "-rR", "-R")})
def test_several_operands_and_a_destination(t, sources, options):
    found = sample(t).compare("--list-only", options, *sources, "dst/new/x")
    assert b"dst" not in found.tree


@needs(no_rsync)
@cases({"list": ([],), "recursive": (["-r"],), "missing": (["--delete-missing-args"],), "plain numbers":
        (["--delete-missing-args", "--no-h"],), "ignored": (["--ignore-missing-args"],), "not relative": (["--no-R"],)})
def test_names_of_a_list(t, options):
    world = sample(t)
    world.file("list", "a/b\nd/\nnosuch\ntop\n")
    world.compare("--list-only", *options, "--files-from=list", "src", "dst")


@needs(no_rsync)
def test_missing_operand_as_deletion_request(t):
    sample(t).compare("--list-only", "--delete-missing-args", "src/nosuch", "src/top", "dst", exit=0)


@needs(no_rsync)
def test_list_without_destination_is_refused(t):
    world = sample(t)
    world.file("list", "top\n")
    world.compare("--files-from=list", "src", exit=1, output=False)


@needs(no_rsync)
@cases({"files": (["-aU"],), "missing": (["-U", "--no-h", "--list-only", "--delete-missing-args"],)})
def test_access_times(t, options):
    world = sample(t)
    world.settle()
    for name in ("src/top", "src/big", "src/a/f1"):
        os.utime(world.path(name), ns=(10**18 + 5, 10**18))
    words = [*options, "src/", "src/nosuch", "dst"] if "--list-only" in options else [*options, "src/"]
    wanted = commands.run(commands.rsync(), *words, cwd=world.top)
    got = commands.run(commands.arsync(), *words, cwd=world.top)
    # Looking at a directory may change its access time, which is not shown; links are read for their targets.
    lines = [[line for line in run.out.split(b"\n") if not line.startswith(b"l")] for run in (wanted, got)]
    assert [line for line in lines[0] if line] and lines[0] == lines[1] and wanted.code == got.code, (wanted, got)


@needs(no_rsync)
def test_time_zone(t):
    sample(t).compare("-r", "src/", env={"TZ": "Asia/Kathmandu"}, exit=0)


@needs(no_rsync)
def test_names_that_are_no_text(t):
    world = World(t)
    for name in (b"src/a\nb", b"src/\xff", b"src/c\\#012"):
        world.file(name, b"x")
    world.compare("-r", "src/", exit=0)
    world.compare_again("-r8", "src/", exit=0)


@needs(no_rsync)
def test_directory_that_cannot_be_read(t):
    world = World(t, user=1000)
    world.files("src/d/x", "src/f")
    world.dir("src/d", mode=0)
    world.compare("-r", "src/", exit=23)


@needs(no_rsync)
def test_nothing_is_written(t):
    world = sample(t)
    world.files("dst/x")
    found = world.compare("-a", "--list-only", "--delete", "src/", "dst/", exit=0)
    assert b"dst/x" in found.tree and b"dst/top" not in found.tree
    assert os.listdir(world.path("dst")) == [b"x"]


@needs(no_rsync)
@cases({f"{options} {source}": ([*options.split(), source],)
        for options in ("-R", "-Rr", "-Rr --no-implied-dirs", "-Rrl", "-Rd")
        for source in ("src/here/.", "src/there/", "src/d/beside/.", "src/d/above/.", "src/here/f", "src/d/above/there/f")})
def test_listing_through_typed_links(t, arguments):
    world = World(t)
    world.files("src/f", "src/d/f", "src/d/e/deep")
    for name, target in (("here", "."), ("there", "d"), ("d/beside", "../d"), ("d/above", "..")):
        world.link(f"src/{name}", target)
    world.compare("--list-only", *arguments)
