"""整写: a file that stands there whole or not at all, whatever ends the writing."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give a name beside `path` to write to; it takes the place of `path` when all is written."""
    # One name for each process: two that write the same file do not write into each other.
    made = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        yield made
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)
