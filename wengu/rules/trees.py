"""规则树: rules as JSON data, and back; a tree from a page is data from outside.

Every field of every node is checked against what the language itself could have written, so that
neither SQL nor Python is ever made from anything else. The proofs come after, as for any rule.
"""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from wengu.rules import kinds, nodes
from wengu.rules.errors import RuleError
from wengu.rules.nodes import Node

CLASSES: dict[str, type[Node]] = {
    kind.__name__.lower(): kind
    for kind in (
        nodes.Column, nodes.Fact, nodes.Parameter, nodes.Literal, nodes.Today, nodes.Cut,
        nodes.Age, nodes.Arithmetic, nodes.Need, nodes.Default, nodes.Either, nodes.Compare,
        nodes.Member, nodes.Known, nodes.Not, nodes.And, nodes.Or, nodes.Aggregate,
    )
}  # fmt: skip
Check = Callable[[Any], bool]


def to_tree(node: Node) -> dict[str, Any]:
    """Return the node as JSON data."""
    tree: dict[str, Any] = {"node": type(node).__name__.lower()}
    for field in dataclasses.fields(node):
        value = getattr(node, field.name)
        if isinstance(value, Node):
            value = to_tree(value)
        elif isinstance(value, tuple):
            value = [to_tree(item) if isinstance(item, Node) else item for item in value]
        tree[field.name] = value
    return tree


def from_tree(tree: Any) -> Node:
    """Return the node that `to_tree` wrote; refuse any other shape."""
    if not isinstance(tree, Mapping) or tree.get("node") not in CLASSES:
        raise RuleError("bad-tree", value=tree)
    kind = CLASSES[tree["node"]]
    fields = {field.name for field in dataclasses.fields(kind)}
    if set(tree) != {"node", *fields}:
        raise RuleError("bad-tree", value=f"{tree['node']} 应有 {'、'.join(sorted(fields))}")
    values = {name: _value(tree[name]) for name in fields}
    for name, value in values.items():
        if not _CHECKS.get((kind, name), _is_node)(value):
            raise RuleError("bad-tree", value=f"{tree['node']}.{name} = {tree[name]!r}")
    made = kind(**values)
    if isinstance(made, nodes.Literal):
        _check_literal(made)
    return made


def _value(value: Any) -> Any:
    if isinstance(value, Mapping):
        return from_tree(value)
    if isinstance(value, list):
        return tuple(_value(item) for item in value)
    return value


def _is_node(value: Any) -> bool:
    return isinstance(value, Node)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _may_be_node(value: Any) -> bool:
    return value is None or isinstance(value, Node)


def _is_length(value: Any) -> bool:
    return isinstance(value, nodes.Parameter | nodes.Literal)


def _are_nodes(value: Any) -> bool:
    return isinstance(value, tuple) and len(value) > 0 and all(map(_is_node, value))


def _are_texts(value: Any) -> bool:
    if isinstance(value, nodes.Parameter):
        return True
    return isinstance(value, tuple) and all(map(_is_text, value))


def _one_of(*allowed: str) -> Check:
    return lambda value: isinstance(value, str) and value in allowed


def _is_unit(value: Any) -> bool:
    return value in (None, kinds.FLAG, kinds.DAY, kinds.BASIS)


def _is_value(value: Any) -> bool:
    return isinstance(value, bool | int | str)


def _check_literal(literal: nodes.Literal) -> None:
    is_flag = isinstance(literal.value, bool)
    is_text = isinstance(literal.value, str)
    fits = is_flag == (literal.unit == kinds.FLAG) and not (is_text and literal.unit is not None)
    if not fits:
        raise RuleError("bad-tree", value=f"{literal.value!r} 与单位 {literal.unit} 不合")


_CHECKS: dict[tuple[type[Node], str], Check] = {
    (nodes.Column, "table"): _is_text,
    (nodes.Column, "name"): _is_text,
    (nodes.Fact, "table"): _is_text,
    (nodes.Fact, "name"): _is_text,
    (nodes.Parameter, "name"): _is_text,
    (nodes.Literal, "value"): _is_value,
    (nodes.Literal, "unit"): _is_unit,
    (nodes.Cut, "kind"): _one_of("months", "days", "before"),
    (nodes.Cut, "length"): _is_length,
    (nodes.Arithmetic, "operator"): _one_of("+", "-", "*"),
    (nodes.Compare, "operator"): _one_of("=", "!=", "<", "<=", ">", ">="),
    (nodes.Member, "values"): _are_texts,
    (nodes.And, "items"): _are_nodes,
    (nodes.Or, "items"): _are_nodes,
    (nodes.Aggregate, "operator"): _one_of("count", "sum", "any", "every"),
    (nodes.Aggregate, "table"): _is_text,
    (nodes.Aggregate, "body"): _may_be_node,
    (nodes.Aggregate, "where"): _may_be_node,
}
