"""写入花名册: new households, persons, memberships and statements of one piece, in few statements.

Called inside a transaction that has opened its change. Nothing is overwritten: a statement that no
longer holds is superseded, and what still holds of it is stated anew.
"""

import datetime
import uuid
from collections.abc import Sequence
from typing import Any

from wengu.registry.changes import Stamp
from wengu.registry.current import (
    HOUSEHOLD_COLUMNS,
    PERSON_COLUMNS,
    Current,
    HomeDiff,
    PersonDiff,
    index_phones,
)
from wengu.registry.models import (
    Household,
    HouseholdFacts,
    Income,
    IncomeItem,
    Membership,
    Person,
    PersonFacts,
    Statement,
)
from wengu.registry.pinyin import spell
from wengu.registry.statements import HouseholdStatement, Origin

HEAD = "户主"


def write_households(statements: Sequence[HouseholdStatement], *, stamp: Stamp) -> int:
    """Make statements of a roster true from the stamp's day; return how many households changed."""
    current = Current(statements, on=stamp.since, source=stamp.source, period=stamp.period)
    diffs = [current.compare(statement) for statement in statements]
    touched = [diff for diff in diffs if _differs(diff)]
    _Piece(touched, stamp).write()
    return len(touched)


def _differs(diff: HomeDiff) -> bool:
    return (
        diff.home is None
        or bool(diff.changes)
        or any(person.here is None or person.changes for person in diff.persons)
    )


class _Piece:
    """一段: rows collected from all households before they are written together."""

    def __init__(self, diffs: Sequence[HomeDiff], stamp: Stamp) -> None:
        self.diffs, self.stamp = diffs, stamp
        self.superseded: dict[type[Statement], list[int]] = {}
        self.new: dict[type[Statement], list[Statement]] = {}

    def write(self) -> None:
        self._households()
        self._persons()
        for diff in self.diffs:
            self._state(diff)
        for model, ids in self.superseded.items():
            model._default_manager.filter(pk__in=ids).update(superseded_seq=self.stamp.seq)
        for model, rows in self.new.items():
            model._default_manager.bulk_create(rows)
        self._contents()

    def _households(self) -> None:
        """Create new households, with what a list shows of them."""
        new = [diff for diff in self.diffs if diff.home is None]
        phones = index_phones([diff.statement.phone or None for diff in new])
        made = [
            _household(diff, phone, self.stamp) for diff, phone in zip(new, phones, strict=True)
        ]
        for diff, home in zip(new, Household.objects.bulk_create(made), strict=True):
            diff.home = home

    def _persons(self) -> None:
        new = [each for diff in self.diffs for each in diff.persons if each.person is None]
        made = Person.objects.bulk_create([_person(each, self.stamp.seq) for each in new])
        for each, person in zip(new, made, strict=True):
            each.person = person

    def _state(self, diff: HomeDiff) -> None:
        home = diff.home
        origin = diff.statement.origin
        facts = {k: v for k, v in diff.changes.items() if k in HOUSEHOLD_COLUMNS}
        if facts or (diff.said is None and diff.statement.facts):
            self._replace(diff.said)
            row = HouseholdFacts(household=home, **self._whole(diff.said, HOUSEHOLD_COLUMNS, facts))
            self._add(row, origin)
        if "income" in diff.changes:
            self._income(diff)
        for membership in diff.left:
            self._end(membership)
        for each in diff.persons:
            self._state_person(each, diff)

    def _state_person(self, each: PersonDiff, diff: HomeDiff) -> None:
        origin = each.statement.origin
        facts = {k: v for k, v in each.changes.items() if k in PERSON_COLUMNS}
        if facts:
            self._replace(each.said)
            row = PersonFacts(person=each.person, **self._whole(each.said, PERSON_COLUMNS, facts))
            self._add(row, origin)
        if each.elsewhere is not None:
            self._end(each.elsewhere)
        if each.here is not None and "relation" in each.changes:
            self._end(each.here)
        if each.here is None or "relation" in each.changes:
            relation = each.statement.relation
            row_ = Membership(household=diff.home, person=each.person, relation=relation)
            self._add(row_, origin)

    def _income(self, diff: HomeDiff) -> None:
        if diff.income is not None:
            self.superseded.setdefault(Income, []).append(diff.income.pk)
        year = self.stamp.period or 0
        row = Income(
            household=diff.home,
            item=IncomeItem.DECLARED_NET_PER_HEAD,
            period_since=datetime.date(year, 1, 1),
            period_until=datetime.date(year + 1, 1, 1),
            amount_fen=diff.changes["income"][1],
        )
        self._add(row, diff.statement.origin)

    def _add(self, row: Statement, origin: Origin) -> None:
        stamp = self.stamp
        row.since, row.seq, row.source, row.batch = (
            stamp.since,
            stamp.seq,
            stamp.source,
            stamp.batch,
        )
        row.sheet, row.row = origin.sheet, origin.row
        self.new.setdefault(type(row), []).append(row)

    def _replace(self, said: Statement | None) -> None:
        """Supersede a statement of the same day; an older one stays true until this day."""
        if said is not None and said.since == self.stamp.since:
            self.superseded.setdefault(type(said), []).append(said.pk)

    def _whole(
        self, said: Statement | None, names: Sequence[str], changes: dict[str, Any]
    ) -> dict[str, Any]:
        """Return the new statement: what the source said before, and what it says now."""
        before = {name: getattr(said, name, None) for name in names}
        return before | {name: new for name, (_, new) in changes.items()}

    def _end(self, membership: Membership) -> None:
        """Let a membership end on the stamp's day; one that began then never was."""
        ids = self.superseded.setdefault(Membership, [])
        if membership.pk in ids:
            return
        ids.append(membership.pk)
        if membership.since < self.stamp.since:
            self.new.setdefault(Membership, []).append(ended(membership, self.stamp))

    def _contents(self) -> None:
        """Bring what a list shows of changed households up to date, and persons' own columns."""
        for diff in self.diffs:
            for each in diff.persons:
                _correct_person(each)
            if diff.home is not None and diff.home.seq != self.stamp.seq:
                _correct_household(diff, diff.home)
        left = {e.elsewhere.household_id for d in self.diffs for e in d.persons if e.elsewhere}
        refresh(left)


