"""卷宗: the facts of one household as plain rows, and who said each of them, since when.

It says what `snapshots` says for everybody, in plain Python and within milliseconds. Its input is
the same extracts, so that statements which never saw a database are resolved by the same code.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from wengu.decisions.columns import (
    BILL_AMOUNTS,
    BILL_FACTS,
    DEPARTMENT,
    HOUSEHOLD_FACTS,
    PERSON_FACTS,
    VILLAGE_FACTS,
)
from wengu.decisions.counties import AsWritten, Counties
from wengu.decisions.extracts import NOTHING_OLD, Oldest
from wengu.decisions.lists import Home, Lists, first_days, of_home, settled_since
from wengu.decisions.resolving import (
    Row,
    Said,
    by,
    income,
    merged,
    newest,
    settled,
    strongest_of,
)
from wengu.registry.carrying import EVERYTHING
from wengu.registry.models import ListingKind

Rows = Mapping[str, list[Row]]
"""Extracts by name, each a list of rows."""


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

    @property
    def per_head(self) -> bool:
        """Whether the income is a figure per head of several, as it was declared."""
        return self.household.get("income_heads") == 1 and len(self.persons) > 1


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


class Resolver:
    """归结: dossiers of the households whose extracts it was given."""

    def __init__(
        self,
        rows: Rows,
        *,
        day: int,
        counties: Counties | AsWritten,
        oldest: Oldest = NOTHING_OLD,
    ) -> None:
        self._rows = rows
        self._day = day
        self._counties = counties
        self._oldest = oldest
        self._persons = strongest_of(rows["person"])
        self._said_household = by(rows["household_facts"], "subject")
        self._said_person = by(rows["person_facts"], "subject")
        self._said_village = by(rows["village_facts"], "subject")
        self._incomes = by(rows["income"], "subject")
        self._bills = by(rows["bill"], "subject")
        self._lists = Lists(rows, day=day, oldest=oldest.lists)
        self._first_days = first_days(rows["membership"])
        self._places = by(
            ({**row, "list_town": counties.town(row["village"])} for row in rows["household"]),
            "subject",
        )
        self._belonged = by(rows["membership"], "subject")
        self._belonged_to = by(rows["membership"], "household")
        self._members = self._living()
        self._lives = {
            row["subject"]: home for home, rows_ in self._members.items() for row in rows_
        }

    def _living(self) -> dict[Any, list[Row]]:
        """Return the members of each household: a person's latest running membership counts."""
        latest: dict[Any, Row] = {}
        for row in self._rows["membership"]:
            person, until = row["subject"], row["until"]
            if person not in self._persons or (until is not None and until <= self._day):
                continue
            if person not in latest or newest(latest[person]) < newest(row):
                latest[person] = row
        return by(latest.values(), "household")

    def dossiers(self) -> dict[Any, Dossier]:
        """Return the dossier of every household that has a member, by its id."""
        return {
            home: self._dossier(home, row)
            for home, row in strongest_of(self._rows["household"]).items()
            if self._members.get(home)
        }

    def _dossier(self, home: Any, row: Row) -> Dossier:
        village = row["village"]
        place = {"county": self._counties.of(village), "village": village}
        dossier = Dossier({"id": home, "uid": row["uid"], **place})
        dossier.told["household", home, "village"] = told(row, "village")
        members = sorted(self._members[home], key=lambda member: member["subject"])
        heard = self._heard(home, village, [member["subject"] for member in members])
        self._household(dossier, heard)
        for member in members:
            self._person(dossier, member, place, heard)
        self._paid_for_others(dossier, members[0]["subject"], place)
        dossier.village = self.village(village, dossier.told)
        return dossier

    def _heard(self, home: Any, village: str, people: list[Any]) -> "_Heard":
        town = self._counties.town(village)
        settled = max(settled_since(self._places[home], town), self._counties.joined(village))
        since = {person: self._first_days[home, person] for person in people}
        return _Heard(self._lists, town, since, settled)

    def _household(self, dossier: Dossier, heard: "_Heard") -> None:
        home = dossier.household
        statements = self._said_household.get(home["id"], [])
        said = merged(statements, HOUSEHOLD_FACTS)
        dibao, destitute = heard.homes[ListingKind.DIBAO], heard.homes[ListingKind.DESTITUTE]
        said["dibao"] = _governed(statements, "dibao", _of_all(dibao), dibao.before)
        said["destitute"] = _governed(statements, "destitute", _of_all(destitute), destitute.before)
        if dibao.named is not None:
            word = (dibao.urban, dibao.named)
            said["urban_dibao"] = _governed(statements, "urban_dibao", word, dibao.before)
        said["grace_since"] = heard.grace(self._day)
        said["bills_listed_on"] = heard.bills_listed()
        _take(dossier, "household", home, said)
        self._income(dossier, len(heard.since))

    def _income(self, dossier: Dossier, heads: int) -> None:
        home = dossier.household
        incomes = self._incomes.get(home["id"], ())
        fen, count, statement = income(
            (one for one in incomes if one["period_until"] >= self._oldest.incomes), heads
        )
        values = {"income_fen": (fen, statement), "income_heads": (count, statement)}
        _take(dossier, "household", home, values)

    def _person(self, dossier: Dossier, member: Row, place: Row, heard: "_Heard") -> None:
        person = self._persons[member["subject"]]
        home = dossier.household
        key = person["subject"]
        row: Row = {"id": key, "uid": person["uid"], "household": home["id"], **place}
        statements = self._said_person.get(key, ())
        said = merged(statements, PERSON_FACTS)
        of_all = heard.homes[ListingKind.DIBAO]
        word, before = heard.of_person(ListingKind.DIBAO, key)
        if of_all.named is not None and (word is None or not word[0]):
            word = (True, of_all.named)
        said["dibao"] = _governed(statements, "dibao", word, max(before, of_all.before))
        word, before = heard.of_person(ListingKind.DESTITUTE, key)
        said["destitute"] = _governed(statements, "destitute", word, before)
        said |= _certified(statements, *heard.of_person(ListingKind.DISABILITY, key))
        for name in ("birth", "sex", "id_kind"):
            said[name] = (person[name] or None, person)
        said["relation"] = (member["relation"] or None, member)
        _take(dossier, "person", row, said)
        dossier.told["person", key, "household"] = told(member, "household")
        dossier.persons.append(row)
        for bill in self._stays(key):
            paid = self._payer(bill) == home["id"]
            shown = bill if paid else bill | dict.fromkeys(BILL_AMOUNTS, 0)
            self._bill(dossier, shown, {"id": bill["id"], "person": key}, place)

    def _bill(self, dossier: Dossier, bill: Row, own: Row, place: Row) -> None:
        made = {**own, "household": dossier.household["id"], **place}
        _take(dossier, "bill", made, {name: (bill[name], bill) for name in BILL_FACTS})
        dossier.bills.append(made)

    def _paid_for_others(self, dossier: Dossier, first: Any, place: Row) -> None:
        """Add what the household paid for stays of those who belong to it no more.

        The amounts count here; the illness goes with the person.
        """
        home = dossier.household["id"]
        for person in sorted({row["subject"] for row in self._belonged_to[home]}):
            if self._lives.get(person) == home:
                continue
            for bill in self._stays(person):
                if self._payer(bill) == home:
                    shown = bill | {"diagnosis": ""}
                    self._bill(dossier, shown, {"id": -bill["id"], "person": first}, place)

    def _payer(self, bill: Row) -> Any:
        """Return the household of the day of discharge; before all that is known, the first."""
        day = bill["discharged"]
        rows = self._belonged[bill["subject"]]
        then = [
            row
            for row in rows
            if row["since"] <= day and (row["until"] is None or row["until"] >= day)
        ]
        one = max(then, key=newest) if then else min(rows, key=newest)
        return one["household"]

    def _stays(self, person: Any) -> list[Row]:
        """Return the hospital stays of a person, each as the newest list has it."""
        found: dict[tuple[Any, ...], Row] = {}
        for one in self._bills.get(person, ()):
            key = (one["hospital"], one["admitted"], one["discharged"])
            before = found.get(key)
            if before is None or _listing_order(before) < _listing_order(one):
                found[key] = one
        return sorted(found.values(), key=lambda one: one["id"])

    def village(self, code: str, provenance: dict[Key, Told]) -> Row:
        """Return the facts of a village, adding who said them to `provenance`."""
        county = self._counties.of(code)
        row: Row = {"id": int(code), "uid": code, "county": county, "village": code}
        said = merged(self._said_village.get(code, ()), VILLAGE_FACTS)
        # The year's income answers as long as a household's does.
        year = said["income_year"][0]
        if year is not None and (year + 1) * 10_000 + 101 < self._oldest.incomes:
            said["collective_income_fen"] = (None, None)
        dossier = Dossier({}, told=provenance)
        _take(dossier, "village", row, said)
        return row


