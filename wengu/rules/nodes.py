"""语法树: what a rule is, once read: plain values that can be compared, hashed and stored.

The words an author writes (wengu.rules.language) only build these; every engine reads them.
"""

import dataclasses
from collections.abc import Iterator

Literals = int | bool | str


@dataclasses.dataclass(frozen=True)
class Node:
    """节点: one step of a rule."""


@dataclasses.dataclass(frozen=True)
class Column(Node):
    """列: a stored fact of the row at hand, or of a row above it."""

    table: str
    name: str


@dataclasses.dataclass(frozen=True)
class Fact(Node):
    """事实: a named derived fact of the pack."""

    table: str
    name: str


@dataclasses.dataclass(frozen=True)
class Parameter(Node):
    """参数: its value in the county of the row, on the day; unknown while nobody has set it."""

    name: str


@dataclasses.dataclass(frozen=True)
class Literal(Node):
    """常量: a bare number, a day, a text, yes or no."""

    value: Literals
    unit: tuple[str, ...] | None = None


TRUE = Literal(value=True, unit=("flag",))
FALSE = Literal(value=False, unit=("flag",))


@dataclasses.dataclass(frozen=True)
class Today(Node):
    """基准日: the day the rule is applied on."""


@dataclasses.dataclass(frozen=True)
class Cut(Node):
    """界日: a day computed from the day of evaluation and a number of months or days.

    "months": the first start whose months still run; "days": the same in days;
    "before": the day itself, moved back by months.
    """

    kind: str
    length: Parameter | Literal


@dataclasses.dataclass(frozen=True)
class Age(Node):
    """年龄: completed years on the day of evaluation; compared, never stored."""

    birth: Node


@dataclasses.dataclass(frozen=True)
class Arithmetic(Node):
    """计算: + - *."""

    operator: str
    left: Node
    right: Node


@dataclasses.dataclass(frozen=True)
class Need(Node):
    """必需: without it the condition is unknown, and the fact is named as missing."""

    of: Node


@dataclasses.dataclass(frozen=True)
class Default(Node):
    """缺省: what the author decided that an unknown value means."""

    of: Node
    value: Node


@dataclasses.dataclass(frozen=True)
class Either(Node):
    """二选一: one value or another; unknown while the condition is."""

    condition: Node
    yes: Node
    no: Node


@dataclasses.dataclass(frozen=True)
class Compare(Node):
    """比较: = ≠ < ≤ > ≥."""

    operator: str
    left: Node
    right: Node


@dataclasses.dataclass(frozen=True)
class Member(Node):
    """属于: one of the listed texts, or of the set of a parameter."""

    of: Node
    values: tuple[str, ...] | Parameter


@dataclasses.dataclass(frozen=True)
class Known(Node):
    """已知: is there a value at all."""

    of: Node


@dataclasses.dataclass(frozen=True)
class Not(Node):
    """非: unknown stays unknown."""

    of: Node


@dataclasses.dataclass(frozen=True)
class And(Node):
    """且: false as soon as one is false."""

    items: tuple[Node, ...]


@dataclasses.dataclass(frozen=True)
class Or(Node):
    """或: true as soon as one is true."""

    items: tuple[Node, ...]


@dataclasses.dataclass(frozen=True)
class Aggregate(Node):
    """汇总: over the rows of `table` that belong to the row at hand: count, sum, any, every."""

    operator: str
    table: str
    body: Node | None
    where: Node | None


def children(node: Node) -> list[Node]:
    """Return the nodes directly below, in reading order."""
    # Explanations ask this many thousand times of the same few trees, which never change.
    kept: list[Node] | None = node.__dict__.get("_children")
    if kept is not None:
        return kept
    found: list[Node] = []
    for field in dataclasses.fields(node):
        value = getattr(node, field.name)
        if isinstance(value, Node):
            found.append(value)
        elif isinstance(value, tuple):
            found.extend(item for item in value if isinstance(item, Node))
    node.__dict__["_children"] = found
    return found


def walk(node: Node) -> Iterator[Node]:
    """Yield the node and everything below it, in reading order; facts are not opened."""
    yield node
    for child in children(node):
        yield from walk(child)
