"""名册到达: what only a department's complete list for a county allows: ending what it omits."""

from collections.abc import Collection, Sequence

from django.db.models import Q

from wengu.kernel.regioncode import RegionCode
from wengu.registry.changes import Stamp
from wengu.registry.current import slices
from wengu.registry.departments import (
    household_facts,
    person_facts,
    signed,
    supersede,
)
from wengu.registry.models import (
    Benefit,
    BenefitKind,
    Listing,
    ListingGap,
    ListingKind,
    Membership,
    PersonFacts,
    SourceKind,
)

_COUNTY = 6


def arrive(
    kind: ListingKind, counties: Sequence[str], *, waiting: Collection[int], stamp: Stamp
) -> None:
    """Note that the whole list of some counties is in, true as of the stamp's day.

    `waiting` are the persons whom rows may mean that still wait: of them the list says nothing yet.
    """
    for county in counties:
        listing = Listing.objects.filter(
            kind=kind, county=county, since=stamp.since, superseded_seq__isnull=True
        ).first()
        if listing is None:
            listing = signed(Listing(kind=kind, county_id=county), stamp)
            listing.save()
        open_ = ListingGap.objects.filter(listing=listing, superseded_seq__isnull=True)
        held = dict(open_.values_list("person_id", "pk"))
        inside = _living_in(county, waiting)
        closed = [pk for person, pk in held.items() if person not in inside]
        ListingGap.objects.filter(pk__in=closed).update(superseded_seq=stamp.seq)
        ListingGap.objects.bulk_create(
            ListingGap(listing=listing, person_id=person, seq=stamp.seq)
            for person in sorted(inside - held.keys())
        )


def fill(kind: ListingKind, people: Collection[int], *, stamp: Stamp) -> None:
    """Close the gaps about persons whose rows have come in with a doubt workbook."""
    ListingGap.objects.filter(
        listing__kind=kind, person__in=list(people), superseded_seq__isnull=True
    ).update(superseded_seq=stamp.seq)


def _in_county(county: str) -> Q:
    low, high = RegionCode(county[:_COUNTY]).bounds
    return Q(household__village__gte=low, household__village__lt=high)


def _living_in(county: str, people: Collection[int]) -> set[int]:
    found: set[int] = set()
    for some in slices(list(people)):
        rows = Membership.objects.filter(
            _in_county(county), person__in=some, until__isnull=True, superseded_seq__isnull=True
        )
        found.update(rows.values_list("person_id", flat=True))
    return found


def end_dibao(counties: Sequence[str], *, listed: Collection[int], stamp: Stamp) -> int:
    """End the benefits of these counties whose holders the list no longer names."""
    rows = _running(counties)
    homes_listed = set(
        Membership.objects.filter(
            person__in=list(listed), until__isnull=True, superseded_seq__isnull=True
        ).values_list("household_id", flat=True)
    )
    over = [
        row
        for row in rows
        if (row.person_id not in listed if row.person_id else row.household_id not in homes_listed)
    ]
    supersede(Benefit, [row.pk for row in over], stamp)
    Benefit.objects.bulk_create(_ended(row, stamp) for row in over if row.since < stamp.since)
    return len(over) + _end_facts(counties, "destitute", listed, stamp)


def end_disability(counties: Sequence[str], *, listed: Collection[int], stamp: Stamp) -> int:
    """Say of those whom the federation's list no longer names that they hold no certificate."""
    return _end_facts(counties, "disabled", listed, stamp)


def _running(counties: Sequence[str]) -> list[Benefit]:
    within = Q()
    for county in counties:
        within |= _in_county(county)
    return list(
        Benefit.objects.filter(
            within,
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
    )


def _end_facts(counties: Sequence[str], name: str, listed: Collection[int], stamp: Stamp) -> int:
    """State the contrary of a department's flag for those who are no longer listed."""
    holders = set(
        PersonFacts.objects.filter(
            **{name: True},
            source=SourceKind.DEPARTMENT,
            superseded_seq__isnull=True,
            since__lte=stamp.since,
        ).values_list("person_id", flat=True)
    )
    gone = list(holders - set(listed))
    people, homes = person_facts(stamp), household_facts(stamp)
    for some in slices(gone):
        open_ = Membership.objects.filter(
            person__in=some, until__isnull=True, superseded_seq__isnull=True
        ).select_related("household")
        for row in open_:
            if not row.household.village_id.startswith(tuple(code[:_COUNTY] for code in counties)):
                continue
            contrary = {name: False} | ({"disability": None} if name == "disabled" else {})
            people.say(row.person_id, contrary)
            if name == "destitute":
                homes.say(row.household_id, {name: False})
    return people.write() + homes.write()
