"""Filter rules that stand in files: --exclude-from, --include-from, merge and dir-merge files, -F, -C."""

import os

from common.commands import no_rsync
from common.runner import cases, needs
from common.world import World


def forest(t):
    world = World(t)
    world.files("src/a", "src/b.o", "src/c.txt", "src/core", "src/d/a", "src/d/b.o", "src/d/c.txt", "src/d/e/a",
        "src/d/e/b.o", "src/d/e/c.txt", "src/f/a",
                "src/f/b.o", "src/trail ", "src/#hash", "src/;semi", "src/two words/a")
    return world


LISTS = {
    "plain": b"a\n*.o\n", "comments": b"# a\n; b.o\n\n\nc.txt\n", "crlf": b"a\r\n*.o\r\n",
    "no newline at end": b"a\n*.o", "trailing blank": b"a \ntrail \n", "prefixes": b"+ a\n- *.o\n",
    "bang": b"a\n!\n*.o\n",
    "leading blank": b" a\n\ta\n", "anchored": b"/a\n/d/b.o\n", "hash name": b"\\#hash\n[#]hash\n",
    "two words": b"two words\n", "empty file": b"", "only comments": b"#\n;\n", "rule words": b"exclude a\ninclude b\n",
    "P prefix": b"P a\nH b.o\n", "underscore": b"-_a\n+_b\n",
    "nul separated": b"a\0*.o\0",
    "comment after pattern": b"a # not a comment\n", "blank line with space": b" \na\n",
}


@needs(no_rsync)
@cases({name: (text,) for name, text in LISTS.items()})
def test_exclude_from(t, text):
    world = forest(t)
    world.file("list", text)
    world.compare("-ai", "--exclude-from=list", "src/", "dst")


@needs(no_rsync)
@cases({name: (text,) for name, text in LISTS.items()})
def test_include_from(t, text):
    world = forest(t)
    world.file("list", text)
    world.compare("-ai", "--include-from=list", "--include=*/", "--exclude=*", "src/", "dst")


@needs(no_rsync)
def test_exclude_from_standard_input(t):
    found = forest(t).compare("-ai", "--exclude-from=-", "src/", "dst", stdin=b"*.o\n/a\n", exit=0)
    assert b"dst/b.o" not in found.tree and b"dst/a" not in found.tree and b"dst/d/a" in found.tree


@needs(no_rsync)
@cases({option: (option,) for option in ("--exclude-from=nowhere", "--include-from=nowhere", "--filter=._nowhere",
    "--filter=merge nowhere", "--exclude-from=src", "-f:_nowhere")})
def test_missing_filter_file(t, option):
    forest(t).compare("-ai", option, "src/", "dst")


@needs(no_rsync)
def test_exclude_from_keeps_its_place_among_the_options(t):
    world = forest(t)
    world.file("list", b"a\n")
    found = world.compare("-ai", "--include=/a", "--exclude-from=list", "src/", "dst", exit=0)
    assert b"dst/a" in found.tree and b"dst/d/a" not in found.tree


MERGED = {"rules": b"- a\n+ b.o\n- *.o\n", "comment": b"# - a\n- b.o\n", "long words": b"exclude a\nhide *.txt\n",
          "nested": b". second\n- b.o\n", "clear": b"- a\n!\n- b.o\n", "bad rule": b"- a\nzz b\n", "no rule": b"a\n",
          "dir-merge inside": b": .rules\n", "protect": b"P a\n", "trailing blank": b"- trail \n",
          "missing nested": b". nowhere\n", "bare dash": b"-\n", "crlf": b"- a\r\n", "leading blanks": b"  - a\n", }


@needs(no_rsync)
@cases({f"{name}, {how}": (text, how) for name, text in MERGED.items() for how in (". list", "merge list", ".- list",
    ".+ list", ".C list", ".e list", "._list")})
def test_merge_file(t, text, how):
    world = forest(t)
    world.file("list", text)
    world.file("second", b"- c.txt\n")
    world.file("src/.rules", b"- a\n")
    world.compare("-ai", "--filter=" + how, "src/", "dst")


def with_rule_files(t, name):
    world = forest(t)
    world.file(f"src/{name}", b"- b.o\n")
    world.file(f"src/d/{name}", b"- /a\n- /e/c.txt\n")
    world.file(f"src/d/e/{name}", b"+ b.o\n- a\n")
    world.file(f"src/f/{name}", b"!\n- a\n")
    world.files("dst/b.o", "dst/d/a", "dst/d/e/a", "dst/d/extra", "dst/f/b.o", "dst/f/a", "dst/f/extra")
    return world


