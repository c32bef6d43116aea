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
  further name might come: with -H and rules, or chosen names (-d, -R, --files-from), the lines are compared without
  their order.
  So they are with -H and links that are followed: a file may appear more often than it has names.
* -L, -k, --copy-unsafe-links, links that lead in a circle: rsync goes round until the system refuses more than forty
  links in a path, which with two such links is without end; arsync does not enter a directory again that it is in, says
  so once and gives the same exit code (23).
* -H without -A, and a directory with a default ACL: rsync copies a file under the last of its names, arsync under the
  one that it meets first. So it gets its ACL from another directory.
* -HX --remove-source-files: rsync removes a name, and then fails to read a long xattr of it for another name.
* -H, and a directory in the place of a linked file: rsync removes it when it first comes to the name, arsync when the file is
  ready. With -A rsync asks the new file for a default ACL, and fails.
* -m, and a directory that is named twice or that two sources have: rsync does not see that it is empty.
* -m -R --no-implied-dirs: rsync makes the directory above a directory of the way that is excluded, though nothing comes into it.
* --delete-missing-args -R --no-implied-dirs: after a missing name rsync does not make the directory for what comes
  next in it, and fails.
* An ordinary user, below a default ACL that leaves the owner no x: rsync cannot use directories that it has made, with
  --delay-updates that of the files, or a new destination.
* -L, and a link that leads nowhere: deletion stops, in rsync when it comes to the link, in arsync before it begins.
* --append-verify with several sources: when rsync tries again what did not fit is up to its processes; there all lines
  are compared without their order.
* A directory in the way of a file, and a name of the source that could not be looked at: it stays, as all that
  --delete and --force would remove. rsync empties it.
* -nX, alternate trees, and long xattrs: rsync's dry run fails to read them from the directories that it has not made.
* -X --copy-dest: rsync copies links and special files of alternate trees without their xattrs.
* -X --backup-dir: rsync loses xattrs without a value of the files that it copies there.
* -X and links that are followed: rsync reads the xattrs of the link, arsync those of what it leads to, as -X says.
* -K: rsync 3.5.0 gives the directory's time to the link and fails on its mode; arsync gives both to the directory. A link
  that leads out of the destination is refused by both, by rsync once for each name below.
* -nHI, names that are linked already: rsync's dry run leaves out the lines `b => a` that its real run prints.
* --inplace into files that are linked wrongly at the destination: the last writer wins, in both programs.
* -b with --link-dest or --compare-dest: rsync loses the file that a link replaces or an exact match removes. arsync keeps
  a backup of it.
* -b --delete-excluded with --delete-after or --delete-delay: rsync deletes in the end, as surplus, the backups that it
  has just made beside the files. arsync keeps them.
* -b and a file that is written in place (--inplace, --append): rsync's copy of the old one has the attributes that the
  options keep, with -A sometimes the ACL of its directory, with ".." in --backup-dir none of them, and that is an
  error. arsync's copy has all.
* -b --backup-dir=DIR, made in the destination: whether rsync mends the time of the directory that it is made in depends
  on which of its processes comes to it first. arsync does. With --delete-after rsync removes DIR in the end.
* -A, directories with the sticky bit: where the entry of the owning group equals the mask, rsync sets it to nothing.
* Merge files, and several directories that are merged into one: recursing incrementally rsync goes by those of the
  first, else by those of each for itself. arsync goes by all of them.
* --super as an ordinary user with --chown, or with links that lead to a file of root's: a file whose owner rsync cannot set keeps mode 0600 and the time of its copy.
* -y without -p: rsync gives a new file the mode of the similar one that it was made from, with the set-id bits. In
  arsync it is as a new one.
* -H with --append or --append-verify, and a name that is longer than the source: rsync leaves it alone, or links it to the
  others, as it comes to it before or after them.
* --fake-super -X, and real trusted.* attributes of what is there: rsync stores its own beside them, at each run again. To arsync
  they are what is wanted.
