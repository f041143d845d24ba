"""结构: the snapshot tables that the compiled queries read, as SQL."""

from collections.abc import Iterable, Mapping
from typing import Any

from wengu.rules import kinds
from wengu.rules.dialect import Dialect
from wengu.rules.kinds import Kind, Table


def keys(table: Table) -> list[str]:
    """Return the columns that every row has besides its facts."""
    return ["id", table.parent.name if table.parent else "county"]


def create_table(table: Table, dialect: Dialect, *, id_type: str = "BIGINT") -> str:
    """Return CREATE TABLE for the snapshot of one table."""
    owner = f"{id_type} NOT NULL" if table.parent else "VARCHAR NOT NULL"
    columns = [f"{dialect.name_of('id')} {id_type} NOT NULL"]
    columns.append(f"{dialect.name_of(keys(table)[1])} {owner}")
    for name, kind in table.columns.items():
        null = "" if kind.null else " NOT NULL"
        columns.append(f"{dialect.name_of(name)} {column_type(kind, dialect)}{null}")
    return f"CREATE TABLE {dialect.name_of(table.name)} ({', '.join(columns)})"


def column_type(kind: Kind, dialect: Dialect) -> str:
    """Return the SQL type of a column."""
    if kind.dims == kinds.FLAG:
        return "BOOLEAN"
    return "VARCHAR" if kind.dims == kinds.TEXT else dialect.integer_type


def insert(table: Table, rows: Iterable[Mapping[str, Any]], dialect: Dialect) -> str:
    """Return one INSERT of these rows; empty where there are none. For tests and small sets."""
    names = [*keys(table), *table.columns]
    values = ", ".join(
        f"({', '.join(_literal(row[name], dialect) for name in names)})" for row in rows
    )
    return " ".join(("INSERT INTO", dialect.name_of(table.name), "VALUES", values)) * bool(values)


def _literal(value: Any, dialect: Dialect) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return dialect.flag(value)
    return str(value) if isinstance(value, int) else dialect.text(str(value))
