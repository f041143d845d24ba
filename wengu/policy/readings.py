"""读法: how each word of a clause was read, and where that is argued.

Shown beside the rule on the clause page; the words stand in the clause (tested).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reading:
    """读法: the words, what they were read as, and the decision record (adr/NNNN)."""

    words: str
    read: str
    read_en: str
    adr: str


READINGS: dict[str, tuple[Reading, ...]] = {
    "high-quality-exit": (
        Reading("高质量已脱贫人口", "已脱贫，收入不低于边缘线，三保障和饮水无缺口，且不属兜底",
                "exited, at or above the marginal line, no guarantee open, not in the safety net",
                "0006"),
    ),
    "low-income-marginal": (
        Reading("低收入边缘人口", "已脱贫的建档立卡户，收入低于边缘线或三保障、饮水有缺口",
                "registered and exited, below the marginal line or with a guarantee open", "0006"),
    ),
    "safety-net-exit": (
        Reading("兜底脱贫人口", "建档立卡户，已纳入低保或特困，或家中无劳动力",
                "registered, in dibao or destitute support, or with nobody able to work", "0006"),
    ),
    "unregistered-marginal": (
        Reading("非建档立卡边缘人口", "非建档立卡，被监测且风险未消除，或近贫、骤贫",
                "not registered, and monitored with open risk, near poverty or shocked", "0006"),
        Reading("因病、因灾等", "观察月数内自付医疗费过重，或受灾",
                "own medical payments too heavy within the window, or a disaster", "0009"),
    ),
    "village-attained": (
        Reading("收入达标村", "集体经营性收入 ≥ 达标线", "collective income ≥ the line", "0007"),
    ),
    "village-medium": (
        Reading("收入中等村", "低于达标线，但 ≥ 达标线 × 中等比例",
                "below the line, at or above the medium share of it", "0007"),
    ),
    "village-low": (
        Reading("收入偏低村", "低于达标线 × 中等比例", "below the medium share", "0007"),
    ),
    "gradual-exit": (
        Reading("现有农村低保户中的建档立卡低收入家庭",
                "农村低保户（名册未注明城市低保）且建档立卡，两者同时具备",
                "in rural dibao (no list calls it urban) and registered, both", "0003"),
        Reading("年人均收入", "家庭年纯收入 ÷ 分摊人数；与月标准 × 12 比较",
                "annual net income over heads, against 12 monthly standards", "0003"),
        Reading("超过", "严格大于：恰好等于标准的继续低保", "strictly above", "0003"),
        Reading("低保最低标准", "户籍县（区）当日执行的农村低保标准",
                "the rural standard of the household's county on the day", "0003"),
        Reading("在2倍以内", "≤ 2倍：恰好2倍仍属渐退", "at most 2 times, inclusive", "0003"),
        Reading("不超过2年", "自开始日起24个月，满期当日即止",
                "24 months from the first day, over on the day they are full", "0003"),
    ),
    "single-person-cover": (
        Reading("低于低保标准2倍", "严格小于：恰好2倍不属单人保", "strictly below 2 times", "0004"),
        Reading("重残", "残疾类别与等级在重残范围（参数）之内",
                "disability type and grade in the list (a parameter)", "0005"),
        Reading("重病", "登记为患有大病，或出院诊断在重病病种（参数）之内",
                "recorded as seriously ill, or a diagnosis in the list (a parameter)", "0005"),
        Reading("实施“单人保”", "家庭渐退在先，期满或退出后单人保；不重复发放",
                "gradual exit first, then single-person cover; never both", "0004"),
    ),
    "near-poverty": (
        Reading("近贫预警", "年收入扣除自付医疗费后，人均低于低收入标准 × 预警倍数，且未兜底",
                "income after own payments per head below k times the line, not covered", "0008"),
    ),
    "sudden-shock": (
        Reading("突发事件、意外伤害、重大疾病", "观察月数内受灾，或自付医疗费超过年收入的一定比例",
                "a disaster, or own payments above a share of income, within the window", "0009"),
    ),
    "dibao-gap": (
        Reading("应保尽保", "人均收入严格低于标准而未享受低保或特困的，为疑似漏保",
                "strictly below the standard and in neither scheme: probably left out", "0010"),
    ),
    "water-gap": (
        Reading("饮水安全", "已解决安全饮用水，且无饮水困难；不分是否建档立卡",
                "safe water and no difficulty, registered or not", "0011"),
    ),
    "pension-gap": (
        Reading("基本养老保险", "建档立卡人口年满参保年龄、非在校学生，应参保",
                "registered, of joining age and no student", "0011"),
        Reading("低收入人口全覆盖", "低收入人口指建档立卡低收入人口",
                "the registered low-income population", "0011"),
    ),
    "medical-insurance-gap": (
        Reading("基本医疗保险", "建档立卡人口不分年龄均应参保；有大病保险即视为已参加",
                "registered, of any age; serious-illness insurance implies it", "0011"),
    ),
    "serious-illness-insurance-gap": (
        Reading("大病保险", "建档立卡人口不分年龄均应纳入", "registered, of any age", "0011"),
    ),
    "schooling-gap": (
        Reading("建档立卡家庭适龄学生", "建档立卡户中义务教育年龄（参数，含两端）的人",
                "registered, of compulsory age (parameters, both ends included)", "0012"),
        Reading("因贫失学辍学", "不在校，未完成义务教育，且没有经证实的因病、因残不能就读",
                "not in school, compulsory schooling not finished, neither illness nor disability "
                "proven", "0012"),
    ),
    "housing-gap": (
        Reading("贫困残疾人家庭", "有残疾人，且人均收入低于低收入标准 × 边缘倍数",
                "with a disabled member and below the marginal line", "0013"),
        Reading("四类重点对象", "一户属几类只计一次", "a household in several groups counts once",
                "0013"),
        Reading("有效解决住房安全问题", "鉴定为C、D级或登记为危房的，为未解决",
                "grade C or D, or listed as dangerous, is not settled", "0013"),
    ),
}  # fmt: skip


def readings(rule: str) -> tuple[Reading, ...]:
    """Return how the words of a rule's clause were read; none is an empty tuple."""
    return READINGS.get(rule, ())


def reading_text(rule: str) -> str:
    """Return the readings of a rule as one text, which the hash of the pack covers."""
    return "；".join(f"“{each.words}”：{each.read}" for each in readings(rule))
