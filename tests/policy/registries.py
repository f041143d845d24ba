"""Random registries for the comparison: complete facts, boundary amounts and days, then holes."""

import datetime
from typing import Any

from hypothesis import strategies as st

from tests.policy import oracle
from wengu.kernel.dates import from_day, to_day

FIGURES: dict[str, Any] = {
    "dibao_standard": 61_000,
    "gradual_exit_multiple": 20_000,
    "gradual_exit_months": 24,
    "single_person_multiple": 20_000,
    "severe_disabilities": frozenset({"41", "42", "53"}),
    "serious_diseases": frozenset({"肺癌", "脑出血"}),
    "low_income_line": 600_000,
    "marginal_multiple": 15_000,
    "near_poverty_multiple": 15_000,
    "burden_months": 12,
    "shock_months": 6,
    "shock_burden_share": 5_000,
    "compulsory_age_from": 6,
    "compulsory_age_to": 15,
    "pension_age": 16,
    "village_income_line": 18_000_000,
    "village_medium_share": 5_000,
}
DAYS = [20200701, 20200229, 20200831, 20201231, 20220228, 20220301]
# Born on the last days of February, where birthdays are not every year's; not yet; long ago.
FOREIGN_BIRTHS = [20040229, 20060228, 20050301, 20160229, 20301231, 19050101]
flags = st.booleans()


def around(*values: int) -> st.SearchStrategy[int]:
    return st.sampled_from([v + d for v in values for d in (-1, 0, 1)])


