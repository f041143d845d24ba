"""Due dates that are easy to get wrong by a day."""

import datetime

import pytest

from tests.rules.world import empty_pack, parameters_of
from wengu.rules import (
    AS_OF,
    age,
    decide,
    months_before,
    need,
    otherwise,
    when,
    within_days,
    within_months,
)
from wengu.rules.due import Due
from wengu.rules.due import due as due_of
from wengu.rules.rows import Result

D = datetime.date


def due(condition, on, settings=None, **values):
    pack = empty_pack()
    pack.clause("1", rule="r", subject="person", term="", quote="", effective=("2000-01-01", None))(
        lambda p, P: decide(when(condition(p, P), "yes", True, ""), otherwise("no", False, ""))
    )
    blank = dict.fromkeys(pack.vocabulary.tables["person"].columns)
    row = {**blank, "rank": 0, "id": 1, "household": 1, **values}
    home = {
        **dict.fromkeys(pack.vocabulary.tables["household"].columns),
        "id": 1,
        "county": "320723",
    }
    frame = pack.frame("household", home, {"person": [row]}).below["person"][0]
    parameters = parameters_of(settings or {})
    return pack.explain("r", frame, as_of=on, parameters=parameters).due


@pytest.mark.parametrize(
    ("birth", "on", "expected"),
    [
        (20040702, D(2020, 7, 1), D(2020, 7, 2)),
        (20040701, D(2020, 7, 1), None),
        (20040229, D(2020, 1, 1), D(2020, 2, 29)),
        (20030228, D(2019, 1, 1), D(2019, 2, 28)),
        (None, D(2020, 7, 1), None),
    ],
)
def test_an_age_is_reached_on_the_birthday(birth, on, expected):
    assert due(lambda p, P: age(need(p.birth)) >= 16, on, birth=birth) == expected


def test_who_was_born_on_29_february_is_of_age_on_1_march():
    assert due(lambda p, P: age(need(p.birth)) >= 17, D(2021, 1, 1), birth=20040229) == D(
        2021, 3, 1
    )


def test_more_than_an_age_is_reached_a_year_later():
    assert due(lambda p, P: age(need(p.birth)) > 15, D(2020, 1, 1), birth=20040702) == D(2020, 7, 2)
    assert due(lambda p, P: age(need(p.birth)) <= 15, D(2020, 1, 1), birth=20040702) == D(
        2020, 7, 2
    )


def test_one_year_of_age_begins_and_ends():
    def condition(p, P):
        return age(need(p.birth)) == 16

    assert due(condition, D(2020, 1, 1), birth=20040702) == D(2020, 7, 2)
    assert due(condition, D(2020, 8, 1), birth=20040702) == D(2021, 7, 2)


@pytest.mark.parametrize(
    ("start", "expected"),
    [(20190831, D(2020, 2, 29)), (20190830, D(2020, 2, 29)), (20190901, D(2020, 3, 1))],
)
def test_months_end_by_the_clamped_month(start, expected):
    found = due(lambda p, P: within_months(need(p.birth), 6), D(2019, 9, 5), birth=start)
    assert found == expected


def test_days_end_after_as_many_days():
    found = due(lambda p, P: within_days(need(p.birth), P.days), D(2020, 1, 2),
                {("days", None): 30}, birth=20200101)  # fmt: skip
    assert found == D(2020, 1, 31)


def test_a_day_that_comes_or_passes():
    assert due(lambda p, P: need(p.birth) <= AS_OF, D(2020, 1, 1), birth=20200301) == D(2020, 3, 1)
    assert due(lambda p, P: need(p.birth) < AS_OF, D(2020, 1, 1), birth=20200301) == D(2020, 3, 2)


def test_a_day_moved_back_by_months_skips_the_end_of_a_short_month():
    found = due(
        lambda p, P: need(p.birth) >= months_before(AS_OF, 6), D(2020, 2, 20), birth=20190831
    )
    assert found == D(2020, 3, 1)


@pytest.mark.parametrize(("until", "expected"), [
    (None, Due(D(2021, 2, 28), Result(1))),
    ("2020-12-31", Due(D(2020, 12, 31), None)),
])  # fmt: skip
def test_the_result_of_the_day_is_told_none_where_the_rule_is_over(until, expected):
    pack = empty_pack()
    pack.clause("1", rule="r", subject="household", term="", quote="",
                effective=("2000-01-01", until))(
        lambda h, P: decide(
            when(within_months(need(h.since), 6), "yes", True, ""), otherwise("no", False, "")
        )
    )  # fmt: skip
    blank = dict.fromkeys(pack.vocabulary.tables["household"].columns)
    home = {**blank, "id": 1, "county": "320723", "since": 20200831}
    frame = pack.frame("household", home, {})
    reference = pack.reference(D(2020, 10, 1), parameters_of({}))
    assert due_of(reference, pack.rule("r"), frame) == expected
