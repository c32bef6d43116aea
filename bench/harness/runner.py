"""Runs one workload: every contender once per round, in random order, each on a target in the same state."""

import os
import random
import subprocess
from dataclasses import dataclass, field

from . import check, contenders, datasets, machine, measure, places, workloads

DROP_CACHES = "/proc/sys/vm/drop_caches"
TOUCHED_BYTES = 3 << 29  # before each timed run: more than any of them fills
TIMED_CONTENT_SHARE = 0.02  # of the files' content compared after a timed run; a memory run's is compared whole


@dataclass
class Samples:
    """What was measured of one contender on one workload."""

    costs: dict = field(default_factory=dict)  # round -> measure.Cost
    peaks: list = field(default_factory=list)  # KiB, one per memory run
    failure: str | None = None


class Runner:
    def __init__(self, where, arsync, chosen, rounds, scale, note):
        self._places = where
        self._arsync = arsync
        self._chosen = chosen
        self._rounds = rounds
        self._scale = scale
        self._note = note  # called with a line of progress
        self._number = 0

    def run(self, workload):
        """Returns {contender: Samples}. Raises places.PlaceUnavailable if this machine cannot have the workload."""
        if workload.cold and not os.access(DROP_CACHES, os.W_OK):
            raise places.PlaceUnavailable("only root may drop the caches")
        source, target_folder = self._source(workload), self._places.folder(workload.target_place)
        links = workload.options[0].count("H") > 0
        job = _Job(workload, source, target_folder, check.snapshot(source, links), links, self._scale)
        samples = {name: Samples() for name in self._chosen if self._takes_part(name, workload)}
        try:
            # The memory runs come first: they also bring source, programs and fresh memory into the caches.
            for name, sample in samples.items():
                self._note(f"{workload.name}: {name}, memory")
                self._once(job, name, sample, None)
            rounds = self._rounds * workload.repeat
            for number in range(1, rounds + 1):
                for name in random.sample(list(samples), len(samples)):
                    self._note(f"{workload.name}: {name}, round {number} of {rounds}")
                    self._once(job, name, samples[name], number)
        finally:
            job.remove_target()
            self._places.release(workload.target_place)
        return {name: sample for name, sample in samples.items() if sample.costs or sample.peaks or sample.failure}

    def _takes_part(self, name, workload):
        return workload.atomic or name != "arsync-atomic"

    def _source(self, workload):
        folder = os.path.join(self._places.folder(workload.place), f"data-{workload.data_name}")
        if not os.path.lexists(folder):
            self._note(f"{workload.name}: making the data")
            workload.dataset(folder, self._scale)
            datasets.age_directories(folder)
        return folder

    def _once(self, job, name, sample, number):
        """One run of one contender: timed if it has a round number, else for its memory."""
        if sample.failure:
            return
        self._number += 1
        target = job.prepare(self._number)
        command = contenders.command(name, self._arsync, job.workload.options, job.source, target)
        if command is None:
            return
        subprocess.run(["sync", "--file-system", job.source, os.path.dirname(target)], check=True)
        if number is not None:
            machine.touch_memory(os.path.dirname(target), int(TOUCHED_BYTES * min(self._scale, 1)))
        if job.workload.cold:
            _drop_caches(contenders.program(name, self._arsync))
        try:
            if number is None:
                sample.peaks.append(measure.peak_memory(command, self._places.log_path))
            else:
                sample.costs[number] = self._timed_run(name, command)
            share = 1.0 if number is None else TIMED_CONTENT_SHARE
            wrong = job.differences(target, share, loose=name in contenders.LOOSE)
            if wrong:
                sample.failure = "wrong copy: " + "; ".join(wrong)
        except measure.CommandFailed as failure:
            sample.failure = str(failure)
        job.done_with(target, keep=not sample.failure)

    def _timed_run(self, name, command):
        return measure.timed_run(command, self._places.log_path)


class _Job:
    """A workload with its source in place; brings the target into the state that every run starts from."""

    def __init__(self, workload, source, target_folder, expected, links, scale):
        self.workload = workload
        self.source = source
        self._target_folder = target_folder
        self._expected = expected
        self._links = links
        self._scale = scale
        self._lasting = None  # the target that several runs share, because a right run leaves it as it should be

    def prepare(self, number):
        target = os.path.join(self._target_folder, f"copy-{number}")
        state = self.workload.target
        if state == "fresh":
            return target
        if state == "extra":
            self._copy(target)
            datasets.add_extras(target, max(1, int(workloads.EXTRAS * self._scale)))
            return target
        if self._lasting is None:
            self._copy(target)
            self._lasting = target
        if state == "changed":
            datasets.outdate(self._lasting, workloads.OUTDATED_EVERY)
        return self._lasting

    def done_with(self, target, keep):
        if target == self._lasting and keep:
            return
        places.remove_tree(target)
        if target == self._lasting:
            self._lasting = None

    def remove_target(self):
        if self._lasting:
            places.remove_tree(self._lasting)

    def differences(self, target, content_share, loose):
        """`loose`: only files and their content count."""
        if loose:
            return check.content_differences(self.source, self._expected, target, content_share)
        xattrs = "X" in self.workload.options[0]
        return check.differences(
            self.source, self._expected, target, link_groups=self._links, xattrs=xattrs, content_share=content_share
        )

    def _copy(self, target):
        subprocess.run(["rsync", *self.workload.options, f"{self.source}/", f"{target}/"], check=True)


def _drop_caches(program):
    with open(DROP_CACHES, "w", encoding="ascii") as file:
        file.write("3\n")
    # The source shall be cold, not the program.
    subprocess.run([program, "--version"], stdout=subprocess.DEVNULL, check=False)
