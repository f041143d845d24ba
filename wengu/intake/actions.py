"""Taking a file in: received, checked, mended or confirmed, applied piece by piece, taken back.

A driver (`check`, `apply`, `reverse`) runs many transactions and may be killed between any two: it
goes on where it stood. Each piece is an action of its own: all of it or none.
"""

import datetime
import json
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from wengu.audit.actions import action, note
from wengu.documents import queries as documents
from wengu.documents.models import Document
from wengu.intake import queries, staging
from wengu.intake.door import Door
from wengu.intake.guard import Refusal
from wengu.intake.models import Batch, BatchState, Doubt, Row, RowState
from wengu.intake.reading import Reading, read
from wengu.jobs.failures import NotNow
from wengu.jobs.models import Job

ROWS_PER_CHANGE = 500
SUBJECTS_PER_CHANGE = 300
_NAMED = 20
_REASON = 200

Report = Callable[[int, int | None], None]


def silent(done: int, total: int | None) -> None:
    """Report progress to nobody."""


@action(shows=("spec", "region"))
def receive(
    *,
    document: Document,
    spec: str = "",
    region: str,
    dated: datetime.date,
    period: int | None = None,
    by: str,
) -> Batch:
    """Open a batch for a file; the same file for the same day and region joins its first batch."""
    again = Batch.objects.filter(
        document=document, region=region, dated=dated, period=period
    ).exclude(state__in=[BatchState.REVERSED, BatchState.REVERSING, BatchState.REFUSED])
    if spec:
        again = again.filter(spec=spec)
    first = again.order_by("pk").first()
    if first is not None:
        return first
    batch: Batch = Batch.objects.create(
        document=document, spec=spec, region=region, dated=dated, period=period, by=by
    )
    return batch


def check(*, batch: Batch, doors: Sequence[Door], by: str, report: Report = silent) -> Batch:
    """Read a received file, or its mended rows again: each row gets a state, each doubt a line.

    A file that cannot be read is refused as a whole; the batch's message says how to mend it.
    """
    if batch.state == BatchState.RECEIVED:
        try:
            content = documents.content(batch.document)
            specs = [door.spec for door in doors if batch.spec in ("", door.spec.name)]
            name, period = batch.document.name, batch.period
            reading = read(content, name=name, specs=specs, period=period)
        except Refusal as reason:
            return _refuse(batch=batch, refusal=reason, by=by)
        if batch.period is None and _needs_period(reading):
            return _refuse(batch=batch, refusal=Refusal("no_period"), by=by)
        door = next(door for door in doors if door.spec is reading.spec)
        staging.stage(batch, reading, door, report)
        weighed = door.weigh(batch=batch)
        if weighed.objection is not None:
            staging.drop(batch)
            return _refuse(batch=batch, refusal=weighed.objection, by=by)
        return _settle(batch=batch, remark=weighed.remark, by=by)
    door = next(door for door in doors if door.spec.name == batch.spec)
    staging.restage(batch, door)
    return _settle(batch=batch, by=by)


def _needs_period(reading: Reading) -> bool:
    names = reading.spec.dated_amounts
    return any(name in head.fields for head in reading.heads.values() for name in names)


@action
def _refuse(*, batch: Batch, refusal: Refusal, by: str) -> Batch:
    batch.state = BatchState.REFUSED
    batch.outcome = {"code": refusal.reason, "detail": refusal.detail}
    batch.save(update_fields=["state", "outcome"])
    return batch


@action
def _settle(*, batch: Batch, remark: Refusal | None = None, by: str) -> Batch:
    """Close the check: from here on the batch may be reviewed and applied."""
    batch.counts = queries.counts(batch)
    if batch.state == BatchState.RECEIVED:
        batch.state = BatchState.CHECKED
        batch.outcome = {} if remark is None else {"code": remark.reason, "detail": remark.detail}
    batch.save(update_fields=["state", "counts", "sheets", "spec", "layout", "outcome"])
    note(**{name: batch.counts[name] for name in ("rows", "must_fix", "please_check")})
    return batch


@action
def attach(*, batch: Batch, job: Job, by: str) -> Batch:
    """Say which job works on a batch."""
    batch.job = job
    batch.save(update_fields=["job"])
    return batch


@action(shows=("column",))
def mend(*, row: Row, column: str, value: str, door: Door, by: str) -> Row:
    """Write a cell anew (by its letter) and check again; confirmations of the row fall."""
    if row.applied:
        raise ValueError(_("第 %(n)s 行已入库：请在户档案中更正") % {"n": row.number})
    head = queries.heads(row.batch)[row.sheet]
    letters = {staging.letter(index): index for index in range(len(head.headers))}
    if column not in letters:
        raise ValueError(_("没有 %(letter)s 列") % {"letter": column})
    cells = queries.cells(row)
    written = list(cells)
    cells[letters[column]] = value
    row.cells = json.dumps(cells, ensure_ascii=False).encode()
    row.save(update_fields=["cells"])
    Doubt.objects.filter(batch=row.batch, sheet=row.sheet, number=row.number).delete()
    staging.recheck(row.batch, row, written, door)
    _count(row.batch)
    row.refresh_from_db()
    return row


@action(shows=("reason",))
def waive(*, doubt: Doubt, reason: str, door: Door, by: str) -> Doubt:
    """Confirm a doubt with a reason; the row goes in once nothing else holds it."""
    if doubt.severity == Doubt.Severity.MUST_FIX:
        raise ValueError(_("必须改的疑点不能豁免：请改正这一格，或退回村里"))
    doubt.waived_by, doubt.waived_reason = by, _stated(reason)
    doubt.save(update_fields=["waived_by", "waived_reason"])
    keys = set(
        Row.objects.filter(batch=doubt.batch, sheet=doubt.sheet, number=doubt.number).values_list(
            "group", flat=True
        )
    )
    staging.regroup(doubt.batch, keys, door)
    _count(doubt.batch)
    return doubt


