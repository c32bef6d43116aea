"""--out-format: every escape, widths, what it does to -v, -i, -n, --delete and --progress."""

import os
import re

from common import commands
from common.commands import no_rsync
from common.runner import cases, needs
from common.world import World


def busy(t):
    world = World(t)
    world.file("src/big", b"b" * 1234567)
    world.file("src/mode", b"same", mode=0o640)
    world.file("dst/mode", b"same")
    world.files("src/same", "dst/same", "src/sub/new", "dst/extra", "dst/gone/x", "src/zero")
    world.file("dst/sub/new", b"old")
    world.link("src/link", "big")
    world.link("src/dangling", "/nowhere")
    return world


FORMATS = ("%n", "%n%L", "%i %n%L", "%o %n", "%f|%n", "%l %n", "%B %M %n", "%U %G %n", "%m|%a|%h|%P|%u|%n", "%%n %n",
           "%C %n", "%z %] %n", "100% %n", "", "no escape at all", "%n %i %o")
WIDTHS = ("%10n|%-10n|%2n", "%l|%'l|%''l|%'''l|%''''l", "%12l|%-12l|%012l|%-012l", "%'12l|%12'l|%''12l|%12''l|%-12''l",
          "%-'12l|%+l|% l|%.3l|%5%|%0n", "%20i|%-20i|%5o|%-8B|%30M", "%'U|%'n|%5U|%8G")


def named(formats):
    return {repr(text): (text,) for text in formats}


@needs(no_rsync)
@cases(named(FORMATS + WIDTHS))
def test_formats(t, text):
    busy(t).compare("-a", f"--out-format={text}", "src/", "dst/", exit=0)


@needs(no_rsync)
@cases(named(FORMATS))
def test_formats_with_deletions(t, text):
    busy(t).compare("-a", "--delete", f"--out-format={text}", "src/", "dst/", exit=0)


@needs(no_rsync)
@cases(named(("%n %o %i", "%f|%n", "%U %G %B %M %l", "%b|%n")))
def test_dry_run(t, text):
    busy(t).compare("-an", "--delete", f"--out-format={text}", "src", "dst", exit=0)


@needs(no_rsync)
@cases({" ".join(options): (options,) for options in (
    ("-v",), ("-i",), ("-ii",), ("-vv",), ("-q",), ("--info=name0",), ("--info=name2",), ("--info=del0",),
    ("-v", "--info=name0"), ("-i", "--no-i"), ("--log-format=X%n",), ("--stats",), ("-8",), ("-h",), ("--no-h",))})
def test_together_with_other_options(t, options):
    world = busy(t)
    world.settle()
    world.fork("items").compare("-a", "--delete", "--out-format=%i %n", *options, "src/", "dst/", exit=0)
    world.compare("-a", "--delete", "--out-format=%n", *options, "src/", "dst/", exit=0)


@needs(no_rsync)
@cases({text: (text,) for text in ("%n", "%i %n", "%c %n", "%C %n")})
def test_progress(t, text):
    """%c comes after the transfer: then the name goes before the progress and the line behind it."""
    world = busy(t)
    world.settle()
    lines = []
    for name, program in (("r", commands.rsync()), ("a", commands.arsync())):
        run = commands.run(program, "-a", "--progress", f"--out-format={text}", "src/", "dst/", cwd=world.fork(name).top)
        last = [line.rpartition(b"\r")[2] for line in run.out.split(b"\n")]
        # rsync's block checksums are 16 bytes of nothing; rates and counts are timing.
        lines.append([re.sub(rb" +\d+% .*", b" N%", re.sub(rb"^16 ", b"0 ", line)) for line in last])
    assert lines[0] == lines[1], lines


@needs(no_rsync)
@cases({source: (source,) for source in ("src", "src/", "./src", "./src/.", "sub/../src/", "src/sub src/big", "src//sub")})
def test_long_names_begin_as_typed(t, source):
    world = busy(t)
    world.dir("sub")
    world.compare("-a", "--out-format=%f|%n", *source.split(), "fresh", exit=0)


