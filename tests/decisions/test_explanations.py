"""Each decision can be read: clause, facts, sources, days, what lacks, what would change it."""

import datetime
from typing import Any

import pytest

from tests.decisions import factories as make
from tests.decisions import packs
from wengu.decisions import explanations, facts, policies, sources
from wengu.decisions.dossiers import Told
from wengu.decisions.explanations import explain
from wengu.decisions.policies import Policy
from wengu.registry.models import SourceKind
from wengu.rules import decide, need, otherwise, when

pytestmark = [pytest.mark.django_db, pytest.mark.db]
DAY = make.DAY


def a_home(**facts: object) -> make.Household:
    home = make.household()
    make.person(household=home)
    make.state(home, row=3418, registered=True, **facts)
    return home


def of_rule(found: list[explanations.Explanation], rule: str) -> explanations.Explanation:
    return next(one for one in found if one.rule == rule)


def test_a_decision_names_its_facts_with_source_and_day() -> None:
    home = a_home()
    make.income(home, 4999_99, since=datetime.date(2020, 6, 1))
    one = of_rule(explain(household=home.pk, on=DAY, policy=packs.policy()), "poor")
    assert one.as_json() | {"sentence": "", "flips": []} == {
        "subject": "household",
        "id": home.pk,
        "clause": "1.1",
        "rule": "poor",
        "verdict": "true",
        "branch": "poor",
        "because": [
            {
                "fact": "household.registered",
                "value": True,
                "unit": "",
                "operator": "=",
                "threshold": True,
                "source": "花名册第 3418 行",
                "date": "2020-07-01",
                "facts": [
                    {
                        "fact": "household.registered",
                        "subject": home.pk,
                        "value": True,
                        "unit": "",
                        "source": "花名册第 3418 行",
                        "date": "2020-07-01",
                    }
                ],
            },
            {
                "fact": "household.income_fen",
                "value": "4999.99",
                "unit": "元",
                "operator": "<",
                "threshold": "6000.00",
                "source": "花名册",
                "date": "2020-06-01",
                "facts": [
                    {
                        "fact": f"household.{name}",
                        "subject": home.pk,
                        "value": value,
                        "unit": unit,
                        "source": "花名册",
                        "date": "2020-06-01",
                    }
                    for name, value, unit in (
                        ("income_fen", "4999.99", "元"),
                        ("income_heads", 1, ""),
                    )
                ],
            },
        ],
        "missing": [],
        "sentence": "",
        "flips": [],
        "due": None,
    }
    assert "低收入" in one.sentence
    assert ("household.income_fen", 600000, "above") in {
        (f"{flip.table}.{flip.column}", flip.value, flip.branch) for flip in one.flips
    }


def test_a_reason_of_several_facts_gives_each_its_own_day_and_is_as_new_as_the_newest() -> None:
    pack = packs.small()

    @pack.clause(
        "1.5", rule="burden", subject="household", term="负担", quote="自付", effective=packs.EVER
    )
    def burden(h: Any, P: Any) -> Any:
        paid = h.members.sum(lambda m: m.bills.sum(lambda b: b.self_pay_fen))
        return decide(when(need(paid) > 10, "heavy", True, "重"), otherwise("light", False, "轻"))

    home = a_home()
    person = home.memberships.get().person
    days = [datetime.date(2020, 5, 31), datetime.date(2020, 6, 30), datetime.date(2020, 2, 1)]
    for number, day in enumerate(days):
        made = make.bill(person, self_pay_fen=4 + number)
        made.since = day
        made.save()
    policy = Policy(pack, packs.values(), "3207")
    [reason] = of_rule(explain(household=home.pk, on=DAY, policy=policy), "burden").atoms()
    told = reason.as_json()
    assert [(one["value"], one["date"]) for one in told["facts"]] == [
        (4, "2020-05-31"), (5, "2020-06-30"), (6, "2020-02-01")
    ]  # fmt: skip
    assert (told["date"], told["source"]) == ("2020-06-30", "部门名册")


def test_a_fact_that_nobody_states_has_no_value_no_source_and_no_day() -> None:
    home = make.household()
    make.person(household=home)
    make.state(home, registered=False, monitored="边缘易致贫户")
    make.listing("hospital")
    make.income(home, 20000_00)
    policy = policies.current(parameters=policies.demonstration())
    one = of_rule(explain(household=home.pk, on=DAY, policy=policy), "unregistered-marginal")
    assert (one.verdict, one.branch) == (True, "monitored")
    [cleared] = [told for told in one.as_json()["because"] if "risk_cleared" in told["fact"]]
    assert cleared == {
        "fact": "household.risk_cleared", "value": None, "unit": "", "operator": "=",
        "threshold": False, "source": "", "date": None, "facts": [],
    }  # fmt: skip
    assert one.sentence == (
        "非建档立卡边缘户：已列为监测对象，风险未消除（监测对象类别：边缘易致贫户，属于"
        "突发严重困难户、脱贫不稳定户、边缘易致贫户，风险已消除：未记载，按“否”计）。"
    )


