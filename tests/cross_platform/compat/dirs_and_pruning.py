"""-d, --old-dirs, -m and --mkpath: directories without their contents, without empty ones, and on the way."""

import os

from common.commands import NOBODY, no_rsync, not_root
from common.runner import cases, needs
from common.world import World


def sample(t):
    world = World(t)
    world.files("src/top", "src/a/f1", "src/a/b/f2", "src/a/b/c/f3", "src/d/g", "src/d/e/h", "src/empty/")
    world.dir("src/a", mode=0o711, mtime=1000000000)
    return world


def with_old(t):
    world = sample(t)
    world.files("dst/a/old", "dst/b/old", "dst/c/old/x", "dst/d/old", "dst/old", "dst/empty/old")
    return world


FORMS = {
    "name": (["src/a"],), "contents": (["src/a/"],), "dot": (["src/a/."],), "file and directory": (["src/top", "src/a"],),
    "contents and directory": (["src/a/", "src/d"],), "two contents": (["src/a/", "src/d/"],),
    "two directories": (["src/a/b", "src/d"],), "empty": (["src/empty"],), "all of it": (["src/"],),
    "the same twice": (["src/a", "src/a/"],),
}


@needs(no_rsync)
@cases(FORMS)
def test_directories_without_contents(t, sources):
    sample(t).compare("-dtpi", *sources, "dst", exit=0)


@needs(no_rsync)
@cases(FORMS)
def test_directories_without_contents_into_old_ones(t, sources):
    with_old(t).compare("-dtpi", "--delete", *sources, "dst", exit=0)


@needs(no_rsync)
@cases({name: (options,) for name, options in (
    ("verbose", ["-dtv"]), ("dry", ["-dtvn"]), ("stats", ["-dt", "--stats"]), ("with -r", ["-drti"]),
    ("with -a", ["-adi"]), ("off", ["-dti", "--no-d"]), ("off long", ["-dti", "--no-dirs"]), ("long", ["--dirs", "-ti"]),
    ("a without r", ["-a", "--no-r", "-d", "-i"]), ("old", ["--old-dirs", "-tvi"]), ("old d", ["--old-d", "-ti"]),
    ("old and off", ["--old-dirs", "--no-d", "-ti"]), ("off and old", ["--no-d", "--old-dirs", "-ti"]),
    ("xattrs", ["-dtXi"]), ("existing", ["-dti", "--existing"]))})
def test_forms_of_the_option(t, options):
    with_old(t).compare(*options, "src/", "dst", exit=0)


@needs(no_rsync)
@cases(FORMS)
def test_old_dirs(t, sources):
    if sources == ["src/empty"]:
        t.skip("arsync wants a word before it deletes for an empty source")
    with_old(t).compare("--old-dirs", "-tpi", "--delete", *sources, "dst", exit=0)


@needs(no_rsync)
@cases(FORMS)
def test_relative_directories(t, sources):
    world = sample(t)
    world.files("dst/src/old", "dst/src/a/old", "dst/src/d/old")
    world.compare("-dtpRi", "--delete", *sources, "dst", exit=0)


@needs(no_rsync)
def test_delete_needs_directories(t):
    sample(t).compare("-lti", "--delete", "src/a", "dst", exit=1)


@needs(no_rsync)
def test_directory_that_may_not_be_read(t):
    world = World(t, user=1000)
    world.files("src/d/x", "src/f")
    world.dir("src/d", mode=0o311)
    # Without recursion rsync leaves the destination open to its owner.
    world.compare("-dtpi", "src/", "dst", ignore=("mode",))


def hollow(t):
    """Chains of empty directories, and some that only rules or links fill."""
    world = World(t)
    world.files("src/e1/e2/e3/", "src/f/g/file", "src/h/i/skip.o", "src/x/y/", "src/top", "src/m/n/o/", "src/m/p")
    world.link("src/x/y/l", "top")
    return world


