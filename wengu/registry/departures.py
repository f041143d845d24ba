"""离户: households of which a roster says that nobody is left."""

import datetime
from collections.abc import Sequence

from wengu.registry.changes import Stamp
from wengu.registry.copies import refresh_contents
from wengu.registry.current import OPEN, newer_rosters, slices
from wengu.registry.departments import supersede
from wengu.registry.models import Membership
from wengu.registry.statements import DepartureStatement
from wengu.registry.writing import ended


def leaving(
    statements: Sequence[DepartureStatement], *, on: datetime.date
) -> dict[str, list[Membership]]:
    """Return who would leave each household; of one that a newer roster still has, nobody."""
    numbers = [each.number for each in statements]
    held = newer_rosters(numbers, on)
    found: dict[str, list[Membership]] = {}
    for some in slices([number for number in numbers if number not in held]):
        rows = Membership.objects.filter(OPEN, household__number__in=some, since__lte=on)
        for row in rows.select_related("household"):
            found.setdefault(row.household.number, []).append(row)
    return found


def write_departures(statements: Sequence[DepartureStatement], *, stamp: Stamp) -> int:
    """Let everybody leave from the stamp's day on; return how many households are left empty."""
    gone = leaving(statements, on=stamp.since)
    rows = [row for members in gone.values() for row in members]
    supersede(Membership, [row.pk for row in rows], stamp)
    Membership.objects.bulk_create(
        Membership(
            **ended(row, stamp), seq=stamp.seq, batch=stamp.batch, sheet=row.sheet, row=row.row
        )
        for row in rows
        if row.since < stamp.since
    )
    refresh_contents({row.household_id for row in rows})
    return len(gone)
