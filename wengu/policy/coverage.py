"""条款对照: every row of the checklist, whether the product does what it says, and where.

The statuses are in `data/coverage.toml`, so that a package above can add its pages and tests there
without this one knowing it. What a place points at is checked by `problems`, with a resolver for
each kind: a rule and a parameter are resolved here, the others by whoever owns them.
"""

import tomllib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

from wengu.policy.checklist import ChecklistRow, checklist
from wengu.policy.parameters import definitions
from wengu.policy.rules import pack

Status = Literal["live", "partial", "planned"]
PlaceKind = Literal["rule", "parameter", "page", "command", "test"]
Resolver = Callable[[str], bool]

STATUS_LABELS: dict[Status, tuple[str, str]] = {
    "live": ("已落地", "live"),
    "partial": ("部分落地", "partial"),
    "planned": ("计划中", "planned"),
}


class CoverageError(ValueError):
    """对照错误: the coverage data says something that cannot be."""


@dataclass(frozen=True, slots=True)
class Place:
    """所在: a rule, parameter, page, command or test by its name."""

    kind: PlaceKind
    ref: str

    def as_json(self) -> dict[str, str]:
        """Return the place as JSON data."""
        return {"kind": self.kind, "ref": self.ref}


@dataclass(frozen=True, slots=True)
class CoveredRow:
    """对照行: a row of the checklist with its status and its places."""

    row: ChecklistRow
    status: Status
    where: tuple[Place, ...]

    @property
    def id(self) -> str:
        """Return the id of the checklist row."""
        return self.row.id

    @property
    def kind(self) -> str:
        """Return target, deadline or mechanism."""
        return self.row.kind

    @property
    def clause(self) -> str:
        """Return the number of the clause."""
        return self.row.clause

    @property
    def phrase(self) -> str:
        """Return the words of the clause."""
        return self.row.phrase

    def refs(self, kind: PlaceKind) -> tuple[str, ...]:
        """Return the names of the places of one kind."""
        return tuple(place.ref for place in self.where if place.kind == kind)

    def as_json(self) -> dict[str, Any]:
        """Return the row as `wengu policy coverage --json` prints it."""
        return {
            "id": self.id,
            "kind": self.kind,
            "clause": self.clause,
            "phrase": self.phrase,
            "status": self.status,
            "where": [place.as_json() for place in self.where],
        }


def read(text: str) -> dict[str, tuple[Status, tuple[Place, ...]]]:
    """Return status and places by row id; refuse a row, status or kind that does not exist."""
    known = {row.id for row in checklist()}
    found: dict[str, tuple[Status, tuple[Place, ...]]] = {}
    for row_id, table in tomllib.loads(text).items():
        if row_id not in known:
            message = f"条款对照中的 {row_id} 不在清单内"
            raise CoverageError(message)
        status = table.pop("status", None)
        strange = set(table) - set(get_args(PlaceKind))
        if status not in STATUS_LABELS or strange:
            message = f"条款对照 {row_id}：状态 {status} 或所在 {'、'.join(sorted(strange))} 不合规"
            raise CoverageError(message)
        places = tuple(
            Place(kind, ref) for kind in get_args(PlaceKind) for ref in table.get(kind, ())
        )
        found[row_id] = (status, places)
    return found


@cache
def rows() -> tuple[CoveredRow, ...]:
    """Return every row of the checklist, in its order; what nobody claims is planned."""
    text = files("wengu.policy").joinpath("data/coverage.toml").read_text(encoding="utf-8")
    claimed = read(text)
    result = []
    for row in checklist():
        # A planned row is quoted: by the command, and by the page of its clause.
        quoted = (Place("command", f"policy show {row.clause}"),)
        status, places = claimed.get(row.id, ("planned", quoted))
        result.append(CoveredRow(row, status, places))
    return tuple(result)


def counts() -> dict[Status, int]:
    """Return how many rows have each status."""
    found = Counter(row.status for row in rows())
    return {status: found[status] for status in STATUS_LABELS}


def _own_resolvers() -> dict[PlaceKind, Resolver]:
    rules = {rule.name for rule in pack.rules}
    parameters = {each.name for each in definitions()}
    return {"rule": rules.__contains__, "parameter": parameters.__contains__}


def _claims_too_much(row: CoveredRow) -> str:
    """Return why a row may not have its status; empty: it may."""
    if row.status == "live" and not row.refs("test"):
        return "live 须列出检验其原文的测试"
    if row.status == "partial" and not (row.refs("rule") or row.refs("parameter")):
        return "partial 须列出规则或参数" if not row.refs("test") else ""
    return ""


def problems(found: tuple[CoveredRow, ...], resolvers: Mapping[PlaceKind, Resolver]) -> list[str]:
    """Return what is wrong with the coverage: claims without proof, places that do not exist.

    A kind without a resolver here or in `resolvers` is a problem too: nobody checked it.
    """
    every = {**_own_resolvers(), **resolvers}
    result = []
    for row in found:
        why = _claims_too_much(row)
        if why:
            result.append(f"{row.id}：{why}")
        for place in row.where:
            resolver = every.get(place.kind)
            if resolver is None:
                result.append(f"{row.id}：{place.kind} {place.ref} 无人核对")
            elif not resolver(place.ref):
                result.append(f"{row.id}：{place.kind} {place.ref} 不存在")
    return result
