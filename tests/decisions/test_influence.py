"""Of the facts that were exchanged those come first that made the result another one."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from tests.decisions import factories as make
from tests.decisions import packs
from wengu.accounts.queries import operator_scope
from wengu.decisions.actions import decide as run_policy
from wengu.decisions.differences import Difference, diff
from wengu.decisions.models import Run
from wengu.decisions.policies import Policy
from wengu.registry.models import Household
from wengu.rules import decide, need, otherwise, when

pytestmark = [pytest.mark.django_db, pytest.mark.db]
DAY = make.DAY
LATER = DAY + datetime.timedelta(days=1)


def run(condition: Callable[[Any], Any], *, on: datetime.date = DAY) -> Run:
    """Decide by one rule alone: is the condition true of a household?"""
    pack = packs.small()

    @pack.clause(
        "1.9", rule="asked", subject="household", term="所问", quote="所问", effective=packs.EVER
    )
    def asked(h: Any, P: Any) -> Any:
        return decide(
            when(condition(h).or_(False), "yes", True, "是"),
            when(~condition(h), "no", False, "否"),
            otherwise("never", False, "无"),
        )

    return run_policy(on=on, by="测试", policy=Policy(pack, packs.values(), "3207"))


def asked(before: Run, after: Run) -> Difference:
    viewer = operator_scope(name="测试", on=DAY)
    [found] = diff(before=before, after=after, viewer=viewer, rule="asked").differences
    return found


def a_home(**facts: Any) -> Household:
    home = make.household()
    make.person(household=home)
    make.state(home, **facts)
    return home


def again(home: Household, **facts: Any) -> None:
    make.state(home, source="1correction", **facts)


def test_a_fact_without_influence_comes_after_the_one_that_turns_the_result() -> None:
    home = a_home(registered=False, house_dangerous=False, water_difficulty=False)

    def condition(h: Any) -> Any:
        return (need(h.registered) & need(h.house_dangerous)) | need(h.water_difficulty)

    before = run(condition)
    again(home, registered=True, water_difficulty=True)
    found = asked(before, run(condition))
    assert [one.name for one in found.changes] == ["water_difficulty", "registered"]


def test_facts_that_only_decide_together_come_before_those_that_decide_nothing() -> None:
    home = a_home(registered=False, house_dangerous=False, water_difficulty=False)
    rest = {"dibao": False, "destitute": False}
    make.state(home, source="2visit", row=None, **rest)

    def condition(h: Any) -> Any:
        return (
            (need(h.destitute) & need(h.dibao))
            | (need(h.house_dangerous) & need(h.water_difficulty))
            | (need(h.registered) & need(h.house_dangerous))
            | (need(h.registered) & need(h.water_difficulty))
        )

    before = run(condition)
    again(home, registered=True, dibao=True, house_dangerous=True, water_difficulty=True)
    found = asked(before, run(condition))
    # Any two of three are enough: none is needed alone, none is enough alone.
    assert [one.name for one in found.changes][-1] == "dibao"


def test_bills_that_only_together_cross_a_line_come_before_what_decides_nothing() -> None:
    home = a_home(destitute=False)
    head = home.memberships.get().person
    make.state(head, disabled=False)

    def condition(h: Any) -> Any:
        paid = h.members.sum(lambda m: m.bills.sum(lambda b: need(b.self_pay_fen)))
        return (need(paid) > 10) | (need(h.destitute) & h.members.any(lambda m: need(m.disabled)))

    before = run(condition)
    make.state(head, source="1correction", disabled=True)
    for _ in range(3):
        make.bill(head, self_pay_fen=6)
    found = asked(before, run(condition))
    assert {one.table for one in found.changes[:3]} == {"bill"}
    assert found.changes[-1].name == "disabled"


def test_who_came_and_changed_nothing_comes_after_the_fact_that_did() -> None:
    home = a_home(registered=False, dibao=True)

    def condition(h: Any) -> Any:
        return need(h.registered) & h.members.every(lambda m: m.disabled.or_(True))

    before = run(condition)
    make.person(household=home, relation="配偶")
    again(home, registered=True)
    found = asked(before, run(condition))
    assert [one.name for one in found.changes] == ["registered", "household"]


def test_who_came_and_turned_the_result_comes_first() -> None:
    home = a_home(registered=False, dibao=False)
    make.state(home.memberships.get().person, disabled=False)

    def condition(h: Any) -> Any:
        alone = h.members.every(lambda m: m.disabled.is_known())
        return (need(h.registered) & need(h.dibao)) | ~alone

    before = run(condition)
    make.person(household=home, relation="配偶")
    again(home, registered=True)
    found = asked(before, run(condition))
    assert [one.name for one in found.changes] == ["household", "registered"]
