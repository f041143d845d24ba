"""An older sheet that comes late says what was so then, and changes nothing that is so now."""

import datetime
import itertools

import pytest

from tests.registry.chance import Clerk, check_copies, registry, take_back, take_in
from tests.registry.sheets import ROSTER_2019, home, number, table, xlsx
from wengu.decisions import facts
from wengu.decisions.dossiers import Told
from wengu.kernel.dates import to_day
from wengu.registry import actions, queries
from wengu.registry.models import (
    Household,
    HouseholdFacts,
    Income,
    Membership,
    Person,
    SourceKind,
)

pytestmark = [pytest.mark.db, pytest.mark.django_db]
BY = "测试"
MAY, JULY, AUGUST, SEPTEMBER = (datetime.date(2020, month, 1) for month in (5, 7, 8, 9))
SHUYUN, ZHUXU = "320723001200", "320723001201"
LACKS_HOUSE = [header for header in ROSTER_2019 if header != "危房户"]


def sheet(rows, headers=ROSTER_2019):
    return xlsx(table(rows, headers))


def shown():
    """What lists show of now."""
    return (
        sorted(Household.objects.values_list("number", "village", "size", "head_name",
                                             "income_per_head_fen")),
        sorted(Membership.objects.filter(queries.OPEN)
               .values_list("household__number", "person__number", "relation")),
    )  # fmt: skip


def known(on, seq=None):
    """What is known to be true on a day, by number: no one's id, no date of a statement."""
    seq = seq or facts.latest_seq()
    numbers = dict(Household.objects.values_list("pk", "number"))
    people = dict(Person.objects.values_list("pk", "number"))
    found = {}
    for key, one in facts.dossiers(households=list(numbers), on=on, seq=seq).items():
        drop = {"id", "uid", "household"}
        found[numbers[key]] = (
            {name: value for name, value in one.household.items() if name not in drop},
            {people[row["id"]]: {name: value for name, value in row.items() if name not in drop}
             for row in one.persons},
        )  # fmt: skip
    return found


def days():
    marks = sorted({day for model in (HouseholdFacts, Membership, Income)
                    for day in model.objects.values_list("since", flat=True)})  # fmt: skip
    return [*(day - datetime.timedelta(days=1) for day in marks), *marks, datetime.date(2021, 1, 1)]


def test_an_older_roster_ends_nothing_and_moves_nobody(divisions):
    take_in(sheet(home(1, 2)), JULY)
    before = shown()
    take_in(sheet(home(1, 1, 行政村="朱胥村", 联系电话="13900000009", 与户主关系="户主")), MAY)
    assert shown() == before
    check_copies()
    assert len(known(JULY)["320723000001"][1]) == 2
    assert known(JULY)["320723000001"][0]["village"] == SHUYUN
    # In May it lay elsewhere, and one of the two was on the sheet.
    assert known(MAY)["320723000001"][0]["village"] == ZHUXU
    assert list(known(MAY)["320723000001"][1]) == ["32072300000101"]


def test_who_is_only_on_the_older_sheet_belonged_until_the_newer_one(divisions):
    take_in(sheet(home(1, 1)), JULY)
    take_in(sheet(home(2, 1)), AUGUST)
    before = shown()
    rows = home(1, 3)
    # The third came to another household in August, by a sheet of then.
    rows[2] |= {"人编号": "32072300000201", "证件号码": number("19600101", 2), "姓名": "王建国"}
    take_in(sheet(rows), MAY)
    assert shown() == before
    ends = dict(Membership.objects.filter(household__number="320723000001", superseded_seq=None)
                .values_list("person__number", "until"))  # fmt: skip
    assert ends == {"32072300000101": None, "32072300000102": JULY, "32072300000201": JULY}
    assert [len(known(day)["320723000001"][1]) for day in (MAY, JULY)] == [3, 1]
    assert len(known(AUGUST)["320723000002"][1]) == 1


def test_an_old_sheet_of_another_household_does_not_take_a_present_member(divisions):
    take_in(sheet(home(1, 2)), AUGUST)
    rows = home(2, 1) + home(1, 2)[1:]
    rows[1] |= {"户编号": "320723000002", "人数": "2"}
    rows[0]["人数"] = "2"
    take_in(sheet(rows), MAY)
    assert Household.objects.get(number="320723000001").size == 2
    assert [len(known(day)["320723000002"][1]) for day in (MAY, AUGUST)] == [2, 1]
    check_copies()


