"""From a clerk's file to dated facts and back."""

import datetime

import pytest
from django.utils import translation

from tests.registry.sheets import home, receive, table, take_in, take_in_file, xlsx
from wengu.intake import actions, queries
from wengu.intake.models import BatchState, Doubt, Row, RowState
from wengu.ops.modelcity.city import Options, generate
from wengu.registry import queries as registered
from wengu.registry.imports.doors import DOORS, door_of
from wengu.registry.models import (
    Bill,
    Change,
    Household,
    HouseholdFacts,
    Income,
    Listed,
    Listing,
    ListingKind,
    Membership,
    Person,
    PersonFacts,
    VillageFacts,
)

pytestmark = [pytest.mark.db, pytest.mark.django_db]
LATER = datetime.date(2020, 8, 1)


def test_a_household_becomes_dated_facts(divisions):
    batch = take_in(xlsx(table(home(1, 3))))
    assert (batch.state, batch.counts["applied"], batch.layout) == (BatchState.APPLIED, 3, "2019")
    one = Household.objects.get()
    assert (one.head_name, one.head_initials, one.size) == ("王建国", "wjg", 3)
    assert (one.income_per_head_fen, one.phone, one.village_id) == (
        8640_50, "13800000001", "320723001200",
    )  # fmt: skip
    facts = HouseholdFacts.objects.get()
    assert (facts.registered, facts.exit_year, facts.dibao) == (True, 2018, False)
    assert (facts.since, facts.source, facts.batch_id) == (
        datetime.date(2020, 7, 1), "4roster", batch.pk,
    )  # fmt: skip
    income = Income.objects.get()
    assert (income.item, income.amount_fen) == ("declared_net_per_head", 8640_50)
    assert income.period_until == datetime.date(2020, 1, 1)
    assert PersonFacts.objects.filter(schooling="非在校", chronic=True).count() == 3
    assert Membership.objects.filter(until=None).count() == Person.objects.count() == 3


def test_the_same_rows_again_change_nothing(divisions):
    rows = home(1) + home(2)
    take_in(xlsx(table(rows)))
    seen = [m.objects.count() for m in (HouseholdFacts, PersonFacts, Membership, Income)]
    again = receive(xlsx(table(rows, titles=1)))
    assert again.counts["unchanged"] == 4
    actions.apply(batch=again, door=door_of(again), by="测试")
    assert [m.objects.count() for m in (HouseholdFacts, PersonFacts, Membership, Income)] == seen


def test_the_same_file_joins_its_batch(divisions):
    content = xlsx(table(home(1)))
    first = take_in(content)
    assert receive(content).pk == first.pk
    assert receive(content, on=LATER).pk != first.pk


def test_a_changed_cell_is_shown_before_it_goes_in(divisions):
    take_in(xlsx(table(home(1))))
    batch = receive(xlsx(table(home(1, 脱贫属性="返贫"))), on=LATER)
    assert batch.counts["changed"] == 2
    row = Row.objects.filter(batch=batch).first()
    (cell,) = queries.diff(row=row, door=door_of(batch))
    assert (cell.letter, cell.header, cell.old, cell.new) == ("S", "脱贫属性", "已脱贫", "返贫")
    actions.apply(batch=batch, door=door_of(batch), by="测试")
    said = HouseholdFacts.objects.order_by("since").values_list("exit_status", "since")
    assert list(said) == [("已脱贫", datetime.date(2020, 7, 1)), ("返贫", LATER)]


def test_a_household_with_a_doubt_waits_whole(divisions):
    rows = home(1, 3) + home(2)
    rows[1]["证件号码"] = (
        rows[1]["证件号码"][:-1]
        + "0123456789X"[("0123456789X".index(rows[1]["证件号码"][-1]) + 1) % 11]
    )
    batch = take_in(xlsx(table(rows)))
    assert Household.objects.count() == 1
    assert batch.counts["must_fix"] == 3
    doubt = Doubt.objects.get()
    assert (doubt.code, doubt.columns, doubt.number) == ("id_checksum", ["H"], 5)


def test_a_mended_cell_lets_the_household_in(divisions):
    rows = home(1)
    right = rows[0]["脱贫年度"]
    for row in rows:
        row["脱贫年度"] = "18年"
    batch = take_in(xlsx(table(rows)))
    assert Household.objects.count() == 0
    for row in Row.objects.filter(batch=batch):
        actions.mend(row=row, column="T", value=right, door=door_of(batch), by="测试")
    assert not Doubt.objects.exists()
    actions.apply(batch=batch, door=door_of(batch), by="测试")
    assert Household.objects.count() == 1


