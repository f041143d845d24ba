"""Departments' lists: whom they name, of whom their silence speaks, and of whom it does not.

Each test looks at the facts that decisions are made of, for everybody and for one household alike.
"""

import datetime
import itertools
import random

import pytest

from tests.registry.chance import confirm
from tests.registry.lists import (
    DIBAO,
    DISABILITY,
    HOSPITAL,
    dibao,
    disability,
    flags,
    said,
    stay,
)
from tests.registry.sheets import ON, home, number, receive, table, take_in, xlsx
from wengu.decisions.extracts import Ages
from wengu.intake import actions, queries
from wengu.intake.models import Batch, BatchState, Row, RowState
from wengu.registry import actions as registry
from wengu.registry import queries as registered
from wengu.registry.imports.doors import door_of
from wengu.registry.models import Bill, Household, Listing, Person

pytestmark = [pytest.mark.django_db, pytest.mark.db]
JULY, AUGUST, MARCH = ON, ON.replace(month=8), ON.replace(month=3)
SEPTEMBER, JUNE = ON.replace(month=9), ON.replace(month=6)
FIRST, SECOND = "320723000001", "320723000002"
# What the sheet says of a household, and does not say of its members.
BY_SHEET = (False, None, None)


def roster(rows, **more):
    return take_in(xlsx(table(rows)), **more)


def listed(rows, *, on=ON, **more):
    return take_in(xlsx(table(rows, DIBAO)), name="低保.xlsx", on=on, **more)


def take_back(batch):
    return actions.reverse(batch=batch, door=door_of(batch), by="测试")


def test_who_is_named_has_dibao_and_who_is_left_out_has_not(divisions):
    people = home(1) + home(2)
    roster(people)
    assert flags()[FIRST] == BY_SHEET
    listed(dibao(people[:2]))
    assert flags() == {FIRST: (True, True, True), SECOND: (False, False, False)}


def test_the_next_list_ends_what_it_leaves_out_from_its_day(divisions):
    people = home(1) + home(2)
    roster(people)
    listed(dibao(people))
    assert not queries.outcome(Batch.objects.latest("pk"))
    august = listed(dibao(people[:2]), on=AUGUST)
    assert "不再列入 2 人（侍庄街道（2））" in queries.outcome(august)
    assert flags(AUGUST - datetime.timedelta(days=1))[SECOND] == (True, True, True)
    assert flags(AUGUST) == {FIRST: (True, True, True), SECOND: (False, False, False)}
    [ended, *_] = registered.benefits(household=Household.objects.get(number=SECOND), on=AUGUST)
    assert (ended.since.year, ended.until) == (2019, AUGUST)


def test_the_first_list_says_whom_rosters_call_supported_and_it_leaves_out(divisions):
    people = home(1, 贫困户属性="低保脱贫户") + home(2, 贫困户属性="低保脱贫户") + home(3)
    roster(people)
    first = listed(dibao(people[:2]))
    assert "花名册记为低保、五保而名册没有的有 2 人（侍庄街道（2））" in queries.outcome(first)
    assert not queries.outcome(listed(dibao(people[:2]), on=AUGUST))


def test_a_gradual_exit_that_the_next_list_no_longer_states_is_over(divisions):
    people = home(1)
    roster(people)
    listed(dibao(people, 渐退起始日期="2019-10-01"))
    again = listed(dibao(people), on=AUGUST)
    # Whether that is meant is asked: left empty by oversight, two years would begin anew.
    waits = queries.open_doubts(again)
    assert [(d.code, d.detail["day"]) for d in waits] == [("grace_dropped", "2019-10-01")] * 2
    assert said(AUGUST)[FIRST].household["grace_since"] == 20191001
    confirm(again)
    assert said()[FIRST].household["grace_since"] == 20191001
    assert said(AUGUST)[FIRST].household["grace_since"] is None
    kinds = {one.kind: one.until for one in
             registered.benefits(household=Household.objects.get(), on=AUGUST)}  # fmt: skip
    assert kinds == {"dibao": None, "gradual_exit": AUGUST}


