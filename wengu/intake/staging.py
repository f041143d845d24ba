"""暂存: rows and doubts of a batch, as they are checked and checked again. Never the registry."""

import json
import uuid
from collections.abc import Callable, Iterable, Sequence

from django.db import connection, transaction

from wengu.intake import bulk, exemptions, queries, skips, ties
from wengu.intake.door import Door, RowDiff
from wengu.intake.exemptions import Cells
from wengu.intake.models import Batch, Doubt, Row, RowState
from wengu.intake.reading import Reading
from wengu.intake.spec import MUST_FIX, Found, Group, Head, RawRow, letter
from wengu.vault.cipher import encrypt_many

ROWS_PER_INSERT = 1000
_COMPARED = 500
_CELLS = "intake_row.cells"

Key = tuple[int, int]
__all__ = ["letter"]


def stage(
    batch: Batch, reading: Reading, door: Door, report: Callable[[int, int | None], None]
) -> None:
    """Store rows of a file with states and doubts; what an earlier try left is dropped."""
    context = door.context(dated=batch.dated, region=batch.region, period=batch.period)
    batch.spec, batch.layout = reading.spec.name, reading.layout
    batch.sheets = [_about(head, reading) for head in reading.heads.values()]
    batch.sheets += [each.kept() for each in skips.of_reading(reading)]
    groups = reading.spec.check(reading.rows, reading.heads, context)
    cells = {(row.sheet, row.number): row.cells for row in reading.rows}
    found = [doubt for group in groups for doubt in group.found]
    doubts = _doubts(batch, found, cells, reading.heads, door)
    waived = {queries.mark(doubt) for doubt in doubts if doubt.waived_by}
    states = _states(groups, waived, batch, door)
    keys = {where: group.key for group in groups for where in group.rows}
    tied = ties.prints(groups)
    drop(batch)
    for start in range(0, len(reading.rows), ROWS_PER_INSERT):
        piece = reading.rows[start : start + ROWS_PER_INSERT]
        _insert(batch, piece, keys, states, tied)
        report(start + len(piece), len(reading.rows))
    for start in range(0, len(doubts), ROWS_PER_INSERT):
        Doubt.objects.bulk_create(doubts[start : start + ROWS_PER_INSERT])


def _about(head: Head, reading: Reading) -> dict[str, object]:
    skipped = [
        {"row": each.row, "why": each.why}
        for each in reading.skipped
        if each.sheet == head.sheet and each.row
    ]
    return {
        "sheet": head.sheet,
        "name": head.name,
        "header_row": head.row,
        "headers": list(head.headers),
        "fields": dict(head.fields),
        "rows": sum(row.sheet == head.sheet for row in reading.rows),
        "skipped": skipped,
    }


@transaction.atomic
def drop(batch: Batch) -> None:
    """Forget the rows and doubts of a batch."""
    Doubt.objects.filter(batch=batch).delete()
    Row.objects.filter(batch=batch).delete()


def _insert(
    batch: Batch,
    piece: Sequence[RawRow],
    keys: dict[Key, str],
    states: dict[Key, str],
    tied: dict[Key, bytes],
) -> None:
    uids = [uuid.uuid4() for _ in piece]
    texts = [json.dumps(cells, ensure_ascii=False) for _, _, cells in piece]
    sealed = encrypt_many(zip(uids, texts, strict=True), column=_CELLS)
    rows = [
        {
            "batch_id": batch.pk,
            "sheet": sheet,
            "number": number,
            "group": keys[sheet, number],
            "state": states[sheet, number],
            "applied": False,
            "uid": uid,
            "ties": tied.get((sheet, number)),
            "cells": cells,
        }
        for (sheet, number, _), uid, cells in zip(piece, uids, sealed, strict=True)
    ]
    with transaction.atomic():
        bulk.insert(Row, rows)


def _doubts(
    batch: Batch, found: Sequence[Found], cells: Cells, heads: dict[int, Head], door: Door
) -> list[Doubt]:
    """Return the doubts as they are kept; what an earlier sheet had confirmed stays confirmed."""
    prints = exemptions.prints(found, cells, heads, door.spec)
    known = exemptions.remembered(prints, batch)
    made = []
    for each, print_ in zip(found, prints, strict=True):
        head = heads[each.sheet]
        letters = [head.letter(name) for name in each.fields]
        by, reason = known.get(print_, ("", "")) if print_ else ("", "")
        doubt = Doubt(
            batch=batch,
            sheet=each.sheet,
            number=each.row,
            columns=[one for one in letters if one is not None],
            code=each.code,
            severity=door.spec.severity(each.code),
            detail=dict(each.detail),
            cells_print=print_,
            waived_by=by,
            waived_reason=reason,
        )
        made.append(doubt)
    return made


