"""区划沿革: which code took the place of an abolished one, by rules that can be read.

Between two editions an abolished code is matched with codes that are new in the later one:
1. a county that disappears was folded into the county it belongs to in law;
2. a village, or a town, has the successor of the same name in its county or in the county that
   took over; of several, the one under the town that took over;
3. a town also has the successor of the same stem (曲阳乡 → 曲阳镇), else the one town to which all
   its abolished villages went.
What no rule decides stays unresolved: its facts remain under the old code, inside its old prefix.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from wengu.kernel.regioncode import Level, RegionCode

_TOWN_WORD = re.compile("(街道办事处|街道|办事处|乡|镇)$")


@dataclass(frozen=True, slots=True)
class Listed:
    """条目: one line of an edition."""

    code: RegionCode
    name: str
    parent: RegionCode | None
    administrative_parent: RegionCode | None


@dataclass(frozen=True, slots=True)
class Step:
    """沿革: the old code, the new one, and the rule that matched them."""

    old: RegionCode
    new: RegionCode
    basis: str


@dataclass
class _Matcher:
    before: Mapping[str, Listed]
    after: Mapping[str, Listed]
    found: dict[str, Step] = field(default_factory=dict)
    by_name: dict[tuple[str, str, Level], list[Listed]] = field(
        default_factory=lambda: defaultdict(list)
    )
    by_stem: dict[tuple[str, str], list[Listed]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for line in self.after.values():
            county = line.code.county
            if line.code in self.before or county is None:
                continue
            self.by_name[county, line.name, line.code.level].append(line)
            if line.code.level == Level.TOWN:
                self.by_stem[county, _stem(line.name)].append(line)

    def abolished(self, level: Level) -> Iterator[Listed]:
        """The codes of this level that the later edition no longer has, in order."""
        for code in sorted(self.before.keys() - self.after.keys()):
            if self.before[code].code.level == level:
                yield self.before[code]

    def keep(self, line: Listed, new: str, basis: str) -> None:
        self.found[line.code] = Step(line.code, RegionCode(new), basis)

    def counties(self, code: RegionCode) -> list[str]:
        """The county of a code and the one that it was folded into, as six digits."""
        step = self.found.get(code.at(Level.COUNTY))
        return [code[: Level.COUNTY], *([step.new[: Level.COUNTY]] if step else [])]

    def match_counties(self) -> None:
        for line in self.abolished(Level.COUNTY):
            parent = line.administrative_parent
            if parent is not None and parent in self.after:
                self.keep(line, parent, "并入行政上级")

    def match_towns(self) -> None:
        for line in self.abolished(Level.TOWN):
            for county in self.counties(line.code):
                same = self.by_name[county, line.name, Level.TOWN]
                stem = self.by_stem[county, _stem(line.name)]
                if len(same) == 1:
                    self.keep(line, same[0].code, "同县同名")
                elif len(stem) == 1:
                    self.keep(line, stem[0].code, "同县改制")

    def match_villages(self) -> None:
        for line in self.abolished(Level.VILLAGE):
            names = [
                other
                for county in self.counties(line.code)
                for other in self.by_name[county, line.name, Level.VILLAGE]
            ]
            town = self.found.get(line.code.at(Level.TOWN))
            if len(names) > 1 and town is not None:
                names = [other for other in names if town.new.covers(other.code)]
            if len(names) == 1:
                self.keep(line, names[0].code, "同县同名")

    def match_towns_by_villages(self) -> None:
        for line in self.abolished(Level.TOWN):
            if line.code in self.found:
                continue
            villages = [v for v in self.abolished(Level.VILLAGE) if line.code.covers(v.code)]
            steps = [self.found.get(village.code) for village in villages]
            towns = {step.new.at(Level.TOWN) if step else None for step in steps}
            if len(towns) == 1 and (town := towns.pop()) is not None:
                self.keep(line, town, "所辖村全部转入")


def between(before: Mapping[str, Listed], after: Mapping[str, Listed]) -> list[Step]:
    """Return what became of the codes of `before` that `after` no longer has, where it is known."""
    matcher = _Matcher(before, after)
    matcher.match_counties()
    matcher.match_towns()
    matcher.match_villages()
    matcher.match_towns_by_villages()
    return sorted(matcher.found.values(), key=lambda step: step.old)


def _stem(name: str) -> str:
    return _TOWN_WORD.sub("", name)
