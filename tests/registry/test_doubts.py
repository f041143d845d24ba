"""Each doubt: one written cell, one reason, at its address; dirt that harms nobody is none."""

import datetime

import pytest

from tests.registry.sheets import (
    COUNTY,
    ON,
    ROSTER_2019,
    headers,
    home,
    number,
    table,
    text,
    xlsx,
)  # fmt: skip
from wengu.intake import reading
from wengu.intake.spec import Context, letter
from wengu.kernel.idcard import complete
from wengu.registry.imports import reasons
from wengu.registry.imports.layouts import ROSTER_COLUMNS
from wengu.registry.imports.places import Places
from wengu.registry.imports.roster import coercions
from wengu.registry.imports.specs import SPECS

PLACES = Places.packaged("2020-07-01")


def check(content, name="表.xlsx"):
    found = reading.read(content, name=name, specs=SPECS)
    groups = found.spec.check(found.rows, found.heads, Context(ON, COUNTY, PLACES, 2019))
    return found, groups


def doubts(rows):
    """Return (code, address) of every doubt of a roster of 2019."""
    found, groups = check(xlsx(table(rows)))
    return sorted(
        (each.code, f"{letter(found.heads[0].fields[each.fields[0]])}{each.row}")
        for group in groups
        for each in group.found
    )


def child(birth, **cells):
    """A clean couple with a child."""
    rows = home(1, 3)
    rows[2] |= {
        "证件号码": number(birth, 7), "文化程度": "", "在校生状况": "小学", "健康状况": "健康",
        "劳动技能": "无劳动力", "务工状况": "", "务工时间": "",
    }  # fmt: skip
    rows[2] |= cells
    return rows


def test_clean_households_have_no_doubts():
    assert doubts(home(1, 4) + home(2, 1)) == []
    assert doubts(child("20100101")) == []


# Column and written text on the first row of a couple → the doubt and its cell.
CELLS = [
    ("证件号码", "", "id_missing", "H4"),
    ("证件号码", "32072319600101", "id_length", "H4"),
    ("证件号码", number("19600101", 1)[:-1] + "A", "id_characters", "H4"),
    ("证件号码", "X" + number("19600101", 1)[1:], "id_characters", "H4"),
    ("证件号码", number("19600101", 1)[:-1] + "7", "id_checksum", "H4"),
    ("证件号码", "3.20723E+17", "id_truncated", "H4"),
    ("证件号码", "320723196001010000", "id_truncated", "H4"),
    ("证件号码", complete("32072319601301001"), "id_birth_impossible", "H4"),
    ("证件号码", complete("99072319600101001"), "id_region", "H4"),
    ("证件号码", "999999196001010011", "id_placeholder", "H4"),
    ("姓名", "", "name_missing", "G4"),
    ("姓名", "王?国", "name_characters", "G4"),
    ("姓名", "王" * 61, "text_too_long", "G4"),
    ("与户主关系", "亲家", "relation_unknown", "J4"),
    ("与户主关系", "", "relation_missing", "J4"),
    ("民族", "本地", "choice_unknown", "K4"),
    ("文化程度", "博士后", "choice_unknown", "L4"),
    ("文化程度", "", "schooling_neither", "L4"),
    ("健康状况", "", "health_missing", "N4"),
    ("健康状况", "好", "choice_unknown", "N4"),
    ("健康状况", "残疾,长期慢性病", "disability_no_certificate", "N4"),
    ("劳动技能", "", "labour_missing", "O4"),
    ("务工时间", "13", "months_range", "Q4"),
    ("务工时间", "0", "work_place_months", "Q4"),
    ("参加大病医疗", "不详", "yesno_invalid", "R4"),
    ("务工时间", "8²", "months_range", "Q4"),
    ("务工时间", "⑧", "months_range", "Q4"),
]
# The same for a column of the household, written on all of its rows.
SHARED = [
    ("乡镇", "无此镇", "town_unknown", "B4"),
    ("行政县", "无此县", "county_unknown", "A4"),
    ("行政村", "无此村", "village_unknown", "C4"),
    ("户编号", "", "household_id_missing", "E4"),
    ("户编号", "3207231002000000", "serial_zeros", "E4"),
    ("户编号", "320723100200000000", "serial_zeros", "E4"),
    ("人数", "两人", "members_not_number", "I4"),
    ("人数", "3", "members_count", "I4"),
    ("脱贫属性", "脱了", "choice_unknown", "S4"),
    ("脱贫年度", "2013", "exit_year_invalid", "T4"),
    ("脱贫年度", "18年", "exit_year_invalid", "T4"),
    ("脱贫年度", "", "exit_year_missing", "T4"),
    ("主要致贫原因", "因残", "cause_disability_nobody", "V4"),
    ("主要致贫原因", "因学", "cause_schooling_nobody", "V4"),
    ("主要致贫原因", "缺劳力", "cause_labour_enough", "V4"),
    ("健康状况", "健康", "cause_illness_nobody", "V4"),
    ("危房户", "同上", "yesno_invalid", "W4"),
    ("人均纯收入", "", "income_missing", "Z4"),
    ("人均纯收入", "约8000", "income_not_number", "Z4"),
    ("人均纯收入", "8000²", "income_not_number", "Z4"),
    ("人均纯收入", "①", "income_not_number", "Z4"),
    ("人均纯收入", "-20", "income_negative", "Z4"),
    ("人均纯收入", "99.99", "income_implausible", "Z4"),
    ("人均纯收入", "100000.01", "income_implausible", "Z4"),
    ("联系电话", "", "phone_missing", "AA4"),
    ("联系电话", "1380000", "phone_length", "AA4"),
]


