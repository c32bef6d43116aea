"""A small test runner.

Every function `test_*` of the modules of a suite is a test; it gets a Context. Each runs in a process of its own, in
its own temporary directory and, as root, in its own mount namespace, so that nothing it does outlives it.
"""

import ctypes
import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass
from pathlib import Path

from common import native
from common.native import Skip

TESTS = Path(__file__).resolve().parent.parent
_PASSED, _FAILED, _SKIPPED = 0, 1, 77
_SMALL_TABLE = 8
_CLONE_NEWNS = 0x00020000
_MS_REC_PRIVATE = 0x4000 | 0x40000


@dataclass
class Context:
    """What a test knows about its run."""
    dir: str
    seed: int
    long: bool

    def skip(self, reason):
        raise Skip(reason)

    def path(self, *parts):
        return os.path.join(self.dir, *parts)


@dataclass
class Test:
    name: str
    function: object
    arguments: tuple


@dataclass
class Totals:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped

    def __str__(self):
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def cases(table):
    """Runs a test once per entry of {case name: tuple of further arguments}."""
    def mark(function):
        function.cases = table
        return function
    return mark


def needs(*checks):
    """Each check is a function that gives a reason why the test cannot run, or None."""
    def mark(function):
        function.needs = getattr(function, "needs", ()) + checks
        return function
    return mark


def long(function):
    """Only run with --long."""
    function.long = True
    return function


def timeout(seconds):
    def mark(function):
        function.timeout = seconds
        return function
    return mark


def discover(folder):
    """The tests in the modules of a folder (or in one file), in the order in which they are written."""
    files = [folder] if folder.is_file() else sorted(folder.glob("*.py"))
    found = []
    for file in files:
        spec = importlib.util.spec_from_file_location(f"{file.parent.name}_{file.stem}", file)
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        for key, function in vars(module).items():
            if not key.startswith("test_") or not callable(function) or function.__module__ != spec.name:
                continue
            name = f"{file.parent.name}/{file.stem}:{key}"
            table = getattr(function, "cases", None)
            if table is None:
                found.append(Test(name, function, ()))
            else:
                found += [Test(f"{name}[{case}]", function, tuple(arguments)) for case, arguments in table.items()]
    return found


def part_of(tests, part, parts):
    """A fixed sample: of tables with more cases than _SMALL_TABLE only each `parts`-th, from the `part`-th (1...) on."""
    tables = {}
    for test in tests:
        tables.setdefault(test.name.partition("[")[0], []).append(test)
    chosen = (table if len(table) <= _SMALL_TABLE else table[part - 1::parts] for table in tables.values())
    return [test for table in chosen for test in table]


def run_tests(tests, *, seed, jobs=2, run_long=False, keep=False, verbose=False):
    """Runs them, prints failures and skips as they come, and gives the totals."""
    totals = Totals()
    waiting = list(reversed(tests))
    running = {}
    while waiting or running:
        while waiting and len(running) < jobs:
            test = waiting.pop()
            running[_start(test, seed, run_long, keep)] = test
        pid, status = os.wait()
        child = next((c for c in running if c.pid == pid), None)
        if child is not None:
            test = running.pop(child)
            _report(test, child, os.waitstatus_to_exitcode(status), totals, verbose)
    return totals


class _Child:
    def __init__(self, pid, log, started, seed):
        self.pid, self.log, self.started, self.seed = pid, log, started, seed


def _start(test, seed, run_long, keep):
    own_seed = seed ^ int.from_bytes(hashlib.blake2b(test.name.encode(), digest_size=4).digest(), "big")
    log = tempfile.TemporaryFile()
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        os.setpgid(0, 0)
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
        code = _FAILED
        try:
            code = _run_one(test, own_seed, run_long, keep)
        except BaseException:  # pylint: disable=broad-except
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    return _Child(pid, log, time.monotonic(), own_seed)


def _run_one(test, seed, run_long, keep):
    function = test.function
    reason = "long, runs with --long" if getattr(function, "long", False) and not run_long else None
    for check in getattr(function, "needs", ()):
        reason = reason or check()
    if reason:
        print(reason)
        return _SKIPPED
    if os.geteuid() == 0 and not native.MAC:
        _private_mounts()
    os.umask(0o022)
    signal.alarm(getattr(function, "timeout", 120))
    directory = os.path.realpath(tempfile.mkdtemp(prefix="arsync-test-"))
    os.chmod(directory, 0o755)
    try:
        function(Context(directory, seed, run_long), *test.arguments)
        return _PASSED
    except Skip as skip:
        print(skip)
        return _SKIPPED
    except BaseException:  # pylint: disable=broad-except
        traceback.print_exc(file=sys.stdout)
        return _FAILED
    finally:
        native.detach_all()
        if not keep:
            _remove(directory)


def _private_mounts():
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWNS) == 0:
        libc.mount(b"none", b"/", None, _MS_REC_PRIVATE, None)


def _remove(directory):
    os.chdir("/")
    if native.MAC:
        native.remove_tree(directory, check=False)
        return
    if os.geteuid() == 0:
        with open("/proc/self/mounts", "rb") as mounts:
            points = [line.split()[1] for line in mounts if line.split()[1].startswith(os.fsencode(directory))]
        for point in reversed(points):
            subprocess.run(["umount", "-l", os.fsdecode(point)], check=False)
    else:
        subprocess.run(["chmod", "-R", "u+rwx", directory], check=False, stderr=subprocess.DEVNULL)
    subprocess.run(["rm", "-rf", directory], check=False)
    shutil.rmtree(directory, ignore_errors=True)


def _report(test, child, code, totals, verbose):
    try:
        os.killpg(child.pid, signal.SIGKILL)  # whatever the test left running
    except ProcessLookupError:
        pass
    child.log.seek(0)
    text = child.log.read().decode(errors="backslashreplace").rstrip()
    took = f"{time.monotonic() - child.started:.1f} s"
    if code == _PASSED:
        totals.passed += 1
        if verbose:
            print(f"ok      {test.name} ({took})")
    elif code == _SKIPPED:
        totals.skipped += 1
        print(f"skipped {test.name}: {text}")
    else:
        totals.failed += 1
        why = "timed out" if code == -signal.SIGALRM else f"ended by signal {-code}" if code < 0 else ""
        print(f"FAILED  {test.name} (seed {child.seed}, {took}) {why}\n    " + text.replace("\n", "\n    "))
    sys.stdout.flush()