def test_a_sentence_tells_what_its_branch_rests_on() -> None:
    home = a_home(dibao=True)
    make.income(home, 8000_00)
    policy = policies.current(parameters=policies.demonstration())
    found = explain(household=home.pk, on=DAY, policy=policy)
    assert of_rule(found, "safety-net-exit").sentence == "兜底脱贫户：低保户（低保户：是）。"
    # It rests on a day that is not recorded; the figure that led to it stands before that.
    assert of_rule(found, "gradual-exit").sentence == (
        "渐退期：收入超过标准但在2倍以内，开始渐退期（家庭年纯收入 8,000.00 元 ≤ 农村低保标准 "
        "610.00 元 × 12 × 收入分摊人数 1 × 渐退期收入上限倍数 200% = 14,640.00 元，"
        "渐退期开始日：未知）。"
    )


def would(found: list[explanations.Explanation], rule: str, column: str) -> set[tuple[Any, ...]]:
    flips = [one for one in of_rule(found, rule).flips if one.column == column]
    return {(one.current, one.value, one.direction, one.branch) for one in flips}


def test_a_fact_whose_absence_is_an_answer_may_change_it_once_it_is_recorded() -> None:
    home = a_home(dibao=True, monitored="边缘易致贫户")
    make.listing("hospital")
    make.income(home, 8000_00)
    policy = policies.current(parameters=policies.demonstration())
    found = explain(household=home.pk, on=DAY, policy=policy)
    assert would(found, "gradual-exit", "grace_since") == {
        (None, 20180701, "", "expired"),
        (None, 20200701, "", "grace"),
    }
    assert would(found, "sudden-shock", "disaster_on") == {(None, 20200701, "", "disaster")}
    assert would(found, "gradual-exit", "urban_dibao") == {(None, True, "", "outside")}
    other = make.household()
    make.person(household=other)
    make.state(other, registered=False, monitored="边缘易致贫户", dibao=False, destitute=False)
    make.income(other, 20000_00)
    found = explain(household=other.pk, on=DAY, policy=policy)
    assert would(found, "unregistered-marginal", "risk_cleared") == {(None, True, "", "steady")}
    # What an open question lacks is told as missing, not as a change.
    nobody = make.household()
    make.person(household=nobody)
    found = explain(household=nobody.pk, on=DAY, policy=policy)
    assert of_rule(found, "housing-gap").missing
    assert would(found, "housing-gap", "house_grade") == set()


def test_what_is_missing_is_named_with_who_holds_it() -> None:
    home = a_home()
    one = of_rule(explain(household=home.pk, on=DAY, policy=packs.policy()), "poor")
    assert (one.verdict, one.branch) == (None, None)
    assert one.as_json()["missing"] == ["household.income_fen", "household.income_heads"]
    assert {missing.holder for missing in one.missing} == {"县"}
    assert one.sentence == "低收入：暂不能认定，缺少收入、人数。"


def test_a_parameter_is_given_with_its_region_its_source_and_whether_it_is_verified() -> None:
    home = a_home()
    make.income(home, 1)
    one = of_rule(explain(household=home.pk, on=DAY, policy=packs.policy()), "poor")
    [setting] = one.parameters
    assert (setting.name, setting.region, setting.source, setting.unverified) == (
        "line",
        "3207",
        "市文件",
        True,
    )
    other = make.household(village=make.VILLAGES[3])
    make.person(household=other)
    make.state(other, registered=True)
    make.income(other, 1)
    one = of_rule(explain(household=other.pk, on=DAY, policy=packs.policy()), "poor")
    assert (one.parameters[0].region, one.parameters[0].unverified) == ("320706", False)
    assert one.because[1].threshold == "6500.00"


def test_a_decision_says_on_which_day_it_will_change_by_itself() -> None:
    home = a_home()
    make.grace(home, since=datetime.date(2019, 8, 31))
    one = of_rule(explain(household=home.pk, on=DAY, policy=packs.policy()), "grace")
    assert (one.verdict, one.due) == (True, datetime.date(2020, 8, 31))


