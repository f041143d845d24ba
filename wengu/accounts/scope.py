"""范围: what one person may see and do on a day: role × region. There is no unscoped default."""

import datetime
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from wengu.accounts.models import Role
from wengu.accounts.permissions import COLUMNS, Facts, Permission
from wengu.kernel.regioncode import RegionCode

Rows = TypeVar("Rows", bound=Model)
Range = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Scope:
    """范围: who, in which post, for which region, and therefore which rows and which acts.

    Everybody without a current post gets an empty one: it allows nothing and covers nothing.
    """

    user: str
    on: datetime.date
    role: Role | None = None
    region: RegionCode | None = None
    ranges: tuple[Range, ...] = ()
    permissions: frozenset[Permission] = frozenset()
    facts: frozenset[Facts] = frozenset()
    office: str = ""
    user_id: int | None = None

    def allows(self, permission: Permission) -> bool:
        """Say whether the post may do this at all."""
        return permission in self.permissions

    def covers(self, code: str) -> bool:
        """Say whether a region (a village, or any division as a whole) lies in this scope."""
        low, high = RegionCode(code).bounds
        return any(first <= low and high <= last for first, last in self.ranges)

    def sees(self, column: str) -> bool:
        """Say whether a registry column (or a group of facts) may be shown to this post."""
        group = Facts(column) if column in set(Facts) else COLUMNS.get(column)
        return self.facts == frozenset(Facts) if group is None else group in self.facts

    def condition(self, field: str = "village") -> Q:
        """Return the condition that a row's region code lies in this scope."""
        if not self.ranges:
            return Q(pk__in=())
        return reduce(
            or_, (Q(**{f"{field}__gte": low, f"{field}__lt": high}) for low, high in self.ranges)
        )

    def filter(self, rows: QuerySet[Rows], field: str = "village") -> QuerySet[Rows]:
        """Return only the rows whose region code lies in this scope."""
        return rows.filter(self.condition(field))
