"""疑点工作簿: the rows that wait, in the clerk's own layout, with what is wrong and how to mend it.

Every cell is text, so that nothing is computed or cut when the workbook is opened, and it can be
handed in again as it is.
"""

import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from wengu.intake import queries
from wengu.intake.guard import kind
from wengu.intake.models import Batch, Doubt, Row
from wengu.intake.reader import pieces
from wengu.intake.spec import MUST_FIX, Head, Spec
from wengu.intake.unread import DOUBT_HEADERS

STYLED_ROWS = 20_000
"""A larger file is written anew: copying the clerk's styles would take minutes."""
_FILLS = {
    MUST_FIX: PatternFill("solid", fgColor="FBE9E7"),
    "please_check": PatternFill("solid", fgColor="FBF0D8"),
}
_AUTHOR = "稳固"
_TOGETHER = "同户有疑点，一并等待"
_WIDTH = 48
_RISKY = ("=", "+", "-", "@", "\t", "\r")


@dataclass
class _Page:
    """一页: a sheet's header, its title rows as cells of text, and the rows that wait."""

    head: Head
    titles: list[list[str]] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)


def doubt_workbook(*, batch: Batch, content: bytes, spec: Spec) -> bytes:
    """Return the workbook of a batch's waiting rows; `content` is the file as it was received."""
    waiting = Row.objects.filter(batch=batch, state__in=queries.WAITING, applied=False)
    pages = {sheet: _Page(head) for sheet, head in queries.heads(batch).items()}
    for row in waiting.order_by("sheet", "number"):
        pages[row.sheet].rows.append(row)
    doubts: dict[tuple[int, int], list[Doubt]] = defaultdict(list)
    for doubt in queries.open_doubts(batch):
        doubts[doubt.sheet, doubt.number].append(doubt)
    name = batch.document.name
    large = Row.objects.filter(batch=batch).count() > STYLED_ROWS
    own = (
        None if large or kind(content, name=name) != "xlsx" else load_workbook(io.BytesIO(content))
    )
    if own is None:
        _read_titles(pages, content, name)
    book = _written(pages, doubts, spec, own)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _read_titles(pages: dict[int, _Page], content: bytes, name: str) -> None:
    for piece in pieces(content, name=name):
        page = pages.get(piece.sheet)
        if page is not None and piece.first == 1:
            page.titles = piece.rows[: page.head.row - 1]


def _written(
    pages: dict[int, _Page],
    doubts: dict[tuple[int, int], list[Doubt]],
    spec: Spec,
    own: Workbook | None,
) -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet, page in pages.items():
        source = own.worksheets[sheet] if own is not None else None
        target = book.create_sheet(page.head.name or "疑点")
        if source is not None:
            _copy_frame(source, target, page.head.row)
        else:
            for number, cells in enumerate(page.titles, start=1):
                _put_row(target, number, cells)
        _Writer(target, source, page, spec).write(doubts)
    return book


def _copy_frame(source: Worksheet, target: Worksheet, last: int) -> None:
    """Copy the title rows, the widths of columns, merged titles and the drop-down lists."""
    for row in source.iter_rows(min_row=1, max_row=last - 1):
        for cell in row:
            if isinstance(cell, Cell) and cell.value is not None:
                _put(target, cell.row, cell.column, str(cell.value), cell)
    for letter, dimension in source.column_dimensions.items():
        target.column_dimensions[letter].width = dimension.width
    for merged in source.merged_cells.ranges:
        if merged.max_row < last:
            target.merge_cells(str(merged))
    for validation in source.data_validations.dataValidation:
        target.add_data_validation(validation)


class _Writer:
    """一页的写法"""

    def __init__(
        self, target: Worksheet, source: Worksheet | None, page: _Page, spec: Spec
    ) -> None:
        self.target, self.source, self.page, self.spec = target, source, page, spec
        headers = list(page.head.headers)
        while headers and not headers[-1]:
            headers.pop()
        for header in DOUBT_HEADERS:
            if header not in headers:
                headers.append(header)
        self.headers = headers
        self.said, self.mend = (headers.index(header) for header in DOUBT_HEADERS)

    def write(self, doubts: dict[tuple[int, int], list[Doubt]]) -> None:
        head = self.page.head
        _put_row(self.target, head.row, self.headers, self._like(head.row))
        for column in (self.said, self.mend):
            self.target.column_dimensions[get_column_letter(column + 1)].width = _WIDTH
        self.target.freeze_panes = f"A{head.row + 1}"
        for number, row in enumerate(self.page.rows, start=head.row + 1):
            self._row(number, row, doubts.get((row.sheet, row.number), []))

    def _like(self, number: int) -> list[Any]:
        if self.source is None:
            return []
        # No further than the headers: far cells that are only coloured are nobody's columns.
        width = min(self.source.max_column, len(self.headers))
        return [self.source.cell(number, column) for column in range(1, width + 1)]

    def _row(self, number: int, row: Row, doubts: Sequence[Doubt]) -> None:
        cells = (queries.cells(row) + [""] * len(self.headers))[: len(self.headers)]
        cells[self.said], cells[self.mend] = self._sentences(doubts)
        _put_row(self.target, number, cells, self._like(row.number))
        # The gravest doubt of a cell is painted last.
        for doubt in sorted(doubts, key=lambda each: each.severity == MUST_FIX):
            self._paint(number, doubt)

    def _sentences(self, doubts: Sequence[Doubt]) -> tuple[str, str]:
        if not doubts:
            return _TOGETHER, ""
        reasons, remedies = [], []
        for doubt in doubts:
            words = self.spec.words(doubt.code, doubt.detail)
            named = self._named(doubt.columns)
            reasons.append(words.reason if named[:-1] in words.reason else named + words.reason)
            remedies.append(words.remedy)
        return "；".join(reasons), " ".join(dict.fromkeys(remedies))

    def _named(self, letters: Iterable[str]) -> str:
        names = [self.headers[column_index_from_string(letter) - 1] for letter in letters]
        return f"{'、'.join(names)}：" if names else ""

    def _paint(self, number: int, doubt: Doubt) -> None:
        words = self.spec.words(doubt.code, doubt.detail)
        for letter in doubt.columns:
            cell = self.target.cell(number, column_index_from_string(letter))
            cell.fill = _FILLS[doubt.severity]
            cell.comment = Comment(f"{words.reason}\n{words.remedy}", _AUTHOR)


def _put_row(
    target: Worksheet, number: int, cells: Sequence[str], like: Sequence[Any] = ()
) -> None:
    for column, text in enumerate(cells, start=1):
        _put(target, number, column, text, like[column - 1] if column <= len(like) else None)


def _put(target: Worksheet, row: int, column: int, text: str, like: Any = None) -> None:
    """Write text that stays text: nothing in it is ever taken for a formula."""
    cell: Any = target.cell(row, column)
    if isinstance(like, Cell) and like.has_style:
        cell.font, cell.border = copy(like.font), copy(like.border)
        cell.fill, cell.alignment = copy(like.fill), copy(like.alignment)
    cell.value = text or None
    if text:
        cell.data_type = "s"
    cell.number_format = "@"
    if text.startswith(_RISKY):
        cell.quotePrefix = True
