"""--files-from: names from a file, what they imply, and how they are spelled."""

from common.commands import no_rsync
from common.runner import cases, needs
from common.world import World


def sample(t, names=b""):
    """src/ as the names in the file `list` see it."""
    world = World(t)
    world.files("src/top", "src/a/f1", "src/a/b/f2", "src/a/b/c/f3", "src/a/z/zz", "src/d/g", "src/d/e/h", "src/q/r",
                "src/#hash", "src/;semi", "src/ blank", "src/empty/")
    world.dir("src/a", mode=0o711, mtime=1000000000)
    world.link("src/a/lnk", "f1")
    world.link("src/a/lb", "b")
    world.link("src/lb", "a/b")
    world.file("list", names)
    return world


LISTS = {
    "files": b"a/b/f2\ntop\n", "a directory": b"top\nd\n", "directory with slash": b"a/b/\nd/g\n",
    "only a directory": b"a\n", "only one with slash": b"a/\n", "only an empty one with slash": b"empty/\n",
    "directory twice": b"a\na/\n", "twice the other way": b"a/\na\n", "deep directory": b"a/b\n", "one file": b"top\n",
    "not in order": b"top\nq/r\nd/g\na/f1\na/b/c/f3\n", "leading slash": b"/top\n/a/f1\n",
    "comments and blank lines": b"# c\n; d\n\n\r\n/top\r\n#hash\n", "no newline at the end": b"top\na/f1",
    "climbing": b"../d/g\na/../q/r\na/b/../../top\n", "far above": b"a/b/../../../..\n", "only up": b"..\n",
    "dot": b".\n", "dot and slash": b"./\n", "only a slash": b"/\n", "leading dot": b"./a/f1\n",
    "a cut": b"a/b/./f2\n./q/./r\n", "blanks": b" blank\n", "empty": b"", "double slashes": b"a//b//f2\nd//\n",
    "a link": b"a/lnk\na/f1\n", "links with slash": b"a/lnk/\na/lb/\nlb/.\n", "dots in the middle": b"a/./b\na/b/.\n", "everything": b"a/\nd/\nq\nempty\ntop\n",
}


@needs(no_rsync)
@cases({name: (names,) for name, names in LISTS.items()})
def test_names(t, names):
    sample(t, names).compare("-ai", "--files-from=list", "src", "dst", exit=0)


@needs(no_rsync)
@cases({name: (names,) for name, names in LISTS.items()})
def test_names_with_recursion(t, names):
    sample(t, names).compare("-air", "--files-from=list", "src/", "dst", exit=0)


@needs(no_rsync)
@cases({name: (names,) for name, names in LISTS.items()})
def test_names_and_deletion(t, names):
    world = sample(t, names)
    world.files("dst/old", "dst/a/old", "dst/a/b/old", "dst/a/b/c/old", "dst/d/old", "dst/d/e/old", "dst/q/old",
                "dst/top")
    world.compare("-ai", "--delete", "--files-from=list", "src/", "dst", exit=0)


@needs(no_rsync)
@cases({name: (options,) for name, options in (
    ("verbose", ["-aiv"]), ("dry", ["-ain"]), ("no relative", ["-ai", "--no-R"]), ("no dirs", ["-aiv", "--no-d"]),
    ("no implied", ["-ai", "--no-implied-dirs"]), ("without -a", ["-i"]), ("r before", ["-r", "-tpi"]),
    ("-a after -r", ["-r", "-a", "-i"]), ("-r after -a", ["-a", "-r", "-i"]), ("no-r", ["-a", "-r", "--no-r", "-i"]),
    ("no-r and -a", ["--no-r", "-a", "-i"]), ("stats", ["-a", "--stats"]), ("recursive verbose", ["-arv"]),
    ("explicit", ["-aRdi"]), ("contents not relative", ["-ari", "--no-relative"]), ("no dirs long", ["-ai", "--no-dirs"]))})
def test_what_is_implied(t, options):
    world = sample(t, b"a/f1\na/lnk\nd/e/h\nd\na/b/\n")
    world.compare(*options, "--files-from=list", "src", "dst", exit=0)


@needs(no_rsync)
@cases({"name": (b"nosuch\ntop\n",), "in a directory": (b"a/nope\ntop\n",), "below a file": (b"top/x\nq/r\n",),
        "no directory": (b"no/x/y\ntop\n",), "all": (b"no\nnope\n",), "with slash": (b"no/\ntop/\nq/\n",),
        "with recursion": (b"no\na\n",)})
