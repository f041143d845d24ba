from datetime import date

import pytest
from django.template import Context, Template
from django.utils import translation

from wengu.web.shapes import (
    Absent,
    Change,
    Choice,
    Clause,
    Column,
    Figure,
    Link,
    Mark,
    Masked,
    Money,
    Row,
    Status,
    Text,
)
from wengu.web.templatetags import wengu as tags


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("户主", "户主"),
        (1284, "1,284"),
        (True, "是"),
        (date(2020, 7, 1), "<time>2020-07-01</time>"),
        (None, '<span class="v unknown">待核</span>'),
        (Money(864000), "8,640.00"),
        (Money(None), '<span class="v unknown">待核</span>'),
        (Money(1, "元", strong=True), "<b>0.01 元</b>"),
        (Mark("false"), '<span class="v false">不符合</span>'),
        (Mark("true", "渐退期"), '<span class="v true rule">渐退期</span>'),
        (Status("red", "逾期"), '<span class="s red">逾期</span>'),
        (Link("李丁四", "/h/1"), '<a href="/h/1">李丁四</a>'),
        (Link("李丁四"), "李丁四"),
        (Text("缺", below="县残联"), '缺<br><small class="q">县残联</small>'),
        (Change("1 元", None), "<del>1 元</del> → <ins>待核</ins>"),
        (Clause("2.4.3"), '<span class="c">二（四）3</span>'),
        (Absent(), '<span class="q">无</span>'),
        (("规则：", Link("全部", "?r")), '规则：<a href="?r">全部</a>'),
        (("13 户", "显示 7 户"), "13 户 显示 7 户"),
    ],
)
def test_every_piece_of_a_cell(cell, shown):
    assert tags.show(cell) == shown


EVIL = "<script>alert(1)</script>\"'"


@pytest.mark.parametrize(
    "cell",
    [EVIL, Text(EVIL, EVIL, EVIL), Link(EVIL, EVIL, EVIL, EVIL), Mark("true", EVIL),
     Status("red", EVIL), Change(EVIL, EVIL), Masked(EVIL),
     Masked(EVIL, reveal_url=EVIL, purposes=(Choice(EVIL, EVIL),)), (EVIL, EVIL)],
)  # fmt: skip
def test_nothing_from_the_data_becomes_markup(cell):
    shown = tags.show(cell) if not isinstance(cell, str) else render("{% show cell %}", cell=cell)
    assert "<script>" not in shown
    assert "\"'" not in shown


def render(source, **context):
    return Template("{% load wengu %}" + source).render(Context(context))


def test_filters_speak_of_what_is_unknown():
    shown = render("{{ x|yuan }} {{ x|count }} {{ x|percent }} {{ x|day }}", x=None)
    assert shown == "待核 待核 待核 待核"
    with translation.override("en"):
        assert render("{{ x|yuan }}", x=None) == "open"


def test_day_of_dates_and_of_integers():
    shown = render("{{ a|day }} {{ b|day }}", a=date(2020, 7, 1), b=20200701)
    assert shown == "2020-07-01 2020-07-01"


def test_ten_thousands_by_language():
    assert render("{{ n|wan }}", n=150_000) == "15.0 万"
    with translation.override("en"):
        assert render("{{ n|wan }}", n=150_000) == "150.0k"


def test_a_figure_opens_its_list_only_where_there_is_one():
    assert tags.figure(Figure("", 21, "户", "/l")) == '<a href="/l">21</a>'
    assert tags.figure(Figure("", 0, "户", "/l")) == '<span class="q">0</span>'
    assert "待核" in tags.figure(Figure("", None, "户", "/l"))


def test_a_row_of_another_length_than_its_columns_is_refused():
    with pytest.raises(ValueError, match="zip"):
        list(tags.against(Row(("a",)), (Column("A"), Column("B"))))


def test_revealing_asks_for_a_purpose_and_says_what_is_left():
    shown = tags.show(Masked("320723", 12, "/reveal/1", 27, (Choice("visit", "入户核实"),)))
    assert "320723" in shown
    assert 'action="/reveal/1"' in shown
    assert '<option value="visit">入户核实</option>' in shown
    assert "今日还可查看 27 次" in shown
    assert "·" * 12 in shown
