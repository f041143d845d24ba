"""写入花名册: new households, persons, memberships and statements of one piece, in few statements.

Called inside a transaction that has opened its change. Nothing is overwritten: a statement that no
longer holds is superseded, and what still holds of it is stated anew.
"""

import datetime
import uuid
from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection

from wengu.intake import bulk
from wengu.registry.changes import Stamp
from wengu.registry.current import (
    HOUSEHOLD_COLUMNS,
    PERSON_COLUMNS,
    Changes,
    Current,
    HomeDiff,
    PersonDiff,
    index_phones,
    slices,
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
from wengu.vault.cipher import encrypt_many

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
        self.new: dict[type[Statement], list[dict[str, Any]]] = {}
        self.homes: dict[str, int] = {}

    def write(self) -> None:
        self._households()
        self._persons()
        for diff in self.diffs:
            self._state(diff)
        for model, ids in self.superseded.items():
            model._default_manager.filter(pk__in=ids).update(superseded_seq=self.stamp.seq)
        for model, rows in self.new.items():
            bulk.insert(model, rows)
        self._contents()

    def _households(self) -> None:
        """Create new households, with what a list shows of them."""
        new = [diff.statement for diff in self.diffs if diff.home is None]
        phones = [statement.phone or None for statement in new]
        uids = [uuid.uuid4() for _ in new]
        sealed = encrypt_many(zip(uids, phones, strict=True), column="registry_household.phone")
        keys = bulk.reserve(Household, len(new))
        parts = zip(new, keys, uids, sealed, index_phones(phones), strict=True)
        bulk.insert(
            Household,
            [
                {"id": key, "uid": uid, "phone": phone, "phone_index": index}
                | _household(statement, self.stamp)
                for statement, key, uid, phone, index in parts
            ],
        )
        self.homes = {diff.statement.number: diff.home.pk for diff in self.diffs if diff.home}
        self.homes |= {each.number: key for each, key in zip(new, keys, strict=True)}

    def _persons(self) -> None:
        new = [each for diff in self.diffs for each in diff.persons if each.person is None]
        uids = [uuid.uuid4() for _ in new]
        numbers = [each.statement.id_raw for each in new]
        column = "registry_person.id_number"
        sealed = encrypt_many(zip(uids, numbers, strict=True), column=column)
        keys = bulk.reserve(Person, len(new))
        rows = []
        for each, key, uid, number in zip(new, keys, uids, sealed, strict=True):
            each.key = key
            own = {"id": key, "uid": uid, "id_number": number, "id_index": each.index}
            rows.append(own | _person(each, self.stamp.seq))
        bulk.insert(Person, rows)

    def _state(self, diff: HomeDiff) -> None:
        home = self.homes[diff.statement.number]
        origin = diff.statement.origin
        facts = {k: v for k, v in diff.changes.items() if k in HOUSEHOLD_COLUMNS}
        if facts or (diff.said is None and diff.statement.facts):
            self._replace(diff.said)
            whole = self._whole(diff.said, HOUSEHOLD_COLUMNS, facts)
            self._add(HouseholdFacts, origin, household_id=home, **whole)
        if "income" in diff.changes:
            self._income(diff, home)
        for membership in diff.left:
            self._end(membership)
        for each in diff.persons:
            self._state_person(each, home)

    def _state_person(self, each: PersonDiff, home: int) -> None:
        origin = each.statement.origin
        facts = {k: v for k, v in each.changes.items() if k in PERSON_COLUMNS}
        if facts:
            self._replace(each.said)
            whole = self._whole(each.said, PERSON_COLUMNS, facts)
            self._add(PersonFacts, origin, person_id=each.key, **whole)
        if each.elsewhere is not None:
            self._end(each.elsewhere)
        if each.here is not None and "relation" in each.changes:
            self._end(each.here)
        if each.here is None or "relation" in each.changes:
            own = {"person_id": each.key, "relation": each.statement.relation, "until": None}
            self._add(Membership, origin, household_id=home, **own)

    def _income(self, diff: HomeDiff, home: int) -> None:
        if diff.income is not None:
            self.superseded.setdefault(Income, []).append(diff.income.pk)
        year = self.stamp.period or 0
        self._add(
            Income,
            diff.statement.origin,
            household_id=home,
            item=IncomeItem.DECLARED_NET_PER_HEAD.value,
            period_since=datetime.date(year, 1, 1),
            period_until=datetime.date(year + 1, 1, 1),
            amount_fen=diff.changes["income"][1],
        )

    def _add(self, model: type[Statement], origin: Origin, **columns: Any) -> None:
        stamp = self.stamp
        row = {
            "since": stamp.since,
            "seq": stamp.seq,
            "superseded_seq": None,
            "source": stamp.source,
            "batch_id": stamp.batch.pk if stamp.batch else None,
            "sheet": origin.sheet,
            "row": origin.row,
        }
        self.new.setdefault(model, []).append(row | columns)

    def _replace(self, said: Statement | None) -> None:
        """Supersede a statement of the same day; an older one stays true until this day."""
        if said is not None and said.since == self.stamp.since:
            self.superseded.setdefault(type(said), []).append(said.pk)

    def _whole(
        self, said: Statement | None, names: Sequence[str], changes: Changes
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
            origin = Origin(membership.sheet, membership.row or 0)
            self._add(Membership, origin, **ended(membership, self.stamp))

    def _contents(self) -> None:
        """Bring what a list shows of changed households up to date, and persons' own columns."""
        touched = set()
        for diff in self.diffs:
            for each in diff.persons:
                _correct_person(each)
                if each.elsewhere is not None:
                    touched.add(each.elsewhere.household_id)
            if diff.home is not None:
                _correct_household(diff, diff.home)
                touched.add(diff.home.pk)
        refresh(touched)


def ended(membership: Membership, stamp: Stamp) -> dict[str, Any]:
    """Return the columns of the same membership with an end."""
    return {
        "household_id": membership.household_id,
        "person_id": membership.person_id,
        "relation": membership.relation,
        "since": membership.since,
        "until": stamp.since,
        "source": membership.source,
    }


def _household(statement: HouseholdStatement, stamp: Stamp) -> dict[str, Any]:
    head = next((person.name for person in statement.persons if person.relation == HEAD), "")
    initials, sort = spell(head)
    return {
        "number": statement.number,
        "village_id": statement.village,
        "group_name": statement.group_name,
        "address": None,
        "head_name": head,
        "head_initials": initials,
        "head_sort": sort,
        "size": len(statement.persons),
        "income_per_head_fen": statement.income_per_head_fen if stamp.period else None,
        "seq": stamp.seq,
    }


def _person(each: PersonDiff, seq: int) -> dict[str, Any]:
    statement = each.statement
    initials, sort = spell(statement.name)
    return {
        "name": statement.name,
        "initials": initials,
        "sort": sort,
        "birth": statement.birth,
        "sex": statement.sex,
        "id_kind": statement.id_kind,
        "number": statement.number,
        "seq": seq,
    }


def _correct_person(each: PersonDiff) -> None:
    person, statement = each.person, each.statement
    if person is None or not each.changes.keys() & {"name", "id_number", "number"}:
        return
    person.name, person.number = statement.name, statement.number or person.number
    person.initials, person.sort = spell(statement.name)
    person.id_number, person.id_kind = statement.id_raw, statement.id_kind
    person.save(update_fields=["name", "number", "initials", "sort", "id_number", "id_kind"])


def _correct_household(diff: HomeDiff, home: Household) -> None:
    if not diff.changes.keys() & {"village", "group_name", "phone"}:
        return
    statement = diff.statement
    home.village_id = statement.village
    home.group_name = statement.group_name or home.group_name
    if "phone" in diff.changes:
        home.phone, home.phone_index = statement.phone, index_phones([statement.phone])[0]
    home.save(update_fields=["village", "group_name", "phone", "phone_index"])


_SHOWN = ("head_name", "head_initials", "head_sort", "size", "income_per_head_fen")
_UPDATE_SHOWN = (
    "UPDATE registry_household SET head_name = %s, head_initials = %s, head_sort = %s, size = %s, "
    "income_per_head_fen = %s WHERE id = %s"
)


def refresh(homes: Collection[int]) -> None:
    """Recount what a list shows of households from their open memberships and latest income."""
    for some in slices(sorted(homes)):
        heads, sizes = _members(some)
        incomes = latest_incomes(some)
        changed = []
        for home in Household.objects.filter(pk__in=some).defer("phone", "address"):
            before = [getattr(home, name) for name in _SHOWN]
            home.head_name = heads.get(home.pk, "")
            home.head_initials, home.head_sort = spell(home.head_name)
            home.size = sizes.get(home.pk, 0)
            home.income_per_head_fen = incomes.get(home.pk)
            if before != [getattr(home, name) for name in _SHOWN]:
                changed.append(home)
        _update_shown(changed)


def _update_shown(homes: Sequence[Household]) -> None:
    """Write what lists show, one short statement a household: the ORM's CASE of many is slow."""
    if not homes:
        return
    rows = [(*(getattr(home, name) for name in _SHOWN), home.pk) for home in homes]
    with connection.cursor() as cursor:
        cursor.executemany(_UPDATE_SHOWN, rows)


def _members(homes: Sequence[int]) -> tuple[dict[int, str], dict[int, int]]:
    """Return the head's name and the number of members of each household."""
    heads: dict[int, str] = {}
    sizes: dict[int, int] = {}
    rows = Membership.objects.filter(
        household__in=homes, until__isnull=True, superseded_seq__isnull=True
    )
    for home, relation, name in rows.values_list("household_id", "relation", "person__name"):
        sizes[home] = sizes.get(home, 0) + 1
        if relation == HEAD:
            heads.setdefault(home, name)
    return heads, sizes


def latest_incomes(homes: Sequence[int]) -> dict[int, int]:
    """Return the declared net income per head of the latest period, where anybody says."""
    rows = Income.objects.filter(
        household__in=homes,
        item=IncomeItem.DECLARED_NET_PER_HEAD,
        superseded_seq__isnull=True,
    )
    # The last one stays: the latest period, in it the source that outranks, then the newest.
    ordered = rows.order_by("period_until", "-source", "since", "seq")
    return dict(ordered.values_list("household_id", "amount_fen"))
