"""A whole pack: cases, explanation, tree, hash, references."""

import dataclasses
import datetime
import hashlib
import json
import subprocess
import sys
from decimal import Decimal

import duckdb
import pytest

from wengu.rules import (
    BP,
    Bp,
    Choice,
    Codes,
    Count,
    Day,
    Fen,
    Flag,
    Months,
    Pack,
    ParameterDefinition,
    Parameters,
    ParameterValue,
    RuleError,
    Table,
    Years,
    age,
    decide,
    need,
    otherwise,
    when,
    within_months,
)
from wengu.rules.cases import cases, run_python, run_sql, unused_branches
from wengu.rules.casetable import read_cases
from wengu.rules.dialect import DIALECTS
from wengu.rules.leaves import Leaf

D = datetime.date
CASES = """
    with registered=1 income_heads=2 P.standard=620.00 P.factor=200% P.months=24
    as_of       over_since  income_fen | branch
    2020-10-31  -           14880.00   | keep       # equal is not "over"
    2020-10-31  -           14880.01   | start
    2020-10-30  2018-10-31  29760.00   | grace      # 2 times is within, last day of 24 months
    2020-10-31  2018-10-31  29760.00   | expired
    2020-10-31  2018-10-31  29760.01   | exit
    2020-10-31  2018-10-31  ?          | unknown(income_fen)
"""


def build(version="1"):
    household = Table(
        "household",
        {
            "registered": Flag(
                null=True, term="建档立卡", term_en="registered", holder="县农业农村局"
            ),
            "income_fen": Fen(null=True, term="家庭纯收入", term_en="net income", holder="乡镇"),
            "income_heads": Count(null=True, term="人数", term_en="heads", range=(1, 50)),
            "over_since": Day(null=True, term="超过标准起始日"),
        },
        term="户",
    )
    person = Table(
        "person",
        {
            "birth": Day(null=True, term="出生日期", term_en="birth"),
            "grade": Choice(null=True, term="残疾等级", values=("一级", "二级", "无")),
            "wage": Fen(null=True, term="工资"),
        },
        parent=household, many="members", at_most=50, term="人", term_en="person",
    )  # fmt: skip
    bill = Table("bill", {"paid": Fen(term="自付"), "left": Day(null=True, term="出院")},
                 parent=person, many="bills", at_most=50, term="结算")  # fmt: skip
    pack = Pack("demo", version, tables=[household, person, bill], parameters=[
        ParameterDefinition("standard", Fen, term="低保标准", term_en="standard", unit="元/月",
                            county=True, range=(0, 10**6)),
        ParameterDefinition("factor", Bp, term="倍数", term_en="factor", range=(0, 10**6)),
        ParameterDefinition("months", Months, term="渐退期", term_en="gradual exit"),
        ParameterDefinition("adult", Years, term="成年岁数", term_en="adult"),
        ParameterDefinition("severe", Codes, term="重残等级"),
    ])  # fmt: skip

    @pack.fact("household", term="低保年标准", term_en="annual standard")
    def limit(h, P):
        return P.standard * 12 * need(h.income_heads)

    @pack.fact("person", term="未成年", term_en="minor")
    def minor(p, P):
        return age(need(p.birth)) < P.adult

    @pack.clause(
        "2.4.3",
        rule="gradual-exit",
        subject="household",
        term="渐退期",
        term_en="Gradual exit",
        quote="给予不超过2年的渐退期",
        effective=("2020-05-01", "2030-01-01"),
        measures=("dibao",),
        cases=CASES,
    )
    def gradual_exit(h, P):
        return decide(
            when(~need(h.registered), "outside", False, "不是建档立卡户", default=True),
            when(need(h.income_fen) <= h.limit, "keep", False, "未超过标准"),
            when(need(h.income_fen) * BP > h.limit * P.factor, "exit", False, "超过2倍"),
            when(~h.over_since.is_known(), "start", True, "开始渐退", term_en="begins"),
            when(within_months(need(h.over_since), P.months), "grace", True, "渐退期内"),
            otherwise("expired", False, "渐退期满"),
        )

    @pack.clause(
        "2.1.1",
        rule="with-minor",
        subject="household",
        term="有未成年人",
        quote="…",
        effective=("2020-01-01", None),
        cases="""
    with P.adult=18 P.severe=一级,二级
    as_of       members.birth          members.grade | branch
    2020-07-01  1980-01-01,2002-07-02  无            | minor
    2020-07-01  1980-01-01,2002-07-01  无            | severe-no
    2020-07-01  1980-01-01,?           无,一级       | unknown(members.birth)
    2020-07-01  2010-01-01,?           无            | minor
    2020-07-01  -                      -             | severe-no
    2020-07-01  1980-01-01             一级          | severe
    """,
    )
    def with_minor(h, P):
        return decide(
            when(h.members.any(lambda m: m.minor), "minor", True, "有未成年人"),
            when(h.members.any(lambda m: need(m.grade).in_(P.severe)), "severe", True, "有重残"),
            otherwise("severe-no", False, "都没有"),
        )

    @pack.clause(
        "2.4.5",
        rule="spent",
        subject="person",
        term="自付",
        quote="…",
        effective=("2020-01-01", None),
        cases="""
    as_of       household.registered bills.paid    bills.left            | branch
    2020-07-01  1                    100.00,50.00  2020-06-01,2020-01-01 | some
    2020-07-01  1                    100.00        2018-06-01            | none
    2020-07-01  1                    -             -                     | none
    2020-07-01  1                    100.00        ?                     | unknown(bills.left)
    2020-07-01  ?                    100.00        2020-06-01            | ?(household.registered)
    """,
    )
    def spent(p, P):
        paid = p.bills.sum(lambda b: b.paid, where=lambda b: within_months(need(b.left), 12))
        return decide(
            when((need(paid) > 0) & need(p.household.registered), "some", True, "有"),
            otherwise("none", False, "无"),
        )

    return pack


