"""Nothing is lost: what is taken back leaves no trace in what holds now, and none in old runs."""

import datetime

import pytest

from tests.decisions import packs
from tests.registry import chance
from tests.registry.chance import (
    LAST,
    Clerk,
    check_copies,
    confirm,
    listed,
    registry,
    take_back,
    take_in,
)
from tests.registry.sheets import home, number, receive, table, xlsx
from wengu.accounts.scope import Scope
from wengu.decisions import actions as decisions
from wengu.decisions import facts
from wengu.decisions import queries as decided
from wengu.decisions.explanations import explain
from wengu.intake import queries as intake
from wengu.kernel.regioncode import RegionCode
from wengu.registry import actions, queries
from wengu.registry.models import Household, Person

pytestmark = [pytest.mark.db, pytest.mark.django_db]
JULY, AUGUST = datetime.date(2020, 7, 1), datetime.date(2020, 8, 1)
SHUYUN, ZHUXU = "320723001200", "320723001201"
PHONE = "13800000001"


def scope(code):
    region = RegionCode(code)
    return Scope(user="测试", on=JULY, region=region, ranges=(region.bounds,))


CITY = scope("3207")


def decide(on=LAST):
    return decisions.decide(on=on, by="测试", policy=packs.policy())


def told(run):
    """Every explanation of a run, and the facts with who said them."""
    homes = list(Household.objects.order_by("pk").values_list("pk", flat=True))
    found = facts.dossiers(households=homes, on=run.on, seq=run.seq)
    said = [
        explain(household=home, on=run.on, seq=run.seq, policy=packs.policy())
        for home in sorted(found)
    ]
    return repr(sorted(found.items())), repr(said)


@pytest.mark.parametrize("seed", range(8))
def test_taking_back_restores_the_registry_and_leaves_old_runs_as_they_were(divisions, seed):
    clerk = Clerk(seed)
    done, runs = [], []
    for step in range(9):
        if done and clerk.dice.random() < 0.35:
            batch, before = done.pop()
            take_back(batch)
            assert batch.outcome == {}
            assert registry() == before
        else:
            before = registry()
            done.append((take_in(*clerk.file()), before))
        check_copies()
        if step % 3 == 1:
            run = decide(clerk.dice.choice(chance.DAYS))
            runs.append((run, told(run)))
    while done:
        batch, before = done.pop()
        take_back(batch)
        assert registry() == before
    assert listed(CITY) == ([], [], [])
    for run, before in runs:
        again = decisions.repeat(run=run)
        assert (again.snapshot, again.digest) == (run.snapshot, run.digest)
        assert told(run) == before
    assert max(run.subjects["person"] for run, _ in runs) > 3


@pytest.mark.parametrize("seed", range(20, 26))
def test_taken_back_in_any_order_the_copies_still_say_what_is_stated(divisions, seed):
    clerk = Clerk(seed)
    batches, kept, runs = [], 0, []
    for _ in range(9):
        if batches and clerk.dice.random() < 0.4:
            batch = batches.pop(clerk.dice.randrange(len(batches)))
            take_back(batch)
            kept += bool(batch.outcome)
        else:
            batches.append(take_in(*clerk.file()))
        check_copies()
        runs.append(decide())
    for run in runs[::3]:
        again = decisions.repeat(run=run)
        assert (again.snapshot, again.digest) == (run.snapshot, run.digest)


@pytest.mark.parametrize("seed", range(40, 46))
def test_taken_back_and_in_again_a_file_says_the_same(divisions, seed, tmp_path):
    clerk = Clerk(seed)
    for _ in range(3):
        take_in(*clerk.file())
    content, on = clerk.file()
    batch = take_in(content, on)
    once, digest = registry(), _digest(tmp_path / "1")
    states = _states(batch)
    take_back(batch)
    again = receive(content, on=on, period=2019)
    assert again.pk != batch.pk
    confirm(again)
    assert _states(again) == states
    assert registry() == once
    assert _digest(tmp_path / "2") == digest
    check_copies()


def _states(batch):
    return list(batch.rows.order_by("sheet", "number").values_list("state", "applied"))


def _digest(folder):
    seq = facts.latest_seq()
    return facts.snapshot(on=LAST, seq=seq, folder=folder, pack=packs.everything()).digest


def test_the_last_batch_of_three_goes_and_then_the_first(divisions):
    """What came back with a reversal is no later word: it does not hinder the next one."""
    empty = registry()
    first = take_in(xlsx(table(home(1) + home(2))), JULY)
    second = take_in(xlsx(table(home(1, 脱贫属性="返贫"))), AUGUST)
    third = take_in(xlsx(table(home(1, 联系电话="13900000001"))), AUGUST)
    for batch in (third, second, first):
        take_back(batch)
        assert intake.outcome(batch) == ""
    assert registry() == empty


def test_who_said_the_same_later_keeps_the_household_however_the_files_were_received(divisions):
    later = receive(xlsx(table(home(1), titles=1)), on=AUGUST)
    first = take_in(xlsx(table(home(1))), JULY)
    confirm(later)
    take_back(first)
    assert intake.outcome(first).endswith("320723000001")
    assert Household.objects.get().size == 2