@pytest.mark.parametrize(("column", "written", "code", "address"), CELLS)
def test_a_doubtful_cell(column, written, code, address):
    rows = home(1)
    rows[0][column] = written
    assert doubts(rows) == [(code, address)]


@pytest.mark.parametrize(("column", "written", "code", "address"), SHARED)
def test_a_doubtful_column_of_a_household(column, written, code, address):
    assert doubts(home(1, **{column: written})) == [(code, address)]


def test_bounds_of_income_are_plausible():
    assert doubts(home(1, 人均纯收入="100")) == doubts(home(1, 人均纯收入="100000")) == []


@pytest.mark.parametrize("written", ["3.20723E+11", "3.20723e17", "３.２E＋17", "1001.5"])
def test_a_household_number_stored_as_a_figure_is_a_doubt_on_every_row(written):
    found = doubts(home(1, 户编号=written))
    assert found == [("serial_truncated", "E4"), ("serial_truncated", "E5")]


def test_long_numbers_stored_as_figures_do_not_merge_two_households():
    rows = home(1, 1, 户编号=320723100200000011) + home(2, 1, 户编号=320723100200000012)
    assert doubts(rows) == [("serial_truncated", "E4"), ("serial_truncated", "E5")]
    _, groups = check(xlsx(table(rows)))
    assert [len(group.rows) for group in groups] == [1, 1]
    rows = home(1, 1, 人编号="3.2E+13")
    assert doubts(rows) == [("serial_truncated", "F4")]


def test_an_exit_year_of_a_household_that_has_not_exited():
    rows = home(1, 脱贫属性="未脱贫", 贫困户属性="一般贫困户")
    assert doubts(rows) == [("exit_year_unexpected", "T4")]


