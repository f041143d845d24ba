"""翻转: the nearest change of one fact that changes the result.

For one number, the truth of each comparison changes only at certain values. They are found
exactly: between the values already found a comparison is linear in the number, so its two ends
show whether it turns in between, and a search by halves finds where. The result is then constant
between neighbours, and the nearest stretch with another result is the answer. Days are days of
what has happened: none after the day of the evaluation is tried.
"""

import dataclasses
import datetime
import itertools
from collections.abc import Callable, Iterator
from typing import Any

from wengu.kernel.dates import from_day, is_day, to_day
from wengu.rules import kinds, nodes
from wengu.rules.evaluate import Reference
from wengu.rules.leaves import Leaf, answered, references
from wengu.rules.nodes import Node
from wengu.rules.rows import Frame, Result
from wengu.rules.rule import Rule
from wengu.rules.sites import Site, leaf_rows, sites


@dataclasses.dataclass(frozen=True)
class Flip:
    """翻转: had this fact this value, the result would be another.

    `direction` is "up" or "down" for numbers and days: `value` is the first in that direction.
    """

    table: str
    column: str
    subject: Any
    current: Any
    value: Any
    direction: str
    result: Result
    branch: str | None
    verdict: bool | None


def flips(reference: Reference, rule: Rule, subject: Frame) -> Iterator[Flip]:
    """Yield the nearest flips of every fact the rule looks at, in reading order.

    Of those that nobody has recorded, only where the rule reads that as an answer: what is missing
    is told apart.
    """
    seen: set[tuple[str, str, int]] = set()
    answers = _answers(reference, rule, subject)
    for branch in rule.branches:
        if branch.condition is None:
            continue
        for column, row in leaf_rows(branch.condition, subject, reference.voc):
            key = (column.table, column.name, id(row))
            empty = row.values[column.name] is None
            if key in seen or (empty and Leaf(column.table, column.name) not in answers):
                continue
            seen.add(key)
            yield from _Search(reference, rule, subject, column, row).flips()


def _answers(reference: Reference, rule: Rule, subject: Frame) -> frozenset[Leaf]:
    """Return the facts whose absence the rule reads as an answer, somewhere, and lacks nowhere."""
    result = reference.decide(rule, subject)
    lacking = {leaf for leaf, _row in reference.missing(rule, result, subject)}
    read = (answered(one.condition, reference.voc) for one in rule.branches if one.condition)
    return frozenset().union(*read) - lacking


