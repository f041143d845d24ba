"""区间: beyond which an amount is only to be checked; dated, each with its reason.

They decide nothing: a confirmed amount goes in as it is written.
"""

import csv
import datetime
import functools
from importlib.resources import files
from typing import NamedTuple


class Bound(NamedTuple):
    """区间: the least and the most that is plausible, in fen, from a day on."""

    name: str
    since: datetime.date
    least_fen: int
    most_fen: int
    reason: str


@functools.cache
def catalogue() -> tuple[Bound, ...]:
    """Return every bound, the oldest first."""
    path = files("wengu.registry.imports") / "bounds.csv"
    with path.open(encoding="utf-8") as stream:
        rows = [
            Bound(
                row["name"],
                datetime.date.fromisoformat(row["since"]),
                int(row["least_fen"]),
                int(row["most_fen"]),
                row["reason"],
            )
            for row in csv.DictReader(stream)
        ]
    return tuple(sorted(rows, key=lambda bound: bound.since))


def plausible(name: str, fen: int, on: datetime.date) -> bool:
    """Say whether an amount lies within the bound in force on a day; without one, any does."""
    bound = in_force(name, on)
    return bound is None or bound.least_fen <= fen <= bound.most_fen


@functools.lru_cache(maxsize=64)
def in_force(name: str, on: datetime.date) -> Bound | None:
    """Return the bound of that name in force on a day."""
    found = [bound for bound in catalogue() if bound.name == name and bound.since <= on]
    return found[-1] if found else None
