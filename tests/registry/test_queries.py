"""Lists, search, facts with their source, the timeline: only what the viewer may see."""

import datetime

import pytest

from tests.registry.lists import DIBAO, dibao
from tests.registry.sheets import ON, home, number, receive, table, take_in, xlsx
from wengu.accounts.scope import Scope
from wengu.intake.actions import apply, waive_all
from wengu.intake.models import Doubt
from wengu.kernel.regioncode import RegionCode
from wengu.registry import actions, queries
from wengu.registry.imports.doors import door_of
from wengu.registry.models import Household, IncomeItem, Membership, Person, SourceKind
from wengu.registry.pinyin import spell
from wengu.registry.queries import Filter
from wengu.registry.timeline import timeline

pytestmark = [pytest.mark.db, pytest.mark.django_db]
LATER = datetime.date(2020, 9, 1)


def scope(code):
    region = RegionCode(code)
    return Scope(user="测试", on=ON, region=region, ranges=(region.bounds,))


COUNTY, FOREIGN, VILLAGE = scope("320723"), scope("320706"), scope("320723001200")


@pytest.fixture
def registry(divisions):
    rows = home(1) + home(2, 3, 行政村="朱胥村", 人均纯收入="5000") + home(3, 1, 人均纯收入="9000")
    rows[2]["姓名"], rows[5]["姓名"] = "单小妹", "阿依古丽·买买提"
    take_in(xlsx(table(rows)))


def numbers(**narrowed):
    order = narrowed.pop("order", "number")
    viewer = narrowed.pop("viewer", COUNTY)
    rows = queries.households(viewer=viewer, narrowed=Filter(**narrowed), order=order)
    return [row.number[-1] for row in rows]


def test_a_list_shows_only_what_lies_in_scope(registry):
    assert numbers() == ["1", "3", "2"]
    assert numbers(viewer=FOREIGN) == []
    assert numbers(viewer=VILLAGE) == ["1", "3"]
    assert numbers(viewer=Scope(user="测试", on=ON)) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("王建国", ["1"]), ("王", ["1"]), ("李建国", ["1", "2"]), ("wjg", ["1"]), ("sx", ["2"]),
        ("320723000002", ["2"]), ("32072300000", ["1", "3", "2"]), ("13800000003", ["3"]),
        (number("19600101", 2), ["2"]), (number("19600101", 2) + "42", ["2"]),
        (number("19991231", 2), []), ("无此人", []), ("１３８００００００03", ["3"]),
        ("阿依古丽•买买提", ["3"]),
    ],
)  # fmt: skip
def test_one_field_finds_name_initials_number_and_identity(registry, text, found):
    assert numbers(text=text) == found
    assert numbers(text=text, viewer=FOREIGN) == []


def test_lists_are_narrowed_and_ordered(registry):
    assert numbers(region="320723001201") == ["2"]
    assert numbers(least_income_fen=8640_50) == ["1", "3"]
    assert numbers(most_income_fen=8640_50) == ["1", "2"]
    assert numbers(least_size=2, most_size=2) == ["1"]
    assert numbers(order="income") == ["2", "1", "3"]
    assert numbers(order="name") == ["3", "2", "1"]


def test_an_unknown_income_stands_last(registry):
    Household.objects.filter(number__endswith="2").update(income_per_head_fen=None)
    down = queries.households(viewer=COUNTY, order="income", descending=True)
    assert [row.number[-1] for row in down] == ["3", "1", "2"]
    assert numbers(order="income") == ["1", "3", "2"]


def test_a_person_is_found_by_number_only_in_scope(registry):
    found = queries.by_id_number(viewer=COUNTY, number=number("19600101", 2).lower())
    assert (found.person.name, found.household.number) == ("单小妹", "320723000002")
    assert queries.by_id_number(viewer=FOREIGN, number=number("19600101", 2)) is None


def test_polyphonic_surnames_are_spelt_as_names():
    assert spell("单小妹") == ("sxm", "shan xiao mei")
    assert spell("曾国") == ("zg", "zeng guo")
    assert spell("尉迟恭") == ("ycg", "yu chi gong")
    assert spell("") == ("", "")


