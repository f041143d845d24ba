"""快照: the facts of every household, person, bill and village on a day, as columnar files.

The raw rows are streamed out of the database into DuckDB, which resolves them: the latest
statement of each source counts, and each column takes the first value by the precedence of
sources. `dossiers` says the same for one household in plain Python; a test holds the two equal.
"""

import datetime
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from wengu.decisions.columns import (
    BILL_FACTS,
    HOUSEHOLD_FACTS,
    NEVER_UNKNOWN,
    PERSON_FACTS,
    VILLAGE_FACTS,
)
from wengu.decisions.extracts import ALWAYS, EXTRACTS, Ages, Extract, quoted, read
from wengu.registry.limits import LIMITS
from wengu.registry.models import BenefitKind, IncomeItem, ListingKind, SourceKind

KEYS = {
    "household": ("id", "uid", "county", "village"),
    "person": ("id", "uid", "household", "county", "village"),
    "bill": ("id", "person", "household", "county", "village"),
    "village": ("id", "uid", "county", "village"),
}
"""The columns of each file that are no facts: identity and place."""

_SQL_TYPES = {
    "day": "INTEGER",
    "flag": "BOOLEAN",
    "int": "BIGINT",
    "text": "VARCHAR",
    "hex": "VARCHAR",
    "rank": "TINYINT",
}
_ARROW_TYPES = {
    "day": pa.int32(),
    "flag": pa.int8(),
    "int": pa.int64(),
    "text": pa.string(),
    "hex": pa.string(),
    "rank": pa.int8(),
}
_ITEMS = [item.value for item in IncomeItem if item is not IncomeItem.DECLARED_NET_PER_HEAD]
_DEPARTMENT = int(SourceKind.DEPARTMENT.value[0])
_NEWEST = "since DESC, seq DESC, id DESC"
# A village committee's code ends in 200 to 399; a residents' committee is no village.
_FIRST_VILLAGE_TAIL = "200"
# More than any limit and less than a column holds: a sum that is too large stays too large.
_BEYOND = 10**15
_ROWS_PER_GROUP = 61_440


@dataclass(frozen=True)
class Snapshot:
    """快照: the files of one (on, seq), what they hold, and the digest that proves it."""

    on: datetime.date
    seq: int
    files: Mapping[str, Path]
    digest: str
    counts: Mapping[str, int]
    # Facts beyond their limits, which are unknown here, with the ids of households or villages.
    beyond: Mapping[str, list[int]]


