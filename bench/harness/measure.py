"""Runs one command and tells what it cost: wall time, CPU of the whole process tree, peak memory.

Memory is sampled, and sampling costs CPU, so it has runs of its own whose times are thrown away.
"""

import contextlib
import ctypes
import os
import signal
import threading
import time
from dataclasses import dataclass

PR_SET_CHILD_SUBREAPER = 36
SAMPLE_SECONDS = 0.001
MESSAGE_BYTES = 600


class CommandFailed(Exception):
    """The command ended with an error; the text says which and what it printed."""


@dataclass(frozen=True)
class Cost:
    wall: float  # seconds
    user: float
    system: float

    @property
    def cpu(self):
        return self.user + self.system


def adopt_orphans():
    """Makes this process the parent of orphaned grandchildren, so that their CPU time is counted as well."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def timed_run(command, log_path, started_as=lambda pid: None):
    """Runs `command` with its output in the file `log_path`; returns its Cost. `started_as` is told its process."""
    started = time.perf_counter()
    pid = _spawn(command, log_path)
    with _ended_with_us(pid):
        started_as(pid)
        _, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter() - started
    user, system = usage.ru_utime, usage.ru_stime
    for orphan in _reap_orphans():
        user += orphan.ru_utime
        system += orphan.ru_stime
    _check_status(command, status, log_path)
    return Cost(wall, user, system)


def observed_run(command, log_path):
    """(Cost, largest resident set in KiB): read from the kernel fifty times a second; 0 if the command was too quick."""
    over, peak = threading.Event(), 0

    def watch(pid):
        nonlocal peak
        while not over.wait(0.02):
            peak = max(peak, _largest_resident_kib(pid))

    watchers = []

    def begin(pid):
        watchers.append(threading.Thread(target=watch, args=(pid,)))
        watchers[0].start()

    try:
        cost = timed_run(command, log_path, begin)
    finally:
        over.set()
        for watcher in watchers:
            watcher.join()
    return cost, peak


def peak_memory(command, log_path):
    """Runs `command`; returns the peak of the summed PSS of all its processes in KiB, or None if it was too quick.

    PSS shares the cost of shared pages among the processes; rsync's forks share most of theirs.
    """
    pid = _spawn(command, log_path)
    peak, samples = 0, 0
    with _ended_with_us(pid):
        while True:
            ended, status, _ = os.wait4(pid, os.WNOHANG)
            if ended:
                break
            total = sum(_pss_kib(member) for member in _family(pid))
            peak = max(peak, total)
            samples += total > 0
            time.sleep(SAMPLE_SECONDS)
    for _ in _reap_orphans():
        pass
    _check_status(command, status, log_path)
    return peak if samples >= 3 else None


def _spawn(command, log_path):
    """posix_spawn, because a fork of this interpreter would cost more than the shortest commands measured."""
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, log_path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    return os.posix_spawnp(command[0], command, {**os.environ, "LC_ALL": "C"}, file_actions=actions)


@contextlib.contextmanager
def _ended_with_us(pid):
    """If we are interrupted, the command ends as well: it would keep busy what is to be cleaned up."""
    try:
        yield
    except BaseException:
        for member in _family(pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(member, signal.SIGKILL)
        for _ in _reap_orphans():
            pass
        raise


def _reap_orphans():
    """Waits for every process the command left behind; nothing may disturb the next run."""
    while True:
        try:
            yield os.wait4(-1, 0)[2]
        except ChildProcessError:
            return


def _check_status(command, status, log_path):
    code = os.waitstatus_to_exitcode(status)
    if code == 0:
        return
    with open(log_path, "rb") as log:
        message = log.read(MESSAGE_BYTES).decode(errors="backslashreplace").strip()
    raise CommandFailed(f"{' '.join(command)}: exit {code}: {message}")


def _family(pid):
    """The process and all its descendants."""
    family, waiting = [], [pid]
    while waiting:
        member = waiting.pop()
        family.append(member)
        waiting.extend(_children(member))
    return family


def _children(pid):
    try:
        children = []
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/children", encoding="ascii") as file:
                children.extend(int(child) for child in file.read().split())
        return children
    except OSError:
        return []  # it ended meanwhile


def _largest_resident_kib(pid):
    try:
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            return next((int(line.split()[1]) for line in file if line.startswith("VmHWM:")), 0)
    except OSError:
        return 0


def _pss_kib(pid):
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
            for line in file:
                if line.startswith("Pss:"):
                    return int(line.split()[1])
    except OSError:
        pass
    return 0
