"""A run keeps what changed, shows nothing before it is complete, and can be repeated."""

import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.decisions import factories as make
from tests.decisions import packs
from wengu.decisions import actions, facts, policies, queries
from wengu.decisions.actions import Overtaken, decide, repeat
from wengu.decisions.models import Decision, RuleText, Run, RunState, Tally
from wengu.rules import RuleError

pytestmark = [pytest.mark.django_db, pytest.mark.db]
DAY = make.DAY
BY = "测试"


def run(*, on: datetime.date = DAY, **changed: Any) -> Run:
    return decide(on=on, by=BY, policy=packs.policy(**changed))


def standing(kind: str = "h") -> dict[tuple[int, str], tuple[int, int]]:
    rows = Decision.objects.filter(kind=kind, ended=None)
    return {(row.subject, row.rule): (row.branch, row.missing) for row in rows}


def a_home(income: int | None, **facts: Any) -> Any:
    home = make.household()
    make.person(household=home)
    make.state(home, registered=True, **facts)
    if income is not None:
        make.income(home, income)
    return home


def test_every_subject_gets_what_the_rule_text_says() -> None:
    make.Chance(6).registry(60)
    policy = packs.policy()
    made = decide(on=DAY, by=BY, policy=policy)
    judge = policy.pack.evaluator(DAY, policy.parameters)
    homes = facts.dossiers(
        households=[row.pk for row in make.Household.objects.all()], on=DAY, seq=made.seq
    )
    expected: dict[str, dict[tuple[int, str], tuple[int, int]]] = {"h": {}, "p": {}}
    for one in homes.values():
        found = judge.household(one.household, one.persons, one.bills)
        for rule, result in found.household.items():
            if result.branch != 0:
                expected["h"][one.household["id"], rule] = tuple(result)
        for person, results in found.persons.items():
            for rule, result in results.items():
                if result.branch != 0:
                    expected["p"][person, rule] = tuple(result)
    assert len(expected["h"]) > 20
    assert len(expected["p"]) > 20
    assert standing("h") == expected["h"]
    assert standing("p") == expected["p"]
    verdicts = {row.verdict for row in Decision.objects.filter(rule="poor")}
    assert verdicts == {True, False, None}


def test_the_next_run_writes_only_what_changed() -> None:
    homes = [a_home(income) for income in (5000_00, 7000_00, None)]
    first = run()
    assert Decision.objects.filter(run=first).count() == 7  # poor 3, ill 3, road 1
    make.income(homes[1], 100_00, source="1correction")
    second = run(on=DAY + datetime.timedelta(days=1))
    assert Decision.objects.filter(run=second).count() == 1
    ended = Decision.objects.get(ended=second)
    assert (ended.subject, ended.verdict, ended.until) == (
        homes[1].pk,
        False,
        DAY + datetime.timedelta(days=1),
    )
    assert standing()[homes[1].pk, "poor"] == (1, 0)
    third = run(on=DAY + datetime.timedelta(days=1))
    assert not Decision.objects.filter(run=third).exists()
    assert not Tally.objects.filter(run=third).exists()
    assert (third.digest, third.snapshot) == (second.digest, second.snapshot)


def test_a_run_repeats_bit_for_bit_when_the_registry_has_gone_on() -> None:
    chance = make.Chance(3)
    chance.registry(30)
    chance.mended()
    first = run()
    homes = list(make.Household.objects.all())
    chance.mended()
    for home in homes[:10]:
        make.income(home, 1, source="1correction", since=DAY - datetime.timedelta(days=9))
        make.state(home, source="1correction", registered=False)
    run(line=9000_00)
    again = repeat(run=first)
    assert (again.snapshot, again.digest) == (first.snapshot, first.digest)
    assert again.same_facts
    assert again.same_decisions
    assert again.same_rules
    assert Run.objects.count() == 2


def test_the_counts_of_a_run_include_the_subjects_that_a_rule_is_not_about() -> None:
    a_home(5000_00)
    home = make.household()
    make.person(household=home)
    make.state(home, registered=False)
    made = run()
    assert made.subjects == {"household": 2, "person": 2, "bill": 0, "village": 1}
    assert made.counts["poor"] == {"0": 1, "1": 1}
    assert made.counts["ill"] == {"-1": 2, "0": 0}
    assert made.state == RunState.DONE


class Power(Exception):
    """The plug is pulled."""


