"""A clerk's file in, decisions out: the clauses that decide, each with its own words.

The figures are the demonstration's: dibao 610 yuan a month (7,320 a year), line 6,000 a year.
"""

import pytest

from tests.registry.sheets import COUNTY, ON, home, number, table, xlsx
from wengu.decisions.files import decide_file
from wengu.policy.clauses import clause
from wengu.policy.parameters import demonstration, official

VALUES = official() + demonstration()
VILLAGES = ("行政县", "乡镇", "行政村", "总户数", "总人口数", "村级集体经济收入（万元）")


@pytest.fixture
def decide(tmp_path):
    """Decide homes written as the rows of a roster; answer (verdict, branch) by home and rule."""

    def decided(*homes, headers=None):
        path = tmp_path / "花名册.xlsx"
        rows = [row for one in homes for row in one]
        path.write_bytes(xlsx(table(rows, headers) if headers else table(rows)))
        found = decide_file(path=path, on=ON, region=COUNTY, period=2019, parameters=VALUES)
        answers = {}
        for line in found.lines():
            assert clause(line["clause"])
            key = (line["id"], line["rule"])
            answers.setdefault(key, (line["verdict"], line["branch"]))
        return answers

    return decided


def ids(homes):
    return [one[0]["户编号"] for one in homes]


def dibao(serial, income):
    return home(serial, size=1, 贫困户属性="低保脱贫户", 人均纯收入=income)


def test_2_4_3_above_the_standard_and_within_two_times_a_registered_dibao_household_exits_gradually(
    decide,
):
    homes = [dibao(1, "7320.00"), dibao(2, "7320.01"), dibao(3, "14640.00"), dibao(4, "14640.01")]
    plain = home(5, size=1, 贫困户属性="一般脱贫户", 人均纯收入="8000")
    answers = decide(*homes, plain)
    found = [answers[one, "gradual-exit"] for one in ids(homes)]
    assert found == [("false", "keep"), ("true", "start"), ("true", "start"), ("false", "exit")]
    assert answers[ids([plain])[0], "gradual-exit"] == ("false", "outside")


def certified(serial, income, code):
    rows = home(serial, size=1, 贫困户属性="一般脱贫户", 人均纯收入=income, 健康状况="残疾")
    rows[0] |= {
        "证件号码": number("19600101", serial, extra=code),
        "劳动技能": "弱劳动力或半劳动力",
        "主要致贫原因": "因残",
    }
    return rows


def test_2_4_3_below_two_times_the_severely_disabled_are_covered_singly(decide):
    homes = [
        certified(1, "14639.99", "41"),
        certified(2, "14640", "41"),
        certified(3, "9000", "43"),
    ]
    answers = decide(*homes)
    found = [answers[one[0]["人编号"], "single-person-cover"] for one in homes]
    # A roster says nothing of stays in hospital: an illness of the list may turn up.
    assert found == [("true", "cover"), ("false", "income"), ("unknown", None)]


def test_2_1_4_to_2_1_6_each_household_is_in_the_class_its_words_describe(decide):
    homes = [
        home(1, 人均纯收入="9000"),
        home(2, 人均纯收入="8999.99"),
        home(3, 贫困户属性="低保脱贫户", 人均纯收入="9000"),
        # Not out of poverty yet: in none; water lacking: marginal, whatever the income.
        home(4, 贫困户属性="一般贫困户", 脱贫属性="未脱贫", 脱贫年度="", 人均纯收入="9000"),
        home(5, 饮水安全="否", 饮水困难="是", 人均纯收入="9000"),
    ]
    answers = decide(*homes)
    classes = ("high-quality-exit", "low-income-marginal", "safety-net-exit")
    held = [[rule for rule in classes if answers[one, rule][0] == "true"] for one in ids(homes)]
    high, marginal, net = ([rule] for rule in classes)
    assert held == [high, marginal, net, [], marginal]


def test_2_4_5_an_income_near_the_line_raises_the_near_poverty_alert(decide):
    homes = [home(1, 人均纯收入="7199.99"), home(2, 人均纯收入="7200")]
    answers = decide(*homes)
    found = [answers[one, "near-poverty"] for one in ids(homes)]
    # A roster says nothing of hospital bills: they may still eat up the higher income.
    assert found == [("true", "low-income"), ("unknown", None)]


def test_2_6_9_a_dangerous_house_of_a_key_group_is_found(decide):
    homes = [home(1, 危房户="是"), home(2, 贫困户属性="低保脱贫户", 危房户="是"), home(3)]
    answers = decide(*homes)
    found = [answers[one, "housing-gap"][0] for one in ids(homes)]
    assert found == ["true", "true", "false"]


def test_2_1_9_a_village_is_classed_by_its_collective_income(decide):
    rows = [
        {"行政县": "灌云县", "乡镇": "侍庄街道", "行政村": name, "总户数": "300", "总人口数": "900",
         "村级集体经济收入（万元）": income}
        for name, income in (("树云村", "18"), ("陆庄村", "17.9999"), ("三合村", "8.9999"))
    ]  # fmt: skip
    answers = decide(rows, headers=VILLAGES)
    held = {one: rule for (one, rule), (verdict, _) in answers.items() if verdict == "true"}
    assert held == {
        "320723001200": "village-attained", "320723001203": "village-medium",
        "320723001204": "village-low",
    }  # fmt: skip
