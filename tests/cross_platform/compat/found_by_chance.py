"""Behaviour that random runs (random_runs.py) found different, one hand-picked case for each cause."""

import os
import stat
import subprocess

from common import commands
from common.commands import no_rsync, not_linux, not_root
from common.generate import PAST, acl
from common.runner import cases, needs
from common.world import World


def options_table(*lines):
    return {line: (line.split(),) for line in lines}


@needs(no_rsync)
@cases({name: (name,) for name in ("./nowhere", "./nowhere/x", "./a", "././nowhere", "nowhere", "./a/nowhere")})
def test_dotted_name_brings_its_base_along(t, name):
    world = World(t)
    world.files("src/a/b", "dst/old")
    world.dir("dst", mtime=5)
    world.file("list", name + "\n")
    world.compare("-ai", "--files-from=list", "src/", "dst/")


@needs(no_rsync)
@cases(options_table("--exclude=a", "--exclude=?", "--exclude=*/", "--exclude=[!a]*", "--no-implied-dirs"))
def test_base_of_a_dotted_name_and_rules(t, options):
    world = World(t)
    world.files("src/a/b", "dst/old")
    world.dir("dst", mtime=5)
    world.file("list", "./a\n")
    world.compare("-ai", *options, "--files-from=list", "src/", "dst/")


@needs(no_rsync)
@cases({f"{options} {operands}": (f"{options} {operands}".split(),)
        for options in ("-ai", "-ain", "-lptv", "-av --mkpath")
        for operands in ("--exclude=* src new/", "--exclude=* src new", "--exclude=* src/ new/", "--exclude=* src/ new",
                         "--exclude=* src new/deep/", "--exclude=* src/ new/deep/")})
def test_destination_with_slash_is_made_for_nothing(t, arguments):
    world = World(t)
    world.files("src/a/b")
    world.compare(*arguments)


@needs(no_rsync)
@cases(options_table("--out-format=%i", "--out-format=%n%i", "--out-format=%-5i", "--out-format=%n", "--info=name", "-i",
    "-q -i"))
def test_which_formats_tell_of_the_new_destination(t, options):
    world = World(t)
    world.files("src/a/b")
    world.compare("-a", *options, "src", "new")


@needs(no_rsync)
@cases(options_table("-r --delete --max-delete=2", "-r --delete-during --max-delete=9", "-rtO --delete --max-delete=2",
    "-rti --delete --max-delete=2", "-rti --delete --max-delete=9"))
def test_times_of_directories_after_max_delete(t, options):
    world = World(t)
    world.files("src/a/b", *(f"dst/a/extra{number}" for number in range(4)))
    world.dir("dst/a", mtime=5)
    world.compare(*options, "src/", "dst/")


ACCESS, DEFAULT = "system.posix_acl_access", "system.posix_acl_default"
OF_DAEMON = {"as it is": acl(user=(1, 6)), "owner": acl(user=(1, 6), base=(6, 5, 0)), "mask": acl(user=(1, 6), mask=4),
             "other": acl(user=(1, 6), base=(7, 5, 4)), "group": acl(user=(1, 6), base=(7, 4, 0)), "none": None,
             "group and mask": acl(user=(1, 6), mask=4, base=(7, 4, 0)), "another user": acl(user=(2, 6)),
             "mask alone": acl(mask=4), "mask alone, as it is": acl()}


@needs(no_rsync, not_linux, not_root)
@cases(options_table("-aAi", "-aAin", "-aAii --chmod=o=u", "-rlAi"))
def test_acl_and_mode_columns(t, options):
    world = World(t)
    for wanted, wanted_acl in OF_DAEMON.items():
        for present, present_acl in OF_DAEMON.items():
            for side, value in (("src", wanted_acl), ("dst", present_acl)):
                for path in (f"{side}/{wanted} over {present}", f"{side}/dir {wanted} over {present}/"):
                    world.files(path)
                    if value is not None:
                        os.setxattr(world.path(path), ACCESS, value)
    world.compare(*options, "src/", "dst/")


@needs(no_rsync, not_linux, not_root)
@cases(options_table("-r", "-r --chown=1:1", "-rgo", "-a", "-rgo --chmod=g-x"))
def test_directory_made_for_another_owner_under_a_default_acl(t, options):
    world = World(t)
    world.files("src/new/file", "dst/old")
    for name in ("src/new", "src/new/file"):
        os.chown(world.path(name), 54321, 12345)
    os.setxattr(world.path("dst"), "system.posix_acl_default", acl(user=(1, 6)))
    world.compare(*options, "src/", "dst/")


