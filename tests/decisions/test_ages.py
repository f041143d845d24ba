"""What was stated long ago answers no more: a list without a newer one, an income of years ago."""

import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.decisions import factories as make
from tests.decisions import packs
from tests.decisions.test_facts import rows_of
from wengu.accounts.queries import operator_scope
from wengu.decisions import facts, policies
from wengu.decisions.actions import decide, repeat
from wengu.decisions.differences import diff
from wengu.decisions.explanations import explain
from wengu.decisions.extracts import Ages
from wengu.decisions.policies import Policy
from wengu.policy.parameters import Value

pytestmark = [pytest.mark.django_db, pytest.mark.db]
D = datetime.date
DAY = make.DAY
EVERYWHERE = operator_scope(name="测试", on=DAY)


def policy(**months: int) -> Policy:
    rows = (Value(name, "", D(2000, 1, 1), value, "文件") for name, value in months.items())
    return Policy(packs.small(), (*packs.values(), *rows), "3207")


def a_home(*, year: int = 2018, income: int = 5000_00) -> make.Household:
    home = make.household()
    make.person(household=home, since=D(2018, 1, 1))
    make.state(home, registered=True, since=D(2018, 1, 1))
    make.income(home, income, year=year, since=D(2019, 1, 1))
    return home


def household(home: make.Household, on: datetime.date, ages: Ages) -> Any:
    found = facts.dossier(household=home.pk, on=on, seq=facts.latest_seq(), ages=ages)
    assert found is not None
    return found.household


@pytest.mark.parametrize(
    ("kind", "fact"),
    [("dibao", "dibao"), ("destitute", "destitute"), ("hospital", "bills_listed_on")],
)
def test_a_list_answers_for_so_many_months_and_not_a_day_longer(kind: str, fact: str) -> None:
    home = a_home()
    make.listing(kind, since=D(2020, 4, 1))
    ages = Ages(list_months=3)
    assert household(home, D(2020, 6, 30), ages)[fact] is not None
    assert household(home, D(2020, 7, 1), ages)[fact] is None
    assert household(home, D(2020, 7, 1), Ages())[fact] is not None
    make.listing(kind, since=D(2020, 7, 1))
    assert household(home, D(2020, 7, 1), ages)[fact] is not None


def test_who_was_on_a_list_that_is_too_old_is_unknown_too() -> None:
    home = a_home()
    make.listed(home.memberships.get().person, "dibao", since=D(2020, 4, 1), whole=True)
    assert household(home, D(2020, 6, 30), Ages(list_months=3))["dibao"] is True
    assert household(home, D(2020, 7, 1), Ages(list_months=3))["dibao"] is None


def test_an_income_holds_so_many_months_after_its_period() -> None:
    home = a_home(year=2018)
    ages = Ages(income_months=24)
    assert household(home, D(2020, 12, 31), ages)["income_fen"] == 5000_00
    late = household(home, D(2021, 1, 1), ages)
    assert (late["income_fen"], late["income_heads"]) == (None, None)


@pytest.mark.parametrize("seed", range(4))
def test_snapshot_and_dossiers_leave_out_the_same(seed: int, tmp_path: Path) -> None:
    make.Chance(seed).registry(25)
    ids = list(make.Household.objects.values_list("pk", flat=True))
    seq, ages = facts.latest_seq(), Ages(list_months=1, income_months=6)
    for days in (0, 20, 60):
        on = DAY + datetime.timedelta(days=days)
        made = facts.snapshot(
            on=on, seq=seq, folder=tmp_path / str(days), pack=packs.everything(), ages=ages
        )
        files = rows_of(made)
        found = facts.dossiers(households=ids, on=on, seq=seq, ages=ages)
        assert found.keys() == files["household"].keys()
        for one in found.values():
            for row in (one.household, *one.persons):
                kept = files["person" if "relation" in row else "household"][row["id"]]
                assert kept == {name: row[name] for name in kept}


def test_what_grows_too_old_is_unknown_by_the_clock_and_the_day_is_foretold() -> None:
    home = a_home(year=2018)
    ours = policy(income_months=19)
    before, after = D(2020, 7, 31), D(2020, 8, 1)
    [due] = [
        one.due for one in explain(household=home.pk, on=before, policy=ours) if one.rule == "poor"
    ]
    assert due == after
    first = decide(on=before, by="测试", policy=ours)
    second = decide(on=after, by="测试", policy=ours)
    [found] = diff(before=first, after=second, viewer=EVERYWHERE).differences
    assert (found.rule, found.old_verdict, found.new_verdict) == ("poor", True, None)
    assert found.causes == ("clock",)
    assert repeat(run=first).same_decisions
    assert repeat(run=second).same_facts


def test_another_time_of_validity_is_a_cause_of_policy() -> None:
    a_home(year=2018)
    first = decide(on=DAY, by="测试", policy=policy(income_months=24))
    second = decide(on=DAY, by="测试", policy=policy(income_months=12))
    [found] = diff(before=first, after=second, viewer=EVERYWHERE).differences
    assert (found.old_verdict, found.new_verdict, found.causes) == (True, None, ("policy",))
    [change] = [one for one in found.changes if one.name == "income_months"]
    assert (change.cause, change.old, change.new) == ("policy", 24, 12)


def test_our_own_policy_has_defaults_that_say_they_are_not_verified() -> None:
    ours = policies.current(parameters=())
    assert ours.ages(DAY) == Ages(list_months=3, income_months=24)
    row = ours.row("list_months", "", DAY)
    assert row is not None
    assert row.unverified
