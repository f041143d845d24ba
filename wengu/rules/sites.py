"""比较点: every comparison of a rule with the row it is made for, inner ones first."""

from collections.abc import Iterator

from wengu.rules import nodes
from wengu.rules.interpret import rows_of
from wengu.rules.nodes import Node
from wengu.rules.rows import Frame
from wengu.rules.vocabulary import Vocabulary

Site = tuple[nodes.Compare, Frame]


def sites(node: Node, frame: Frame, voc: Vocabulary) -> Iterator[Site]:
    """Yield each comparison below `node` once per row on which it is made."""
    if isinstance(node, nodes.Fact):
        yield from sites(voc.opened(node), frame.at(node.table), voc)
        return
    if isinstance(node, nodes.Aggregate):
        for row in rows_of(node, frame, voc):
            for part in nodes.children(node):
                yield from sites(part, row, voc)
        return
    for child in nodes.children(node):
        yield from sites(child, frame, voc)
    if isinstance(node, nodes.Compare):
        yield node, frame


def leaf_rows(node: Node, frame: Frame, voc: Vocabulary) -> Iterator[tuple[nodes.Column, Frame]]:
    """Yield each stored column below `node` with each row it is read from."""
    if isinstance(node, nodes.Fact):
        yield from leaf_rows(voc.opened(node), frame.at(node.table), voc)
    elif isinstance(node, nodes.Column):
        yield node, frame.at(node.table)
    elif isinstance(node, nodes.Aggregate):
        for row in rows_of(node, frame, voc):
            for part in nodes.children(node):
                yield from leaf_rows(part, row, voc)
    else:
        for child in nodes.children(node):
            yield from leaf_rows(child, frame, voc)