@needs(no_rsync)
@cases({arguments: (arguments.split(),) for arguments in (
    "-a --exclude=* src/ new/deep", "-an --exclude=* src/ new/deep", "-an src/a new/deep", "-an --mkpath src/a new/deep",
    "-ai --mkpath --exclude=* src/ new/deep", "-a --exclude=* src/ new/deep/")})
def test_one_item_for_a_name_without_a_directory(t, arguments):
    world = World(t)
    world.files("src/a")
    world.compare(*arguments)


@needs(no_rsync)
@cases({f"{options} {operands}": (f"{options} {operands}".split(),) for options in ("-ai", "-ain")
        for operands in ("missing new/", "missing new", "--files-from=list src/ new/", "missing other new/")})
def test_destination_of_missing_names_alone(t, arguments):
    world = World(t)
    world.files("src/a")
    world.file("list", "nothing\n")
    world.compare("--delete-missing-args", *arguments)


@needs(no_rsync)
@cases(options_table("src new", "src/ new", "src dst"))
def test_missing_alternate_where_nothing_is_sent(t, operands):
    world = World(t)
    world.files("src/a/b", "dst/b")
    world.compare("-a", "--exclude=*", "--link-dest=../one", *operands)


@needs(no_rsync)
@cases(options_table("--backup-dir=bak", "--backup-dir=../bak", "--link-dest=one", "-b"))
def test_what_is_told_where_nothing_is_sent(t, options):
    world = World(t)
    world.files("src/a", "dst/b")
    world.compare("-avvb", "--exclude=*", *options, "src", "dst/")


@needs(no_rsync)
@cases({f"{options} {time}": (options.split(), time) for time in (5, PAST)
        for options in ("--delete-before", "--del", "--delete-delay", "--delete", "-O --delete-before")})
def test_time_of_the_root_with_backups_in_it(t, options, time):
    world = World(t)
    world.files("src/a/f", "src/g/", "dst/a/extra", "dst/g/extra")
    world.file("dst/a/f", "older")
    world.dir("dst", mtime=time)
    world.compare("-ai", "-b", "--backup-dir=bak", *options, "src/", "dst/")


DEFAULT_ACLS = {"few": acl(user=(65534, 7), group=(1, 4), base=(6, 4, 4), mask=5), "all": acl(base=(7, 7, 7)),
                "none": None}


@needs(no_rsync, not_linux, not_root)
@cases({f"{options} {place} {name}": (options.split(), place, name) for name in DEFAULT_ACLS
        for place in ("dst/new", "dst/new/", "dst/new/deep")
        for options in ("-rlt", "-a", "-a --no-p --mkpath", "-rlt --chmod=D770", "-aA")})
def test_destination_made_under_a_default_acl(t, options, place, name):
    world = World(t)
    world.files("src/f", "dst/old")
    world.dir("src", mode=0o757)
    if DEFAULT_ACLS[name] is not None:
        os.setxattr(world.path("dst"), DEFAULT, DEFAULT_ACLS[name])
    world.compare(*options, "src/", place)


@needs(no_rsync, not_linux, not_root)
@cases(options_table("-a --no-p", "-rlD", "-a", "-aA", "-a --no-p --chmod=g=rwx"))
def test_special_files_under_a_default_acl(t, options):
    world = World(t)
    for mode in (0o666, 0o644, 0o600):
        for name in ("new", "over file", "over fifo", "over directory"):
            world.node(f"src/{mode:o} {name}", stat.S_IFIFO)
            os.chmod(world.path(f"src/{mode:o} {name}"), mode)
        world.files(f"dst/{mode:o} over file", f"dst/{mode:o} over directory/")
        world.node(f"dst/{mode:o} over fifo", stat.S_IFIFO)
        world.node(f"src/{mode:o} device", stat.S_IFCHR, os.makedev(1, 3))
    os.setxattr(world.path("dst"), DEFAULT, acl(user=(1, 6)))
    world.compare(*options, "src/", "dst/")


@needs(no_rsync, not_linux, not_root)
@cases(options_table("-aA -b --backup-dir=bak", "-a -b --backup-dir=bak", "-aA -b --backup-dir=bak/deep",
    "-a -b --backup-dir=bak/deep"))
def test_backup_directories_under_a_default_acl(t, options):
    world = World(t)
    world.files("src/a/f", "dst/g")
    world.file("dst/a/f", "older")
    os.setxattr(world.path("dst"), DEFAULT, DEFAULT_ACLS["few"])
    world.compare(*options, "src/", "dst/", ignore=("mtime_ns",))


