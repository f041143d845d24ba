"""写入花名册: new households, persons, memberships and statements of one piece, in few statements.

Called inside a transaction that has opened its change. Nothing is overwritten: a statement that no
longer holds is superseded, and what still holds of it is stated anew.
"""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from wengu.intake import bulk
from wengu.kernel.dates import to_day
from wengu.registry import carrying, copies, limits
from wengu.registry.carrying import Confirmation, Said
from wengu.registry.changes import Stamp
from wengu.registry.confirming import Restated, confirm
from wengu.registry.copies import HEAD
from wengu.registry.current import (
    HOUSEHOLD_COLUMNS,
    PERSON_COLUMNS,
    Current,
    index_phones,
)
from wengu.registry.diffs import HomeDiff, PersonDiff, identity_of, place_of
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
WHOLE: dict[type[Statement], Sequence[str]] = {
    HouseholdPlace: sorted(PLACE),
    PersonIdentity: sorted(IDENTITY | {"id_kind"}),
    HouseholdFacts: HOUSEHOLD_COLUMNS,
    PersonFacts: PERSON_COLUMNS,
}
"""The columns of each table whose statements are whole rows."""


def write_households(
    statements: Sequence[HouseholdStatement], *, stamp: Stamp, restated: Restated
) -> int:
    """Make statements of a roster true from the stamp's day; return how many households changed.

    `restated`: reads again what newer sheets state of the same households.
    """
    for statement in statements:
        limits.check("household", {"income_fen": statement.income_per_head_fen} | statement.facts)
        for person in statement.persons:
            limits.check("person", person.facts)
    current = Current(statements, on=stamp.since, source=stamp.source, period=stamp.period)
    diffs = [current.compare(statement) for statement in statements]
    touched = [diff for diff in diffs if _differs(diff)]
    confirm(touched, restated)
    _Piece(touched, stamp).write()
    return len(touched)


