"""链头: the end of the chain, kept in a file beside the database.

A chain that lost its last blocks is whole in itself; only what knew its end can tell.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Self

from django.conf import settings

from wengu.kernel.writing import whole

NAME: Final = "audit-head.json"


def place() -> Path:
    """Return where this installation keeps its head."""
    return Path(settings.HOME) / NAME


@dataclass(frozen=True, slots=True)
class Head:
    """链头: number and hash of the last block, and the highest event sealed up to it."""

    number: int
    hash: str
    last: int
    at: str

    @classmethod
    def read(cls, file: Path) -> Self | None:
        """Read the file; None where there is none. ValueError for one that is no head."""
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        try:
            return cls(
                int(content["number"]), str(content["hash"]),
                int(content["last"]), str(content["at"]),
            )  # fmt: skip
        except (KeyError, TypeError) as problem:
            raise ValueError(f"{file} is no chain head") from problem

    def write(self, file: Path) -> None:
        """Replace the file in one step: a crash leaves the old head or the new one."""
        with whole(file) as made, made.open("w", encoding="utf-8") as stream:
            json.dump(asdict(self), stream)
            stream.flush()
            os.fsync(stream.fileno())
