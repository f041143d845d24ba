"""Corners of the language that the random rules seldom reach, from every engine."""

import datetime

import pytest

from tests.rules.test_language import NO, UNKNOWN, YES, ask, home, member, paid
from tests.rules.test_pack import D, build, household_frame, settings
from tests.rules.world import LONG_AGO, PARAMETERS, TABLES, empty_pack, parameters_of
from wengu.kernel.dates import to_day
from wengu.rules import (
    AS_OF,
    Choice,
    Pack,
    ParameterDefinition,
    Parameters,
    ParameterValue,
    age,
    day,
    decide,
    either,
    need,
    otherwise,
    smaller,
    when,
    within_months,
)
from wengu.rules import nodes as n
from wengu.rules.dialect import DIALECTS
from wengu.rules.flips import flips
from wengu.rules.pyexpressions import absent
from wengu.rules.sqlscope import Scope
from wengu.rules.words import Words

ON = datetime.date(2020, 7, 1)
WORLD = empty_pack().vocabulary


def test_arithmetic_from_both_sides():
    h = home(income=30, rent=10)
    assert ask(lambda h, P: 0 + need(h.income) - h.rent == h.rent * 2, h=h).branch == YES
    assert ask(lambda h, P: 0 - h.rent + need(h.income) == 2 * h.rent, h=h).branch == YES
    assert ask(lambda h, P: h.members.count() + 1 == 3 - 2 * h.members.count(), h=h).branch == NO


def test_an_unknown_condition_may_be_given_an_answer():
    assert ask(lambda h, P: need(h.registered).or_(True)).branch == YES
    assert ask(lambda h, P: need(h.registered).or_(False)).branch == NO
    assert ask(lambda h, P: (need(h.income) > 0).is_known()).branch == NO
    assert ask(lambda h, P: h.registered.is_known(), h=home(registered=False)).branch == YES


def test_a_flag_parameter_is_a_condition():
    opened = {("open", None): True, ("open", "320723"): False}
    assert ask(lambda h, P: P.open & ~h.urban, settings=opened).branch == NO
    assert (
        ask(lambda h, P: P.open & ~h.urban, h=home(county="320703"), settings=opened).branch == YES
    )
    assert ask(lambda h, P: P.open & ~h.urban).branch == UNKNOWN


def test_an_age_may_be_counted_from_one_of_two_days():
    def older(m):
        day = either(need(m.ill), m.birth, m.household.since.or_(AS_OF))
        return age(need(day)) >= 16

    def condition(h, P):
        return h.members.any(older)

    for ill, birth, since, branch in (
        (True, 20040701, None, YES),
        (True, 20040702, None, NO),
        (True, None, 20000101, UNKNOWN),
        (False, None, 20040701, YES),
        (False, None, None, NO),
        (None, 20000101, 20000101, UNKNOWN),
    ):
        people = [member(1, ill=ill, birth=birth)]
        assert ask(condition, h=home(since=since), people=people).branch == branch


def test_a_set_of_codes_is_known_once_somebody_has_set_it():
    def condition(h, P):
        return P.codes.is_known() & ~h.urban

    assert ask(condition).branch == NO
    assert ask(condition, settings={("codes", None): frozenset()}).branch == YES
    assert ask(condition, settings={("codes", None): frozenset("A")}).branch == YES


def test_text_may_have_a_default_and_a_parameter():
    assert ask(lambda h, P: h.grade.or_("C") == "C").branch == YES
    which = ParameterDefinition("which", Choice(values=("A", "B")), term="", county=True)
    pack = Pack("p", "1", tables=TABLES, parameters=[*PARAMETERS, which])
    pack.clause(
        "1", rule="r", subject="village", term="", quote="", effective=("2000-01-01", None)
    )(
        lambda v, P: decide(
            when(need(v.road) & (P.which == "A"), "yes", True, ""), otherwise("no", False, "")
        )
    )
    rows = [ParameterValue("which", "A", LONG_AGO, county="320723")]
    query = pack.sql("village", ON, Parameters(rows))
    assert "CAST(NULL AS VARCHAR)" in query
    village = {"id": 1, "county": "320723", "road": True, "income": None}
    evaluator = pack.evaluator(ON, Parameters(rows))
    assert evaluator.village(village)["r"].branch == YES
    assert evaluator.village({**village, "county": "320703"})["r"].branch == UNKNOWN
    assert pack.reference(ON, Parameters(rows)).village(village)["r"].branch == YES


