"""参数定义: every figure a rule or target may use: its term, unit, clause and meaning.

A definition holds no value. Values are dated rows with a region and a source (values.py); what
neither the document nor a named source gives stays unset, and the rule then answers "unknown".
"""

import difflib
from functools import cache

from wengu.policy.parameters.shapes import (
    Definition,
    UnknownParameterError,
    age,
    codes,
    day,
    money,
    months,
    percent,
    times,
)
from wengu.rules import Bp, Codes, Fen, Months, ParameterDefinition, Years

_RULE_PARAMETERS: tuple[Definition, ...] = (
    money(
        "dibao_standard",
        ("农村低保标准", "rural dibao standard"),
        "元/人·月",
        "2.4.3",
        (
            "县（区）公布的农村低保月标准；与年收入比较时乘以12。",
            "Monthly rural dibao standard of the county; times 12 against an annual income.",
        ),
        county=True,
    ),
    times(
        "gradual_exit_multiple",
        ("渐退期收入上限倍数", "gradual-exit ceiling"),
        "2.4.3",
        (
            "收入在低保标准的这一倍数以内（含）的，给予渐退期。",
            "Up to and including this multiple of the standard a household leaves gradually.",
        ),
    ),
    months(
        "gradual_exit_months",
        ("渐退期月数", "gradual-exit months"),
        "2.4.3",
        (
            "渐退期最长月数，自开始之日起算，满期当日即止。",
            "Longest gradual exit, from its first day; over on the day the months are full.",
        ),
    ),
    times(
        "single_person_multiple",
        ("单人保收入倍数", "single-person cover multiple"),
        "2.4.3",
        (
            "收入低于（不含）低保标准的这一倍数的重残、重病人员，实施单人保。",
            "Strictly below this multiple the severely disabled and seriously ill are covered.",
        ),
    ),
    codes(
        "severe_disabilities",
        ("重残范围", "severe disabilities"),
        "2.4.3",
        (
            "视为重残的残疾类别与等级：类别1位加等级1位，如41为肢体一级。",
            "What counts as severe: type digit and grade digit, e.g. 41 = limb, grade 1.",
        ),
        tuple(f"{kind}{grade}" for kind in range(1, 8) for grade in range(1, 5)),
    ),
    codes(
        "serious_diseases",
        ("重病病种", "serious illnesses"),
        "2.4.3",
        ("视为重病的病种名称。", "Names of the illnesses that count as serious."),
    ),
    money(
        "low_income_line",
        ("低收入标准", "low-income line"),
        "元/人·年",
        "1.2.2",
        ("省定低收入人口人均年收入标准。", "Provincial line of annual income per head."),
    ),
    times(
        "marginal_multiple",
        ("边缘收入倍数", "marginal-income multiple"),
        "2.1.5",
        (
            "已脱贫户收入低于低收入标准的这一倍数的，列为低收入边缘。",
            "Below this multiple of the line a household that exited is marginal.",
        ),
    ),
    times(
        "near_poverty_multiple",
        ("近贫预警倍数", "near-poverty multiple"),
        "2.4.5",
        (
            "扣除自付医疗费后收入低于低收入标准的这一倍数的，近贫预警。",
            "Income after own medical payments below this multiple of the line raises the alert.",
        ),
    ),
    months(
        "burden_months",
        ("自付费用统计月数", "months of own payments"),
        "2.4.5",
        (
            "近贫预警统计多少个月内出院的自付费用。",
            "How many months of discharges count as burden for the near-poverty alert.",
        ),
    ),
    months(
        "shock_months",
        ("骤贫观察月数", "shock window"),
        "2.4.5",
        (
            "灾害、意外或大额自付费用发生后，多少个月内视为骤贫。",
            "How many months after a disaster, accident or large bill a shock is recent.",
        ),
    ),
    percent(
        "shock_burden_share",
        ("骤贫自付占收入比例", "shock share of income"),
        "2.4.5",
        (
            "观察月数内自付费用超过家庭年收入的这一比例的，视为因重大疾病骤贫。",
            "Own payments in the window above this share of annual income count as a shock.",
        ),
    ),
    age(
        "compulsory_age_from",
        ("义务教育起始年龄", "compulsory schooling from"),
        "2.6.2",
        ("适龄学生的最小周岁（含）。", "Lowest completed age of compulsory schooling."),
    ),
    age(
        "compulsory_age_to",
        ("义务教育截止年龄", "compulsory schooling to"),
        "2.6.2",
        ("适龄学生的最大周岁（含）。", "Highest completed age of compulsory schooling."),
    ),
    age(
        "pension_age",
        ("参加养老保险年龄", "pension joining age"),
        "1.2.2",
        (
            "年满多少周岁应参加基本养老保险（在校学生除外）。",
            "Completed age from which basic pension insurance is to be joined, students aside.",
        ),
    ),
    money(
        "village_income_line",
        ("村集体经营性收入标准", "village income line"),
        "元/村·年",
        "1.2.2",
        (
            "省定经济薄弱村集体经营性年收入达标线。",
            "Provincial line of a weak village's annual collective operating income.",
        ),
    ),
    percent(
        "village_medium_share",
        ("收入中等村比例", "medium-village share"),
        "2.1.9",
        (
            "集体收入不低于达标线的这一比例、又未达标的，为收入中等村；再低为收入偏低村。",
            "At or above this share of the line, below the line, a village is of medium income.",
        ),
    ),
)

