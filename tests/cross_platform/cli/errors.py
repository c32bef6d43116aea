"""The exact words of errors: what, where, why; then rsync's summary and exit code."""

import os

from common import tree
from common.commands import NOBODY, not_root
from common.exact import SUMMARY_23, expect
from common.runner import cases, needs
from common.world import World


@needs(not_root)
def test_unreadable_file_is_told_with_its_whole_path(t):
    world = World(t, user=NOBODY)
    world.files("src/a")
    world.file("src/d/closed", mode=0)
    told = b'arsync: cannot open "%s": Permission denied (13)\n' % world.path("src/d/closed")
    expect(world.arsync("-a", "src/", "dst"), code=23, err=told + SUMMARY_23)
    assert os.path.exists(world.path("dst/a")) and not os.path.exists(world.path("dst/d/closed"))


@needs(not_root)
def test_unreadable_directory_is_told_with_its_whole_path(t):
    world = World(t, user=NOBODY)
    world.files("src/a", "src/closed/f")
    world.dir("src/closed", mode=0)
    told = b'arsync: cannot open "%s": Permission denied (13)\n' % world.path("src/closed")
    expect(world.arsync("-a", "src/", "dst"), code=23, err=told + SUMMARY_23)


def test_missing_source_is_told(t):
    world = World(t)
    world.files("src/a")
    result = world.arsync("-a", "src/missing", "src/a", "dst/")
    told = b'arsync: cannot examine "%s": No such file or directory (2)\n' % world.path("src/missing")
    expect(result, code=23, err=told + SUMMARY_23)
    assert os.listdir(world.path("dst")) == [b"a"]


@needs(not_root)
def test_errors_are_told_in_spite_of_quiet(t):
    world = World(t, user=NOBODY)
    world.file("src/closed", mode=0)
    told = b'arsync: cannot open "%s": Permission denied (13)\n' % world.path("src/closed")
    expect(world.arsync("-aq", "src/", "dst"), code=23, err=told + SUMMARY_23)


@needs(not_root)
@cases({"newline": (b"new\nline", b"new\\#012line"), "escape": (b"\x1b[31mred", b"\\#033[31mred"),
    "bad utf-8": (b"caf\xe9", b"caf\\#351"), "umlaut": ("ü".encode(), "ü".encode())})
def test_names_in_errors_cannot_drive_the_terminal(t, name, told):
    world = World(t, user=NOBODY)
    world.file(b"src/" + name, mode=0)
    line = b'arsync: cannot open "%s": Permission denied (13)\n' % (world.path("src/") + told)
    expect(world.arsync("-a", "src/", "dst"), code=23, err=line + SUMMARY_23)


def test_missing_filter_file_touches_nothing(t):
    world = World(t)
    world.files("src/a")
    result = world.arsync("-a", "--exclude-from=nowhere", "src/", "dst")
    assert result.code == 11 and b"nowhere" in result.err and b"No such file or directory (2)" in result.err, result
    assert b"(code 11) at " in result.err and not os.path.exists(world.path("dst")), result


def test_standard_input_that_cannot_be_read_is_no_empty_list(t):
    """As a list in a file that cannot be opened, of which rsync says: code 1."""
    from common import commands
    world = World(t)
    world.files("src/a")
    folder = os.open(world.path("src"), os.O_RDONLY)
    with commands.spawn(commands.arsync(), "-a", "--files-from=-", "src", "dst", cwd=world.top, stdin=folder) as process:
        _, errors = process.communicate()
    os.close(folder)
    assert process.returncode == 1 and b"files-from file -: Is a directory (21)" in errors, errors
    assert not os.path.exists(world.path("dst"))


def test_bad_rule_in_a_file_is_told_by_file(t):
    world = World(t)
    world.files("src/a")
    world.file("rules", b"- x\nzz secret words\n")
    result = world.arsync("-a", "--filter=. rules", "src/", "dst")
    assert result.code == 1 and b"rules" in result.err and not os.path.exists(world.path("dst")), result
    assert b"secret words" not in result.err, "the text of a rule from a file may be a secret (rsync 3.5)"


def test_destination_that_is_a_file(t):
    world = World(t)
    world.files("src/a", "src/b", "dst")
    result = world.arsync("-a", "src/", "dst")
    assert result.code == 3 and result.err.startswith(b"arsync: ") and b"(code 3) at " in result.err, result
    assert open(world.path("dst"), "rb").read() == b"dst"


def test_missing_parent_of_the_destination(t):
    world = World(t)
    world.files("src/a", "src/b")
    result = world.arsync("-a", "src/", "no/such/dst")
    assert result.code == 11 and b"No such file or directory (2)" in result.err, result
    assert b"(code 11) at " in result.err, result


def test_max_delete_is_told(t):
    world = World(t)
    world.files("src/new", "dst/a", "dst/b", "dst/c")
    told = b"Deletions stopped due to --max-delete limit (2 skipped)\n" \
           b"rsync error: the --max-delete limit stopped deletions (code 25) at PLACE\n"
    expect(world.arsync("-a", "--delete", "--max-delete=1", "src/", "dst"), code=25, err=told)
    assert len(os.listdir(world.path("dst"))) == 3


def test_closed_standard_output_does_not_kill_the_copy(t):
    """rsync ends with code 13 or goes on; either way no signal, and no half file."""
    from common import commands
    world = World(t)
    world.files(*(f"src/{number:04}" for number in range(2000)))
    world.settle()
    with commands.spawn(commands.arsync(), "-av", "src/", "dst", cwd=world.top) as process:
        process.stdout.close()
        process.stderr.read()
    assert process.returncode >= 0, f"killed by signal {-process.returncode}"
    for name in os.listdir(world.path("dst")):
        assert not name.startswith(b".") and os.path.getsize(world.path(b"dst/" + name)) == 8, name


@cases({"contents": ("src/", "src"), "directory into its parent": ("src", ".")})
def test_source_that_is_the_destination_is_refused(t, source, destination):
    world = World(t)
    world.files("src/a", "src/d/b")
    world.settle()
    before = tree.snapshot(world.top)
    result = world.arsync("-a", "--delete", source, destination)
    assert result.code in (3, 23) and b"source and destination are the same directory" in result.err, result
    tree.assert_same(before, tree.snapshot(world.top))


def test_empty_source_deletes_nothing_without_a_word_from_the_user(t):
    """An unmounted disk looks like that."""
    world = World(t)
    world.dir("src")
    world.files("dst/precious", "dst/d/too")
    told = b'arsync: source is empty, nothing is deleted from "%s" (--force says that this is meant)\n'
    told %= world.path("dst")
    expect(world.arsync("-a", "--delete", "src/", "dst/"), code=23, err=told + SUMMARY_23)
    assert os.path.exists(world.path("dst/precious")) and os.path.exists(world.path("dst/d/too"))
    expect(world.arsync("-a", "--delete", "--force", "src/", "dst/"))
    assert os.listdir(world.path("dst")) == []


def test_source_that_only_looks_empty_is_no_reason_to_refuse(t):
    """Everything in it is excluded; or it holds one empty directory."""
    world = World(t)
    world.files("src/empty/", "dst/old")
    expect(world.arsync("-a", "--delete", "src/", "dst/"))
    assert os.listdir(world.path("dst")) == [b"empty"]
