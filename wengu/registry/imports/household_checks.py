"""户核对: the rows of one household compared with each other and with the household's columns."""

import datetime
import re
from collections.abc import Callable, Sequence
from typing import Any

from wengu.kernel.dates import years_between
from wengu.registry.imports.bounds import plausible
from wengu.registry.imports.codes import (
    CANCELLED,
    CHRONIC,
    DISABLED,
    EXITED,
    FULL_LABOUR,
    HEAD,
    SERIOUS,
    SPOUSE,
    YEARS_FROM_HEAD,
)
from wengu.registry.imports.coerce import Bad
from wengu.registry.imports.layouts import HOUSEHOLD_FIELDS
from wengu.registry.imports.lines import Line
from wengu.registry.imports.person_checks import at_school

_PHONE = re.compile("1[0-9]{10}", re.ASCII)
_CUT_SERIAL = re.compile(r"[0-9]{15}0+", re.ASCII)
FIRST_EXIT_YEAR = 2014


class Home:
    """户: its rows, and the household's own values: those of the first row that has them.

    `gone` are the rows of members who are no longer there; `cancelled`: the household itself.
    """

    __slots__ = ("cancelled", "gone", "head", "key", "lines", "unread", "v", "village")

    def __init__(self, key: str, lines: list[Line], gone: Sequence[Line] = ()) -> None:
        self.key = key
        self.lines = lines
        self.gone = gone
        self.cancelled = False
        heads = [line for line in lines if line.v["relation"] == HEAD]
        self.head = heads[0] if heads else lines[0]
        self.v: dict[str, Any] = {}
        self.unread: set[str] = set()
        self.village = ""
        for field in HOUSEHOLD_FIELDS:
            if field in lines[0].v:
                self._settle(field)

    def _settle(self, field: str) -> None:
        """Take one value for the household; unreadable and differing cells are doubts."""
        first = self.lines[0].v.get(field)
        chosen = self.head.v.get(field) if self.head is not self.lines[0] else first
        self.v[field] = None if type(chosen) is Bad else chosen
        bad = None
        for line in self.lines:
            value = line.v.get(field)
            if type(value) is Bad:
                bad = bad or (line, value)
        if bad is not None:
            self.unread.add(field)
            self.v[field] = None
            line, value = bad
            line.doubt(value.code, field, **({"why": value.why} if value.why else {}))
            return
        for line in self.lines:
            if line.v.get(field) != first:
                line.doubt("household_values_differ", field, rows=str(self.lines[0].number))
                return

    def empty(self, field: str) -> bool:
        """Say whether the column is there and empty."""
        return field in self.v and self.v[field] is None and field not in self.unread


def check_home(home: Home, on: datetime.date, period: int | None) -> None:
    """Note every doubt about one household, on its first row or on the row that it concerns."""
    for check in _CHECKS:
        check(home)
    _check_income(home, on)
    stated = home.v.get("year")
    if stated is not None and period is not None and stated != period:
        home.lines[0].doubt("period_differs", "year", stated=stated, period=period)
    year = home.v.get("exit_year")
    if year is not None and not FIRST_EXIT_YEAR <= year <= on.year:
        home.lines[0].doubt("exit_year_invalid", "exit_year")


def _check_serial(home: Home) -> None:
    """Doubt a long number that ends in zeros: beyond fifteen digits a spreadsheet keeps none."""
    if _CUT_SERIAL.fullmatch(home.key):
        home.lines[0].doubt("serial_zeros", "household")


def _check_head(home: Home) -> None:
    heads = [line for line in home.lines if line.v["relation"] == HEAD]
    unread = any("relation" in line.unread or line.v["relation"] is None for line in home.lines)
    if not heads and not unread:
        home.lines[0].doubt("household_no_head", "relation", members=len(home.lines))
    if len(heads) > 1:
        heads[1].doubt("household_two_heads", "relation", heads=len(heads))


def _check_spouse(home: Home) -> None:
    spouses = [line for line in home.lines if line.v["relation"] == SPOUSE]
    if len(spouses) > 1:
        spouses[1].doubt("household_two_spouses", "relation", spouses=len(spouses))
    if home.head.v["relation"] != HEAD or not home.head.id.sex:
        return
    for spouse in spouses[:1]:
        if spouse.id.sex == home.head.id.sex:
            spouse.doubt("spouse_sex", "relation", "id_number")


