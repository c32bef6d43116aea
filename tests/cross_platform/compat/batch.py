"""--write-batch, --only-write-batch, --read-batch: what a run writes, and what comes of it at another copy of the
destination. The forms of the two programs' batches differ, what they do does not."""

import os
import re
import stat
import subprocess

from common import commands, tree
from common.commands import no_rsync, not_root
from common.generate import PAST
from common.runner import cases, needs
from common.world import World

OWN = (b".", b"B", b"B.sh")  # the time of the directory that they are in tells when they were made


def table(*lines):
    return {line: (line.split(),) for line in lines}


def sample(t, user=None):
    """A source, and two equal destinations that it has something to do in."""
    world = World(t, user)
    world.files("src/new", "src/d/f", "src/d/e/g", "src/empty/", "src/void/")
    world.file("src/a", b"new", mtime=PAST + 10)
    world.file("src/longer", bytes(range(256)) * 40, mtime=PAST + 10)
    world.file("src/same", b"same")
    world.file("src/mode", b"mode", mode=0o600)
    world.link("src/link", "a")
    world.hard("src/hard", "src/new")
    for there in ("dst", "dst2"):
        world.file(there + "/a", b"old")
        world.file(there + "/longer", bytes(range(256)) * 20)
        world.file(there + "/same", b"same")
        world.file(there + "/mode", b"mode", mode=0o644)
        for name in ("gone", "d/gone", "old/x", "keep", "void/surplus"):
            world.file(f"{there}/{name}", os.fsencode(name))
    return world


def write_and_replay(world, options, sources=("src/",), destination="dst/", other="dst2/", replay=None, exit=0,
                     write="--write-batch=B", **more):
    """Both programs write a batch, then each applies its own to the other destination. Which name of a hard-linked file
    is the one with the data may differ."""
    more = {"leaders": False, **more}
    written = world.compare(*options, write, *sources, destination, own=OWN, exit=exit, **more)
    return written, world.compare_again(*(options if replay is None else replay), "--read-batch=B", other, own=OWN,
                                        exit=exit, **more)


@needs(no_rsync)
@cases(table("-ai", "-av", "-aHi", "-aHv", "-avv", "-a --stats", "-aHi --delete", "-av --delete-before", "-ai --delete-after",
             "-ai --delete-delay --stats", "-ai --del", "-rlti", "-ai -c", "-ai -I", "-ai -u", "-ai --existing",
             "-ai --ignore-existing", "-ai --size-only", "-ai -b", "-ai -b --backup-dir=../bak --delete", "-ai --inplace",
             "-ai -W --stats", "-ai --append", "-ai -S", "-ai --delay-updates", "-ai --partial-dir=.p", "-ai --chmod=a-w,u+w",
             "-ai --no-p", "-ai -O", "-ai -E --no-p", "-ai -m", "-ai --max-size=100", "-ai --out-format=%n:%l",
             "-ai --no-i-r", "-aiX", "-ai -y", "-ai --delete --max-delete=1", "-ai --fsync", "-ai --progress"))
def test_replay_does_what_the_run_did(t, options):
    limited = "--max-delete=1" in options
    write_and_replay(sample(t), options, exit=25 if limited else 0)


@needs(no_rsync)
@cases(table("-ai", "-aHv", "-ai --delete", "-aHi --delete --stats -W", "-av -b", "-ai --delete-after"))
def test_only_the_batch(t, options):
    world = sample(t)
    write_and_replay(world, options, write="--only-write-batch=B")
    there = tree.snapshot(t.path("arsync", "dst"))
    assert b"gone" in there and b"new" not in there


@needs(no_rsync)
@cases(table("-ai --delete --exclude=gone", "-ai --delete --exclude=f --delete-excluded", "-ai --delete -f P_keep -f H_a",
             "-ai --exclude=d/ --include=a", "-ai --delete -F", "-ai --delete -C", "-ai --delete --filter=-s_new"))
def test_rules_protect_at_the_replay_as_well(t, options):
    world = sample(t)
    world.file("src/d/.rsync-filter", b"- f\nP gone\n")
    for there in ("dst", "dst2"):
        world.file(there + "/d/.rsync-filter", b"- f\nP gone\n")
    write_and_replay(world, options)


@needs(no_rsync)
@cases({"without slash": (["src"], []), "two": (["src/", "src2/"], []), "two directories": (["src", "src2"], ["--delete"]),
        "file": (["src/a"], []), "files": (["src/a", "src2/a", "src2/b"], []), "relative": (["src/d/e", "src2/b"], ["-R"]),
        "relative, deleting": (["src/d"], ["-R", "--delete"]), "cut": (["src/./d/e"], ["-R"]),
        "not implied": (["src/d/e"], ["-R", "--no-implied-dirs"]), "only directories": (["src/"], ["--no-r", "-d"]),
        "missing": (["src/a", "src/gone"], ["--delete-missing-args"])})
