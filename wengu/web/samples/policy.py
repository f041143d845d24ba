"""条款、总览、差异样张."""

import json
from datetime import date
from functools import cache
from importlib.resources import files

from wengu import policy as document
from wengu.web import drawing
from wengu.web.samples import surround
from wengu.web.screens import (
    Area,
    Choropleth,
    ClausePage,
    Difference,
    Movement,
    Overview,
    Reading,
    Sentence,
    Step,
    StepChart,
    Words,
)
from wengu.web.shapes import (
    Absent,
    Action,
    Cell,
    Change,
    Column,
    Figure,
    Link,
    Mark,
    Notice,
    Pager,
    Row,
    Table,
    Text,
    Unverified,
    Verdict,
)

_LIST = "/parts/list/"
# County, code, registered, four classes, open, share in basis points.
_COUNTIES = (
    ("连云区", "320703", 4120, 2925, 247, 659, 206, 83, 600),
    ("海州区", "320706", 11360, 7498, 909, 2045, 682, 226, 800),
    ("赣榆区", "320707", 31480, 18888, 3463, 6611, 1574, 944, 1100),
    ("东海县", "320722", 30240, 17539, 3629, 6653, 1814, 605, 1200),
    ("灌云县", "320723", 36910, 18455, 5979, 9523, 2215, 738, 1620),
    ("灌南县", "320724", 32870, 18078, 4602, 7560, 1644, 986, 1400),
    ("经济技术开发区①", "", 1980, 1465, 99, 297, 79, 40, 500),
    ("高新技术产业开发区①", "", 1040, 749, 62, 166, 42, 21, 600),
)
_CHANGES = (
    ("高质量已脱贫", 18463, 3, 11, 18455, "收入核算 11，走访 3"),
    ("低收入边缘", 5954, 29, 4, 5979, "住院费用 21，收入核算 9，离乡 3"),
    ("兜底脱贫", 9519, 6, 2, 9523, "残疾证 6，死亡 2"),
    ("非建档立卡边缘", 2211, 5, 1, 2215, "防贫保报案 4，走访 2"),
    ("待核", 763, 18, 43, 738, "医保表到数 43，缺新月份 18"),
)


def _number(value: int, *, strong: bool = False) -> Link:
    return Link(f"{value:,}", _LIST, strong=strong)


@cache
def _outlines() -> tuple[int, dict[str, drawing.Outline]]:
    source = files("wengu.regions").joinpath("data/counties.geojson").read_text("utf-8")
    return drawing.outlines(json.loads(source), drawing.MAP_WIDTH)


def city_map() -> Choropleth:
    """低收入边缘户占在册户, by county."""
    height, outlines = _outlines()
    areas = tuple(
        Area(name, _LIST, share, f"{share / 100:.1f}%", outlines[code], current=code == "320723")
        for name, code, *_, share in _COUNTIES
        if code
    )
    return Choropleth(
        "低收入边缘户占在册户", drawing.MAP_WIDTH, height, areas, (800, 1200, 1500),
        ("不到 8%", "8% 至 12%", "12% 至 15%", "15% 及以上"), change_url="/parts/overview/",
    )  # fmt: skip


def _county_table() -> Table:
    heads = ("在册", "高质量\n已脱贫", "低收入\n边缘", "兜底\n脱贫", "非建档\n立卡边缘", "待核", "边缘占比\n（%）")
    rows = [
        Row(
            (
                Link(name, _LIST),
                *(_number(n, strong=not i) for i, n in enumerate(numbers)),
                f"{share / 100:.1f}",
            ),
            current=code == "320723",
        )
        for name, code, *numbers, share in _COUNTIES
    ]
    sums = [sum(int(county[i]) for county in _COUNTIES) for i in range(2, 8)]
    rows.append(Row(("全市", *(_number(n) for n in sums), "12.7"), total=True))
    columns = (Column("县区"), *(Column(head, numeric=True) for head in heads))
    return Table("按县区", columns, tuple(rows))


def overview() -> Overview:
    """分类帮扶总览 of the city."""
    figures = (("在册", 150_000), ("高质量已脱贫", 85_597), ("低收入边缘", 18_990), ("兜底脱贫", 33_514),
               ("非建档立卡边缘", 8_256), ("待核，分不了类", 3_643))  # fmt: skip
    changes = tuple(
        Row((kind, then, _number(came), _number(went), _number(now, strong=True), why))
        for kind, then, came, went, now, why in _CHANGES
    )
    heads = ("昨日", "进入", "离开", "今日")
    return Overview(
        title="分类帮扶总览", crumbs=(Link("连云港市"),), clause="2.1", clause_url="/parts/clause/",
        quote="制定分类标准，实行分类管理",
        actions=(
            Action("导出 Excel", "?export=xlsx", desk_only=True),
            Action("导出图片", "?export=png", desk_only=True),
            Action("写入通报", "/parts/", method="post"),
        ),
        figures=tuple(Figure(label, value, "户", _LIST) for label, value in figures),
        map=city_map(), heading="按县区", note=("单位：户", Link("换成人", "?unit=persons")),
        table=_county_table(),
        footnote="① 统计用区划，没有行政界线，图上不单独成块。表中各数等于点开后名单的条数。",
        changes_title="灌云县：比 2020-06-30 的变化",
        changes_note=("第 182 → 183 次运行", Link("看名单", "/parts/diff/")),
        changes=Table(
            "比昨日的变化",
            (Column("类别"), *(Column(h, numeric=True) for h in heads), Column("为什么变（事实 / 政策 / 时间）")),
            changes,
            records=True,
        ),
    )  # fmt: skip


