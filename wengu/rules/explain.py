"""解释: why a subject has its result: the conditions reached, their facts, what is missing."""

import dataclasses
import datetime
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from wengu.rules import kinds, nodes
from wengu.rules.branches import Branch
from wengu.rules.comparisons import comparisons, identifier, moves, sides
from wengu.rules.decisive import grounds, led
from wengu.rules.due import NOTHING_AHEAD, Ahead, Due, due
from wengu.rules.evaluate import Reference
from wengu.rules.flips import Flip, flips
from wengu.rules.interpret import COMPARE
from wengu.rules.leaves import Leaf
from wengu.rules.nodes import Node
from wengu.rules.rows import Frame, Result
from wengu.rules.rule import Rule
from wengu.rules.sites import Reach, reach, reached
from wengu.rules.words import Called, Words, plain, scaled

OPPOSITE = {
    "=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">", "in": "not in",
    "known": "not known", "is": "is not", "any": "none", "every": "not every",
}  # fmt: skip


class LeafValue(NamedTuple):
    """叶值: one stored fact that was looked at, so that its source and date can be found."""

    table: str
    column: str
    subject: Any
    value: Any
    term: str


class Atom(NamedTuple):
    """条件: one comparison as it was reached: its facts, its threshold, its answer.

    `value` and `threshold` are in `unit` (fen, bp, day …); the texts are for people. `verdict` is
    of the comparison as shown: a negated one is shown turned round (not ≤ is >).
    `inner` holds what an any/every or a named condition consists of.
    """

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
    """解释: all that can be said of one result; `branches` name the branch of each condition.

    `grounds` are the comparisons that the branch rests on; of one alone, `led` led to it.
    """

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
    branches: tuple[str, ...]
    grounds: tuple[Atom, ...]
    led: tuple[Atom, ...]
    missing: tuple[Missing, ...]
    flips: tuple[Flip, ...]
    ahead: Due | None

    @property
    def due(self) -> datetime.date | None:
        """The first later day with another result."""
        return self.ahead.day if self.ahead else None


