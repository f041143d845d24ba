"""Taking a file in from the command line: the same door as on the page."""

import datetime
from collections.abc import Callable, Sequence
from pathlib import Path

from wengu import mechanism
from wengu.documents.actions import store
from wengu.intake import actions as intake
from wengu.intake.models import Batch, BatchState
from wengu.registry.imports.doors import door_of


def take_in(
    *,
    path: Path,
    region: str,
    dated: datetime.date,
    period: int | None,
    by: str,
    report: Callable[[int, int | None], None],
    apply: bool = True,
    confirmed: Sequence[str] = (),
) -> Batch:
    """Receive, check and (unless told not to) apply a file; the same file twice changes nothing.

    `confirmed`: doubts of these codes are known to be true to life, so that their rows go in.
    """
    document = store(content=path.read_bytes(), name=path.name, by=by)
    batch = intake.receive(document=document, region=region, dated=dated, period=period, by=by)
    if batch.state == BatchState.RECEIVED:
        batch = mechanism.check(batch=batch, by=by, report=report)
    if confirmed and batch.state == BatchState.CHECKED:
        reason, door = "已入户核实，情况属实", door_of(batch)
        intake.waive_all(batch=batch, reason=reason, door=door, codes=confirmed, by=by)
    if apply and batch.state in (BatchState.CHECKED, BatchState.APPLYING):
        batch = mechanism.apply(batch=batch, by=by, report=report)
    return batch
