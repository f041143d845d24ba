"""规则: one clause as the pack keeps it: its branches, its period, and its proof."""

import dataclasses
import datetime
import re
from typing import Any

from wengu.rules import kinds
from wengu.rules.branches import Branch
from wengu.rules.errors import RuleError
from wengu.rules.leaves import missable
from wengu.rules.nodes import Node
from wengu.rules.proofs import infer
from wengu.rules.trees import from_tree, to_tree
from wengu.rules.vocabulary import Vocabulary

_NAME = re.compile(r"[a-z][a-z0-9-]{0,47}")
_MOST_NEEDS = 31
FOREVER = datetime.date.max

Effective = tuple[str, str | None]


@dataclasses.dataclass(frozen=True)
class Rule:
    """规则: one clause, for one kind of subject, in one half-open period."""

    name: str
    clause: str
    subject: str
    term: str
    term_en: str
    quote: str
    since: datetime.date
    until: datetime.date | None
    branches: tuple[Branch, ...]
    measures: tuple[str, ...] = ()
    reading: str = ""
    cases: str = dataclasses.field(default="", compare=False)

    def in_force(self, on: datetime.date) -> bool:
        """Does the rule apply on the day."""
        return self.since <= on and (self.until is None or on < self.until)

    @property
    def identifier(self) -> str:
        """The name as engines spell it."""
        return self.name.replace("-", "_")

    @property
    def default(self) -> int | None:
        """The branch of those the rule is not about; a batch need not keep it."""
        return 0 if self.branches[0].default else None

    def branch(self, name: str) -> int:
        """Return the number of a branch."""
        for number, branch in enumerate(self.branches):
            if branch.name == name:
                return number
        raise RuleError("unknown-name", table=self.name, name=name, known=self._names())

    def _names(self) -> str:
        return "、".join(branch.name for branch in self.branches)


def rule_tree(rule: Rule) -> dict[str, Any]:
    """Return a rule as JSON data."""
    return {
        "rule": rule.name,
        "clause": rule.clause,
        "subject": rule.subject,
        "term": rule.term,
        "term_en": rule.term_en,
        "quote": rule.quote,
        "since": str(rule.since),
        "until": str(rule.until) if rule.until else None,
        "measures": list(rule.measures),
        "reading": rule.reading,
        "branches": [
            {
                "name": branch.name,
                "verdict": branch.verdict,
                "term": branch.term,
                "term_en": branch.term_en,
                "default": branch.default,
                "condition": to_tree(branch.condition) if branch.condition else None,
            }
            for branch in rule.branches
        ],
    }


def _branch_of(tree: dict[str, Any]) -> Branch:
    texts = [tree["name"], tree["term"], tree["term_en"]]
    flags = [tree["verdict"], tree["default"]]
    if not all(isinstance(text, str) for text in texts):
        raise ValueError(texts)
    if not all(isinstance(flag, bool) for flag in flags):
        raise ValueError(flags)
    condition = None if tree["condition"] is None else from_tree(tree["condition"])
    return Branch(texts[0], flags[0], texts[1], condition, flags[1], texts[2])


def rule_of(tree: dict[str, Any]) -> Rule:
    """Return the rule of a tree, not yet proved."""
    branches = tuple(_branch_of(one) for one in tree["branches"])
    since, until = period((tree["since"], tree["until"]))
    return Rule(
        tree["rule"], tree["clause"], tree["subject"], tree["term"], tree["term_en"],
        tree["quote"], since, until, branches, tuple(tree["measures"]), tree["reading"],
    )  # fmt: skip


def period(effective: Effective) -> tuple[datetime.date, datetime.date | None]:
    """Return the half-open period of two ISO dates."""
    try:
        since, until = effective
        start = datetime.date.fromisoformat(since)
        end = None if until is None else datetime.date.fromisoformat(until)
    except (TypeError, ValueError):
        raise RuleError("bad-period", value=effective) from None
    if end is not None and end <= start:
        raise RuleError("bad-period", value=effective)
    return start, end


def overlap(one: Rule, two: Rule) -> bool:
    """Do two versions share a day."""
    return one.since < (two.until or FOREVER) and two.since < (one.until or FOREVER)


def check_reach(voc: Vocabulary, node: Node, subject: str) -> None:
    """Refuse an expression that looks at rows which the subject does not belong to."""
    found = infer(node, voc)
    if found.level is not None and found.level not in voc.above(subject):
        raise RuleError("out-of-reach", name=found.label, table=found.level, level=subject)


def check_branches(voc: Vocabulary, rule: Rule) -> None:
    """Prove a rule: its names, the order of its branches, and every condition."""
    if not _NAME.fullmatch(rule.name):
        raise RuleError("bad-name", name=rule.name, joint="连字符")
    names: set[str] = set()
    last = len(rule.branches) - 1
    if last < 0 or rule.branches[last].condition is not None:
        raise RuleError("no-otherwise")
    for number, branch in enumerate(rule.branches):
        if branch.name in names:
            raise _at(branch, RuleError("duplicate-branch", name=branch.name))
        names.add(branch.name)
        if not _NAME.fullmatch(branch.name):
            raise _at(branch, RuleError("bad-name", name=branch.name, joint="连字符"))
        if branch.default and number:
            raise _at(branch, RuleError("default-late", name=branch.name))
        if number < last:
            _check_condition(voc, rule, branch)


def _check_condition(voc: Vocabulary, rule: Rule, branch: Branch) -> None:
    if branch.condition is None:
        raise _at(branch, RuleError("otherwise-early", name=branch.name))
    try:
        found = infer(branch.condition, voc)
        if found.unit != kinds.FLAG:
            raise RuleError("not-a-condition", name=found.label)
        if found.open:
            raise RuleError("open-comparison", name=found.label, operator="when()")
        if found.level is None:
            raise RuleError("constant-condition", name=branch.name)
        check_reach(voc, branch.condition, rule.subject)
        count = len(missable(branch.condition, voc))
        if count > _MOST_NEEDS:
            raise RuleError("too-many-needs", name=branch.name, count=count)
    except RuleError as error:
        raise _at(branch, error) from None


def _at(branch: Branch, error: RuleError) -> RuleError:
    error.line = branch.line or error.line
    return error
