"""From samples to ratios: the table on the terminal and the CSV file."""

import csv
from dataclasses import dataclass
from statistics import median

from .contenders import BASELINE

CSV_FIELDS = ("workload", "contender", "run", "wall_s", "user_s", "system_s", "peak_pss_kib")
DASH = "-"


@dataclass(frozen=True)
class Summary:
    """One contender on one workload. Ratios are the baseline's time / this one's: more is better. Shares are this
    one's CPU or memory / the baseline's: less is better. None where it was not measured."""

    best: float | None
    middle: float | None
    cpu: float | None
    peak: int | None
    ratio_best: float | None
    ratio_middle: float | None
    cpu_share: float | None
    peak_share: float | None


def summarise(samples, baseline):
    """`baseline` are the samples that ratios refer to, or None."""
    walls = [cost.wall for cost in samples.costs.values()]
    cpu = _middle(cost.cpu for cost in samples.costs.values())
    peak = max((peak for peak in samples.peaks if peak), default=None)
    ratio_best = ratio_middle = cpu_share = peak_share = None
    if baseline and baseline.costs and walls:
        ratio_best = min(cost.wall for cost in baseline.costs.values()) / min(walls)
        # Pairs of the same round met the same machine's mood.
        paired = [number for number in samples.costs if number in baseline.costs]
        ratio_middle = _middle(baseline.costs[number].wall / samples.costs[number].wall for number in paired)
        baseline_cpu = _middle(cost.cpu for cost in baseline.costs.values())
        cpu_share = cpu / baseline_cpu if baseline_cpu else None
    if baseline and peak:
        baseline_peak = max((peak for peak in baseline.peaks if peak), default=None)
        peak_share = peak / baseline_peak if baseline_peak else None
    return Summary(
        min(walls, default=None), _middle(walls), cpu, peak, ratio_best, ratio_middle, cpu_share, peak_share
    )


def table(workload, results):
    """The lines to print for one workload."""
    header = f"{'':16}{'best':>10}{'median':>10}{'ratio':>9}{'median':>9}"
    header += f"{'CPU':>10}{'share':>7}{'PSS':>10}{'share':>7}"
    lines = [f"{workload.name}: {workload.title}", header]
    baseline = results.get(BASELINE)
    for name, samples in results.items():
        if samples.failure:
            lines.append(f"  {name:14}FAILED: {samples.failure}")
            continue
        one = summarise(samples, baseline)
        lines.append(
            f"  {name:14}{_seconds(one.best):>10}{_seconds(one.middle):>10}"
            f"{_ratio(one.ratio_best):>9}{_ratio(one.ratio_middle):>9}"
            f"{_seconds(one.cpu):>10}{_share(one.cpu_share):>7}{_mib(one.peak):>10}{_share(one.peak_share):>7}"
        )
    return lines


class CsvFile:
    """Every single measurement, flushed per workload; the machine's description in '#' lines at the top."""

    def __init__(self, path, description):
        self._file = open(path, "w", encoding="utf-8", newline="")
        for key, value in description.items():
            self._file.write(f"# {key}: {value}\n")
        self._writer = csv.writer(self._file)
        self._writer.writerow(CSV_FIELDS)

    def add(self, workload, results):
        for name, samples in results.items():
            for peak in samples.peaks:
                self._writer.writerow([workload.name, name, "memory", "", "", "", peak or ""])
            for number, cost in samples.costs.items():
                times = [f"{value:.6f}" for value in (cost.wall, cost.user, cost.system)]
                self._writer.writerow([workload.name, name, number, *times, ""])
            if samples.failure:
                self._writer.writerow([workload.name, name, "failed", "", "", "", ""])
        self._file.flush()

    def close(self):
        self._file.close()


def _middle(values):
    values = list(values)
    return median(values) if values else None


def _seconds(value):
    return DASH if value is None else f"{value:.3f} s"


def _ratio(value):
    if value is None:
        return DASH
    return f"{value:.0f}x" if value >= 100 else f"{value:.2f}x"


def _share(value):
    return DASH if value is None else f"{value * 100:.0f} %"


def _mib(kib):
    return DASH if kib is None else f"{kib / 1024:.1f} MiB"
