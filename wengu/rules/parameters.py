"""参数值: dated values by region; a county's own value beats the city's."""

import dataclasses
import datetime
from collections.abc import Iterable, Mapping

from wengu.rules import kinds
from wengu.rules.errors import RuleError
from wengu.rules.kinds import ParameterDefinition, parameter_kind

Value = int | bool | str | frozenset[str]
_COUNTY_DIGITS = 6


@dataclasses.dataclass(frozen=True)
class ParameterValue:
    """参数值: one dated row; `until` None = until the next row; `county` None = the whole city."""

    name: str
    value: Value
    since: datetime.date
    until: datetime.date | None = None
    county: str | None = None

    def covers(self, on: datetime.date) -> bool:
        """Is the row in force on the day."""
        return self.since <= on and (self.until is None or on < self.until)


class Parameters:
    """参数表: what was set, for whom, from when; what nobody set is unknown."""

    def __init__(self, rows: Iterable[ParameterValue] = ()) -> None:
        self.rows = tuple(sorted(rows, key=lambda row: (row.name, row.county or "", row.since)))
        self._by: dict[tuple[str, str | None], list[ParameterValue]] = {}
        for row in self.rows:
            found = self._by.setdefault((row.name, row.county), [])
            if found and found[-1].since == row.since:
                raise RuleError(
                    "overlapping-parameter",
                    name=row.name,
                    place=row.county or "全市",
                    value=row.since,
                )
            found.append(row)

    def at(self, name: str, on: datetime.date, county: str | None = None) -> Value | None:
        """Return the value in force on the day in the county; None = not set."""
        for place in (county, None) if county else (None,):
            for row in reversed(self._by.get((name, place), ())):
                if row.since <= on:
                    if row.covers(on):
                        return row.value
                    break
        return None

    def counties(self) -> list[str]:
        """Return the counties that have a value of their own, sorted."""
        return sorted({row.county for row in self.rows if row.county})

    def changes_after(self, on: datetime.date, names: Iterable[str]) -> list[datetime.date]:
        """Return the days after `on` on which one of these parameters may change, sorted."""
        wanted = set(names)
        days: set[datetime.date] = set()
        for row in self.rows:
            if row.name in wanted:
                days.update(day for day in (row.since, row.until) if day is not None and day > on)
        return sorted(days)

    def check(self, definitions: Mapping[str, ParameterDefinition]) -> None:
        """Refuse a value of no defined parameter, of the wrong kind, or out of its range."""
        for row in self.rows:
            if row.name not in definitions:
                raise RuleError(
                    "unknown-parameter", name=row.name, known="、".join(definitions) or "无"
                )
            why = _fault(row, definitions[row.name])
            if why:
                raise RuleError("bad-parameter", name=row.name, value=_shown(row.value), why=why)


def _shown(value: Value) -> str:
    return "、".join(sorted(value)) if isinstance(value, frozenset) else str(value)


def _fault(row: ParameterValue, definition: ParameterDefinition) -> str:
    """Return why the row does not fit its definition; empty = it fits."""
    if row.until is not None and row.until <= row.since:
        return "止日不晚于起日"
    if row.county is not None:
        if not definition.county:
            return "这个参数全市统一，不分县区"
        if (
            len(row.county) != _COUNTY_DIGITS
            or not row.county.isascii()
            or not row.county.isdigit()
        ):
            return "县区代码应为 6 位数字"
    return _value_fault(row.value, definition)


def _value_fault(value: Value, definition: ParameterDefinition) -> str:
    if definition.dims == kinds.CODES:
        values = parameter_kind(definition.kind).values
        if not isinstance(value, frozenset) or not all(isinstance(code, str) for code in value):
            return "应为文字集合（frozenset）"
        strange = sorted(value - set(values)) if values else []
        return f"没有代码 {'、'.join(strange)}" if strange else ""
    if definition.dims == kinds.TEXT:
        values = parameter_kind(definition.kind).values
        fits = isinstance(value, str) and (not values or value in values)
        return "" if fits else f"应为其中之一：{'、'.join(values)}" if values else "应为文字"
    if definition.dims == kinds.FLAG:
        return "" if isinstance(value, bool) else "应为 True 或 False"
    if isinstance(value, bool) or not isinstance(value, int):
        return "应为整数（金额以分计）"
    low, high = definition.bounds
    return "" if low <= value <= high else f"应在 {low} 与 {high} 之间"
