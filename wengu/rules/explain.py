"""解释: why a subject has its result: the conditions reached, their facts, what is missing."""

import dataclasses
import datetime
from collections.abc import Callable, Iterator
from typing import Any

from wengu.rules import kinds, nodes
from wengu.rules.due import NOTHING_AHEAD, Ahead, due_date
from wengu.rules.evaluate import Reference
from wengu.rules.flips import Flip, flips
from wengu.rules.leaves import Leaf
from wengu.rules.nodes import Node
from wengu.rules.rows import Frame, Result
from wengu.rules.rule import Rule
from wengu.rules.sites import leaf_rows
from wengu.rules.words import Words, plain, scaled

OPPOSITE = {
    "=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">", "in": "not in",
    "known": "not known", "is": "is not", "any": "none", "every": "not every",
}  # fmt: skip


@dataclasses.dataclass(frozen=True)
class LeafValue:
    """叶值: one stored fact that was looked at, so that its source and date can be found."""

    table: str
    column: str
    subject: Any
    value: Any
    term: str


@dataclasses.dataclass(frozen=True)
class Atom:
    """条件: one comparison as it was reached: its facts, its threshold, its answer.

    `value` and `threshold` are in `unit` (fen, bp, day …); the texts are for people. `verdict` is
    of the comparison as shown: a negated one is shown turned round (not ≤ is >).
    `inner` holds what an any/every or a named condition consists of.
    """

    branch: str
    fact: str
    term: str
    operator: str
    value: Any
    threshold: Any
    unit: str
    value_text: str
    threshold_text: str
    verdict: bool | None
    leaves: tuple[LeafValue, ...]
    subject: Any
    inner: tuple["Atom", ...] = ()


@dataclasses.dataclass(frozen=True)
class Missing:
    """缺失: a fact nobody has recorded, or a parameter nobody has set (table and subject empty)."""

    leaf: Leaf
    subject: Any
    term: str
    holder: str


@dataclasses.dataclass(frozen=True)
class Explanation:
    """解释: everything that can be said about one result."""

    rule: str
    clause: str
    quote: str
    term: str
    on: datetime.date
    subject: Any
    result: Result
    verdict: bool | None
    branch: str | None
    branch_term: str
    conditions: tuple[Atom, ...]
    missing: tuple[Missing, ...]
    flips: tuple[Flip, ...]
    due: datetime.date | None


