"""The programs that are compared, and the command line of each for a job."""

import os
import shlex
import shutil

BASELINE = "rsync"
DEFAULT = ("rsync", "cp", "arsync", "arsync-atomic")
# Others copy content and names, but not all of modes, owners, links and times of directories.
LOOSE = ("rclone",)
ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
ARSYNC = os.path.join(ROOT, "build", "release", "arsync")


def command(name, arsync, options, source, target):
    """The command line with which `name` makes `target` like `source`; None if that program has no way to say it."""
    if name == "rsync":
        return ["rsync", *options, f"{source}/", f"{target}/"]
    if name == "arsync":
        return [arsync, *options, f"{source}/", f"{target}/"]
    if name == "arsync-atomic":
        return [arsync, *options, "--atomic", f"{source}/", f"{target}/"]
    if name == "cp" and "--delete" not in options:
        # -u where there is something to compare with. On a fresh target it changes nothing.
        update = ["-u"] if os.path.lexists(target) else []
        return ["cp", "-a", *update, "-T", source, target]
    if name == "tar" and not os.path.lexists(target):
        there, here = shlex.quote(source), shlex.quote(target)
        sparse = "--sparse" if "S" in options[0] else ""
        # The posix format keeps nanoseconds.
        pack = f"tar --format=posix {sparse} -C {there} -cf - ."
        return ["sh", "-c", f"mkdir {here} && {pack} | tar -C {here} -xpf -"]
    if name == "rclone" and options == ("-a",):
        return ["rclone", "copy", "--links", "--metadata", "--create-empty-src-dirs", "--quiet", source, target]
    if name == "fpsync" and options == ("-a",) and not os.path.lexists(target):
        workers = str(os.cpu_count())
        return ["sh", "-c", f"mkdir {shlex.quote(target)} && fpsync -n {workers} {shlex.quote(source)}/ {shlex.quote(target)}/"]
    return None


def program(name, arsync):
    return arsync if name.startswith("arsync") else name


def available(name, arsync):
    return shutil.which(program(name, arsync)) is not None