* -X with --modify-window, and xattrs of what is about as old as 1970: rsync does not set its time.
* -H --ignore-existing: where a name of a linked file is left alone, arsync tells of the others when the walk is over. There lines
  are compared without their order.
* --max-delete: what makes way for something else counts as well, and is not always what comes first.
* -y: rsync tells an error of a similar file that has been replaced by a link or directory meanwhile.
* -H -y: rsync makes a missing name of a linked file from a similar file, and links the names to it that are there as they shall
  be. In arsync those lead.
* --copy-unsafe-links --remove-source-files: rsync takes a link that it copied as a file for one that has changed since,
  says so and keeps it. arsync removes it.
* -L --remove-source-files, and a link to another file of the transfer: when its turn comes that may be gone. rsync has then
  removed an old link at the destination already, arsync keeps it.
* -L --open-noatime as an ordinary user: rsync has removed an old link at the destination before it fails to open the file of
  another owner. arsync keeps it.
* --chmod with modes that shut an ordinary user out of directories: rsync fails in them, arsync holds them open.
* Alternate trees (--link-dest ...) are not read through symbolic links below their roots.
* Without -p, a device or a file copied from an alternate tree in the place of a symbolic link: rsync gives it the link's
  mode, 0777, and with it everybody the device; such a file gets that of a device or fifo, too. In arsync it is as a new one.
* --delete-delay and merge files: when rsync deletes in the end, it has forgotten the rules of the directories above what
  it found, and deletes what they protect. arsync keeps it.
* --delete-during, --delete-delay, and a directory that cannot be read: arsync's workers find out earlier or later than
  rsync, so more or less may be gone by then; never anything below that directory, and with --delete-delay nothing.
* -H with --compare-dest, where an alternate tree has some names of a group: rsync 3.5.0 never ends.
* A block device in the place of a character device with the same number: rsync takes it for the same.
* --ignore-existing, and a file stands where the source has a directory: arsync keeps it and says so once. rsync keeps
  it as well, gives it the directory's time and fails on each name below.
* -A --numeric-ids with --usermap, --groupmap or --chown: rsync maps the ids in ACLs unless it recurses incrementally (as it
  does without --delete-before, -m, ...). arsync never does.
* -A or -X without -p: rsync cuts ACLs and sets modes in ways that its manual does not tell.
* Merge files with the w modifier: `- a` on one line is a rule, as the manual says; rsync 3.5.0 fails on it.
* Several sources, --files-from, and --existing: rsync's totals (number of files, total size) count names that merging drops, and
  what is below directories that it does not create. Not compared.
* --existing with --copy-unsafe-links, -L, --max-size and the like: rsync tells what it finds below directories that it does
  not create. arsync does not look there.
* --append, --append-verify, and alternate trees: rsync takes the alternate's version for the beginning of the file. Is it as
  long as the source, rsync makes nothing at all.
* -H without -p, -o, -g, -A or -X, where several names of a linked file are different files at the destination: all become one
  of them, and keep what it has; in arsync that may be another one (ADR 3).
  With -b the others are kept as backups.
* -H, and a full directory in the place of a linked file: in a dry run rsync removes it twice, and without --delete it breaks
  off or hangs.
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

_DELETION = re.compile(rb"(\*deleting +|deleting |del\. )(?P<name>.*)")
_NOTICE = re.compile(rb"skipping |backed up |(\(new\) )?backup_dir is |sender removed |.* is (over max|under min)-size$|"
                     rb"cannot delete |created \d* ?director|IO error encountered|Deletions stopped|"
                     rb"could not make way|ignoring unsafe |not backing up unsafe |copying unsafe |not creating new")
_DEBUG = re.compile(rb"\[(sender|generator|receiver)\] |total: matches=|rsync\[\d+\] |"
                    rb"  \w+:  +-?\d+   \(|"
                    rb"delta-transmission disabled|removing duplicate name |Copied by: ")
