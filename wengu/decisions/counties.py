"""属县: in which county and town a village counts on a day: by whose standard, by which lists.

The code of a village says where it lay when it was written. An abolished county stands for what
it became. A zone that statistics count apart (开发区) lies in a county by law: that county's
standard holds there.
"""

import datetime
from functools import cached_property

from wengu.kernel.dates import to_day
from wengu.kernel.regioncode import Level, RegionCode
from wengu.regions import queries as regions

DIGITS, TOWN = 6, 9


class Counties:
    """属县: the counties as they stand on a day."""

    def __init__(self, on: datetime.date) -> None:
        self._on = on
        self._kept: dict[str, tuple[str, str, int]] = {}

    @cached_property
    def _places(self) -> dict[str, regions.Place]:
        return regions.at(self._on)

    def of(self, code: str) -> str:
        """Return the six digits of the county by whose standard a division is judged."""
        return self._found(code)[0]

    def town(self, code: str) -> str:
        """Return the nine digits of the town of which departments' lists speak for a village."""
        return self._found(code)[1]

    def joined(self, code: str) -> int:
        """Return since when a village has counted in that town; 0 = as long as it is known."""
        return self._found(code)[2]

    def _found(self, code: str) -> tuple[str, str, int]:
        if code not in self._kept:
            standing = RegionCode(regions.successor(code, self._on))
            above = standing.at(Level.COUNTY)
            county = RegionCode(regions.successor(above, self._on))
            place = self._places.get(county)
            by_law = place.administrative_parent if place else None
            lawful = by_law if by_law is not None and by_law.level == Level.COUNTY else county
            days = [regions.became(each, self._on) for each in (code, above)]
            joined = max((to_day(day) for day in days if day is not None), default=0)
            self._kept[code] = (lawful[:DIGITS], standing[:TOWN], joined)
        return self._kept[code]


class AsWritten:
    """照写: without a database a division lies where its code says."""

    def of(self, code: str) -> str:
        """Return the first six digits of a code."""
        return code[:DIGITS]

    def town(self, code: str) -> str:
        """Return the first nine digits of a code."""
        return code[:TOWN]

    def joined(self, code: str) -> int:
        """Return 0: as long as it is known."""
        return 0