def settings(**more):
    values = {"standard": 62_000, "factor": 20_000, "months": 24, "adult": 18,
              "severe": frozenset({"一级"}), **more}  # fmt: skip
    return Parameters(ParameterValue(name, value, D(2020, 1, 1)) for name, value in values.items())


def household_frame(pack, people=(), bills=(), **values):
    row = {"id": 7, "county": "320723", "registered": True, "income_fen": 1_488_001,
           "income_heads": 2, "over_since": 20190331, **values}  # fmt: skip
    return pack.frame("household", row, {"person": people, "bill": bills})


def test_every_case_holds_in_python_and_sql():
    pack = build()
    with duckdb.connect() as connection:
        for case in cases(pack):
            for outcome in (
                run_python(pack, case),
                run_sql(
                    pack, case, lambda text: connection.execute(text).fetchall(), DIALECTS["duckdb"]
                ),
            ):
                assert outcome.agrees, outcome


def test_a_wrong_case_is_seen():
    pack = build()
    pack.rules = [
        dataclasses.replace(rule, cases=rule.cases.replace("| keep ", "| start"))
        for rule in pack.rules
    ]
    outcomes = [run_python(pack, case) for case in cases(pack)]
    assert [str(outcome).split("[")[0] for outcome in outcomes if not outcome.agrees] == [
        "gradual-exit 第 1 行 "
    ]


def test_a_case_names_all_that_is_missing():
    pack = build()
    text = CASES.replace("unknown(income_fen)", "unknown(income_fen,income_heads)")
    rule = dataclasses.replace(pack.rules[0], cases=text)
    assert not run_python(pack, read_cases(pack.vocabulary, rule)[-1]).agrees


def test_branches_without_a_case_are_named():
    pack = build()
    assert [unused_branches(pack, rule) for rule in pack.rules] == [["outside"], [], []]


@pytest.mark.parametrize(
    ("line", "why"),
    [("2020-10-31 - | keep", "应有 3 格"), ("2020-10-31 - 1.00", "应有 3 格"),
     ("2020-02-30 - 1.00 | keep", "day"), ("2020-10-31 - 1.001 | keep", "小数"),
     ("2020-10-31 - 1.00 | kept", "kept"), ("2020-10-31 - 1.00 | unknown(wgae)", "wgae"),
     ("2020-10-31 - 1.00 | a b", "分支名"), ("2020-10-31 x 1.00 | keep", "x"),
     ("2020-10-31 - 99999999999999.00 | keep", "之间")],
)  # fmt: skip
def test_a_case_that_cannot_be_read_is_refused(line, why):
    pack = build()
    rule = dataclasses.replace(pack.rules[0], cases=CASES + "    " + line + "\n")
    with pytest.raises(RuleError, match=why):
        read_cases(pack.vocabulary, rule)


