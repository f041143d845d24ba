"""收表: a file becomes rows of one kind of sheet, with what was passed over and why."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from wengu.intake.guard import Refusal
from wengu.intake.headers import SEARCHED, Recognition, recognise, spell
from wengu.intake.reader import Piece, pieces
from wengu.intake.spec import Head, RawRow, Spec, letter
from wengu.kernel.text import compact

_TOTALS = ("合计", "总计", "小计", "共计", "总合计")
_NOTES = ("注:", "注：", "说明", "备注", "填表", "制表", "审核", "单位负责人", "模拟数据", "打印")
_TOTAL_WITHIN = 3


@dataclass(frozen=True, slots=True)
class Skipped:
    """跳过: a row or a sheet (row 0) that holds no record, and why."""

    sheet: int
    name: str
    row: int
    why: str
    columns: str = ""


@dataclass
class Reading:
    """读得: everything a file holds of one kind of sheet."""

    spec: Spec
    layout: str
    heads: dict[int, Head] = field(default_factory=dict)
    rows: list[RawRow] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


def read(data: bytes, *, name: str, specs: Sequence[Spec], period: int | None = None) -> Reading:
    """Read a file; Refusal where no sheet of a known kind with all needed columns is in it.

    `period`: the year of its amounts, where somebody said it.
    """
    return Reader(specs, period).read(pieces(data, name=name))


class Reader:
    """收表过程: holds the first rows of a sheet back until its header is found."""

    def __init__(self, specs: Sequence[Spec], period: int | None = None) -> None:
        self.specs = specs
        self.period = period
        self.reading: Reading | None = None
        self.skipped: list[Skipped] = []
        self.refused: Refusal | None = None

    def read(self, stream: Iterable[Piece]) -> Reading:
        """Read all sheets of a file."""
        for first, rest in _by_sheet(stream):
            if first.hidden:
                self._skip(first, 0, "hidden")
            else:
                self._sheet(first, rest)
        if self.reading is None:
            raise self.refused or Refusal("no_header")
        self.reading.skipped = self.skipped
        return self.reading

    def _skip(self, piece: Piece, row: int, why: str, columns: str = "") -> None:
        self.skipped.append(Skipped(piece.sheet, piece.name, row, why, columns))

    def _sheet(self, first: Piece, rest: Iterable[Piece]) -> None:
        found = recognise(first.rows[:SEARCHED], self.specs, self.period)
        if found is None:
            if any(any(row) for row in first.rows):
                self._skip(first, 0, "no_header")
            return
        if found.lacking:
            self._refuse(first, "lacking", "、".join(found.lacking))
        elif self.reading is not None and self.reading.spec is not found.spec:
            self._skip(first, 0, "other_kind")
        else:
            self._take(found, first, rest)

    def _refuse(self, piece: Piece, why: str, columns: str) -> None:
        """Pass a sheet over whole; where no other is read, the file is refused for it."""
        self.refused = Refusal(why, columns=columns)
        self._skip(piece, 0, why, columns)

    def _take(self, found: Recognition, first: Piece, rest: Iterable[Piece]) -> None:
        headers = tuple(first.rows[found.row])
        number = first.first + found.row
        head = Head(first.sheet, first.name, number, headers, found.fields)
        rows, skipped = self._rows(head, itertools.chain((first,), rest))
        if unlike := _unlike(rows, head, found.again):
            self._refuse(first, "twice", unlike)
            return
        self.skipped += skipped
        if self.reading is None:
            self.reading = Reading(found.spec, found.layout)
        self.reading.heads[first.sheet] = head
        self.reading.rows += rows

    def _rows(self, head: Head, sheet: Iterable[Piece]) -> tuple[list[RawRow], list[Skipped]]:
        """Return the rows of a sheet that hold a record, and those passed over."""
        spelt = [spell(header) for header in head.headers]
        width = len(spelt)
        rows: list[RawRow] = []
        skipped: list[Skipped] = []
        for piece in sheet:
            for number, cells in enumerate(piece.rows, start=piece.first):
                if number <= head.row:
                    continue
                why = passed_over(cells, spelt)
                if why is None:
                    rows.append(RawRow(piece.sheet, number, _padded(cells, width)))
                elif why:
                    skipped.append(Skipped(piece.sheet, piece.name, number, why))
        return rows, skipped


def _unlike(rows: Iterable[RawRow], head: Head, again: Sequence[tuple[int, int]]) -> str:
    """Return which columns of one field differ, with the first row where they do; "" = none.

    Only one of them is read: where they differ, nobody can say which counts.
    """
    found: dict[tuple[int, int], int] = {}
    for row in rows if again else ():
        for pair in again:
            one, other = (row.cells[at] for at in pair)
            if one != other and pair not in found and compact(one) != compact(other):
                found[pair] = row.number
    return "、".join(
        " = ".join(f"{letter(at)}「{compact(head.headers[at])}」" for at in pair) + f" ({row})"
        for pair, row in found.items()
    )


def passed_over(cells: Sequence[str], headers: Sequence[str]) -> str | None:
    """Return why a row is no record: "" for a blank one; None where it is one."""
    filled = [cell for cell in cells if cell]
    if len(filled) > len(cells) // 2 and cells[0] and spell(cells[0]) != headers[0]:
        return None
    filled = [cell for cell in filled if not cell.isspace()]
    if not filled:
        return ""
    if any(compact(cell).startswith(_TOTALS) for cell in cells[:_TOTAL_WITHIN] if cell):
        return "total"
    if len(filled) == 1 and compact(filled[0]).startswith(_NOTES):
        return "note"
    if sum(spell(a) == b for a, b in zip(cells, headers, strict=False) if b) > len(headers) // 2:
        return "header"
    return None


def _padded(cells: list[str], width: int) -> Sequence[str]:
    return cells if len(cells) >= width else cells + [""] * (width - len(cells))


def _by_sheet(stream: Iterable[Piece]) -> Iterator[tuple[Piece, Iterator[Piece]]]:
    """Yield the first piece of each sheet with the pieces that follow it."""
    source = iter(stream)
    held = next(source, None)
    while held is not None:
        first, follower = held, None

        def rest(sheet: int = first.sheet) -> Iterator[Piece]:
            nonlocal follower
            for piece in source:
                if piece.sheet != sheet:
                    follower = piece
                    return
                yield piece

        remaining = rest()
        yield first, remaining
        for _ in remaining:
            pass
        held = follower
