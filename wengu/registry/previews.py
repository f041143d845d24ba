"""预览: what the rows of a village or department sheet would change, before anything is written."""

import datetime
from collections.abc import Callable, Sequence
from typing import Any

from wengu.intake.door import RowDiff
from wengu.kernel.idcard import person_key
from wengu.registry.current import STANDING, current_of, index_numbers
from wengu.registry.departments import (
    AMOUNTS,
    ListedStatement,
    bills_of,
    columns_of,
    kind_of,
    listed_of,
    of_their_year,
)
from wengu.registry.diffs import Changes, changed
from wengu.registry.models import Listed, ListingKind, SourceKind, VillageFacts
from wengu.registry.statements import (
    BillStatement,
    DibaoStatement,
    DisabilityStatement,
    VillageStatement,
)

_WHOLE, _URBAN, _SINGLE = "农村低保", "城市低保", "单人保"
_DESTITUTE = "农村特困供养"


def preview(
    statements: Sequence[Any],
    spec: str,
    on: datetime.date,
    column_of: Callable[[str, str], str],
) -> list[RowDiff]:
    """Compare statements with the registry; changes are named by the sheet's columns."""
    if not statements:
        return []
    compare = _COMPARISONS[type(statements[0])]
    found = []
    for statement, (new, changes) in zip(statements, compare(statements, on), strict=True):
        named = {column_of(spec, fact): pair for fact, pair in changes.items()}
        origin = statement.origin
        found.append(RowDiff(origin.sheet, origin.row, new, {} if new else named))
    return found


Compared = list[tuple[bool, Changes]]


def _villages(statements: Sequence[VillageStatement], on: datetime.date) -> Compared:
    codes = [statement.village for statement in statements]
    said = current_of(VillageFacts, "village", codes, source=SourceKind.ROSTER, on=on)
    return [
        (each.village not in said, changed(said.get(each.village), facts))
        for each, facts in of_their_year(statements, on=on)
    ]


_DIBAO = (ListingKind.DIBAO, ListingKind.DESTITUTE)


def _listed(statements: Sequence[ListedStatement], on: datetime.date) -> Compared:
    """Compare each row with what the list before says of its number."""
    certified = isinstance(statements[0], DisabilityStatement)
    kinds = (ListingKind.DISABILITY,) if certified else _DIBAO
    numbers = index_numbers(person_key(each.id_raw) for each in statements)
    before = listed_of(kinds, filter(None, numbers), known=STANDING, on=on)
    found: Compared = []
    for each, number in zip(statements, numbers, strict=True):
        row = before.get(number or b"")
        found.append((row is None, {} if row is None else _changes(row, each)))
    return found


def _changes(row: Listed, each: ListedStatement) -> Changes:
    """Return the changes by the facts of the sheet, of which one says the kind of support."""
    stated = columns_of(each)
    unsaid = {"whole", "urban", "started", "grace_stated"}
    if not stated.get("grace_stated", True):
        unsaid.add("grace_since")
    changes = changed(row, {name: stated[name] for name in stated.keys() - unsaid})
    since = stated["started"]
    if since is not None and since != row.started:
        changes["since"] = (row.started, since)
    if isinstance(each, DibaoStatement):
        whole = each.whole_household
        pair = (
            _category(row.kind, whole=row.whole, urban=row.urban),
            _category(kind_of(each), whole=whole, urban=each.urban),
        )
        if pair[0] != pair[1]:
            changes["category"] = pair
    return changes


def _category(kind: str, *, whole: bool, urban: bool) -> str:
    if kind == ListingKind.DESTITUTE:
        return _DESTITUTE
    return (_URBAN if urban else _WHOLE) if whole else _SINGLE


def _bills(statements: Sequence[BillStatement], on: datetime.date) -> Compared:
    """Compare each row with what the newest list has of its stay; an older one changes none."""
    numbers = index_numbers(person_key(each.id_raw) for each in statements)
    held = bills_of(filter(None, numbers), known=STANDING, on=datetime.date.max)
    found: Compared = []
    for each, number in zip(statements, numbers, strict=True):
        row = held.get((number or b"", each.hospital, each.admitted, each.discharged))
        stated = {name: getattr(each, name) for name in AMOUNTS}
        same = row is None or row.listed_on > on
        found.append((row is None, {} if same else changed(row, stated)))
    return found


_COMPARISONS: dict[type, Callable[[Sequence[Any], datetime.date], Compared]] = {
    VillageStatement: _villages,
    DisabilityStatement: _listed,
    BillStatement: _bills,
    DibaoStatement: _listed,
}
