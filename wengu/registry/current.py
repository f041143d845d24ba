"""现状: what the registry holds of the households on a sheet, and how the sheet differs from it."""

import datetime
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import models
from django.db.models import Exists, OuterRef, Q

from wengu.registry.models import (
    Household,
    HouseholdFacts,
    HouseholdPlace,
    IdKind,
    Income,
    IncomeItem,
    Membership,
    Person,
    PersonFacts,
    PersonIdentity,
    Statement,
    VillageFacts,
)
from wengu.registry.statements import HouseholdStatement, PersonStatement
from wengu.vault.cipher import blind_indexes

ID_INDEX, PHONE_INDEX = "registry.person.id_number", "registry.household.phone"
_KEY = 18
IN_ONE_QUERY = 500
NOBODY = uuid.UUID(int=0)

S = TypeVar("S", bound=Statement)
Changes = dict[str, tuple[Any, Any]]


def columns(model: type[models.Model]) -> tuple[str, ...]:
    """Return the columns that a statement adds to those of every statement."""
    shared = {each.name for each in Statement._meta.get_fields()}
    return tuple(
        each.name
        for each in model._meta.fields
        if each.name not in shared and not each.primary_key and not each.is_relation
    )


HOUSEHOLD_COLUMNS = columns(HouseholdFacts)
PERSON_COLUMNS = columns(PersonFacts)
VILLAGE_COLUMNS = columns(VillageFacts)


def key_of(person: PersonStatement) -> str | None:
    """Return the 18 characters that identify a person; None for one without papers."""
    return None if person.id_kind == IdKind.PLACEHOLDER else person.id_raw[:_KEY]


def index_numbers(keys: Iterable[str | None]) -> list[bytes | None]:
    """Return the blind indexes of identity numbers."""
    return blind_indexes(keys, purpose=ID_INDEX)


def index_phones(phones: Iterable[str | None]) -> list[bytes | None]:
    """Return the blind indexes of telephone numbers."""
    return blind_indexes(phones, purpose=PHONE_INDEX)


@dataclass(slots=True)
class PersonDiff:
    """人的差异: `new`: nothing is stated of this person; `here` None: new to the household.

    `person` None: there was never anything. A person whose file was taken back is new again.
    """

    statement: PersonStatement
    index: bytes | None
    person: Person | None
    here: Membership | None
    elsewhere: Membership | None
    identity: PersonIdentity | None
    said: PersonFacts | None
    new: bool
    changes: Changes = field(default_factory=dict)
    key: int = 0
    uid: uuid.UUID = NOBODY


@dataclass(slots=True)
class HomeDiff:
    """户的差异: `new` and `home` as of a person; `left` are members no longer on the sheet."""

    statement: HouseholdStatement
    home: Household | None
    place: HouseholdPlace | None
    said: HouseholdFacts | None
    income: Income | None
    persons: list[PersonDiff]
    left: list[Membership]
    new: bool
    changes: Changes = field(default_factory=dict)


def current_of(
    model: type[S], subject: str, ids: Sequence[Any], *, source: str, on: datetime.date
) -> dict[Any, S]:
    """Return of each subject the statement of a source that holds on a day."""
    found: dict[Any, S] = {}
    known = Q(superseded_seq__isnull=True, source=source, since__lte=on)
    for some in slices(ids):
        # mypy cannot see that every concrete statement has the default manager.
        rows = model._default_manager.filter(known, **{f"{subject}__in": some})
        for row in rows.order_by("since", "seq", "pk"):
            found[getattr(row, f"{subject}_id")] = row
    return found


