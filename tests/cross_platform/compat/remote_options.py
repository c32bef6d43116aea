"""Options that mean something with a remote side only: accepted or refused in a local copy as rsync does."""

from common import commands
from common.commands import no_rsync, not_root
from common.runner import cases, needs
from common.world import World

ACCEPTED = ("-z", "-zz", "--no-compress", "--old-compress", "--new-compress", "--zc=zstd", "--zc=ZSTD", "--zl=99",
            "-z --zl=-200", "--zt=-1", "--compress-threads=300", "--skip-compress=", "--skip-compress=gz/z[ip", "-e ssh",
            "--rsh=", "--rsync-path=", "-s", "--no-s", "--old-args", "--no-s --old-args", "--protect-args",
            "--trust-sender", "--address=zz", "--port=5", "--sockopts=x", "--blocking-io", "--no-blocking-io", "-4", "-6",
            "-46", "--early-input=/nonexistent", "--protocol=32", "--protocol=27", "--timeout=5", "--timeout=-1",
            "--no-timeout", "--no-contimeout", "--max-alloc=0", "--max-alloc=1M", "--max-alloc=10G", "--max-alloc=", "--checksum-seed=5",
            "--no-motd", "--motd", "--qsort", "--iconv=-", "--iconv=", "--no-iconv", "--iconv=latin1,latin1",
            "--iconv=utf8,UTF-8", "--confine-root=/", "--insecure-links", "--cc=md5,xxh64", "--cc=MD5", "--cc=none",
            "--cc=auto,md5", "--cc=sha1")
REFUSED = ("--zc=bogus", "--zc=", "--zl=x", "--port=x", "--protocol=x", "--protocol=19", "--protocol=33", "--protocol=41",
           "--password-file=/nonexistent", "--contimeout=3", "--timeout=x", "--max-alloc=x", "--max-alloc=1",
           "-s --old-args", "--old-args -s", "--cc=bogus", "--cc=", "--cc=,md5", "--cc=md5,",
           "--cc=md5,md5,md5", "-c --cc=none", "-c --cc=md5,none", "--checksum-seed=x", "-Mx", "-M=", "--confine-root=rel",
           "--confine-root=", "--no-archive", "--no-info", "--no-stats")


def sample(t):
    world = World(t)
    world.files("src/a", "src/d/b")
    return world


@needs(no_rsync)
@cases({options: (options.split(),) for options in ACCEPTED})
def test_accepted(t, options):
    sample(t).compare("-a", *options, "src/", "dst", exit=0)


@needs(no_rsync)
@cases({options: (options.split(),) for options in REFUSED})
def test_refused(t, options):
    world = sample(t)
    world.settle()
    codes = [commands.run(program, "-a", *options, "src/", "dst", cwd=world.top).code
             for program in (commands.rsync(), commands.arsync())]
    assert codes[0] == codes[1] != 0, codes


@needs(no_rsync)
@cases({f"{name}={value} {options}": (name, value, options.split()) for name, value, options in (
    ("RSYNC_MAX_ALLOC", "x", ""), ("RSYNC_MAX_ALLOC", "5", ""), ("RSYNC_MAX_ALLOC", "x", "--max-alloc=0"),
    ("RSYNC_MAX_ALLOC", "", ""), ("RSYNC_CHECKSUM_LIST", "bogus", ""), ("RSYNC_CHECKSUM_LIST", "md5", ""),
    ("RSYNC_CHECKSUM_LIST", "bogus md5", ""), ("RSYNC_CHECKSUM_LIST", "bogus & md5", ""),
    ("RSYNC_COMPRESS_LIST", "bogus", ""),
    ("RSYNC_COMPRESS_LIST", "bogus", "-z"), ("RSYNC_COMPRESS_LIST", "zlib", "-z"), ("RSYNC_ICONV", "-", ""),
    ("RSYNC_ICONV", "bogus,utf8", "--no-iconv"), ("RSYNC_PROTECT_ARGS", "1", ""), ("RSYNC_OLD_ARGS", "1", ""),
    ("RSYNC_RSH", "", ""), ("RSYNC_PORT", "x", ""))})
def test_variables(t, name, value, options):
    world = sample(t)
    world.settle()
    codes = [commands.run(program, "-a", *options, "src/", where, cwd=world.top, env={name: value}).code
             for where, program in (("r", commands.rsync()), ("a", commands.arsync()))]
    assert codes[0] == codes[1], codes


@cases({operand: (operand,) for operand in ("host:path", "host::module", "rsync://host/module", "RSYNC://host/m", ":x",
    "::x", "user@host:", "[::1]:x", "s:x/y")})
def test_remote_operands_are_refused(t, operand):
    world = sample(t)
    for operands in ((operand, "dst"), ("src/", operand)):
        result = world.arsync("-a", *operands)
        assert result.code == 1 and b"on another host" in result.err and result.err.count(b"\n") == 2, result


@needs(no_rsync)
@cases({operand: (operand,) for operand in ("./a:b", "d/a:b", "/nonexistent:x")})
def test_a_colon_behind_a_slash_is_local(t, operand):
    world = sample(t)
    world.files("a:b", "d/a:b")
    world.compare("-a", operand, "dst")


@cases({option: (option,) for option in ("--daemon", "--server", "--sender", "--config=x", "--dparam=x=y", "--detach",
    "--no-detach", "-M-n", "-M--delete", "-M--no-p", "-M--existing=5", "-M--max-size", "--iconv=latin1,utf8")})
def test_refused_by_name(t, option):
    result = sample(t).arsync("-a", option, "src/", "dst")
    assert result.code == 1 and option.split("=")[0][:8].encode() in result.err.replace(b"--remote-option=", b"-M"), result


RECEIVERS = ("--existing", "--ignore-existing", "--ignore-non-existing", "--inplace", "-S", "--preallocate", "--fsync",
             "--temp-dir=temp", "-Ttemp", "--size-only", "-I", "-u", "--max-size=3", "--min-size=3", "-b", "--force",
             "--max-delete=0", "--chown=5:6", "--usermap=0:5", "--copy-dest=../src", "--link-dest=../src",
             "--compare-dest=../src", "--partial", "--delay-updates", "-K", "-y", "-O", "-J", "--numeric-ids", "-W")


@needs(no_rsync, not_root)
@cases({option: (option,) for option in RECEIVERS})
def test_options_for_the_receiving_side(t, option):
    world = sample(t)
    world.file("src/old", b"new", mode=0o640)
    world.file("dst/old", b"old", mtime=1)
    world.file("dst/extra")
    world.dir("dst/temp")
    world.compare("-ai", f"-M{option}", "src/", "dst/", exit=0)


@needs(no_rsync)
@cases({options: (options.split(),) for options in ("-M--munge-links", "-M--munge-links -M--no-munge-links", "-nM--munge-links",
    "-M--munge-links --munge-links", "-M--munge-links --safe-links", "-M--munge-links -H", "-M--munge-links -ii",
    "-M --munge-links -L", "-M--munge-links --copy-unsafe-links", "-M--munge-links --link-dest=../old")})
def test_links_munged_by_the_receiving_side(t, options):
    world = sample(t)
    for name, target in (("l", "a"), ("absolute", "/nowhere"), ("munged", "/rsyncd-munged/x"), ("up", "../../x")):
        world.link("src/" + name, target)
    world.hard("src/linked", "src/l")
    world.link("dst/l", "a")
    world.link("old/up", "/rsyncd-munged/../../x")
    world.compare("-ai", *options, "src/", "dst/")
    world.compare_again("-aii", *options, "src/", "dst/")
    world.compare_again("-ai", "src/", "dst/")