def write(
    *,
    on: datetime.date,
    seq: int,
    folder: Path,
    columns: Mapping[str, tuple[str, ...]],
    region: str = "",
    ages: Ages = ALWAYS,
) -> Snapshot:
    """Write the facts of the region (a prefix of codes; empty: all) into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as base:
        base.execute(f"SET temp_directory = '{folder / 'spill'}'")
        for name in EXTRACTS:
            _load(base, name, on, seq, ages)
        _resolve(base, region)
        beyond = _settle(base)
        files, digest, counts = {}, hashlib.sha256(), {}
        for table in KEYS:
            files[table] = folder / f"{table}.parquet"
            _keep(base, table, columns[table], files[table])
            for text in canonical(base, table, columns[table]):
                digest.update(text)
            counts[table] = _one(base, f"SELECT count(*) FROM {quoted(table)}")
    return Snapshot(on, seq, files, digest.hexdigest(), counts, beyond)


def _settle(base: duckdb.DuckDBPyConnection) -> dict[str, list[int]]:
    """Make numbers beyond their limits unknown, as `dossiers.settled` does; return of whom."""
    found: dict[str, list[int]] = {}
    for (table, name), (least, most) in LIMITS.items():
        column, owner = quoted(name), "household" if table in ("person", "bill") else "id"
        where = f"{column} NOT BETWEEN {least} AND {most}"
        rows = base.execute(
            f"SELECT DISTINCT {owner} FROM {quoted(table)} WHERE {where} ORDER BY 1"
        ).fetchall()
        if not rows:
            continue
        found[f"{table}.{name}"] = [int(key) for (key,) in rows]
        known = (table, name) in NEVER_UNKNOWN
        value = f"greatest(least({column}, {most}), {least})" if known else "NULL"
        base.execute(f"UPDATE {quoted(table)} SET {column} = {value} WHERE {where}")
    return found


def _one(base: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = base.execute(sql).fetchone()
    return int(row[0]) if row else 0


def _load(
    base: duckdb.DuckDBPyConnection, name: str, on: datetime.date, seq: int, ages: Ages
) -> None:
    """Stream one extract into the table raw_<name>."""
    extract = EXTRACTS[name]
    listed = ", ".join(f"{quoted(c.name)} {_SQL_TYPES[c.kind]}" for c in extract.columns)
    base.execute(f"CREATE TABLE raw_{name} ({listed})")
    for rows in read(name, on=on, seq=seq, ages=ages):
        chunk = _arrow(extract, rows)
        base.register("chunk", chunk)
        base.execute(f"INSERT INTO raw_{name} SELECT * FROM chunk")
        base.unregister("chunk")


def _arrow(extract: Extract, rows: list[tuple[Any, ...]]) -> pa.Table:
    return pa.table(
        [
            pa.array(values, type=_ARROW_TYPES[column.kind])
            for column, values in zip(extract.columns, zip(*rows, strict=True), strict=True)
        ],
        names=list(extract.names),
    )


def _resolve(base: duckdb.DuckDBPyConnection, region: str) -> None:
    base.execute("SET preserve_insertion_order = false")
    for sql in (*_steps(region), _HOUSEHOLD, _PERSON, _BILL, _VILLAGE):
        base.execute(sql)


def _first(table: str, columns: Mapping[str, str], also: str = "") -> str:
    """Return SQL: per subject, of each column the first known value by precedence.

    Most subjects have one statement in all: it needs no comparing.
    """
    values = ", ".join(
        f"arg_min({_value(name, kind)}, rank) AS {quoted(name)}" for name, kind in columns.items()
    )
    return f"""
        CREATE TABLE said_{table} AS
        WITH latest AS (
          SELECT * FROM raw_{table}
          QUALIFY row_number() OVER (PARTITION BY subject, rank ORDER BY {_NEWEST}) = 1
        )
        SELECT subject, {values}{also} FROM latest GROUP BY subject
    """


def _whole(table: str, source: str, columns: str) -> str:
    """Return SQL: per subject the whole statement that outranks, by source, then the newest."""
    return f"""
        CREATE TABLE {table} AS SELECT subject AS id, {columns} FROM {source}
        QUALIFY row_number() OVER (PARTITION BY subject ORDER BY rank, {_NEWEST}) = 1
    """


def _value(name: str, kind: str) -> str:
    return f"nullif({quoted(name)}, '')" if kind == "text" else quoted(name)


def _steps(region: str) -> Iterator[str]:
    """Yield the steps before the final rows: who lives where, and what is said of whom."""
    yield _whole("home", "raw_household", "uid, village")
    yield _whole("someone", "raw_person", "uid, birth, nullif(sex, '') AS sex, id_kind")
    yield f"""
        CREATE TABLE member AS
        SELECT subject AS person, household, nullif(relation, '') AS relation, village,
               left(village, 6) AS county
        FROM (SELECT * FROM raw_membership QUALIFY
              row_number() OVER (PARTITION BY subject ORDER BY {_NEWEST}) = 1) AS latest
        JOIN home ON home.id = household
        SEMI JOIN someone ON someone.id = subject
        WHERE village >= '{region}' AND village < '{region}~'
    """
    # What outranks a department's list is kept apart: a list decides over all the rest.
    yield _first(
        "household_facts",
        HOUSEHOLD_FACTS,
        f""", arg_min(dibao, rank) FILTER (rank < {_DEPARTMENT}) AS above_dibao,
        arg_min(destitute, rank) FILTER (rank <= {_DEPARTMENT}) AS listed_destitute""",
    )
    yield _first(
        "person_facts",
        PERSON_FACTS,
        f""", arg_min(dibao, rank) FILTER (rank < {_DEPARTMENT}) AS above_dibao,
        arg_min(destitute, rank) FILTER (rank <= {_DEPARTMENT}) AS listed_destitute,
        arg_min(disabled, rank) FILTER (rank <= {_DEPARTMENT}) AS listed_disabled,
        arg_min(nullif(disability, ''), rank) FILTER (rank <= {_DEPARTMENT})
          AS listed_disability""",
    )
    yield f"""
        DELETE FROM raw_village_facts WHERE NOT (subject >= '{region}' AND subject < '{region}~')
    """
    yield _first("village_facts", VILLAGE_FACTS)
    yield from _lists()
    yield _INCOME


def _lists() -> Iterator[str]:
    """Yield the steps that read the departments' lists and the benefits held."""
    yield f"""
        CREATE TABLE listed AS
        SELECT left(subject, 6) AS county,
          max(since) FILTER (kind = '{ListingKind.HOSPITAL.value}') AS bills_listed_on,
          count(*) FILTER (kind = '{ListingKind.DIBAO.value}') > 0 AS dibao,
          count(*) FILTER (kind = '{ListingKind.DISABILITY.value}') > 0 AS disability
        FROM raw_listing GROUP BY 1
    """
    # A row that still waits may be about these persons: of them a list's silence says nothing.
    yield f"""
        CREATE TABLE doubtful AS
        SELECT gap.subject AS person,
          bool_or(kind = '{ListingKind.HOSPITAL.value}') AS hospital,
          bool_or(kind = '{ListingKind.DIBAO.value}') AS dibao,
          bool_or(kind = '{ListingKind.DISABILITY.value}') AS disability
        FROM raw_gap AS gap JOIN raw_listing ON raw_listing.id = gap.listing GROUP BY 1
    """
    yield """
        CREATE TABLE doubtful_home AS
        SELECT household, bool_or(hospital) AS hospital, bool_or(dibao) AS dibao
        FROM doubtful JOIN member USING (person) GROUP BY household
    """
    yield f"""
        CREATE TABLE held AS
        SELECT subject,
          count(*) FILTER (kind = '{BenefitKind.DIBAO.value}' AND person IS NULL) > 0 AS dibao,
          max(since) FILTER (kind = '{BenefitKind.GRADUAL_EXIT.value}') AS grace_since
        FROM raw_benefit GROUP BY subject
    """
    yield f"""
        CREATE TABLE covered AS SELECT DISTINCT subject AS household, person FROM raw_benefit
        WHERE kind = '{BenefitKind.DIBAO.value}' AND person IS NOT NULL
    """