def test_a_newer_roster_that_says_the_same_is_newer_all_the_same(divisions):
    """It leaves no statement behind, and yet an older one may not end what it confirmed."""
    rows = home(1, 2, 自然村="")
    first = take_in(sheet(rows), MAY)
    newer = take_in(xlsx(table(rows, titles=1)), AUGUST)
    before, then, known_ = shown(), (MAY, AUGUST, SEPTEMBER), registry()
    was = [known(day) for day in then]
    late = take_in(
        sheet(home(1, 1, 行政村="朱胥村", 自然村="西庄", 人均纯收入="4000", 危房户="是",
                   健康状况="健康", 脱贫年度="2017")), JULY,
    )  # fmt: skip
    assert shown() == before
    assert [known(day) for day in then] == was
    one = known(JULY)["320723000001"]
    assert (one[0]["village"], one[0]["income_fen"], one[0]["house_dangerous"]) == (
        ZHUXU, 400_000, True,
    )  # fmt: skip
    assert one[1]["32072300000101"]["chronic"] is False
    assert Household.objects.get().group_name == "西庄"  # of which nobody had said anything
    assert told(JULY, "house_dangerous").batch == late.pk
    assert told(SEPTEMBER, "house_dangerous") == Told("4roster", 20200801, newer.pk)
    check_copies()
    take_back(late)
    assert registry() == known_
    assert told(SEPTEMBER, "house_dangerous").batch == first.pk


def test_income_of_one_year_keeps_the_newer_statement(divisions):
    take_in(sheet(home(1, 1, 人均纯收入="9000")), SEPTEMBER)
    take_in(sheet(home(1, 1, 人均纯收入="4000")), JULY)
    assert Household.objects.get().income_per_head_fen == 900_000
    incomes = [known(day)["320723000001"][0]["income_fen"] for day in (JULY, AUGUST, SEPTEMBER)]
    assert incomes == [400_000, 400_000, 900_000]
    # One more of the same day takes the place of that one alone.
    take_in(sheet(home(1, 1, 人均纯收入="4500")), JULY)
    incomes = [known(day)["320723000001"][0]["income_fen"] for day in (JULY, SEPTEMBER)]
    assert incomes == [450_000, 900_000]
    assert Income.objects.filter(superseded_seq=None).count() == 2


def test_a_newer_statement_leaves_the_history_of_earlier_days(divisions):
    """A statement takes the place of one of the same day only: what was so before stays so."""
    take_in(sheet(home(1, 1, 脱贫属性="已脱贫", 危房户="是")), MAY)
    take_in(sheet(home(1, 1, 脱贫属性="返贫", 危房户="否", 行政村="朱胥村")), AUGUST)
    was, now = known(JULY)["320723000001"][0], known(AUGUST)["320723000001"][0]
    assert (was["exit_status"], was["house_dangerous"], was["village"]) == ("已脱贫", True, SHUYUN)
    assert (now["exit_status"], now["house_dangerous"], now["village"]) == ("返贫", False, ZHUXU)


@pytest.mark.parametrize("seed", range(12))
def test_two_rosters_say_the_same_for_every_day_in_either_order(divisions, seed):
    clerk = Clerk(seed)
    older, newer = clerk.pair()
    take_in(older, MAY)
    take_in(newer, AUGUST)
    days_ = days()
    straight = {day: known(day) for day in days_}
    copies = shown()
    check_copies()
    for batch in reversed(list(clerk.batches())):
        take_back(batch)
    take_in(newer, AUGUST)
    take_in(older, MAY)
    check_copies()
    assert shown() == copies
    for day in days_:
        assert known(day) == straight[day], day


def in_any_order(clerk, sheets):
    """Take three sheets in, in their order and in others: the same is known."""
    for content, day in sheets:
        take_in(content, day)
    days_ = days()
    straight = {day: known(day) for day in days_}
    for order in ((0, 2, 1), (2, 1, 0), (1, 2, 0)):
        for batch in reversed(list(clerk.batches())):
            take_back(batch)
        for place in order:
            take_in(*sheets[place])
        check_copies()
        for day in days_:
            assert known(day) == straight[day], (order, day)


@pytest.mark.parametrize("seed", range(6))
def test_rosters_that_leave_out_something_say_the_same_in_any_order(divisions, seed):
    """What a sheet has no column for, or leaves empty, it does not confirm."""
    clerk = Clerk(seed)
    sheets = [(clerk.partial(), day) for day in (MAY, JULY, AUGUST)]
    in_any_order(clerk, sheets)


@pytest.mark.parametrize("seed", range(6))
def test_rosters_that_move_people_say_the_same_in_any_order(divisions, seed):
    clerk = Clerk(seed)
    sheets = [(clerk.whole(), day) for day in (MAY, JULY, AUGUST)]
    in_any_order(clerk, sheets)