@needs(no_rsync)
@cases({f"{rule} {more}": (rule, more.split()) for more in ("", "--delete", "--delete --delete-excluded",
                                                            "--exclude=c.txt") for rule in (": .rules", ":e .rules",
                                                                                            ":n .rules",
                                                                                            ":- .rules", ":+ .rules",
                                                                                            ":s .rules", ":r .rules",
                                                                                            ":p .rules", ": /.rules",
                                                                                            ":ne .rules",
                                                                                            "dir-merge .rules",
                                                                                            ":_.rules", ":e- .rules",
                                                                                            ":n- .rules",
                                                                                            "dir-merge,e .rules",
                                                                                            ":C .rules")})
def test_dir_merge(t, rule, more):
    with_rule_files(t, ".rules").compare("-ai", "--filter=" + rule, *more, "src/", "dst/")


@needs(no_rsync)
@cases({f"{flags} {source}": (flags.split(), source) for flags in ("-F", "-FF", "-F -F", "-F --delete", "-FF --delete",
    "-FF --delete --delete-excluded", "-F --exclude=.rsync-filter")
        for source in ("src/", "src", "src/d", "src/d/", "src/d/e")})
def test_rsync_filter_files(t, flags, source):
    with_rule_files(t, ".rsync-filter").compare("-ai", *flags, source, "dst/")


@needs(no_rsync)
def test_rsync_filter_files_of_the_parents_of_the_source(t):
    world = with_rule_files(t, ".rsync-filter")
    world.file(".rsync-filter", b"- c.txt\n")
    world.compare("-aFi", "src/d", "out")


@needs(no_rsync)
@cases({name: (options.split(), variables) for name, options, variables in (
    ("plain", "-C", {}), ("with delete", "-C --delete", {}), ("variable", "-C", {"CVSIGNORE": "c.txt a"}), ("home",
        "-C", {"HOME": "home"}), ("no-C later", "-C --no-C", {}),
    ("filter", "--filter=:C", {}), ("filter list", "--filter=-C", {}), ("include first", "--include=core -C", {}))})
def test_cvs_exclude(t, options, variables):
    world = forest(t)
    world.files("src/d/.git/x", "src/d/CVS/y", "src/d/tags", "src/x.orig", "dst/x~", "dst/gone/.svn/z",
        "src/.nse_depinfo", "src/_$x", "src/a.a", "src/foo,v", "src/.make.state")
    world.file("src/d/.cvsignore", b"a e/c.txt\n!\nc.txt\n")
    world.file("src/.cvsignore", b"c.txt   a\n")
    world.file("home/.cvsignore", b"*.txt !\n two*\n")
    world.compare("-ai", *options, "src/", "dst/", env=variables)


@needs(no_rsync)
def test_rule_file_is_read_before_its_directory_even_if_excluded(t):
    world = with_rule_files(t, ".rules")
    world.compare("-ai", "--exclude=.rules", "--filter=: .rules", "src/", "dst/", exit=0)


@needs(no_rsync)
def test_rule_file_in_the_destination_counts_for_deletion(t):
    world = forest(t)
    world.file("dst/d/.rules", b"- extra\n")
    world.files("dst/d/extra", "dst/d/other")
    world.compare("-ai", "--delete", "--filter=: .rules", "src/", "dst/", exit=0)


@needs(no_rsync)
def test_unreadable_rule_file(t):
    world = forest(t)
    world.dir("src/d/.rules")
    world.compare("-ai", "--filter=: .rules", "src/", "dst/")
    assert os.path.isdir(world.path("src/d/.rules"))


@needs(no_rsync)
@cases({f"{moment} {rule}": (moment.split(), rule) for rule in ("- a/**", "- /a/old", "- old", "P deep/", "- nothing", "P a/**")
        for moment in ("--delete-before", "--delete-during", "--delete-delay", "--delete-after", "--delete", "--delete-after -n",
                       "--delete-after --delete-excluded")})
def test_a_rule_file_protects_even_if_it_is_deleted_itself(t, moment, rule):
    world = World(t)
    world.files("src/a/new", "src/a/deep/", "dst/a/old", "dst/a/deep/old", "dst/a/deep/other", "dst/gone")
    world.file("dst/.rules", rule + "\n")
    world.compare("-ai", *moment, "--filter=dir-merge .rules", "src/", "dst/", exit=0)
