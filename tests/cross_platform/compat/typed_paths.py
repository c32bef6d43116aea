"""Symbolic links in paths that the user names: only his own and root's are passed (--insecure-links: all), and
--confine-root bounds where they lead. Sources are free."""

import os

from common import commands, native, tree
from common.commands import NOBODY, no_rsync, not_linux, not_root
from common.runner import cases, needs
from common.world import World

OTHER = 1234
OWNERS = {"root": 0, "nobody": NOBODY, "other": OTHER}
WHO = {"as root": None, "as nobody": NOBODY}


def place(t, user=None):
    """For each owner links to directories and files, `OWNER-NAME`, and `OWNER-real` to what holds all of them."""
    world = World(t, user=user)
    world.files("plain/src/f", "plain/src/sub/g", "real/src/f", "real/src/sub/g", "real/dst/", "real/tmp/", "real/bak/",
                "real/part/", "real/alt/f", "out/", "real/log")
    world.file("real/alt/f", "plain/src/f")
    world.file("real/list", "f\nsub/g\n")
    world.file("real/rules", "- g\n")
    world.file("names", "otherdir/f\nrootdir/sub/\nf\n")
    links = []
    for owner, uid in OWNERS.items():
        for name in ("src", "dst", "tmp", "bak", "part", "alt", "log", "list", "rules"):
            links.append((world.link(f"{owner}-{name}", f"real/{name}"), uid))
        links.append((world.link(f"{owner}-real", "real"), uid))
        links.append((world.link(f"{owner}-far", f"{owner}-real/../root-real"), uid))
        links.append((world.link(f"plain/src/{owner}dir", "../../real/src"), uid))
        links.append((world.link(f"plain/src/.{owner}-rules", "../../real/rules"), uid))
    world.settle()
    for path, uid in links:
        os.lchown(path, uid, uid)
    world.settle = lambda: None  # which would give root's links away
    return world


def both(names):
    return {f"{name}, {who}": (name, user) for name in names for who, user in WHO.items()}


def is_trusted(name, user):
    return "other" not in name and ("nobody" not in name or user is not None)


def compare_unless_refused(world, trusted, *arguments):
    """What rsync has made before it refuses (mkdir follows anybody's links) arsync does not make."""
    if trusted:
        return world.compare(*arguments)
    codes = [commands.run(program, *arguments, cwd=world.fork(name).top, user=world.user)
             for name, program in (("r", commands.rsync()), ("a", commands.arsync()))]
    assert codes[0].code == codes[1].code == 3, codes
    assert b"Too many levels of symbolic links" in codes[1].err and b"--insecure-links" in codes[1].err, codes[1]
    made = os.path.join(world.test.path("a"), "rsync", "real", "dst")
    assert not os.listdir(made), os.listdir(made)
    return codes[0]


@needs(no_rsync, not_root)
@cases(both([f"{owner}-{way}" for owner in OWNERS for way in ("dst", "dst/", "real/dst/new", "far/dst")]))
def test_destination(t, destination, user):
    compare_unless_refused(place(t, user), is_trusted(destination, user), "-ri", "plain/src/", destination)


@needs(no_rsync, not_root)
@cases({f"other-{way}": (f"other-{way}",) for way in ("dst", "dst/", "real/dst", "real/dst/new", "far/dst")})
def test_destination_with_insecure_links(t, destination):
    place(t).compare("-ri", "--insecure-links", "plain/src/", destination, exit=0)


@needs(no_rsync, not_root)
@cases({options: (options.split(),) for options in (
    "-rin plain/src/ other-dst", "-i plain/src/f other-real/dst/name", "-in plain/src/f other-real/dst/name",
    "-ri --mkpath plain/src/ other-real/dst/a/b", "-i --mkpath plain/src/f other-real/dst/a/b",
    "-ri nonexistent other-real/dst/a", "-ri nonexistent other-dst", "-ri plain/src/ other-real/../out",
    "-ri plain/src/sub other-real/dst/new/", "-ri --insecure-links --no-insecure-links plain/src/ other-dst")})
