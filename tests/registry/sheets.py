"""Sheets for tests: rosters of made people, written as a clerk's file would be."""

import csv
import datetime
import io
from pathlib import Path

import xlsxwriter

from wengu.documents.actions import store
from wengu.intake import actions
from wengu.kernel.idcard import complete
from wengu.registry.imports.doors import DOORS, door_of

ON = datetime.date(2020, 7, 1)
COUNTY = "320723000000"


def headers(text):
    """The headers of a sheet, written in one text."""
    return text.replace("\n", "").replace(" ", "").split("|")


ROSTER_2019 = headers("""
    行政县|乡镇|行政村|自然村|户编号|人编号|姓名|证件号码|人数|与户主关系|民族|文化程度|在校生状况
    |健康状况|劳动技能|务工状况|务工时间|参加大病医疗|脱贫属性|脱贫年度|贫困户属性|主要致贫原因
    |危房户|饮水安全|饮水困难|人均纯收入|联系电话
""")


def number(birth="19700101", serial=1, *, male=True, extra=""):
    """A valid made number: its serial decides the last digits, odd for a man."""
    return complete(f"320723{birth}{serial * 2 + male:03d}") + extra


def person(**cells):
    row = {
        "行政县": "灌云县", "乡镇": "侍庄街道", "行政村": "树云村", "自然村": "东庄",
        "户编号": "320723001", "人编号": "32072300101", "姓名": "王建国", "证件号码": number(),
        "人数": "1", "与户主关系": "户主", "民族": "汉族", "文化程度": "初中", "在校生状况": "",
        "健康状况": "长期慢性病", "劳动技能": "普通劳动力", "务工状况": "省外", "务工时间": "8",
        "参加大病医疗": "是", "脱贫属性": "已脱贫", "脱贫年度": "2018", "贫困户属性": "一般脱贫户",
        "主要致贫原因": "因病", "危房户": "否", "饮水安全": "是", "饮水困难": "否",
        "人均纯收入": "8640.50", "联系电话": "13800000001",
    }  # fmt: skip
    return row | cells


def home(serial, size=2, **cells):
    """The rows of one household, all of them clean."""
    shared = {
        "户编号": f"320723{serial:06d}", "人数": str(size), "联系电话": f"1380000{serial:04d}",
    }  # fmt: skip
    rows = []
    for place in range(size):
        own = {"人编号": f"320723{serial:06d}{place + 1:02d}", "姓名": "王李张赵"[place] + "建国"}
        if place == 0:
            own["证件号码"] = number("19600101", serial)
        elif place == 1:
            own |= {"与户主关系": "配偶", "证件号码": number("19620101", serial, male=False)}
        else:
            own |= {"与户主关系": "之子", "证件号码": number(f"19850{place}01", serial)}
        rows.append(person(**(shared | own | cells)))
    return rows


def table(rows, headers=ROSTER_2019, *, titles=2, total=True):
    """The cells of a sheet: titles, header, rows, 合计."""
    width = len(headers)
    cells = [["模拟数据"] + [""] * (width - 1) for _ in range(titles)]
    cells.append(list(headers))
    cells += [[row.get(header, "") for header in headers] for row in rows]
    if total:
        cells.append(["合计"] + [""] * (width - 1))
    return cells


def xlsx(*tables, names=()):
    """A workbook with one sheet for each table; text stays text, numbers stay numbers."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        for place, cells in enumerate(tables):
            sheet = book.add_worksheet(names[place] if names else None)
            for r, row in enumerate(cells):
                for c, value in enumerate(row):
                    if isinstance(value, str):
                        sheet.write_string(r, c, value)
                    else:
                        sheet.write(r, c, value)
    return buffer.getvalue()


def text(cells, encoding="utf-8-sig"):
    """A text table."""
    buffer = io.StringIO()
    csv.writer(buffer).writerows(cells)
    return buffer.getvalue().encode(encoding)


def receive(content, *, name="花名册.xlsx", on=ON, region=COUNTY, period=2019, by="测试"):
    """Receive and check a file; return the batch."""
    document = store(content=content, name=name, by=by)
    batch = actions.receive(document=document, region=region, dated=on, period=period, by=by)
    return actions.check(batch=batch, doors=DOORS, by=by)


def take_in(content, **more):
    """Receive, check and apply a file; return the batch."""
    batch = receive(content, **more)
    return actions.apply(batch=batch, door=door_of(batch), by="测试")


def take_in_file(path: Path, *, confirm=True, **more):
    """Take a file of the model city in, confirming what is only to be checked."""
    batch = receive(path.read_bytes(), name=path.name, **more)
    if confirm:
        actions.waive_all(batch=batch, reason="模拟数据", door=door_of(batch), by="测试")
    return actions.apply(batch=batch, door=door_of(batch), by="测试")
