"""The loader: programs start, end and unwind as on macOS."""

import pathlib
import signal

GOOGLETEST = pathlib.Path("/usr/src/googletest/googletest")  # Debian's googletest


def test_language_and_library(t):
    t.check(t.compile("core_language.cc"))


def test_googletest(t):
    if not GOOGLETEST.exists():
        t.skip("no sources of GoogleTest")
    program = t.compile("core_googletest.cc", f"-I{GOOGLETEST}", f"-I{GOOGLETEST}/include")
    done = t.run(program)
    assert done.returncode == 1 and "[  PASSED  ] 4 tests." in done.stdout and "Fails.Once" in done.stdout, done
    t.check(program, "--gtest_filter=-Fails.*")


def test_process(t):
    program = t.compile("core_process.cc")
    t.check(program, "all", "arguments", env={"CORE_VARIABLE": "value"})


def test_exit_code_is_the_programs(t):
    assert t.run(t.compile("core_process.cc"), "exit").returncode == 7


def test_death_by_signal(t):
    assert t.run(t.compile("core_process.cc"), "abort").returncode == -signal.SIGABRT
    # SIGUSR1 is 30 on macOS and 10 on Linux.
    assert t.run(t.compile("core_process.cc"), "usr1").returncode == -signal.SIGUSR1


def test_uncaught_exception_aborts(t):
    done = t.run(t.compile("core_process.cc"), "throw")
    assert done.returncode == -signal.SIGABRT and "uncaught exception" in done.stderr, done


def test_unreviewed_import_is_refused(t):
    done = t.run(t.compile("core_unknown.cc"))
    assert done.returncode == 127 and done.stdout == "", done
    assert "not imitated: _mach_host_self" in done.stderr and "not imitated: _getloadavg" in done.stderr, done.stderr


def test_other_files_are_refused(t):
    text = t.dir / "text"
    text.write_text("hello")
    for path in [text, t.dir / "missing", "/bin/true"]:
        done = t.run(path)
        assert done.returncode == 127 and done.stderr.startswith("machorun: "), done


def test_strict_ends_at_a_refused_call(t):
    program = t.compile("core_process.cc")
    assert t.run(program, "fork").returncode == 0
    done = t.run(program, "fork", options=["--strict"])
    assert done.returncode == 127 and "fork" in done.stderr, done
