"""What of the two programs' outputs is compared, and the differences that are meant to be, each with its reason.

* Order of deletions: rsync's processes print `deleting` lines and notices between the other lines as they happen to
  arrive, some notices twice. Compared are the deletions and all other lines, each in their order, and the set of
  notices.
* With -vv one of rsync's processes prints past the other: there all lines are compared without their order.
  -vv also switches on rsync's debug words, which tell of its insides (filters, checksums, heap), and with --stats
  arsync tells how it copied: not compared.
* Order of hard links: rsync tells of them when the data of their leader has arrived. They are a list of their own,
  without order.
* Error wording: arsync says `cannot open "..."`, rsync `[sender] send_files failed to open "..."`. Compared are the
  exit code, the number of errors and the paths that they name; where rsync names no path, any text will do. rsync's
  second process adds a summary of its own (code 19). For an operand that it cannot reach, rsync names its directory.
* Error numbers of macOS are turned into those of Linux (errnos.py has the table) before anything is compared; what
  Linux keeps for the loader (xattrs user.machorun.*: birth times, flags) is no part of a tree.
* On macOS a new file has the group of its directory (open(2), mkdir(2)), on Linux that of the process. Where arsync
  gives it none (no -g, or one that the user is not in), the macOS program's files have that one.
* Total progress (--info=progress2): only its last state; rsync redraws it for each file.
* Source equal to destination, and an empty source with --delete: errors in arsync (DESIGN 3.5), so the cli suite has them.
* A mount point among the extras: rsync empties it and fails to remove it; arsync leaves it alone and says so.
* -H with names of a file outside the transfer or excluded: arsync tells the file's data when the walk is over, since a
  further name might come: with -H and rules the lines are compared without their order.
* -nHI, names that are linked already: rsync's dry run leaves out the lines `b => a` that its real run prints.
* --inplace into files that are linked wrongly at the destination: the last writer wins, in both programs.
* A block device in the place of a character device with the same number: rsync takes it for the same.
* --ignore-existing, and a file stands where the source has a directory: arsync keeps it and says so once. rsync keeps
  it as well, gives it the directory's time and fails on each name below.
* -A or -X without -p: rsync cuts ACLs and sets modes in ways that its manual does not tell.
* Merge files with the w modifier: `- a` on one line is a rule, as the manual says; rsync 3.5.0 fails on it.
* Several sources, and --existing: rsync's totals (number of files, total size) count names that merging drops, and
  what is below directories that it does not create. Not compared.
* --stats counts files that could not be read as transferred in rsync.
* Rates, times and bytes on the wire: nothing goes over a wire here. Compared is the shape of those lines.
* Holes: arsync keeps them without -S (DESIGN 3.8). Allocated blocks are only looked at in tests about holes.
* --delete: arsync deletes nothing when a source directory could not be listed (DESIGN 3.5); rsync may already have
  deleted in directories that it was done with. Tests about that do not compare trees, they say what arsync must do.
"""

import re
from dataclasses import dataclass, field

from common import commands
from common.errnos import as_on_linux

_DELETION = re.compile(rb"(\*deleting +|deleting )(?P<name>.*)")
_NOTICE = re.compile(rb"skipping |cannot delete |created \d* ?director|IO error encountered|Deletions stopped|"
                     rb"could not make way|ignoring unsafe |not creating new")
_DEBUG = re.compile(rb"\[(sender|generator|receiver)\] |total: matches=|rsync\[\d+\] |"
                    rb"  \w+:  +-?\d+   \(|"
                    rb"delta-transmission disabled|removing duplicate name |Copied by: ")
_HARD_LINK = re.compile(rb"h[fLDS][-+.?a-zA-Z ]{9} |.* => ")
ANY = b"text: "
_SUMMARY = re.compile(rb"(a?rsync) (error|warning): .*\(code (?P<code>\d+)\)")
_QUOTED = re.compile(rb'"((?:[^"\\]|\\.)*)"')
_NUMBER = rb"[\d,.]+[KMGTP]?"
_SPEED = (
    (re.compile(rb"^sent " + _NUMBER + rb" bytes  received " + _NUMBER + rb" bytes  " + _NUMBER + rb" bytes/sec$"),
     b"sent N bytes  received N bytes  N bytes/sec"),
    (re.compile(rb"(^total size is (?:N|" + _NUMBER + rb")  speedup is )" + _NUMBER), rb"\1N"),
    (re.compile(rb"^(Total bytes (?:sent|received): |File list size: )" + _NUMBER + rb"$"), rb"\1N"),
    (re.compile(rb"^(File list (?:generation|transfer) time: )" + _NUMBER + rb" seconds$"), rb"\1N seconds"),
)
_PROGRESS = re.compile(rb" *(?P<bytes>" + _NUMBER + rb") +(?P<percent>\d+)% +[\d.]+[kMGT]?B/s +\d+:\d\d:\d\d *"
                       rb"(?:\((?P<done>xfr#\d+, )(?:to|ir)-chk=\d+/\d+\))? *")