@pytest.mark.parametrize(
    "common", ["income_heads", "wgae=1", "members.wgae=1", "P.lien=1", "pets.x=1"]
)
def test_a_given_that_cannot_be_read_is_refused(common):
    pack = build()
    rule = dataclasses.replace(pack.rules[0], cases=f"    with {common}\n" + CASES)
    with pytest.raises(RuleError):
        read_cases(pack.vocabulary, rule)


CASES_OF_SPENT = """
    as_of       household.registered bills.paid bills.left | branch
    2020-07-01  {registered}         {paid}     {left}     | {branch}
"""


@pytest.mark.parametrize(
    ("registered", "paid", "left", "branch", "why"),
    [("yes", "1.00", "2020-06-01", "some", "1 或 0"), ("1", "?", "2020-06-01", "some", "不能未知"),
     ("1", "1.00,2.00", "2020-06-01,2020-06-01,2020-06-01", "some", "个数"),
     ("1", "1.00", "2020-06-01", "unknown(P.adlut)", "adlut")],
)  # fmt: skip
def test_a_case_of_a_person_that_cannot_be_read(registered, paid, left, branch, why):
    pack = build()
    text = CASES_OF_SPENT.format(registered=registered, paid=paid, left=left, branch=branch)
    rule = dataclasses.replace(pack.rules[2], cases=text)
    with pytest.raises(RuleError, match=why):
        read_cases(pack.vocabulary, rule)


def test_what_a_rule_does_not_look_at_need_not_be_given():
    columns = {"seen": Flag(), "idle": Flag(), "name": Choice(), "kind": Choice(values=("A",)),
               "number": Count(range=(1, 5)), "wage": Fen(), "born": Day(null=True)}  # fmt: skip
    pack = Pack("p", "1", tables=[Table("village", columns)])
    text = """
    as_of      seen | branch
    2020-07-01 是   | yes
    2020-07-01 否   | no
    """
    pack.clause("1", rule="r", subject="village", term="", quote="", effective=("2020-01-01", None),
                cases=text)(
        lambda v, P: decide(when(v.seen, "yes", True, ""), otherwise("no", False, ""))
    )  # fmt: skip
    found = list(cases(pack))
    assert [run_python(pack, case).agrees for case in found] == [True, True]
    row = found[0].rows["village"][0]
    assert (row["idle"], row["name"], row["kind"], row["number"], row["wage"]) == (
        False,
        "",
        "A",
        1,
        0,
    )
    missing = dataclasses.replace(pack.rules[0], cases=text.replace("seen |", "idle |"))
    with pytest.raises(RuleError, match="seen"):
        read_cases(pack.vocabulary, missing)
    strange = dataclasses.replace(pack.rules[0], cases="    with kind=B\n" + text)
    with pytest.raises(RuleError, match="没有取值"):
        read_cases(pack.vocabulary, strange)


def test_a_case_may_want_a_parameter_to_be_missing():
    pack = build()
    text = CASES.replace("P.standard=620.00", "P.standard=?").replace("keep ", "?(P.standard)")
    rule = dataclasses.replace(pack.rules[0], cases=text)
    outcome = run_python(pack, read_cases(pack.vocabulary, rule)[0])
    assert outcome.agrees
    assert outcome.missing == {Leaf("", "standard")}


