"""The filter language on the command line: patterns, order, modifiers."""

from common.commands import no_rsync
from common.runner import cases, needs
from common.world import World

NAMES = ("a", "b.txt", "c.o", "core", "x~", "foo/", "foo/bar", "foo/bar.o", "foo/sub/", "foo/sub/bar",
         "foo/sub/deep/x.txt", "bar", "baz/foo", "baz/foo.d/bar", "src/foo/bar", "[odd]", "st*r", "qu?stion",
         "back\\slash", "back\\*star", " space", "trail ", "#hash", ";semi", "!bang", "-dash", "+plus", "a1", "a2",
         "ab", "aZ", "a-", "a]", "tmp/cache/1", "tmp/cache/keep/2", "é", "ü.txt", "Foo/BAR", ".git/config", ".hidden",
         "empty/", "dir.o/inside", "x/y/z/w", "x/z", "y/z")

PATTERNS = ("a", "foo", "/foo", "foo/", "/foo/", "/a", "*.o", "*.txt", "/*.txt", "foo/bar", "/foo/bar", "sub/bar",
            "foo/*", "foo/**", "foo/***", "/foo/***", "**/bar", "**bar", "/**/bar", "foo/**/bar", "foo**bar", "**/foo/",
            "x/*/z", "x/**/z", "**/z", "**", "*", "*/", "/*", "/*/", "?", "a?", "??", "*a*", "[ab]", "a[12]", "a[!1]",
            "a[^1]", "a[0-9]", "a[[:digit:]]", "a[[:upper:]]", "a[]]", "a[]-]", "a[-1]", "a[", "[", "[[]odd]",
            "[[]odd[]]", "[odd]", "\\[odd]", "st*r", "st\\*r", "st[*]r", "qu\\?stion", "qu[?]stion", "back\\slash",
            "back\\\\slash", "back\\\\s*", "back\\*", "back\\\\*", "back[\\\\]*", " space", "trail ", "trail", "-dash",
            "#hash", ";semi", "!bang", "+plus", "+ a", "- a", "é", "?.txt", "??.txt", "ü*", "[ü]*", "FOO",
            "foo/sub/deep/x.txt", "deep/*", "/x/y/z", "y/z", "/y/z", "tmp/cache/*", ".*", "/.git/", ".git/***", "", "/",
            "//foo", "foo//bar", "./foo", "./a", "foo/.", "*/bar", "*/*/bar", "***", "foo*", "*foo", "*/foo", "/*/foo",
            "b*r", "b**r", "foo/*/", "**/", "/**", "a*b*c", "\\a", "\\a*", "a\\", "*\\", "foo/bar/", "bar/", "*.d/",
            "*.d/*", "[!a-z]*", "[a-", "[z-a]", "[[:bogus:]]", "[[:alpha:]]", "[[:alnum:]-]*", "[[:space:]]*",
            "[[.a.]]", "[\\a]", "[a\\]]", "x/y/***", "x/y/**", "x/***/w", "**/deep/**", "foo/**bar", "foo**/x.txt",
            "**.txt", "**.o/**")


def forest(t):
    world = World(t)
    world.files(*("src/" + name for name in NAMES))
    return world


def check(world, *options):
    """Verbosely, so that the order is looked at, too."""
    return world.compare("-ai", *options, "src/", "dst")


@needs(no_rsync)
@cases({str(start): (start,) for start in range(0, len(PATTERNS), 10)})
def test_exclude_patterns(t, start):
    world = forest(t)
    world.settle()
    for number, pattern in enumerate(PATTERNS[start:start + 10]):
        check(world.fork(f"one{number}"), f"--exclude={pattern}")


@needs(no_rsync)
@cases({str(start): (start,) for start in range(0, len(PATTERNS), 10)})
def test_include_only_patterns(t, start):
    """Directories are entered, of the rest only what the pattern names is taken."""
    world = forest(t)
    world.settle()
    for number, pattern in enumerate(PATTERNS[start:start + 10]):
        check(world.fork(f"one{number}"), f"--include={pattern}", "--include=*/", "--exclude=*")