def test_aggregates_in_aggregates_that_look_up_again():
    def richest_has_bills(h, P):
        # A member asks about its household's other members, inside an aggregate over members.
        return h.members.any(
            lambda m: (
                (m.rank == 3)
                & (m.household.members.count(lambda o: o.rank == 3) == 1)
                & m.bills.any(lambda b: b.local)
            )
        )

    people = [member(1, rank=3), member(2, rank=1)]
    assert ask(richest_has_bills, people=people, bills=[paid(1, 1, local=True)]).branch == YES
    assert ask(richest_has_bills, people=people, bills=[paid(1, 2, local=True)]).branch == NO
    twice = [member(1, rank=3), member(2, rank=3)]
    assert ask(richest_has_bills, people=twice, bills=[paid(1, 1, local=True)]).branch == NO


def test_a_bill_sees_its_person_and_its_household():
    def condition(h, P):
        return h.members.any(
            lambda m: m.bills.any(
                lambda b: (b.person.rank > 2) & b.person.household.urban & b.local
            )
        )

    people, bills = [member(1, rank=3), member(2)], [paid(1, 1, local=True)]
    assert ask(condition, h=home(urban=True), people=people, bills=bills).branch == YES
    assert ask(condition, h=home(urban=False), people=people, bills=bills).branch == NO
    assert (
        ask(condition, h=home(urban=True), people=people, bills=[paid(1, 2, local=True)]).branch
        == NO
    )


def test_two_columns_may_not_share_an_alias():
    voc = empty_pack().vocabulary
    scope = Scope("person", voc, DIALECTS["duckdb"])
    scope.base["person_wage"] = "something else"
    assert scope.column("person", "wage") == "person_wage_"
    assert scope.column("person", "wage") == "person_wage_"


def explain(condition, people=(), **values):
    pack = empty_pack()
    pack.clause(
        "1", rule="r", subject="household", term="", quote="", effective=("2000-01-01", None)
    )(lambda h, P: decide(when(condition(h, P), "yes", True, ""), otherwise("no", False, "")))
    frame = pack.frame("household", home(**values), {"person": people})
    parameters = parameters_of({("codes", None): frozenset("AC"), ("line", None): 5})
    return pack.explain("r", frame, as_of=ON, parameters=parameters)


def test_a_set_is_told_and_its_members_are_the_flips():
    found = explain(lambda h, P: need(h.grade).in_(P.codes), grade="B")
    assert [(a.operator, a.threshold, a.threshold_text) for a in found.conditions] == [
        ("in", ("A", "C"), "代码：A、C")]  # fmt: skip
    assert [f.value for f in found.flips] == ["A", "C"]
    found = explain(lambda h, P: ~need(h.grade).in_(("A", "B")), grade="B")
    assert [(a.operator, a.threshold_text, a.verdict) for a in found.conditions] == [
        ("not in", "A、B", False)]  # fmt: skip
    assert [f.value for f in found.flips] == ["C"]


def test_texts_without_a_list_are_those_the_rule_speaks_of():
    pack = empty_pack()
    pack.clause("1", rule="r", subject="person", term="", quote="", effective=("2000-01-01", None))(
        lambda p, P: decide(
            when(need(p.relation) == "X", "x", True, ""),
            when(need(p.relation).in_(("Y", "Z")), "y", True, ""),
            when(need(p.relation).in_(P.codes), "c", True, ""),
            otherwise("no", False, ""),
        )
    )
    frame = pack.frame("household", home(), {"person": [member(relation="Q")]})
    parameters = parameters_of({("codes", None): frozenset("A")})
    found = pack.explain("r", frame.below["person"][0], as_of=ON, parameters=parameters)
    assert [(f.value, f.branch) for f in found.flips] == [
        ("A", "c"), ("X", "x"), ("Y", "y"), ("Z", "y")]  # fmt: skip


def test_a_fact_multiplied_by_itself_is_given_no_flip():
    found = explain(lambda h, P: h.rent * h.rent > P.line * P.line, rent=3)
    assert [f.column for f in found.flips] == []


def test_an_impossible_day_is_given_no_flip():
    pack = empty_pack()
    pack.clause(
        "1", rule="r", subject="household", term="", quote="", effective=("2000-01-01", None)
    )(
        lambda h, P: decide(
            when(need(h.since) > day("2020-01-01"), "y", True, ""), otherwise("n", False, "")
        )
    )
    reference = pack.reference(ON, Parameters())
    frame = pack.frame("household", home(since=20200231))
    assert list(flips(reference, pack.rule("r"), frame)) == []
    assert Words(pack.vocabulary).value(20200231, ("day",)) == "20200231"


def test_a_day_that_has_not_come_is_no_flip():
    def ahead(h, P):
        return need(h.since) > AS_OF

    assert explain(ahead, since=20200101).flips == ()
    # Recorded as to come it is told back as what has come, never as still later.
    (back,) = explain(ahead, since=20991231).flips
    assert (back.direction, back.value, back.branch) == ("down", to_day(ON), "no")
    assert explain(lambda h, P: (need(h.since) > AS_OF).or_(False)).flips == ()
    (come,) = explain(lambda h, P: (need(h.since) >= AS_OF).or_(False)).flips
    assert (come.value, come.branch) == (to_day(ON), "yes")


