"""-R: paths as typed, implied directories, /./, and what --delete and filters make of them."""

import os

from common import commands
from common.commands import no_rsync
from common.runner import cases, needs
from common.world import World


def sample(t):
    """src/ three levels deep, with directories whose attributes can be told from defaults."""
    world = World(t)
    world.files("src/top", "src/a/f1", "src/a/b/f2", "src/a/b/c/f3", "src/a/b/c/deep/f4", "src/a/z/zz", "src/d/g",
                "src/d/e/h", "src/empty/")
    world.dir("src/a", mode=0o711, mtime=1000000000)
    world.dir("src/a/b", mode=0o750, mtime=1100000000)
    world.dir("src/d", mode=0o2755, mtime=1200000000)
    return world


def with_old(t):
    """The same, and a destination with more than the source has."""
    world = sample(t)
    world.files("dst/src/a/f9", "dst/src/a/b/old", "dst/src/a/b/c/old/x", "dst/src/d/x/y", "dst/src/d/old",
                "dst/src/old", "dst/old", "dst/a/b/old", "dst/a/old")
    return world


SOURCES = {
    "directory": (["src/a/b"],), "contents": (["src/a/b/"],), "dot": (["src/a/b/."],), "file": (["src/a/b/f2"],),
    "two directories": (["src/a/b/c", "src/d/e"],), "nested": (["src/a/b/c", "src/a/b", "src/a/f1"],),
    "inside first": (["src/a/b/c/f3", "src/a/b"],), "with files": (["src/a/b/", "src/d/g", "src/top"],),
    "cut": (["src/a/./b/c"],), "cut twice": (["src/./a/./b"],), "two cuts": (["src/a/./b/c", "src/d/./g"],),
    "cut to nothing": (["src/a/./", "src/d/./"],), "cut to dot": (["src/a/./."],), "double slashes": (["./src//a/b/./c"],),
    "slash behind a file": (["src/a/f1/", "src/top/."],), "leading dot": (["./src/a/f1"],), "dots behind the cut": (["src/a/./././z", "src/d/././g"],), "same twice": (["src/a/f1", "src/a/f1"],), "empty": (["src/empty"],),
    "above the cut": (["src/../src/./a/b"],), "merged by a cut": (["src/a/./b", "src/a/b/./c", "src/./a"],),
    "everything": (["src/a", "src/d", "src/empty", "src/top"],), "the same name by two cuts":
    (["src/a/./f1", "src/d/./g", "src/a/b/./f2"],),
}


@needs(no_rsync)
@cases(SOURCES)
def test_paths_into_a_missing_destination(t, sources):
    sample(t).compare("-aiR", *sources, "dst", exit=0)


@needs(no_rsync)
@cases(SOURCES)
def test_paths_into_an_existing_destination(t, sources):
    with_old(t).compare("-aiivvR", *sources, "dst", exit=0)


@needs(no_rsync)
@cases(SOURCES)
def test_delete_only_where_contents_are_sent(t, sources):
    with_old(t).compare("-aiR", "--delete", *sources, "dst", exit=0)


@needs(no_rsync)
@cases(SOURCES)
def test_without_implied_directories(t, sources):
    world = with_old(t)
    world.compare("-aiR", "--no-implied-dirs", "--delete", *sources, "dst", exit=0)


@needs(no_rsync)
@cases(SOURCES)
def test_without_implied_directories_into_nothing(t, sources):
    sample(t).compare("-aiR", "--no-implied-dirs", *sources, "dst", exit=0)


@needs(no_rsync)
@cases(SOURCES)
def test_dry_run(t, sources):
    with_old(t).compare("-ainR", "--delete", *sources, "dst", exit=0)


@needs(no_rsync)
@cases({"recursive": "-rtiR", "directories": "-dtiR", "neither": "-tiR", "all": "-aHAXiR"})
def test_with_other_options(t, *letters):
    world = with_old(t)
    world.compare("".join(letters), "src/a/b/", "src/a/z", "src/d", "src/top", "dst", exit=0)


@needs(no_rsync)
def test_the_current_directory(t):
    world = sample(t)
    world.files("out/")
    world.compare("-aiR", "--exclude=/out", "--exclude=rsync/out", ".", "out/dst", exit=0)
    world.compare_again("-aiR", "--exclude=/out", "./", "out/other", exit=0)


@needs(no_rsync)
@cases({name: (source,) for name, source in (("in the middle", "src/a/../d/g"), ("at the start", "../x/src"),
                                             ("at the end", "src/a/.."), ("behind the cut", "src/a/./../d"))})
def test_paths_that_climb_are_refused(t, source):
    found = sample(t).compare("-aiR", source, "dst", exit=1)
    assert b"dst" not in found.tree


@needs(no_rsync)
def test_attributes_of_implied_directories(t):
    found = sample(t).compare("-aR", "src/a/b/f2", "dst", exit=0)
    assert found.tree[b"dst/src/a"].mode == 0o711 and found.tree[b"dst/src/a/b"].mode == 0o750


