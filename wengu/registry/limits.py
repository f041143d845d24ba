"""值域: between what a number must lie to be written; rules are proved for these values only."""

from collections.abc import Mapping
from typing import Any

from wengu.policy.vocabulary import TABLES
from wengu.rules import Count, Fen, Months

LIMITS: Mapping[tuple[str, str], tuple[int, int]] = {
    (table.name, name): kind.bounds
    for table in TABLES
    for name, kind in table.columns.items()
    if isinstance(kind, Fen | Count | Months)
}
"""The smallest and the largest value of each number that a rule may read."""
TERMS = {(table.name, name): kind.term for table in TABLES for name, kind in table.columns.items()}
MONEY = frozenset(
    (table.name, name)
    for table in TABLES
    for name, kind in table.columns.items()
    if isinstance(kind, Fen)
)
_FEN = 100


def within(table: str, name: str, value: Any) -> bool:
    """Say whether a value may be written; unknown always may."""
    limits = LIMITS.get((table, name))
    return value is None or limits is None or limits[0] <= value <= limits[1]


def check(table: str, facts: Mapping[str, Any]) -> None:
    """Refuse a number that no rule is made for, and say between what it must lie."""
    for name, value in facts.items():
        if not within(table, name, value):
            least, most = (_said(table, name, limit) for limit in LIMITS[table, name])
            raise ValueError(
                f"{TERMS[table, name]} {_said(table, name, value)} 超出可登记的范围"
                f"（{least} 至 {most}）：请核对单位和位数"
            )


def _said(table: str, name: str, value: int) -> str:
    if (table, name) in MONEY:
        return f"{value / _FEN:,.2f} 元"
    return f"{value:,}"
