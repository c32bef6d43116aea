"""Other file systems inside the source and the destination: -x, and what --delete does to mount points."""

import os

from common import commands, mounts, native
from common.commands import no_rsync, not_root
from common.generate import age
from common.runner import cases, needs
from common.world import compare

not_alone = native.not_on_a_mac("the system puts things of its own on the volumes of a Mac")


def stage(t, side):
    """src/d/mounted and dst/gone/mounted are file systems of their own, each with a file."""
    for folder in ("src/d", "dst/gone"):
        os.makedirs(t.path(side, folder))
    inside = mounts.mount(t, os.path.join(side, "src", "d", "mounted"), "tmpfs", 1)
    there = mounts.mount(t, os.path.join(side, "dst", "gone", "mounted"), "tmpfs", 1)
    for path in (inside + "/in", there + "/there", t.path(side, "src", "d", "file")):
        with open(path, "w", encoding="ascii") as file:
            file.write("content")
    age(t.path(side))
    return t.path(side)


@needs(no_rsync, not_root, not_alone)
@cases({options: (options.split(),) for options in ("-ai", "-aix", "-aixx", "-aix --delete", "-aixx --delete", "-avvx",
                                                   "-aix --no-x")})
def test_one_file_system(t, options):
    compare(stage(t, "rsync"), stage(t, "arsync"), *options, "src/", "dst/")


@needs(not_root, not_alone)
@cases({options: (options.split(),) for options in ("-a --delete", "-ax --delete", "-a --delete --force")})
def test_mount_point_among_the_extras_keeps_its_contents(t, options):
    top = stage(t, "arsync")
    result = commands.run(commands.arsync(), *options, "src/", "dst/", cwd=top)
    assert os.listdir(os.path.join(top, "dst", "gone", "mounted")) == ["there"], result
    assert result.code in (0, 23), result
