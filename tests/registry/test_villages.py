"""The village sheet and the names of places: one row for a village, no code or unit is guessed."""

import datetime
import itertools

import pytest

from tests.registry.sheets import COUNTY, headers, home, table, take_in, xlsx
from wengu.intake import actions, reading
from wengu.intake.spec import Context
from wengu.registry.imports import bounds
from wengu.registry.imports.doors import door_of
from wengu.registry.imports.places import Division, Places
from wengu.registry.imports.specs import SPECS
from wengu.registry.models import VillageFacts

ON = datetime.date(2020, 7, 1)
LATER = datetime.date(2023, 7, 15)
PLACES = Places.packaged(ON.isoformat())
HEADERS = headers("""
    县|乡镇|行政村|行政村代码|经济薄弱村类型|是否出列|总户数|总人口数|危房户数|未实现饮水安全户数
    |低保户数|低保人口数|村级集体经济收入（万元）|到乡镇是否通沥青（水泥）路|是否通客运班车
    |行政村卫生室个数
""")
OWN, OTHER = "320723001200", "320723001201"


def row(**cells):
    made = {
        "县": "灌云县", "乡镇": "侍庄街道", "行政村": "树云村", "经济薄弱村类型": "省定",
        "是否出列": "是", "总户数": "500", "总人口数": "1500", "危房户数": "0",
        "未实现饮水安全户数": "0", "低保户数": "10", "低保人口数": "20",
        "村级集体经济收入（万元）": "20", "到乡镇是否通沥青（水泥）路": "是",
        "是否通客运班车": "是", "行政村卫生室个数": "1",
    }  # fmt: skip
    return made | cells


def check(rows, names=HEADERS, *, on=ON, region=COUNTY, places=PLACES):
    found = reading.read(xlsx(table(rows, names)), name="村.xlsx", specs=SPECS)
    return found.spec.check(found.rows, found.heads, Context(on, region, places, 2019))


def codes(rows, names=HEADERS, **more):
    return [doubt.code for group in check(rows, names, **more) for doubt in group.found]


def test_a_clean_row_states_its_village_by_name_or_by_code():
    for cells in ({}, {"行政村代码": OWN}, {"行政村": "树云村委会", "行政村代码": OWN}):
        (group,) = check([row(**cells)])
        assert group.found == []
        assert group.statements[0].village == OWN
        assert group.statements[0].facts["collective_income_fen"] == 20_000_000


def test_two_rows_of_a_village_both_wait_and_name_each_other():
    groups = check([row(), row(**{"村级集体经济收入（万元）": "1"}), row(行政村代码=OWN)])
    assert [(d.code, d.row, d.detail["rows"]) for g in groups for d in g.found] == [
        ("village_duplicate", 4, "5、6"), ("village_duplicate", 5, "4、6"),
        ("village_duplicate", 6, "4、5"),
    ]  # fmt: skip
    assert [group.statements for group in groups] == [[], [], []]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"行政村代码": OTHER}, "village_code_differs"),
        ({"行政村代码": "320723102224"}, "village_code_differs"),
        ({"行政村代码": OWN, "乡镇": "伊山镇"}, "village_code_differs"),
        ({"行政村代码": OWN, "县": "灌南县"}, "village_code_differs"),
        ({"行政村代码": "320723001000"}, "code_unknown"),
        ({"行政村代码": "320723000000"}, "code_unknown"),
        ({"行政村代码": "320723999999"}, "code_unknown"),
        ({"行政村代码": "3.20723E+11"}, "code_unknown"),
    ],
)
def test_a_code_is_of_a_village_and_agrees_with_the_names(cells, code):
    (group,) = check([row(**cells)])
    assert [doubt.code for doubt in group.found] == [code]
    assert group.statements == []


def test_a_roster_takes_no_code_of_a_town_or_of_another_town():
    for written in ("320723001000", "320723000000", "320723102224"):
        found = reading.read(xlsx(table(home(1, 1, 行政村=written))), name="a.xlsx", specs=SPECS)
        (group,) = found.spec.check(found.rows, found.heads, Context(ON, COUNTY, PLACES, 2019))
        assert [doubt.code for doubt in group.found] == ["village_unknown"]


def renamed(header):
    names = [header if name == "村级集体经济收入（万元）" else name for name in HEADERS]
    return names, row(**{header: "250000"})