class Explainer:
    """解释器: explains results of one evaluator, in Chinese or in English."""

    def __init__(
        self,
        reference: Reference,
        *,
        english: bool = False,
        speak: Callable[[str], str] = str,
        called: Called | None = None,
    ) -> None:
        self.reference = reference
        self.voc = reference.voc
        self._remembering = reference.remembering()
        self.interpreter = self._remembering.interpreter
        self._one: dict[tuple[Node, bool], _Shape] = {}
        self._stands: dict[tuple[int, bool], tuple[Node, _Shape]] = {}
        self._fixed: dict[tuple[int, str], _Beside] = {}
        self._made: dict[int, tuple[Node, tuple[_Shape, ...]]] = {}
        self.words = Words(reference.voc, english=english, speak=speak, called=called)

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
        result = self._remembering.decide(rule, subject)
        reached = rule.branches[: (-result.branch if result.branch < 0 else result.branch + 1)]
        told = [each for branch in reached for each in self._of_branch(branch, subject)]
        taken = rule.branches[result.branch] if result.branch >= 0 else None
        rests, before = self._grounds(rule, result.branch, subject) if taken else ((), ())
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
            conditions=tuple([atom for atom, _ in told]),
            branches=tuple([name for _, name in told]),
            grounds=rests,
            led=before,
            missing=() if taken else tuple(self._missing(reached[-1].condition, subject)),
            flips=tuple(flips(self.reference, rule, subject)) if changes else (),
            ahead=due(self.reference, rule, subject, ahead) if changes else None,
        )

    def _of_branch(self, branch: Branch, subject: Frame) -> Iterator[tuple[Atom, str]]:
        if branch.condition is not None:
            for atom in self._told(branch.condition, subject):
                yield atom, branch.name

    def _grounds(
        self, rule: Rule, taken: int, subject: Frame
    ) -> tuple[tuple[Atom, ...], tuple[Atom, ...]]:
        own = grounds(self.interpreter, rule, taken, subject)
        more = led(self.interpreter, rule, taken, subject) if len(own) == 1 else []
        first, second = (tuple([self._ground(*one) for one in some]) for some in (own, more))
        return first, second

    def _ground(self, node: Node, turned: bool, frame: Frame) -> Atom:  # noqa: FBT001 - as it is yielded
        """Return a comparison as it stands among the conditions, where it is told already."""
        key = (id(node), turned)
        if key not in self._stands:
            # The node stays, so that its id is nobody else's.
            self._stands[key] = (node, self._shaped(node, turned))
        return self._made_once(self._stands[key][1], frame)

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

    def _atom(self, shape: "_Shape", frame: Frame) -> Atom:
        left = self.interpreter.value(shape.left, frame)
        right, threshold, text = self._beside(shape, frame)
        verdict = _verdict(shape.node, left, right)
        if shape.turned and verdict is not None:
            verdict = not verdict
        value, told = self._stated(shape, left, frame)
        return Atom(
            fact=shape.fact,
            term=shape.term,
            operator=shape.operator,
            value=value,
            threshold=threshold,
            unit=shape.unit_text,
            value_text=told,
            threshold_text=text,
            verdict=verdict,
            leaves=self._leaves(shape, frame),
            subject=frame.id,
            inner=self._inner(shape, frame),
        )

    def _stated(self, shape: "_Shape", found: Any, frame: Frame) -> tuple[Any, str]:
        """Return a value and its text; of what nobody states, as what it was counted."""
        value = scaled(found, shape.unit)
        text = self.words.value(value, shape.plain)
        if shape.assumed is None or self.interpreter.value(shape.assumed, frame) is not None:
            return value, text
        return None, self.words.assumed(text)

    def _shapes(self, node: Node) -> "tuple[_Shape, ...]":
        """Return the comparisons that a condition consists of: the same on every row, made once."""
        found = self._made.get(id(node))
        if found is None:
            # The node stays with its shapes, so that its id is nobody else's.
            # Conditions that say the same are one shape, in whatever rule they stand.
            shapes = tuple([self._shaped(*part) for part in comparisons(node)])
            found = self._made[id(node)] = (node, shapes)
        return found[1]

    def _shaped(self, node: Node, turned: bool) -> "_Shape":  # noqa: FBT001 - as it is yielded
        part = (node, turned)
        if part not in self._one:
            self._one[part] = self._shape(node, turned)
        return self._one[part]

    def _shape(self, node: Node, turned: bool) -> "_Shape":  # noqa: FBT001 - as it is yielded
        left, operator, right = sides(node)
        unit = self.words.unit(left)
        return _Shape(
            node=node,
            turned=turned,
            left=left,
            operator=OPPOSITE[operator] if turned else operator,
            right=right,
            unit=unit,
            plain=plain(unit),
            unit_text="*".join(plain(unit)) or "count",
            fact=identifier(left),
            term=self.words.name(left),
            reach=reach(node, self.voc),
            within=self._below(left),
            fixed=not isinstance(right, Node) or not moves(right, self.voc),
            assumed=left.of if isinstance(left, nodes.Default) else None,
        )

    def _below(self, node: Node) -> "_Within | None":
        """Return what an any/every, or a named condition, consists of."""
        if isinstance(node, nodes.Need | nodes.Default):
            return self._below(node.of)
        if isinstance(node, nodes.Fact) and self.words.unit(node) == kinds.FLAG:
            return _Within(node.table, "", (self.voc.opened(node),))
        if isinstance(node, nodes.Aggregate) and node.operator in ("any", "every"):
            owner = self.voc.above(node.table)[1]
            return _Within(owner, node.table, tuple(nodes.children(node)))
        return None

    def _beside(self, shape: "_Shape", frame: Frame) -> "_Beside":
        """Return what is compared with; where no stored fact enters, made once a county."""
        if not shape.fixed:
            return self._threshold(shape.right, frame, shape.unit)
        key = (id(shape), frame.county)
        if key not in self._fixed:
            self._fixed[key] = self._threshold(shape.right, frame, shape.unit)
        return self._fixed[key]

    def _threshold(
        self, right: Node | tuple[str, ...] | None, frame: Frame, unit: kinds.Unit
    ) -> "_Beside":
        if right is None:
            return _Beside(None, None, "")
        if isinstance(right, tuple):
            return _Beside(right, right, self.words.listed(right))
        found = self.interpreter.value(right, frame)
        if isinstance(right, nodes.Literal) and right.unit is None and found is not None:
            return _Beside(found, found, self.words.value(found, plain(unit)))
        if isinstance(found, frozenset):
            found = tuple(sorted(found))
        if isinstance(found, tuple):
            colon = ": " if self.words.english else "："
            text = f"{self.words.name(right)}{colon}{self.words.value(found, unit)}"
            return _Beside(found, found, text)
        text = self.words.sum_text(right, frame, self.interpreter, self.words.unit(right))
        return _Beside(found, scaled(found, self.words.unit(right)), text)

    def _leaves(self, shape: "_Shape", frame: Frame) -> tuple[LeafValue, ...]:
        found = [self._leaf(column, row) for column, row in reached(shape.reach, frame)]
        return tuple(found) if len(found) <= 1 else tuple(dict.fromkeys(found))

    def _leaf(self, column: nodes.Column, row: Frame) -> LeafValue:
        """Return a stored fact of a row, made once: many conditions look at it."""
        kept = self._kept(row)
        found: LeafValue | None = kept.get(column.name)
        if found is None:
            found = kept[column.name] = LeafValue(
                column.table,
                column.name,
                row.id,
                row.values[column.name],
                self.words.name(column),
            )
        return found

    def _kept(self, frame: Frame) -> dict[Any, Any]:
        kept = frame.kept.get(self)
        if kept is None:
            kept = frame.kept[self] = {}
        return kept

    def _inner(self, shape: "_Shape", frame: Frame) -> tuple[Atom, ...]:
        within = shape.within
        if within is None:
            return ()
        owner = frame.at(within.owner)
        rows = owner.below.get(within.table, ()) if within.table else (owner,)
        if len(rows) == len(within.parts) == 1:
            return self._told(within.parts[0], rows[0])
        return tuple([a for row in rows for part in within.parts for a in self._told(part, row)])

    def _told(self, node: Node, frame: Frame) -> tuple[Atom, ...]:
        """Return the comparisons of a condition on a row, made once: many may come down to it."""
        kept = self._kept(frame)
        found: tuple[Atom, ...] | None = kept.get(id(node))
        if found is None:
            atoms = [self._made_once(shape, frame) for shape in self._shapes(node)]
            found = kept[id(node)] = tuple(atoms)
        return found

    def _made_once(self, shape: "_Shape", frame: Frame) -> Atom:
        kept = self._kept(frame)
        atom: Atom | None = kept.get(id(shape))
        if atom is None:
            atom = kept[id(shape)] = self._atom(shape, frame)
        return atom