def test_facts_come_with_source_and_date_by_precedence(registry):
    one = Household.objects.get(number="320723000001")
    said = queries.household_facts(household=one, on=ON)
    assert (said["exit_status"].value, said["exit_status"].source) == ("已脱贫", "4roster")
    assert (said["exit_status"].sheet, said["exit_status"].row) == (0, 4)
    seq = queries.last_seq()
    actions.record_household(household=one, facts={"house_dangerous": True}, on=LATER,
                             source=SourceKind.VISIT, reason="走访", by="测试")  # fmt: skip
    assert queries.household_facts(household=one, on=ON)["house_dangerous"].value is False
    now = queries.household_facts(household=one, on=LATER)
    assert (now["house_dangerous"].value, now["house_dangerous"].source) == (True, "2visit")
    assert now["exit_status"].source == "4roster"
    before = queries.household_facts(household=one, on=LATER, seq=seq)
    assert before["house_dangerous"].value is False


def test_a_statement_by_hand_is_a_visit_or_a_correction(registry):
    one = Household.objects.first()
    for facts, source, word in (({"a": 1}, SourceKind.VISIT, "没有这些"),
                                ({"exit_year": 1}, SourceKind.ROSTER, "导入")):  # fmt: skip
        with pytest.raises(ValueError, match=word):
            actions.record_household(household=one, facts=facts, on=ON, source=source,
                                     reason="走访", by="测试")  # fmt: skip
    with pytest.raises(ValueError, match="事由"):
        actions.record_household(household=one, facts={"exit_year": 2019}, on=ON,
                                 source=SourceKind.VISIT, reason=" ", by="测试")  # fmt: skip


def test_an_item_of_income_replaces_the_same_sources_word(registry):
    one = Household.objects.get(number="320723000001")
    since, until = datetime.date(2020, 1, 1), datetime.date(2021, 1, 1)
    for amount in (9000_00, 9100_00):
        actions.record_income(
            household=one, item=IncomeItem.DECLARED_NET_PER_HEAD, since=since, until=until,
            amount_fen=amount, source=SourceKind.VISIT, reason="走访", by="测试",
        )  # fmt: skip
    assert one.incomes.filter(superseded_seq=None).count() == 2
    one.refresh_from_db()
    assert one.income_per_head_fen == 9100_00


def test_people_move_and_leave_by_hand(registry):
    person = Person.objects.get(name="张建国")
    target = Household.objects.get(number="320723000003")
    actions.move(
        person=person, household=target, relation="之子", on=LATER, reason="投靠", by="测试"
    )
    assert [m.person.name for m in queries.members(household=target, on=LATER)] == [
        "阿依古丽·买买提", "张建国",
    ]  # fmt: skip
    assert queries.members(household=target, on=ON).count() == 1
    assert dict(Household.objects.values_list("number", "size"))["320723000003"] == 2
    with pytest.raises(ValueError, match="不能"):
        actions.leave(person=person, on=ON, reason="去世", by="测试")
    actions.leave(person=person, on=LATER.replace(month=10), reason="去世", by="测试")
    assert not Membership.objects.filter(person=person, until=None, superseded_seq=None).exists()


def test_the_timeline_tells_who_says_what_since_when(registry):
    people = home(2, 3)
    people[0]["姓名"] = "单小妹"
    take_in(xlsx(table(dibao(people), DIBAO)), name="低保.xlsx")
    two = Household.objects.get(number="320723000002")
    moments = timeline(household=two)
    assert moments[0].on == ON
    kinds = [moment.kind for moment in moments]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "joined": 3, "facts": 4, "income": 1, "benefit": 1,
    }  # fmt: skip
    assert moments[-1].on == datetime.date(2019, 1, 1)


def test_a_departments_list_is_checked_against_the_registry(registry):

    rows = dibao(home(1))
    rows[0]["姓名"] = "王建军"
    rows[1]["身份证号"] = number("19991231", 3)
    batch = receive(xlsx(table(rows, DIBAO)), name="低保.xlsx")
    found = Doubt.objects.filter(batch=batch).values_list("code", "columns")
    assert sorted(found) == [("name_mismatch", ["F"]), ("person_unknown", ["G"])]


def test_the_timeline_tells_a_move_and_a_mended_name(registry):
    rows = home(1, 行政村="朱胥村")
    rows[0]["姓名"] = "王建军"
    batch = receive(xlsx(table(rows)), on=LATER)
    waive_all(batch=batch, reason="模拟数据", door=door_of(batch), by="测试")
    apply(batch=batch, door=door_of(batch), by="测试")
    moments = timeline(household=Household.objects.get(number="320723000001"))
    told = [(one.kind, one.person, one.detail) for one in moments if one.on == LATER]
    assert ("moved", "", {"village_id": ("320723001200", "320723001201")}) in told
    assert ("renamed", "王建军", {"name": ("王建国", "王建军")}) in told
    assert [kind for kind, _, _ in told].count("moved") == 1
