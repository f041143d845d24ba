"""写入部门名册: benefits, hospital bills and certificates of persons whom the registry knows.

Called inside a transaction that has opened its change. A row about nobody in the registry states
nothing here; it stays with its batch.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from wengu.registry import carrying, limits
from wengu.registry.carrying import Said
from wengu.registry.changes import Stamp
from wengu.registry.current import (
    HOUSEHOLD_COLUMNS,
    OPEN,
    PERSON_COLUMNS,
    VILLAGE_COLUMNS,
    index_numbers,
    said_of,
    slices,
)
from wengu.registry.diffs import Changes, changed
from wengu.registry.models import (
    Benefit,
    BenefitKind,
    Bill,
    HouseholdFacts,
    Membership,
    PersonFacts,
    Statement,
    VillageFacts,
)
from wengu.registry.statements import (
    BillStatement,
    DibaoStatement,
    DisabilityStatement,
    Origin,
    VillageStatement,
)

_KEY = 18
S = TypeVar("S", bound=Statement)
BenefitKey = tuple[int, int | None, str]
"""Household, person (None: the household as a whole) and kind."""
Stay = tuple[int, str, datetime.date, datetime.date]
_BILL = ("diagnosis", "total_fen", "basic_fen", "serious_fen", "self_pay_fen")


def members(numbers: Iterable[str]) -> dict[str, Membership]:
    """Return the open memberships of persons by their numbers."""
    keys = list(dict.fromkeys(number[:_KEY] for number in numbers))
    by_index = dict(zip(index_numbers(keys), keys, strict=True))
    found: dict[str, Membership] = {}
    for some in slices([index for index in by_index if index is not None]):
        rows = Membership.objects.filter(OPEN, person__id_index__in=some).select_related(
            "person", "household"
        )
        for row in rows:
            found[by_index[bytes(row.person.id_index or b"")]] = row
    return found


def signed(row: S, stamp: Stamp, origin: Origin | None = None) -> S:
    """Give a statement what every statement of a change carries."""
    row.since, row.seq, row.source, row.batch = stamp.since, stamp.seq, stamp.source, stamp.batch
    if origin is not None:
        row.sheet, row.row = origin.sheet, origin.row
    return row


def supersede(model: type[Statement], ids: Sequence[int], stamp: Stamp) -> None:
    """Let statements no longer be known from this change on."""
    for some in slices(ids):
        model._default_manager.filter(pk__in=some).update(superseded_seq=stamp.seq)


class Facts:
    """情况的更替: new statements of facts of one source, each keeping what it does not change."""

    def __init__(
        self, model: type[Statement], subject: str, columns: Sequence[str], stamp: Stamp
    ) -> None:
        self.model, self.subject, self.columns, self.stamp = model, subject, columns, stamp
        self._facts: dict[Any, tuple[dict[str, Any], Origin | None]] = {}

    def say(self, subject: Any, facts: dict[str, Any], origin: Origin | None = None) -> None:
        """Collect what is stated of a subject; a later word joins an earlier one."""
        before, first = self._facts.get(subject, ({}, origin))
        self._facts[subject] = (before | facts, first)

    def write(self) -> int:
        """Write what differs from the source's statement in force; return how many."""
        ids = list(self._facts)
        stamp = self.stamp
        said = said_of(self.model, self.subject, ids, source=stamp.source, on=stamp.since)
        new: list[Statement] = []
        old: list[int] = []
        count = 0
        for subject, (facts, origin) in self._facts.items():
            heard: Said[Any] = said.get(subject, Said())
            before = heard.now
            if not changed(before, facts):
                continue
            count += 1
            if before is not None and before.since == stamp.since:
                old.append(before.pk)
            place = carrying.here(stamp, origin)
            first = carrying.whole(before, self.columns, facts, place)
            new.append(self._row(subject, first, origin))
            # What arrives late about an earlier day goes on into what is said of later ones.
            for row, since, then in carrying.onward(heard, self.columns, facts, place):
                if row is not None:
                    old.append(row.pk)
                new.append(self._row(subject, then, origin, since))
        supersede(self.model, old, stamp)
        self.model._default_manager.bulk_create(new)
        return count

    def _row(
        self,
        subject: Any,
        said: carrying.Whole,
        origin: Origin | None,
        since: datetime.date | None = None,
    ) -> Statement:
        row = self.model(**{f"{self.subject}_id": subject}, **said.values, carried=said.carried)
        signed(row, self.stamp, origin)
        row.since = since or row.since
        return row