def test_a_household_that_moves_was_decided_where_it_lay(divisions):
    take_in(xlsx(table(home(1))), JULY)
    old = decide()
    before = told(old)
    batch = take_in(xlsx(table(home(1, 行政村="朱胥村"))), AUGUST)
    one = Household.objects.get()
    assert one.village_id == ZHUXU
    assert facts.dossier(household=one.pk, on=LAST, seq=old.seq).household["village"] == SHUYUN
    now = facts.latest_seq()
    # Two times: known now, it lay elsewhere until August.
    assert facts.dossier(household=one.pk, on=JULY, seq=now).household["village"] == SHUYUN
    assert facts.dossier(household=one.pk, on=LAST, seq=now).household["village"] == ZHUXU
    new = decide()
    assert {row.village for row in decided.as_of(old).filter(household=one.pk)} == {SHUYUN}
    assert {row.village for row in decided.as_of(new).filter(household=one.pk)} == {ZHUXU}
    again = decisions.repeat(run=old)
    assert (again.snapshot, again.digest) == (old.snapshot, old.digest)
    take_back(batch)
    one.refresh_from_db()
    assert one.village_id == SHUYUN
    assert told(old) == before
    assert decisions.repeat(run=new).digest == new.digest


def test_who_may_see_a_household_goes_by_where_it_lies_now(divisions):
    take_in(xlsx(table(home(1, 人均纯收入="1000"))), JULY)
    old = decide()
    key = Household.objects.get().pk
    take_in(xlsx(table(home(1, 行政村="朱胥村", 人均纯收入="1000"))), AUGUST)
    for viewer, seen in ((scope(SHUYUN), False), (scope(ZHUXU), True)):
        shown = ["320723000001"] if seen else []
        assert listed(viewer)[:2] == (shown, shown)
        assert bool(decided.of_household(household=key, viewer=viewer, run=old)) == seen
        assert bool(decided.history(household=key, viewer=viewer)) == seen
        held = decided.holding(rule="poor", viewer=viewer, run=old)
        assert not held.exists()  # where it lay then is foreign to one, where it lies now to both
    assert decided.holding(rule="poor", viewer=CITY, run=old).exists()


def test_a_mended_birth_holds_from_then_on_and_not_before(divisions):
    def sheet(birth, name="王建国"):
        rows = home(1, 2)
        rows[1] |= {"证件号码": "999999000000000001", "性别": "女", "出生日期": birth, "姓名": name}
        return xlsx(table(rows, chance.ROSTER))

    take_in(sheet("19620101"), JULY)
    old = decide()
    before = told(old)
    batch = take_in(sheet("19650505", "王建军"), JULY)
    person = Person.objects.get(id_kind="placeholder")
    assert (person.name, person.initials, person.birth) == (
        "王建军", "wjj", datetime.date(1965, 5, 5),
    )  # fmt: skip
    births = {
        seq: facts.dossier(household=Household.objects.get().pk, on=JULY, seq=seq).persons[1]
        for seq in (old.seq, facts.latest_seq())
    }
    assert [row["birth"] for row in births.values()] == [19620101, 19650505]
    assert decisions.repeat(run=old).digest == old.digest
    take_back(batch)
    person.refresh_from_db()
    assert (person.name, person.birth) == ("王建国", datetime.date(1962, 1, 1))
    assert told(old) == before


def test_what_was_taken_back_is_in_no_list_search_run_or_figure(divisions):
    batch = take_in(xlsx(table(home(1) + home(2, 1))), JULY)
    old = decide()
    take_back(batch)
    for text in ("", "王", "wjg", "320723000001", PHONE, number("19600101", 1)):
        narrowed = queries.Filter(text=text)
        assert not queries.households(viewer=CITY, narrowed=narrowed).exists()
        assert not queries.persons(viewer=CITY, text=text).exists()
    assert queries.household(viewer=CITY, number="320723000001") is None
    assert queries.by_id_number(viewer=CITY, number=number("19600101", 1)) is None
    assert not decided.households(viewer=CITY).exists()
    new = decide()
    assert (old.subjects["household"], new.subjects["household"]) == (2, 0)
    assert not decided.as_of(new).filter(village__startswith="320723", household__gt=0).exists()
    assert decided.by_village(rules=["=household"], viewer=CITY, run=new) == {}
    assert decisions.repeat(run=old).digest == old.digest


def test_gaps_of_a_list_come_back_with_it(divisions):
    people = home(1) + home(2) + home(3)
    take_in(xlsx(table(people)), JULY)
    rows = [
        {"乡镇": "侍庄街道", "行政村": "树云村", "姓名": row["姓名"], "身份证号": row["证件号码"],
         "救助类别": "农村低保", "等级": "B类", "金额": "四百", "享受起始日期": "2019-01-01"}
        for row in people
    ]  # fmt: skip
    for row in rows[4:]:
        row["金额"] = "430"
    take_in(xlsx(table(rows, chance.DIBAO)), JULY)
    before = registry()
    for row in rows[:2]:
        row["金额"] = "430"
    batch = take_in(xlsx(table(rows, chance.DIBAO)), JULY)
    assert registry() != before
    take_back(batch)
    assert registry() == before
    assert sum("ListingGap" in said for said in before[0]) == 4


def test_nobody_joins_a_household_before_it_is_known(divisions):
    take_in(xlsx(table(home(1))), JULY)
    take_in(xlsx(table(home(2))), AUGUST)
    person = Person.objects.get(number="32072300000102")
    target = Household.objects.get(number="320723000002")
    with pytest.raises(ValueError, match="才登记"):
        actions.move(person=person, household=target, relation="其他", on=JULY, reason="投靠",
                     by="测试")  # fmt: skip
