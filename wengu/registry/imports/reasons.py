"""原因: every doubt by its code: what is wrong, compared with what, and how to mend it."""

import csv
import functools
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, NamedTuple

from wengu.intake.spec import MUST_FIX, Words

# Made by other rows or by the registry: confirmed once, they may mean something else next time.
PASSING = frozenset(
    {
        "person_moves",
        "member_left",
        "phone_shared",
        "row_duplicate",
        "household_values_differ",
        "name_mismatch",
        "members_count",
        "household_gone",
        "household_cancelled",
        "stay_overlaps",
        "stay_overlaps_known",
        "grace_dropped",
        "grace_differs",
    }
)


class Reason(NamedTuple):
    """原因: a title without figures; the sentences take their words from the doubt's detail."""

    code: str
    severity: str
    title: str
    title_en: str
    reason: str
    reason_en: str
    remedy: str
    remedy_en: str


@functools.cache
def catalogue() -> Mapping[str, Reason]:
    """Return every reason by its code."""
    path = files("wengu.registry.imports") / "reasons.csv"
    with path.open(encoding="utf-8") as stream:
        return {row["code"]: Reason(**row) for row in csv.DictReader(stream)}


def severity(code: str) -> str:
    """Return must_fix or please_check."""
    return catalogue()[code].severity


def must_fix(code: str) -> bool:
    """Say whether a row with this doubt cannot go in."""
    return severity(code) == MUST_FIX


def title(code: str, *, english: bool = False) -> str:
    """Return the reason in a few words, as a list of reasons names it."""
    reason = catalogue()[code]
    return reason.title_en if english else reason.title


class _Words(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def sentence(code: str, detail: Mapping[str, Any], *, english: bool = False) -> str:
    """Return what is wrong, with its figures."""
    reason = catalogue()[code]
    return (reason.reason_en if english else reason.reason).format_map(_Words(detail))


def words(code: str, detail: Mapping[str, Any], *, english: bool = False) -> Words:
    """Return what is wrong and how to mend it."""
    return Words(sentence(code, detail, english=english), remedy(code, english=english))


def remedy(code: str, *, english: bool = False) -> str:
    """Return how to mend it."""
    reason = catalogue()[code]
    return reason.remedy_en if english else reason.remedy
