"""人员核对: what one row of a roster says of a person, compared with itself.

A cell that could not be read has its own doubt; checks that depend on it are skipped.
"""

import re
from typing import Any

from wengu.policy.pack import FINISHED
from wengu.registry.imports.codes import (
    DISABLED,
    FULL_LABOUR,
    HEALTHY,
    LOST_LABOUR,
    NO_LABOUR,
    NOT_AT_SCHOOL,
    PRESCHOOL,
    SEX_OF_RELATION,
    WEAK_LABOUR,
)
from wengu.registry.imports.identity import DISABILITY, NO_PAPERS
from wengu.registry.imports.lines import Line

WORKING_AGE, RETIREMENT = 16, 60
COMPULSORY = range(7, 16)
_LAST_YEARS = COMPULSORY[-2:]  # who began early has finished a year early, as the rule says too
_ODD_NAME = re.compile(r"[0-9A-Za-z?？□■*＊#�]")
_STAGE_AGES = {
    "小学": (6, 14), "七年级": (12, 17), "八年级": (12, 17), "九年级": (12, 17),
    "普通高中": (15, 20), "中职": (15, 20), "技师学院": (15, 200),
    "高职高专": (18, 200), "本科": (18, 200),
    "硕士研究生及以上": (20, 200),
}  # fmt: skip
_GRADE = re.compile("[一二三四五]年级$")
_LOW_EDUCATION = ("文盲或半文盲", "小学")
_LOW_EDUCATION_AGES = range(16, 23)
_LEAST_AGE_OF_EDUCATION = {"大专": 19, "大专及以上": 19, "本科及以上": 20}
_SEVERE_LIMB = ("41", "42")


def check_person(line: Line) -> None:
    """Note every doubt about one person."""
    _check_name(line)
    _check_relation(line)
    _check_certificate(line)
    _check_disability(line)
    _check_schooling(line)
    _check_labour(line)
    _check_work(line)
    if line.v.get("resident_insurance") and line.v.get("employee_insurance"):
        line.doubt("insurance_both", "employee_insurance", "resident_insurance")


def check_number(line: Line) -> None:
    """Note the doubts about the number, and about sex and birth where the sheet states them too."""
    for code in line.id.codes:
        line.doubt(code, "id_number", **_detail(code, line.id.number))
    if not line.id.key:
        return
    stated = line.v.get("sex")
    if stated and stated != line.id.sex:
        line.doubt("id_sex", "sex", "id_number")
    birth = line.v.get("birth")
    if birth and birth != line.id.birth:
        line.doubt("id_birth", "birth", "id_number")
    certificate = line.v.get("certificate")
    kind = line.id.kind
    if (certificate == "居民身份证" and kind == DISABILITY) or (
        certificate == "残疾人证" and kind != DISABILITY
    ):
        line.doubt("certificate_kind", "certificate", "id_number")


def _detail(code: str, number: str) -> dict[str, str]:
    if code == "id_checksum":
        return {"expected": _expected(number)}
    return {"why": number} if code == "cell_error" else {}


