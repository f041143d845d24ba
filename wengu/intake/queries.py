"""Reading what waits: batches, rows as they were written, doubts, what a row would change."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet

from wengu.accounts.scope import Scope
from wengu.intake import guard
from wengu.intake.door import Door
from wengu.intake.models import Batch, BatchState, Doubt, Row, RowState
from wengu.intake.spec import Context, Found, Group, Head, RawRow
from wengu.intake.unread import DOUBT_HEADERS

READY = (RowState.NEW, RowState.CHANGED, RowState.UNCHANGED)
WAITING = (RowState.MUST_FIX, RowState.PLEASE_CHECK)


@dataclass(frozen=True, slots=True)
class CellDiff:
    """格的差异: one column of a row, old → new."""

    letter: str
    header: str
    old: Any
    new: Any
    field: str


@dataclass(frozen=True, slots=True)
class Tally:
    """疑点数: how many doubts of one reason are open, on how many rows, in which columns."""

    code: str
    severity: str
    rows: int
    letters: tuple[str, ...]


def batches(*, viewer: Scope) -> QuerySet[Batch]:
    """Return the batches of the viewer's region, the newest first."""
    return viewer.filter(Batch.objects.order_by("-pk"), "region")


def outcome(batch: Batch) -> str:
    """Return why a batch was refused, what it means as a whole or what its reversal left, or ""."""
    said = batch.outcome
    return guard.words(said["code"], said["detail"]) if said else ""


def reversible(batch: Batch) -> bool:
    """Say whether there is anything to take back: also what an earlier reversal had to leave."""
    if batch.state == BatchState.REVERSED:
        return bool(batch.outcome)
    return batch.state in (BatchState.APPLIED, BatchState.APPLYING, BatchState.REVERSING)


def rows(batch: Batch) -> QuerySet[Row]:
    """Return the rows of a batch that was found in scope, in the order of the file."""
    return Row.objects.filter(batch=batch).order_by("sheet", "number")


def row_of(doubt: Doubt) -> Row:
    """Return the row that a doubt stands on."""
    return Row.objects.get(batch=doubt.batch, sheet=doubt.sheet, number=doubt.number)


def waiting(*, viewer: Scope) -> QuerySet[Row]:
    """Return the rows of the viewer's batches that wait to be mended or confirmed."""
    open_ = batches(viewer=viewer).filter(state__in=[BatchState.CHECKED, BatchState.APPLIED])
    found = Row.objects.filter(batch__in=open_.order_by().values("pk"), state__in=WAITING)
    return found.filter(applied=False)


def heads(batch: Batch) -> dict[int, Head]:
    """Return the header of each sheet that was read."""
    return {
        sheet["sheet"]: Head(
            sheet["sheet"],
            sheet["name"],
            sheet["header_row"],
            tuple(sheet["headers"]),
            sheet["fields"],
        )
        for sheet in batch.sheets
        if "fields" in sheet
    }


def partial(batch: Batch) -> bool:
    """Say whether this is a doubt workbook come back: part of a list, never the whole of it."""
    return any(set(DOUBT_HEADERS) <= set(head.headers) for head in heads(batch).values())


def cells(row: Row) -> list[str]:
    """Return the cells of a row as they were written."""
    return list(json.loads(row.cells))


def raw(stored: Iterable[Row]) -> Iterator[RawRow]:
    """Yield rows as a spec reads them."""
    for row in stored:
        yield RawRow(row.sheet, row.number, json.loads(row.cells))


Mark = tuple[int, int, str, str]
"""A doubt's place: sheet, row, code and its first column."""


def mark(doubt: Doubt) -> Mark:
    """Return the place of a stored doubt."""
    return doubt.sheet, doubt.number, doubt.code, (doubt.columns or [""])[0]


def mark_found(found: Found, heads_: Mapping[int, Head]) -> Mark:
    """Return the place of a doubt that was found just now."""
    head = heads_[found.sheet]
    letters = [letter for name in found.fields if (letter := head.letter(name))]
    return found.sheet, found.row, found.code, (letters or [""])[0]