def test_refused_destinations(t, arguments):
    compare_unless_refused(place(t), False, *arguments)


@needs(no_rsync, not_root)
@cases({options: (options.split(),) for options in (
    "-rin plain/src/ other-real/dst/new", "-i plain/src/f other-log", "-ri plain/src/ root-real/../out/",
    "-ri --insecure-links --mkpath plain/src/ other-real/dst/a/b")})
def test_destinations_that_will_do(t, arguments):
    place(t).compare(*arguments, exit=0)


@needs(no_rsync, not_root)
@cases(both(("other-src", "other-src/", "other-real/src", "other-real/src/f", "other-far/src/", "plain/src/otherdir/f")))
def test_sources_are_free(t, source, user):
    place(t, user).compare("-rli", source, "out/", exit=0)


def with_batch(t, user):
    """A world for each program, in which it has written a batch, real/log, and its script."""
    world = place(t, user)
    for name, program in (("r", commands.rsync()), ("a", commands.arsync())):
        top = world.fork(name).top
        written = commands.run(program, "-r", "--only-write-batch=real/log", "plain/src/", "out/", cwd=top, user=user)
        assert written.code == 0, written
        yield program, top


@needs(no_rsync, not_root)
@cases(both([f"{insecure}{owner}-{way}" for insecure in ("", "--insecure-links ") for owner in OWNERS
             for way in ("log", "real/log", "real/new")]))
def test_batch_to_write(t, path, user):
    *options, path = path.split()
    place_of = os.path.join("real", "new" if path.endswith("new") else "log")
    for program, top in with_batch(t, user):
        before = os.stat(os.path.join(top, "real/log.sh"))
        run = commands.run(program, "-r", *options, f"--write-batch={path}", "plain/src/", "out/", cwd=top, user=user)
        # OWNER-log.sh is no link: the script is there before the batch is refused.
        refused = not is_trusted(path, user) and not options
        assert run.code == (0 if not refused else 11 if path.endswith("-log") else 3), run
        assert os.path.exists(os.path.join(top, "out/f")) != refused, run
        if refused:
            assert b"Too many levels of symbolic links" in run.err, run
            after = os.stat(os.path.join(top, "real/log.sh"))
            assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
            assert not os.path.exists(os.path.join(top, "real/new"))
        else:
            assert os.path.getsize(os.path.join(top, place_of)) > 0


@needs(no_rsync, not_root)
@cases(both([f"{insecure}{owner}-{way}" for insecure in ("", "--insecure-links ") for owner in OWNERS
             for way in ("log", "real/log")]))
def test_batch_to_read(t, path, user):
    *options, path = path.split()
    for program, top in with_batch(t, user):
        run = commands.run(program, "-r", *options, f"--read-batch={path}", "out/", cwd=top, user=user)
        refused = not is_trusted(path, user) and not options
        assert run.code == (11 if refused else 0), run
        assert os.path.exists(os.path.join(top, "out/f")) != refused, run
        assert not refused or b"Too many levels of symbolic links" in run.err, run


FILES = {"--files-from=": ("list",), "--exclude-from=": ("rules", "far/rules"), "--include-from=": ("real/rules",),
         "--filter=. ": ("rules",), "--filter=merge ": ("far/rules",)}


@needs(no_rsync, not_root)
@cases(both([f"{option}{owner}-{way}" for option, ways in FILES.items() for owner in OWNERS for way in ways]))
def test_files(t, option, user):
    trusted = is_trusted(option, user)
    run = place(t, user).compare("-ri", option, "plain/src/", "out/", output=trusted)
    assert (run.code == 0) == trusted, run


