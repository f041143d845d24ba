"""What cannot be right is refused when it is written, with place and mend."""

import datetime

import pytest

from tests.rules.world import PARAMETERS, TABLES, empty_pack, household, person
from wengu.rules import (
    AS_OF,
    BP,
    Choice,
    Codes,
    Fen,
    Flag,
    Pack,
    ParameterDefinition,
    Parameters,
    ParameterValue,
    RuleError,
    Table,
    age,
    day,
    decide,
    either,
    months_before,
    need,
    otherwise,
    when,
    within_months,
)
from wengu.rules.errors import PROBLEMS

LAST = otherwise("last", False, "")
D = datetime.date


def rule(function, subject="person", name="r", pack=None, effective=("2020-01-01", None)):
    pack = pack or empty_pack()
    pack.clause("1.2.3", rule=name, subject=subject, term="", quote="", effective=effective)(
        function
    )
    return pack


def one(condition, subject="person"):
    return rule(lambda row, P: decide(when(condition(row, P), "yes", True, ""), LAST), subject)


CONDITIONS = {
    "unknown-name": lambda p, P: need(p.wgae) > 0,
    "unknown-parameter": lambda p, P: need(p.wage) > P.lien,
    "different-units": lambda p, P: need(p.wage) > p.rank,
    "open-comparison": lambda p, P: p.wage > 0,
    "needless-need": lambda p, P: need(p.rank) > 0,
    "needless-or": lambda p, P: p.rank.or_(0) > 0,
    "bare-number": lambda p, P: need(p.wage) > 100,
    "not-a-number": lambda p, P: need(p.relation) > "A",
    "not-a-condition": lambda p, P: need(p.wage),
    "unknown-choice": lambda p, P: need(p.household.grade) == "D",
    "day-of-no-calendar": lambda p, P: need(p.birth) > day("2020-02-30"),
    "overflow": lambda p, P: need(p.wage) * P.line * 10**13 > P.line * P.line * 10**13,
    "python-logic": lambda p, P: need(p.ill) and (p.rank > 0),
    "division": lambda p, P: need(p.wage) / 12 > P.line,
    "crossed-rows": lambda p, P: p.household.members.any(lambda m: m.rank > p.rank),
    "age-alone": lambda p, P: age(need(p.birth)) > p.rank,
    "not-an-expression": lambda p, P: need(p.wage) > 1.5,
    "constant-condition": lambda p, P: P.line > 0,
}


@pytest.mark.parametrize("code", CONDITIONS)
def test_a_condition_is_refused(code):
    with pytest.raises(RuleError) as caught:
        one(CONDITIONS[code])
    assert caught.value.code == code
    assert (caught.value.clause, caught.value.rule) == ("1.2.3", "r")
    assert caught.value.file == "test_refusals.py"
    assert caught.value.line > 0
    assert caught.value.mend
    text = str(caught.value)
    assert "1.2.3" in text
    assert "修改" in text
    assert caught.value.problem_en in text


