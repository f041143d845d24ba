"""解释执行: the reference engine: each node by its definition, one row at a time.

It is slower than the compiled engines and written to be read: they are tested against it, and
explanations are made with it.
"""

import datetime
import operator
from collections.abc import Callable, Iterator
from typing import Any

from wengu.kernel.dates import add_months, first_start_within, to_day
from wengu.rules import nodes
from wengu.rules.leaves import Leaf, missable
from wengu.rules.nodes import Node
from wengu.rules.parameters import Parameters
from wengu.rules.rows import Frame
from wengu.rules.vocabulary import Vocabulary

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt,
    "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
ARITHMETIC: dict[str, Callable[[int, int], int]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul,
}  # fmt: skip


def cut_day(kind: str, on: datetime.date, length: int) -> int:
    """Return the day integer of a Cut."""
    if kind == "months":
        return to_day(first_start_within(on, length))
    if kind == "before":
        return to_day(add_months(on, -length))
    return to_day(on - datetime.timedelta(days=length - 1))


class Interpreter:
    """解释器: values and missing leaves of nodes on one day, under given parameters."""

    def __init__(self, voc: Vocabulary, on: datetime.date, parameters: Parameters) -> None:
        self.voc = voc
        self.on = on
        self.parameters = parameters
        self._today = to_day(on)

    def value(self, node: Node, frame: Frame) -> Any:
        """Return the value of `node` for the row; None = unknown."""
        return _VALUE[type(node)](self, node, frame)

    def missing(self, node: Node, frame: Frame) -> Iterator[tuple[Leaf, Frame]]:
        """Yield each absent leaf that leaves the unknown `node` unknown, with its row."""
        if isinstance(node, nodes.Column):
            yield Leaf(node.table, node.name), frame.at(node.table)
        elif isinstance(node, nodes.Parameter):
            yield Leaf("", node.name), frame
        elif isinstance(node, nodes.Fact):
            yield from self.missing(self.voc.opened(node), frame.at(node.table))
        elif isinstance(node, nodes.Aggregate):
            yield from self._missing_rows(node, frame)
        elif isinstance(node, nodes.Either):
            yield from self._missing_either(node, frame)
        else:
            yield from self._missing_below(node, frame)

    def _missing_below(self, node: Node, frame: Frame) -> Iterator[tuple[Leaf, Frame]]:
        for child in nodes.children(node):
            if self.value(child, frame) is None:
                yield from self.missing(child, frame)

    def _missing_either(self, node: nodes.Either, frame: Frame) -> Iterator[tuple[Leaf, Frame]]:
        condition = self.value(node.condition, frame)
        if condition is None:
            yield from self.missing(node.condition, frame)
        else:
            yield from self.missing(node.yes if condition else node.no, frame)

    def _missing_rows(self, node: nodes.Aggregate, frame: Frame) -> Iterator[tuple[Leaf, Frame]]:
        for row in rows_of(node, frame, self.voc):
            where = True if node.where is None else self.value(node.where, row)
            # In any/every a row whose body already settles it is not what is missing.
            if where is None and node.where is not None and not self._settled(node, row):
                yield from self.missing(node.where, row)
            if where is not False and node.body is not None and self.value(node.body, row) is None:
                yield from self.missing(node.body, row)

    def _settled(self, node: nodes.Aggregate, row: Frame) -> bool:
        if node.body is None or node.operator not in ("any", "every"):
            return False
        return self.value(node.body, row) is (node.operator == "every")

    def mask(self, condition: Node, frame: Frame) -> int:
        """Return the bits of the leaves that leave an unknown condition unknown."""
        needs = missable(condition, self.voc)
        found = {leaf for leaf, _ in self.missing(condition, frame)}
        return sum(1 << bit for bit, leaf in enumerate(needs) if leaf in found)

    def _column(self, node: nodes.Column, frame: Frame) -> Any:
        return frame.at(node.table).values[node.name]

    def _fact(self, node: nodes.Fact, frame: Frame) -> Any:
        return self.value(self.voc.fact(node.table, node.name).node, frame.at(node.table))

    def _parameter(self, node: nodes.Parameter, frame: Frame) -> Any:
        return self.parameters.at(node.name, self.on, frame.county)

    def _literal(self, node: nodes.Literal, frame: Frame) -> Any:
        return node.value

    def _as_of(self, node: nodes.Today, frame: Frame) -> int:
        return self._today

    def _cut(self, node: nodes.Cut, frame: Frame) -> int | None:
        length = self.value(node.length, frame)
        return None if length is None else cut_day(node.kind, self.on, length)

    def _age(self, node: nodes.Age, frame: Frame) -> int | None:
        birth = self.value(node.birth, frame)
        return None if birth is None else (self._today - birth) // 10_000

    def _arithmetic(self, node: nodes.Arithmetic, frame: Frame) -> int | None:
        left, right = self.value(node.left, frame), self.value(node.right, frame)
        if left is None or right is None:
            return None
        return ARITHMETIC[node.operator](left, right)

    def _need(self, node: nodes.Need, frame: Frame) -> Any:
        return self.value(node.of, frame)

    def _default(self, node: nodes.Default, frame: Frame) -> Any:
        found = self.value(node.of, frame)
        return self.value(node.value, frame) if found is None else found

    def _either(self, node: nodes.Either, frame: Frame) -> Any:
        condition = self.value(node.condition, frame)
        if condition is None:
            return None
        return self.value(node.yes if condition else node.no, frame)

    def _compare(self, node: nodes.Compare, frame: Frame) -> bool | None:
        left, right = self.value(node.left, frame), self.value(node.right, frame)
        return None if left is None or right is None else COMPARE[node.operator](left, right)

    def _member(self, node: nodes.Member, frame: Frame) -> bool | None:
        found = self.value(node.of, frame)
        if isinstance(node.values, tuple):
            return None if found is None else found in node.values
        values = self.value(node.values, frame)
        return None if found is None or values is None else found in values

    def _known(self, node: nodes.Known, frame: Frame) -> bool:
        return self.value(node.of, frame) is not None

    def _not(self, node: nodes.Not, frame: Frame) -> bool | None:
        found = self.value(node.of, frame)
        return None if found is None else not found

    def _opposite(self, found: Any) -> bool | None:
        return None if found is None else not found

    def _and(self, node: nodes.And, frame: Frame) -> bool | None:
        return every(self.value(item, frame) for item in node.items)

    def _or(self, node: nodes.Or, frame: Frame) -> bool | None:
        return some(self.value(item, frame) for item in node.items)

    def _aggregate(self, node: nodes.Aggregate, frame: Frame) -> Any:
        rows = rows_of(node, frame, self.voc)
        wheres = [True if node.where is None else self.value(node.where, row) for row in rows]
        bodies = [None if node.body is None else self.value(node.body, row) for row in rows]
        pairs = list(zip(wheres, bodies, strict=True))
        if node.operator == "any":
            return some(every(pair) for pair in pairs)
        if node.operator == "every":
            return every(some((self._opposite(where), body)) for where, body in pairs)
        if None in wheres:
            return None
        counted = [body for where, body in pairs if where]
        if node.operator == "count":
            return len(counted)
        return None if None in counted else sum(counted)


