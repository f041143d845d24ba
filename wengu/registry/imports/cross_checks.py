"""互核: cells of a person or a household that contradict each other (domain: checks seen in use).

A cell that could not be read has its own doubt; checks that depend on it are skipped.
"""

from collections.abc import Callable, Sequence

from wengu.kernel.dates import add_months
from wengu.kernel.idcard import person_key
from wengu.registry.imports.codes import (
    HEALTHY,
    LOST_LABOUR,
    NO_LABOUR,
    OTHER_PROVINCE,
    SAME_PROVINCE,
)
from wengu.registry.imports.household_checks import Home
from wengu.registry.imports.lines import Line

# Monitoring: no household is cleared earlier after its identification (rule 2_11_002 of the
# published set of checks). Only the date is doubted; nothing is decided by it.
MONTHS_TO_CLEAR = 6
_YOUNGEST_IN_POST, _OLDEST_IN_POST = 16, 70
_ILL_REASONS = ("因病", "因残")
_NO_POST = ("无", "否", "无岗位")
_BEFORE_EXIT = ("未脱贫", "预脱贫")


def check_person_cells(line: Line) -> None:
    """Note what the cells of one person contradict."""
    values = line.v
    health = values.get("health")
    if health is not None and HEALTHY in health and len(health) > 1:
        line.doubt("health_contradiction", "health")
    if values.get("absence_reason") in _ILL_REASONS and health == {HEALTHY}:
        line.doubt("absence_reason_healthy", "absence_reason", "health")
    if values.get("resident_insurance") is False and values.get("employee_insurance") is False:
        line.doubt("insurance_none", "resident_insurance", "employee_insurance")
    if values.get("serious_insurance") is False:
        line.doubt("serious_insurance_none", "serious_insurance")
    _check_post(line)


def _check_post(line: Line) -> None:
    post = line.v.get("post")
    if not post or post in _NO_POST:
        return
    if line.v.get("work_place") in (SAME_PROVINCE, OTHER_PROVINCE):
        line.doubt("post_away", "post", "work_place")
    if line.age is not None and not _YOUNGEST_IN_POST <= line.age < _OLDEST_IN_POST:
        line.doubt("post_age", "post", age=line.age)


def check_home_cells(home: Home) -> None:
    """Note what the household's own columns contradict."""
    for check in _CHECKS:
        check(home)


def _check_water(home: Home) -> None:
    if home.v.get("safe_water") and home.v.get("water_difficulty"):
        home.lines[0].doubt("water_contradiction", "water_difficulty", "safe_water")


def _check_kind(home: Home) -> None:
    kind, status = home.v.get("kind") or "", home.v.get("exit_status")
    if kind.endswith("脱贫户") and status in _BEFORE_EXIT:
        home.lines[0].doubt("kind_exit_status", "kind", "exit_status")


def _check_monitoring(home: Home) -> None:
    values, first = home.v, home.lines[0]
    told = [name for name in ("risk_since", "risk_until", "risk_cleared") if values.get(name)]
    if told and home.empty("monitored"):
        first.doubt("risk_without_kind", "monitored", *told)
        return
    since, until, cleared = (values.get(n) for n in ("risk_since", "risk_until", "risk_cleared"))
    if cleared and home.empty("risk_until"):
        first.doubt("risk_cleared_undated", "risk_until", "risk_cleared")
    if until and cleared is False:
        first.doubt("risk_until_unexpected", "risk_cleared", "risk_until")
    if since and until and since <= until < add_months(since, MONTHS_TO_CLEAR):
        first.doubt("risk_cleared_early", "risk_until", "risk_since", months=MONTHS_TO_CLEAR)
    if cleared and all(line.v.get("labour") in (NO_LABOUR, LOST_LABOUR) for line in home.lines):
        first.doubt("risk_cleared_no_labour", "risk_cleared", "labour")


_CHECKS: Sequence[Callable[[Home], None]] = (_check_water, _check_kind, _check_monitoring)


def check_head_columns(home: Home) -> None:
    """Compare 户主姓名 and 户主证件号码 with the head's own row, where nothing is doubtful."""
    name, number = home.v.get("head_name"), home.v.get("head_number")
    own = {"id_number", "name", "relation"}
    if not (name or number) or any(
        own.intersection(doubt.fields) for line in home.lines for doubt in line.found
    ):
        return
    head = home.head
    if name and head.v["name"] and name != head.v["name"]:
        head.doubt("head_differs", "head_name", "name")
    if number and head.id.key and person_key(number) != head.id.key:
        head.doubt("head_differs", "head_number", "id_number")
