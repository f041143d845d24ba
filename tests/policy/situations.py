"""Situations as an official would tell them: one household, what is known of it, what is decided.

The figures are the demonstration's: dibao 610 yuan a month in 灌云 (7,320 a year), line 6,000.
"""

import datetime
from typing import Any

from wengu.kernel.dates import to_day
from wengu.policy import in_force
from wengu.policy.parameters import demonstration, official
from wengu.policy.rules import pack

ON = datetime.date(2020, 7, 1)
COUNTY = "320723"
YUAN = 100

_HOUSEHOLD: dict[str, Any] = {
    "registered": True,
    "exit_status": "已脱贫",
    "monitored": "无",
    "risk_cleared": False,
    "dibao": False,
    "urban_dibao": None,
    "destitute": False,
    "grace_since": None,
    "income_fen": 20_000 * YUAN,
    "income_heads": 1,
    "house_grade": "A级",
    "house_dangerous": False,
    "safe_water": True,
    "water_difficulty": False,
    "disaster_on": None,
    "bills_listed_on": 20200701,
}
_PERSON: dict[str, Any] = {
    "relation": "户主",
    "sex": "男",
    "birth": 19750101,
    "schooling": "非在校",
    "absence_reason": None,
    "education": "初中",
    "chronic": False,
    "serious_illness": False,
    "disabled": False,
    "disability": "无",
    "labour": "普通劳动力",
    "work_months": 10,
    "medical_insurance": True,
    "serious_illness_insurance": True,
    "pension_insurance": True,
    "dibao": False,
    "destitute": None,
}


def person(*bills: dict[str, Any], **facts: Any) -> dict[str, Any]:
    unknown = set(facts) - set(_PERSON)
    assert not unknown, unknown
    return {**_PERSON, **facts, "bills": list(bills)}


def stay(*, discharged: datetime.date, self_pay: int, diagnosis: str = "骨折") -> dict[str, Any]:
    """A stay in hospital; amounts in yuan."""
    return {
        "diagnosis": diagnosis,
        "admitted": to_day(discharged),
        "discharged": to_day(discharged),
        "total_fen": self_pay * YUAN * 3,
        "basic_fen": None,
        "serious_fen": None,
        "self_pay_fen": self_pay * YUAN,
    }


class Home:
    """户: a household and its members; `branch` and `holds` ask a rule about it."""

    def __init__(self, *members: dict[str, Any], income: float | None = None, **facts: Any):
        unknown = set(facts) - set(_HOUSEHOLD)
        assert not unknown, unknown
        if income is not None:
            facts["income_fen"] = round(income * YUAN)
        self.row = {**_HOUSEHOLD, **facts, "id": 1, "county": COUNTY}
        self.persons: list[dict[str, Any]] = []
        self.bills: list[dict[str, Any]] = []
        for number, given in enumerate(members or (person(),), 1):
            row = {**given, "id": number, "household": 1}
            for bill in row.pop("bills"):
                self.bills.append({**bill, "id": len(self.bills) + 1, "person": number})
            self.persons.append(row)

    def branch(self, rule: str, *, member: int = 0, on: datetime.date = ON) -> str:
        """Return the branch taken for the household, or for the member counted from 1."""
        policy = in_force(on, rows=official() + demonstration())
        results = pack.evaluator(on, policy.parameters).household(
            self.row, self.persons, self.bills
        )
        result = results.persons[member][rule] if member else results.household[rule]
        return "unknown" if result.branch < 0 else pack.rule(rule).branches[result.branch].name

    def holds(self, rule: str, *, member: int = 0, on: datetime.date = ON) -> bool | None:
        """Return the verdict of a rule."""
        name = self.branch(rule, member=member, on=on)
        if name == "unknown":
            return None
        found = pack.rule(rule)
        return found.branches[found.branch(name)].verdict

    def classes(self) -> list[str]:
        """Return the classes of 2.1.4 to 2.1.7 that the household is in."""
        names = ("high-quality-exit", "low-income-marginal", "safety-net-exit",
                 "unregistered-marginal")  # fmt: skip
        return [name for name in names if self.holds(name)]


def village(income: int | None) -> list[str]:
    """Return the classes of a village with this collective income in yuan."""
    row = dict.fromkeys(pack.vocabulary.table("village").columns)
    row |= {"id": 1, "county": COUNTY, "status": "省定"}
    row["collective_income_fen"] = None if income is None else income * YUAN
    policy = in_force(ON, rows=official() + demonstration())
    results = pack.evaluator(ON, policy.parameters).village(row)
    return [
        name
        for name, result in results.items()
        if result.branch >= 0 and pack.rule(name).branches[result.branch].verdict
    ]
