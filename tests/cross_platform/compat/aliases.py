"""Options defined in ~/.popt."""

import os

from common import commands
from common.commands import no_rsync
from common.runner import cases, needs
from common.world import World

FILE = b"""rsync alias -Z -r --delete
rsync alias --mine -v --exclude=*.o
rsync\talias\t--tab\t-n
rsync alias --leave --exclude=!#:+
other alias --foo -v
# rsync alias --comment -v
rsync alias --long \\
   --stats -r
rsync alias --first --second
rsync alias --second -ri
rsync alias --loop --loop
rsync alias -i -vi
* alias --all -rv
"""


@needs(no_rsync)
@cases({line: (line.split(),) for line in (
    "-Z", "-nZv", "--mine -r", "--tab -ri", "--leave=a -rv", "--leave a -rv", "--foo -r", "--comment -r", "--long",
    "--first", "--loop -r", "-ri", "--all", "--no-mine -r", "-rv --exclude --mine", "-r -- --mine")})
def test_popt_aliases(t, line):
    world = World(t)
    world.files("src/a", "src/b.o", "dst/extra")
    os.mkdir(t.path("home"))
    with open(t.path("home", ".popt"), "wb") as file:
        file.write(FILE)
    world.settle()
    world.compare(*line, "src/", "dst/", env={"HOME": t.path("home")})


def test_lines_for_arsync_and_exec_lines(t):
    world = World(t)
    world.files("src/a")
    with open(world.path(".popt"), "wb") as file:
        file.write(b"arsync alias --own -rv\nrsync exec --run /bin/echo\n")
    home = {"HOME": world.top}
    assert commands.run(commands.arsync(), "--own", "src/", "dst", cwd=world.top, env=home).out.startswith(b"sending")
    refused = commands.run(commands.arsync(), "--run", "src/", "dst", cwd=world.top, env=home)
    assert refused.code == 1 and b"exec line" in refused.err, refused
