"""Command lines as they stand in backup, deploy and mirror scripts: only the program's name changes."""

import os
import random

from common.commands import no_rsync, not_root
from common.generate import PAST
from common.runner import needs
from common.world import World

DAY = 86_400


def home(t):
    """A home directory as people have it."""
    world = World(t)
    world.file("home/anna/.bashrc", "alias ll='ls -l'\n")
    world.file("home/anna/.ssh/id_ed25519", "secret", mode=0o600)
    world.dir("home/anna/.ssh", mode=0o700)
    world.file("home/anna/.cache/browser/blob", b"c" * 50_000)
    world.file("home/anna/work/report.odt", b"r" * 30_000, mtime=PAST + 77)
    world.file("home/anna/work/report.odt~", b"r" * 29_000)
    world.file("home/anna/work/build/out.o", b"o" * 4_000)
    world.file("home/anna/work/.rsync-filter", "- build/\n- *~\n")
    world.file("home/anna/Music/.rsync-filter", "- *.tmp\nP keep.*\n")
    world.file("home/anna/Music/song.ogg", b"s" * 90_000)
    world.file("home/anna/Music/half.tmp", b"t")
    world.link("home/anna/latest", "work/report.odt")
    world.link("home/anna/broken", "nowhere")
    world.hard("home/anna/work/same.odt", "home/anna/work/report.odt")
    return world


def changed(world, number):
    """What happens to it in a day."""
    for top in (world.path(""), os.fsencode(world.test.path("arsync"))):
        path = os.path.join(top, b"home/anna/work/report.odt")
        with open(path, "ab") as file:
            file.write(b"day %d" % number)
        os.utime(path, (PAST + number * DAY, PAST + number * DAY))
        new = os.path.join(top, b"home/anna/day%d" % number)
        with open(new, "wb") as file:
            file.write(b"new")
        os.utime(new, (PAST, PAST))
        os.utime(os.path.dirname(new), (PAST + number * DAY, PAST + number * DAY))


@needs(no_rsync)
def test_rotating_daily_snapshots(t):
    world = home(t)
    world.dir("snap")
    world.compare("-aH", "--delete", "--stats", "--exclude=.cache/", "home/", "snap/day.0/")
    for day in (1, 2, 3):
        changed(world, day)
        world.compare_again("-aHi", "--delete", "--exclude=.cache/", f"--link-dest=../day.{day - 1}", "home/",
                            f"snap/day.{day}/")


@needs(no_rsync)
def test_snapshot_with_several_link_dests(t):
    world = home(t)
    for day in (0, 1):
        world.files(f"snap/day.{day}/anna/")
    world.compare("-a", "home/", "snap/day.0")
    changed(world, 1)
    world.compare_again("-ai", "--link-dest=../day.0", "home/", "snap/day.1")
    changed(world, 2)
    world.compare_again("-avi", "--link-dest=../day.1", "--link-dest=../day.0", "home/", "snap/day.2")


@needs(no_rsync)
def test_web_deploy_with_excludes_and_delayed_updates(t):
    world = World(t)
    world.files("site/index.html", "site/css/a.css", "site/js/app.js", "site/.git/HEAD", "site/node_modules/x/y.js",
                "site/.env", "www/index.html", "www/old.html", "www/uploads/photo.jpg", "www/.env", "www/css/a.css")
    world.compare("-rlptvz", "--delay-updates", "--delete-after", "--chmod=D755,F644", "--exclude=.git",
                  "--exclude=node_modules/", "--exclude=/uploads", "--exclude=.env", "site/", "www/")


@needs(no_rsync)
def test_deploy_that_changes_owner_and_modes(t):
    world = World(t)
    world.file("app/bin/run", "#!", mode=0o700)
    world.file("app/etc/app.conf", "x=1", mode=0o600)
    world.dir("app/tmp", mode=0o700)
    world.compare("-rlti", "--perms", "--chmod=Du=rwx,Dgo=rx,Fu=rw,Fgo=r", "--chmod=F+X", "app/", "srv/")


@needs(no_rsync, not_root)
def test_deploy_to_another_user(t):
    world = World(t)
    world.files("app/a", "app/b/c")
    world.compare("-avO", "--no-perms", "--chown=nobody:nogroup", "app", "srv/")