def test_a_doubt_is_confirmed_with_a_reason(divisions):
    batch = take_in(xlsx(table(home(1, 联系电话=""))))
    assert Household.objects.count() == 0
    doubt = Doubt.objects.get()
    with pytest.raises(ValueError, match="理由"):
        actions.waive(doubt=doubt, reason=" ", door=door_of(batch), by="测试")
    actions.waive(doubt=doubt, reason="确无电话", door=door_of(batch), by="测试")
    assert set(Row.objects.values_list("state", flat=True)) == {RowState.NEW}
    actions.apply(batch=batch, door=door_of(batch), by="测试")
    assert Household.objects.count() == 1


def test_what_must_be_fixed_cannot_be_confirmed(divisions):
    batch = receive(xlsx(table(home(1, 民族="本地"))))
    doubt = Doubt.objects.first()
    with pytest.raises(ValueError, match="不能豁免"):
        actions.waive(doubt=doubt, reason="是的", door=door_of(batch), by="测试")


def test_a_person_who_moves_is_asked_for_first(divisions):
    take_in(xlsx(table(home(1) + home(2, 3))))
    moved = home(2, 3)[2]
    stay = home(2, 2)
    joined = home(1, 2, 人数="3")
    moved |= {name: joined[0][name] for name in ("户编号", "联系电话")} | {
        "人数": "3",
        "与户主关系": "之女婿",
    }
    batch = receive(xlsx(table([*joined, moved, *stay])), on=LATER)
    assert {d.code for d in Doubt.objects.filter(batch=batch)} == {"person_moves", "member_left"}
    actions.waive_all(batch=batch, reason="已核实迁入", door=door_of(batch), by="测试")
    actions.apply(batch=batch, door=door_of(batch), by="测试")
    person = Person.objects.get(number=moved["人编号"])
    spans = person.memberships.filter(superseded_seq=None).order_by("since")
    assert [(m.household.number, m.since, m.until) for m in spans] == [
        ("320723000002", datetime.date(2020, 7, 1), LATER),
        ("320723000001", LATER, None),
    ]
    sizes = dict(Household.objects.values_list("number", "size"))
    assert sizes == {"320723000001": 3, "320723000002": 2}


def test_a_batch_is_taken_back(divisions):
    take_in(xlsx(table(home(1))))
    batch = take_in(xlsx(table(home(1, 脱贫属性="返贫") + home(2))), on=LATER)
    seq = Change.objects.latest("pk").pk
    actions.reverse(batch=batch, door=door_of(batch), by="测试")
    assert (batch.state, batch.outcome) == (BatchState.REVERSED, {})
    open_ = HouseholdFacts.objects.filter(superseded_seq=None)
    assert [f.exit_status for f in open_] == ["已脱贫"]
    assert dict(Household.objects.values_list("number", "size")) == {
        "320723000001": 2, "320723000002": 0,
    }  # fmt: skip
    # Yesterday's sequence still sees what was known then.
    known = HouseholdFacts.objects.filter(seq__lte=seq).exclude(superseded_seq__lte=seq)
    assert known.filter(exit_status="返贫").count() == 1


def test_what_was_changed_since_is_not_taken_back_but_named(divisions):
    first = take_in(xlsx(table(home(1) + home(2))))
    take_in(xlsx(table(home(1, 脱贫属性="返贫"))), on=LATER)
    actions.reverse(batch=first, door=door_of(first), by="测试")
    assert queries.outcome(first).endswith("没有撤销：320723000001")
    assert Household.objects.get(number="320723000001").size == 2
    assert Household.objects.get(number="320723000002").size == 0


def test_a_move_is_taken_back(divisions):
    take_in(xlsx(table(home(1) + home(2, 3))))
    joined = home(1, 2, 人数="3")
    moved = home(2, 3)[2] | {"户编号": joined[0]["户编号"], "联系电话": joined[0]["联系电话"]}
    batch = receive(xlsx(table([*joined, moved])), on=LATER)
    actions.waive_all(batch=batch, reason="已核实迁入", door=door_of(batch), by="测试")
    actions.apply(batch=batch, door=door_of(batch), by="测试")
    actions.reverse(batch=batch, door=door_of(batch), by="测试")
    assert batch.outcome == {}
    sizes = dict(Household.objects.values_list("number", "size"))
    assert sizes == {"320723000001": 2, "320723000002": 3}