def test_a_list_without_the_column_leaves_a_gradual_exit_as_it_was(divisions):
    """Else the twenty-four months would begin again."""
    people = home(1)
    roster(people)
    listed(dibao(people, 渐退起始日期="2019-10-01"))
    bare = [header for header in DIBAO if header != "渐退起始日期"]
    take_in(xlsx(table(dibao(people), bare)), name="低保.xlsx", on=AUGUST)
    assert said(AUGUST)[FIRST].household["grace_since"] == 20191001


def test_a_household_that_is_now_covered_for_one_person_has_no_dibao_of_its_own(divisions):
    people = home(1)
    roster(people)
    listed(dibao(people))
    again = listed(dibao(people[:1], 救助类别="单人保"), on=AUGUST)
    assert again.counts[RowState.CHANGED] == 1
    assert flags(AUGUST) == {FIRST: (False, True, False)}


def test_dibao_that_became_destitute_support_is_dibao_no_longer_and_back(divisions):
    people, other = home(1), home(2)
    roster(people + other)
    listed(dibao(people + other))
    again = listed(dibao(people, 救助类别="特困供养") + dibao(other), on=AUGUST)
    assert again.counts[RowState.CHANGED] == 2
    assert flags(AUGUST)[FIRST] == (False, False, False)
    assert flags(AUGUST, "destitute")[FIRST] == (True, True, True)
    listed(dibao(people) + dibao(other, 救助类别="特困供养"), on=SEPTEMBER)
    assert flags(SEPTEMBER)[FIRST] == (True, True, True)
    assert flags(SEPTEMBER, "destitute")[FIRST] == (False, False, False)


def test_a_list_of_dibao_alone_says_nothing_of_destitute_support(divisions):
    roster(home(1, 1, 贫困户属性="五保户") + home(2))
    bare = [header for header in DIBAO if header != "救助类别"]
    take_in(xlsx(table(dibao(home(2)), bare)), name="低保.xlsx")
    assert flags(name="destitute")[FIRST][0] is True
    take_in(xlsx(table(dibao(home(1, 1), 救助类别="特困供养"), DIBAO)), name="特困.xlsx")
    assert flags()[SECOND] == (True, True, True)
    assert flags(name="destitute")[FIRST] == (True, True)


def urban(on=ON):
    return said(on)[FIRST].household["urban_dibao"]


def test_a_household_is_in_urban_dibao_while_the_list_says_so(divisions):
    people = home(1)
    roster(people)
    listed(dibao(people))
    assert urban() is False
    again = listed(dibao(people, 救助类别="城市低保"), on=AUGUST)
    assert again.counts[RowState.CHANGED] == 2
    assert (flags(AUGUST)[FIRST][0], urban(AUGUST)) == (True, True)
    listed(dibao(people), on=SEPTEMBER)
    assert urban(SEPTEMBER) is False


def test_a_household_named_under_both_kinds_is_in_rural_dibao(divisions):
    people = home(1)
    roster(people)
    listed(dibao(people[:1], 救助类别="城市低保") + dibao(people[1:]))
    assert urban() is False


def test_a_list_without_days_of_beginning_leaves_them_as_they_are(divisions):
    people = home(1)
    roster(people)
    listed(dibao(people))
    bare = [header for header in DIBAO if header != "享受起始日期"]
    batch = take_in(xlsx(table(dibao(people), bare)), name="低保.xlsx", on=AUGUST)
    assert batch.counts[RowState.UNCHANGED] == 2
    found = registered.benefits(household=Household.objects.get(), on=AUGUST)
    assert {(one.since.year, one.until) for one in found} == {(2019, None)}


def test_an_older_list_that_comes_later_changes_only_its_own_days(divisions):
    people = home(1) + home(2)
    roster(people, on=MARCH)
    listed(dibao(people), on=AUGUST)
    before = flags(AUGUST)
    late = listed(dibao(people[:2]), on=JULY)
    assert late.state == BatchState.APPLIED
    assert flags(AUGUST) == before
    assert flags(JULY)[SECOND] == (False, False, False)
    assert flags(JUNE)[SECOND] == BY_SHEET


