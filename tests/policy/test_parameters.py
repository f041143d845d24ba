"""Parameters: what is set in production, how a file states a value, and which one is in force."""

import datetime

import pytest

from wengu.policy import in_force
from wengu.policy.clauses import clause
from wengu.policy.parameters import (
    ParameterError,
    UnknownParameterError,
    Value,
    assign,
    definition,
    definitions,
    demonstration,
    export,
    load,
    official,
    parse,
    read,
    write,
)
from wengu.policy.parameters import in_force as value_in_force
from wengu.policy.rules import pack

ON = datetime.date(2020, 7, 1)
STANDARD = """
[[parameter]]
name = "dibao_standard"
value = "{value}"
region = "{region}"
since = {since}
source = "文件"
"""


def standard(value="610", region="320723", since="2020-07-01"):
    return STANDARD.format(value=value, region=region, since=since)


def test_production_states_only_what_the_document_or_the_province_gives():
    for row in official():
        assert not row.simulated
        if row.name in {"list_months", "income_months"}:
            # How long data holds is no figure of the policy: a default of ours, and said so.
            assert row.unverified
            assert row.source.startswith("产品默认：")
            continue
        assert not row.unverified
        in_document = row.source.startswith(f"本意见 {row.definition.clause}：")
        assert in_document or row.region == "32"
        if in_document:
            assert clause(row.definition.clause).quotes(row.source.split("：", 1)[1])


def test_what_nobody_gives_is_unset_in_production():
    names = {each.name for each in in_force(ON).unset("320723")}
    assert {"dibao_standard", "severe_disabilities", "marginal_multiple", "pension_age"} <= names
    assert "gradual_exit_multiple" not in names


def test_an_unset_parameter_makes_the_verdict_unknown_and_is_named():
    policy = in_force(ON)
    row = dict.fromkeys(pack.vocabulary.table("household").columns)
    row |= {"id": 1, "county": "320723", "registered": True, "dibao": True, "income_fen": 1}
    row |= {"income_heads": 1}
    result = pack.evaluator(ON, policy.parameters).household(row).household["gradual-exit"]
    missing = pack.missing(pack.rule("gradual-exit"), *result)
    assert [str(leaf) for leaf in missing] == ["parameter dibao_standard"]


def test_every_demonstration_value_is_marked_invented_and_unverified():
    assert demonstration()
    for row in demonstration():
        assert row.simulated
        assert row.unverified
        assert row.source.startswith("模拟数据")


def test_the_demonstration_sets_all_that_production_leaves_open():
    policy = in_force(ON, rows=official() + demonstration())
    assert policy.unset("320723") == ()
    assert not {row.name for row in official()} & {row.name for row in demonstration()}


def test_definitions_name_a_clause_and_speak_both_languages():
    for each in definitions():
        assert clause(each.clause)
        assert each.term
        assert each.term_en
        assert each.meaning.endswith("。")
        assert each.meaning_en.endswith(".")


def test_every_rule_parameter_is_used_by_a_rule():
    used = {leaf.name for rule in pack.rules for leaf in pack.refs(rule.name) if not leaf.table}
    assert used == set(pack.vocabulary.parameters)


@pytest.mark.parametrize(
    ("name", "raw", "stored"),
    [
        ("dibao_standard", "610.55", 61055),
        ("gradual_exit_multiple", "1.5", 15000),
        ("self_pay_limit", "10", 1000),
        ("gradual_exit_months", 24, 24),
        ("rectification_deadline", "2020-06-30", 20200630),
        ("severe_disabilities", ["42", "41"], frozenset({"41", "42"})),
        ("severe_disabilities", "41, 42", frozenset({"41", "42"})),
    ],
)
def test_a_value_is_read_in_the_unit_of_its_definition_and_written_back(name, raw, stored):
    found = definition(name)
    assert read(found, raw) == stored
    assert read(found, write(found, stored)) == stored


