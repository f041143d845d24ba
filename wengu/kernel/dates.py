"""日期: calendar days as integers yyyymmdd, and months that never drift.

A day is an integer (20201031) so that every engine compares it the same way. Months are always
added to the start date and clamped to the end of the month; adding twice would drift
(31 August + 6 months + 6 months is 28 August).
"""

import calendar
import datetime

MONTHS_PER_YEAR = 12
FIRST_DAY = 1_01_01
LAST_DAY = 9999_12_31


def to_day(date: datetime.date) -> int:
    """Return the day integer of `date`."""
    return date.year * 10_000 + date.month * 100 + date.day


def from_day(day: int) -> datetime.date:
    """Return the date of a day integer; refuse one that the calendar does not have."""
    try:
        return datetime.date(day // 10_000, day // 100 % 100, day % 100)
    except ValueError:
        raise ValueError(f"不是日期：{day}") from None


def is_day(day: int) -> bool:
    """Say whether the calendar has this day."""
    try:
        from_day(day)
    except (ValueError, OverflowError):
        return False
    return True


def add_months(date: datetime.date, months: int) -> datetime.date:
    """Return `date` moved by whole months, clamped to the end of the month."""
    index = date.year * MONTHS_PER_YEAR + date.month - 1 + months
    year, month = divmod(index, MONTHS_PER_YEAR)
    last = calendar.monthrange(year, month + 1)[1]
    return datetime.date(year, month + 1, min(date.day, last))


def first_start_within(on: datetime.date, months: int) -> datetime.date:
    """Return the earliest start whose period of `months` still runs on `on`.

    The period is half-open: a start s runs while on < s + months. Because of clamping the answer
    is not `on` minus months plus a day: on 29 February with 6 months it is 1 September.
    """
    start = add_months(on, -months)
    while add_months(start, months) <= on:
        start += datetime.timedelta(days=1)
    return start


def years_between(birth: datetime.date, on: datetime.date) -> int:
    """Return the completed years (周岁) on the day `on`."""
    return (to_day(on) - to_day(birth)) // 10_000
