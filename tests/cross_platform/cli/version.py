"""--version and its JSON form, and output that cannot be written."""

import json
import subprocess

from common import commands
from common.commands import linux_only, no_rsync
from common.exact import arsync
from common.runner import cases, needs


@needs(no_rsync)
def test_layout_is_rsyncs(t):
    titles = []
    for program in (commands.rsync(), commands.arsync()):
        lines = commands.run(program, "--version", cwd=t.dir).out.decode().splitlines()
        titles.append([line for line in lines if line.endswith(":")])
    assert titles[0] == titles[1], titles
    first = arsync(t, "-V").out.decode().splitlines()[0]
    assert first.startswith("arsync  version "), first


@needs(no_rsync)
def test_json_has_rsyncs_keys(t):
    wanted, got = (json.loads(commands.run(program, "-VV", cwd=t.dir).out)
                   for program in (commands.rsync(), commands.arsync()))
    assert set(wanted) <= set(got) and set(wanted["capabilities"]) == set(got["capabilities"]), got
    assert set(wanted["optimizations"]) == set(got["optimizations"])
    assert got["program"] == "arsync" and got["capabilities"]["xattrs"] is True
    assert json.loads(arsync(t, "--version", "--version").out) == got


def test_capabilities_are_true(t):
    told = json.loads(arsync(t, "-VV").out)["capabilities"]
    help_text = arsync(t, "--help").out.decode()
    for option, capability in (("append", "append"), ("atimes", "atimes"), ("preallocate", "prealloc"),
        ("stop-at", "stop_at"), ("write-batch", "batchfiles")):
        line = next(line for line in help_text.splitlines() if line.startswith(f"--{option}"))
        assert told[capability] is True, line


@needs(no_rsync)
@cases({options: (options.split(),) for options in ("--version --foo", "-V --help", "--help", "-hv", "-a --help", "-h", "-hh")})
def test_what_comes_first(t, options):
    codes = [commands.run(program, *options, cwd=t.dir) for program in (commands.rsync(), commands.arsync())]
    assert codes[0].code == codes[1].code and (codes[0].out == b"") == (codes[1].out == b""), codes


@needs(linux_only("there is no /dev/full"))
@cases({options: (options.split(),) for options in ("--help", "-V", "-VV", "--info=help", "--debug=help", "-av a b",
    "-a --stats a b", "-ai a b", "-a --info=progress2 a b")})
def test_output_that_cannot_be_written_is_an_error(t, options):
    open(t.path("a"), "w").close()
    with open("/dev/full", "wb") as full:
        run = subprocess.run([commands.arsync(), *options], cwd=t.dir, stdout=full, stderr=subprocess.PIPE, check=False)
    assert run.returncode == 13, run
    assert b"cannot write output: No space left on device (28)" in run.stderr, run
    assert b"rsync error: errors with program diagnostics (code 13) at " in run.stderr, run


@needs(linux_only("there is no /dev/full"))
def test_a_reader_that_goes_away_is_none(t):
    run = subprocess.run(["bash", "-c", f"{commands.arsync()} --help | true; echo ${{PIPESTATUS[0]}}"], cwd=t.dir,
                         capture_output=True, check=True)
    assert run.stdout == b"0\n", run