# A child's birth and cells → the doubt.
CHILDREN = [
    ("20100101", {"文化程度": "小学"}, "schooling_both", "M6"),
    ("20100101", {"在校生状况": "", "文化程度": "小学"}, "schooling_out_of_school", "M6"),
    ("20130702", {"在校生状况": "七年级"}, "schooling_stage_age", "M6"),
    ("20000101", {"文化程度": "小学", "在校生状况": "", "劳动技能": "普通劳动力",
                  "务工状况": "省外", "务工时间": "3"}, "education_age", "L6"),
    ("20100101", {"劳动技能": "普通劳动力"}, "labour_child", "O6"),
    ("20020101", {"在校生状况": "", "文化程度": "初中"}, "labour_healthy_none", "O6"),
    ("20020101", {"在校生状况": "", "文化程度": "初中", "劳动技能": "丧失劳动力"},
     "labour_healthy_lost", "O6"),
    ("20020101", {"在校生状况": "", "文化程度": "初中", "健康状况": "患有大病", "务工时间": "3",
                  "务工状况": "省外"}, "work_without_labour", "Q6"),
    ("20100101", {"务工时间": "3", "务工状况": "省外"}, "student_working", "Q6"),
    ("20100101", {"与户主关系": "之女"}, "relation_sex", "J6"),
    ("19701231", {"在校生状况": "", "文化程度": "初中", "劳动技能": "普通劳动力"},
     "relation_age", "J6"),
]  # fmt: skip


@pytest.mark.parametrize(("birth", "cells", "code", "address"), CHILDREN)
def test_a_doubtful_child(birth, cells, code, address):
    assert doubts(child(birth, **cells)) == [(code, address)]


def test_the_heads_and_spouses_of_a_household():
    two = home(1, 3)
    two[1]["与户主关系"] = "户主"
    assert ("household_two_heads", "J5") in doubts(two)
    none = home(1, 3)
    none[0]["与户主关系"] = "其他"
    none[1]["与户主关系"] = "其他"
    assert doubts(none) == [("household_no_head", "J4")]
    wives = home(1, 3)
    wives[2] |= {"与户主关系": "配偶", "证件号码": number("19650101", 9, male=False)}
    assert doubts(wives) == [("household_two_spouses", "J6")]
    same = home(1)
    same[1]["证件号码"] = number("19620101", 9)
    assert doubts(same) == [("spouse_sex", "J5")]


def test_disability_numbers():
    rows = home(1)
    rows[0]["证件号码"] += "42"
    assert doubts(rows) == [("certificate_not_disabled", "N4"), ("labour_severe_disability", "O4")]
    rows[0] |= {"健康状况": "残疾", "劳动技能": "丧失劳动力", "务工状况": "", "务工时间": ""}
    assert doubts(rows) == []
    rows[0]["证件号码"] = rows[0]["证件号码"][:18] + "92"
    assert doubts(rows) == [("id_suffix", "H4")]


def test_a_letter_that_counts_the_issues_is_only_to_be_checked():
    rows = home(1)
    rows[0] |= {"健康状况": "残疾", "劳动技能": "丧失劳动力", "务工状况": "", "务工时间": ""}
    rows[0]["证件号码"] += "61B1"
    _, (group,) = check(xlsx(table(rows)))
    assert [d.code for d in group.found] == ["id_reissue_letters"]
    assert group.statements[0].persons[0].facts["disability"] == "61"


def test_duplicates_name_the_other_row():
    rows = home(1) + home(2)
    rows[3]["证件号码"] = rows[1]["证件号码"]
    _, groups = check(xlsx(table(rows)))
    assert [(d.code, d.row, d.detail["rows"]) for g in groups for d in g.found] == [
        ("id_duplicate_elsewhere", 5, "7"), ("id_duplicate_elsewhere", 7, "5"),
    ]  # fmt: skip
    rows = home(1, 3)
    rows[2]["证件号码"] = rows[0]["证件号码"]
    assert [d for d in doubts(rows) if d[0].startswith("id_")] == [
        ("id_duplicate_household", "H4"), ("id_duplicate_household", "H6"),
    ]  # fmt: skip
    rows = home(1) + home(2, 联系电话=home(1)[0]["联系电话"])
    assert doubts(rows) == [("phone_shared", "AA4"), ("phone_shared", "AA6")]


