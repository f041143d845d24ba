"""撤销: takes back what a batch stated, and states again what the batch had superseded.

History stays: a snapshot of yesterday's sequence still sees the batch. What somebody changed since
is not touched; it is named.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from wengu.intake.models import Batch, BatchState, Row
from wengu.registry.changes import open_change
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
    own = list(Change.objects.filter(batch=batch).values_list("pk", flat=True))
    applied = [
        pk
        for pk, what in Change.objects.filter(batch=batch).values_list("pk", "what")
        if not what.startswith(REVERSAL)
    ]
    if not applied:
        return 0, ()
    seq = open_change(by=by, what=f"{REVERSAL}第 {batch.pk} 批", batch=batch)
    work = _Withdrawal(batch, seq, own, applied)
    refused = []
    for subject in chosen:
        name = work.changed_since(subject)
        if name:
            refused.append(name)
        else:
            work.collect(subject)
    work.write()
    return work.count, tuple(refused)


class _Withdrawal:
    """撤销过程: rows collected over some subjects, written together."""

    def __init__(self, batch: Batch, seq: int, own: list[int], applied: list[int]) -> None:
        self.batch, self.seq, self.own, self.applied = batch, seq, own, applied
        self.last = max(applied)
        self.rows: dict[type[Statement], Q] = {}
        self.homes: set[int] = set()
        self.count = 0

    def _people(self, home: int) -> list[int]:
        return list(Membership.objects.filter(household=home).values_list("person_id", flat=True))

    def _scopes(self, subject: Subject) -> Iterable[tuple[type[Statement], Q]]:
        """Yield each table with the condition that finds the subject's rows in it."""
        if subject.kind == "household":
            people = self._people(subject.key)
            for model in _OF_HOUSEHOLD:
                mine = Q(household=subject.key)
                # Who moved here left another household: both memberships fall together.
                yield model, mine | Q(person__in=people) if model is Membership else mine
            for model in _OF_PERSON:
                yield model, Q(person__in=people)
        elif subject.kind == "person":
            for model in _OF_PERSON:
                yield model, Q(person=subject.key)
        else:
            for model, name in _OF_PLACE:
                if name == subject.kind:
                    yield model, Q(**{name: subject.key})

    def changed_since(self, subject: Subject) -> str:
        """Return the subject's name where something later was stated about it; else nothing."""
        later = Q(seq__gt=self.last) & ~Q(seq__in=self.own)
        gone = Q(superseded_seq__gt=self.last) & ~Q(superseded_seq__in=self.own)
        for model, mine in self._scopes(subject):
            rows = model._default_manager
            if rows.filter(mine & later & Q(superseded_seq__isnull=True)).exists():
                return self._name(subject)
            if rows.filter(mine & gone & Q(batch=self.batch)).exists():
                return self._name(subject)
        return self._name(subject) if self._confirmed_since(subject) else ""

    def _confirmed_since(self, subject: Subject) -> bool:
        """Say whether a later sheet said the same again, which left no statement of its own."""
        if subject.kind != "household":
            return False
        number = Household.objects.values_list("number", flat=True).get(pk=subject.key)
        later = Row.objects.filter(group=number, applied=True, batch__gt=self.batch.pk)
        return (
            later.filter(batch__spec=self.batch.spec)
            .exclude(batch__state=BatchState.REVERSED)
            .exists()
        )

    def _name(self, subject: Subject) -> str:
        if subject.kind == "household":
            return f"户 {Household.objects.values_list('number', flat=True).get(pk=subject.key)}"
        return f"{subject.key}"

    def collect(self, subject: Subject) -> None:
        """Remember which rows fall."""
        for model, mine in self._scopes(subject):
            self.rows[model] = self.rows.get(model, Q(pk__in=())) | mine
        if subject.kind == "household":
            self.homes.add(subject.key)

    def write(self) -> None:
        """Supersede what the batch stated; state again what it had superseded."""
        for model, mine in self.rows.items():
            rows = model._default_manager
            stated = rows.filter(mine, batch=self.batch, superseded_seq__isnull=True)
            if model is Membership:
                self.homes |= {row.household_id for row in Membership.objects.filter(pk__in=stated)}
            self.count += stated.update(superseded_seq=self.seq)
            before = rows.filter(mine, superseded_seq__in=self.applied).exclude(batch=self.batch)
            rows.bulk_create(_again(row, self.seq) for row in list(before))
        refresh(self.homes)


def _again(row: Any, seq: int) -> Any:
    """Return a copy of a statement, known from a new sequence on."""
    row.pk = None
    row._state.adding = True
    row.seq, row.superseded_seq = seq, None
    return row