def test_members_of_members_are_read_by_semicolons():
    pack = build()
    rule = dataclasses.replace(
        pack.rules[1],
        cases="""
    as_of      members.birth members.bills.paid members.bills.left | branch
    2020-07-01 1980-01-01    1.00,2.00;3.00     2020-01-01         | minor
    """,
    )
    with pytest.raises(RuleError, match="第 1 行"):  # two members of bills, one of birth
        read_cases(pack.vocabulary, dataclasses.replace(
            rule, cases=rule.cases.replace("1980-01-01  ", "1980-01-01,?,?")))  # fmt: skip
    rule = dataclasses.replace(rule, cases=rule.cases.replace("1980-01-01  ", "1980-01-01,?"))
    rows = read_cases(pack.vocabulary, rule)[0].rows
    assert [(bill["person"], bill["paid"]) for bill in rows["bill"]] == [
        (1, 100),
        (1, 200),
        (2, 300),
    ]


def test_an_explanation_tells_each_condition_with_its_arithmetic():
    pack = build()
    found = pack.explain("gradual-exit", household_frame(pack), as_of=D(2020, 10, 31),
                         parameters=settings())  # fmt: skip
    assert (found.verdict, found.branch, found.clause) == (True, "grace", "2.4.3")
    assert found.quote == "给予不超过2年的渐退期"
    told = [(branch, a.fact, a.operator, a.value_text, a.threshold_text, a.verdict)
            for branch, a in zip(found.branches, found.conditions, strict=True)]  # fmt: skip
    assert told == [
        ("outside", "household.registered", "is not", "是", "", False),
        ("keep", "household.income_fen", "<=", "14,880.01 元",
         "低保标准 620.00 元 × 12 × 人数 2 = 14,880.00 元", False),
        ("exit", "household.income_fen", ">", "14,880.01 元",
         "低保标准 620.00 元 × 12 × 人数 2 × 倍数 200% = 29,760.00 元", False),
        ("start", "household.over_since", "not known", "2019-03-31", "", False),
        ("grace", "household.over_since", ">=", "2019-03-31", "渐退期 24个月，界日 2018-11-01",
         True),
    ]  # fmt: skip
    income = found.conditions[1]
    assert (income.value, income.threshold, income.unit) == (1_488_001, 1_488_000, "fen")
    assert [(leaf.table, leaf.column, leaf.subject) for leaf in income.leaves] == [
        ("household", "income_fen", 7), ("household", "income_heads", 7)]  # fmt: skip
    assert found.missing == ()


def test_an_explanation_says_what_would_change_it():
    pack = build()
    found = pack.explain("gradual-exit", household_frame(pack), as_of=D(2020, 10, 31),
                         parameters=settings())  # fmt: skip
    flips = {(f.column, f.direction): (f.value, f.branch, f.verdict) for f in found.flips}
    assert flips == {
        ("registered", ""): (False, "outside", False),
        ("income_fen", "up"): (2_976_001, "exit", False),
        ("income_fen", "down"): (1_488_000, "keep", False),
        ("income_heads", "up"): (3, "keep", False),
        ("income_heads", "down"): (1, "exit", False),
        ("over_since", "down"): (20181031, "expired", False),
    }
    assert found.due == D(2021, 3, 31)


def test_an_explanation_in_english():
    pack = build()
    found = pack.explain("gradual-exit", household_frame(pack, over_since=None),
                         as_of=D(2020, 10, 31), parameters=settings(), english=True)  # fmt: skip
    assert (found.term, found.branch_term) == ("Gradual exit", "begins")
    assert (
        found.conditions[1].threshold_text == "standard 620.00 yuan × 12 × heads 2 = 14,880.00 yuan"
    )
    assert found.conditions[1].value_text == "14,880.01 yuan"


def test_an_unknown_names_the_fact_its_holder_and_its_person():
    pack = build()
    found = pack.explain("gradual-exit", household_frame(pack, income_fen=None),
                         as_of=D(2020, 10, 31), parameters=settings())  # fmt: skip
    assert (found.verdict, found.branch) == (None, None)
    assert [(m.leaf, m.subject, m.term, m.holder) for m in found.missing] == [
        (Leaf("household", "income_fen"), 7, "家庭纯收入", "乡镇")]  # fmt: skip
    assert found.conditions[-1].verdict is None
    people = [{"id": key, "household": 7, "birth": birth, "grade": None, "wage": None}
              for key, birth in ((1, 19800101), (2, None), (3, None))]  # fmt: skip
    found = pack.explain("with-minor", household_frame(pack, people), as_of=D(2020, 7, 1),
                         parameters=settings())  # fmt: skip
    assert [m.subject for m in found.missing] == [2, 3]
    assert [(a.subject, a.verdict) for a in found.conditions[0].inner] == [
        (1, False),
        (2, None),
        (3, None),
    ]


