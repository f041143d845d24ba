"""行: the facts of one subject, linked upwards and downwards."""

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from wengu.rules.errors import RuleError
from wengu.rules.vocabulary import Vocabulary

Values = Mapping[str, Any]


class Result(NamedTuple):
    """结果: the branch taken, or -(i+1) where condition i is unknown, and what was missing."""

    branch: int
    missing: int = 0


class HouseholdResults(NamedTuple):
    """户的结果: of the household itself, and of each person by id."""

    household: dict[str, Result]
    persons: dict[Any, dict[str, Result]]


@dataclasses.dataclass(eq=False, slots=True)
class Frame:
    """帧: one row, the row it belongs to, and the rows that belong to it."""

    table: str
    values: Values
    above: "Frame | None" = None
    below: dict[str, list["Frame"]] = dataclasses.field(default_factory=dict)
    memo: dict[int, Any] = dataclasses.field(default_factory=dict)
    """What the compiled functions have computed for this row; of one evaluator only."""
    kept: dict[Any, dict[Any, Any]] = dataclasses.field(default_factory=dict)
    """What else was found out about this row, by who found it."""

    @property
    def id(self) -> Any:
        """The id of the row."""
        return self.values["id"]

    def at(self, table: str) -> "Frame":
        """Return this row, or the row above it, that is of the table."""
        frame: Frame | None = self
        while frame is not None and frame.table != table:
            frame = frame.above
        if frame is None:
            raise RuleError("out-of-reach", name=table, table=table, level=self.table)
        return frame

    @property
    def root(self) -> "Frame":
        """The topmost row, which says the county."""
        return self if self.above is None else self.above.root

    @property
    def county(self) -> str:
        """The county whose parameters apply."""
        return str(self.root.values["county"])


def frame(
    voc: Vocabulary, table: str, values: Values, children: Mapping[str, Iterable[Values]]
) -> Frame:
    """Return the row with all that belongs to it; `children` holds rows by table.

    A child row names its parent under the parent's table name (person["household"]); one whose
    parent is not here is refused: it would silently count for nobody.
    """
    root = Frame(table, values)
    found = {(table, values["id"]): root}
    for name in voc.tables:
        parent = voc.tables[name].parent
        if name not in children:
            continue
        for row in children[name]:
            owner = found.get((parent.name, row[parent.name])) if parent else None
            if owner is None:
                raise RuleError("bad-row", table=name, id=row.get("id"), why="所属的上级行不在")
            made = Frame(name, row, owner)
            owner.below.setdefault(name, []).append(made)
            found[name, row.get("id", id(row))] = made
    return root
