"""一（二）目标任务: who lacks what the objectives promise to everybody: 1.2.2."""

from typing import Any

from wengu.policy.pack import EFFECTIVE, annual_standard, pack
from wengu.policy.readings import reading_text
from wengu.rules import age, decide, need, otherwise, when
from wengu.rules.branches import Branch, Decision

INSURANCE_QUOTE = "基本养老保险、基本医疗保险、大病保险实现低收入人口全覆盖"
_INSURED = "已参保"
_INSURED_EN = "insured"


def _not_registered(p: Any) -> Branch:
    return when(
        (~need(p.household.registered)).or_(False),
        "not-registered", False, "不是建档立卡人口", term_en="not of a registered household",
        default=True,
    )  # fmt: skip


@pack.clause(
    "1.2.2", rule="pension-gap", subject="person", term="养老保险未参保",
    term_en="Pension insurance lacking", quote=INSURANCE_QUOTE, effective=EFFECTIVE,
    measures=("基本养老保险",), reading=reading_text("pension-gap"),
    cases="""
    with household.registered=1 schooling=非在校 pension_insurance=0 P.pension_age=16
    as_of       household.registered birth       schooling     pension_insurance | branch
    2020-07-01  1                    2004-07-02  非在校        0                 | outside
    2020-07-01  1                    2004-07-01  非在校        0                 | gap
    2020-07-01  1                    1950-01-01  非在校        0                 | gap
    2020-07-01  0                    1950-01-01  非在校        0                 | outside
    2020-07-01  1                    1950-01-01  非在校        1                 | insured
    2020-07-01  1                    2003-01-01  普通高中二年级 0                | student
    2020-07-01  1                    1950-01-01  非在校        ?                 | unknown(pension_insurance)
    2020-07-01  1                    ?           非在校        0                 | unknown(birth)
    2020-07-01  1                    2003-01-01  ?             0                 | unknown(schooling)
    """,
)  # fmt: skip
def pension_gap(p: Any, P: Any) -> Decision:
    outside = ~need(p.household.registered) | (age(need(p.birth)) < P.pension_age)
    insured = need(p.pension_insurance)
    return decide(
        when(outside.or_(False), "outside", False, "不是建档立卡人口，或未到参保年龄",
             term_en="not registered, or below the joining age", default=True),
        when(insured.or_(False), "insured", False, _INSURED, term_en=_INSURED_EN),
        when(outside | insured | ~p.not_in_school, "student", False, "在校学生",
             term_en="a student"),
        otherwise("gap", True, "应参加基本养老保险而未参加", term_en="to be insured and is not"),
    )  # fmt: skip


@pack.clause(
    "1.2.2", rule="medical-insurance-gap", subject="person", term="基本医疗保险未参保",
    term_en="Medical insurance lacking", quote=INSURANCE_QUOTE, effective=EFFECTIVE,
    measures=("基本医疗保险",), reading=reading_text("medical-insurance-gap"),
    cases="""
    as_of       household.registered medical_insurance serious_illness_insurance | branch
    2020-07-01  1                    0                 0                         | gap
    2020-07-01  1                    0                 1                         | gap
    2020-07-01  1                    1                 0                         | insured
    2020-07-01  1                    ?                 1                         | insured   # one comes with the other
    2020-07-01  0                    0                 0                         | not-registered
    2020-07-01  1                    ?                 0                         | unknown(medical_insurance)
    2020-07-01  1                    ?                 ?                         | unknown(medical_insurance,serious_illness_insurance)
    2020-07-01  ?                    0                 0                         | unknown(household.registered)
    2020-07-01  ?                    1                 0                         | insured
    """,
)  # fmt: skip
def medical_insurance_gap(p: Any, P: Any) -> Decision:
    return decide(
        _not_registered(p),
        when(p.medically_insured | ~need(p.household.registered), "insured", False,
             _INSURED, term_en=_INSURED_EN),
        otherwise("gap", True, "未参加基本医疗保险", term_en="not in basic medical insurance"),
    )  # fmt: skip


