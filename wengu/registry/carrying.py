"""沿用: which column a statement states itself, and which it only carries on, from where.

A statement is a whole row: what its sheet does not say it carries on from the same source's
statement before it. `carried` names, of each such column, where it was stated; a column that is not
named there is the row's own. A statement that arrives late, about an earlier day, goes on into the
later ones as far as they carried: up to the first that says the column itself.
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from wengu.kernel.dates import to_day
from wengu.registry.changes import Stamp
from wengu.registry.models import Statement
from wengu.registry.statements import Origin

S = TypeVar("S", bound=Statement)
Stated = Sequence[Any]
"""Where something was stated: day (yyyymmdd), batch, sheet, row."""
EVERYTHING = ""
"""The name in `carried` that stands for all columns of a row."""


class Said(NamedTuple, Generic[S]):
    """所述: what one source says on a day, and what it says from later days on."""

    now: S | None = None
    later: tuple[S, ...] = ()


class Whole(NamedTuple):
    """整条: the columns of a statement, and where those were stated that are not its own."""

    values: dict[str, Any]
    carried: dict[str, Stated] | None


class Confirmation(NamedTuple):
    """印证: a sheet that said the same and left no row: its day, batch, year of incomes, household.

    `names`: the columns that it stated. What a sheet has no column for, or leaves empty, it does
    not confirm.
    """

    day: datetime.date
    batch: int
    period: int | None
    household: str
    names: frozenset[str] = frozenset()


class Onward(NamedTuple):
    """延续: a later row (None: a day that had none), its day, and what is said from then on."""

    row: Statement | None
    since: datetime.date
    whole: Whole


def here(stamp: Stamp, origin: Origin | None) -> Stated:
    """Return where a statement of this change stands."""
    batch = stamp.batch.pk if stamp.batch else None
    sheet, row = (origin.sheet, origin.row) if origin else (0, None)
    return [to_day(stamp.since), batch, sheet, row]


def origin_of(row: Statement) -> Stated:
    """Return where a whole row was stated, also when an end or a late word wrote it anew."""
    found: Stated | None = (row.carried or {}).get(EVERYTHING)
    return found or [to_day(row.since), row.batch_id, row.sheet, row.row]


def stated(row: Statement, name: str) -> Stated | None:
    """Return where a column of a row was stated; None: nowhere, it is unknown."""
    found: Stated | None = (row.carried or {}).get(name)
    if found is None and getattr(row, name) not in (None, ""):
        return origin_of(row)
    return found


def withdraws(before: Statement | None, facts: Mapping[str, Any]) -> bool:
    """Say whether a correction leaves a column empty of which it was not said before."""
    empty = {name for name, value in facts.items() if value in (None, "")}
    return any(before is None or stated(before, name) is None for name in empty)


def whole(
    before: Statement | None,
    names: Iterable[str],
    facts: Mapping[str, Any],
    place: Stated,
    *,
    corrected: bool = False,
) -> Whole:
    """Return the statement that says `facts` and carries on what was said before.

    A correction that leaves a column empty withdraws what weaker sources say: that is kept even of
    the first. A sheet has many empty cells, of which the first say nothing.
    """
    values: dict[str, Any] = {}
    carried: dict[str, Stated] = {}
    for name in names:
        if name in facts:
            values[name] = facts[name]
            if facts[name] in (None, "") and (corrected or before is not None):
                carried[name] = place  # that it is no longer so is said too
            continue
        values[name] = None if before is None else getattr(before, name)
        found = None if before is None else stated(before, name)
        if found is not None:
            carried[name] = found
    return Whole(values, carried or None)


def onward(
    said: Said[Any],
    names: Sequence[str],
    facts: Mapping[str, Any],
    place: Stated,
    confirmed: Sequence[Confirmation] = (),
) -> Iterator[Onward]:
    """Yield the later rows into which a late statement goes on, with what each says then.

    Where a newer sheet confirmed what was so and left no row, one is made of it: what the sheet
    held to be so stays so.
    """
    open_ = dict(facts)
    rows = {row.since: row for row in said.later}
    standing = said.now
    for day in sorted({*rows, *(one.day for one in confirmed)}):
        row = rows.get(day)
        standing = row or standing
        if standing is None:
            continue
        before = {name: stated(standing, name) for name in names}
        places = {name: one for name, one in before.items() if one is not None}
        held = {name for name in open_ if places.get(name, [0])[0] >= to_day(day)}
        for one in confirmed:
            if one.day == day:
                sheet = [to_day(day), one.batch, 0, None]
                places |= dict.fromkeys(open_.keys() & one.names - held, sheet)
                held |= open_.keys() & one.names
        differs = any(getattr(standing, name) != open_[name] for name in held)
        open_ = {name: value for name, value in open_.items() if name not in held}
        if open_ if row is not None else differs:
            values = {name: getattr(standing, name) for name in names} | open_
            yield Onward(row, day, Whole(values, places | dict.fromkeys(open_, place)))
        if not open_:
            return