def _expected(number: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    digits = number[:17]
    if not digits.isdigit() or not digits.isascii():
        return "…"
    return "10X98765432"[sum(w * int(d) for w, d in zip(weights, digits, strict=True)) % 11]


def _check_name(line: Line) -> None:
    name = line.v["name"]
    if name is None:
        if "name" not in line.unread:
            line.doubt("name_missing", "name")
    elif _ODD_NAME.search(name):
        line.doubt("name_characters", "name")


def _check_relation(line: Line) -> None:
    relation = line.v["relation"]
    if relation is None:
        if "relation" not in line.unread:
            line.doubt("relation_missing", "relation")
        return
    sex = SEX_OF_RELATION.get(relation)
    if sex and line.id.sex and sex != line.id.sex:
        line.doubt("relation_sex", "relation", "id_number")


def _check_certificate(line: Line) -> None:
    health = line.v.get("health")
    if health is None:
        if line.empty("health"):
            line.doubt("health_missing", "health")
        return
    if not line.id.key:
        return
    disabled, certified = DISABLED in health, line.id.kind == DISABILITY
    if disabled and not certified and line.id.kind != NO_PAPERS:
        line.doubt("disability_no_certificate", "health", "id_number")
    elif certified and not disabled:
        line.doubt("certificate_not_disabled", "health", "id_number")


def _check_disability(line: Line) -> None:
    """Compare the type and the year of the certificate with the number and with health."""
    types, year = line.v.get("disability_type"), line.v.get("certificate_year")
    number = line.id.disability
    if types and number and number[0] not in types:
        line.doubt("disability_type_differs", "disability_type", "id_number")
    health = line.v.get("health")
    told = [name for name in ("disability_type", "certificate_year") if line.v.get(name)]
    if told and line.id.kind != DISABILITY and health is not None and DISABLED not in health:
        line.doubt("disability_type_healthy", *told, "health")
    if year and line.id.birth and year < line.id.birth.year:
        line.doubt("certificate_year", "certificate_year", "id_number")


def at_school(value: Any) -> bool:
    """Say whether a stage means a school (a nursery is none)."""
    return value is not None and value != NOT_AT_SCHOOL and value not in PRESCHOOL


def _check_schooling(line: Line) -> None:
    values = line.v
    if "schooling" not in values or "schooling" in line.unread:
        return
    stage, education = values["schooling"], values.get("education")
    if education and stage and stage != NOT_AT_SCHOOL:
        line.doubt("schooling_both", "schooling", "education")
        return
    if stage is None and line.empty("education"):
        line.doubt("schooling_neither", "education", "schooling")
    elif (
        line.age in COMPULSORY
        and not at_school(stage)
        and not (line.age in _LAST_YEARS and education in FINISHED)
        and values.get("absence_reason") is None
        and "absence_reason" not in line.unread
    ):
        line.doubt("schooling_out_of_school", "schooling", age=line.age)
    if line.age is not None:
        _check_ages(line, stage, education, line.age)


def _check_ages(line: Line, stage: str | None, education: str | None, age: int) -> None:
    if stage and at_school(stage):
        youngest, oldest = _STAGE_AGES[_GRADE.sub("", stage) if stage not in _STAGE_AGES else stage]
        if not youngest <= age <= oldest:
            line.doubt("schooling_stage_age", "schooling", age=age)
    if education is None:
        return
    low = age in _LOW_EDUCATION_AGES and education in _LOW_EDUCATION
    if low or age < _LEAST_AGE_OF_EDUCATION.get(education, 0):
        line.doubt("education_age", "education", age=age)


def _check_labour(line: Line) -> None:
    labour = line.v.get("labour")
    if labour is None:
        if line.empty("labour"):
            line.doubt("labour_missing", "labour")
        return
    if line.id.disability in _SEVERE_LIMB and labour in FULL_LABOUR:
        line.doubt("labour_severe_disability", "labour", "id_number")
    if line.age is not None and line.age < WORKING_AGE and labour != NO_LABOUR:
        line.doubt("labour_child", "labour", age=line.age)
    elif line.v.get("health") == {HEALTHY}:
        _check_healthy(line, labour)


def _check_healthy(line: Line, labour: str) -> None:
    if labour == LOST_LABOUR:
        line.doubt("labour_healthy_lost", "labour", "health")
    elif (
        labour in (NO_LABOUR, WEAK_LABOUR)
        and line.age is not None
        and WORKING_AGE <= line.age < RETIREMENT
        and line.v.get("schooling") in (None, NOT_AT_SCHOOL)
        and "schooling" not in line.unread
    ):
        line.doubt("labour_healthy_none", "labour", "health", age=line.age)


def _check_work(line: Line) -> None:
    values = line.v
    months = values.get("work_months")
    if months:
        # A pupil is without labour by rule: the work is then the only doubt.
        if values.get("schooling") not in (None, NOT_AT_SCHOOL):
            line.doubt("student_working", "work_months", "schooling")
        elif values.get("labour") in (NO_LABOUR, LOST_LABOUR):
            line.doubt("work_without_labour", "work_months", "labour")
    if "work_place" not in values or line.unread & {"work_place", "work_months"}:
        return
    if "work_months" in values and bool(months) != bool(values["work_place"]):
        line.doubt("work_place_months", "work_months", "work_place")
