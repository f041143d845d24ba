"""Two runs compare into entered, left and changed, each with what made the difference."""

import datetime
from typing import Any

import pytest

from tests.decisions import factories as make
from tests.decisions import packs
from wengu.accounts.queries import operator_scope
from wengu.decisions import policies
from wengu.decisions.actions import decide
from wengu.decisions.differences import Comparison, Difference, diff
from wengu.decisions.models import Run
from wengu.decisions.policies import Policy
from wengu.policy.parameters import Value
from wengu.registry import actions
from wengu.registry.models import SourceKind

pytestmark = [pytest.mark.django_db, pytest.mark.db]
DAY = make.DAY
LATER = DAY + datetime.timedelta(days=1)
EVERYWHERE = operator_scope(name="测试", on=DAY)


def run(*, on: datetime.date = DAY, **changed: Any) -> Run:
    return decide(on=on, by="测试", policy=packs.policy(**changed))


def compare(before: Run, after: Run, **chosen: Any) -> Comparison:
    return diff(before=before, after=after, viewer=EVERYWHERE, **chosen)


def a_home(income: int | None = None, **other: Any) -> make.Household:
    home = make.household()
    make.person(household=home)
    make.state(home, registered=True, **other)
    if income is not None:
        make.income(home, income)
    return home


def short(one: Difference) -> tuple[int, str, str, tuple[str, ...]]:
    return one.subject, one.rule, one.direction, one.causes


def test_one_fact_changed_and_each_difference_has_exactly_that_cause() -> None:
    homes = [a_home(7000_00) for _ in range(4)]
    first = run()
    make.income(homes[1], 5999_99, source="1correction")
    found = compare(first, run()).differences
    assert [short(one) for one in found] == [(homes[1].pk, "poor", "entered", ("fact",))]
    [change] = [one for one in found[0].changes if one.name == "income_fen"]
    assert (change.cause, change.old, change.new) == ("fact", 7000_00, 5999_99)
    assert (change.source, change.date, change.term) == ("更正", DAY, "收入")


def test_one_parameter_changed_and_each_difference_has_exactly_that_cause() -> None:
    homes = [a_home(income) for income in (5000_00, 6500_00, 9000_00)]
    compared = compare(run(), run(line=7000_00))
    assert [short(one) for one in compared.differences] == [
        (homes[1].pk, "poor", "entered", ("policy",))
    ]
    [change] = compared.differences[0].changes
    assert (change.name, change.old, change.new, change.source) == (
        "line",
        6000_00,
        7000_00,
        "市文件",
    )
    assert compared.matrix == {("poor", "entered", "policy"): 1}


def test_only_the_day_changed_and_each_difference_has_exactly_that_cause() -> None:
    homes = [a_home(7000_00) for _ in range(3)]
    since = DAY - datetime.timedelta(days=364)  # twelve months are full on 2 July
    assert since == datetime.date(2019, 7, 3)
    make.grace(homes[0], since=datetime.date(2019, 7, 2))
    make.grace(homes[1], since=since)
    found = compare(run(), run(on=LATER)).differences
    assert [short(one) for one in found] == [(homes[0].pk, "grace", "left", ("clock",))]
    assert (found[0].changes[0].old, found[0].changes[0].new) == ("2020-07-01", "2020-07-02")


def test_a_fact_that_ends_by_itself_is_the_clock_s_doing() -> None:
    home = a_home(7000_00)
    make.grace(home, since=DAY, until=LATER)
    found = compare(run(), run(on=LATER)).differences
    assert [short(one) for one in found] == [(home.pk, "grace", "left", ("clock",))]
    assert [(one.cause, one.name, one.old) for one in found[0].changes] == [
        ("clock", "day", "2020-07-01"),
        ("clock", "grace_since", 20200701),
    ]


def test_a_fact_of_the_next_day_is_a_fact_and_not_the_clock() -> None:
    home = a_home(7000_00)
    first = run()
    make.income(home, 100, source="1correction", since=LATER)
    found = compare(first, run(on=LATER)).differences
    assert [short(one) for one in found] == [(home.pk, "poor", "entered", ("fact",))]