@needs(no_rsync, not_linux, not_root)
@cases(options_table("-aA --numeric-ids --usermap=1:2", "-aA --numeric-ids --groupmap=*:2", "-aA --usermap=1:2",
    "-aA --numeric-ids --chown=2:2"))
def test_ids_in_acls_are_mapped_with_names_only(t, options):
    world = World(t)
    world.files("src/f", "src/d/", "dst/")
    for name in ("src/f", "src/d"):
        os.setxattr(world.path(name), ACCESS, acl(user=(1, 6), group=(1, 5)))
        os.chown(world.path(name), 1, 1)
    world.compare(*options, "src/", "dst/")


@needs(no_rsync, not_root)
@cases(options_table("--chown=4294967295", "--chown=:4294967295", "--chown=4294967295:1", "--usermap=*:4294967295",
    "--chown=4294967295 --no-super"))
def test_id_that_nothing_can_have(t, options):
    """rsync names the temporary files in its errors: compared are trees and exit codes."""
    world = World(t)
    world.files("src/f", "src/d/f", "dst/old")
    world.link("src/l", "f")
    world.compare("-a", *options, "src/", "dst/", output=False)


@needs(no_rsync)
@cases(options_table("--delete-before", "--del", "--delete-after", "--delete --max-delete=1", "--delete-before -n",
    "--delete-before --max-delete=2"))
def test_deletion_inside_kept_links(t, options):
    world = World(t)
    world.files("src/d/sub/f", "dst/away/x", "dst/away/sub/y", "dst/away/sub/z", "dst/away/other/y")
    world.link("dst/d", "away")
    world.compare("-rlK", "--filter=P away", *options, "src/", "dst/")


@needs(no_rsync)
@cases(options_table("-m --delete --max-delete=2", "-m --delete --max-delete=1", "-m --delete-before --max-delete=2",
    "-m --delete-before", "-m --delete-excluded --max-delete=9"))
def test_pruned_directories_and_max_delete(t, options):
    world = World(t)
    world.files("src/empty/", "src/f", "dst/empty/extra/inside")
    world.compare("-a", *options, "src/", "dst/")


@needs(no_rsync)
@cases(options_table("-aH --stats", "-aHi", "-aHi --force --stats"))
def test_linked_names_in_the_place_of_directories(t, options):
    world = World(t)
    world.files("src/d/a", "dst/b/")
    world.hard("src/b", "src/d/a")
    world.compare(*options, "src/", "dst/")


@needs(no_rsync, not_linux, not_root)
@cases(options_table("-aXi", "-aXin", "-aAXi", "-aAXin", "-aXii"))
def test_xattrs_of_what_is_no_file_and_made_anew(t, options):
    world = World(t)
    for ours in (None, b"1"):
        for theirs in (None, b"1", b"2"):
            name = f"{ours} {theirs}"
            world.link(f"src/link {name}", "here")
            world.link(f"dst/link {name}", "there")
            for side, minor in (("src", 3), ("dst", 4)):
                world.node(f"{side}/device {name}", stat.S_IFCHR, os.makedev(1, minor))
            for side, value in (("src", ours), ("dst", theirs)):
                for kind in ("link", "device"):
                    if value is not None:
                        os.setxattr(world.path(f"{side}/{kind} {name}"), "trusted.x", value, follow_symlinks=False)
    world.compare(*options, "src/", "dst/")


@needs(no_rsync, not_linux, not_root)
@cases(options_table("-aXi", "-aXiO", "-aXiJ", "-rXi", "-aX --no-p", "-ai", "-aXin"))
def test_whole_time_where_xattrs_are_set(t, options):
    world = World(t)
    for name in ("none", "equal", "more", "less", "other"):
        for side, part, without in (("src", 0, ("none", "less")), ("dst", 0.75, ("none", "more"))):
            value = b"1" if side == "src" or name != "other" else b"2"
            world.file(f"{side}/{name}", "same", mtime=5 + part)
            world.dir(f"{side}/{name}.d", mtime=5 + part)
            world.link(f"{side}/{name}.l", "x", mtime=5 + part)
            for ending in ("", ".d", ".l"):
                if name not in without:
                    os.setxattr(world.path(f"{side}/{name}{ending}"), "trusted.x", value, follow_symlinks=False)
    world.compare(*options, "src/", "dst/")


@needs(no_rsync)
@cases(options_table("--append", "--append-verify", "--append -n"))
def test_append_and_an_exact_match_beside(t, options):
    world = World(t)
    world.file("src/f", "data")
    world.file("one/f", "data")
    world.file("dst/f", "data", mtime=7)
    world.file("src/g", "data and more")
    world.file("one/g", "data and more")
    world.file("dst/g", "data", mtime=7)
    world.compare("-ai", *options, "--compare-dest=../one", "src/", "dst/")


