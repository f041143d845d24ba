"""Files: layouts, names, encodings, and the promise that one seed is one city."""

import csv
import hashlib
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from wengu.ops.modelcity import Options, Truth, generate
from wengu.ops.modelcity.places import villages

ON = date(2020, 7, 1)
HEADER_2019 = """
行政县|乡镇|行政村|自然村|户编号|人编号|姓名|证件号码|人数|与户主关系|民族|文化程度
在校生状况|健康状况|劳动技能|务工状况|务工时间|参加大病医疗|脱贫属性|脱贫年度|贫困户属性
主要致贫原因|危房户|饮水安全|饮水困难|人均纯收入|联系电话
"""
HEADER_2022 = """
序号|县(市、区、旗)|乡(镇)|行政村|自然村|户编号|人编号|姓名|证件号码|人数|与户主关系|民族
文化程度|在校生状况|健康状况|劳动技能|务工时间（月）|是否参加大病保险|致贫原因1|危房户
是否解决安全饮用水|人均纯收入|户联系电话|人联系电话|首次识别时间|人员识别时间|户类型
易返贫致贫户(监测对象)类型|风险是否消除|风险识别时间|风险消除时间
"""
HEADER_2021 = """
省|市|县|乡|村|户编号|人口编号|姓名|性别|出生日期|证件类型|证件号码|民族|户联系电话
成员联系电话|年度|与户主关系|文化程度|在校生状况|劳动技能|务工时间（月）|健康状况|政治面貌
务工企业名称|是否享受低保|是否参加城镇职工基本养老保险|是否参加大病保险
是否参加新型农村合作医疗（城乡居民基本医疗保险）|是否参加城乡居民基本养老保险|失学或辍学原因
是否会讲普通话|是否参加商业补充医疗保险|是否国外务工|产业分类|是否接受大病医疗救助
是否接受其他健康扶贫|公益性岗位类型|公益性岗位(月数)|就业渠道|残疾类别|务工所在地|户主姓名
户主证件号码|是否参加城镇职工基本医疗保险|是否特困供养人员|残疾证办证年度|识别标准
"""


def _columns(text: str) -> list[str]:
    return text.strip().replace("\n", "|").split("|")


def _city(folder: Path, seed: int = 1, households: int = 300, **options) -> Truth:
    return generate(
        folder=folder, households=households, seed=seed, on=ON, options=Options(**options)
    )


