"""叶子: which stored facts and parameters an expression can be missing."""

import dataclasses
from collections.abc import Iterator

from wengu.rules import nodes
from wengu.rules.nodes import Node
from wengu.rules.vocabulary import Vocabulary


@dataclasses.dataclass(frozen=True, order=True)
class Leaf:
    """叶子: a stored column, or a parameter (table is then empty)."""

    table: str
    name: str

    @property
    def is_parameter(self) -> bool:
        """Is it set by the city rather than recorded about somebody."""
        return not self.table

    def __str__(self) -> str:
        return f"parameter {self.name}" if self.is_parameter else f"{self.table}.{self.name}"


def is_sure(node: Node, voc: Vocabulary) -> bool:
    """Say whether the node can never come out unknown."""
    found = voc.sure.get(node)
    if found is None:
        found = voc.sure[node] = _is_sure(node, voc)
    return found


def _is_sure(node: Node, voc: Vocabulary) -> bool:
    if isinstance(node, nodes.Default):
        return is_sure(node.value, voc)
    if isinstance(node, nodes.Known | nodes.Literal | nodes.Today):
        return True
    if isinstance(node, nodes.Column):
        return not voc.column(node.table, node.name).null
    if isinstance(node, nodes.Parameter):
        return False
    if isinstance(node, nodes.Member) and isinstance(node.values, nodes.Parameter):
        return False
    below = [voc.opened(node)] if isinstance(node, nodes.Fact) else nodes.children(node)
    return all(is_sure(child, voc) for child in below)


def missable(node: Node, voc: Vocabulary) -> tuple[Leaf, ...]:
    """Return the leaves whose absence can make the node unknown, in reading order."""
    found = voc.missable.get(node)
    if found is None:
        found = voc.missable[node] = tuple(dict.fromkeys(_missable(node, voc)))
    return found


def _missable(node: Node, voc: Vocabulary) -> Iterator[Leaf]:
    if is_sure(node, voc):
        return
    if isinstance(node, nodes.Column):
        yield Leaf(node.table, node.name)
    elif isinstance(node, nodes.Parameter):
        yield Leaf("", node.name)
    below = [voc.opened(node)] if isinstance(node, nodes.Fact) else nodes.children(node)
    for child in below:
        yield from missable(child, voc)


def answered(node: Node, voc: Vocabulary) -> frozenset[Leaf]:
    """Return the stored columns below whose absence some "or else" or "is known" answers."""
    found = voc.answered.get(node)
    if found is None:
        found = voc.answered[node] = frozenset(_answered(node, voc))
    return found


def _answered(node: Node, voc: Vocabulary) -> Iterator[Leaf]:
    if isinstance(node, nodes.Default | nodes.Known):
        yield from (leaf for leaf in references(node.of, voc) if not leaf.is_parameter)
    below = [voc.opened(node)] if isinstance(node, nodes.Fact) else nodes.children(node)
    for child in below:
        yield from answered(child, voc)


def references(node: Node, voc: Vocabulary) -> list[Leaf]:
    """Return every stored column and parameter the node looks at, in reading order."""
    return list(dict.fromkeys(_references(node, voc)))


def _references(node: Node, voc: Vocabulary) -> Iterator[Leaf]:
    if isinstance(node, nodes.Column):
        yield Leaf(node.table, node.name)
    elif isinstance(node, nodes.Parameter):
        yield Leaf("", node.name)
    below = [voc.opened(node)] if isinstance(node, nodes.Fact) else nodes.children(node)
    for child in below:
        yield from _references(child, voc)
