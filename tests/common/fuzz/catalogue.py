"""What random command lines are made of: every option that rsync has in a local copy, with values worth trying.

An entry of GROUPS is (probability, function). The function gets the scenario under construction and gives words; it may
ask for trees and files that the words need (`scenario.alternates`, `scenario.files`). Every word is one option with its
value, so that a failing command line can be shrunk word by word.
"""

import re

from common import commands

BASES = ["-a"] * 8 + ["-rlpt", "-r", "-rlt", "-rt", "-rlptD", "-aHAX", "-aHAX", "-aH", "-aX", "-aA", "-dlt", "-dlptgoD"]
TELLS = ["-i", "-i", "-ii", "-v", "-vi", "-v", "-vv", "--out-format=%i %n%L", "--out-format=%o %B %l %n", "--info=name",
         "--info=name2,del,skip"]
SWITCHES = ["-c", "-u", "-I", "-W", "-S", "-O", "-J", "-H", "-A", "-X", "-x", "-h", "-n", "--size-only", "--existing",
            "--ignore-existing", "--inplace", "--numeric-ids", "--force", "--no-p", "--no-t", "--no-o", "--no-g",
            "--no-D", "--no-l", "--no-r", "--stats", "-C", "-q", "-E", "-m", "-d", "-8", "--no-h", "--drop-D", "--fsync",
            "--preallocate", "--super", "--mkpath", "--no-specials", "--no-devices", "--open-noatime"]
PATTERNS = ["a", "b*", "*.txt", "/a", "extra*", "*/", "b/", "**a", "[a-m]*", "?", "*\\*", "r*", "/*/a", "z*", "*~",
            "a/**", "é*", "/src", "/a/***", "*[[:digit:]]*", "b.d/", "[!a-y]*"]
RULES = ["--exclude={}", "--exclude={}", "--include={}", "--filter=P {}", "--filter=H {}", "--filter=R {}",
         "--filter=S {}", "--filter=-! {}", "--filter=-p {}", "--filter=-s {}", "--filter=+r {}", "--filter=-/ {}"]
SOURCES = [["src/"]] * 6 + [["src"], ["src"], ["src/", "two/"], ["src", "two"], ["src/", "missing"], ["src/", "two"]]
CHMODS = ["u+w", "go-rwx", "D755,F644", "a+rX", "Dg+s,Fu-x", "0640", "F600", "+x", "o=u", "Do+t,-s"]
MAPS = ["--chown=1:1", "--chown=:1", "--chown=nobody", "--usermap=0:1,*:65534", "--groupmap=0-10:1,54321:0",
        "--usermap=daemon:bin"]


def words_of_links(scenario):
    word = scenario.random.choice(["-L", "-k", "-K", "--copy-unsafe-links", "--safe-links", "--munge-links"])
    if word in ("-L", "-k", "--copy-unsafe-links"):
        scenario.loops = False  # rsync follows them until the path is too long
    return [word]


def words_of_rules(scenario):
    rng = scenario.random
    return [rng.choice(RULES).format(rng.choice(PATTERNS)) for _ in range(rng.choice([1, 1, 2, 3]))]


def words_of_merge_files(scenario):
    """Rule files in some directories of both sides."""
    rng = scenario.random
    for place in ("src", "src/a", "dst", "two", "dst/a"):
        if rng.random() < 0.6:
            lines = [rng.choice(["- {}", "- {}", "+ {}", "P {}", "H {}"]).format(rng.choice(PATTERNS)) for _ in range(2)]
            scenario.files[f"{place}/.rsync-filter"] = "\n".join(lines) + "\n"
    return [rng.choice(["-F", "-FF", "--filter=dir-merge .rsync-filter", "--filter=:n- .rsync-filter"])]


MERGE_FILES = "-FF?|--filter=dir-merge .*|--filter=:.*"


def words_of_list_files(scenario):
    rng = scenario.random
    zero = rng.random() < 0.3
    names = rng.sample(["a", "b", "a/", "b.d", "/a", "./b", "a/b", "core", "nowhere", "x~", ".", "b-c/", "readme.txt",
                        "a/../b", "b/./a"], rng.choice([1, 2, 4]))
    scenario.files["list"] = ("\0" if zero else "\n").join(names) + ("\0" if zero else "\n")
    scenario.sources = ["src/"]
    return ["--files-from=list"] + (["-0"] if zero else []) + (["--no-R"] if rng.random() < 0.2 else [])


def words_of_relative(scenario):
    rng = scenario.random
    if "list" in scenario.files:  # of which there can be one source only, and a directory
        return ["-R"]
    scenario.sources = rng.choice([["src"], ["src/a"], ["src/./a"], ["./src/"], ["src/a", "src/b"], ["src/./", "two/."],
                                   ["src/./a", "two/./b"]])  # what has ".." is refused by both
    return ["-R"] + (["--no-implied-dirs"] if rng.random() < 0.3 else [])


def words_of_deletion(scenario):
    rng = scenario.random
    words = [rng.choice(["--delete", "--delete", "--del", "--delete-before", "--delete-delay", "--delete-after",
                         "--delete-excluded"])]
    words += rng.choice([[], [], [], ["--force"], ["--ignore-errors"], ["--max-delete=2"], ["--delete-excluded"]])
    return words