def test_a_list_names_nobody_outside_its_own_towns(divisions):
    """A county's first list may hold one town: of the others it says nothing."""
    there = home(2, 乡镇="伊山镇", 行政村="河东村")
    roster(home(1) + there)
    listed(dibao(there))
    assert flags() == {FIRST: BY_SHEET, SECOND: (True, True, True)}
    assert [row.town_id for row in Listing.objects.all()] == ["320723100000"]


def test_a_list_of_a_town_is_whole_for_that_town(divisions):
    there = home(2, 乡镇="伊山镇", 行政村="河东村") + home(3, 乡镇="伊山镇", 行政村="河东村")
    roster(home(1) + there)
    listed(dibao(there[:2]), region="320723100000")
    assert flags() == {
        FIRST: BY_SHEET,
        SECOND: (True, True, True),
        "320723000003": (False, False, False),
    }


def test_a_list_of_one_town_under_the_county_s_code_is_refused(divisions):
    here = [row for n in range(1, 7) for row in home(n)]
    there = [row for n in range(11, 17) for row in home(n, 乡镇="伊山镇", 行政村="河东村")]
    roster(here + there)
    listed(dibao(here + there))
    for few in ([], here[:1]):
        part = receive(xlsx(table(dibao(there + few), DIBAO)), name="低保.xlsx", on=AUGUST)
        assert part.state == BatchState.REFUSED
        assert f"侍庄街道（{12 - len(few)}）" in queries.outcome(part)
    town = receive(
        xlsx(table(dibao(there), DIBAO)), name="低保.xlsx", on=AUGUST, region="320723100000"
    )
    assert town.state == BatchState.CHECKED


def lists_of(people):
    hospital = [stay(people[0], 出院诊断疾病名称="肺癌", 自付金额="4000", 大病报销金额="1000")]
    return [
        (xlsx(table(dibao(people), DIBAO)), "低保.xlsx"),
        (xlsx(table(hospital, HOSPITAL)), "住院.xlsx"),
        (xlsx(table([disability(people[0])], DISABILITY)), "残联.xlsx"),
    ]


def come_in(content, name, on):
    """What is only to be checked (nobody of that number is known) is confirmed."""
    batch = receive(content, name=name, on=on)
    actions.waive_all(batch=batch, reason="已核实", door=door_of(batch), by="测试")
    return actions.apply(batch=batch, door=door_of(batch), by="测试")


@pytest.mark.parametrize("late", [False, True])
def test_lists_that_come_before_the_roster_are_kept_for_whom_they_name(divisions, late):
    people = home(1, 贫困户属性="低保户")
    for content, name in lists_of(people):
        come_in(content, name, JULY)
    day = AUGUST if late else JULY
    roster(people, on=day)
    one = said(day)[FIRST]
    assert one.household["dibao"] is True
    assert [row["dibao"] for row in one.persons] == [True, True]
    assert [row["disability"] for row in one.persons] == ["41", None]
    assert [bill["diagnosis"] for bill in one.bills] == ["肺癌"]
    # Who is not known on a list's day is not left out by it: other bills may turn up.
    assert one.household["bills_listed_on"] == (None if late else 20200701)


def test_a_row_that_waits_for_somebody_who_comes_in_later_is_no_silence(divisions):
    people, other = home(1), home(2)
    roster(other)
    listed(dibao(people + other))  # the rows of the first household wait: nobody is known
    roster(people + other, on=JULY)
    assert flags()[FIRST] == BY_SHEET
    assert flags()[SECOND] == (True, True, True)


def test_who_came_after_a_list_is_not_left_out_by_it(divisions):
    roster(home(1))
    listed(dibao(home(1)))
    roster(home(1) + home(2, 贫困户属性="低保户"), on=AUGUST)
    assert flags(AUGUST)[SECOND][0] is True
    listed(dibao(home(1)), on=SEPTEMBER)
    assert flags(SEPTEMBER)[SECOND] == (False, False, False)