def person_facts(stamp: Stamp) -> Facts:
    """Return a writer of facts of persons."""
    return Facts(PersonFacts, "person", PERSON_COLUMNS, stamp)


def household_facts(stamp: Stamp) -> Facts:
    """Return a writer of facts of households."""
    return Facts(HouseholdFacts, "household", HOUSEHOLD_COLUMNS, stamp)


def write_villages(statements: Sequence[VillageStatement], *, stamp: Stamp) -> int:
    """Make the village sheet's statements true; return how many villages changed."""
    writer = Facts(VillageFacts, "village", VILLAGE_COLUMNS, stamp)
    for statement in statements:
        limits.check("village", statement.facts)
        writer.say(statement.village, statement.facts, statement.origin)
    return writer.write()


def write_disabilities(statements: Sequence[DisabilityStatement], *, stamp: Stamp) -> int:
    """Make the federation's certificates true; return how many persons changed."""
    known = members(statement.id_raw for statement in statements)
    writer = person_facts(stamp)
    for statement in statements:
        row = known.get(statement.id_raw[:_KEY])
        if row is not None:
            facts = {"disabled": True, "disability": statement.disability}
            writer.say(row.person_id, facts, statement.origin)
    return writer.write()


def write_bills(statements: Sequence[BillStatement], *, stamp: Stamp) -> int:
    """Keep hospital stays: the same stay again changes nothing, newer amounts replace it."""
    known = members(statement.id_raw for statement in statements)
    held = stays(row.person_id for row in known.values())
    new: dict[tuple[Any, ...], Bill] = {}
    old: list[int] = []
    for statement in statements:
        row = known.get(statement.id_raw[:_KEY])
        if row is None:
            continue
        key = stay(row.person_id, statement)
        before = held.get(key)
        if before is not None:
            if not bill_changes(before, statement, on=stamp.since):
                continue
            old.append(before.pk)
        new[key] = _bill(row.person_id, statement, stamp)
    supersede(Bill, old, stamp)
    Bill.objects.bulk_create(new.values())
    return len(new)


def stay(person: int, bill: Bill | BillStatement) -> Stay:
    """Return what makes a stay the same one: person, hospital and days."""
    return person, bill.hospital, bill.admitted, bill.discharged


def stays(people: Iterable[int]) -> dict[Stay, Bill]:
    """Return the hospital stays that are known of some persons."""
    found: dict[Stay, Bill] = {}
    for some in slices(list(people)):
        rows = Bill.objects.filter(person__in=some, superseded_seq__isnull=True)
        for bill in rows.select_related("batch"):
            found[stay(bill.person_id, bill)] = bill
    return found


def bill_changes(before: Bill, statement: BillStatement, *, on: datetime.date) -> Changes:
    """Return what a sheet of a day changes of a stay; of one that a newer sheet states, nothing."""
    if before.batch is not None and before.batch.dated > on:
        return {}
    return changed(before, {name: getattr(statement, name) for name in _BILL})


def _bill(person: int, statement: BillStatement, stamp: Stamp) -> Bill:
    limits.check("bill", {name: getattr(statement, name) for name in _BILL})
    bill = Bill(
        person_id=person,
        hospital=statement.hospital,
        admitted=statement.admitted,
        discharged=statement.discharged,
        **{name: getattr(statement, name) for name in _BILL},
    )
    signed(bill, stamp, statement.origin)
    # A stay is a fact from the day of discharge, whenever its list arrives.
    bill.since = statement.discharged
    return bill


def open_benefits(homes: Iterable[int]) -> dict[BenefitKey, Benefit]:
    """Return the benefits that run, by household, person and kind."""
    found = {}
    for some in slices(list(dict.fromkeys(homes))):
        rows = Benefit.objects.filter(OPEN, household__in=some)
        for row in rows:
            found[row.household_id, row.person_id, row.kind] = row
    return found