class _Search:
    """搜索: what other values of one fact of one row would do to one result."""

    def __init__(
        self,
        reference: Reference,
        rule: Rule,
        subject: Frame,
        column: nodes.Column,
        row: Frame,
    ) -> None:
        self.reference = reference
        self.rule = rule
        self.subject = subject
        self.column = column
        self.row = row
        self.leaf = Leaf(column.table, column.name)
        self.kind = reference.voc.column(column.table, column.name)
        self.current = row.values[column.name]
        self.before = reference.decide(rule, subject)

    def flips(self) -> Iterator[Flip]:
        """Yield the flips of this fact."""
        if self.kind.dims == kinds.FLAG:
            for flag in (True, False) if self.current is None else (not self.current,):
                yield from self._try(flag)
        elif self.kind.dims == kinds.TEXT:
            for value in self._texts():
                yield from self._try(value)
        elif self.current is None:
            yield from self._recorded()
        else:
            yield from self._numeric()

    def _with(self, value: Any, ask: Callable[[], Any]) -> Any:
        """Return the answer to `ask` as if the fact had this value."""
        kept = self.row.values
        self.row.values = {**kept, self.column.name: value}
        try:
            return ask()
        finally:
            self.row.values = kept

    def _decide(self, value: Any) -> Result:
        found: Result = self._with(value, lambda: self.reference.decide(self.rule, self.subject))
        return found

    def _try(self, value: Any, direction: str = "") -> Iterator[Flip]:
        result = self._decide(value)
        if value == self.current or result.branch == self.before.branch:
            return
        taken = self.rule.branches[result.branch] if result.branch >= 0 else None
        yield Flip(
            self.column.table,
            self.column.name,
            self.row.id,
            self.current,
            value,
            direction,
            result,
            taken.name if taken else None,
            taken.verdict if taken else None,
        )

    def _texts(self) -> list[str]:
        """Return the values worth trying: the listed ones, or those the rule speaks of."""
        if self.kind.values:
            return list(self.kind.values)
        found: set[str] = set()
        for branch in self.rule.branches:
            if branch.condition is not None:
                found.update(self._spoken(branch.condition))
        return sorted(found)

    def _spoken(self, node: Node) -> Iterator[str]:
        if isinstance(node, nodes.Literal) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, nodes.Member) and isinstance(node.values, tuple):
            yield from node.values
        elif isinstance(node, nodes.Parameter):
            codes = self.reference.interpreter.value(node, self.subject)
            yield from codes if isinstance(codes, frozenset) else ()
        opened = self.reference.voc.opened(node)
        for child in [opened] if opened is not node else nodes.children(node):
            yield from self._spoken(child)

    def _numeric(self) -> Iterator[Flip]:
        scale = _DAYS if self.kind.dims == kinds.DAY else _NUMBERS
        if self.kind.dims == kinds.DAY and not is_day(self.current):
            return
        low, high = self._range(scale)
        here = scale.rank(self.current)
        low, high = min(low, here), max(high, here)
        starts = self._starts(low, high, scale)
        yield from self._nearest([start for start in starts if start > here], scale, "up")
        below = [start - 1 for start in reversed(starts) if start <= here and start - 1 >= low]
        yield from self._nearest(below, scale, "down")

    def _recorded(self) -> Iterator[Flip]:
        """Yield what recording it would do: of each other result the first value that leads there.

        Of days the last that leads there.
        """
        scale = _DAYS if self.kind.dims == kinds.DAY else _NUMBERS
        low, high = self._range(scale)
        found: dict[int, Flip] = {}
        for start, stop in itertools.pairwise([*self._starts(low, high, scale), high + 1]):
            for flip in self._try(scale.value(stop - 1 if scale is _DAYS else start)):
                branch = flip.result.branch
                if branch not in found or scale is _DAYS:
                    found[branch] = flip
        yield from found.values()

    def _range(self, scale: "_Scale") -> tuple[int, int]:
        """Return the first and the last rank worth trying: of days the last that has come."""
        low, high = (scale.rank(bound) for bound in self.kind.bounds)
        return low, min(high, self.reference.on.toordinal()) if scale is _DAYS else high

    def _nearest(self, ranks: list[int], scale: "_Scale", direction: str) -> Iterator[Flip]:
        for rank in ranks:
            found = list(self._try(scale.value(rank), direction))
            if found:
                yield from found
                return

    def _starts(self, low: int, high: int, scale: "_Scale") -> list[int]:
        """Return the ranks at which some comparison of the rule begins to answer otherwise."""
        starts = {low}
        for site in self._sites():
            edges = [*sorted(starts), high + 1]
            for start, stop in itertools.pairwise(edges):
                starts.update(self._turns(site, start, stop - 1, scale))
        return sorted(starts)

    def _sites(self) -> list[Site]:
        """Return the comparisons that look at this fact; none where it is multiplied by itself."""
        voc = self.reference.voc
        found: list[Site] = []
        for branch in self.rule.branches:
            if branch.condition is not None:
                for compare, frame in sites(branch.condition, self.subject, voc):
                    if self.leaf in references(compare, voc):
                        found.append((compare, frame))
        return found if not any(self._is_curved(compare) for compare, _ in found) else []

    def _is_curved(self, node: Node) -> bool:
        voc = self.reference.voc
        opened = voc.opened(node)
        if isinstance(opened, nodes.Arithmetic) and opened.operator == "*":
            sides = (opened.left, opened.right)
            if all(self.leaf in references(side, voc) for side in sides):
                return True
        return any(self._is_curved(child) for child in nodes.children(opened))

    def _turns(self, site: Site, first: int, last: int, scale: "_Scale") -> Iterator[int]:
        """Yield the ranks in (first, last] at which left - right changes its sign."""
        end = self._sign(site, last, scale)
        sign = self._sign(site, first, scale)
        while sign != end:
            low, high = first, last
            while high - low > 1:
                middle = (low + high) // 2
                if self._sign(site, middle, scale) == sign:
                    low = middle
                else:
                    high = middle
            yield high
            first, sign = high, self._sign(site, high, scale)

    def _sign(self, site: Site, rank: int, scale: "_Scale") -> int | None:
        compare, frame = site
        interpreter = self.reference.interpreter

        def ask() -> int | None:
            left = interpreter.value(compare.left, frame)
            right = interpreter.value(compare.right, frame)
            if left is None or right is None:
                return None
            return int(left > right) - int(left < right)

        found: int | None = self._with(scale.value(rank), ask)
        return found


@dataclasses.dataclass(frozen=True)
class _Scale:
    """刻度: the values of a fact as consecutive integers."""

    rank: Callable[[int], int]
    value: Callable[[int], int]


_NUMBERS = _Scale(lambda value: value, lambda rank: rank)
_DAYS = _Scale(
    lambda value: from_day(value).toordinal(),
    lambda rank: to_day(datetime.date.fromordinal(rank)),
)
