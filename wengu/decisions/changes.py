"""变化: what differs for one subject between two runs, and what was exchanged on the way."""

import datetime
from dataclasses import dataclass
from typing import Any

from wengu.decisions.movements import direction


@dataclass(frozen=True)
class Change:
    """变化: what was exchanged: a fact old → new, a parameter old → new, or a day that passed."""

    cause: str
    table: str
    name: str
    term: str
    subject: Any
    old: Any
    new: Any
    source: str = ""
    date: datetime.date | None = None
    per_head: bool = False  # an income that is a figure per head

    def as_json(self) -> dict[str, Any]:
        """Return the change as scripts read it."""
        return {
            "cause": self.cause,
            "fact": f"{self.table}.{self.name}" if self.table else self.name,
            "subject": self.subject,
            "old": self.old,
            "new": self.new,
            "source": self.source,
            "date": self.date.isoformat() if self.date else None,
        }


@dataclass(frozen=True)
class Difference:
    """差异: one subject that a rule decides otherwise in the later run."""

    kind: str
    subject: int
    household: int | None
    village: str
    rule: str
    clause: str
    move: str  # entered | left | doubted (待核 now) | changed
    old: int | None  # branch; None: the subject was not there
    new: int | None
    old_verdict: bool | None
    new_verdict: bool | None
    causes: tuple[str, ...]
    changes: tuple[Change, ...]

    @property
    def direction(self) -> str:
        """Return entered, left or changed."""
        return direction(self.move)

    def as_json(self) -> dict[str, Any]:
        """Return the difference as scripts read it."""
        return {
            "subject": {"h": "household", "p": "person", "v": "village"}[self.kind],
            "id": self.subject,
            "household": self.household,
            "village": self.village,
            "clause": self.clause,
            "rule": self.rule,
            "direction": self.direction,
            "old": {"branch": self.old, "verdict": self.old_verdict},
            "new": {"branch": self.new, "verdict": self.new_verdict},
            "causes": list(self.causes),
            "changes": [change.as_json() for change in self.changes],
        }