def _digests(truth: Truth) -> dict[str, str]:
    found = {}
    for path in sorted(truth.folder.rglob("*")):
        if path.suffix == ".xlsx":
            cells = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
            found[path.name] = hashlib.sha256(repr(cells).encode()).hexdigest()
        elif path.is_file():
            found[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def test_the_same_seed_writes_the_same_cells_and_truth(tmp_path):
    one, two = _city(tmp_path / "a"), _city(tmp_path / "b")
    assert _digests(one) == _digests(two)
    assert len(one.files) >= 16


def test_another_seed_writes_other_people(tmp_path):
    one, two = _digests(_city(tmp_path / "a")), _digests(_city(tmp_path / "b", seed=2))
    assert one.keys() == two.keys()
    assert not any(one[name] == two[name] for name in one if "建档立卡" in name)


@pytest.mark.parametrize(
    ("layout", "header"), [("2019", HEADER_2019), ("2021", HEADER_2021), ("2022", HEADER_2022)]
)
def test_the_layout_is_the_national_one(tmp_path, layout, header):
    truth = _city(tmp_path, layout=layout)
    book = openpyxl.load_workbook(tmp_path / truth.files[0])
    sheet = book.active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert "模拟数据" in rows[0][0]
    assert "模拟数据" in rows[1][0]
    assert rows[2] == _columns(header)
    assert rows[-1][0] == "合计"
    assert all(cell is None or isinstance(cell, str) for row in rows for cell in row)
    fast = CalamineWorkbook.from_path(str(tmp_path / truth.files[0])).get_sheet_by_index(0)
    assert [[cell or None for cell in row] for row in fast.to_python()] == rows


def test_file_names_and_total_row(tmp_path):
    truth = _city(tmp_path)
    assert "灌云县/建档立卡信息_20200630（伊山镇）.xlsx" in truth.files
    assert "灌云县/（自定义）监测对象信息_20200630.xlsx" in truth.files
    file = next(file for file in truth.files if "伊山镇" in file)
    rows = CalamineWorkbook.from_path(str(tmp_path / file)).get_sheet_by_index(0).to_python()
    people = rows[3:-1]
    homes = {home["number"] for home in truth.read("households") if home["file"] == file}
    assert rows[-1][4] == f"{len(homes)}户"
    assert rows[-1][6] == f"{len(people)}人"


def test_every_file_says_that_it_is_simulated(tmp_path):
    for file in _city(tmp_path).files:
        rows = CalamineWorkbook.from_path(str(tmp_path / file)).get_sheet_by_index(0).to_python()
        assert "模拟数据" in rows[0][0]


def test_households_are_contiguous_and_rows_are_where_the_truth_says(tmp_path):
    truth = _city(tmp_path, dirt=0)
    for home in truth.read("households"):
        rows = (
            CalamineWorkbook.from_path(str(tmp_path / home["file"]))
            .get_sheet_by_index(0)
            .to_python()
        )
        column = rows[2].index("户编号")
        block = rows[home["first_row"] - 1 : home["last_row"]]
        assert {row[column] for row in block} == {home["number"]}
        assert len(block) == home["members"]


def test_monitored_households_are_never_in_the_roster(tmp_path):
    truth = _city(tmp_path)
    for home in truth.read("households"):
        assert home["registered"] == ("建档立卡" in home["file"])
        assert home["registered"] or home["watch"]["kind"] in ("边缘易致贫户", "突发严重困难户")


@pytest.mark.parametrize(("form", "encoding"), [("csv-gbk", "gbk"), ("csv-utf8", "utf-8-sig")])
def test_csv_files_guard_their_numbers(tmp_path, form, encoding):
    truth = _city(tmp_path, form=form, dirt=0)
    file = truth.files[0]
    assert file.endswith("（侍庄街道）.csv")
    with (tmp_path / file).open(encoding=encoding, newline="") as text:
        rows = list(csv.reader(text))
    assert rows[2][: len(_columns(HEADER_2019))] == _columns(HEADER_2019)
    assert all(row[7].startswith('="') and row[7].endswith('"') for row in rows[3:-1])
    assert rows[-1][0] == "合计"


def test_a_gbk_file_loses_rare_characters_and_the_truth_says_so(tmp_path):
    truth = _city(tmp_path, form="csv-gbk", dirt=0, households=4000)
    lost = [e for e in truth.read("errors") if e["kind"] == "name_characters"]
    assert lost
    for error in lost:
        assert "?" in error["written"]
        assert set(error["original"]) & set("㛃䶮")
        lines = (tmp_path / error["file"]).read_text(encoding="gbk").splitlines()
        assert error["written"] in lines[error["row"] - 1]


def test_the_whole_city_has_all_counties(tmp_path):
    truth = generate(folder=tmp_path, region="3207", households=900, seed=1, on=ON)
    assert len({file.split("/")[0] for file in truth.files}) == 8
    numbers = [person["number"] for person in truth.read("persons")]
    assert len(numbers) == len(set(numbers))
    identities = [p["identity"] for p in truth.read("persons") if p["identity"]]
    assert len(identities) == len(set(identities))


def test_villages_may_be_given(tmp_path):
    town = villages("320723100")[:3]
    truth = _city(tmp_path, villages=town, households=40)
    codes = {home["village_code"] for home in truth.read("households")}
    assert codes <= {village.code for village in town}


def test_an_unknown_region_is_refused(tmp_path):
    with pytest.raises(ValueError, match="999999"):
        generate(folder=tmp_path, region="999999", households=10, on=ON)


def test_everyday_village_names():
    names = {village.name: village.everyday for village in villages("320723")}
    assert names["树云村委会"] == "树云村"
    assert names["恒仁社区居委会"] == "恒仁社区"
