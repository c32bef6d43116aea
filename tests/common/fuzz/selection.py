"""Random ways to choose names (-R, --files-from, -d, -m, listings). They need the names of the tree, so that here the words
come after the world."""

import os

from common import native
from common.damage import Damager
from common.fuzz.scenario import Scenario
from common.generate import PAST, Generator

PATTERNS = ["a", "b*", "*.txt", "/a", "*/", "b/", "/src/a", "[a-m]*", "/*/a", "z*", "a/**", "/src/*/b*"]
RULES = ["--exclude={}", "--exclude={}", "--include={}", "--filter=P {}", "--filter=H {}"]


def names_below(top, folder):
    """Paths relative to `folder`, as bytes that may stand on a command line and in a list."""
    found = []
    root = os.path.join(os.fsencode(top), os.fsencode(folder))
    for here, folders, files in os.walk(root):
        found += [os.path.relpath(os.path.join(here, name), root) for name in files + folders]
    return sorted(name for name in found if not set(name) & set(b"\n\r") and not name.startswith((b"#", b";", b"-", b" "))
                  and b":" not in name)


def one_if_pruned(words, names):
    """Of a directory that several names are in rsync does not see that it is empty."""
    return names[:1] if "-m" in words else names


def is_empty_directory(top, name):
    path = os.path.join(os.fsencode(top), b"src", name)
    return os.path.isdir(path) and not os.listdir(path)


def spelled(rng, top, name, careful):
    """The same name, written in another way; links that lead nowhere as they are. `careful`: no error that
    would stop deletion."""
    path = os.path.join(os.fsencode(top), b"src", name)
    if not os.path.exists(path):
        return name
    way = rng.randrange(8)
    if careful and way in (0, 2) and not os.path.isdir(path):
        return name
    if way == 0:
        return name + b"/"
    if way == 1:
        return name.replace(b"/", b"//", 1)
    if way == 2:
        return name + b"/."
    return name


class SelectionScenario(Scenario):
    """The list of names is a file of the world."""

    def __post_init__(self):
        super().__post_init__()
        self.words, self.sources, self.destination = [], [], "dst/"

    def build(self, top):
        rng = self.random
        os.mkdir(top)
        generator = Generator(self.seed)
        for name in ("src", "two"):
            os.mkdir(os.path.join(top, name))
            generator.tree(os.path.join(top, name), entries=self.entries)
        own_links(top)
        native.copy_tree(os.path.join(top, "src"), os.path.join(top, "dst"), links=False)
        if rng.random() < 0.5:
            native.copy_tree(os.path.join(top, "src"), os.path.join(top, "dst", "src"), links=False)
        Damager(self.seed + 1, hard_links=False, set_id=False).damage(os.path.join(top, "dst"), self.strokes)
        self.choose(top)
        os.utime(top, (PAST, PAST))

    def choose(self, top):
        """Words and sources for the names that are there."""
        rng = self.random
        names = names_below(top, "src") or [b"none"]
        words = [rng.choice(["-a", "-a", "-rlptD", "-rt", "-lpt"]), rng.choice(["-i", "-i", "-ii", "-v", "-vi"])]
        words += rng.sample(["-n", "-O", "-c", "--existing", "--no-implied-dirs", "-d", "-r", "--force"],
                            rng.choice([0, 0, 1, 1, 2]))
        for _ in range(rng.choice([0, 0, 0, 1, 2])):
            words.append(rng.choice(RULES).format(rng.choice(PATTERNS)))
        chosen = rng.sample(names, min(len(names), rng.choice([1, 1, 2, 3, 8])))
        if rng.random() < 0.15:
            missing = rng.choice(["", "--ignore-missing-args", "--delete-missing-args"])
            chosen.append(b"nothing" if missing.startswith("--delete") else rng.choice([b"no/such", b"nothing"]))
            words += [missing] if missing else []
            if missing == "--delete-missing-args":
                # rsync does not make the directory for what comes after the missing name.
                words = [word for word in words if word != "--no-implied-dirs"]
        deletes = rng.random() < 0.4
        careful = deletes or "--force" in words
        if careful:
            chosen = [name for name in chosen if not is_empty_directory(top, name)] or [b"nothing"]
        kind = rng.choice(["list", "list", "relative", "relative", "plain", "prune", "listing"])
        if kind == "list":
            with open(os.path.join(top, "list"), "wb") as file:
                file.write(b"".join(spelled(rng, top, name, careful) + b"\n" for name in chosen))
            words += ["--files-from=list"] + rng.sample(["--no-R", "-r"], rng.choice([0, 0, 1]))
            sources = ["src"]
        elif kind == "relative":
            words += ["-R"] + rng.choice([[], [], ["-m"]])
            chosen = one_if_pruned(words, chosen)
            sources = [b"src/" + (b"./" if rng.random() < 0.2 else b"") + spelled(rng, top, name, careful) for name in chosen]
        elif kind == "prune":
            words += ["-m", "-r"]
            sources = ["src/"]
        elif kind == "listing":
            words += rng.choice([["--list-only"], ["--list-only", "-R"], ["--list-only", "-m"]])
            sources = [b"src/" + spelled(rng, top, name, careful) for name in one_if_pruned(words, chosen)]
        else:
            words += ["-d"]
            sources = [b"src/" + spelled(rng, top, name, careful) for name in chosen]
        directories = {"-a", "-r", "-rlptD", "-rt", "-d", "-ar"} & set(words) or kind == "list"
        if directories and deletes:
            words.append("--delete")
        if "-m" in words:  # rsync makes the directory above an excluded one
            words = [word for word in words if word != "--no-implied-dirs"]
        self.words, self.sources = words, sources


def own_links(top):
    """rsync goes through a link in a typed path only if it is the user's own or root's."""
    for here, folders, files in os.walk(os.fsencode(top)):
        for path in [os.path.join(here, name) for name in files + folders]:
            info = os.lstat(path)
            if os.path.islink(path):
                os.chown(path, 0, 0, follow_symlinks=False)
            elif not os.path.isdir(path):
                os.chmod(path, info.st_mode & 0o777)  # of set-id files rsync's -i does not tell all
            os.utime(path, ns=(info.st_mtime_ns, info.st_mtime_ns), follow_symlinks=False)
