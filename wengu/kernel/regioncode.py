"""区划代码: twelve digits whose prefix is the statistical path."""

import enum
from typing import Self

LENGTH = 12


class Level(enum.IntEnum):
    """层级: the number of digits that name a division of this level."""

    PROVINCE = 2
    CITY = 4
    COUNTY = 6
    TOWN = 9
    VILLAGE = 12


class RegionCode(str):
    """区划代码: a checked code of twelve digits; shorter codes are filled with zeros."""

    __slots__ = ()

    def __new__(cls, value: str) -> Self:
        """Check the digits, and fill a prefix of a known length up to twelve."""
        lengths = {level.value for level in Level}
        if not (value.isascii() and value.isdigit() and len(value) in lengths):
            raise ValueError(f"区划代码 {value!r} 不对：应为 2、4、6、9 或 12 位数字")
        return super().__new__(cls, value.ljust(LENGTH, "0"))

    @property
    def level(self) -> Level:
        """The lowest level whose own digits are not all zero."""
        found = Level.PROVINCE
        for shorter, level in zip(list(Level), list(Level)[1:], strict=False):
            if self[shorter:level].strip("0"):
                found = level
        return found

    @property
    def prefix(self) -> str:
        """The digits that every code below this one begins with."""
        return self[: self.level]

    @property
    def parent(self) -> "RegionCode | None":
        """The division above in the statistical path; None for a province."""
        return (
            self.at(list(Level)[list(Level).index(self.level) - 1])
            if self.level > Level.PROVINCE
            else None
        )

    @property
    def county(self) -> str | None:
        """The six digits of the county; None above it."""
        return str(self[: Level.COUNTY]) if self.level >= Level.COUNTY else None

    @property
    def bounds(self) -> tuple[str, str]:
        """The half-open range of the codes in this division: low <= code < high.

        Both ends are digits, so that every database's collation orders them alike.
        """
        return self.prefix, str(int(self.prefix) + 1).zfill(len(self.prefix))

    def at(self, level: Level) -> "RegionCode":
        """Return the division of `level` that this one lies in."""
        return RegionCode(self[:level])

    def covers(self, other: str) -> bool:
        """Say whether `other` is this division or lies in it."""
        return other.startswith(self.prefix)
