"""Cells that a reader of workbooks passes over: errors, formulas without a result, far colours."""

import datetime
import io
import re
import zipfile

import openpyxl
import pytest
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter

from tests.registry.sheets import COUNTY, ROSTER_2019, headers, home, table, text, xlsx
from wengu.intake import reading
from wengu.intake.guard import Refusal
from wengu.intake.spec import Context, letter
from wengu.registry.imports.places import Places
from wengu.registry.imports.specs import SPECS

ON = datetime.date(2020, 7, 1)
PLACES = Places.packaged(ON.isoformat())
ROSTER_2022 = headers("""
    行政县|乡镇|行政村|自然村|户编号|人编号|姓名|证件号码|人数|与户主关系|民族|文化程度|在校生状况
    |健康状况|劳动技能|务工时间|参加大病医疗|主要致贫原因|危房户|饮水安全|人均纯收入|联系电话
    |户类型|易返贫致贫户(监测对象)类型
""")
ERRORS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!")


def read(content, name="表.xlsx"):
    return reading.read(content, name=name, specs=SPECS)


def doubts(content, name="表.xlsx"):
    """Return (code, address) of every doubt."""
    found = read(content, name)
    groups = found.spec.check(found.rows, found.heads, Context(ON, COUNTY, PLACES, 2019))
    return [
        (each.code, f"{letter(found.heads[0].fields[each.fields[0]])}{each.row}")
        for group in groups
        for each in group.found
    ]


def clean():
    """One clean household under the headers of 2022, as a workbook and its sheet."""
    rows = home(1, 1, 户类型="脱贫户")
    book = openpyxl.load_workbook(io.BytesIO(xlsx(table(rows, ROSTER_2022))))
    return book, book.worksheets[0]


def saved(book):
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def with_cell(header, value, kind):
    book, sheet = clean()
    cell = sheet.cell(4, ROSTER_2022.index(header) + 1)
    cell.value = value
    cell.data_type = kind
    return saved(book), cell.coordinate


def edited(content, *changes):
    """A workbook whose first sheet's text is changed."""
    source, buffer = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for entry in source.infolist():
            data = source.read(entry).decode()
            if entry.filename == "xl/worksheets/sheet1.xml":
                for old, new in changes:
                    data, count = re.subn(old, new, data)
                    assert count
            made.writestr(entry.filename, data)
    return buffer.getvalue()


def test_the_sheet_is_clean_without_the_error():
    book, _ = clean()
    assert doubts(saved(book)) == []


@pytest.mark.parametrize("header", ROSTER_2022)
def test_an_error_is_a_doubt_in_every_column_and_never_an_empty_cell(header):
    content, address = with_cell(header, "#N/A", "e")
    assert ("cell_error", address) in doubts(content)


@pytest.mark.parametrize("value", ERRORS)
def test_every_error_of_a_spreadsheet_is_known(value):
    content, address = with_cell("在校生状况", value, "e")
    assert doubts(content) == [("cell_error", address)]
    written = table(home(1, 1, 在校生状况=f" {value}"))
    assert doubts(text(written), "表.csv") == [("cell_error", "M4")]


@pytest.mark.parametrize("header", ["易返贫致贫户(监测对象)类型", "户类型", "证件号码", "户编号"])
def test_a_formula_that_nobody_calculated_is_a_doubt(header):
    content, address = with_cell(header, '=IF(1<2,"a","b")', "f")
    assert ("cell_formula", address) in doubts(content)


def test_a_formula_with_a_result_is_its_result_and_an_empty_text_is_empty():
    content, address = with_cell("务工时间", "=4+4", "f")
    calculated = edited(
        content, (r"(<f>4\+4</f>)<v ?/>|(<f>4\+4</f>)<v></v>", "<f>4+4</f><v>8</v>")
    )
    assert doubts(calculated) == []
    assert read(calculated).rows[0].cells[ROSTER_2022.index("务工时间")] == "8"
    empty = edited(
        with_cell("在校生状况", '=""', "f")[0],
        (r'<c r="(M4)"([^>]*)><f>""</f><v ?/?>(</v>)?', r'<c r="\1"\2 t="str"><f>""</f><v></v>'),
    )
    assert doubts(empty) == []
    # A program that does not calculate writes 0 and asks for a calculation when it is opened.
    zero = edited(content, (r"<f>4\+4</f><v ?/?>(</v>)?", "<f>4+4</f><v>0</v>"))
    assert ("cell_formula", address) in doubts(zero)


def test_rows_of_nothing_but_formulas_are_not_lost():
    book, sheet = clean()
    for column in range(1, len(ROSTER_2022) + 1):
        sheet.cell(4, column).value = "=[1]Sheet1!A1"
        sheet.cell(5, column).value = None
    (row,) = read(saved(book)).rows
    assert (row.number, set(row.cells)) == (4, {"=[1]Sheet1!A1"})


def test_the_marked_cell_is_found_on_the_second_sheet_and_across_blocks():
    book, first = clean()
    second = book.create_sheet("二")
    for row in first.iter_rows(values_only=True):
        second.append(["" if value is None else value for value in row])
    for _ in range(5, 3000):
        second.append(["", "合计", *["x" * 30] * 20])
    cell = second.cell(4, 12)
    cell.value, cell.data_type = "#N/A", "e"
    last = second.cell(2999, 12)
    last.value, last.data_type = "#REF!", "e"
    book.move_sheet("二", -1)
    found = read(saved(book))
    sheets = {row.sheet: row for row in found.rows}
    assert sheets[0].cells[11] == "#N/A"
    assert sheets[1].cells[11] == "初中"


def test_the_national_export_with_its_177_columns_is_read():
    own = [*ROSTER_2019, *[f"列{n}" for n in range(150)]]
    assert len(own) == 177
    rows = home(1)
    assert doubts(xlsx(table(rows, own))) == []
    assert doubts(text(table(rows, own)), "表.csv") == []
    with pytest.raises(Refusal, match="256"):
        read(xlsx(table(rows, [*own, *[f"余{n}" for n in range(80)]])))


@pytest.mark.parametrize("where", ["KN5", "XFD1048576", "A300000"])
def test_a_far_colour_harms_nobody_and_far_content_is_refused(where):
    book, sheet = clean()
    sheet[where].fill = PatternFill("solid", fgColor="FFFF00")
    assert doubts(saved(book)) == []
    sheet[where].value = 1
    with pytest.raises(Refusal) as refused:
        read(saved(book))
    assert refused.value.reason == "too_wide"


def test_too_many_far_colours_are_refused():
    cells = "".join(
        f'<c r="{get_column_letter(n)}{m}"/>' for m in range(1, 200) for n in range(300, 1400)
    )
    rows = f"<row>{cells}</row></sheetData>"
    book, _ = clean()
    with pytest.raises(Refusal) as refused:
        read(edited(saved(book), ("</sheetData>", rows)))
    assert refused.value.reason == "too_wide"
