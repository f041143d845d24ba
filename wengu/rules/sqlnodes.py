"""SQL 节点: each node as SQL text, unknown being NULL."""

from collections.abc import Callable, Iterable
from typing import Any

from wengu.rules import nodes
from wengu.rules.dialect import Dialect
from wengu.rules.leaves import is_sure
from wengu.rules.nodes import Node
from wengu.rules.proofs import infer
from wengu.rules.sqlparameters import ParameterColumns
from wengu.rules.sqlpredicates import Predicate, any_of
from wengu.rules.sqlscope import Group, Scope, Shared
from wengu.rules.vocabulary import Vocabulary

_AGE_STEP = 10_000
_STEPS = (
    nodes.Compare, nodes.Member, nodes.And, nodes.Or, nodes.Either, nodes.Arithmetic,
    nodes.Aggregate,
)  # fmt: skip


class Emitter:
    """发射器: SQL of nodes for one query; gathers the steps, aggregates, parameters they need."""

    def __init__(self, voc: Vocabulary, dialect: Dialect, parameters: ParameterColumns) -> None:
        self.voc = voc
        self.dialect = dialect
        self.parameters = parameters
        self._shared = Shared()
        self._groups: dict[tuple[int, str], Group] = {}
        self._seen: set[nodes.Aggregate] = set()
        self._inner: set[nodes.Aggregate] = set()
        self._deepest: dict[str, int] = {}
        self._depths: dict[Node, int] = {}

    def sql(self, node: Node, scope: Scope) -> str:
        """Return the SQL of a node; a step of its own is returned by name."""
        if not isinstance(node, _STEPS):
            return _SQL[type(node)](self, node, scope)
        table = self._table(node, scope)
        if table != scope.table:
            return scope.carry(table, self.sql(node, scope.upper(table)))
        known = scope.known(node)
        if known is not None:
            return known
        text = _SQL[type(node)](self, node, scope)
        return scope.step(node, self._layer(node), text)

    def unknown(self, node: Node, scope: Scope) -> str:
        """Return the test whether a node is unknown; what only passes it on is passed over."""
        if isinstance(node, nodes.Not | nodes.Need):
            return self.unknown(node.of, scope)
        if isinstance(node, nodes.Fact):
            return self.unknown(self.voc.opened(node), scope)
        return f"{self.sql(node, scope)} IS NULL"

    def holds(self, node: Node, scope: Scope) -> str:
        """Return a test that passes just where the node is true, for a CASE to ask."""
        if isinstance(node, nodes.Fact):
            return self.holds(self.voc.opened(node), scope)
        if isinstance(node, nodes.Default) and node.value == nodes.FALSE:
            return self.holds(node.of, scope)
        return self.sql(node, scope)

    def scope(self, table: str) -> Scope:
        """Return an empty scope."""
        return Scope(table, self.voc, self.dialect, self._shared)

    def named(self) -> list[tuple[str, str]]:
        """Return the steps of the query by name: the rows above, then aggregates, inner first."""
        above = sorted(self._shared.above.values(), key=lambda one: len(self.voc.above(one.table)))
        ordered = sorted(self._groups.items(), key=lambda item: item[0])
        return [
            *((f"at_{scope.table}", scope.query()) for scope in above),
            *((group.name, group.query()) for _, group in ordered),
        ]

    def _table(self, node: Node, scope: Scope) -> str:
        """Return the table whose rows a step looks at: its own, or one above it.

        Aggregates stay where they are asked for: they may themselves look at the rows above.
        """
        if self._depth(node):
            return scope.table
        level = infer(node, self.voc).level
        if level is None and self._differs(node):
            return self.voc.above(scope.table)[-1]
        return level or scope.table

    def _differs(self, node: Node) -> bool:
        """Say whether a parameter that is not the same in every county stands in the node."""
        found = (one for one in nodes.walk(node) if isinstance(one, nodes.Parameter))
        return any(self.parameters.differs(one.name) for one in found)

    def plan(self, conditions: Iterable[Node]) -> None:
        """Look at all conditions of the query first, so that few groups serve many aggregates.

        An aggregate that no other aggregate looks at can wait for the deepest of its table.
        """
        for condition in conditions:
            self._find(condition, inside=False)
        for node in self._seen - self._inner:
            deepest = self._deepest.get(node.table, 0)
            self._deepest[node.table] = max(deepest, self._depth(node))

    def _find(self, node: Node, *, inside: bool) -> None:
        if isinstance(node, nodes.Aggregate):
            self._seen.add(node)
            if inside:
                self._inner.add(node)
            inside = True
        below = [self.voc.opened(node)] if isinstance(node, nodes.Fact) else nodes.children(node)
        for child in below:
            self._find(child, inside=inside)

    def group(self, node: nodes.Aggregate) -> Group:
        """Return the group that computes an aggregate."""
        waits = node in self._seen and node not in self._inner
        depth = self._deepest[node.table] if waits else self._depth(node)
        owner = self.voc.above(node.table)[1]
        made = Group(f"over_{node.table}_{depth}", owner, self.scope(node.table))
        return self._groups.setdefault((depth, node.table), made)

    def _layer(self, node: Node) -> int:
        """Return the layer a step is computed in; aggregates come before all others."""
        if isinstance(node, nodes.Aggregate):
            return 1
        if isinstance(node, nodes.Fact):
            return self._layer(self.voc.opened(node))
        deepest = max((self._layer(child) for child in nodes.children(node)), default=0)
        return deepest + isinstance(node, _STEPS)

    def _depth(self, node: Node) -> int:
        """Return how deep aggregates lie in aggregates; facts are opened. Asked once of a node."""
        if node not in self._depths:
            opened = isinstance(node, nodes.Fact)
            below = [self.voc.opened(node)] if opened else nodes.children(node)
            deepest = max((self._depth(child) for child in below), default=0)
            self._depths[node] = deepest + isinstance(node, nodes.Aggregate)
        return self._depths[node]

    def some(self, group: Group, predicate: Predicate, scope: Scope) -> str:
        """Return whether some row of the group fulfils the predicate; never unknown."""
        column, bit = group.flag(predicate)
        alias = scope.aggregate(group, f"COALESCE({column}, 0)")
        return f"(({alias} & {bit}) <> 0)"

    def _column(self, node: nodes.Column, scope: Scope) -> str:
        return scope.column(node.table, node.name)

    def _fact(self, node: nodes.Fact, scope: Scope) -> str:
        return self.sql(self.voc.opened(node), scope)

    def _parameter(self, node: nodes.Parameter, scope: Scope) -> str:
        text, name = self.parameters.value(node.name)
        return scope.parameter(name, text) if name else text

    def _literal(self, node: nodes.Literal, scope: Scope) -> str:
        if isinstance(node.value, bool):
            return self.dialect.flag(node.value)
        if isinstance(node.value, str):
            return self.dialect.text(node.value)
        return self.dialect.integer(node.value)

    def _today(self, node: nodes.Today, scope: Scope) -> str:
        return self.dialect.integer(self.parameters.today)

    def _cut(self, node: nodes.Cut, scope: Scope) -> str:
        text, name = self.parameters.cut(node)
        return scope.parameter(name, text) if name else text

    def _arithmetic(self, node: nodes.Arithmetic, scope: Scope) -> str:
        return f"({self.sql(node.left, scope)} {node.operator} {self.sql(node.right, scope)})"

    def _need(self, node: nodes.Need, scope: Scope) -> str:
        return self.sql(node.of, scope)

    def _default(self, node: nodes.Default, scope: Scope) -> str:
        return f"COALESCE({self.sql(node.of, scope)}, {self.sql(node.value, scope)})"

    def _either(self, node: nodes.Either, scope: Scope) -> str:
        condition = self.sql(node.condition, scope)
        yes, no = self.sql(node.yes, scope), self.sql(node.no, scope)
        return f"CASE WHEN {condition} THEN {yes} WHEN NOT {condition} THEN {no} END"

    def _compare(self, node: nodes.Compare, scope: Scope) -> str:
        if isinstance(node.left, nodes.Age):
            return self._compare_age(node, node.left, scope)
        sign = "<>" if node.operator == "!=" else node.operator
        return f"({self.sql(node.left, scope)} {sign} {self.sql(node.right, scope)})"

    def _compare_age(self, node: nodes.Compare, left: nodes.Age, scope: Scope) -> str:
        """Return the comparison without a division: age >= n is birth <= AS_OF - n years."""
        birth, years = self.sql(left.birth, scope), self.sql(node.right, scope)
        today, step = self._today(nodes.Today(), scope), self.dialect.integer(_AGE_STEP)
        reached = f"({birth} <= {today} - {years} * {step})"
        passed = f"({birth} <= {today} - ({years} + {self.dialect.integer(1)}) * {step})"
        return {
            ">=": reached,
            ">": passed,
            "<": f"(NOT {reached})",
            "<=": f"(NOT {passed})",
            "=": f"({reached} AND NOT {passed})",
            "!=": f"(NOT {reached} OR {passed})",
        }[node.operator]

    def _member(self, node: nodes.Member, scope: Scope) -> str:
        found = self.sql(node.of, scope)
        values: frozenset[str] | tuple[str, ...] | None
        if isinstance(node.values, tuple):
            values = node.values
        else:
            values = self.parameters.codes(node.values.name)
        if values is None:
            return self.dialect.unknown_flag
        if not values:
            return f"CASE WHEN {found} IS NOT NULL THEN {self.dialect.false} END"
        return self.dialect.one_of(found, sorted(values))

    def _known(self, node: nodes.Known, scope: Scope) -> str:
        return f"({self.sql(node.of, scope)} IS NOT NULL)"

    def _not(self, node: nodes.Not, scope: Scope) -> str:
        return f"(NOT {self.sql(node.of, scope)})"

    def _and(self, node: nodes.And, scope: Scope) -> str:
        return f"({' AND '.join(self.sql(item, scope) for item in node.items)})"

    def _or(self, node: nodes.Or, scope: Scope) -> str:
        return f"({' OR '.join(self.sql(item, scope) for item in node.items)})"

    def _aggregate(self, node: nodes.Aggregate, scope: Scope) -> str:
        group = self.group(node)
        if node.operator in ("any", "every"):
            return self._quantifier(node, group, scope)
        return self._total(node, group, scope)

    def _total(self, node: nodes.Aggregate, group: Group, scope: Scope) -> str:
        where = None if node.where is None else self.sql(node.where, group.scope)
        body = None if node.body is None else self.sql(node.body, group.scope)
        counted = "1" if body is None else f"COALESCE({body}, 0)"
        doubts: list[Predicate] = []
        if node.where is not None:
            counted = f"CASE WHEN {where} THEN {counted} ELSE 0 END"
            doubts.append((self.unknown(node.where, group.scope),))
        if node.body is not None:
            counts = (where,) if where else ()
            doubts.append((*counts, self.unknown(node.body, group.scope)))
        column = group.column(self.dialect.total(counted))
        total = scope.aggregate(group, f"COALESCE({column}, {self.dialect.integer(0)})")
        if is_sure(node, self.voc):
            return total
        return f"CASE WHEN NOT {self.some(group, any_of(doubts), scope)} THEN {total} END"

    def _quantifier(self, node: nodes.Aggregate, group: Group, scope: Scope) -> str:
        settles = node.operator == "any"
        asked = quantified(node)
        found = self.sql(asked, group.scope)
        hit = self.some(group, (found if settles else f"NOT {found}",), scope)
        arms = [f"WHEN {hit} THEN {self.dialect.flag(settles)}"]
        if not is_sure(node, self.voc):
            doubt = self.some(group, (self.unknown(asked, group.scope),), scope)
            arms.append(f"WHEN {doubt} THEN {self.dialect.unknown_flag}")
        return f"CASE {' '.join(arms)} ELSE {self.dialect.flag(not settles)} END"


def quantified(node: nodes.Aggregate) -> Node:
    """Return what each row of an any or every is asked."""
    body = node.body or nodes.TRUE
    if node.where is None:
        return body
    if node.operator == "any":
        return nodes.And((node.where, body))
    return nodes.Or((nodes.Not(node.where), body))


_SQL: dict[type[Node], Callable[[Emitter, Any, Scope], str]] = {
    nodes.Column: Emitter._column,
    nodes.Fact: Emitter._fact,
    nodes.Parameter: Emitter._parameter,
    nodes.Literal: Emitter._literal,
    nodes.Today: Emitter._today,
    nodes.Cut: Emitter._cut,
    nodes.Arithmetic: Emitter._arithmetic,
    nodes.Need: Emitter._need,
    nodes.Default: Emitter._default,
    nodes.Either: Emitter._either,
    nodes.Compare: Emitter._compare,
    nodes.Member: Emitter._member,
    nodes.Known: Emitter._known,
    nodes.Not: Emitter._not,
    nodes.And: Emitter._and,
    nodes.Or: Emitter._or,
    nodes.Aggregate: Emitter._aggregate,
}