class _Heard:
    """所闻: what the lists say of the members of one household, and of the household."""

    def __init__(self, lists: Lists, town: str, since: Mapping[Any, int], settled: int) -> None:
        self._lists, self._town = lists, town
        self.since = since
        self._here = {person: max(day, settled) for person, day in since.items()}
        self._words = {
            kind: {
                person: lists.word(kind, town, person, here) for person, here in self._here.items()
            }
            for kind in (ListingKind.DIBAO, ListingKind.DESTITUTE, ListingKind.DISABILITY)
        }
        self.homes = {
            kind: of_home(
                ((self._words[kind][person], day) for person, day in since.items()),
                self._answering(kind),
            )
            for kind in (ListingKind.DIBAO, ListingKind.DESTITUTE)
        }

    def _answering(self, kind: ListingKind) -> Row | None:
        whole = self._lists.whole(kind, self._town)
        return whole if whole is not None and self._lists.fresh(whole["since"]) else None

    def of_person(self, kind: ListingKind, person: Any) -> tuple[Said | None, int]:
        """Return what a list says of a person, and the day of the last one that said anything."""
        word = self._words[kind][person]
        if word is None:
            return None, 0
        if not word.fresh:
            return None, word.since
        return (_silence(word.silent) if word.row is None else (True, word.row)), word.since

    def bills_listed(self) -> Said:
        """Return until when the hospital list is complete for everybody."""
        whole = self._answering(ListingKind.HOSPITAL)
        if whole is None or not all(
            self._lists.speaks(whole, person, here) for person, here in self._here.items()
        ):
            return None, None
        return whole["since"], whole

    def grace(self, day: int) -> Said:
        """Return since when the household is in gradual exit, as its dibao list has it."""
        rows = []
        for person, since in self.since.items():
            word, row = self._words[ListingKind.DIBAO][person], self._lists.leaving(person)
            if word is None or word.row is None or row is None or since > row["since"]:
                continue
            if row["grace_since"] is not None and row["grace_since"] <= day:
                rows.append(row)
        latest = max(rows, key=lambda row: (row["grace_since"], *newest(row)), default=None)
        return (None, None) if latest is None else (latest["grace_since"], latest)


