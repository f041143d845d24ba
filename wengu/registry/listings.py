"""名册到达: what only a department's complete list for a county allows: ending what it omits."""

import datetime
from collections.abc import Collection, Iterator, Sequence

from django.db.models import Q, QuerySet

from wengu.kernel.regioncode import RegionCode
from wengu.registry import carrying
from wengu.registry.changes import Stamp
from wengu.registry.current import OPEN, slices
from wengu.registry.departments import (
    DibaoList,
    S,
    household_facts,
    person_facts,
    signed,
    supersede,
)
from wengu.registry.models import (
    Benefit,
    BenefitKind,
    HouseholdFacts,
    Listing,
    ListingGap,
    ListingKind,
    Membership,
    PersonFacts,
    SourceKind,
)

_COUNTY, _TOWN = 6, 9


def arrive(
    kind: ListingKind, counties: Sequence[str], *, waiting: Collection[int], stamp: Stamp
) -> None:
    """Note that the whole list of some counties is in, true as of the stamp's day.

    `waiting` are the persons whom rows may mean that still wait: of them the list says nothing yet.
    """
    for county in counties:
        here = {"kind": kind, "county": county, "since": stamp.since}
        listing = Listing.objects.filter(
            **here, batch=stamp.batch, superseded_seq__isnull=True
        ).first()
        if listing is None:
            listing = signed(Listing(kind=kind, county_id=county), stamp)
            listing.save()
        inside = _living_in([county], waiting)
        open_ = ListingGap.objects.filter(
            superseded_seq__isnull=True, **{f"listing__{name}": each for name, each in here.items()}
        )
        # Another whole list of the same day answers what an earlier one left open.
        held, closed = set(), []
        for gap in open_:
            if gap.listing_id == listing.pk and gap.person_id in inside:
                held.add(gap.person_id)
            else:
                closed.append(gap.pk)
        supersede(ListingGap, closed, stamp)
        ListingGap.objects.bulk_create(
            signed(ListingGap(listing=listing, person_id=person), stamp)
            for person in sorted(inside - held)
        )


def fill(kind: ListingKind, people: Collection[int], *, stamp: Stamp) -> None:
    """Close the gaps about persons whose rows have come in with a doubt workbook."""
    ListingGap.objects.filter(
        listing__kind=kind, person__in=list(people), superseded_seq__isnull=True
    ).update(superseded_seq=stamp.seq)


def _inside(counties: Sequence[str]) -> Q:
    """Return the condition that a household lives in one of these counties."""
    found = Q(pk__in=())
    for county in counties:
        low, high = RegionCode(county[:_COUNTY]).bounds
        found |= Q(household__village__gte=low, household__village__lt=high)
    return found


def _memberships(people: Collection[int], *, within: Q | None = None) -> Iterator[Membership]:
    """Yield where some persons belong now, with their households."""
    for some in slices(list(people)):
        rows = Membership.objects.filter(OPEN, within or Q(), person__in=some)
        placed = rows.select_related("household")
        yield from placed.only("person", "household__village")


def _living_in(counties: Sequence[str], people: Collection[int]) -> set[int]:
    return {row.person_id for row in _memberships(people, within=_inside(counties))}


def _homes_of(people: Collection[int]) -> set[int]:
    return {row.household_id for row in _memberships(people)}


def end_dibao(
    counties: Sequence[str],
    *,
    stated: DibaoList,
    waiting: Collection[int],
    stamp: Stamp,
    homes: Collection[int] | None = None,
) -> int:
    """End what runs in these counties and the list does not itself state; return how much.

    That is the benefit of whoever is no longer named, and of whoever is named with another one:
    one person covered instead of the household, a gradual exit that is over, 低保 that became 特困.
    Of the persons of rows that still wait, and of their households, nothing ends. `homes`: only
    these households.
    """
    waiting_homes = _homes_of(waiting)
    over = [
        row
        for row in _running(counties)
        if (row.household_id, row.person_id, row.kind) not in stated.benefits
        and row.since <= stamp.since
        and row.person_id not in waiting
        and not (row.person_id is None and row.household_id in waiting_homes)
        and (homes is None or row.household_id in homes)
    ]
    supersede(Benefit, [row.pk for row in over], stamp)
    Benefit.objects.bulk_create(_ended(row, stamp) for row in over if row.since < stamp.since)
    people = {*stated.destitute_people, *waiting}
    ended = _end_facts(counties, "destitute", people, stamp, homes)
    for flag, named in (("destitute", stated.destitute_homes), ("urban_dibao", stated.urban_homes)):
        kept = {*named, *waiting_homes}
        ended += _end_home_facts(counties, flag, kept, stamp, homes)
    return len(over) + ended


