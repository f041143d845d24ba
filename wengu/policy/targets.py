"""目标: the 43 quantified, comparative and directional targets of the document, typed.

Each bound is what the words say and nothing more: a figure the document does not give
(达标线, 一定比例, 运转经费标准, the tolerance of 左右) names the parameter that holds it.
"""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from wengu.policy.checklist import ChecklistRow, checklist_row

Operator = Literal["≥", "≤", ">", "<", "=", "≈", "↑", "↓"]
Unit = Literal["%", "个", "人次", "次", "倍", "个月", "人", "户", "件", "项", "元"]
Period = Literal["年", "月", "2020年", "到2020年底", "2020年6月30日前", "攻坚期内"]


@dataclass(frozen=True, slots=True)
class Bound:
    """界限: what is measured, how it is compared, with which figure.

    `value` is None for a direction (↑, ↓), where the figure is the same measure one period before,
    and where `against` names what it is compared with instead: another measure or a parameter.
    """

    measure: str
    operator: Operator
    value: int | None = None
    unit: Unit | None = None
    against: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """目标: one T row of the checklist with its bounds and its period (None: at all times)."""

    id: str
    period: Period | None
    bounds: tuple[Bound, ...]

    @property
    def row(self) -> ChecklistRow:
        """Return the checklist row: clause, exact words, note."""
        return checklist_row(self.id)

    @property
    def quantified(self) -> bool:
        """Return whether every bound is a figure of the document itself."""
        return all(bound.value is not None for bound in self.bounds)


def _all(row_id: str, measure: str, period: Period | None = None) -> Target:
    return Target(row_id, period, (Bound(measure, "=", 100, "%"),))


def _one(row_id: str, period: Period | None, bound: Bound) -> Target:
    return Target(row_id, period, (bound,))


def _up(row_id: str, *measures: str) -> Target:
    return Target(row_id, "年", tuple(Bound(measure, "↑") for measure in measures))


_TARGETS: tuple[Target, ...] = (
    _all("T1", "建档立卡低收入人口脱贫巩固率", "到2020年底"),
    _all("T2", "省定经济薄弱村达标巩固率", "到2020年底"),
    _one("T3", "年", Bound("低收入人口家庭人均年可支配收入增幅", ">", against="全市平均增幅")),
    _up("T4", "基本医疗保障水平", "义务教育保障水平", "住房安全保障水平", "饮水安全保障水平"),
    Target(
        "T5",
        "到2020年底",
        tuple(
            Bound(f"低收入人口{name}覆盖率", "=", 100, "%")
            for name in ("基本养老保险", "基本医疗保险", "大病保险")
        ),
    ),
    _all("T6", "应保已保率", "到2020年底"),
    Target(
        "T7",
        "到2020年底",
        (
            Bound("农村低收入边缘人口人均年收入", "≥", unit="元", against="low_income_line"),
            Bound("经济薄弱村集体经营性收入", "≥", unit="元", against="village_income_line"),
        ),
    ),
    _one("T8", "2020年", Bound("新增扶贫产业园", "≥", 8, "个")),
    _one("T9", "2020年", Bound("新增“一村一品一社”", "≥", 40, "个")),
    _one("T10", None, Bound("公益性岗位低收入劳动力占比", "≥", unit="%", against="一定比例")),
    _one("T11", "月", Bound("企业下乡流动招聘会", "≥", 1, "次")),
    _one("T12", "月", Bound("培训机构进乡村咨询报名活动", "≥", 1, "次")),
    _one("T13", "2020年", Bound("培训农村低收入劳动力", "≥", 50_000, "人次")),
    _one("T14", "2020年", Bound("低收入农户劳动力中技能劳动者比例", "≥", 30, "%")),
    _one("T15", "2020年", Bound("就业岗位信息", "≥", 35_000, "个")),
    _one("T16", "2020年", Bound("达成就业意向", "≥", 20_000, "个")),
    Target(
        "T17",
        None,
        (
            Bound("家庭年人均收入÷低保标准", ">", 1, "倍"),
            Bound("家庭年人均收入÷低保标准", "≤", 2, "倍"),
            Bound("渐退期", "≤", 24, "个月"),
        ),
    ),
    _one("T18", None, Bound("家庭年人均收入÷低保标准", "<", 2, "倍")),
    _all("T19", "受疫情影响建档立卡家庭基本生活保障率"),
    _all("T20", "遇冲击低收入农户及边缘农户基本生活保障率"),
    _one("T21", None, Bound("因贫失学辍学", "=", 0, "人")),
    _all("T22", "居民医保个人缴费财政资助率"),
    _all("T23", "先诊疗后付费率"),
    _all("T24", "“一站式”结算率"),
    _up("T25", "低收入人口就医报销比例"),
    _one("T26", "年", Bound("目录外费用占比", "↓")),
    _one("T27", None, Bound("政策范围内住院费自付比例", "≤", 10, "%")),
    _one("T28", None, Bound("家庭医生签约率", "≥", 90, "%")),
    _up("T29", "基层卫生人员工资水平"),
    _one("T30", None, Bound("县域内就诊率", "≈", 90, "%")),
    _all("T31", "四类重点对象住房安全率"),
    _all("T32", "指标收益专用率"),
    _up("T33", "资金项目倾斜占比"),
    _all("T34", "村容村貌干净整洁村占比", "到2020年底"),
    _one("T35", "到2020年底", Bound("无害化卫生户厕普及率", "≥", 95, "%")),
    _one("T36", "到2020年底", Bound("生活垃圾集中收运率", "≥", 98, "%")),
    _one("T37", "到2020年底", Bound("村庄绿化覆盖率", "≥", 30, "%")),
    _one("T38", "攻坚期内", Bound("减少的帮扶政策", "=", 0, "项")),
    _up("T39", "本级扶贫资金投入"),
    _up("T40", "扶贫项目实施进度"),
    _one("T41", "年", Bound("村级组织运转经费", "≥", unit="元", against="省定标准")),
    Target(
        "T42",
        None,
        (Bound("每人轮训次数", "≥", 1, "次"), Bound("轮训覆盖率", "=", 100, "%")),
    ),
    _all("T43", "问题整改率", "2020年6月30日前"),
)


def targets() -> tuple[Target, ...]:
    """Return every target, in the order of the checklist."""
    return _TARGETS


@cache
def _by_id() -> dict[str, Target]:
    return {target.id: target for target in _TARGETS}


def target(row_id: str) -> Target:
    """Return one target by its checklist id; an unknown id raises LookupError."""
    try:
        return _by_id()[row_id]
    except KeyError:
        message = f"没有目标 {row_id}"
        raise LookupError(message) from None
