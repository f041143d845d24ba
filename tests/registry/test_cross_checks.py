"""Cells of a person or a household that contradict each other: one doubt at its cell, or none."""

import pytest

from tests.registry.sheets import COUNTY, ON, ROSTER_2019, home, number, table, xlsx
from wengu.intake import reading
from wengu.intake.spec import Context
from wengu.registry.imports.places import Places
from wengu.registry.imports.specs import SPECS

PLACES = Places.packaged(ON.isoformat())
MORE = [
    "失学或辍学原因", "是否参加城乡居民基本医疗保险", "是否参加城镇职工基本医疗保险",
    "公益性岗位类型", "公益性岗位(月数)", "监测对象类别", "风险是否消除", "风险识别时间",
    "风险消除时间", "户主姓名", "户主证件号码",
]  # fmt: skip


def doubts(rows, more=MORE):
    """Return (code, row, header of its first cell) of every doubt."""
    names = [*ROSTER_2019, *more]
    found = reading.read(xlsx(table(rows, names)), name="表.xlsx", specs=SPECS)
    groups = found.spec.check(found.rows, found.heads, Context(ON, COUNTY, PLACES, 2019))
    head = found.heads[0]
    return [
        (each.code, each.row, head.headers[head.fields[each.fields[0]]])
        for group in groups
        for each in group.found
    ]


def of_first(**cells):
    rows = home(1)
    rows[0] |= cells
    return doubts(rows)


WATCHED = {"监测对象类别": "边缘易致贫户", "风险是否消除": "否", "风险识别时间": "2020年1月"}
CLEARED = WATCHED | {
    "风险是否消除": "是", "风险识别时间": "2019年10月", "风险消除时间": "2020年5月",
}  # fmt: skip
OF_PERSON = [
    ({"健康状况": "健康,长期慢性病"}, ["health_contradiction"]),
    ({"健康状况": "长期慢性病,患有大病"}, []),
    ({"失学或辍学原因": "因病", "健康状况": "健康"}, ["absence_reason_healthy"]),
    ({"失学或辍学原因": "厌学", "健康状况": "健康"}, []),
    ({"失学或辍学原因": "因病"}, []),
    ({"是否参加城乡居民基本医疗保险": "否", "是否参加城镇职工基本医疗保险": "否"},
     ["insurance_none"]),
    ({"是否参加城乡居民基本医疗保险": "否"}, []),
    ({"参加大病医疗": "否"}, ["serious_insurance_none"]),
    ({"公益性岗位类型": "保洁员"}, ["post_away"]),
    ({"公益性岗位类型": "保洁员", "务工状况": "乡（镇）内"}, []),
    ({"公益性岗位类型": "无"}, []),
    ({"公益性岗位类型": "保洁员", "务工状况": "乡（镇）内", "证件号码": number("19490101", 5)},
     ["post_age"]),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "expected"), OF_PERSON)
def test_the_cells_of_a_person(cells, expected):
    assert [code for code, *_ in of_first(**cells)] == expected


OF_HOME = [
    ({"饮水困难": "是"}, ["water_contradiction"]),
    ({"饮水安全": "否", "饮水困难": "是"}, []),
    ({"贫困户属性": "低保脱贫户", "脱贫属性": "未脱贫", "脱贫年度": ""}, ["kind_exit_status"]),
    ({"贫困户属性": "低保贫困户", "脱贫属性": "未脱贫", "脱贫年度": ""}, []),
    (WATCHED, []),
    (CLEARED, []),
    (WATCHED | {"监测对象类别": ""}, ["risk_without_kind"]),
    (CLEARED | {"风险消除时间": ""}, ["risk_cleared_undated"]),
    (WATCHED | {"风险消除时间": "2020年6月", "风险识别时间": "2019年1月"},
     ["risk_until_unexpected"]),
    (CLEARED | {"风险消除时间": "2020年3月"}, ["risk_cleared_early"]),
    (CLEARED | {"风险消除时间": "2020年4月"}, []),
    (CLEARED | {"劳动技能": "无劳动力", "务工状况": "", "务工时间": ""},
     ["risk_cleared_no_labour"]),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "expected"), OF_HOME)
def test_the_columns_of_a_household(cells, expected):
    assert [code for code, *_ in doubts(home(1, **cells))] == expected


def test_the_heads_columns_are_compared_with_the_heads_row():
    rows = home(1)
    own = {"户主姓名": rows[0]["姓名"], "户主证件号码": rows[0]["证件号码"].lower()}
    assert doubts(home(1, **own)) == []
    assert doubts(home(1, **own | {"户主姓名": "赵六"})) == [("head_differs", 4, "户主姓名")]
    other = own | {"户主证件号码": number("19800101", 9)}
    assert doubts(home(1, **other)) == [("head_differs", 4, "户主证件号码")]
    # Where the head's own row is doubtful, that doubt is enough.
    rows = home(1, **other)
    rows[0]["证件号码"] = "320723"
    assert [code for code, *_ in doubts(rows)] == ["id_length"]


def test_a_person_number_stands_once():
    rows = home(1) + home(2)
    rows[3]["人编号"] = rows[0]["人编号"]
    assert doubts(rows) == [("number_duplicate", 4, "人编号"), ("number_duplicate", 7, "人编号")]
