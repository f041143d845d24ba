"""卷宗: the facts of one household as plain rows, and who said each of them, since when.

It says what `snapshots` says for everybody, in plain Python and within milliseconds. Its input is
the same extracts, so that statements which never saw a database are resolved by the same code.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from wengu.decisions.columns import (
    BILL_FACTS,
    HOUSEHOLD_FACTS,
    NEVER_UNKNOWN,
    PERSON_FACTS,
    RANKS,
    VILLAGE_FACTS,
)
from wengu.registry.carrying import EVERYTHING
from wengu.registry.limits import LIMITS, within
from wengu.registry.models import BenefitKind, IncomeItem, ListingKind, SourceKind

Row = dict[str, Any]
Rows = Mapping[str, list[Row]]
"""Extracts by name, each a list of rows."""

DEPARTMENT = RANKS[SourceKind.DEPARTMENT]
_ITEMS = {item.value for item in IncomeItem if item is not IncomeItem.DECLARED_NET_PER_HEAD}
_COUNTY = 6


class Told(NamedTuple):
    """出处: who said a fact, and since when it is true.

    `listing` names the department's list from whose silence the fact was read.
    """

    source: str
    since: int
    batch: int | None = None
    sheet: int = 0
    row: int | None = None
    listing: str = ""


Key = tuple[str, Any, str]
"""A fact by its table, the id of its row, and its column."""


@dataclass
class Dossier:
    """卷宗: a household, its persons, their bills and its village, as the rules read them."""

    household: Row
    persons: list[Row] = field(default_factory=list)
    bills: list[Row] = field(default_factory=list)
    village: Row = field(default_factory=dict)
    told: dict[Key, Told] = field(default_factory=dict)


def told(statement: Row, name: str, listing: str = "") -> Told:
    """Return where a column of a statement was stated: here, or where it is carried on from."""
    since, batch, sheet, row = (
        statement["since"],
        statement.get("batch"),
        statement.get("sheet") or 0,
        statement.get("row"),
    )
    carried = json.loads(statement.get("carried") or "{}")
    place = carried.get(name) or carried.get(EVERYTHING)
    if place is not None:
        since, batch, sheet, row = place
    return Told(statement.get("source", ""), since, batch, sheet, row, listing)


def newest(statement: Row) -> tuple[int, int, int]:
    """Order statements of one source: the last is the one that counts."""
    return statement["since"], statement["seq"], statement["id"]


def by(rows: Iterable[Row], column: str) -> dict[Any, list[Row]]:
    """Return the rows grouped by a column."""
    found: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[column]].append(row)
    return found


Said = tuple[Any, Row | None]
Whom = tuple[str, list[Any]]
"""A county, and the persons of it whom a list may mean."""


def merged(
    statements: Iterable[Row],
    columns: Iterable[str],
    counts: Callable[[int], bool] = lambda rank: True,
) -> dict[str, Said]:
    """Return of each column the first known value by precedence, and the statement that says it."""
    latest: dict[int, Row] = {}
    for statement in statements:
        rank = statement["rank"]
        if counts(rank) and (rank not in latest or newest(latest[rank]) < newest(statement)):
            latest[rank] = statement
    ranked = [latest[rank] for rank in sorted(latest)]
    found: dict[str, Said] = {}
    for column in columns:
        found[column] = next(
            ((one[column], one) for one in ranked if one[column] not in (None, "")), (None, None)
        )
    return found


class Resolver:
    """归结: dossiers of the households whose extracts it was given."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._persons = _strongest_of(rows["person"])
        self._said_household = by(rows["household_facts"], "subject")
        self._said_person = by(rows["person_facts"], "subject")
        self._said_village = by(rows["village_facts"], "subject")
        self._incomes = by(rows["income"], "subject")
        self._bills = by(rows["bill"], "subject")
        self._benefits = by(rows["benefit"], "subject")
        self._listings = by(
            ({**row, "county": row["subject"][:_COUNTY]} for row in rows["listing"]), "county"
        )
        self._gaps = self._doubtful()
        self._members = self._living()

    def _doubtful(self) -> set[tuple[str, Any]]:
        """Return of whom a list's silence says nothing: (kind of list, person)."""
        kinds = {row["id"]: row["kind"] for row in self._rows["listing"]}
        return {
            (kinds[row["listing"]], row["subject"])
            for row in self._rows["gap"]
            if row["listing"] in kinds
        }

    def _silent(self, kind: ListingKind, persons: Iterable[Any]) -> bool:
        return any((kind.value, person) in self._gaps for person in persons)

    def _living(self) -> dict[Any, list[Row]]:
        """Return the members of each household: a person's latest membership counts."""
        latest: dict[Any, Row] = {}
        for row in self._rows["membership"]:
            person = row["subject"]
            if person in self._persons and (
                person not in latest or newest(latest[person]) < newest(row)
            ):
                latest[person] = row
        return by(latest.values(), "household")

    def dossiers(self) -> dict[Any, Dossier]:
        """Return the dossier of every household that has a member, by its id."""
        return {
            home: self._dossier(home, row)
            for home, row in _strongest_of(self._rows["household"]).items()
            if self._members.get(home)
        }

    def _dossier(self, home: Any, row: Row) -> Dossier:
        village = row["village"]
        place = {"county": village[:_COUNTY], "village": village}
        dossier = Dossier({"id": home, "uid": row["uid"], **place})
        members = sorted(self._members[home], key=lambda member: member["subject"])
        self._household(dossier, members)
        for member in members:
            self._person(dossier, member, place)
        dossier.village = self.village(village, dossier.told)
        return dossier

    def _listing(self, county: str, kind: ListingKind) -> Row | None:
        found = [row for row in self._listings.get(county, ()) if row["kind"] == kind.value]
        return max(found, key=newest, default=None)

    def _household(self, dossier: Dossier, members: list[Row]) -> None:
        home = dossier.household
        whom = (home["county"], [member["subject"] for member in members])
        statements = self._said_household.get(home["id"], [])
        said = merged(statements, HOUSEHOLD_FACTS)
        self._listed(whom, ListingKind.DIBAO, statements, said, "destitute")
        benefits = self._benefits.get(home["id"], [])
        whole = [
            row
            for row in benefits
            if row["kind"] == BenefitKind.DIBAO.value and row["person"] is None
        ]
        said["dibao"] = self._dibao(whom, said["dibao"], whole)
        _take(dossier, "household", home, said)
        self._income(dossier, len(members))
        hospital = self._listing(home["county"], ListingKind.HOSPITAL)
        if self._silent(ListingKind.HOSPITAL, whom[1]):
            hospital = None
        grace = [row for row in benefits if row["kind"] == BenefitKind.GRADUAL_EXIT.value]
        _take(
            dossier,
            "household",
            home,
            {
                "bills_listed_on": (hospital and hospital["since"], hospital),
                "grace_since": _latest_since(grace),
            },
        )

    def _dibao(self, whom: Whom, said: Said, benefits: list[Row]) -> Said:
        """Return whether dibao is held: a list decides, unless a correction or a visit does."""
        statement = said[1]
        if statement is not None and statement["rank"] < DEPARTMENT:
            return said
        listing = self._listing(whom[0], ListingKind.DIBAO)
        if listing is None:
            return said
        if benefits:
            return True, max(benefits, key=newest)
        if self._silent(ListingKind.DIBAO, whom[1]):
            return said
        return False, {**listing, "listing": ListingKind.DIBAO.label}

    def _income(self, dossier: Dossier, heads: int) -> None:
        home = dossier.household
        fen, count, statement = income(self._incomes.get(home["id"], ()), heads)
        values = {"income_fen": (fen, statement), "income_heads": (count, statement)}
        _take(dossier, "household", home, values)

    def _person(self, dossier: Dossier, member: Row, place: Row) -> None:
        person = self._persons[member["subject"]]
        home = dossier.household
        key = person["subject"]
        row: Row = {
            "id": key,
            "uid": person["uid"],
            "household": home["id"],
            **place,
        }
        statements = self._said_person.get(key, ())
        said = merged(statements, PERSON_FACTS)
        benefits = [
            one
            for one in self._benefits.get(home["id"], ())
            if one["kind"] == BenefitKind.DIBAO.value and one["person"] in (None, key)
        ]
        whom = (place["county"], [key])
        said["dibao"] = self._dibao(whom, said["dibao"], benefits)
        self._listed(whom, ListingKind.DIBAO, statements, said, "destitute")
        names = ("disabled", "disability")
        self._listed(whom, ListingKind.DISABILITY, statements, said, *names)
        for name in ("birth", "sex", "id_kind"):
            said[name] = (person[name] or None, person)
        said["relation"] = (member["relation"] or None, member)
        _take(dossier, "person", row, said)
        dossier.persons.append(row)
        for bill in sorted(self._bills.get(key, ()), key=lambda one: one["id"]):
            made = {"id": bill["id"], "person": key, "household": home["id"], **place}
            _take(dossier, "bill", made, {name: (bill[name], bill) for name in BILL_FACTS})
            dossier.bills.append(made)

    def _listed(
        self,
        whom: Whom,
        kind: ListingKind,
        statements: Iterable[Row],
        said: dict[str, Said],
        flag: str,
        *others: str,
    ) -> None:
        """With a department's list, who is not on it is not so, whatever the roster says.

        Unless a row of the list still waits that may be about one of these persons.
        """
        listing = self._listing(whom[0], kind)
        if listing is None:
            return
        listed = merged(statements, (flag, *others), lambda rank: rank <= DEPARTMENT)
        if listed[flag][1] is None:
            if self._silent(kind, whom[1]):
                return
            listed[flag] = (False, {**listing, "listing": kind.label})
        said.update(listed)

    def village(self, code: str, provenance: dict[Key, Told]) -> Row:
        """Return the facts of a village, adding who said them to `provenance`."""
        row: Row = {"id": int(code), "uid": code, "county": code[:_COUNTY], "village": code}
        said = merged(self._said_village.get(code, ()), VILLAGE_FACTS)
        dossier = Dossier({}, told=provenance)
        _take(dossier, "village", row, said)
        return row


