"""乡镇名: which town a list means, however it is spelt: 伊山, 灌云县伊山镇, 伊山镇人民政府."""

import itertools
import re
from collections.abc import Iterable, Mapping

from wengu.kernel.regioncode import LENGTH, Level, RegionCode
from wengu.kernel.text import compact

_OFFICES = ("人民政府", "政府", "办事处")
_KINDS = ("街道", "镇", "乡")
_ABOVE = ("省", "市", "县", "区")
_PROVINCE = re.compile("^[^省]{2,3}省")
_SHORTEST = 2


class Towns:
    """乡镇名表: the towns of one edition by all their spellings, with what they lie in or alone."""

    def __init__(
        self, names: Mapping[str, str], towns: Iterable[str], nicknames: Mapping[str, set[str]]
    ) -> None:
        self._found: dict[str, set[str]] = {}
        for code in towns:
            name = compact(names[code])
            county, city = (RegionCode(code).at(level) for level in (Level.COUNTY, Level.CITY))
            above = (
                _spellings(names.get(city, "")),
                _spellings(names.get(county, "")) | nicknames.get(county, set()),
            )
            for parts in itertools.product(*above, {name, _plain(name)}):
                self._found.setdefault("".join(parts), set()).add(code)

    def called(self, written: str) -> set[str]:
        """Return the towns of a spelling: of the name as it stands, else without 镇 or 街道."""
        name = _without(_PROVINCE.sub("", compact(written)), _OFFICES)
        return self._found.get(name) or self._found.get(_plain(name), set())


def code_in(written: str) -> str:
    """Return the town of a cell that holds a code of 9 or 12 digits; "" where it holds none."""
    code = compact(written)
    if not (code.isascii() and code.isdigit() and len(code) in (Level.TOWN, LENGTH)):
        return ""
    return str(RegionCode(code).at(Level.TOWN)) if RegionCode(code).level >= Level.TOWN else ""


def _spellings(name: str) -> set[str]:
    """Return how a county or city is written before a town's name: whole, short, not at all."""
    full = compact(name)
    return {"", full, _without(full, _ABOVE)}


def _plain(name: str) -> str:
    return _without(name, _KINDS)


def _without(name: str, ends: Iterable[str]) -> str:
    for end in ends:
        if name.endswith(end) and len(name) >= len(end) + _SHORTEST:
            return name.removesuffix(end)
    return name
