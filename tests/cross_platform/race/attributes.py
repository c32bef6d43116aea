"""Attributes are put on what was looked at: not on what is put at its name, and not left half done by an interrupt."""

import os
import signal
import subprocess
import time

from common import commands, native
from common.commands import NOBODY, linux_only, not_root
from common.generate import PAST
from common.meddler import Meddler, rounds
from common.native import exchange
from common.runner import cases, needs
from common.world import World


@needs(not_root, linux_only("only O_PATH holds what may not be opened"))
@cases({"owner and mode": (["-a"],), "all attributes": (["-aAX", "-U"],)})
def test_a_file_that_changes_places_with_another_gives_it_nothing(t, options):
    """Root mends attributes in a directory of somebody else, who swaps the file with one that is none of its business.

    The victim differs in nothing but its content's length, so arsync, which looks at it by chance, replaces it instead of
    changing it: its attributes may never change.
    """
    world = World(t)
    for number in range(4):
        world.file(f"src/{number}", b"same", mode=0o6777)
        world.file(f"dst/{number}", b"same", mode=0o600)
    world.file("aside/victim", b"another length", mode=0o600)
    world.settle()
    held, victim = new_victim(world)

    def swap(rng):
        name = world.path(f"dst/{rng.randrange(4)}")
        exchange(name, world.path("aside/victim"))
        exchange(name, world.path("aside/victim"))

    with Meddler(swap):
        for _ in rounds(t):
            result = commands.run(commands.arsync(), *options, "src/", "dst/", cwd=world.top)
            assert result.code in (0, 23, 24), result
            for number in range(4):
                path = world.path(f"dst/{number}")
                if os.stat(path).st_ino != victim.st_ino:
                    os.chmod(path, 0o600)
            now = os.fstat(held)
            assert now.st_mode == victim.st_mode and now.st_mtime_ns == victim.st_mtime_ns, oct(now.st_mode)
            if now.st_nlink == 0:  # it was replaced under one of the names, as is right: another victim
                os.close(held)
                held, victim = new_victim(world)
    os.close(held)


def new_victim(world):
    """Opened before it gets its name: a moment later it may have another one."""
    path = world.path("aside/victim")
    held = os.open(path + b".new", os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    os.write(held, b"another length")
    os.rename(path + b".new", path)
    return held, os.fstat(held)


@needs(not_root)
def test_an_interrupt_takes_back_the_access_that_an_owner_was_given(t):
    """An ordinary user's own directories without rights for him are opened up only for as long as it takes."""
    world = World(t, user=NOBODY)
    for number in range(30):
        for name in range(60):
            world.file(f"src/{number}/{name}", b"x" * 3000)
        world.file(f"dst/{number}/old", b"old")
    world.settle()
    for number in range(30):
        os.chmod(world.path(f"dst/{number}"), 0o500)
        os.utime(world.path(f"dst/{number}"), (PAST, PAST))
    native.copy_tree(world.top, t.path("before"))
    struck = 0
    pause = 0.005 if commands.system() == "linux" else 0.02  # a program under the loader starts later
    for number in rounds(t):
        subprocess.run(["rm", "-rf", world.path("dst")], check=True)
        native.copy_tree(t.path("before", "dst"), world.path("dst").decode())
        # Without -p the directories keep the modes that they have.
        with commands.spawn(commands.arsync(), "-rlt", "src/", "dst/", cwd=world.top, user=NOBODY) as process:
            time.sleep(pause * (number % 20))
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)
        struck += process.returncode == 20
        for number_of in range(30):
            mode = os.stat(world.path(f"dst/{number_of}")).st_mode & 0o7777
            assert mode == 0o500, f"directory {number_of} has {mode:o} after exit {process.returncode}"
    if not struck:
        t.skip("each interrupt came before the work or after it")