@needs(no_rsync)
@cases(options_table("-rti", "-rt", "-rti --delete-after", "-rti --delete-delay", "-rti --delete-before", "-rOi", "-rti -@-1"))
def test_time_of_a_directory_that_is_emptied_in_part(t, options):
    """Where only the fraction of the second differs, nothing but the deletion sets it."""
    world = World(t)
    world.files("src/f", "src/other/f")
    world.dir("src/sub", mtime=PAST + 0.75)
    world.dir("src/other", mtime=PAST + 0.75)
    for number in range(5):
        world.file(f"dst/sub/{number}")
        world.file(f"dst/other/{number}")
    world.dir("dst/sub", mtime=PAST + 0.25)
    world.dir("dst/other", mtime=PAST + 50)
    world.compare(*options, "--delete", "--max-delete=2", "src/", "dst/")


@needs(no_rsync, not_root)
@cases(options_table("-ab", "-ai", "-abn", "-ab --delay-updates", "-ab --inplace", "-ab --delete", "-abH", "-ab --partial-dir=.p"))
def test_nothing_is_tried_where_a_directory_stays_in_the_way(t, options):
    """-b leaves the times of directories alone, so a trial would show."""
    world = World(t)
    world.file("src/files/d", "data")
    world.node("src/devices/d", stat.S_IFCHR, os.makedev(1, 3))
    world.link("src/links/d", "there")
    world.node("src/pipes/d", stat.S_IFIFO)
    for name in ("files", "devices", "links", "pipes"):
        world.file(f"dst/{name}/d/f")
        world.dir(f"dst/{name}")
    world.compare(*options, "src/", "dst/")


@needs(no_rsync, not_linux, not_root)
@cases(options_table("-aAX -vv", "-aAX -vvn", "-aAXc -vv", "-aAXc -vvn", "-aAX -vv --out-format=%n", "-aAXvvc --out-format=%n",
                     "-rvvc", "-rptvvc", "-rtvvc -i", "-aXvvO", "-aXvvc --log-file=../log"))
def test_what_is_called_up_to_date(t, options):
    """Not a file whose mode or ACL is mended, or whose fraction of a second is with -c; one whose xattrs are set is."""
    world = World(t)
    for side, fraction in (("src", 0), ("dst", 0.75)):
        for name in ("same", "xattr", "surplus", "acl", "mode"):
            for ending, part in (("", 0), (" fraction", fraction)):
                world.file(f"{side}/{name}{ending}", "data", mtime=5 + part)
                world.link(f"{side}/{name}{ending}.l", "there", mtime=5 + part)
                world.dir(f"{side}/{name}{ending}.d", mtime=5 + part)
                for kind in ("", ".l", ".d"):
                    path = world.path(f"{side}/{name}{ending}{kind}")
                    if (side, name) in (("src", "xattr"), ("dst", "surplus")):
                        os.setxattr(path, "trusted.x", b"1", follow_symlinks=False)
                    if (side, name) == ("src", "mode") and kind != ".l":
                        os.chmod(path, 0o750)
                    if (side, name) == ("src", "acl") and kind != ".l":
                        subprocess.run(["setfacl", "-m", "u:5:rwx", path], check=True)
    world.compare(*options, "src/", "dst/", exit=0)


@needs(no_rsync)
@cases({f"{name} {options}": (name, options.split()) for name in ("long/", "long/.", "long", "gone/", "loop/", "file/", "link/")
        for options in ("-rlti", "-rLti", "-rkti")})
def test_listed_link_that_leads_nowhere(t, name, options):
    world = World(t)
    world.link("src/long", "x" * 300)
    world.link("src/gone", "nowhere")
    world.link("src/loop", "loop")
    world.link("src/link", "file")
    world.file("src/file", "data")
    world.file("list", name + "\n")
    world.dir("dst")
    world.compare(*options, "--files-from=list", "src/", "dst/")


@needs(no_rsync)
@cases({f"{options} {operands}": ([*options.split(), *operands.split()],)
        for options in ("-ai", "-ri", "-di", "-ain", "-ai --mkpath", "-aiR")
        for operands in ("src/empty new/", "src/empty new", "src/empty missing new/", "src/./empty two/./b new/",
                         "src/empty new/deep/")})
def test_empty_directory_as_the_only_source(t, arguments):
    world = World(t)
    world.dir("src/empty", mode=0o700)
    world.file("src/file", "data")
    world.dir("two")
    world.compare(*arguments)


TREE = ("dst/r/s/f", "dst/t/u/v/x", "dst/t/u/v/f", "dst/t/u/g", "dst/t/z", "src/k")