@needs(no_rsync)
def test_long_names_of_absolute_sources_have_no_leading_slash(t):
    world = busy(t)
    world.settle()
    top = os.fsencode(world.top)
    for number, source in enumerate((top + b"/src", top + b"/src/", b"//" + top.strip(b"/") + b"//src/sub")):
        runs = [commands.run(program, "-a", "--out-format=%f|%n", source, f"fresh{number}{name}", cwd=world.top)
                for name, program in (("r", commands.rsync()), ("a", commands.arsync()))]
        assert runs[0].out == runs[1].out, f"{runs[0]}\n{runs[1]}"


@needs(no_rsync)
def test_owner_and_group_only_where_they_are_preserved(t):
    world = busy(t)
    world.settle()
    if os.geteuid() == 0:
        os.chown(world.path("src/big"), 12, 34)
    for number, options in enumerate(("-rlt", "-rlto", "-rltg", "-a")):
        world.fork(f"view{number}").compare(options, "--out-format=%U %G %n", "src/", "dst/", exit=0)


@needs(no_rsync)
def test_names_and_formats_are_escaped(t):
    world = World(t)
    world.files("src/tab\there", "src/new\nline", "src/back\\#123slash", "src/\x01")
    world.settle()
    for number, options in enumerate(((), ("-8",))):
        world.fork(f"view{number}").compare("-a", *options, "--out-format=\x02[%n]\t%-9n|", "src/", "dst/", exit=0)


def test_bytes_are_what_was_copied(t):
    """rsync counts what its processes send each other; see RSYNC_COMPARISON.md."""
    world = World(t)
    world.file("src/a", b"x" * 1000)
    world.settle()
    assert world.arsync("-a", "--out-format=%b %'b %n", "src/", "dst").out == b"0 0 ./\n1000 1,000 a\n"


def with_content(t):
    """Files that are new, other, the same, longer, and linked."""
    world = busy(t)
    world.file("src/empty")
    world.file("src/log", b"old lines\nnew lines\n")
    world.file("dst/log", b"old lines\n", mtime=1)
    world.file("src/same-content", b"content")
    world.file("dst/same-content", b"content", mtime=1)
    world.hard("src/sub/linked", "src/log")
    return world


CHECKSUMS = ("", "-n", "-c", "-cn", "-ii", "-iic", "-iin", "-H", "-Hc", "-Hii", "--append", "--append-verify", "--append -c",
             "--inplace", "--no-W", "--delay-updates", "--link-dest=../src", "--link-dest=../src -c",
             "--copy-dest=../src -ii", "--compare-dest=../src -iic", "--cc=md5", "--cc=md4", "--cc=sha1", "--cc=xxh64",
             "--cc=xxhash", "--cc=XXH3", "--cc=xxh128", "--cc=none", "--cc=none -n", "--cc=md5,xxh64", "--cc=md5,xxh64 -c",
             "--cc=none,md5 -c", "--cc=auto,md5 -c", "--cc=auto", "--checksum-seed=5 -c", "--existing", "--max-size=1k",
             "--remove-source-files", "-L", "--existing -c -u")


@needs(no_rsync)
@cases({options: (options.split(),) for options in CHECKSUMS})
def test_checksums(t, options):
    with_content(t).compare("-a", "--delete", *options, "--out-format=%i [%C] %n", "src/", "dst/")


@needs(no_rsync)
@cases({options: (options.split(),) for options in ("", "-c", "-n", "-cn")})
def test_checksums_with_widths_and_in_the_log_file(t, options):
    world = with_content(t)
    world.settle()
    found = []
    for name, program in (("r", commands.rsync()), ("a", commands.arsync())):
        copy = world.fork(name)
        run = commands.run(program, "-a", *options, "--out-format=%i %10C|%-40C|%'C %n", "--log-file=log",
                           "--log-file-format=%C %n", "src/", "dst/", cwd=copy.top)
        with open(copy.path("log"), "rb") as file:
            logged = [line.partition(b"] ")[2] for line in file if b"total size" not in line]
        found.append((run.out, [] if "-n" in options or "-cn" in options else logged))  # a dry run of rsync logs nothing
    assert found[0] == found[1], found


@needs(no_rsync)
@cases({f"{value} {options}": (value, options.split()) for options in ("", "-c") for value in (
    "md5", "bogus xxh64 md5", "sha1", "md5 xxh3 & xxh3", "XXH64", "")})
def test_checksums_by_the_environment(t, value, options):
    with_content(t).compare("-a", *options, "--out-format=%i [%C] %n", "src/", "dst/",
                            env={"RSYNC_CHECKSUM_LIST": value})
