"""差异: how a household and its persons on a sheet differ from what the registry holds of them."""

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from wengu.registry.carrying import Confirmation, Said
from wengu.registry.models import (
    Household,
    HouseholdFacts,
    HouseholdPlace,
    IdKind,
    Income,
    Membership,
    Person,
    PersonFacts,
    PersonIdentity,
    Statement,
)
from wengu.registry.statements import HouseholdStatement, PersonStatement

NOBODY = uuid.UUID(int=0)
_KEY = 18

Changes = dict[str, tuple[Any, Any]]


class Entry(NamedTuple):
    """入户: the membership that a sheet makes, and the ones that end or give way for it."""

    until: datetime.date | None = None
    ends: tuple[Membership, ...] = ()
    # A membership that began later and that begins with this sheet instead.
    earlier: Membership | None = None


@dataclass(slots=True)
class PersonDiff:
    """人的差异: `new`: nothing is stated of this person; `entry` None: who belongs where stays.

    `person` None: there was never anything. A person whose file was taken back is new again.
    """

    statement: PersonStatement
    index: bytes | None
    person: Person | None
    here: Membership | None
    elsewhere: Membership | None
    identity: Said[PersonIdentity]
    said: Said[PersonFacts]
    new: bool
    entry: Entry | None = None
    changes: Changes = field(default_factory=dict)
    key: int = 0
    uid: uuid.UUID = NOBODY

    def confirmed(self, home: "HomeDiff") -> list[Confirmation]:
        """Return the newer sheets of the household that list this person."""
        here = self.here
        return [one for one in home.confirmed if here is not None and here.since <= one.day]


@dataclass(slots=True)
class HomeDiff:
    """户的差异: `new` and `home` as of a person; `left` are members no longer on the sheet."""

    statement: HouseholdStatement
    home: Household | None
    place: Said[HouseholdPlace]
    said: Said[HouseholdFacts]
    income: Said[Income]
    persons: list[PersonDiff]
    left: list[Membership]
    confirmed: list[Confirmation]
    new: bool
    changes: Changes = field(default_factory=dict)


def changed(said: Statement | None, facts: dict[str, Any]) -> Changes:
    """Return the columns whose stated value differs from what the same source said before."""
    return {
        name: (getattr(said, name, None), value)
        for name, value in facts.items()
        if getattr(said, name, None) != value
    }


def key_of(person: PersonStatement) -> str | None:
    """Return the 18 characters that identify a person; None for one without papers."""
    return None if person.id_kind == IdKind.PLACEHOLDER else person.id_raw[:_KEY]


def place_of(statement: HouseholdStatement) -> dict[str, Any]:
    """Return what a sheet says of where a household is; what it leaves empty it does not say."""
    stated = {"group_name": statement.group_name, "phone": statement.phone}
    return {"village_id": statement.village} | {k: v for k, v in stated.items() if v}


def identity_of(statement: PersonStatement) -> dict[str, Any]:
    """Return what a sheet says of who a person is; what it leaves empty it does not say."""
    stated = {"birth": statement.birth, "sex": statement.sex, "number": statement.number}
    always = {"name": statement.name, "id_number": statement.id_raw}
    return always | {k: v for k, v in stated.items() if v}


def without_papers(statement: PersonStatement, among: Iterable[Person]) -> Person | None:
    """Find a person without papers among some: by number, else by name."""
    for person in among:
        if person.id_kind != IdKind.PLACEHOLDER:
            continue
        if (statement.number and person.number == statement.number) or (
            not statement.number and person.name == statement.name
        ):
            return person
    return None
