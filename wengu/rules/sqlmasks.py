"""SQL 掩码: which missing leaves left a condition unknown, as predicates over its steps."""

from collections.abc import Iterable

from wengu.rules import nodes
from wengu.rules.leaves import Leaf, missable
from wengu.rules.nodes import Node
from wengu.rules.sqlnodes import Emitter
from wengu.rules.sqlscope import Scope

NEVER = "FALSE"
ALWAYS = "TRUE"
_PASSED = (nodes.Not, nodes.Age)


class Absences:
    """缺失: "this leaf is missing and leaves the node unknown", asked only of unknown nodes.

    A part that is known although one of its leaves is missing (false AND unknown) does not count.
    """

    def __init__(self, emitter: Emitter) -> None:
        self.emitter = emitter
        self.voc = emitter.voc

    def mask(self, condition: Node, scope: Scope) -> str:
        """Return the bits of what left the condition unknown, lowest bit first."""
        bits = []
        for bit, leaf in enumerate(missable(condition, self.voc)):
            absent = self.absent(condition, leaf, scope)
            if absent == ALWAYS:
                bits.append(str(1 << bit))
            elif absent != NEVER:
                bits.append(f"CASE WHEN {absent} THEN {1 << bit} ELSE 0 END")
        return " + ".join(bits) or "0"

    def absent(self, node: Node, leaf: Leaf, scope: Scope) -> str:
        """Return the predicate for one leaf."""
        if isinstance(node, nodes.Column):
            return f"{self.emitter.sql(node, scope)} IS NULL"
        if isinstance(node, nodes.Parameter):
            return self._parameter(node, scope)
        if isinstance(node, nodes.Fact):
            return self.absent(self.voc.opened(node), leaf, scope)
        if isinstance(node, nodes.Aggregate):
            return self._rows(node, leaf, scope)
        if isinstance(node, nodes.Either):
            return self._either(node, leaf, scope)
        return either_of(
            self._child(child, leaf, scope)
            for child in nodes.children(node)
            if leaf in missable(child, self.voc)
        )

    def _parameter(self, node: nodes.Parameter, scope: Scope) -> str:
        """Return whether nobody has set it: mostly known before the query runs."""
        if self.emitter.parameters.is_set(node.name):
            return NEVER
        if not self.emitter.parameters.differs(node.name):
            return ALWAYS
        return f"{self.emitter.sql(node, scope)} IS NULL"

    def _child(self, child: Node, leaf: Leaf, scope: Scope) -> str:
        absent = self.absent(child, leaf, scope)
        # These are unknown just when what they are of is: that guard follows below them.
        if absent == NEVER or isinstance(child, _PASSED) or self._is_strict(child):
            return absent
        return all_of(f"{self.emitter.sql(child, scope)} IS NULL", absent)

    def _is_strict(self, node: Node) -> bool:
        """Does every missing leaf make the node unknown by itself."""
        if isinstance(node, nodes.Fact):
            return self._is_strict(self.voc.opened(node))
        if isinstance(node, nodes.And | nodes.Or | nodes.Default | nodes.Either):
            return False
        if isinstance(node, nodes.Aggregate):
            return node.operator in ("count", "sum")
        return all(self._is_strict(child) for child in nodes.children(node))

    def _either(self, node: nodes.Either, leaf: Leaf, scope: Scope) -> str:
        condition = self.emitter.sql(node.condition, scope)
        guards = (
            (f"{condition} IS NULL", node.condition),
            (condition, node.yes),
            (f"NOT {condition}", node.no),
        )
        return either_of(
            all_of(guard, self.absent(child, leaf, scope))
            for guard, child in guards
            if leaf in missable(child, self.voc)
        )

    def _rows(self, node: nodes.Aggregate, leaf: Leaf, scope: Scope) -> str:
        """Return the predicate "a row that leaves the aggregate unknown misses this leaf"."""
        group = self.emitter.group(node)
        inside = group.scope
        where = None if node.where is None else self.emitter.sql(node.where, inside)
        body = None if node.body is None else self.emitter.sql(node.body, inside)
        parts: list[str] = []
        if node.where is not None and leaf in missable(node.where, self.voc):
            guards = [f"{where} IS NULL", *_unsettled(node.operator, body)]
            parts.append(all_of(*guards, self.absent(node.where, leaf, inside)))
        if node.body is not None and leaf in missable(node.body, self.voc):
            guards = [] if where is None else [f"({where} IS NULL OR {where})"]
            guards.append(f"{body} IS NULL")
            parts.append(all_of(*guards, self.absent(node.body, leaf, inside)))
        absent = either_of(parts)
        if absent == NEVER:
            return NEVER
        return self.emitter.some(group, absent, scope)


def _unsettled(operator: str, body: str | None) -> list[str]:
    """Return the guard "the body does not settle the row already" of any and every."""
    if body is None or operator not in ("any", "every"):
        return []
    return [f"({body} IS NULL OR {body if operator == 'any' else f'NOT {body}'})"]


def all_of(*parts: str) -> str:
    """Return the AND of predicates."""
    if NEVER in parts:
        return NEVER
    kept = list(dict.fromkeys(part for part in parts if part != ALWAYS))
    return f"({' AND '.join(kept)})" if len(kept) > 1 else kept[0] if kept else ALWAYS


def either_of(parts: Iterable[str]) -> str:
    """Return the OR of predicates."""
    kept = list(dict.fromkeys(part for part in parts if part != NEVER))
    if ALWAYS in kept:
        return ALWAYS
    return f"({' OR '.join(kept)})" if len(kept) > 1 else kept[0] if kept else NEVER
