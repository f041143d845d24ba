"""A mended cell: what is compared with its row is checked again, and nothing that differs from a
check of the whole sheet is left behind."""

import random

import pytest

from tests.registry.sheets import home, number, receive, table, xlsx
from wengu.intake import actions, queries, staging
from wengu.intake.models import Doubt, Row
from wengu.regions import actions as divisions
from wengu.regions import queries as regions
from wengu.registry.imports.doors import door_of

pytestmark = [pytest.mark.db, pytest.mark.django_db]
PEOPLE = [number(f"19{70 + place}0101", place) for place in range(1, 6)]
PHONES = ("13911110000", "13922220000", "051812345678", "")
EDITS = {
    "户编号": ("320723000001", "320723000002", "320723000009", ""),
    "证件号码": (*PEOPLE, PEOPLE[0][:-1] + "?", ""),
    "联系电话": PHONES,
    "与户主关系": ("户主", "配偶", "之子", "本地"),
    "务工时间": ("8", "15"),
    "人数": ("1", "2", "3"),
}


@pytest.fixture(autouse=True)
def _divisions(db):
    divisions.load(by="测试")
    regions.forget()


def entangled():
    """Six households in which persons, telephones and one lost household number meet."""
    rows = [row for serial in range(1, 7) for row in home(serial, 2)]
    rows[0]["证件号码"] = rows[4]["证件号码"] = PEOPLE[0]
    rows[2]["联系电话"] = rows[3]["联系电话"] = PHONES[0]
    rows[6]["联系电话"] = rows[7]["联系电话"] = PHONES[0]
    rows[10]["户编号"] = rows[11]["户编号"] = ""
    return receive(xlsx(table(rows)))


def standing(batch):
    """Everything that a check writes."""
    rows = Row.objects.filter(batch=batch).order_by("sheet", "number")
    doubts = [
        (queries.mark(one), one.severity, sorted(one.detail.items()), one.waived_by)
        for one in Doubt.objects.filter(batch=batch)
    ]
    return (
        [(r.number, r.group, r.state, r.ties and bytes(r.ties)) for r in rows],
        sorted(doubts),
    )


@pytest.mark.parametrize("seed", [*range(8), 20, 22, 44, 60, 87, 100, 127, 149, 151])
def test_a_mended_row_leaves_what_a_check_of_the_whole_sheet_would(seed):
    batch, dice = entangled(), random.Random(seed)
    headers = list(next(iter(queries.heads(batch).values())).headers)
    for _ in range(8):
        row = dice.choice(list(Row.objects.filter(batch=batch).order_by("pk")))
        header = dice.choice(list(EDITS))
        column, value = staging.letter(headers.index(header)), dice.choice(EDITS[header])
        actions.mend(row=row, column=column, value=value, door=door_of(batch), by="测试")
        found = standing(batch)
        staging.restage(batch, door_of(batch))
        assert found == standing(batch), f"{header} of row {row.number} to {value!r}"


def test_a_mended_row_reads_its_own_household_only(monkeypatch):
    rows = [row for serial in range(1, 41) for row in home(serial, 3)]
    rows[5]["务工时间"] = "15"
    batch = receive(xlsx(table(rows)))
    checked = []
    check = queries.checked

    def counted(stored, **more):
        stored = list(stored)
        checked.append(len(stored))
        return check(stored, **more)

    monkeypatch.setattr(queries, "checked", counted)
    doubt = Doubt.objects.get()
    (column,) = doubt.columns
    row = queries.row_of(doubt)
    actions.mend(row=row, column=column, value="8", door=door_of(batch), by="测试")
    assert max(checked) == 3
    assert not Doubt.objects.exists()


def test_a_batch_staged_before_the_ties_were_kept_is_checked_whole_once():
    batch = entangled()
    Row.objects.filter(batch=batch).update(ties=None)
    row = Row.objects.filter(batch=batch).earliest("number")
    headers = list(next(iter(queries.heads(batch).values())).headers)
    column = staging.letter(headers.index("证件号码"))
    actions.mend(row=row, column=column, value=PEOPLE[3], door=door_of(batch), by="测试")
    assert not Doubt.objects.filter(code="id_duplicate_elsewhere").exists()
    assert Row.objects.filter(batch=batch, ties__isnull=False).count() == 6


def test_the_row_named_by_a_doubt_is_the_one_that_is_there_now():
    rows = home(1, 1) + home(2, 1) + home(3, 1)
    for row in rows:
        row["联系电话"] = PHONES[0]
    batch = receive(xlsx(table(rows)))
    first = Doubt.objects.get(code="phone_shared", number=4)
    assert first.detail == {"rows": "5、6"}
    row = Row.objects.get(number=6)
    headers = list(next(iter(queries.heads(batch).values())).headers)
    column = staging.letter(headers.index("联系电话"))
    actions.mend(row=row, column=column, value=PHONES[1], door=door_of(batch), by="测试")
    first.refresh_from_db()
    assert first.detail == {"rows": "5"}


def test_rows_of_a_list_that_no_longer_repeat_each_other_are_free():
    person = home(1, 1)[0]
    stay = {
        "街道": "侍庄街道", "村庄": "树云村", "姓名": person["姓名"],
        "身份证号": person["证件号码"], "入院日期": "2020-03-01", "出院日期": "2020-03-09",
        "出院诊断疾病名称": "肺炎", "医疗机构名称": "县人民医院", "医疗总费用": "9000",
        "基本补偿": "6000", "大病报销金额": "0", "自付金额": "3000",
    }  # fmt: skip
    batch = receive(xlsx(table([stay, stay, stay], list(stay))), name="住院.xlsx")
    assert sorted(d.number for d in Doubt.objects.filter(code="row_duplicate")) == [5, 6]
    row = Row.objects.get(number=4)
    column = staging.letter(list(stay).index("入院日期"))
    actions.mend(row=row, column=column, value="2020-03-02", door=door_of(batch), by="测试")
    (left,) = Doubt.objects.filter(code="row_duplicate")
    assert (left.number, left.detail) == (6, {"rows": "5"})
