"""A county as its clerks hand it in: a roster, a village sheet and the departments' three lists.

Everything is asked where people ask: the lists of the site as the run of a day kept them, and
`wengu explain` at the shell. The figures are the demonstration's: dibao 610 yuan a month (7,320 a
year, twice is 14,640), line 6,000 (marginal below 9,000, alert below 7,200), months of a shock 6.
"""

import contextlib
import datetime
import json
from collections.abc import Iterator

from django.db import transaction
from django.test import Client, override_settings
from typer.testing import CliRunner

from tests.accounts.factories import signed_in, user
from tests.registry.sheets import ON, ROSTER_2019, headers, home, number, receive, table, xlsx
from wengu.decisions.actions import decide
from wengu.intake import actions as intake
from wengu.ops.cli import app
from wengu.policy.rules import pack
from wengu.regions import actions as regions
from wengu.regions import queries as divisions
from wengu.registry.imports.doors import door_of
from wengu.registry.models import Person

NEXT = ON + datetime.timedelta(days=1)
LISTS = {"household": "/households/", "person": "/persons/", "village": "/villages/"}
ROSTER = [*ROSTER_2019, *headers(
    "受灾日期|监测对象类别|失学或辍学原因|是否参加城乡居民基本养老保险|是否参加城乡居民基本医疗保险"
    "|是否参加城镇职工基本养老保险|是否参加城镇职工基本医疗保险"
)]  # fmt: skip
VILLAGES = headers("行政县|乡镇|行政村|经济薄弱村类型|总户数|总人口数|村级集体经济收入（万元）")
DIBAO = headers("序号|乡镇|行政村|姓名|身份证号|救助类别|等级|金额|享受起始日期|渐退起始日期")
HOSPITAL = headers(
    "街道|村庄|姓名|身份证号|入院日期|出院日期|出院诊断疾病名称|医疗机构名称|医疗总费用|基本补偿"
    "|大病报销金额|自付金额"
)
DISABILITY = headers("乡镇|行政村|姓名|身份证号|残疾人证号|残疾类别|残疾等级|发证时间")
WHERE = {"乡镇": "侍庄街道", "行政村": "树云村"}

Row = dict[str, str]
INSURED = {"是否参加城乡居民基本养老保险": "是", "是否参加城乡居民基本医疗保险": "是",
           "是否参加城镇职工基本养老保险": "否", "是否参加城镇职工基本医疗保险": "否"}  # fmt: skip
UNREGISTERED = {"贫困户属性": "一般农户", "脱贫属性": "", "脱贫年度": "", "主要致贫原因": ""}
UNABLE = {"劳动技能": "无劳动力", "务工状况": "", "务工时间": ""}
CHILD = {"姓名": "张小宝", "与户主关系": "之子", "劳动技能": "无劳动力", "务工状况": "",
         "务工时间": "", "健康状况": "健康", "是否参加城乡居民基本养老保险": "否"}  # fmt: skip


class Sheets:
    """名册: the rows of the county's sheets, and who is called what in the tests."""

    def __init__(self) -> None:
        self.roster: list[Row] = []
        self.dibao: list[Row] = []
        self.hospital: list[Row] = []
        self.disability: list[Row] = []
        self.homes: dict[str, str] = {}
        self.heads: dict[str, str] = {}

    def home(self, name: str, income: str, *members: Row, **cells: str) -> Row:
        """Add a household of a head, and of further members; return the head's row."""
        serial = len(self.homes) + 301
        size = len(members) + 1
        rows = home(serial, size, 人均纯收入=income, **INSURED, **cells)
        for row, own in zip(rows[1:], members, strict=True):
            row |= own
        self.homes[name] = rows[0]["户编号"]
        self.heads[name] = rows[0]["人编号"]
        self.roster += rows
        return rows[0]

    def on_dibao(self, name: str, income: str, **cells: str) -> Row:
        """Add a household that the list of civil affairs names; `cells` are of both sheets."""
        listed = {key: cells.pop(key) for key in ("救助类别", "渐退起始日期") if key in cells}
        kind = {"贫困户属性": "低保脱贫户"} | cells
        row = self.home(name, income, **kind)
        self.dibao.append(
            {**WHERE, "序号": str(len(self.dibao) + 1), "姓名": row["姓名"],
             "身份证号": row["证件号码"], "救助类别": "农村低保", "等级": "B类", "金额": "430",
             "享受起始日期": "2016-01-01"} | listed
        )  # fmt: skip
        return row

    def ill(self, row: Row, diagnosis: str, paid: str, *, discharged: str = "2020-06-01") -> None:
        """Add a stay in hospital of which the family paid so much."""
        self.hospital.append(
            {"街道": "侍庄街道", "村庄": "树云村", "姓名": row["姓名"], "身份证号": row["证件号码"],
             "入院日期": discharged, "出院日期": discharged, "出院诊断疾病名称": diagnosis,
             "医疗机构名称": "县人民医院", "医疗总费用": paid, "基本补偿": "0",
             "大病报销金额": "0", "自付金额": paid}
        )  # fmt: skip

    def certified(self, row: Row, kind: str, grade: str) -> None:
        """Add a certificate of the federation."""
        self.disability.append(
            {**WHERE, "姓名": row["姓名"], "身份证号": row["证件号码"], "残疾类别": kind,
             "残疾等级": grade, "发证时间": "2018-05-01"}
        )  # fmt: skip