def newer(kind: ListingKind, counties: Sequence[str], on: datetime.date) -> Listing | None:
    """Return a whole list of these counties that is newer than a day; None: there is none."""
    found = Listing.objects.filter(
        kind=kind, county__in=list(counties), since__gt=on, superseded_seq__isnull=True
    )
    return found.order_by("-since").first()


def newest(kind: ListingKind, county: str) -> Listing | None:
    """Return the newest whole list of a county; None before the first."""
    rows = Listing.objects.filter(kind=kind, county=county, superseded_seq__isnull=True)
    return rows.order_by("-since", "-seq").select_related("batch").first()


def towns_without(
    counties: Sequence[str], kind: ListingKind, listed: Collection[int]
) -> dict[str, int]:
    """Return the towns whose holders a list does not name at all, with how many they are."""
    holders = _holders(counties, kind)
    rows = _memberships([*holders, *listed])
    places = {row.person_id: row.household.village_id for row in rows}
    named = {places[person][:_TOWN] for person in listed if person in places}
    found: dict[str, int] = {}
    for person in holders:
        town = places.get(person, "")[:_TOWN]
        if town and town not in named:
            found[town] = found.get(town, 0) + 1
    return found


def _holders(counties: Sequence[str], kind: ListingKind) -> set[int]:
    if kind == ListingKind.DIBAO:
        return {row.person_id for row in _running(counties) if row.person_id is not None}
    if kind == ListingKind.DISABILITY:
        rows = PersonFacts.objects.filter(
            disabled=True, source=SourceKind.DEPARTMENT, superseded_seq__isnull=True
        )
        return _living_in(counties, set(rows.values_list("person_id", flat=True)))
    return set()


def end_disability(counties: Sequence[str], *, listed: Collection[int], stamp: Stamp) -> int:
    """Say of those whom the federation's list no longer names that they hold no certificate."""
    return _end_facts(counties, "disabled", listed, stamp)


def _running(counties: Sequence[str]) -> list[Benefit]:
    return list(
        Benefit.objects.filter(
            _inside(counties),
            until__isnull=True,
            superseded_seq__isnull=True,
            source=SourceKind.DEPARTMENT,
            kind__in=[BenefitKind.DIBAO, BenefitKind.GRADUAL_EXIT],
        )
    )


def _ended(row: Benefit, stamp: Stamp) -> Benefit:
    return Benefit(
        household_id=row.household_id,
        person_id=row.person_id,
        kind=row.kind,
        grade=row.grade,
        monthly_fen=row.monthly_fen,
        since=row.since,
        until=stamp.since,
        seq=stamp.seq,
        source=row.source,
        batch=stamp.batch,
        sheet=row.sheet,
        row=row.row,
        carried={carrying.EVERYTHING: carrying.origin_of(row)},
    )


def _end_facts(
    counties: Sequence[str],
    name: str,
    listed: Collection[int],
    stamp: Stamp,
    homes: Collection[int] | None = None,
) -> int:
    """State the contrary of a department's flag for the persons who are no longer listed."""
    holders = set(_said(PersonFacts, name, stamp).values_list("person_id", flat=True))
    contrary = {name: False} | ({"disability": None} if name == "disabled" else {})
    writer = person_facts(stamp)
    gone = _memberships(holders - set(listed), within=_inside(counties))
    for person in sorted(
        row.person_id for row in gone if homes is None or row.household_id in homes
    ):
        writer.say(person, contrary)
    return writer.write()


def _end_home_facts(
    counties: Sequence[str],
    name: str,
    listed: Collection[int],
    stamp: Stamp,
    homes: Collection[int] | None,
) -> int:
    """State the contrary of a department's flag for the households that no longer have it."""
    said = _said(HouseholdFacts, name, stamp).filter(_inside(counties))
    writer = household_facts(stamp)
    for home in sorted(set(said.values_list("household_id", flat=True)) - set(listed)):
        if homes is None or home in homes:
            writer.say(home, {name: False})
    return writer.write()


def _said(model: type[S], name: str, stamp: Stamp) -> QuerySet[S]:
    """Return a department's statements that a flag holds, as of the stamp's day."""
    rows: QuerySet[S] = model._default_manager.filter(
        **{name: True},
        source=SourceKind.DEPARTMENT,
        superseded_seq__isnull=True,
        since__lte=stamp.since,
    )
    return rows