def _moved(counts: tuple[int, ...]) -> tuple[Figure, ...]:
    return tuple(Figure("", n, "户", "?list=1") for n in counts)


def _movement(rule: str, clause: str, counts: tuple[int, ...]) -> Movement:
    url = "/parts/clause/" if clause else ""
    return Movement(rule, clause, url, _moved(counts[:4]), _moved(counts[4:8]), _moved(counts[8:])[0])


def _diff_row(name: str, village: str, rule: str, old: Verdict, new: Verdict, *rest: Cell) -> Row:
    head = Link(name, "/parts/household/", village, strong=True)
    change = Change(Mark(old), Mark(new))
    return Row((head, rule, change, *rest, Link("看理由", "/parts/household/#near-poverty")))


def difference() -> Difference:
    """第 182 次 → 第 183 次."""
    heads = ("户", "规则", "昨日 → 今日", "原因", "变的是什么", "来源", "日期", "办理")
    rows = (
        _diff_row("李丁四", "披甲墩村", "近贫预警", "false", "unknown", "事实",
                  "缺 2020 年 6 月住院自付金额", "县医保局 6 月表未到", date(2020, 7, 1)),
        _diff_row("曹己八", "朱韩村", "骤贫处置", "false", "true", "事实",
                  ("净自付住院费", Change("0.00 元", "18,460.00 元")), "县医保局住院费用表", date(2020, 6, 30)),
        _diff_row("陈癸十", "郑庄村", "渐退期", "false", "true", "事实",
                  ("人均年收入", Change("5,760.00 元", "7,260.00 元")), "2019 年收入核算表", date(2020, 6, 29)),
        _diff_row("尤壬十", "山西村", "渐退期", "true", "false", "时间", "24 个月期满（2018-07-01 起）",
                  "权益日历", date(2020, 7, 1)),
        _diff_row("蒋丙四", "官路口村", "近贫预警", "true", "false", "时间", "风险期满 6 个月，措施已落实 2 条",
                  "办件 2019-1207", date(2020, 7, 1)),
        _diff_row("孙丙三", "任庄村", "单人保", "unknown", "true", "事实",
                  ("残疾等级", Change(None, "肢体二级")), "县残联名单第 6 批", date(2020, 6, 30)),
        _diff_row("许癸一", "向阳村", "近贫预警", "unknown", "false", "事实",
                  ("2020 年自付", Change(None, "1,320.50 元")), "县医保局住院费用表", date(2020, 6, 30)),
    )  # fmt: skip
    return Difference(
        title="认定运行差异：第 182 次 → 第 183 次", crumbs=(surround.CITY, Link("灌云县")),
        meta="2020-06-30 06:00（快照 77b0e41d，政策 2020.1）→ 2020-07-01 06:00（快照 9f3ac21e，政策 2020.1）・ 36,910 户",
        actions=(
            Action("换两次比", "?pick=1"), Action("导出名单", "?export=xlsx", desk_only=True),
            Action("生成今日工作清单", "/parts/", kind="primary", method="post"),
        ),
        notice=Notice("政策与参数没有变。148 处进出：140 处因事实，8 处因时间（到期）；另有 9 处只变内容。同一快照重算一次，结果逐位相同。"),
        unit="户",
        movements=(
            _movement("近贫预警", "2.4.5", (21, 21, 0, 0, 11, 7, 0, 4, 6)),
            _movement("渐退期", "2.4.3", (5, 5, 0, 0, 5, 2, 0, 3, 3)),
            _movement("单人保", "2.4.3", (8, 8, 0, 0, 1, 1, 0, 0, 0)),
            _movement("骤贫处置", "2.4.5", (2, 2, 0, 0, 1, 0, 0, 1, 0)),
            _movement("低收入边缘（户类）", "2.1.5", (29, 29, 0, 0, 4, 4, 0, 0, 0)),
            _movement("待核（任一条）", "", (18, 18, 0, 0, 43, 43, 0, 0, 0)),
        ),
        filters=(("镇：", Text("伊山镇", strong=True), Link("换", "?town=1")), "13 户，显示 7 户",
                 ("规则：", Link("全部", "?rule=1")),
                 ("原因：", Text("全部", strong=True), Link("事实", "?c=1"), Link("政策", "?c=2"), Link("时间", "?c=3"))),
        table=Table("名单", tuple(Column(head) for head in heads), rows, records=True),
        pager=Pager(1, 7, 13, 1, 2, next_url="?page=2", url="/parts/diff/"),
    )  # fmt: skip


