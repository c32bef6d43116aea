"""A run that writes a batch, and its replay at a copy of the old destination: both programs must do the same."""

import os
import subprocess

from common import commands, native
from common.fuzz.catalogue import has_letter
from common.generate import PAST
from common.world import compare as compare_worlds

OWN = (b"B", b"B.sh")
MEANT = (
    # In a replay rsync gives a directory its long xattrs as soon as it has read them, made or not.
    'rsync: [receiver] stat "',
    # A batch does not tell whether rules have left out all that the source has.
    "arsync: source is empty, nothing is deleted",
)
NOT_AT_THE_REPLAY = ("--files-from", "--remove-source-files", "--remove-sent-files")


def with_batch(one, other, scenario):
    """The replay's output is not compared: rsync repeats that of the run, whatever it does itself."""
    options = {"user": scenario.user, "leaders": False, "own": OWN}
    for world in (one, other):
        native.copy_tree(os.path.join(world, "dst"), os.path.join(world, "again"))
    written = compare_worlds(one, other, *scenario.words, "--write-batch=B", *scenario.sources, scenario.destination, **options)
    if written.code not in (0, 23, 24, 25):  # it did not even begin
        return
    if {"-C", "--delete-excluded"} <= set(scenario.words):  # rsync's replay protects what -C excludes, its run did not
        return
    if "--munge-links" in scenario.words and has_letter(scenario.words, "X"):  # rsync's replay loses xattrs of links
        return
    if not all(os.path.exists(os.path.join(world, "B")) for world in (one, other)):
        return
    for world in (one, other):  # what the run has changed has times that are compared with those of the run
        for tree in ("dst", "new"):
            native.remove_tree(os.path.join(world, tree))
        os.utime(world, (PAST, PAST))
    words = [word for word in scenario.words if not word.startswith(NOT_AT_THE_REPLAY)]
    destination = scenario.destination.replace("dst", "again").replace("new", "newer")
    if len(words) < len(scenario.words):  # at the replay of a list with "." rsync leaves the root alone
        options["own"] = (*OWN, b"again")
    try:
        compare_worlds(one, other, *words, "--read-batch=B", destination, output=False, **options)
    except AssertionError as found:
        if not any(text in str(found) for text in MEANT):
            raise
    except subprocess.TimeoutExpired as hung:
        if hung.cmd[0] != commands.rsync():  # rsync 3.5.0 waits for itself where the batch lacks something
            raise