def slices(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    """Yield the values in slices that one query can name."""
    for start in range(0, len(values), IN_ONE_QUERY):
        yield values[start : start + IN_ONE_QUERY]


def changed(said: Statement | None, facts: dict[str, Any]) -> Changes:
    """Return the columns whose stated value differs from what the same source said before."""
    return {
        name: (getattr(said, name, None), value)
        for name, value in facts.items()
        if getattr(said, name, None) != value
    }


class Current:
    """现状: everything that a piece of a roster is compared with, read in a few queries."""

    def __init__(
        self,
        statements: Sequence[HouseholdStatement],
        *,
        on: datetime.date,
        source: str,
        period: int | None,
    ) -> None:
        self.on, self.source, self.period = on, source, period
        self.homes = {
            home.number: home
            for some in slices([statement.number for statement in statements])
            for home in Household.objects.filter(number__in=some)
        }
        self._index(statements)
        self._members()
        homes = [home.pk for home in self.homes.values()]
        people = [person.pk for person in self.people.values()]
        self.places, self.placed = self._stated(HouseholdPlace, "household", homes)
        self.identities, self.identified = self._stated(PersonIdentity, "person", people)
        self.home_facts = current_of(HouseholdFacts, "household", homes, source=source, on=on)
        self.person_facts = current_of(PersonFacts, "person", people, source=source, on=on)
        self.incomes = self._incomes(homes)

    def _stated(
        self, model: type[S], subject: str, ids: Sequence[int]
    ) -> tuple[dict[int, S], set[int]]:
        """Return what the source says on the day, and of whom anybody says anything at all."""
        said: dict[int, S] = {}
        anybody: set[int] = set()
        for some in slices(ids):
            rows = model._default_manager.filter(
                superseded_seq__isnull=True, **{f"{subject}__in": some}
            )
            for row in rows.order_by("since", "seq", "pk"):
                key = getattr(row, f"{subject}_id")
                anybody.add(key)
                if row.source == self.source and row.since <= self.on:
                    said[key] = row
        return said, anybody

    def _index(self, statements: Sequence[HouseholdStatement]) -> None:
        keys = [key_of(person) for home in statements for person in home.persons]
        self.indexes = dict(zip(keys, index_numbers(keys), strict=True))
        wanted = [index for index in self.indexes.values() if index is not None]
        self.by_index: dict[bytes, Person] = {}
        self.people: dict[int, Person] = {}
        for some in slices(wanted):
            for person in Person.objects.filter(id_index__in=some):
                self.by_index[bytes(person.id_index or b"")] = person
                self.people[person.pk] = person

    def _members(self) -> None:
        """Read the open memberships of these households, and of these persons elsewhere."""
        self.open: dict[int, Membership] = {}
        self.members: dict[int, dict[int, Membership]] = {}
        homes = [home.pk for home in self.homes.values()]
        self._read_members("household", homes)
        self._read_members("person", [key for key in self.people if key not in self.open])
        for row in self.open.values():
            self.members.setdefault(row.household_id, {})[row.person_id] = row
        self._taken_back(homes)

    def _read_members(self, subject: str, ids: Sequence[int]) -> None:
        for some in slices(ids):
            rows = Membership.objects.filter(
                until__isnull=True, superseded_seq__isnull=True, **{f"{subject}__in": some}
            )
            for row in rows.select_related("person"):
                self.open[row.person_id] = row
                self.people.setdefault(row.person_id, row.person)

    def _taken_back(self, homes: Sequence[int]) -> None:
        """Read the persons without papers who were in these households until a reversal.

        No index finds them again; stated anew, they shall be the same persons.
        """
        self.former: dict[int, dict[int, Person]] = {}
        stated = PersonIdentity.objects.filter(
            person=OuterRef("person"), superseded_seq__isnull=True
        )
        for some in slices(homes):
            rows = Membership.objects.filter(
                ~Exists(stated),
                household__in=some,
                superseded_seq__isnull=False,
                person__id_kind=IdKind.PLACEHOLDER,
            )
            for row in rows.order_by("pk").select_related("person"):
                self.former.setdefault(row.household_id, {})[row.person_id] = row.person
                self.people.setdefault(row.person_id, row.person)

    def _incomes(self, homes: Sequence[int]) -> dict[int, Income]:
        if self.period is None:
            return {}
        return {
            row.household_id: row
            for some in slices(homes)
            for row in Income.objects.filter(
                household__in=some,
                item=IncomeItem.DECLARED_NET_PER_HEAD,
                source=self.source,
                superseded_seq__isnull=True,
                period_since=datetime.date(self.period, 1, 1),
            ).order_by("since", "seq")
        }

    def compare(self, statement: HouseholdStatement) -> HomeDiff:
        """Say how one household differs."""
        home = self.homes.get(statement.number)
        key = home.pk if home else 0
        members = self.members.get(key, {})
        persons = [self._person(person, home, members) for person in statement.persons]
        listed = {diff.person.pk for diff in persons if diff.person}
        diff = HomeDiff(
            statement,
            home,
            self.places.get(key),
            self.home_facts.get(key),
            self.incomes.get(key),
            persons,
            [row for person, row in members.items() if person not in listed],
            new=key not in self.placed,
        )
        self._home_changes(diff)
        return diff

    def _home_changes(self, diff: HomeDiff) -> None:
        statement = diff.statement
        diff.changes = changed(diff.said, statement.facts)
        stated = statement.income_per_head_fen
        before = diff.income.amount_fen if diff.income else None
        if stated is not None and self.period is not None and stated != before:
            diff.changes["income"] = (before, stated)
        diff.changes |= changed(diff.place, place_of(statement))
        if diff.left:
            diff.changes["members"] = (len(diff.persons) + len(diff.left), len(diff.persons))

    def _person(
        self, statement: PersonStatement, home: Household | None, members: dict[int, Membership]
    ) -> PersonDiff:
        index = self.indexes[key_of(statement)]
        person = self.by_index.get(index) if index else self._alike(statement, home, members)
        open_ = self.open.get(person.pk) if person else None
        here = open_ if open_ and home and open_.household_id == home.pk else None
        elsewhere = open_ if open_ is not here else None
        key = person.pk if person else 0
        identity, said = self.identities.get(key), self.person_facts.get(key)
        new = key not in self.identified
        diff = PersonDiff(statement, index, person, here, elsewhere, identity, said, new)
        if person is not None:
            diff.key, diff.uid = person.pk, person.uid
        diff.changes = changed(said, statement.facts) | changed(identity, identity_of(statement))
        if here is not None and here.relation != statement.relation:
            diff.changes["relation"] = (here.relation, statement.relation)
        return diff

    def _alike(
        self, statement: PersonStatement, home: Household | None, members: dict[int, Membership]
    ) -> Person | None:
        """Find a person without papers: among the members, else among those taken back."""
        if home is None:
            return None
        present = _without_papers(statement, [row.person for row in members.values()])
        return present or _without_papers(statement, self.former.get(home.pk, {}).values())


def place_of(statement: HouseholdStatement) -> dict[str, Any]:
    """Return what a sheet says of where a household is; what it leaves empty it does not say."""
    stated = {"group_name": statement.group_name, "phone": statement.phone}
    return {"village_id": statement.village} | {k: v for k, v in stated.items() if v}


def identity_of(statement: PersonStatement) -> dict[str, Any]:
    """Return what a sheet says of who a person is; what it leaves empty it does not say."""
    stated = {"birth": statement.birth, "sex": statement.sex, "number": statement.number}
    always = {"name": statement.name, "id_number": statement.id_raw}
    return always | {k: v for k, v in stated.items() if v}


def _without_papers(statement: PersonStatement, among: Iterable[Person]) -> Person | None:
    """Find a person without papers among some: by number, else by name."""
    for person in among:
        if person.id_kind != IdKind.PLACEHOLDER:
            continue
        if (statement.number and person.number == statement.number) or (
            not statement.number and person.name == statement.name
        ):
            return person
    return None