@needs(no_rsync)
def test_attributes_of_directories_that_are_not_implied(t):
    found = sample(t).compare("-aR", "--no-implied-dirs", "src/a/b/f2", "dst", exit=0)
    assert found.tree[b"dst/src/a"].mode == 0o755


@needs(no_rsync)
@cases({"implied": ("--implied-dirs",), "short": ("--i-d",), "not": ("--no-i-d",), "no relative": ("--no-relative",),
        "no R": ("--no-R",)})
def test_spellings(t, option):
    sample(t).compare("-aiR", "--no-implied-dirs", option, "src/a/b/f2", "src/d/", "dst", exit=0)


@needs(no_rsync)
@cases({"name": (["src/a/nope", "src/top"],), "directory": (["src/no/x", "src/top"],),
        "below a file": (["src/top/x", "src/a/f1"],), "base": (["no/./x", "src/./top"],),
        "base is a file": (["src/top/./x", "src/./d"],), "all": (["no", "src/no"],)})
def test_missing_sources(t, sources):
    sample(t).compare("-aiR", *sources, "dst", exit=23)


@needs(no_rsync)
@cases({name: (rule, sources) for name, rule, sources in (
    ("implied is not asked", "--exclude=a", ["src/a/b/c", "src/d/g"]),
    ("named is", "--exclude=c", ["src/a/b/c", "src/a/f1", "src/d/g"]),
    ("directories only", "--exclude=c/", ["src/a/b/c/", "src/d/g"]),
    ("below", "--exclude=deep", ["src/a/b"]), ("anchored", "--exclude=/src/a/b/f2", ["src/a/b"]),
    ("anchored implied", "--exclude=/src/a", ["src/a/b", "src/a/f1"]),
    ("anchored at the cut", "--exclude=/b/f2", ["src/a/./b"]), ("not the whole path", "--exclude=/a/b/f2", ["src/a/./b"]),
    ("everything", "--exclude=*", ["src/a/f1", "src/d"]), ("all but directories", "--filter=-! */", ["src/a/f1", "src/d"]),
    ("contents and a name in it", "--exclude=/src/a/b", ["src/a", "src/a/b/c/f3"]),
    ("end of path", "--exclude=b/c", ["src/a", "src/d/e"]))})
def test_filters(t, rule, sources):
    with_old(t).compare("-aiR", rule, *sources, "dst", exit=0)


@needs(no_rsync)
@cases({"excluded": ("--delete",), "deleted": ("--delete-excluded",)})
def test_filters_and_deletion(t, option):
    with_old(t).compare("-aiR", option, "--exclude=old", "src/a", "src/d/e", "dst", exit=0)


@needs(no_rsync)
@cases({"contents": (["src/a/b"],), "deeper": (["src/a/b/c"],), "names": (["src/a/b/g", "src/a/b/h"],),
        "of the base": (["src/./a/b"],)})
def test_merge_files_on_the_way(t, sources):
    world = World(t)
    world.files("src/a/f", "src/a/b/g", "src/a/b/h", "src/a/b/c/k")
    world.file("src/a/.rules", "- h\n")
    world.file("src/a/b/.rules", "- g\n- k\n")
    world.compare("-aiR", "--filter=: .rules", *sources, "dst", exit=0)


def linked(t):
    world = sample(t)
    world.link("src/la", "a")
    world.link("src/a/lb", "b")
    return world


@needs(no_rsync)
@cases({"file": (["src/la/f1"],), "two links": (["src/la/lb/f2"],), "link at the end": (["src/la/lb"],),
        "link with slash": (["src/la/lb/"],), "link and way": (["src/la/f1", "src/la"],),
        "way and link": (["src/la", "src/la/f1"],), "among others": (["src/a/b/", "src/a/lb/f2", "src/a/lb"],),
        "contents and way": (["src/a", "src/a/lb/f2"],)})
def test_links_in_typed_paths_become_directories(t, sources):
    linked(t).compare("-aiR", *sources, "dst", exit=0)


@needs(no_rsync)
def test_links_in_typed_paths_when_all_is_there(t):
    world = linked(t)
    world.compare("-aiiR", "src/la/f1", "dst", exit=0)
    world.compare_again("-aiiR", "src/la/f1", "dst", exit=0)


@needs(no_rsync)
def test_links_in_typed_paths_bring_the_attributes_of_the_directory(t):
    # rsync reads the xattrs of the link instead, and loses the directory's.
    world = linked(t)
    os.setxattr(world.path("src/a"), b"user.name", b"value")
    assert world.arsync("-aXR", "src/la/f1", "dst").code == 0
    assert os.getxattr(world.path("dst/src/la"), b"user.name") == b"value"
    assert world.arsync("-aXiR", "src/la/f1", "dst").out == b""


@needs(no_rsync)
@cases({"kept": (["--no-implied-dirs"],), "replaced": ([],)})
def test_destination_has_a_link_on_the_way(t, options):
    world = World(t)
    world.files("src/a/f", "dst/src/real/old")
    world.link("dst/src/a", "real")
    found = world.compare("-aiR", *options, "src/a/f", "dst", exit=0)
    assert (found.tree[b"dst/src/a"].kind == "link") == bool(options)