def back(on: int, months: int, extra: int) -> int:
    """Return the day `months` before `on`, moved by `extra` days."""
    year, month = divmod(on // 10000 * 12 + on // 100 % 100 - 1 - months, 12)
    first = datetime.date(year, month + 1, 1) + datetime.timedelta(days=on % 100 - 1 + extra)
    return to_day(first)


def event(on: int, months: int) -> st.SearchStrategy[int]:
    """A day on, just before or just after the edge of a window of months, or about today."""
    edge = [back(on, months, extra) for extra in (-1, 0, 1, 30)]
    today = [to_day(from_day(on) + datetime.timedelta(days=d)) for d in (-1, 0, 1)]
    return st.sampled_from(edge + today)


YEARS = [5, 6, 7, 13, 14, 15, 16, 17, 40, 80]


def births(on: int) -> list[int]:
    """Return the days of birth about every age that a rule asks for, and the foreign ones."""
    return [back(on, 12 * years, days) for years in YEARS for days in (-1, 0, 1)] + FOREIGN_BIRTHS


def birth(on: int) -> st.SearchStrategy[int]:
    years = st.sampled_from(YEARS)
    near = st.builds(lambda y, d: back(on, 12 * y, d), years, st.sampled_from([-1, 0, 1]))
    return st.one_of(near, near, st.sampled_from(FOREIGN_BIRTHS))


@st.composite
def bills(draw: Any, on: int) -> dict[str, Any]:
    total = draw(st.sampled_from([0, 1, 300_000, 450_000, 900_000, 2_000_000]))
    basic = draw(st.sampled_from([0, total // 2, total]))
    discharged = draw(st.one_of(event(on, 6), event(on, 12)))
    return {
        "diagnosis": draw(st.sampled_from(["肺癌", "感冒", ""])),
        "admitted": discharged,
        "discharged": discharged,
        "total_fen": total,
        "basic_fen": basic,
        "serious_fen": draw(st.sampled_from([0, total - basic])),
        "self_pay_fen": draw(st.sampled_from([None, total - basic, 0, total])),
    }


@st.composite
def people(draw: Any, on: int) -> dict[str, Any]:
    disabled = draw(flags)
    return {
        "relation": "户主",
        "sex": "男",
        "birth": draw(birth(on)),
        "schooling": draw(st.sampled_from(["非在校", "学龄前儿童", "学前教育", "小学"])),
        "absence_reason": draw(st.sampled_from(["因病", "因残", "厌学"])),
        "education": draw(st.sampled_from(["小学", "初中", "高中"])),
        "chronic": draw(flags),
        "serious_illness": draw(flags),
        "disabled": disabled,
        "disability": draw(st.sampled_from(["41", "43", "53", "63"])) if disabled else "无",
        "labour": draw(st.sampled_from(["普通劳动力", "弱劳动力或半劳动力", "无劳动力"])),
        "work_months": 0,
        "medical_insurance": draw(flags),
        "serious_illness_insurance": draw(flags),
        "pension_insurance": draw(flags),
        "dibao": draw(flags),
        "destitute": draw(flags),
        "bills": draw(st.lists(bills(on), max_size=2)),
    }


@st.composite
def homes(draw: Any, on: int) -> dict[str, Any]:
    heads = draw(st.sampled_from([1, 1, 2, 3]))
    amount = draw(around(0, 300_000, 600_000, 732_000, 900_000, 1_464_000, 3_000_000))
    graded = draw(st.sampled_from(["A级", "B级", "C级", "D级"]))
    return {
        "registered": draw(flags),
        "exit_status": draw(st.sampled_from(["未脱贫", "已脱贫", "已脱贫", "预脱贫", "返贫"])),
        "monitored": draw(st.sampled_from(["无", "无", "边缘易致贫户", "突发严重困难户"])),
        "risk_cleared": draw(flags),
        "dibao": draw(flags),
        "urban_dibao": draw(st.sampled_from([False, False, True])),
        "destitute": draw(st.sampled_from([False, True])),
        "grace_since": draw(st.one_of(st.none(), event(on, 24))),
        "income_fen": amount * heads + draw(st.sampled_from([-1, 0, 0, 1])),
        "income_heads": heads,
        "house_grade": graded,
        # Two registers of one house: sometimes they contradict each other.
        "house_dangerous": draw(st.sampled_from([graded in ("C级", "D级"), True, False])),
        "safe_water": draw(flags),
        "water_difficulty": draw(flags),
        "disaster_on": draw(st.one_of(st.none(), event(on, 6))),
        # The list is of the day, of the day before, or of some weeks ago.
        "bills_listed_on": to_day(from_day(on) - datetime.timedelta(draw(st.sampled_from(AGES)))),
        "members": draw(st.lists(people(on), min_size=1, max_size=3)),
    }


@st.composite
def villages(draw: Any) -> dict[str, Any]:
    names = ("households", "persons", "dangerous_houses", "unsafe_water", "clinic", "doctor")
    return {
        "status": draw(st.sampled_from(["省定", "市定", "无"])),
        "collective_income_fen": draw(around(0, 9_000_000, 18_000_000)),
        **dict.fromkeys((*names, "toilet", "income_year"), 1),
        "road": True,
        "bus": True,
    }


AGES = [0, 1, 45]
AMOUNTS = [0, 100_000, 600_000, 732_001, 900_000, 1_464_001, 9_000_000]


def ways(row: dict[str, Any], name: str, on: int) -> list[dict[str, Any]]:
    """Return how the missing `name` may turn out, in agreement with what else is known."""
    plain: dict[str, list[Any]] = {
        "registered": [True, False],
        "exit_status": ["未脱贫", "已脱贫"],
        "monitored": ["无", "边缘易致贫户"],
        "dibao": [True, False],
        "destitute": [True, False],
        "safe_water": [True, False],
        "water_difficulty": [True, False],
        "birth": [back(on, 12 * years, 0) for years in (3, 10, 15, 30)],
        "schooling": ["非在校", "小学"],
        "absence_reason": ["因病", "因残", "厌学"],
        "education": ["小学", "初中"],
        "chronic": [True, False],
        "serious_illness": [True, False],
        "labour": ["普通劳动力", "无劳动力"],
        "serious_illness_insurance": [True, False],
        "pension_insurance": [True, False],
        # What nobody says of one is as it is said of all (adr/0003, adr/0006).
        "urban_dibao": [False],
        # One register of a house alone decides (adr/0013).
        "house_grade": ["B级"],
        "house_dangerous": [False],
        "collective_income_fen": [0, 10_000_000, 20_000_000],
    }
    if name in plain:
        return [{name: value} for value in plain[name]]
    if name == "medical_insurance":
        # Whoever is in serious-illness insurance is in the basic one.
        return [{name: True}, {name: False}][: 1 if row["serious_illness_insurance"] else 2]
    if name == "disability":
        return [{name: code} for code in (["41", "43"] if row["disabled"] else ["无"])]
    return joint_ways(row, name, on)


def joint_ways(row: dict[str, Any], name: str, on: int) -> list[dict[str, Any]]:
    """Return the ways of what is recorded in several columns together."""
    if name == "income_fen":
        return [{"income_fen": amount, "income_heads": 1} for amount in AMOUNTS]
    if name == "disabled":
        return [{"disabled": False, "disability": "无"}, {"disabled": True, "disability": "41"},
                {"disabled": True, "disability": "43"}]  # fmt: skip
    if name == "house":
        return [{"house_grade": grade, "house_dangerous": grade in ("C级", "D级")}
                for grade in ("A级", "C级", "D级")]  # fmt: skip
    if name == "bills_listed_on":
        # A stay that is not listed yet may bring what was paid for it, or an illness of the list.
        return [{name: on, "unlisted": amount, "unlisted_illness": ill}
                for amount, ill in ((0, False), (10**12, False), (0, True))]  # fmt: skip
    if name == "self_pay_fen":
        return [{name: row["total_fen"], "basic_fen": 0, "serious_fen": 0},
                {name: 0, "basic_fen": 0, "serious_fen": 0}]  # fmt: skip
    raise AssertionError(name)


HOUSEHOLD_HOLES = (
    "registered", "exit_status", "monitored", "dibao", "urban_dibao", "destitute", "income_fen",
    "house", "house_grade", "house_dangerous", "safe_water", "water_difficulty", "bills_listed_on",
)  # fmt: skip
PERSON_HOLES = (
    "birth", "schooling", "absence_reason", "education", "chronic", "serious_illness", "disabled",
    "disability", "labour", "medical_insurance", "serious_illness_insurance",
    "pension_insurance", "destitute",
)  # fmt: skip


@st.composite
def holes_in(draw: Any, home: dict[str, Any], on: int) -> tuple[list[oracle.Hole], bool]:
    """Make up to three holes; say whether one of them is the amount of a bill."""
    places = [(home, name) for name in HOUSEHOLD_HOLES]
    for member in home["members"]:
        places += [(member, name) for name in PERSON_HOLES]
        places += [(bill, "self_pay_fen") for bill in member["bills"]]
    chosen = draw(st.lists(st.sampled_from(range(len(places))), max_size=3, unique=True))
    rows = [places[number] for number in chosen]
    house = ("house", "house_grade", "house_dangerous")
    insured = ("medical_insurance", "serious_illness_insurance")
    for pair in (("disabled", "disability"), ("destitute",), insured, house):
        if sum(name in pair for _, name in rows) > 1:
            rows = rows[:1]
    holes = [(row, ways(row, name, on)) for row, name in rows]
    for number, (row, name) in enumerate(rows):
        if name == "destitute" and row is not home:
            # What nobody says of one is as it is said of all (adr/0004, adr/0006).
            holes[number] = (row, [{name: home["destitute"]}])
    for row, choices in holes:
        row.update(dict.fromkeys(choices[0]))
    return holes, any(name == "self_pay_fen" for _, name in rows)


VALUES: dict[str, list[Any]] = {
    "severe_disabilities": [frozenset({"01"}), frozenset({"41", "43", "53", "63"})],
    "serious_diseases": [frozenset({"麻疹"}), frozenset({"肺癌", "感冒"})],
    "gradual_exit_months": [1, 24, 600],
    "burden_months": [1, 12, 600],
    "shock_months": [1, 6, 600],
    "compulsory_age_from": [0, 6, 16],
    "compulsory_age_to": [5, 15, 18],
    "pension_age": [0, 16, 90],
}
"""How a parameter that nobody has set may turn out; an amount or share: next to none, or huge."""


def unset(*names: str) -> tuple[dict[str, Any], list[oracle.Hole]]:
    """Return the figures without these, and the ways in which these may turn out."""
    figures = {**FIGURES, **dict.fromkeys(names)}
    return figures, [
        (figures, [{name: value} for value in VALUES.get(name, [1, FIGURES[name], 10**7])])
        for name in names
    ]