@dataclass
class DibaoList:
    """低保名册所述: what a list of civil affairs states of persons whom the registry knows."""

    benefits: dict[BenefitKey, Benefit] = field(default_factory=dict)
    destitute_people: dict[int, Origin] = field(default_factory=dict)
    destitute_homes: dict[int, Origin] = field(default_factory=dict)
    urban_homes: dict[int, Origin] = field(default_factory=dict)
    held: dict[BenefitKey, Benefit] = field(default_factory=dict)


def dibao_list(statements: Sequence[DibaoStatement], *, stamp: Stamp) -> DibaoList:
    """Return what statements of a list mean in the registry, and the benefits that run there."""
    known = members(statement.id_raw for statement in statements)
    found = DibaoList(held=open_benefits(row.household_id for row in known.values()))
    for statement in statements:
        row = known.get(statement.id_raw[:_KEY])
        if row is None:
            continue
        if statement.destitute:
            found.destitute_people[row.person_id] = statement.origin
            if statement.whole_household:
                found.destitute_homes[row.household_id] = statement.origin
            continue
        for benefit in _benefits(statement, row, stamp):
            key = (benefit.household_id, benefit.person_id, benefit.kind)
            before = found.held.get(key)
            if before is not None and statement.since is None and key[2] == BenefitKind.DIBAO:
                # A list without dates of beginning says that it runs, not since when.
                benefit.since = before.since
            found.benefits.setdefault(key, benefit)
    found.urban_homes = _urban(statements, known)
    return found


def _urban(
    statements: Sequence[DibaoStatement], known: Mapping[str, Membership]
) -> dict[int, Origin]:
    """Return the households in urban dibao; one that the list names under both is in rural."""
    urban: dict[int, Origin] = {}
    rural = set()
    for statement in statements:
        row = known.get(statement.id_raw[:_KEY])
        if row is None or statement.destitute or not statement.whole_household:
            continue
        if statement.urban:
            urban.setdefault(row.household_id, statement.origin)
        else:
            rural.add(row.household_id)
    return {home: origin for home, origin in urban.items() if home not in rural}


def write_dibao(statements: Sequence[DibaoStatement], *, stamp: Stamp) -> int:
    """Make the list of civil affairs true: benefits of households and persons; return how many."""
    stated = dibao_list(statements, stamp=stamp)
    people, homes = person_facts(stamp), household_facts(stamp)
    for person, origin in stated.destitute_people.items():
        people.say(person, {"destitute": True}, origin)
    for home, origin in stated.destitute_homes.items():
        homes.say(home, {"destitute": True}, origin)
    for home, origin in stated.urban_homes.items():
        homes.say(home, {"urban_dibao": True}, origin)
    held = stated.held
    new = {key: each for key, each in stated.benefits.items() if not _same(held.get(key), each)}
    supersede(Benefit, [held[key].pk for key in new if key in held], stamp)
    Benefit.objects.bulk_create(new.values())
    return len(new) + people.write() + homes.write()


def _benefits(statement: DibaoStatement, row: Membership, stamp: Stamp) -> Iterable[Benefit]:
    """Yield the person's benefit, the household's own where it is held as a whole, and the exit."""
    since = statement.since or stamp.since

    def made(kind: BenefitKind, person: int | None, **more: Any) -> Benefit:
        benefit = Benefit(household_id=row.household_id, person_id=person, kind=kind, **more)
        return signed(benefit, stamp, statement.origin)

    own = made(
        BenefitKind.DIBAO, row.person_id, grade=statement.grade, monthly_fen=statement.monthly_fen
    )
    own.since = since
    yield own
    if statement.whole_household:
        whole = made(BenefitKind.DIBAO, None, grade=statement.grade)
        whole.since = since
        yield whole
    if statement.grace_since is not None:
        leaving = made(BenefitKind.GRADUAL_EXIT, None)
        leaving.since = statement.grace_since
        yield leaving


def _same(before: Benefit | None, after: Benefit) -> bool:
    names = ("grade", "monthly_fen", "since")
    return before is not None and all(getattr(before, n) == getattr(after, n) for n in names)
