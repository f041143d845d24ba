"""文件: writes rows of text as the workbook or the csv file that the national system exports."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import xlsxwriter

Form = Literal["xlsx", "csv-gbk", "csv-utf8"]
NOTE = "模拟数据：本表人员、住户和数字均为虚构，仅供演示"
_ENCODINGS = {"csv-gbk": "gbk", "csv-utf8": "utf-8-sig"}
# A csv opened by a spreadsheet would lose the digits of these.
_GUARDED = {"证件号码", "户主证件号码", "户编号", "人编号", "人口编号"}
_WIDE = {
    "证件号码": 24,
    "户主证件号码": 24,
    "身份证号": 22,
    "残疾人证号": 26,
    "户编号": 15,
    "人编号": 17,
}


class Content(NamedTuple):
    """表样: everything that one sheet shows."""

    sheet: str
    title: str
    note: str
    header: Sequence[str]
    rows: Iterable[Sequence[str]]
    total: Sequence[str]


def write(path: Path, content: Content, form: Form) -> None:
    """Write the file in the wanted form."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if form == "xlsx":
        _write_xlsx(path, content)
    else:
        _write_csv(path, content, _ENCODINGS[form])


def suffix(form: Form) -> str:
    """Return the ending of the file name."""
    return ".xlsx" if form == "xlsx" else ".csv"


def _write_xlsx(path: Path, content: Content) -> None:
    # Rows are written once and in order: the library need not keep them.
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(content.sheet)
    bold = book.add_format({"bold": True, "font_size": 16, "align": "center"})
    head = book.add_format({"bold": True, "border": 1, "bg_color": "#DDE6F0", "text_wrap": True})
    last = len(content.header) - 1
    sheet.merge_range(0, 0, 0, last, content.title, bold)
    sheet.merge_range(1, 0, 1, last, content.note)
    for column, text in enumerate(content.header):
        sheet.set_column(column, column, _WIDE.get(text, 11))
        sheet.write_string(2, column, text, head)
    sheet.freeze_panes(3, 0)
    row = 3
    put = sheet.write_string
    for cells in content.rows:
        for column, text in enumerate(cells):
            if text:
                put(row, column, text)
        row += 1
    for column, text in enumerate(content.total):
        if text:
            put(row, column, text)
    book.close()


def _write_csv(path: Path, content: Content, encoding: str) -> None:
    guarded = [header in _GUARDED for header in content.header]
    # Characters that the code page lacks become "?": this is what happens in the offices.
    with path.open("w", encoding=encoding, errors="replace", newline="") as text:
        out = csv.writer(text)
        out.writerow([content.title])
        out.writerow([content.note])
        out.writerow(content.header)
        for cells in content.rows:
            out.writerow(
                f'="{cell}"' if guard and cell else cell
                for guard, cell in zip(guarded, cells, strict=True)
            )
        out.writerow(content.total)
