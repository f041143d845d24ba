"""待遇: what departments' lists, read one after another, say that the members of a household had.

From the first list that names somebody until a later whole list of the town leaves him out.
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.db.models import Q

from wengu.regions import queries as regions
from wengu.registry.current import slices
from wengu.registry.models import Listed, Listing, ListingGap, ListingKind

GRADUAL_EXIT = "gradual_exit"
_SUPPORT = (ListingKind.DIBAO, ListingKind.DESTITUTE)


@dataclass(frozen=True, slots=True)
class Benefit:
    """待遇: of some persons (`whole`: of their household), from a day until another.

    The amount is that of all of them together.
    """

    people: tuple[int, ...]
    kind: str  # dibao | destitute | gradual_exit
    whole: bool
    grade: str
    monthly_fen: int | None
    since: datetime.date
    source: str
    batch: int | None
    until: datetime.date | None = None

    def runs(self, on: datetime.date) -> bool:
        """Say whether it is had on a day."""
        return self.since <= on and (self.until is None or self.until > on)


def benefits(
    people: Mapping[bytes, int], *, village: str, known: Q, on: datetime.date
) -> list[Benefit]:
    """Return the benefits of some persons, by number, that had begun by a day; the newest first."""
    rows: dict[tuple[str, bytes], list[Listed]] = {}
    for some in slices(list(people)):
        found = Listed.objects.filter(known, kind__in=_SUPPORT, number__in=some, since__lte=on)
        for row in found.order_by("since", "seq", "pk"):
            rows.setdefault((row.kind, bytes(row.number)), []).append(row)
    silences = _Silences(people, village, known, on)
    made: list[Benefit] = []
    for (kind, number), own in rows.items():
        made += _one_after_another(people[number], own, silences.of(kind, number))
    made = _together(made)
    made.sort(key=lambda one: (one.since, one.kind), reverse=True)
    return made


def _together(alone: Iterable[Benefit]) -> list[Benefit]:
    """Return as one what several persons have had alike."""
    found: dict[Benefit, list[Benefit]] = {}
    for one in alone:
        found.setdefault(replace(one, people=(), monthly_fen=None), []).append(one)
    return [
        replace(
            alike,
            people=tuple(sorted(person for one in some for person in one.people)),
            monthly_fen=sum(one.monthly_fen or 0 for one in some) or None,
        )
        for alike, some in found.items()
    ]


class _Silences:
    """未列入: the days of a town's whole lists that may be read for who is not on them."""

    def __init__(
        self, people: Mapping[bytes, int], village: str, known: Q, on: datetime.date
    ) -> None:
        self._people = people
        lists = Listing.objects.filter(
            known, kind__in=_SUPPORT, town=regions.town(village, on), since__lte=on
        )
        self._days = list(lists.order_by("since").values_list("kind", "since"))
        meant = Q(number__in=list(people)) | Q(person__in=list(people.values()))
        gaps = ListingGap.objects.filter(known, meant, listing__kind__in=_SUPPORT)
        self._doubtful = {
            (gap.listing.kind, gap.since, gap.person_id or people[bytes(gap.number or b"")])
            for gap in gaps.select_related("listing")
        }

    def of(self, kind: str, number: bytes) -> list[datetime.date]:
        """Return the days of the lists on which a number would stand."""
        person = self._people[number]
        return [
            day
            for of, day in self._days
            if of == kind and (kind, day, person) not in self._doubtful
        ]


def _one_after_another(
    person: int, rows: list[Listed], silent: Iterable[datetime.date]
) -> Iterable[Benefit]:
    named = {row.since: row for row in rows}
    running: Benefit | None = None
    leaving: Benefit | None = None
    for day in sorted({*named, *silent}):
        row = named.get(day)
        began = running
        if row is None:
            running = None
        elif running is None or not _same(running, row):
            running = _begun(person, row, new=began is None)
        if began is not None and began is not running:
            yield replace(began, until=day)
        before = leaving
        if row is None:
            leaving = None
        elif row.grace_stated:
            leaving = _leaving(person, row)
        if before is not None and (leaving is None or leaving.since != before.since):
            yield replace(before, until=day)
    yield from (one for one in (running, leaving) if one is not None)


def _same(running: Benefit, row: Listed) -> bool:
    said = (running.whole, running.grade, running.monthly_fen)
    return said == (row.whole, row.grade, row.monthly_fen)


def _begun(person: int, row: Listed, *, new: bool) -> Benefit:
    since = row.started if new and row.started is not None else row.since
    own = (row.whole, row.grade, row.monthly_fen)
    return Benefit((person,), row.kind, *own, since, row.source, row.batch_id)


def _leaving(person: int, row: Listed) -> Benefit | None:
    if row.grace_since is None:
        return None
    own = (row.whole, "", None)
    return Benefit((person,), GRADUAL_EXIT, *own, row.grace_since, row.source, row.batch_id)
