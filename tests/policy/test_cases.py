"""Every line of every rule's table of cases, through Python and through SQL."""

import duckdb
import pytest

from wengu.policy import records
from wengu.policy.clauses import clause
from wengu.policy.readings import READINGS, readings
from wengu.policy.rules import pack
from wengu.rules.cases import cases, run_python, run_sql, unused_branches
from wengu.rules.dialect import DuckDB

CASES = list(cases(pack))
_IDS = [f"{case.rule.name}-{case.number}" for case in CASES]
each_rule = pytest.mark.parametrize("rule", pack.rules, ids=lambda rule: rule.name)


@pytest.mark.parametrize("case", CASES, ids=_IDS)
def test_a_case_is_decided_as_written(case):
    outcome = run_python(pack, case)
    assert outcome.agrees, str(outcome)


@pytest.fixture(scope="module")
def execute():
    with duckdb.connect() as connection:
        yield lambda statement: connection.execute(statement).fetchall()


@pytest.mark.parametrize("case", CASES, ids=_IDS)
def test_a_case_is_decided_alike_by_the_database(case, execute):
    outcome = run_sql(pack, case, execute, DuckDB())
    assert outcome.agrees, str(outcome)


@each_rule
def test_every_branch_has_a_case(rule):
    assert unused_branches(pack, rule) == []


@each_rule
def test_every_rule_has_a_case_of_a_missing_fact(rule):
    assert any(case.rule is rule and case.expected == "unknown" for case in CASES)


@each_rule
def test_a_rule_quotes_the_exact_words_of_its_clause(rule):
    assert clause(rule.clause).quotes(rule.quote)


@each_rule
def test_the_measures_of_a_rule_are_named_in_its_clause(rule):
    assert rule.measures
    for measure in rule.measures:
        assert clause(rule.clause).quotes(measure), measure


@each_rule
def test_how_the_words_were_read_stands_beside_the_rule(rule):
    assert readings(rule.name)
    for reading in readings(rule.name):
        assert clause(rule.clause).quotes(reading.words), reading.words
        assert reading.read in rule.reading


def test_every_reading_names_a_decision_record():
    assert {each.adr for found in READINGS.values() for each in found} <= set(records.numbers())


def test_no_reading_is_of_a_rule_that_is_not_there():
    assert set(READINGS) == {rule.name for rule in pack.rules}


@each_rule
def test_every_rule_and_branch_speaks_both_languages(rule):
    assert rule.term_en
    assert rule.term
    for branch in rule.branches:
        assert branch.term_en
        assert branch.term