@needs(no_rsync)
@cases({f"{options} {limit}": (options.split(), limit) for limit in range(7) for options in (
    "-ai --delete", "-abi --delete", "-abin --delete", "-ai --delete --filter=P_x", "-abi --delete-after --filter=P_x",
    "-ain --delete --filter=P_x", "-abi --delete-delay --filter=P_z", "-abi --delete --backup-dir=../old")})
def test_limit_where_directories_stay(t, options, limit):
    """What a directory that stays counts for, because of what is protected in it or kept as a backup."""
    world = World(t)
    world.files(*TREE)
    world.compare(*options, f"--max-delete={limit}", "src/", "dst/")


@needs(no_rsync)
@cases({f"{options} {name}": ([*options.split(), name],) for options in ("-rR --del", "-r --del", "-r --del --ignore-missing-args")
        for name in ("src/none/b", "src/none", "src/f/b", "src/f/", "src/loop/b", "src/./f/b", "src/f/./b", "src/./loop/b")
        if "R" in options or "/./" not in name})
def test_which_missing_names_stop_deletion(t, arguments):
    """Those that may be there; a name that is just missing does not."""
    world = World(t)
    world.files("src/f", "src/d/", "dst/old")
    world.link("src/loop", "loop")
    world.compare(*arguments, "src/./" if "-rR" in arguments else "src/", "dst/")


@needs(no_rsync)
@cases(options_table("-a", "-v", "-q", "-vq", "-i", "-iq", "--out-format=%n", "--out-format=%i -q", "--info=name -q", "-v --info=name0",
                     "--log-file=../log", "--log-file=../log -q", "-v --log-file=../log -q", "--progress"))
def test_who_is_told_of_a_second_attempt(t, options):
    """Who asks for names or changes, -q or not."""
    world = World(t)
    world.file("src/f", "what the source has")
    world.file("dst/f", "another")
    runs = [commands.run(program, "-r", "--append-verify", *options, "src/", "dst/", cwd=world.fork(name).top)
            for name, program in (("r", commands.rsync()), ("a", commands.arsync()))]
    told = [b"f failed verification -- update retained (will try again)" in run.err + run.out for run in runs]
    assert told[0] == told[1] and runs[0].code == runs[1].code == 0, runs


@needs(no_rsync)
@cases({f"{options} {names}": (options, names.split()) for names in ("./a", "./a ./b", "a ./b", "./nowhere", "./a/ ./b/x")
        for options in ("-aii", "-dii", "-lptii")})
def test_base_of_a_dotted_name_that_is_not_implied_is_counted_once(t, options, names):
    world = World(t)
    world.files("a/d/", "a/f", "b/x", "dst/")
    world.compare(options, "--stats", "-R", "--no-implied-dirs", *names, "dst/")


@needs(no_rsync)
@cases({rule: (rule,) for rule in ("- nothing", "- b", "- a/b", "- a", "-! *.txt")})
def test_missing_names_to_be_deleted_below_what_is_missing_and_rules(t, rule):
    world = World(t)
    world.files("src/d/", "dst/d/b")
    world.file("list", "a/b\na/c\nc/d/e\nd/b\n")
    world.compare("-ai", "--delete-missing-args", "--files-from=list", f"--filter={rule}", "src/", "dst/")


@needs(no_rsync)
@cases({f"{kind} {options} {tree} {destination}": (f"{options} {kind}={tree}".split(), destination)
        for kind in ("--link-dest", "--copy-dest", "--compare-dest") for options in ("-aii", "-aiin", "-aii --mkpath")
        for tree in ("../one", "one", "../nowhere", "nowhere") for destination in ("dst/new", "dst/new/", "dst")})
def test_alternates_of_an_empty_directory_with_a_new_name(t, options, destination):
    world = World(t)
    world.files("src/", "one/", "dst/one/new/", "dst/one/x")
    world.dir("dst/one/new", mode=0o700, mtime=5)
    world.compare(*options, "src/", destination, exit=0)


@needs(no_rsync)
@cases({f"{kind} {old:o} {new:o}": (kind, old, new) for kind in ("--link-dest", "--copy-dest", "--compare-dest")
        for old in (0, 0o200, 0o600, 0o100, 0o755) for new in (0o711, 0o600, 0o100)})
def test_executability_beside_a_file_that_nobody_may_read(t, kind, old, new):
    world = World(t)
    world.file("src/a", b"data", mode=new)
    world.file("one/a", b"data", mode=old)
    world.dir("dst")
    world.compare("-rtiiE", f"{kind}=../one", "src/", "dst/", exit=0)
