from datetime import date

import pytest
from django.utils import translation

from wengu.web import wording


def test_counts_are_grouped_by_three_not_by_four_as_django_does_in_chinese():
    assert wording.count(1234567) == "1,234,567"


@pytest.mark.parametrize(
    ("fen", "shown"),
    [
        (864000, "8,640.00"),
        (0, "0.00"),
        (-5120000, "-51,200.00"),
        (900719925474099317, "9,007,199,254,740,993.17"),
    ],
)
def test_money_keeps_every_fen(fen, shown):
    assert wording.yuan(fen) == shown


@pytest.mark.parametrize(
    ("bp", "shown"), [(1620, "16.2"), (1624, "16.2"), (1625, "16.3"), (0, "0.0")]
)
def test_percent_rounds_half_up(bp, shown):
    assert wording.percent(bp) == shown


@pytest.mark.parametrize(
    ("number", "chinese", "english"),
    [
        ("2.4.3", "二（四）3", "2(4)3"),
        ("2.4", "二（四）", "2(4)"),
        ("3", "三", "3"),
        ("0.1", "序1", "P1"),
    ],
)
def test_clause_number_by_language(number, chinese, english):
    with translation.override("zh-hans"):
        assert wording.clause_number(number) == chinese
    with translation.override("en"):
        assert wording.clause_number(number) == english


def test_sentence_of_a_quotation_by_language():
    with translation.override("zh-hans"):
        assert wording.clause_sentence("2.4.3") == "二（四）第 3 句"
        assert wording.clause_sentence("2.4") == "二（四）"
    with translation.override("en"):
        assert wording.clause_sentence("2.4.3") == "2(4) sentence 3"


@pytest.mark.parametrize(
    ("then", "chinese", "english"),
    [
        (date(2020, 7, 1), "今天", "today"),
        (date(2020, 6, 30), "1 天前", "1 day ago"),
        (date(2020, 6, 28), "3 天前", "3 days ago"),
        (date(2020, 7, 6), "5 天后", "in 5 days"),
        (date(2020, 3, 2), "3 个月前", "3 months ago"),
        (date(2017, 7, 2), "2 年前", "2 years ago"),
    ],
)
def test_relative_days_by_language(then, chinese, english):
    with translation.override("zh-hans"):
        assert wording.ago(then, date(2020, 7, 1)) == chinese
    with translation.override("en"):
        assert wording.ago(then, date(2020, 7, 1)) == english


def test_day_of_an_integer():
    assert wording.day_number(20200701) == "2020-07-01"


@pytest.mark.parametrize(("unit", "value", "shown"), [
    ("households", 1, "household"), ("households", 0, "households"),
    ("households", 2, "households"),
    ("entries", 1, "entry"), ("batches", 1, "batch"), ("yuan", 1, "yuan"), ("rows", None, "rows"),
    ("", 1, ""),
])  # fmt: skip
def test_a_unit_agrees_with_its_number_in_english(unit, value, shown):
    with translation.override("en"):
        assert wording.of_number(unit, value) == shown
    with translation.override("zh-hans"):
        assert wording.of_number("户", value) == "户"
