"""预览: what the rows of a village or department sheet would change, before anything is written."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from wengu.intake.door import RowDiff
from wengu.registry.current import current_of
from wengu.registry.departments import (
    BenefitKey,
    bill_changes,
    members,
    open_benefits,
    stay,
    stays,
)
from wengu.registry.diffs import Changes, changed
from wengu.registry.models import (
    Benefit,
    BenefitKind,
    HouseholdFacts,
    Membership,
    PersonFacts,
    SourceKind,
    VillageFacts,
)
from wengu.registry.statements import (
    BillStatement,
    DibaoStatement,
    DisabilityStatement,
    VillageStatement,
)

_KEY = 18
_WHOLE, _URBAN, _SINGLE, _DESTITUTE = "农村低保", "城市低保", "单人保", "农村特困供养"


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
        (each.village not in said, changed(said.get(each.village), each.facts))
        for each in statements
    ]


def _disabilities(statements: Sequence[DisabilityStatement], on: datetime.date) -> Compared:
    known = members(each.id_raw for each in statements)
    people = [row.person_id for row in known.values()]
    said = current_of(PersonFacts, "person", people, source=SourceKind.DEPARTMENT, on=on)
    found: Compared = []
    for each in statements:
        row = known.get(each.id_raw[:_KEY])
        before = said.get(row.person_id) if row else None
        if row is None:
            found.append((False, {}))
        elif before is None or before.disabled is None:
            found.append((True, {}))
        else:
            found.append((False, changed(before, {"disability": each.disability})))
    return found


def _bills(statements: Sequence[BillStatement], on: datetime.date) -> Compared:
    known = members(each.id_raw for each in statements)
    held = stays(row.person_id for row in known.values())
    found: Compared = []
    for each in statements:
        row = known.get(each.id_raw[:_KEY])
        before = held.get(stay(row.person_id, each)) if row else None
        changes = {} if before is None else bill_changes(before, each, on=on)
        found.append((row is not None and before is None, changes))
    return found


def _dibao(statements: Sequence[DibaoStatement], on: datetime.date) -> Compared:
    known = members(each.id_raw for each in statements)
    held = open_benefits(row.household_id for row in known.values())
    people = [row.person_id for row in known.values()]
    said = current_of(PersonFacts, "person", people, source=SourceKind.DEPARTMENT, on=on)
    homes = [row.household_id for row in known.values()]
    told = current_of(HouseholdFacts, "household", homes, source=SourceKind.DEPARTMENT, on=on)
    found: Compared = []
    for each in statements:
        row = known.get(each.id_raw[:_KEY])
        if row is None:
            found.append((False, {}))
            continue
        before, home = said.get(row.person_id), told.get(row.household_id)
        whole = _URBAN if home and home.urban_dibao else _WHOLE
        destitute = bool(before and before.destitute)
        found.append(_benefit(each, row, held, whole=whole, destitute=destitute))
    return found


def _benefit(
    each: DibaoStatement,
    row: Membership,
    held: Mapping[BenefitKey, Benefit],
    *,
    whole: str,
    destitute: bool,
) -> tuple[bool, Changes]:
    """Compare what a row states with what its person and household hold: as a list replaces it.

    `whole` is the kind of dibao that the household holds, where it holds one.
    """
    own = held.get((row.household_id, row.person_id, BenefitKind.DIBAO.value))
    all_of_it = held.get((row.household_id, None, BenefitKind.DIBAO.value))
    exit_ = held.get((row.household_id, None, BenefitKind.GRADUAL_EXIT.value))
    if own is None and not destitute:
        return True, {}
    before = _DESTITUTE if destitute else whole if all_of_it else _SINGLE
    stated_whole = _URBAN if each.urban else _WHOLE
    after = _DESTITUTE if each.destitute else stated_whole if each.whole_household else _SINGLE
    changes: Changes = {} if before == after else {"category": (before, after)}
    if own is not None and not each.destitute:
        stated: dict[str, Any] = {"grade": each.grade, "monthly_fen": each.monthly_fen}
        if each.since is not None:
            stated["since"] = each.since
        changes |= changed(own, stated)
    leaving = exit_.since if exit_ else None
    if each.grace_since != leaving and (each.whole_household or leaving is not None):
        changes["grace_since"] = (leaving, each.grace_since)
    return False, changes


_COMPARISONS: dict[type, Callable[[Sequence[Any], datetime.date], Compared]] = {
    VillageStatement: _villages,
    DisabilityStatement: _disabilities,
    BillStatement: _bills,
    DibaoStatement: _dibao,
}