@needs(no_rsync, not_root)
@cases(both([f"{owner}-{way}" for owner in OWNERS for way in ("log", "real/new-log")]))
def test_log_file(t, log, user):
    """One that is refused is told, and the run goes on."""
    world = place(t, user)
    written = b"real/new-log" if "new" in log else b"real/log"
    for name, program in (("r", commands.rsync()), ("a", commands.arsync())):
        top = os.fsencode(world.fork(name).top)
        run = commands.run(program, "-r", f"--log-file={log}", "plain/src/", "out/", cwd=top, user=user)
        path = os.path.join(top, written)
        grown = os.path.exists(path) and os.path.getsize(path) > len("real/log")
        assert run.code == 0 and grown == is_trusted(log, user), (run, grown)
        assert (b"failed to open log-file" in run.err) != grown, run


@needs(no_rsync, not_root)
@cases({option: (option,) for option in ("--files-from=other-list", "--exclude-from=other-real/rules",
    "--include-from=other-rules", "--filter=. other-rules", "--filter=: .other-rules")})
def test_files_with_insecure_links(t, option):
    place(t).compare("-ri", "--insecure-links", option, "plain/src/", "out/", exit=0)


@needs(no_rsync, not_root)
@cases(both(("-r", "-rR", "-n", "-r --no-R", "-L", "-k", "--copy-unsafe-links", "--insecure-links",
             "--no-implied-dirs", "--ignore-missing-args", "--delete-missing-args", "-r --delete")))
def test_links_on_the_way_to_listed_names(t, options, user):
    world = place(t, user)
    world.compare("-i", *options.split(), "--files-from=names", "plain/src/", "out/")


@needs(no_rsync, not_root)
@cases({name: (name,) for name in ("otherdir/", "otherdir/.", "otherdir/./f", "./otherdir/f", "otherdir", "rootdir/",
    "otherdir/../otherdir/f", "otherdir/sub/../f")})
def test_one_listed_name(t, name):
    world = place(t)
    with open(world.path("names"), "w") as names:
        names.write(name + "\n")
    os.utime(world.path("names"), (1, 1))
    world.compare("-rli", "--files-from=names", "plain/src/", "out/")


def old(t):
    """With files to be kept when they are replaced or deleted."""
    world = place(t)
    for name in ("out/f", "out/sub/g", "out/extra/x"):
        world.file(name, b"old and longer")
    for name in ("out/extra", "out/sub", "out"):
        world.dir(name)
    return world


@needs(no_rsync, not_root)
@cases({f"{insecure} {directory}": (insecure.split(), directory) for insecure in ("", "--insecure-links")
        for directory in ("other-bak", "other-real/bak", "other-real/new", "root-bak", "root-real/bak/new")})
def test_backup_directory(t, insecure, directory):
    """Nothing goes where others lead, and nothing is lost. rsync ends with its first file, arsync tells each."""
    world = old(t)
    refused = not insecure and directory.startswith("other")
    arguments = ("-rib", "--delete", *insecure, f"--backup-dir=../{directory}", "plain/src/", "out/")
    if not refused:
        world.compare(*arguments, ignore=("mtime_ns",), exit=0)
        return
    before = {name: open(world.path(name), "rb").read() for name in ("out/f", "out/sub/g", "out/extra/x")}
    for program in (commands.rsync(), commands.arsync()):
        result = commands.run(program, *arguments, cwd=world.top)
        assert result.code == (11 if program == commands.rsync() else 23), result
        assert b"Too many levels of symbolic links" in result.err, result
        for name, content in before.items():
            assert open(world.path(name), "rb").read() == content, name
        assert not os.listdir(world.path("real/bak")) and not os.path.exists(world.path("real/new"))


@needs(no_rsync, not_root)
@cases({f"{insecure} {directory}": (insecure.split(), directory) for insecure in ("", "--insecure-links")
        for directory in ("other-tmp", "other-real/tmp", "root-tmp")})
def test_temporary_directory(t, insecure, directory):
    """rsync makes the directories and fails for each file; arsync does not begin."""
    world = place(t)
    refused = not insecure and directory.startswith("other")
    arguments = ("-ri", *insecure, "-T", os.fsdecode(world.path(directory)), "plain/src/", "out/")
    for program in (commands.rsync(), commands.arsync()):
        result = commands.run(program, *arguments, cwd=world.top)
        assert result.code == (23 if refused else 0), result
        assert os.path.exists(world.path("out/f")) != refused
        native.remove_tree(world.path("out"))
        os.mkdir(world.path("out"))