@pack.clause(
    "1.2.2", rule="serious-illness-insurance-gap", subject="person", term="大病保险未纳入",
    term_en="Serious-illness insurance lacking", quote=INSURANCE_QUOTE, effective=EFFECTIVE,
    measures=("大病保险",), reading=reading_text("serious-illness-insurance-gap"),
    cases="""
    as_of       household.registered serious_illness_insurance | branch
    2020-07-01  1                    0                         | gap
    2020-07-01  1                    1                         | insured
    2020-07-01  0                    0                         | not-registered
    2020-07-01  1                    ?                         | unknown(serious_illness_insurance)
    2020-07-01  ?                    0                         | unknown(household.registered)
    """,
)  # fmt: skip
def serious_illness_insurance_gap(p: Any, P: Any) -> Decision:
    return decide(
        _not_registered(p),
        when(need(p.serious_illness_insurance) | ~need(p.household.registered), "insured", False,
             _INSURED, term_en=_INSURED_EN),
        otherwise("gap", True, "未纳入大病保险", term_en="not in serious-illness insurance"),
    )  # fmt: skip


@pack.clause(
    "1.2.2", rule="dibao-gap", subject="household", term="疑似漏保",
    term_en="Entitled to dibao and without it", quote="最低生活保障实现应保尽保",
    effective=EFFECTIVE, measures=("最低生活保障",), reading=reading_text("dibao-gap"),
    cases="""
    with income_heads=1 P.dibao_standard=610.00
    as_of       income_fen dibao destitute | branch
    2020-07-01  7319.99    0     0         | gap
    2020-07-01  7320.00    0     0         | above     # at the standard is not below it
    2020-07-01  7320.01    0     0         | above
    2020-07-01  7319.99    1     0         | covered
    2020-07-01  7319.99    0     1         | covered
    2020-07-01  ?          1     0         | covered
    2020-07-01  ?          0     0         | unknown(income_fen)
    2020-07-01  7319.99    ?     0         | unknown(dibao)
    2020-07-01  7320.00    ?     0         | above
    """,
)  # fmt: skip
def dibao_gap(h: Any, P: Any) -> Decision:
    enough = need(h.income_fen) >= annual_standard(h, P)
    return decide(
        when(h.covered.or_(False), "covered", False, "已纳入低保或特困",
             term_en="in dibao or destitute support"),
        when(enough | h.covered, "above", False, "收入不低于低保标准",
             term_en="income at or above the standard"),
        otherwise("gap", True, "收入低于低保标准而未纳入，应核实纳入",
                  term_en="below the standard and in neither scheme: verify and admit"),
    )  # fmt: skip


@pack.clause(
    "1.2.2", rule="water-gap", subject="household", term="饮水不安全",
    term_en="Drinking water not safe",
    quote="全面提升基本医疗、义务教育、住房安全和饮水安全保障水平",
    effective=EFFECTIVE, measures=("饮水安全",), reading=reading_text("water-gap"),
    cases="""
    as_of       safe_water water_difficulty | branch
    2020-07-01  1          0                | safe
    2020-07-01  0          0                | unsafe
    2020-07-01  1          1                | difficult
    2020-07-01  ?          1                | difficult
    2020-07-01  0          ?                | unsafe
    2020-07-01  1          ?                | unknown(water_difficulty)
    2020-07-01  ?          0                | unknown(safe_water)
    """,
)  # fmt: skip
def water_gap(h: Any, P: Any) -> Decision:
    return decide(
        when(~h.water_unsafe, "safe", False, "饮水安全", term_en="water is safe"),
        when((~need(h.safe_water)).or_(False), "unsafe", True, "未解决安全饮用水",
             term_en="no safe drinking water"),
        otherwise("difficult", True, "饮水困难", term_en="water is hard to get"),
    )  # fmt: skip
