"""A department's list: what it ends, what it must not end, and rows that contradict each other."""

import pytest

from tests.registry.sheets import ON, headers, home, number, receive, table, take_in, xlsx
from tests.registry.test_workbook import DIBAO, dibao
from wengu.decisions import facts
from wengu.intake import queries
from wengu.intake.models import BatchState, RowState
from wengu.registry.models import Benefit, Bill, Household, HouseholdFacts, Listing, PersonFacts

pytestmark = [pytest.mark.django_db, pytest.mark.db]
AUGUST, MARCH = ON.replace(month=8), ON.replace(month=3)
DISABILITY = headers("乡镇|行政村|姓名|身份证号|残疾人证号|残疾类别|残疾等级|发证时间")
HOSPITAL = headers("""
    街道|村庄|姓名|身份证号|入院日期|出院日期|出院诊断疾病名称|医疗机构名称|医疗总费用|基本补偿
    |大病报销金额|自付金额
""")


def listed(rows, *, on=ON, **more):
    return take_in(xlsx(table(rows, DIBAO)), name="低保.xlsx", on=on, **more)


def running():
    """The benefits that run: household, whose (None: the household's), kind."""
    rows = Benefit.objects.filter(until=None, superseded_seq=None)
    return {
        (row.household.number, row.person and row.person.name, row.kind)
        for row in rows.select_related("household", "person")
    }


def destitute(model):
    rows = model.objects.filter(superseded_seq=None, source="3department").order_by("since", "pk")
    return [row.destitute for row in rows]


def test_a_gradual_exit_that_the_next_list_no_longer_states_is_over(divisions):
    people = home(1)
    take_in(xlsx(table(people)))
    listed(dibao(people, 渐退起始日期="2019-10-01"))
    assert ("320723000001", None, "gradual_exit") in running()
    again = listed(dibao(people), on=AUGUST)
    assert again.counts[RowState.CHANGED] == 2
    assert ("320723000001", None, "gradual_exit") not in running()
    ended = Benefit.objects.get(kind="gradual_exit", superseded_seq=None)
    assert ended.until == AUGUST


def test_a_household_that_is_now_covered_for_one_person_has_no_dibao_of_its_own(divisions):
    people = home(1)
    take_in(xlsx(table(people)))
    listed(dibao(people))
    again = listed(dibao(people[:1], 救助类别="单人保"), on=AUGUST)
    assert again.counts[RowState.CHANGED] == 1
    assert running() == {("320723000001", "王建国", "dibao")}


def test_dibao_that_became_destitute_support_is_dibao_no_longer_and_back(divisions):
    people = home(1)
    take_in(xlsx(table(people)))
    listed(dibao(people))
    again = listed(dibao(people, 救助类别="特困供养"), on=AUGUST)
    assert again.counts[RowState.CHANGED] == 2
    assert running() == set()
    assert destitute(PersonFacts) == [True, True]
    assert destitute(HouseholdFacts) == [True]
    listed(dibao(people), on=ON.replace(month=9))
    assert len(running()) == 3
    assert destitute(PersonFacts) == [True, True, False, False]
    assert destitute(HouseholdFacts) == [True, False]


def urban():
    rows = HouseholdFacts.objects.filter(superseded_seq=None, source="3department")
    return [row.urban_dibao for row in rows.order_by("since", "pk")]


def test_a_household_is_in_urban_dibao_while_the_list_says_so(divisions):
    people = home(1)
    take_in(xlsx(table(people)))
    listed(dibao(people))
    assert urban() == []
    again = listed(dibao(people, 救助类别="城市低保"), on=AUGUST)
    assert again.counts[RowState.CHANGED] == 2
    assert len(running()) == 3
    assert urban() == [True]
    listed(dibao(people), on=ON.replace(month=9))
    assert urban() == [True, False]


def test_a_household_named_under_both_kinds_is_in_rural_dibao(divisions):
    people = home(1)
    take_in(xlsx(table(people)))
    listed(dibao(people[:1], 救助类别="城市低保") + dibao(people[1:]))
    assert urban() == []


def test_a_list_without_days_of_beginning_leaves_them_as_they_are(divisions):
    people = home(1)
    take_in(xlsx(table(people)))
    listed(dibao(people))
    bare = [header for header in DIBAO if header != "享受起始日期"]
    rows = dibao(people, 金额="500")
    batch = take_in(xlsx(table(rows, bare)), name="低保.xlsx", on=AUGUST)
    assert batch.counts["applied"] == 2
    open_ = Benefit.objects.filter(until=None, superseded_seq=None, person__isnull=False)
    assert {(row.since.year, row.monthly_fen) for row in open_} == {(2019, 500_00)}


def test_an_older_list_than_the_one_that_is_in_is_refused(divisions):
    people = home(1) + home(2)
    take_in(xlsx(table(people)))
    listed(dibao(people), on=AUGUST)
    before = running()
    late = receive(xlsx(table(dibao(people[:1]), DIBAO)), name="低保.xlsx", on=MARCH)
    assert late.state == BatchState.REFUSED
    assert "2020-08-01" in queries.outcome(late)
    assert running() == before
    assert Listing.objects.count() == 1


