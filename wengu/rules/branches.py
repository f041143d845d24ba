"""分支: the ordered lines of a decision."""

import dataclasses

from wengu.rules.errors import RuleError
from wengu.rules.language import Condition, Expression, Rows
from wengu.rules.nodes import Node


@dataclasses.dataclass(frozen=True)
class Branch:
    """分支: one line of a decision: when it is taken, what it says, and in which words."""

    name: str
    verdict: bool
    term: str
    condition: Node | None
    default: bool = False
    term_en: str = ""
    rows: Rows = frozenset()
    line: int = 0


@dataclasses.dataclass(frozen=True)
class Decision:
    """判定: the branches of a rule, in order."""

    branches: tuple[Branch, ...]


def when(
    condition: object, name: str, verdict: bool, term: str, *, default: bool = False,  # noqa: FBT001 - a verdict reads as a word of the rule
    term_en: str = "",
) -> Branch:  # fmt: skip
    """Return the branch taken where the condition is true."""
    line = RuleError("not-a-condition").line
    if not isinstance(condition, Condition):
        name = condition.label if isinstance(condition, Expression) else repr(condition)
        raise RuleError("not-a-condition", name=name)
    if condition.type is not None and condition.type.open:
        raise RuleError("open-comparison", name=condition.label, operator="when()")
    return Branch(name, verdict, term, condition.node, default, term_en, condition.rows, line)


def otherwise(name: str, verdict: bool, term: str, *, term_en: str = "") -> Branch:  # noqa: FBT001 - a verdict reads as a word of the rule
    """Return the last branch, taken where every condition before it is false."""
    line = RuleError("not-a-condition").line
    return Branch(name, verdict, term, None, term_en=term_en, line=line)


def decide(*branches: Branch) -> Decision:
    """Return the decision that takes the first branch whose condition is true.

    A condition that is reached and unknown ends the decision as unknown: what comes after it
    could be wrong.
    """
    return Decision(branches)