MORE = {
    "a > b > c": ("python-logic", lambda p, P: P.line < need(p.wage) < P.unset),
    "x in list": ("python-logic", lambda p, P: need(p.relation) in ("A", "B")),
    "not x": ("python-logic", lambda p, P: not need(p.ill)),
    "flag == True": ("python-logic", lambda p, P: need(p.ill) == True),  # noqa: E712
    "if": ("python-logic", lambda p, P: need(p.ill) if p.rank > 0 else p.rank > 1),
    "open flag alone": ("open-comparison", lambda p, P: p.ill),
    "open flag in not": ("open-comparison", lambda p, P: ~p.ill),
    "open flag in and": ("open-comparison", lambda p, P: p.ill & (p.rank > 0)),
    "open in_": ("open-comparison", lambda p, P: p.relation.in_(("A",))),
    "open within": ("open-comparison", lambda p, P: within_months(p.birth, P.months)),
    "open age": ("open-comparison", lambda p, P: age(p.birth) >= 16),
    "open sum": ("open-comparison", lambda p, P: p.bills.sum(lambda b: b.paid) > 0),
    "open count": ("open-comparison",
                   lambda p, P: p.bills.count(lambda b: need(b.paid) > 0) > 1),
    "open in any": ("open-comparison", lambda p, P: p.bills.any(lambda b: b.paid > 0)),
    "open where": ("open-comparison", lambda p, P: p.bills.count(lambda b: b.paid > 0) > 1),
    "fen + count": ("different-units", lambda p, P: need(p.wage) + p.rank > P.line),
    "fen * bp with fen": ("different-units", lambda p, P: need(p.wage) * BP > P.line),
    "fen in or_": ("bare-number", lambda p, P: p.wage.or_(5) > P.line),
    "day + number": ("not-a-number", lambda p, P: need(p.birth) + 30 > AS_OF),
    "day with number": ("different-units", lambda p, P: need(p.birth) > 20200101),
    "text with number": ("different-units", lambda p, P: need(p.relation) == 3),
    "months of money": ("different-units", lambda p, P: within_months(need(p.birth), P.line)),
    "months of a column": ("not-an-expression", lambda p, P: within_months(need(p.birth), p.rank)),
    "in_ of a string": ("not-an-expression", lambda p, P: need(p.relation).in_("A")),
    "in_ of no codes": ("not-an-expression", lambda p, P: need(p.relation).in_(3)),
    "in_ unknown choice": ("unknown-choice",
                           lambda p, P: need(p.household.grade).in_(("A", "E"))),
    "or_ unknown choice": ("unknown-choice", lambda p, P: p.household.grade.or_("E") == "A"),
    "codes compared": ("not-a-number", lambda p, P: need(p.relation) == P.codes),
    "codes of money": ("different-units", lambda p, P: need(p.relation).in_(P.line)),
    "age in either": ("age-alone",
                      lambda p, P: either(need(p.ill), age(need(p.birth)), 3) > 2),
    "either of flags": ("not-a-number",
                        lambda p, P: either(need(p.ill), need(p.ill), need(p.ill)) > 0),
    "age of money": ("different-units", lambda p, P: age(need(p.wage)) > 16),
    "person beside a bill": ("unknown-name", lambda p, P: need(p.paid) > 0),
    "modulo": ("division", lambda p, P: need(p.wage) % 2 > 0),
    "power": ("division", lambda p, P: need(p.wage) ** 2 > 0),
    "months before another day": ("not-an-expression",
                                  lambda p, P: need(p.birth) > months_before(need(p.birth), 3)),
    "or_ of a condition takes a flag": ("not-a-condition", lambda p, P: need(p.ill).or_(0)),
    "and with a number": ("not-a-condition", lambda p, P: need(p.ill) & p.rank),
    "sum of texts": ("not-a-number", lambda p, P: p.household.members.sum(
        lambda m: m.relation) > 0),
    "sum of a written text": ("not-a-number", lambda p, P: p.bills.sum(lambda b: "x") > 1),
    "in_ of numbers": ("not-an-expression", lambda p, P: need(p.relation).in_((1,))),
    "in_ on a number": ("different-units", lambda p, P: need(p.wage).in_(("A",))),
    "need of a number": ("not-an-expression", lambda p, P: need(3) > p.rank),
    "compared with True": ("not-a-number", lambda p, P: need(p.wage) > True),
    "known though sure": ("needless-or", lambda p, P: p.rank.is_known()),
    "sum nested too high": ("overflow", lambda p, P: p.bills.sum(lambda b: b.paid) * 10**15 > 0),
    "sum of nothing": ("not-an-expression", lambda p, P: p.bills.sum(lambda b: None) > 1),
}  # fmt: skip


@pytest.mark.parametrize("words", MORE)
def test_more_is_refused(words):
    code, condition = MORE[words]
    with pytest.raises(RuleError) as caught:
        one(condition)
    assert caught.value.code == code


