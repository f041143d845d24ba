"""What the words mean: unknowns, counts, dates, parameters; the silent wrong answers of others."""

import datetime
import itertools

import duckdb
import pytest

from tests.rules.test_engines import by_sql, by_sqlite
from tests.rules.world import empty_pack, parameters_of
from wengu.rules import (
    AS_OF,
    BP,
    Parameters,
    ParameterValue,
    Result,
    RuleError,
    age,
    day,
    decide,
    either,
    larger,
    months_before,
    need,
    otherwise,
    smaller,
    when,
    within_days,
    within_months,
)

ON = datetime.date(2020, 7, 1)
YES, NO, UNKNOWN = 0, 1, -1
ALWAYS = ("2000-01-01", None)


def home(**values):
    return {"id": 1, "county": "320723", "registered": None, "urban": False, "income": None,
            "rent": 0, "since": None, "grade": None, **values}  # fmt: skip


def member(number=1, **values):
    return {"id": number, "household": 1, "ill": None, "wage": None, "rank": 0, "birth": None,
            "relation": None, **values}  # fmt: skip


def paid(number, owner=1, **values):
    return {"id": number, "person": owner, "paid": None, "left": None, "local": False, **values}


def ask(condition, *, h=None, people=(), bills=(), on=ON, settings=None, subject="household"):
    """Return the result of a rule with one condition, the same from every engine."""
    pack = empty_pack()
    pack.clause("1", rule="r", subject=subject, term="", quote="", effective=("2000-01-01", None))(
        lambda row, P: decide(when(condition(row, P), "yes", True, ""), otherwise("no", False, ""))
    )
    parameters = settings if isinstance(settings, Parameters) else parameters_of(settings or {})
    h = h or home()
    found = []
    for evaluator in (pack.reference(on, parameters), pack.evaluator(on, parameters)):
        results = evaluator.household(h, people, bills)
        found.append(results.household if subject == "household" else results.persons[1])
    rows = {"household": [h], "person": list(people), "bill": list(bills)}
    found.append(by_sql(pack, on, parameters, rows)[subject, 1])
    found.append(by_sqlite(pack, on, parameters, rows)[subject, 1])
    assert found[0] == found[1] == found[2] == found[3]
    return found[0]["r"]


@pytest.mark.parametrize("value", [True, False, None])
def test_not_of_unknown_is_not_true(value):
    expected = {True: NO, False: YES, None: UNKNOWN}[value]
    assert ask(lambda h, P: ~need(h.registered), h=home(registered=value)).branch == expected


def test_different_from_is_not_true_of_unknown():
    assert ask(lambda h, P: need(h.grade) != "A").branch == UNKNOWN
    assert ask(lambda h, P: need(h.grade) != "A", h=home(grade="B")).branch == YES


def test_not_in_is_not_true_of_unknown():
    assert ask(lambda h, P: ~need(h.grade).in_(("A", "B"))).branch == UNKNOWN
    assert ask(lambda h, P: ~need(h.grade).in_(("A", "B")), h=home(grade="C")).branch == YES
    codes = {("codes", None): frozenset("A")}
    assert ask(lambda h, P: ~need(h.grade).in_(P.codes), settings=codes).branch == UNKNOWN
    assert ask(lambda h, P: ~need(h.grade).in_(P.codes), h=home(grade="C")).branch == UNKNOWN


def test_a_long_list_of_codes_loses_none():
    codes = {("codes", None): frozenset(["A", "B", "C", *(f"x{i}" for i in range(40))])}
    for grade in "ABC":
        found = ask(lambda h, P: need(h.grade).in_(P.codes), h=home(grade=grade), settings=codes)
        assert found.branch == YES


def test_an_empty_set_of_codes_holds_nobody():
    codes = {("codes", None): frozenset()}
    holds = ask(lambda h, P: need(h.grade).in_(P.codes), h=home(grade="A"), settings=codes)
    assert holds.branch == NO
    assert ask(lambda h, P: need(h.grade).in_(P.codes), settings=codes).branch == UNKNOWN


TRUTHS = list(itertools.product([True, False, None], repeat=2))


@pytest.mark.parametrize(("a", "b"), TRUTHS)
def test_and_or_as_kleene_has_them(a, b):
    people = [member(ill=b)]
    both = ask(lambda h, P: need(h.registered) & h.members.any(lambda m: need(m.ill)),
               h=home(registered=a), people=people)  # fmt: skip
    either_one = ask(lambda h, P: need(h.registered) | h.members.any(lambda m: need(m.ill)),
                     h=home(registered=a), people=people)  # fmt: skip
    names = {True: YES, False: NO, None: UNKNOWN}
    expected_and = False if False in (a, b) else None if None in (a, b) else True
    expected_or = True if True in (a, b) else None if None in (a, b) else False
    assert (both.branch, either_one.branch) == (names[expected_and], names[expected_or])


