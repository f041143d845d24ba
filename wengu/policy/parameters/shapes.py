"""参数的样子: what a definition says, and the ways to write one."""

from dataclasses import dataclass
from typing import Literal

ParameterKind = Literal["money", "ratio", "months", "count", "day", "codes"]
KIND_LABELS: dict[ParameterKind, tuple[str, str]] = {
    "money": ("金额", "amount"),
    "ratio": ("比例", "ratio"),
    "months": ("月数", "months"),
    "count": ("数目", "number"),
    "day": ("日期", "date"),
    "codes": ("代码表", "list of codes"),
}


class UnknownParameterError(LookupError):
    """参数不存在: nothing is defined under this name."""


@dataclass(frozen=True, slots=True)
class Definition:
    """参数: one named figure; a ratio is written in its unit (2 倍, 10 %) and kept in basis points.

    `low` and `high` bound the stored integer (fen, basis points, months, count); None for codes,
    which are any words, or some of the `choices`.
    """

    name: str
    term: str
    term_en: str
    kind: ParameterKind
    unit: str
    clause: str
    meaning: str
    meaning_en: str
    county: bool = False
    low: int | None = None
    high: int | None = None
    choices: tuple[str, ...] = ()


def money(
    name: str,
    terms: tuple[str, str],
    unit: str,
    clause: str,
    means: tuple[str, str],
    *,
    county: bool = False,
) -> Definition:
    """Define an amount of money, in the unit of its text."""
    high = 100_000_000_00 if "村" in unit else 100_000_00
    return Definition(name, *terms, "money", unit, clause, *means, county, 1, high)


def times(name: str, terms: tuple[str, str], clause: str, means: tuple[str, str]) -> Definition:
    """Define a multiple."""
    return Definition(name, *terms, "ratio", "倍", clause, *means, low=1, high=100_000)


def percent(
    name: str, terms: tuple[str, str], clause: str, means: tuple[str, str], *, county: bool = False
) -> Definition:
    """Define a share."""
    return Definition(name, *terms, "ratio", "%", clause, *means, county, 0, 100_000)


def months(name: str, terms: tuple[str, str], clause: str, means: tuple[str, str]) -> Definition:
    """Define a number of months."""
    return Definition(name, *terms, "months", "个月", clause, *means, low=1, high=120)


def age(name: str, terms: tuple[str, str], clause: str, means: tuple[str, str]) -> Definition:
    """Define an age in completed years."""
    return Definition(name, *terms, "count", "周岁", clause, *means, low=0, high=120)


def codes(
    name: str,
    terms: tuple[str, str],
    clause: str,
    means: tuple[str, str],
    choices: tuple[str, ...] = (),
) -> Definition:
    return Definition(name, *terms, "codes", "", clause, *means, choices=choices)


def day(name: str, terms: tuple[str, str], clause: str, means: tuple[str, str]) -> Definition:
    """Define a day."""
    return Definition(name, *terms, "day", "", clause, *means, low=19000101, high=21001231)
