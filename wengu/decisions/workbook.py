"""认定工作簿: the clerk's own columns, with decisions, reasons and doubts beside them.

Every cell is written as text: nothing is computed, cut or run when the workbook is opened.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from wengu.decisions.explanations import Explanation
from wengu.decisions.files import Decided
from wengu.intake.spec import MUST_FIX, Head
from wengu.policy.parameters import Value

Place = tuple[int, int]
_WIDE, _NARROW = 48, 14
_NAME_LENGTH = 31
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


def write_workbook(
    *, decided: Decided, path: Path, parameters: Iterable[Value] = (), english: bool = False
) -> None:
    """Write the workbook of a decided file."""
    with xlsxwriter.Workbook(
        str(path), {"strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        _Pages(book, decided, english=english).write(parameters)


class _Pages:
    """页: the sheets of the file as they were, one of all decisions, one of the parameters."""

    def __init__(self, book: Any, decided: Decided, *, english: bool) -> None:
        self._book = book
        self._decided = decided
        self._english = english
        self._bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self._plain = book.add_format({"text_wrap": True, "valign": "top"})
        self._names: set[str] = set()

    def write(self, parameters: Iterable[Value]) -> None:
        beside = self._beside()
        for head in self._decided.reading.heads.values():
            self._own(head, beside)
        self._table(_("认定明细"), self._header(), self._details())
        rows = (
            (one.definition.term, one.text, one.definition.unit, one.region, str(one.since),
             one.source, _("未核实") if one.unverified else "", _("模拟") if one.simulated else "")
            for one in parameters
        )  # fmt: skip
        titles = (
            _("参数"), _("值"), _("单位"), _("地区"), _("自"), _("来源"), _("未核实"), _("模拟")
        )  # fmt: skip
        self._table(_("参数"), titles, rows)

    def _own(self, head: Head, beside: dict[Place, list[str]]) -> None:
        """Write one sheet of the file with four columns more."""
        more = (_("认定"), _("待核"), _("理由"), _("疑点"))
        rows = (
            (*row.cells, *beside.get((row.sheet, row.number), ["", "", "", ""]))
            for row in self._decided.reading.rows
            if row.sheet == head.sheet
        )
        sheet = self._table(head.name, (*head.headers, *more), rows)
        width = len(head.headers)
        sheet.set_column(width, width + len(more) - 1, _WIDE)

    def _table(self, name: str, titles: Iterable[str], rows: Iterable[Iterable[str]]) -> Any:
        sheet = self._book.add_worksheet(self._free(name))
        for column, title in enumerate(titles):
            sheet.write_string(0, column, title, self._bold)
        for number, cells in enumerate(rows, start=1):
            for column, cell in enumerate(cells):
                if cell:
                    sheet.write_string(number, column, cell, self._plain)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, 0, _NARROW)
        return sheet

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

    def _beside(self) -> dict[Place, list[str]]:
        """Return the four cells beside each row: what holds, what waits, why, what is doubtful."""
        found: dict[Place, list[list[str]]] = defaultdict(lambda: [[], [], [], []])
        for key, explanations in self._decided.explanations.items():
            place = self._decided.labels.rows.get(key)
            if place is not None:
                for one in explanations:
                    self._say(one, found[place])
        for doubt in self._decided.doubts():
            spec = self._decided.reading.spec
            words = spec.words(doubt.code, doubt.detail, english=self._english)
            mark = _("必须改") if spec.severity(doubt.code) == MUST_FIX else _("请核对")
            found[doubt.sheet, doubt.row][3].append(f"{mark}：{words.reason}{words.remedy}")
        return {place: ["\n".join(cell) for cell in cells] for place, cells in found.items()}

    def _say(self, one: Explanation, cells: list[list[str]]) -> None:
        if one.default:
            return
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

    def _details(self) -> Iterator[tuple[str, ...]]:
        verdicts = {True: _("是"), False: _("否"), None: _("待核")}
        subjects = {"household": _("户"), "person": _("人"), "village": _("村")}
        for explanations in self._decided.explanations.values():
            for one in explanations:
                if not one.default:
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