def test_a_household_that_split_off_is_judged_by_its_sheet_until_the_next_list(divisions):
    people = home(1)
    roster(people)
    listed(dibao(people))
    apart = people[1] | {"户编号": SECOND, "人编号": SECOND + "01", "与户主关系": "户主",
                         "人数": "1", "联系电话": "13800000002"}  # fmt: skip
    alone = people[0] | {"人数": "1"}
    batch = receive(xlsx(table([alone, apart])), on=AUGUST)
    actions.waive_all(batch=batch, reason="已分户", door=door_of(batch), by="测试")
    actions.apply(batch=batch, door=door_of(batch), by="测试")
    # The list names her; of her new household it knows nothing.
    assert flags(AUGUST)[SECOND] == (False, True)
    assert flags(AUGUST)[FIRST] == (True, True)


def test_a_list_of_a_day_speaks_of_the_household_of_that_day(divisions):
    people, other = home(1, 3), home(2)
    roster(people + other)
    son = Person.objects.get(number="32072300000103")
    registry.move(
        person=son, household=Household.objects.get(number=SECOND), relation="其他",
        on=AUGUST, reason="投靠", by="测试",
    )  # fmt: skip
    listed(dibao(people), on=JULY + datetime.timedelta(days=4))
    on = AUGUST - datetime.timedelta(days=1)
    assert flags(on)[SECOND] == (False, False, False)
    # He brings his own dibao; those whom he joins have none by it.
    assert flags(AUGUST)[SECOND] == (False, True, False, False)
    assert flags(AUGUST)[FIRST] == (True, True, True)


def test_an_old_word_answers_nothing_and_neither_does_an_older_sheet(divisions):
    roster(home(1) + home(2, 贫困户属性="低保户"), on=JUNE)
    listed(dibao(home(1)))
    take_in(xlsx(table([disability(home(1)[0])], DISABILITY)), name="残联.xlsx")
    ages, on = Ages(list_months=3), ON.replace(month=10)
    assert flags(on - datetime.timedelta(days=1), ages=ages)[FIRST][0] is True
    assert flags(on - datetime.timedelta(days=1), ages=ages)[SECOND][0] is False
    # What the sheet of June said was overruled; a newer one speaks again.
    assert (flags(on, ages=ages)[FIRST][0], flags(on, ages=ages)[SECOND][0]) == (None, None)
    assert said(on, ages)[FIRST].persons[0]["disabled"] is None
    roster(home(1, 贫困户属性="低保户") + home(2), on=on)
    assert flags(on, ages=ages)[FIRST][0] is True


@pytest.mark.parametrize("first", [0, 1])
def test_one_of_two_equal_lists_is_taken_back_and_the_other_stays(divisions, first):
    people = home(1) + home(2)
    roster(people)
    batches = [listed(dibao(people[:2]), on=on) for on in (JULY, AUGUST)]
    bills = [
        take_in(xlsx(table([stay(people[0])], HOSPITAL)), name="住院.xlsx", on=on)
        for on in (JULY, AUGUST)
    ]
    whole = flags(AUGUST), len(said(AUGUST)[FIRST].bills)
    for batch in (batches[first], bills[first]):
        assert take_back(batch).outcome == {}
    left = flags(AUGUST), len(said(AUGUST)[FIRST].bills)
    assert left == whole
    for batch in (batches[1 - first], bills[1 - first]):
        take_back(batch)
    assert flags(AUGUST)[FIRST] == BY_SHEET
    assert not said(AUGUST)[FIRST].bills
    assert said(AUGUST)[FIRST].household["bills_listed_on"] is None


def test_another_list_of_the_same_day_replaces_it_and_taken_back_gives_it_back(divisions):
    people = home(1) + home(2)
    roster(people)
    listed(dibao(people))
    second = listed(dibao(people[:2]))
    assert flags()[SECOND] == (False, False, False)
    take_back(second)
    assert flags()[SECOND] == (True, True, True)


def test_a_doubt_workbook_of_july_says_nothing_of_august(divisions):
    people = home(1) + home(2)
    roster(people)
    wrong = dibao(people)
    wrong[2]["金额"] = wrong[3]["金额"] = "约"
    july = listed(wrong)
    listed(dibao(people[:2]), on=AUGUST)
    before = flags(AUGUST)
    assert before[SECOND] == (False, False, False)
    for row in queries.rows(july).filter(applied=False):
        assert row.state == RowState.MUST_FIX
    mended = [row | {"疑点": "", "怎样改": ""} for row in dibao(people[2:])]
    take_in(xlsx(table(mended, [*DIBAO, "疑点", "怎样改"])), name="疑点.xlsx", on=JULY)
    assert flags(AUGUST) == before
    assert flags(JULY)[SECOND] == (True, True, True)


