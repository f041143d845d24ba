"""A cell becomes a value exactly, or a doubt; it never becomes another value."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wengu.kernel.idcard import complete
from wengu.registry.imports import codes
from wengu.registry.imports.coerce import (
    Bad,
    choice,
    day,
    day_until,
    fen,
    several,
    whole,
    work_place,
    yes_no,
)  # fmt: skip
from wengu.registry.imports.identity import identity

ON = datetime.date(2020, 7, 1)
WIDE = str.maketrans("0123456789.,-", "０１２３４５６７８９．，－")
money = fen("bad")
spaces = st.sampled_from(["", " ", "\u3000", "\t", "\u200b"])


@given(st.integers(-(10**10), 10**10), spaces, spaces)
def test_every_exact_amount_comes_through_whatever_its_dress(cents, before, after):
    plain = f"{Decimal(cents) / 100:.2f}"
    for text in (plain, f"{Decimal(cents) / 100:,.2f}", plain.translate(WIDE)):
        assert money(before + text + after) == cents


@given(st.integers(10**10 + 1, 10**13), st.sampled_from((1, -1)))
def test_an_amount_for_which_no_rule_is_made_is_a_doubt(cents, sign):
    assert money(f"{Decimal(sign * cents) / 100:.2f}") == Bad("amount_out_of_range")


@given(st.text(max_size=12))
def test_no_text_makes_money_raise_or_guess(text):
    value = money(text)
    assert value is None or isinstance(value, int | Bad)
    if isinstance(value, int):
        assert any(character.isdigit() for character in text)


@pytest.mark.parametrize(
    "text", ["约8000", "8千", "无", "8640.123", "1e5", "NaN", "inf", "8,64", "--5", "٣", "8640元"]
)
def test_what_is_no_exact_amount_is_a_doubt(text):
    assert money(text) == Bad("bad", "decimals" if text == "8640.123" else "")


def test_ten_thousands_are_exact():
    assert fen("bad", yuan=10_000)("17.99") == 17_990_000
    assert fen("bad", yuan=10_000)("18.000001") == 18_000_001
    assert fen("bad", yuan=10_000)("0.0000001") == Bad("bad", "decimals")


@given(st.dates(datetime.date(1880, 1, 1), datetime.date(2099, 12, 31)))
def test_every_way_of_writing_a_day_is_the_same_day(date):
    for text in (
        f"{date:%Y%m%d}", f"{date:%Y-%m-%d}", f"{date:%Y/%m/%d}", f"{date:%Y年%m月%d日}",
        f"{date.year}年{date.month}月{date.day}日", f"{date.year}.{date.month}.{date.day}",
        f"{date:%Y-%m-%d} 00:00:00", f"{date.year}年{date.month}月{date.day}号", f"{date:%Y%m%d}.0",
    ):  # fmt: skip
        assert day(text) == date
    for text in (f"{date:%Y%m}", f"{date:%Y年%m月}", f"{date.year}年{date.month}月"):
        assert day(text) == date.replace(day=1)


CLOCKS = [
    " 08:30:00", " 8:30", " 0:00", "T08:30:00", "T08:30:00.000", "T08:30:00Z", "T08:30:00+08:00",
    "　８：３０", " 下午 3:05", " 3:05:00 PM", " 23:59:59",
]  # fmt: skip


@pytest.mark.parametrize("clock", CLOCKS)
def test_the_time_of_day_is_no_part_of_the_date(clock):
    for text in ("2020-03-01", "2020/3/1", "20200301", "2020年3月1日"):
        assert day(text + clock) == datetime.date(2020, 3, 1)
    assert day("2020年3月1日8时30分") == datetime.date(2020, 3, 1)


def test_what_is_no_time_of_day_is_not_dropped():
    for text in ("2020-03-01 25:00", "2020-03-01 8:61", "2020-03-01 8", "2020-03-0108:30", "8:30"):
        assert day(text) == Bad("date_invalid")


def test_a_month_whose_zero_a_number_dropped_is_a_doubt():
    for text in ("2018.1", "２０１８．１", " 2018.1 "):
        assert day(text) == Bad("date_ambiguous")
        assert day_until(ON)(text) == Bad("date_ambiguous")
    assert day("2018.10") == datetime.date(2018, 10, 1)
    assert day("2018.01") == day("2018-1") == day("2018/1") == datetime.date(2018, 1, 1)
    assert day("2018.2") == datetime.date(2018, 2, 1)


@given(st.text(max_size=12))
def test_no_text_makes_a_date_raise(text):
    assert isinstance(day(text), datetime.date | Bad | None)


@pytest.mark.parametrize("text", ["20200230", "2020-13-01", "20201", "去年", "43831", "0001-01-01"])
def test_what_is_no_day_is_a_doubt(text):
    assert isinstance(day(text), Bad)


def test_a_day_after_the_statement_is_a_doubt():
    assert day_until(ON)("2020-07-01") == ON
    assert day_until(ON)("2020-07-02") == Bad("date_invalid", "future")


@given(st.sets(st.sampled_from(["残疾", "长期慢性病", "患有大病"]), min_size=1), st.randoms())
def test_health_is_a_set_in_any_order(values, random):
    listed = list(values)
    random.shuffle(listed)
    for joint in (",", "，", "、", "， "):
        assert several(codes.HEALTH)(joint.join(listed)) == values
    assert several(codes.HEALTH)(",".join([*listed, "胖"])) == Bad("choice_unknown")


def test_words_of_older_tables_are_known_and_others_doubted():
    assert choice(codes.KINDS)("五保户") == "特困供养贫困户"
    assert choice(codes.EXIT_STATUS)("脱贫") == "已脱贫"
    assert choice(codes.MONITORED)("边缘户") == "边缘易致贫户"
    assert choice(codes.WORK_PLACES)("乡(镇)内") == "乡（镇）内"
    assert choice(codes.NATIONS)("汉") == choice(codes.NATIONS)("汉族") == "汉族"
    assert choice(codes.KINDS)(" ") is None
    assert choice(codes.KINDS)("穷") == Bad("choice_unknown")


@pytest.mark.parametrize(
    ("table", "written", "value"),
    [
        (codes.EXIT_STATUS, "新识别", "未脱贫"),
        (codes.EXIT_STATUS, "注销", "注销"),
        (codes.KINDS, "低保户（低保贫困户）", "低保贫困户"),
        (codes.KINDS, "五保户(特困供养)", "特困供养贫困户"),
        (codes.KINDS, "一般农户(普通农户)", "一般农户"),
    ],
)
def test_the_double_names_of_the_national_tables_are_known(table, written, value):
    assert choice(table)(written) == value


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("江苏省苏州市", "县外省内"), ("江苏苏州工业园区", "县外省内"), ("苏州市", "县外省内"),
        ("上海市松江区", "省外"), ("浙江省宁波市", "省外"), ("浙江", "省外"), ("省外", "省外"),
        ("乡(镇)内", "乡（镇）内"), ("", None), ("江苏省", Bad("choice_unknown")),
        ("江苏省连云港市灌云县", Bad("choice_unknown")), ("连云港", Bad("choice_unknown")),
        ("某地", Bad("choice_unknown")),
    ],
)  # fmt: skip
def test_a_place_of_work_is_seen_from_home(written, value):
    assert work_place("320723000000")(written) == value


def test_without_a_home_a_place_of_work_stays_a_doubt():
    assert work_place("")("江苏省苏州市") == Bad("choice_unknown")
    assert work_place("320000000000")("江苏省苏州市") == Bad("choice_unknown")
    assert work_place("310000000000")("江苏省苏州市") == "省外"


def test_flags_and_whole_numbers():
    assert [yes_no(text) for text in ("是", " 否 ", "", "TRUE")] == [True, False, None, True]
    assert yes_no("不详") == Bad("yesno_invalid")
    months = whole("months_range", most=12)
    assert [months(text) for text in ("0", "12", "１２", "8.0", "")] == [0, 12, 12, 8, None]
    assert {months(text) for text in ("13", "-1", "8.5", "八")} == {Bad("months_range")}


births = st.dates(datetime.date(1905, 1, 1), ON)


@given(births, st.integers(0, 999), spaces)
def test_a_valid_number_is_read_in_any_dress(birth, serial, space):
    number = complete(f"320723{birth:%Y%m%d}{serial:03d}")
    plain = identity(number, on=ON)
    assert plain.birth == birth
    assert plain.sex == ("男" if serial % 2 else "女")
    assert set(plain.codes) <= {"id_ends_000"}
    for text in (number.lower(), space + number, number.translate(WIDE), f"'{number}",
                 number[:6] + " " + number[6:]):  # fmt: skip
        assert identity(text, on=ON) == plain


@given(births, st.integers(0, 999), st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(birth, serial, place, step):
    number = complete(f"320723{birth:%Y%m%d}{serial:03d}")
    if number[place] == "X":
        wrong = number[:17] + str(step)
    else:
        wrong = number[:place] + str((int(number[place]) + step) % 10) + number[place + 1 :]
    found = identity(wrong, on=ON)
    assert not found.key
    assert found.codes


@given(st.text(max_size=24))
def test_no_text_makes_a_number_raise(text):
    assert identity(text, on=ON).number is not None


@pytest.mark.parametrize(
    ("text", "codes_"),
    [
        ("", ["id_missing"]),
        ("999999197001010012", ["id_placeholder"]),
        ("3.20723E+17", ["id_truncated"]),
        ("320723700101001", ["id_length"]),
        ("320723197013010017", ["id_checksum"]),
        (complete("32072319701301001"), ["id_birth_impossible"]),
        (complete("32072320200702001"), ["id_birth_impossible"]),
        (complete("32072318990701001"), ["id_birth_impossible"]),
        (complete("99072319700101001"), ["id_region"]),
        (complete("32072319700101001") + "91", ["id_suffix"]),
        (complete("32072319700101001") + "45", ["id_suffix"]),
    ],
)
def test_each_way_a_number_is_wrong_has_its_name(text, codes_):
    assert list(identity(text, on=ON).codes) == codes_


def test_a_disability_number_tells_type_and_grade():
    found = identity(complete("32072319700101001") + "4201", on=ON)
    assert (found.kind, found.disability, found.codes) == ("disability", "42", ())