def test_a_column_of_the_household_that_differs():
    rows = home(1)
    rows[1]["危房户"] = "是"
    assert doubts(rows) == [("household_values_differ", "W5")]


def test_a_village_outside_the_batch():
    found = reading.read(xlsx(table(home(1))), name="a.xlsx", specs=SPECS)
    town = Context(ON, "320723100000", PLACES, 2019)
    (group,) = found.spec.check(found.rows, found.heads, town)
    assert [d.code for d in group.found] == ["village_outside"]


HARMLESS = [
    {"姓名": " 王 建国 "},
    {"证件号码": number("19600101", 1).translate(str.maketrans("0123", "０１２３"))},
    {"务工时间": "８"}, {"务工时间": "8.0"}, {"人均纯收入": "8,640.50"}, {"人均纯收入": " 8640.5 "},
    {"联系电话": "13800000001.0"}, {"联系电话": "138 0000 0001"}, {"健康状况": "长期慢性病，"},
    {"民族": "汉"}, {"行政村": "树云村委会"}, {"行政村": "320723001200"}, {"脱贫属性": "脱贫"},
    {"脱贫年度": "2018年"}, {"脱贫年度": "2018年度"}, {"危房户": "无"}, {"饮水困难": "无"},
    {"户编号": "320723000001.0"}, {"人编号": "'32072300000101.0"}, {"务工状况": "省 外"},
    {"贫困户属性": "一般脱贫户\u3000"},
]  # fmt: skip


@pytest.mark.parametrize("dirt", HARMLESS, ids=str)
def test_harmless_dirt_is_no_doubt_and_makes_no_other_fact(dirt):
    _, (clean,) = check(xlsx(table(home(1, 1))))
    _, (group,) = check(xlsx(table(home(1, 1, **dirt))))
    assert group.found == []
    assert group.statements == clean.statements


ROSTER_2022 = headers("""
    序号|县(市、区、旗)|乡(镇)|行政村|自然村|户编号|人编号|姓名|证件号码|人数|与户主关系|民族|文化程度
    |在校生状况|健康状况|劳动技能|务工时间（月）|是否参加大病保险|致贫原因1|危房户|是否解决安全饮用水
    |人均纯收入|户联系电话
""")
ROSTER_2021 = headers("""
    县|乡|村|户编号|人口编号|姓名|证件号码|民族|户联系电话|与户主关系|文化程度|在校生状况|劳动技能
    |务工时间（月）|健康状况|是否参加大病保险|务工所在地
""")
OTHER_NAMES = {
    "县(市、区、旗)": "行政县", "乡(镇)": "乡镇", "务工时间（月）": "务工时间",
    "是否参加大病保险": "参加大病医疗", "致贫原因1": "主要致贫原因",
    "是否解决安全饮用水": "饮水安全", "户联系电话": "联系电话", "县": "行政县", "乡": "乡镇",
    "村": "行政村", "人口编号": "人编号",
    "务工所在地": "务工状况",
}  # fmt: skip


@pytest.mark.parametrize("layout", [ROSTER_2021, ROSTER_2022], ids=["2021", "2022"])
def test_two_layouts_of_the_same_household_state_the_same(layout):
    rows = home(1, 3)
    names = [OTHER_NAMES.get(header, header) for header in layout]
    told = [
        {header: row.get(name, "") for header, name in zip(layout, names, strict=True)}
        for row in rows
    ]
    _, (one,) = check(xlsx(table(told, layout)))
    _, (other,) = check(xlsx(table(rows, [header for header in ROSTER_2019 if header in names])))
    assert one.found == other.found == []
    assert one.statements == other.statements


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_every_form_of_the_file_states_the_same(encoding):
    rows = home(1, 3)
    _, (one,) = check(xlsx(table(rows)))
    _, (other,) = check(text(table(rows), encoding), "表.csv")
    assert one.statements == other.statements


