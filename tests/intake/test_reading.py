"""Files as clerks have them: read where they can be, refused in plain words where not."""

import contextlib
import datetime
import io
import random
import re
import zipfile

import pytest
from django.utils import translation

from tests.registry.sheets import ROSTER_2019, home, table, text, xlsx
from wengu.intake import guard, parser, reader, reading, unread
from wengu.intake.guard import Refusal
from wengu.intake.spec import Context
from wengu.registry.imports.places import Places
from wengu.registry.imports.specs import SPECS


def read(content, name="表.xlsx", period=None):
    return reading.read(content, name=name, specs=SPECS, period=period)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_a_text_table_is_read_in_every_usual_encoding(encoding):
    found = read(text(table(home(1)), encoding), "表.csv")
    assert [row.cells[6] for row in found.rows] == ["王建国", "李建国"]
    assert (found.spec.name, found.layout) == ("roster", "2019")


def test_a_rare_character_survives_gb18030():
    (row,) = read(text(table(home(1, 1, 姓名="王䶮")), "gb18030"), "表.csv").rows
    assert row.cells[6] == "王䶮"


@pytest.mark.parametrize("titles", range(9))
def test_the_header_is_found_below_any_title(titles):
    found = read(xlsx(table(home(1), titles=titles)))
    assert found.heads[0].row == titles + 1
    assert [row.number for row in found.rows] == [titles + 2, titles + 3]


def test_a_header_in_the_eleventh_row_is_not_guessed():
    with pytest.raises(Refusal, match="没有认出表头"):
        read(xlsx(table(home(1), titles=10)))


def test_a_total_row_a_note_and_a_repeated_header_are_passed_over_and_said():
    cells = table(home(1), total=False)
    cells.insert(4, list(ROSTER_2019))
    cells += [[""] * 27, ["合 计"] + [""] * 26, ["填表人：张三"] + [""] * 26]
    found = read(xlsx(cells))
    assert [row.number for row in found.rows] == [4, 6]
    assert [(s.row, s.why) for s in found.skipped] == [(5, "header"), (8, "total"), (9, "note")]


def test_headers_of_other_spellings_are_the_same_columns():
    cells = table(home(1))
    cells[2][7], cells[2][2], cells[2][22] = "＊身份证号码", "村", "是否危房户 "
    found = read(xlsx(cells))
    assert {"id_number", "village", "house_dangerous"} <= found.heads[0].fields.keys()


INCOME = ROSTER_2019.index("人均纯收入")


@pytest.mark.parametrize(
    ("header", "period", "known"),
    [
        ("人均纯收入（元）", None, True),
        ("家庭人均纯收入（元）", 2019, True),
        ("2019年人均纯收入", 2019, True),
        ("2019 年度家庭人均纯收入（元）", 2019, True),
        ("2018年人均纯收入", 2019, False),
        ("2019年人均纯收入", None, False),
        ("人均纯收入（万元）", 2019, False),
        ("2019年人均纯收入（万元）", 2019, False),
        ("人均纯收入增幅", 2019, False),
    ],
)
def test_an_income_is_read_where_unit_and_year_are_known_and_else_named(header, period, known):
    cells = table(home(1))
    cells[2][INCOME] = header
    found = read(xlsx(cells), period=period)
    assert found.heads[0].fields.get("income") == (INCOME if known else None)
    named = unread.columns(found.heads.values(), found.spec)
    assert [(one.letter, one.header, one.like) for one in named] == (
        [] if known else [("Z", header, "人均纯收入")]
    )


def test_every_column_that_is_not_read_is_named_once():
    more = table(home(1), [*ROSTER_2019, "网格员", "", "备 注甲", "疑点"])
    found = read(xlsx(more, table(home(2), [*ROSTER_2019, "2018年人均纯收入"])))
    named = unread.columns(found.heads.values(), found.spec)
    assert [(one.sheet, one.letter, one.header, one.said) for one in named] == [
        ("Sheet1", "AB", "网格员", ""),
        ("Sheet1", "AD", "备 注甲", ""),
        ("Sheet2", "AB", "2018年人均纯收入", ""),
    ]


def test_two_years_of_income_are_never_mixed():
    cells = table(home(1))
    for row, added in zip(cells[2:], ("2018年人均纯收入", "1", "2"), strict=False):
        row.append(added)
    cells[2][INCOME] = "2019年人均纯收入"
    assert read(xlsx(cells), period=2019).heads[0].letter("income") == "Z"
    assert read(xlsx(cells), period=2018).heads[0].letter("income") == "AB"
    cells[2][INCOME] = "人均纯收入"
    with pytest.raises(Refusal, match="Z「人均纯收入」 = AB「2018年人均纯收入」"):
        read(xlsx(cells), period=2018)


def test_a_lacking_column_is_named():
    cells = table(home(1))
    cells[2][7] = "某列"
    with pytest.raises(Refusal, match="证件号码"):
        read(xlsx(cells))


def test_two_columns_of_one_field_that_differ_are_never_chosen_between():
    cells = table(home(1))
    for row, added in zip(cells[2:], ("是否危房", "否", "是"), strict=False):
        row.append(added)
    with pytest.raises(Refusal, match=r"W「危房户」 = AB「是否危房」 \(5\)"):
        read(xlsx(cells))
    found = read(xlsx(cells, table(home(2)), names=("东片", "西片")))
    assert {row.sheet for row in found.rows} == {1}
    assert [(s.name, s.why) for s in found.skipped if not s.row] == [("东片", "twice")]