_TARGET_PARAMETERS: tuple[Definition, ...] = (
    percent(
        "self_pay_limit",
        ("住院自付比例上限", "inpatient self-pay limit"),
        "2.6.6",
        (
            "政策范围内住院费自付比例控制在这一比例以内（含）。",
            "The self-paid share of in-policy inpatient cost, at most.",
        ),
    ),
    percent(
        "family_doctor_target",
        ("家庭医生签约率目标", "family-doctor target"),
        "2.6.7",
        ("建档立卡低收入人口家庭医生签约率，不低于。", "Contract rate, at least."),
    ),
    percent(
        "in_county_visit_target",
        ("县域内就诊率目标", "in-county visit target"),
        "2.6.8",
        ("县域内就诊率达到这一比例左右。", "Share of visits within the county, about."),
    ),
    percent(
        "in_county_visit_tolerance",
        ("县域内就诊率容差", "in-county visit tolerance"),
        "2.6.8",
        (
            "“左右”允许的偏差（百分点）；本意见未写。",
            "What “about” allows, in percentage points; not in the document.",
        ),
    ),
    percent(
        "toilet_target",
        ("卫生户厕普及率目标", "sanitary-toilet target"),
        "2.7.5",
        ("无害化卫生户厕普及率，不低于。", "Coverage of harmless household toilets, at least."),
    ),
    percent(
        "waste_target",
        ("生活垃圾收运率目标", "refuse-collection target"),
        "2.7.5",
        ("生活垃圾集中收运率，不低于。", "Centralised collection of refuse, at least."),
    ),
    percent(
        "green_target",
        ("村庄绿化覆盖率目标", "green-coverage target"),
        "2.7.5",
        ("村庄绿化覆盖率，不低于。", "Green coverage of villages, at least."),
    ),
    percent(
        "skilled_share_target",
        ("技能劳动者比例目标", "skilled-share target"),
        "2.3.7",
        ("低收入农户劳动力中技能劳动者比例，不低于。", "Share of skilled workers, at least."),
    ),
    percent(
        "public_post_share",
        ("公益性岗位安排比例", "public-post share"),
        "2.3.4",
        (
            "公益性岗位优先安排低收入劳动力的“一定比例”；本意见未写。",
            "The “certain proportion” of public-welfare posts; not in the document.",
        ),
        county=True,
    ),
    Definition(
        "training_times",
        "定期培训次数",
        "training frequency",
        "count",
        "次/年",
        "2.3.3",
        "“定期”组织定单式、点单式培训的年次数；本意见未写。",
        "How often a year “regularly” means; not in the document.",
        county=True,
        low=1,
        high=366,
    ),
    money(
        "village_operating_fund",
        ("村级组织运转经费标准", "village operating-fund standard"),
        "元/村·年",
        "3.3.2",
        (
            "村级组织运转经费省定标准；本意见未写。",
            "Provincial standard of village operating funds; not in the document.",
        ),
    ),
    day(
        "target_deadline",
        ("目标期限", "deadline of the targets"),
        "1.2.2",
        ("目标任务的期限：到2020年底。", "The targets are due by the end of 2020."),
    ),
    day(
        "rectification_deadline",
        ("整改期限", "rectification deadline"),
        "3.4.2",
        (
            "大排查和“回头看”所有问题应在此日前整改到位。",
            "All problems found are to be rectified before this day.",
        ),
    ),
)

# How long what was stated answers for later days: of the data, not of the document.
_DATA_PARAMETERS: tuple[Definition, ...] = (
    months(
        "list_months",
        ("部门名册有效月数", "months a department's list holds"),
        "2.4.4",
        (
            "低保、住院、残疾名册截至日之后这么多个月内有效；再久没有新名册，名册说的就待核。",
            "A department's list holds for so many months after its day; then it is unknown.",
        ),
    ),
    months(
        "income_months",
        ("收入有效月数", "months an income holds"),
        "2.4.4",
        (
            "收入所属期末之后这么多个月内有效；再久没有新的收入，收入就待核。",
            "An income holds for so many months after its period's end; then it is unknown.",
        ),
    ),
)

_DEFINITIONS = {
    each.name: each for each in (*_RULE_PARAMETERS, *_TARGET_PARAMETERS, *_DATA_PARAMETERS)
}


@cache
def definitions() -> tuple[Definition, ...]:
    """Return every definition, those of rules first, those of the data last."""
    return tuple(_DEFINITIONS.values())


def definition(name: str) -> Definition:
    """Return one definition; an unknown name raises UnknownParameterError with the nearest name."""
    try:
        return _DEFINITIONS[name]
    except KeyError:
        near = difflib.get_close_matches(name, _DEFINITIONS, 1)
        hint = f"，是否指 {near[0]}（{_DEFINITIONS[near[0]].term}）" if near else ""
        message = f"没有名为 {name} 的参数{hint}"
        raise UnknownParameterError(message) from None


_KINDS = {"money": Fen, "ratio": Bp, "months": Months, "codes": Codes}
_YEARS_UNIT = "周岁"


def rule_parameters() -> tuple[ParameterDefinition, ...]:
    """Return what the rule language must know of the parameters that rules use."""
    return tuple(
        ParameterDefinition(
            each.name,
            Years if each.unit == _YEARS_UNIT else _KINDS[each.kind],
            term=each.term,
            term_en=each.term_en,
            unit=each.unit,
            county=each.county,
            range=None if each.low is None or each.high is None else (each.low, each.high),
        )
        for each in _RULE_PARAMETERS
    )
