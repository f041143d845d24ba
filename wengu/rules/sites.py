"""比较点: every comparison of a rule with the row it is made for, inner ones first."""

from collections.abc import Iterator
from typing import NamedTuple

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


Reach = tuple["nodes.Column | Below", ...]


class Below(NamedTuple):
    """下级: what is read from each row of a table that belongs to a row of `owner`."""

    table: str
    owner: str
    reach: Reach


def reach(node: Node, voc: Vocabulary) -> Reach:
    """Return from where `node` reads stored columns, the same for every row: see `leaf_rows`."""
    return tuple(dict.fromkeys(_reach(node, voc)))


def _reach(node: Node, voc: Vocabulary) -> Iterator["nodes.Column | Below"]:
    if isinstance(node, nodes.Fact):
        yield from _reach(voc.opened(node), voc)
    elif isinstance(node, nodes.Column):
        yield node
    elif isinstance(node, nodes.Aggregate):
        parts = [one for part in nodes.children(node) for one in _reach(part, voc)]
        yield Below(node.table, voc.above(node.table)[1], tuple(dict.fromkeys(parts)))
    else:
        for child in nodes.children(node):
            yield from _reach(child, voc)


def reached(found: Reach, frame: Frame) -> Iterator[tuple[nodes.Column, Frame]]:
    """Yield each stored column with each row it is read from."""
    for one in found:
        if isinstance(one, Below):
            for row in frame.at(one.owner).below.get(one.table, ()):
                yield from reached(one.reach, row)
        else:
            yield one, frame.at(one.table)
