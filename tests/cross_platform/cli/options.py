"""arsync's own options, and how it refuses what it does not know."""

import os
import random

from common import tree
from common.commands import linux_only
from common.exact import arsync, expect
from common.runner import cases, needs
from common.world import World


def sample(t):
    world = World(t)
    world.files("src/a", "src/d/b")
    world.link("src/l", "a")
    return world


@cases({"separate": (["--source", "src/", "--destination", "dst"],), "joined": (["--source=src/",
    "--destination=dst"],),
        "destination first": (["--destination=dst", "--source=src/"],)})
def test_source_and_destination_options_are_the_operands(t, options):
    world = sample(t)
    expect(world.arsync("-a", *options))
    tree.assert_same(tree.snapshot(world.path("src")), tree.snapshot(world.path("dst")))


@cases({"with slash": ("src/",), "without": ("src",)})
def test_source_means_the_contents_of_a_directory(t, source):
    world = sample(t)
    expect(world.arsync("-a", f"--source={source}", "--destination=dst"))
    assert sorted(os.listdir(world.path("dst"))) == [b"a", b"d", b"l"]


def test_source_may_be_a_file(t):
    world = sample(t)
    expect(world.arsync("-a", "--source=src/a", "--destination=new"))
    assert open(world.path("new"), "rb").read() == b"src/a"


@cases({"only source": (["--source=src/"], b"--destination"), "only destination": (["--destination=dst"], b"--source"),
        "operand beside them": (["--source=src/", "--destination=dst", "other"], b"other")})
def test_half_a_pair_of_operands_is_refused(t, options, word):
    world = sample(t)
    result = world.arsync("-a", *options)
    assert result.code == 1 and word in result.err and os.listdir(world.top) == ["src"], result


METHODS = ("auto", "kernel", "readwrite")


@cases({method: (method,) for method in METHODS})
def test_copy_methods_give_the_same_tree(t, method):
    world = sample(t)
    world.file("src/big", os.urandom(3_000_001))
    os.truncate(world.file("src/hole", b"start"), 9_000_000)
    expect(world.arsync("-a", f"--copy-method={method}", "src/", "dst"))
    tree.assert_same(tree.snapshot(world.path("src")), tree.snapshot(world.path("dst")))


@cases({str(jobs): (jobs,) for jobs in (1, 2, 3, 64)})
def test_any_number_of_jobs_gives_the_same_tree_and_output(t, jobs):
    world = World(t)
    world.files(*(f"src/{folder}/{name}" for folder in "abcdefgh" for name in ("x", "y", "sub/z")))
    single = world.fork("single").arsync("-ai", "--jobs=1", "src/", "dst")
    several = world.arsync("-ai", "--jobs", str(jobs), "src/", "dst")
    expect(several, out=single.out)
    tree.assert_same(tree.snapshot(world.path("src")), tree.snapshot(world.path("dst")))


@cases({size: (size,) for size in ("1M", "64M", "1G")})
def test_memory_limit_changes_nothing_in_the_result(t, size):
    world = World(t)
    world.files(*(f"src/{folder}/{number}" for folder in "abc" for number in range(300)))
    expect(world.arsync("-a", f"--max-memory={size}", "src/", "dst"))
    tree.assert_same(tree.snapshot(world.path("src")), tree.snapshot(world.path("dst")))


@cases({options: (options.split(),) for options in ("--io-engine=auto", "--io-engine=threads", "--queue-depth=1",
    "--io-engine=threads --queue-depth=7 --buffer-size=4K", "--buffer-size=64M", "--drop-cache", "--max-files-in-flight=1",
    "--max-files-in-flight=40 --drop-cache --buffer-size=128K")})
def test_how_large_files_are_copied_changes_nothing_in_the_result(t, options):
    world = World(t)
    world.file("src/large", random.Random(1).randbytes(9_000_001))
    world.files("src/small", "src/d/other")
    expect(world.arsync("-a", "--copy-method=auto", *options, "src/", "dst"))
    tree.assert_same(tree.snapshot(world.path("src")), tree.snapshot(world.path("dst")))


def test_atomic_gives_the_same_tree(t):
    world = sample(t)
    expect(world.arsync("-a", "--atomic", "src/", "dst"))
    tree.assert_same(tree.snapshot(world.path("src")), tree.snapshot(world.path("dst")))