_INCOME = f"""
    CREATE TABLE earned AS
    WITH item AS (
      SELECT * FROM raw_income QUALIFY row_number() OVER (
        PARTITION BY subject, period_since, period_until, item ORDER BY rank, {_NEWEST}) = 1
    ), period AS (
      SELECT subject, period_since, period_until,
        max(amount_fen) FILTER (item = '{IncomeItem.DECLARED_NET_PER_HEAD.value}') AS declared,
        count(*) FILTER (item IN {tuple(_ITEMS)}) = {len(_ITEMS)} AS complete,
        CAST(least(greatest(
          sum(CASE WHEN item = '{IncomeItem.BUSINESS_COSTS.value}' THEN -1 ELSE 1 END
              * CAST(amount_fen AS HUGEINT)) FILTER (item IN {tuple(_ITEMS)}),
          -{_BEYOND}), {_BEYOND}) AS BIGINT) AS total
      FROM item GROUP BY subject, period_since, period_until
    )
    SELECT subject, CASE WHEN complete THEN total ELSE declared END AS fen, complete
    FROM period WHERE complete OR declared IS NOT NULL
    QUALIFY row_number() OVER (
      PARTITION BY subject ORDER BY period_until DESC, period_since DESC) = 1
"""

_HOUSEHOLD = """
    CREATE TABLE household AS
    WITH living AS (
      SELECT household AS id, any_value(county) AS county, count(*) AS heads
      FROM member GROUP BY household
    )
    SELECT home.id, uid, living.county, village,
      said.* EXCLUDE (subject, dibao, above_dibao, destitute, listed_destitute),
      CASE WHEN listed.dibao
             AND (listed_destitute IS NOT NULL OR NOT coalesce(doubtful.dibao, false))
           THEN coalesce(listed_destitute, false) ELSE destitute END AS destitute,
      coalesce(above_dibao, CASE WHEN listed.dibao AND held.dibao THEN true
               WHEN listed.dibao AND NOT coalesce(doubtful.dibao, false) THEN false END,
               said.dibao) AS dibao,
      earned.fen AS income_fen,
      CASE WHEN earned.complete THEN living.heads WHEN earned.fen IS NOT NULL THEN 1 END
        AS income_heads,
      CASE WHEN NOT coalesce(doubtful.hospital, false) THEN bills_listed_on END
        AS bills_listed_on, grace_since
    FROM home JOIN living USING (id)
    LEFT JOIN said_household_facts AS said ON said.subject = home.id
    LEFT JOIN earned ON earned.subject = home.id
    LEFT JOIN held ON held.subject = home.id
    LEFT JOIN listed ON listed.county = living.county
    LEFT JOIN doubtful_home AS doubtful ON doubtful.household = home.id
"""

