"""Python 表达式: each node as one Python expression over a row, unknown being None."""

import ast
from collections.abc import Callable
from typing import Any, Protocol

from wengu.rules import nodes
from wengu.rules.leaves import is_sure
from wengu.rules.nodes import Node
from wengu.rules.vocabulary import Vocabulary

_SIGNS = {"=": "==", "!=": "!="}
Spot = tuple[str, str]
"""A variable that holds a frame, and the table of that frame."""


class Constants(Protocol):
    """常量: what an expression needs from the program around it."""

    def parameter(self, node: nodes.Parameter) -> str:
        """Return the expression of a parameter."""

    def cut(self, node: nodes.Cut) -> str:
        """Return the expression of a computed day."""

    def call(self, node: nodes.Fact | nodes.Aggregate, frame: str) -> str:
        """Return the call of the function that computes a fact or an aggregate."""

    def today(self) -> int:
        """Return the day of evaluation."""

    def is_set(self, name: str) -> bool:
        """Is the parameter known in every county."""


class Expressions:
    """表达式: writes expressions; each temporary name is used once in its function."""

    def __init__(self, voc: Vocabulary, constants: Constants) -> None:
        self.voc = voc
        self.constants = constants
        self._temporaries = 0

    def of(self, node: Node, spot: Spot) -> str:
        """Return the expression of a node on the row at `spot`."""
        return _PYTHON[type(node)](self, node, spot)

    def is_sure(self, node: Node) -> bool:
        """Say whether it cannot be None: here parameters that are set count as sure."""
        if isinstance(node, nodes.Parameter):
            return self.constants.is_set(node.name)
        if isinstance(node, nodes.Member) and isinstance(node.values, nodes.Parameter):
            return self.is_sure(node.of) and self.is_sure(node.values)
        if isinstance(node, nodes.Arithmetic | nodes.Compare | nodes.Not | nodes.And | nodes.Or):
            return all(self.is_sure(child) for child in nodes.children(node))
        if isinstance(node, nodes.Need | nodes.Age | nodes.Cut):
            return all(self.is_sure(child) for child in nodes.children(node))
        return is_sure(node, self.voc)

    def frame(self, spot: Spot, table: str) -> str:
        """Return the frame of a table at or above the spot."""
        steps = self.voc.above(spot[1]).index(table)
        return spot[0] + ".above" * steps

    def temporary(self) -> str:
        """Return a new name."""
        self._temporaries += 1
        return f"t{self._temporaries}"

    def _column(self, node: nodes.Column, spot: Spot) -> str:
        return f"{self.frame(spot, node.table)}.values[{node.name!r}]"

    def _fact(self, node: nodes.Fact, spot: Spot) -> str:
        return self.constants.call(node, self.frame(spot, node.table))

    def _aggregate(self, node: nodes.Aggregate, spot: Spot) -> str:
        return self.constants.call(node, self.frame(spot, self.voc.above(node.table)[1]))

    def _parameter(self, node: nodes.Parameter, spot: Spot) -> str:
        return self.constants.parameter(node)

    def _literal(self, node: nodes.Literal, spot: Spot) -> str:
        return repr(node.value)

    def _today(self, node: nodes.Today, spot: Spot) -> str:
        return str(self.constants.today())

    def _cut(self, node: nodes.Cut, spot: Spot) -> str:
        return self.constants.cut(node)

    def _strict(self, parts: list[Node], spot: Spot, pattern: str) -> str:
        """Return the pattern filled with the parts; None as soon as one of them is."""
        texts, guards = [], []
        for part in parts:
            text = self.of(part, spot)
            if self.is_sure(part):
                texts.append(text)
            else:
                name = self.temporary()
                guards.append(f"({name} := {text}) is None")
                texts.append(name)
        filled = pattern.format(*texts)
        return f"(None if {' or '.join(guards)} else {filled})" if guards else f"({filled})"

    def _age(self, node: nodes.Age, spot: Spot) -> str:
        return self._strict([node.birth], spot, f"({self.constants.today()} - {{}}) // 10000")

    def _arithmetic(self, node: nodes.Arithmetic, spot: Spot) -> str:
        return self._strict([node.left, node.right], spot, f"{{}} {node.operator} {{}}")

    def _compare(self, node: nodes.Compare, spot: Spot) -> str:
        sign = _SIGNS.get(node.operator, node.operator)
        return self._strict([node.left, node.right], spot, f"{{}} {sign} {{}}")

    def _member(self, node: nodes.Member, spot: Spot) -> str:
        if isinstance(node.values, nodes.Parameter):
            return self._strict([node.of, node.values], spot, "{} in {}")
        return self._strict([node.of], spot, f"{{}} in {node.values!r}")

    def _not(self, node: nodes.Not, spot: Spot) -> str:
        return self._strict([node.of], spot, "not {}")

    def _known(self, node: nodes.Known, spot: Spot) -> str:
        return f"(not {absent(self.of(node.of, spot))})"

    def _need(self, node: nodes.Need, spot: Spot) -> str:
        return self.of(node.of, spot)

    def _default(self, node: nodes.Default, spot: Spot) -> str:
        name = self.temporary()
        found, value = self.of(node.of, spot), self.of(node.value, spot)
        return f"({value} if ({name} := {found}) is None else {name})"

    def _either(self, node: nodes.Either, spot: Spot) -> str:
        name = self.temporary()
        condition = self.of(node.condition, spot)
        yes, no = self.of(node.yes, spot), self.of(node.no, spot)
        if self.is_sure(node.condition):
            return f"({yes} if {condition} else {no})"
        return f"(None if ({name} := {condition}) is None else {yes} if {name} else {no})"

    def _and(self, node: nodes.And, spot: Spot) -> str:
        return self.junction(list(node.items), spot, settles=False)

    def _or(self, node: nodes.Or, spot: Spot) -> str:
        return self.junction(list(node.items), spot, settles=True)

    def junction(self, items: list[Node], spot: Spot, *, settles: bool) -> str:
        """Return AND (settled by False) or OR (settled by True), read from the left."""
        word = "or" if settles else "and"
        sure = [self.of(item, spot) for item in items if self.is_sure(item)]
        doubtful = [self.of(item, spot) for item in items if not self.is_sure(item)]
        arms, names = [], []
        for text in doubtful:
            names.append(self.temporary())
            arms.append(f"{settles} if ({names[-1]} := {text}) is {settles} else")
        rest = ""
        if doubtful:
            unknown = " or ".join(f"{name} is None" for name in names)
            rest = f"({' '.join(arms)} None if {unknown} else {not settles})"
        return f"({f' {word} '.join([*sure, *([rest] if rest else [])])})"


_PYTHON: dict[type[Node], Callable[[Expressions, Any, Spot], str]] = {
    nodes.Column: Expressions._column,
    nodes.Fact: Expressions._fact,
    nodes.Parameter: Expressions._parameter,
    nodes.Literal: Expressions._literal,
    nodes.Today: Expressions._today,
    nodes.Cut: Expressions._cut,
    nodes.Age: Expressions._age,
    nodes.Arithmetic: Expressions._arithmetic,
    nodes.Need: Expressions._need,
    nodes.Default: Expressions._default,
    nodes.Either: Expressions._either,
    nodes.Compare: Expressions._compare,
    nodes.Member: Expressions._member,
    nodes.Known: Expressions._known,
    nodes.Not: Expressions._not,
    nodes.And: Expressions._and,
    nodes.Or: Expressions._or,
    nodes.Aggregate: Expressions._aggregate,
}


def absent(text: str) -> str:
    """Return the test for "unknown" of an expression; of a constant it is known beforehand."""
    try:
        value = ast.literal_eval(text)
    except ValueError:
        return f"({text} is None)"
    return repr(value is None)
