#!/usr/bin/env python3
"""From the CSV files of one or more bench runs: a table in Markdown, and a plot as SVG.

Of several runs the middle of each figure counts. Ratios are of the best times, as the terminal shows them."""

import argparse
import csv
import os
import sys
from statistics import median

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))

from harness import measure, plot, results, runner, workloads  # noqa: E402
from harness.contenders import BASELINE  # noqa: E402

SHOWN = ("cp", "arsync", "arsync-atomic")


def read(path):
    """({what: text}, {workload: {contender: Samples}})"""
    description, measured = {}, {}
    with open(path, encoding="utf-8", newline="") as file:
        lines = list(file)
    for line in lines:
        if line.startswith("# "):
            key, _, value = line[2:].strip().partition(": ")
            description[key] = value
    for row in csv.DictReader(line for line in lines if not line.startswith("#")):
        samples = measured.setdefault(row["workload"], {}).setdefault(row["contender"], runner.Samples())
        if row["run"] == "memory":
            if row["peak_pss_kib"]:
                samples.peaks.append(int(row["peak_pss_kib"]))
        elif row["run"] == "failed":
            samples.failure = "failed"
        else:
            samples.costs[int(row["run"])] = measure.Cost(*(float(row[key]) for key in ("wall_s", "user_s", "system_s")))
    return description, measured


def middle(summaries, name):
    values = [getattr(summary, name) for summary in summaries if getattr(summary, name) is not None]
    return median(values) if values else None


def figures(runs):
    """{workload: {contender: (ratio, CPU share, memory share)}}, without those that failed in some run."""
    found = {}
    for name in workloads.BY_NAME:
        those = [measured[name] for _, measured in runs if name in measured]
        for contender in dict.fromkeys(key for one in those for key in one):
            mine = [one[contender] for one in those if contender in one]
            if any(samples.failure for samples in mine):
                continue
            summaries = [results.summarise(one[contender], one.get(BASELINE)) for one in those if contender in one]
            found.setdefault(name, {})[contender] = tuple(
                middle(summaries, key) for key in ("ratio_best", "cpu_share", "peak_share")
            )
    return found


def text(value, form):
    return "" if value is None else form(value)


def ratio(value):
    return f"{value:.0f}x" if value >= 20 else f"{value:.1f}x"


def share(value):
    return f"{value * 100:.0f} %"


def judged(value, aim, form, more_is_better):
    """A figure with its aim, where it has one: bold if it is missed."""
    if value is None:
        return ""
    if aim is None:
        return form(value)
    digits = 1 if more_is_better else 2  # as they are shown
    reached = round(value, digits) >= aim if more_is_better else round(value, digits) <= aim
    shown = form(value) if reached else f"**{form(value)}**"
    return f"{shown} ({'>=' if more_is_better else '<='} {form(aim)})"


def rows(found, runs):
    """A line for each workload. The last cell has the ratios of each run: they tell how much the figures move."""
    each = [figures([run]) for run in runs]
    for name, workload in workloads.BY_NAME.items():
        if name not in found:
            continue
        by_contender = found[name]
        for contender, aim in (("arsync", workload.aim), ("arsync-atomic", workload.atomic_aim)):
            if contender not in by_contender:
                continue
            wall, cpu, memory = by_contender[contender]
            cells = [
                workload.title + (", `--atomic`" if contender == "arsync-atomic" else ""),
                text(by_contender.get("cp", (None,))[0], ratio) if contender == "arsync" else "",
                judged(wall, aim and aim.wall, ratio, True),
                judged(cpu, aim and aim.cpu, share, False),
                judged(memory, aim and aim.memory, share, False),
                ", ".join(text(one.get(name, {}).get(contender, (None,))[0], ratio) or "-" for one in each),
            ]
            yield "| " + " | ".join(cells) + " |"


def other_programs(found, description):
    """A table, if there are any, with all programs of the workloads that one of them took part in."""
    extra = {name for one in found.values() for name in one} - {*SHOWN, BASELINE}
    if not extra:
        return []
    shown = [name for name in dict.fromkeys(c for one in found.values() for c in one) if name in extra | {"cp", "arsync"}]
    lines = ["", f"Other programs, times as fast as rsync ({description['date'][:10]}, rounds: {description['rounds']}):", ""]
    lines += ["| what | " + " | ".join(shown) + " |", "|---" * (len(shown) + 1) + "|"]
    for name, by_contender in found.items():
        if extra & set(by_contender):
            cells = [text(by_contender.get(contender, (None,))[0], ratio) for contender in shown]
            lines.append(f"| {workloads.BY_NAME[name].title} | " + " | ".join(cells) + " |")
    return lines


def markdown(runs, found, others, plot_path, profile):
    descriptions = [description for description, _ in runs]
    about = {key: ", ".join(dict.fromkeys(one[key] for one in descriptions if key in one)) for key in descriptions[0]}
    lines = [
        "# Results of the bench",
        "",
        "Made by `bench/report.py` from the measurements of `./dev bench`; how to repeat and read them:",
        "[BENCHMARK_QUICK_START.md](../docs/BENCHMARK_QUICK_START.md); why some aims are missed, and what was tried:",
        "[LIMITS.md](LIMITS.md). Times of rsync divided by the contender's (best of all rounds;",
        f"the middle of {len(runs)} run{'s' if len(runs) > 1 else ''}), CPU time and peak memory as a share of rsync's. In brackets what",
        "arsync is to reach; **bold** where it does not.",
        "",
        f"![{plot_path}]({plot_path})" if plot_path else "",
        "",
        "| what | cp | arsync | CPU | memory | arsync, each run |",
        "|---|---|---|---|---|---|",
        *rows(found, runs),
        "",
        "| machine | |",
        "|---|---|",
        *(f"| {key} | {value} |" for key, value in about.items() if key != "seed"),
    ]
    lines += other_programs(figures([others]), others[0]) if others else other_programs(found, descriptions[0])
    if profile:
        lines += ["", "## Where the CPU time goes", "", "By `bench/cpu_profile.py`; sampling has slowed both.", "", profile.strip()]
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("csv", nargs="+", help="files that ./dev bench has written")
    parser.add_argument("--markdown", help="write the table here (default: print it)")
    parser.add_argument("--svg", help="write the plot here")
    parser.add_argument("--others", help="CSV of a run with more contenders, shown in a table of its own")
    parser.add_argument("--profile", help="what bench/cpu_profile.py has printed, for the end of the table")
    options = parser.parse_args()
    runs = [read(path) for path in options.csv]
    found = figures(runs)
    plot_path = None
    if options.svg:
        shown = [
            (workloads.BY_NAME[name].title, {key: one[key][0] for key in SHOWN if key in one and one[key][0]})
            for name, one in found.items()
        ]
        description = runs[0][0]
        note = f"{description['cores']} cores, Linux {description['kernel']}, {description['file system']}, {description['date'][:10]}"
        with open(options.svg, "w", encoding="utf-8") as file:
            file.write(plot.bars([row for row in shown if row[1]], note))
        if options.markdown:
            plot_path = os.path.relpath(options.svg, os.path.dirname(options.markdown) or ".")
    profile = ""
    if options.profile:
        with open(options.profile, encoding="utf-8") as file:
            profile = file.read()
    others = read(options.others) if options.others else None
    table = markdown(runs, found, others, plot_path, profile)
    if options.markdown:
        with open(options.markdown, "w", encoding="utf-8") as file:
            file.write(table)
    else:
        print(table, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