def test_the_line_is_the_line_of_the_mistake():
    def wrong(p, P):
        first = when(p.rank > 0, "a", True, "")
        second = when(need(p.wage) > P.months, "b", True, "")  # this line
        return decide(first, second, LAST)

    with pytest.raises(RuleError) as caught:
        rule(wrong)
    assert caught.value.line == wrong.__code__.co_firstlineno + 2


DECISIONS = {
    "no-otherwise": lambda c: [when(c, "a", True, "")],
    "otherwise-early": lambda c: [LAST, when(c, "a", True, ""), otherwise("b", False, "")],
    "duplicate-branch": lambda c: [when(c, "last", True, ""), LAST],
    "default-late": lambda c: [
        when(c, "a", True, ""), when(c, "b", True, "", default=True), LAST],
    "bad-name": lambda c: [when(c, "Über", True, ""), LAST],
}  # fmt: skip


@pytest.mark.parametrize("code", DECISIONS)
def test_a_decision_is_refused(code):
    with pytest.raises(RuleError) as caught:
        rule(lambda p, P: decide(*DECISIONS[code](p.rank > 0)))
    assert caught.value.code == code


def test_an_empty_decision_and_none_are_refused():
    with pytest.raises(RuleError, match="otherwise"):
        rule(lambda p, P: decide())
    with pytest.raises(RuleError, match="decide"):
        rule(lambda p, P: None)


def test_too_many_needs_are_refused():
    columns = {f"c{i}": Flag(null=True) for i in range(32)}
    pack = Pack("wide", "1", tables=[Table("person", columns)])

    def wide(p, P):
        found = need(p.c0)
        for number in range(1, 32):
            found = found & need(getattr(p, f"c{number}"))
        return decide(when(found, "a", True, ""), LAST)

    with pytest.raises(RuleError) as caught:
        rule(wide, pack=pack)
    assert caught.value.code == "too-many-needs"


def test_two_rules_of_one_name_may_only_follow_each_other():
    def some(p, P):
        return decide(when(p.rank > 0, "a", True, ""), LAST)

    pack = rule(some, effective=("2020-01-01", "2021-01-01"))
    rule(some, pack=pack, effective=("2021-01-01", None))
    assert pack.rule("r", D(2020, 12, 31)).until == D(2021, 1, 1)
    assert pack.rule("r", D(2021, 1, 1)).until is None
    with pytest.raises(RuleError) as caught:
        rule(some, pack=pack, effective=("2020-12-31", "2021-01-01"))
    assert caught.value.code == "duplicate-rule"


@pytest.mark.parametrize(
    "effective",
    [("2020-01-01", "2020-01-01"), ("2020-02-30", None), ("x", None), None, ("2020-01-01",)],
)
def test_a_period_that_is_none_is_refused(effective):
    with pytest.raises(RuleError) as caught:
        rule(lambda p, P: decide(when(p.rank > 0, "a", True, ""), LAST), effective=effective)
    assert caught.value.code == "bad-period"


def test_the_vocabulary_refuses_twins_and_strays():
    with pytest.raises(RuleError, match="已有"):
        Pack("p", "1", tables=[household, household])
    with pytest.raises(RuleError, match="没有表"):
        Pack("p", "1", tables=[person])
    with pytest.raises(RuleError, match="已有"):
        Pack("p", "1", tables=[Table("t", {"county": Flag()})])
    with pytest.raises(RuleError, match="不合规"):
        Pack("p", "1", tables=[Table("t", {"低保": Flag()})])
    twice = ParameterDefinition("line", Fen, term="")
    with pytest.raises(RuleError, match="已有"):
        Pack("p", "1", tables=[household], parameters=[twice, twice])
    with pytest.raises(RuleError, match="全市"):
        ParameterDefinition("codes", Codes, term="", county=True)


