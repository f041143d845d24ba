"""摘取: registry rows as they were known at a sequence and true on a day, as plain tuples.

One description of each table serves the batch (streamed whole) and the single household (a few
ids). Days become integers, flags 0/1 and identifiers hex text on the database's side, so that a
plain cursor hands over nothing but integers and text. Names, numbers of documents, phones and
addresses are never read here.
"""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection

from wengu.decisions.columns import (
    BILL_FACTS,
    CORRECTION,
    HOUSEHOLD_FACTS,
    PERSON_FACTS,
    VILLAGE_FACTS,
)
from wengu.kernel.dates import add_months, first_start_within, to_day

CHUNK = 20_000
IDS_PER_QUERY = 500


@dataclass(frozen=True)
class Column:
    """列: a name in the extract, the kind of its value and the database column it is read from."""

    name: str
    kind: str  # day | flag | int | text | hex | rank | json | withdrawn
    of: str = ""


@dataclass(frozen=True)
class Extract:
    """摘取: one registry table: what is read of it, and which of its rows count."""

    table: str
    columns: tuple[Column, ...]
    owner: str  # the column by which a single household finds its rows

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


def _stated(*columns: Column, subject: str) -> tuple[Column, ...]:
    """Return the columns of a statement: subject, rank of its source, its times, then its own."""
    return (
        Column("subject", "int", subject),
        Column("rank", "rank", "source"),
        Column("since", "day"),
        Column("seq", "int"),
        Column("id", "int"),
        *columns,
    )


def _facts(names: dict[str, str]) -> tuple[Column, ...]:
    """Return columns of facts, and what a correction says of those that it leaves empty."""
    columns = (Column(name, kind) for name, kind in names.items())
    return (*columns, Column("withdrawn", "withdrawn", "carried"))


class Oldest(NamedTuple):
    """最早: the first days of which lists and incomes still answer; 0 = always."""

    lists: int = 0
    incomes: int = 0


NOTHING_OLD = Oldest()


@dataclass(frozen=True)
class Ages:
    """时效: for how many months a department's list, or an income, answers for later days.

    None: for ever. An older income is not read. Of an older list is known only that nothing before
    it answers either, so that the fact is unknown and not what it was.
    """

    list_months: int | None = None
    income_months: int | None = None

    def oldest(self, on: datetime.date) -> "Oldest":
        """Return the first days of which lists and incomes still answer on a day."""
        days = (self._months(name) for name in ("list", "income"))
        return Oldest(*(0 if one is None else to_day(first_start_within(on, one)) for one in days))

    def expiry(self, name: str, since: datetime.date) -> datetime.date | None:
        """Return the day on which a list or an income no longer answers; None: it always does."""
        months = self._months(name)
        return None if months is None else add_months(since, months)

    def _months(self, name: str) -> int | None:
        return {"list": self.list_months, "income": self.income_months}[name]


ALWAYS = Ages()

# A number belongs to one person for good, whenever that person is enrolled.
_GAPS = (
    "(SELECT gap.id, gap.since, gap.seq, gap.superseded_seq, gap.source, gap.batch_id, gap.sheet, "
    '"gap"."row", gap.carried, list.kind, '
    "COALESCE(gap.person_id, person.id) AS person_id FROM registry_listinggap AS gap "
    "JOIN registry_listing AS list ON list.id = gap.listing_id "
    "LEFT JOIN registry_person AS person ON person.id_index = gap.number) AS stated"
)


def _whose(table: str) -> str:
    """Return a list's rows with the person of each number; of nobody known there is no row."""
    return (
        f"(SELECT row_of.*, person.id AS person_id FROM {table} AS row_of "
        "JOIN registry_person AS person ON person.id_index = row_of.number) AS stated"
    )


