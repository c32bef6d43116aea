"""Other processes that change trees while a program works on them."""

import os
import random
import signal
import time
import traceback

class Meddler:
    """Runs step(random) again and again in a process of its own, until the with-block ends.

    A step may lose a race (OSError); anything else is an error in the test and fails it.
    """

    def __init__(self, step, seed=0):
        self.step, self.seed = step, seed
        self.pid = None

    def __enter__(self):
        self.pid = os.fork()
        if self.pid == 0:
            self._work()
        return self

    def _work(self):
        try:
            rng = random.Random(self.seed)
            parent = os.getppid()
            while os.getppid() == parent:
                try:
                    self.step(rng)
                except OSError:
                    pass
        except BaseException:  # pylint: disable=broad-except
            traceback.print_exc()
        os._exit(1)

    def __exit__(self, *unused):
        ended, _ = os.waitpid(self.pid, os.WNOHANG)
        if not ended:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        assert not ended, "the meddler ended before its time"


def rounds(test, seconds=3, long_seconds=30):
    """Counts rounds until the time is over; at least three."""
    end = time.monotonic() + (long_seconds if test.long else seconds)
    number = 0
    while number < 3 or time.monotonic() < end:
        yield number
        number += 1
