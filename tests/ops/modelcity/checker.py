"""A second reading of the sheets: finds errors from the written cells alone.

It shares nothing with the generator but the agreed names of the errors.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from python_calamine import CalamineWorkbook

FIRST_ROW = 4
ALIASES = {
    "行政县": "county", "县(市、区、旗)": "county", "县": "county",
    "乡镇": "town", "乡(镇)": "town", "乡": "town",
    "行政村": "village", "村": "village", "户编号": "household",
    "姓名": "name",
    "证件号码": "number", "人数": "members", "与户主关系": "relation", "民族": "nation",
    "文化程度": "education", "在校生状况": "schooling", "健康状况": "health", "劳动技能": "labour",
    "务工状况": "place", "务工所在地": "place", "务工时间": "months", "务工时间（月）": "months",
    "参加大病医疗": "insurance", "是否参加大病保险": "insurance", "脱贫属性": "status",
    "脱贫年度": "exit_year", "贫困户属性": "kind", "主要致贫原因": "cause", "致贫原因1": "cause",
    "危房户": "danger", "饮水安全": "water", "是否解决安全饮用水": "water", "饮水困难": "hard",
    "人均纯收入": "income", "联系电话": "phone", "户联系电话": "phone", "性别": "sex",
    "出生日期": "birth", "证件类型": "certificate", "失学或辍学原因": "absence",
    "是否参加新型农村合作医疗（城乡居民基本医疗保险）": "resident",
    "是否参加城乡居民基本医疗保险": "resident", "危房等级": "grade", "受灾日期": "disaster",
    "监测对象类别": "watch",
    "是否参加城镇职工基本医疗保险": "employee", "首次识别时间": "first_since",
    "人员识别时间": "person_since", "易返贫致贫户(监测对象)类型": "watch",
    "风险识别时间": "risk_since", "风险消除时间": "risk_until",
}  # fmt: skip
HOUSEHOLD_COLUMNS = ("town", "village", "members", "status", "exit_year", "kind", "cause", "danger",
                     "water", "hard", "income", "phone")  # fmt: skip
MEN = {"之子", "之女婿", "之孙子", "之外孙子", "之父", "之岳父", "之公公", "之祖父", "之侄儿"}
WOMEN = {"之女", "之儿媳", "之孙女", "之外孙女", "之母", "之岳母", "之婆婆", "之祖母", "之侄女"}
RELATIONS = MEN | WOMEN | {"户主", "配偶", "之兄弟姐妹", "其他"}
EDUCATION = {"文盲或半文盲", "小学", "初中", "高中", "大专", "本科及以上"}
LABOUR = {"普通劳动力", "技能劳动力", "弱劳动力或半劳动力", "丧失劳动力", "无劳动力"}
HEALTH = {"健康", "长期慢性病", "患有大病", "残疾"}
CAUSES = {
    "因病", "因残", "因学", "因灾", "缺土地", "缺水", "缺技术", "缺劳力", "缺资金", "交通条件落后",
    "自身发展动力不足", "其他",
}  # fmt: skip
KINDS = {"一般贫困户", "低保贫困户", "五保户", "一般脱贫户", "低保脱贫户", "特困供养脱贫户"}
PROVINCES = {*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55),
             *range(61, 66), 71, 81, 82}  # fmt: skip
CHILDREN = {"之子": 12, "之女": 12, "之孙子": 24, "之孙女": 24, "之外孙子": 24, "之外孙女": 24}
ELDERS = {"之父": 12, "之母": 12, "之祖父": 24, "之祖母": 24}


class Finding(NamedTuple):
    file: str
    row: int
    kind: str


def clean(value: Any) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", str(value)))


def read(path: Path) -> list[dict[str, str]]:
    """Rows keyed by header; the key "" holds the row number."""
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    header = [str(text) for text in rows[2]]
    found = []
    for offset, cells in enumerate(rows[3:-1]):
        row = {name: clean(cell) for name, cell in zip(header, cells, strict=True)}
        row[""] = str(offset + FIRST_ROW)
        found.append(row)
    assert str(rows[-1][0]) == "合计"
    return found


def checksum(number: str) -> bool:
    total = sum(int(d) * pow(2, 17 - i, 11) for i, d in enumerate(number[:17]))
    return "10X98765432"[total % 11] == number[17]


def real_day(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None


def number_error(text: str, on: date) -> str | None:
    return shape_error(text) or content_error(text, on)


def shape_error(number: str) -> str | None:
    if not number:
        return "id_missing"
    if number.startswith("999999"):
        return "id_placeholder"
    if "E+" in number:
        return "id_truncated"
    if not re.fullmatch(r"\d{17}[\dX](\d\d){0,2}", number):
        return "id_length"
    if not checksum(number):
        return "id_truncated" if len(number) == 18 and number.endswith("000") else "id_checksum"
    return None


def content_error(number: str, on: date) -> str | None:
    born = real_day(number[6:14])
    if born is None or born > on or on.year - born.year > 120:
        return "id_birth_impossible"
    if int(number[:2]) not in PROVINCES:
        return "id_region"
    if len(number) == 18 and number.endswith("000"):
        return "id_ends_000"
    if len(number) > 18 and not (number[18] in "1234567" and number[19] in "1234"):
        return "id_suffix"
    return None


class Row:
    """One person as the cells tell it."""

    def __init__(self, cells: dict[str, str], on: date) -> None:
        self.row = int(cells[""])
        for header, field in ALIASES.items():
            if header in cells:
                setattr(self, field, cells[header])
        self.cells = cells
        self.number = self.number.upper()
        self.phone = self.phone.removesuffix(".0")
        self.wrong_number = number_error(self.number, on)
        good = self.wrong_number in (None, "id_region", "id_ends_000", "id_suffix")
        self.born = real_day(self.number[6:14]) if good else None
        self.gender = ("男" if int(self.number[16]) % 2 else "女") if good else None
        self.age = None
        if self.born is not None:
            self.age = (
                on.year - self.born.year - ((on.month, on.day) < (self.born.month, self.born.day))
            )
        self.ills = set(re.split("[,，]", self.health)) - {""}
        self.certified = good and len(self.number) > 18

    def has(self, field: str) -> bool:
        return hasattr(self, field)

    def get(self, field: str) -> str:
        return getattr(self, field, "")


def stage_ages(stage: str) -> tuple[int, int]:
    if stage == "小学":
        return 6, 14
    if stage in ("七年级", "八年级", "九年级"):
        return 12, 17
    if stage.startswith(("普通高中", "中职")):
        return 15, 20
    if stage.startswith("技师学院"):
        return 15, 99
    if stage.startswith("硕士"):
        return 20, 99
    return (18, 99) if stage.startswith(("高职高专", "本科")) else (0, 99)


def person_errors(p: Row) -> Iterator[str]:
    if p.wrong_number:
        yield p.wrong_number
    if not p.name:
        yield "name_missing"
    elif re.search(r"[0-9A-Za-z?□*]", p.name):
        yield "name_characters"
    yield from relation_errors(p)
    yield from health_errors(p)
    yield from school_errors(p)
    yield from labour_errors(p)
    yield from work_errors(p)
    yield from extra_errors(p)


def relation_errors(p: Row) -> Iterator[str]:
    if not p.relation:
        yield "relation_missing"
    elif p.relation not in RELATIONS:
        yield "relation_unknown"
    elif p.gender and p.relation in (WOMEN if p.gender == "男" else MEN):
        yield "relation_sex"
    if p.nation and not p.nation.endswith("族"):
        yield "choice_unknown"
    if p.get("insurance") not in ("是", "否", ""):
        yield "yesno_invalid"


def health_errors(p: Row) -> Iterator[str]:
    if not p.ills:
        yield "health_missing"
    elif p.ills - HEALTH:
        yield "choice_unknown"
    elif "残疾" in p.ills and len(p.number) == 18 and p.born:
        yield "disability_no_certificate"
    elif p.certified and "残疾" not in p.ills:
        yield "certificate_not_disabled"


def school_errors(p: Row) -> Iterator[str]:
    if p.education and p.education not in EDUCATION:
        yield "choice_unknown"
        return
    if p.education and p.schooling:
        yield "schooling_both"
    if not p.education and not p.schooling:
        yield "schooling_neither"
        return
    if p.age is not None:
        yield from school_age_errors(p, p.age)


def school_age_errors(p: Row, age: int) -> Iterator[str]:
    outside = p.schooling in ("", "学龄前儿童", "学前教育")
    if 7 <= age <= 15 and outside and not p.get("absence"):
        yield "schooling_out_of_school"
    low, high = stage_ages(p.schooling)
    if p.schooling and not low <= age <= high:
        yield "schooling_stage_age"
    if not p.schooling:
        least = {"大专": 19, "本科及以上": 20}.get(p.education, 0)
        if (16 <= age <= 22 and p.education in ("小学", "文盲或半文盲")) or age < least:
            yield "education_age"


def labour_errors(p: Row) -> Iterator[str]:
    if not p.labour:
        yield "labour_missing"
    elif p.labour not in LABOUR:
        yield "choice_unknown"
    elif p.ills == {"健康"} and p.labour == "丧失劳动力":
        yield "labour_healthy_lost"
    elif p.age is not None and p.age < 16 and p.labour != "无劳动力":
        yield "labour_child"
    elif (
        p.ills == {"健康"}
        and p.age is not None
        and 16 <= p.age <= 59
        and not p.schooling
        and p.labour in ("无劳动力", "弱劳动力或半劳动力")
    ):
        yield "labour_healthy_none"
    elif (
        p.certified and p.number[18:20] in ("41", "42") and p.labour in ("普通劳动力", "技能劳动力")
    ):
        yield "labour_severe_disability"


def work_errors(p: Row) -> Iterator[str]:
    if p.months and not (p.months.isdigit() and int(p.months) <= 12):
        yield "months_range"
        return
    months = int(p.months or 0)
    if p.has("place") and bool(p.place) != (months > 0):
        yield "work_place_months"
    if months and p.schooling:
        yield "student_working"
    elif months and p.labour in ("无劳动力", "丧失劳动力"):
        yield "work_without_labour"


def extra_errors(p: Row) -> Iterator[str]:
    """What only the later layouts have."""
    if p.has("birth"):
        day = real_day(p.birth)
        if day is None:
            yield "date_invalid"
        elif p.born and day != p.born:
            yield "id_birth"
        if p.gender and p.sex != p.gender:
            yield "id_sex"
        if p.born and (p.certificate == "残疾人证") != (len(p.number) > 18):
            yield "certificate_kind"
    yield from cover_errors(p)
    if p.has("person_since") and real_day(p.person_since) is None:
        yield "date_invalid"


def cover_errors(p: Row) -> Iterator[str]:
    """What insurance and health say of a person."""
    if p.get("resident") == "是" and p.get("employee") == "是":
        yield "insurance_both"
    if p.get("insurance") == "否":
        yield "serious_insurance_none"
    if p.get("resident") == "否" and p.get("employee") == "否":
        yield "insurance_none"
    if p.get("absence") in ("因病", "因残") and p.health == "健康":
        yield "absence_reason_healthy"


def income_errors(text: str) -> Iterator[str]:
    if not text:
        yield "income_missing"
        return
    try:
        income = float(text.replace(",", ""))
    except ValueError:
        yield "income_not_number"
        return
    if income < 0:
        yield "income_negative"
    elif income < 100 or income > 100_000:
        yield "income_implausible"


def household_errors(rows: list[Row], places: set[tuple[str, str]]) -> Iterator[tuple[str, Row]]:
    first = rows[0]
    for kind in home_facts(first, places):
        yield kind, first
    for field in HOUSEHOLD_COLUMNS:
        if first.has(field) and len({row.get(field) for row in rows}) > 1:
            yield "household_values_differ", first
    if first.has("members"):
        if not first.members.isdigit():
            yield "members_not_number", first
        elif int(first.members) != len(rows):
            yield "members_count", first
    for kind in cause_errors(rows):
        yield kind, first
    yield from kin_errors(rows)


def kin_errors(rows: list[Row]) -> Iterator[tuple[str, Row]]:
    first = rows[0]
    heads = [row for row in rows if row.relation == "户主"]
    spouses = [row for row in rows if row.relation == "配偶"]
    if len(heads) != 1:
        yield ("household_two_heads" if heads else "household_no_head"), first
    if len(spouses) > 1:
        yield "household_two_spouses", first
    if len(heads) == 1:
        if any(s.gender and s.gender == heads[0].gender for s in spouses):
            yield "spouse_sex", first
        yield from (("relation_age", row) for row in rows if ages_clash(heads[0], row))


def ages_clash(head: Row, row: Row) -> bool:
    if head.age is None or row.age is None:
        return False
    gap = head.age - row.age
    young, old = CHILDREN.get(row.relation), ELDERS.get(row.relation)
    return (young is not None and gap < young) or (old is not None and -gap < old)


def cause_errors(rows: list[Row]) -> Iterator[str]:
    cause = rows[0].get("cause")
    if not cause:
        return
    if cause not in CAUSES:
        yield "choice_unknown"
    everything = set().union(*(row.ills for row in rows))
    able = sum(row.labour in ("普通劳动力", "技能劳动力") for row in rows)
    unknown_health = any(not row.ills or row.ills - HEALTH for row in rows)
    if cause == "因病" and not everything & {"长期慢性病", "患有大病"} and not unknown_health:
        yield "cause_illness_nobody"
    if cause == "因残" and "残疾" not in everything and not unknown_health:
        yield "cause_disability_nobody"
    if cause == "因学" and not any(row.schooling for row in rows):
        yield "cause_schooling_nobody"
    if cause == "缺劳力" and able * 2 > len(rows):
        yield "cause_labour_enough"


def home_facts(p: Row, places: set[tuple[str, str]]) -> Iterator[str]:
    towns = {town for town, _ in places}
    if p.town not in towns:
        yield "town_unknown"
    elif (p.town, p.village) not in places:
        yield "village_unknown"
    if not p.phone:
        yield "phone_missing"
    elif not re.fullmatch(r"1\d{10}", p.phone):
        yield "phone_length"
    if any(p.get(field) not in ("是", "否", "") for field in ("danger", "water", "hard")):
        yield "yesno_invalid"
    if p.get("water") == "是" and p.get("hard") == "是":
        yield "water_contradiction"
    if p.has("kind") and p.kind not in KINDS:
        yield "choice_unknown"
    yield from dated_facts(p)


def dated_facts(p: Row) -> Iterator[str]:
    if p.get("grade") not in ("A级", "B级", "C级", "D级", ""):
        yield "choice_unknown"
    if p.get("disaster") and real_day(p.get("disaster")) is None:
        yield "date_invalid"
    if p.has("income"):
        yield from income_errors(p.income)
    if p.has("exit_year"):
        yield from exit_errors(p)
    if p.has("risk_since"):
        yield from risk_errors(p)


def exit_errors(p: Row) -> Iterator[str]:
    if p.exit_year and not (p.exit_year.isdigit() and 2014 <= int(p.exit_year) <= 2020):
        yield "exit_year_invalid"
    elif p.status in ("已脱贫", "返贫") and not p.exit_year:
        yield "exit_year_missing"
    elif p.status in ("未脱贫", "预脱贫") and p.exit_year:
        yield "exit_year_unexpected"


def risk_errors(p: Row) -> Iterator[str]:
    since, until = (re.sub(r"\D", "", p.get(name)) for name in ("risk_since", "risk_until"))
    if p.watch and not since:
        yield "risk_missing"
    for text in (since, until, p.first_since):
        if text and not 1 <= int(text[4:6]) <= 12:
            yield "date_invalid"
    if since and until and until < since:
        yield "date_order"


def check_roster(path: Path, file: str, places: set[tuple[str, str]], on: date) -> list[Finding]:
    rows = [Row(cells, on) for cells in read(path)]
    found = [Finding(file, row.row, kind) for row in rows for kind in person_errors(row)]
    homes: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.household:
            homes[row.household].append(row)
        elif row.row == FIRST_ROW or rows[row.row - FIRST_ROW - 1].household:
            found.append(Finding(file, row.row, "household_id_missing"))
    for home in homes.values():
        found += [Finding(file, row.row, kind) for kind, row in household_errors(home, places)]
    return found + repeated(file, rows, homes)


def repeated(file: str, rows: list[Row], homes: dict[str, list[Row]]) -> list[Finding]:
    found = []
    usable = [row for row in rows if row.born]
    times = Counter(row.number[:18] for row in usable)
    at_home = Counter((row.household, row.number[:18]) for row in usable)
    for row in usable:
        if at_home[row.household, row.number[:18]] > 1:
            found.append(Finding(file, row.row, "id_duplicate_household"))
        elif times[row.number[:18]] > 1:
            found.append(Finding(file, row.row, "id_duplicate_elsewhere"))
    phones = Counter(home[0].phone for home in homes.values() if len(home[0].phone) == 11)
    shared = [home[0] for home in homes.values() if phones[home[0].phone] > 1]
    return found + [Finding(file, row.row, "phone_shared") for row in shared]