def _states(
    groups: Sequence[Group], waived: set[queries.Mark], batch: Batch, door: Door
) -> dict[Key, str]:
    """Return the state of every row; a household waits as a whole, for its gravest doubt."""
    heads = queries.heads(batch)
    states: dict[Key, str] = {}
    ready: list[Group] = []
    for group in groups:
        open_ = [d for d in group.found if queries.mark_found(d, heads) not in waived]
        if not open_:
            ready.append(group)
            continue
        grave = any(door.spec.severity(doubt.code) == MUST_FIX for doubt in open_)
        state = RowState.MUST_FIX if grave else RowState.PLEASE_CHECK
        states.update(dict.fromkeys(group.rows, state.value))
    for start in range(0, len(ready), _COMPARED):
        some = ready[start : start + _COMPARED]
        statements = [statement for group in some for statement in group.statements]
        # A row that states nothing (a member who is gone) changes nothing by itself.
        unchanged = RowState.UNCHANGED.value
        states.update(dict.fromkeys((where for g in some for where in g.rows), unchanged))
        for diff in door.compare(statements, dated=batch.dated, period=batch.period):
            states[diff.sheet, diff.row] = _state(diff)
    return states


def _state(diff: RowDiff) -> str:
    if diff.new:
        return RowState.NEW.value
    return RowState.CHANGED.value if diff.changes else RowState.UNCHANGED.value


def restage(batch: Batch, door: Door) -> None:
    """Check rows that are not in yet again; confirmations of doubts that still hold are kept."""
    rows = list(Row.objects.filter(batch=batch).order_by("sheet", "number"))
    context = door.context(dated=batch.dated, region=batch.region, period=batch.period)
    groups = queries.checked(rows, batch=batch, door=door, context=context)
    _settle(batch, rows, groups, door)


def recheck(batch: Batch, row: Row, written: Sequence[str], door: Door) -> None:
    """Check a mended row again, whose cells were `written` before, and what is compared with it.

    That is its household, the one that it joins, and those that share a number with either. Where
    the household hangs on the rows around it, every row is checked.
    """
    heads = queries.heads(batch)
    context = door.context(dated=batch.dated, region=batch.region, period=batch.period)
    own = queries.group_rows(batch, {row.group})
    was = [
        raw if (raw.sheet, raw.number) != (row.sheet, row.number) else raw._replace(cells=written)
        for raw in queries.raw(own)
    ]
    then = door.spec.check(was, heads, context)
    now = queries.checked(own, batch=batch, door=door, context=context)
    if any(group.loose for group in (*then, *now)) or not ties.kept(batch):
        restage(batch, door)
        return
    own_keys = {row.group, *(group.key for group in now)}
    # The household that is joined may have another telephone now: who shared its old one is freed.
    touched = own_keys | _tied(batch, (*then, *now)) | ties.neighbours(batch, own_keys)
    rows = queries.group_rows(batch, touched)
    around = queries.checked(rows, batch=batch, door=door, context=context)
    if any(group.loose for group in around):
        restage(batch, door)
        return
    # What those are compared with is read too, so that they are judged as in the whole sheet.
    everyone = queries.group_rows(batch, touched | _tied(batch, around))
    groups = queries.checked(everyone, batch=batch, door=door, context=context)
    inside = {(one.sheet, one.number) for one in rows}
    _settle(batch, rows, [g for g in groups if inside.intersection(g.rows)], door, some=True)


def _tied(batch: Batch, groups: Iterable[Group]) -> set[str]:
    return ties.groups_with(batch, {tie for group in groups for tie in group.ties})


def _settle(
    batch: Batch, rows: Sequence[Row], groups: Sequence[Group], door: Door, *, some: bool = False
) -> None:
    """Write doubts, states and ties of checked groups that are not in yet.

    `some`: only these rows are looked up, not all of the batch.
    """
    applied = {(row.sheet, row.number) for row in rows if row.applied}
    groups = [group for group in groups if not applied.issuperset(group.rows)]
    numbers = [row.number for row in rows] if some else None
    _replace_doubts(batch, rows, groups, door, numbers)
    states = _states(groups, queries.waived(batch, numbers), batch, door)
    keys = {where: group.key for group in groups for where in group.rows}
    _update(rows, states, keys)
    _tie(rows, groups)


def _tie(rows: Sequence[Row], groups: Sequence[Group]) -> None:
    inside = {where for group in groups for where in group.rows}
    tied = ties.prints(groups)
    changed = []
    for row in rows:
        where = row.sheet, row.number
        if where in inside and (row.ties and bytes(row.ties)) != tied.get(where):
            row.ties = tied.get(where)
            changed.append(row)
    Row.objects.bulk_update(changed, ["ties"], batch_size=ROWS_PER_INSERT)


