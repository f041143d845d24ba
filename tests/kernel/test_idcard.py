"""Identity numbers. All of them are made up here."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wengu.kernel import idcard

births = st.dates(datetime.date(1900, 1, 1), datetime.date(2024, 12, 31))
regions = st.sampled_from(["320723", "320705", "320721", "320704", "110101", "522729"])
orders = st.integers(0, 999)


@st.composite
def numbers(draw):
    first17 = f"{draw(regions)}{draw(births):%Y%m%d}{draw(orders):03d}"
    return idcard.complete(first17)


@given(numbers())
def test_a_complete_number_is_valid(number):
    assert idcard.is_valid(number)
    assert idcard.is_valid(number.lower())
    assert idcard.first18(number) == number


@given(numbers(), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_seen(number, place, step):
    digit = str((int(number[place]) + step) % 10)
    assert not idcard.is_valid(number[:place] + digit + number[place + 1 :])


@given(numbers(), st.integers(0, 15))
def test_two_exchanged_digits_are_seen(number, place):
    a, b = number[place], number[place + 1]
    exchanged = number[:place] + b + a + number[place + 2 :]
    assert idcard.is_valid(exchanged) == (a == b)


@given(numbers())
def test_the_check_is_that_of_the_standard(number):
    values = [10 if character == "X" else int(character) for character in number]
    weights = [pow(2, 17 - place, 11) for place in range(18)]
    assert sum(value * weight for value, weight in zip(values, weights, strict=True)) % 11 == 1


@given(numbers())
def test_birth_and_sex_are_read(number):
    assert f"{idcard.birth_date(number):%Y%m%d}" == number[6:14]
    assert idcard.sex(number) == ("男" if number[16] in "13579" else "女")


@given(numbers(), st.integers(1, 7), st.integers(1, 4), st.sampled_from(["", "01", "12"]))
def test_a_disability_number_holds_an_identity(number, kind, grade, again):
    longer = f"{number}{kind}{grade}{again}"
    assert idcard.first18(longer) == number
    assert idcard.disability(longer) == (kind, grade)
    assert idcard.birth_date(longer) == idcard.birth_date(number)
    assert not idcard.is_valid(longer)


@pytest.mark.parametrize("tail", ["01", "81", "40", "45"])
def test_a_disability_of_no_type_or_grade_is_none(tail):
    number = idcard.complete("32072319490101001")
    assert idcard.disability(number + tail) is None
    assert idcard.first18(number + tail) == number
    assert idcard.disability(number) is None


def test_people_older_than_the_counties_are_valid():
    for first17 in ("32072319491001001", "32070719900101002", "32072419650615003"):
        assert idcard.is_valid(idcard.complete(first17))


@pytest.mark.parametrize(
    "number",
    ["", "3207231949", "32072319491001001", "abc", "99999919800101001X", "320723194913010013",
     "3207231949100100161", "320723194910010016412", "32072319491001001641234",
     "320723A94910010016"],
)  # fmt: skip
def test_what_is_no_number(number):
    assert not idcard.is_valid(number)


def test_impossible_days_are_no_birth():
    for born in ("19490230", "20011301", "17000101"):
        number = idcard.complete(f"320723{born}001")
        assert idcard.birth_date(number) is None
        assert not idcard.is_valid(number)


def test_a_birth_after_the_day_is_refused():
    number = idcard.complete("32072320200702001")
    assert idcard.is_valid(number)
    assert idcard.is_valid(number, on=datetime.date(2020, 7, 2))
    assert not idcard.is_valid(number, on=datetime.date(2020, 7, 1))


def test_a_placeholder_is_no_identity():
    number = idcard.complete("99999919800101001")
    assert idcard.is_placeholder(number)
    assert idcard.first18(number) is None
    assert idcard.birth_date(number) is None
    assert idcard.sex(number) is None
    assert idcard.disability(number + "41") is None
    assert not idcard.is_valid(number)
    assert idcard.upgrade15("999999800101001") is None


def test_fifteen_digits_become_eighteen():
    assert idcard.upgrade15("320723491001001") == idcard.complete("32072319491001001")
    assert idcard.upgrade15("32072349100100") is None
    assert not idcard.is_valid("320723491001001")


def test_the_spelling_is_forgiven():
    number = idcard.complete("32072319491001001")
    wide = "".join(chr(ord(character) + 0xFEE0) for character in number)
    assert idcard.first18(f" {wide} ") == number
    assert idcard.first18(number[:6] + " " + number[6:]) == number


def test_a_certificate_issued_again_may_count_with_a_letter():
    number = idcard.complete("32072319600101001")
    assert idcard.first18(f"{number}61B1") == number
    assert idcard.disability(f"{number}61B1") == (6, 1)
    assert idcard.first18(f"{number}B161") is None


@given(numbers(), st.sampled_from(["", "43", "43B1"]))
def test_a_certificate_is_known_by_the_number_of_its_holder(number, more):
    assert idcard.person_key(number + more) == number