EXTRA = [*ROSTER_2019, "残疾类别", "残疾证办证年度", "年度"]


def extra(**cells):
    """The doubts of a couple under a header with more columns of 2021."""
    rows = home(1)
    rows[0] |= cells
    for row in rows:
        row["年度"] = cells.get("年度", "")
    _, groups = check(xlsx(table(rows, EXTRA)))
    return [(d.code, d.fields[0]) for group in groups for d in group.found]


LAME = {"健康状况": "残疾", "劳动技能": "丧失劳动力", "务工状况": "", "务工时间": ""}


def test_the_columns_of_disability_are_compared_with_number_and_health():
    lame = number("19600101", 1, extra="42")
    assert extra(残疾类别="肢体", 证件号码=lame, 残疾证办证年度="2015", **LAME) == []
    assert extra(残疾类别="听力,肢体", 证件号码=lame, **LAME) == []
    assert extra(残疾类别="听力", 证件号码=lame, **LAME) == [
        ("disability_type_differs", "disability_type")
    ]
    assert extra(残疾类别="肢体残疾") == [("disability_type_healthy", "disability_type")]
    assert extra(残疾证办证年度="2015年") == [("disability_type_healthy", "certificate_year")]
    assert extra(残疾类别="胖") == [("choice_unknown", "disability_type")]
    assert extra(证件号码=lame, 残疾证办证年度="2050", **LAME) == [
        ("certificate_year", "certificate_year")
    ]
    young = number("20000101", 1, extra="42")
    assert ("certificate_year", "certificate_year") in extra(
        证件号码=young, 残疾证办证年度="1995", **LAME
    )


def test_a_type_of_disability_is_a_fact_where_health_is_not_told():
    names = [name for name in EXTRA if name != "健康状况"]
    _, (group,) = check(xlsx(table(home(1, 1, 残疾类别="视力"), names)))
    assert group.statements[0].persons[0].facts["disabled"] is True


def test_the_year_of_the_sheet_is_compared_with_the_stated_one():
    assert extra(年度="2019") == extra(年度="2019年") == []
    assert extra(年度="2021") == [("year_invalid", "year")]
    assert extra(年度="2018") == [("period_differs", "year")]


def test_every_column_that_counts_as_matched_is_read():
    read = coercions(ON, COUNTY).keys() | {"id_number"}
    assert {column.field for column in ROSTER_COLUMNS} == read


def test_every_reason_has_its_sentences_in_both_languages():
    for code, reason in reasons.catalogue().items():
        assert reason.severity in {"must_fix", "please_check"}, code
        assert all([reason.reason, reason.reason_en, reason.remedy, reason.remedy_en]), code
        assert "…" not in reasons.sentence(code, dict.fromkeys(
            ("rows", "members", "heads", "spouses", "years", "actual", "stated", "age", "able",
             "yuan", "household", "since", "before", "left", "expected", "why",
             "names", "period", "months", "hospital", "admitted", "discharged",
             "day"), 1))  # fmt: skip


def test_who_has_finished_junior_high_school_is_not_out_of_school():
    for birth, expected in (("20060101", []), ("20070101", ["schooling_out_of_school"])):
        found = doubts(child(birth, 在校生状况="", 文化程度="初中"))
        assert [code for code, _ in found if code == "schooling_out_of_school"] == expected


def test_the_day_of_the_statement_decides_ages():
    rows = child("20130702", 在校生状况="", 文化程度="学龄前儿童")
    assert doubts(rows) == []
    found = reading.read(xlsx(table(rows)), name="a.xlsx", specs=SPECS)
    later = Context(datetime.date(2020, 7, 2), COUNTY, PLACES, 2019)
    (group,) = found.spec.check(found.rows, found.heads, later)
    assert [d.code for d in group.found] == ["schooling_out_of_school"]
