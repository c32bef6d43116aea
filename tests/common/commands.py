"""Running the programs under test, as this user or as `nobody`, in a fixed environment."""

import functools
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
NOBODY = 65534
_LOCALE = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
_ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": _LOCALE, "TZ": "UTC", "HOME": "/nonexistent"}
_PASSED_ON = ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "MACHORUN_LOG")
TIMEOUT = 60


@dataclass
class Result:
    """`code` is negative for death by a signal. `start` and `end` are clock times around the run."""
    code: int
    out: bytes
    err: bytes

    def __str__(self):
        return f"exit {self.code}\n--- stdout\n{self.out.decode(errors='backslashreplace')}" \
               f"--- stderr\n{self.err.decode(errors='backslashreplace')}"


def arsync():
    """The program under test: $ARSYNC, else the build of $ARSYNC_PRESET."""
    preset = os.environ.get("ARSYNC_PRESET", "release")
    return os.environ.get("ARSYNC") or str(PROJECT / "build" / preset / "arsync")


def system():
    """For which system the program under test is: "linux" or "macos"."""
    preset = os.environ.get("ARSYNC_PRESET", "release")
    return "macos" if preset.startswith("macos") or sys.platform == "darwin" else "linux"


def rsync():
    return shutil.which("rsync") or "rsync"


def environment(extra=None):
    kept = {key: os.environ[key] for key in _PASSED_ON if key in os.environ}
    return {**_ENVIRONMENT, **kept, **(extra or {})}


def run(program, *arguments, cwd, user=None, env=None, stdin=None, limit=TIMEOUT):
    """Runs to the end. Arguments may be str or bytes. A run that hangs raises subprocess.TimeoutExpired."""
    with spawn(program, *arguments, cwd=cwd, user=user, env=env, stdin=subprocess.PIPE) as process:
        try:
            out, err = process.communicate(stdin or b"", timeout=limit)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise
    return Result(process.returncode, out, err)


def spawn(program, *arguments, cwd, user=None, env=None, stdin=subprocess.DEVNULL):
    """Starts it; the caller waits."""
    identity = {} if user is None else {"user": user, "group": user, "extra_groups": []}
    return subprocess.Popen([program, *arguments], cwd=cwd, env=environment(env), stdin=stdin,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, **identity)


def not_root():
    return None if os.geteuid() == 0 else "not root"


@functools.cache
def no_rsync():
    if not shutil.which("rsync"):
        return "rsync is not installed"
    if sys.platform != "darwin":
        return None
    said = subprocess.run([rsync(), "--version"], capture_output=True, check=False).stdout
    return None if said.startswith(b"rsync  version 3") else "macOS's own rsync is another one: brew install rsync"


def no_arsync():
    return None if os.access(arsync(), os.X_OK) else f"{arsync()} is not built"


def linux_only(reason):
    """For runner.needs: what the test expects is not so on macOS, and why."""
    return lambda: reason if system() != "linux" else None


def not_linux():
    return None if system() == "linux" else "not the Linux program"


def not_macos():
    return None if system() == "macos" else "not the macOS program (--preset macos-x86_64)"