def test_an_income_without_a_unit_is_a_doubt_and_yuan_are_yuan():
    names, cells = renamed("村级集体经济收入")
    assert codes([cells], names) == ["amount_unit"]
    names, cells = renamed("村级集体经济收入（元）")
    (group,) = check([cells], names)
    assert group.found == []
    assert group.statements[0].facts["collective_income_fen"] == 25_000_000
    both = [*HEADERS, "村级集体经济收入（元）"]
    assert codes([row(**{"村级集体经济收入（元）": "200000"})], both) == []
    assert codes([row(**{"村级集体经济收入（元）": "200001"})], both) == ["amount_unit"]
    assert codes([row(**{"村级集体经济收入（万元）": ""})], both) == ["amount_missing"]


def test_yuan_in_the_column_of_ten_thousands_are_doubted():
    income = "村级集体经济收入（万元）"
    assert codes([row(**{income: "180000"})]) == ["amount_out_of_range"]
    assert codes([row(**{income: "10000"})]) == ["village_income_implausible"]
    assert codes([row(**{income: "2000"})]) == []
    assert codes([row(**{income: "2000.01"})]) == ["village_income_implausible"]


COUNTS = [
    ({"低保人口数": "1501"}, ["village_persons"]),
    ({"危房户数": "300", "未实现饮水安全户数": "201"}, ["village_counts"]),
    ({"危房户数": "501"}, ["village_counts"]),
    ({"总人口数": "0"}, ["village_empty"]),
    ({"总户数": "0"}, ["village_empty"]),
    ({"行政村卫生室个数": "0"}, ["village_passed_lacks"]),
    ({"是否通客运班车": "否", "到乡镇是否通沥青（水泥）路": "否"}, ["village_passed_lacks"]),
    ({"村级集体经济收入（万元）": "0"}, ["village_passed_lacks"]),
    ({"行政村卫生室个数": "0", "是否出列": "否"}, []),
    ({"危房户数": "300", "未实现饮水安全户数": "200"}, []),
    ({"是否通客运班车": "", "行政村卫生室个数": ""}, []),
]


@pytest.mark.parametrize(("cells", "expected"), COUNTS)
def test_what_a_village_cannot_be(cells, expected):
    assert codes([row(**cells)]) == expected


def test_every_bound_is_dated_and_has_its_reason():
    for bound in bounds.catalogue():
        assert bound.least_fen < bound.most_fen
        assert "核实" in bound.reason
    assert bounds.plausible("income_per_head", 10_000_00, ON)
    assert bounds.plausible("income_per_head", 0, datetime.date(2010, 1, 1))


EARLIER = [
    Division("320700000000", "某市"), Division("320772000000", "某高新技术产业开发区"),
    Division("320772001000", "东街道"), Division("320772001200", "甲村委会"),
    Division("320772001201", "乙村委会"), Division("320772001202", "丙村委会"),
]  # fmt: skip
NOW = [
    Division("320700000000", "某市"), Division("320706000000", "海州区"),
    Division("320706005000", "东街道"), Division("320706005200", "甲村委会"),
    Division("320706005001", "乙社区居委会"), Division("320706005002", "丁社区居委会"),
]  # fmt: skip
BECAME = {
    "320772000000": "320706000000", "320772001000": "320706005000", "320772001200": "320706005200",
}  # fmt: skip


@pytest.mark.parametrize(
    ("names", "place"),
    [
        (("某高新技术产业开发区", "东街道", "甲村"), ("320706005200", "", "")),
        (("高新区", "东街道", "甲村"), ("320706005200", "", "")),
        (("320772", "东街道", "320772001200"), ("320706005200", "", "")),
        (("高新区", "东街道", "丁社区"), ("320706005002", "", "")),
        (("海州区", "东街道", "甲村"), ("320706005200", "", "")),
        (("高新区", "东街道", "乙村"), ("", "abolished", "海州区东街道")),
        (("高新区", "东街道", "丙村"), ("", "abolished", "海州区东街道")),
        (("高新区", "西街道", "甲村"), ("", "abolished", "海州区")),
        (("海州区", "西街道", "甲村"), ("", "town", "")),
        (("无此县", "东街道", "甲村"), ("", "county", "")),
    ],
)
def test_names_of_abolished_divisions_follow_the_succession(names, place):
    places = Places(NOW, BECAME, [EARLIER])
    assert tuple(places.find(*names)) == place