def test_two_factors_that_only_work_together_are_both_named() -> None:
    home = a_home(7000_00)
    first = run()
    make.income(home, 6500_00, source="1correction")
    found = compare(first, run(line=6600_00)).differences
    assert [short(one) for one in found] == [(home.pk, "poor", "entered", ("fact", "policy"))]


def test_two_factors_that_each_suffice_are_both_named() -> None:
    home = a_home(7000_00)
    first = run()
    make.income(home, 5000_00, source="1correction")
    found = compare(first, run(line=9000_00)).differences
    assert short(found[0]) == (home.pk, "poor", "entered", ("fact", "policy"))


def of_grace(before: Run, after: Run) -> Difference:
    [found] = compare(before, after, rule="grace").differences
    return found


def test_a_factor_that_only_moves_the_result_elsewhere_is_no_cause_by_itself() -> None:
    home = a_home(7000_00)
    first = run()
    make.grace(home, since=datetime.date(2019, 1, 1))
    # By the fact alone the twelve months would be over; the longer period lets them run.
    assert short(of_grace(first, run(months=24))) == (
        home.pk, "grace", "entered", ("fact", "policy")
    )  # fmt: skip


def test_what_one_factor_begins_and_the_day_ends_has_both_for_a_cause() -> None:
    home = a_home(7000_00)
    first = run()
    make.grace(home, since=datetime.date(2019, 7, 2))
    found = of_grace(first, run(on=LATER))
    assert short(found) == (home.pk, "grace", "changed", ("fact", "clock"))
    assert {one.cause for one in found.changes} == {"fact", "clock"}


def test_all_three_are_named_where_it_takes_all_three() -> None:
    home = a_home(7000_00)
    first = run()
    make.grace(home, since=datetime.date(2020, 1, 2))
    found = of_grace(first, run(on=LATER, months=6))
    assert short(found) == (home.pk, "grace", "changed", ("fact", "policy", "clock"))


def test_what_ends_by_itself_stays_the_clock_s_doing_beside_news_of_the_same_house() -> None:
    home = a_home(7000_00)
    make.grace(home, since=DAY, until=LATER)
    first = run()
    make.income(home, 6000_00, source="1correction")
    someone = make.person(household=home, relation="之子", since=LATER)
    make.bill(someone)
    assert short(of_grace(first, run(on=LATER))) == (home.pk, "grace", "left", ("clock",))


def test_who_comes_and_goes_by_a_membership_known_before_does_so_by_the_day() -> None:
    home = a_home(7000_00)
    coming = make.person(household=home, relation="之子", since=LATER)
    going = make.person(household=home, relation="之女", until=LATER)
    for someone in (coming, going):
        make.state(someone, serious_illness=True)
    first = run()
    make.income(home, 100, source="1correction")
    make.state(coming, serious_illness=True, disabled=True, source="2visit")
    found = compare(first, run(on=LATER)).differences
    assert {short(one) for one in found} == {
        (home.pk, "poor", "entered", ("fact",)),
        (coming.pk, "ill", "entered", ("clock",)),
        (going.pk, "ill", "left", ("clock",)),
    }


def test_a_house_that_empties_by_itself_leaves_by_the_day_and_by_news_by_the_news() -> None:
    home, other = a_home(5000_00), a_home(5000_00)
    home.memberships.update(until=LATER)
    first = run()
    make.income(home, 4000_00, source="1correction")
    other.memberships.update(superseded_seq=make.change().pk)
    found = compare(first, run(on=LATER), rule="poor").differences
    assert {short(one) for one in found} == {
        (home.pk, "poor", "left", ("clock",)),
        (other.pk, "poor", "left", ("fact",)),
    }


def test_a_value_that_came_into_force_between_two_runs_is_policy_and_not_the_day() -> None:
    home = a_home(6500_00)
    later = Value("line", "3207", LATER, 7000_00, "市新文件")
    policy = Policy(packs.small(), (*packs.values(), later), "3207")
    before, after = (decide(on=day, by="测试", policy=policy) for day in (DAY, LATER))
    assert before.policy_hash == after.policy_hash
    [found] = compare(before, after).differences
    assert short(found) == (home.pk, "poor", "entered", ("policy",))
    assert [(one.name, one.old, one.new, one.source) for one in found.changes] == [
        ("line", 6000_00, 7000_00, "市新文件")
    ]