def test_a_day_written_in_the_rule_falls_due():
    found = explain(lambda h, P: (day("2021-03-01") <= AS_OF) & ~h.urban)
    assert found.due == D(2021, 3, 1)
    assert explain(lambda h, P: age(need(h.since)) >= 1200, since=19900101).due is None


def test_words_for_whatever_is_compared():
    def told(condition, **values):
        atoms = explain(condition, **values).conditions
        return [(a.term, a.value_text, a.threshold_text) for a in atoms]

    assert told(lambda h, P: h.rent + P.line > P.line - h.rent, rent=7) == [
        ("rent + 标准", "0.12 元", "标准 0.05 元 − rent 0.07 元 = -0.02 元")]  # fmt: skip
    assert told(lambda h, P: smaller(h.rent, P.line) * 2 > (h.rent + P.line) * 3, rent=7) == [
        ("rent / 标准 × 2", "0.10 元", "(rent 0.07 元 + 标准 0.05 元) × 3 = 0.36 元")]  # fmt: skip
    assert told(lambda h, P: either(h.urban, h.rent, 0) > h.income.or_(0), rent=7)[0][1:] == (
        "0.00 元", "income 未知按 0.00 元")  # fmt: skip
    assert told(lambda h, P: h.members.count() > 2)[0][0] == "人数"
    assert told(lambda h, P: need(h.members.sum(lambda m: m.wage)) > 0)[0][0] == "人wage合计"
    assert told(lambda h, P: h.members.any(lambda m: m.rank > 0))[0][:2] == (
        "有人的rank ＞ 0", "否")  # fmt: skip
    assert (
        told(lambda h, P: within_months(need(h.since), 6), since=20200301)[0][2]
        == "6个月，界日 2020-01-02"
    )
    assert told(lambda h, P: need(h.since) <= AS_OF, since=20200301)[0][2] == "2020-07-01"


def test_what_nobody_states_is_told_as_unknown_and_as_what_it_counts():
    def told(condition, **values):
        [atom] = explain(condition, **values).conditions
        return atom.value, atom.value_text, atom.operator, atom.threshold, atom.verdict

    no, nothing = "未记载，按“否”计", "未记载，按“0.00 元”计"
    assert told(lambda h, P: h.registered.or_(False)) == (None, no, "is", None, False)
    assert told(lambda h, P: ~h.registered.or_(False)) == (None, no, "is not", None, True)
    assert told(lambda h, P: h.income.or_(0) < P.line) == (None, nothing, "<", 5, True)
    assert told(lambda h, P: h.income.or_(0) < P.line, income=3) == (3, "0.03 元", "<", 5, True)
    assert Words(build().vocabulary, english=True).assumed("no") == "not recorded, taken as no"


def test_a_branch_rests_on_what_settled_it_and_on_no_more():
    def rests(condition, people=(), **values):
        found = explain(condition, people, **values)
        return [(a.fact.rpartition(".")[2], a.operator, a.subject) for a in found.grounds]

    def both(h, P):
        return need(h.registered) & (need(h.income) < P.line)

    def either_(h, P):
        return need(h.registered) | h.urban | (need(h.income) < P.line)

    low, known = ("income", "<", 1), ("registered", "is", 1)
    assert rests(both, registered=True, income=4) == [known, low]
    assert rests(both, registered=False, income=9) == [known]
    assert rests(both, registered=True, income=9) == [low]
    assert rests(either_, registered=False, urban=True, income=4) == [("urban", "is", 1)]
    assert rests(either_, registered=False, income=9) == [known, ("urban", "is", 1), low]
    assert rests(lambda h, P: ~both(h, P), registered=True, income=9) == [("income", ">=", 1)]
    # What "or else" settles rests on nothing; a fact that nobody states settles by what it counts.
    assert rests(lambda h, P: h.urban | both(h, P).or_(True)) == []
    assert rests(lambda h, P: h.urban | both(h, P).or_(False), registered=False) == [
        ("urban", "is", 1), known]  # fmt: skip
    assert rests(lambda h, P: h.registered.or_(False)) == [known]


def test_rows_that_settle_an_any_or_every_are_what_it_rests_on():
    def rests(condition, *ranks):
        people = [member(n, rank=rank) for n, rank in enumerate(ranks, start=1)]
        found = explain(condition, people)
        return [(a.operator, a.threshold, a.subject) for a in found.grounds]

    def any_(h, P):
        return h.members.any(lambda m: m.rank > 3)

    def every(h, P):
        return h.members.every(lambda m: m.rank > 3, where=lambda m: m.rank != 1)

    assert rests(any_, 2, 5, 6) == [(">", 3, 2)]
    assert rests(any_, 2, 3) == [(">", 3, 1), (">", 3, 2)]
    assert rests(every, 5, 2, 1) == [("!=", 1, 2), (">", 3, 2)]
    assert rests(every, 5, 1) == [(">", 3, 1), ("!=", 1, 2)]


