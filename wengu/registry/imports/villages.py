"""村表: the village sheet, one row for each village."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from wengu.intake.spec import Column, Context, Group, Head, Layout, RawRow, Words
from wengu.kernel.regioncode import RegionCode
from wengu.kernel.text import compact
from wengu.registry.imports import codes, reasons
from wengu.registry.imports.coerce import Coercion, choice, fen, whole, yes_no
from wengu.registry.imports.layouts import VILLAGE_COLUMNS, VILLAGE_LAYOUTS
from wengu.registry.imports.lines import Line, plans, read_lines, text
from wengu.registry.statements import Origin, VillageStatement

_PLACE = 60
_COUNTY = 6
_TEN_THOUSAND = 10_000
NOT_WEAK = "无"
_PARTS = ("dangerous_houses", "unsafe_water", "dibao_households")
_COUNTS = (
    "households", "persons", *_PARTS, "dibao_persons", "destitute_persons", "disabled_persons",
    "clinic", "doctor", "toilet", "waste_point", "schools", "pension_persons",
)  # fmt: skip
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
    dated_amounts: Sequence[str] = ("collective_income",)
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
        planned = plans(heads, coercions(context.dated))
        return [_group(line, context) for line in read_lines(rows, planned)]


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
        **dict.fromkeys(_COUNTS, count),
        **dict.fromkeys(("exited", "road", "bus"), yes_no),
    }


def _group(line: Line, context: Context) -> Group:
    code = _village(line, context)
    income = line.v.get("collective_income")
    if line.empty("collective_income"):
        line.doubt("amount_missing", "collective_income")
    elif income is not None and income < 0:
        line.doubt("amount_negative", "collective_income")
    whole_ = line.v.get("households")
    for part in _PARTS:
        count = line.v.get(part)
        if whole_ is not None and count is not None and count > whole_:
            line.doubt("village_counts", part, "households")
    group = Group(code or f"#{line.sheet}.{line.number}", [(line.sheet, line.number)])
    group.found = line.found
    if not any(reasons.must_fix(doubt.code) for doubt in group.found):
        origin = Origin(line.sheet, line.number)
        group.statements.append(VillageStatement(origin, code, _facts(line, context.period)))
    return group


def _village(line: Line, context: Context) -> str:
    values = line.v
    if line.unread & {"county", "town", "village", "code"}:
        return ""
    county = values.get("county") or context.region[:_COUNTY]
    name = values.get("code") or values.get("village") or ""
    place = context.places.find(county, values.get("town") or "", name)
    if place.unknown:
        line.doubt(f"{place.unknown}_unknown", place.unknown)
    elif context.region and not RegionCode(context.region).covers(place.code):
        line.doubt("village_outside", "village", "town")
    return place.code


def _facts(line: Line, period: int | None) -> dict[str, object]:
    facts: dict[str, object] = {
        name: line.v[name] for name in _FACTS if line.v.get(name) is not None
    }
    status = line.v.get("status")
    if status is not None or line.empty("status"):
        facts["status"] = status or NOT_WEAK
    income = line.v.get("collective_income")
    if income is not None:
        facts["collective_income_fen"] = income
        if period is not None:
            facts["income_year"] = period
    return facts
