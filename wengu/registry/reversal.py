"""撤销: takes back what a batch stated, and states again what the batch had superseded.

History stays: a snapshot of yesterday's sequence still sees the batch. What somebody changed since
is not touched; it is named.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db.models import Q

from wengu.intake.models import Batch, BatchState, Row
from wengu.registry.changes import open_change
from wengu.registry.current import slices
from wengu.registry.models import (
    Benefit,
    Bill,
    Change,
    Household,
    HouseholdFacts,
    Income,
    Listing,
    Membership,
    PersonFacts,
    Statement,
    VillageFacts,
)
from wengu.registry.writing import refresh

REVERSAL = "撤销"
_OF_HOUSEHOLD: tuple[type[Statement], ...] = (Membership, HouseholdFacts, Income, Benefit)
_OF_PERSON: tuple[type[Statement], ...] = (PersonFacts, Bill)
_OF_PLACE: tuple[tuple[type[Statement], str], ...] = (
    (VillageFacts, "village"),
    (Listing, "county"),
)


@dataclass(frozen=True, slots=True)
class Subject:
    """对象: whom statements are about: a household with its persons, or a village or county."""

    kind: str
    key: Any


def subjects(batch: Batch) -> list[Subject]:
    """Return whom the batch's open statements are about."""
    open_ = Q(batch=batch, superseded_seq__isnull=True)
    homes: set[int] = set()
    for model in _OF_HOUSEHOLD:
        homes |= _values(model, open_, "household_id")
    people: set[int] = set()
    for model in _OF_PERSON:
        people |= _values(model, open_, "person_id")
    housed = dict(
        Membership.objects.filter(
            person__in=people, until__isnull=True, superseded_seq__isnull=True
        ).values_list("person_id", "household_id")
    )
    homes.update(housed.values())
    found = [Subject("household", home) for home in sorted(homes)]
    found += [Subject("person", person) for person in sorted(people - housed.keys())]
    for model, name in _OF_PLACE:
        codes = _values(model, open_, f"{name}_id")
        found += [Subject(name, code) for code in sorted(codes)]
    return found


def _values(model: type[Statement], where: Q, column: str) -> set[Any]:
    rows: Any = model._default_manager.filter(where)
    return set(rows.values_list(column, flat=True))


def withdraw(chosen: Sequence[Subject], *, batch: Batch, by: str) -> tuple[int, tuple[str, ...]]:
    """Take the batch's statements about these back; return how many, and who was changed since."""
    changes = dict(Change.objects.filter(batch=batch).values_list("pk", "what"))
    applied = [seq for seq, what in changes.items() if not what.startswith(REVERSAL)]
    if not applied:
        return 0, ()
    seq = open_change(by=by, what=f"{REVERSAL}第 {batch.pk} 批", batch=batch)
    work = _Withdrawal(chosen, batch, list(changes), applied)
    refused = work.refuse()
    return work.write(seq), refused


class _Withdrawal:
    """撤销过程: some subjects, the persons who belong to them, and the rows about them all."""

    def __init__(
        self, chosen: Sequence[Subject], batch: Batch, own: list[int], applied: list[int]
    ) -> None:
        self.batch, self.own, self.applied = batch, own, applied
        self.last = max(applied)
        keys: dict[str, list[Any]] = {}
        for subject in chosen:
            keys.setdefault(subject.kind, []).append(subject.key)
        self.keys = keys
        self.belong: dict[int, set[int]] = {home: set() for home in keys.get("household", [])}
        for some in slices(list(self.belong)):
            pairs = Membership.objects.filter(household__in=some)
            for home, person in pairs.values_list("household_id", "person_id"):
                self.belong[home].add(person)

    def _people(self) -> list[int]:
        return sorted({*self.keys.get("person", []), *chain(*self.belong.values())})

    def _scopes(self) -> Iterable[tuple[type[Statement], str, Sequence[Any]]]:
        """Yield each table with the column and the values by which the subjects' rows are found."""
        people = self._people()
        for model in _OF_HOUSEHOLD:
            yield model, "household", list(self.belong)
        # Who moved here left another household: both memberships fall together.
        yield Membership, "person", people
        for model in _OF_PERSON:
            yield model, "person", people
        for place, name in _OF_PLACE:
            yield place, name, self.keys.get(name, [])

    def refuse(self) -> tuple[str, ...]:
        """Leave out the subjects about which something later was stated; return their names."""
        later = Q(seq__gt=self.last, superseded_seq__isnull=True) & ~Q(seq__in=self.own)
        gone = Q(superseded_seq__gt=self.last, batch=self.batch) & ~Q(superseded_seq__in=self.own)
        touched: dict[str, set[Any]] = {}
        for model, name, values in self._scopes():
            for some in slices(values):
                found = _values(model, (later | gone) & Q(**{f"{name}__in": some}), f"{name}_id")
                touched.setdefault(name, set()).update(found)
        people = touched.get("person", set())
        homes = touched.get("household", set()) | self._confirmed()
        homes |= {home for home, own in self.belong.items() if own & people}
        names = _numbers(homes & self.belong.keys())
        self.belong = {home: own for home, own in self.belong.items() if home not in homes}
        for kind in ("person", "village", "county"):
            left = [key for key in self.keys.get(kind, []) if key in touched.get(kind, ())]
            names += [str(key) for key in left]
            self.keys[kind] = [key for key in self.keys.get(kind, []) if key not in left]
        return tuple(names)

    def _confirmed(self) -> set[int]:
        """Return the households of which a later sheet said the same, leaving no statement."""
        found: set[int] = set()
        for some in slices(list(self.belong)):
            numbers = dict(Household.objects.filter(pk__in=some).values_list("number", "pk"))
            later = Row.objects.filter(
                group__in=list(numbers),
                applied=True,
                batch__gt=self.batch.pk,
                batch__spec=self.batch.spec,
            ).exclude(batch__state=BatchState.REVERSED)
            found |= {numbers[group] for group in later.values_list("group", flat=True)}
        return found

    def write(self, seq: int) -> int:
        """Supersede what the batch stated, state again what it had superseded; return how many."""
        count = 0
        homes = set(self.belong)
        for model, name, values in self._scopes():
            for some in slices(values):
                rows = model._default_manager.filter(**{f"{name}__in": some})
                stated = rows.filter(batch=self.batch, superseded_seq__isnull=True)
                if model is Membership:
                    homes |= _values(Membership, Q(pk__in=stated.values("pk")), "household_id")
                count += stated.update(superseded_seq=seq)
        restored: dict[type[Statement], set[int]] = {}
        for model, name, values in self._scopes():
            # A membership is found by its household and by its person: it comes back once.
            done = restored.setdefault(model, set())
            before: dict[int, Statement] = {}
            for some in slices(values):
                rows = model._default_manager.filter(**{f"{name}__in": some})
                fallen = rows.filter(superseded_seq__in=self.applied).exclude(batch=self.batch)
                before |= {row.pk: row for row in fallen if row.pk not in done}
            done.update(before)
            model._default_manager.bulk_create(_again(row, seq) for row in before.values())
        refresh(homes)
        return count


def _numbers(homes: Collection[int]) -> list[str]:
    rows = Household.objects.filter(pk__in=list(homes)).order_by("number")
    return list(rows.values_list("number", flat=True))


def _again(row: Any, seq: int) -> Any:
    """Return a copy of a statement, known from a new sequence on."""
    row.pk = None
    row._state.adding = True
    row.seq, row.superseded_seq = seq, None
    return row
