"""Days and months."""

import calendar
import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wengu.kernel import dates
from wengu.kernel.period import Period

D = datetime.date
days = st.dates(D(1900, 1, 1), D(2100, 12, 31))
months = st.integers(-600, 600)


@given(days)
def test_a_day_and_back(date):
    assert dates.from_day(dates.to_day(date)) == date
    assert str(dates.to_day(date)) == date.strftime("%Y%m%d")


@given(days, days)
def test_days_are_ordered_like_dates(a, b):
    assert (dates.to_day(a) < dates.to_day(b)) == (a < b)


@pytest.mark.parametrize("day", [0, -1, 20190229, 20201301, 20200100, 99999999999, 2020])
def test_what_is_no_day(day):
    assert not dates.is_day(day)
    with pytest.raises((ValueError, OverflowError)):
        dates.from_day(day)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [(D(2019, 8, 31), 6, D(2020, 2, 29)), (D(2018, 10, 31), 24, D(2020, 10, 31)),
     (D(2020, 2, 29), 12, D(2021, 2, 28)), (D(2020, 3, 31), -1, D(2020, 2, 29)),
     (D(2020, 1, 1), -1, D(2019, 12, 1)), (D(2020, 12, 31), 0, D(2020, 12, 31))],
)  # fmt: skip
def test_months_are_clamped(start, months, end):
    assert dates.add_months(start, months) == end


@given(days, months)
def test_months_land_in_their_month(date, number):
    end = dates.add_months(date, number)
    assert (end.year - date.year) * 12 + end.month - date.month == number
    last = calendar.monthrange(end.year, end.month)[1]
    assert end.day == min(date.day, last)


@given(days, st.integers(0, 120))
def test_the_first_start_within_is_the_boundary(on, number):
    first = dates.first_start_within(on, number)
    assert dates.add_months(first, number) > on
    assert dates.add_months(first - datetime.timedelta(days=1), number) <= on


@given(days, days)
def test_years_are_counted_at_the_birthday(birth, on):
    years = on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))
    assert dates.years_between(birth, on) == years


def test_a_period_holds_its_first_day_and_not_its_last():
    period = Period.of_months(D(2018, 10, 31), 24)
    assert D(2018, 10, 31) in period
    assert D(2020, 10, 30) in period
    assert D(2020, 10, 31) not in period
    assert D(2018, 10, 30) not in period
    assert D(2999, 1, 1) in Period(D(2020, 1, 1))


@pytest.mark.parametrize("until", [D(2020, 1, 1), D(2019, 12, 31)])
def test_a_period_has_a_day(until):
    with pytest.raises(ValueError, match="期间"):
        Period(D(2020, 1, 1), until)


ends = st.none() | st.integers(1, 60)


@given(days, ends, st.integers(-70, 70), ends)
def test_overlap_is_a_shared_day(start, length, shift, other_length):
    def period(since, days_long):
        until = None if days_long is None else since + datetime.timedelta(days=days_long)
        return Period(since, until)

    one, two = period(start, length), period(start + datetime.timedelta(days=shift), other_length)
    window = [start + datetime.timedelta(days=step) for step in range(-80, 200)]
    shared = [day for day in window if day in one and day in two]
    both = one.intersection(two)
    assert one.overlaps(two) == two.overlaps(one) == bool(shared) == (both is not None)
    if both is not None:
        assert [day for day in window if day in both] == shared


def test_days_of_a_period():
    assert Period(D(2020, 2, 28), D(2020, 3, 1)).days() == 2
    assert Period(D(2020, 2, 28)).days() is None
