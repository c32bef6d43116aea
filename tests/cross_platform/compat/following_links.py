"""-L, -k and -K: links that stand for what they lead to."""

import os
import stat

from common import tree
from common.commands import no_rsync
from common.runner import cases, needs
from common.world import World


def options_table(*lines):
    return {line: (line.split(),) for line in lines}


def linked_world(t, *, lost=False):
    """Links of every kind to files, directories and each other; `lost`: also some that lead nowhere."""
    world = World(t)
    world.files("src/a", "src/n", "src/d/x", "src/d/e/y", "out/of", "out/od/deep")
    world.hard("src/b", "src/a")
    world.link("src/to-a", "a")
    world.link("src/to-n", "n")
    world.link("src/to-n2", "to-n")
    world.link("src/ld", "d")
    world.link("src/d.first", "d/e")
    world.link("src/d/e/up", "../../n")
    world.link("src/outdir", "../out")
    world.link("src/outfile", "../out/of")
    world.link("src/outside", world.path("out/of"))
    world.node("out/fifo", stat.S_IFIFO)
    world.link("src/to-fifo", "../out/fifo")
    if lost:
        world.link("src/dangling", "no/such")
        world.link("src/self", "self")
        world.link("src/d/nowhere", "/no/such/file")
    return world


@needs(no_rsync)
@cases(options_table("-aLi", "-rLi", "-aLv", "-aLn", "-aLHi", "-aLii --no-l", "-aLc", "-aL --stats", "-aLX",
    "-aki", "-rkv", "-rkli", "-akHi", "-aLk", "-ak --no-r", "-aL --no-r -v", "-rL --no-D -i", "-aLAX", "-aLOJ -i"))
def test_followed_links(t, options):
    linked_world(t).compare(*options, "src/", "dst", exit=0)


@needs(no_rsync)
@cases(options_table("-aLi", "-aki", "-rLvv --existing", "-aLi --delete", "-aki --delete",
    "-aLi --inplace", "-aLiI", "-ai --delete", "-aLi --delete --exclude=ld", "-aLiu", "-aLi --size-only"))
def test_followed_links_over_another_tree(t, options):
    world = linked_world(t)
    world.files("dst/ld/old", "dst/to-n", "dst/d.first/y", "dst/extra")
    world.link("dst/outdir", "nowhere")
    world.link("dst/a", "to-n")
    world.file("dst/outfile", b"another")
    world.link("dst/d", "ld")
    world.compare(*options, "src/", "dst")
    world.compare_again(*options, "src/", "dst")


@needs(no_rsync)
@cases(options_table("-aLi", "-aLv", "-rLn", "-aLi --delete-during", "-aLi --exclude=self --exclude=dangling",
    "-aLi --exclude=nowhere/ --exclude=self", "-aki", "-aki --delete"))
def test_links_that_lead_nowhere(t, options):
    world = linked_world(t, lost=True)
    world.files("dst/extra", "dst/d/extra")
    world.compare(*options, "src/", "dst", exit=0 if "k" in options[0] else 23)


@needs(no_rsync)
def test_lost_links_stop_deletion(t):
    world = linked_world(t, lost=True)
    world.files("dst/extra", "dst/dangling", "dst/d/extra")
    found = world.compare("-aLi", "--delete", "src/", "dst", exit=23)
    assert b"dst/extra" in found.tree and b"dst/dangling" in found.tree


@needs(no_rsync)
@cases(options_table("-aLi --exclude=ld/", "-aki --exclude=ld/", "-ai --exclude=ld/", "-aLi --exclude=d/x",
    "-aLi --include=*/ --exclude=*", "-aki --include=*/ --exclude=*", "-aLFi", "-akFi", "-aFi",
    "-aLi --exclude=/outdir/od", "-aLi --filter=-/_/ld/e"))
def test_filters_see_what_links_lead_to(t, options):
    world = linked_world(t)
    world.file("src/d/.rsync-filter", b"- y\n")
    world.file("out/.rsync-filter", b"- /of\n")
    world.compare(*options, "src/", "dst", exit=0)


@needs(no_rsync)
@cases({f"{options} {' '.join(operands)}": (options.split(), operands)
    for options in ("-ai", "-aLi", "-aki", "-rLi --no-r")
    for operands in (("lsrc",), ("lsrc/",), ("src/to-a",), ("src/to-a", "src/ld"), ("src/ld/", "src/d"), ("lost",),
        ("lost", "src/n"), ("src/outfile",))})
def test_operands_that_are_links(t, options, operands):
    world = linked_world(t)
    world.link("lsrc", "src")
    world.link("lost", "nowhere")
    world.compare(*options, *operands, "dst")


@needs(no_rsync)
@cases(options_table("-aLi", "-aki", "-aLHi"))
def test_merged_sources_with_links(t, options):
    world = World(t)
    world.files("one/d/x", "one/real/1", "two/real/x", "two/d2/y", "one/f")
    world.link("two/d", "d2")
    world.link("one/e", "d")
    world.files("two/e/z")
    world.link("two/f", "d2/y")
    world.compare(*options, "one/", "two/", "dst", exit=0)


