"""归结: of several statements the one that counts: by source, then the newest."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from wengu.decisions.columns import NEVER_UNKNOWN
from wengu.registry.limits import LIMITS, within
from wengu.registry.models import IncomeItem

Row = dict[str, Any]
ITEMS = tuple(item.value for item in IncomeItem if item is not IncomeItem.DECLARED_NET_PER_HEAD)
"""The items that make up net income together."""
NEWEST = "since DESC, seq DESC, id DESC"
"""The order of `newest` in SQL, the one that counts first."""


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


def merged(
    statements: Iterable[Row],
    columns: Iterable[str],
    counts: Callable[[Row], bool] = lambda row: True,
) -> dict[str, Said]:
    """Return of each column the first known value by precedence, and the statement that says it.

    A correction that withdraws a value comes before all others: nothing is known then.
    """
    latest: dict[int, Row] = {}
    for statement in statements:
        rank = statement["rank"]
        if counts(statement) and (rank not in latest or newest(latest[rank]) < newest(statement)):
            latest[rank] = statement
    ranked = [latest[rank] for rank in sorted(latest)]
    found: dict[str, Said] = {}
    for column in columns:
        found[column] = next(
            (
                (None if one[column] == "" else one[column], one)
                for one in ranked
                if one[column] not in (None, "") or withdrawn(one, column)
            ),
            (None, None),
        )
    return found


def withdrawn(statement: Row, column: str) -> bool:
    """Say whether a correction names an empty column: it says that nothing is known of it."""
    return f'"{column}"' in (statement.get("withdrawn") or "")


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
        if items.keys() >= set(ITEMS):
            total = sum(
                -items[item]["amount_fen"]
                if item == IncomeItem.BUSINESS_COSTS.value
                else items[item]["amount_fen"]
                for item in ITEMS
            )
            return total, heads, max((items[item] for item in ITEMS), key=newest)
        declared = items.get(IncomeItem.DECLARED_NET_PER_HEAD.value)
        if declared is not None:
            return declared["amount_fen"], 1, declared
    return None, None, None


def strongest_of(statements: Iterable[Row]) -> dict[Any, Row]:
    """Return of each subject the whole statement that outranks, by source, then the newest."""
    return {subject: _strongest(rows) for subject, rows in by(statements, "subject").items()}


def _strongest(statements: list[Row]) -> Row:
    first = min(one["rank"] for one in statements)
    return max((one for one in statements if one["rank"] == first), key=newest)