@needs(no_rsync, not_root)
@cases({f"{option} {insecure} {directory}": (option, insecure.split(), directory)
        for option in ("--link-dest", "--copy-dest", "--compare-dest") for insecure in ("", "--insecure-links")
        for directory in ("other-alt", "other-real/alt", "root-alt", "root-real/alt", "nobody-alt")})
def test_alternate_trees(t, option, insecure, directory):
    """One that others lead to has nothing; arsync says which."""
    place(t).compare("-rti", *insecure, f"{option}=../{directory}", "plain/src/", "out/", exit=0, output=False)


@needs(no_rsync, not_root)
@cases({f"{insecure} {directory}": (insecure.split(), directory) for insecure in ("", "--insecure-links")
        for directory in ("other-part", "other-real/part", "other-real/new", "root-part", "root-real/new")})
def test_partial_directory(t, insecure, directory):
    """Where it cannot be used rsync drops the files and ends with 0 (or puts a directory in the place of a link that is
    the last part); arsync tells them."""
    world = old(t)
    refused = not insecure and directory.startswith("other")
    result = commands.run(commands.arsync(), "-ri", *insecure, "--delay-updates", "--partial-dir",
                          os.fsdecode(world.path(directory)), "plain/src/", "out/", cwd=world.top)
    assert result.code == (23 if refused else 0), result
    assert (open(world.path("out/f"), "rb").read() == b"plain/src/f") != refused
    assert not os.listdir(world.path("real/part"))


@needs(not_root)
def test_the_user_of_copy_as_counts(t):
    world = place(t)
    os.chown(world.path("real/dst"), NOBODY, NOBODY)
    result = commands.run(commands.arsync(), "-r", "--copy-as=nobody", "plain/src/", "nobody-dst", cwd=world.top)
    assert result.code == 0, result


@needs(no_rsync, not_linux)
def test_what_only_the_kernel_can_follow(t):
    """/dev/fd is a link to links that lead to pipes."""
    world = World(t)
    world.files("src/f", "src/g")
    world.settle()
    for program in (commands.rsync(), commands.arsync()):
        result = commands.run("/bin/sh", "-c", f"echo g | {program} -r --exclude-from=/dev/fd/0 src/ dst", cwd=world.top)
        assert result.code == 0 and os.listdir(world.path("dst")) == [b"f"], result
        native.remove_tree(world.path("dst"))


# --confine-root

def jail(t):
    world = World(t)
    world.files("jail/src/f", "jail/src/sub/g", "jail/out/f", "jail/out/k", "jail/bak/", "jail/tmp/", "jail/part/", "real/bak/",
                "real/part/", "real/tmp/", "real/src/f", "real/dst/", "out/")
    for top in ("jail", "real"):
        world.file(f"{top}/alt/f", "jail/src/f")
    world.file("jail/rules", "- g\n")
    world.file("real/rules", "- g\n")
    world.file("jail/list", "outdir/f\nindir/g\nabsolute/g\nf\n")
    world.file("real/list", "f\n")
    world.file("jail/src/.named-in", f". {os.fsdecode(world.path('jail/rules'))}\n")
    world.file("jail/src/.named-out", f". {os.fsdecode(world.path('real/rules'))}\n")
    world.link("jail/out-of-it", "../real")
    world.link("into-it", "jail")
    world.link("jail/src/outdir", "../../real/src")
    world.link("jail/src/indir", "sub")
    world.link("jail/src/.out-rules", "../../real/rules")
    world.link("jail/src/.in-rules", "../rules")
    return world


def confined(world, root="jail"):
    return "--confine-root=" + os.fsdecode(world.path(root))