def test_a_sheet_does_not_confirm_what_it_has_no_column_for(divisions):
    """The income and the house of a late sheet stay so: the newer sheet speaks of neither."""
    take_in(sheet(home(1, 1)), MAY)
    lacks = [each for each in LACKS_HOUSE if each != "人均纯收入"]
    take_in(sheet(home(1, 1, 健康状况=""), lacks), AUGUST)
    late = take_in(sheet(home(1, 1, 人均纯收入="3000", 危房户="是", 健康状况="健康")), JULY)
    one = known(SEPTEMBER)["320723000001"]
    assert (one[0]["income_fen"], one[0]["house_dangerous"]) == (300_000, True)
    assert one[1]["32072300000101"]["chronic"] is False
    assert told(SEPTEMBER, "house_dangerous").batch == late.pk


def test_a_late_sheet_says_where_somebody_was_until_the_next_one(divisions):
    take_in(sheet(home(1, 2) + home(2, 1)), MAY)
    newer = take_in(sheet(home(1, 2) + home(2, 1)), AUGUST)
    rows = home(2, 2)
    rows[1] |= {name: home(1, 2)[1][name] for name in ("人编号", "证件号码", "姓名")}
    take_in(sheet(rows), JULY)
    assert sorted(known(JULY)["320723000002"][1]) == ["32072300000102", "32072300000201"]
    assert list(known(JULY)["320723000001"][1]) == ["32072300000101"]
    # The newer sheet has them where they were.
    assert sorted(known(AUGUST)["320723000001"][1]) == ["32072300000101", "32072300000102"]
    assert Household.objects.get(number="320723000002").size == 1
    for home_, on, size in ((1, JULY, 1), (2, JULY, 2), (1, AUGUST, 2), (2, AUGUST, 1)):
        one = Household.objects.get(number=f"32072300000{home_}")
        assert queries.members(household=one, on=on).count() == size
    assert newer.outcome == {}
    check_copies()


def test_of_whom_a_newer_sheet_says_that_they_died_an_older_one_makes_nobody_alive(divisions):
    """Though the newer one was the first to name the household, and left no household."""
    gone = take_in(sheet(home(1, 1, 减少原因="死亡"), [*ROSTER_2019, "减少原因"]), AUGUST)
    assert not Household.objects.exists(), gone.outcome
    take_in(sheet(home(1, 1) + home(2, 1)), JULY)
    assert list(known(JULY)["320723000001"][1]) == ["32072300000101"]
    assert known(AUGUST).get("320723000001", (0, {}))[1] == {}
    assert list(known(AUGUST)["320723000002"][1]) == ["32072300000201"]
    assert Household.objects.get(number="320723000001").size == 0
    check_copies()


def test_a_late_sheet_does_not_move_whom_a_visit_has_moved(divisions):
    take_in(sheet(home(1, 2) + home(2, 1)), MAY)
    person = Person.objects.get(number="32072300000102")
    target = Household.objects.get(number="320723000002")
    actions.move(person=person, household=target, relation="其他", on=MAY, reason="投靠", by=BY)
    take_in(sheet(home(1, 1)), AUGUST)
    take_in(sheet(home(1, 2)), JULY)
    assert len(known(JULY)["320723000002"][1]) == 2


@pytest.mark.parametrize("seed", range(4))
def test_an_older_roster_is_taken_back_without_a_trace(divisions, seed):
    clerk = Clerk(seed)
    older, newer = clerk.pair()
    take_in(newer, AUGUST)
    before = {day: known(day) for day in (MAY, JULY, AUGUST)}, registry()
    late = take_in(older, MAY)
    take_back(late)
    assert late.outcome == {}
    assert ({day: known(day) for day in (MAY, JULY, AUGUST)}, registry()) == before
    check_copies()


def record(on, *, source=SourceKind.VISIT, **stated):
    actions.record_household(household=Household.objects.get(), facts=stated, on=on, source=source,
                             reason="入户", by=BY)  # fmt: skip


def told(on, column):
    """Who said a fact of the only household, as explanations and as the file of it give it."""
    one = Household.objects.get()
    said = facts.dossier(household=one.pk, on=on, seq=facts.latest_seq()).told
    found = said["household", one.pk, column]
    filed = queries.household_facts(household=one, on=on)[column]
    assert (to_day(filed.since), filed.batch, filed.row, filed.source) == (
        found.since, found.batch, found.row, found.source,
    )  # fmt: skip
    return found


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_visits_say_the_same_in_whatever_order_they_are_entered(divisions, order):
    take_in(sheet(home(1, 1)), datetime.date(2020, 2, 1))
    visits = [
        (datetime.date(2020, 3, 1), {"house_grade": "C级", "main_cause": "因病"}),
        (datetime.date(2020, 6, 1), {"safe_water": False}),
        (JULY, {"house_grade": "B级", "water_difficulty": True}),
    ]
    for place in order:
        record(visits[place][0], **visits[place][1])
    said = {
        day: {name: fact.value for name, fact in queries.household_facts(
              household=Household.objects.get(), on=day).items() if fact.source == "2visit"}
        for day, _ in visits
    }  # fmt: skip
    march = {"house_grade": "C级", "main_cause": "因病"}
    assert list(said.values()) == [
        march,
        march | {"safe_water": False},
        {"house_grade": "B级", "main_cause": "因病", "safe_water": False, "water_difficulty": True},
    ]
    assert told(JULY, "main_cause") == Told("2visit", 20200301)
    assert told(JULY, "safe_water") == Told("2visit", 20200601)
    assert told(JULY, "house_grade") == Told("2visit", 20200701)