def test_a_list_of_one_town_under_the_county_s_code_is_refused(divisions):
    here = [row for n in range(1, 7) for row in home(n)]
    there = [row for n in range(11, 17) for row in home(n, 乡镇="伊山镇", 行政村="河东村")]
    take_in(xlsx(table(here + there)))
    listed(dibao(here + there))
    part = receive(xlsx(table(dibao(there), DIBAO)), name="低保.xlsx", on=AUGUST)
    assert part.state == BatchState.REFUSED
    assert "侍庄街道（12）" in queries.outcome(part)
    town = receive(
        xlsx(table(dibao(there), DIBAO)), name="低保.xlsx", on=AUGUST, region="320723100000"
    )
    assert town.state == BatchState.CHECKED


@pytest.mark.parametrize(("cells", "codes"), [({"等级": "C类"}, 2), ({}, 0)])
def test_a_person_on_two_rows_that_differ_waits(divisions, cells, codes):
    people = home(1)
    take_in(xlsx(table(people)))
    rows = dibao(people)
    batch = receive(xlsx(table([*rows, rows[0] | cells], DIBAO)), name="低保.xlsx")
    found = [d.code for d in queries.open_doubts(batch)]
    assert found.count("person_twice") == codes
    assert found.count("row_duplicate") == (1 if not codes else 0)


def disability(row, **cells):
    return {
        "乡镇": "侍庄街道", "行政村": "树云村", "姓名": row["姓名"], "身份证号": row["证件号码"],
        "残疾类别": "肢体", "残疾等级": "一级", "发证时间": "2018-05-01",
    } | cells  # fmt: skip


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
    assert not PersonFacts.objects.filter(disabled=True).exists()


def test_a_certificate_that_has_lapsed_leaves_no_degree_behind(divisions):
    """A severe degree that stays would go on covering one person of the household alone."""
    people = home(1)
    take_in(xlsx(table(people)))
    listed_ = [disability(people[0]), disability(people[1], 残疾等级="二级")]
    take_in(xlsx(table(listed_, DISABILITY)), name="残联.xlsx")
    take_in(xlsx(table(listed_[1:], DISABILITY)), name="残联.xlsx", on=AUGUST)
    key = Household.objects.get().pk

    def said(on):
        found = facts.dossier(household=key, on=on, seq=facts.latest_seq())
        return [(row["disabled"], row["disability"]) for row in found.persons]

    assert said(ON) == [(True, "41"), (True, "42")]
    assert said(AUGUST) == [(False, None), (True, "42")]
    with_degree = PersonFacts.objects.filter(superseded_seq=None, disability="41")
    assert not with_degree.filter(since__gte=AUGUST).exists()


def stay(row, **cells):
    return {
        "街道": "侍庄街道", "村庄": "树云村", "姓名": row["姓名"], "身份证号": row["证件号码"],
        "入院日期": "2020-03-01", "出院日期": "2020-03-09", "出院诊断疾病名称": "肺炎",
        "医疗机构名称": "县人民医院", "医疗总费用": "9000", "基本补偿": "4000",
        "大病报销金额": "0", "自付金额": "5000",
    } | cells  # fmt: skip


def test_two_settlements_of_one_stay_wait_and_none_is_lost(divisions):
    people = home(1)
    take_in(xlsx(table(people)))
    second = {"医疗总费用": "5000", "基本补偿": "3000", "自付金额": "2000"}
    rows = [stay(people[0]), stay(people[0], **second), stay(people[0], 出院日期="2020-03-10")]
    batch = take_in(xlsx(table(rows, HOSPITAL)), name="住院.xlsx")
    assert batch.counts["applied"] == 1
    assert [d.code for d in queries.open_doubts(batch)] == ["stay_twice", "stay_twice"]
    assert Bill.objects.get().discharged.day == 10


def test_an_older_sheet_of_bills_adds_its_own_and_changes_no_newer_amount(divisions):
    people = home(1)
    take_in(xlsx(table(people)))
    take_in(xlsx(table([stay(people[0])], HOSPITAL)), name="住院.xlsx", on=AUGUST)
    old = [stay(people[0], 医疗总费用="8000", 自付金额="4000"), stay(people[1])]
    take_in(xlsx(table(old, HOSPITAL)), name="住院.xlsx")
    amounts = Bill.objects.filter(superseded_seq=None).values_list("self_pay_fen", flat=True)
    assert list(amounts) == [5000_00, 5000_00]


def test_the_review_of_an_older_sheet_promises_no_change_that_will_not_come(divisions):
    people = home(1)
    take_in(xlsx(table(people)))
    take_in(xlsx(table([stay(people[0])], HOSPITAL)), name="住院.xlsx", on=AUGUST)
    old = [stay(people[0], 医疗总费用="8000", 自付金额="4000"), stay(people[1])]
    batch = receive(xlsx(table(old, HOSPITAL)), name="住院.xlsx")
    assert (batch.counts["unchanged"], batch.counts["new"], batch.counts["changed"]) == (1, 1, 0)
