"""入口: what stands behind a sheet: the registry that its statements go into.

`intake` stages rows and keeps order; the door, handed in from above, reads and writes the registry.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from wengu.intake.guard import Refusal
from wengu.intake.models import Batch
from wengu.intake.spec import Context, Spec


@dataclass(slots=True)
class RowDiff:
    """行的差异: whether a row is new, and old → new by field; no change is an unchanged row."""

    sheet: int
    row: int
    new: bool
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """撤销的结果: how many statements fell, and the names of what was changed since and stays."""

    statements: int
    refused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Weighed:
    """掂量: why a sheet must not go in as a whole; else what it will mean, where that is to say."""

    objection: Refusal | None = None
    remark: Refusal | None = None


class Door(Protocol):
    """入口"""

    @property
    def spec(self) -> Spec:
        """The kind of sheet that comes in here."""

    def context(self, *, dated: datetime.date, region: str, period: int | None) -> Context:
        """Return the divisions of the day and a look into the registry."""

    def compare(
        self, statements: Sequence[Any], *, dated: datetime.date, period: int | None
    ) -> list[RowDiff]:
        """Say of every row what it would change."""

    def write(self, statements: Sequence[Any], *, batch: Batch, by: str) -> None:
        """Make the statements true, as one change of the running transaction."""

    def weigh(self, *, batch: Batch) -> Weighed:
        """Say of a sheet that was read what it means as a whole, and whether it may go in."""

    def finish(self, *, batch: Batch, by: str) -> None:
        """Do what only the whole sheet allows: the end of what a complete list no longer names."""

    def subjects(self, *, batch: Batch) -> list[Any]:
        """Return whom the batch made statements about."""

    def withdraw(self, subjects: Sequence[Any], *, batch: Batch, by: str) -> Withdrawn:
        """Supersede the batch's statements about some subjects; name those changed since."""
