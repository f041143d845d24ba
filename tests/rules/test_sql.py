"""How the query is made: what is computed once for many rows, and asked of few."""

import datetime

import duckdb

from tests.rules.world import LONG_AGO, empty_pack, parameters_of
from wengu.rules import Parameters, ParameterValue, decide, need, otherwise, when
from wengu.rules.sqlpredicates import ALWAYS, NEVER, all_of, any_of, bits, text

ON = datetime.date(2020, 7, 1)


def query(condition, *, subject="person", parameters=None, engine="duckdb"):
    pack = empty_pack()
    pack.clause("1", rule="r", subject=subject, term="", quote="", effective=("2000-01-01", None))(
        lambda row, P: decide(when(condition(row, P), "yes", True, ""), otherwise("no", False, ""))
    )
    return pack.sql(subject, ON, parameters or parameters_of({("line", None): 5}), engine)


def above(found):
    """Return the step of the households, and the rest of the query."""
    start = found.index("at_household AS (")
    end = found.index('FROM "household"', start)
    return found[start:end], found[end:]


def test_what_looks_at_the_household_alone_is_computed_there_for_all_its_persons():
    def condition(m, P):
        poor = need(m.household.income) * 3 < P.line + m.household.rent
        return poor & (m.rank > 2)

    upper, own = above(query(condition))
    assert "household_income * " in upper
    assert "household_income * " not in own
    assert " < " in upper
    assert " < " not in own
    assert "person_rank > " in own
    assert "person_rank" not in upper


def test_a_parameter_that_differs_by_county_joins_the_households_only():
    rows = [ParameterValue("line", 16, LONG_AGO), ParameterValue("line", 18, LONG_AGO,
                                                                 county="320723")]  # fmt: skip
    found = query(lambda m, P: need(m.wage) > P.line * 3, parameters=Parameters(rows))
    upper, own = above(found)
    assert "parameter.p_line" in upper
    assert "(p_line * " in upper
    assert "(p_line * " not in own
    assert own.count("JOIN parameter") == 1
    assert own.index("JOIN parameter") < own.index('FROM "person"')


def test_an_aggregate_s_rows_look_at_their_household_in_the_same_way():
    found = query(
        lambda h, P: h.members.any(lambda m: (m.rank > 2) & (m.household.rent * 7 > 0)),
        subject="household",
    )
    upper, own = above(found)
    assert "household_rent * " in upper
    assert "household_rent * " not in own
    assert own.index("over_person_1 AS (") > 0


def test_the_bits_of_predicates_are_nested_under_the_tests_they_share():
    a, b, c = ("a",), ("a", "b"), ("a", "c")
    assert bits([(a, 1), (b, 2), (("d",), 4), (c, 8), (ALWAYS, 16), (NEVER, 32)]) == (
        "16 + CASE WHEN a THEN 1 + CASE WHEN b THEN 2 ELSE 0 END + CASE WHEN c THEN 8 ELSE 0 END"
        " ELSE 0 END + CASE WHEN d THEN 4 ELSE 0 END"
    )
    assert bits([]) == bits([(NEVER, 1)]) == "0"
    with duckdb.connect() as base:
        base.execute("CREATE TABLE f AS SELECT unnest([TRUE, FALSE]) AS v")
        base.execute("CREATE TABLE t AS SELECT x.v AS a, y.v AS b, z.v AS c FROM f x, f y, f z")
        found = base.execute(f"SELECT a, b, c, {bits([(a, 1), (b, 2), (c, 8)])} FROM t").fetchall()
    assert {row[:3]: row[3] for row in found} == {
        (x, y, z): (x + 2 * (x and y) + 8 * (x and z))
        for x in (True, False) for y in (True, False) for z in (True, False)
    }  # fmt: skip


def test_predicates_join_without_saying_anything_twice():
    assert all_of(("a",), ("b", "a"), ALWAYS) == ("a", "b")
    assert all_of(("a",), NEVER) == NEVER
    assert any_of([("a", "b"), NEVER, ("c",), ("c",)]) == ("((a AND b) OR c)",)
    assert any_of([("a",), ALWAYS]) == ALWAYS
    assert any_of([]) == NEVER
    assert (text(ALWAYS), text(("a",)), text(("a", "b"))) == ("TRUE", "a", "(a AND b)")


def test_a_case_asks_what_is_or_else_no_without_writing_the_no():
    assert "COALESCE" not in query(lambda m, P: need(m.ill).or_(False))
    assert "COALESCE" in query(lambda m, P: need(m.ill).or_(True))


def test_each_engine_spells_a_list_its_own_way():
    def condition(m, P):
        return need(m.relation).in_(("户主", "配偶"))

    assert "list_contains(['户主', '配偶'], person_relation)" in query(condition)
    assert "(person_relation IN ('户主', '配偶'))" in query(condition, engine="standard")
