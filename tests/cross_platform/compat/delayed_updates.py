"""--delay-updates: all files are put into place at the end of the run."""

import os
import random
import subprocess
import time

from common import commands
from common.commands import no_rsync
from common.generate import PAST
from common.runner import cases, needs
from common.world import World


def table(*lines):
    return {line: (line.split(),) for line in lines}


def deploy(t):
    world = World(t)
    for name in ("index.html", "app.js", "img/logo", "img/deep/x", "new/a", "new/b"):
        world.file("src/" + name, random.Random(name).randbytes(20_000))
    for name in ("index.html", "img/logo"):
        world.file("dst/" + name, b"old " + name.encode(), mtime=PAST - 5, mode=0o600)
    world.file("src/same", b"same")
    world.file("dst/same", b"same")
    world.link("src/link", "app.js")
    world.hard("src/img/third", "src/index.html")
    world.file("src/was-dir", b"a file")
    world.file("dst/extra", b"extra")
    world.dir("dst/was-dir")
    return world


@needs(no_rsync)
@cases(table("-a --delay-updates", "-ai --delay-updates", "-av --delay-updates", "-avn --delay-updates",
             "-avv --delay-updates", "-ai --delay-updates --delete", "-ai --delay-updates --partial-dir=.p",
             "-aHi --delay-updates", "-aHi --delay-updates --delete", "-ai --delay-updates --no-W --stats",
             "-ai --delay-updates --no-delay-updates", "-ai --delay-updates -O", "-ri --delay-updates",
             "-ai --delay-updates --fsync", "-ai --delay-updates --stats", "-aic --delay-updates",
             "-aSi --delay-updates", "-ai --delay-updates --partial",
             "-ai --delay-updates --existing", "-aXi --delay-updates"))
def test_result(t, options):
    deploy(t).compare(*options, "src/", "dst/", exit=0)


@needs(no_rsync)
@cases(table("-ai --delay-updates", "-ai --delay-updates --delete", "-ai --delay-updates --no-W --stats",
             "-av --delay-updates --delete"))
def test_what_an_interrupted_run_left(t, options):
    world = deploy(t)
    world.dir("dst/.~tmp~", mode=0o700)
    world.file("dst/.~tmp~/index.html", random.Random("index.html").randbytes(15_000))
    world.file("dst/.~tmp~/unknown", b"?")
    world.compare(*options, "src/", "dst/", exit=0)


@needs(no_rsync)
@cases(table("-a --inplace --delay-updates", "-a --append --delay-updates", "-a --inplace --partial-dir=x",
             "-a --append --partial-dir=x", "-a --append -W", "-a --append --cc=none", "-a --append-verify --whole-file",
             "-a --append-verify --partial-dir=x", "-a -B 131073", "-a -B x", "-a -B -5", "-a --block-size=1g",
             "-a --max-alloc=5", "-a --max-alloc=-1", "-a --max-alloc=x", "-a --max-alloc=99999999999g",
             "-a --bwlimit=0.1", "-a --bwlimit=0.4k", "-a --bwlimit=1x", "-a --bwlimit=-1", "-a --bwlimit=abc",
             "-a --bwlimit=100b", "-a --checksum-seed=x"))
def test_refused(t, options):
    """Exit 1, with rsync's words."""
    world = World(t)
    world.files("src/a", "dst/b")
    result = world.compare(*options, "src/", "dst/", exit=1)
    again = commands.run(commands.arsync(), *options, "src/", "dst/", cwd=world.top)
    said = lambda err: err.split(b"\n")[0].partition(b": ")[2]
    assert said(result.err) == said(again.err), (result.err, again.err)


@needs(no_rsync)
@cases(table("-a --max-alloc=0", "-a --max-alloc=1m", "-a -B 0", "-a --bwlimit=0", "-a --bwlimit=1.5m", "-a --bwlimit=0.5k",
             "-a --bwlimit=1k-1", "-a --bwlimit=1000t", "-a --bwlimit=1mib --no-bwlimit", "-a --timeout=0",
             "-a --timeout=5", "-a --no-timeout", "-a --checksum-seed=5", "-a --cc=none", "-a --cc=none,md5 -c",
             "-a --cc=md5,none", "-a --cc=auto", "-a --checksum-choice=xxh64,sha1 -c"))
def test_accepted(t, options):
    world = World(t)
    world.files("src/a", "dst/b")
    world.compare(*options, "src/", "dst/", exit=0)


@needs(no_rsync)
@cases(table("-a --cc=foo", "-a --cc=md5,foo", "-a --cc=", "-ac --cc=none", "-ac --cc=md5,none"))
def test_checksum_that_there_is_not(t, options):
    world = World(t)
    world.files("src/a", "dst/b")
    world.compare(*options, "src/", "dst/", exit=4)


def test_nothing_is_seen_before_the_end(t):
    """At a low speed: as long as it runs, the destination is as it was."""
    world = World(t)
    for name in "abcde":
        world.file("src/" + name, random.Random(name).randbytes(100_000))
        world.file("dst/" + name, b"old")
    world.settle()
    process = subprocess.Popen([commands.arsync(), "-a", "--delay-updates", "--bwlimit=200", "src/", "dst/"],
                               cwd=world.top)
    states = set()
    while process.poll() is None:
        state = tuple(os.stat(world.path("dst/" + name)).st_size == 3 for name in "abcde")
        waiting = os.path.isdir(world.path("dst/.~tmp~"))
        if waiting:
            states.add(state)
        time.sleep(0.01)
    assert process.returncode == 0
    assert (True,) * 5 in states, states
    assert sum(len(set(state)) > 1 for state in states) <= 5, states
    assert not os.path.exists(world.path("dst/.~tmp~"))