def test_a_missing_number_is_not_zero():
    assert (
        ask(lambda h, P: need(h.income) < P.line, settings={("line", None): 100}).branch == UNKNOWN
    )
    assert ask(lambda h, P: h.income.or_(0) < P.line, settings={("line", None): 100}).branch == YES


def test_a_sum_over_an_unknown_member_is_unknown():
    people = [member(1, wage=500), member(2)]
    found = ask(lambda h, P: need(h.members.sum(lambda m: m.wage)) > 0, people=people)
    assert found == Result(UNKNOWN, 1)
    known = ask(lambda h, P: h.members.sum(lambda m: m.wage.or_(0)) > 0, people=people)
    assert known.branch == YES


def test_sum_and_count_of_nobody_are_zero():
    assert ask(lambda h, P: h.members.count() == 0).branch == YES
    assert ask(lambda h, P: need(h.members.sum(lambda m: m.wage)) == 0).branch == YES
    assert ask(lambda h, P: h.members.any(lambda m: m.rank > 0)).branch == NO
    assert ask(lambda h, P: h.members.every(lambda m: m.rank > 0)).branch == YES


def test_a_filter_inside_a_count_is_honoured():
    people = [member(1, rank=1), member(2, rank=3), member(3, rank=5)]
    for least, number in ((1, 3), (2, 2), (4, 1), (6, 0)):
        found = ask(lambda h, P, n=least, k=number: h.members.count(lambda m: m.rank >= n) == k,
                    people=people)  # fmt: skip
        assert found.branch == YES


def test_a_filter_that_excludes_an_unknown_value_leaves_the_sum_known():
    people = [member(1, rank=1, wage=500), member(2, rank=0)]
    found = ask(lambda h, P: need(h.members.sum(lambda m: m.wage, where=lambda m: m.rank > 0)) > 0,
                people=people)  # fmt: skip
    assert found.branch == YES


def test_identical_rows_both_count_and_do_not_multiply_each_other():
    people = [member(1, wage=100), member(2, wage=100)]
    bills = [paid(1, 1, paid=30), paid(2, 1, paid=30), paid(3, 2, paid=30)]

    # 200 of wages (not 100, not 300), 90 of bills (not 60, not 180).
    exact = ask(lambda h, P: need(h.members.sum(lambda m: m.wage)) == P.line, people=people,
                bills=bills, settings={("line", None): 200})  # fmt: skip
    assert exact.branch == YES
    spent = ask(lambda h, P: need(h.members.sum(lambda m: m.bills.sum(lambda b: b.paid))) == P.line,
                people=people, bills=bills, settings={("line", None): 90})  # fmt: skip
    assert spent.branch == YES


def test_households_do_not_share_members():
    pack = empty_pack()
    pack.clause("1", rule="r", subject="household", term="", quote="", effective=ALWAYS)(
        lambda h, P: decide(when(h.members.any(lambda m: m.rank > 4), "yes", True, ""),
                            otherwise("no", False, ""))
    )  # fmt: skip
    rows = {
        "household": [home(id=1), home(id=2)],
        "person": [member(1, rank=5), member(2, rank=0, household=2)],
        "bill": [],
    }
    found = by_sql(pack, ON, Parameters(), rows)
    assert [found["household", key]["r"].branch for key in (1, 2)] == [YES, NO]


def test_ages_are_of_the_evaluation_date():
    def adult(h, P):
        return h.members.every(lambda m: age(need(m.birth)) >= 18)

    people = [member(birth=20020701)]
    assert ask(adult, people=people, on=datetime.date(2020, 6, 30)).branch == NO
    assert ask(adult, people=people, on=datetime.date(2020, 7, 1)).branch == YES
    assert ask(adult, people=people, on=datetime.date(2030, 7, 1)).branch == YES


@pytest.mark.parametrize(
    ("on", "expected"),
    [(datetime.date(2020, 10, 30), YES), (datetime.date(2020, 10, 31), NO)],
)
def test_months_are_half_open(on, expected):
    found = ask(lambda h, P: within_months(need(h.since), P.months), h=home(since=20181031),
                on=on, settings={("months", None): 24})  # fmt: skip
    assert found.branch == expected


def test_months_are_never_added_twice():
    start = home(since=20190831)
    for on, expected in ((datetime.date(2020, 8, 30), YES), (datetime.date(2020, 8, 31), NO)):
        assert ask(lambda h, P: within_months(need(h.since), 12), h=start, on=on).branch == expected