def test_a_run_that_dies_shows_nothing_and_the_next_discards_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    homes = [a_home(5000_00) for _ in range(5)]
    first = run()
    before = standing()
    for home in homes:
        make.income(home, 9000_00, source="1correction")
    monkeypatch.setattr(actions, "_transaction_rows", lambda: 2)
    insert = actions._insert

    def dies(*args: Any) -> None:
        if Decision.objects.filter(run__gt=first.pk).count() >= 2:
            raise Power
        insert(*args)

    with monkeypatch.context() as patch:
        patch.setattr(actions, "_insert", dies)
        patch.setattr(actions, "discard", lambda **_: None)  # nobody is left to tidy up
        with pytest.raises(Power):
            run()
    half = Run.objects.get(state=RunState.RUNNING)
    assert 0 < Decision.objects.filter(run=half).count() < 5
    assert Decision.objects.filter(ended=half).count() == 5
    last = run()
    assert Run.objects.get(pk=half.pk).state == RunState.FAILED
    assert not Decision.objects.filter(run=half).exists()
    assert not Decision.objects.filter(ended=half).exists()
    assert Decision.objects.filter(ended=last).count() == 5
    assert {key: value for key, value in standing().items() if key[1] == "poor"} == {
        (home.pk, "poor"): (2, 0) for home in homes
    }
    assert len(before) == 5


def test_an_error_within_a_run_takes_back_what_it_wrote(monkeypatch: pytest.MonkeyPatch) -> None:
    a_home(5000_00)
    first = run()
    before = list(Decision.objects.order_by("pk").values())
    make.income(make.Household.objects.get(), 9000_00, source="1correction")

    def fails(*_: Any) -> None:
        raise Power

    monkeypatch.setattr(actions, "_insert", fails)
    with pytest.raises(Power):
        run()
    assert list(Decision.objects.order_by("pk").values()) == before
    assert Run.objects.filter(state=RunState.FAILED).count() == 1
    assert Run.objects.filter(state=RunState.DONE).get() == first


def test_a_run_that_was_discarded_meanwhile_stops_at_its_next_write(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    a_home(5000_00)
    inserted = actions._keep

    def late(made: Run, *args: Any) -> None:
        Run.objects.filter(pk=made.pk).update(state=RunState.FAILED)
        inserted(made, *args)

    monkeypatch.setattr(actions, "_keep", late)
    with pytest.raises(Overtaken):
        run()
    assert not Decision.objects.exists()


def test_every_batch_of_a_long_list_survives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "_transaction_rows", lambda: 7)
    homes = [a_home(5000_00) for _ in range(60)]
    run()
    assert {key[0] for key in standing() if key[1] == "poor"} == {home.pk for home in homes}
    for home in homes[:31]:
        make.income(home, 9000_00, source="1correction")
    second = run()
    assert Decision.objects.filter(ended=second).count() == 31
    assert len([value for value in standing().values() if value == (2, 0)]) == 31


def test_identical_statements_do_not_multiply() -> None:
    home = a_home(5000_00)
    for _ in range(3):
        make.state(home, registered=True)
        make.income(home, 5000_00)
        make.state(home.memberships.get().person, serious_illness=True)
    made = run()
    assert made.counts["poor"] == {"0": 0, "1": 1}
    assert made.counts["ill"] == {"0": 0, "1": 1}
    assert made.subjects["household"] == made.subjects["person"] == 1


def test_a_run_of_one_county_leaves_the_other_as_it_was() -> None:
    make.Chance(9).registry(30)
    run()
    outside = dict(Decision.objects.filter(village__startswith="320706").values_list("pk", "ended"))
    assert outside
    part = decide(on=DAY, by=BY, policy=packs.policy(line=90_000_00), region="320723000000")
    assert part.region == "320723"
    assert Decision.objects.filter(run=part).exists()
    assert not Decision.objects.filter(run=part, village__startswith="320706").exists()
    assert outside == dict(
        Decision.objects.filter(village__startswith="320706").values_list("pk", "ended")
    )


def figure(rule: str, branch: int, region: str) -> int:
    found = Tally.objects.filter(rule=rule, branch=branch, region=region).order_by("-run").first()
    return found.subjects if found else 0


def test_each_figure_equals_the_count_of_the_spans_behind_it() -> None:
    chance = make.Chance(9)
    chance.registry(60)
    chance.mended()
    run()
    decide(on=DAY, by=BY, policy=packs.policy(line=90_000_00), region="320723")
    run(on=DAY + datetime.timedelta(days=40), line=8000_00)
    decide(on=DAY, by=BY, policy=packs.policy(line=100_00), region="320723100")
    seen = 0
    for region in ("3207", "320723", "320706", "320723100", *make.VILLAGES):
        spans = Decision.objects.filter(ended=None, village__startswith=region)
        for rule in ("poor", "ill", "grace", "road"):
            for branch in (-2, -1, 0, 1, 2):
                number = spans.filter(rule=rule, branch=branch).count()
                assert figure(rule, branch, region) == number, (rule, branch, region)
                seen += number
    assert seen > 300