def test_what_led_to_a_branch_are_those_before_it_with_another_verdict():
    pack = empty_pack()
    pack.clause(
        "1", rule="r", subject="household", term="", quote="", effective=("2000-01-01", None)
    )(
        lambda h, P: decide(
            when(h.urban, "no", False, ""),
            when(need(h.income) < P.line, "low", True, ""),
            when(h.rent > 0, "dear", True, ""),
            otherwise("rest", True, ""),
        )
    )

    def told(**values):
        frame = pack.frame("household", home(**values))
        found = pack.explain("r", frame, as_of=ON, parameters=parameters_of({("line", None): 5}))
        names = [[a.fact for a in atoms] for atoms in (found.grounds, found.led)]
        return found.branch, *names

    urban, rent = ["household.urban"], ["household.rent"]
    assert told(urban=True) == ("no", urban, [])
    assert told(income=9, rent=4) == ("dear", rent, urban)
    assert told(income=9) == ("rest", urban, urban)
    assert told(income=None) == (None, [], [])


ILL, RELATION, RANK = (n.Column("person", name) for name in ("ill", "relation", "rank"))


@pytest.mark.parametrize(("operator", "body", "chinese", "english"), [
    ("count", None, "人数", "number of members"),
    ("any", n.Need(ILL), "有人ill", "any person ill"),
    ("any", n.Not(ILL), "有人并非ill", "any person not ill"),
    ("every", n.Default(ILL, n.Literal(True, None)), "全部人为ill", "all members ill"),
    ("every", n.Not(ILL), "全部人并非ill", "all members not ill"),
    ("any", n.Member(RELATION, ("之女", "之子")), "有人的relation为之女、之子之一",
     "any person with relation among 之女, 之子"),
    ("any", n.Not(n.Member(RELATION, ("户主",))), "有人的relation不为户主",
     "any person with relation not among 户主"),
    ("every", n.Not(n.Compare(">=", RANK, n.Literal(3, None))), "全部人的rank ＜ 3",
     "all members with rank < 3"),
    ("any", n.And((n.Known(RELATION), n.Not(n.Known(RANK)))), "有人的relation已知且rank未知",
     "any person with relation known and with rank unknown"),
    ("any", n.Not(n.And((ILL, n.Compare("=", RANK, n.Literal(1, None))))),
     "有人并非ill或rank ≠ 1", "any person not ill or with rank ≠ 1"),
    ("sum", n.Aggregate("sum", "bill", n.Column("bill", "paid"), None), "人结算paid合计",
     "paid, total of all bills, total of all members"),
])  # fmt: skip
def test_what_is_said_of_rows_reads_as_a_sentence(operator, body, chinese, english):
    node = n.Aggregate(operator, "person", body, None)
    assert Words(WORLD).name(node) == chinese
    assert Words(WORLD, english=True).name(node) == english


def test_words_in_english():
    pack = build()
    words = Words(pack.vocabulary, english=True)
    assert (
        words.name(n.Cut("months", n.Parameter("months"))) == "cut-off gradual exit before the day"
    )
    assert (
        Words(pack.vocabulary).name(n.Cut("months", n.Parameter("months")))
        == "基准日前渐退期的界日"
    )
    assert words.name(n.Today()) == "day of evaluation"
    assert words.value(None, ()) == "unknown"
    assert words.value(20_050, ("bp",)) == "200.5%"


def test_a_named_condition_is_told_with_its_parts():
    pack = build()
    people = [{"id": 1, "household": 7, "birth": 20100101, "grade": "无", "wage": None}]
    found = pack.explain("with-minor", household_frame(pack, people), as_of=D(2020, 7, 1),
                         parameters=settings())  # fmt: skip
    minor = found.conditions[0].inner[0]
    assert (minor.term, minor.verdict, minor.inner[0].term) == ("未成年", True, "年龄")
    assert minor.inner[0].threshold_text == "成年岁数 18岁"
    assert minor.inner[0].leaves[0].value == 20100101


def test_a_condition_with_an_answer_is_told_as_the_fact_is():
    atoms = explain(
        lambda h, P: (~need(h.registered) | (need(h.income) > P.line)).or_(False)
    ).conditions
    assert [(a.fact, a.operator, a.verdict) for a in atoms] == [
        ("household.registered", "is not", None), ("household.income", ">", None)]  # fmt: skip


def test_whether_a_constant_is_known_is_known_beforehand():
    # "5 is not None" would be a warning of Python, and so an error of ours.
    assert absent("610") == "False"
    assert absent("None") == "True"
    assert absent("row['birth']") == "(row['birth'] is None)"