@dataclass
class Output:
    """The comparable part of what a program printed."""
    lines: list = field(default_factory=list)
    deletions: list = field(default_factory=list)
    notices: list = field(default_factory=list)
    hard_links: list = field(default_factory=list)
    errors: list = field(default_factory=list)


def allow_groups_of_directories(wanted, got):
    """Makes those groups equal in two snapshots that only differ because the second is macOS's.

    There what is created gets the group of its directory: of any of them, where it has several names."""
    if commands.system() != "macos":
        return
    groups = {}
    for path, entry in got.items():
        if path not in wanted or entry.gid == wanted[path].gid:
            continue
        # Of a file with several names it may be the directory of any of them.
        names = [path] if entry.links is None else [name for name, other in got.items() if other.links == entry.links]
        if entry.gid in {got[name.rpartition(b"/")[0] or b"."].gid for name in names}:
            wanted[path].gid = entry.gid


_TOTALS = re.compile(rb"(Number of files: |Total file size: |total size is )" + _NUMBER + rb"( \(.*\)| bytes)?")


def comparable(result, root, ordered=True, total_progress=False, totals=True):
    """`root` is the directory in which it ran: absolute paths below it are shown relative to it."""
    output = Output()
    for line in result.out.split(b"\n"):
        if not totals:
            line = _TOTALS.sub(rb"\1N", line)
        if line.startswith(b"cannot delete mount point"):
            continue
        if _DELETION.fullmatch(line):
            output.deletions.append(line)
        elif _NOTICE.match(line):
            output.notices.append(line)
        elif _HARD_LINK.match(line):
            output.hard_links.append(line)
        else:
            output.lines.append(_progress(_speed(line)))
    if not ordered:
        output.lines = sorted(line for line in output.lines if line and not _DEBUG.match(line))
    if total_progress:
        states = [line for line in output.lines if b"\r" in line]
        output.lines = [line for line in output.lines if b"\r" not in line] + states[-1:]
    output.notices = sorted(set(output.notices))
    output.hard_links.sort()
    output.errors = sorted(error_subjects(result.err, root))
    return output


def _speed(line):
    for pattern, replacement in _SPEED:
        line = pattern.sub(replacement, line)
    return line


def _progress(line):
    """Of a line redrawn with \\r only its last state counts: how often it is redrawn is timing."""
    if b"\r" not in line:
        return line
    kept, last = [], []
    for part in line.split(b"\r"):
        match = _PROGRESS.fullmatch(part)
        if match is None:
            kept.append(part)
        elif match["done"]:
            last = [b"%s %s%% RATE TIME (%sto-chk=L/T)" % (match["bytes"], match["percent"], match["done"])]
    return b"\r".join(kept + last)


def error_subjects(err, root):
    """For each error line the path that it quotes, else what it says."""
    prefix = root.rstrip("/").encode() + b"/"
    subjects = []
    for line in err.split(b"\n"):
        if summary := _SUMMARY.match(line):
            subjects.append(b"code " + summary["code"])
        elif line:
            quoted = _QUOTED.search(line)
            subjects.append(quoted[1].replace(prefix, b"") if quoted else ANY + as_on_linux(line))
    return [subject for subject in subjects if subject != b"code 19"]


def same_errors(wanted, got):
    """Each of rsync's subjects meets one of arsync's, as the header of this file says."""
    left = list(got)
    for subject in sorted(wanted, key=lambda one: one.startswith(ANY)):
        match = next((other for other in left if _same_subject(subject, other)), None)
        if match is None:
            return False
        left.remove(match)
    return not left


def _same_subject(wanted, got):
    return wanted == got or wanted.startswith(ANY) and not got.startswith(b"code ") or got.startswith(wanted + b"/")
