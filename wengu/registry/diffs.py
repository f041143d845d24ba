"""差异: how a household and its persons on a sheet differ from what the registry holds of them."""

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from wengu.kernel.idcard import person_key
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

P = TypeVar("P", Person, PersonStatement)
Changes = dict[str, tuple[Any, Any]]


class Entry(NamedTuple):
    """入户: the membership that a sheet makes, and the ones that end or give way for it."""

    until: datetime.date | None = None
    ends: tuple[Membership, ...] = ()
    # A membership that began later and that begins with this sheet instead.
    earlier: Membership | None = None
    # What an older sheet lies over, from its day until the next word: it goes on after that.
    over: Membership | None = None

    @property
    def before(self) -> Membership | None:
        """The membership that the person had until the sheet's day."""
        return next(iter(self.ends), self.over)


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
    # The newer sheets that list this person, in whichever household.
    confirmed: list[Confirmation] = field(default_factory=list)


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
    return None if person.id_kind == IdKind.PLACEHOLDER else person_key(person.id_raw)


def place_of(statement: HouseholdStatement) -> dict[str, Any]:
    """Return what a sheet says of where a household is; what it leaves empty it does not say."""
    stated = {"group_name": statement.group_name, "phone": statement.phone}
    return {"village_id": statement.village} | {k: v for k, v in stated.items() if v}


def identity_of(statement: PersonStatement) -> dict[str, Any]:
    """Return what a sheet says of who a person is; what it leaves empty it does not say."""
    stated = {"birth": statement.birth, "sex": statement.sex, "number": statement.number}
    always = {"name": statement.name, "id_number": statement.id_raw}
    return always | {k: v for k, v in stated.items() if v}


def columns_of(statement: HouseholdStatement) -> frozenset[str]:
    """Return the columns that a sheet states of a household."""
    income = {"income"} if statement.income_per_head_fen is not None else set()
    return frozenset(statement.facts.keys() | place_of(statement).keys() | income)


def columns_of_person(statement: PersonStatement) -> frozenset[str]:
    """Return the columns that a sheet states of a person."""
    return frozenset(statement.facts.keys() | identity_of(statement).keys() | {"id_kind"})


def without_papers(statement: PersonStatement, among: Iterable[P]) -> P | None:
    """Find a person without papers among some: by number, else by name."""
    for person in among:
        if person.id_kind != IdKind.PLACEHOLDER:
            continue
        if (statement.number and person.number == statement.number) or (
            not statement.number and person.name == statement.name
        ):
            return person
    return None