def _gradual_exit(sheets: Sheets) -> None:
    for name, income in (
        ("at-standard", "7320.00"), ("above-standard", "7320.01"), ("at-twice", "14640.00"),
        ("above-twice", "14640.01"),
    ):  # fmt: skip
        sheets.on_dibao(name, income)
    sheets.on_dibao("last-day", "10000", 渐退起始日期="2018-07-02")
    sheets.on_dibao("month-left", "10000", 渐退起始日期="2018-08-01")
    sheets.on_dibao("dibao-not-registered", "10000", **UNREGISTERED)
    sheets.on_dibao("urban-dibao", "10000", 救助类别="城市低保")
    # The roster still calls it a dibao household, the list no longer names it.
    sheets.home("dibao-no-more", "10000", 贫困户属性="低保脱贫户")


def _single_person_cover(sheets: Sheets) -> None:
    sheets.certified(sheets.home("limb-1", "14639.99"), "肢体", "一级")
    sheets.certified(sheets.home("limb-1-at-twice", "14640.00"), "肢体", "一级")
    sheets.certified(sheets.home("limb-3", "9000"), "肢体", "三级")
    sheets.ill(sheets.home("cancer", "14639.99"), "肺癌", "100")
    sheets.ill(sheets.home("cold", "14639.99"), "感冒", "100")
    sheets.home("serious", "14639.99", 健康状况="患有大病")
    leaving = sheets.on_dibao("leaving-limb-1", "10000", 渐退起始日期="2018-07-02")
    sheets.certified(leaving, "肢体", "一级")
    sheets.certified(sheets.on_dibao("kept-limb-1", "7320.00"), "肢体", "一级")


def _classes(sheets: Sheets) -> None:
    sheets.home("well-off", "9000.00")
    sheets.home("below-marginal", "8999.99")
    sheets.home("no-labour", "20000", **UNABLE)
    sheets.on_dibao("destitute", "20000", 救助类别="农村特困供养", 贫困户属性="特困供养脱贫户")
    sheets.home("struck", "20000", 受灾日期="2020-06-15", **UNREGISTERED)
    sheets.home("struck-long-ago", "20000", 受灾日期="2020-01-01", **UNREGISTERED)
    sheets.home("struck-registered", "20000", 受灾日期="2020-06-15")
    sheets.ill(sheets.home("ruined", "20000", **UNREGISTERED), "骨折", "10000.01")
    sheets.ill(sheets.home("half-paid", "20000", **UNREGISTERED), "骨折", "10000.00")
    sheets.home("near", "7199.99", **UNREGISTERED)
    sheets.home("watched", "20000", 监测对象类别="边缘易致贫户", **UNREGISTERED)
    sheets.home("steady", "20000", **UNREGISTERED)
    sheets.ill(sheets.home("burdened", "10000"), "骨折", "2800.01")
    sheets.ill(sheets.home("just-above", "10000"), "骨折", "2800.00")


def _houses(sheets: Sheets) -> None:
    danger = {"危房户": "是"}
    sheets.home("house-registered", "20000", **danger)
    sheets.on_dibao("house-dibao", "7000", **UNREGISTERED, **danger)
    sheets.on_dibao("house-destitute", "20000", 救助类别="农村特困供养", **UNREGISTERED, **danger)
    poor = sheets.home("house-poor-disabled", "8999.99", **UNREGISTERED, **danger)
    rich = sheets.home("house-disabled", "9000.00", **UNREGISTERED, **danger)
    for row in (poor, rich):
        sheets.certified(row, "肢体", "三级")
    sheets.home("house-neither", "8999.99", **UNREGISTERED, **danger)


def _insurances(sheets: Sheets) -> None:
    for name, column in (
        ("no-pension", "是否参加城乡居民基本养老保险"),
        ("no-medical", "是否参加城乡居民基本医疗保险"),
        ("no-serious-illness", "参加大病医疗"),
    ):
        sheets.home(name, "20000")
        sheets.roster[-1][column] = "否"
        sheets.home(f"{name}-unregistered", "20000", **UNREGISTERED)
        sheets.roster[-1][column] = "否"


