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
from wengu.decisions.dossiers import Row
from wengu.decisions.extracts import EXTRACTS
from wengu.kernel.dates import to_day
from wengu.registry.models import BenefitKind, IncomeItem, ListingKind, SourceKind
from wengu.registry.statements import (
    BillStatement,
    DibaoStatement,
    DisabilityStatement,
    HouseholdStatement,
    Origin,
    PersonStatement,
    VillageStatement,
)

_KEY = 18


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
        self._persons: dict[str, tuple[int, int]] = {}
        self._kinds: dict[int, set[bool]] = {}
        self.rows: dict[str, list[Row]] = {name: [] for name in EXTRACTS}
        self.labels = Labels()

    def take(self, statements: Iterable[Any]) -> None:
        """Take in statements, rosters before the lists that speak of their persons."""
        for statement in sorted(statements, key=lambda one: _ORDER[type(one)]):
            _TAKE[type(statement)](self, statement)

    def arrive(self, listings: Collection[tuple[ListingKind, str]]) -> None:
        """Note that the whole list of a kind is in for a county, so that silence means no."""
        for kind, county in listings:
            self._say(
                "listing", county.ljust(12, "0"), None, SourceKind.DEPARTMENT, kind=kind.value
            )

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
        self._persons[statement.id_raw[:_KEY]] = (person, home)
        self._say(
            "membership",
            person,
            origin,
            SourceKind.ROSTER,
            household=home,
            relation=statement.relation,
        )
        facts = _facts(statement.facts, PERSON_FACTS)
        self._say("person_facts", person, origin, SourceKind.ROSTER, **facts)

    def _village(self, statement: VillageStatement) -> None:
        origin = statement.origin
        self.labels.rows["village", int(statement.village)] = (origin.sheet, origin.row)
        facts = _facts(statement.facts, VILLAGE_FACTS)
        self._say("village_facts", statement.village, origin, SourceKind.ROSTER, **facts)

    def _dibao(self, statement: DibaoStatement) -> None:
        found = self._persons.get(statement.id_raw[:_KEY])
        if found is None:
            return
        person, home = found
        if statement.destitute:
            self._department("person_facts", person, statement.origin, {"destitute": True})
            if statement.whole_household:
                self._department("household_facts", home, statement.origin, {"destitute": True})
            return
        since = to_day(statement.since) if statement.since else self._since
        self._benefit(home, person, BenefitKind.DIBAO, since, statement.origin)
        if statement.whole_household:
            self._benefit(home, None, BenefitKind.DIBAO, since, statement.origin)
            self._kind(home, statement)
        if statement.grace_since is not None:
            since = to_day(statement.grace_since)
            self._benefit(home, None, BenefitKind.GRADUAL_EXIT, since, statement.origin)

    def _kind(self, home: int, statement: DibaoStatement) -> None:
        """Say that a household is in urban dibao; one named under both is in rural dibao."""
        kinds = self._kinds.setdefault(home, set())
        kinds.add(statement.urban)
        if True in kinds:
            urban = None if False in kinds else True
            facts = {"urban_dibao": urban}
            self._department("household_facts", home, statement.origin, facts)

    def _benefit(
        self, home: int, person: int | None, kind: BenefitKind, since: int, origin: Origin
    ) -> None:
        row = self._say(
            "benefit", home, origin, SourceKind.DEPARTMENT, person=person, kind=kind.value
        )
        row["since"] = since

    def _bill(self, statement: BillStatement) -> None:
        found = self._persons.get(statement.id_raw[:_KEY])
        if found is not None:
            facts = _facts({name: getattr(statement, name) for name in BILL_FACTS}, BILL_FACTS)
            row = self._say("bill", found[0], statement.origin, SourceKind.DEPARTMENT, **facts)
            row["since"] = row["discharged"]

    def _disability(self, statement: DisabilityStatement) -> None:
        found = self._persons.get(statement.id_raw[:_KEY])
        if found is not None:
            facts = {"disabled": True, "disability": statement.disability}
            self._department("person_facts", found[0], statement.origin, facts)

    def _department(
        self, table: str, subject: int, origin: Origin, facts: Mapping[str, Any]
    ) -> None:
        """Let a department say more of somebody: what it said before joins the new statement."""
        rank = RANKS[SourceKind.DEPARTMENT]
        for row in self.rows[table]:
            if row["subject"] == subject and row["rank"] == rank:
                row.update(facts)
                return
        kinds = PERSON_FACTS if table == "person_facts" else HOUSEHOLD_FACTS
        self._say(table, subject, origin, SourceKind.DEPARTMENT, **_facts(facts, kinds))


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
    VillageStatement: Memory._village,
    DibaoStatement: Memory._dibao,
    BillStatement: Memory._bill,
    DisabilityStatement: Memory._disability,
}
_ORDER = {kind: place for place, kind in enumerate(_TAKE)}
