"""The doubt workbook: the clerk's own file, only what waits, marked, fit to be handed in again."""

import io

import openpyxl
import pytest
import xlsxwriter

from tests.registry.lists import DIBAO, dibao, flags
from tests.registry.sheets import (
    ON,
    ROSTER_2019,
    home,
    receive,
    table,
    take_in,
    text,
    xlsx,
)
from wengu import mechanism
from wengu.intake import actions
from wengu.intake.models import Doubt, Row
from wengu.registry.imports.doors import door_of
from wengu.registry.models import Household, Listed, Listing, ListingGap, Membership

pytestmark = [pytest.mark.db, pytest.mark.django_db]


def bad_rows():
    rows = home(1) + home(2, 3) + home(3)
    rows[3]["民族"] = "本地"
    for row in rows[5:]:
        row["联系电话"] = ""
    return rows


def opened(batch):
    content = mechanism.doubt_workbook(batch=batch)
    return content, openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_it_keeps_the_layout_and_says_what_is_wrong(divisions, form):
    cells = table(bad_rows())
    content = xlsx(cells) if form == "xlsx" else text(cells, "gb18030")
    batch = take_in(content, name=f"花名册.{form}")
    _, sheet = opened(batch)
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][0] == rows[1][0] == "模拟数据"
    assert rows[2][:27] == ROSTER_2019
    assert rows[2][27:] == ["疑点", "怎样改"]
    assert [row[6] for row in rows[3:]] == ["王建国", "李建国", "张建国", "王建国", "李建国"]
    assert rows[4][27] == "民族：所填内容不在代码表中"
    assert rows[3][27] == "同户有疑点，一并等待"
    marked = sheet["K5"]
    assert marked.fill.fgColor.rgb.endswith("FBE9E7")
    assert "代码表" in marked.comment.text
    assert sheet["AA7"].fill.fgColor.rgb.endswith("FBF0D8")
    assert all(cell.number_format == "@" for cell in sheet[4] if cell.value)


def test_it_comes_back_mended_and_joins_what_is_in(divisions):
    batch = take_in(xlsx(table(bad_rows())))
    assert Household.objects.count() == 1
    content, _ = opened(batch)
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    sheet["K5"] = "汉族"
    sheet["AA7"] = sheet["AA8"] = "13800000003"
    buffer = io.BytesIO()
    book.save(buffer)
    again = take_in(buffer.getvalue(), name="疑点.xlsx")
    assert again.counts["applied"] == 5
    assert not Doubt.objects.filter(batch=again).exists()
    assert Household.objects.count() == 3


def test_as_it_is_it_has_the_same_doubts_again(divisions):
    batch = take_in(xlsx(table(bad_rows())))
    content, _ = opened(batch)
    again = receive(content, name="疑点.xlsx")
    codes = sorted(Doubt.objects.filter(batch=batch).values_list("code", flat=True))
    assert sorted(Doubt.objects.filter(batch=again).values_list("code", flat=True)) == codes


@pytest.mark.parametrize("evil", ['=HYPERLINK("http://x","y")', "+1+1", "@SUM(A1)", "-2+3"])
def test_no_cell_becomes_a_formula(divisions, evil):
    rows = home(1, 自然村=evil, 民族="本地")
    _, sheet = opened(receive(xlsx(table(rows))))
    assert sheet["D4"].value == evil
    assert sheet["D4"].data_type == "s"
    assert sheet["D4"].quotePrefix


def test_styles_and_drop_down_lists_of_the_clerk_are_kept(divisions):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        page = book.add_worksheet("伊山镇")
        bold = book.add_format({"bold": True})
        for r, row in enumerate(table(home(1, 民族="本地"))):
            for c, value in enumerate(row):
                page.write_string(r, c, value, bold if r == 2 else None)
        page.set_column(7, 7, 33)
        page.data_validation("K4:K99", {"validate": "list", "source": ["汉族", "回族"]})
    _, sheet = opened(receive(buffer.getvalue()))
    assert sheet.title == "伊山镇"
    assert sheet["H3"].font.bold
    assert sheet.column_dimensions["H"].width > 30
    assert sheet.data_validations.dataValidation[0].formula1 == '"汉族,回族"'


def test_a_part_of_a_list_ends_nobodys_benefit_and_fills_its_gaps(divisions):
    people = home(1) + home(2)
    take_in(xlsx(table(people)))
    listed = dibao(people)
    listed[3]["金额"] = "四百"
    batch = take_in(xlsx(table(listed, DIBAO)), name="低保.xlsx")
    assert [row[1:] for row in flags().values()] == [(True, True), (True, True)]
    [gap] = ListingGap.objects.filter(superseded_seq=None, listing__kind="dibao")
    member = Membership.objects.get(person__id_index=bytes(gap.number))
    assert member.household.number == "320723000002"
    content, _ = opened(batch)
    book = openpyxl.load_workbook(io.BytesIO(content))
    book.worksheets[0]["J4"] = "430"
    buffer = io.BytesIO()
    book.save(buffer)
    take_in(buffer.getvalue(), name="疑点.xlsx")
    assert Listed.objects.filter(superseded_seq=None).count() == 4
    assert Listing.objects.count() == 1
    assert not ListingGap.objects.filter(superseded_seq=None).exists()


def test_a_waiting_row_keeps_its_holders_benefit(divisions):
    people = home(1) + home(2)
    take_in(xlsx(table(people)))
    take_in(xlsx(table(dibao(people), DIBAO)), name="低保.xlsx")
    wrong = dibao(people)
    wrong[2]["金额"] = wrong[3]["身份证号"] = "约"
    later = ON.replace(month=8)
    take_in(xlsx(table(wrong, DIBAO)), name="低保.xlsx", on=later)
    assert list(flags(later).values()) == [(True, True, True), (True, True, True)]


def test_a_list_is_taken_back(divisions):
    people = home(1)
    take_in(xlsx(table(people)))
    batch = take_in(xlsx(table(dibao(people), DIBAO)), name="低保.xlsx")
    actions.reverse(batch=batch, door=door_of(batch), by="测试")
    assert batch.outcome == {}
    assert list(flags().values()) == [(False, None, None)]
    assert not Listing.objects.filter(superseded_seq=None).exists()
    assert Row.objects.filter(batch=batch, applied=True).count() == 0
