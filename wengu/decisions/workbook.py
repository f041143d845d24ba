"""认定工作簿: the clerk's own columns, with decisions, reasons and doubts beside them.

Every cell is written as text: nothing is computed, cut or run when the workbook is opened.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from wengu.decisions.explanations import Explanation
from wengu.decisions.files import Decided
from wengu.intake.spec import MUST_FIX, Head
from wengu.kernel.writing import whole
from wengu.policy.parameters import Value

Place = tuple[int, int]
_WIDE, _NARROW = 48, 14
_NAME_LENGTH = 31
_CELL = 32_767
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
# Nothing is kept in memory twice, and texts are written as they come.
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}


def write_workbook(
    *,
    decided: Decided,
    path: Path,
    parameters: Iterable[Value] = (),
    told: Iterable[Explanation] | None = None,
) -> None:
    """Write the workbook of a decided file; `told`: its decisions, if somebody reads along.

    It stands there whole or not at all, whatever ends the writing.
    """
    with whole(path) as made, TemporaryDirectory() as scratch:
        options = _OPTIONS | {"tmpdir": scratch}
        with xlsxwriter.Workbook(str(made), options) as book:
            pages = _Pages(book, decided)
            pages.write(decided.told() if told is None else told, parameters)


class _Pages:
    """页: the sheets of the file as they were, one of all decisions, one of the parameters."""

    def __init__(self, book: Any, decided: Decided) -> None:
        self._book = book
        self._decided = decided
        self._english = decided.teller.english
        self._bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self._plain = book.add_format({"text_wrap": True, "valign": "top"})
        self._names: set[str] = set()
        # Of each row: what holds, what waits, why, what is doubtful.
        self._cells: dict[Place, list[list[str]]] = defaultdict(lambda: [[], [], [], []])

    def write(self, told: Iterable[Explanation], parameters: Iterable[Value]) -> None:
        """Write all pages; the clerk's own come first, and are filled last."""
        heads = self._decided.reading.heads.values()
        own = [self._sheet(head.name) for head in heads]
        passed = {each.sheet: self._sheet(each.name) for each in self._decided.skipped()}
        detail = self._sheet(_("认定明细"))
        self._table(detail, self._header(), self._details(told))
        rows = (
            (one.definition.term, one.text, one.definition.unit, one.region, str(one.since),
             one.source, _("未核实") if one.unverified else "", _("模拟") if one.simulated else "")
            for one in parameters
        )  # fmt: skip
        titles = (
            _("参数"), _("值"), _("单位"), _("地区"), _("自"), _("来源"), _("未核实"), _("模拟")
        )  # fmt: skip
        self._table(self._sheet(_("参数")), titles, rows)
        self._doubts()
        for head, sheet in zip(heads, own, strict=True):
            self._own(head, sheet)
        self._unread(passed)

    def _own(self, head: Head, sheet: Any) -> None:
        """Write one sheet of the file with four columns more."""
        more = (_("认定"), _("待核"), _("理由"), _("疑点"))
        empty: list[list[str]] = [[], [], [], []]
        rows = (
            (*row.cells, *map("\n".join, self._cells.get((row.sheet, row.number), empty)))
            for row in self._decided.reading.rows
            if row.sheet == head.sheet
        )
        width = len(head.headers)
        sheet.set_column(width, width + len(more) - 1, _WIDE)
        self._table(sheet, (*head.headers, *more), rows)

    def _unread(self, sheets: dict[int, Any]) -> None:
        """Write the sheets that were passed over, row by row where they stood."""
        for piece in self._decided.others():
            sheet = sheets[piece.sheet]
            if piece.hidden:
                sheet.hide()
            for number, cells in enumerate(piece.rows, start=piece.first - 1):
                self._row(sheet, number, cells, self._plain)

    def _sheet(self, name: str) -> Any:
        return self._book.add_worksheet(self._free(name))

    def _table(self, sheet: Any, titles: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, 0, _NARROW)
        self._row(sheet, 0, titles, self._bold)
        for number, cells in enumerate(rows, start=1):
            self._row(sheet, number, cells, self._plain)

    @staticmethod
    def _row(sheet: Any, number: int, cells: Iterable[str], look: Any) -> None:
        for column, cell in enumerate(cells):
            if cell:
                sheet.write_string(number, column, cell[:_CELL], look)

    def _free(self, name: str) -> str:
        """Return a name that a sheet may have and none has yet."""
        wanted = name.translate(_NOT_IN_NAMES).strip("' ")[:_NAME_LENGTH] or "1"
        number = 1
        found = wanted
        while found.lower() in self._names:
            number += 1
            found = f"{wanted[: _NAME_LENGTH - 4]} {number}"
        self._names.add(found.lower())
        return found

    def _doubts(self) -> None:
        """Say beside each row what is doubtful, and that a whole household waits for it."""
        spec = self._decided.reading.spec
        for group in self._decided.held:
            for place in group.rows:
                self._cells[place][1].append(_("没有认定：有疑点"))
        for doubt in self._decided.doubts():
            words = spec.words(doubt.code, doubt.detail, english=self._english)
            mark = _("必须改") if spec.severity(doubt.code) == MUST_FIX else _("请核对")
            cells = self._cells[doubt.sheet, doubt.row]
            stop = "" if words.reason.endswith(("？", "?")) else _("。")
            cells[3].append(f"{mark}{_('：')}{words.reason}{stop}{words.remedy}")
        for group in self._decided.held:
            for place in group.rows:
                if not self._cells[place][3]:
                    self._cells[place][3].append(_("同户有疑点，一起等"))

    def _say(self, one: Explanation) -> None:
        """Note a decision beside the row of its subject."""
        place = self._decided.labels.rows.get((one.subject, one.id))
        if place is None:
            return
        cells = self._cells[place]
        if one.verdict is True:
            cells[0].append(f"{one.clause} {one.term}：{one.branch_term}")
        elif one.verdict is None:
            cells[1].append(f"{one.clause} {one.sentence}")
            return
        cells[2].append(f"{one.clause} {one.sentence}")

    def _header(self) -> tuple[str, ...]:
        return (
            _("对象"), _("编号"), _("条款"), _("规则"), _("结论"), _("分支"), _("理由"), _("缺少")
        )  # fmt: skip

    def _details(self, told: Iterable[Explanation]) -> Iterator[tuple[str, ...]]:
        verdicts = {True: _("是"), False: _("否"), None: _("待核")}
        subjects = {"household": _("户"), "person": _("人"), "village": _("村")}
        for one in told:
            if one.default:
                continue
            self._say(one)
            yield (
                subjects[one.subject],
                self._decided.label(one.subject, one.id),
                one.clause,
                one.term,
                verdicts[one.verdict],
                one.branch_term,
                one.sentence,
                "、".join(dict.fromkeys(lack.term for lack in one.missing)),
            )