def test_a_fact_must_be_new_and_an_expression():
    pack = empty_pack()
    pack.fact("person", term="")(named("fresh", lambda p, P: p.rank + 1))
    for name in ("fresh", "wage", "bills", "household", "id"):
        with pytest.raises(RuleError, match="已有"):
            pack.fact("person", term="")(named(name, lambda p, P: p.rank + 1))
    with pytest.raises(RuleError, match="表达式"):
        pack.fact("person", term="")(named("other", lambda p, P: 3))
    with pytest.raises(RuleError, match="没有表"):
        pack.fact("horse", term="")(named("other", lambda p, P: 3))


def named(name, function):
    function.__name__ = name
    return function


def test_a_row_cannot_be_written_to():
    with pytest.raises(RuleError):
        rule(lambda p, P: setattr(p, "wage", 3))


BAD_VALUES = {
    "of no parameter": ParameterValue("lien", 1, D(2020, 1, 1)),
    "a float": ParameterValue("line", 1.0, D(2020, 1, 1)),
    "a flag for money": ParameterValue("line", True, D(2020, 1, 1)),
    "out of range": ParameterValue("line", 10**9, D(2020, 1, 1)),
    "text for codes": ParameterValue("codes", "A", D(2020, 1, 1)),
    "a number for a flag": ParameterValue("open", 1, D(2020, 1, 1)),
    "a county for a city value": ParameterValue("days", 1, D(2020, 1, 1), county="320723"),
    "no county": ParameterValue("line", 1, D(2020, 1, 1), county="灌云县"),
    "another choice": ParameterValue("which", "E", D(2020, 1, 1)),
    "a number for a text": ParameterValue("word", 3, D(2020, 1, 1)),
    "ends before it starts": ParameterValue("line", 1, D(2020, 1, 1), D(2020, 1, 1)),
}


@pytest.mark.parametrize("words", BAD_VALUES)
def test_a_parameter_value_is_refused(words):
    more = [ParameterDefinition("which", Choice(values=("A", "B")), term=""),
            ParameterDefinition("word", Choice, term="")]  # fmt: skip
    pack = Pack("p", "1", tables=TABLES, parameters=[*PARAMETERS, *more])
    with pytest.raises(RuleError) as caught:
        pack.evaluator(D(2020, 1, 1), Parameters([BAD_VALUES[words]]))
    assert caught.value.code in ("bad-parameter", "unknown-parameter")
    assert str(caught.value)


def test_two_values_from_one_day_are_refused():
    rows = [ParameterValue("line", value, D(2020, 1, 1)) for value in (1, 2)]
    with pytest.raises(RuleError) as caught:
        Parameters(rows)
    assert caught.value.code == "overlapping-parameter"


def test_every_refusal_can_be_read():
    for code, (problem, mend, english) in PROBLEMS.items():
        assert problem, code
        assert mend, code
        assert english.isascii(), code


def test_a_branch_about_a_member_is_refused():
    kept = []

    def wrong(p, P):
        p.household.members.any(lambda m: kept.append(m.rank > 0) or m.rank > 0)
        return decide(when(kept[0], "a", True, ""), LAST)

    with pytest.raises(RuleError) as caught:
        rule(wrong)
    assert caught.value.code == "crossed-rows"


def test_a_row_below_or_beside_is_out_of_reach():
    kept = []

    def leak(h, P):
        h.members.any(lambda m: kept.append(m.rank > 0) or m.bills.any(lambda b: b.local))
        return decide(when(kept[0], "a", True, ""), LAST)

    with pytest.raises(RuleError):
        rule(leak, subject="household")
    pack = empty_pack()
    tree = rule(lambda v, P: decide(when(need(v.road), "a", True, ""), LAST), "village").tree("r")
    for subject, table, name in (("person", "village", "road"), ("village", "person", "ill"),
                                 ("household", "person", "ill")):  # fmt: skip
        tree["subject"] = subject
        tree["branches"][0]["condition"]["of"].update(table=table, name=name)
        with pytest.raises(RuleError) as caught:
            pack.load(tree)
        assert caught.value.code == "out-of-reach"


