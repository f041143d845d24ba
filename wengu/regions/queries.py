"""Divisions on a day: names, paths, children, and the code ranges that cover a region.

All divisions of a city are a few thousand lines; a process keeps them as one `Atlas` and looks
every few seconds whether another process has loaded a newer one.
"""

import datetime
import time
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from threading import Lock

from django.db.models import Count, F, Max
from django.utils.translation import gettext as _

from wengu.kernel.regioncode import LENGTH, Level, RegionCode
from wengu.regions.models import Division, Edition, Succession

_TRUSTED_SECONDS = 5.0
Range = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """区划条目: a division as one edition describes it."""

    code: RegionCode
    name: str
    parent: RegionCode | None
    administrative_parent: RegionCode | None

    @property
    def level(self) -> Level:
        """The level of its code."""
        return self.code.level

    @property
    def short_name(self) -> str:
        """The name as people say it: 山左口村, 朝东社区."""
        if self.name.endswith("社区居委会"):
            return self.name.removesuffix("居委会")
        if self.name.endswith("村村委会"):
            return self.name.removesuffix("村委会")
        return self.name.removesuffix("委会") if self.name.endswith("村委会") else self.name


@dataclass(frozen=True)
class EditionView:
    """区划版本: all divisions of one city from a day on, with their children."""

    on: datetime.date
    source: str
    places: dict[str, Place]
    children: dict[str, tuple[Place, ...]]


@dataclass(frozen=True)
class Atlas:
    """区划图集: every edition of every city, and the succession between them."""

    cities: dict[str, list[EditionView]]
    forward: dict[str, tuple[datetime.date, RegionCode]]
    backward: dict[str, tuple[datetime.date, RegionCode]]
    covers: dict[tuple[str, datetime.date], tuple[Range, ...]] = field(default_factory=dict)


class UnknownRegion(LookupError):
    """区划代码不存在"""


def at(on: datetime.date) -> dict[str, Place]:
    """Return every division in force on `on`, by code; before the first edition, the first."""
    found: dict[str, Place] = {}
    for editions in _atlas().cities.values():
        found |= _in_force(editions, on).places
    return found


def earlier(on: datetime.date) -> list[dict[str, Place]]:
    """Return the editions before those in force on `on`, the newest of each city first."""
    return [
        edition.places
        for editions in _atlas().cities.values()
        for edition in reversed(editions)
        if edition.on < _in_force(editions, on).on
    ]


def find(code: str, on: datetime.date) -> Place:
    """Return the division as the edition in force describes it, else as the nearest that has it.

    UnknownRegion for a code that no edition has.
    """
    root = RegionCode(code)
    return _edition_with(root, on).places[root]


def exists(code: str) -> bool:
    """Say whether any edition has this code."""
    return any(code in e.places for editions in _atlas().cities.values() for e in editions)


def name(code: str, on: datetime.date) -> str:
    """Return the name of a division on a day."""
    return find(code, on).name


def path(code: str, on: datetime.date) -> tuple[Place, ...]:
    """Return the divisions from the city down to this one, in statistics."""
    edition = _edition_with(RegionCode(code), on)
    steps: list[Place] = []
    place: Place | None = edition.places[RegionCode(code)]
    while place is not None:
        steps.append(place)
        place = edition.places[place.parent] if place.parent else None
    return tuple(reversed(steps))


def children(code: str, on: datetime.date) -> tuple[Place, ...]:
    """Return the divisions directly below, in the order of their codes."""
    return _edition_with(RegionCode(code), on).children.get(RegionCode(code), ())


def under(code: str, on: datetime.date, level: Level = Level.VILLAGE) -> tuple[Place, ...]:
    """Return the divisions of a level in this one (itself too, where it is of that level)."""
    root = RegionCode(code)
    places = _edition_with(root, on).places
    return tuple(p for c, p in sorted(places.items()) if p.level == level and root.covers(c))


def successor(code: str, on: datetime.date) -> RegionCode:
    """Return the code that stands for this one on `on`: itself, or what it became, or what it was.

    An abolished code whose successor is not known stands for itself.
    """
    return _standing(_atlas(), RegionCode(code), on)


def town(code: str, on: datetime.date) -> str:
    """Return the code of the town in which a village lies on `on`, whatever its own code says."""
    return successor(code, on)[: Level.TOWN].ljust(LENGTH, "0")


def became(code: str, on: datetime.date) -> datetime.date | None:
    """Return the last day up to `on` on which this code became another; None where it stands."""
    steps = _atlas().forward
    last, standing = None, RegionCode(code)
    while (step := steps.get(standing)) is not None and step[0] <= on:
        last, standing = step
    return last


def prefixes(code: str, on: datetime.date) -> tuple[Range, ...]:
    """Return the half-open code ranges whose rows belong to this region on `on`.

    Its own prefix; codes abolished by then whose successors lie in it; and codes that came later
    whose predecessors lay in it. Codes of its prefix that belonged elsewhere are left out.
    """
    atlas, root = _atlas(), RegionCode(code)
    kept = atlas.covers.get((root, on))
    if kept is None:
        kept = atlas.covers[root, on] = _cover(atlas, root, on)
    return kept


def sources(on: datetime.date) -> tuple[str, ...]:
    """Return the stated sources of the editions in force on `on`."""
    return tuple(_in_force(e, on).source for e in _atlas().cities.values())


