"""What goes where: trailing slashes, several sources, how DEST comes to be."""

import stat

from common import native
from common.commands import no_rsync
from common.generate import PAST
from common.runner import cases, needs
from common.world import World


def sample(t):
    """src/ with a file, a directory with a file, and an empty directory."""
    world = World(t)
    world.files("src/a", "src/d/f", "src/empty/")
    world.dir("src", mode=0o751, mtime=1234567890)
    return world


@needs(no_rsync)
def test_trailing_slash_copies_contents(t):
    found = sample(t).compare("-ai", "src/", "dst")
    assert b"dst/d/f" in found.tree and b"dst/src" not in found.tree and found.tree[b"dst"].mode == 0o751


@needs(no_rsync)
def test_without_trailing_slash_the_directory_itself_is_copied(t):
    assert b"dst/src/d/f" in sample(t).compare("-ai", "src", "dst").tree


@needs(no_rsync)
@cases({form: (form,) for form in ("src/.", "src/d/..", "./src/", "src//", "src/d/../", "./src", "src/./d", "src//d",
    ".",
                                   "./", "src/d/f", "./src/a", "src/empty", "src/d/.")})
def test_forms_of_the_source_operand(t, form):
    world = sample(t)
    world.files("out/")
    world.compare("-ai", "--exclude=/out", "--exclude=rsync/out", form, "out/dst")


@needs(no_rsync)
@cases({form: (form,) for form in ("dst", "dst/", "./dst", "dst/.", "dst//")})
def test_forms_of_an_existing_destination(t, form):
    world = sample(t)
    world.files("dst/old")
    world.compare("-ai", "src/", form, exit=0)


@needs(no_rsync)
def test_one_file_takes_the_name_of_a_missing_destination(t):
    found = sample(t).compare("-ai", "src/a", "new")
    assert found.tree[b"new"].kind == "file"


@needs(no_rsync)
def test_one_file_into_a_missing_destination_with_slash(t):
    found = sample(t).compare("-ai", "src/a", "new/")
    assert found.tree[b"new/a"].kind == "file"


@needs(no_rsync)
def test_one_file_over_an_existing_file_of_another_name(t):
    world = sample(t)
    world.file("other", b"older and longer")
    world.compare("-ai", "src/a", "other", exit=0)


@needs(no_rsync)
def test_one_link_takes_the_name_of_a_missing_destination(t):
    world = sample(t)
    world.link("src/l", "a")
    world.compare("-ai", "src/l", "new", exit=0)


@needs(no_rsync)
def test_several_files_make_the_destination(t):
    assert sample(t).compare("-ai", "src/a", "src/d/f", "new").tree[b"new/f"].kind == "file"


@needs(no_rsync)
@cases({name: (options,) for name, options in (("plain", "-a"), ("verbose", "-av"), ("dry", "-avn"), ("quiet",
    "-avq"))})
def test_message_about_the_created_destination(t, options):
    sample(t).compare(options, "src/", "new", exit=0)


@needs(no_rsync)
@cases({"file": ("src/a", 3), "directory": ("src", 11), "contents": ("src/", 11)})
def test_missing_parent_of_the_destination(t, source, code):
    sample(t).compare("-ai", source, "no/such/dst", exit=code)


@needs(no_rsync)
@cases({"directory": ("src",), "contents": ("src/",)})
def test_missing_parent_of_the_destination_in_a_dry_run(t, source):
    sample(t).compare("-ain", source, "no/such/dst", ignore=("mtime_ns",))


@needs(no_rsync)
@cases({"two files": (["src/a", "src/d/f"],), "directory": (["src"],), "contents": (["src/"],)})
def test_destination_is_a_file(t, sources):
    world = sample(t)
    world.file("dst", b"precious")
    world.compare("-ai", *sources, "dst")


@needs(no_rsync)
def test_destination_is_a_link_to_a_directory(t):
    world = sample(t)
    world.files("real/old")
    world.link("dst", "real")
    assert world.compare("-ai", "src/", "dst").tree[b"dst"].kind == "link"


@needs(no_rsync)
@cases({"with slash": ("lnk/",), "without": ("lnk",)})
def test_source_is_a_link_to_a_directory(t, source):
    world = sample(t)
    world.link("lnk", "src")
    world.compare("-ai", source, "dst", exit=0)


@needs(no_rsync)
def test_several_sources_are_merged_and_the_first_wins(t):
    world = World(t)
    world.file("one/same", b"first")
    world.file("two/same", b"the second")
    world.files("one/d/x", "two/d/y", "two/z")
    found = world.compare("-ai", "one/", "two/", "dst")
    assert found.tree[b"dst/same"].size == 5 and b"dst/d/x" in found.tree and b"dst/d/y" in found.tree


@needs(no_rsync)
@cases({"same twice": (["src", "src"],), "contents twice": (["src/", "src/"],), "file twice": (["src/a", "src/a"],),
        "file and its directory": (["src/a", "src"],), "files and directories": (["src/a", "src/d", "src/empty"],),
        "directory and contents": (["src", "src/"],), "reverse order": (["src/empty", "src/d", "src/a"],)})
def test_overlapping_sources(t, sources):
    sample(t).compare("-ai", *sources, "dst", exit=0)


@needs(no_rsync)
def test_several_sources_with_delete(t):
    world = sample(t)
    world.files("two/x/y", "dst/old", "dst/d/old", "dst/x/old")
    found = world.compare("-ai", "--delete", "src/", "two/", "dst")
    assert b"dst/d/old" not in found.tree and b"dst/x/old" not in found.tree