def _children(sheets: Sheets) -> None:
    for serial, (name, birth, cells) in enumerate((
        ("truant", "20080301", {"文化程度": "小学", "失学或辍学原因": "厌学"}),
        ("truant-elsewhere", "20080301", {"文化程度": "小学", "失学或辍学原因": "厌学"}),
        ("pupil", "20080301", {"文化程度": "", "在校生状况": "小学"}),
        ("graduate", "20050301", {"文化程度": "初中", "失学或辍学原因": "其他"}),
        ("said-ill", "20080301", {"文化程度": "小学", "失学或辍学原因": "因病"}),
    )):  # fmt: skip
        papers = {"证件号码": number(birth, 400 + serial)}
        shared = UNREGISTERED if name == "truant-elsewhere" else {}
        sheets.home(f"home-of-{name}", "20000", CHILD | papers | cells, **shared)
        sheets.heads[name] = sheets.roster[-1]["人编号"]


def sheets() -> Sheets:
    """Return the rows of all sheets."""
    made = Sheets()
    made.home("entitled", "7319.99")
    made.home("just-not-entitled", "7320.00")
    for part in (_gradual_exit, _single_person_cover, _classes, _houses, _insurances, _children):
        part(made)
    return made


def _villages() -> list[Row]:
    found = []
    for name, income, status in (
        ("树云村", "18", "省定"), ("陆庄村", "17.9999", "市定"), ("三合村", "8.9999", "否")
    ):  # fmt: skip
        found.append(
            {"行政县": "灌云县", "乡镇": "侍庄街道", "行政村": name, "经济薄弱村类型": status,
             "总户数": "300", "总人口数": "900", "村级集体经济收入（万元）": income}
        )  # fmt: skip
    return found


class County:
    """县: everything taken in through the clerk's doors and decided on two days."""

    def __init__(self) -> None:
        regions.load(by="test")
        divisions.forget()
        made = sheets()
        self.homes = made.homes
        for name, rows, columns in (
            ("花名册", made.roster, ROSTER), ("村表", _villages(), VILLAGES),
            ("低保名册", made.dibao, DIBAO), ("住院表", made.hospital, HOSPITAL),
            ("残联名册", made.disability, DISABILITY),
        ):  # fmt: skip
            batch = receive(xlsx(table(rows, columns)), name=f"{name}.xlsx")
            door = door_of(batch)
            # Nobody insured, out of school in good health: the clerk is asked, and confirms.
            intake.waive_all(batch=batch, reason="已核对", door=door, by="测试")
            batch = intake.apply(batch=batch, door=door, by="测试")
            assert batch.counts["applied"] == len(rows), (name, batch.counts)
        keys = {number: str(key) for number, key in Person.objects.values_list("number", "pk")}
        self.heads = {name: keys[number] for name, number in made.heads.items()}
        self.client: Client = signed_in(user(username="listed"))
        self.held: dict[datetime.date, dict[str, frozenset[str]]] = {}
        for on in (ON, NEXT):
            decide(on=on, by="test")
            self.held[on] = {rule.name: self.listed(rule.name) for rule in pack.rules}

    def listed(self, rule: str) -> frozenset[str]:
        """Return whom the list of the site names to whom the rule applies."""
        path = LISTS[pack.rule(rule).subject]
        found: set[str] = set()
        total, number = 1, 1
        while len(found) < total:
            asked = {"rule": rule, "verdict": "true", "page": str(number)}
            listing = self.client.get(path, asked).context["listing"]
            found |= {row.key for row in listing.rows}
            # Each page of a list brings rows that no page before it had.
            assert listing.rows or not listing.total
            total, number = listing.total, number + 1
        return frozenset(found)

    def called(self, rule: str, on: datetime.date = ON) -> set[str]:
        """Return the names of the households or heads whom the list of a day named."""
        names = self.homes if pack.rule(rule).subject == "household" else self.heads
        return {name for name, key in names.items() if key in self.held[on][rule]}

    def branch(self, name: str, rule: str, on: datetime.date = ON) -> str | None:
        """Return the branch that `wengu explain` tells of a household or of a person of it."""
        home = self.homes.get(name) or self.homes[f"home-of-{name}"]
        found = told(home, on)
        return found[self.heads[name] if pack.rule(rule).subject == "person" else "", rule]

    def branches(self, rule: str, *names: str, on: datetime.date = ON) -> list[str | None]:
        """Return the branches of several, in their order."""
        return [self.branch(name, rule, on) for name in names]


def told(home: str, on: datetime.date) -> dict[tuple[str, str], str | None]:
    """Return the branches of a household, by person ("": its own) and rule, as the shell prints."""
    answer = CliRunner().invoke(app, ["explain", home, "--on", on.isoformat(), "--json"])
    assert answer.exit_code == 0, answer.output
    lines = [json.loads(line) for line in answer.stdout.splitlines()]
    return {
        (str(line["id"]) if line["subject"] == "person" else "", line["rule"]): line["branch"]
        for line in lines
    }


@contextlib.contextmanager
def standing() -> Iterator[County]:
    """Keep one county for the tests of a module, and give the database back as it was."""
    with transaction.atomic(), override_settings(DEMO=True):
        yield County()
        transaction.set_rollback(True)
    divisions.forget()
