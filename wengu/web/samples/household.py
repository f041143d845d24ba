"""一户一档样张: a household in its gradual exit, with one decision open."""

from datetime import date

from wengu.web.samples import surround
from wengu.web.screens import Anchor, Explanation, Flip, HouseholdFile, Measure, Ruler, Test
from wengu.web.screens import Threshold, Words
from wengu.web.shapes import (
    Absent,
    Action,
    Change,
    Clause,
    Column,
    Definition,
    Event,
    Link,
    Masked,
    Row,
    Status,
    Table,
    Text,
    Unverified,
)

_CLAUSE = "/parts/clause/"
_PURPOSES = ("入户核实", "核对身份", "办理救助")


def _secret(head: str, hidden: int = 12) -> Masked:
    return Masked(head, hidden, "/parts/household/", 27, _PURPOSES)


def _tests() -> tuple[Test, ...]:
    income = Text("8,640.00 元", strong=True)
    return (
        Test("建档立卡低收入家庭", "true", "是，省定标准", "是",
             Link("花名册第 12 批第 3,418 行", "/parts/review/"), date(2020, 5, 18)),
        Test("现有农村低保户", "true", "是，按户保", "是",
             Link("县民政局低保台账", "/parts/review/"), date(2020, 6, 30)),
        Test("年人均收入超过低保标准", "true", income, "＞ 6,000.00 元",
             Link("2019 年收入核算表", "/parts/review/"), date(2020, 3, 12)),
        Test("年人均收入在 2 倍以内", "true", income, "≤ 12,000.00 元", "同上", date(2020, 3, 12)),
        Test("全户纯收入 ÷ 人口", None, "25,920.00 ÷ 3", "", "务工 21,600.00，转移性 4,320.00",
             "2019 年度", part=True),
        Test("低保标准 × 12 个月", None, "", "500.00 × 12", ("灌云县低保标准", Unverified()),
             "2020-01-01 起", part=True),
        Test("渐退期未满", "true", "第 5 个月", "≤ 24 个月", "认定记录，第 61 次运行", date(2020, 3, 1)),
    )  # fmt: skip


def ruler() -> Ruler:
    """继续低保 | 渐退期 | 退出低保, with the household inside."""
    return Ruler(
        low=0, high=1_800_000, low_text="0", high_text="18,000.00 元",
        thresholds=(
            Threshold(600_000, "6,000.00", included=False),
            Threshold(1_200_000, "12,000.00", included=True),
        ),
        zones=("继续低保", "渐退期", "退出低保"), zone=1, point=864_000, point_text="本户 8,640.00",
    )  # fmt: skip


def explanation() -> Explanation:
    """渐退期, open from the quotation to what would change it."""
    return Explanation(
        key="gradual-exit", verdict="true", rule="渐退期", clause="2.4.3", clause_url=_CLAUSE,
        sentence="人均年收入 8,640.00 元，高于低保标准、在 2 倍以内",
        since=date(2020, 3, 1), since_note="，第 5 个月", document="《实施意见（征求意见稿）》",
        quote=(
            Words("现有农村低保户中的建档立卡低收入家庭，"),
            Words("年人均收入超过低保最低标准但在2倍以内的", deciding=True),
            Words("，给予"), Words("不超过2年", deciding=True), Words("的渐退期"),
        ),
        tests=_tests(), rulers=(ruler(),),
        flips=(
            Flip("人均年收入到 12,000.00 元以上", "退出低保，户主转看单人保", "全户再增 10,080.00 元以上"),
            Flip("人均年收入降到 6,000.00 元及以下", "恢复低保，渐退期终止", "全户再减 7,920.00 元及以上"),
            Flip("灌云县低保标准调到每月 720.00 元及以上", "恢复低保", "每月再涨 220.00 元"),
            Flip("到 2022-03-01", "期满自动结束，提前 60 日提醒", "还有 20 个月"),
        ),
        opened=True,
    )  # fmt: skip


def _others() -> tuple[Explanation, ...]:
    quote = (Words("探索建立"), Words("近贫预警", deciding=True), Words("、骤贫处置、脱贫保稳工作机制"))
    near = Explanation(
        "near-poverty", "unknown", "近贫预警", "2.4.5", _CLAUSE,
        "缺 2020 年 6 月住院自付金额，该问县医保局", date(2020, 7, 1),
        document="《实施意见（征求意见稿）》", quote=quote,
        tests=(
            Test("建档立卡低收入家庭", "true", "是，省定标准", "是", "花名册第 12 批", date(2020, 5, 18)),
            Test("全年净自付医疗费", "unknown", None, "≤ 全户纯收入的 50%", "县医保局 6 月表未到",
                 Absent(applies=False)),
        ),
    )  # fmt: skip
    return (
        near,
        Explanation("single-person", "true", "单人保", "2.4.3", _CLAUSE,
                    "户主肢体二级，人均低于 2 倍；渐退期内不重复享受", date(2020, 6, 23)),
        Explanation("housing", "unknown", "住房安全", "2.6.9", _CLAUSE, "缺鉴定等级，该问县住建局",
                    date(2020, 5, 18)),
        Explanation("shock", "false", "骤贫处置", "2.4.5", _CLAUSE, "本年没有突发事件记录"),
        Explanation("schooling", "false", "义务教育保障缺口", "2.6.2", _CLAUSE, "适龄 1 人，在读 1 人"),
    )  # fmt: skip