def test_sources(t, sources, options):
    world = sample(t)
    world.files("src2/a", "src2/b", "src2/d/h")
    # -d: rsync tells that it sets what is set already.
    quiet = ["-ai", *options]
    write_and_replay(world, quiet, sources)


@needs(no_rsync)
@cases({"to a new name": (["src/a"], "dst/name", "dst2/name"), "made": (["src/"], "new", "new2"),
        "of a directory": (["src"], "new/", "new2/"), "missing parent": (["src/"], "new", "new2/x/y")})
def test_destinations(t, sources, destination, other):
    world = sample(t)
    world.compare("-ai", "--write-batch=B", *sources, destination, own=OWN, exit=0)
    world.compare_again("-ai", "--read-batch=B", other, own=OWN)


@needs(no_rsync)
@cases(table("-a", "-ai", "-av", "-aq", "-an"))
def test_what_the_destination_has_already_is_told(t, options):
    world = sample(t)
    world.compare("-a", "--write-batch=B", "src/", "dst/", own=OWN, exit=0)
    said = world.compare_again("-a", "--read-batch=B", "dst/", own=OWN, exit=0)
    assert b'(Skipping batched update for "a")' in said.lines


@needs(no_rsync)
@cases(table("-a", "-a --delete"))
def test_what_the_batch_does_not_have_is_told(t, options):
    """rsync 3.5.0 hangs after it where hard links are kept, or quite often."""
    world = sample(t)
    world.settle()
    top = world.top
    expect(world.arsync(*options, "--write-batch=B", "src/", "dst/"))
    open(os.path.join(top, "dst2", "same"), "w").write("changed")
    result = again(world, *options, "--read-batch=B", "dst2/")
    assert result.code == 23 and b'(No batched update for "same")' in result.err, result
    assert open(os.path.join(top, "dst2", "same")).read() == "changed"
    assert open(os.path.join(top, "dst2", "a")).read() == "new"
    assert os.path.exists(os.path.join(top, "dst2", "gone")) == ("--delete" not in options)


def again(world, *arguments, **options):
    """arsync once more, in the world as it is now."""
    return commands.run(commands.arsync(), *arguments, cwd=world.top, **options)


def expect(result, code=0):
    assert result.code == code, result
    return result


@needs(no_rsync)
@cases(table("-n", "-n --delete"))
def test_dry_runs(t, options):
    world = sample(t)
    world.compare("-ai", *options, "--write-batch=B", "src/", "dst/", exit=0)
    assert not os.path.exists(world.path("B"))
    world.compare_again("-ai", "--write-batch=B", "src/", "dst/", own=OWN, exit=0)
    world.compare_again("-ai", *options, "--read-batch=B", "dst2/", own=OWN, exit=0)


@needs(no_rsync)
@cases(table("-rtv -ogl", "-avX", "-avH", "-avA", "-avz", "-avc", "-rtv", "-av --inplace", "-av --append"))
def test_options_are_made_to_match(t, options):
    world = sample(t)
    world.compare("-a", "--write-batch=B", "src/", "dst/", own=OWN, exit=0)
    runs = [commands.run(program, *options, "--read-batch=B", "dst2/", cwd=top) for program, top in
            ((commands.rsync(), world.top), (commands.arsync(), t.path("arsync")))]
    told = [[line for line in run.out.split(b"\n") if b"to match the batchfile" in line and b"recurse" not in line]
            for run in runs]
    assert told[0] == told[1], runs
    if "--append" in options:
        return  # rsync 3.5.0 says that it clears the option, and appends: the file is neither the old nor the new one
    tree.assert_same(tree.snapshot(os.path.join(world.top, "dst2")), tree.snapshot(t.path("arsync", "dst2")))


@needs(no_rsync)
@cases({"both": (["--write-batch=B", "--read-batch=B"], ["src/", "dst/"]), "files": (["--read-batch=B", "--files-from=a"], ["dst/"]),
        "moving": (["--read-batch=B", "--remove-source-files"], ["dst/"]), "missing": (["--read-batch=nothing"], ["dst/"]),
        "no place": (["--write-batch=x/y/B"], ["src/", "dst/"]), "no batch": (["--read-batch=src/a"], ["dst/"])})
def test_refusals(t, options, operands):
    world = sample(t)
    runs = [commands.run(program, "-a", *options, *operands, cwd=world.top) for program in
            (commands.rsync(), commands.arsync())]
    assert runs[0].code == runs[1].code != 0, runs
    assert open(world.path("dst/a")).read() == "old"