def _words(sentence: str, deciding: tuple[str, ...]) -> tuple[Words, ...]:
    """Split a sentence at its deciding words."""
    parts: list[Words] = []
    for phrase in deciding:
        before, found, sentence = sentence.partition(phrase)
        parts += [Words(before), Words(found, deciding=True)]
    return (*parts, Words(sentence))


_DECIDING = (
    "现有农村低保户中的建档立卡低收入家庭，年人均收入超过低保最低标准但在2倍以内的，给予不超过2年的渐退期",
    "人均收入低于低保标准2倍的重残、重病人员，实施“单人保”",
)
_READINGS = (
    Reading("“超过”", "＞ 标准 × 12", "严格大于；等于标准仍吃低保"),
    Reading("“在2倍以内”", "≤ 标准 × 12 × 2", "含 2 倍"),
    Reading("“低于……2倍”", "＜ 标准 × 12 × 2", "不含 2 倍；正好 2 倍走渐退期"),
    Reading("“不超过2年”", "≤ 24 个月", "从起始日算，期满当天结束"),
    Reading("“重残、重病”", "类别与病种表", ("文件未列，作参数，", Link("决定记录 7", "/parts/clause/"))),
    Reading("两条都符合", "先渐退，后单人", ("不重复享受，", Link("决定记录 9", "/parts/clause/"))),
)


def chart() -> StepChart:
    """农村低保标准, with a planned step."""
    return StepChart(
        "参数：农村低保标准",
        (
            Step(date(2018, 7, 1), 42000, "420.00"), Step(date(2019, 7, 1), 46000, "460.00"),
            Step(date(2020, 1, 1), 50000, "500.00"),
            Step(date(2020, 10, 1), 54000, "540.00", planned=True),
        ),
        date(2020, 7, 1),
    )  # fmt: skip


def chart_table() -> Table:
    """The same steps as a table, newest first."""
    both = "华辛八、金癸十"
    columns = (Column("起"), Column("元/月", numeric=True), Column("来源"), Column("两人核定"))
    rows = (
        Row((date(2020, 10, 1), "540.00", "拟定，待第二人核定", Absent(applies=False))),
        Row((date(2020, 1, 1), "500.00", "演示值", both)),
        Row((date(2019, 7, 1), "460.00", "演示值", both)),
        Row((date(2018, 7, 1), "420.00", "演示值", both)),
    )
    return Table("农村低保标准历次取值", columns, rows)


def clause_page() -> ClausePage:
    """二（四）3."""
    counties = ("全市", "连云区", "海州区", "赣榆区", "东海县", "灌云县", "灌南县", "经开区", "高新区", "待核")
    held = (9214, 182, 540, 1864, 1732, 2438, 2297, 104, 57, 1208)
    alone = (1126, 24, 71, 236, 219, 301, 252, 15, 8, 344)
    parameters = (
        ("农村低保标准", "500.00 元/月", "灌云县", ("演示值", Unverified())),
        ("渐退上限倍数", "2 倍", "全市", "二（四）3 原文"),
        ("渐退期最长", "24 个月", "全市", "二（四）3 原文"),
        ("重残范围", "一、二级；三级智力、精神", "全市", ("外市做法，演示", Unverified())),
        ("重病范围", "30 种", "全市", ("外市做法，演示", Unverified())),
    )
    columns = (Column("参数"), Column("现值", numeric=True), Column("范围"), Column("来源"))
    return ClausePage(
        title="渐退期与单人保", number="2.4.3",
        crumbs=(Link("政策条款", "/parts/clause/"), Link("二、工作重点", "/parts/clause/"),
                Link("（四）兜底帮扶", "/parts/clause/"), Link("第 3 句")),
        meta=("条款 2.4.3", "两条规则", "5 个参数", "现对 9,214 户、1,126 人成立"),
        actions=(Action("上一句", "?n=2"), Action("下一句", "?n=4"),
                 Action("试改参数看影响", "/parts/form/", kind="primary")),
        document="《实施意见（征求意见稿）》",
        sentences=tuple(
            Sentence(i, _words(document.clause(f"2.4.{i}").text, _DECIDING if i == 3 else ()),  # noqa: PLR2004
                     current=i == 3, heading=i == 1)  # noqa: PLR2004
            for i in range(1, 6)
        ),
        readings=_READINGS, holders_note=("截至 2020-07-01", "数字点开是名单"),
        holders=Table(
            "对谁成立", (Column("规则"), *(Column(county, numeric=True) for county in counties)),
            (Row(("渐退期（户）", *map(_number, held))), Row(("单人保（人）", *map(_number, alone)))),
        ),
        chart=chart(), chart_note=("灌云县", Link("换县区", "?county=1")), chart_table=chart_table(),
        parameters=Table(
            "本句用到的参数", columns,
            tuple(Row((Link(name, "/parts/clause/"), *rest)) for name, *rest in parameters),
        ),
    )  # fmt: skip
