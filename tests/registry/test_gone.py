"""Members who are gone are set apart: the living go in, and nobody dead ever does."""

import pytest

from tests.registry.sheets import COUNTY, ON, ROSTER_2019, home, number, receive, table, xlsx
from wengu.decisions import facts
from wengu.intake import actions, reading
from wengu.intake.models import Doubt, Row
from wengu.intake.spec import Context
from wengu.registry.imports.coerce import Bad
from wengu.registry.imports.doors import door_of
from wengu.registry.imports.gone import change
from wengu.registry.imports.places import Places
from wengu.registry.imports.specs import SPECS
from wengu.registry.models import Household, Membership
from wengu.registry.statements import DepartureStatement, HouseholdStatement, Origin

PLACES = Places.packaged(ON.isoformat())
OWN = [*ROSTER_2019, "减少原因", "自然增减", "备注"]


def check(rows):
    found = reading.read(xlsx(table(rows, OWN)), name="a.xlsx", specs=SPECS)
    return found.spec.check(found.rows, found.heads, Context(ON, COUNTY, PLACES, 2019))


def codes(groups):
    return [(d.code, d.row, d.fields[0]) for group in groups for d in group.found]


GONE = [
    ({"减少原因": "死亡"}, "left"), ({"减少原因": "户籍迁出"}, "left"),
    ({"自然增减": "自然减少"}, "change"), ({"自然增减": "死亡"}, "change"),
    ({"姓名": "张三（已故）"}, "name"), ({"姓名": "张三(去世)"}, "name"),
    ({"姓名": "张三【亡】"}, "name"), ({"姓名": "张三已故"}, "name"),
    ({"姓名": "（已故）张三"}, "name"), ({"备注": "2020年3月病故"}, "remark"),
    ({"备注": "已去世"}, "remark"),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "field"), GONE)
def test_who_is_gone_is_set_apart_and_the_others_are_stated(cells, field):
    rows = home(1, 3)
    # Nothing else on the row holds the household up: it does not go in.
    rows[2] |= cells | {"证件号码": "320723", "民族": "不详"}
    (group,) = check(rows)
    assert codes([group]) == [("person_gone", 6, field)]
    assert [person.name for person in group.statements[0].persons] == ["王建国", "李建国"]
    assert group.rows == [(0, 4), (0, 5), (0, 6)]


@pytest.mark.parametrize(
    "cells",
    [
        {"自然增减": "自然增加"}, {"自然增减": "出生"}, {"减少原因": "无"}, {"减少原因": ""},
        {"姓名": "王故"}, {"姓名": "亡生"}, {"备注": "在外务工"},
    ],
)  # fmt: skip
def test_who_is_there_is_stated(cells):
    rows = home(1, 3)
    rows[2] |= cells
    (group,) = check(rows)
    assert group.found == []
    assert len(group.statements[0].persons) == 3


def test_a_remark_about_a_relative_is_asked_about():
    rows = home(1, 3)
    rows[2]["备注"] = "其父2015年去世"
    (group,) = check(rows)
    assert codes([group]) == [("remark_death", 6, "remark")]
    assert len(group.statements[0].persons) == 3
    assert change("不详") == Bad("choice_unknown")


def test_the_number_of_members_may_count_the_gone_or_not():
    for stated in ("2", "3"):
        rows = home(1, 3, 人数=stated)
        rows[2]["减少原因"] = "死亡"
        assert codes(check(rows)) == [("person_gone", 6, "left")]
    rows = home(1, 3, 人数="4")
    rows[2]["减少原因"] = "死亡"
    assert ("members_count", 4, "members") in codes(check(rows))


def test_a_household_of_which_nobody_is_left_states_nothing():
    groups = check(home(1, 2, 减少原因="死亡") + home(2, 1))
    assert codes(groups) == [
        ("person_gone", 4, "left"), ("household_gone", 4, "household"), ("person_gone", 5, "left"),
    ]  # fmt: skip
    first, second = (group.statements[0] for group in groups)
    assert isinstance(first, DepartureStatement)
    assert isinstance(second, HouseholdStatement)


