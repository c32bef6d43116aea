"""Every form of rule and modifier of rsync's manual, on both sides, over one tree made for it."""

import os
import random
import re

from common.commands import no_rsync
from common.runner import cases, needs
from common.world import World

TREE = ("a", "b", "foo", "foo.c", "foo.o", "bar.o", "core", "x y", "d/foo", "d/a", "d/b.o", "d/e/foo", "d/e/a", "d/e/f/foo",
    "d/e/f/b", "foo.d/a", "foo.d/foo", "CVS/x", "keep~", "d/keep.bak", "d/.hidden", ".rules", "d/tags", "[x]", "a*b", "a\\b", "Ab", "z9",
    "empty/", "d/e/f/g/h/i", "new\nline", "#hash", "; semi", "sp ", "+ plus")
EXTRA = ("a", "foo", "extra", "extra.o", "d/foo", "d/extra", "d/e/extra.o", "gone/foo", "gone/a", "gone/d/b.o", "foo.d/extra",
    "only/.hidden", "core", "d/tags", "keep~")

PATTERNS = ("foo", "/foo", "foo/", "d/", "/d/", "d/foo", "/d/foo", "*/foo", "**/foo", "/**/foo", "d/**", "d/***", "/d/*", "d/*/",
    "e/f", "d/e/**/foo", "*.o", "/*.o", "f*", "f?o", "[fb]*", "[!f]*", "[^f]*", "[a-c]", "[[:digit:]]", "*[[:digit:]]", "[[:upper:]]*",
    "[[:space:]]", "*[[:space:]]*", "[[:punct:]]*", "[[:alnum:]]", "[[:bogus:]]", "[]x]*", "[", "[x]", "\\[x]", "\\[x\\]", "a\\*b", "a*b",
    "a\\b", "a\\\\b", "a?b", "**", "*", "***", "/***", "foo***", "d/e/***", "**/f/**", "/d**foo", "d**o", "*/*/*", "/*/", "*/", "**/",
    "x y", "x?y", "#hash", "; semi", "sp ", "+ plus", "//foo", "d//foo", "./foo", "foo/.", "", "/", "?", "a/", "!foo", "keep*",
    ".", "..", "/./d", "foo.*/", "d/e/f/g/h/i", "/d/e/***", "i", "h/i", "**h**")


def world_of_names(t):
    world = World(t)
    world.files(*("src/" + name for name in TREE), *("dst/" + name for name in EXTRA))
    return world


def some(t, things, count):
    """Other ones each time, all of them in a long run."""
    return things if t.long else random.Random(t.seed).sample(things, min(count, len(things)))


class Differing:
    """Collects what differs, so that one failure names all of it."""

    def __init__(self):
        self.found = []

    def compare(self, what, world, *arguments, **options):
        try:
            world.compare(*arguments, **options)
        except AssertionError as found:
            if not _is_same_refusal(str(found)):
                self.found.append(f"{what}: {str(found)[:1500]}")

    def check(self):
        assert not self.found, f"{len(self.found)} differ:\n" + "\n".join(self.found)


def _is_same_refusal(text):
    """A rule that ends the run: how far rsync's processes have come by then is chance."""
    ended = re.search(r"\nrsync: exit (1|11)\n", text)
    return ended and not re.search(r"^  (exit code|errors): ", text, re.MULTILINE)


def run_each(t, rule_sets, *options, source="src/"):
    world = world_of_names(t)
    differing = Differing()
    for number, rules in enumerate(rule_sets):
        differing.compare(rules, world.fork(str(number)), *options, *rules, source, "dst/")
    differing.check()


@needs(no_rsync)
@cases({f"{kind} {source} {part}": (kind, source, part) for kind in ("exclude", "include", "filter", "negated")
    for source in ("src/", "src") for part in range(3)})
def test_patterns(t, kind, source, part):
    make = {"exclude": lambda pattern: ["--exclude=" + pattern],
        "include": lambda pattern: ["--include=" + pattern, "--include=*/", "--exclude=*"],
        "filter": lambda pattern: ["--filter=- " + pattern], "negated": lambda pattern: ["--filter=-! " + pattern]}[kind]
    delete = ["--delete"] if part % 2 else []
    run_each(t, [make(pattern) for pattern in some(t, PATTERNS[part::3], 6)], "-ai", *delete, source=source)


