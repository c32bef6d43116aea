"""The macOS program on Linux: tools/machorun loads it and translates its system calls."""

import os
import shutil
import sys
from pathlib import Path

from common import commands


def machorun():
    """The loader: $ARSYNC_MACHORUN, else the build of tools/machorun."""
    return os.environ.get("ARSYNC_MACHORUN") or str(commands.PROJECT / "build" / "tools" / "machorun")


def is_needed():
    return commands.system() == "macos" and sys.platform != "darwin"


def no_loader():
    """For runner.needs: why the program under test cannot run here."""
    if not is_needed() or os.access(machorun(), os.X_OK):
        return None
    return f"{machorun()} is not built"


def prefix():
    """Words before the program's own."""
    return [machorun()] if is_needed() else []


def make_command(program, folder):
    """One file to execute, for everybody: a script in `folder`, where the loader and the program are copied to."""
    for path in (machorun(), program):
        shutil.copy(path, folder)
    script = Path(folder) / "run-arsync"
    own, loaded = (str(Path(folder) / Path(path).name) for path in (machorun(), program))
    script.write_text(f"#!/bin/sh\nexec '{own}' '{loaded}' \"$@\"\n", encoding="utf-8")
    script.chmod(0o755)
    return str(script)
