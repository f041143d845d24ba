"""An independent reading of the document: plain Python, complete facts in, one answer out.

Nothing here knows the rule language or the pack; each function is written from the Chinese words
quoted above it and from the decisions in wengu/policy/adr. What is unknown is not decided by a
logic of its own: `verdict` fills every missing fact with each value that could matter and sees
whether the answers differ. An answer is (holds, reason).
"""

import datetime
import itertools
from calendar import monthrange
from typing import Any

Facts = dict[str, Any]
Answer = tuple[bool, str]

ABLE = ("普通劳动力", "技能劳动力", "弱劳动力或半劳动力")
NOT_IN_SCHOOL = ("非在校", "学龄前儿童")
FINISHED = ("初中", "高中", "大专", "大专及以上", "本科及以上")
MONITORED = ("脱贫不稳定户", "边缘易致贫户", "突发严重困难户")


def plus_months(day: int, months: int) -> int:
    """Return the same day of the month `months` later, the last of the month where it is short."""
    year, month = divmod(day // 10000 * 12 + day // 100 % 100 - 1 + months, 12)
    month += 1
    return year * 10000 + month * 100 + min(day % 100, monthrange(year, month)[1])


def still_within(start: int | None, months: int, on: int) -> bool:
    """满期当日即止: a period that began on `start` and has not ended on `on`."""
    return start is not None and on < plus_months(start, months)


def birthday_age(birth: int, on: int) -> int:
    born, day = (datetime.date(d // 10000, d // 100 % 100, d % 100) for d in (birth, on))
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def paid(home: Facts, months: int, on: int) -> int:
    """自付: what the family itself paid for admissions whose discharge is not yet `months` old."""
    # What a list that has not arrived may yet add.
    total = home.get("unlisted") or 0
    for bill in (b for p in home["members"] for b in p["bills"]):
        if bill["discharged"] <= on and still_within(bill["discharged"], months, on):
            if bill["self_pay_fen"] is None:
                total += bill["total_fen"] - bill["basic_fen"] - bill["serious_fen"]
            else:
                total += bill["self_pay_fen"]
    return total


def ratio(home: Facts) -> tuple[int, int]:
    return home["income_fen"], home["income_heads"]


def income_below(home: Facts, fen: int, times_bp: int = 10000) -> bool:
    income, heads = ratio(home)
    return income * 10000 < fen * times_bp * heads


def income_above(home: Facts, fen: int, times_bp: int = 10000) -> bool:
    income, heads = ratio(home)
    return income * 10000 > fen * times_bp * heads


def annual_standard(P: Facts) -> int:
    return P["dibao_standard"] * 12


def covered(home: Facts) -> bool:
    """已有兜底: the household is in dibao, or all of it in support for extreme hardship."""
    return bool(
        home["dibao"] or (home["destitute"] and all(p["destitute"] for p in home["members"]))
    )


def shock(home: Facts, P: Facts, on: int) -> str | None:
    """突发事件、意外伤害、重大疾病."""
    months = P["shock_months"]
    struck = home["disaster_on"]
    if struck is not None and struck <= on and still_within(struck, months, on):
        return "disaster"
    income, heads = ratio(home)
    size = len(home["members"])
    spent = paid(home, months, on)
    heavy = spent * 10000 * heads > income * size * P["shock_burden_share"]
    return "illness" if spent > 0 and heavy else None


def near(home: Facts, P: Facts, on: int) -> str | None:
    """近贫: not carried by the safety net, and income after own payments below k times the line."""
    if covered(home):
        return None
    line, times = P["low_income_line"], P["near_poverty_multiple"]
    if income_below(home, line, times):
        return "low-income"
    income, heads = ratio(home)
    size = len(home["members"])
    left = income * size - paid(home, P["burden_months"], on) * heads
    return "burden" if left * 10000 < line * times * heads * size else None


def in_danger(home: Facts) -> bool:
    return bool(home["house_dangerous"]) or home["house_grade"] in ("C级", "D级")


def out_of_school(person: Facts, P: Facts, on: int) -> bool:
    """因贫失学辍学: of compulsory age; who finished junior high school aside, and who is
    ill or disabled with evidence."""
    age = birthday_age(person["birth"], on)
    if not P["compulsory_age_from"] <= age <= P["compulsory_age_to"]:
        return False
    if person["schooling"] not in NOT_IN_SCHOOL:
        return False
    # 九年义务教育: junior high school is finished at fifteen, a year before by who began early.
    if person["education"] in FINISHED and age >= P["compulsory_age_to"] - 1:
        return False
    ill = person["absence_reason"] == "因病" and (person["chronic"] or person["serious_illness"])
    disabled = person["absence_reason"] == "因残" and person["disabled"]
    return not (ill or disabled)


def open_gap(home: Facts, P: Facts, on: int) -> bool:
    """义务教育、基本医疗、住房安全 and 饮水安全: any of the four not met."""
    people = home["members"]
    return (
        any(out_of_school(p, P, on) for p in people)
        or any(not p["medical_insurance"] for p in people)
        or in_danger(home)
        or not home["safe_water"]
        or home["water_difficulty"]
    )


def category(home: Facts, P: Facts, on: int) -> str:
    """分类: the first rung that fits."""
    if not home["registered"]:
        watched = home["monitored"] in MONITORED and not home["risk_cleared"]
        hit = watched or near(home, P, on) or shock(home, P, on)
        return "unregistered-marginal" if hit else "none"
    if covered(home) or not any(p["labour"] in ABLE for p in home["members"]):
        return "safety-net"
    if home["exit_status"] != "已脱贫":
        return "none"
    low = income_below(home, P["low_income_line"], P["marginal_multiple"])
    return "marginal" if low or open_gap(home, P, on) else "high-quality"


def classed(name: str):
    def rule(home: Facts, P: Facts, on: int) -> bool:
        return category(home, P, on) == name

    return rule


def gradual_exit(home: Facts, P: Facts, on: int) -> str:
    """现有农村低保户中的建档立卡低收入家庭，年人均收入超过低保最低标准但在2倍以内的，给予不超过2年的渐退期."""
    if not (home["registered"] and home["dibao"] and not home["urban_dibao"]):
        return "outside"
    standard = annual_standard(P)
    if not income_above(home, standard):
        return "keep"
    if income_above(home, standard, P["gradual_exit_multiple"]):
        return "exit"
    if home["grace_since"] is None:
        return "start"
    return "grace" if still_within(home["grace_since"], P["gradual_exit_months"], on) else "expired"


def single_person_cover(home: Facts, person: Facts, P: Facts, on: int) -> bool:
    """人均收入低于低保标准2倍的重残、重病人员，实施“单人保”.

    Gradual exit comes first, single-person cover after it, never both.
    """
    severe = person["disability"] in P["severe_disabilities"]
    ill = person["serious_illness"] or any(
        bill["diagnosis"] in P["serious_diseases"] for bill in person["bills"]
    )
    ill = ill or home.get("unlisted_illness")
    if not (severe or ill) or person["destitute"]:
        return False  # 特困供养 is support of its own: nobody has both.
    if not income_below(home, annual_standard(P), P["single_person_multiple"]):
        return False
    if not home["dibao"]:
        return True
    if home["urban_dibao"] or not income_above(home, annual_standard(P)):
        return (
            False  # The whole household keeps its dibao; the rural standard is not the urban one's.
        )
    return gradual_exit(home, P, on) not in ("start", "grace")


def dibao_missing(home: Facts, P: Facts, on: int) -> bool:
    """最低生活保障实现应保尽保: below the standard, and nothing received."""
    return income_below(home, annual_standard(P)) and not covered(home)


def pension_missing(home: Facts, person: Facts, P: Facts, on: int) -> bool:
    """基本养老保险…实现低收入人口全覆盖: from the age of joining, students aside."""
    if not home["registered"] or birthday_age(person["birth"], on) < P["pension_age"]:
        return False
    return person["schooling"] in NOT_IN_SCHOOL and not person["pension_insurance"]


def medical_missing(home: Facts, person: Facts, P: Facts, on: int) -> bool:
    return bool(home["registered"]) and not person["medical_insurance"]


def serious_missing(home: Facts, person: Facts, P: Facts, on: int) -> bool:
    return bool(home["registered"]) and not person["serious_illness_insurance"]


def water_missing(home: Facts, P: Facts, on: int) -> bool:
    """饮水安全."""
    return not home["safe_water"] or bool(home["water_difficulty"])


def schooling_missing(home: Facts, person: Facts, P: Facts, on: int) -> bool:
    """对建档立卡家庭适龄学生…不让一个低收入家庭的孩子因贫失学辍学."""
    return bool(home["registered"]) and out_of_school(person, P, on)


def housing(home: Facts, P: Facts, on: int) -> str | None:
    """排查和改造: D is rebuilt, C reinforced, a house that is only listed is appraised."""
    if not housing_missing(home, P, on):
        return None
    return {"D级": "rebuild", "C级": "reinforce"}.get(home["house_grade"], "appraise")


def housing_missing(home: Facts, P: Facts, on: int) -> bool:
    """建档立卡低收入农户、低保户、农村分散供养特困人员和贫困残疾人家庭等四类重点对象."""
    disabled = any(p["disabled"] for p in home["members"])
    poor = income_below(home, P["low_income_line"], P["marginal_multiple"])
    supported = home["dibao"] or home["destitute"]
    key = home["registered"] or supported or (disabled and poor)
    return bool(key) and in_danger(home)


def village_class(village: Facts, P: Facts) -> str:
    """收入达标村、收入中等村、收入偏低村."""
    income, line = village["collective_income_fen"], P["village_income_line"]
    if income >= line:
        return "attained"
    return "medium" if income * 10000 >= line * P["village_medium_share"] else "low"


HOUSEHOLD = {
    "high-quality-exit": classed("high-quality"),
    "low-income-marginal": classed("marginal"),
    "safety-net-exit": classed("safety-net"),
    "unregistered-marginal": classed("unregistered-marginal"),
    "gradual-exit": lambda home, P, on: gradual_exit(home, P, on) in ("start", "grace"),
    "near-poverty": lambda home, P, on: near(home, P, on) is not None,
    "sudden-shock": lambda home, P, on: shock(home, P, on) is not None,
    "dibao-gap": dibao_missing,
    "water-gap": water_missing,
    "housing-gap": housing_missing,
}
PERSON = {
    "single-person-cover": single_person_cover,
    "pension-gap": pension_missing,
    "medical-insurance-gap": medical_missing,
    "serious-illness-insurance-gap": serious_missing,
    "schooling-gap": schooling_missing,
}
VILLAGE = {
    "village-attained": lambda village, P, on: village_class(village, P) == "attained",
    "village-medium": lambda village, P, on: village_class(village, P) == "medium",
    "village-low": lambda village, P, on: village_class(village, P) == "low",
}
REASON = {
    "gradual-exit": gradual_exit,
    "near-poverty": near,
    "sudden-shock": shock,
    "housing-gap": housing,
}
"""Rules whose branch the words of the document themselves tell apart (None: the rule is false)."""


Hole = tuple[Facts, list[Facts]]
"""A row of facts, and the ways its missing columns may turn out (a mapping of each)."""


def completions(holes: list[Hole]):
    """Fill every hole in every way in turn; the facts are changed in place and put back."""
    for ways in itertools.product(*(choices for _, choices in holes)):
        for (facts, _), way in zip(holes, ways, strict=True):
            facts.update(way)
        yield
    for facts, choices in holes:
        facts.update(dict.fromkeys(choices[0]))


def verdict(ask, holes: list[Hole]) -> bool | None:
    """Return what `ask` answers however the missing facts turn out; None where that differs."""
    answers = set()
    for _ in completions(holes):
        answers.add(bool(ask()))
    return answers.pop() if len(answers) == 1 else None
