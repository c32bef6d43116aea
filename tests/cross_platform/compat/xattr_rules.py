"""Filter rules for extended attributes (the x modifier), with -X."""

import os

from common.commands import no_rsync, system
from common.runner import cases, needs
from common.world import World

LISTS = ("-x user.b", "-xs user.b", "-xr user.x", "-xr *", "-x! user.*", "-x *", "+x user.a|-x *", "-x system.*",
    "-xr user.a", "Px user.x", "Hx user.b", "-x /user.b", "-x user.b/", "-x *.b", "-x user.?", "-x **b", "-x user.[ab]",
    "+x user.b|-x user.*", "Sx user.b|Hx user.*", "Rx user.x|Px *", "-x user.b|!|-x user.a", "-xp user.b", "- user.b",
    "-x trusted.*|-x system.*", "-x! user.[ab]", "exclude,x user.b")


def no_xattrs():
    return None if system() == "linux" and os.geteuid() == 0 else "xattrs of several namespaces are made by root on Linux"


def world_of_xattrs(t):
    world = World(t)
    world.files("src/f", "src/d/g", "src/new", "src/d/sub/h", "src/user.b")
    world.file("src/changed", b"new content")
    world.link("src/link", "f")
    world.file("dst/f", b"src/f")
    world.file("dst/d/g", b"src/d/g")
    world.file("dst/changed", b"old")
    for name in ("f", "d", "d/g", "new", "changed", "."):
        for attribute, value in (("user.a", b"1"), ("user.b", b"2"), ("trusted.t", b"3")):
            os.setxattr(world.path("src/" + name), attribute, value)
        if name != "new":
            os.setxattr(world.path("dst/" + name), "user.x", b"8")
            os.setxattr(world.path("dst/" + name), "user.a", b"9")
    return world


@needs(no_rsync, no_xattrs)
@cases({f"{options} {rules}": (options.split(), rules.split("|"))
    for options in ("-aXi", "-aXin", "-aXi --delete", "-aXi --delete-excluded", "-rXiI") for rules in LISTS})
def test_rules(t, options, rules):
    world_of_xattrs(t).compare(*options, *["--filter=" + rule for rule in rules], "src/", "dst/", exit=0)


@needs(no_rsync, no_xattrs)
@cases({"x": ("-x user.b\n",), "sides": ("-xs user.b\n-xr user.x\n",), "clear": ("!\n",)})
def test_rules_of_merge_files(t, text):
    world = world_of_xattrs(t)
    world.file("rules", text)
    world.compare("-aXi", "--filter=. rules", "src/", "dst/", exit=0)
    world.compare_again("-aXi", "src/", "dst/", exit=0)


@needs(no_rsync, no_xattrs)
@cases({"plain": (),})
def test_rules_of_directories(t):
    world = world_of_xattrs(t)
    world.file("src/d/.rules", "-x user.b\n")
    world.compare("-aX", "--filter=: .rules", "src/", "dst/", exit=0, output=False)


@needs(no_rsync)
@cases({"n": ("-xn user.b",), "dir": (":x .rules",), "merge": (".x rules",), "e": ("-xe a",)})
def test_rules_that_are_wrong(t, rule):
    world = World(t)
    world.files("src/a", "rules")
    world.compare("-aX", "--filter=" + rule, "src/", "dst")
