"""地名: finds a village's code by the names on a sheet, in one edition of the divisions.

A sheet may still name an abolished county, town or village: what became of it stands in the
succession. Where that leaves one village, it is meant; otherwise the successors are named.
"""

import csv
import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.resources import as_file, files
from itertools import pairwise
from typing import NamedTuple

from wengu.intake.spec import Place
from wengu.kernel.regioncode import LENGTH, Level, RegionCode
from wengu.kernel.text import compact
from wengu.regions import listing, succession
from wengu.registry.imports.towns import Towns, code_in

_COUNTY, _TOWN = 6, 9
_SUFFIXES = ("居民委员会", "村民委员会", "居委会", "村委会", "委会")
_NAMED = 5
_ZONES = {"经济技术开发区": "经开区", "高新技术产业开发区": "高新区"}


class Division(NamedTuple):
    """区划条目: the code and the name of one division."""

    code: str
    name: str


class _Edition:
    """一版区划: the names of one edition, as sheets spell them."""

    def __init__(self, divisions: Iterable[Division]) -> None:
        self.names: dict[str, str] = {}
        self._found: dict[tuple[str, str], set[str]] = {}
        for code, name in divisions:
            self.names[code] = name
            level = RegionCode(code).level
            if level == Level.VILLAGE:
                above, spellings = code[:_TOWN], _village_spellings(name)
            elif level == Level.TOWN:
                above, spellings = code[:_COUNTY], {compact(name)}
            else:
                above, spellings = "", {compact(name), code[:_COUNTY], *_zone_spellings(name)}
            for spelling in spellings:
                self._found.setdefault((above, spelling), set()).add(code)

    def below(self, above: str, spelling: str) -> str:
        """Return the one division of a name in a county or a town; none where two share it."""
        codes = self._found.get((above, spelling), set())
        return next(iter(codes)) if len(codes) == 1 else ""

    def agrees(self, code: str, county: str, town: str, village: str) -> bool:
        """Say whether a village's code and the names beside it are the same place."""
        names = (
            (code[:_COUNTY].ljust(LENGTH, "0"), county),
            (code[:_TOWN].ljust(LENGTH, "0"), town),
        )
        same = all(
            not name or compact(self.names.get(above, "")) == name or above[:_COUNTY] == name
            for above, name in names
        )
        return same and (not village or village in _village_spellings(self.names[code]))