def test_a_visit_entered_late_is_not_lost(divisions):
    take_in(sheet(home(1, 1)), datetime.date(2020, 2, 1))
    record(datetime.date(2020, 6, 1), safe_water=False)
    record(datetime.date(2020, 3, 1), house_grade="C级")
    found = known(JULY)["320723000001"][0]
    assert (found["house_grade"], found["safe_water"]) == ("C级", False)
    # A second word about that day goes on too; one about the day of the later visit stops it.
    record(datetime.date(2020, 3, 1), house_grade="D级")
    assert known(JULY)["320723000001"][0]["house_grade"] == "D级"
    record(datetime.date(2020, 6, 1), house_grade="A级")
    record(datetime.date(2020, 3, 1), house_grade="B级")
    assert known(JULY)["320723000001"][0]["house_grade"] == "A级"


def test_what_a_visit_takes_away_stays_away(divisions):
    take_in(sheet(home(1, 1)), datetime.date(2020, 2, 1))
    record(datetime.date(2020, 3, 1), house_grade="C级")
    record(datetime.date(2020, 6, 1), house_grade=None)
    record(datetime.date(2020, 4, 1), house_grade="D级")
    grades = [known(day)["320723000001"][0]["house_grade"] for day in (MAY, JULY)]
    assert grades == ["D级", None]


def test_a_roster_without_a_column_does_not_say_it(divisions):
    first = take_in(sheet(home(1, 1, 危房户="是")), JULY)
    second = take_in(sheet(home(1, 1, 脱贫属性="返贫"), LACKS_HOUSE), AUGUST)
    house, exit_ = told(AUGUST, "house_dangerous"), told(AUGUST, "exit_status")
    assert house == Told("4roster", 20200701, first.pk, 0, house.row)
    assert exit_ == Told("4roster", 20200801, second.pk, 0, exit_.row)


def test_birth_and_sex_are_said_by_papers_and_not_by_a_move(divisions):
    batch = take_in(sheet(home(1, 2) + home(2, 1)), MAY)
    person = Person.objects.get(number="32072300000102")
    target = Household.objects.get(number="320723000002")
    actions.move(person=person, household=target, relation="其他", on=JULY, reason="投靠", by=BY)
    said = facts.dossier(household=target.pk, on=AUGUST, seq=facts.latest_seq()).told
    for name in ("birth", "sex", "id_kind"):
        found = said["person", person.pk, name]
        assert (found.source, found.since, found.batch) == ("4roster", 20200501, batch.pk)
    assert said["person", person.pk, "relation"] == Told("1correction", 20200701)


def test_a_name_that_is_mended_later_leaves_birth_where_it_was_said(divisions):
    rows = home(1, 1, 证件号码="999999000000000001")
    rows[0] |= {"性别": "男", "出生日期": "19620101"}
    headers = [*ROSTER_2019, "性别", "出生日期"]
    first = take_in(sheet(rows, headers), MAY)
    second = take_in(sheet([rows[0] | {"姓名": "王建军"}]), JULY)
    person = Person.objects.get()
    assert (person.name, person.birth) == ("王建军", datetime.date(1962, 1, 1))
    one = Household.objects.get()
    said = facts.dossier(household=one.pk, on=AUGUST, seq=facts.latest_seq()).told
    assert said["person", person.pk, "birth"].batch == first.pk
    assert said["person", person.pk, "id_kind"].batch == second.pk


def test_an_end_does_not_change_who_said_that_somebody_belonged(divisions):
    first = take_in(sheet(home(1, 2)), MAY)
    take_in(sheet(home(1, 1)), AUGUST)
    person = Person.objects.get(number="32072300000102")
    said = facts.dossier(household=Household.objects.get().pk, on=JULY, seq=facts.latest_seq()).told
    found = said["person", person.pk, "relation"]
    assert (found.since, found.batch) == (20200501, first.pk)