def figures() -> dict[tuple[str, int, str], int]:
    """Return every figure as it stands."""
    rows = Tally.objects.order_by("run").values_list("rule", "branch", "region", "subjects")
    found = {tuple(key): number for *key, number in rows}
    return {key: number for key, number in found.items() if number}


def spans() -> set[tuple[Any, ...]]:
    return set(
        Decision.objects.filter(ended=None).values_list(
            "kind", "subject", "household", "village", "rule", "branch", "missing"
        )
    )


@pytest.mark.parametrize("first", ["here", "there"])
@pytest.mark.parametrize(("there", "digits"), [(1, 12), (2, 9), (3, 9), (3, 6)])
def test_who_moves_between_two_parts_is_decided_whichever_runs_first(
    first: str, there: Any, digits: int
) -> None:
    here, there = make.VILLAGES[0], make.VILLAGES[there]
    make.Chance(9).registry(40)
    for village in (here, there):
        stays = make.household(village=village)
        make.person(household=stays)
        make.state(stays, registered=True)
    home = make.household(village=here)
    head, *sons = (make.person(household=home) for _ in range(3))
    make.state(home, registered=True)
    make.income(home, 7000_00)
    make.state(head, serious_illness=True)
    run()
    make.place(home, village=there, source="1correction")
    make.income(home, 6200_00, source="1correction")
    # Two of them go to another household, where something is lacking already.
    for son in sons:
        make.Membership.objects.filter(person=son).update(superseded_seq=make.change().pk)
        make.Membership.objects.create(
            household=stays, person=son, relation="之子", since=DAY, seq=make.change().pk,
            source="2visit",
        )  # fmt: skip
    for village in (here, there) if first == "here" else (there, here):
        decide(on=DAY, by=BY, policy=packs.policy(), region=village[:digits])
    decided = {(kind, subject, rule): rest for kind, subject, *rest, rule, _, _ in spans()}
    for key in (("h", home.pk, "poor"), ("p", head.pk, "ill")):
        assert decided[key] == [home.pk, there]
    assert {tuple(decided["p", son.pk, "ill"]) for son in sons} == {(stays.pk, there)}
    before = spans(), figures()
    run()
    assert before == (spans(), figures())


def test_a_household_that_several_rules_of_a_section_leave_open_counts_once() -> None:
    make.Chance(9).registry(12)
    made = decide(on=DAY, by=BY)
    names = [
        rule.name
        for rule in policies.current().pack.rules_for("household", DAY)
        if rule.clause.startswith("2.1.")
    ]
    spans = Decision.objects.filter(ended=None, kind="h", rule__in=names, verdict=None)
    once = spans.values("subject").distinct().count()
    assert 0 < once < spans.count()
    assert figure(queries.undecided_figure("2.1.4", "household"), -1, "3207") == once
    open_ones = queries.households_undecided(rules=names, run=made)
    assert make.Household.objects.filter(open_ones).count() == once


def test_the_policy_of_an_old_run_is_read_back_as_it_was() -> None:
    made = run(line=1234_00)
    old = policies.restored(made.parameters)
    assert old.hash == made.policy_hash
    assert old.row("line", "320706", DAY).source == "县文件"
    assert old.row("line", "320723", DAY).unverified
    assert old.row("line", "320723", datetime.date(2018, 1, 1)) is None


def test_working_files_are_gone_after_a_run(settings: Any, tmp_path: Path) -> None:
    settings.WORKING_FILES = tmp_path / "work"
    a_home(1)
    run()
    assert list((tmp_path / "work").iterdir()) == []


def test_a_run_is_repeated_by_the_rule_text_it_kept_when_the_pack_is_no_longer_at_hand() -> None:
    make.Chance(4).registry(20)
    first = run()
    policies._pack.cache_clear()
    assert policies.current().pack.hash() != first.parameters["pack"]
    old = policies.restored(first.parameters)
    assert old.hash == first.policy_hash
    assert old.pack is not packs.small()
    again = repeat(run=first)
    assert (again.snapshot, again.digest) == (first.snapshot, first.digest)
    run()
    assert RuleText.objects.count() == 1


@pytest.mark.parametrize("change", ["line", None])
def test_a_rule_text_that_is_lost_or_changed_is_refused(change: str | None) -> None:
    first = run()
    policies._pack.cache_clear()
    text = RuleText.objects.get()
    digest = text.digest
    if change is None:
        text.delete()
    else:
        text.content["parameters"][0]["term"] = change
        text.save()
    with pytest.raises(RuleError, match=digest[:12]):
        repeat(run=first)