def _check_ages(home: Home) -> None:
    birth = home.head.id.birth
    if birth is None or home.head.v["relation"] != HEAD:
        return
    for line in home.lines:
        years = YEARS_FROM_HEAD.get(line.v["relation"] or "")
        if years is None or line.id.birth is None:
            continue
        actual = _difference(birth, line.id.birth)
        if (years > 0 and actual < years) or (years < 0 and actual > years):
            detail = {"years": abs(years), "actual": abs(actual)}
            line.doubt("relation_age", "relation", "id_number", **detail)


def _difference(head: datetime.date, other: datetime.date) -> int:
    """Return by how many full years the other is younger (negative: older)."""
    if other >= head:
        return years_between(head, other)
    return -years_between(other, head)


def _check_members(home: Home) -> None:
    stated = home.v.get("members")
    counts = (len(home.lines), len(home.lines) + len(home.gone))
    if stated is not None and stated not in counts:
        home.lines[0].doubt("members_count", "members", stated=stated, members=len(home.lines))
    elif home.empty("members"):
        home.lines[0].doubt("members_not_number", "members")


def _check_phone(home: Home) -> None:
    phone = home.v.get("phone")
    if home.empty("phone"):
        home.lines[0].doubt("phone_missing", "phone")
    elif phone and not _PHONE.fullmatch(phone):
        home.lines[0].doubt("phone_length", "phone")


def _check_income(home: Home, on: datetime.date) -> None:
    income = home.v.get("income")
    first = home.lines[0]
    if income is None:
        if home.empty("income"):
            first.doubt("income_missing", "income")
    elif income < 0:
        first.doubt("income_negative", "income")
    elif not plausible("income_per_head", income, on):
        first.doubt("income_implausible", "income")


def _check_exit(home: Home) -> None:
    status = home.v.get("exit_status")
    if status == CANCELLED:
        home.cancelled = True
        home.lines[0].doubt("household_cancelled", "exit_status")
    if status in EXITED and home.empty("exit_year"):
        home.lines[0].doubt("exit_year_missing", "exit_year", "exit_status")
    elif status == "未脱贫" and home.v.get("exit_year") is not None:
        home.lines[0].doubt("exit_year_unexpected", "exit_year", "exit_status")


def _check_cause(home: Home) -> None:
    check = _CAUSE_CHECKS.get(home.v.get("main_cause") or "")
    if check is not None:
        check(home)


def _readable(home: Home, field: str) -> bool:
    """Say whether every member has a readable value, so that nobody can be the one looked for."""
    return all(field in line.v and field not in line.unread for line in home.lines)


def _nobody_ill(home: Home) -> None:
    ill = _any(home, lambda line: _health(line) & {CHRONIC, SERIOUS})
    if _readable(home, "health") and not ill:
        home.lines[0].doubt("cause_illness_nobody", "main_cause")


def _nobody_disabled(home: Home) -> None:
    if _readable(home, "health") and not _any(home, lambda line: DISABLED in _health(line)):
        home.lines[0].doubt("cause_disability_nobody", "main_cause")


def _nobody_studies(home: Home) -> None:
    studies = _any(home, lambda line: at_school(line.v.get("schooling")))
    if _readable(home, "schooling") and not studies:
        home.lines[0].doubt("cause_schooling_nobody", "main_cause")


def _labour_enough(home: Home) -> None:
    able = sum(line.v.get("labour") in FULL_LABOUR for line in home.lines)
    if able * 2 > len(home.lines):
        home.lines[0].doubt("cause_labour_enough", "main_cause", members=len(home.lines), able=able)


def _health(line: Line) -> frozenset[str]:
    return line.v.get("health") or frozenset()


def _any(home: Home, test: Callable[[Line], object]) -> bool:
    return any(test(line) for line in home.lines)


def _check_risk(home: Home) -> None:
    values = home.v
    if values.get("monitored") and home.empty("risk_since"):
        home.lines[0].doubt("risk_missing", "risk_since", "monitored")
    since, until = values.get("risk_since"), values.get("risk_until")
    if since and until and until < since:
        home.lines[0].doubt("date_order", "risk_until", "risk_since")


_CAUSE_CHECKS: dict[str, Callable[[Home], None]] = {
    "因病": _nobody_ill,
    "因残": _nobody_disabled,
    "因学": _nobody_studies,
    "缺劳力": _labour_enough,
}
_CHECKS: Sequence[Callable[[Home], None]] = (
    _check_serial, _check_head, _check_spouse, _check_ages, _check_members, _check_phone,
    _check_exit, _check_cause, _check_risk,
)  # fmt: skip
