"""区划表: the file that `wengu regions load` reads, checked line by line.

Columns: snapshot (date), code12, name, level (市 县 乡 村), parent12 (empty for the city), and
optionally administrative12, the parent in law where it is another one.
"""

import csv
import datetime
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from wengu.kernel.regioncode import Level, RegionCode
from wengu.regions.succession import Listed

COLUMNS = ("snapshot", "code12", "name", "level", "parent12")
LEVELS = {"市": Level.CITY, "县": Level.COUNTY, "乡": Level.TOWN, "村": Level.VILLAGE}
_MOST_PROBLEMS = 20
_NAME_LENGTH = 60

Editions = dict[tuple[RegionCode, datetime.date], dict[str, Listed]]


class BadListing(ValueError):
    """区划表有误: every problem with its line, so that the file can be mended at once."""


def read(file: Path) -> Editions:
    """Read and check the file: {(city, date): {code: line}}; BadListing names what is wrong."""
    problems: list[str] = []
    editions: Editions = {}
    by_date: dict[datetime.date, dict[str, Listed]] = defaultdict(dict)
    for number, row in enumerate(_rows(file), start=2):
        try:
            date, line = _line(row)
            if line.code in by_date[date]:
                raise ValueError(f"代码 {line.code} 在 {date} 版中重复")
            by_date[date][line.code] = line
        except ValueError as problem:
            problems.append(f"第 {number} 行：{problem}")
    for date, lines in by_date.items():
        problems += _check_parents(date, lines)
        for line in lines.values():
            editions.setdefault((line.code.at(Level.CITY), date), {})[line.code] = line
    problems += [
        f"{date} 版缺少市级条目 {city}"
        for (city, date), lines in editions.items()
        if city not in lines
    ]
    if problems or not editions:
        shown = problems[:_MOST_PROBLEMS] or ["没有任何条目"]
        more = f"……另有 {len(problems) - len(shown)} 处" if len(problems) > len(shown) else ""
        raise BadListing(
            f"区划表 {file.name} 有 {len(problems)} 处错误：\n" + "\n".join(shown) + more
        )
    return editions


def _rows(file: Path) -> list[dict[str, str]]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise BadListing(f"找不到区划表 {file}") from None
    except UnicodeDecodeError:
        raise BadListing(f"区划表 {file.name} 不是 UTF-8 编码：请另存为 CSV UTF-8") from None
    reader = csv.DictReader(text.splitlines())
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or [])]
    if missing:
        raise BadListing(
            f"区划表 {file.name} 缺少列 {'、'.join(missing)}：表头应为 {','.join(COLUMNS)}"
        )
    return [{key: (value or "").strip() for key, value in row.items() if key} for row in reader]


def _line(row: Mapping[str, str]) -> tuple[datetime.date, Listed]:
    try:
        date = datetime.date.fromisoformat(row["snapshot"])
    except ValueError:
        raise ValueError(f"日期 {row['snapshot']!r} 应写作 2023-06-30") from None
    code, level = _code(row["code12"]), LEVELS.get(row["level"])
    if level is None:
        raise ValueError(f"级次 {row['level']!r} 应为 市、县、乡、村 之一")
    if code.level != level:
        raise ValueError(f"代码 {code} 不是{row['level']}级代码")
    if not 0 < len(row["name"]) <= _NAME_LENGTH:
        raise ValueError(f"代码 {code} 的名称为空或过长")
    parent = _code(row["parent12"]) if row["parent12"] else None
    if (parent is None) != (level == Level.CITY) or (parent and parent != code.parent):
        raise ValueError(f"代码 {code} 的上级应为 {code.parent if level > Level.CITY else '空'}")
    in_law = row.get("administrative12", "")
    return date, Listed(code, row["name"], parent, _code(in_law) if in_law else None)


def _code(text: str) -> RegionCode:
    try:
        code = RegionCode(text)
    except ValueError as problem:
        raise ValueError(str(problem)) from None
    if code != text:
        raise ValueError(f"代码 {text!r} 应为 12 位数字")
    return code


def _check_parents(date: datetime.date, lines: Mapping[str, Listed]) -> list[str]:
    return [
        f"{date} 版中代码 {line.code} 的上级 {parent} 不在表内"
        for line in lines.values()
        for parent in (line.parent, line.administrative_parent)
        if parent is not None and parent not in lines
    ]
