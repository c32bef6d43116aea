#!/usr/bin/env python3
"""Tests of the harness itself: a checker that lets a wrong copy pass would make every number worthless."""

import os
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))

import cpu_profile  # noqa: E402
from harness import check, contenders, datasets, measure, results, runner, workloads  # noqa: E402


class Folder(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="arsync-bench-test.")
        self.addCleanup(shutil.rmtree, self.folder)

    def path(self, *parts):
        return os.path.join(self.folder, *parts)


class Check(Folder):
    """One change to a faithful copy must be enough."""

    def setUp(self):
        super().setUp()
        datasets.hard_links(self.path("source"), 20, 2)
        os.symlink("member-0", self.path("source", "link"))
        datasets.age_directories(self.path("source"))
        os.system(f"cp -a {self.path('source')} {self.path('copy')}")
        self.file = self.path("copy", "member-0", "directory-00000", "file-000003")
        self.times = (datasets.FIRST_TIME_NS, datasets.FIRST_TIME_NS)

    def differences(self):
        source = self.path("source")
        return check.differences(source, check.snapshot(source, True), self.path("copy"), link_groups=True, xattrs=True)

    def test_accepts_a_faithful_copy(self):
        self.assertEqual(self.differences(), [])

    def test_sees_content_of_equal_size_and_time(self):
        with open(self.file, "r+b") as file:
            file.write(b"other")
        os.utime(self.file, ns=self.times)
        self.assertIn("other content", self.differences()[0])

    def test_sees_a_nanosecond(self):
        os.utime(self.file, ns=(self.times[0], self.times[1] + 1))
        self.assertEqual(len(self.differences()), 2)  # both names of the file

    def test_sees_a_mode(self):
        os.chmod(self.file, 0o600)
        self.assertTrue(self.differences())

    def test_sees_a_directory_time(self):
        os.utime(self.path("copy", "member-1"), ns=(0, 0))
        self.assertEqual(len(self.differences()), 1)

    def test_sees_missing_and_surplus(self):
        os.rename(self.path("copy", "link"), self.path("copy", "link2"))
        self.assertEqual(self.differences(), ["missing: link", "not in the source: link2"])

    def test_sees_a_broken_link_group(self):
        shutil.copy2(self.file, self.file + ".new")
        os.rename(self.file + ".new", self.file)
        os.utime(os.path.dirname(self.file), ns=self.times)
        self.assertTrue(self.differences())

    def test_sees_a_missing_copy(self):
        shutil.rmtree(self.path("copy"))
        self.assertTrue(self.differences())


class SparseCheck(Folder):
    def test_sees_filled_holes(self):
        datasets.sparse_file(self.path("source"), 80 << 20, 2)
        expected = check.snapshot(self.path("source"))
        os.system(f"cp -a --sparse=always {self.path('source')} {self.path('sparse')}")
        os.system(f"cp -a --sparse=never {self.path('source')} {self.path('full')}")
        self.assertEqual(check.differences(self.path("source"), expected, self.path("sparse")), [])
        self.assertIn("blocks instead of", check.differences(self.path("source"), expected, self.path("full"))[0])


class Measure(Folder):
    @classmethod
    def setUpClass(cls):
        measure.adopt_orphans()

    def test_counts_cpu_of_orphans(self):
        # The shell ends at once; the work is done by a grandchild that it did not wait for.
        work = "(python3 -c 'import time\nwhile time.process_time() < 0.3: pass' &)"
        self.assertGreater(measure.timed_run(["sh", "-c", work], self.path("log")).cpu, 0.28)

    def test_sums_memory_of_the_family(self):
        one = "python3 -c 'import time; block = bytearray(b\"x\" * (20 << 20)); time.sleep(0.3)'"
        peak = measure.peak_memory(["sh", "-c", f"{one} & {one} & wait"], self.path("log"))
        self.assertGreater(peak, 40 << 10)
        # Each has its block twice for a moment, beside the interpreter.
        self.assertLess(peak, 130 << 10)

    def test_tells_why_a_command_failed(self):
        with self.assertRaisesRegex(measure.CommandFailed, "exit 3: no luck"):
            measure.timed_run(["sh", "-c", "echo no luck; exit 3"], self.path("log"))

    def test_interruption_ends_the_command_and_its_children(self):
        def interrupt(_):
            raise KeyboardInterrupt

        with self.assertRaises(KeyboardInterrupt):
            measure.timed_run(["sh", "-c", "sleep 60 & sleep 60"], self.path("log"), interrupt)
        with self.assertRaises(ChildProcessError):
            os.waitpid(-1, os.WNOHANG)


class Results(unittest.TestCase):
    def test_ratios_and_shares(self):
        slow = runner.Samples({1: measure.Cost(4, 3, 1), 2: measure.Cost(6, 3, 1)}, [4000])
        quick = runner.Samples({1: measure.Cost(1, 1, 0), 2: measure.Cost(3, 1, 0)}, [1000])
        summary = results.summarise(quick, slow)
        self.assertEqual(summary.ratio_best, 4)
        self.assertEqual(summary.ratio_middle, 3)  # the median of 4/1 and 6/3
        self.assertEqual(summary.cpu_share, 0.25)
        self.assertEqual(summary.peak_share, 0.25)

    def test_names_of_workloads_are_unique(self):
        self.assertEqual(len(workloads.BY_NAME), len(workloads.ALL))

    def test_cp_cannot_delete(self):
        self.assertIsNone(contenders.command("cp", "arsync", ("-a", "--delete"), "/a", "/b"))


class CpuProfile(unittest.TestCase):
    """On what `perf script -F ip,sym` prints: one block per sample, the innermost function first."""

    def test_samples_belong_to_their_system_call(self):
        text = """
        ffffffff81a00010 osq_lock+0x10 ([kernel.kallsyms])
        ffffffff81300020 path_openat
        ffffffff81200030 __x64_sys_openat
            7f0000000040 __libc_openat64

        ffffffff81300050 ext4_getattr
        ffffffff81200060 __do_sys_newfstatat
            560000000070 main

            560000000080 compare
            560000000070 main

        ffffffff81100090 clear_page
        ffffffff811000a0 asm_exc_page_fault
            560000000070 main

        ffffffff811000b0 do_exit
"""
        samples, locks = cpu_profile.count_samples(text)
        expected = ["openat", "newfstatat", cpu_profile.PROGRAM, cpu_profile.FAULTS, cpu_profile.OTHER]
        self.assertEqual(samples, dict.fromkeys(expected, 1))
        self.assertEqual(+locks, {"openat": 1})


if __name__ == "__main__":
    unittest.main()
