"""部门名册: sheets of civil affairs (低保), medical insurance (住院), the federation (残联).

Each row is about one person, found by the identity number; a row goes in or waits by itself.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from wengu.intake.spec import Column, Context, Group, Head, KnownPerson, Layout, RawRow, Stay, Words
from wengu.kernel.regioncode import Level, RegionCode
from wengu.kernel.text import compact, person_name
from wengu.registry.imports import codes, layouts, reasons
from wengu.registry.imports.coerce import Coercion, choice, day_until, fen, words
from wengu.registry.imports.identity import identity
from wengu.registry.imports.lines import NOBODY, Line, plans, read_lines, text
from wengu.registry.imports.list_checks import check_leaving, check_stays
from wengu.registry.imports.person_checks import check_number
from wengu.registry.limits import LIMITS
from wengu.registry.statements import (
    BillStatement,
    DibaoStatement,
    DisabilityStatement,
    Origin,
)

_NAME, _TEXT = 60, 100
_NAMED = 5
_BETWEEN = "\x1f"
Statement = DibaoStatement | BillStatement | DisabilityStatement


class DepartmentSheet:
    """部门名册: what the three sheets share."""

    name: str
    title: str
    columns: Sequence[Column]
    layouts: Sequence[Layout]
    amounts: tuple[str, ...] = ()
    dated_amounts: Sequence[str] = ()
    identifying: Sequence[str] = ("id_number", "name")
    # The doubt about two rows that say different things of one thing.
    twice: str = "person_twice"

    def severity(self, code: str) -> str:
        return reasons.severity(code)

    def lasts(self, code: str) -> bool:
        return code not in reasons.PASSING

    def words(self, code: str, detail: Mapping[str, Any], *, english: bool = False) -> Words:
        return reasons.words(code, detail, english=english)

    def coercions(self, on: datetime.date) -> dict[str, Coercion]:
        """Return how the sheet's own columns are read."""
        raise NotImplementedError

    def check_line(self, line: Line, on: datetime.date) -> None:
        """Note the doubts that only this sheet has."""
        raise NotImplementedError

    def check_list(
        self, lines: Sequence[Line], persons: Mapping[str, KnownPerson], context: Context
    ) -> None:
        """Note what rows contradict that are about the same person or household."""

    def statement(self, line: Line) -> Statement:
        """Return what a checked row states."""
        raise NotImplementedError

    def about(self, line: Line) -> tuple[Any, ...]:
        """Return what a row is about: one person, whom the list names once; () is unreadable."""
        return (line.id.key,) if line.id.key else ()

    def check(
        self, rows: Iterable[RawRow], heads: Mapping[int, Head], context: Context
    ) -> list[Group]:
        """Read, check and state every row."""
        rows = list(rows)
        lines = list(self._lines(rows, heads, context))
        _check_repeated(rows, lines)
        self._check_twice(rows, lines)
        known: Mapping[str, KnownPerson] = {}
        if context.known is not None:
            known = context.known.persons({line.id.key for line in lines if line.id.key})
            for line in lines:
                _check_known(line, known)
        self.check_list(lines, known, context)
        return [
            self._group(row, line, known.get(line.id.key or ""))
            for row, line in zip(rows, lines, strict=True)
        ]

    def _lines(
        self, rows: Sequence[RawRow], heads: Mapping[int, Head], context: Context
    ) -> Iterable[Line]:
        shared: dict[str, Coercion] = {
            "name": text(_NAME, person_name),
            "town": text(_TEXT, compact),
        }
        planned = plans(heads, shared | self.coercions(context.dated))
        at = {sheet: head.fields["id_number"] for sheet, head in heads.items()}
        for row, line in zip(rows, read_lines(rows, planned), strict=True):
            line.id = identity(row.cells[at[row.sheet]], on=context.dated)
            check_number(line)
            if line.empty("name"):
                line.doubt("name_missing", "name")
            for amount in self.amounts:
                _check_amount(line, amount)
            _check_town(line, context)
            self.check_line(line, context.dated)
            yield line

    def _check_twice(self, rows: Sequence[RawRow], lines: Sequence[Line]) -> None:
        """Doubt rows about one thing that differ: nobody can say which of them counts."""
        named: dict[tuple[Any, ...], list[tuple[RawRow, Line]]] = {}
        for row, line in zip(rows, lines, strict=True):
            if about := self.about(line):
                named.setdefault(about, []).append((row, line))
        for same in named.values():
            if len({_written(row) for row, _ in same}) == 1:
                continue
            for _, line in same:
                others = [str(other.number) for _, other in same if other is not line]
                line.doubt(self.twice, "id_number", rows="、".join(others[:_NAMED]))

    def _group(self, row: RawRow, line: Line, known: KnownPerson | None) -> Group:
        place = line.sheet, line.number
        # Rows that are compared with each other: equal ones, those of one person, of one household.
        compared = {_BETWEEN.join(_written(row)), line.id.key, known and f"户{known.household}"}
        ties = frozenset(filter(None, compared))
        group = Group(f"{line.sheet}.{line.number}", [place], [], line.found, ties)
        if not any(reasons.must_fix(doubt.code) for doubt in line.found):
            group.statements.append(self.statement(line))
        return group


