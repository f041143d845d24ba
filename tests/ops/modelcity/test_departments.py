"""Department and village sheets: their numbers, sums and dates, and each planted error in them."""

import re
from collections import Counter, defaultdict
from datetime import date

import pytest

from tests.ops.modelcity import checker
from wengu.kernel import idcard
from wengu.kernel.money import from_yuan
from wengu.ops.modelcity import Options, Truth, generate

ON = date(2020, 7, 1)
DATED = date(2020, 6, 30)
STAMP = "20200630"
GRADES = {"A类", "B类", "C类", "全自理", "半护理", "全护理"}


@pytest.fixture(scope="module")
def city(tmp_path_factory) -> Truth:
    folder = tmp_path_factory.mktemp("departments")
    return generate(folder=folder, households=3000, seed=3, on=ON, options=Options(dirt=0.1))


@pytest.fixture(scope="module")
def people(city) -> dict[str, dict]:
    return {person["identity"]: person for person in city.read("persons")}


def _rows(city: Truth, title: str) -> tuple[str, list[dict[str, str]]]:
    file = f"灌云县/{title}_{STAMP}.xlsx"
    return file, checker.read(city.folder / file)


def _day(text: str) -> date | None:
    return checker.real_day(text.replace("-", ""))


def _identity(row: dict[str, str], people: dict[str, dict]) -> str | None:
    number = row["身份证号"]
    if not idcard.is_valid(number):
        return "id_checksum"
    if number not in people:
        return "person_unknown"
    return None if people[number]["name"] == row["姓名"] else "name_mismatch"


def _money(text: str) -> int | str:
    if not text:
        return "amount_missing"
    if not re.fullmatch(r"-?\d+(\.\d{1,2})?", text):
        return "amount_not_number"
    return "amount_negative" if text.startswith("-") else from_yuan(text)


def _hospital(row: dict[str, str], people: dict[str, dict]) -> set[str | None]:
    found = {_identity(row, people)}
    own = _money(row["自付金额"])
    if isinstance(own, str):
        found.add(own)
    else:
        parts = (row["基本补偿"], row["大病报销金额"], row["自付金额"])
        if sum(from_yuan(part) for part in parts) != from_yuan(row["医疗总费用"]):
            found.add("amount_sum")
    start, end = _day(row["入院日期"]), _day(row["出院日期"])
    if start is None or end is None or end > DATED:
        found.add("date_invalid")
    elif end < start:
        found.add("date_order")
    return found - {None}


def _dibao(row: dict[str, str], people: dict[str, dict]) -> set[str | None]:
    amount = _money(row["金额"])
    found = {_identity(row, people), amount if isinstance(amount, str) else None}
    since, grace = _day(row["享受起始日期"]), row["渐退起始日期"]
    if since is None:
        found.add("date_invalid")
    elif grace and _day(grace) < since:
        found.add("date_order")
    if row["等级"] not in GRADES:
        found.add("choice_unknown")
    return found - {None}


def _disability(row: dict[str, str], people: dict[str, dict]) -> set[str | None]:
    found = {_identity(row, people)}
    if _day(row["发证时间"]) is None:
        found.add("date_invalid")
    kinds = set(idcard.DISABILITY_TYPES.values())
    if row["残疾类别"] not in kinds or row["残疾等级"] not in idcard.DISABILITY_GRADES.values():
        found.add("choice_unknown")
    return found - {None}


def _village(row: dict[str, str], people: dict[str, dict]) -> set[str | None]:
    found = (
        {"amount_not_number"}
        if not re.fullmatch(r"-?[\d.]*", row["村级集体经济收入（万元）"])
        else set()
    )
    if not row["村级集体经济收入（万元）"]:
        found.add("amount_missing")
    if row["村级集体经济收入（万元）"].startswith("-"):
        found.add("amount_negative")
    if row["经济薄弱村类型"] not in ("省定", "市定", ""):
        found.add("village_status")
    if int(row["危房户数"]) > int(row["总户数"]):
        found.add("village_counts")
    if row["是否通客运班车"] not in ("是", "否"):
        found.add("yesno_invalid")
    roads = (row["到乡镇是否通沥青（水泥）路"], row["是否通客运班车"])
    stock = [
        row[name] for name in row if name.startswith(("行政村卫生室", "行政村执业", "行政村公共"))
    ]
    if row["是否出列"] == "是" and ("否" in roads or "0" in stock):
        found.add("village_passed_lacks")
    return found


@pytest.mark.parametrize(
    ("title", "check"),
    [
        ("低保在册人员", _dibao),
        ("医保住院", _hospital),
        ("残联持证人员", _disability),
        ("村信息", _village),
    ],
)
def test_the_sheet_holds_its_planted_errors_and_no_others(city, people, title, check):
    file, rows = _rows(city, title)
    found = {(int(row[""]), kind) for row in rows for kind in check(row, people)}
    planted = defaultdict(set)
    for error in city.read("errors"):
        if error["file"] == file and error["kind"] != "row_duplicate":
            planted[error["kind"]].add((error["row"], error["kind"]))
    assert found == set().union(*planted.values())
    assert len(planted) >= 4


@pytest.mark.parametrize("title", ["低保在册人员", "医保住院", "残联持证人员"])
def test_identical_rows_are_the_planted_duplicates(city, title):
    file, rows = _rows(city, title)
    contents = [tuple(value for key, value in row.items() if key) for row in rows]
    times = Counter(contents)
    twice = {place + checker.FIRST_ROW for place, row in enumerate(contents) if times[row] > 1}
    errors = [e for e in city.read("errors") if e["file"] == file and e["kind"] == "row_duplicate"]
    assert twice == {error["row"] for error in errors}
    assert twice


def test_gradual_exit_only_where_income_is_above_the_standard_or_a_case_says_so(city):
    for home in city.read("households"):
        support = home["support"]
        if support and support["grace_since"] and not home["case"]:
            assert support["kind"] == "农村低保"
            assert home["income_fen"] > 12 * support["each_fen"]
            assert support["since"] <= support["grace_since"] <= "2020-06-30"


def test_village_incomes_stand_on_both_sides_of_the_line(city):
    _, rows = _rows(city, "村信息")
    weak = [row["村级集体经济收入（万元）"] for row in rows if row["经济薄弱村类型"] == "省定"]
    assert {"18", "17.99", "18.01"} <= {row["村级集体经济收入（万元）"] for row in rows}
    assert len(weak) > 15


def test_the_village_sheet_has_every_village_once(city):
    _, rows = _rows(city, "村信息")
    codes = [row["行政村代码"] for row in rows]
    assert len(codes) == len(set(codes)) == 338


def test_every_disabled_person_known_to_the_federation_is_in_its_sheet(city, people):
    _, rows = _rows(city, "残联持证人员")
    listed = {row["身份证号"] for row in rows}
    shut = {h["number"] for h in city.read("households") if not h["in_departments"]}
    wrong = sum(e["kind"] in ("id_checksum", "person_unknown") for e in city.read("errors"))
    expected = {
        number
        for number, person in people.items()
        if person["disability"]
        and person["disability"]["in_roster"]
        and person["household"] not in shut
    }
    assert len(expected - listed) <= wrong
    assert len(expected) > 200