def test_what_was_written_over_is_a_fact_and_never_policy_when_no_policy_changed() -> None:
    home = a_home(6200_00)
    first = run()
    make.Income.objects.filter(household=home).update(amount_fen=5000_00)
    [found] = compare(first, run()).differences
    assert short(found) == (home.pk, "poor", "entered", ("fact",))


def test_a_fact_that_arrives_turns_unknown_into_an_answer() -> None:
    home = a_home()
    first = run()
    make.income(home, 9000_00)
    [one] = compare(first, run()).differences
    assert short(one) == (home.pk, "poor", "changed", ("fact",))
    assert (one.old, one.old_verdict, one.new, one.new_verdict) == (-2, None, 2, False)


def test_a_fact_withdrawn_leaves_undecided_and_nobody_has_left() -> None:
    home = a_home()
    kept = make.income(home, 5000_00)
    first = run()
    kept.superseded_seq = make.change().pk
    kept.save()
    [one] = compare(first, run()).differences
    assert short(one) == (home.pk, "poor", "changed", ("fact",))
    assert (one.old_verdict, one.new_verdict) == (True, None)


def test_a_new_household_enters_by_a_fact() -> None:
    a_home(5000_00)
    first = run()
    home = a_home(5000_00)
    found = [one for one in compare(first, run()).differences if one.rule == "poor"]
    assert [short(one) for one in found] == [(home.pk, "poor", "entered", ("fact",))]
    assert (found[0].old, found[0].new) == (None, 1)


def test_a_person_s_illness_names_that_person_s_fact_alone() -> None:
    home = a_home(9000_00)
    head = home.memberships.get().person
    other = make.person(household=home, relation="配偶")
    for someone in (head, other):
        make.state(someone, serious_illness=False)
    first = run()
    make.state(other, serious_illness=True, source="2visit", row=None)
    [one] = compare(first, run()).differences
    assert short(one) == (other.pk, "ill", "entered", ("fact",))
    assert [(change.subject, change.old, change.new) for change in one.changes] == [
        (other.pk, False, True)
    ]


def test_a_village_differs_by_its_own_facts() -> None:
    a_home(9000_00)
    make.state(make.region(make.VILLAGES[0]), road=False)
    first = run()
    make.state(make.region(make.VILLAGES[0]), road=True, source="2visit")
    [one] = compare(first, run()).differences
    assert (one.kind, one.village, one.rule, one.direction, one.causes) == (
        "v",
        make.VILLAGES[0],
        "road",
        "entered",
        ("fact",),
    )


def named(one: Difference) -> list[tuple[Any, ...]]:
    return [(c.cause, c.name, c.subject, c.old, c.new, c.source) for c in one.changes]


def test_a_village_is_there_since_somebody_lives_there_and_the_move_is_named() -> None:
    here, there = make.VILLAGES[:2]
    home = a_home(9000_00)
    make.place(home, village=there, since=LATER)
    first = run()
    second = run(on=LATER)
    day = ("clock", "day", None, str(DAY), str(LATER), "")
    found = {one.village: one for one in compare(first, second, rule="road").differences}
    assert {one.causes for one in found.values()} == {("clock",)}
    assert named(found[here]) == [day, ("clock", "village", int(here), here, None, "")]
    assert named(found[there]) == [day, ("clock", "village", int(there), None, there, "花名册")]
    assert (found[there].old, found[there].new, found[there].direction) == (None, -1, "changed")
    # One day later, what becomes known moves the household back.
    make.place(home, village=here, since=LATER, source="1correction")
    found = {one.village: one for one in compare(second, run(on=LATER), rule="road").differences}
    assert {one.causes for one in found.values()} == {("fact",)}
    assert named(found[here]) == [("fact", "village", int(here), None, here, "更正")]
    assert named(found[there]) == [("fact", "village", int(there), there, None, "")]


def test_a_residents_committee_is_no_village_before_something_is_said_of_it() -> None:
    code = "320723100001"
    make.person(household=make.household(village=code))
    first = run()
    make.state(make.region(code), road=False)
    [one] = compare(first, run(), rule="road").differences
    assert (one.old, one.new, one.causes) == (None, 1, ("fact",))
    assert named(one) == [
        ("fact", "village", int(code), None, code, ""),
        ("fact", "road", int(code), None, False, "花名册"),
    ]