@needs(no_rsync)
def test_file_in_one_source_and_directory_in_the_next(t):
    world = World(t)
    world.files("one/name", "two/name/inside")
    world.compare("-ai", "one/", "two/", "dst")


@needs(no_rsync)
@cases({"alone": (["missing"],), "first": (["missing", "src/a"],), "last": (["src/", "missing/"],),
        "in a directory": (["src/missing"],), "two": (["m1", "m2", "src/d"],), "below a file": (["src/a/b"],)})
def test_missing_source(t, sources):
    sample(t).compare("-ai", *sources, "dst", exit=23)


@needs(no_rsync)
def test_missing_source_does_not_stop_deletion(t):
    world = sample(t)
    world.files("dst/old")
    found = world.compare("-ai", "--delete", "src/", "missing", "dst/", exit=23)
    assert b"dst/old" not in found.tree and b"dst/a" in found.tree


@needs(no_rsync)
@cases({"directory": (["src"],), "contents": (["src/"],), "among files": (["src/a", "src/d"],)})
def test_directory_without_recursion_is_skipped(t, sources):
    sample(t).compare("-lptgoDi", *sources, "dst", exit=0)


@needs(no_rsync)
def test_empty_source_directory(t):
    world = World(t)
    world.dir("src", mode=0o700)
    assert world.compare("-ai", "src/", "dst").tree[b"dst"].mode == 0o700


@needs(no_rsync)
def test_options_after_operands(t):
    sample(t).compare("src/", "dst", "-a", "-i", exit=0)


@needs(no_rsync)
def test_operand_with_leading_dash_after_double_dash(t):
    world = World(t)
    world.files("-x/a")
    assert b"dst/-x/a" in world.compare("-ai", "--", "-x", "dst").tree


@needs(no_rsync)
@cases({f"{options} {operands}": ([*options.split(), *operands.split()],)
        for options in ("-av", "-ai", "-avn", "-a --info=name", "-r -v --mkpath", "-a --stats -v")
        for operands in ("src/ two/ new", "src/ two/ new/", "src/ two/ new/deep", "src/ new", "src two new",
                         "src/ missing new", "src/ two/ dst/a", "src/ two/ dst")})
def test_empty_directories_into_a_new_one(t, arguments):
    """Several of them are told like anything else, one that is alone without the directory that was made for it."""
    world = World(t)
    world.files("src/", "two/", "dst/")
    world.compare(*arguments)


@needs(no_rsync)
@cases({f"{options} {operands}": ([*options.split(), *operands.split()],)
        for options in ("-v", "-vn")
        for operands in ("src dst/long", "src dst/loop", "src dst/nowhere", "src dst/file", "src dst/file/x",
                         "src dst/dir", "src missing dst/loop", "src dst/none/x")})
def test_destination_that_cannot_be_looked_at_for_nothing(t, arguments):
    """Without -r nothing is left of a directory; the destination is looked at all the same."""
    world = World(t)
    world.files("src/x", "dst/file", "dst/dir/")
    for name, target in (("long", "x" * 300), ("loop", "loop"), ("nowhere", "no/where")):
        world.link(f"dst/{name}", target)
    world.compare(*arguments)


@needs(no_rsync)
@cases({f"{source} {options}": (source, options.split()) for source in ("file", "empty", "link", "fifo", "long")
        for options in ("-avv", "-aivv", "-avv --existing", "-avv --ignore-existing", "-avvu", "-avv --min-size=1", "-avv --safe-links",
                        "-rvv", "-avvH", "-avvn", "-avvnR --existing")})
def test_notices_about_one_item_with_another_name(t, source, options):
    base = World(t)
    for there in ("nothing", "same", "other", "newer"):
        world = base.fork(there)
        world.files("file", "empty/")
        world.link("link", "/leads/out")
        world.file("long", b"data")
        world.node("fifo", stat.S_IFIFO)
        world.dir("dst")
        if there != "nothing" and source in ("file", "long"):
            world.file("dst/new", b"data", mode=0o600 if there == "other" else 0o644, mtime=PAST + 9 * (there == "newer"))
        elif there != "nothing" and source == "link":
            world.link("dst/new", "/leads/out")
        elif there != "nothing" and source == "fifo":
            world.node("dst/new", stat.S_IFIFO)
        world.compare(*options, source, "dst/new")


@needs(no_rsync)
@cases({f"{options} {destination}": (options.split(), destination) for destination in ("dst", "old")
        for options in ("-avvRO", "-avvRO --existing", "-avvRO --ignore-existing", "-avvRO --min-size=1", "-avvRO --safe-links",
                        "-rvvR", "-avvROi")})
def test_notices_about_an_absolute_path(t, options, destination):
    world = World(t)
    world.files("src/file", "src/empty/")
    world.link("src/link", "/leads/out")
    world.node("src/fifo", stat.S_IFIFO)
    world.settle()
    world.dir("old" + t.path("rsync"))
    native.copy_tree(world.path("src"), world.path("old" + t.path("rsync", "src")))
    world.compare(*options, t.path("rsync", "src"), destination, exit=0)


@needs(no_rsync)
@cases({f"{options} {sources} {destination}": (options.split(), sources, destination)
        for options in ("-ai", "-avv", "-avvn", "-ai --stats", "-ain --stats", "-ai --mkpath")
        for sources in ("empty/", "empty", "src/", "src")
        for destination in ("new", "new/", "new/d", "new/d/")})
def test_existing_and_no_destination(t, options, sources, destination):
    world = World(t)
    world.files("src/f", "src/d/x", "empty/")
    world.compare(*options, "--existing", sources, destination)
