"""kqueues and signals."""

import signal
import subprocess


def test_kqueue(t):
    t.check(t.compile("core_kqueue.cc"))


def test_signals(t):
    t.check(t.compile("core_signals.cc"))


def test_siginfo_is_played_by_sigpwr(t):
    command = t.command(t.compile("core_signals.cc"), "info")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGPWR)
        assert process.stdout.read() == "1 event of 29, 29 handled\n"