def test_an_unset_parameter_is_what_is_missing():
    pack = build()
    found = pack.explain("gradual-exit", household_frame(pack), as_of=D(2020, 10, 31),
                         parameters=Parameters())  # fmt: skip
    assert [(m.leaf, m.subject, m.term) for m in found.missing] == [
        (Leaf("", "standard"), None, "低保标准")]  # fmt: skip


def test_a_value_that_does_not_divide_is_told_exactly():
    pack = build()
    frame = household_frame(pack, income_fen=1_500_000, over_since=None)
    found = pack.explain("gradual-exit", frame, as_of=D(2020, 10, 31),
                         parameters=settings(factor=15_001))  # fmt: skip
    assert found.conditions[2].threshold == Decimal("2232148.8")
    assert "22,321.488 元" in found.conditions[2].threshold_text


def test_the_result_changes_on_the_day_a_parameter_does():
    pack = build()
    later = ParameterValue("standard", 70_000, D(2020, 12, 1), county="320723")
    parameters = Parameters([*settings().rows, later])
    found = pack.explain("gradual-exit", household_frame(pack), as_of=D(2020, 10, 31),
                         parameters=parameters)  # fmt: skip
    assert found.due == D(2020, 12, 1)
    elsewhere = Parameters([*settings().rows, dataclasses.replace(later, county="320703")])
    found = pack.explain("gradual-exit", household_frame(pack), as_of=D(2020, 10, 31),
                         parameters=elsewhere)  # fmt: skip
    assert found.due == D(2021, 3, 31)


def test_the_rule_ends_on_its_last_day():
    pack = build()
    found = pack.explain("gradual-exit", household_frame(pack, registered=False),
                         as_of=D(2020, 10, 31), parameters=settings())  # fmt: skip
    assert found.due == D(2030, 1, 1)


def test_a_tree_is_json_and_comes_back():
    pack = build()
    for rule in pack.rules:
        tree = json.loads(json.dumps(pack.tree(rule.name)))
        loaded = pack.load(tree)
        assert pack.tree(rule.name) == tree
        assert [b.condition for b in loaded.branches] == [b.condition for b in rule.branches]


def test_an_edited_tree_goes_through_the_same_proofs():
    pack = build()
    tree = pack.tree("gradual-exit")
    condition = tree["branches"][1]["condition"]
    assert condition["operator"] == "<="
    condition["operator"] = "<"
    assert pack.load(tree).branches[1].condition.operator == "<"
    condition["right"] = {"node": "parameter", "name": "months"}
    with pytest.raises(RuleError) as caught:
        pack.load(tree)
    assert caught.value.code == "different-units"
    condition["left"] = condition["left"]["of"]
    with pytest.raises(RuleError) as caught:
        pack.load(tree)
    assert caught.value.code == "open-comparison"


@pytest.mark.parametrize(
    "damage",
    [
        lambda t: t["branches"][1]["condition"].update(node="exec"),
        lambda t: t["branches"][1]["condition"].update(operator="; DROP TABLE"),
        lambda t: t["branches"][1]["condition"]["left"].update(node="need", of="x"),
        lambda t: t["branches"][1]["condition"]["right"].update(name="no_such"),
        lambda t: t["branches"][1].update(verdict="yes"),
        lambda t: t["branches"].pop(),
        lambda t: t.pop("since"),
        lambda t: t.update(since="2020-13-01"),
        lambda t: t.update(subject="horse"),
        lambda t: t["branches"][4]["condition"]["right"].update(kind="weeks"),
        lambda t: t["branches"][1]["condition"].update(
            right={"node": "literal", "value": 1.5, "unit": None}
        ),
        lambda t: t["branches"][1]["condition"].update(
            right={"node": "literal", "value": "x", "unit": ["fen"]}
        ),
        lambda t: t["branches"][1]["condition"].update(
            right={"node": "literal", "value": 5, "unit": ["x) --"]}
        ),
    ],
)
def test_a_damaged_tree_is_refused(damage):
    pack = build()
    tree = json.loads(json.dumps(pack.tree("gradual-exit")))
    damage(tree)
    with pytest.raises(RuleError):
        pack.load(tree)


