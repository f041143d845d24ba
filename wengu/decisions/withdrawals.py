"""撤回: what corrections leave empty is unknown, whatever weaker sources or lists say of it.

`resolving.merged` says the same for one household.
"""

from collections.abc import Iterator, Mapping

import duckdb

from wengu.decisions.columns import CORRECTION, HOUSEHOLD_FACTS, PERSON_FACTS, VILLAGE_FACTS
from wengu.decisions.extracts import quoted
from wengu.decisions.resolving import NEWEST

_FACTS: Mapping[str, Mapping[str, str]] = {
    "household_facts": HOUSEHOLD_FACTS,
    "person_facts": PERSON_FACTS,
    "village_facts": VILLAGE_FACTS,
}
# Columns of which a list speaks too.
_GOVERNED = {
    "household": ("dibao", "destitute", "urban_dibao"),
    "person": ("dibao", "destitute", "disabled", "disability"),
}


def unsay(base: duckdb.DuckDBPyConnection) -> None:
    """Take out of the raw statements what a correction has withdrawn."""
    for table, columns in _FACTS.items():
        base.execute(f"""
            CREATE TABLE withdrawn_{table} AS SELECT * FROM (
              SELECT * FROM raw_{table} WHERE rank = {CORRECTION}
              QUALIFY row_number() OVER (PARTITION BY subject ORDER BY {NEWEST}) = 1
            ) WHERE withdrawn IS NOT NULL
        """)
        for name in _named(base, table, columns):
            base.execute(
                f"UPDATE raw_{table} SET {quoted(name)} = NULL "
                f"WHERE rank > {CORRECTION} AND subject IN ({_whose(table, name)})"
            )


def unlist(base: duckdb.DuckDBPyConnection) -> None:
    """Take out of the facts what a list says in spite of it."""
    for table, columns in _GOVERNED.items():
        said = f"{table}_facts"
        for name in _named(base, said, columns):
            also = ", disability = above_disability" if name == "disabled" else ""
            base.execute(
                f"UPDATE {table} SET {name} = NULL{also} FROM said_{said} AS said "
                f"WHERE said.subject = {table}.id AND {table}.id IN ({_whose(said, name)})"
            )


def _named(
    base: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str] | tuple[str, ...]
) -> Iterator[str]:
    """Yield the columns that any correction withdraws: mostly none."""
    for name in columns:
        if base.execute(f"SELECT 1 FROM ({_whose(table, name)}) LIMIT 1").fetchone():
            yield name


def _whose(table: str, name: str) -> str:
    column = quoted(name)
    empty = f"nullif({column}, '')" if _FACTS[table][name] == "text" else column
    return (
        f"SELECT subject FROM withdrawn_{table} "
        f"WHERE {empty} IS NULL AND contains(withdrawn, '{column}')"
    )
