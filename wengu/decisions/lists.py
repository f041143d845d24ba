"""名册之言: what the newest list of a department says of each member, and of a household.

A list names a person, or says by silence that there is nothing. Of the two the later counts.
Silence speaks only of those who lived in the town, and were known to, on the list's day; never
while a row still waits that may be about them. What it says of a household it says of those who
belonged to it on that day: who joined later came out of another. A word that has grown too old
answers nothing, and neither does what a sheet said before it.

`lists_in_sql` says the same in SQL; a test holds the two equal.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from wengu.decisions.counties import TOWN
from wengu.decisions.resolving import Row, newest
from wengu.registry.models import ListingKind

YEAR = 10_000
"""A year, where days are integers."""


class Word(NamedTuple):
    """一言: what is said of a person: `row` names him, else the list `silent` leaves him out."""

    since: int
    row: Row | None
    silent: Row | None
    fresh: bool


class Lists:
    """名册: the lists that are in, by kind and town, and whom they name."""

    def __init__(self, rows: Mapping[str, Sequence[Row]], *, day: int, oldest: int) -> None:
        self._oldest = oldest
        self._whole: dict[tuple[str, str], Row] = {}
        for one in rows["listing"]:
            _keep_later(self._whole, (one["kind"], one["subject"][:TOWN]), one)
        self._named: dict[tuple[str, Any], Row] = {}
        self._leaving: dict[Any, Row] = {}
        for one in rows["listed"]:
            _keep_later(self._named, (one["kind"], one["subject"]), one)
            if one["grace_stated"] and one["kind"] == ListingKind.DIBAO:
                _keep_later(self._leaving, one["subject"], one)
        self._gaps = {(one["kind"], one["since"], one["subject"]) for one in rows["gap"]}
        # A stay that waits is not answered by another list: for a year it may be missing.
        self._stays = {
            one["subject"]
            for one in rows["gap"]
            if one["kind"] == ListingKind.HOSPITAL and one["since"] > day - YEAR
        }

    def whole(self, kind: ListingKind, town: str) -> Row | None:
        """Return the newest whole list of a town."""
        return self._whole.get((kind.value, town))

    def fresh(self, since: int) -> bool:
        """Say whether a list of a day still answers."""
        return since >= self._oldest

    def speaks(self, whole: Row, person: Any, here: int) -> bool:
        """Say whether a list's silence would say something of who is here since a day."""
        waits = (whole["kind"], whole["since"], person) in self._gaps
        if whole["kind"] == ListingKind.HOSPITAL:
            waits = person in self._stays
        return here <= whole["since"] and not waits

    def word(self, kind: ListingKind, town: str, person: Any, here: int) -> Word | None:
        """Return the later of what names a person and what leaves him out; None: no word."""
        row = self._named.get((kind.value, person))
        whole = self.whole(kind, town)
        if (
            whole is not None
            and (row is None or row["since"] < whole["since"])
            and self.speaks(whole, person, here)
        ):
            return Word(whole["since"], None, whole, self.fresh(whole["since"]))
        if row is None:
            return None
        return Word(row["since"], row, None, self.fresh(row["since"]))

    def leaving(self, person: Any) -> Row | None:
        """Return the newest row that says whether, and since when, a person is in gradual exit."""
        return self._leaving.get(person)


def _keep_later(found: dict[Any, Row], key: Any, row: Row) -> None:
    before = found.get(key)
    if before is None or newest(before) < newest(row):
        found[key] = row


class Home(NamedTuple):
    """户之言: what a list says of a household.

    `named` is the newest row that covers it whole, `left_out` the list that has spoken of all who
    belonged to it. What sheets older than `before` say is overruled.
    """

    named: Row | None = None
    urban: bool = False
    left_out: Row | None = None
    before: int = 0


def of_home(members: Iterable[tuple[Word | None, int]], whole: Row | None) -> Home:
    """Return what is said of a household by the words on its members, each with his first day.

    `whole` is the town's list, where it still answers.
    """
    named, before, complete, founders = [], 0, True, 0
    for word, since in members:
        if whole is not None and since <= whole["since"]:
            founders += 1
            complete = complete and word is not None and word.fresh
        if word is None or since > word.since:
            continue
        # Where a row of the list still waits, what it leaves out of the others overrules nothing.
        if word.row is not None or not word.fresh:
            before = max(before, word.since)
        if word.row is not None and word.row["whole"] and word.fresh:
            named.append(word.row)
    return Home(
        max(named, key=newest, default=None),
        # One that the list names under both kinds is in rural dibao.
        bool(named) and all(row["urban"] for row in named),
        whole if founders and complete else None,
        before,
    )


def first_days(rows: Iterable[Row]) -> dict[tuple[Any, Any], int]:
    """Return since when each person has belonged to each household: (household, person)."""
    found: dict[tuple[Any, Any], int] = {}
    for one in rows:
        key = (one["household"], one["subject"])
        found[key] = min(found.get(key, one["since"]), one["since"])
    return found


def settled_since(places: Iterable[Row], town: str) -> int:
    """Return since when a household has lain in its town, by where it is said to have been."""
    rows = list(places)
    left = max((one["since"] for one in rows if one["list_town"] != town), default=0)
    here = (one["since"] for one in rows if one["list_town"] == town and one["since"] > left)
    return min(here, default=left)