def hollow_with_old(t):
    world = hollow(t)
    world.files("dst/e1/old", "dst/e1/e2/", "dst/h/i/old", "dst/f/", "dst/x/y/old/", "dst/m/n/o/old", "dst/keep/")
    return world


RULES = {
    "none": ([],), "excluded files": (["--exclude=*.o"],), "protect the deepest": (["--filter=P e3/"],),
    "protect the middle": (["--filter=P e2/"],), "protect anchored": (["--filter=P /e1/"],),
    "hide": (["--filter=H *.o"],), "hide all but files": (["--include=file", "--filter=hide,! */"],),
    "excluded directory": (["--exclude=/h"],), "protect and exclude": (["--filter=P o", "--exclude=*.o"],),
    "include wins": (["--include=e2", "--filter=P e2"],),
}


@needs(no_rsync)
@cases(RULES)
def test_pruned_names(t, rules):
    hollow(t).compare("-aim", *rules, "src/", "dst", exit=0)


@needs(no_rsync)
@cases(RULES)
def test_pruned_names_are_deleted(t, rules):
    hollow_with_old(t).compare("-aim", "--delete", *rules, "src/", "dst", exit=0)


@needs(no_rsync)
@cases({"during": (["--delete-during"],), "excluded": (["--delete-excluded"],), "dry": (["--delete", "-n"],),
        "not at all": ([],)})
def test_pruning_and_deletion(t, options):
    hollow_with_old(t).compare("-aim", "--exclude=*.o", *options, "src/", "dst", exit=0)


@needs(no_rsync)
@cases({"root": (["src"],), "one that is empty": (["src/e1"],), "its contents": (["src/e1/"],),
        "two": (["src/e1", "src/f"],), "all empty": (["src/e1", "src/m/n"],), "with a file": (["src/e1", "src/top"],),
        "merged": (["src/e1/", "src/m/"],)})
def test_pruned_operands(t, sources):
    hollow(t).compare("-aim", *sources, "dst", exit=0)


@needs(no_rsync)
@cases({name: (options,) for name, options in (
    ("header", ["-av"]), ("dry", ["-aivn"]), ("stats", ["-a", "--stats"]), ("no links", ["-rti"]), ("off", ["-aiv",
    "--no-m"]), ("off long", ["-ai", "--no-prune-empty-dirs"]), ("dirs", ["-dti"]), ("hard links", ["-aHi"]),
    ("one file system", ["-axi"]), ("progress", ["-a", "--no-v", "-i"]))})
def test_pruning_with_other_options(t, options):
    hollow(t).compare("-m", *options, "src/", "dst", exit=0)


@needs(no_rsync)
@cases({"one": (["src/e1/e2"],), "other branch": (["src/e1/e2", "src/f"],), "with file": (["src/m", "src/top"],),
        "not implied": (["--no-implied-dirs", "src/e1/e2", "src/f"],)})
def test_pruned_implied_directories(t, words):
    hollow(t).compare("-aimR", *words, "dst", exit=0)


@needs(no_rsync)
def test_pruning_what_several_sources_have(t):
    world = World(t)
    world.files("one/a/b/", "two/a/c/file", "one/d/", "two/d/")
    world.compare("-aim", "one/", "two/", "dst", exit=0)


@needs(no_rsync)
def test_pruning_with_merge_files(t):
    world = hollow(t)
    world.file("src/.rules", "- *.o\n")
    world.file("src/m/.rules", "- .rules\n- p\n")
    world.compare("-aim", "--filter=: .rules", "src/", "dst", exit=0)


PATHS = {
    "contents": (["src/a/"], "q/w/e"), "contents with slash": (["src/a/"], "q/w/e/"), "file": (["src/top"], "q/w/e"),
    "file with slash": (["src/top"], "q/w/e/"), "file beside": (["src/top"], "q"), "directory": (["src/a"], "q/w"),
    "one level": (["src/a/"], "q"), "two files": (["src/top", "src/d/g"], "q/w"), "empty directory":
    (["src/empty"], "q/w/e"), "partly there": (["src/a/"], "old/w/e"), "file partly there": (["src/top"], "old/w"),
    "file in a new one": (["src/top"], "old/w/x"), "there": (["src/a/"], "old"),
}


