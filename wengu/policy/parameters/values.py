"""参数值: dated rows with region and source; the one in force for a county on a day."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from wengu.kernel import money
from wengu.policy.parameters.definitions import definition
from wengu.policy.parameters.shapes import Definition

Stored = int | frozenset[str]
"""A value as rules see it: fen, basis points, months, number, yyyymmdd, or a set of codes."""

_BP_PER_UNIT = {"倍": 10_000, "%": 100}
_EVERYWHERE = ""
_MAX_REGION_DIGITS = 6


class ParameterError(ValueError):
    """参数错误: a value that cannot be used, with the reason and the remedy."""


@dataclass(frozen=True, slots=True)
class Value:
    """参数值: one row; `region` is a code prefix, empty for everywhere; in force from `since`.

    `unverified` (未核实): neither the document nor a source for this place gives the figure.
    `simulated` (模拟): an invented figure, for demonstration only.
    """

    name: str
    region: str
    since: datetime.date
    value: Stored
    source: str
    unverified: bool = False
    simulated: bool = False

    @property
    def definition(self) -> Definition:
        """Return what the value is a value of."""
        return definition(self.name)

    @property
    def text(self) -> str:
        """Return the value as it is written in a file: yuan, 倍, %, a day, or codes."""
        return write(self.definition, self.value)


def _whole(found: Definition, text: str, factor: int) -> int:
    try:
        scaled = Decimal(text) * factor
    except InvalidOperation:
        message = f"参数 {found.name}（{found.term}）的值 {text!r} 不是数字，单位应为{found.unit}"
        raise ParameterError(message) from None
    if not scaled.is_finite() or scaled != scaled.to_integral_value():
        message = f"参数 {found.name}（{found.term}）的值 {text} 过细或不是有限数"
        raise ParameterError(message)
    return int(scaled)


def _day(found: Definition, raw: object) -> int:
    try:
        day = raw if isinstance(raw, datetime.date) else datetime.date.fromisoformat(str(raw))
    except ValueError:
        message = f"参数 {found.name}（{found.term}）的值 {raw!r} 不是日期，应写作 2020-06-30"
        raise ParameterError(message) from None
    return day.year * 10_000 + day.month * 100 + day.day


def _codes(found: Definition, raw: object) -> frozenset[str]:
    codes = [part.strip() for part in raw.split(",")] if isinstance(raw, str) else raw
    if not isinstance(codes, list) or not codes or not all(isinstance(c, str) and c for c in codes):
        message = f'参数 {found.name}（{found.term}）应为代码列表，如 ["41", "42"]'
        raise ParameterError(message)
    strange = sorted(set(codes).difference(found.choices)) if found.choices else []
    if strange:
        known = f"{found.choices[0]}～{found.choices[-1]}"
        message = (
            f"参数 {found.name}（{found.term}）没有代码 {'、'.join(strange)}：应在 {known} 之中"
        )
        raise ParameterError(message)
    return frozenset(codes)


def read(found: Definition, raw: object) -> Stored:
    """Return the stored form of a written value; refuse what does not fit the definition."""
    if found.kind == "codes":
        return _codes(found, raw)
    if isinstance(raw, bool | float):
        message = f'参数 {found.name}（{found.term}）请写整数或带引号的小数，如 "1.5"'
        raise ParameterError(message)
    if found.kind == "day":
        number = _day(found, raw)
    elif found.kind == "money":
        number = _whole(found, str(raw), money.FEN_PER_YUAN)
    else:
        number = _whole(found, str(raw), _BP_PER_UNIT.get(found.unit, 1))
    if found.low is not None and found.high is not None and not found.low <= number <= found.high:
        low, high = write(found, found.low), write(found, found.high)
        message = f"参数 {found.name}（{found.term}）的值 {raw} 超出 {low}～{high} {found.unit}"
        raise ParameterError(message)
    return number


def decimals(found: Definition) -> int:
    """Return how many decimals a written number may have."""
    factor = money.FEN_PER_YUAN if found.kind == "money" else _BP_PER_UNIT.get(found.unit, 1)
    return len(str(factor)) - 1


def write(found: Definition, value: Stored) -> str:
    """Return a stored value as people write it, without its unit; `read` gives it back."""
    if isinstance(value, frozenset):
        return ",".join(sorted(value))
    if found.kind == "day":
        return f"{value // 10_000:04}-{value // 100 % 100:02}-{value % 100:02}"
    factor = money.FEN_PER_YUAN if found.kind == "money" else _BP_PER_UNIT.get(found.unit, 1)
    text = f"{Decimal(value) / factor:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def check_region(found: Definition, region: str) -> None:
    """Refuse a region that is no code prefix, or a county row of what counties may not set."""
    if region and not (region.isascii() and region.isdigit() and len(region) in {2, 4, 6}):
        message = f"参数 {found.name} 的地区 {region!r} 应为 2、4 或 6 位区划代码，或留空表示全部"
        raise ParameterError(message)
    if len(region) == _MAX_REGION_DIGITS and not found.county:
        message = f"参数 {found.name}（{found.term}）不分县（区），地区 {region} 应为省或市"
        raise ParameterError(message)


def in_force(values: Iterable[Value], name: str, county: str, on: datetime.date) -> Value | None:
    """Return the row in force in a county on a day, or None: nearest region, then newest."""
    fitting = [
        row
        for row in values
        if row.name == name and row.since <= on and county.startswith(row.region)
    ]
    return max(fitting, key=lambda row: (len(row.region), row.since), default=None)


def refuse_twins(values: Iterable[Value]) -> None:
    """Refuse two rows of one parameter for the same region and day."""
    seen: set[tuple[str, str, datetime.date]] = set()
    for row in values:
        key = (row.name, row.region, row.since)
        if key in seen:
            message = f"参数 {row.name} 在地区 {row.region or '全部'} 自 {row.since} 起有两个值"
            raise ParameterError(message)
        seen.add(key)


def assign(values: tuple[Value, ...], text: str) -> tuple[Value, ...]:
    """Return the rows with NAME=VALUE or NAME@REGION=VALUE put over all rows of that region."""
    name, equals, raw = text.partition("=")
    name, _, region = name.strip().partition("@")
    if not equals or not raw.strip():
        message = f"{text!r} 应写作 参数名=值，或 参数名@区划代码=值"
        raise ParameterError(message)
    found = definition(name)
    check_region(found, region)
    kept = tuple(row for row in values if row.name != name or not row.region.startswith(region))
    value = read(found, raw.strip())
    row = Value(name, region, datetime.date.min, value, "命令行设定", unverified=True)
    return (*kept, row)