class Remembering(Interpreter):
    """记性: the same answers, each fact and aggregate of a row asked once: no row may change."""

    def value(self, node: Node, frame: Frame) -> Any:
        """Return the value of `node` for the row; None = unknown."""
        # The kinds that are asked for most come first.
        while isinstance(node, nodes.Need):
            node = node.of
        if isinstance(node, nodes.Column):
            return frame.at(node.table).values[node.name]
        key: str | int
        if isinstance(node, nodes.Fact):
            owner, key = frame.at(node.table), node.name
        elif isinstance(node, nodes.Aggregate):
            owner, key = frame.at(self.voc.above(node.table)[1]), id(node)
        else:
            return _VALUE[type(node)](self, node, frame)
        kept = owner.kept.get(self)
        if kept is None:
            kept = owner.kept[self] = {}
        found = kept.get(key)
        if found is None:
            # The node stays with its answer, so that its id is nobody else's.
            found = kept[key] = (node, _VALUE[type(node)](self, node, owner))
        return found[1]


def every(values: Any) -> bool | None:
    """Return Kleene's AND."""
    found = list(values)
    return False if False in found else None if None in found else True


def some(values: Any) -> bool | None:
    """Return Kleene's OR."""
    found = list(values)
    return True if True in found else None if None in found else False


def rows_of(node: nodes.Aggregate, frame: Frame, voc: Vocabulary) -> list[Frame]:
    """Return the rows that an aggregate runs over."""
    owner = frame.at(voc.above(node.table)[1])
    return owner.below.get(node.table, [])


_VALUE: dict[type[Node], Callable[[Interpreter, Any, Frame], Any]] = {
    nodes.Column: Interpreter._column,
    nodes.Fact: Interpreter._fact,
    nodes.Parameter: Interpreter._parameter,
    nodes.Literal: Interpreter._literal,
    nodes.Today: Interpreter._as_of,
    nodes.Cut: Interpreter._cut,
    nodes.Age: Interpreter._age,
    nodes.Arithmetic: Interpreter._arithmetic,
    nodes.Need: Interpreter._need,
    nodes.Default: Interpreter._default,
    nodes.Either: Interpreter._either,
    nodes.Compare: Interpreter._compare,
    nodes.Member: Interpreter._member,
    nodes.Known: Interpreter._known,
    nodes.Not: Interpreter._not,
    nodes.And: Interpreter._and,
    nodes.Or: Interpreter._or,
    nodes.Aggregate: Interpreter._aggregate,
}