def test_the_model_city_comes_in(divisions, tmp_path):
    truth = generate(folder=tmp_path, households=150, seed=3, options=Options(dirt=0.05))
    for name in truth.files:
        take_in_file(tmp_path / name)
    assert Household.objects.filter(size__gt=0).count() > 120
    assert set(Listing.objects.values_list("kind", flat=True)) == set(ListingKind)
    assert Listed.objects.filter(kind="dibao", whole=True).count() > 5
    assert VillageFacts.objects.count() > 300
    # For another region it is another batch, but nothing is new.
    before = Membership.objects.count(), PersonFacts.objects.count()
    for name in truth.files[:-1]:
        again = take_in_file(tmp_path / name, region="320700000000")
        assert again.counts["new"] == again.counts["changed"] == 0
    assert (Membership.objects.count(), PersonFacts.objects.count()) == before


def test_an_income_without_a_year_is_asked_for_not_guessed(divisions):
    batch = receive(xlsx(table(home(1))), period=None)
    assert batch.state == BatchState.REFUSED
    assert "所属年度" in queries.outcome(batch)
    with translation.override("en"):
        assert queries.outcome(batch).startswith("The sheet holds incomes")


def test_what_cannot_be_read_is_refused_with_its_remedy(divisions):
    batch = receive(b"%PDF-1.7", name="表.pdf")
    assert (batch.state, "另存为" in queries.outcome(batch)) == (BatchState.REFUSED, True)
    with pytest.raises(ValueError, match="不能入库"):
        actions.apply(batch=batch, door=DOORS[0], by="测试")


def test_the_next_hospital_list_changes_only_what_differs(divisions):
    people = home(1)
    take_in(xlsx(table(people)))
    stay = {
        "街道": "侍庄街道", "村庄": "树云村", "姓名": people[0]["姓名"],
        "身份证号": people[0]["证件号码"], "入院日期": "2020-03-01", "出院日期": "2020-03-09",
        "出院诊断疾病名称": "肺炎", "医疗机构名称": "县人民医院", "医疗总费用": "9000",
        "基本补偿": "6000", "大病报销金额": "0", "自付金额": "3000",
    }  # fmt: skip
    other = stay | {"入院日期": "2020-05-01", "出院日期": "2020-05-04"}
    take_in(xlsx(table([stay, other], list(stay))), name="住院.xlsx")
    assert Bill.objects.count() == 2
    mended = stay | {"自付金额": "2500", "大病报销金额": "500"}
    again = receive(xlsx(table([mended, other], list(stay))), name="住院.xlsx")
    assert (again.counts["changed"], again.counts["unchanged"]) == (1, 1)
    actions.apply(batch=again, door=door_of(again), by="测试")
    assert [bill.self_pay_fen for bill in stays()] == [3000_00, 2500_00]
    assert stays()[1].since == datetime.date(2020, 3, 9)
    actions.reverse(batch=again, door=door_of(again), by="测试")
    assert [bill.self_pay_fen for bill in stays()] == [3000_00, 3000_00]


def stays():
    """The stays of the only household, the latest first."""
    return registered.bills(household=Household.objects.get(), on=LATER)


def confirmed(rows, on):
    batch = receive(xlsx(table(rows)), on=on)
    actions.waive_all(batch=batch, reason="确无电话", door=door_of(batch), by="甲")
    return actions.apply(batch=batch, door=door_of(batch), by="甲")


def open_codes(rows, on):
    batch = receive(xlsx(table(rows)), on=on)
    return [doubt.code for doubt in queries.open_doubts(batch)]


def test_what_was_confirmed_is_not_asked_again_until_it_is_written_otherwise(divisions):
    first = confirmed(home(1, 联系电话=""), datetime.date(2020, 7, 1))
    again = receive(xlsx(table(home(1, 联系电话=""))), on=LATER)
    assert again.counts["unchanged"] == 2
    doubt = Doubt.objects.get(batch=again)
    assert (doubt.waived_by, doubt.waived_reason) == ("甲", f"沿用第 {first.pk} 批：确无电话")
    assert open_codes(home(1, 联系电话="138"), LATER) == ["phone_length"]
    assert open_codes(home(2, 联系电话=""), LATER) == ["phone_missing"]
    assert open_codes(home(1, 联系电话=""), datetime.date(2021, 9, 1)) == ["phone_missing"]


def test_a_shared_telephone_is_asked_for_each_time(divisions):
    rows = home(1) + home(2, 联系电话=home(1)[0]["联系电话"])
    confirmed(rows, datetime.date(2020, 7, 1))
    assert open_codes(rows, LATER) == ["phone_shared", "phone_shared"]
