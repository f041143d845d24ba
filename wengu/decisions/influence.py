"""轻重: which of the facts that were exchanged made the result another one, and which only changed.

A fact weighs most that turns the result alone: given back in the later world, or put into the
earlier one. Then comes what the two results rest on together, then the rest.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from wengu.decisions.changes import Change
from wengu.decisions.dossiers import Dossier, Key
from wengu.decisions.frames import frame_of
from wengu.decisions.resolving import Row
from wengu.rules import Pack, Result, Rule
from wengu.rules.decisive import grounds
from wengu.rules.evaluate import Reference
from wengu.rules.rows import Frame
from wengu.rules.sites import leaf_rows

_OF_PLACE = ("village", "county")


@dataclass(frozen=True)
class World:
    """世界: what is known of a subject, and the rule that decides on it there; None = none does."""

    pack: Pack
    dossier: Dossier | None
    table: str
    subject: Any
    rule: Rule | None
    reference: Reference

    @cached_property
    def result(self) -> Result | None:
        """The result; None = the subject is not there."""
        if self._frame is None or self.rule is None:
            return None
        return self.reference.decide(self.rule, self._frame)

    def given(self, key: Key, other: Dossier) -> "World":
        """Return this world with one thing as another says it."""
        assert self.dossier is not None  # noqa: S101 - facts are exchanged where there are some
        return replace(self, dossier=_given(self.dossier, other, key))

    def rests(self) -> set[Key]:
        """Return the facts that the result rests on, or lacks."""
        frame, rule, result = self._frame, self.rule, self.result
        if frame is None or rule is None or result is None:
            return set()
        if result.branch < 0:
            lacking = self.reference.missing(rule, result, frame)
            return {
                (leaf.table, row.id, leaf.name) for leaf, row in lacking if not leaf.is_parameter
            }
        asked = self.reference.interpreter
        return {
            (column.table, row.id, column.name)
            for node, _turned, at in grounds(asked, rule, result.branch, frame)
            for column, row in leaf_rows(node, at, self.reference.voc)
        }

    @cached_property
    def _frame(self) -> Frame | None:
        return frame_of(self.pack, self.dossier, self.table, self.subject)


def ordered(
    changes: Iterable[Change], *, old: Dossier | None, new: Dossier | None, ends: Sequence[World]
) -> list[Change]:
    """Return what was exchanged, the weightiest first, else as it came.

    `ends` are the world after all was exchanged, then the one before, where it had another result.
    """
    if old is None or new is None or any(end.dossier is None for end in ends):
        return list(changes)
    last, *first = ends
    result = last.result
    decisive = {key for end in ends for key in end.rests()}

    def weight(change: Change) -> int:
        key = (change.table, change.subject, change.name)
        if last.given(key, old).result != result:
            return 0
        if any(end.given(key, new).result == result for end in first):
            return 0
        return 1 if key in decisive else 2

    return sorted(changes, key=weight)


def _given(world: Dossier, other: Dossier, key: Key) -> Dossier:
    table, subject, column = key
    if table == "household":
        names = _OF_PLACE if column == "village" else (column,)
        return replace(world, household=_cells(world.household, other.household, names))
    if table == "village":
        return replace(world, village=_cells(world.village, other.village, (column,)))
    if table == "bill":
        bills = _rows(world.bills, other.bills, subject, column)
        here = {row["id"] for row in world.persons}
        return replace(world, bills=[row for row in bills if row["person"] in here])
    whole = "" if column == "household" else column
    persons = _rows(world.persons, other.persons, subject, whole)
    bills = world.bills
    if not whole:
        bills = [row for row in bills if row["person"] != subject]
        bills += [row for row in other.bills if row["person"] == subject]
    here = {row["id"] for row in persons}
    return replace(world, persons=persons, bills=[row for row in bills if row["person"] in here])


def _rows(rows: list[Row], others: list[Row], subject: Any, column: str) -> list[Row]:
    """Return the rows with a fact of one as another says it; without a column the row itself."""
    mine, theirs = (
        next((row for row in some if row["id"] == subject), None) for some in (rows, others)
    )
    if column and mine is not None and theirs is not None:
        return [_cells(row, theirs, (column,)) if row is mine else row for row in rows]
    kept = [row for row in rows if row is not mine]
    return kept if theirs is None else [*kept, theirs]


def _cells(row: Row, other: Row, names: Iterable[str]) -> Row:
    return {**row, **{name: other[name] for name in names if name in other}}
