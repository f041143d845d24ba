"""SQL 节点: each node as SQL text, and what it makes the query read."""

import dataclasses
import itertools
from collections.abc import Callable
from typing import Any

from wengu.rules import nodes
from wengu.rules.dialect import Dialect
from wengu.rules.leaves import Leaf, is_sure, missable
from wengu.rules.nodes import Node
from wengu.rules.sqlparameters import ParameterColumns
from wengu.rules.vocabulary import Vocabulary

_AGE_STEP = 10_000


@dataclasses.dataclass
class Scope:
    """范围: what an expression at one table reads besides its own row."""

    table: str
    tables: set[str] = dataclasses.field(default_factory=set)
    groups: set["Group"] = dataclasses.field(default_factory=set)
    parameters: bool = False


@dataclasses.dataclass(eq=False)
class Group:
    """汇总组: the aggregates over one table that belong to the same rows, and their columns."""

    name: str
    owner: str
    scope: Scope
    columns: dict[str, str] = dataclasses.field(default_factory=dict)

    def column(self, text: str) -> str:
        """Return the column that holds the aggregate of this text."""
        return f"{self.name}.{self.columns.setdefault(text, f'a{len(self.columns)}')}"


class Emitter:
    """发射器: SQL of nodes for one query; gathers the aggregates and parameters they need."""

    def __init__(self, voc: Vocabulary, dialect: Dialect, parameters: ParameterColumns) -> None:
        self.voc = voc
        self.dialect = dialect
        self.parameters = parameters
        self._groups: dict[tuple[int, str], Group] = {}

    def sql(self, node: Node, scope: Scope) -> str:
        """Return the SQL of a node; unknown is NULL."""
        return _SQL[type(node)](self, node, scope)

    def groups(self) -> list[tuple[str, str]]:
        """Return the aggregate steps, inner ones first."""
        steps = []
        for _, group in sorted(self._groups.items(), key=lambda item: item[0]):
            key = self._named(group.scope.table, group.owner)
            items = [f"{key} AS id", *(f"{text} AS {name}" for text, name in group.columns.items())]
            query = "SELECT\n  " + ",\n  ".join(items)
            steps.append((group.name, f"{query}\n{self.source(group.scope)}\nGROUP BY {key}"))
        return steps

    def source(self, scope: Scope) -> str:
        """Return FROM and the joins: up to the tables above, to aggregates, to parameters."""
        chain = self.voc.above(scope.table)
        wanted = scope.tables | {group.owner for group in scope.groups}
        if scope.parameters:
            wanted.add(chain[-1])
        reach = max((chain.index(table) for table in wanted), default=0)
        lines = [f"FROM {self.dialect.name_of(scope.table)}"]
        for below, above in itertools.pairwise(chain[: reach + 1]):
            key = self._named(below, above)
            lines.append(
                f"JOIN {self.dialect.name_of(above)} ON {self._named(above, 'id')} = {key}"
            )
        for group in sorted(scope.groups, key=lambda group: group.name):
            key = self._named(group.owner, "id")
            lines.append(f"LEFT JOIN {group.name} ON {group.name}.id = {key}")
        if scope.parameters:
            key = self._named(chain[-1], "county")
            lines.append(f"LEFT JOIN parameter ON parameter.county = {key}")
        return "\n".join(lines)

    def absent(self, node: Node, leaf: Leaf, scope: Scope) -> str:
        """Return the predicate "this leaf is missing and leaves `node` unknown".

        It is only asked where `node` is unknown. A child that is known although one of its
        leaves is missing (false AND unknown) does not count.
        """
        if isinstance(node, nodes.Column):
            return f"{self._column(node, scope)} IS NULL"
        if isinstance(node, nodes.Parameter):
            return self._absent_parameter(node, scope)
        if isinstance(node, nodes.Fact):
            return self.absent(self.voc.opened(node), leaf, scope)
        if isinstance(node, nodes.Aggregate):
            return self._absent_rows(node, leaf, scope)
        if isinstance(node, nodes.Either):
            return self._absent_either(node, leaf, scope)
        parts = [self._absent_child(child, leaf, scope) for child in self._with(node, leaf)]
        return _join(" OR ", parts)

    def _absent_parameter(self, node: nodes.Parameter, scope: Scope) -> str:
        """Return whether nobody has set it: mostly known before the query runs."""
        if self.parameters.is_set(node.name):
            return self.dialect.false
        if not self.parameters.differs(node.name):
            return self.dialect.true
        return f"{self._parameter(node, scope)} IS NULL"

    def _with(self, node: Node, leaf: Leaf) -> list[Node]:
        return [child for child in nodes.children(node) if leaf in missable(child, self.voc)]

    def _absent_child(self, child: Node, leaf: Leaf, scope: Scope) -> str:
        absent = self.absent(child, leaf, scope)
        if self._is_strict(child):
            return absent
        return _join(" AND ", [f"{self.sql(child, scope)} IS NULL", absent])

    def _is_strict(self, node: Node) -> bool:
        """Does every missing leaf make the node unknown by itself."""
        if isinstance(node, nodes.Fact):
            return self._is_strict(self.voc.opened(node))
        if isinstance(node, nodes.And | nodes.Or | nodes.Default | nodes.Either):
            return False
        if isinstance(node, nodes.Aggregate):
            return node.operator in ("count", "sum")
        return all(self._is_strict(child) for child in nodes.children(node))

    def _absent_either(self, node: nodes.Either, leaf: Leaf, scope: Scope) -> str:
        condition = self.sql(node.condition, scope)
        guards = (
            (f"{condition} IS NULL", node.condition),
            (condition, node.yes),
            (f"NOT {condition}", node.no),
        )
        parts = [
            _join(" AND ", [guard, self.absent(child, leaf, scope)])
            for guard, child in guards
            if leaf in missable(child, self.voc)
        ]
        return _join(" OR ", parts)

    def _absent_rows(self, node: nodes.Aggregate, leaf: Leaf, scope: Scope) -> str:
        """Return the predicate "a row that leaves the aggregate unknown misses this leaf"."""
        group = self._group(node)
        where = None if node.where is None else self.sql(node.where, group.scope)
        body = None if node.body is None else self.sql(node.body, group.scope)
        parts: list[str] = []
        if node.where is not None and leaf in missable(node.where, self.voc):
            guards = [f"{where} IS NULL", *_unsettled(node.operator, body)]
            parts.append(_join(" AND ", [*guards, self.absent(node.where, leaf, group.scope)]))
        if node.body is not None and leaf in missable(node.body, self.voc):
            guards = [f"{body} IS NULL"]
            if where is not None:
                guards.append(f"({where} IS NULL OR {where})")
            parts.append(_join(" AND ", [*guards, self.absent(node.body, leaf, group.scope)]))
        scope.groups.add(group)
        absent = _join(" OR ", parts)
        if absent == self.dialect.false:
            return absent
        rows = group.column(self._count(absent))
        return f"COALESCE({rows}, 0) > 0"

    def _count(self, condition: str) -> str:
        return self.dialect.total(f"CASE WHEN {condition} THEN 1 ELSE 0 END")

    def _named(self, table: str, column: str) -> str:
        return f"{self.dialect.name_of(table)}.{self.dialect.name_of(column)}"

    def _depth(self, node: Node) -> int:
        """Return how deep aggregates lie in aggregates; facts are opened."""
        below = [self.voc.opened(node)] if isinstance(node, nodes.Fact) else nodes.children(node)
        deepest = max((self._depth(child) for child in below), default=0)
        return deepest + 1 if isinstance(node, nodes.Aggregate) else deepest

    def _group(self, node: nodes.Aggregate) -> Group:
        depth = self._depth(node)
        owner = self.voc.above(node.table)[1]
        name = f"over_{node.table}_{depth}"
        made = Group(name, owner, Scope(node.table))
        return self._groups.setdefault((depth, node.table), made)

    def _column(self, node: nodes.Column, scope: Scope) -> str:
        scope.tables.add(node.table)
        return self._named(node.table, node.name)

    def _fact(self, node: nodes.Fact, scope: Scope) -> str:
        return self.sql(self.voc.opened(node), scope)

    def _parameter(self, node: nodes.Parameter, scope: Scope) -> str:
        text, joined = self.parameters.value(node.name)
        scope.parameters |= joined
        return text

    def _literal(self, node: nodes.Literal, scope: Scope) -> str:
        if isinstance(node.value, bool):
            return self.dialect.flag(node.value)
        if isinstance(node.value, str):
            return self.dialect.text(node.value)
        return self.dialect.integer(node.value)

    def _today(self, node: nodes.Today, scope: Scope) -> str:
        day = self.parameters.on
        return self.dialect.integer(day.year * 10_000 + day.month * 100 + day.day)

    def _cut(self, node: nodes.Cut, scope: Scope) -> str:
        text, joined = self.parameters.cut(node)
        scope.parameters |= joined
        return text

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
        return f"({found} IN ({', '.join(self.dialect.text(text) for text in sorted(values))}))"

    def _known(self, node: nodes.Known, scope: Scope) -> str:
        return f"({self.sql(node.of, scope)} IS NOT NULL)"

    def _not(self, node: nodes.Not, scope: Scope) -> str:
        return f"(NOT {self.sql(node.of, scope)})"

    def _and(self, node: nodes.And, scope: Scope) -> str:
        return _join(" AND ", [self.sql(item, scope) for item in node.items])

    def _or(self, node: nodes.Or, scope: Scope) -> str:
        return _join(" OR ", [self.sql(item, scope) for item in node.items])

    def _aggregate(self, node: nodes.Aggregate, scope: Scope) -> str:
        group = self._group(node)
        where = None if node.where is None else self.sql(node.where, group.scope)
        body = None if node.body is None else self.sql(node.body, group.scope)
        scope.groups.add(group)
        if node.operator in ("any", "every"):
            return self._quantifier(node, group, where, body or self.dialect.true)
        counted = "1" if body is None else f"COALESCE({body}, 0)"
        doubts = []
        if where is not None:
            counted = f"CASE WHEN {where} THEN {counted} ELSE 0 END"
            doubts.append(f"{where} IS NULL")
        if body is not None:
            doubts.append(f"{where} AND {body} IS NULL" if where else f"{body} IS NULL")
        total = f"COALESCE({group.column(self.dialect.total(counted))}, {self.dialect.integer(0)})"
        if is_sure(node, self.voc):
            return total
        doubt = group.column(self._count(_join(" OR ", doubts)))
        return f"CASE WHEN COALESCE({doubt}, 0) = 0 THEN {total} END"

    def _quantifier(self, node: nodes.Aggregate, group: Group, where: str | None, body: str) -> str:
        settles = node.operator == "any"
        if where is not None:
            body = f"({where} AND {body})" if settles else f"(NOT {where} OR {body})"
        hits = group.column(self._count(body if settles else f"NOT {body}"))
        arms = [f"WHEN COALESCE({hits}, 0) > 0 THEN {self.dialect.flag(settles)}"]
        if not is_sure(node, self.voc):
            doubt = group.column(self._count(f"{body} IS NULL"))
            arms.append(f"WHEN COALESCE({doubt}, 0) > 0 THEN {self.dialect.unknown_flag}")
        return f"CASE {' '.join(arms)} ELSE {self.dialect.flag(not settles)} END"


def _unsettled(operator: str, body: str | None) -> list[str]:
    """Return the guard "the body does not settle the row already" of any and every."""
    if body is None or operator not in ("any", "every"):
        return []
    return [f"({body} IS NULL OR {body if operator == 'any' else f'NOT {body}'})"]


def _join(word: str, parts: list[str]) -> str:
    """Return the parts joined by AND or OR, without those that cannot matter."""
    if word == " AND " and "FALSE" in parts:
        return "FALSE"
    if word == " OR ":
        parts = [part for part in parts if part != "FALSE"] or ["FALSE"]
    if len(parts) == 1:
        return parts[0]
    return "(" + word.join(f"({part})" for part in parts) + ")"


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