def waived(batch: Batch, numbers: Sequence[int] | None = None) -> set[Mark]:
    """Return the places of the doubts that somebody has confirmed."""
    return {mark(doubt) for doubt in doubts(batch, numbers).exclude(waived_by="")}


def doubts(batch: Batch, numbers: Sequence[int] | None = None) -> QuerySet[Doubt]:
    """Return the doubts of a batch, open and confirmed; of some row numbers where given."""
    found = Doubt.objects.filter(batch=batch)
    return found if numbers is None else found.filter(number__in=numbers)


def open_doubts(batch: Batch) -> QuerySet[Doubt]:
    """Return the doubts that still hold rows back."""
    return Doubt.objects.filter(batch=batch, waived_by="").order_by("sheet", "number", "pk")


def doubtful(batch: Batch, code: str = "") -> QuerySet[Row]:
    """Return the rows on which a doubt is open; of one reason where a code is given."""
    return rows(batch).filter(_open(code))


def together(batch: Batch) -> QuerySet[Row]:
    """Return the rows that wait only because another row of their household does."""
    return rows(batch).filter(~_open(""), state__in=WAITING)


def _open(code: str) -> Exists:
    doubts = Doubt.objects.filter(
        batch=OuterRef("batch"), sheet=OuterRef("sheet"), number=OuterRef("number"), waived_by=""
    )
    return Exists(doubts.filter(code=code) if code else doubts)


def tallies(batch: Batch) -> list[Tally]:
    """Return the open doubts by reason, what must be fixed first."""
    letters: dict[str, set[str]] = {}
    places: dict[tuple[str, str], set[tuple[int, int]]] = {}
    for code, severity, columns, sheet, number in open_doubts(batch).values_list(
        "code", "severity", "columns", "sheet", "number"
    ):
        letters.setdefault(code, set()).update(columns[:1])
        places.setdefault((severity, code), set()).add((sheet, number))
    return [
        Tally(code, severity, len(where), tuple(sorted(letters[code])))
        for (severity, code), where in sorted(
            places.items(), key=lambda each: (each[0][0], -len(each[1]))
        )
    ]


def counts(batch: Batch) -> dict[str, int]:
    """Return the rows of a batch by state, and how many are in."""
    states = Row.objects.filter(batch=batch).values_list("state").annotate(n=Count("pk"))
    found = {state.value: 0 for state in RowState} | dict(states)
    found["rows"] = sum(found.values())
    found["applied"] = Row.objects.filter(batch=batch, applied=True).count()
    found["ready"] = Row.objects.filter(batch=batch, state__in=READY, applied=False).count()
    return found


def group_rows(batch: Batch, keys: Iterable[str]) -> list[Row]:
    """Return all rows of some groups, in the order of the sheet."""
    return list(rows(batch).filter(group__in=list(keys)))


def checked(stored: Iterable[Row], *, batch: Batch, door: Door, context: Context) -> list[Group]:
    """Read and check stored rows again."""
    return door.spec.check(raw(stored), heads(batch), context)


def diff(*, row: Row, door: Door) -> list[CellDiff]:
    """Return what a row would change, cell by cell; empty for an unchanged or a waiting row."""
    return diffs(batch=row.batch, stored=[row], door=door).get((row.sheet, row.number), [])


def diffs(
    *, batch: Batch, stored: Sequence[Row], door: Door
) -> dict[tuple[int, int], list[CellDiff]]:
    """Return what some rows would change, by their places: all are compared at once."""
    context = door.context(dated=batch.dated, region=batch.region, period=batch.period)
    keys = {row.group for row in stored}
    groups = checked(group_rows(batch, keys), batch=batch, door=door, context=context)
    statements = [statement for group in groups for statement in group.statements]
    head_of, wanted = heads(batch), {(row.sheet, row.number) for row in stored}
    return {
        (each.sheet, each.row): [
            CellDiff(letter, head.headers[head.fields[name]], old, new, name)
            for head in [head_of[each.sheet]]
            for name, (old, new) in each.changes.items()
            if (letter := head.letter(name)) is not None
        ]
        for each in door.compare(statements, dated=batch.dated, period=batch.period)
        if (each.sheet, each.row) in wanted
    }