def words_of_sizes(scenario):
    return [scenario.random.choice(["--max-size=100", "--max-size=4K", "--min-size=50", "--min-size=1k",
                                    "--max-size=70000-1", "--min-size=4096+1"])]


def words_of_backups(scenario):
    rng = scenario.random
    return rng.choice([["-b"], ["-b"], ["-b", "--suffix=.old"], ["-b", "--backup-dir=../bak"],
                       ["-b", "--backup-dir=bak"], ["-b", "--backup-dir=../bak", "--suffix=.o"]])


def words_of_alternates(scenario):
    rng = scenario.random
    kind = rng.choice(["--link-dest", "--link-dest", "--copy-dest", "--compare-dest"])
    scenario.alternates = rng.choice([["one"], ["one"], ["one", "other"]])
    return [f"{kind}=../{name}" for name in scenario.alternates]


def words_of_writing(scenario):
    return scenario.random.choice([["--append"], ["--append-verify"], ["--partial"], ["--partial-dir=.part"],
                                   ["--delay-updates"], ["--no-W"], ["--no-W", "-B700"],
                                   ["--inplace", "--no-W"], ["-y", "--no-W"], ["-S", "--inplace"],
                                   ["-S", "--preallocate"], ["--bwlimit=0"], ["--checksum-choice=md5"]])


def words_of_modes(scenario):
    """Not for an ordinary user a mode with which rsync cannot enter its own directories any more: arsync holds them."""
    modes = CHMODS if scenario.user is None else [mode for mode in CHMODS if mode != "0640"]
    return [f"--chmod={scenario.random.choice(modes)}"]


def words_of_owners(scenario):
    """Of a file with set-id bits rsync's -i does not tell that the owner changed: chown has cleared them."""
    scenario.set_id = False
    return [scenario.random.choice(MAPS)]


def words_of_times(scenario):
    """Not -U: access times move when the worlds are made, copied and looked at."""
    return [scenario.random.choice(["--modify-window=1", "-@-1", "-@2"])]


def words_of_moving(_scenario):
    return ["--remove-source-files"]


def words_of_missing(scenario):
    if "list" not in scenario.files:  # of which there can be one source only
        scenario.sources = scenario.sources[:1] + ["missing"]
    return [scenario.random.choice(["--ignore-missing-args", "--delete-missing-args"])]


def words_of_identity(scenario):
    """--fake-super into a new tree: of files with real owners and modes rsync notes them down, whether or not equal."""
    word = scenario.random.choice(["--fake-super", "-XX"])
    if word == "--fake-super":
        scenario.destination = "new/"
    return [word]


GROUPS = [(0.35, words_of_rules), (0.12, words_of_merge_files), (0.08, words_of_list_files), (0.08, words_of_relative),
          (0.5, words_of_deletion), (0.12, words_of_links), (0.1, words_of_sizes), (0.15, words_of_backups),
          (0.15, words_of_alternates), (0.2, words_of_writing), (0.1, words_of_modes), (0.08, words_of_owners),
          (0.1, words_of_times), (0.08, words_of_moving), (0.05, words_of_missing), (0.05, words_of_identity)]


def command_words(scenario):
    """Options in random order of their groups. Sources are left in `scenario.sources`."""
    rng = scenario.random
    scenario.sources = rng.choice(SOURCES)
    words = [rng.choice(BASES), rng.choice(TELLS)]
    words += rng.sample(SWITCHES, rng.choice([0, 0, 1, 1, 2, 3]))
    for probability, group in GROUPS:
        if rng.random() < probability:
            words += group(scenario)
    return comparable_words(words)


def keeps_modes(words):
    return has_letter(words, "[apA]") and not has(words, "--no-p")


def has_letter(words, letter):
    return any(re.fullmatch(f"-[a-zA-Z0-9]*{letter}[a-zA-Z0-9]*", word) for word in words)


def comparable_words(words):
    """Leaves out what differs on purpose or by chance; differences.py has the reasons of most."""
    if has_letter(words, "H") and has_letter(words, "I"):
        words = [word for word in words if word != "-n"]
    if has_letter(words, "[AX]"):
        words = [word for word in words if word != "--no-p"] + ([] if has_letter(words, "[apA]") else ["-p"])
    if has(words, "-L|--copy-unsafe-links") and has(words, AS_IT_GOES) and not has(words, "--ignore-errors|--delete-after"):
        # A link that leads nowhere stops deletion; until rsync comes to it, it deletes.
        words = [word for word in words if word not in ("--delete", "--del", "--delete-delay")] + ["--delete-before"]
    for condition, out in INCOMPARABLE:
        if condition(words):
            words = [word for word in words if not re.fullmatch(out, word)]
    return words


def has(words, pattern):
    return any(re.fullmatch(pattern, word) for word in words)


AS_IT_GOES = "--delete|--del|--delete-delay|--delete-excluded"
IN_PLACE = "--inplace|--append|--append-verify"

