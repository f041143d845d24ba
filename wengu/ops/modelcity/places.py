"""地点: the counties, towns and villages of a snapshot, as people write them in a workbook."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import resources

SNAPSHOT = "2020-06-30"
_VILLAGE_TAILS = range(200, 400)
_COMMITTEE_TAILS = range(200)
_ENDINGS = (
    ("村民委员会", "村"),
    ("社区居民委员会", "社区"),
    ("居民委员会", ""),
    ("村委会", "村"),
    ("社区居委会", "社区"),
    ("居委会", ""),
)


@dataclass(frozen=True, slots=True)
class Village:
    """行政村: one village-level division with its town and county."""

    code: str
    name: str
    town_code: str
    town: str
    county_code: str
    county: str

    @property
    def everyday(self) -> str:
        """The name as cells carry it: 树云村委会 is written 树云村."""
        for ending, short in _ENDINGS:
            if self.name.endswith(ending):
                return self.name.removesuffix(ending) + short
        return self.name

    @property
    def share(self) -> float:
        """The weight of this village among registered households: they live in the country."""
        tail = int(self.code[-3:])
        if tail in _VILLAGE_TAILS:
            return 1.0
        return 0.25 if tail in _COMMITTEE_TAILS else 0.04


def _rows(snapshot: str) -> list[dict[str, str]]:
    source = resources.files("wengu.regions").joinpath("data", "divisions.csv")
    with source.open(encoding="utf-8") as text:
        return [row for row in csv.DictReader(text) if row["snapshot"] == snapshot]


def villages(region: str, *, snapshot: str = SNAPSHOT) -> list[Village]:
    """Return the villages whose code begins with `region`, in code order."""
    rows = _rows(snapshot)
    names = {row["code12"]: row["name"] for row in rows}
    found = []
    for row in rows:
        code, town = row["code12"], row["parent12"]
        if row["level"] != "村" or not code.startswith(region):
            continue
        county = town[:6].ljust(12, "0")
        found.append(Village(code, row["name"], town, names[town], county[:6], names[county]))
    if not found:
        raise ValueError(f"区划快照 {snapshot} 中没有代码以 {region} 开头的村：请核对区划代码")
    return sorted(found, key=lambda village: village.code)


def by_town(places: Iterable[Village]) -> dict[str, list[Village]]:
    """Return the villages under each town code, in order."""
    towns: dict[str, list[Village]] = {}
    for place in places:
        towns.setdefault(place.town_code, []).append(place)
    return towns


def apportion(total: int, shares: Sequence[float]) -> list[int]:
    """Return whole numbers in the proportion of `shares` that add up to `total`."""
    whole = sum(shares)
    counts, given, running = [], 0, 0.0
    for share in shares:
        running += share
        upto = round(total * running / whole)
        counts.append(upto - given)
        given = upto
    return counts
