"""期间: a half-open stretch of days [since, until)."""

import dataclasses
import datetime
from typing import Self

from wengu.kernel.dates import add_months


@dataclasses.dataclass(frozen=True, slots=True)
class Period:
    """期间: from `since` up to, but not including, `until`; until None = no end."""

    since: datetime.date
    until: datetime.date | None = None

    def __post_init__(self) -> None:
        if self.until is not None and self.until <= self.since:
            raise ValueError(f"期间的止期 {self.until} 必须晚于起期 {self.since}")

    @classmethod
    def of_months(cls, since: datetime.date, months: int) -> Self:
        """Return the period of `months` that begins on `since`."""
        return cls(since, add_months(since, months))

    def __contains__(self, day: datetime.date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)

    def overlaps(self, other: "Period") -> bool:
        """Say whether the two share at least one day."""
        return (self.until is None or other.since < self.until) and (
            other.until is None or self.since < other.until
        )

    def intersection(self, other: "Period") -> "Period | None":
        """Return the shared days, or None where there are none."""
        if not self.overlaps(other):
            return None
        ends = [end for end in (self.until, other.until) if end is not None]
        return Period(max(self.since, other.since), min(ends, default=None))

    def days(self) -> int | None:
        """Return the number of days; None = without end."""
        return None if self.until is None else (self.until - self.since).days
