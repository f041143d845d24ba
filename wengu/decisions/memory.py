"""无库事实: what a sheet states, laid out as the registry would hold it, without any database.

The rules of `registry.writing` and `registry.departments` in small: a roster or a village sheet
speaks as 花名册, a department's list about persons whom the roster names.
"""

import datetime
import itertools
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from wengu.decisions.columns import (
    BILL_FACTS,
    HOUSEHOLD_FACTS,
    PERSON_FACTS,
    RANKS,
    VILLAGE_FACTS,
)
from wengu.decisions.extracts import EXTRACTS
from wengu.decisions.resolving import Row
from wengu.kernel.dates import to_day
from wengu.kernel.idcard import person_key
from wengu.registry.departments import ListedStatement, kind_of
from wengu.registry.models import IncomeItem, ListingKind, SourceKind
from wengu.registry.statements import (
    BillStatement,
    DepartureStatement,
    DibaoStatement,
    DisabilityStatement,
    HouseholdStatement,
    Origin,
    PersonStatement,
    VillageStatement,
)

_UNSAID = {
    "whole": False, "urban": False, "grace_since": None, "grace_stated": False, "disability": "",
}  # fmt: skip


@dataclass
class Labels:
    """称呼: what the sheet calls the subjects that got numbers here."""

    households: dict[int, str] = field(default_factory=dict)
    persons: dict[int, str] = field(default_factory=dict)
    # Where each stands on the sheet, to write the decisions beside its rows.
    rows: dict[tuple[str, Any], tuple[int, int]] = field(default_factory=dict)


class Memory:
    """记忆: rows of extracts, made of statements that are all true from one day."""

    def __init__(self, *, dated: datetime.date, period: int | None) -> None:
        self._since = to_day(dated)
        self._period = period
        self._ids = itertools.count(1)
        self._persons: dict[str, int] = {}
        self.rows: dict[str, list[Row]] = {name: [] for name in EXTRACTS}
        self.labels = Labels()

    def take(self, statements: Iterable[Any]) -> None:
        """Take in statements, rosters before the lists that speak of their persons."""
        for statement in sorted(statements, key=lambda one: _ORDER[type(one)]):
            _TAKE[type(statement)](self, statement)

    def arrive(self, listings: Collection[tuple[ListingKind, str]]) -> None:
        """Note that the whole list of a kind is in for a town, so that silence means no."""
        for kind, town in listings:
            code = town.ljust(12, "0")
            self._say("listing", code, None, SourceKind.DEPARTMENT, kind=kind.value)

    def _say(
        self, table: str, subject: Any, origin: Origin | None, source: SourceKind, **values: Any
    ) -> Row:
        row: Row = {
            "subject": subject,
            "rank": RANKS[source],
            "since": self._since,
            "seq": 1,
            "id": next(self._ids),
            "source": source.value,
            "batch": None,
            "sheet": origin.sheet if origin else 0,
            "row": origin.row if origin else None,
        }
        self.rows[table].append(row | values)
        return self.rows[table][-1]

    def _household(self, statement: HouseholdStatement) -> None:
        home, origin = next(self._ids), statement.origin
        place = {"uid": statement.number, "village": statement.village}
        self._say("household", home, origin, SourceKind.ROSTER, **place)
        self.labels.households[home] = statement.number
        self.labels.rows["household", home] = (origin.sheet, origin.row)
        facts = _facts(statement.facts, HOUSEHOLD_FACTS)
        self._say("household_facts", home, origin, SourceKind.ROSTER, **facts)
        if statement.income_per_head_fen is not None and self._period is not None:
            self._say(
                "income",
                home,
                origin,
                SourceKind.ROSTER,
                period_since=self._period * 10_000 + 101,
                period_until=(self._period + 1) * 10_000 + 101,
                item=IncomeItem.DECLARED_NET_PER_HEAD.value,
                amount_fen=statement.income_per_head_fen,
            )
        for person in statement.persons:
            self._person(person, home, statement.number)

    def _departure(self, statement: DepartureStatement) -> None:
        """Nobody is left of it: there is nothing to lay out."""

    def _person(self, statement: PersonStatement, home: int, number: str) -> None:
        person, origin = next(self._ids), statement.origin
        label = statement.number or f"{number}/{origin.row}"
        self._say(
            "person",
            person,
            origin,
            SourceKind.ROSTER,
            uid=label,
            birth=to_day(statement.birth) if statement.birth else None,
            sex=statement.sex,
            id_kind=statement.id_kind,
        )
        self.labels.persons[person] = label
        self.labels.rows["person", person] = (origin.sheet, origin.row)
        self._persons[person_key(statement.id_raw)] = person
        belongs = {"household": home, "relation": statement.relation, "until": None}
        self._say("membership", person, origin, SourceKind.ROSTER, **belongs)
        facts = _facts(statement.facts, PERSON_FACTS)
        self._say("person_facts", person, origin, SourceKind.ROSTER, **facts)

    def _village(self, statement: VillageStatement) -> None:
        origin = statement.origin
        self.labels.rows["village", int(statement.village)] = (origin.sheet, origin.row)
        facts = _facts(statement.facts, VILLAGE_FACTS)
        self._say("village_facts", statement.village, origin, SourceKind.ROSTER, **facts)

    def _dibao(self, statement: DibaoStatement) -> None:
        grace = to_day(statement.grace_since) if statement.grace_since else None
        self._listed(
            statement,
            whole=statement.whole_household,
            urban=statement.urban,
            grace_since=grace,
            grace_stated=statement.grace_stated,
        )

    def _disability(self, statement: DisabilityStatement) -> None:
        self._listed(statement, disability=statement.disability)

    def _listed(self, statement: ListedStatement, **own: Any) -> None:
        person = self._persons.get(person_key(statement.id_raw))
        if person is not None:
            said = _UNSAID | own | {"kind": kind_of(statement).value}
            self._say("listed", person, statement.origin, SourceKind.DEPARTMENT, **said)

    def _bill(self, statement: BillStatement) -> None:
        person = self._persons.get(person_key(statement.id_raw))
        if person is not None:
            facts = _facts({name: getattr(statement, name) for name in BILL_FACTS}, BILL_FACTS)
            own = {"hospital": statement.hospital, "listed_on": self._since}
            row = self._say("bill", person, statement.origin, SourceKind.DEPARTMENT, **facts, **own)
            row["since"] = row["discharged"]


def _facts(stated: Mapping[str, Any], kinds: Mapping[str, str]) -> dict[str, Any]:
    """Return every column of a statement; days become integers, what is not said is None."""
    return {
        name: to_day(stated[name])
        if isinstance(stated.get(name), datetime.date)
        else stated.get(name)
        for name in kinds
    }


_TAKE: dict[type, Any] = {
    HouseholdStatement: Memory._household,
    DepartureStatement: Memory._departure,
    VillageStatement: Memory._village,
    DibaoStatement: Memory._dibao,
    BillStatement: Memory._bill,
    DisabilityStatement: Memory._disability,
}
_ORDER = {kind: place for place, kind in enumerate(_TAKE)}