class Places:
    """地名表: counties, towns and villages of one edition, and what became of earlier ones.

    `successors` says of a code of an `earlier` edition which code stands for it in this one.
    """

    def __init__(
        self,
        divisions: Iterable[Division],
        successors: Mapping[str, str] | None = None,
        earlier: Sequence[Iterable[Division]] = (),
    ) -> None:
        self._now = _Edition(divisions)
        self._earlier = [_Edition(edition) for edition in earlier]
        self._successors = dict(successors or {})
        self._predecessors: dict[str, list[str]] = {}
        for old, new in self._successors.items():
            self._predecessors.setdefault(new, []).append(old)
        self._known: dict[tuple[str, str, str], Place] = {}
        self._towns: dict[str, list[Towns]] = {}

    @classmethod
    def packaged(cls, on: str) -> "Places":
        """Return the package's own edition in force on a day (ISO): the latest not after it."""
        data = files("wengu.regions") / "data"
        with as_file(data / "divisions.csv") as path:
            read = listing.read(path)
        with (data / "zones.csv").open(encoding="utf-8") as stream:
            zones = {row["code12"]: RegionCode(row["parent12"]) for row in csv.DictReader(stream)}
        editions = {date: _in_law(lines, zones) for (_, date), lines in sorted(read.items())}
        day = datetime.date.fromisoformat(on)
        reached = [date for date in editions if date <= day] or list(editions)[:1]
        successors: dict[str, str] = {}
        for before, after in pairwise(reached):
            steps = succession.between(editions[before], editions[after])
            became = {str(step.old): str(step.new) for step in steps}
            successors = {old: became.get(new, new) for old, new in successors.items()} | became
        listed = [
            [Division(line.code, line.name) for line in editions[date].values()] for date in reached
        ]
        return cls(listed[-1], successors, listed[-2::-1])

    def find(self, county: str, town: str, village: str) -> Place:
        """Return the village, or which name is unknown; `county` is a name or six digits."""
        key = (county, town, village)
        try:
            return self._known[key]
        except KeyError:
            place = self._known[key] = self._find(compact(county), compact(town), compact(village))
            return place

    def coded(self, code: str, county: str, town: str, village: str) -> Place:
        """Return the village of a code; `unknown` says code, or names where they differ."""
        county, town, village = (compact(name) for name in (county, town, village))
        county = "" if county.isdigit() and county.endswith("00") else county
        code = compact(code)
        standing = self._standing(code)
        if not _is_village(code) or not standing:
            return Place("", "code")
        agree = any(
            edition.agrees(each, county, town, village)
            for edition in (self._now, *self._earlier)
            for each in {code, standing}
            if each in edition.names
        )
        return Place(standing) if agree else Place("", "names", self._called(standing))

    def town(self, region: str, written: str) -> str:
        """Return the one town of a region that a cell means, by name or code; "" is unclear."""
        if code := code_in(written):
            standing = self._standing(code)
            return standing if standing and self.inside(region, standing) else ""
        if region not in self._towns:
            editions = (self._now, *self._earlier)
            self._towns[region] = [self._towns_of(region, edition) for edition in editions]
        for towns in self._towns[region]:
            if found := {self._standing(code) for code in towns.called(written)}:
                code = found.pop()
                return "" if found else code
        return ""

    def _towns_of(self, region: str, edition: _Edition) -> Towns:
        below = [
            code
            for code in edition.names
            if RegionCode(code).level == Level.TOWN and self.inside(region, self._standing(code))
        ]
        nicknames = {code: _zone_spellings(name) for code, name in edition.names.items()}
        return Towns(edition.names, below, nicknames)

    def holds(self, region: str) -> bool:
        """Say whether there is, or was, a division in a region."""
        root = RegionCode(region)
        editions = (self._now, *self._earlier)
        return any(root.covers(code) for edition in editions for code in edition.names)

    def inside(self, region: str, code: str) -> bool:
        """Say whether a village lies in a region, or in what became of it."""
        root = RegionCode(region)
        return any(
            root.covers(each)
            for above in (code, code[:_TOWN].ljust(LENGTH, "0"))
            for each in (above, *self._predecessors.get(above, ()))
        )

    def _standing(self, code: str) -> str:
        """Return the code that stands today for this one; none where that is not known."""
        return code if code in self._now.names else self._successors.get(code, "")

    def _find(self, county: str, town: str, village: str) -> Place:
        if len(village) == LENGTH and village.isdigit():
            found = self.coded(village, county, town, "")
            return found if found.code else Place("", "village")
        place = self._today(county, town, village)
        return place if place.code else self._formerly(county, town, village) or place

    def _today(self, county: str, town: str, village: str) -> Place:
        county_code = self._now.below("", county)
        if not county_code:
            return Place("", "county")
        town_code = self._now.below(county_code[:_COUNTY], town)
        if not town_code:
            return Place("", "town")
        found = self._now.below(town_code[:_TOWN], village)
        return Place(found) if found else Place("", "village")

    def _formerly(self, county: str, town: str, village: str) -> Place | None:
        """Follow the names of earlier editions; None where no abolished division has them."""
        counties = list(self._both("", county, _COUNTY))
        towns = [each for above in counties for each in self._both(above, town, _TOWN)]
        villages = [each for above in towns for each in self._both(above, village, LENGTH)]
        left = {self._standing(code) for code in villages} - {""}
        if len(left) == 1:
            return Place(left.pop())
        full = [
            [code.ljust(LENGTH, "0") for code in codes] for codes in (villages, towns, counties)
        ]
        for codes in (left, *full):
            if gone := [code for code in codes if code in left or code not in self._now.names]:
                became = sorted({self._above(code) for code in gone})
                return Place("", "abolished", "、".join(map(self._called, became[:_NAMED])))
        return None

    def _above(self, code: str) -> str:
        """Return what stands for a code, else for what it lay in."""
        root = RegionCode(code)
        levels = (Level.VILLAGE, Level.TOWN, Level.COUNTY)
        found = (self._standing(root.at(level)) for level in levels if level <= root.level)
        return next(filter(None, found), "")

    def _both(self, above: str, name: str, level: int) -> Iterator[str]:
        """Yield the codes that a name has or had, and what stands for them now."""
        found: dict[str, None] = {}
        for edition in (self._now, *self._earlier):
            code = edition.below(above, name)
            if code:
                found[code[:level]] = None
                standing = self._standing(code)
                if standing and RegionCode(standing).level == level:
                    found[standing[:level]] = None
        yield from found

    def _called(self, code: str) -> str:
        """Return the full name of a division of today."""
        if not code:
            return "？"
        root = RegionCode(code)
        levels = (Level.COUNTY, Level.TOWN, Level.VILLAGE)
        names = (self._now.names[root.at(level)] for level in levels if level <= root.level)
        return "".join(names)


def _is_village(code: str) -> bool:
    return (
        len(code) == LENGTH
        and code.isascii()
        and code.isdigit()
        and (RegionCode(code).level == Level.VILLAGE)
    )


def _in_law(
    lines: Mapping[str, succession.Listed], zones: Mapping[str, RegionCode]
) -> dict[str, succession.Listed]:
    return {
        code: succession.Listed(line.code, line.name, line.parent, zones[code])
        if code in zones and line.administrative_parent is None and zones[code] in lines
        else line
        for code, line in lines.items()
    }


def _zone_spellings(name: str) -> set[str]:
    """Return the everyday names of a development zone: 经开区, 高新区."""
    return {short for long, short in _ZONES.items() if long in name}


def _village_spellings(name: str) -> set[str]:
    """Return the official name and the everyday ones: 树云村委会, 树云村, 树云村民委员会."""
    official = compact(name)
    base = official
    for suffix in _SUFFIXES:
        if official.endswith(suffix):
            # 树云村委会 is 树云村 + 委会: the word 村 or 社区 belongs to the name.
            kept = 1 if suffix.startswith("村") else 0
            base = official[: len(official) - len(suffix) + kept]
            break
    spellings = {official, base}
    if base.endswith("村"):
        spellings |= {f"{base}委会", f"{base}民委员会", f"{base}村委会", f"{base}村民委员会"}
    else:
        spellings |= {f"{base}居委会", f"{base}居民委员会"}
    return spellings