def _check_amount(line: Line, name: str) -> None:
    value = line.v.get(name)
    if value is not None and value < 0:
        line.doubt("amount_negative", name)


def _check_town(line: Line, context: Context) -> None:
    """Doubt a town that is not understood: whose silence the list means hangs on it."""
    region, town = context.region, line.v.get("town")
    if not (town and region) or RegionCode(region).level >= Level.TOWN:
        return
    if not context.places.town(region, town):
        line.doubt("list_town_unknown", "town")


def _check_repeated(rows: Sequence[RawRow], lines: Sequence[Line]) -> None:
    seen: dict[tuple[str, ...], Line] = {}
    for row, line in zip(rows, lines, strict=True):
        first = seen.setdefault(_written(row), line)
        if first is not line:
            line.doubt("row_duplicate", "id_number", rows=str(first.number))


def _written(row: RawRow) -> tuple[str, ...]:
    """Return what makes a row the same as another: its cells; a running number is no difference."""
    cells = tuple(cell.strip() for cell in row.cells)
    return cells[1:] if cells and cells[0].isdigit() else cells


def _check_known(line: Line, known: Mapping[str, KnownPerson]) -> None:
    if not line.id.key:
        return
    person = known.get(line.id.key)
    if person is None:
        line.doubt("person_unknown", "id_number")
    elif line.v["name"] is not None and person.name != line.v["name"]:
        line.doubt("name_mismatch", "name")


def _check_sum(line: Line, difference: int) -> None:
    if difference > 1:
        yuan = f"{difference / 100:.2f}"
        line.doubt("amount_sum", "self_pay", "total", "basic", "serious", yuan=yuan)


class DibaoSheet(DepartmentSheet):
    """低保名册"""

    name = "dibao"
    title = "低保在册人员名册"
    columns = layouts.DIBAO_COLUMNS
    layouts = layouts.DIBAO_LAYOUTS
    amounts = ("amount",)

    def coercions(self, on: datetime.date) -> dict[str, Coercion]:
        day = day_until(on)
        return {
            "category": choice(codes.AID_KINDS),
            "grade": choice(codes.GRADES),
            "amount": fen("amount_not_number"),
            "since": day,
            "grace_since": day,
        }

    def check_line(self, line: Line, on: datetime.date) -> None:
        if line.empty("amount"):
            line.doubt("amount_missing", "amount")
        since, grace = line.v.get("since"), line.v.get("grace_since")
        if since and grace and grace < since:
            line.doubt("date_order", "grace_since", "since")

    def check_list(
        self, lines: Sequence[Line], persons: Mapping[str, KnownPerson], context: Context
    ) -> None:
        check_leaving(lines, persons, context)

    def statement(self, line: Line) -> DibaoStatement:
        values = line.v
        category = values.get("category") or "农村低保"
        return DibaoStatement(
            origin=Origin(line.sheet, line.number),
            id_raw=line.id.number,
            name=values["name"],
            whole_household=category != codes.SINGLE_PERSON,
            grade=values["grade"] or "",
            monthly_fen=values["amount"],
            since=values.get("since"),
            grace_since=values.get("grace_since"),
            destitute=category == codes.DESTITUTE,
            urban=category == codes.URBAN,
            grace_stated="grace_since" in values,
        )