def test_a_move_into_another_county_is_named_where_its_values_are_others() -> None:
    home = a_home(6200_00)
    first = run()
    make.place(home, village=make.VILLAGES[3], source="1correction", since=DAY)
    [one] = compare(first, run(), rule="poor").differences
    assert short(one) == (home.pk, "poor", "entered", ("fact",))
    moved = ("fact", "village", home.pk, make.VILLAGES[0], make.VILLAGES[3], "更正")
    assert named(one) == [moved]
    assert [(c.term, c.date) for c in one.changes] == [("所在村", DAY)]
    # In the same county, or for a rule that asks for no such value, the place says nothing.
    other, near = a_home(6200_00), a_home(6200_00)
    second = run()
    for each, village in ((other, make.VILLAGES[3]), (near, make.VILLAGES[1])):
        make.place(each, village=village, source="1correction", since=DAY)
        make.grace(each, since=DAY)
        make.income(each, 5000_00, source="1correction")
    found = [one for one in compare(second, run()).differences if one.kind == "h"]
    assert {(one.subject, one.rule): [c.name for c in one.changes] for one in found} == {
        (other.pk, "poor"): ["village", "income_fen"],
        (other.pk, "grace"): ["grace_since"],
        (near.pk, "poor"): ["income_fen"],
        (near.pk, "grace"): ["grace_since"],
    }


def move(member: make.Membership, home: make.Household) -> None:
    """A person comes to another household: said so that what was said before is kept."""
    seq = make.change("迁移").pk
    person, since = member.person, member.since
    make.Membership.objects.create(
        household=member.household, person=person, relation=member.relation, since=since,
        until=DAY, seq=seq, source=member.source,
    )  # fmt: skip
    make.Membership.objects.filter(pk=member.pk).update(superseded_seq=seq)
    make.Membership.objects.create(
        household=home, person=person, relation="之子", since=DAY, seq=seq, source="2visit"
    )


def test_a_person_who_comes_from_another_household_is_named_with_the_household() -> None:
    home, other = make.household(), a_home()
    make.person(household=home)
    make.state(home, registered=False)
    son = make.person(household=home, relation="之子")
    policy = policies.current(parameters=policies.demonstration())
    first = decide(on=DAY, by="测试", policy=policy)
    move(son.memberships.get(), other)
    second = decide(on=DAY, by="测试", policy=policy)
    found = {one.rule: one for one in compare(first, second).differences if one.subject == son.pk}
    assert found["pension-gap"].causes == ("fact",)
    came, *facts = named(found["pension-gap"])
    assert came == ("fact", "household", son.pk, None, other.pk, "走访")
    assert [(name, old) for _cause, name, _subject, old, *_rest in facts] == [("birth", None)]


def test_every_cause_names_what_was_exchanged() -> None:
    chance = make.Chance(1)
    chance.registry(60)
    policy = policies.current(parameters=policies.demonstration())
    first = decide(on=DAY, by="测试", policy=policy)
    chance.mended()
    for home in make.Household.objects.order_by("pk")[::3]:
        chance.about(home, make.HouseholdFacts)
    homes = list(make.Household.objects.order_by("pk"))
    for member in list(make.Membership.objects.filter(until=None).order_by("pk"))[::8]:
        move(member, chance.dice.choice(homes))
    second = decide(on=DAY + datetime.timedelta(days=40), by="测试", policy=policy)
    found = compare(first, second).differences
    assert len(found) > 100
    for one in found:
        assert {change.cause for change in one.changes} == set(one.causes), one


def test_differences_are_chosen_by_rule_region_and_cause() -> None:
    home = a_home(7000_00)
    first = run()
    make.income(home, 1, source="1correction")
    second = run()
    for chosen, number in (
        ({"rule": "poor"}, 1),
        ({"rule": "ill"}, 0),
        ({"region": "320723000000"}, 1),
        ({"region": "320706000000"}, 0),
        ({"cause": "fact"}, 1),
        ({"cause": "clock"}, 0),
    ):
        assert len(compare(first, second, **chosen).differences) == number, chosen