RULES = ("- foo", "+ foo|- *", "-/ /foo", "-/ foo", "-! *.o", "-s foo", "-r foo", "-p foo", "-sr foo", "-sp *.o", "-,s foo", "-_foo",
    "exclude foo", "exclude,! *.o", "include foo|exclude *", "hide foo", "H foo", "H! *.o", "S foo|H *", "show foo|hide *", "protect extra",
    "P extra", "P *.o", "P! extra", "risk extra|protect *", "R extra|P *", "- a|!|- b", "!|- a", "clear|- a", "- a|clear", "-C", "-C|+ core",
    "+ core|-C", "P gone/", "P gone/a", "R gone|P gone/***", "-p core", "-p gone/foo", "-r *.o", "Pp extra", "Hp foo", "-rp gone/***",
    "/ foo", "-/! foo", "-  foo", "-foo", "+foo", "P", "- ", "-", "+", "!x", "! x", "zz foo", "-z foo", "hide", "H", "S", "exclude", "-w foo",
    "-e foo", "-n foo", "+C", "HC foo", "-ss foo", "-!! foo", "--foo", "show,! foo", "P,r foo", "Hs foo", "-C foo", "merge", ":", ".",
    ". nofile", "merge nofile", "+/ /foo|- *", "exclude_foo", "- foo/|+ foo|- *", "-r gone", "-s gone", "hide,p core", "protect,p extra",
    "- ***", "R *", "-sr! *.o", "P /d/extra", "P d/extra", "P extra/", "-! /d/", "+ */|+ foo|- *", "+ /d/|+ /d/e/|+ /d/e/foo|- *")


@needs(no_rsync)
@cases({f"{options} {part}": (options.split(), part) for options in ("-ai", "-ai --delete", "-ai --delete-excluded", "-ain --delete")
    for part in range(3)})
def test_rules(t, options, part):
    run_each(t, [["--filter=" + rule for rule in rules.split("|")] for rules in some(t, RULES[part::3], 8)], *options)


MERGES = ({"rules": "- foo\n"}, {"rules": "# no\n; neither\n\n- foo\n+ a\n"}, {"rules": "- foo\r\n- *.o\r\n"}, {"rules": "foo\n"},
    {"rules": "- foo"}, {"rules": "- a\n!\n- b\n"}, {"rules": ". more\n- a\n", "more": "- foo\n"}, {"rules": "merge more\n", "more": ". third\n", "third":
    "- foo\n"}, {"rules": ": .local\n"}, {"rules": "  - foo\n"}, {"rules": "- foo \n"}, {"rules": "-s foo\n-r extra\n"}, {"rules": ". none\n"}, {"rules": ""},
    {"rules": "- /foo\n"}, {"rules": "P extra\nH foo\n"}, {"rules": "- foo\0- a\0"}, {"rules": "-C\n"}, {"rules": "zz\n"}, {"rules": "- sp \n"},
    {"rules": "foo a\n*.o\n"}, {"rules": "+ foo\n+ */\n- *\n"}, {"rules": "\n\n\n"}, {"rules": "exclude foo\nprotect extra\n"})
MERGERS = (". rules", "merge rules", ".- rules", ".+ rules", ".-s rules", ".r rules", ".e rules", ".n rules", ".p rules", ".C rules", ".-C rules", ".w- rules",
    "./ rules", "merge,- rules", ".!- rules", ".s rules", ".,- rules", ".-n rules")


@needs(no_rsync)
@cases({f"{merger} {number}": (merger, number) for number, merger in enumerate(MERGERS)})
def test_merged_files(t, merger, number):
    world = world_of_names(t)
    differing = Differing()
    for index, files in enumerate(some(t, MERGES, 4)):
        if "w" in merger and any("- " in text for text in files.values()):
            continue  # differences.py: the w modifier
        here = world.fork(str(index))
        for name, text in files.items():
            here.file(name, text)
        here.file("src/d/.local", "- a\nP extra\n")
        differing.compare(files, here, "-ai", "--delete", "--filter=" + merger, "--filter=+ a", "src/", "dst/")
    differing.check()


DIRECTORY_MERGERS = (": .local", "dir-merge .local", ":n .local", ":- .local", ":e .local", ":+ .local", ":C", ":sC", ":s .local", ":r .local", ":p .local",
    ":-n .local", ":ne .local", ": /.local", ":/ .local", ":C .local", ":-/ .local", ":n- /.local", ": ../.local", ": d/.local", ":! .local", ":-! .local",
    ":w- .local", ":-s .local", ":-r .local", ":-p .local", "per-dir .local", ": .local|- foo", "- foo|: .local", ": .local|!", ":e- .local")
