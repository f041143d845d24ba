"""Python 掩码: the function that says which leaves left a condition unknown."""

from collections.abc import Iterator, Mapping

from wengu.rules import nodes
from wengu.rules.leaves import Leaf
from wengu.rules.nodes import Node
from wengu.rules.pyexpressions import Expressions, Spot, absent


class Masks:
    """掩码: walks down from an unknown condition into its unknown parts, as the reference does."""

    def __init__(self, expressions: Expressions, bits: Mapping[Leaf, int]) -> None:
        self.expressions = expressions
        self.bits = bits
        self._frames = 0

    def lines(self, condition: Node, spot: Spot) -> list[str]:
        """Return the body of the function."""
        return ["m = 0", *self._visit(condition, spot), "return m"]

    def _visit(self, node: Node, spot: Spot) -> Iterator[str]:
        """Yield the lines that add the bits of an unknown node."""
        if self.expressions.is_sure(node):
            return
        if isinstance(node, nodes.Column):
            yield f"m |= {self.bits[Leaf(node.table, node.name)]}"
        elif isinstance(node, nodes.Parameter):
            yield f"m |= {self.bits[Leaf('', node.name)]}"
        elif isinstance(node, nodes.Fact):
            opened = self.expressions.voc.opened(node)
            yield from self._visit(opened, (self.expressions.frame(spot, node.table), node.table))
        elif isinstance(node, nodes.Aggregate):
            yield from self._rows(node, spot)
        elif isinstance(node, nodes.Either):
            yield from self._either(node, spot)
        else:
            for child in nodes.children(node):
                yield from self._if_unknown(child, spot)

    def _if_unknown(self, node: Node, spot: Spot, more: str = "") -> Iterator[str]:
        if self.expressions.is_sure(node):
            return
        yield f"if {absent(self.expressions.of(node, spot))}{more}:"
        yield from _indented(self._visit(node, spot))

    def _either(self, node: nodes.Either, spot: Spot) -> Iterator[str]:
        name = self.expressions.temporary()
        yield f"{name} = {self.expressions.of(node.condition, spot)}"
        yield f"if {name} is None:"
        yield from _indented(self._visit(node.condition, spot))
        yield f"elif {name}:"
        yield from _indented(self._if_unknown(node.yes, spot))
        yield "else:"
        yield from _indented(self._if_unknown(node.no, spot))

    def _rows(self, node: nodes.Aggregate, spot: Spot) -> Iterator[str]:
        owner = self.expressions.frame(spot, self.expressions.voc.above(node.table)[1])
        self._frames += 1
        row: Spot = (f"g{self._frames}", node.table)
        body = node.body or nodes.TRUE
        yield f"for {row[0]} in {owner}.below.get({node.table!r}, ()):"
        if node.where is not None:
            yield from _indented(self._where(node, node.where, body, row))
        if node.body is not None:
            yield from _indented(self._body(node.where, body, row))
        yield "    pass"

    def _where(self, node: nodes.Aggregate, where: Node, body: Node, row: Spot) -> Iterator[str]:
        more = ""
        if node.operator in ("any", "every"):
            settled = node.operator == "every"
            more = f" and {self.expressions.of(body, row)} is not {settled}"
        yield from self._if_unknown(where, row, more)

    def _body(self, where: Node | None, body: Node, row: Spot) -> Iterator[str]:
        more = "" if where is None else f" and {self.expressions.of(where, row)} is not False"
        yield from self._if_unknown(body, row, more)


def _indented(lines: Iterator[str]) -> list[str]:
    """Return the lines one step in; `pass` where there is none."""
    return [f"    {line}" for line in lines] or ["    pass"]
