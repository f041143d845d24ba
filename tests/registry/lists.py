"""Departments' lists for tests, and what the facts say after them."""

import tempfile
from pathlib import Path

from tests.decisions import packs
from tests.decisions.test_facts import rows_of
from tests.registry.sheets import ON, headers
from wengu.decisions import facts
from wengu.decisions.extracts import ALWAYS
from wengu.registry.models import Household

DISABILITY = headers("乡镇|行政村|姓名|身份证号|残疾人证号|残疾类别|残疾等级|发证时间")
HOSPITAL = headers("""
    街道|村庄|姓名|身份证号|入院日期|出院日期|出院诊断疾病名称|医疗机构名称|医疗总费用|基本补偿
    |大病报销金额|自付金额
""")
DIBAO = headers("""
    序号|乡镇|行政村|户主姓名|户主身份证号|姓名|身份证号|救助类别|等级|金额|享受起始日期|渐退起始日期
""")


def dibao(rows, **cells):
    return [
        {
            "序号": str(n), "乡镇": row["乡镇"], "行政村": row["行政村"], "姓名": row["姓名"],
            "身份证号": row["证件号码"], "救助类别": "农村低保", "等级": "B类", "金额": "430",
            "享受起始日期": "2019-01-01",
        } | cells
        for n, row in enumerate(rows, start=1)
    ]  # fmt: skip


def disability(row, **cells):
    return {
        "乡镇": "侍庄街道", "行政村": "树云村", "姓名": row["姓名"], "身份证号": row["证件号码"],
        "残疾类别": "肢体", "残疾等级": "一级", "发证时间": "2018-05-01",
    } | cells  # fmt: skip


def stay(row, **cells):
    return {
        "街道": "侍庄街道", "村庄": "树云村", "姓名": row["姓名"], "身份证号": row["证件号码"],
        "入院日期": "2020-03-01", "出院日期": "2020-03-09", "出院诊断疾病名称": "肺炎",
        "医疗机构名称": "县人民医院", "医疗总费用": "9000", "基本补偿": "4000",
        "大病报销金额": "0", "自付金额": "5000",
    } | cells  # fmt: skip


def said(on=ON, ages=ALWAYS):
    """Facts by household number; the same in the files for everybody."""
    homes = {home.pk: home.number for home in Household.objects.all()}
    seq = facts.latest_seq()
    found = facts.dossiers(households=list(homes), on=on, seq=seq, ages=ages)
    with tempfile.TemporaryDirectory() as folder:
        made = facts.snapshot(
            on=on, seq=seq, folder=Path(folder), pack=packs.everything(), ages=ages
        )
        files = rows_of(made)
    for one in found.values():
        for name, rows in facts.tables(one).items():
            for row in rows:
                kept = files[name][row["id"]]
                assert kept == {column: row[column] for column in kept}, name
    return {homes[key]: one for key, one in found.items()}


def flags(on=ON, name="dibao", **more):
    """What is known of a flag: by household number, of it and of its members in their order."""
    return {
        key: (one.household[name], *(row[name] for row in one.persons))
        for key, one in said(on, **more).items()
    }
