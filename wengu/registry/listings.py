"""名册到达: a department's whole list for a town is in, and of whom its silence says nothing."""

import datetime
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from wengu.regions import queries as regions
from wengu.registry.changes import Stamp
from wengu.registry.current import OPEN, STANDING, slices
from wengu.registry.departments import signed, supersede
from wengu.registry.models import (
    HouseholdFacts,
    Listed,
    Listing,
    ListingGap,
    ListingKind,
    Membership,
    SourceKind,
)

# From so many holders on, a town of which a list names hardly anybody was left out of it.
_HOLDERS, _FEW = 10, 10


@dataclass
class Waiting:
    """未入库的行: the numbers that they bear, and where one cannot be read all of that name."""

    numbers: set[bytes] = field(default_factory=set)
    people: set[int] = field(default_factory=set)


def arrive(kind: ListingKind, towns: Iterable[str], *, waiting: Waiting, stamp: Stamp) -> None:
    """Note that the whole list of some towns is in.

    It is true as of the stamp's day, and replaces another list of that day. Of the rows that wait
    it says nothing yet.
    """
    rows = Listed.objects.filter(STANDING, batch=stamp.batch, kind=kind)
    named = set(map(bytes, rows.values_list("number", flat=True)))
    arrived = []
    for town in sorted(towns):
        here = STANDING & Q(kind=kind, town=town, since=stamp.since)
        listing = Listing.objects.filter(here, batch=stamp.batch).first()
        if listing is None:
            _replace(here, named | waiting.numbers, stamp)
            listing = signed(Listing(kind=kind, town_id=town), stamp)
            listing.save()
        arrived.append(listing)
    if arrived:
        _leave_open(arrived[0], waiting, stamp)


def _replace(here: Q, named: set[bytes], stamp: Stamp) -> None:
    """Let another list of a town and day say nothing of those whom this one omits."""
    replaced = Listing.objects.filter(here).first()
    if replaced is None:
        return
    gaps = ListingGap.objects.filter(STANDING, listing=replaced).values_list("pk", flat=True)
    supersede(ListingGap, list(gaps), stamp)
    supersede(Listing, [replaced.pk], stamp)
    rows = Listed.objects.filter(STANDING, kind=replaced.kind, since=stamp.since)
    over: dict[bytes, list[int]] = {}
    for row in rows.exclude(batch=stamp.batch):
        if bytes(row.number) not in named:
            over.setdefault(bytes(row.number), []).append(row.pk)
    there = towns_of(over, replaced.town_id, stamp.since)
    supersede(Listed, [pk for number in there for pk in over[number]], stamp)


def _leave_open(listing: Listing, waiting: Waiting, stamp: Stamp) -> None:
    """Make the open gaps of a list those of the rows that wait now, whatever town they mean."""
    people, numbers = set(waiting.people), set(waiting.numbers)
    closed = []
    own = ListingGap.objects.filter(STANDING, listing__kind=listing.kind, batch=stamp.batch)
    for gap in own:
        number = None if gap.number is None else bytes(gap.number)
        if gap.person_id in people or number in numbers:
            people.discard(gap.person_id or 0)
            numbers.discard(number or b"")
        else:
            closed.append(gap.pk)
    supersede(ListingGap, closed, stamp)
    gaps = [ListingGap(listing=listing, person_id=person) for person in sorted(people)]
    gaps += [ListingGap(listing=listing, number=number) for number in sorted(numbers)]
    ListingGap.objects.bulk_create(signed(gap, stamp) for gap in gaps)


def fill(kind: ListingKind, numbers: Collection[bytes], *, stamp: Stamp) -> None:
    """Close the gaps of the day's list of which the rows have come in with a doubt workbook."""
    open_ = ListingGap.objects.filter(
        STANDING, listing__kind=kind, listing__since=stamp.since, listing__superseded_seq=None
    )
    for some in slices(list(numbers)):
        about = Q(number__in=some) | Q(person__id_index__in=some)
        supersede(ListingGap, list(open_.filter(about).values_list("pk", flat=True)), stamp)


def towns_of(numbers: Iterable[bytes], region: str, on: datetime.date) -> dict[bytes, str]:
    """Return in which town of a region each of some numbers lives, by who belongs where now."""
    ranges = regions.prefixes(region, on)
    found: dict[bytes, str] = {}
    for rows in _members(numbers):
        for number, village in rows.values_list("person__id_index", "household__village"):
            if any(low <= village < high for low, high in ranges):
                found[bytes(number or b"")] = regions.town(village, on)
    return found


def _members(numbers: Iterable[bytes]) -> Iterator[QuerySet[Membership]]:
    for some in slices(list(numbers)):
        yield Membership.objects.filter(OPEN, person__id_index__in=some)


def held(kind: ListingKind, region: str, on: datetime.date) -> dict[bytes, str]:
    """Return whom the lists before this day's name in a region, each with the town."""
    rows = Listing.objects.filter(STANDING, kind=kind, since__lte=on)
    newest: dict[str, datetime.date] = {}
    for listing in rows:
        newest[listing.town_id] = max(listing.since, newest.get(listing.town_id, listing.since))
    if not newest:
        return {}
    first = min(newest.values())
    listed = Listed.objects.filter(STANDING, kind=kind, since__gte=first, since__lte=on)
    days: dict[bytes, datetime.date] = {}
    for number, since in listed.values_list("number", "since"):
        days[bytes(number)] = max(since, days.get(bytes(number), since))
    towns = towns_of(days, region, on)
    return {number: town for number, town in towns.items() if days[number] >= newest.get(town, on)}


def held_by_rosters(region: str, on: datetime.date) -> dict[bytes, str]:
    """Return who lives in a household that its roster calls 低保 or 五保, each with the town."""
    stated = HouseholdFacts.objects.filter(STANDING, source=SourceKind.ROSTER, since__lte=on)
    rows = stated.order_by("since", "seq", "pk").values_list("household", "dibao", "destitute")
    holding = {home: bool(dibao or destitute) for home, dibao, destitute in rows.iterator()}
    numbers: set[bytes] = set()
    for some in slices([home for home, holds in holding.items() if holds]):
        people = Membership.objects.filter(OPEN, household__in=some)
        found = people.exclude(person__id_index=None).values_list("person__id_index", flat=True)
        numbers.update(bytes(number or b"") for number in found)
    return towns_of(numbers, region, on)


def towns_without(before: Mapping[bytes, str], named: set[bytes]) -> dict[str, int]:
    """Return the towns of whose holders a list names hardly anybody, with how many it omits."""
    holders = Counter(before.values())
    kept = Counter(town for number, town in before.items() if number in named)
    return {
        town: number - kept[town]
        for town, number in holders.items()
        if number >= _HOLDERS and kept[town] * _FEW < number
    }