def test_a_village_of_an_abolished_region_lies_in_it_and_its_neighbours_do_not():
    places = Places(NOW, BECAME, [EARLIER])
    assert places.inside("320772000000", "320706005200")
    assert places.inside("320706000000", "320706005200")
    assert not places.inside("320723000000", "320706005200")


def test_the_packages_own_divisions_are_found_under_their_names_of_both_editions():
    now, then = Places.packaged(LATER.isoformat()), Places.packaged(ON.isoformat())
    assert then.find("高新区", "花果山街道", "当路村").code.startswith("320772")
    assert now.find("高新区", "花果山街道", "当路村").code.startswith("320706")
    found = now.find("灌南县", "新安镇", "镇中村")
    assert (found.code, found.unknown, found.names) == ("", "abolished", "灌南县新安镇")


def test_a_sheet_of_an_abolished_county_is_read_after_its_end():
    places = Places.packaged(LATER.isoformat())
    cells = home(1, 1, 行政县="高新区", 乡镇="花果山街道", 行政村="当路村")
    found = reading.read(xlsx(table(cells)), name="a.xlsx", specs=SPECS)
    for region in ("320772000000", "320706000000", "320700000000"):
        context = Context(LATER, region, places, 2022)
        (group,) = found.spec.check(found.rows, found.heads, context)
        assert group.found == []
        assert group.statements[0].village.startswith("320706")
    context = Context(LATER, COUNTY, places, 2022)
    (group,) = found.spec.check(found.rows, found.heads, context)
    assert [doubt.code for doubt in group.found] == ["village_outside"]


@pytest.mark.db
@pytest.mark.django_db
@pytest.mark.parametrize("order", [(2019, 2017), (2017, 2019)])
def test_the_income_of_a_later_year_stands_whatever_sheet_comes_later(divisions, order):
    for number, year in enumerate(order):
        cells = row(**{"村级集体经济收入（万元）": "20" if year == 2019 else "1",
                       "危房户数": str(number)})  # fmt: skip
        take_in(xlsx(table([cells], HEADERS)), name="村表.xlsx", period=year,
                on=ON.replace(month=7 + number))  # fmt: skip
    last = VillageFacts.objects.latest("since", "pk")
    assert (last.income_year, last.collective_income_fen) == (2019, 20_0000_00)
    assert last.dangerous_houses == 1


@pytest.mark.db
@pytest.mark.django_db
@pytest.mark.parametrize("years", list(itertools.permutations((2017, 2018, 2019))))
def test_incomes_of_several_years_say_the_same_in_whatever_order_their_sheets_come(
    divisions, years
):
    sheets = [
        (year, ON.replace(month=month), xlsx(table([row(**{
            "村级集体经济收入（万元）": str(year - 2000), "危房户数": str(month)})], HEADERS)))
        for year, month in zip(years, (7, 8, 9), strict=True)
    ]  # fmt: skip
    told = []
    for order in itertools.permutations(sheets):
        batches = [take_in(content, name="村表.xlsx", period=year, on=on)
                   for year, on, content in order]  # fmt: skip
        rows = VillageFacts.objects.filter(superseded_seq=None).order_by("since")
        told.append([
            (one.since.month, one.income_year, one.collective_income_fen, one.dangerous_houses)
            for one in rows
        ])  # fmt: skip
        for batch in reversed(batches):
            actions.reverse(batch=batch, door=door_of(batch), by="测试")
            assert batch.outcome == {}
        assert not VillageFacts.objects.filter(superseded_seq=None).exists()
    best = [max(years[:n]) for n in (1, 2, 3)]
    assert told == [
        [(7 + n, year, (year - 2000) * 10_000_00, 7 + n) for n, year in enumerate(best)]
    ] * 6  # fmt: skip


def houses(*days):
    said = {
        row.since: row.dangerous_houses for row in VillageFacts.objects.filter(superseded_seq=None)
    }
    return [said[max(day for day in said if day <= on)] for on in days]


@pytest.mark.db
@pytest.mark.django_db
def test_a_sheet_that_says_the_same_is_not_undone_by_an_older_one(divisions):
    july, august, september = (datetime.date(2020, month, 1) for month in (7, 8, 9))
    first = take_in(xlsx(table([row()], HEADERS)), on=july)
    take_in(xlsx(table([row()], HEADERS)), on=september)
    take_in(xlsx(table([row(危房户数="3")], HEADERS)), on=august)
    assert houses(july, august, september) == [0, 3, 0]
    actions.reverse(batch=first, door=door_of(first), by="测试")
    assert houses(august, september) == [3, 0]