@needs(no_rsync)
@cases({name: (options, destination) for name, options, destination in (
    ("plain", ["-av"], "dst"), ("apart", ["-a", "--delete"], "dst"), ("quotes", ["-a"], "it's d"), ("values", ["-a", "-B", "700", "--chmod", "u+w"], "dst"),
    ("names of files", ["-a", "--files-from=list"], "dst"), ("rules", ["-a", "--exclude=x y", "--include", "z", "-f", "P keep", "--delete"], "dst"),
    ("files of rules", ["-a", "--exclude-from=rules", "-f", ". more", "--delete"], "dst"))})
def test_script(t, options, destination):
    world = sample(t)
    world.file("list", b"a\n")
    world.file("rules", b"# comment\n+ a\n\ngone\n")
    world.file("more", b"P keep\n- old\n")
    world.dir(destination)
    world.settle()
    there = world.copy("arsync")
    scripts = []
    for program, top in ((commands.rsync(), world.top), (commands.arsync(), there)):
        expect(commands.run(program, *options, "--write-batch=B", "src/", destination, cwd=top))
        assert stat.S_IMODE(os.stat(os.path.join(top, "B.sh")).st_mode) == 0o700
        assert stat.S_IMODE(os.stat(os.path.join(top, "B")).st_mode) == 0o600
        scripts.append(open(os.path.join(top, "B.sh")).read())
    words = [re.sub(r"^(IFS=\n)?'[^']*rsync'", "", script, count=1) for script in scripts]
    same = [re.sub(r"(?m)^-r ", "P ", text).replace("\n- old", "\n- old") for text in words]
    assert same[0] == same[1], scripts
    os.mkdir(os.path.join(there, "other place"))
    for name in os.listdir(os.path.join(there, "dst2")):
        os.rename(os.path.join(there, "dst2", name), os.path.join(there, "other place", name))
    with open(os.path.join(there, "B.sh"), "w") as script:  # a program for macOS is executed by way of its loader only
        script.write(re.sub(r"'[^']*/arsync'", f"'{commands.arsync()}'", scripts[1], count=1))
    run = subprocess.run(["/bin/sh", "./B.sh", "other place"], cwd=there, capture_output=True, check=False,
                         env=commands.environment(), timeout=60)
    assert run.returncode == 0, (run, scripts)
    if destination == "dst":
        assert sorted(os.listdir(os.path.join(there, "other place"))) == sorted(os.listdir(os.path.join(there, "dst")))


@cases({"end cut off": (-9, None), "entries cut off": (200, None), "damaged": (None, 150)})
def test_a_damaged_batch_deletes_nothing(t, cut, damage):
    world = sample(t)
    expect(world.arsync("-a", "--delete", "--write-batch=B", "src/", "dst/"))
    with open(world.path("B"), "r+b") as batch:
        data = bytearray(batch.read()[:cut])
        if damage:
            data[damage] ^= 1
        batch.seek(0)
        batch.truncate()
        batch.write(data)
    result = again(world, "-a", "--delete", "--read-batch=B", "dst2/")
    assert result.code == 12 and b"batch ends too early or is damaged" in result.err, result
    assert os.path.exists(world.path("dst2/gone")) and os.path.exists(world.path("dst2/old/x"))


def test_damaged_data_leaves_the_old_file(t):
    world = sample(t)
    expect(world.arsync("-a", "--write-batch=B", "src/", "dst/"))
    with open(world.path("B"), "r+b") as batch:
        data = bytearray(batch.read())
        data[data.index(bytes(range(256)) * 40) + 5] ^= 1
        batch.seek(0)
        batch.write(data)
    result = again(world, "-a", "--read-batch=B", "dst2/")
    assert result.code == 23 and b"data in the batch is damaged" in result.err, result
    assert os.path.getsize(world.path("dst2/longer")) == 256 * 20
    assert open(world.path("dst2/a")).read() == "new"


def test_from_standard_input(t):
    world = sample(t)
    expect(world.arsync("-aH", "--write-batch=B", "src/", "dst/"))
    expect(again(world, "-aH", "--read-batch=-", "dst2/", stdin=open(world.path("B"), "rb").read()))
    tree.assert_same(tree.snapshot(world.path("dst")), tree.snapshot(world.path("dst2")))


def test_holes_and_large_files(t):
    world = sample(t)
    world.file("src/large", os.urandom(3_000_000))
    world.file("src/sparse", b"x")
    os.truncate(world.path("src/sparse"), 50_000_000)
    expect(world.arsync("-a", "--write-batch=B", "src/", "dst/"))
    assert os.path.getsize(world.path("B")) < 4_000_000
    expect(again(world, "-a", "--read-batch=B", "dst2/"))
    tree.assert_same(tree.snapshot(world.path("dst")), tree.snapshot(world.path("dst2")))