@needs(no_rsync)
def test_mirror_with_delete_after_and_a_limit(t):
    world = World(t)
    world.files("mirror/a", "mirror/pool/b", "local/a", "local/pool/b", "local/pool/c", "local/d/e", "local/d/f",
                "local/g")
    world.compare("-rtlHv", "--safe-links", "--delete-after", "--max-delete=2", "--stats", "mirror/", "local/", exit=25)


@needs(no_rsync)
def test_home_backup_with_filter_files(t):
    world = home(t)
    world.files("backup/anna/work/build/kept", "backup/anna/Music/keep.me", "backup/anna/Music/gone")
    world.compare("-aFFi", "--delete", "--delete-excluded", "--exclude=.cache", "home/", "backup/")


@needs(no_rsync)
def test_home_backup_with_one_f(t):
    world = home(t)
    world.files("backup/anna/work/build/kept", "backup/anna/Music/keep.me", "backup/anna/Music/gone")
    world.compare("-aF", "--delete", "-v", "home/", "backup/")


@needs(no_rsync)
def test_names_from_find_print0(t):
    world = home(t)
    world.files("home/anna/new\nline", "home/anna/ two  spaces", "home/anna/#hash")
    names = b"\0".join([b"./anna/new\nline", b"./anna/ two  spaces", b"./anna/#hash", b"./anna/work/report.odt", b""])
    world.compare("-av0", "--files-from=-", "home/", "picked/", stdin=names)


@needs(no_rsync)
def test_names_from_a_list_with_recursion(t):
    world = home(t)
    world.file("list", "# what matters\nanna/work\nanna/.bashrc\n\n; not this\nanna/nowhere\n")
    world.compare("-avr", "--files-from=list", "home", "picked", exit=23)


@needs(no_rsync)
def test_machine_image_in_place_by_blocks(t):
    world = World(t)
    image = bytearray(random.Random(7).randbytes(700) * 3000)
    world.file("vm/disk.img", bytes(image), mtime=PAST + 500)
    image[100_000:100_010] = b"0123456789"
    world.file("copy/disk.img", bytes(image))
    world.compare("-ai", "--inplace", "--no-whole-file", "--stats", "vm/", "copy/")


@needs(no_rsync)
def test_moving_finished_files_away(t):
    world = World(t)
    world.files("in/a/one.done", "in/a/two.part", "in/b/three.done", "in/c/deep/four.done", "in/empty/")
    world.compare("-avm", "--remove-source-files", "--include=*/", "--include=*.done", "--exclude=*", "in/", "out/")


@needs(no_rsync)
def test_one_kind_of_file_from_a_tree(t):
    world = World(t)
    world.files("photos/2001/a.jpg", "photos/2001/a.raw", "photos/2002/b.raw", "photos/c.jpg")
    world.compare("-rtvm", "--include=*.jpg", "--include=*/", "--exclude=*", "photos/", "web/")


@needs(no_rsync)
def test_paths_kept_with_relative(t):
    world = home(t)
    world.files("etc/hosts", "etc/ssh/sshd_config", "backup/")
    world.compare("-aRv", "home/./anna/work", "etc/ssh", "etc/hosts", "backup/")


@needs(no_rsync)
def test_mirror_that_keeps_what_it_replaces(t):
    world = World(t)
    world.file("src/a", "new", mtime=PAST + 9)
    world.files("src/b", "dst/a", "dst/b", "dst/old/c", "dst/d")
    world.compare("-av", "--delete", "--backup", "--backup-dir=../kept/2026-11-24", "--suffix=.old", "src/", "dst/")


@needs(no_rsync)
def test_large_files_left_out(t):
    world = home(t)
    world.compare("-av", "--max-size=40K", "--prune-empty-dirs", "--no-links", "home/", "small/")


@needs(no_rsync)
def test_update_of_newer_files_only_with_a_window(t):
    world = World(t)
    world.file("usb/a", "one", mtime=PAST + 1)
    world.file("disk/a", "two", mtime=PAST)
    world.file("usb/b", "three", mtime=PAST + 5)
    world.file("disk/b", "four!", mtime=PAST)
    world.compare("-rtuv", "--modify-window=2", "usb/", "disk/")


@needs(no_rsync)
def test_resuming_with_a_partial_directory(t):
    world = World(t)
    world.file("src/big", b"b" * 100_000)
    world.file("dst/.rsync-partial/big", b"b" * 40_000)
    world.dir("dst/.rsync-partial", mode=0o700)
    world.compare("-a", "--partial-dir=.rsync-partial", "--progress", "src/", "dst/")