def successions(city: str) -> Sequence[Succession]:
    """Return the recorded successions of a city, newest first, for its page."""
    low, high = RegionCode(city).bounds
    rows = Succession.objects.filter(old_id__gte=low, old_id__lt=high)
    return list(rows.order_by("-on", "old_id"))


def _in_force(editions: Sequence[EditionView], on: datetime.date) -> EditionView:
    index = bisect_right([edition.on for edition in editions], on)
    return editions[max(index - 1, 0)]


def _edition_with(code: RegionCode, on: datetime.date) -> EditionView:
    editions = _atlas().cities.get(code.at(Level.CITY), [])
    having = [edition for edition in editions if code in edition.places]
    if not having:
        raise UnknownRegion(_("区划代码 %(code)s 不存在：请先在行政区划中登记") % {"code": code})
    current = _in_force(editions, on)
    return current if code in current.places else _in_force(having, on)


def _standing(atlas: Atlas, code: RegionCode, on: datetime.date) -> RegionCode:
    while (step := atlas.forward.get(code)) is not None and step[0] <= on:
        code = step[1]
    while (step := atlas.backward.get(code)) is not None and step[0] > on:
        code = step[1]
    return code


def _cover(atlas: Atlas, root: RegionCode, on: datetime.date) -> tuple[Range, ...]:
    ranges = [root.bounds]
    # From coarse to fine: a village that went another way than its town is decided last.
    moved = sorted(
        {*atlas.forward, *atlas.backward}, key=lambda code: (RegionCode(code).level, code)
    )
    for code in map(RegionCode, moved):
        standing = _standing(atlas, code, on)
        if standing != code:
            change = _united if root.covers(standing) else _without
            ranges = change(ranges, code.bounds)
    return tuple(ranges)


def _united(ranges: Iterable[Range], more: Range) -> list[Range]:
    """Return the ranges together with one more, sorted and joined where they touch."""
    joined: list[Range] = []
    for low, high in sorted([*ranges, more]):
        if joined and low <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], high)
        else:
            joined.append((low, high))
    return joined


def _without(ranges: Iterable[Range], less: Range) -> list[Range]:
    """Return the ranges with one cut out."""
    left: list[Range] = []
    for low, high in ranges:
        left += [
            part
            for part in ((low, min(high, less[0])), (max(low, less[1]), high))
            if part[0] < part[1]
        ]
    return left


# --- The process's copy ----------------------------------------------------------------------

Stamp = tuple[int | None, int, int | None, int]


class _Kept:
    """What this process holds, and until when it is trusted without asking the database."""

    lock = Lock()
    atlas: Atlas | None = None
    stamp: Stamp | None = None
    trusted_until = 0.0


def forget() -> None:
    """Drop the process's copy: after a load, and between tests."""
    with _Kept.lock:
        _Kept.atlas = None


def _atlas() -> Atlas:
    atlas = _Kept.atlas
    if atlas is not None and time.monotonic() < _Kept.trusted_until:
        return atlas
    with _Kept.lock:
        stamp = _stamp()
        if _Kept.atlas is None or stamp != _Kept.stamp:
            _Kept.atlas, _Kept.stamp = _read(), stamp
        _Kept.trusted_until = time.monotonic() + _TRUSTED_SECONDS
        return _Kept.atlas


def _stamp() -> Stamp:
    divisions = Division.objects.aggregate(last=Max("pk"), rows=Count("pk"))
    steps = Succession.objects.aggregate(last=Max("pk"), rows=Count("pk"))
    return divisions["last"], divisions["rows"], steps["last"], steps["rows"]


def _read() -> Atlas:
    cities: dict[str, list[EditionView]] = defaultdict(list)
    columns = ("region_id", "name", "parent_id", "administrative_parent_id")
    for edition in Edition.objects.order_by("on"):
        rows = edition.divisions.order_by("region_id").values_list(*columns)
        cities[edition.city_id].append(_view(edition, rows))
    forward: dict[str, tuple[datetime.date, RegionCode]] = {}
    backward: dict[str, tuple[datetime.date, RegionCode]] = {}
    steps = Succession.objects.values_list("old_id", "new_id", "on").order_by(
        F("on").asc(), "old_id"
    )
    for old, new, on in steps:
        forward[old] = on, RegionCode(new)
        # Where several were merged into one, the later code stands for the first of them.
        if RegionCode(new).level == RegionCode(old).level:
            backward.setdefault(new, (on, RegionCode(old)))
    for editions in cities.values():
        for code in editions[0].places:
            backward.pop(code, None)  # it existed before: it took another in, it did not come later
    return Atlas(dict(cities), forward, backward)


def _view(edition: Edition, rows: Iterable[tuple[str, str, str | None, str | None]]) -> EditionView:
    places: dict[str, Place] = {}
    below: dict[str, list[Place]] = defaultdict(list)
    for code, title, parent, in_law in rows:
        place = Place(RegionCode(code), title, _code(parent), _code(in_law))
        places[code] = place
        if parent is not None:
            below[parent].append(place)
    return EditionView(
        edition.on, edition.source, places, {code: tuple(found) for code, found in below.items()}
    )


def _code(value: str | None) -> RegionCode | None:
    return None if value is None else RegionCode(value)