# (condition, the words that are left out then)
INCOMPARABLE = [
    # Several files at the destination become one; what is not set (mode, owner, xattrs) stays as it is in one of them.
    (lambda words: has_letter(words, "H"), "--no-[pog]"),
    (lambda words: not has_letter(words, "a"), "-H"),
    # Likewise which of them have a backup.
    (lambda words: has_letter(words, "H"), "-b|--suffix=.*|--backup-dir=.*"),
    # Of a file written in place rsync keeps a copy without the attributes that the options do not ask for, with -A
    # sometimes with the ACL of another one.
    (lambda words: has(words, IN_PLACE), "-b|--suffix=.*|--backup-dir=.*"),
    # Making that directory moves the time of the destination: whether rsync mends it depends on which of its processes
    # comes to it first; with --delete-after it removes, in the end, the backups that it has just made.
    (lambda words: not has(words, "--delete-before|--delete-delay") or has(words, "--delete-after"), "--backup-dir=bak"),
    # Of a directory with the sticky bit and an ACL rsync loses the access of the owning group.
    (lambda words: has_letter(words, "A"), "--chmod=Do\\+t,-s"),
    # rsync loses the backups.
    (lambda words: has(words, "--(link|compare)-dest=.*"), "-b|--suffix=.*|--backup-dir=.*"),
    # Without -o and -g rsync writes owners into the xattr that it has not read. With -A arsync refuses it.
    (lambda words: has_letter(words, "A") or not has_letter(words, "a") or has(words, "--no-[og]"), "--fake-super"),
    # Alternate trees have real trusted attributes, that rsync does not take for equal to what it stores.
    (lambda words: has(words, "--fake-super"), "--(link|copy|compare)-dest=.*"),
    # What macOS cannot do is refused there.
    (lambda words: commands.system() == "macos", "--fake-super|--open-noatime"),
    # rsync gives a new file the mode of the similar one that it was made from, set-id bits as well.
    (lambda words: not keeps_modes(words), "-y"),
    # It makes a missing name of a similar file and links those to it that are there.
    (lambda words: has_letter(words, "H"), "-y"),
    # Followed links: rsync reads the xattrs of the link; with -H leaders are a matter of who comes first.
    (lambda words: has_letter(words, "[XH]"), "-[Lk]|--copy-unsafe-links"),
    # Who of a linked group is told as its leader beside alternate trees is another one, sometimes.
    (lambda words: has_letter(words, "H"), "--(link|copy|compare)-dest=.*"),
    # rsync removes a file before it has read a long xattr of its other name once more.
    (lambda words: has_letter(words, "H") and has_letter(words, "X"), "--remove-source-files"),
    # A longer name is left alone, and linked or not, as rsync comes to it before or after the others.
    (lambda words: has_letter(words, "H"), "--append|--append-verify"),
    # In the end rsync has forgotten the rules of the directories above.
    (lambda words: has(words, MERGE_FILES), "--delete-delay"),
    # Setting xattrs, rsync leaves alone what the window takes for a second before 1970.
    (lambda words: has_letter(words, "X"), "--modify-window=1|-@2"),
    # rsync does not make the directory for what comes after the missing name.
    (lambda words: has(words, "--delete-missing-args"), "--no-implied-dirs"),
    # rsync makes the directory above an excluded one.
    (lambda words: has_letter(words, "m"), "--no-implied-dirs"),
    # Whether rsync maps the ids in ACLs then depends on how it recurses.
    (lambda words: has_letter(words, "A") and has(words, "--(chown|usermap|groupmap)=.*"), "--numeric-ids"),
    # rsync takes the alternate's version for the beginning of the file.
    (lambda words: has(words, "--append|--append-verify"), "--(link|copy|compare)-dest=.*"),
    # rsync tells what it finds below directories that it does not create.
    (lambda words: has(words, "--existing"), "-L|--copy-unsafe-links|--safe-links"),
    # rsync has removed an old link at the destination before it fails to open the file.
    (lambda words: has(words, "-L|--copy-unsafe-links"), "--open-noatime"),
    # "hard-link gnum precedes flist start": rsync breaks off.
    (lambda words: has_letter(words, "H"), "--existing"),
    # rsync's dry run looks for long xattrs in what it has not made.
    (lambda words: has_letter(words, "X") and has(words, "-n"), "--(link|copy|compare)-dest=.*"),
    # rsync copies links and special files of alternate trees without their xattrs.
    (lambda words: has_letter(words, "X"), "--copy-dest=.*"),
    # rsync loses xattrs without a value when it copies into another tree.
    (lambda words: has_letter(words, "X"), "--backup-dir=.*"),
    # rsync takes a link that it copied as a file for one that has changed, and does not remove it.
    # Of two names of what -L follows one is gone when rsync comes to the other, and an old link there is gone as well.
    (lambda words: has(words, "--remove-source-files"), "--copy-unsafe-links|-L"),
    # rsync deletes in the end the backups that it has just made. (Last: --backup-dir may have been left out.)
    (lambda words: has(words, "--delete-after|--delete-delay") and has(words, "--delete-excluded")
     and not has(words, "--backup-dir=.*"), "-b|--suffix=.*"),
]
