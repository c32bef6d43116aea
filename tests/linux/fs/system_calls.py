"""What a file may cost in system calls: bench/syscalls.py counts them, which does not depend on the machine's mood."""

import shutil
import subprocess
import sys

from common import commands
from common.commands import PROJECT
from common.runner import needs


def no_strace():
    return None if shutil.which("strace") else "no strace"


@needs(no_strace)
def test_budget_is_kept(t):
    result = subprocess.run([sys.executable, PROJECT / "bench" / "syscalls.py", "--check", "--arsync", commands.arsync(),
                             "--dir", t.dir], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
