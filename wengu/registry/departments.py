"""写入部门名册: what each row of a list says of whoever has its number, known here or not.

Called inside a transaction that has opened its change. Nothing is compared with what earlier lists
say, and nothing is ended: of two lists the later one counts, and who is enrolled later is found by
the same number.
"""

import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from django.db.models import Q

from wengu.kernel.idcard import person_key
from wengu.registry import carrying, limits
from wengu.registry.carrying import Said
from wengu.registry.changes import Stamp
from wengu.registry.current import (
    HOUSEHOLD_COLUMNS,
    OPEN,
    PERSON_COLUMNS,
    VILLAGE_COLUMNS,
    current_of,
    index_numbers,
    said_of,
    slices,
)
from wengu.registry.diffs import changed
from wengu.registry.models import (
    Bill,
    HouseholdFacts,
    Listed,
    ListingKind,
    Membership,
    PersonFacts,
    SourceKind,
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

S = TypeVar("S", bound=Statement)
ListedStatement = DibaoStatement | DisabilityStatement
INCOME = ("collective_income_fen", "income_year")
"""What a village sheet says of a year's income."""
_LONG_AGO: carrying.Stated = (0, None, 0, None)
AMOUNTS = ("diagnosis", "total_fen", "basic_fen", "serious_fen", "self_pay_fen")
"""What a sheet says of a stay, beside whose, where and when it was."""


def members(numbers: Iterable[str]) -> dict[str, Membership]:
    """Return the open memberships of persons by their numbers."""
    keys = by_index(dict.fromkeys(person_key(number) for number in numbers))
    found: dict[str, Membership] = {}
    for some in slices(list(keys)):
        rows = Membership.objects.filter(OPEN, person__id_index__in=some).select_related(
            "person", "household"
        )
        for row in rows:
            found[keys[bytes(row.person.id_index or b"")]] = row
    return found


def by_index(numbers: Iterable[str]) -> dict[bytes, str]:
    """Return numbers by their blind indexes."""
    keys = list(numbers)
    pairs = zip(index_numbers(keys), keys, strict=True)
    return {index: key for index, key in pairs if index is not None}


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

    def write(self, *, every: bool = False) -> int:
        """Write what differs from the source's statement in force; return how many.

        `every`: also what is the same, so that an older sheet that comes later cannot undo it.
        """
        ids = list(self._facts)
        stamp = self.stamp
        said = said_of(self.model, self.subject, ids, source=stamp.source, on=stamp.since)
        new: list[Statement] = []
        old: list[int] = []
        count = 0
        for subject, (facts, origin) in self._facts.items():
            heard = self._heard(said.get(subject, Said()), facts)
            before = heard.now
            corrected = stamp.source == SourceKind.CORRECTION
            withdrawn = corrected and carrying.withdraws(before, facts)
            if not (every or withdrawn or changed(before, facts)):
                continue
            count += 1
            if before is not None and before.since == stamp.since:
                old.append(before.pk)
            place = carrying.here(stamp, origin)
            first = carrying.whole(before, self.columns, facts, place, corrected=corrected)
            new.append(self._row(subject, first, origin))
            # What arrives late about an earlier day goes on into what is said of later ones.
            for row, since, then in carrying.onward(heard, self.columns, facts, place):
                if row is not None:
                    old.append(row.pk)
                new.append(self._row(subject, then, origin, since))
        supersede(self.model, old, stamp)
        self.model._default_manager.bulk_create(new)
        return count

    def _heard(self, said: Said[Any], facts: Mapping[str, Any]) -> Said[Any]:
        """Return what was said of a subject, as what is stated now has to be joined with it."""
        return said

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


class _OfVillages(Facts):
    """村情况的更替: the income of a later year stands, whatever the day of its sheet."""

    def _heard(self, said: Said[Any], facts: Mapping[str, Any]) -> Said[Any]:
        """Let the income of a later year go on into later sheets that state an earlier one's."""
        year = facts.get("income_year")
        for row in said.later if year is not None else ():
            if row.income_year is None:
                continue
            if row.income_year >= year:
                break
            # As though the row had only carried it on.
            row.carried = (row.carried or {}) | dict.fromkeys(INCOME, _LONG_AGO)
        return said


def write_villages(statements: Sequence[VillageStatement], *, stamp: Stamp) -> int:
    """Keep what the village sheet says, changed or not; return of how many villages."""
    writer = _OfVillages(VillageFacts, "village", VILLAGE_COLUMNS, stamp)
    for statement, facts in of_their_year(statements, on=stamp.since):
        limits.check("village", facts)
        writer.say(statement.village, facts, statement.origin)
    return writer.write(every=True)


def of_their_year(
    statements: Sequence[VillageStatement], *, on: datetime.date
) -> Iterator[tuple[VillageStatement, dict[str, Any]]]:
    """Yield what each states, without the income of a year before the one that is known."""
    codes = [statement.village for statement in statements]
    said = current_of(VillageFacts, "village", codes, source=SourceKind.ROSTER, on=on)
    for statement in statements:
        facts, before = statement.facts, said.get(statement.village)
        known = before.income_year if before is not None else None
        if known is not None and (facts.get("income_year") or known) < known:
            facts = {name: value for name, value in facts.items() if name not in INCOME}
        yield statement, facts


def write_listed(statements: Sequence[ListedStatement], *, stamp: Stamp) -> int:
    """Keep what the rows of a list say of dibao, destitute support or disability."""
    numbers = index_numbers(person_key(each.id_raw) for each in statements)
    Listed.objects.bulk_create(
        signed(Listed(kind=kind_of(each), number=number, **columns_of(each)), stamp, each.origin)
        for each, number in zip(statements, numbers, strict=True)
    )
    return len(statements)


def kind_of(statement: ListedStatement) -> ListingKind:
    """Return on which list a row stands: civil affairs may hand in two of them as one sheet."""
    if isinstance(statement, DisabilityStatement):
        return ListingKind.DISABILITY
    return ListingKind.DESTITUTE if statement.destitute else ListingKind.DIBAO


def columns_of(statement: ListedStatement) -> dict[str, Any]:
    """Return the columns in which a row of a list is kept."""
    if isinstance(statement, DisabilityStatement):
        return {"disability": statement.disability or "", "started": statement.since}
    same = ("urban", "grade", "monthly_fen", "grace_since", "grace_stated")
    own = {name: getattr(statement, name) for name in same}
    return own | {"whole": statement.whole_household, "started": statement.since}


def write_bills(statements: Sequence[BillStatement], *, stamp: Stamp) -> int:
    """Keep hospital stays as a list has them; return how many."""
    numbers = index_numbers(person_key(each.id_raw) for each in statements)
    Bill.objects.bulk_create(
        _bill(each, number, stamp) for each, number in zip(statements, numbers, strict=True)
    )
    return len(statements)


def _bill(statement: BillStatement, number: bytes | None, stamp: Stamp) -> Bill:
    amounts = {name: getattr(statement, name) for name in AMOUNTS}
    limits.check("bill", amounts)
    bill = Bill(
        number=number,
        hospital=statement.hospital,
        admitted=statement.admitted,
        discharged=statement.discharged,
        listed_on=stamp.since,
        **amounts,
    )
    signed(bill, stamp, statement.origin)
    # A stay is a fact from the day of discharge, whenever its list arrives.
    bill.since = statement.discharged
    return bill


Stay = tuple[bytes, str, datetime.date, datetime.date]
"""What makes a stay the same one: whose number, the hospital and the days."""


def stay(bill: Bill) -> Stay:
    """Return what makes a stay the same one."""
    return bytes(bill.number), bill.hospital, bill.admitted, bill.discharged


def bills_of(numbers: Iterable[bytes], *, known: Q, on: datetime.date) -> dict[Stay, Bill]:
    """Return the stays that some numbers had ended by a day, each as the latest list has it."""
    found: dict[Stay, Bill] = {}
    for some in slices(list(dict.fromkeys(numbers))):
        rows = Bill.objects.filter(known, number__in=some, discharged__lte=on)
        for bill in rows.order_by("listed_on", "seq", "pk"):
            found[stay(bill)] = bill
    return found


def listed_of(
    kinds: Collection[ListingKind], numbers: Iterable[bytes], *, known: Q, on: datetime.date
) -> dict[bytes, Listed]:
    """Return what the latest list of some kinds that names a number says of it, as of a day."""
    found: dict[bytes, Listed] = {}
    for some in slices(list(dict.fromkeys(numbers))):
        rows = Listed.objects.filter(known, kind__in=kinds, number__in=some, since__lte=on)
        for row in rows.order_by("since", "seq", "pk"):
            found[bytes(row.number)] = row
    return found
