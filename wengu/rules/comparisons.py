"""比较: the comparisons that a condition consists of, and what each of them compares."""

from collections.abc import Iterator

from wengu.rules import nodes
from wengu.rules.nodes import Node
from wengu.rules.vocabulary import Vocabulary


def comparisons(node: Node, *, turned: bool = False) -> Iterator[tuple[Node, bool]]:
    """Yield the comparisons of a condition, each with whether it is negated."""
    if isinstance(node, nodes.Not):
        yield from comparisons(node.of, turned=not turned)
    elif isinstance(node, nodes.Default) and not isinstance(node.of, nodes.Column):
        # "or else no" settles the branch; the fact itself is told as it is, unknown or not.
        yield from comparisons(node.of, turned=turned)
    elif isinstance(node, nodes.And | nodes.Or):
        for item in node.items:
            yield from comparisons(item, turned=turned)
    else:
        yield node, turned


def moves(node: Node, voc: Vocabulary) -> bool:
    """Say whether the value may be another on another row of the county."""
    below = [voc.opened(node)] if isinstance(node, nodes.Fact) else nodes.children(node)
    return isinstance(node, nodes.Column | nodes.Aggregate) or any(moves(x, voc) for x in below)


def sides(node: Node) -> tuple[Node, str, Node | tuple[str, ...] | None]:
    if isinstance(node, nodes.Compare):
        return node.left, node.operator, node.right
    if isinstance(node, nodes.Member):
        return node.of, "in", node.values
    if isinstance(node, nodes.Known):
        return node.of, "known", None
    if isinstance(node, nodes.Aggregate):
        return node, node.operator, None
    return node, "is", None


def identifier(node: Node) -> str:
    """Return the name of the fact an atom is about: table.column where it is a plain one."""
    if isinstance(node, nodes.Column | nodes.Fact):
        return f"{node.table}.{node.name}"
    if isinstance(node, nodes.Aggregate):
        return f"{node.table}.{node.operator}"
    below = nodes.children(node)
    return identifier(below[0]) if below else type(node).__name__.lower()
