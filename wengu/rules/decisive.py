"""所由: the comparisons that decided: what a branch rests on, and no more than that.

A true "or" rests on its first true part and a false "and" on its first false one, in the order in
which the author wrote them; a true "and" and a false "or" rest on all their parts.
"""

from wengu.rules import kinds, nodes
from wengu.rules.interpret import Interpreter, rows_of
from wengu.rules.nodes import Node
from wengu.rules.proofs import infer
from wengu.rules.rows import Frame
from wengu.rules.rule import Rule

Ground = tuple[Node, bool, Frame]
"""A comparison, whether it stands negated there, and the row that it was made for."""


def grounds(asked: Interpreter, rule: Rule, taken: int, subject: Frame) -> list[Ground]:
    """Return what the branch taken rests on.

    The last branch has no condition of its own: it rests on what led to it.
    """
    own = rule.branches[taken].condition
    if own is None:
        return led(asked, rule, taken, subject)
    return _Search(asked).of(own, subject)


def led(asked: Interpreter, rule: Rule, taken: int, subject: Frame) -> list[Ground]:
    """Return what led to the branch taken: why no branch of another verdict was."""
    before, verdict = rule.branches[:taken], rule.branches[taken].verdict
    search = _Search(asked)
    for one in [one for one in before if one.verdict != verdict] or before:
        if one.condition is not None:
            search.of(one.condition, subject)
    return search.found


class _Search:
    """搜索: gathers what the answers of conditions, which are known, rest on."""

    def __init__(self, asked: Interpreter) -> None:
        self._asked = asked
        self._value = asked.value
        self.found: list[Ground] = []

    def of(self, node: Node, frame: Frame, *, turned: bool = False) -> list[Ground]:
        """Add the grounds of a condition, and return all there are."""
        if isinstance(node, nodes.Not):
            self.of(node.of, frame, turned=not turned)
        elif isinstance(node, nodes.And | nodes.Or):
            for part in self._parts(node, frame):
                self.of(part, frame, turned=turned)
        elif isinstance(node, nodes.Need | nodes.Default) and type(node.of) is not nodes.Column:
            # What "or else" settled rests on nothing that is known.
            if isinstance(node, nodes.Need) or self._value(node.of, frame) is not None:
                self.of(node.of, frame, turned=turned)
        elif isinstance(node, nodes.Fact) and infer(node, self._asked.voc).unit == kinds.FLAG:
            self.of(self._asked.voc.opened(node), frame.at(node.table))
        elif isinstance(node, nodes.Aggregate) and node.operator in ("any", "every"):
            self._of_rows(node, frame)
        else:
            self.found.append((node, turned, frame))
        return self.found

    def _parts(self, node: nodes.And | nodes.Or, frame: Frame) -> tuple[Node, ...]:
        settling = type(node) is nodes.Or
        for item in node.items:
            if self._value(item, frame) is settling:
                return (item,)
        return node.items

    def _of_rows(self, node: nodes.Aggregate, frame: Frame) -> None:
        """Add the same of rows: each counts as "where and body", or as "if where, then body"."""
        settling = node.operator == "any"
        is_settled = self._value(node, frame) is settling
        for row in rows_of(node, frame, self._asked.voc):
            where = node.where is None or self._value(node.where, row)
            body = node.body is not None and self._value(node.body, row)
            if is_settled and where is True and body is settling:
                self._of_row((node.where, node.body), row)
                return
            if not is_settled:
                self._of_row((node.where if where is False else node.body,), row)

    def _of_row(self, parts: tuple[Node | None, ...], row: Frame) -> None:
        for part in parts:
            if part is not None:
                self.of(part, row)
