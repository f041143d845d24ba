"""One build of a home at a time: a lock of the home that the kernel gives back with its process."""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from wengu.ops.console import complain


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Hold the home's lock; whoever comes second says so, and waits until the first is done."""
    home = Path(settings.HOME)
    home.mkdir(parents=True, exist_ok=True)
    # The file stays where it is: one that is removed lets two processes lock two files.
    with (home / "build.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            complain(f"wengu: another build of {home} is under way: waiting until it is done")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