@action(shows=("reason", "codes"))
def waive_all(*, batch: Batch, reason: str, door: Door, codes: Sequence[str] = (), by: str) -> int:
    """Confirm all doubts that are only to be checked (of some codes); return how many."""
    stated = _stated(reason)
    doubts = queries.open_doubts(batch).filter(severity=Doubt.Severity.PLEASE_CHECK)
    if codes:
        doubts = doubts.filter(code__in=codes)
    count = doubts.order_by().update(waived_by=by, waived_reason=stated)
    waiting = Row.objects.filter(batch=batch, state=RowState.PLEASE_CHECK)
    staging.regroup(batch, set(waiting.values_list("group", flat=True)), door)
    _count(batch)
    return count


def _stated(reason: str) -> str:
    """Return the reason of a confirmation; without one, or with a novel, nothing is confirmed."""
    stated = reason.strip()
    if not stated:
        raise ValueError(_("请写明理由，如：见户口簿第 3 页"))
    if len(stated) > _REASON:
        raise ValueError(_("理由不超过 %(n)s 字") % {"n": _REASON})
    return stated


def _count(batch: Batch) -> None:
    batch.counts = queries.counts(batch)
    batch.save(update_fields=["counts"])


def apply(*, batch: Batch, door: Door, by: str, report: Report = silent) -> Batch:
    """Bring every good row in, piece by piece; doubtful ones wait. Goes on where it stood."""
    if batch.state not in (BatchState.CHECKED, BatchState.APPLYING, BatchState.APPLIED):
        raise NotNow("第 %(n)s 批现在的状态不能入库：请打开这一批，看它停在哪一步", n=batch.pk)
    total = queries.counts(batch)["ready"]
    done = 0
    while count := apply_piece(batch=batch, door=door, by=by):
        done += count
        report(done, total)
    finish(batch=batch, door=door, by=by)
    analyze()
    return batch


@action
def apply_piece(*, batch: Batch, door: Door, by: str) -> int:
    """Bring the next good rows in, whole households only; return how many, 0 when none is left."""
    batch = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    rows = staging.next_rows(batch, ROWS_PER_CHANGE)
    if not rows:
        return 0
    good = staging.still_good(rows, batch, door)
    door.write([s for group in good for s in group.statements], batch=batch, by=by)
    numbers = [key for group in good for key in group.rows]
    staging.mark_applied(rows, set(numbers))
    batch.checkpoint += len(numbers)
    batch.state = BatchState.APPLYING
    batch.save(update_fields=["checkpoint", "state"])
    note(rows=len(numbers), checkpoint=batch.checkpoint)
    return len(rows)


@action
def finish(*, batch: Batch, door: Door, by: str) -> Batch:
    """Close an application: what only the whole sheet allows, and the counts."""
    door.finish(batch=batch, by=by)
    batch.refresh_from_db()
    batch.counts = queries.counts(batch)
    batch.state = BatchState.APPLIED
    batch.save(update_fields=["state", "counts"])
    note(applied=batch.counts["applied"])
    return batch


def analyze() -> None:
    """Let the database count its tables again: after a bulk load its plans are wrong by far."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA analysis_limit=1000")
        cursor.execute("ANALYZE")


def reverse(*, batch: Batch, door: Door, by: str, report: Report = silent) -> Batch:
    """Take a whole batch back; what was changed since stays and is named in the message.

    What stayed can be taken back another time, once the later changes are.
    """
    if not queries.reversible(batch):
        raise NotNow("第 %(n)s 批没有可撤销的：请打开这一批，看它停在哪一步", n=batch.pk)
    _reversing(batch=batch, by=by)
    subjects = door.subjects(batch=batch)
    refused: list[str] = []
    for start in range(0, len(subjects), SUBJECTS_PER_CHANGE):
        some = subjects[start : start + SUBJECTS_PER_CHANGE]
        refused += reverse_piece(batch=batch, door=door, subjects=some, by=by)
        report(start + len(some), len(subjects))
    return _reversed(batch=batch, refused=refused, by=by)


@action
def _reversing(*, batch: Batch, by: str) -> None:
    batch.state = BatchState.REVERSING
    batch.save(update_fields=["state"])


@action
def reverse_piece(*, batch: Batch, door: Door, subjects: Sequence[Any], by: str) -> tuple[str, ...]:
    """Take back what the batch says of some subjects; return the names of those changed since."""
    found = door.withdraw(subjects, batch=batch, by=by)
    note(statements=found.statements, refused=len(found.refused))
    return found.refused


@action
def _reversed(*, batch: Batch, refused: Sequence[str], by: str) -> Batch:
    batch.state = BatchState.REVERSED
    batch.outcome = {}
    if refused:
        detail = {"n": len(refused), "names": "、".join(refused[:_NAMED])}
        batch.outcome = {"code": "kept", "detail": detail}
    # The rows of what had to be left still say what they said.
    taken = Row.objects.filter(batch=batch, applied=True)
    groups = set(taken.values_list("group", flat=True).distinct()) if refused else set()
    gone = sorted(groups.difference(refused))
    for start in range(0, len(gone), SUBJECTS_PER_CHANGE):
        taken.filter(group__in=gone[start : start + SUBJECTS_PER_CHANGE]).update(applied=False)
    if not refused:
        taken.update(applied=False)
    batch.checkpoint = 0
    batch.save(update_fields=["state", "outcome", "checkpoint"])
    note(refused=len(refused))
    return batch
