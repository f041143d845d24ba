"""导出: a table as a workbook; text stays text, money is a number of yuan, whatever adds up adds.

The first lines say whose, when and 模拟数据.
"""

import datetime
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Final

import xlsxwriter
from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from wengu.accounts import queries as accounts
from wengu.audit import clock
from wengu.kernel import money
from wengu.web import labels, wording
from wengu.web.access import Request
from wengu.web.shapes import (
    Cell,
    Change,
    Clause,
    Link,
    Mark,
    Masked,
    Money,
    Row,
    Status,
    Text,
    Unverified,
)

MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Value = str | int | float | Decimal | datetime.date | None
YUAN: Final = '"¥"#,##0.00'
"""How a Decimal, an amount in yuan, is shown; the cell itself is the bare number."""


def answer(
    request: Request,
    *,
    name: str,
    title: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[Value]],
) -> HttpResponse:
    """Return a workbook as a file to keep; None is written as 待核."""
    content = workbook(title=title, notes=notes(request), heads=heads, rows=rows)
    response = HttpResponse(content, content_type=MEDIA)
    response["Content-Disposition"] = f'attachment; filename="{name}-{request.on:%Y%m%d}.xlsx"'
    return response


def notes(request: Request) -> tuple[str, ...]:
    """Return the lines under the title: simulated or not, who made it, when, as of which day."""
    made = timezone.localtime(clock.now())
    simulated = (_("模拟数据，不是真实人员和数字"),) if settings.DEMO else ()
    who = _("导出人：%(user)s　导出时间：%(time)s　截至 %(day)s") % {
        "user": _who(request.scope.user),
        "time": f"{made:%Y-%m-%d %H:%M}",
        "day": wording.day(request.on),
    }
    return (*simulated, who)


def _who(user: str) -> str:
    """Return somebody's name with the login: a sheet is read where nobody knows logins."""
    name = labels.who(user, accounts.names([user]))
    return name if name == user else _("%(name)s（%(user)s）") % {"name": name, "user": user}


def workbook(
    *, title: str, notes: Sequence[str], heads: Sequence[str], rows: Iterable[Sequence[Value]]
) -> bytes:
    """Return the workbook's bytes. No cell is ever a formula, whatever a name begins with."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    yuan = book.add_format({"num_format": YUAN})
    wrapped = book.add_format({"bold": True, "text_wrap": True, "bottom": 1})
    sheet.write_string(0, 0, title, bold)
    line = 1
    for note in notes:
        sheet.write_string(line, 0, note)
        line += 1
    for column, head in enumerate(heads):
        sheet.write_string(
            line, column, head.replace("\n", " " if wording.english() else ""), wrapped
        )
    sheet.freeze_panes(line + 1, 1)
    sheet.set_column(0, len(heads) - 1, 16)
    for row in rows:
        line += 1
        for column, value in enumerate(row):
            _write(sheet, line, column, value, yuan)
    book.close()
    return buffer.getvalue()


def _write(sheet: Any, line: int, column: int, value: Value, yuan: Any) -> None:
    if value is None:
        sheet.write_string(line, column, _("待核"))
    elif isinstance(value, Decimal):
        sheet.write_number(line, column, value, yuan)
    elif isinstance(value, int | float):
        sheet.write_number(line, column, value)
    elif isinstance(value, datetime.date):
        sheet.write_string(line, column, wording.day(value))
    else:
        sheet.write_string(line, column, value)


def plain(rows: Iterable[Row]) -> list[list[Value]]:
    """Return rows of a page as values: figures become numbers, marks become their words."""
    return [[value(cell) for cell in row.cells] for row in rows]


def value(cell: Cell) -> Value:
    """Return a cell of a page as a value of a sheet."""
    if isinstance(cell, tuple):
        return " ".join(map(_within, cell)).strip()
    if cell is None or isinstance(cell, str | int | datetime.date):
        return _number(cell) if isinstance(cell, str) else cell
    if isinstance(cell, Link | Text):
        return _number(" ".join(part for part in (cell.text, cell.note, cell.below) if part))
    return _special(cell)


def _within(part: Cell) -> str:
    """Return a cell as words of a longer text, where an amount is as people read it."""
    if isinstance(part, Money) and part.fen is not None:
        return f"{wording.yuan(part.fen)} {part.unit}".strip()
    found = value(part)
    return "" if found is None else str(found)


def _number(text: str) -> Value:
    """Return 1,284 as a number; what is no plain figure stays text."""
    digits = text.replace(",", "")
    if digits.isascii() and digits.isdigit() and (digits == "0" or digits[0] != "0"):
        return int(digits) if "," in text or len(digits) < 4 else text  # noqa: PLR2004 - 1,000 has a comma
    return text


def _special(cell: object) -> Value:
    if isinstance(cell, Money):
        return None if cell.fen is None else money.to_yuan(cell.fen)
    if isinstance(cell, Mark):
        words = {"true": _("符合"), "false": _("不符合"), "unknown": _("待核")}
        return cell.text or words[cell.verdict]
    if isinstance(cell, Change):
        return f"{value(cell.old) or _('待核')} → {value(cell.new) or _('待核')}"
    return _words(cell)


def _words(cell: object) -> str:
    if isinstance(cell, Status):
        return cell.text
    if isinstance(cell, Masked):
        return f"{cell.head}{cell.dots}"
    if isinstance(cell, Clause):
        return wording.clause_number(cell.number)
    return _("未核实") if isinstance(cell, Unverified) else "—"