class HospitalSheet(DepartmentSheet):
    """医保住院表"""

    name = "hospital"
    title = "医保住院费用表"
    twice = "stay_twice"
    columns = layouts.HOSPITAL_COLUMNS
    layouts = layouts.HOSPITAL_LAYOUTS
    amounts = ("total", "basic", "serious", "self_pay")

    def coercions(self, on: datetime.date) -> dict[str, Coercion]:
        day = day_until(on)
        amount = fen("amount_not_number", limits=LIMITS["bill", "total_fen"])
        return {
            "admitted": day,
            "discharged": day,
            "diagnosis": text(_TEXT, words),
            "hospital": text(_TEXT, compact),
        } | dict.fromkeys(self.amounts, amount)

    def about(self, line: Line) -> tuple[Any, ...]:
        values = line.v
        stay = line.id.key, values["hospital"], values["admitted"], values["discharged"]
        return stay if all(stay) else ()

    def check_line(self, line: Line, on: datetime.date) -> None:
        values = line.v
        for name in ("admitted", "discharged"):
            if line.empty(name):
                line.doubt("date_invalid", name)
        if line.empty("total"):
            line.doubt("amount_not_number", "total")
        if line.empty("self_pay"):
            line.doubt("amount_missing", "self_pay")
        if (
            values["admitted"]
            and values["discharged"]
            and values["discharged"] < values["admitted"]
        ):
            line.doubt("date_order", "discharged", "admitted")
        parts: list[int] = [values[name] for name in self.amounts if values.get(name) is not None]
        if len(parts) == len(self.amounts) and min(parts) >= 0:
            _check_sum(line, abs(parts[0] - sum(parts[1:])))

    def check_list(
        self, lines: Sequence[Line], persons: Mapping[str, KnownPerson], context: Context
    ) -> None:
        read = [(line, self.about(line)) for line in lines]
        check_stays([(line, Stay(*about[1:])) for line, about in read if about], context)

    def statement(self, line: Line) -> BillStatement:
        values = line.v
        return BillStatement(
            origin=Origin(line.sheet, line.number),
            id_raw=line.id.number,
            name=values["name"],
            hospital=values["hospital"] or "",
            diagnosis=values.get("diagnosis") or "",
            admitted=values["admitted"],
            discharged=values["discharged"],
            total_fen=values["total"],
            basic_fen=values.get("basic"),
            serious_fen=values.get("serious"),
            self_pay_fen=values.get("self_pay"),
        )


class DisabilitySheet(DepartmentSheet):
    """残联名册"""

    name = "disability"
    title = "残疾人证持证名册"
    columns = layouts.DISABILITY_COLUMNS
    layouts = layouts.DISABILITY_LAYOUTS

    def coercions(self, on: datetime.date) -> dict[str, Coercion]:
        return {
            "certificate": text(_TEXT, compact),
            "type": choice(codes.DISABILITY_TYPES),
            "grade": choice(codes.DISABILITY_GRADES),
            "since": day_until(on),
        }

    def check_line(self, line: Line, on: datetime.date) -> None:
        """Compare the certificate's number with the person's, and with type and grade.

        Its last digits say type and grade where the cells beside it are empty.
        """
        number = line.v.get("certificate")
        told = identity(number, on=on) if number else NOBODY
        kind, grade = line.v["type"], line.v["grade"]
        if told.disability and not kind and not grade:
            line.v["type"], line.v["grade"] = told.disability[0], told.disability[1]
        differs = told.disability and kind and grade and told.disability != f"{kind}{grade}"
        if differs or (told.key and line.id.key and told.key != line.id.key):
            line.doubt("certificate_differs", "certificate", "type", "grade")

    def statement(self, line: Line) -> DisabilityStatement:
        kind, grade = line.v["type"], line.v["grade"]
        return DisabilityStatement(
            origin=Origin(line.sheet, line.number),
            id_raw=line.id.number,
            name=line.v["name"],
            disability=f"{kind}{grade}" if kind and grade else None,
            since=line.v.get("since"),
        )