@needs(no_rsync)
@cases({"up and down": ("../real",), "dots": (".//./real/",)})
def test_destination_has_a_link_within_the_tree(t, target):
    world = World(t)
    world.files("src/a/f", "dst/src/real/old", "dst/real/older")
    world.link("dst/src/a", target)
    world.compare("-aiR", "--no-implied-dirs", "src/a/f", "dst", exit=0)


@needs(no_rsync)
@cases({"absolute": (None,), "out": ("../../out",), "dangling": ("nowhere",), "a file": (False,)})
def test_destination_has_something_else_on_the_way(t, target):
    world = World(t)
    world.files("src/a/f", "src/z", "out/", "dst/")
    if target is False:
        world.file("dst/src/a", "in the way")
    else:
        world.link("dst/src/a", world.path("out") if target is None else target)
    world.settle()
    found = world.arsync("-aiR", "--no-implied-dirs", "src/a/f", "src/z", "dst")
    assert found.code == 23 and os.listdir(world.path("out")) == [], found
    assert os.path.lexists(world.path("dst/src/z")) and b"dst/src/a" in found.err


@needs(no_rsync)
def test_absolute_paths_are_told_with_their_slash(t):
    world = sample(t)
    world.files("zz/top")
    world.settle()
    other = world.copy("arsync")
    results = []
    for program, top in ((commands.rsync(), world.top), (commands.arsync(), other)):
        os.makedirs(top + "/dst" + top + "/src/a/b/old")
        run = commands.run(program, "-aiR", "--delete", top + "/src/a/b", "zz/top", top + "/src/d/g", "dst", cwd=top)
        assert run.code == 0, run
        lines = run.out.replace(os.fsencode(top), b"TOP").replace(os.fsencode(top[1:]), b"TOP").split(b"\n")
        results.append([line for line in lines if b"TOP" in line or b"zz" in line])
        assert os.path.isfile(top + "/dst" + top + "/src/a/b/f2") and not os.path.exists(top + "/dst" + top + "/src/a/b/old")
    for part in (b"deleting", b"+++", b".d..t"):
        assert [[line for line in lines if part in line] for lines in results[:1]] == [
            [line for line in lines if part in line] for lines in results[1:]], results


@needs(no_rsync)
@cases({"existing": ("--existing",), "ignore existing": ("--ignore-existing",), "update": ("-u",)})
def test_with_policies(t, option):
    with_old(t).compare("-aiR", option, "src/a/b", "src/d/g", "dst", exit=0)


@needs(no_rsync)
def test_stats(t):
    with_old(t).compare("-aR", "--stats", "--delete", "src/a/b", "src/d/g", "dst", exit=0)


@needs(no_rsync)
def test_implied_directory_that_may_not_be_read(t):
    world = sample(t)
    world.user = 1000
    world.dir("src/d", mode=0o711)
    world.compare("-aiR", "src/d/g", "src/d/e", "dst")


@needs(no_rsync)
def test_hard_links_between_named_files(t):
    world = sample(t)
    world.hard("src/d/e/again", "src/a/b/f2")
    world.compare("-aiHR", "src/a/b/f2", "src/d/e/again", "dst", exit=0)


@needs(no_rsync)
@cases({f"{options} {sources}": ([*options.split(), *sources.split()],)
        for options in ("-Rlpt", "-Rlpt --no-implied-dirs", "-Rlptn", "-Rq", "-Rd")
        for sources in ("./src", "./src/", "./src/.", ".//src/", "././src", "./src/d", "./src/top", "./src/nowhere", "./.",
                        "--exclude=src ./src", "--exclude=* ./src/top", "--exclude=. ./src/top", "src/top ./src/d/g",
                        "./src/top ./src/d ./src/d/g", "--ignore-missing-args ./src/nowhere", "src/./d", "src/./d/")})
def test_skipped_directories_and_the_base_of_a_dotted_path(t, arguments):
    """The base is a directory as well: told, once, without any attribute of its own."""
    world = with_old(t)
    world.dir("dst", mtime=5)
    world.compare(*arguments, "dst/")


@needs(no_rsync)
def test_skipped_directory_of_an_absolute_path(t):
    world = sample(t)
    run = world.compare("-Rlpt", "/usr/share", "/usr/./share", "dst/")
    assert b"skipping directory /usr/share" in run.notices, run.notices


@needs(no_rsync)
@cases({f"{options}": (options.split(),) for options in ("--no-d", "--no-d --no-R", "--no-d --no-implied-dirs")})
def test_skipped_directories_of_a_list(t, options):
    world = sample(t)
    names = ("./d", ".//d", "././d", "a/./b", "a//b", "./a/b/.", "/d", "a/../d", "d/", "./d/", "d/e", "d/e/", "./top", ".")
    world.file("list", "\n".join(names) + "\n")
    world.compare("-lpt", *options, "--files-from=list", "src", "dst/")