_PERSON = """
    CREATE TABLE person AS
    SELECT someone.id, uid, member.household, member.county, member.village,
      birth, sex, id_kind, relation,
      said.* EXCLUDE (subject, dibao, above_dibao, destitute, listed_destitute, disabled,
                      listed_disabled, disability, listed_disability),
      CASE WHEN listed.dibao
             AND (listed_destitute IS NOT NULL OR NOT coalesce(doubtful.dibao, false))
           THEN coalesce(listed_destitute, false) ELSE destitute END AS destitute,
      coalesce(above_dibao,
               CASE WHEN listed.dibao AND (held.dibao OR covered.person IS NOT NULL) THEN true
               WHEN listed.dibao AND NOT coalesce(doubtful.dibao, false) THEN false END,
               said.dibao) AS dibao,
      CASE WHEN listed.disability
             AND (listed_disabled IS NOT NULL OR NOT coalesce(doubtful.disability, false))
           THEN coalesce(listed_disabled, false) ELSE disabled END AS disabled,
      CASE WHEN listed.disability
             AND (listed_disabled IS NOT NULL OR NOT coalesce(doubtful.disability, false))
           THEN listed_disability ELSE said.disability END AS disability
    FROM member JOIN someone ON someone.id = member.person
    LEFT JOIN said_person_facts AS said ON said.subject = someone.id
    LEFT JOIN held ON held.subject = member.household
    LEFT JOIN covered ON covered.person = someone.id AND covered.household = member.household
    LEFT JOIN listed ON listed.county = member.county
    LEFT JOIN doubtful ON doubtful.person = someone.id
"""

_BILL = f"""
    CREATE TABLE bill AS
    SELECT raw_bill.id, raw_bill.subject AS person, household, county, village,
      {", ".join(f"raw_bill.{quoted(name)}" for name in BILL_FACTS)}
    FROM raw_bill JOIN member ON member.person = raw_bill.subject
"""

_VILLAGE = f"""
    CREATE TABLE village AS
    WITH place AS (
      SELECT DISTINCT village FROM household
      WHERE right(village, 3) BETWEEN '{_FIRST_VILLAGE_TAIL}' AND '399'
      UNION SELECT subject FROM said_village_facts
    )
    SELECT CAST(village AS BIGINT) AS id, village AS uid, left(village, 6) AS county, village,
      said.* EXCLUDE (subject)
    FROM place LEFT JOIN said_village_facts AS said ON said.subject = place.village
"""


def _keep(
    base: duckdb.DuckDBPyConnection, table: str, columns: tuple[str, ...], file: Path
) -> None:
    """Write a table clustered by village and household, so that a range of villages is a chunk."""
    order = {"household": "village, id", "village": "village"}.get(table, "village, household, id")
    names = ", ".join(quoted(name) for name in (*KEYS[table], *columns))
    base.execute("SET preserve_insertion_order = true")
    base.execute(
        f"COPY (SELECT {names} FROM {quoted(table)} ORDER BY {order}) TO '{file}' "
        f"(FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE {_ROWS_PER_GROUP})"
    )


def canonical(
    base: duckdb.DuckDBPyConnection, table: str, columns: tuple[str, ...]
) -> Iterator[bytes]:
    """Yield digests of the rows as text, sorted by random identity, columns in their order.

    Numbers that a database hands out (ids) stay out: the same facts have the same text anywhere.
    """
    source = {
        "person": "(SELECT person.*, household.uid AS home FROM person "
        "JOIN household ON household.id = person.household)",
        "bill": "(SELECT bill.*, person.uid AS uid FROM bill "
        "JOIN person ON person.id = bill.person)",
    }.get(table, quoted(table))
    names = ("uid", *(("home",) if table == "person" else ()), "village", *columns)
    line = ", ".join(_text(name) for name in names)
    yield f"{table} {' '.join(names)}\n".encode()
    yield from digests(base, f"SELECT uid, concat_ws(chr(31), {line}) AS line FROM {source}")


def digests(base: duckdb.DuckDBPyConnection, lines: str) -> Iterator[bytes]:
    """Yield, for the lines of each pair of last digits of `uid`, their SHA-256 in order of text."""
    rows = base.execute(
        "SELECT right(uid, 2) AS bucket, sha256(string_agg(line, chr(10) ORDER BY line)) "
        f"FROM ({lines}) GROUP BY bucket ORDER BY bucket"
    ).fetchall()
    for bucket, found in rows:
        yield f"{bucket} {found}\n".encode()


def _text(name: str) -> str:
    return f"coalesce(CAST({quoted(name)} AS VARCHAR), '')"
