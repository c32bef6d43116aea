"""-v to -vvv, --info, --debug, --stderr, --outbuf: which lines they bring."""

from common import commands
from common.commands import no_rsync
from common.runner import cases, needs
from common.world import World


def busy(t):
    world = World(t)
    world.files("src/a.o", "src/keep", "src/sub/b", "src/sub/c.o", "dst/extra.o", "dst/gone/x", "dst/keep")
    world.file("dst/a.o", b"old")
    return world


def filter_notes(run):
    return sorted(line for line in run.out.splitlines() if b" because of pattern " in line)


@needs(no_rsync)
@cases({" ".join(rules): (rules,) for rules in (
    ("--exclude=*.o",), ("--exclude=sub/",), ("--exclude=/sub/b",), ("--include=a*", "--exclude=*.o"),
    ("--filter=P *.o",), ("--filter=H *.o",), ("--filter=R gone", "--exclude=gone"), ("--exclude=su*/**",),
    ("--include=*/", "--include=*.o", "--exclude=*"), ("--exclude=*.o", "--delete-excluded"))})
def test_filter_rules_that_decided(t, rules):
    """--debug=filter, which -vv includes."""
    world = busy(t)
    world.settle()
    for level in ("--debug=filter", "-vv"):
        notes = []
        for name, program in (("r", commands.rsync()), ("a", commands.arsync())):
            run = commands.run(program, "-a", "--delete", level, *rules, "src/", "dst/",
                               cwd=world.fork(f"{name}{level}").top)
            notes.append(filter_notes(run))
        assert notes[0] == notes[1] and notes[0], notes


@needs(no_rsync)
@cases({" ".join(options): (options,) for options in (
    ("-av",), ("-av", "--info=flist0"), ("-av", "--info=stats0"), ("-av", "--info=none"), ("-a", "--info=all0", "-v"),
    ("-a", "--info=stats,name"), ("-a", "--info=progress0", "--progress"), ("-a", "--info=del", "--delete"),
    ("-a", "--debug=none", "-v"), ("-a", "--debug=all0", "-v"), ("-a", "--debug=del0,flist0", "-v"),
    ("-a", "--debug=deltasum"), ("-a", "--debug=flist"), ("-a", "--debug=acl,backup,fuzzy,dup,bind"),
    ("-aqv",), ("-aqq",), ("-aq", "--info=name"), ("-a", "--stderr=e", "-v"), ("-a", "--stderr=client", "-v"),
    ("-a", "--no-msgs2stderr", "-v"), ("-a", "--msgs2stderr", "--no-msgs2stderr", "-v"), ("-a", "--outbuf=None", "-v"),
    ("-a", "--outbuf=line", "-v"), ("-a", "--outbuf=Block", "-v"))})
def test_levels(t, options):
    busy(t).compare(*options, "src/", "dst/", exit=0)


@needs(no_rsync)
@cases({option: (option,) for option in ("--stderr=all", "--stderr=a", "--stderr=al", "--msgs2stderr")})
def test_all_messages_to_standard_error(t, option):
    world = busy(t)
    world.settle()
    lines = []
    for name, program in (("r", commands.rsync()), ("a", commands.arsync())):
        run = commands.run(program, "-av", "--delete", option, "src/", "dst/", cwd=world.fork(name).top)
        assert run.code == 0 and run.out == b"", run
        lines.append(sorted(line for line in run.err.splitlines() if not line.startswith((b"sent ", b"total size"))))
    assert lines[0] == lines[1], lines


@needs(no_rsync)
@cases({option: (option,) for option in ("--stderr=x", "--stderr=", "--outbuf=x", "--outbuf=", "--debug=nope",
    "--debug=del,nope2", "--info=nope", "--info=name,nope")})
def test_words_that_do_not_exist(t, option):
    world = busy(t)
    world.settle()
    errors = []
    for program in (commands.rsync(), commands.arsync()):
        run = commands.run(program, "-a", option, "src/", "dst/", cwd=world.top)
        assert run.code == 1, run
        errors.append(run.err.splitlines()[0].removeprefix(b"rsync: ").removeprefix(b"arsync: "))
    assert errors[0] == errors[1], errors


@needs(no_rsync)
@cases({option: (option,) for option in ("--info", "--debug")})
def test_help_names_rsyncs_words(t, option):
    words = []
    for program in (commands.rsync(), commands.arsync()):
        text = commands.run(program, f"{option}=help", cwd=t.dir).out
        lines = text.decode().splitlines()
        words.append([line.split()[0] for line in lines if line[:1].isupper() and line[:9].strip().isupper()])
        levels = [line.split()[-1] for line in lines if line[:2] in ("0)", "1)", "2)", "3)", "4)", "5)")]
        levels = levels or [line.rpartition(" ")[2] for line in lines if line.startswith(("Always", "Added"))]
        words.append(levels)
    assert words[0] == words[2], words
    if option == "--info":
        assert words[1] == words[3], words
    else:
        assert [part.split(",") for part in words[1]] == [
            [word for word in part.split(",") if word not in EXTRA] for part in words[3]], words


# In rsync EXIT3 belongs to no number of -v; its help does not say so for EXIT2 either way.
EXTRA = {"EXIT3"}


def test_how_the_run_ended(t):
    world = busy(t)
    result = world.arsync("-a", "--debug=exit", "src/", "dst/")
    assert result.out == b"[arsync] exit with code 0\n", result