ROAD = {"node": "column", "table": "village", "name": "road"}
INCOME = {"node": "column", "table": "village", "name": "income"}
ILL = {"node": "need", "of": {"node": "column", "table": "person", "name": "ill"}}
ZERO = {"node": "literal", "value": 0, "unit": None}
TREES = {
    "not-a-condition": INCOME,
    "open-comparison": ROAD,
    "out-of-reach": {"node": "and", "items": [{"node": "need", "of": ROAD}, ILL]},
    "different-units": {"node": "need", "of": {"node": "default", "of": ROAD, "value": ZERO}},
    "needless-or": {"node": "known", "of": {"node": "known", "of": ROAD}},
    "unknown-table": {"node": "aggregate", "operator": "any", "table": "household",
                      "body": {"node": "need", "of": ROAD}, "where": None},
    "bad-tree": {"node": "aggregate", "operator": "count", "table": "person",
                 "body": ILL, "where": None},
}  # fmt: skip


@pytest.mark.parametrize("code", TREES)
def test_a_tree_is_proved_like_a_rule(code):
    pack = rule(lambda v, P: decide(when(need(v.road), "a", True, ""), LAST), "village")
    tree = pack.tree("r")
    tree["branches"][0]["condition"] = TREES[code]
    with pytest.raises(RuleError) as caught:
        pack.load(tree)
    assert caught.value.code == code


SHAPES = [
    {"node": "known"},
    {"node": "known", "of": 5},
    {"node": "member", "of": INCOME, "values": [3]},
    {"node": "member", "of": INCOME, "values": "A"},
    {"node": "and", "items": []},
    {"node": "literal", "value": True, "unit": None},
    {"node": "literal", "value": 1, "unit": ["flag"]},
    {"node": "literal", "value": "x", "unit": ["day"]},
    {"node": "aggregate", "operator": "median", "table": "person", "body": None, "where": None},
    "income", None, [], {"node": []},
]  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_a_shape_no_rule_has_is_refused(shape):
    pack = rule(lambda v, P: decide(when(need(v.road), "a", True, ""), LAST), "village")
    tree = pack.tree("r")
    tree["branches"][0]["condition"] = {"node": "not", "of": shape}
    with pytest.raises(RuleError) as caught:
        pack.load(tree)
    assert caught.value.code == "bad-tree"


def test_a_rule_name_and_an_aggregate_out_of_reach():
    with pytest.raises(RuleError, match="不合规"):
        rule(lambda p, P: decide(when(p.rank > 0, "a", True, ""), LAST), name="渐退")
    pack = empty_pack()
    with pytest.raises(RuleError) as caught:
        pack.fact("village", term="")(named("some", lambda v, P: stray(pack)))
    assert caught.value.code == "out-of-reach"
    assert "village.some" in str(caught.value)


def stray(pack):
    kept = []
    pack.fact("person", term="")(named("kept", lambda p, P: kept.append(p.rank + 0) or p.rank))
    return kept[0]


def test_a_sum_is_as_large_as_all_its_rows():
    wide = Fen(range=(0, 10**15))
    for most, fits in ((9_000, True), (10_000, False)):
        tables = [parent := Table("household", {"rank": Fen()}),
                  Table("person", {"wage": wide}, parent=parent, at_most=most)]  # fmt: skip
        pack = Pack("p", "1", tables=tables)

        def total(h, P):
            return decide(when(h.persons.sum(lambda m: m.wage) > h.rank, "a", True, ""), LAST)

        if fits:
            rule(total, subject="household", pack=pack)
        else:
            with pytest.raises(RuleError) as caught:
                rule(total, subject="household", pack=pack)
            assert caught.value.code == "overflow"