class Explainer:
    """解释器: explains results of one evaluator, in Chinese or in English."""

    def __init__(
        self, reference: Reference, *, english: bool = False, speak: Callable[[str], str] = str
    ) -> None:
        self.reference = reference
        self.voc = reference.voc
        self.interpreter = reference.interpreter
        self.words = Words(reference.voc, english=english, speak=speak)

    def explain(
        self,
        rule: Rule,
        subject: Frame,
        *,
        changes: bool = True,
        ahead: Ahead = NOTHING_AHEAD,
    ) -> Explanation:
        """Return the explanation; `changes=False` leaves out flips and the due date.

        `ahead` says which facts of the subject are known to begin or end later.
        """
        result = self.reference.decide(rule, subject)
        reached = rule.branches[: (-result.branch if result.branch < 0 else result.branch + 1)]
        atoms: list[Atom] = []
        for branch in reached:
            if branch.condition is not None:
                atoms.extend(self._atoms(branch.condition, subject, branch.name))
        taken = rule.branches[result.branch] if result.branch >= 0 else None
        english = self.words.english
        return Explanation(
            rule=rule.name,
            clause=rule.clause,
            quote=rule.quote,
            term=(rule.term_en or rule.term) if english else rule.term,
            on=self.reference.on,
            subject=subject.id,
            result=result,
            verdict=taken.verdict if taken else None,
            branch=taken.name if taken else None,
            branch_term=_branch_term(taken, english=english) if taken else "",
            conditions=tuple(atoms),
            missing=() if taken else tuple(self._missing(reached[-1].condition, subject)),
            flips=tuple(flips(self.reference, rule, subject)) if changes else (),
            due=due_date(self.reference, rule, subject, ahead) if changes else None,
        )

    def _missing(self, condition: Node | None, subject: Frame) -> Iterator[Missing]:
        if condition is None:
            return
        seen = dict.fromkeys(self.interpreter.missing(condition, subject))
        for leaf, frame in seen:
            if leaf.is_parameter:
                yield Missing(leaf, None, self.words.name(nodes.Parameter(leaf.name)), "")
            else:
                kind = self.voc.column(leaf.table, leaf.name)
                term = self.words.name(nodes.Column(leaf.table, leaf.name))
                yield Missing(leaf, frame.id, term, kind.holder)

    def _atoms(
        self, node: Node, frame: Frame, branch: str, *, turned: bool = False
    ) -> Iterator[Atom]:
        if isinstance(node, nodes.Not):
            yield from self._atoms(node.of, frame, branch, turned=not turned)
        elif isinstance(node, nodes.Default) and not isinstance(node.of, nodes.Column):
            # "or else no" settles the branch; the fact itself is told as it is, unknown or not.
            yield from self._atoms(node.of, frame, branch, turned=turned)
        elif isinstance(node, nodes.And | nodes.Or):
            for item in node.items:
                yield from self._atoms(item, frame, branch, turned=turned)
        else:
            yield self._atom(node, frame, branch, turned=turned)

    def _atom(self, node: Node, frame: Frame, branch: str, *, turned: bool) -> Atom:
        left, operator, right = _parts(node)
        unit = self.words.unit(left)
        value = self.interpreter.value(left, frame)
        verdict = self.interpreter.value(node, frame)
        threshold, text = self._threshold(right, frame, unit)
        if turned:
            operator = OPPOSITE[operator]
            verdict = None if verdict is None else not verdict
        return Atom(
            branch=branch,
            fact=_identifier(left),
            term=self.words.name(left),
            operator=operator,
            value=scaled(value, unit),
            threshold=threshold,
            unit="*".join(plain(unit)) or "count",
            value_text=self.words.value(scaled(value, unit), plain(unit)),
            threshold_text=text,
            verdict=verdict,
            leaves=self._leaves(node, frame),
            subject=frame.id,
            inner=tuple(self._inner(left, frame, branch)),
        )

    def _threshold(
        self, right: Node | tuple[str, ...] | None, frame: Frame, unit: kinds.Unit
    ) -> tuple[Any, str]:
        if right is None:
            return None, ""
        if isinstance(right, tuple):
            return right, self.words.listed(right)
        found = self.interpreter.value(right, frame)
        if isinstance(right, nodes.Literal) and right.unit is None and found is not None:
            return found, self.words.value(found, plain(unit))
        if isinstance(found, frozenset):
            found = tuple(sorted(found))
        if isinstance(found, tuple):
            colon = ": " if self.words.english else "："
            return found, f"{self.words.name(right)}{colon}{self.words.value(found, unit)}"
        text = self.words.sum_text(right, frame, self.interpreter, self.words.unit(right))
        return scaled(found, self.words.unit(right)), text

    def _leaves(self, node: Node, frame: Frame) -> tuple[LeafValue, ...]:
        found = {
            (column.table, column.name, row.id): LeafValue(
                column.table,
                column.name,
                row.id,
                row.values[column.name],
                self.words.name(column),
            )
            for column, row in leaf_rows(node, frame, self.voc)
        }
        return tuple(found.values())

    def _inner(self, node: Node, frame: Frame, branch: str) -> Iterator[Atom]:
        """Yield what an any/every, or a named condition, consists of."""
        if isinstance(node, nodes.Need | nodes.Default):
            yield from self._inner(node.of, frame, branch)
        elif isinstance(node, nodes.Fact) and self.words.unit(node) == kinds.FLAG:
            yield from self._atoms(self.voc.opened(node), frame.at(node.table), branch)
        elif isinstance(node, nodes.Aggregate) and node.operator in ("any", "every"):
            owner = frame.at(self.voc.above(node.table)[1])
            for row in owner.below.get(node.table, []):
                for part in nodes.children(node):
                    yield from self._atoms(part, row, branch)


def _parts(node: Node) -> tuple[Node, str, Node | tuple[str, ...] | None]:
    if isinstance(node, nodes.Compare):
        return node.left, node.operator, node.right
    if isinstance(node, nodes.Member):
        return node.of, "in", node.values
    if isinstance(node, nodes.Known):
        return node.of, "known", None
    if isinstance(node, nodes.Aggregate):
        return node, node.operator, None
    return node, "is", None


def _identifier(node: Node) -> str:
    """Return the name of the fact an atom is about: table.column where it is a plain one."""
    if isinstance(node, nodes.Column | nodes.Fact):
        return f"{node.table}.{node.name}"
    if isinstance(node, nodes.Aggregate):
        return f"{node.table}.{node.operator}"
    below = nodes.children(node)
    return _identifier(below[0]) if below else type(node).__name__.lower()


def _branch_term(branch: Any, *, english: bool) -> str:
    return str((branch.term_en or branch.term) if english else branch.term)