def _replace_doubts(
    batch: Batch,
    rows: Sequence[Row],
    groups: Sequence[Group],
    door: Door,
    numbers: Sequence[int] | None = None,
) -> None:
    """Write the doubts that are new, delete those that no longer hold, keep the others.

    A doubt that is kept names the rows that it names now.
    """
    heads = queries.heads(batch)
    found = {queries.mark_found(d, heads): d for group in groups for d in group.found}
    inside = {where for group in groups for where in group.rows}
    kept: set[queries.Mark] = set()
    gone: list[int] = []
    for doubt in queries.doubts(batch, numbers):
        if (doubt.sheet, doubt.number) not in inside:
            continue
        place = queries.mark(doubt)
        if place not in found:
            gone.append(doubt.pk)
            continue
        kept.add(place)
        if doubt.detail != dict(found[place].detail):
            doubt.detail = dict(found[place].detail)
            doubt.save(update_fields=["detail"])
    Doubt.objects.filter(pk__in=gone).delete()
    new = [each for place, each in found.items() if place not in kept]
    places = {(each.sheet, each.row) for each in new}
    cells = {
        (row.sheet, row.number): queries.cells(row)
        for row in rows
        if (row.sheet, row.number) in places
    }
    Doubt.objects.bulk_create(_doubts(batch, new, cells, heads, door))


def regroup(batch: Batch, keys: set[str], door: Door) -> None:
    """Settle the state of some groups anew, after doubts were confirmed."""
    waiting = Doubt.objects.filter(batch=batch, waived_by="").values_list("sheet", "number")
    open_rows = set(waiting)
    rows = queries.group_rows(batch, keys)
    held = {row.group for row in rows if (row.sheet, row.number) in open_rows}
    free = [row for row in rows if row.group not in held]
    context = door.context(dated=batch.dated, region=batch.region, period=batch.period)
    groups = queries.checked(free, batch=batch, door=door, context=context)
    states = _states(groups, queries.waived(batch), batch, door)
    _update(free, states, {(row.sheet, row.number): row.group for row in free})
    # Nothing that must be fixed is left in these groups, only what is to be checked.
    grave = set(
        Doubt.objects.filter(batch=batch, waived_by="", severity=MUST_FIX).values_list(
            "sheet", "number"
        )
    )
    worst = {row.group for row in rows if (row.sheet, row.number) in grave}
    softer = [row for row in rows if row.group in held - worst]
    state = {(row.sheet, row.number): RowState.PLEASE_CHECK.value for row in softer}
    _update(softer, state, {(row.sheet, row.number): row.group for row in softer})


def _update(rows: Iterable[Row], states: dict[Key, str], keys: dict[Key, str]) -> None:
    """Write the states and groups that differ, all at once: one statement for many rows."""
    changes = []
    for row in rows:
        where = (row.sheet, row.number)
        if where in states and (row.state, row.group) != (states[where], keys[where]):
            changes.append((states[where], keys[where], row.pk))
    if not changes:
        return
    with connection.cursor() as cursor:
        cursor.executemany('UPDATE intake_row SET state = %s, "group" = %s WHERE id = %s', changes)


def next_rows(batch: Batch, most: int) -> list[Row]:
    """Return the next good rows that are not in yet, whole groups only."""
    ready = Row.objects.filter(batch=batch, state__in=queries.READY, applied=False)
    groups = list(ready.order_by("sheet", "number").values_list("group", flat=True)[:most])
    if not groups:
        return []
    keys = list(dict.fromkeys(groups))
    # The last group may go on behind the cut: it is left for the next piece, unless it is alone.
    if len(groups) == most and len(keys) > 1:
        keys.pop()
    return queries.group_rows(batch, keys)


def still_good(rows: Sequence[Row], batch: Batch, door: Door) -> list[Group]:
    """Check a piece again before it goes in: what became doubtful since the review is set aside."""
    context = door.context(dated=batch.dated, region=batch.region, period=batch.period)
    groups = queries.checked(rows, batch=batch, door=door, context=context)
    waived = queries.waived(batch, [row.number for row in rows])
    heads = queries.heads(batch)
    good: list[Group] = []
    doubtful: list[Group] = []
    for group in groups:
        held = any(queries.mark_found(d, heads) not in waived for d in group.found)
        (doubtful if held else good).append(group)
    if doubtful:
        _replace_doubts(batch, rows, doubtful, door)
        waived = queries.waived(batch, [row.number for row in rows])
        states = _states(doubtful, waived, batch, door)
        keys = {where: group.key for group in doubtful for where in group.rows}
        _update([row for row in rows if (row.sheet, row.number) in keys], states, keys)
    return good


def mark_applied(rows: Sequence[Row], numbers: set[Key]) -> None:
    """Mark the rows that went in."""
    done = [row.pk for row in rows if (row.sheet, row.number) in numbers]
    Row.objects.filter(pk__in=done).update(applied=True)
