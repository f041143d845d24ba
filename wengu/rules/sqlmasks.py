"""SQL 掩码: which missing leaves left a condition unknown, as predicates over its steps."""

from wengu.rules import nodes
from wengu.rules.leaves import Leaf, missable
from wengu.rules.nodes import Node
from wengu.rules.sqlnodes import Emitter
from wengu.rules.sqlpredicates import ALWAYS, NEVER, Predicate, all_of, any_of, bits
from wengu.rules.sqlscope import Group, Scope

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
        leaves = missable(condition, self.voc)
        return bits(
            (self.absent(condition, leaf, scope), 1 << bit) for bit, leaf in enumerate(leaves)
        )

    def absent(self, node: Node, leaf: Leaf, scope: Scope) -> Predicate:
        """Return the predicate for one leaf."""
        if isinstance(node, nodes.Column):
            return self._unknown(node, scope)
        if isinstance(node, nodes.Parameter):
            return self._parameter(node, scope)
        if isinstance(node, nodes.Fact):
            return self.absent(self.voc.opened(node), leaf, scope)
        if isinstance(node, nodes.Aggregate):
            return self._rows(node, leaf, scope)
        if isinstance(node, nodes.Either):
            return self._either(node, leaf, scope)
        return any_of(
            self._child(child, leaf, scope)
            for child in nodes.children(node)
            if leaf in missable(child, self.voc)
        )

    def _parameter(self, node: nodes.Parameter, scope: Scope) -> Predicate:
        """Return whether nobody has set it: mostly known before the query runs."""
        if self.emitter.parameters.is_set(node.name):
            return NEVER
        if not self.emitter.parameters.differs(node.name):
            return ALWAYS
        return self._unknown(node, scope)

    def _unknown(self, node: Node, scope: Scope) -> Predicate:
        return (self.emitter.unknown(node, scope),)

    def _child(self, child: Node, leaf: Leaf, scope: Scope) -> Predicate:
        absent = self.absent(child, leaf, scope)
        # These are unknown just when what they are of is: that guard follows below them.
        if absent == NEVER or isinstance(child, _PASSED) or self._is_strict(child):
            return absent
        return all_of(self._unknown(child, scope), absent)

    def _is_strict(self, node: Node) -> bool:
        """Does every missing leaf make the node unknown by itself."""
        if isinstance(node, nodes.Fact):
            return self._is_strict(self.voc.opened(node))
        if isinstance(node, nodes.And | nodes.Or | nodes.Default | nodes.Either):
            return False
        if isinstance(node, nodes.Aggregate):
            return node.operator in ("count", "sum")
        return all(self._is_strict(child) for child in nodes.children(node))

    def _either(self, node: nodes.Either, leaf: Leaf, scope: Scope) -> Predicate:
        condition = self.emitter.sql(node.condition, scope)
        guards: tuple[tuple[Predicate, Node], ...] = (
            (self._unknown(node.condition, scope), node.condition),
            ((condition,), node.yes),
            ((f"NOT {condition}",), node.no),
        )
        return any_of(
            all_of(guard, self.absent(child, leaf, scope))
            for guard, child in guards
            if leaf in missable(child, self.voc)
        )

    def _rows(self, node: nodes.Aggregate, leaf: Leaf, scope: Scope) -> Predicate:
        """Return the predicate "a row that leaves the aggregate unknown misses this leaf"."""
        group = self.emitter.group(node)
        parts: list[Predicate] = []
        if node.where is not None and leaf in missable(node.where, self.voc):
            guard = all_of(self._unknown(node.where, group.scope), self._unsettled(node, group))
            parts.append(all_of(guard, self.absent(node.where, leaf, group.scope)))
        if node.body is not None and leaf in missable(node.body, self.voc):
            guard = all_of(self._unknown(node.body, group.scope), self._counted(node, group))
            parts.append(all_of(guard, self.absent(node.body, leaf, group.scope)))
        absent = any_of(parts)
        if absent == NEVER:
            return NEVER
        return (self.emitter.some(group, absent, scope),)

    def _unsettled(self, node: nodes.Aggregate, group: Group) -> Predicate:
        """Return the guard "the body does not settle the row already" of any and every."""
        if node.body is None or node.operator not in ("any", "every"):
            return ALWAYS
        body = self.emitter.sql(node.body, group.scope)
        open_still = body if node.operator == "any" else f"NOT {body}"
        return (f"({self.emitter.unknown(node.body, group.scope)} OR {open_still})",)

    def _counted(self, node: nodes.Aggregate, group: Group) -> Predicate:
        """Return the guard "the row is not left out"."""
        if node.where is None:
            return ALWAYS
        where = self.emitter.sql(node.where, group.scope)
        return (f"({self.emitter.unknown(node.where, group.scope)} OR {where})",)