def test_missing_names(t, names):
    sample(t, names).compare("-ai", "--files-from=list", "src", "dst", exit=23)


@needs(no_rsync)
@cases({"names": (b"top\0a/f1\0",), "comments": (b"#hash\0;semi\0\0top\0",), "newlines belong": (b"top\na\0q/r\0",)})
def test_separated_by_nul(t, names):
    sample(t, names).compare("-ai0", "--files-from=list", "src", "dst")


@needs(no_rsync)
@cases({"long": (["--from0"],), "off again": (["-0", "--no-from0"],)})
def test_spellings_of_from0(t, options):
    sample(t, b"top\0q/r\0").compare("-ai", *options, "--files-from=list", "src", "dst")


@needs(no_rsync)
@cases({"lines": ([], b"top\na/\n"), "nul": (["-0"], b"top\0a\0")})
def test_names_from_standard_input(t, options, names):
    sample(t).compare("-ai", *options, "--files-from=-", "src", "dst", stdin=names, exit=0)


@needs(no_rsync)
@cases({form: (form,) for form in ("src", "src/", "src/.", "./src", "src/a/..", "src//")})
def test_forms_of_the_source(t, form):
    sample(t, b"a/b/f2\nd/\n").compare("-ai", "--files-from=list", form, "dst", exit=0)


@needs(no_rsync)
@cases({"missing": ("no",), "a file": ("src/top",)})
def test_source_that_is_no_directory(t, source):
    sample(t, b"top\n").compare("-ai", "--files-from=list", source, "dst", exit=3)


@needs(no_rsync)
@cases({"remote": ("host:list",), "other end": (":list",), "missing file": ("nolist",)})
def test_files_that_are_refused(t, file):
    sample(t, b"top\n").compare("-ai", "--files-from=" + file, "src", "dst", exit=1)


@needs(no_rsync)
@cases({"two": (["src", "src/a"],), "none": ([],)})
def test_there_is_one_source(t, sources):
    sample(t, b"top\n").compare("-ai", "--files-from=list", *sources, "dst", exit=1, output=False)


@needs(no_rsync)
@cases({name: (rule,) for name, rule in (("name", "--exclude=f1"), ("anchored", "--exclude=/a/b"),
                                         ("implied", "--exclude=a"), ("anchored deep", "--exclude=/a/b/c/f3"),
                                         ("all", "--exclude=*"), ("directories", "--exclude=*/"))})
def test_filters(t, rule):
    sample(t, b"a/f1\na/b/c/f3\na/b/\nd\n/top\n").compare("-ai", rule, "--files-from=list", "src", "dst", exit=0)


@needs(no_rsync)
def test_destination_names(t):
    world = sample(t, b"top\n")
    world.files("dst/")
    world.compare("-ai", "--files-from=list", "src", "dst", exit=0)
    world.compare_again("-ai", "--files-from=list", "src", "other", exit=0, ignore=("mtime_ns",))
    world.compare_again("-ai", "--files-from=list", "src", "another/", exit=0, ignore=("mtime_ns",))


@needs(no_rsync)
def test_many_names(t):
    world = World(t)
    names = [f"d{i % 7}/e{i % 3}/f{i}" for i in range(700)]
    world.files(*("src/" + name for name in names))
    world.file("list", "\n".join(reversed(names)))
    world.compare("-ai", "--files-from=list", "src", "dst", exit=0)
    world.compare_again("-aii", "--delete", "--no-R", "--files-from=list", "src", "flat", exit=0, ignore=("mtime_ns",))


@needs(no_rsync)
@cases({f"{names!r} {options}": (names, options.split()) for names in ("d\nb/./a\n", "d/\nb/./a\n", "d\nb/a\n", "d/\nb/a\n", "b/./a\n")
        for options in ("--delete-before", "--delete", "--delete-during", "-r --delete-before", "--delete-after", "-r --delete-delay")})
def test_what_is_told_of_deletion_when_a_name_is_missing(t, names, options):
    world = World(t)
    world.files("src/d/", "dst/d/x", "dst/y")
    world.file("list", names)
    world.compare("-lpt", *options, "--files-from=list", "src/", "dst/", exit=23)