def test_a_file_that_cannot_be_read_is_not_deleted_by_the_replay(t):
    """What the run could not copy is in its source all the same."""
    world = sample(t)
    world.dir("src/d/e/hidden")
    world.files("dst/d/e/hidden/x", "dst2/d/e/hidden/x", "src/mount")
    world.settle()
    expect(world.arsync("-a", "--ignore-existing", "--delete", "--write-batch=B", "src/", "dst/"))
    expect(again(world, "-a", "--ignore-existing", "--delete", "--read-batch=B", "dst2/"))
    tree.assert_same(tree.snapshot(world.path("dst")), tree.snapshot(world.path("dst2")))


@needs(no_rsync, not_root)
@cases(table("-ai --chown=1:2", "-ai --usermap=0:7,7:0", "-aiA --groupmap=0:8", "-ai --numeric-ids", "-ai --fake-super"))
def test_owners(t, options):
    if "--fake-super" in options and commands.system() == "macos":
        t.skip("refused on macOS")
    world = sample(t)
    os.chown(world.path("src/a"), 7, 8)
    write_and_replay(world, options)


@needs(no_rsync)
@cases(table("--link-dest=../old", "--copy-dest=../old", "--compare-dest=../old"))
def test_alternate_trees(t, options):
    world = sample(t)
    world.file("old/new", b"src/new")
    world.file("old/a", b"new", mtime=PAST + 10)
    write_and_replay(world, ["-ai", *options], destination="fresh/", other="fresh2/")


@needs(no_rsync)
@cases({f"{writing} then {replay}": (writing.split(), replay.split()) for writing, replay in (
    ("-a --munge-links", "-a --munge-links"), ("-a --munge-links", "-a"), ("-a", "-a --munge-links"),
    ("-rlt", "-rlt --munge-links -b"), ("-a", "-an --munge-links"))})
def test_replay_munges_links(t, writing, replay):
    """The replay receives, and so puts on what the run that sent has taken off."""
    world = sample(t)
    for name in ("dst/link", "dst2/link", "dst2/d/l"):
        world.link(name, "/rsyncd-munged/a")
    world.link("src/d/l", "/rsyncd-munged/../a")
    write_and_replay(world, writing, replay=replay, output=False)


@needs(no_rsync)
@cases(table("--del", "--delete", "--delete-excluded", "--delete-before", "--delete-after", "--delete-delay"))
def test_replay_that_deletes_has_to_be_given_directories(t, options):
    world = sample(t)
    world.compare("-ad", "--write-batch=B", "src/", "dst/", own=OWN, exit=0)
    world.compare_again("-lpt", *options, "--read-batch=B", "dst2/", own=OWN, exit=1)


@needs(no_rsync)
def test_replay_links_names_whose_file_is_there_already(t):
    """The run needed no data of them, so the batch has none; the directory of some is new to the replay."""
    world = World(t)
    world.files("dst/a/", "dst/b/")
    for number in range(20):
        world.file(f"src/z/{number}", b"data")
        for folder in "ab":
            world.hard(f"src/{folder}/{number}", f"src/z/{number}")
        for there in ("dst", "dst2"):
            world.file(f"{there}/z/{number}", b"data")
    write_and_replay(world, ["-aH"])


@needs(no_rsync)
@cases({f"{sources} to {there}": (sources.split(), there) for there in ("other/", "other", "dst2/", "no/other/") for sources in (
    "src", "src/", "-a --files-from=list src/", "-ad --files-from=list --delete src/", "-aR nowhere")})
def test_replay_of_a_batch_of_nothing(t, sources, there):
    """No directory is made for it."""
    world = sample(t)
    world.file("list", "nowhere\n")
    world.compare(*sources, "--write-batch=B", "new/", own=OWN)
    options = ["-aR"] if "-aR" in sources else ["-a", "--no-r"] if "--files-from=list" in sources else []
    world.compare_again(*options, "--read-batch=B", there, own=OWN, output=False)


@needs(no_rsync)
@cases(table("-aL", "-aL --delete-before", "-aL --ignore-errors", "-aL --delete --ignore-errors",
             "-aL --delete-after --ignore-errors"))
def test_replay_after_errors_of_the_source(t, options):
    world = sample(t)
    world.link("src/leads", "nowhere")
    world.compare(*options, "--write-batch=B", "src/", "dst/", own=OWN, exit=23)
    world.compare_again(*options, "--read-batch=B", "dst2/", own=OWN, output=False)