_HARD_LINK = re.compile(rb"h[fLDS][-+.?a-zA-Z ]{9} |.* => ")
ANY = b"text: "
_HINTS = (b"refusing to follow a symlink owned by an untrusted user",  # goes before or instead of an error
          # After a directory that has vanished with what --delete-missing-args would have deleted in it.
          b"WARNING: parent dir is absent in the file list: ", b"default_perms_for_dir: sys_acl_get_file(")
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


def _link_mode(line):
    """Links have a mode of their own on macOS, which follows the umask (022 here); on Linux they show 0777."""
    return line.replace(b"rwxrwxrwx", b"rwxr-xr-x") if commands.system() == "macos" else line


_TOTALS = re.compile(rb"(Number of files: |Total file size: |total size is )" + _NUMBER + rb"( \(.*\)| bytes)?")


def comparable(result, root, ordered=True, total_progress=False, totals=True):
    """`root` is the directory in which it ran: absolute paths below it are shown relative to it."""
    output = Output()
    begin = b"building file list ... "
    for line in result.out.split(b"\n"):
        if line.startswith(begin) and _NOTICE.match(line.removeprefix(begin)):
            output.notices.append(line.removeprefix(begin))
            line = begin
        if not totals:
            line = _TOTALS.sub(rb"\1N", line)
        line = _link_mode(line)
        if line.startswith(b"cannot delete mount point") or not ordered and line.startswith(b"deleting in "):
            continue
        if _DELETION.fullmatch(line):
            output.deletions.append(line)
        elif _NOTICE.match(line):
            output.notices.append(line)
        elif _HARD_LINK.match(line):
            output.hard_links.append(line)
        else:
            output.lines.append(_progress(_speed(line)))
    if begin in output.lines and output.lines[output.lines.index(begin) + 1:][:1] == [b"done"]:
        # Notices came between these two words.
        at = output.lines.index(begin)
        output.lines[at:at + 2] = [begin + b"done"]
    if not ordered:
        # With -vv rsync tells between these two words what it hides.
        output.lines = [_building(line) for line in output.lines if line != b"done"]
        output.lines = sorted(line for line in output.lines if line and not _DEBUG.match(line))
    if total_progress:
        states = [line for line in output.lines if b"\r" in line]
        output.lines = [line for line in output.lines if b"\r" not in line] + states[-1:]
    output.notices = sorted(set(output.notices))
    output.hard_links.sort()
    output.errors = sorted(error_subjects(result.err, root))
    return output


def _building(line):
    begin = b"building file list ... "
    rest = line.removeprefix(begin)
    return begin + b"done" if line.startswith(begin) and (not rest or _DEBUG.match(rest)) else line


def forget_leaders(*outputs):
    """Of all names that one of the programs told as linked, only that they are."""
    names = {name for output in outputs for line in output.hard_links
             for name in re.sub(rb"^h[fLDS][^ ]* *(?=[^ ])", b"", line).split(b" => ")}
    for output in outputs:
        output.hard_links = []
        output.lines = [line for line in output.lines
                        if not line.removesuffix(b" is uptodate").endswith(tuple(names))]


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
        elif line and not line.startswith(_HINTS):
            quoted = _QUOTED.search(line)
            subjects.append(_plain_path(quoted[1], prefix) if quoted else ANY + as_on_linux(line))
    return [subject for subject in subjects if subject != b"code 19"]


def _plain_path(path, prefix):
    """Escaped bytes as they are; rsync names a directory "dst/." and a file by the name that it is written under."""
    path = re.sub(rb"\\#([0-7]{3})", lambda found: bytes([int(found[1], 8)]), path.replace(prefix, b""))
    path = re.sub(rb"((?:.*/)?)\.([^/]+)\.[A-Za-z0-9]{6}", rb"\1\2", path)
    return path[:-2] if path.endswith(b"/.") else path


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
