"""清单: the 263 things the document asks for, each with its clause and its exact words."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

RowKind = Literal["target", "deadline", "mechanism"]
KIND_LABELS: dict[RowKind, tuple[str, str]] = {
    "target": ("目标", "target"),
    "deadline": ("时限", "deadline"),
    "mechanism": ("机制", "mechanism"),
}


@dataclass(frozen=True, slots=True)
class ChecklistRow:
    """清单行: one demand of the document; `phrase` stands word for word in `clause`."""

    id: str
    kind: RowKind
    clause: str
    phrase: str
    note: str


def _kind(text: str) -> RowKind:
    for kind in KIND_LABELS:
        if text == kind:
            return kind
    message = f"清单行类别 {text} 不在 target、deadline、mechanism 之内"
    raise ValueError(message)


@cache
def checklist() -> tuple[ChecklistRow, ...]:
    """Return every row, in the order of the file."""
    text = files("wengu.policy").joinpath("data/checklist.csv").read_text(encoding="utf-8-sig")
    return tuple(
        ChecklistRow(row["id"], _kind(row["kind"]), row["clause"], row["phrase"], row["note"])
        for row in csv.DictReader(text.splitlines())
    )


@cache
def _by_id() -> dict[str, ChecklistRow]:
    return {row.id: row for row in checklist()}


def checklist_row(row_id: str) -> ChecklistRow:
    """Return one row; an unknown id raises LookupError."""
    try:
        return _by_id()[row_id]
    except KeyError:
        message = f"清单中没有 {row_id} 这一行"
        raise LookupError(message) from None


def rows_of(clause: str) -> tuple[ChecklistRow, ...]:
    """Return the rows that stand in one clause."""
    return tuple(row for row in checklist() if row.clause == clause)