@needs(no_rsync)
@cases({arguments: (arguments.split(),) for arguments in (
    "jail/src/ jail/out/", "jail/src/ out/", "real/src/ jail/out/", "jail/src/ jail/out-of-it/dst", "jail/src/ out/new",
    "--exclude-from=real/rules jail/src/ jail/out/", "--exclude-from=jail/out-of-it/rules jail/src/ jail/out/",
    "--files-from=real/list jail/src/ out/", "--files-from=jail/list jail/src/ out/",
    "--files-from=jail/list --no-R jail/src/ out/", "--files-from=real/list real/src/ out/",
    "--filter=:_.out-rules jail/src/ out/", "--filter=:_.in-rules jail/src/ out/", "--filter=:_.named-in jail/src/ out/",
    "--filter=:_.named-out jail/src/ out/")})
def test_confined(t, arguments):
    """The destination, sources and what the command line itself reads are as free as ever."""
    world = jail(t)
    # A merge file that cannot be used stops deletion in arsync, and is told; for rsync it is not there.
    told = "--filter=:_.out-rules" in arguments
    run = jail_compare(world, "-ri", confined(world), *arguments, told=told)
    assert run.code in (0, 11, 23), run


def jail_compare(world, *arguments, told=False):
    """Paths in arguments are absolute: both programs run in the one world, one after the other."""
    world.settle()
    copies = [world.fork(program) for program in ("r", "a")]
    runs, trees = [], []
    for program, copy in zip((commands.rsync(), commands.arsync()), copies):
        own = [argument.replace(world.top, copy.top) for argument in arguments]
        for name in ("jail/src/.named-in", "jail/src/.named-out"):
            text = open(copy.path(name)).read().replace(world.top, copy.top)
            open(copy.path(name), "w").write(text)
            os.utime(copy.path(name), (0, 0))
        runs.append(commands.run(program, *own, cwd=copy.top))
        trees.append(tree.snapshot(copy.top))
    wanted, got = runs
    assert got.code == (23 if told else wanted.code), (wanted, got)
    problems = tree.differences(*trees, ignore=("content", "mtime_ns"), names=("rsync", "arsync"))
    assert not problems, (problems, wanted, got)
    return wanted


@needs(no_rsync)
@cases({f"{option} {directory}": (option, directory) for option in ("--backup-dir", "--temp-dir", "--partial-dir",
    "--link-dest", "--copy-dest", "--compare-dest") for directory in ("jail", "real", "into-it", "jail/out-of-it")})
def test_confined_directories(t, option, directory):
    """rsync refuses late and in several ways, and --compare-dest not at all; arsync refuses what leads out."""
    world = jail(t)
    world.settle()
    last = {"--backup-dir": "bak", "--temp-dir": "tmp", "--partial-dir": "part"}.get(option, "alt")
    more = {"--backup-dir": ["-b"], "--partial-dir": ["--delay-updates"]}.get(option, [])
    result = commands.run(commands.arsync(), "-rI", *more, confined(world), option,
                          os.fsdecode(world.path(f"{directory}/{last}")), "jail/src/", "jail/out/", cwd=world.top)
    out = directory in ("real", "jail/out-of-it")
    assert result.code == (23 if out else 0), result
    assert (b"--confine-root" in result.err) == out, result
    assert os.listdir(world.path("real/bak")) == os.listdir(world.path("real/part")) == []


@needs(no_rsync)
@cases({options: (options.split(), code) for options, code in (
    ("--confine-root=/ --insecure-links", 1), ("--confine-root=", 1), ("--confine-root=rel", 1),
    ("--confine-root=rel --confine-root=/", 0), ("--confine-root=//", 0), ("--insecure-links --confine-root=/usr", 1),
    ("--insecure-links --no-insecure-links --confine-root=/usr", 0), ("--confine-root=/nonexistent", 0))})
def test_confining_options(t, options, code):
    world = World(t)
    world.files("src/a")
    world.compare("-a", *options, "src/", "dst", exit=code, output=False)