@pytest.mark.parametrize(
    ("name", "raw", "why"),
    [
        ("dibao_standard", "六百", "不是数字，单位应为元/人·月"),
        ("dibao_standard", "610.555", "过细"),
        ("dibao_standard", "0", r"超出 0\.01～100000"),
        ("dibao_standard", 610.5, "带引号的小数"),
        ("dibao_standard", "NaN", "有限数"),
        ("gradual_exit_months", "1.5", "过细"),
        ("rectification_deadline", "2020-02-30", "不是日期"),
        ("severe_disabilities", [], "代码列表"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_its_reason(name, raw, why):
    with pytest.raises(ParameterError, match=why):
        read(definition(name), raw)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("name = 1", r"\[\[parameter\]\] 开头"),
        ("not toml", "不是 TOML 格式"),
        ("[[parameter]]\nname = 'dibao_standard'", "缺少 value、since、source"),
        (standard() + "note = 1", "不认识 note"),
        (standard().replace("dibao_standard", "dibao_standards"), "是否指 dibao_standard"),
        (standard(since="'2020-07-01'"), "since 应为日期"),
        (standard(region="灌云"), "区划代码"),
        (standard() + "unverified = 'yes'", "true 或 false"),
        (standard() + standard("620"), "有两个值"),
        (standard().replace("dibao_standard", "low_income_line"), "不分县"),
    ],
)
def test_a_parameter_file_that_cannot_be_used_says_why(text, why):
    with pytest.raises(ParameterError, match=why):
        parse(text, origin="县里的.toml")


def test_an_error_names_file_and_place():
    with pytest.raises(ParameterError, match=r"县里的\.toml 第 2 个参数"):
        parse(standard() + standard("x", since="2021-07-01"), origin="县里的.toml")


def test_a_users_file_is_read_and_a_lost_one_named(tmp_path):
    path = tmp_path / "county.toml"
    path.write_text(standard(), encoding="utf-8")
    assert load(path)[0].value == 61_000
    with pytest.raises(ParameterError, match=r"lost\.toml 无法读取"):
        load(tmp_path / "lost.toml")


def test_what_is_exported_reads_back_the_same():
    rows = official() + demonstration()
    assert set(parse(export(rows), origin="export")) == set(rows)


def test_the_nearest_region_wins_then_the_newest_row():
    rows = parse(
        standard("500", "3207", "2019-07-01")
        + standard("520", "3207", "2020-07-01")
        + standard("610", "320723", "2019-01-01"),
        origin="x",
    )

    def yuan(region, on):
        found = value_in_force(rows, "dibao_standard", region, on)
        return found and found.text

    assert yuan("320723", ON) == "610"
    assert yuan("320722", ON) == "520"
    assert yuan("320722", datetime.date(2020, 6, 30)) == "500"
    assert yuan("320722", datetime.date(2019, 6, 30)) is None
    assert yuan("320700", ON) == "520"


def test_province_and_city_are_folded_for_the_rules_and_other_places_left_out():
    rows = parse(
        standard("500", "32", "2018-07-01")
        + standard("520", "3207", "2019-07-01")
        + standard("540", "32", "2020-07-01")
        + standard("610", "320723", "2020-07-01")
        + standard("900", "3201", "2018-07-01")
        + standard("950", "320102", "2018-07-01"),
        origin="x",
    )
    found = in_force(ON, rows=rows).parameters

    def fen(on, county=None):
        return found.at("dibao_standard", on, county)

    assert fen(datetime.date(2018, 7, 1)) == 50_000
    assert fen(ON) == 52_000
    assert fen(ON, "320723") == 61_000
    assert fen(datetime.date(2020, 6, 30), "320723") == 52_000
    assert fen(datetime.date(2018, 6, 30)) is None
    assert found.counties() == ["320723"]


def test_set_puts_one_value_over_all_rows_of_its_region():
    rows = assign(demonstration(), "dibao_standard=700")
    assert [row.value for row in rows if row.name == "dibao_standard"] == [70_000]
    rows = assign(demonstration(), "dibao_standard@320723=700")
    policy = in_force(ON, rows=rows)
    assert policy.value("dibao_standard", "320723").value == 70_000
    assert policy.value("dibao_standard", "320722").value == 61_500


@pytest.mark.parametrize(
    ("text", "error", "why"),
    [
        ("dibao_standard", ParameterError, "应写作"),
        ("dibao_standard=", ParameterError, "应写作"),
        ("dibao=1", UnknownParameterError, "没有名为 dibao 的参数"),
        ("dibao_standard@灌云=1", ParameterError, "区划代码"),
        ("dibao_standard=x", ParameterError, "不是数字"),
    ],
)
def test_a_setting_that_cannot_be_used_says_why(text, error, why):
    with pytest.raises(error, match=why):
        assign((), text)


def test_the_hash_covers_rules_and_values():
    bare = in_force(ON)
    same = in_force(ON, rows=official())
    other = in_force(ON, rows=assign(official(), "gradual_exit_months=12"))
    assert bare.hash() == same.hash()
    assert bare.hash() != other.hash()


def test_the_policy_of_a_day_has_the_rules_of_that_day_in_the_order_of_clauses():
    rules = in_force(ON).rules
    clauses = [[int(n) for n in rule.clause.split(".")] for rule in rules]
    assert len(rules) == len(pack.rules)
    assert clauses == sorted(clauses)
    assert in_force(datetime.date(2019, 12, 31)).rules == ()
    assert in_force(ON).clause_of(rules[0]).number == rules[0].clause
    assert len(in_force(ON).targets) == 43


def test_two_values_for_one_day_are_refused():
    row = Value("gradual_exit_months", "", ON, 24, "文件")
    with pytest.raises(ParameterError, match="有两个值"):
        in_force(ON, rows=[row, row])
