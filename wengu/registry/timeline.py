"""时间线: what happened to a household by day: who came and went, what changed, who says."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from wengu.registry import carrying
from wengu.registry.benefits import benefits
from wengu.registry.current import HOUSEHOLD_COLUMNS, PERSON_COLUMNS
from wengu.registry.departments import bills_of
from wengu.registry.models import (
    Household,
    HouseholdFacts,
    HouseholdPlace,
    Income,
    Membership,
    PersonFacts,
    PersonIdentity,
    Statement,
)
from wengu.registry.queries import known


@dataclass(frozen=True, slots=True)
class Moment:
    """时刻: one thing that became true on a day; `person` is the name of whom it is about."""

    on: datetime.date
    kind: str  # joined | left | moved | renamed | facts | income | hospital | benefit(_ended)
    source: str
    batch: int | None
    person: str = ""
    # For facts, moves and names: column → (before, after); for the others their own values.
    detail: dict[str, Any] = field(default_factory=dict)


def timeline(
    *, household: Household, seq: int | None = None, most: int | None = None
) -> list[Moment]:
    """Return the moments of a household, the newest first; `most` cuts the list."""
    rows = Membership.objects.filter(known(seq), household=household)
    belong = list(rows.values_list("person_id", "person__name", "person__id_index"))
    people = {key: name for key, name, _ in belong}
    numbers = {bytes(number): key for key, _, number in belong if number is not None}
    found = [
        *_memberships(household, seq),
        *_since_changed(household, people, seq),
        *_facts(HouseholdFacts.objects.filter(known(seq), household=household), {}),
        *_facts(PersonFacts.objects.filter(known(seq), person__in=people), people),
        *_incomes(household, seq),
        *_bills({number: people[key] for number, key in numbers.items()}, seq),
        *_benefits(household, people, numbers, seq),
    ]
    found.sort(key=lambda moment: moment.on, reverse=True)
    return found[:most]


def _moment(row: Statement, kind: str, on: datetime.date | None = None, **more: Any) -> Moment:
    more = {"batch": carrying.origin_of(row)[1]} | more
    return Moment(on or row.since, kind, row.source, **more)


def _memberships(household: Household, seq: int | None) -> Iterable[Moment]:
    rows = Membership.objects.filter(known(seq), household=household).select_related("person")
    for row in rows:
        name, detail = row.person.name, {"relation": row.relation, "person": row.person_id}
        yield _moment(row, "joined", person=name, detail=detail)
        if row.until is not None:
            over = {"batch": row.batch_id, "detail": detail}
            yield _moment(row, "left", row.until, person=name, **over)


def _since_changed(
    household: Household, people: dict[int, str], seq: int | None
) -> Iterable[Moment]:
    """Yield where the household has moved to, and who bears another name; not what was first."""
    homes = HouseholdPlace.objects.filter(known(seq), household=household)
    names = PersonIdentity.objects.filter(known(seq), person__in=people)
    found = [
        *_changes("moved", homes, {}, ("village_id",)),
        *_changes("renamed", names, people, ("name",)),
    ]
    return [one for one in found if all(old for old, _ in one.detail.values())]


def _facts(rows: Any, people: dict[int, str]) -> Iterable[Moment]:
    return _changes("facts", rows, people, PERSON_COLUMNS if people else HOUSEHOLD_COLUMNS)


def _changes(
    kind: str, rows: Any, people: dict[int, str], columns: Sequence[str]
) -> Iterable[Moment]:
    """Yield what each statement changed of what the same source had said before."""
    before: dict[tuple[Any, str], Statement] = {}
    for row in rows.order_by("since", "seq", "pk"):
        subject = getattr(row, "person_id", 0)
        earlier = before.get((subject, row.source))
        before[subject, row.source] = row
        changed: dict[int | None, dict[str, Any]] = {}
        for name in columns:
            pair = getattr(earlier, name, None), getattr(row, name)
            if pair[0] != pair[1]:
                said = carrying.stated(row, name) or carrying.origin_of(row)
                changed.setdefault(said[1], {})[name] = pair
        for batch, detail in changed.items():
            who = people.get(subject, "")
            yield _moment(row, kind, person=who, detail=detail, batch=batch)


def _incomes(household: Household, seq: int | None) -> Iterable[Moment]:
    for row in Income.objects.filter(known(seq), household=household):
        detail = {
            "item": row.item,
            "amount_fen": row.amount_fen,
            "period_since": row.period_since,
            "period_until": row.period_until,
        }
        yield _moment(row, "income", detail=detail)


def _bills(numbers: dict[bytes, str], seq: int | None) -> Iterable[Moment]:
    for row in bills_of(numbers, known=known(seq), on=datetime.date.max).values():
        detail = {
            "hospital": row.hospital,
            "admitted": row.admitted,
            "total_fen": row.total_fen,
            "self_pay_fen": row.self_pay_fen,
        }
        name = numbers[bytes(row.number)]
        yield _moment(row, "hospital", row.discharged, person=name, detail=detail)


def _benefits(
    household: Household, people: dict[int, str], numbers: dict[bytes, int], seq: int | None
) -> Iterable[Moment]:
    village, until = household.village_id, datetime.date.max
    for one in benefits(numbers, village=village, known=known(seq), on=until):
        name = "、".join(people[person] for person in one.people)
        detail = {"kind": one.kind, "grade": one.grade, "monthly_fen": one.monthly_fen}
        yield Moment(one.since, "benefit", one.source, one.batch, name, detail)
        if one.until is not None:
            yield Moment(one.until, "benefit_ended", one.source, one.batch, name, detail)