@needs(no_rsync)
@cases({name: (rules.split(","),) for name, rules in (
    ("first match wins", "--include=bar,--exclude=bar"), ("exclude then include", "--exclude=bar,--include=bar"),
    ("excluded directory is not entered", "--exclude=foo/,--include=foo/bar"), ("only one path",
        "--include=/foo/,--include=/foo/bar,--exclude=*"),
    ("parents left out", "--include=/foo/sub/bar,--exclude=*"), ("separate value", "--exclude,bar"), ("filter exclude",
        "--filter=- bar"),
    ("filter underscore", "--filter=-_bar"), ("filter long name", "--filter=exclude bar"), ("filter include",
        "--filter=include bar,--filter=exclude *"),
    ("hide and show", "--filter=show bar,--filter=hide *.o"), ("comma modifier", "--filter=-,bar"), ("short f",
        "-f- bar"), ("negated", "-f-! */"),
    ("negated and plain", "-f-! *.txt"), ("negated include", "-f+! bar,-f- *"), ("clear",
        "--exclude=bar,-f!,--exclude=a"), ("clear word", "--exclude=bar,-fclear"),
    ("include bang clears", "--exclude=bar,--include=!"), ("exclude bang clears",
        "--exclude=bar,--exclude=!"), ("sender only", "-f-s bar"), ("receiver only", "-f-r bar"),
    ("both sides", "-f-sr bar"), ("perishable", "-f-p bar"), ("protect", "-fP bar"), ("risk", "-fR bar"), ("H",
        "-fH bar"), ("S", "-fS bar,-fH *"),
    ("perishable and negated", "-f-p! */"), ("absolute", "-f-/ /nowhere/bar"),
    ("excludes accumulate", "--exclude=a,--exclude=bar,--exclude=*.o"),
    ("exclude with plus prefix", "--exclude=+ bar,--exclude=*"), ("include with minus prefix",
        "--include=- bar"), ("cvs", "-C"), ("cvs and include", "--include=*.o,-C"), ("cvs after", "-C,--include=core"),
    ("cvs filter", "-f-C"), ("cvs switched in by merge", "-f:C"), ("trailing blank",
        "--exclude=trail "), ("leading blank", "--exclude= space"), ("two blanks", "-f-  space"))})
def test_rules(t, rules):
    check(forest(t), *rules)


@needs(no_rsync)
@cases({name: (rule,) for name, rule in (
    ("unknown", "zz foo"), ("no pattern", "-"), ("no pattern include", "+"), ("unknown modifier",
        "-q foo"), ("merge without file", "."), ("bang with text", "! foo"),
    ("missing merge file", ". nowhere"), ("merge with negation", ".! x"), ("blank", " "), ("protect modifier",
        "Ps foo"), ("dir-merge without file", ":"),
    ("word only", "exclude"), ("unknown word", "exclud foo"), ("no separator", "-foo"), ("dir-merge with slash inside",
        ": a/b"), ("empty", ""))})
def test_bad_rules(t, rule):
    forest(t).compare("-ai", "--filter=" + rule, "src/", "dst")


@needs(no_rsync)
@cases({name: (options.split(), sources.split()) for name, options, sources in (
    ("contents", "--exclude=/foo", "src/"), ("directory", "--exclude=/foo", "src"), ("directory with its name",
        "--exclude=/src/foo", "src"),
    ("subdirectory", "--exclude=/foo/bar", "src/foo"), ("subdirectory contents", "--exclude=/bar",
        "src/foo/"), ("two sources", "--exclude=/foo/bar --exclude=/baz/foo", "src/foo src/baz"),
    ("two contents", "--exclude=/bar", "src/foo/ src/baz/"), ("source itself", "--exclude=src",
        "src"), ("source itself contents", "--exclude=src", "src/"), ("source file", "--exclude=a", "src/a src/ab"),
    ("source slash only", "--exclude=/src/", "src"), ("dot source", "--exclude=/src/foo", "."), ("all", "--exclude=*",
        "src/"), ("all of directory", "--exclude=*", "src"),
    ("absolute modifier", "-f-/_/tmp/*/src/foo", "src/"))})
def test_where_patterns_are_anchored(t, options, sources):
    world = forest(t)
    world.files("out/")
    world.compare("-ai", "--exclude=/rsync/out", "--exclude=/out", *options, *sources, "out/dst")


@needs(no_rsync)
def test_same_relative_names_in_src_as_in_destination_are_protected_by_exclude(t):
    world = forest(t)
    world.files("dst/foo/bar", "dst/foo/extra", "dst/core", "dst/gone")
    found = world.compare("-ai", "--delete", "--exclude=foo/bar", "--exclude=core", "src/", "dst", exit=0)
    assert b"dst/core" in found.tree and b"dst/gone" not in found.tree


@needs(no_rsync)
@cases({name: (rules,) for name, rules in (
    ("perishable directory content", ["-f-p *.o"]), ("plain directory content", ["-f- *.o"]), ("protect",
        ["-fP *.o"]), ("sender side", ["-f-s *.o"]), ("receiver side", ["-f-r *.o"]),
    ("cvs", ["-C"]), ("cvs deletes excluded", ["-C", "--delete-excluded"]), ("risk first", ["-fR gone.o",
        "-f- *.o"]), ("hide", ["-fH *.o"]), ("excluded too", ["-f- *.o", "--delete-excluded"]),
    ("protect and excluded too", ["-fP gone.o", "-f- *.o", "--delete-excluded"]))})
def test_filters_and_deletion(t, rules):
    """gone/ has vanished from the source, but holds something that the rule may protect."""
    world = forest(t)
    world.files("dst/gone/c.o", "dst/gone/plain", "dst/gone.o", "dst/foo/gone.o", "dst/foo/gone", "dst/foo/sub.o/x",
        "dst/core")
    world.compare("-ai", "--delete", *rules, "src/", "dst")
