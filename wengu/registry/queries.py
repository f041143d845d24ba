"""Reading the registry: lists in a viewer's scope, a person by number, facts with sources."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Case, Exists, F, Max, OuterRef, Q, QuerySet, When

from wengu.accounts.scope import Scope
from wengu.kernel.dates import from_day
from wengu.kernel.idcard import person_key
from wengu.kernel.regioncode import RegionCode
from wengu.kernel.text import compact
from wengu.regions.models import Level, Region
from wengu.registry import carrying
from wengu.registry.benefits import Benefit
from wengu.registry.benefits import benefits as benefits_of
from wengu.registry.copies import HEAD
from wengu.registry.current import (
    HOUSEHOLD_COLUMNS,
    OPEN,
    PERSON_COLUMNS,
    VILLAGE_COLUMNS,
    index_numbers,
    index_phones,
)
from wengu.registry.departments import bills_of
from wengu.registry.models import (
    Bill,
    Change,
    Household,
    HouseholdFacts,
    HouseholdPlace,
    Income,
    Membership,
    Person,
    PersonFacts,
    Statement,
    VillageFacts,
)

_ID_LENGTHS = (18, 20, 22)
_PHONE = 11
ORDERS = {
    "number": ("village_id", "number"),
    "name": ("head_sort", "pk"),
    "income": ("income_per_head_fen", "pk"),
    "size": ("size", "pk"),
}


@dataclass(frozen=True, slots=True)
class Filter:
    """筛选: what a list is narrowed by; what is None or empty narrows nothing."""

    region: str = ""
    text: str = ""
    least_income_fen: int | None = None
    most_income_fen: int | None = None
    least_size: int | None = None
    most_size: int | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """事实: a value, who says it, since when it is true and where it was written."""

    value: Any
    source: str
    since: datetime.date
    seq: int
    batch: int | None
    sheet: int
    row: int | None


def last_seq() -> int:
    """Return the sequence up to which everything is known now; 0 for an empty registry."""
    return int(Change.objects.aggregate(last=Max("pk"))["last"] or 0)


def households(
    *,
    viewer: Scope,
    narrowed: Filter | None = None,
    order: str = "number",
    descending: bool = False,
) -> QuerySet[Household]:
    """Return the households in the viewer's scope that have members, narrowed and in order.

    An unknown income stands last, whichever way the list runs.
    """
    chosen = narrowed or Filter()
    rows = viewer.filter(Household.objects.filter(size__gt=0), "village")
    if chosen.region:
        low, high = RegionCode(chosen.region).bounds
        rows = rows.filter(village_id__gte=low, village_id__lt=high)
    rows = rows.filter(
        _range("income_per_head_fen", chosen.least_income_fen, chosen.most_income_fen)
    )
    rows = rows.filter(_range("size", chosen.least_size, chosen.most_size))
    if chosen.text:
        rows = rows.filter(_found(chosen.text))
    first, second = ORDERS[order]
    primary = F(first).desc(nulls_last=True) if descending else F(first).asc(nulls_last=True)
    if first == "village_id" and not descending:
        return rows.order_by(first, second)
    return rows.order_by(primary, second)


def _range(column: str, least: int | None, most: int | None) -> Q:
    found = Q()
    if least is not None:
        found &= Q(**{f"{column}__gte": least})
    if most is not None:
        found &= Q(**{f"{column}__lte": most})
    return found


def begins(column: str, text: str) -> Q:
    """Return the condition that a column begins with a text, in the form that uses an index."""
    if connection.vendor == "sqlite":
        return Q(**{f"{column}__gte": text, f"{column}__lt": text + chr(0x10FFFF)})
    return Q(**{f"{column}__startswith": text})


def _found(text: str) -> Q:
    """Return the condition of a search: number, identity, telephone, initials or name."""
    spelt = compact(text)
    if spelt[:17].isdigit() and len(spelt) in _ID_LENGTHS:
        return Q(memberships__in=Membership.objects.filter(OPEN, _numbered(spelt)))
    if spelt.isdigit():
        found = begins("number", spelt)
        if len(spelt) == _PHONE:
            found |= Q(phone_index=index_phones([spelt])[0])
        return found
    if spelt.isascii():
        return begins("head_initials", spelt.lower()) | begins("number", spelt)
    named = Membership.objects.filter(OPEN, begins("person__name", spelt))
    return begins("head_name", spelt) | Q(pk__in=named.values("household_id"))


def _numbered(number: str) -> Q:
    return Q(person__id_index=index_numbers([person_key(number).upper()])[0])


def stated(*, viewer: Scope) -> QuerySet[Household]:
    """Return the households in scope of which anything is stated, members or not.

    One whose file was taken back is not among them, though old runs still know it.
    """
    places = HouseholdPlace.objects.filter(household=OuterRef("pk"), superseded_seq__isnull=True)
    return viewer.filter(Household.objects.filter(Exists(places)), "village")


def household(*, viewer: Scope, number: str) -> Household | None:
    """Return the household of a number; None where there is none in the viewer's scope."""
    return stated(viewer=viewer).filter(number=number).first()


def members(
    *, household: Household, on: datetime.date, seq: int | None = None
) -> QuerySet[Membership]:
    """Return who belonged to a household on a day, as known at a sequence, the head first."""
    rows = Membership.objects.filter(known(seq), household=household, since__lte=on)
    rows = rows.filter(Q(until__isnull=True) | Q(until__gt=on))
    head_first = Case(When(relation=HEAD, then=0), default=1)
    ordered = rows.order_by(head_first, F("row").asc(nulls_last=True), "pk")
    return ordered.select_related("person")


