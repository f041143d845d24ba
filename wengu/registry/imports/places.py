"""地名: finds a village's code by the names on a sheet, in one edition of the divisions."""

import csv
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import NamedTuple

from wengu.intake.spec import Place
from wengu.kernel.regioncode import LENGTH
from wengu.kernel.text import compact

_COUNTY, _TOWN = 6, 9
_SUFFIXES = ("居民委员会", "村民委员会", "居委会", "村委会", "委会")


class Division(NamedTuple):
    """区划条目: the code and the name of one division."""

    code: str
    name: str


class Places:
    """地名表: counties, towns and villages of one edition, and successors of old codes."""

    def __init__(
        self, divisions: Iterable[Division], successors: Mapping[str, str] | None = None
    ) -> None:
        self.codes: set[str] = set()
        self.successors = dict(successors or {})
        self._counties: dict[str, set[str]] = {}
        self._towns: dict[tuple[str, str], set[str]] = {}
        self._villages: dict[tuple[str, str], set[str]] = {}
        self._known: dict[tuple[str, str, str], Place] = {}
        for code, name in divisions:
            self._add(code, name)

    @classmethod
    def packaged(cls, on: str) -> "Places":
        """Return the package's own edition in force on a day (ISO): the latest not after it."""
        path = files("wengu.regions") / "data" / "divisions.csv"
        with path.open(encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream))
        editions = sorted({row["snapshot"] for row in rows})
        edition = max((e for e in editions if e <= on), default=editions[0])
        return cls(
            Division(row["code12"], row["name"]) for row in rows if row["snapshot"] == edition
        )

    def _add(self, code: str, name: str) -> None:
        self.codes.add(code)
        if code[_TOWN:].strip("0"):
            for spelling in _village_spellings(name):
                self._villages.setdefault((code[:_TOWN], spelling), set()).add(code)
        elif code[_COUNTY:].strip("0"):
            self._towns.setdefault((code[:_COUNTY], compact(name)), set()).add(code[:_TOWN])
        else:
            self._counties.setdefault(compact(name), set()).add(code[:_COUNTY])

    def find(self, county: str, town: str, village: str) -> Place:
        """Return the village, or which name is unknown; `county` is a name or six digits."""
        key = (county, town, village)
        try:
            return self._known[key]
        except KeyError:
            place = self._known[key] = self._find(compact(county), compact(town), compact(village))
            return place

    def _find(self, county: str, town: str, village: str) -> Place:
        if len(village) == LENGTH and village.isdigit():
            return self._by_code(village)
        code = county[:_COUNTY] if county.isdigit() else _only(self._counties.get(county, set()))
        if not code:
            return Place("", "county")
        town_code = _only(self._towns.get((code, town), set()))
        if not town_code:
            return Place("", "town")
        found = _only(self._villages.get((town_code, village), set()))
        return Place(found) if found else Place("", "village")

    def _by_code(self, code: str) -> Place:
        if code in self.codes:
            return Place(code)
        successor = self.successors.get(code)
        return Place(successor) if successor else Place("", "village")


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


def _only(codes: set[str]) -> str:
    """Return the one code of a name; none where two divisions share it."""
    return next(iter(codes)) if len(codes) == 1 else ""