def _governed(statements: Iterable[Row], flag: str, word: Said | None, before: int) -> Said:
    """Return what holds of a flag: a correction or a visit, else a list, else the sheets.

    Of sheets only those not older than the day `before`, on which a list spoke.
    """
    above = merged(statements, (flag,), _is_above)[flag]
    if above[1] is not None:
        return above
    return word or merged(statements, (flag,), _is_sheet_since(before))[flag]


def _certified(statements: Iterable[Row], word: Said | None, before: int) -> dict[str, Said]:
    """Return whether a person is disabled, and how: one source says both.

    Who states a degree says that there is a disability; who states that alone leaves the list's
    degree as it is.
    """
    names = ("disabled", "disability")
    above = merged(statements, names, _is_above)
    disabled, degree = above["disabled"], above["disability"]
    listed = word[1]["disability"] or None if word and word[0] and word[1] is not None else None
    if disabled[1] is None and degree[0] is not None:
        disabled = True, degree[1]
    if disabled[1] is None and word is None:
        sheets = merged(statements, names, _is_sheet_since(before))
        return sheets | {name: one for name, one in above.items() if one[1] is not None}
    if disabled[1] is None and word is not None:
        disabled = word
    if degree[1] is None and disabled[0] and listed:
        degree = listed, word[1] if word else None
    return {"disabled": disabled, "disability": degree}


def _is_above(statement: Row) -> bool:
    return bool(statement["rank"] < DEPARTMENT)


def _is_sheet_since(before: int) -> Callable[[Row], bool]:
    return lambda row: row["rank"] >= DEPARTMENT and row["since"] >= before


def _of_all(home: Home) -> Said | None:
    return (True, home.named) if home.named is not None else _silence(home.left_out)


def _silence(listing: Row | None) -> Said | None:
    """Return a "no" that is read from a list's silence; its kind is its name."""
    if listing is None:
        return None
    return False, {**listing, "listing": ListingKind(listing["kind"]).label}


def _listing_order(bill: Row) -> tuple[int, int, int]:
    return bill["listed_on"], bill["seq"], bill["id"]


def _take(dossier: Dossier, table: str, row: Row, said: Mapping[str, Said]) -> None:
    for name, (stated, statement) in said.items():
        value = row[name] = settled(table, name, stated)
        if value is not None and statement is not None:
            dossier.told[table, row["id"], name] = told(
                statement, name, statement.get("listing", "")
            )
