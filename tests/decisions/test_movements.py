"""进出: who came to a verdict and who left it; a change of content alone is neither."""

import pytest

from tests.decisions import factories as make
from wengu.accounts import queries as accounts
from wengu.accounts.scope import Scope
from wengu.decisions import movements
from wengu.decisions.models import Decision, Run, RunState
from wengu.kernel.regioncode import RegionCode
from wengu.registry.models import Household

pytestmark = [pytest.mark.django_db, pytest.mark.db]
VILLAGE, FOREIGN = make.VILLAGES[0], make.VILLAGES[3]


@pytest.fixture
def runs():
    kept = {"policy_version": "1", "policy_hash": "1", "state": RunState.DONE, "by": "测试"}
    return [Run.objects.create(on=make.DAY, seq=seq, **kept) for seq in (1, 2)]


def span(subject, rule, verdict, began, ended=None, *, branch=1, village=VILLAGE, kind="h"):
    return Decision.objects.create(
        kind=kind, subject=subject, household=None if kind == "v" else subject, village=village,
        rule=rule, branch=-1 if verdict is None else branch, verdict=verdict, since=make.DAY,
        run=began, ended=ended,
    )  # fmt: skip


def moved(runs, *rules, region=""):
    viewer = accounts.operator_scope(name="测试", on=make.DAY)
    before, after = runs
    return movements.movements(
        rules=rules, before=before, after=after, viewer=viewer, region=region
    )


def numbers(found):
    return {rule: (one.entered, one.left) for rule, one in found.items()}


def test_who_came_and_who_left(runs):
    first, second = runs
    span(1, "a", True, first)  # stays
    span(2, "a", False, first, second)
    span(2, "a", True, second)  # comes
    span(3, "a", True, first, second)  # leaves, for the default branch
    span(4, "a", True, second)  # comes, new on file
    assert numbers(moved(runs, "a"))["a"] == (2, 1)


def test_who_is_left_undecided_has_not_left(runs):
    first, second = runs
    span(1, "a", True, first, second)
    span(1, "a", None, second)
    span(2, "a", True, first, second)
    span(2, "a", False, second, branch=2)
    span(3, "a", None, first, second)
    span(3, "a", True, second)
    viewer = accounts.operator_scope(name="测试", on=make.DAY)

    def directions(before, after):
        found = movements.moved(before=before, after=after, viewer=viewer)
        return {one.subject: one.direction for one in found}

    assert directions(first, second) == {1: "changed", 2: "left", 3: "entered"}
    assert directions(second, first) == {1: "entered", 2: "entered", 3: "changed"}
    assert moved(runs, "a")["a"] == movements.Movement("a", entered=1, left=1, doubted=1)
    assert moved(runs[::-1], "a")["a"] == movements.Movement("a", entered=2, left=0, doubted=1)


def test_another_branch_of_the_same_verdict_is_no_movement(runs):
    first, second = runs
    span(1, "a", True, first, second, branch=1)
    span(1, "a", True, second, branch=2)
    assert numbers(moved(runs, "a"))["a"] == (0, 0)


def test_open_questions_count_a_subject_once(runs):
    first, second = runs
    # One of two open questions is settled: the subject stays open.
    span(1, "a", None, first, second)
    span(1, "a", True, second)
    span(1, "b", None, first)
    # The only one is settled.
    span(2, "a", None, first, second)
    span(2, "a", False, second)
    # A first one arises, a second one beside an old one.
    span(3, "a", None, second)
    span(4, "a", None, first)
    span(4, "b", None, second)
    # An open question of another family.
    span(2, "c", None, first)
    found = numbers(moved(runs, "a", "b"))
    assert found[movements.ANY_UNKNOWN] == (1, 1)
    assert found["a"] == (1, 0)


def test_villages_too(runs):
    first, second = runs
    span(1, "a", None, first, second, kind="v")
    span(1, "a", True, second, kind="v")
    span(1, "b", None, first, second, kind="v")
    span(1, "b", False, second, kind="v")
    found = numbers(moved(runs, "a", "b"))
    assert found == {"a": (1, 0), "b": (0, 0), "": (0, 1)}


def test_only_the_region_asked_for(runs):
    _first, second = runs
    span(1, "a", True, second)
    span(2, "a", True, second, village=FOREIGN)
    assert numbers(moved(runs, "a"))["a"] == (2, 0)
    assert numbers(moved(runs, "a", region="320723000000"))["a"] == (1, 0)
    assert numbers(moved(runs, "a", region="320706"))["a"] == (1, 0)


def test_too_many_are_not_counted(runs, monkeypatch):
    _first, second = runs
    span(1, "a", True, second)
    monkeypatch.setattr(movements, "MOST_SPANS", 0)
    assert moved(runs, "a") is None


def test_whoever_was_last_decided_to_be_in_and_is_undecided_has_become_doubtful(runs):
    before, after = runs
    homes = [make.household(village=one) for one in (VILLAGE,) * 5 + (FOREIGN,)]
    steps = {
        0: (True, None), 1: (False, None), 2: (None, None), 3: (True, True), 4: (True, False),
        5: (True, None),
    }  # fmt: skip
    for place, (old, new) in steps.items():
        where = homes[place].village_id
        span(homes[place].pk, "r", old, before, after, village=where)
        span(homes[place].pk, "r", new, after, village=where)
        span(homes[place].pk, "s", True, before, after, village=where)
    viewer = accounts.operator_scope(name="测试", on=make.DAY)

    def found(run, viewer=viewer):
        rows = movements.become_doubtful(rule="r", viewer=viewer, run=run)
        return sorted(homes.index(Household.objects.get(pk=row.subject)) for row in rows)

    assert found(after) == [0, 5]
    assert found(before) == []
    again = Run.objects.create(
        on=make.DAY, seq=3, policy_version="1", policy_hash="1", state=RunState.DONE, by="测试"
    )
    assert found(again) == [0, 5]
    # It lacks other facts than before, and still nobody has said no.
    Decision.objects.filter(subject=homes[0].pk, rule="r", ended=None).update(ended=again)
    span(homes[0].pk, "r", None, again)
    assert found(again) == [0, 5]
    town = Scope(user="甲", on=make.DAY, ranges=(RegionCode(VILLAGE[:9]).bounds,))
    assert found(again, town) == [0]
