"""规则语言: a clause written once, decided by every engine, and explained from the same text."""

from wengu.rules.branches import decide, otherwise, when
from wengu.rules.errors import RuleError
from wengu.rules.evaluate import Reference
from wengu.rules.kinds import (
    Bp,
    Choice,
    Codes,
    Count,
    Day,
    Days,
    Fen,
    Flag,
    Kind,
    Months,
    ParameterDefinition,
    Table,
    Years,
)
from wengu.rules.language import (
    AS_OF,
    BP,
    age,
    day,
    either,
    larger,
    months_before,
    need,
    smaller,
    within_days,
    within_months,
)
from wengu.rules.leaves import Leaf
from wengu.rules.pack import Pack
from wengu.rules.parameters import Parameters, ParameterValue
from wengu.rules.rows import HouseholdResults, Result
from wengu.rules.rule import Rule

__all__ = [
    "AS_OF", "BP", "Bp", "Choice", "Codes", "Count", "Day", "Days", "Fen", "Flag",
    "HouseholdResults", "Kind", "Leaf", "Months", "Pack", "ParameterDefinition",
    "ParameterValue", "Parameters", "Reference", "Result", "Rule", "RuleError", "Table",
    "Years", "age", "day", "decide", "either", "larger", "months_before", "need", "otherwise",
    "smaller", "when", "within_days", "within_months",
]  # fmt: skip