def test_a_stay_that_waits_is_missing_whatever_lists_come_later(divisions):
    people = home(1)
    roster(people, on=MARCH)
    for on, amount in ((JUNE, "约"), (AUGUST, "5000")):
        rows = [stay(people[0], 出院日期=f"2020-03-0{on.month}", 自付金额=amount)]
        take_in(xlsx(table([*rows, stay(people[1])], HOSPITAL)), name="住院.xlsx", on=on)
    assert said(AUGUST)[FIRST].household["bills_listed_on"] is None
    later = JUNE.replace(year=2021)
    assert said(later)[FIRST].household["bills_listed_on"] == 20200801


def paid(on, key=FIRST):
    """What the household is known to have paid, and whose illnesses are known there."""
    one = said(on)[key]
    illnesses = {bill["diagnosis"] for bill in one.bills} - {""}
    return sum(bill["self_pay_fen"] for bill in one.bills), illnesses


def test_who_dies_of_an_illness_leaves_its_burden_behind(divisions):
    people = home(1)
    roster(people, on=JUNE)
    rows = [stay(people[0], 出院日期="2020-06-20", 出院诊断疾病名称="肺癌")]
    take_in(xlsx(table(rows, HOSPITAL)), name="住院.xlsx")
    assert paid(JULY) == (5000_00, {"肺癌"})
    patient = Person.objects.get(number="32072300000101")
    registry.leave(person=patient, on=AUGUST, reason="病故", by="测试")
    assert paid(AUGUST) == (5000_00, set())
    # A list that comes after his death still tells of it.
    take_in(xlsx(table(rows, HOSPITAL)), name="住院.xlsx", on=AUGUST)
    assert paid(AUGUST) == (5000_00, set())


def test_who_moves_brings_his_illness_and_not_what_others_paid(divisions):
    people = home(1, 3)
    roster(people + home(2), on=JUNE)
    rows = [stay(people[2], 出院日期="2020-06-20", 出院诊断疾病名称="肺癌")]
    take_in(xlsx(table(rows, HOSPITAL)), name="住院.xlsx")
    registry.move(
        person=Person.objects.get(number="32072300000103"),
        household=Household.objects.get(number=SECOND),
        relation="其他", on=AUGUST, reason="投靠", by="测试",
    )  # fmt: skip
    assert paid(AUGUST) == (5000_00, set())
    assert paid(AUGUST, SECOND) == (0, {"肺癌"})


@pytest.mark.parametrize("seed", range(6))
def test_in_whatever_order_sheets_come_in_every_day_says_the_same(divisions, seed):
    dice = random.Random(seed)
    people = [home(n) for n in range(1, 5)]
    files = []
    for on in (MARCH, JUNE, AUGUST):
        named = [one for one in people if dice.random() < 0.6] or people[:1]
        rows = [row for one in named for row in dibao(one, 救助类别=dice.choice(KINDS))]
        files.append((xlsx(table(rows, DIBAO)), "低保.xlsx", on))
    files.append((xlsx(table(list(itertools.chain(*people)))), "花名册.xlsx", MARCH))
    told = []
    for order in dice.sample(list(itertools.permutations(files)), 3):
        batches = [come_in(*file) for file in order]
        days = (MARCH, JUNE, JULY, AUGUST, SEPTEMBER)
        told.append([_told(day) for day in days])
        for batch in dice.sample(batches, len(batches)):
            assert take_back(batch).outcome == {}
        assert not said(AUGUST)
    assert told[0] == told[1] == told[2]


KINDS = ("农村低保", "城市低保", "单人保", "农村特困供养")


def _told(day):
    """What a day says, without what hangs on who was known when a list arrived: its silence."""
    return {
        key: [[row[name] or False for name in ("dibao", "destitute")] for row in
              (one.household, *one.persons)] + [one.household["urban_dibao"] or False]
        for key, one in said(day).items()
    }  # fmt: skip