@needs(no_rsync)
@cases(PATHS)
def test_mkpath(t, sources, destination):
    world = sample(t)
    world.files("old/x")
    world.compare("-ai", "--mkpath", *sources, destination, exit=0)


@needs(no_rsync)
@cases(PATHS)
def test_mkpath_in_a_dry_run(t, sources, destination):
    world = sample(t)
    world.files("old/x")
    world.compare("-ain", "--mkpath", *sources, destination, exit=0)


@needs(no_rsync)
@cases({name: (options,) for name, options in (("silent", ["-a"]), ("verbose", ["-av"]), ("quiet", ["-aqv"]),
    ("relative", ["-aiR"]), ("directories", ["-dti"]), ("off", ["-ai", "--no-mkpath"]), ("stats", ["-a", "--stats"]))})
def test_mkpath_with_other_options(t, options):
    sample(t).compare("--mkpath", *options, "src/a", "q/w/x")


@needs(no_rsync)
def test_mkpath_through_a_link(t):
    world = sample(t)
    world.files("real/")
    world.link("lnk", "real")
    world.compare("-ai", "--mkpath", "src/top", "lnk/n/x", exit=0)


@needs(no_rsync)
@cases({"whole path": (["src/a/"], "f/w/e/"), "single": (["src/top"], "f/w"), "slash": (["src/top"], "f/")})
def test_mkpath_over_a_file(t, sources, destination):
    world = sample(t)
    world.files("f")
    world.compare("-ai", "--mkpath", *sources, destination, exit=11, output=False)


@needs(no_rsync)
@cases({"path": (["--mkpath", "nosuch", "q/w/x"], 23), "with slash": (["--mkpath", "nosuch", "q/w/x/"], 23),
        "one level": (["--mkpath", "nosuch", "q"], 23), "ignored": (["--mkpath", "--ignore-missing-args", "no", "q/w"], 0),
        "without": (["nosuch", "q/w/x"], 3), "without in a dry run": (["-n", "nosuch", "q/w/x"], 3)})
def test_destination_for_nothing(t, words, code):
    sample(t).compare("-ai", *words, exit=code)


@needs(no_rsync)
@cases({rule: (rule,) for rule in ("a", "b", "*", "c")})
def test_ways_that_are_not_implied_and_excluded_are_pruned(t, rule):
    """rsync makes the directory above the excluded one."""
    world = World(t)
    world.files("a/b/c/", "dst/")
    found = world.arsync("-ai", "-R", "-m", "--no-implied-dirs", f"--exclude={rule}", "a/b/c", "dst/")
    assert found.code == 0 and not found.out and not os.listdir(world.path("dst")), found


@needs(no_rsync)
@cases({f"{options} {where}": (options.split(), where) for where in ("src/d", "src/d/e/f", "src/with-file/d")
        for options in ("-aimL", "-aimL --delete", "-aimL --delete-after", "-aimLn", "-rm --copy-unsafe-links", "-amL --list-only")})
def test_broken_links_in_pruned_directories_are_told(t, options, where):
    world = World(t)
    world.files("src/with-file/x", "src/other/")
    world.link(f"{where}/broken", "/nowhere")
    world.dir("dst")
    world.compare(*options, "src/", "dst/", exit=23)


@needs(no_rsync, not_root)
@cases({f"{options} {where}": (options.split(), where) for where in ("src/d", "src/d/e/f", "src/with-file/d")
        for options in ("-aim", "-aim --delete-after", "-aimn", "-rim")})
def test_pruned_directories_that_cannot_be_read_are_told(t, options, where):
    world = World(t, user=NOBODY)
    world.files("src/with-file/x", "src/other/")
    world.dir(where, mode=0)
    world.dir("dst")
    world.compare(*options, "src/", "dst/", exit=23)