EXTRACTS = {
    "household": Extract(
        "registry_householdplace",
        _stated(
            Column("uid", "hex"), Column("village", "text", "village_id"), subject="household_id"
        ),
        "household_id",
    ),
    "person": Extract(
        "registry_personidentity",
        _stated(
            Column("uid", "hex"),
            Column("birth", "day"),
            Column("sex", "text"),
            Column("id_kind", "text"),
            subject="person_id",
        ),
        "person_id",
    ),
    # Those that are over too: they say since when somebody has belonged here.
    "membership": Extract(
        "registry_membership",
        _stated(
            Column("household", "int", "household_id"),
            Column("relation", "text"),
            Column("until", "day"),
            subject="person_id",
        ),
        "household_id",
    ),
    "household_facts": Extract(
        "registry_householdfacts",
        _stated(*_facts(HOUSEHOLD_FACTS), subject="household_id"),
        "household_id",
    ),
    "person_facts": Extract(
        "registry_personfacts", _stated(*_facts(PERSON_FACTS), subject="person_id"), "person_id"
    ),
    "village_facts": Extract(
        "registry_villagefacts",
        (
            Column("subject", "text", "village_id"),
            *_stated(*_facts(VILLAGE_FACTS), subject="")[1:],
        ),
        "village_id",
    ),
    "income": Extract(
        "registry_income",
        _stated(
            Column("period_since", "day"),
            Column("period_until", "day"),
            Column("item", "text"),
            Column("amount_fen", "int"),
            subject="household_id",
        ),
        "household_id",
    ),
    "bill": Extract(
        _whose("registry_bill"),
        _stated(
            *(Column(name, kind) for name, kind in BILL_FACTS.items()),
            Column("hospital", "text"),
            Column("listed_on", "day"),
            subject="person_id",
        ),
        "person_id",
    ),
    "listed": Extract(
        _whose("registry_listed"),
        _stated(
            Column("kind", "text"),
            *(Column(name, "flag") for name in ("whole", "urban", "grace_stated")),
            Column("grace_since", "day"),
            Column("disability", "text"),
            subject="person_id",
        ),
        "person_id",
    ),
    "listing": Extract(
        "registry_listing",
        (
            Column("subject", "text", "town_id"),
            *_stated(Column("kind", "text"), subject="")[1:],
        ),
        "town_id",
    ),
    "gap": Extract(
        _GAPS,
        _stated(Column("kind", "text"), subject="person_id"),
        "person_id",
    ),
}

# Where a statement stands, read only when a person looks at one household.
ORIGIN = (
    Column("source", "text"),
    Column("batch", "int", "batch_id"),
    Column("sheet", "int"),
    Column("row", "int"),
    Column("carried", "json"),
)


def read(
    name: str,
    *,
    on: datetime.date,
    seq: int,
    owners: Sequence[Any] | None = None,
    owner: str = "",
    origin: bool = False,
) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the rows of one extract in chunks; `owners` None reads the whole table.

    `owner` names the column that `owners` stand in, where it is not the extract's own.
    """
    if owners is None:
        yield from _query(name, on, seq, "", (), origin=origin)
        return
    for start in range(0, len(owners), IDS_PER_QUERY):
        some = tuple(owners[start : start + IDS_PER_QUERY])
        clause = f" AND {owner or EXTRACTS[name].owner} IN ({', '.join(['%s'] * len(some))})"
        yield from _query(name, on, seq, clause, some, origin=origin)


def _query(
    name: str,
    on: datetime.date,
    seq: int,
    clause: str,
    values: tuple[Any, ...],
    *,
    origin: bool,
) -> Iterator[list[tuple[Any, ...]]]:
    extract = EXTRACTS[name]
    columns = extract.columns + (ORIGIN if origin else ())
    listed = ", ".join(f"{_expression(column)} AS {quoted(column.name)}" for column in columns)
    where, known = _where(on, seq)
    # Names of tables and columns are constants of this module; every value is a parameter.
    sql = f"SELECT {listed} FROM {extract.table} WHERE {where}{clause}"
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, (*known, *values))
        while rows := cursor.fetchmany(CHUNK):
            yield rows


def _where(on: datetime.date, seq: int) -> tuple[str, tuple[Any, ...]]:
    where = "seq <= %s AND (superseded_seq IS NULL OR superseded_seq > %s) AND since <= %s"
    return where, (seq, seq, on)


def quoted(name: str) -> str:
    """Return a name of this module for SQL: `row` is a word of the language."""
    return f'"{name}"'


def _expression(column: Column) -> str:
    name = quoted(column.of or column.name)
    dialect = _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE
    return dialect.get(column.kind, "{0}").format(name)


# An expression carries no declared type, so that SQLite's converters (slow, per cell) stay out.
_SQLITE = {
    "day": "CAST(replace({0}, '-', '') AS INTEGER)",
    "flag": "+{0}",
    "rank": "CAST(substr({0}, 1, 1) AS INTEGER)",
    "withdrawn": f"CASE WHEN substr(source, 1, 1) = '{CORRECTION}' THEN {{0}} END",
}
_POSTGRESQL = {
    "day": "CAST(to_char({0}, 'YYYYMMDD') AS INTEGER)",
    "flag": "CAST({0} AS INTEGER)",
    "rank": "CAST(substr({0}, 1, 1) AS INTEGER)",
    "hex": "replace(CAST({0} AS TEXT), '-', '')",
    "json": "CAST({0} AS TEXT)",
    "withdrawn": f"CASE WHEN substr(source, 1, 1) = '{CORRECTION}' THEN CAST({{0}} AS TEXT) END",
}
