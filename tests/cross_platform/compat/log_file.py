"""--log-file and --log-file-format: the same lines in both programs' files."""

import os
import re

from common import commands
from common.commands import linux_only, no_rsync
from common.runner import cases, needs
from common.world import World

_LINE = re.compile(rb"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \[\d+\] ")
_CHANGING = (
    (re.compile(rb"sent [\d.,KMG]+ bytes  received [\d.,KMG]+ bytes"), b"sent N bytes  received N bytes"),
    (re.compile(rb"[\d.,KMG]+ bytes/sec"), b"N bytes/sec"),
    (re.compile(rb"speedup is [\d.,]+"), b"speedup is N"),
    (re.compile(rb"^(Total bytes \w+: |File list \w+ time: )[\d.,]+"), rb"\1N"),
    (re.compile(rb"^rsync: \[sender\] link_stat (.*) failed:"), rb"arsync: cannot examine \1:"),
    (re.compile(rb"^rsync: "), b"arsync: "),
    (re.compile(rb"\(code (\d+)\) at .*"), rb"(code \1) at PLACE"),
    (re.compile(rb'"/.*/'), b'"/'),
)


def busy(t):
    world = World(t)
    world.file("src/big", b"b" * 1234567)
    world.file("src/mode", b"same", mode=0o640)
    world.file("dst/mode", b"same")
    world.files("src/same", "dst/same", "src/sub/new", "dst/extra", "dst/gone/x")
    world.file("dst/sub/new", b"old")
    world.link("src/link", "big")
    return world


def log_of(program, top, *arguments):
    run = commands.run(program, *arguments, cwd=top)
    path = os.path.join(top, "log")
    log = open(path, "rb").read() if os.path.exists(path) else None
    return run, log


def bare(log):
    """The lines, without time and process, and without what is timing."""
    lines = []
    for line in log.splitlines():
        assert _LINE.match(line), line
        line = _LINE.sub(b"", line)
        for pattern, replacement in _CHANGING:
            line = pattern.sub(replacement, line)
        lines.append(line)
    return lines


def compare_logs(world, *arguments, exit=0):
    world.settle()
    logs = []
    for name, program in (("r", commands.rsync()), ("a", commands.arsync())):
        run, log = log_of(program, world.fork(f"log-{name}").top, "--log-file=log", *arguments)
        assert run.code == exit and log is not None, f"{name}: {run}"
        logs.append(bare(log))
    assert logs[0] == logs[1], "\n".join(str(log) for log in logs)
    return logs[0]


@needs(no_rsync)
@cases({options: (options.split(),) for options in (
    "-a", "-av", "-ai", "-aii", "-aq", "-aiq", "-avq", "-a --stats", "-aq --stats", "-ah --stats", "-rlpgo", "-rlq", "-rlt",
    "-avvi", "-a --info=name", "-a --progress", "-a --info=progress2", "-a --log-file-format=%n",
    "-a --log-file-format=", "-aii --log-file-format=", "-avvi --log-file-format=%n", "-a --log-file-format=%o,%l,%f",
    "-a --out-format=%n%l", "-a --log-file-format=%i,%n --out-format=%i")})
def test_lines(t, options):
    compare_logs(busy(t), *options, "--delete", "src/", "dst/")


@needs(no_rsync)
@cases({options: (options.split(),) for options in ("-a", "-av", "-ai", "-rlq", "-aqi")})
def test_a_new_destination(t, options):
    compare_logs(busy(t), *options, "src", "fresh")


@needs(no_rsync)
def test_errors_and_the_closing_line_are_logged(t):
    lines = compare_logs(busy(t), "-a", "missing", "src/", "dst/", exit=23)
    assert lines[-1].startswith(b"rsync error: some files/attrs were not transferred"), lines


@needs(no_rsync)
def test_refused_options_are_logged(t):
    compare_logs(busy(t), "--delete", "src/", "dst/", exit=1)


@needs(no_rsync)
def test_skipped_directory(t):
    compare_logs(busy(t), "src", "dst")


@needs(no_rsync)
def test_a_second_run_appends(t):
    world = busy(t)
    world.settle()
    sizes = []
    for name, program in (("r", commands.rsync()), ("a", commands.arsync())):
        top = world.fork(name).top
        first = log_of(program, top, "-a", "--log-file=log", "src/", "dst/")[1]
        second = log_of(program, top, "-a", "--log-file=log", "src/", "dst/")[1]
        assert second.startswith(first)
        sizes.append((len(first.splitlines()), len(second.splitlines())))
    assert sizes[0] == sizes[1], sizes


@needs(no_rsync)
def test_mode_of_a_new_file_follows_the_umask(t):
    world = busy(t)
    world.settle()
    modes = []
    for name, program in (("r", commands.rsync()), ("a", commands.arsync())):
        top = world.fork(name).top
        old = os.umask(0o027)
        log_of(program, top, "-a", "--log-file=log", "src/", "dst/")
        os.umask(old)
        modes.append(os.stat(os.path.join(top, "log")).st_mode)
    assert modes[0] == modes[1], [oct(mode) for mode in modes]


@needs(no_rsync)
@cases({path: (path,) for path in ("missing/log", "src", "")})
def test_a_file_that_cannot_be_opened_is_told_and_ignored(t, path):
    world = busy(t)
    result = world.compare("-a", f"--log-file={path}", "src/", "dst/", output=False, exit=0)
    assert (b"failed to open log-file" in result.err) == (path != "")
    again = commands.run(commands.arsync(), "-a", f"--log-file={path}", "src/", "dst/", cwd=world.test.path("arsync"))
    assert again.code == 0 and (b"failed to open log-file" in again.err) == (path != ""), again


@needs(linux_only("there is no /dev/full"))
def test_a_full_disk_under_the_log_is_told(t):
    world = busy(t)
    result = world.arsync("-a", "--log-file=/dev/full", "src/", "dst/")
    assert result.code == 13 and b"cannot write log file: No space left on device" in result.err, result
    assert open(world.path("dst/sub/new"), "rb").read() == b"src/sub/new"


def test_a_dry_run_logs_all_that_it_would_do(t):
    """rsync's log of a dry run leaves out transfers and deletions."""
    world = busy(t)
    world.settle()
    log = log_of(commands.arsync(), world.top, "-an", "--delete", "--log-file=log", "src/", "dst/")[1]
    assert bare(log)[:-1] == [b"building file list", b"*deleting   gone/x", b"*deleting   gone/", b"*deleting   extra",
                              b">f+++++++++ big", b"cL+++++++++ link -> big", b">f.s....... sub/new"], log