def _latest_since(rows: list[Row]) -> Said:
    latest = max(rows, key=newest, default=None)
    return (latest["since"], latest) if latest else (None, None)


def _take(dossier: Dossier, table: str, row: Row, said: Mapping[str, Said]) -> None:
    for name, (stated, statement) in said.items():
        value = row[name] = settled(table, name, stated)
        if value is not None and statement is not None:
            dossier.told[table, row["id"], name] = told(
                statement, name, statement.get("listing", "")
            )


def settled(table: str, name: str, value: Any) -> Any:
    """Return a fact as rules may read it: a number beyond its limits is unknown.

    The total of a bill is never unknown: it ends at its limit.
    """
    if within(table, name, value):
        return value
    if (table, name) in NEVER_UNKNOWN:
        least, most = LIMITS[table, name]
        return min(max(value, least), most)
    return None


def income(statements: Iterable[Row], heads: int) -> tuple[int | None, int | None, Row | None]:
    """Return the income, for how many heads it stands, and the statement that says it.

    The latest period counts; in it complete itemised income beats the declared one per head.
    """
    periods = by(
        (
            {**one, "period": (one["period_until"], one["period_since"])}
            for one in statements
            if one["amount_fen"] is not None
        ),
        "period",
    )
    for period in sorted(periods, reverse=True):
        items = {item: _strongest(rows) for item, rows in by(periods[period], "item").items()}
        if items.keys() >= _ITEMS:
            total = sum(
                -items[item]["amount_fen"]
                if item == IncomeItem.BUSINESS_COSTS.value
                else items[item]["amount_fen"]
                for item in _ITEMS
            )
            return total, heads, max((items[item] for item in _ITEMS), key=newest)
        declared = items.get(IncomeItem.DECLARED_NET_PER_HEAD.value)
        if declared is not None:
            return declared["amount_fen"], 1, declared
    return None, None, None


def _strongest_of(statements: Iterable[Row]) -> dict[Any, Row]:
    """Return of each subject the whole statement that outranks, by source, then the newest."""
    return {subject: _strongest(rows) for subject, rows in by(statements, "subject").items()}


def _strongest(statements: list[Row]) -> Row:
    first = min(one["rank"] for one in statements)
    return max((one for one in statements if one["rank"] == first), key=newest)