NOT_YET = ("--iconv=a,b",)


@cases({option: (option,) for option in NOT_YET})
def test_option_that_is_not_there_yet_is_refused_by_name(t, option):
    """Never ignored."""
    world = sample(t)
    world.files("dst/a")
    result = world.arsync("-a", option, "src/", "dst/")
    assert result.code == 1, result
    name = option.partition("=")[0] if option.startswith("--") else option[:2]
    assert b"not supported yet" in result.err and name.encode() in result.err and result.out == b"", result
    assert open(world.path("dst/a"), "rb").read() == b"dst/a" and not os.path.exists(world.path("dst/d"))


@needs(linux_only("macOS has all of these"))
@cases({option: (option,) for option in ("-N", "--crtimes", "--fileflags", "--force-change", "--materialize")})
def test_what_this_system_does_not_have_is_refused_by_name(t, option):
    world = sample(t)
    result = world.arsync("-a", option, "src/", "dst/")
    assert result.code == 1 and b"not supported" in result.err and option.lstrip("-").encode() in result.err, result
    assert not os.path.exists(world.path("dst"))


@cases({name: (options, word) for name, options, word in (
    ("unknown long", ["--nosuch"], b"--nosuch"), ("abbreviated", ["--exclud=x"], b"--exclud"), ("unknown short", ["-Y"],
        b"-Y"), ("unknown in a bundle", ["-aYv"], b"-aYv"),
    ("missing value", ["--exclude"], b"--exclude"), ("value where none belongs", ["--recursive=yes"],
        b"--recursive"), ("bad number", ["--jobs=many"], b"many"),
    ("no jobs", ["--jobs=-1"], b"-1"), ("bad size", ["--max-memory=lots"], b"lots"), ("bad method",
        ["--copy-method=magic"], b"magic"), ("bad negation", ["--no-nosuch"], b"--no-nosuch"),
    ("bad limit", ["--max-delete=x"], b"x"), ("bad engine", ["--io-engine=magic"], b"magic"),
    ("no depth", ["--queue-depth=0"], b"--queue-depth"), ("too deep", ["--queue-depth=257"], b"--queue-depth"),
    ("odd buffer", ["--buffer-size=5000"], b"--buffer-size"), ("large buffer", ["--buffer-size=65M"], b"--buffer-size"),
    ("no file at all", ["--max-files-in-flight=0"], b"--max-files-in-flight"))})
def test_bad_usage_names_what_is_wrong(t, options, word):
    world = sample(t)
    result = world.arsync("-a", "src/", "dst", *options)
    assert result.code == 1 and word in result.err and result.out == b"", result
    assert result.err.startswith(b"arsync: ") and b"rsync error: syntax or usage error (code 1) at " in result.err, result
    assert not os.path.exists(world.path("dst"))


def test_no_operands_print_the_usage(t):
    result = arsync(t)
    assert result.code == 1 and b"SRC" in result.out + result.err, result


def test_help_tells_every_own_option(t):
    result = arsync(t, "--help")
    assert result.code == 0 and result.err == b"", result
    for option in (b"--archive", b"--source", b"--destination", b"--jobs", b"--copy-method", b"--atomic",
        b"--max-memory", b"--delete"):
        assert option in result.out, f"{option} is missing\n{result}"


@cases({"long": ("--version",), "short": ("-V",)})
def test_version_starts_with_the_name(t, option):
    result = arsync(t, option)
    assert result.code == 0 and result.out.startswith(b"arsync") and result.err == b"", result


@cases({operands: (operands.split(),) for operands in ("host:src dst", "src host:dst", "user@host:src dst",
    "host::module dst", "rsync://host/module dst")})
def test_remote_operands_are_refused(t, operands):
    world = sample(t)
    world.files("host:src/x")
    result = world.arsync("-a", *operands)
    assert result.code == 1 and b"not supported yet" in result.err, result
    assert sorted(os.listdir(world.top)) == ["host:src", "src"]


def test_colon_after_a_slash_is_a_local_name(t):
    world = sample(t)
    world.files("with:colon/x")
    expect(world.arsync("-a", "./with:colon/", "./to:there"))
    assert os.listdir(world.path("to:there")) == [b"x"]
