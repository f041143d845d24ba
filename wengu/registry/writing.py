"""写入花名册: new households, persons, memberships and statements of one piece, in few statements.

Called inside a transaction that has opened its change. Nothing is overwritten: a statement that no
longer holds is superseded, and what still holds of it is stated anew.
"""

import datetime
import uuid
from collections.abc import Sequence
from typing import Any

from wengu.intake import bulk
from wengu.registry import copies
from wengu.registry.changes import Stamp
from wengu.registry.copies import HEAD
from wengu.registry.current import (
    HOUSEHOLD_COLUMNS,
    PERSON_COLUMNS,
    Changes,
    Current,
    HomeDiff,
    PersonDiff,
    identity_of,
    index_phones,
    place_of,
)
from wengu.registry.models import (
    Household,
    HouseholdFacts,
    HouseholdPlace,
    Income,
    IncomeItem,
    Membership,
    Person,
    PersonFacts,
    PersonIdentity,
    Statement,
)
from wengu.registry.statements import HouseholdStatement, Origin
from wengu.vault.cipher import encrypt_many

PLACE = frozenset({"village_id", "group_name", "phone"})
IDENTITY = frozenset({"name", "birth", "sex", "id_number", "number"})


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
        self.homes: dict[str, tuple[int, uuid.UUID]] = {}

    def write(self) -> None:
        self._households()
        self._persons()
        self._places()
        self._identities()
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
        self.homes = {
            diff.statement.number: (diff.home.pk, diff.home.uid) for diff in self.diffs if diff.home
        }
        numbers = [statement.number for statement in new]
        self.homes |= dict(zip(numbers, zip(keys, uids, strict=True), strict=True))

    def _persons(self) -> None:
        new = [each for diff in self.diffs for each in diff.persons if each.person is None]
        uids = [uuid.uuid4() for _ in new]
        numbers = [each.statement.id_raw for each in new]
        column = "registry_person.id_number"
        sealed = encrypt_many(zip(uids, numbers, strict=True), column=column)
        keys = bulk.reserve(Person, len(new))
        rows = []
        for each, key, uid, number in zip(new, keys, uids, sealed, strict=True):
            each.key, each.uid = key, uid
            own = {"id": key, "uid": uid, "id_number": number, "id_index": each.index}
            shown = copies.of_identity(_identity(each))
            rows.append(own | shown | {"seq": self.stamp.seq})
        bulk.insert(Person, rows)

    def _places(self) -> None:
        """State where households are that are new or that a sheet says otherwise of."""
        some = [diff for diff in self.diffs if diff.changes.keys() & PLACE]
        wholes = [_place(diff) for diff in some]
        owners = [self.homes[diff.statement.number] for diff in some]
        phones = [(uid, whole["phone"]) for (_, uid), whole in zip(owners, wholes, strict=True)]
        sealed = encrypt_many(phones, column="registry_householdplace.phone")
        for diff, (home, uid), whole, phone in zip(some, owners, wholes, sealed, strict=True):
            self._replace(diff.place)
            own = {"household_id": home, "uid": uid, "phone": phone}
            self._add(HouseholdPlace, diff.statement.origin, **(whole | own))

    def _identities(self) -> None:
        """State who persons are that are new or that a sheet says otherwise of."""
        everybody = (each for diff in self.diffs for each in diff.persons)
        some = [each for each in everybody if each.changes.keys() & IDENTITY]
        wholes = [_identity(each) for each in some]
        numbers = [(each.uid, whole["id_number"]) for each, whole in zip(some, wholes, strict=True)]
        sealed = encrypt_many(numbers, column="registry_personidentity.id_number")
        for each, whole, number in zip(some, wholes, sealed, strict=True):
            self._replace(each.identity)
            own = {"person_id": each.key, "uid": each.uid, "id_number": number}
            self._add(PersonIdentity, each.statement.origin, **(whole | own))

    def _state(self, diff: HomeDiff) -> None:
        home, _ = self.homes[diff.statement.number]
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
        """Bring the copies of changed households and persons up to date; new ones have theirs."""
        touched, homes, people = set(), set(), set()
        for diff in self.diffs:
            home, _ = self.homes[diff.statement.number]
            known = [each for each in diff.persons if each.person is not None]
            people |= {each.key for each in known if each.changes.keys() & IDENTITY}
            touched |= {each.elsewhere.household_id for each in known if each.elsewhere}
            # Of a known person a later day may be stated than this sheet's.
            if diff.home is not None or known:
                touched.add(home)
            if diff.home is not None and diff.changes.keys() & PLACE:
                homes.add(home)
        copies.refresh_people(people)
        copies.refresh_places(homes)
        copies.refresh_contents(touched)


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
    income = statement.income_per_head_fen if stamp.period else None
    return {
        "number": statement.number,
        "address": None,
        "seq": stamp.seq,
        "village_id": statement.village,
        "group_name": statement.group_name,
        **copies.of_contents(head, len(statement.persons), income),
    }


def _place(diff: HomeDiff) -> dict[str, Any]:
    """Return where the household is: what the source said before, and what it says now."""
    before = diff.place
    old = {
        "group_name": before.group_name if before else "",
        "phone": before.phone if before else None,
    }
    return old | place_of(diff.statement)


def _identity(each: PersonDiff) -> dict[str, Any]:
    """Return who the person is: what the source said before, and what it says now."""
    before = each.identity
    old = {
        "birth": before.birth if before else None,
        "sex": before.sex if before else "",
        "number": before.number if before else "",
        "id_kind": each.statement.id_kind,
    }
    return old | identity_of(each.statement)