def test_days_and_months_before():
    start = home(since=20200601)
    assert ask(lambda h, P: within_days(need(h.since), 30), h=start).branch == NO
    assert ask(lambda h, P: within_days(need(h.since), 31), h=start).branch == YES
    assert ask(lambda h, P: need(h.since) >= months_before(AS_OF, 1), h=start).branch == YES
    assert ask(lambda h, P: need(h.since) > months_before(AS_OF, 1), h=start).branch == NO
    assert ask(lambda h, P: need(h.since) == day("2020-06-01"), h=start).branch == YES


def test_ratios_are_compared_by_cross_multiplication():
    def at_least_a_third(h, P):
        return need(h.income) * 3 >= h.rent

    for income, expected in ((33, NO), (34, YES)):
        found = ask(at_least_a_third, h=home(income=income, rent=100))
        assert found.branch == expected
    equal = ask(lambda h, P: need(h.income) * BP >= h.rent * BP, h=home(income=5, rent=5))
    assert equal.branch == YES


def test_either_larger_and_smaller():
    h = home(income=5, rent=9)
    settings = {("line", None): 9}
    assert (
        ask(lambda h, P: larger(need(h.income), h.rent) == P.line, h=h, settings=settings).branch
        == 0
    )
    assert (
        ask(lambda h, P: smaller(need(h.income), h.rent) < P.line, h=h, settings=settings).branch
        == 0
    )
    chosen = ask(lambda h, P: either(need(h.registered), h.rent, 0) > 0, h=h)
    assert chosen == Result(UNKNOWN, 1)


def test_an_unset_parameter_is_unknown_and_named():
    pack = empty_pack()
    pack.clause(
        "1", rule="r", subject="household", term="", quote="", effective=("2000-01-01", None)
    )(
        lambda h, P: decide(
            when(need(h.income) > P.unset, "yes", True, ""), otherwise("no", False, "")
        )
    )
    result = pack.evaluator(ON, Parameters()).household(home(income=5)).household["r"]
    assert result.branch == UNKNOWN
    assert [str(leaf) for leaf in pack.missing(pack.rule("r"), *result)] == ["parameter unset"]


def test_a_county_beats_the_city_and_rows_are_dated():
    rows = [
        ParameterValue("line", 100, datetime.date(2019, 1, 1)),
        ParameterValue("line", 200, datetime.date(2020, 7, 1)),
        ParameterValue("line", 300, datetime.date(2020, 1, 1), datetime.date(2021, 1, 1), "320723"),
    ]
    parameters = Parameters(rows)
    expected = {
        ("320703", datetime.date(2018, 12, 31)): None,
        ("320703", datetime.date(2020, 6, 30)): 100,
        ("320703", datetime.date(2020, 7, 1)): 200,
        ("320723", datetime.date(2019, 12, 31)): 100,
        ("320723", datetime.date(2020, 12, 31)): 300,
        ("320723", datetime.date(2021, 1, 1)): 200,
    }
    for (county, on), value in expected.items():
        assert parameters.at("line", on, county) == value
        found = ask(lambda h, P: need(h.income) == P.line, h=home(income=value or 0, county=county),
                    on=on, settings=parameters)  # fmt: skip
        assert found.branch == (UNKNOWN if value is None else YES)


def test_an_ended_row_does_not_bring_back_the_one_before_it():
    def row(value, since, until=None, county=None):
        return ParameterValue("line", value, since, until, county)

    first, second, end = (datetime.date(2020, month, 1) for month in (1, 3, 6))
    parameters = Parameters(
        [
            row(100, first),
            row(200, second, end),
            row(300, first, county="320723"),
            row(400, second, end, "320723"),
        ]
    )
    expected = {
        datetime.date(2020, 2, 29): (100, 300),
        datetime.date(2020, 5, 31): (200, 400),
        end: (None, None),
    }
    for on, values in expected.items():
        for county, value in zip(("320703", "320723"), values, strict=True):
            found = ask(lambda h, P: need(h.income) == P.line, on=on, settings=parameters,
                        h=home(income=value or 0, county=county))  # fmt: skip
            assert found.branch == (UNKNOWN if value is None else YES), (on, county)


def test_only_what_leaves_it_unknown_is_missing():
    def condition(h, P):
        idle = (need(h.income) > 0) & h.urban
        return idle | need(h.registered)

    # income is missing too, but not of this town: knowing it would change nothing.
    assert ask(condition, h=home(urban=False)) == Result(UNKNOWN, 0b10)
    assert ask(condition, h=home(urban=True)) == Result(UNKNOWN, 0b11)
    assert ask(condition, h=home(urban=True, income=-5)) == Result(UNKNOWN, 0b10)


def test_only_the_members_that_leave_it_unknown_are_missing():
    def condition(h, P):
        return h.members.any(lambda m: (m.rank > 2) & (need(m.wage) > 0) & need(m.ill))

    people = [member(1, rank=3, wage=5), member(2, rank=0, ill=True)]
    assert ask(condition, people=people) == Result(UNKNOWN, 0b10)
    people = [member(1, rank=3, ill=False), member(2, rank=3, ill=True)]
    assert ask(condition, people=people) == Result(UNKNOWN, 0b01)