LOCALS = ({"": "- a\n"}, {"d/": "- /a\n"}, {"": "- foo\n", "d/": "+ foo\n"}, {"": "- foo\n", "d/": "!\n- a\n"}, {"d/": ": .deep\n", "d/e/.deep": "- a\n"},
    {"d/": "- e/\n"}, {"d/": "P extra\n"}, {"": "H foo\nP extra*\n"}, {"d/": ". more\n", "d/more": "- foo\n"}, {"d/e/": "-s a\n-r extra.o\n"},
    {"": "*.o\n", "d/": "!\n"}, {"d/": "- /e/a\n- e/f/b\n"}, {"d/": "a foo\n"}, {"": "- /d/a\n"}, {"d/": "-C\n"})


@needs(no_rsync)
@cases({f"{merger} {options} {number}": (merger, options.split(), number) for number, (merger, options) in enumerate(
    (merger, options) for merger in DIRECTORY_MERGERS for options in ("-ai --delete", "-ai --delete-excluded"))})
def test_files_of_directories(t, merger, options, number):
    world = world_of_names(t)
    differing = Differing()
    for index, files in enumerate(some(t, LOCALS, 3)):
        if "w" in merger and any("- " in text for text in files.values()):
            continue
        here = world.fork(str(index))
        local = ".cvsignore" if merger in (":C", ":sC") else ".local"
        for place, text in files.items():
            for side in ("src/", "dst/"):
                here.file(side + place + ("" if place and not place.endswith("/") else local), text)
        here.file(local, "- b\n")
        differing.compare(files, here, *options, *["--filter=" + rule for rule in merger.split("|")], "src/", "dst/")
    differing.check()


@needs(no_rsync)
@cases({f"{options} {source}": (options.split(), source) for options in ("-aiC", "-aiC --delete", "-aiC --delete-excluded", "-aiF --delete",
    "-aiFF --delete", "-aiFF --delete-excluded", "-aiC --include=core", "-aiC --filter=-!_*", "-aiCF", "-aiF -F", "-ai --filter=-C")
    for source in ("src/", "src", "src/d")})
def test_shorthands(t, options, source):
    world = world_of_names(t)
    world.file("src/d/.cvsignore", "foo\n!\na")
    world.file("src/.rsync-filter", "- /foo\nP extra\n")
    world.file("src/d/.rsync-filter", "- e/foo\n- .hidden\n")
    world.file(".rsync-filter", "- b\n- foo.d\n")
    world.settle()
    for variables in ({"HOME": t.path("home"), "CVSIGNORE": "a b.o extra"}, {"HOME": t.path("home"), "CVSIGNORE": "! x"}):
        os.makedirs(t.path("home"), exist_ok=True)
        with open(t.path("home", ".cvsignore"), "w") as file:
            file.write("*.c  z9\nAb\n*.bak")
        fork = world.fork(str(len(variables["CVSIGNORE"])))
        fork.compare(*options, source, "dst/", env=variables)


FROM = (b"foo\n*.o\n", b"- foo\n+ a\nb\n", b"# foo\n; a\n\nb\n", b"foo\r\na\r\n", b"+ foo\n+ */\n- *\n", b"!\nfoo\n", b"a\n!\nfoo", b"foo\0a\0", b"x y\n", b"  foo\n", b"#hash\n",
    b"- #hash\n", b"-foo\n", b"+ foo", b"- /d/\n", b"H foo\n", b"sp \n", b"- ; semi\n", b"/d/foo\n", b"")


@needs(no_rsync)
@cases({f"{option} {zero}": (option, zero) for option in ("--exclude-from=rules", "--include-from=rules", "--exclude-from=-", "--filter=.-_rules", "--filter=._-")
    for zero in ("", "-0")})
def test_files_of_patterns(t, option, zero):
    world = world_of_names(t)
    differing = Differing()
    for index, text in enumerate(some(t, FROM, 6)):
        here = world.fork(str(index))
        here.file("rules", text)
        standard = {"stdin": text} if option.endswith("-") else {}
        differing.compare(text, here, "-ai", "--delete", *zero.split(), option, "--exclude=b", "src/", "dst/", **standard)
    differing.check()
