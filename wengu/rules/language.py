"""规则语言: the words in which an author writes a rule.

They only build the tree (wengu.rules.nodes) and prove each step (wengu.rules.proofs), so that a
mistake is refused in the line where it was written. Python's own `and`, `or`, `not`, `if`, `in`
and chained comparisons cannot be redefined to carry unknowns and are refused.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from wengu.kernel.dates import to_day
from wengu.rules import kinds, nodes
from wengu.rules.errors import RuleError
from wengu.rules.nodes import Node
from wengu.rules.proofs import Type, infer
from wengu.rules.vocabulary import Vocabulary

E = TypeVar("E", bound="Expression")
Rows = frozenset[tuple[str, int]]
"""The rows an expression looks at: (table, number of the binding)."""


class Expression:
    """表达式: a node under construction, its proof, and the rows it looks at."""

    __hash__ = None  # type: ignore[assignment]  # conditions are compared by building one

    def __init__(self, node: Node, voc: Vocabulary | None, rows: Rows) -> None:
        self.node = node
        self.voc = voc
        self.rows = rows
        self.type: Type | None = None if voc is None else infer(node, voc)
        tables = [table for table, _ in rows]
        for table in tables:
            if tables.count(table) > 1:
                raise RuleError("crossed-rows", table=table)

    @property
    def label(self) -> str:
        """The expression in short, for messages."""
        return self.type.label if self.type else type(self.node).__name__

    def __bool__(self) -> NoReturn:
        raise RuleError("python-logic", operator="and/or/not/if/in")

    def is_known(self) -> Condition:
        """Say whether there is a value at all; itself never unknown."""
        return _condition(nodes.Known(self.node), self)


class Scalar(Expression):
    """值: a number, a day or a text."""

    def __eq__(self, other: object) -> Condition:  # type: ignore[override]  # builds a condition
        return _compare("=", self, other)

    def __ne__(self, other: object) -> Condition:  # type: ignore[override]  # builds a condition
        return _compare("!=", self, other)

    def __lt__(self, other: object) -> Condition:
        return _compare("<", self, other)

    def __le__(self, other: object) -> Condition:
        return _compare("<=", self, other)

    def __gt__(self, other: object) -> Condition:
        return _compare(">", self, other)

    def __ge__(self, other: object) -> Condition:
        return _compare(">=", self, other)

    def __add__(self, other: object) -> Scalar:
        return _arithmetic("+", self, other)

    def __radd__(self, other: object) -> Scalar:
        return _arithmetic("+", other, self)

    def __sub__(self, other: object) -> Scalar:
        return _arithmetic("-", self, other)

    def __rsub__(self, other: object) -> Scalar:
        return _arithmetic("-", other, self)

    def __mul__(self, other: object) -> Scalar:
        return _arithmetic("*", self, other)

    def __rmul__(self, other: object) -> Scalar:
        return _arithmetic("*", other, self)

    def _no_division(self, other: object) -> NoReturn:
        raise RuleError("division", operator="除法、余数和乘方")

    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = __mod__ = __pow__ = _no_division

    def or_(self, value: object) -> Scalar:
        """Return the value, or this one where it is unknown."""
        other = lift(value)
        return _scalar(nodes.Default(self.node, other.node), self, other)

    def in_(self, values: object) -> Condition:
        """Say whether the text is one of these: a list of texts or a parameter of codes."""
        if isinstance(values, Scalar) and isinstance(values.node, nodes.Parameter):
            return _condition(nodes.Member(self.node, values.node), self, values)
        if not isinstance(values, tuple | list | set | frozenset):
            raise RuleError("not-an-expression", value=repr(values))
        texts = tuple(sorted({_text(value) for value in values}))
        return _condition(nodes.Member(self.node, texts), self)


class Condition(Expression):
    """条件: true, false or unknown."""

    def __and__(self, other: object) -> Condition:
        return _junction(nodes.And, "&", self, other)

    def __or__(self, other: object) -> Condition:
        return _junction(nodes.Or, "|", self, other)

    __rand__, __ror__ = __and__, __or__

    def __invert__(self) -> Condition:
        return _condition(nodes.Not(self.node), self)

    def __eq__(self, other: object) -> NoReturn:
        raise RuleError("python-logic", operator="== 或 !=（是非用 x 与 ~x）")

    __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __eq__

    def or_(self, value: bool) -> Condition:  # noqa: FBT001 - reads as a word of the rule
        """Return the condition, or this answer where it is unknown."""
        if not isinstance(value, bool):
            raise RuleError("not-a-condition", name=repr(value))
        return _condition(nodes.Default(self.node, _flag(value)), self)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise RuleError("not-an-expression", value=repr(value))
    return value


def _flag(value: bool) -> nodes.Literal:  # noqa: FBT001 - a value, not an option
    return nodes.Literal(value, kinds.FLAG)


def lift(value: object) -> Expression:
    """Return the expression of a value written in a rule; refuse what is none."""
    if isinstance(value, Expression):
        return value
    if isinstance(value, bool):
        return Condition(_flag(value), None, frozenset())
    if isinstance(value, int | str):
        return Scalar(nodes.Literal(value), None, frozenset())
    raise RuleError("not-an-expression", value=repr(value))


def _context(parts: tuple[Expression, ...]) -> tuple[Vocabulary | None, Rows]:
    voc = next((part.voc for part in parts if part.voc is not None), None)
    rows: Rows = frozenset().union(*(part.rows for part in parts))
    return voc, rows


def _condition(node: Node, *parts: Expression) -> Condition:
    return Condition(node, *_context(parts))


def _scalar(node: Node, *parts: Expression) -> Scalar:
    return Scalar(node, *_context(parts))


def _compare(operator: str, left: object, right: object) -> Condition:
    one, two = lift(left), lift(right)
    return _condition(nodes.Compare(operator, one.node, two.node), one, two)


def _arithmetic(operator: str, left: object, right: object) -> Scalar:
    one, two = lift(left), lift(right)
    return _scalar(nodes.Arithmetic(operator, one.node, two.node), one, two)


def _junction(
    kind: type[nodes.And] | type[nodes.Or], sign: str, left: Condition, right: object
) -> Condition:
    if not isinstance(right, Condition):
        name = right.label if isinstance(right, Expression) else repr(right)
        raise RuleError("not-a-condition", name=name)
    items: list[Node] = []
    for node in (left.node, right.node):
        items.extend(node.items if isinstance(node, kind) else [node])
    return _condition(kind(tuple(items)), left, right)


AS_OF = Scalar(nodes.Today(), None, frozenset())
"""基准日: the day the rule is applied on."""
BP = Scalar(nodes.Literal(10_000, kinds.BASIS), None, frozenset())
"""整体: 10,000 basis points, for cross-multiplication: a * BP >= b * P.ratio."""


def day(text: str) -> Scalar:
    """Return a day written out in the rule, such as 2020-07-01."""
    try:
        value = to_day(datetime.date.fromisoformat(text))
    except (TypeError, ValueError):
        raise RuleError("day-of-no-calendar", value=text) from None
    return Scalar(nodes.Literal(value, kinds.DAY), None, frozenset())


def need(value: E) -> E:
    """Say that the rule cannot do without this fact: while it is missing, the answer is unknown."""
    if not isinstance(value, Expression):
        raise RuleError("not-an-expression", value=repr(value))
    return type(value)(nodes.Need(value.node), value.voc, value.rows)


def either(condition: object, yes: object, no: object) -> Scalar:
    """Return one value where the condition holds, the other where not; unknown while it is."""
    parts = (lift(condition), lift(yes), lift(no))
    return _scalar(nodes.Either(*(part.node for part in parts)), *parts)


def larger(left: object, right: object) -> Scalar:
    """Return the larger of two numbers."""
    return either(_compare(">=", left, right), left, right)


def smaller(left: object, right: object) -> Scalar:
    """Return the smaller of two numbers."""
    return either(_compare("<=", left, right), left, right)


def age(birth: object) -> Scalar:
    """Return the completed years (周岁) on the day of evaluation; only to be compared."""
    part = lift(birth)
    return _scalar(nodes.Age(part.node), part)


def _cut(kind: str, length: object) -> Scalar:
    part = lift(length)
    if not isinstance(part.node, nodes.Parameter | nodes.Literal):
        raise RuleError("not-an-expression", value=f"{part.label} 作为期限（只能是参数或整数）")
    return _scalar(nodes.Cut(kind, part.node), part)


def within_months(start: object, months: object) -> Condition:
    """Say whether the months counted from `start` still run: AS_OF < start + months."""
    return _compare(">=", start, _cut("months", months))


def within_days(start: object, days: object) -> Condition:
    """Say whether the days counted from `start` still run: AS_OF < start + days."""
    return _compare(">=", start, _cut("days", days))


def months_before(as_of: object, months: object) -> Scalar:
    """Return the day `months` before AS_OF, clamped to the end of the month."""
    if as_of is not AS_OF:
        raise RuleError("not-an-expression", value="months_before 的第一个参数（只能是 AS_OF）")
    return _cut("before", months)


class Row:
    """行: one row of a table, as a rule sees it."""

    _bindings = 0

    def __init__(self, voc: Vocabulary, table: str, above: Row | None = None) -> None:
        Row._bindings += 1
        self._voc = voc
        self._table = table
        self._binding = (table, Row._bindings)
        self._above = above

    def __getattr__(self, name: str) -> Any:
        table = self._voc.table(self._table)
        if name in table.columns:
            return self._expression(nodes.Column(table.name, name))
        if (table.name, name) in self._voc.facts:
            return self._expression(nodes.Fact(table.name, name))
        if table.parent is not None and name == table.parent.name:
            if self._above is None:
                self._above = Row(self._voc, name)
            return self._above
        for child in self._voc.below(table.name):
            if name == child.plural:
                return Collection(self._voc, child.name, self)
        known = "、".join(self._voc.names(table.name))
        raise RuleError("unknown-name", table=table.name, name=name, known=known)

    def __setattr__(self, name: str, value: object) -> None:
        if not name.startswith("_"):
            raise RuleError("not-an-expression", value=f"对 {name} 的赋值")
        object.__setattr__(self, name, value)

    def bindings(self) -> Rows:
        """Return this row and those above it, as expressions name them."""
        above = frozenset() if self._above is None else self._above.bindings()
        return above | {self._binding}

    def _expression(self, node: nodes.Column | nodes.Fact) -> Expression:
        kind = Condition if infer(node, self._voc).unit == kinds.FLAG else Scalar
        return kind(node, self._voc, frozenset({self._binding}))


Body = Callable[[Any], Any]


class Collection:
    """若干行: the rows of one table that belong to a row; asked only as a whole."""

    def __init__(self, voc: Vocabulary, table: str, owner: Row) -> None:
        self._voc = voc
        self._table = table
        self._owner = owner

    def count(self, where: Body | None = None) -> Scalar:
        """Return how many rows there are, or how many fulfil `where`."""
        return _as_scalar(self._aggregate("count", None, where))

    def sum(self, value: Body, where: Body | None = None) -> Scalar:
        """Return the sum of a value over the rows; unknown while one that counts is unknown."""
        return _as_scalar(self._aggregate("sum", value, where))

    def any(self, condition: Body, where: Body | None = None) -> Condition:
        """Say whether one row fulfils the condition; unknown rows leave it open."""
        return _as_condition(self._aggregate("any", condition, where))

    def every(self, condition: Body, where: Body | None = None) -> Condition:
        """Say whether all rows fulfil the condition; true where there is no row."""
        return _as_condition(self._aggregate("every", condition, where))

    def _aggregate(self, operator: str, body: Body | None, where: Body | None) -> Expression:
        row = Row(self._voc, self._table, self._owner)
        parts = [None if part is None else lift(part(row)) for part in (body, where)]
        made = [None if part is None else part.node for part in parts]
        rows: set[tuple[str, int]] = {self._owner._binding}
        for part in parts:
            if part is not None:
                Expression(part.node, None, part.rows | {row._binding})  # refuses crossed rows
                rows |= part.rows - {row._binding}
        node = nodes.Aggregate(operator, self._table, *made)
        kind = Condition if operator in ("any", "every") else Scalar
        return kind(node, self._voc, frozenset(rows))


def _as_scalar(value: Expression) -> Scalar:
    return Scalar(value.node, value.voc, value.rows)


def _as_condition(value: Expression) -> Condition:
    return Condition(value.node, value.voc, value.rows)


class ParameterSpace:
    """参数: `P` in a rule: the parameters of the pack, by name."""

    def __init__(self, voc: Vocabulary) -> None:
        self._voc = voc

    def __getattr__(self, name: str) -> Any:
        kind = Condition if self._voc.parameter(name).dims == kinds.FLAG else Scalar
        return kind(nodes.Parameter(name), self._voc, frozenset())
