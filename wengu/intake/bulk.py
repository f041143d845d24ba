"""成批写入: rows as plain tuples in one prepared statement, where building objects would cost most.

Only for tables whose rows are made here by the thousand. Values are those of the database: sealed
bytes for an encrypted column, integers for a key.
"""

import datetime
import functools
import json
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db import connection, models

Row = Mapping[str, Any]


@functools.cache
def _columns(model: type[models.Model]) -> tuple[tuple[str, str], ...]:
    """Return (attribute, kind) of every column of a table, the key first."""
    return tuple((field.attname, field.get_internal_type()) for field in model._meta.local_fields)


def reserve(model: type[models.Model], count: int) -> list[int]:
    """Return so many fresh keys; inside a transaction that writes, nobody else gets them."""
    if not count:
        return []
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [table, count],
            )
            return [key for (key,) in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
    last = int(found[0]) if found else 0
    return list(range(last + 1, last + count + 1))


def insert(model: type[models.Model], rows: Sequence[Row]) -> None:
    """Insert rows given as attributes; those that all rows lack keep the field's default."""
    if not rows:
        return
    given = [(name, kind) for name, kind in _columns(model) if name in rows[0]]
    names = ", ".join(connection.ops.quote_name(_column(model, name)) for name, _ in given)
    marks = ", ".join(["%s"] * len(given))
    table = connection.ops.quote_name(model._meta.db_table)
    sql = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 (only the models' names)
    with connection.cursor() as cursor:
        cursor.executemany(sql, list(_values(rows, given)))


def _column(model: type[models.Model], attribute: str) -> str:
    return next(str(f.column) for f in model._meta.local_fields if f.attname == attribute)


def _values(rows: Sequence[Row], given: Sequence[tuple[str, str]]) -> Iterable[tuple[Any, ...]]:
    adapt = _SQLITE if connection.vendor == "sqlite" else _POSTGRESQL
    columns: list[Iterable[Any]] = []
    for name, kind in given:
        column = [row[name] for row in rows]
        convert = adapt.get(kind)
        if convert is not None:
            column = [None if value is None else convert(value) for value in column]
        columns.append(column)
    return zip(*columns, strict=True)


def _iso(value: datetime.date) -> str:
    return value.isoformat()


def _hex(value: uuid.UUID) -> str:
    return value.hex


def _text(value: Any) -> str:
    return str(value)


_SQLITE: Mapping[str, Callable[[Any], Any]] = {
    "DateField": _iso,
    "UUIDField": _hex,
    "CharField": _text,
    "JSONField": json.dumps,
}
_POSTGRESQL: Mapping[str, Callable[[Any], Any]] = {
    "CharField": _text,
    "BinaryField": bytes,
    "JSONField": json.dumps,
}