def _differs(diff: HomeDiff) -> bool:
    return (
        diff.home is None
        or bool(diff.changes)
        or any(person.entry is not None or person.changes for person in diff.persons)
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
        self._seal(HouseholdPlace, "phone")
        self._seal(PersonIdentity, "id_number")
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
        for diff in self.diffs:
            if diff.changes.keys() & PLACE:
                home, uid = self.homes[diff.statement.number]
                owner = {"household_id": home, "uid": uid}
                facts = {"group_name": "", "phone": None} if diff.place.now is None else {}
                facts |= place_of(diff.statement)
                self._say(
                    HouseholdPlace, diff.place, owner, facts, diff.statement.origin, diff.confirmed
                )

    def _identities(self) -> None:
        """State who persons are that are new or that a sheet says otherwise of."""
        for each in (each for home in self.diffs for each in home.persons):
            if each.changes.keys() & IDENTITY:
                owner = {"person_id": each.key, "uid": each.uid}
                facts = (
                    _identity(each) if each.identity.now is None else identity_of(each.statement)
                )
                facts |= {"id_kind": each.statement.id_kind}
                self._say(
                    PersonIdentity,
                    each.identity,
                    owner,
                    facts,
                    each.statement.origin,
                    each.confirmed,
                )

    def _state(self, diff: HomeDiff) -> None:
        home, _ = self.homes[diff.statement.number]
        facts = diff.statement.facts
        changes = diff.changes.keys() & set(HOUSEHOLD_COLUMNS)
        if changes or (diff.said.now is None and facts):
            owner = {"household_id": home}
            self._say(
                HouseholdFacts, diff.said, owner, facts, diff.statement.origin, diff.confirmed
            )
        if "income" in diff.changes:
            self._income(diff, home)
        for membership in diff.left:
            self._end(membership)
        for each in diff.persons:
            self._state_person(each, home)

    def _state_person(self, each: PersonDiff, home: int) -> None:
        origin = each.statement.origin
        if each.changes.keys() & set(PERSON_COLUMNS):
            owner = {"person_id": each.key}
            self._say(PersonFacts, each.said, owner, each.statement.facts, origin, each.confirmed)
        entry = each.entry
        if entry is None:
            return
        for membership in entry.ends:
            self._end(membership)
        if entry.over is not None:
            self._interrupt(entry.over, entry.until)
        if entry.earlier is not None:
            self.superseded.setdefault(Membership, []).append(entry.earlier.pk)
        own = {"person_id": each.key, "relation": each.statement.relation, "until": entry.until}
        self._add(Membership, origin, household_id=home, **own)

    def _say(
        self,
        model: type[Statement],
        said: Said[Any],
        owner: Mapping[str, Any],
        facts: Mapping[str, Any],
        origin: Origin,
        confirmed: Sequence[Confirmation],
    ) -> None:
        """State what a sheet says, with what its source said before and goes on to say."""
        place = carrying.here(self.stamp, origin)
        names = WHOLE[model]
        self._replace(said.now)
        first = carrying.whole(said.now, names, facts, place)
        self._add(model, origin, **owner, **first.values, carried=first.carried)
        for row, since, then in carrying.onward(said, names, facts, place, confirmed):
            if row is not None:
                self.superseded.setdefault(model, []).append(row.pk)
            self._add(model, origin, **owner, **then.values, since=since, carried=then.carried)

    def _seal(self, model: type[Statement], column: str) -> None:
        """Encrypt a column of the new rows of a table."""
        rows = self.new.get(model, [])
        plain = [(row["uid"], row[column]) for row in rows]
        sealed = encrypt_many(plain, column=f"{model._meta.db_table}.{column}")
        for row, value in zip(rows, sealed, strict=True):
            row[column] = value

    def _income(self, diff: HomeDiff, home: int) -> None:
        before, later = diff.income
        self._replace(before)
        year = self.stamp.period or 0
        own = {
            "household_id": home,
            "item": IncomeItem.DECLARED_NET_PER_HEAD.value,
            "period_since": datetime.date(year, 1, 1),
            "period_until": datetime.date(year + 1, 1, 1),
        }
        origin = diff.statement.origin
        self._add(Income, origin, **own, amount_fen=diff.changes["income"][1])
        days = [one for one in diff.confirmed if one.period == year and "income" in one.names]
        first = min(days, default=None)
        if before is None or first is None or any(row.since <= first.day for row in later):
            return
        # A newer sheet confirmed what was so before this one.
        place = [to_day(first.day), first.batch, 0, None]
        more = {"since": first.day, "carried": {carrying.EVERYTHING: place}}
        self._add(Income, origin, **own, **more, amount_fen=before.amount_fen)

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
            "carried": None,
        }
        self.new.setdefault(model, []).append(row | columns)

    def _replace(self, said: Statement | None) -> None:
        """Supersede a statement of the same day; an older one stays true until this day."""
        if said is not None and said.since == self.stamp.since:
            self.superseded.setdefault(type(said), []).append(said.pk)

    def _end(self, membership: Membership) -> None:
        """Let a membership end on the stamp's day; one that began then never was."""
        ids = self.superseded.setdefault(Membership, [])
        if membership.pk in ids:
            return
        ids.append(membership.pk)
        if membership.since < self.stamp.since:
            origin = Origin(membership.sheet, membership.row or 0)
            self._add(Membership, origin, **ended(membership, self.stamp))

    def _interrupt(self, membership: Membership, until: datetime.date | None) -> None:
        """Let a membership end on the stamp's day, and go on from the next word, if it did then."""
        self._end(membership)
        if until is not None and (membership.until is None or until < membership.until):
            origin = Origin(membership.sheet, membership.row or 0)
            then = {"since": until, "until": membership.until}
            self._add(Membership, origin, **ended(membership, self.stamp) | then)

    def _contents(self) -> None:
        """Bring the copies of changed households and persons up to date; new ones have theirs."""
        touched, homes, people = set(), set(), set()
        for diff in self.diffs:
            home, _ = self.homes[diff.statement.number]
            known = [each for each in diff.persons if each.person is not None]
            people |= {each.key for each in known if each.changes.keys() & IDENTITY}
            # Also of who stays there: by a sheet of an earlier day a head may bear another name.
            touched |= {each.elsewhere.household_id for each in known if each.elsewhere}
            # Of a known person a later day may be stated than this sheet's, of a new one an end.
            over = any(each.entry and each.entry.until for each in diff.persons)
            if diff.home is not None or known or over:
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
        "carried": {carrying.EVERYTHING: carrying.origin_of(membership)},
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


def _identity(each: PersonDiff) -> dict[str, Any]:
    """Return every column of who a person is as the sheet says it."""
    unsaid = {"birth": None, "sex": "", "number": "", "id_kind": each.statement.id_kind}
    return unsaid | identity_of(each.statement)
