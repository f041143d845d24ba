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
    NEVER_UNKNOWN,
)
from wengu.decisions.extracts import ALWAYS, EXTRACTS, Ages, Extract, quoted, read
from wengu.decisions.resolution import resolve
from wengu.registry.limits import LIMITS

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
    "withdrawn": "VARCHAR",
}
_ARROW_TYPES = {
    "day": pa.int32(),
    "flag": pa.int8(),
    "int": pa.int64(),
    "text": pa.string(),
    "hex": pa.string(),
    "rank": pa.int8(),
    "withdrawn": pa.string(),
}
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
            _load(base, name, on, seq)
        resolve(base, on=on, region=region, ages=ages)
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


def _load(base: duckdb.DuckDBPyConnection, name: str, on: datetime.date, seq: int) -> None:
    """Stream one extract into the table raw_<name>."""
    extract = EXTRACTS[name]
    listed = ", ".join(f"{quoted(c.name)} {_SQL_TYPES[c.kind]}" for c in extract.columns)
    base.execute(f"CREATE TABLE raw_{name} ({listed})")
    for rows in read(name, on=on, seq=seq):
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
