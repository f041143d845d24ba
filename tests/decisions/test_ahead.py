"""The due day of a decision: the first later day with another result if nothing more is said."""

import datetime
from typing import Any

import pytest

from tests.decisions import factories as make
from tests.decisions import packs
from wengu.decisions import facts, policies
from wengu.decisions.explanations import explain, explain_village
from wengu.decisions.frames import frame_of
from wengu.decisions.policies import Policy

pytestmark = [pytest.mark.django_db, pytest.mark.db]
DAY = make.DAY
D = datetime.date
LATER = D(2020, 8, 1)


def a_home(income: int = 5000_00) -> make.Household:
    home = make.household()
    make.person(household=home)
    make.state(home, registered=True)
    make.income(home, income)
    return home


def due(home: make.Household, rule: str, on: datetime.date = DAY, **chosen: Any) -> Any:
    found = explain(household=home.pk, on=on, policy=packs.policy(), **chosen)
    return [one.due for one in found if one.rule == rule][-1]


def test_a_benefit_ends_on_its_last_day() -> None:
    home = a_home()
    make.grace(home, since=D(2020, 1, 1), until=LATER)
    assert due(home, "grace") == LATER
    assert due(home, "poor") is None


def test_a_correction_dated_ahead_counts_from_its_day() -> None:
    home = a_home()
    make.state(home, registered=False, since=LATER, source="1correction")
    assert due(home, "poor") == LATER
    assert due(home, "poor", on=LATER) is None


def test_what_becomes_known_later_or_was_taken_back_is_not_foreseen() -> None:
    home = a_home()
    known = facts.latest_seq()
    said = make.state(home, registered=False, since=LATER, source="1correction")
    assert due(home, "poor", seq=known) is None
    said.superseded_seq = make.change("更正").pk
    said.save()
    assert due(home, "poor") is None
    assert due(home, "poor", seq=said.seq) == LATER


def test_an_income_counts_once_its_statement_is_true() -> None:
    home = a_home()
    make.income(home, 9000_00, since=LATER, source="1correction")
    assert due(home, "poor") == LATER


def test_a_day_ahead_that_changes_nothing_is_passed_over_with_its_facts_in_mind() -> None:
    home = a_home()
    # A later list gives another first day while the period runs: it is counted from that.
    make.grace(home, since=D(2019, 8, 31))
    make.grace(home, since=LATER, on=LATER)
    assert due(home, "grace") == D(2021, 8, 1)


def test_who_moves_out_or_in_is_decided_on_again_that_day() -> None:
    home = a_home()
    child = make.person(household=home, relation="之子", until=LATER)
    make.state(child, serious_illness=True)
    assert due(home, "ill") == LATER
    other = a_home()
    other.memberships.update(until=LATER)
    assert due(other, "poor") == LATER


def test_the_result_of_the_due_day_is_told_none_where_nobody_is_left() -> None:
    home = a_home()
    make.income(home, 9000_00, since=LATER, source="1correction")
    found = explain(household=home.pk, on=DAY, policy=packs.policy())
    one = next(one for one in found if one.rule == "poor")
    rule = packs.policy().pack.rule("poor")
    assert one.then is not None
    assert (one.verdict, rule.branches[one.then.branch].verdict) == (True, False)
    home.memberships.update(until=LATER)
    gone = explain(household=home.pk, on=DAY, policy=packs.policy())
    assert {(one.due, one.then) for one in gone if one.rule == "poor"} == {(LATER, None)}


def test_a_person_s_facts_ahead_count_and_another_house_s_do_not() -> None:
    home, other = a_home(), a_home()
    person = home.memberships.get().person
    make.state(person, serious_illness=True)
    make.state(person, serious_illness=False, since=LATER, source="2visit")
    assert (due(home, "ill"), due(other, "ill")) == (LATER, None)


def test_a_village_has_its_own_days_ahead_whatever_becomes_of_the_house() -> None:
    home = a_home()
    home.memberships.update(until=D(2020, 7, 15))
    village = make.region(make.VILLAGES[0])
    make.state(village, road=False)
    make.state(village, road=True, since=LATER, source="2visit")
    assert due(home, "road") == LATER
    [found] = explain_village(village=village.code, on=DAY, policy=packs.policy())
    assert found.due == LATER


@pytest.mark.parametrize(
    ("seed", "policy", "homes", "days"),
    [
        (21, packs.policy(), 40, 90),
        (22, packs.policy(), 40, 90),
        (23, Policy(policies.own_pack, policies.official()
                             + policies.demonstration(), "3207"), 12, 60),
    ],
)  # fmt: skip
def test_no_day_before_the_due_day_brings_another_result(
    seed: int, policy: Policy, homes: int, days: int
) -> None:
    """Walk day by day with the facts as they stand on each: brute force, sharing no search."""
    make.Chance(seed).registry(homes)
    numbers = list(make.Household.objects.values_list("pk", flat=True))
    seq = facts.latest_seq()
    first: dict[Any, Any] = {}
    for number in range(days + 1):
        on = DAY + datetime.timedelta(days=number)
        reference = policy.pack.reference(on, policy.parameters)
        stands = facts.dossiers(households=numbers, on=on, seq=seq, ages=policy.ages(on))
        if number == 0:
            starts = {
                (home, one.subject, one.id, one.rule): one.due
                for home in stands
                for one in explain(household=home, on=on, policy=policy)
                if one.subject != "village"
            }
            rules = {rule.name: rule for rule in policy.pack.in_force(on)}
            results = {}
        for key in starts:
            home, table, subject, rule = key
            frame = frame_of(policy.pack, stands.get(home), table, subject)
            result = frame and reference.decide(rules[rule], frame)
            if results.setdefault(key, result) != result:
                first.setdefault(key, on)
    last = DAY + datetime.timedelta(days=days)
    assert {key: day for key, day in starts.items() if day and day <= last} == first
    assert len(first) > 10
