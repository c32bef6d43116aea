#!/usr/bin/env python3
"""Keeps the house in order: which floor of src/ may include what, and where operating systems may be mentioned."""

import re
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "src"
FLOORS = ("base", "platform", "rules", "batch", "sync", "report", "cli")
# Libraries that are the same on every system.
PORTABLE = re.compile(r"fmt/|xxhash\.h$|gtest/")
_INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)
_SYSTEM_CONDITION = re.compile(r"^\s*#\s*(?:if|ifdef|ifndef|elif)\b.*(?:__linux|__APPLE__|__MACH__|_WIN32|_WIN64|"
                               r"_MSC_VER|__unix|__FreeBSD__|__NetBSD__|__OpenBSD__|_GNU_SOURCE|_POSIX_|"
                               r"__has_include|TARGET_OS_).*$", re.M)


def sources(root=SOURCE):
    return sorted(path for path in root.rglob("*") if path.suffix in (".cc", ".h"))


def floor_of(path, root=SOURCE):
    return path.relative_to(root).parts[0]


def inside_platform(path, root=SOURCE):
    """The implementation of platform; its headers (src/platform/*.h) show no system to those above."""
    parts = path.relative_to(root).parts
    return parts[0] == "platform" and not (len(parts) == 2 and path.suffix == ".h")


def violations(root=SOURCE):
    found = []
    for path in sources(root):
        text = path.read_text(encoding="utf-8")
        where = path.relative_to(root.parent)
        floor = floor_of(path, root)
        if floor not in FLOORS:
            found.append(f"{where}: {floor}/ is no floor of the house")
            continue
        for quote, name in _INCLUDE.findall(text):
            found += [f"{where}: {problem}" for problem in include_problems(path, floor, quote, name, root)]
        if floor != "platform":
            found += [f"{where}: {match[0].strip()}" for match in _SYSTEM_CONDITION.finditer(text)]
    return found


def include_problems(path, floor, quote, name, root):
    if quote == '"':
        target = name.split("/")[0]
        if target not in FLOORS:
            yield f'"{name}" is not written from src/ on'
        elif FLOORS.index(target) > FLOORS.index(floor):
            yield f'{floor} must not include "{name}"'
        elif target == "platform" and name.count("/") > 1 and floor != "platform":
            yield f'"{name}" belongs to one system; only src/platform knows it'
    elif ("." in name or "/" in name) and not PORTABLE.match(name) and not inside_platform(path, root):
        yield f"<{name}> is a system header; only the .cc files of src/platform may use it"


def test_floors_include_only_what_lies_below(t):
    problems = violations()
    assert sources(), "no sources found"
    assert not problems, "\n  ".join(["the house is out of order:", *problems])


def test_the_check_finds_what_it_is_for(t):
    """A house with one fault of each kind."""
    root = Path(t.dir) / "src"
    for name, text in {"base/a.h": '#include "sync/b.h"\n', "sync/b.h": "#include <unistd.h>\n",
        "platform/c.h": "#include <sys/stat.h>\n",
                       "rules/d.cc": "#ifdef __linux__\n#endif\n", "cli/e.cc": '#include "platform/linux/x.h"\n',
                           "report/f.cc": '#include "f.h"\n',
                       "platform/linux/x.cc": "#include <fcntl.h>\n#ifdef __APPLE__\n#endif\n",
                           "cli/good.cc": "#include <vector>\n#include <fmt/format.h>\n"}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    assert sorted(problem.partition(":")[0] for problem in violations(root)) == [
        "src/base/a.h", "src/cli/e.cc", "src/platform/c.h", "src/report/f.cc", "src/rules/d.cc", "src/sync/b.h"]


if __name__ == "__main__":
    print("\n".join(violations()) or "the floors are in order")
    sys.exit(1 if violations() else 0)