def test_a_person_sees_its_household_and_its_members():
    def condition(p, P):
        return (need(p.household.income) > 0) & (p.household.members.count() == 2)

    people = [member(1), member(2)]
    assert ask(condition, h=home(income=1), people=people, subject="person").branch == YES
    assert ask(condition, h=home(income=1), people=people[:1], subject="person").branch == NO


def test_a_bill_of_nobody_is_refused():
    pack = empty_pack()
    with pytest.raises(RuleError, match="上级行"):
        pack.evaluator(ON, Parameters()).household(home(), [member()], [paid(1, 77)])


def test_a_rule_out_of_force_is_not_decided():
    pack = empty_pack()
    pack.clause("1", rule="r", subject="household", term="", quote="",
                effective=("2020-07-01", "2020-08-01"))(
        lambda h, P: decide(when(h.urban, "yes", True, ""), otherwise("no", False, ""))
    )  # fmt: skip
    for on, expected in (
        (datetime.date(2020, 6, 30), {}),
        (datetime.date(2020, 7, 1), {"r": Result(1)}),
        (datetime.date(2020, 7, 31), {"r": Result(1)}),
        (datetime.date(2020, 8, 1), {}),
    ):
        assert pack.evaluator(on, Parameters()).household(home()).household == expected


def test_a_village_is_decided_by_its_own_row():
    pack = empty_pack()
    pack.clause(
        "1", rule="r", subject="village", term="", quote="", effective=("2000-01-01", None)
    )(
        lambda v, P: decide(
            when(need(v.income) >= P.line, "yes", True, ""), otherwise("no", False, "")
        )
    )
    parameters = parameters_of({("line", None): 10, ("line", "320723"): 20})
    rows = {"household": [], "person": [], "bill": []}
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE village (id BIGINT, county VARCHAR, income BIGINT)")
        connection.execute(
            "INSERT INTO village VALUES (1, '320703', 10), (2, '320723', 10), (3, '320703', NULL)"
        )
        found = connection.execute(pack.sql("village", ON, parameters)).fetchall()
    evaluator = pack.evaluator(ON, parameters)
    for key, county, branch, missing in found:
        village = {"id": key, "county": county, "road": None, "income": None if key == 3 else 10}
        assert evaluator.village(village) == {"r": Result(branch, missing)}
    assert [row[2] for row in sorted(found)] == [YES, NO, UNKNOWN]
    assert rows


def test_a_member_that_settles_it_hides_what_others_miss():
    def condition(h, P):
        return h.members.any(lambda m: need(m.wage) > 0) & need(h.registered)

    # A second member's wage is missing too, but one wage is enough.
    people = [member(1, wage=5), member(2)]
    assert ask(condition, people=people) == Result(UNKNOWN, 0b10)
    assert ask(condition, people=[member(1, wage=-5), member(2)]) == Result(UNKNOWN, 0b11)


def test_a_filter_that_cannot_matter_is_not_missing():
    def condition(h, P):
        return h.members.any(lambda m: need(m.wage) > 0, where=lambda m: need(m.ill))

    # Whether the first is ill changes nothing: no wage. The second is ill, of unknown wage.
    people = [member(1, wage=-5), member(2, ill=True)]
    assert ask(condition, people=people) == Result(UNKNOWN, 0b01)
    assert ask(condition, people=[member(1, wage=5)]) == Result(UNKNOWN, 0b10)

    def all_of(h, P):
        return h.members.every(lambda m: need(m.wage) > 0, where=lambda m: need(m.ill))

    assert ask(all_of, people=[member(1, wage=5), member(2, ill=True)]) == Result(UNKNOWN, 0b01)
    assert ask(all_of, people=[member(1, wage=-5)]) == Result(UNKNOWN, 0b10)


def test_a_value_the_filter_leaves_out_is_not_missing():
    def total(h, P):
        return need(h.members.sum(lambda m: m.wage, where=lambda m: need(m.ill))) > 0

    people = [member(1, ill=False), member(2, wage=5)]
    assert ask(total, people=people) == Result(UNKNOWN, 0b10)

    def some(h, P):
        return h.members.any(lambda m: need(m.wage) > 0, where=lambda m: need(m.ill))

    assert ask(some, people=people) == Result(UNKNOWN, 0b10)


def test_a_default_that_may_be_unknown_itself():
    def condition(p, P):
        return need(p.wage.or_(p.household.income)) > 0

    people = [member()]
    assert ask(condition, people=people, subject="person") == Result(UNKNOWN, 0b11)
    known = ask(condition, h=home(income=5), people=people, subject="person")
    assert known.branch == YES
