"""Writing to the registry by hand: what a visit or a correction states, who comes and who goes."""

import datetime
from collections.abc import Collection, Mapping
from typing import Any, NoReturn

from django.db.models import Min, QuerySet

from wengu.audit.actions import action, note
from wengu.kernel.idcard import is_placeholder, is_valid, person_key
from wengu.registry import departments, limits
from wengu.registry.changes import Stamp, open_change
from wengu.registry.copies import refresh_contents
from wengu.registry.current import HOUSEHOLD_COLUMNS, OPEN, PERSON_COLUMNS, VILLAGE_COLUMNS
from wengu.registry.models import (
    Household,
    HouseholdPlace,
    Income,
    IncomeItem,
    Membership,
    Person,
    PersonIdentity,
    SourceKind,
    Statement,
    VillageFacts,
)
from wengu.registry.statements import HouseholdStatement
from wengu.registry.writing import ended, write_households

_HAND = (SourceKind.CORRECTION, SourceKind.VISIT)
_WHAT = 200


@action
def enrol(
    *, statement: HouseholdStatement, on: datetime.date, period: int | None = None, by: str
) -> Household:
    """Enrol a household from a statement made by hand; an existing one takes the statement over.

    Raises ValueError where a newer roster speaks of the household: what is older than it comes in
    as a sheet, whose rows can be read beside that roster's.
    """
    for person in statement.persons:
        number = person.id_raw
        if not is_placeholder(number) and not is_valid(person_key(number), on=on):
            raise ValueError("证件号码校验不通过：请核对证件原件")
    stamp = _stamp(f"登记户 {statement.number}", SourceKind.ROSTER, on, by, period)
    write_households([statement], stamp=stamp, restated=_not_by_hand)
    return Household.objects.get(number=statement.number)


def _not_by_hand(asked: Mapping[int, Collection[str]]) -> NoReturn:
    numbers = "、".join(sorted(set().union(*asked.values())))
    raise ValueError(f"户 {numbers} 已有更新日期的花名册：请把较早的情况作为花名册导入")


@action(shows=("reason",))
def record_household(
    *,
    household: Household,
    facts: Mapping[str, Any],
    on: datetime.date,
    source: SourceKind,
    reason: str,
    by: str,
) -> int:
    """State facts of a household from a day, as a visit or a correction; return how many rows."""
    _check(facts, HOUSEHOLD_COLUMNS, source)
    limits.check("household", facts)
    writer = departments.household_facts(_stamp(reason, source, on, by))
    writer.say(household.pk, dict(facts))
    return writer.write()


@action(shows=("reason",))
def record_person(
    *,
    person: Person,
    facts: Mapping[str, Any],
    on: datetime.date,
    source: SourceKind,
    reason: str,
    by: str,
) -> int:
    """State facts of a person from a day, as a visit or a correction; return how many rows."""
    _check(facts, PERSON_COLUMNS, source)
    limits.check("person", facts)
    writer = departments.person_facts(_stamp(reason, source, on, by))
    writer.say(person.pk, dict(facts))
    return writer.write()


@action(shows=("village", "reason"))
def record_village(
    *,
    village: str,
    facts: Mapping[str, Any],
    on: datetime.date,
    source: SourceKind,
    reason: str,
    by: str,
) -> int:
    """State facts of a village from a day, as a visit or a correction; return how many rows."""
    _check(facts, VILLAGE_COLUMNS, source)
    limits.check("village", facts)
    stamp = _stamp(reason, source, on, by)
    writer = departments.Facts(VillageFacts, "village", VILLAGE_COLUMNS, stamp)
    writer.say(village, dict(facts))
    return writer.write()


@action(shows=("item", "reason"))
def record_income(
    *,
    household: Household,
    item: IncomeItem,
    since: datetime.date,
    until: datetime.date,
    amount_fen: int,
    source: SourceKind,
    reason: str,
    by: str,
) -> Income:
    """State one item of a household's income in a period; the same source's earlier word falls."""
    if until <= since:
        raise ValueError("收入期间的止期必须晚于起期")
    limits.check("household", {"income_fen": amount_fen})
    stamp = _stamp(reason, source, since, by)
    before = Income.objects.filter(
        household=household,
        item=item,
        period_since=since,
        period_until=until,
        source=source,
        superseded_seq__isnull=True,
    )
    before.update(superseded_seq=stamp.seq)
    row = Income(
        household=household,
        item=item,
        period_since=since,
        period_until=until,
        amount_fen=amount_fen,
    )
    # Known of the whole period only when it is over: true from its end on.
    row.since = until
    departments.signed(row, stamp).save()
    refresh_contents([household.pk])
    return row


@action(shows=("relation", "reason"))
def move(
    *,
    person: Person,
    household: Household,
    relation: str,
    on: datetime.date,
    reason: str,
    by: str,
) -> Membership:
    """Let a person belong to a household from a day; the membership elsewhere ends that day."""
    _known_by(HouseholdPlace.objects.filter(household=household), on, "该户")
    _known_by(PersonIdentity.objects.filter(person=person), on, "该人")
    stamp = _stamp(reason, SourceKind.CORRECTION, on, by)
    before = _end(person, stamp)
    row = Membership(household=household, person=person, relation=relation)
    departments.signed(row, stamp).save()
    refresh_contents({household.pk, *before})
    note(person=person.pk)
    return row


def _known_by(statements: QuerySet[Any], on: datetime.date, whom: str) -> None:
    """Refuse a membership that would begin before anything is stated of the household or person."""
    first = statements.filter(superseded_seq=None).aggregate(first=Min("since"))["first"]
    if first is None:
        raise ValueError(f"{whom}未登记：登记它的那一批已撤销")
    if first > on:
        raise ValueError(f"{whom} {first} 才登记，不能自 {on} 起加入")


@action(shows=("reason",))
def leave(*, person: Person, on: datetime.date, reason: str, by: str) -> None:
    """Let a person's membership end on a day: died, married away, moved."""
    refresh_contents(_end(person, _stamp(reason, SourceKind.CORRECTION, on, by)))


def _end(person: Person, stamp: Stamp) -> list[int]:
    """End the person's open membership; return the households it was in."""
    homes = []
    open_ = Membership.objects.filter(OPEN, person=person)
    for row in open_:
        homes.append(row.household_id)
        if row.since > stamp.since:
            raise ValueError(f"该人 {row.since} 才加入这一户，不能自 {stamp.since} 起离开")
        departments.supersede(Membership, [row.pk], stamp)
        if row.since < stamp.since:
            closed = Membership(**ended(row, stamp))
            _carry(closed, row, stamp).save()
    return homes


def _carry(row: Statement, before: Statement, stamp: Stamp) -> Statement:
    row.seq, row.batch, row.sheet, row.row = stamp.seq, before.batch, before.sheet, before.row
    return row


def _stamp(
    what: str, source: SourceKind, on: datetime.date, by: str, period: int | None = None
) -> Stamp:
    if not what.strip():
        raise ValueError("请写明事由")
    return Stamp(open_change(by=by, what=what[:_WHAT]), on, source.value, None, period)


def _check(facts: Mapping[str, Any], columns: tuple[str, ...], source: SourceKind) -> None:
    if source not in _HAND:
        raise ValueError("这里只登记走访和更正；名册请用导入")
    unknown = sorted(set(facts) - set(columns))
    if unknown:
        raise ValueError(f"没有这些事实：{'、'.join(unknown)}")
