"""--ignore-missing-args and --delete-missing-args."""

from common.commands import no_rsync
from common.runner import cases, needs
from common.world import World


def sample(t):
    world = World(t)
    world.files("src/top", "src/a/f", "src/d/g", "dst/gone", "dst/full/x/y", "dst/hollow/", "dst/a/gone", "dst/top",
                "dst/a/full/x")
    return world


SOURCES = {
    "file": (["src/gone"],), "directory": (["src/hollow"],), "full directory": (["src/full"],),
    "among others": (["src/nosuch", "src/top", "src/gone", "src/full", "src/hollow", "src/a"],),
    "twice": (["src/gone", "src/gone"],), "not there either": (["src/nothing"],), "missing contents": (["src/full/"],),
    "missing way": (["src/no/gone", "src/top"],), "below a file": (["src/top/gone"],), "only present": (["src/top"],),
}


@needs(no_rsync)
@cases(SOURCES)
def test_ignored(t, sources):
    sample(t).compare("-ai", "--ignore-missing-args", *sources, "dst")


@needs(no_rsync)
@cases(SOURCES)
def test_deleted(t, sources):
    sample(t).compare("-ai", "--delete-missing-args", *sources, "dst")


@needs(no_rsync)
@cases({name: (options,) for name, options in (
    ("force", ["-ai", "--force"]), ("dry", ["-ain"]), ("verbose", ["-av"]), ("quiet", ["-aq"]), ("limit", ["-ai",
    "--max-delete=1"]), ("no more", ["-ai", "--max-delete=0"]), ("stats", ["-a", "--stats"]), ("filter", ["-ai",
    "--exclude=gone"]), ("ignored last", ["-ai", "--ignore-missing-args"]), ("ignore errors", ["-ai", "--ignore-errors"]),
    ("protected", ["-ai", "--filter=P gone"]), ("with delete", ["-ai", "--delete"]), ("info", ["-a", "--info=del"]))})
def test_deleted_with_other_options(t, options):
    sample(t).compare("--delete-missing-args", *options, "src/gone", "src/full", "src/hollow", "src/top", "dst")


@needs(no_rsync)
@cases({"file": (["src/./gone"],), "below": (["src/./a/gone", "src/./top"],), "full": (["src/./a/full", "src/./a/f"],),
        "missing base": (["no/./gone", "src/./top"],)})
def test_deleted_below_implied_directories(t, sources):
    sample(t).compare("-aiR", "--delete-missing-args", *sources, "dst")


@needs(no_rsync)
@cases({"ignored": ("--ignore-missing-args",), "deleted": ("--delete-missing-args",)})
def test_names_of_a_list(t, option):
    world = sample(t)
    world.file("list", "gone\na/gone\nhollow/\nfull\ntop\nnothing\n")
    world.compare("-ai", option, "--files-from=list", "src", "dst")


@needs(no_rsync)
@cases({"not implied": ("--no-implied-dirs",), "not relative": ("--no-R",), "recursive": ("-r",)})
def test_names_of_a_list_with(t, option):
    world = sample(t)
    world.file("list", "gone\na/gone\ntop\n")
    world.compare("-ai", "--delete-missing-args", option, "--files-from=list", "src", "dst", exit=0)


@needs(no_rsync)
@cases({"alone": (["src/gone"],), "with a file": (["src/gone", "src/top"],), "two": (["src/gone", "src/nosuch"],)})
def test_no_destination(t, sources):
    sample(t).compare("-ai", "--delete-missing-args", *sources, "new", exit=0)


@needs(no_rsync)
def test_single_name_with_another_destination(t):
    found = sample(t).compare("-ai", "--delete-missing-args", "src/whatever", "dst/top", exit=0)
    assert b"dst/top" not in found.tree


@needs(no_rsync)
@cases({f"{names} {option} {rule} {destination}": (names, option, rule, destination)
        for names in ("gone", "gone\nnosuch", "nosuch/gone", "gone\nf")
        for option in ("--delete-missing-args", "--ignore-missing-args") for rule in ("--exclude=none", "--exclude=gone")
        for destination in ("new", "new/")})
def test_alternates_of_a_missing_destination(t, names, option, rule, destination):
    world = World(t)
    world.files("src/f", "one/")
    world.file("list", names + "\n")
    world.compare("-ai", "--files-from=list", "--no-R", option, rule, "--link-dest=../one", "src/", destination)