def test_a_household_without_its_head_needs_another():
    rows = home(1, 2)
    rows[0]["减少原因"] = "死亡"
    assert ("household_no_head", 5, "relation") in codes(check(rows))


def test_who_is_dead_on_one_row_and_alive_on_another_is_a_doubt():
    rows = home(1, 2) + home(2, 2)
    rows[3] |= {"证件号码": rows[1]["证件号码"], "减少原因": "死亡"}
    assert ("id_duplicate_elsewhere", 5, "id_number") in codes(check(rows))
    rows[3]["减少原因"] = "婚出"
    assert codes(check(rows)) == [("person_gone", 7, "left")]


def test_a_cancelled_household_is_stated_to_leave():
    (group,) = check(home(1, 2, 脱贫属性="注销"))
    assert codes([group]) == [("household_cancelled", 4, "exit_status")]
    assert group.statements == [DepartureStatement("320723000001", (Origin(0, 4), Origin(0, 5)))]


def confirmed(rows, on):
    batch = receive(xlsx(table(rows, OWN)), on=on)
    door = door_of(batch)
    actions.waive_all(batch=batch, reason="已核实", door=door, by="测试")
    return actions.apply(batch=batch, door=door, by="测试")


@pytest.mark.django_db
@pytest.mark.parametrize("cells", [{"减少原因": "死亡"}, {"脱贫属性": "注销"}])
def test_a_household_of_which_nobody_is_left_leaves_and_comes_back_with_its_batch(divisions, cells):
    july, august = ON, ON.replace(month=8)
    confirmed(home(1, 2) + home(2, 2), july)

    def living(on):
        keys = dict(Household.objects.values_list("pk", "number"))
        found = facts.dossiers(households=list(keys), on=on, seq=facts.latest_seq())
        return sorted(keys[key] for key in found)

    both = ["320723000001", "320723000002"]
    rows = [row | cells for row in home(1, 2)] + home(2, 2)
    late = confirmed(rows, august)
    assert late.counts["changed"] == 2
    assert living(july) == both
    assert living(august) == both[1:]
    assert dict(Household.objects.values_list("number", "size"))[both[0]] == 0
    # A sheet of an earlier day that tells of a death ends nothing that a newer one still has.
    confirmed([row | {"减少原因": "死亡"} for row in home(2, 2)], july.replace(day=15))
    assert living(august) == both[1:]
    actions.reverse(batch=late, door=door_of(late), by="测试")
    assert living(august) == both
    assert dict(Household.objects.values_list("number", "size"))[both[0]] == 2


@pytest.mark.django_db
def test_confirmed_the_living_go_in_and_who_died_leaves(divisions):
    rows = home(1, 3)
    batch = receive(xlsx(table(rows, OWN)))
    actions.apply(batch=batch, door=door_of(batch), by="测试")
    rows[2]["减少原因"] = "死亡"
    later = receive(xlsx(table(rows, OWN)), on=ON.replace(month=8))
    assert list(Doubt.objects.filter(batch=later).values_list("code", flat=True)) == ["person_gone"]
    door = door_of(later)
    actions.waive_all(batch=later, reason="见死亡证明", door=door, by="测试")
    actions.apply(batch=later, door=door, by="测试")
    assert not Row.objects.filter(batch=later, applied=False).exists()
    open_ = Membership.objects.filter(until__isnull=True, superseded_seq__isnull=True)
    assert sorted(open_.values_list("person__name", flat=True)) == ["李建国", "王建国"]


@pytest.mark.django_db
def test_a_new_household_goes_in_without_its_dead_and_again_without_a_question(divisions):
    rows = home(1, 3)
    rows[2] |= {"姓名": "张三（已故）", "证件号码": number("19850201", 8)}
    for serial in range(2):
        batch = receive(xlsx(table(rows, OWN, titles=2 + serial)))
        door = door_of(batch)
        assert Doubt.objects.filter(batch=batch, waived_by="").count() == 1 - serial
        actions.waive_all(batch=batch, reason="见死亡证明", door=door, by="测试")
        actions.apply(batch=batch, door=door, by="测试")
        assert not Row.objects.filter(batch=batch, applied=False).exists()
    assert Membership.objects.filter(superseded_seq__isnull=True).count() == 2
