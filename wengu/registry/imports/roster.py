"""花名册: the household and person export, in its generations of 2019, 2021 and 2022."""

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from wengu.intake.spec import Column, Context, Found, Group, Head, Layout, RawRow, Words
from wengu.kernel.dates import years_between
from wengu.kernel.text import compact, person_name
from wengu.registry.imports import codes, reasons
from wengu.registry.imports.coerce import (
    Bad,
    Coercion,
    choice,
    day_until,
    fen,
    present,
    several,
    whole,
    words,
    work_place,
    year,
    yes_no,
)
from wengu.registry.imports.cross_checks import (
    check_head_columns,
    check_home_cells,
    check_person_cells,
)
from wengu.registry.imports.file_checks import check_file
from wengu.registry.imports.gone import change, check_gone, left
from wengu.registry.imports.household_checks import FIRST_EXIT_YEAR, Home, check_home
from wengu.registry.imports.identity import identity
from wengu.registry.imports.layouts import HOUSEHOLD_FIELDS, ROSTER_COLUMNS, ROSTER_LAYOUTS
from wengu.registry.imports.lines import Line, plans, read_lines, text
from wengu.registry.imports.person_checks import check_number, check_person
from wengu.registry.imports.roster_statements import household_statement
from wengu.registry.statements import DepartureStatement, Origin

_NAME, _NUMBER, _HAMLET, _PLACE = 60, 30, 60, 60
_MOST_MEMBERS = 30
_COUNTY = 6
_FIRST_CERTIFICATE = 1990
_POINT_ZERO = re.compile(r"([0-9]+)\.0+")
_FIGURE = re.compile(r"[0-9]*\.[0-9]+(?:E[+-]?[0-9]+)?|[0-9]+E[+-]?[0-9]+", re.IGNORECASE)
_FLAGS = (
    "serious_insurance", "resident_insurance", "employee_insurance", "resident_pension",
    "employee_pension", "dibao", "destitute", "safe_water", "risk_cleared",
)  # fmt: skip
_PRESENT = ("house_dangerous", "water_difficulty")
_DATES = (
    "birth", "first_identified", "person_identified", "risk_since", "risk_until", "disaster_on",
)  # fmt: skip


class Roster:
    """花名册"""

    name = "roster"
    title = "建档立卡（脱贫）人口花名册"
    columns: Sequence[Column] = ROSTER_COLUMNS
    layouts: Sequence[Layout] = ROSTER_LAYOUTS
    dated_amounts: Sequence[str] = ("income",)
    identifying: Sequence[str] = ("household", "id_number")

    def severity(self, code: str) -> str:
        return reasons.severity(code)

    def lasts(self, code: str) -> bool:
        return code not in reasons.PASSING

    def words(self, code: str, detail: Mapping[str, Any], *, english: bool = False) -> Words:
        return reasons.words(code, detail, english=english)

    def check(
        self, rows: Iterable[RawRow], heads: Mapping[int, Head], context: Context
    ) -> list[Group]:
        """Read, check and state every household of a file."""
        homes: list[Home] = []
        apart: list[Group] = []
        for key, lines in _by_household(_lines(rows, heads, context)):
            gone = [line for line in lines if check_gone(line)]
            living = [line for line in lines if line not in gone]
            if living:
                homes.append(Home(key, living, gone))
            else:
                apart.append(_nobody(key, gone))
        for home in homes:
            for line in home.lines:
                check_person(line)
                check_person_cells(line)
            check_home(home, context.dated, context.period)
            check_home_cells(home)
            _check_place(home, context)
        check_file(homes, context)
        for home in homes:
            check_head_columns(home)
        groups = [_group(home, context) for home in homes] + apart
        return sorted(groups, key=lambda group: group.rows[0]) if apart else groups


def _nobody(key: str, gone: Sequence[Line]) -> Group:
    """Return the group of a household of which nobody is left: confirmed, all of it leave."""
    gone[0].doubt("household_gone", "household")
    found = [doubt for line in gone for doubt in line.found]
    return Group(key, _places(gone), _departure(key, gone), found, loose=key.startswith("#"))


def _departure(key: str, lines: Iterable[Line]) -> list[DepartureStatement]:
    if key.startswith("#"):
        return []
    rows = tuple(Origin(line.sheet, line.number) for line in lines)
    return [DepartureStatement(key, rows)]


def _places(lines: Iterable[Line]) -> list[tuple[int, int]]:
    return sorted((line.sheet, line.number) for line in lines)


def _lines(rows: Iterable[RawRow], heads: Mapping[int, Head], context: Context) -> Iterable[Line]:
    planned = plans(heads, coercions(context.dated, context.region), unique=("number",))
    at = {sheet: head.fields["id_number"] for sheet, head in heads.items()}
    rows = list(rows)
    on = context.dated
    lines = read_lines(rows, planned, once=HOUSEHOLD_FIELDS)
    for row, line in zip(rows, lines, strict=True):
        line.id = identity(row.cells[at[row.sheet]], on=on)
        if line.id.birth is not None:
            line.age = years_between(line.id.birth, on)
        check_number(line)
        yield line