def test_the_comparison_backwards_says_left_where_forwards_says_entered() -> None:
    home = a_home(7000_00)
    first = run()
    make.income(home, 1, source="1correction")
    second = run()
    assert short(compare(second, first).differences[0]) == (home.pk, "poor", "left", ("fact",))


def test_every_difference_is_accounted_for_in_the_matrix_and_in_the_json() -> None:
    make.Chance(11).registry(50)
    first = run()
    for home in make.Household.objects.order_by("pk")[:20]:
        make.income(home, 1, source="1correction")
    compared = compare(first, run(on=DAY + datetime.timedelta(days=30), line=16000_00))
    data = compared.as_json()
    assert len(data["differences"]) == sum(one["subjects"] for one in data["matrix"]) > 10
    assert {one["cause"] for one in data["matrix"]} >= {"fact", "policy"}
    assert all(one["causes"] for one in data["differences"])


def test_a_difference_about_a_person_names_nobody_elses_bill() -> None:
    home = make.household()
    one, other = make.person(household=home), make.person(household=home, relation="之子")
    make.state(home, registered=True, dibao=False, destitute=False)
    for person in (one, other):
        make.state(person, serious_illness=False, disabled=False, disability="无", destitute=False)
    make.income(home, 5000_00)
    make.listing("hospital")
    policy = policies.current()
    before = decide(on=DAY, by="测试", policy=policy)
    make.state(one, serious_illness=True, source="2visit")
    make.bill(other, diagnosis="感冒")
    after = decide(on=DAY, by="测试", policy=policy)
    found = [d for d in compare(before, after).differences if d.rule == "single-person-cover"]
    (mine,) = [d for d in found if d.subject == one.pk]
    assert {(c.table, c.name) for c in mine.changes} == {("person", "serious_illness")}


def test_what_was_withdrawn_is_not_told_by_its_old_source() -> None:
    home = make.household()
    make.person(household=home)
    make.state(home, registered=True, safe_water=True, water_difficulty=False)
    policy = policies.current()
    before = decide(on=DAY, by="测试", policy=policy)
    actions.record_household(
        household=home, facts={"safe_water": None}, on=DAY, source=SourceKind.CORRECTION,
        reason="误登", by="测试",
    )  # fmt: skip
    after = decide(on=DAY, by="测试", policy=policy)
    (water,) = [d for d in compare(before, after).differences if d.rule == "water-gap"]
    (change,) = [c for c in water.changes if c.name == "safe_water"]
    assert (change.old, change.new, change.source, change.date) == (True, None, "", None)


def test_after_a_run_of_a_part_the_others_differ_from_the_run_that_decided_on_them() -> None:
    here, there = a_home(7000_00), a_home(7000_00)
    away = make.household(village=make.VILLAGES[3])
    make.person(household=away)
    make.state(away, registered=True)
    make.income(away, 7000_00)
    run()
    for home in (here, away):
        make.income(home, 5000_00, source="1correction")
    part = decide(on=DAY, by="测试", policy=packs.policy(), region="320723")
    [found] = compare(part, run()).differences
    # What made it was known already when the part was decided on.
    assert short(found) == (away.pk, "poor", "entered", ("fact",))
    assert [(one.name, one.old, one.new) for one in found.changes] == [
        ("income_fen", 7000_00, 5000_00)
    ]
    # Neither a part that came last decides on them, nor a day that it alone has seen.
    make.income(there, 5000_00, source="1correction")
    last = decide(on=LATER, by="测试", policy=packs.policy(line=5100_00), region="320723")
    differences = {one.subject: one for one in compare(part, last).differences}
    assert short(differences[away.pk]) == (away.pk, "poor", "entered", ("fact",))
    assert [one.name for one in differences[away.pk].changes] == ["income_fen"]
    assert short(differences[there.pk]) == (there.pk, "poor", "entered", ("fact",))
    back = {one.subject: one for one in compare(last, part).differences}
    assert back[away.pk].direction == "left"
    assert [(one.name, one.old, one.new) for one in back[away.pk].changes] == [
        ("income_fen", 5000_00, 7000_00)
    ]
