"""已知: the registry as a check of a sheet sees it."""

import datetime
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Q

from wengu.intake.spec import KnownPerson, Stay
from wengu.registry.current import OPEN, STANDING, slices
from wengu.registry.departments import bills_of, by_index, listed_of, members
from wengu.registry.models import ListingKind, Membership


class Registry:
    """已知: the registry as a check sees it."""

    def persons(self, numbers: Iterable[str]) -> Mapping[str, KnownPerson]:
        """Return the persons with an open membership, by their numbers."""
        return {
            key: KnownPerson(
                row.person.name, row.household.number, row.household.village_id, row.since
            )
            for key, row in members(numbers).items()
        }

    def members(self, households: Iterable[str]) -> Mapping[str, int]:
        """Return how many open members each household has."""
        found: dict[str, int] = {}
        for some in slices(list(households)):
            rows = Membership.objects.filter(OPEN, household__number__in=some)
            for number in rows.values_list("household__number", flat=True):
                found[number] = found.get(number, 0) + 1
        return found

    def stays(self, numbers: Iterable[str]) -> Mapping[str, Sequence[Stay]]:
        """Return the stays of persons that the lists before name."""
        keys = by_index(numbers)
        bills = bills_of(keys, known=STANDING, on=datetime.date.max)
        found: dict[str, list[Stay]] = {}
        for number, hospital, admitted, discharged in bills:
            found.setdefault(keys[number], []).append(Stay(hospital, admitted, discharged))
        return found

    def leaving(self, numbers: Iterable[str], on: datetime.date) -> Mapping[str, datetime.date]:
        """Return the first day of gradual exit that the lists until a day last stated."""
        keys = by_index(numbers)
        stated = STANDING & Q(grace_stated=True)
        rows = listed_of((ListingKind.DIBAO,), keys, known=stated, on=on)
        return {keys[number]: row.grace_since for number, row in rows.items() if row.grace_since}
