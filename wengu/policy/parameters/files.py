"""参数文件: TOML in, TOML out; the official values and the demonstration values of the package.

One table a value:

    [[parameter]]
    name = "dibao_standard"
    value = "560"            # in the unit of the definition: yuan, 倍, %, months…; codes as a list
    region = "320723"        # code prefix; left out: everywhere
    since = 2019-07-01
    source = "…文件名和文号"
    unverified = true        # 未核实
    simulated = true         # 模拟
"""

import datetime
import itertools
import json
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from wengu.policy.parameters.definitions import definition
from wengu.policy.parameters.shapes import UnknownParameterError
from wengu.policy.parameters.values import (
    ParameterError,
    Value,
    check_region,
    in_force,
    read,
    refuse_twins,
)
from wengu.rules import ParameterValue

_KEYS = {"name", "value", "region", "since", "source", "unverified", "simulated"}
_COUNTY_DIGITS = 6


def _row(number: int, table: dict[str, Any], origin: str) -> Value:
    place = f"{origin} 第 {number} 个参数"
    strange = sorted(set(table) - _KEYS)
    lacking = [key for key in ("name", "value", "since", "source") if not table.get(key)]
    if strange or lacking:
        what = f"不认识 {'、'.join(strange)}" if strange else f"缺少 {'、'.join(lacking)}"
        message = f"{place}：{what}；可写 name、value、region、since、source、unverified、simulated"
        raise ParameterError(message)
    since = table["since"]
    if not isinstance(since, datetime.date) or isinstance(since, datetime.datetime):
        message = f"{place}：since 应为日期，如 since = 2020-07-01（不加引号）"
        raise ParameterError(message)
    region = str(table.get("region", ""))
    try:
        found = definition(table["name"])
        check_region(found, region)
        value = read(found, table["value"])
    except (ParameterError, UnknownParameterError) as error:
        message = f"{place}：{error}"
        raise ParameterError(message) from None
    marks = (table.get("unverified", False), table.get("simulated", False))
    if not all(isinstance(mark, bool) for mark in marks):
        message = f"{place}：unverified、simulated 应为 true 或 false"
        raise ParameterError(message)
    return Value(found.name, region, since, value, str(table["source"]), *marks)


def parse(text: str, *, origin: str) -> tuple[Value, ...]:
    """Return the rows of a parameter file; `origin` names it in errors."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = f"{origin} 不是 TOML 格式的参数文件：{error}"
        raise ParameterError(message) from None
    tables = content.get("parameter", [])
    if set(content) - {"parameter"} or not isinstance(tables, list):
        message = f"{origin}：每个参数应以 [[parameter]] 开头"
        raise ParameterError(message)
    rows = tuple(_row(number, table, origin) for number, table in enumerate(tables, 1))
    refuse_twins(rows)
    return rows


def load(path: Path) -> tuple[Value, ...]:
    """Return the rows of a user's parameter file."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"参数文件 {path} 无法读取：{error}"
        raise ParameterError(message) from None
    return parse(text, origin=path.name)


def _own(name: str) -> tuple[Value, ...]:
    text = files("wengu.policy").joinpath(f"parameters/{name}").read_text(encoding="utf-8")
    return parse(text, origin=name)


@cache
def official() -> tuple[Value, ...]:
    """Return all that production has.

    That is, of the policy what the document or a source of this province gives, and of the data our
    own defaults, 未核实.
    """
    return (*_own("official.toml"), *_own("defaults.toml"))


@cache
def demonstration() -> tuple[Value, ...]:
    """Return the invented values of the demonstration, each 模拟 and 未核实."""
    return _own("demo.toml")


def export(values: Iterable[Value]) -> str:
    """Return the rows as a parameter file; `parse` gives them back."""
    lines = []
    for row in sorted(values, key=lambda row: (row.name, row.region, row.since)):
        codes = sorted(row.value) if isinstance(row.value, frozenset) else row.text
        lines += ["[[parameter]]", f'name = "{row.name}"']
        lines.append(f"value = {json.dumps(codes, ensure_ascii=False)}")
        if row.region:
            lines.append(f'region = "{row.region}"')
        lines.append(f"since = {row.since.isoformat()}")
        lines.append(f"source = {json.dumps(row.source, ensure_ascii=False)}")
        lines += [f"{mark} = true" for mark in ("unverified", "simulated") if getattr(row, mark)]
        lines.append("")
    return "\n".join(lines)


def rule_values(values: Iterable[Value], *, city: str) -> tuple[ParameterValue, ...]:
    """Return the rows as the rule language takes them: the city's own, and its counties'.

    Province and nation are folded into the city's rows; rows of other places are left out.
    """
    here = sorted(
        (r for r in values if city.startswith(r.region) or r.region.startswith(city)),
        key=lambda row: row.name,
    )
    result: dict[tuple[str, str | None, datetime.date], ParameterValue] = {}
    for name, group in itertools.groupby(here, key=lambda row: row.name):
        rows = list(group)
        wide = [row for row in rows if len(row.region) < _COUNTY_DIGITS]
        days = sorted({row.since for row in wide})
        for day in days:
            row = in_force(wide, name, city, day)
            if row is not None:
                result[name, None, day] = ParameterValue(name, row.value, day)
        for row in rows:
            if len(row.region) == _COUNTY_DIGITS:
                key = (name, row.region, row.since)
                result[key] = ParameterValue(name, row.value, row.since, county=row.region)
    return tuple(result.values())