class _Beside(NamedTuple):
    """所比: what a comparison is made with: as computed, in its plain unit, in words."""

    value: Any
    threshold: Any
    text: str


def _verdict(node: Node, left: Any, right: Any) -> bool | None:
    """Return the answer of a comparison, both sides of which are known already."""
    if isinstance(node, nodes.Known):
        return left is not None
    if isinstance(node, nodes.Compare):
        return None if left is None or right is None else COMPARE[node.operator](left, right)
    if isinstance(node, nodes.Member):
        return None if left is None or right is None else left in right
    answer: bool | None = left
    return answer


class _Within(NamedTuple):
    """之内: the conditions to look into, on a row or (with a table) on each row below it."""

    owner: str
    table: str
    parts: tuple[Node, ...]


class _Shape(NamedTuple):
    """样式: what of a condition is the same on every row."""

    node: Node
    turned: bool
    left: Node
    operator: str
    right: Node | tuple[str, ...] | None
    unit: kinds.Unit
    plain: kinds.Unit
    unit_text: str
    fact: str
    term: str
    reach: Reach
    within: _Within | None
    fixed: bool
    assumed: Node | None  # the fact itself, where an unknown one counts as something


def _branch_term(branch: Any, *, english: bool) -> str:
    return str((branch.term_en or branch.term) if english else branch.term)