def a_family(*incomes: tuple[str, int]) -> list[explanations.Explanation]:
    """What the real rules say of two persons with these incomes."""
    home = a_home()
    make.person(household=home, relation="妻子")
    for item, fen in incomes:
        make.income(home, fen, item=item)
    policy = policies.current(parameters=policies.demonstration())
    return explain(household=home.pk, on=DAY, policy=policy)


def of_income(found: list[explanations.Explanation]) -> list[dict[str, Any]]:
    every = [atom for one in found for atom in one.atoms()]
    return [one.as_json() for one in every if one.fact == "household.income_fen"]


def test_an_income_declared_per_head_is_called_so_and_its_unit_says_it() -> None:
    found = a_family(("declared_net_per_head", 5000_00))
    marginal = of_rule(found, "low-income-marginal")
    assert marginal.per_head
    line = next(one for one in marginal.atoms() if one.fact == "household.income_fen")
    assert (line.term, line.value, line.unit) == ("家庭人均年纯收入", "5000.00", "元/人")
    assert "人均收入所计人数 1 =" in line.threshold_text
    stated = {one["fact"]: one["unit"] for one in line.as_json()["facts"]}
    assert stated == {"household.income_fen": "元/人", "household.income_heads": ""}
    # What is made of it and of the number of members is a sum of all of them again.
    left = next(one for one in of_rule(found, "near-poverty").atoms() if "−" in one.term)
    assert left.term.startswith("家庭人均年纯收入 × ")
    assert left.unit == "元"


def test_an_income_of_the_whole_household_keeps_its_name() -> None:
    found = a_family(*[
        (item, 1000_00)
        for item in ("wages", "business", "property", "transfers", "business_costs")
    ])  # fmt: skip
    assert not any(one.per_head for one in found)
    assert {one["unit"] for one in of_income(found)} == {"元"}
    assert "人均" not in "".join(one.sentence for one in found)


def test_who_lives_alone_has_the_income_of_the_household() -> None:
    home = a_home()
    make.income(home, 5000_00)
    policy = policies.current(parameters=policies.demonstration())
    found = explain(household=home.pk, on=DAY, policy=policy)
    assert {one["unit"] for one in of_income(found)} == {"元"}


def test_a_department_s_silence_is_given_as_such() -> None:
    home = a_home()
    make.listing("dibao")
    found = facts.dossier(household=home.pk, on=DAY, seq=facts.latest_seq())
    assert found is not None
    told = found.told["household", home.pk, "dibao"]
    assert (found.household["dibao"], told.listing, told.source) == (
        False,
        "低保名册",
        SourceKind.DEPARTMENT.value,
    )


def test_a_list_is_not_silent_of_whom_a_waiting_row_may_mean() -> None:
    home, other = a_home(), a_home()
    person = home.memberships.get().person
    for kind in ("dibao", "destitute"):
        make.gap(make.listing(kind), person)
    found = facts.dossiers(households=[home.pk, other.pk], on=DAY, seq=facts.latest_seq())
    assert found[home.pk].household["dibao"] is None
    assert found[home.pk].persons[0]["destitute"] is None
    assert found[other.pk].household["dibao"] is False
    assert found[other.pk].persons[0]["destitute"] is False


def test_the_real_rules_are_explained_for_every_subject() -> None:
    make.Chance(2).registry(10)
    policy = policies.current(parameters=policies.demonstration())
    for home in make.Household.objects.all():
        said = explain(household=home.pk, on=DAY, policy=policy, english=home.pk % 2 == 0)
        rules = [(one.subject, one.id, one.rule) for one in said]
        assert len(rules) == len(set(rules)) >= 15
        assert all(one.sentence.startswith(one.term) for one in said)
        assert all(one.verdict is not None or one.missing for one in said)


def test_a_list_named_after_its_keeper_is_named_once():
    told = Told("3department", 20200701, listing="残联名册")
    assert sources.text(told, "县残联") == "县残联名册（未列入）"
    assert (
        sources.text(told._replace(listing="低保名册"), "县民政局") == "县民政局低保名册（未列入）"
    )


def test_a_list_s_day_gives_way_to_what_a_branch_rests_on_besides() -> None:
    home = make.household()
    person = make.person(household=home)
    make.state(home, dibao=False, destitute=False)
    make.state(person, labour="普通劳动力", disability="41", disabled=True, serious_illness=False)
    make.listing("hospital")
    make.income(home, 20000_00)
    policy = policies.current(parameters=policies.demonstration())
    found = explain(household=home.pk, on=DAY, policy=policy)
    said = {one.rule: one.sentence for one in found if one.branch is not None}
    assert not [words for words in said.values() if "住院名册" in words]
    assert said["sudden-shock"].endswith("（受灾日期：未知，观察期内自付 0.00 元 ≤ 0.00 元）。")