def coercions(on: datetime.date, region: str) -> dict[str, Coercion]:
    """Return how each column of the roster is read on a day, in a region."""
    day = day_until(on)
    tables = {
        "relation": choice(codes.RELATIONS, "relation_unknown"),
        "nation": choice(codes.NATIONS),
        "education": choice(codes.EDUCATION),
        "schooling": choice(codes.SCHOOLING),
        "absence_reason": choice(codes.ABSENCE_REASONS),
        "health": several(codes.HEALTH),
        "labour": choice(codes.LABOUR),
        "work_place": work_place(region),
        "sex": choice(codes.SEXES),
        "certificate": choice(codes.CERTIFICATES),
        "standard": choice(codes.STANDARDS),
        "exit_status": choice(codes.EXIT_STATUS),
        "kind": choice(codes.KINDS),
        "main_cause": choice(codes.CAUSES),
        "monitored": choice(codes.MONITORED),
        "disability_type": several(codes.DISABILITY_TYPES),
        "house_grade": choice(codes.HOUSE_GRADES),
    }
    numbers = {
        "members": whole("members_not_number", least=1, most=_MOST_MEMBERS),
        "work_months": whole("months_range", most=12),
        "exit_year": year("exit_year_invalid", least=FIRST_EXIT_YEAR, most=on.year),
        "certificate_year": year("certificate_year", least=_FIRST_CERTIFICATE, most=on.year),
        "year": year("year_invalid", least=FIRST_EXIT_YEAR, most=on.year),
        "income": fen("income_not_number"),
    }
    flags = dict.fromkeys(_FLAGS, yes_no) | dict.fromkeys(_PRESENT, present)
    return tables | numbers | _TEXTS | flags | dict.fromkeys(_DATES, day)


def compacted(read: Coercion) -> Coercion:
    """Return the coercion of a cell in one spelling; an empty cell is None."""

    def spelt(cell: str) -> Any:
        return read(compact(cell)) or None

    return spelt


def serial(cell: str) -> str | Bad | None:
    """Return the number of a household or a person as text, without the .0 of a spreadsheet.

    What a spreadsheet has turned into a figure has lost digits, and another household may have it.
    """
    spelt = _POINT_ZERO.sub(r"\1", compact(cell).lstrip("'`‘’"))
    if _FIGURE.fullmatch(spelt):
        return Bad("serial_truncated")
    return Bad("text_too_long") if len(spelt) > _NUMBER else spelt or None


def number_text(cell: str) -> str:
    """Return an identity number in one spelling, without judging it."""
    return compact(cell).lstrip("'`‘’").upper().removesuffix(".0")


def phone(cell: str) -> str:
    """Return a telephone number without spaces, dashes and the .0 of a spreadsheet."""
    spelt = compact(cell).lstrip("'‘’").replace("-", "")
    return spelt.removesuffix(".0")


_TEXTS: dict[str, Coercion] = {
    "household": serial,
    "number": serial,
    "name": text(_NAME, person_name),
    "group_name": text(_HAMLET, words),
    "phone": text(_NUMBER, phone),
    "head_name": text(_NAME, person_name),
    "head_number": text(_NUMBER, number_text),
    "post": text(_NAME, words),
    "post_months": whole("months_range", most=12),
    "left": compacted(left),
    "change": compacted(change),
    "remark": compacted(str),
    "county": text(_PLACE, compact),
    "town": text(_PLACE, compact),
    "village": text(_PLACE, compact),
}


def _by_household(lines: Iterable[Line]) -> list[tuple[str, list[Line]]]:
    """Put the rows of a household together; rows without a number follow their 户主 row."""
    homes: dict[str, list[Line]] = {}
    loose: list[Line] | None = None
    for line in lines:
        number = line.v["household"]
        if number is not None:
            homes.setdefault(number, []).append(line)
            loose = None
            continue
        if loose is None or line.v["relation"] == codes.HEAD:
            loose = homes[f"#{line.sheet}.{line.number}"] = []
            if "household" not in line.unread:
                line.doubt("household_id_missing", "household")
        loose.append(line)
    return list(homes.items())


def _check_place(home: Home, context: Context) -> None:
    """Find the village; say which name is unknown, or that it lies outside the region."""
    first, values = home.lines[0], home.v
    if home.unread & {"county", "town", "village"}:
        return
    county = values.get("county") or context.region[:_COUNTY]
    place = context.places.find(county, values.get("town") or "", values.get("village") or "")
    if place.unknown == "abolished":
        first.doubt("division_abolished", "village", "town", names=place.names)
        return
    if place.unknown:
        first.doubt(f"{place.unknown}_unknown", place.unknown)
        return
    if context.region and not context.places.inside(context.region, place.code):
        first.doubt("village_outside", "village", "town")
        return
    home.village = place.code


def _group(home: Home, context: Context) -> Group:
    everybody = [*home.lines, *home.gone]
    found: list[Found] = [doubt for line in everybody for doubt in line.found]
    # Persons by their number and households by their telephone are compared over the whole file.
    ties = frozenset(
        filter(
            None,
            (
                *(line.id.key for line in home.lines),
                *(f"人编号{line.v['number']}" for line in home.lines if line.v.get("number")),
                home.v.get("phone"),
            ),
        )
    )
    group = Group(home.key, _places(everybody), [], found, ties, loose=home.key.startswith("#"))
    if not any(reasons.must_fix(doubt.code) for doubt in found):
        group.statements += (
            _departure(home.key, everybody) if home.cancelled else [household_statement(home)]
        )
    return group
