"""MACHORUN_LOG and MACHORUN_FAULT."""

import re


def test_log(t):
    log = t.dir / "log"
    program = t.compile("core_calls.cc")
    t.check(program, env={"MACHORUN_LOG": str(log)})
    lines = log.read_text().splitlines()
    at_cwd = -2
    assert lines[0] == f'openat({at_cwd},"file \\x221\\x22",0x602,0x1a0) = 3', lines
    assert re.fullmatch(r"fstat\(3,0x[0-9a-f]+\) = 0", lines[1]), lines
    assert re.fullmatch(r"write\(3,0x[0-9a-f]+,3\) = 3", lines[2]), lines
    assert lines[3] == "close(3) = 0", lines
    assert re.fullmatch(r'openat\(-2,"missing",0,0x[0-9a-f]+\) = -1 ENOENT', lines[4]), lines
    assert lines[5] == "kqueue() = 3", lines


def test_log_is_appended_to(t):
    log = t.dir / "log"
    log.write_text("before\n")
    t.check(t.compile("core_calls.cc"), env={"MACHORUN_LOG": str(log)})
    assert log.read_text().startswith("before\nopenat("), log.read_text()


def test_log_with_threads_and_the_whole_library(t):
    log = t.dir / "log"
    t.check(t.compile("core_language.cc"), env={"MACHORUN_LOG": str(log)})
    t.check(t.compile("core_kqueue.cc"), env={"MACHORUN_LOG": str(log)})
    form = re.compile(r"\w+\(.*\) = (NULL|-?\d+|0x[0-9a-f]+)( E\w+)?")
    bad = [line for line in log.read_text().splitlines() if not form.fullmatch(line)]
    assert not bad, bad


FAULTS = "write:EIO:2,fstat:45:0,read:EINTR:0,pthread_mutex_lock:EDEADLK:1,acl_get_fd_np:EPERM:1"


def test_faults(t):
    t.check(t.compile("core_calls.cc"), "faults", env={"MACHORUN_FAULT": FAULTS})


def test_faults_are_logged(t):
    log = t.dir / "log"
    t.check(t.compile("core_calls.cc"), "faults", env={"MACHORUN_FAULT": FAULTS, "MACHORUN_LOG": str(log)})
    assert re.search(r"^write\(3,0x[0-9a-f]+,3\) = -1 EIO$", log.read_text(), re.M), log.read_text()


def test_bad_faults_are_refused(t):
    program = t.compile("core_calls.cc")
    for fault in ["write", "write:EIO", "write:ENOSUCH:1", "write:EIO:x", ":EIO:1", "write:EIO:-1"]:
        done = t.run(program, env={"MACHORUN_FAULT": fault})
        assert done.returncode == 127 and "MACHORUN_FAULT" in done.stderr, (fault, done)