def test_two_columns_of_one_field_that_agree_are_read():
    cells = table(home(1))
    for row, added in zip(cells[2:], ("是否危房", "否", " 否 "), strict=False):
        row.append(added)
    found = read(xlsx(cells))
    assert found.heads[0].letter("house_dangerous") == "W"
    assert len(found.rows) == 2


def test_several_sheets_are_read_and_others_said():
    other = [["通讯录"], ["甲", "乙"]]
    found = read(xlsx(table(home(1)), other, table(home(2)), names=("东片", "通讯录", "西片")))
    assert sorted(found.heads) == [0, 2]
    assert [(s.name, s.why) for s in found.skipped if not s.row] == [("通讯录", "no_header")]
    assert {row.sheet for row in found.rows} == {0, 2}


def test_numbers_show_as_the_clerk_sees_them():
    assert parser.cell(4.0) == "4"
    assert parser.cell(0.1 + 0.2) == "0.3"
    assert parser.cell(3.207231970010112e17) == "3.20723E+17"
    assert (
        parser.cell(datetime.datetime.combine(datetime.date(2020, 6, 30), datetime.time()))
        == "2020-06-30"
    )
    assert parser.cell('="320723197001010011"') == "320723197001010011"
    assert parser.cell(True) == "TRUE"


def test_protected_cells_of_a_text_table_are_unwrapped():
    cells = table(home(1, 1))
    cells[3][7] = f'="{cells[3][7]}"'
    (row,) = read(text(cells), "表.csv").rows
    assert row.cells[7].isalnum()


def archive(**parts):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/"), content)
    return buffer.getvalue()


def sheet_with(xml):
    """A workbook whose sheet is replaced by another text."""
    source = zipfile.ZipFile(io.BytesIO(xlsx(table(home(1)))))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for entry in source.infolist():
            own = entry.filename == "xl/worksheets/sheet1.xml"
            made.writestr(entry.filename, xml if own else source.read(entry))
    return buffer.getvalue()


HEAD = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
FAR = (
    HEAD + '<row r="1"><c r="A1"><v>1</v></c></row>'
    '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
)
DTD = '<!DOCTYPE x [<!ENTITY a "b">]>' + HEAD + "</sheetData></worksheet>"


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"", "a.xlsx", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "a.xls", "old"),
        (b"%PDF-1.7", "a.pdf", "kind"),
        (b"PK\x03\x04broken", "a.xlsx", "damaged"),
        (archive(word__document="x"), "a.xlsx", "kind"),
        (archive(xl__workbook="x") + b"", "a.xlsx", "kind"),
        (sheet_with(FAR), "a.xlsx", "too_wide"),
        (sheet_with(DTD), "a.xlsx", "declares"),
        (b"a,b\n\x00,c", "a.csv", "damaged"),
        ("姓名,村\n".encode() + b"\xff\xff\xff", "a.csv", "encoding"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_read_is_refused_in_plain_words(content, name, reason):
    with pytest.raises(Refusal) as refused:
        read(content, name)
    assert refused.value.reason == reason
    assert str(refused.value) == str(guard.REASONS[reason])
    with translation.override("en"):
        assert not re.search("[\u4e00-\u9fff]", str(refused.value))


def test_a_bomb_and_a_macro_are_refused_before_anything_is_unpacked():
    for parts, reason in (
        ({"xl/workbook.xml": "x", "xl/worksheets/sheet1.xml": "0" * (3 << 20)}, "suspicious"),
        ({"xl/workbook.xml": "x", "xl/vbaProject.bin": "x"}, "macros"),
        ({"xl/workbook.xml": "x", "../etc/x": "x"}, "suspicious"),
        ({"xl/workbook.xml": "x"} | {f"xl/{n}.xml": "x" for n in range(300)}, "suspicious"),
    ):
        with pytest.raises(Refusal) as refused:
            guard.kind(archive(**parts), name="a.xlsx")
        assert refused.value.reason == reason


def test_a_file_over_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr(guard, "LARGEST", 1000)
    with pytest.raises(Refusal) as refused:
        read(xlsx(table(home(1))))
    assert refused.value.reason == "too_large"


def damaged(content, random):
    """A file with some bytes changed, cut out or doubled."""
    data = bytearray(content)
    for _ in range(random.randint(1, 12)):
        place = random.randrange(len(data))
        kind = random.randrange(3)
        if kind == 0:
            data[place] = random.randrange(256)
        elif kind == 1:
            del data[place : place + random.randrange(1, 40)]
        else:
            data[place:place] = data[place : place + random.randrange(1, 40)]
    return bytes(data)


@pytest.mark.parametrize("seed", range(30))
def test_a_damaged_file_is_read_or_refused_never_an_error(seed):
    dice = random.Random(seed)
    for content, name in ((xlsx(table(home(1))), "a.xlsx"), (text(table(home(1))), "a.csv")):
        with contextlib.suppress(Refusal):
            found = read(damaged(content, dice), name)
            context = Context(datetime.date(2020, 7, 1), "", Places.packaged("2020-07-01"))
            assert found.spec.check(found.rows, found.heads, context) is not None


def test_a_parser_that_is_ended_by_a_limit_is_said(monkeypatch, tmp_path):
    for program, reason in (
        ("import os; os.kill(os.getpid(), 9)", "stopped"),
        ("import sys; sys.stdout.write('{\"sheet\": 1'); sys.exit(1)", "damaged"),
    ):
        parser_file = tmp_path / "parser.py"
        parser_file.write_text(f"import sys; sys.stdin.buffer.read(); {program}")
        monkeypatch.setattr(reader, "PARSER", parser_file)
        with pytest.raises(Refusal) as refused:
            read(xlsx(table(home(1))))
        assert refused.value.reason == reason