def ended(membership: Membership, stamp: Stamp) -> Membership:
    """Return the same membership with an end, as it is known from the stamp on."""
    kept = {"household_id": membership.household_id, "person_id": membership.person_id}
    return Membership(
        **kept,
        relation=membership.relation,
        since=membership.since,
        until=stamp.since,
        seq=stamp.seq,
        source=membership.source,
        batch=stamp.batch,
        sheet=membership.sheet,
        row=membership.row,
    )


def _household(diff: HomeDiff, phone: bytes | None, stamp: Stamp) -> Household:
    statement = diff.statement
    head = _head(statement)
    initials, sort = spell(head)
    return Household(
        uid=uuid.uuid4(),
        number=statement.number,
        village_id=statement.village,
        group_name=statement.group_name,
        phone=statement.phone or None,
        phone_index=phone,
        head_name=head,
        head_initials=initials,
        head_sort=sort,
        size=len(statement.persons),
        income_per_head_fen=statement.income_per_head_fen if stamp.period else None,
        seq=stamp.seq,
    )


def _head(statement: HouseholdStatement) -> str:
    heads = [person.name for person in statement.persons if person.relation == HEAD]
    return heads[0] if heads else ""


def _person(each: PersonDiff, seq: int) -> Person:
    statement = each.statement
    initials, sort = spell(statement.name)
    return Person(
        uid=uuid.uuid4(),
        name=statement.name,
        initials=initials,
        sort=sort,
        birth=statement.birth,
        sex=statement.sex,
        id_kind=statement.id_kind,
        id_number=statement.id_raw,
        id_index=each.index,
        number=statement.number,
        seq=seq,
    )


def _correct_person(each: PersonDiff) -> None:
    person, statement = each.person, each.statement
    if person is None or not each.changes.keys() & {"name", "id_number", "number"}:
        return
    person.name, person.number = statement.name, statement.number or person.number
    person.initials, person.sort = spell(statement.name)
    person.id_number, person.id_kind = statement.id_raw, statement.id_kind
    person.save(update_fields=["name", "number", "initials", "sort", "id_number", "id_kind"])


def _correct_household(diff: HomeDiff, home: Household) -> None:
    statement = diff.statement
    home.village_id = statement.village
    home.group_name = statement.group_name or home.group_name
    if "phone" in diff.changes:
        home.phone, home.phone_index = statement.phone, index_phones([statement.phone])[0]
    home.save(update_fields=["village", "group_name", "phone", "phone_index"])
    refresh([home.pk])


def refresh(homes: Sequence[int] | set[int]) -> None:
    """Recount what a list shows of households from their open memberships and latest income."""
    for home in Household.objects.filter(pk__in=list(homes)):
        open_ = Membership.objects.filter(
            household=home, until__isnull=True, superseded_seq__isnull=True
        ).select_related("person")
        members = list(open_)
        heads = [row.person.name for row in members if row.relation == HEAD]
        home.head_name = heads[0] if heads else ""
        home.head_initials, home.head_sort = spell(home.head_name)
        home.size = len(members)
        home.income_per_head_fen = latest_income(home)
        home.save(
            update_fields=["head_name", "head_initials", "head_sort", "size", "income_per_head_fen"]
        )


def latest_income(home: Household) -> int | None:
    """Return the declared net income per head of the latest period; None where nobody says."""
    rows = Income.objects.filter(
        household=home, item=IncomeItem.DECLARED_NET_PER_HEAD, superseded_seq__isnull=True
    )
    # Precedence first: a correction or a visit outranks the roster within a period.
    latest = rows.order_by("-period_until", "source", "-since", "-seq").first()
    return latest.amount_fen if latest else None
