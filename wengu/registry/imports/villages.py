"""村表: the village sheet, one row for each village."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from wengu.intake.spec import Column, Context, Group, Head, Layout, RawRow, Words
from wengu.kernel.text import compact
from wengu.registry.imports import codes, reasons
from wengu.registry.imports.bounds import plausible
from wengu.registry.imports.coerce import Bad, Coercion, choice, fen, whole, yes_no
from wengu.registry.imports.file_checks import rows_of
from wengu.registry.imports.layouts import VILLAGE_COLUMNS, VILLAGE_LAYOUTS
from wengu.registry.imports.lines import Line, plans, read_lines, text
from wengu.registry.statements import Origin, VillageStatement

_PLACE = 60
_COUNTY = 6
_TEN_THOUSAND = 10_000
NOT_WEAK = "无"
_PARTS = ("dangerous_houses", "unsafe_water", "dibao_households")
_GAPS = ("dangerous_houses", "unsafe_water")
_PERSONS = ("dibao_persons", "destitute_persons", "disabled_persons", "pension_persons")
_WHOLES = (("households", _PARTS, "village_counts"), ("persons", _PERSONS, "village_persons"))
_NEEDED_TO_PASS = ("road", "bus", "clinic", "doctor", "toilet")
_COUNTS = (
    "households", "persons", *_PARTS, "dibao_persons", "destitute_persons", "disabled_persons",
    "clinic", "doctor", "toilet", "waste_point", "schools", "pension_persons",
)  # fmt: skip
_INCOMES = ("collective_income", "collective_income_yuan", "collective_income_bare")
_FACTS = (
    "households", "persons", "dangerous_houses", "unsafe_water", "road", "bus", "clinic", "doctor",
    "toilet", "waste_point",
)  # fmt: skip
COLUMN_OF_FACT = {"collective_income_fen": "collective_income", "income_year": "collective_income"}


class VillageSheet:
    """村表"""

    name = "village"
    title = "村信息表"
    columns: Sequence[Column] = VILLAGE_COLUMNS
    layouts: Sequence[Layout] = VILLAGE_LAYOUTS
    dated_amounts: Sequence[str] = _INCOMES
    identifying: Sequence[str] = ("town", "village")

    def severity(self, code: str) -> str:
        return reasons.severity(code)

    def lasts(self, code: str) -> bool:
        return code not in reasons.PASSING

    def words(self, code: str, detail: Mapping[str, Any], *, english: bool = False) -> Words:
        return reasons.words(code, detail, english=english)

    def check(
        self, rows: Iterable[RawRow], heads: Mapping[int, Head], context: Context
    ) -> list[Group]:
        """Read, check and state every village."""
        lines = list(read_lines(rows, plans(heads, coercions(context.dated))))
        named = [_village(line, context) for line in lines]
        _check_twice(lines, named)
        pairs = zip(lines, named, strict=True)
        return [_group(line, code, context) for line, code in pairs]


def coercions(on: datetime.date) -> dict[str, Coercion]:
    """Return how each column of the village sheet is read."""
    count = whole("amount_not_number")
    place = text(_PLACE, compact)
    return {
        "county": place,
        "town": place,
        "village": place,
        "code": place,
        "status": choice(codes.VILLAGE_STATUS, "village_status"),
        "collective_income": fen("amount_not_number", yuan=_TEN_THOUSAND),
        "collective_income_yuan": fen("amount_not_number"),
        "collective_income_bare": without_unit,
        **dict.fromkeys(_COUNTS, count),
        **dict.fromkeys(("exited", "road", "bus"), yes_no),
    }


def _check_twice(lines: Sequence[Line], named: Sequence[str]) -> None:
    """Doubt every row of a village that has several: nobody can say which of them counts."""
    rows: dict[str, list[Line]] = {}
    for line, code in zip(lines, named, strict=True):
        if code:
            rows.setdefault(code, []).append(line)
    for same in rows.values():
        for line in same if len(same) > 1 else ():
            others = rows_of(other for other in same if other is not line)
            line.doubt("village_duplicate", "village", "code", rows=others)


def _group(line: Line, code: str, context: Context) -> Group:
    _check_income(line, context.dated)
    _check_counts(line)
    _check_passed(line)
    place = line.sheet, line.number
    ties = frozenset({code} if code else ())
    group = Group(f"{line.sheet}.{line.number}", [place], [], line.found, ties)
    if not any(reasons.must_fix(doubt.code) for doubt in group.found):
        origin = Origin(line.sheet, line.number)
        group.statements.append(VillageStatement(origin, code, _facts(line, context.period)))
    return group


def without_unit(cell: str) -> Bad | None:
    """Refuse every figure of a column whose header does not say whether it is 元 or 万元."""
    return Bad("amount_unit") if compact(cell) else None


def _income(line: Line) -> int | None:
    """Return the collective income in fen, from the one column that says its unit."""
    stated = {line.v.get(name) for name in _INCOMES} - {None}
    return stated.pop() if len(stated) == 1 else None


def _check_income(line: Line, on: datetime.date) -> None:
    columns = [name for name in _INCOMES if name in line.v]
    filled = [name for name in columns if line.v[name] is not None]
    if columns and not filled and not line.unread.intersection(columns):
        line.doubt("amount_missing", columns[0])
    income = _income(line)
    if len(filled) > 1 and income is None:
        line.doubt("amount_unit", *filled)
    if income is None:
        return
    if income < 0:
        line.doubt("amount_negative", *filled)
    elif not plausible("collective_income", income, on):
        line.doubt("village_income_implausible", *filled)


def _check_counts(line: Line) -> None:
    """Compare the parts with the whole, and doubt a village of nobody."""
    for total, parts, code in _WHOLES:
        most = line.v.get(total)
        if most == 0:
            line.doubt("village_empty", total)
        larger = [part for part in parts if most is not None and (line.v.get(part) or 0) > most]
        for part in larger if most else ():
            line.doubt(code, part, total)
    gaps: list[int] = [line.v[part] for part in _GAPS if line.v.get(part) is not None]
    households = line.v.get("households")
    if households and len(gaps) == len(_GAPS) and max(gaps) <= households < sum(gaps):
        line.doubt("village_counts", *_GAPS, "households")


def _check_passed(line: Line) -> None:
    """Doubt what a village lacks that is said to have passed (是否出列)."""
    if not line.v.get("exited"):
        return
    lacks = [name for name in _NEEDED_TO_PASS if line.v.get(name) in (False, 0)]
    lacks += [name for name in _INCOMES if line.v.get(name) == 0]
    if lacks:
        line.doubt("village_passed_lacks", "exited", *lacks)


def _village(line: Line, context: Context) -> str:
    """Return the village: by its code, with which the names must agree, or by its names."""
    values = line.v
    if line.unread & {"county", "town", "village", "code"}:
        return ""
    county, town = values.get("county") or context.region[:_COUNTY], values.get("town") or ""
    village, code = values.get("village") or "", values.get("code") or ""
    if code:
        place = context.places.coded(code, county, town, "" if village.isdigit() else village)
    else:
        place = context.places.find(county, town, village)
    if place.unknown == "names":
        line.doubt("village_code_differs", "code", "village", "town", names=place.names)
    elif place.unknown == "abolished":
        line.doubt("division_abolished", "village", "town", names=place.names)
    elif place.unknown:
        line.doubt(f"{place.unknown}_unknown", place.unknown)
    elif context.region and not context.places.inside(context.region, place.code):
        line.doubt("village_outside", "village", "town")
    return place.code


def _facts(line: Line, period: int | None) -> dict[str, object]:
    facts: dict[str, object] = {
        name: line.v[name] for name in _FACTS if line.v.get(name) is not None
    }
    status = line.v.get("status")
    if status is not None or line.empty("status"):
        facts["status"] = status or NOT_WEAK
    income = _income(line)
    if income is not None:
        facts["collective_income_fen"] = income
        if period is not None:
            facts["income_year"] = period
    return facts