def timeline() -> tuple[Event, ...]:
    """What the system decided and what people recorded, newest first."""
    income = ("人均", Change("5,480.00 元", "8,640.00 元"))
    return (
        Event(date(2020, 7, 1), "第 183 次运行：近贫预警转为待核", "缺 6 月住院自付金额", decided=True),
        Event(date(2020, 6, 28), "走访，结对干部 何甲三", "户主住院 9 天，已出院，票据未报完"),
        Event(date(2020, 6, 23), "导入第 12 批：健康状况", Change("长期慢性病", "残疾，长期慢性病")),
        Event(date(2020, 3, 12), "收入核算 2019 年度", income),
        Event(date(2020, 3, 1), "进入渐退期", "二（四）3，第 61 次运行", decided=True),
        Event(date(2018, 4, 1), "纳入低保，按户保", "县民政局低保台账"),
        Event(date(2016, 1, 20), "建档立卡", "省定标准，主要原因：因残"),
    )


def members() -> Table:
    """家庭成员, full width."""
    heads = ("姓名", "关系", "出生", "证件号码", "健康状况", "劳动技能", "务工、就学", "参保")
    rows = (
        ("李丁四", "户主", "1957-03-12（63 岁）", "残疾（肢体二级），长期慢性病", "丧失劳动力",
         Absent(applies=False), "居民医保、大病、居民养老"),
        ("李丁五", "之子", "1988-09-02（31 岁）", "健康", "普通劳动力", "灌云经济开发区，9 个月",
         "居民医保、大病"),
        ("李丁六", "之孙女", "2012-06-20（8 岁）", "健康", "无劳动力", "小学二年级在读", "居民医保、大病"),
    )  # fmt: skip
    return Table(
        "家庭成员", tuple(Column(head) for head in heads),
        tuple(
            Row((Link(n, "/parts/household/", strong=True), r, b, _secret("320723"), h, s, w, c))
            for n, r, b, h, s, w, c in rows
        ),
        records=True,
    )  # fmt: skip


def facts() -> tuple[Definition, ...]:
    """Nine facts of the definition grid."""
    return (
        Definition("风险状态", Status("open", "待核：缺住院自付金额")),
        Definition("户的类别", ("低收入边缘人口", Clause("2.1.5", _CLAUSE))),
        Definition("人口", "3 人，劳动力 1 人"),
        Definition("人均年收入", "8,640.00 元（2019 年度）"),
        Definition("致贫原因", "因残，因病"),
        Definition("结对干部", "何甲三（灌云县农业农村局）"),
        Definition("住址", ("披甲墩村三组 ** 号", _secret("", 0))),
        Definition("联系电话", ("139****0137", _secret("", 0))),
        Definition("最近走访", "2020-06-28，3 天前"),
    )


def _anchors() -> tuple[Anchor, ...]:
    rest = (("成员", 3), ("收入", None), ("帮扶措施", 4), ("办件", 1), ("资金", 6), ("附件", 5))
    return (
        Anchor("认定与理由", "#decisions", current=True),
        *(Anchor(label, "#members", count) for label, count in rest),
        Anchor("全部事实", "#members", 86),
    )


def household() -> HouseholdFile:
    """李丁四户."""
    return HouseholdFile(
        title="李丁四户", number="3207231002080137",
        crumbs=(surround.CITY, surround.COUNTY, surround.TOWN, Link("披甲墩村", "/parts/list/"),
                Link("李丁四户")),
        actions=(
            Action("打印一户一档", "", method="print"),
            Action("补一条事实", "/parts/form/"),
            Action("记一次走访", "/parts/form/", kind="primary"),
        ),
        facts=facts(), anchors=_anchors(), on=date(2020, 7, 1),
        explanations=(explanation(), *_others()), held=2, not_held=2, unknown=2,
        timeline=timeline(), timeline_total=42, timeline_url="/parts/household/",
        measures=(
            Measure("低保金（按户）", "2.4.3", _CLAUSE, "1,500.00 元/月"),
            Measure("家庭医生签约", "2.6.7", _CLAUSE, "2 / 3 人"),
            Measure("公益性岗位，环境整治", "2.3.4", _CLAUSE, Status("amber", "未到位")),
            Measure("居民医保全额资助", "2.6.3", _CLAUSE, "3 / 3 人"),
        ),
        members=members(),
        printed="打印人 严庚七　2020-07-01 10:40　用途：入户核实　单号 DY-20200701-0019　证件号码、住址、电话已遮蔽",
    )  # fmt: skip
