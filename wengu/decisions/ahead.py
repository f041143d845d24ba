"""将来: what is known now to begin or end later: a benefit's last day, a correction dated ahead."""

import datetime
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django.db.models import Model, Q, QuerySet

from wengu.decisions import facts
from wengu.decisions.dossiers import Dossier
from wengu.decisions.frames import frame_of
from wengu.decisions.policies import Policy
from wengu.kernel.dates import add_months
from wengu.registry.models import (
    Income,
    Listed,
    Listing,
    ListingGap,
    ListingKind,
    Membership,
    Person,
    PersonIdentity,
    Statement,
    VillageFacts,
)
from wengu.rules.due import Ahead
from wengu.rules.rows import Frame


class Future:
    """将来: how a household, its persons and its village will stand by what is known at `seq`."""

    def __init__(self, dossier: Dossier, *, on: datetime.date, seq: int, policy: Policy) -> None:
        self.dossier = dossier
        self._home = dossier.household.get("id", 0)  # a village alone has no household
        self._village = dossier.village.get("village", "")
        self._on = on
        self._seq = seq
        self._policy = policy
        self._stands: dict[tuple[datetime.date, bool], Dossier | None] = {}

    def of(self, frame: Frame) -> Ahead:
        """Return the days ahead of a subject of the dossier, and how it stands from each on."""
        table, subject = frame.table, frame.id
        return Ahead(self._days, lambda day: self._frame(day, table, subject))

    def _frame(self, day: datetime.date, table: str, subject: Any) -> Frame | None:
        read = self._read_village if table == "village" else self._read_home
        key = (day, table == "village")
        if key not in self._stands:
            self._stands[key] = read(day)
        return frame_of(self._policy.pack, self._stands[key], table, subject)

    def _read_home(self, day: datetime.date) -> Dossier | None:
        ages = self._policy.ages(day)
        return facts.dossier(household=self._home, on=day, seq=self._seq, ages=ages)

    def _read_village(self, day: datetime.date) -> Dossier:
        ages = self._policy.ages(day)
        return facts.village(code=self._village, on=day, seq=self._seq, ages=ages)

    @cached_property
    def _days(self) -> tuple[datetime.date, ...]:
        """The later days on which a statement about one of them begins, ends or grows too old.

        A day too many only costs another look: what is known at `seq` is read on each.
        """
        first, *others = [
            rows
            for model in Statement.__subclasses__()
            for rows in self._turns(model, {field.name for field in model._meta.fields})
        ]
        return tuple(
            sorted({*first.union(*others), *(day for day in self._expiries() if day > self._on)})
        )

    def _expiries(self) -> Iterator[datetime.date]:
        """Yield the days from which a list, or an income, no longer answers."""
        ages = self._policy.ages(self._on)
        incomes = Income.objects.filter(household=self._home).values_list("period_until", flat=True)
        years = VillageFacts.objects.filter(village=self._village, income_year__isnull=False)
        ends = {
            "list": {
                *Listing.objects.values_list("since", flat=True),
                *Listed.objects.filter(number__in=self._numbers).values_list("since", flat=True),
            },
            "income": {
                *incomes,
                *(
                    datetime.date(year + 1, 1, 1)
                    for year in years.values_list("income_year", flat=True)
                    if year is not None
                ),
            },
        }
        # A stay that waits is asked for a year.
        gaps = ListingGap.objects.filter(listing__kind=ListingKind.HOSPITAL)
        for day in gaps.values_list("since", flat=True).distinct():
            yield add_months(day, 12)
        for name, days in ends.items():
            for day in days:
                over = ages.expiry(name, day)
                if over is not None and over > self._on:
                    yield over

    def _turns(self, model: type[Model], fields: set[str]) -> list[QuerySet[Any, datetime.date]]:
        whose = Q()
        for name, owners in self._owners.items():
            # A person's 人编号 is another number than that of the papers.
            if name in fields and (name != "number" or model is not PersonIdentity):
                whose |= Q(**{f"{name}__in": owners})
        rows = model._default_manager.filter(whose).order_by()
        return [
            rows.filter(**{f"{day}__gt": self._on}).values_list(day, flat=True)
            for day in ("since", "until", "grace_since")
            if day in fields
        ]

    @cached_property
    def _owners(self) -> dict[str, Any]:
        """Whose statements are asked for; of the few lists of departments all are."""
        return {
            "household": [self._home],
            "person": Membership.objects.filter(household=self._home).values("person"),
            "village": [self._village],
            "number": self._numbers,
        }

    @property
    def _numbers(self) -> Any:
        members = Person.objects.filter(memberships__household=self._home)
        return members.filter(id_index__isnull=False).values("id_index")
