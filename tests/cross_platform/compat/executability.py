"""-E and --drop-D."""

import itertools
import os
import stat

from common.commands import no_rsync, not_root
from common.runner import cases, needs
from common.world import World

MODES = (0o644, 0o755, 0o711, 0o600, 0o700, 0o641, 0o4755, 0o2750, 0o1644, 0o444, 0o000)


def options_table(*lines):
    return {line: (line.split(),) for line in lines}


@needs(no_rsync)
@cases(options_table("-rtEi", "-rEi", "-aEi", "-rtpEi", "-rtEin", "-rtEi --existing", "-rtEi --inplace", "-rtEiI",
    "-rtEic", "-rtEv", "-rE --ignore-existing -i", "-rtEi --size-only", "-rtAEi", "-aEi --no-p"))
def test_executability(t, options):
    world = World(t)
    for mode, old in itertools.product(MODES, MODES):
        world.file(f"src/{mode:o}-{old:o}", b"content", mode=mode)
        world.file(f"dst/{mode:o}-{old:o}", b"content", mode=old)
        if mode % 3 == 0:
            world.file(f"src/changed-{mode:o}-{old:o}", b"newer content", mode=mode)
            world.file(f"dst/changed-{mode:o}-{old:o}", b"old", mode=old)
    for mode in MODES:
        world.file(f"src/new-{mode:o}", b"new", mode=mode)
    world.dir("src/directory", mode=0o600)
    world.dir("dst/directory", mode=0o755)
    world.dir("src/new-directory", mode=0o755)
    world.link("src/link", "nowhere")
    world.file("dst/link", b"", mode=0o755)
    world.compare(*options, "src/", "dst/", exit=0)


@needs(no_rsync)
def test_executability_of_linked_files(t):
    world = World(t)
    world.file("src/a", b"a", mode=0o755)
    world.hard("src/b", "src/a")
    world.file("dst/a", b"a", mode=0o640)
    world.file("dst/b", b"a", mode=0o600)
    world.compare("-rtHEi", "src/", "dst/", exit=0)


def special(t):
    world = World(t)
    world.files("src/f", "src/d/f")
    for folder in ("src/", "src/d/"):
        world.node(folder + "fifo", stat.S_IFIFO)
        if os.geteuid() == 0:
            world.node(folder + "null", stat.S_IFCHR, os.makedev(1, 3))
            world.node(folder + "disk", stat.S_IFBLK, os.makedev(7, 200))
        world.link(folder + "link", "f")
    return world


SPECIALS = options_table("-a --drop-D -v", "-ai --drop-D --no-drop-D", "-ai --drop-D --no-D", "-aii --drop-D",
    "-r --devices --no-specials -i", "-r --specials --no-devices -i", "-aD --no-specials -i", "-a --no-devices -i",
    "-a --no-D --specials -i", "-avn --drop-D", "-ai --drop-D --stats", "-ai --drop-D --delete",
    "-rD --no-l -ivv --existing", "-r -ivv --existing", "-r -ivv --ignore-existing", "-aivv --drop-D --existing",
    "-aivv --drop-D --ignore-existing", "-r -ivv --ignore-existing --existing", "-r -v --existing")


@needs(no_rsync)
@cases({f"{name} {start}": (*rest, start) for name, rest in SPECIALS.items() for start in ("new", "over files", "over same")})
def test_which_special_files(t, options, start):
    world = special(t)
    if start == "over files":
        world.files("dst/fifo", "dst/d/null", "dst/d/link", "dst/extra")
    elif start == "over same":
        world.node("dst/fifo", stat.S_IFIFO)
        world.link("dst/d/link", "f")
    world.compare(*options, "src/", "dst", exit=0)


@needs(no_rsync, not_root)
@cases({name: rest for name, rest in SPECIALS.items() if "delete" not in name})
def test_which_special_files_as_ordinary_user(t, options):
    special_world = special(t)
    special_world.user = 65534
    special_world.compare(*options, "src/", "dst", output=False)
