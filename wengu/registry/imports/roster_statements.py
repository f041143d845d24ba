"""花名册的陈述: what a checked household states; only what its sheet has columns for."""

from typing import Any

from wengu.registry.imports.codes import (
    CHRONIC,
    DISABLED,
    NOT_AT_SCHOOL,
    SERIOUS,
    SUPPORT_OF_KIND,
)
from wengu.registry.imports.household_checks import Home
from wengu.registry.imports.identity import DISABILITY
from wengu.registry.imports.lines import Line
from wengu.registry.statements import HouseholdStatement, Origin, PersonStatement

NOT_REGISTERED = "一般农户"
_SAME = ("nation", "absence_reason", "labour", "work_place", "work_months", "dibao", "destitute")
_SAME_OF_HOME = (
    "standard", "exit_status", "exit_year", "kind", "main_cause", "house_dangerous", "safe_water",
    "water_difficulty", "house_grade", "disaster_on", "monitored", "risk_cleared",
)  # fmt: skip
# Which column of the sheet a fact was read from, where the two are not called the same.
COLUMN_OF_FACT = {
    "chronic": "health", "serious_illness": "health", "disabled": "health",
    "disability": "id_number", "serious_illness_insurance": "serious_insurance",
    "medical_insurance": "resident_insurance",
    "pension_insurance": "resident_pension", "registered": "kind", "income_per_head_fen": "income",
    "id_raw": "id_number", "village_id": "village",
}  # fmt: skip


def household_statement(home: Home) -> HouseholdStatement:
    """Return what the rows of a household state."""
    head = home.head
    return HouseholdStatement(
        origin=Origin(head.sheet, head.number),
        number=home.key,
        village=home.village,
        group_name=home.v.get("group_name") or "",
        phone=home.v.get("phone") or "",
        persons=tuple(_person(line) for line in home.lines),
        facts=_home_facts(home),
        income_per_head_fen=home.v.get("income"),
    )


def _person(line: Line) -> PersonStatement:
    values, number = line.v, line.id
    return PersonStatement(
        origin=Origin(line.sheet, line.number),
        name=values["name"],
        id_raw=number.number,
        id_kind=number.kind,
        birth=number.birth or values.get("birth"),
        sex=number.sex or values.get("sex") or "",
        relation=values["relation"],
        number=values.get("number") or "",
        facts=_person_facts(line),
    )


def _person_facts(line: Line) -> dict[str, Any]:
    values = line.v
    facts = {name: values[name] for name in _SAME if values.get(name) is not None}
    education, stage = values.get("education"), values.get("schooling")
    if education is not None:
        facts["education"] = education
    if stage is not None:
        facts["schooling"] = stage
    elif education is not None and line.empty("schooling"):
        facts["schooling"] = NOT_AT_SCHOOL
    facts |= _health(line)
    for fact, columns in _INSURANCES:
        value = _either([values.get(column) for column in columns])
        if value is not None:
            facts[fact] = value
    return facts


def _health(line: Line) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    health = line.v.get("health")
    certified = line.id.kind == DISABILITY
    if health is not None:
        facts = {
            "chronic": CHRONIC in health,
            "serious_illness": SERIOUS in health,
            "disabled": certified or DISABLED in health,
        }
    elif certified or line.v.get("disability_type"):
        facts["disabled"] = True
    if line.id.disability is not None:
        facts["disability"] = line.id.disability
    return facts


_INSURANCES = (
    ("medical_insurance", ("resident_insurance", "employee_insurance")),
    ("pension_insurance", ("resident_pension", "employee_pension")),
    ("serious_illness_insurance", ("serious_insurance",)),
)


def _either(flags: list[bool | None]) -> bool | None:
    """Return True where one holds, False where none does, None where that is not known."""
    if True in flags:
        return True
    return None if None in flags else False


def _home_facts(home: Home) -> dict[str, Any]:
    values = home.v
    facts = {name: values[name] for name in _SAME_OF_HOME if values.get(name) is not None}
    kind = values.get("kind")
    if kind == NOT_REGISTERED:
        facts["registered"] = False
    elif kind or "exit_status" in facts or "standard" in facts:
        facts["registered"] = True
    if kind == "脱贫户":
        facts.setdefault("exit_status", "已脱贫")
    if kind in SUPPORT_OF_KIND:
        facts["dibao"], facts["destitute"] = SUPPORT_OF_KIND[kind]
    if home.empty("monitored"):
        facts["monitored"] = "无"
    return facts
