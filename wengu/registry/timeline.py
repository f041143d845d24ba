"""时间线: what happened to a household by day: who came and went, what changed, who says."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from wengu.registry import carrying
from wengu.registry.current import HOUSEHOLD_COLUMNS, PERSON_COLUMNS
from wengu.registry.models import (
    Benefit,
    Bill,
    Household,
    HouseholdFacts,
    Income,
    Membership,
    PersonFacts,
    Statement,
)
from wengu.registry.queries import known


@dataclass(frozen=True, slots=True)
class Moment:
    """时刻: one thing that became true on a day; `person` is the name of whom it is about."""

    on: datetime.date
    kind: str  # joined | left | facts | income | hospital | benefit | benefit_ended
    source: str
    batch: int | None
    person: str = ""
    # For facts: column → (before, after); for the others their own values.
    detail: dict[str, Any] = field(default_factory=dict)


def timeline(
    *, household: Household, seq: int | None = None, most: int | None = None
) -> list[Moment]:
    """Return the moments of a household, the newest first; `most` cuts the list."""
    people = dict(
        Membership.objects.filter(known(seq), household=household).values_list(
            "person_id", "person__name"
        )
    )
    found = [
        *_memberships(household, seq),
        *_facts(HouseholdFacts.objects.filter(known(seq), household=household), {}),
        *_facts(PersonFacts.objects.filter(known(seq), person__in=people), people),
        *_incomes(household, seq),
        *_bills(people, seq),
        *_benefits(household, people, seq),
    ]
    found.sort(key=lambda moment: moment.on, reverse=True)
    return found[:most]


def _moment(row: Statement, kind: str, on: datetime.date | None = None, **more: Any) -> Moment:
    more = {"batch": carrying.origin_of(row)[1]} | more
    return Moment(on or row.since, kind, row.source, **more)


def _memberships(household: Household, seq: int | None) -> Iterable[Moment]:
    rows = Membership.objects.filter(known(seq), household=household).select_related("person")
    for row in rows:
        name, detail = row.person.name, {"relation": row.relation}
        yield _moment(row, "joined", person=name, detail=detail)
        if row.until is not None:
            over = {"batch": row.batch_id, "detail": detail}
            yield _moment(row, "left", row.until, person=name, **over)


def _facts(rows: Any, people: dict[int, str]) -> Iterable[Moment]:
    """Yield what each statement changed of what the same source had said before."""
    before: dict[tuple[Any, str], Statement] = {}
    columns: Sequence[str] = PERSON_COLUMNS if people else HOUSEHOLD_COLUMNS
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
            yield _moment(row, "facts", person=who, detail=detail, batch=batch)


def _incomes(household: Household, seq: int | None) -> Iterable[Moment]:
    for row in Income.objects.filter(known(seq), household=household):
        detail = {
            "item": row.item,
            "amount_fen": row.amount_fen,
            "period_since": row.period_since,
            "period_until": row.period_until,
        }
        yield _moment(row, "income", detail=detail)


def _bills(people: dict[int, str], seq: int | None) -> Iterable[Moment]:
    for row in Bill.objects.filter(known(seq), person__in=people):
        detail = {
            "hospital": row.hospital,
            "admitted": row.admitted,
            "total_fen": row.total_fen,
            "self_pay_fen": row.self_pay_fen,
        }
        yield _moment(row, "hospital", row.discharged, person=people[row.person_id], detail=detail)


def _benefits(household: Household, people: dict[int, str], seq: int | None) -> Iterable[Moment]:
    for row in Benefit.objects.filter(known(seq), household=household):
        name = people.get(row.person_id or 0, "")
        detail = {"kind": row.kind, "grade": row.grade, "monthly_fen": row.monthly_fen}
        yield _moment(row, "benefit", person=name, detail=detail)
        if row.until is not None:
            over = {"batch": row.batch_id, "detail": detail}
            yield _moment(row, "benefit_ended", row.until, person=name, **over)