def test_the_hash_is_of_the_content():
    assert build().hash(settings()) == build().hash(settings())
    assert build().hash(settings()) == build().hash(Parameters(reversed(settings().rows)))
    others = {
        build().hash(settings()),
        build("2").hash(settings()),
        build().hash(settings(months=25)),
        build().hash(settings(severe=frozenset({"一级", "二级"}))),
        build().hash(),
    }
    assert len(others) == 5
    changed = build()
    branch = changed.rules[0].branches[1]
    turned = dataclasses.replace(
        branch, condition=dataclasses.replace(branch.condition, operator="<")
    )
    first = changed.rules[0]
    branches = (first.branches[0], turned, *first.branches[2:])
    changed.rules[0] = dataclasses.replace(first, branches=branches)
    assert changed.hash(settings()) not in others


def fingerprint():
    """Return what must not depend on the order of sets: the hash, and the text of the queries."""
    queries = [
        build().sql(subject, D(2020, 10, 31), settings()) for subject in ("household", "person")
    ]
    return build().hash(settings()) + hashlib.sha256("".join(queries).encode()).hexdigest()


def test_hash_and_queries_are_the_same_in_another_process():
    code = "from tests.rules.test_pack import fingerprint; print(fingerprint())"
    found = set()
    for seed in ("1", "2"):
        environment = {"PYTHONHASHSEED": seed, "PYTHONPATH": "."}
        run = [sys.executable, "-c", code]
        done = subprocess.run(run, env=environment, capture_output=True, text=True, check=True)
        found.add(done.stdout.strip())
    assert found == {fingerprint()}


def test_references_of_a_rule():
    pack = build()
    assert list(map(str, pack.refs("with-minor"))) == [
        "person.birth", "parameter adult", "person.grade", "parameter severe"]  # fmt: skip
    assert str(pack.refs("spent")[0]) in ("bill.left", "bill.paid")
    assert Leaf("household", "registered") in pack.refs("spent")
    assert pack.term(Leaf("household", "income_fen")) == ("家庭纯收入", "net income")
    assert pack.term(Leaf("", "standard")) == ("低保标准", "standard")


def test_the_default_branch_is_told():
    pack = build()
    assert [rule.default for rule in pack.rules] == [0, None, None]
    assert pack.rule("gradual-exit").identifier == "gradual_exit"
    with pytest.raises(RuleError, match="gradual-exit"):
        pack.rule("gradual")
    with pytest.raises(RuleError):
        pack.rule("gradual-exit", D(2020, 4, 30))


def test_the_program_can_be_read():
    pack = build()
    source = pack.evaluator(D(2020, 10, 31), settings()).source
    assert "def rule0(f, P):" in source
    assert [rule.name for rule in pack.rules_for("person", D(2020, 10, 31))] == ["spent"]


def test_a_pack_is_read_back_from_what_it_says():
    pack = build()
    again = Pack.of(json.loads(json.dumps(pack.content())))
    assert again.content() == pack.content()
    assert again.hash(settings()) == pack.hash(settings())
    for subject in ("household", "person"):
        day = D(2020, 10, 31)
        assert again.sql(subject, day, settings()) == pack.sql(subject, day, settings())


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content.pop("name"),
        lambda content: content["tables"][0].update(parent="nowhere"),
        lambda content: content["tables"][0]["columns"].clear(),
        lambda content: content["tables"][0]["columns"][0].update(kind="money"),
        lambda content: content["parameters"][0].update(name="x;DROP"),
        lambda content: content["facts"][0].update(name="9"),
        lambda content: content["facts"][0].update(table="nowhere"),
        lambda content: content["rules"].append(content["rules"][0]),
        lambda content: content["rules"][0]["branches"].reverse(),
    ],
)
def test_a_damaged_text_of_a_pack_is_refused(damage):
    content = json.loads(json.dumps(build().content()))
    damage(content)
    with pytest.raises(RuleError):
        Pack.of(content)