@pytest.mark.parametrize(("cells", "codes"), [({"等级": "C类"}, 2), ({}, 0)])
def test_a_person_on_two_rows_that_differ_waits(divisions, cells, codes):
    people = home(1)
    take_in(xlsx(table(people)))
    rows = dibao(people)
    batch = receive(xlsx(table([*rows, rows[0] | cells], DIBAO)), name="低保.xlsx")
    found = [d.code for d in queries.open_doubts(batch)]
    assert found.count("person_twice") == codes
    assert found.count("row_duplicate") == (1 if not codes else 0)


@pytest.mark.parametrize(
    ("cells", "codes"),
    [
        ({}, set()),
        ({"残疾人证号": "{own}41"}, set()),
        ({"残疾人证号": "{own}4123"}, set()),
        ({"残疾人证号": "{own}23"}, {"certificate_differs"}),
        ({"残疾人证号": "{other}41"}, {"certificate_differs"}),
    ],
)
def test_a_certificate_s_number_is_compared_with_its_row(divisions, cells, codes):
    people = home(1)
    take_in(xlsx(table(people)))
    numbers = {"own": people[0]["证件号码"], "other": number("19800101", 77)}
    cells = {name: text.format(**numbers) for name, text in cells.items()}
    batch = receive(xlsx(table([disability(people[0], **cells)], DISABILITY)), name="残联.xlsx")
    assert {doubt.code for doubt in queries.open_doubts(batch)} == codes


def test_two_certificates_of_one_person_wait(divisions):
    people = home(1)
    take_in(xlsx(table(people)))
    rows = [disability(people[0]), disability(people[0], 残疾类别="视力", 残疾等级="四级")]
    batch = take_in(xlsx(table(rows, DISABILITY)), name="残联.xlsx")
    assert batch.counts["applied"] == 0
    assert [d.code for d in queries.open_doubts(batch)] == ["person_twice", "person_twice"]
    assert said()[FIRST].persons[0]["disabled"] is False  # as the sheet says


def test_a_certificate_that_has_lapsed_leaves_no_degree_behind(divisions):
    """A severe degree that stays would go on covering one person of the household alone."""
    people = home(1)
    take_in(xlsx(table(people)))
    listed_ = [disability(people[0]), disability(people[1], 残疾等级="二级")]
    take_in(xlsx(table(listed_, DISABILITY)), name="残联.xlsx")
    take_in(xlsx(table(listed_[1:], DISABILITY)), name="残联.xlsx", on=AUGUST)

    def degrees(on):
        return [(row["disabled"], row["disability"]) for row in said(on)[FIRST].persons]

    assert degrees(ON) == [(True, "41"), (True, "42")]
    assert degrees(AUGUST) == [(False, None), (True, "42")]


def test_two_settlements_of_one_stay_wait_and_none_is_lost(divisions):
    people = home(1)
    take_in(xlsx(table(people)))
    second = {"医疗总费用": "5000", "基本补偿": "3000", "自付金额": "2000"}
    next_ = {"入院日期": "2020-03-09", "出院日期": "2020-03-10"}
    rows = [stay(people[0]), stay(people[0], **second), stay(people[0], **next_)]
    batch = take_in(xlsx(table(rows, HOSPITAL)), name="住院.xlsx")
    assert batch.counts["applied"] == 1
    assert [d.code for d in queries.open_doubts(batch)] == ["stay_twice", "stay_twice"]
    assert Bill.objects.get().discharged.day == 10


def hospital(rows, *, on=ON):
    return take_in(xlsx(table(rows, HOSPITAL)), name="住院.xlsx", on=on)


def waiting(batch):
    return [(doubt.number, doubt.code) for doubt in queries.open_doubts(batch)]