def persons(*, viewer: Scope, text: str = "", region: str = "") -> QuerySet[Membership]:
    """Return the open memberships of persons in scope, found by name, initials or number."""
    rows = viewer.filter(Membership.objects.filter(OPEN), "household__village")
    if region:
        low, high = RegionCode(region).bounds
        rows = rows.filter(household__village_id__gte=low, household__village_id__lt=high)
    spelt = compact(text)
    if spelt[:17].isdigit() and len(spelt) in _ID_LENGTHS:
        rows = rows.filter(_numbered(spelt))
    elif spelt.isdigit():
        rows = rows.filter(begins("person__number", spelt))
    elif spelt:
        column = "initials" if spelt.isascii() else "name"
        # By the names first: joined, a planner may walk all memberships instead.
        named = Person.objects.filter(begins(column, spelt.lower()))
        rows = rows.filter(person__in=named.values("pk"))
    return rows.select_related("person", "household").order_by("person__sort", "pk")


def belonging(
    *, persons: Collection[int], on: datetime.date, viewer: Scope
) -> dict[int, Household | None]:
    """Return where each of some persons belongs on a day; None: to a household out of scope.

    Whoever belongs to no household is not named.
    """
    if not persons:
        return {}
    rows = Membership.objects.filter(OPEN, person__in=persons, since__lte=on)
    seen = stated(viewer=viewer).in_bulk(list(rows.values_list("household", flat=True)))
    return {
        person: seen.get(home)
        for person, home in rows.order_by("since", "pk").values_list("person", "household")
    }


def by_id_number(*, viewer: Scope, number: str) -> Membership | None:
    """Find a person in scope by identity number, through the blind index; None: not here."""
    return persons(viewer=viewer).filter(_numbered(compact(number).upper())).first()


def villages(*, viewer: Scope, region: str = "") -> QuerySet[Region]:
    """Return the villages in the viewer's scope that any edition has."""
    rows = viewer.filter(Region.objects.filter(level=Level.VILLAGE), "code")
    if region:
        low, high = RegionCode(region).bounds
        rows = rows.filter(code__gte=low, code__lt=high)
    return rows.order_by("code")


def known(seq: int | None) -> Q:
    """Return the condition that a statement was known at a sequence; None: now."""
    if seq is None:
        return Q(superseded_seq__isnull=True)
    return Q(seq__lte=seq) & (Q(superseded_seq__isnull=True) | Q(superseded_seq__gt=seq))


def household_facts(
    *, household: Household, on: datetime.date, seq: int | None = None
) -> dict[str, Fact]:
    """Return what is said of a household on a day: each column with its source and date."""
    rows = HouseholdFacts.objects.filter(known(seq), household=household, since__lte=on)
    return merged(list(rows), HOUSEHOLD_COLUMNS)


def person_facts(*, person: Person, on: datetime.date, seq: int | None = None) -> dict[str, Fact]:
    """Return what is said of a person on a day: each column with its source and date."""
    rows = PersonFacts.objects.filter(known(seq), person=person, since__lte=on)
    return merged(list(rows), PERSON_COLUMNS)


def village_facts(*, village: str, on: datetime.date, seq: int | None = None) -> dict[str, Fact]:
    """Return what is said of a village on a day: each column with its source and date."""
    rows = VillageFacts.objects.filter(known(seq), village=village, since__lte=on)
    return merged(list(rows), VILLAGE_COLUMNS)


def incomes(*, household: Household, on: datetime.date, seq: int | None = None) -> QuerySet[Income]:
    """Return what is said of a household's incomes on a day, the latest period first."""
    rows = Income.objects.filter(known(seq), household=household, since__lte=on)
    return rows.order_by("-period_until", "item", "pk")


def benefits(*, household: Household, on: datetime.date, seq: int | None = None) -> list[Benefit]:
    """Return what the members of a household have had by a day, by the departments' lists."""
    village, numbers = household.village_id, numbers_of(household, on, seq)
    return benefits_of(numbers, village=village, known=known(seq), on=on)


def bills(*, household: Household, on: datetime.date, seq: int | None = None) -> list[Bill]:
    """Return the hospital stays of the members that had ended by a day, as the newest list says."""
    found = bills_of(numbers_of(household, on, seq), known=known(seq), on=on)
    return sorted(found.values(), key=lambda bill: (bill.discharged, bill.pk), reverse=True)


def numbers_of(household: Household, on: datetime.date, seq: int | None = None) -> dict[bytes, int]:
    """Return the members of a household on a day by the index of their papers' numbers."""
    people = members(household=household, on=on, seq=seq).order_by()
    rows = people.filter(person__id_index__isnull=False)
    pairs = rows.values_list("person__id_index", "person")
    return {bytes(number or b""): person for number, person in pairs}


def merged(statements: Sequence[Statement], columns: Sequence[str]) -> dict[str, Fact]:
    """Return of each column the first known value by precedence of sources; of one the newest.

    A column that nobody states is absent.
    """
    latest: dict[str, Statement] = {}
    for row in sorted(statements, key=lambda each: (each.since, each.seq, each.pk)):
        latest[row.source] = row
    found: dict[str, Fact] = {}
    for source in sorted(latest):
        row = latest[source]
        for column in columns:
            value = getattr(row, column)
            if value in (None, "") or column in found:
                continue
            day, batch, sheet, number = carrying.stated(row, column) or carrying.origin_of(row)
            found[column] = Fact(value, row.source, from_day(day), row.seq, batch, sheet, number)
    return found
