#!/usr/bin/env python3
"""Runs machorun's tests: every function test_*(t) of the *.py files beside this one.

    run.py [--machorun PROGRAM] [-v] [WORD...]     (WORD: only tests whose name contains one of the words)

`t` is a Test: t.dir is an empty directory, t.compile("signals.cc") builds a macOS program from a source beside this
file, t.run(program, *arguments, env={...}) runs it. A test fails by an exception and is skipped by t.skip(reason).
Programs are built with zig, from $ZIG or the place where dev/ puts it, and kept by content in build/tools/tests.
"""

import argparse
import hashlib
import importlib.util
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
BUILD = ROOT / "build" / "tools"
ZIG_HOME = pathlib.Path.home() / ".cache" / "arsync"
FLAGS = ["-std=c++23", "-O2", "-w", "-target", "x86_64-macos.13.0", "-isystem", str(ROOT / "tools" / "darwin-headers"),
         "-I", str(HERE)]


class Skipped(Exception):
    pass


def find_zig():
    zig = os.environ.get("ZIG") or str(ZIG_HOME / "zig-0.16.0" / "zig")
    return zig if shutil.which(zig) else None


def content_key(paths, flags):
    digest = hashlib.sha256(" ".join([*FLAGS, *flags]).encode())
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


class Test:
    def __init__(self, machorun, directory):
        self.machorun = machorun
        self.dir = directory

    def skip(self, reason):
        raise Skipped(reason)

    def compile(self, source, *flags):
        source = HERE / source
        target = BUILD / "tests" / f"{source.stem}-{content_key([source, *sorted(HERE.glob('*.h'))], flags)}"
        if target.exists():
            return target
        zig = find_zig()
        if zig is None:
            self.skip("no zig")
        target.parent.mkdir(parents=True, exist_ok=True)
        environment = {"ZIG_GLOBAL_CACHE_DIR": str(ZIG_HOME / "zig-cache"), **os.environ}
        log = target.with_suffix(".log")
        partial = target.with_suffix(".new")
        with open(log, "wb") as output:  # zig can print megabytes
            done = subprocess.run([zig, "c++", *FLAGS, *flags, str(source), "-o", str(partial)], env=environment,
                                  stdout=output, stderr=output)
        if done.returncode != 0:
            errors = [line for line in log.read_text(errors="replace").splitlines() if "error" in line]
            raise AssertionError("\n".join([f"cannot build {source.name}, see {log}", *errors[:10]]))
        partial.rename(target)
        return target

    def command(self, program, *arguments, options=()):
        return [str(self.machorun), *options, str(program), *map(str, arguments)]

    def run(self, program, *arguments, env=None, options=(), timeout=60, **more):
        """The finished process, with its output as text. A program that hangs fails the test."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith("MACHORUN_")}
        more.setdefault("cwd", self.dir)
        return subprocess.run(self.command(program, *arguments, options=options), capture_output=True, text=True,
                              env={**environment, **(env or {})}, timeout=timeout, **more)

    def check(self, program, *arguments, **more):
        """Runs a program that tells by its exit code whether all is well."""
        done = self.run(program, *arguments, **more)
        assert done.returncode == 0, f"exit code {done.returncode}\n{done.stdout}{done.stderr}"
        return done


def load_tests(words):
    for path in sorted(HERE.glob("*.py")):
        if path == pathlib.Path(__file__).resolve():
            continue
        spec = importlib.util.spec_from_file_location(path.stem, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for name, function in vars(module).items():
            full_name = f"{path.stem}.{name}"
            if name.startswith("test_") and (not words or any(word in full_name for word in words)):
                yield full_name, function


def run_test(function, machorun):
    with tempfile.TemporaryDirectory(prefix="machorun-") as directory:
        try:
            function(Test(machorun, pathlib.Path(directory)))
        except Skipped as reason:
            return "skipped", str(reason)
        except Exception:
            return "failed", traceback.format_exc()
    return "passed", ""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--machorun", type=pathlib.Path, default=BUILD / "machorun")
    parser.add_argument("-v", "--verbose", action="store_true")
    parser.add_argument("words", nargs="*")
    options = parser.parse_args()
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for name, function in load_tests(options.words):
        result, details = run_test(function, options.machorun.resolve())
        counts[result] += 1
        if options.verbose or result != "passed":
            print(f"{result}: {name}", details, sep="\n" if result == "failed" else "  ", flush=True)
    print(", ".join(f"{count} {result}" for result, count in counts.items()))
    return 1 if counts["failed"] or not counts["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