def test_one_stay_under_two_names_waits_and_spaces_make_no_other_hospital(divisions):
    people = home(1)
    take_in(xlsx(table(people)))
    other, later = {"医疗机构名称": "人民医院"}, {"入院日期": "2020-03-02"}
    batch = hospital([stay(people[0]), stay(people[0], **other), stay(people[1])])
    assert waiting(batch) == [(4, "stay_overlaps"), (5, "stay_overlaps")]
    assert queries.open_doubts(batch)[0].detail == {"rows": "5"}
    # The list of the next month: what is on record is compared too.
    spaced = stay(people[1], 医疗机构名称="县 人民 医院")
    again = hospital([spaced, stay(people[1], **later)], on=AUGUST)
    assert waiting(again) == [(4, "stay_overlaps"), (5, "stay_overlaps")]
    alone = hospital([stay(people[1], **later)], on=AUGUST)
    assert waiting(alone) == [(4, "stay_overlaps_known")]
    assert queries.open_doubts(alone)[0].detail["admitted"] == "2020-03-01"
    assert waiting(hospital([spaced], on=AUGUST)) == []
    assert Bill.objects.filter(superseded_seq=None).count() == 2  # one stay, on two lists
    # Confirmed, both count, and nobody is asked again.
    confirm(alone)
    assert waiting(hospital([stay(people[1]), stay(people[1], **later)], on=SEPTEMBER)) == []


def test_two_first_days_of_gradual_exit_in_one_household_wait(divisions):
    people = home(1) + home(2)
    roster(people)
    rows = dibao(people, 渐退起始日期="2019-10-01")
    rows[1]["渐退起始日期"] = "2020-02-01"
    batch = listed(rows)
    assert waiting(batch) == [(4, "grace_differs"), (5, "grace_differs")]
    row = Row.objects.get(batch=batch, number=5)
    column = queries.heads(batch)[0].letter("grace_since")
    actions.mend(row=row, column=column, value="2019-10-01", door=door_of(batch), by="测试")
    assert waiting(batch) == []


def test_an_older_sheet_of_bills_adds_its_own_and_changes_no_newer_amount(divisions):
    people = home(1)
    roster(people)
    take_in(xlsx(table([stay(people[0])], HOSPITAL)), name="住院.xlsx", on=AUGUST)
    old = [stay(people[0], 医疗总费用="8000", 自付金额="4000"), stay(people[1])]
    take_in(xlsx(table(old, HOSPITAL)), name="住院.xlsx")
    assert [bill["self_pay_fen"] for bill in said(AUGUST)[FIRST].bills] == [5000_00, 5000_00]
    found = registered.bills(household=Household.objects.get(), on=AUGUST)
    assert [bill.self_pay_fen for bill in found] == [5000_00, 5000_00]


def test_the_review_of_an_older_sheet_promises_no_change_that_will_not_come(divisions):
    people = home(1)
    take_in(xlsx(table(people)))
    take_in(xlsx(table([stay(people[0])], HOSPITAL)), name="住院.xlsx", on=AUGUST)
    old = [stay(people[0], 医疗总费用="8000", 自付金额="4000"), stay(people[1])]
    batch = receive(xlsx(table(old, HOSPITAL)), name="住院.xlsx")
    assert (batch.counts["unchanged"], batch.counts["new"], batch.counts["changed"]) == (1, 1, 0)


def test_of_two_stays_that_wait_one_mended_leaves_the_other_missing(divisions):
    people = home(1)
    roster(people)
    later = {"入院日期": "2020-04-01", "出院日期": "2020-04-09"}
    rows = [stay(people[0]), stay(people[0], **later), stay(people[1])]
    for row in rows[:2]:
        row["医疗总费用"] = "约"
    hospital(rows)
    assert said()[FIRST].household["bills_listed_on"] is None
    rows[0]["医疗总费用"] = "9000"
    mended = [row | {"疑点": "", "怎样改": ""} for row in rows[:2]]
    take_in(xlsx(table(mended, [*HOSPITAL, "疑点", "怎样改"])), name="疑点.xlsx", on=ON)
    assert said()[FIRST].household["bills_listed_on"] is None
    mended[1]["医疗总费用"] = "9000"
    take_in(xlsx(table(mended, [*HOSPITAL, "疑点", "怎样改"])), name="疑点.xlsx", on=ON)
    assert said()[FIRST].household["bills_listed_on"] == 20200701