@needs(no_rsync)
@cases({"-L": ("-aL",), "-k": ("-ak",), "-L --delete": ("-aL --delete",)})
def test_links_in_a_circle_end(t, options):
    """rsync goes round until the system refuses more than forty links; arsync stops at the first turn. Both: exit 23."""
    world = World(t)
    world.files("src/f", "src/d/x", "dst/extra")
    world.link("src/d/round", "..")
    world.settle()
    result = world.arsync(*options.split(), "src/", "dst")
    assert result.code == 23, result
    assert b"leads back to a directory above" in result.err, result
    found = tree.snapshot(world.path("dst"))
    assert found[b"f"].content and found[b"d/x"].content and b"d/round" not in found
    assert b"extra" in found


@needs(no_rsync)
def test_extended_attributes_of_what_links_lead_to(t):
    """rsync reads those of the link itself, which has none."""
    world = linked_world(t)
    for name in ("src/n", "src/d", "out/of"):
        os.setxattr(world.path(name), "user.of", os.fsencode(name))
    os.chmod(world.path("out/of"), 0o4751)
    world.settle()
    assert world.arsync("-aLX", "src/", "dst").code == 0
    found = tree.snapshot(world.path("dst"))
    for name, source in {b"to-n": b"src/n", b"ld": b"src/d", b"outside": b"out/of", b"d/e/up": b"src/n"}.items():
        assert found[name].xattrs == {"user.of": source}, found[name]
    assert stat.S_IMODE(os.stat(world.path("dst/outside")).st_mode) == 0o4751
    os.setxattr(world.path("src/n"), "user.more", b"1")
    result = world.arsync("-aLXi", "src/", "dst")
    assert b".f........x to-n2\n" in result.out and b"ld/\n" not in result.out, result


def kept(t, target, *, mode=0o755):
    """src/p/d is a directory, dst/p/d a link."""
    world = World(t)
    world.files("src/p/d/x", "src/p/d/sub/y", "src/p/z", "dst/tgt/old", "dst/p/q/old", "outside/old")
    os.chmod(world.path("dst/tgt"), mode)
    world.link("dst/p/d", target)
    return world


@needs(no_rsync)
@cases({f"{options} {target}": (options.split(), target)
    for options in ("-rKi", "-aKi", "-aKin", "-aKv", "-aKii --exclude=x", "-ai", "-aKi --existing", "-aKHi")
    for target in ("q", "../tgt", "nowhere", "q/../../tgt", "./q/", "../p/q", "q/old")})
def test_kept_links(t, options, target):
    """The directory's own time: rsync 3.5 gives it to the link, arsync to the directory."""
    world = kept(t, target)
    world.compare(*options, "src/", "dst", exit=0, ignore=("mtime_ns",))


@needs(no_rsync)
@cases(options_table("-aKi --delete", "-aKi --delete-during", "-rKi --delete --exclude=old"))
def test_kept_links_and_deletion(t, options):
    world = kept(t, "../tgt")
    world.compare(*options, "--filter=P /tgt", "src/", "dst", exit=0, ignore=("mtime_ns",))


@needs(no_rsync)
@cases({"file": ("file",), "link": ("link",), "nothing": ("nothing",), "followed": ("followed",)})
def test_kept_links_only_where_the_source_has_a_directory(t, kind):
    world = World(t)
    world.files("src/other", "dst/real/old")
    world.link("dst/d", "real")
    options = ["-aKi"]
    if kind == "file":
        world.files("src/d")
    elif kind == "link":
        world.link("src/d", "other")
    elif kind == "followed":
        world.files("src/e/inside")
        world.link("src/d", "e")
        options = ["-aKLi"]
    else:
        options = ["-aKi", "--delete"]
    world.compare(*options, "src/", "dst", exit=0, ignore=("mtime_ns",))


@needs(no_rsync)
@cases({"absolute": (None,), "climbing": ("../../outside",), "around": ("../../dst/tgt",)})
def test_kept_links_lead_nowhere_but_into_the_destination(t, target):
    """rsync 3.5 refuses the same, once for each name below."""
    world = kept(t, target or t.path("rsync", "dst", "tgt"))
    world.settle()
    outside = tree.snapshot(world.path("outside"))
    found = world.compare("-aK", "src/", "dst", exit=23, output=False, ignore=("mtime_ns",))
    assert b"dst/p/d/x" not in found.tree and b"dst/tgt/x" not in found.tree
    tree.assert_same(outside, tree.snapshot(t.path("arsync", "outside")))


@needs(no_rsync)
def test_chain_of_kept_links(t):
    world = World(t)
    world.files("src/p/d/x", "src/p/d/e/y", "dst/tgt/old", "dst/z/old", "dst/r/old")
    world.link("dst/p", "tgt")
    world.link("dst/tgt/d", "../l")
    world.link("dst/l", "z")
    world.link("dst/z/e", "../r")
    world.compare("-aKi", "src/", "dst", exit=0, ignore=("mtime_ns",))


@needs(no_rsync)
def test_directory_behind_a_kept_link_gets_its_attributes(t):
    """rsync 3.5.0 fails on its mode and gives its time to the link: arsync does what -K says."""
    world = kept(t, "../tgt", mode=0o700)
    os.chmod(world.path("src/p/d"), 0o751)
    world.settle()
    result = world.arsync("-aK", "src/", "dst")
    assert result.code == 0, result
    facts = os.stat(world.path("dst/tgt"))
    assert stat.S_IMODE(facts.st_mode) == 0o751
    assert int(facts.st_mtime) == int(os.stat(world.path("src/p/d")).st_mtime)
    assert os.readlink(world.path("dst/p/d")) == b"../tgt"
