"""证明: what is shown of every expression before it may run: units, unknowns, range, reach."""

import dataclasses
from collections.abc import Callable
from typing import Any

from wengu.rules import kinds, nodes
from wengu.rules.errors import RuleError
from wengu.rules.kinds import Unit, unit_text
from wengu.rules.nodes import Node
from wengu.rules.vocabulary import Vocabulary

LIMIT = 2**63 - 1
EQUALITY = ("=", "!=")


@dataclasses.dataclass(frozen=True)
class Type:
    """类型: what is known of an expression.

    `open`: may be unknown and the author has not yet said what that means;
    `unsure`: may come out unknown (a needed fact or an unset parameter);
    `bare`: an integer written in the rule, which takes the unit of its partner;
    `level`: the deepest table it looks at; None = constant over all rows.
    """

    unit: Unit
    label: str
    open: bool = False
    unsure: bool = False
    low: int = 0
    high: int = 0
    bare: bool = False
    level: str | None = None
    values: tuple[str, ...] = ()

    @property
    def is_number(self) -> bool:
        """Can it be added and multiplied."""
        return self.unit not in kinds.NOT_NUMBERS


def infer(node: Node, voc: Vocabulary) -> Type:
    """Return the type of `node`; refuse what has none."""
    kept: tuple[Vocabulary, Type] | None = node.__dict__.get("_type")
    if kept is None or kept[0] is not voc:
        kept = node.__dict__["_type"] = (voc, _INFER[type(node)](node, voc))
    return kept[1]


def _column(node: nodes.Column, voc: Vocabulary) -> Type:
    kind = voc.column(node.table, node.name)
    low, high = kind.bounds
    return Type(
        kind.dims, node.name, kind.null, kind.null, low, high, level=node.table, values=kind.values
    )


def _fact(node: nodes.Fact, voc: Vocabulary) -> Type:
    found = infer(voc.fact(node.table, node.name).node, voc)
    return dataclasses.replace(found, label=node.name, level=node.table, bare=False)


def _parameter(node: nodes.Parameter, voc: Vocabulary) -> Type:
    definition = voc.parameter(node.name)
    low, high = definition.bounds
    return Type(definition.dims, f"P.{node.name}", unsure=True, low=low, high=high)


def _literal(node: nodes.Literal, voc: Vocabulary) -> Type:
    if isinstance(node.value, bool):
        return Type(kinds.FLAG, str(node.value))
    if isinstance(node.value, str):
        return Type(kinds.TEXT, repr(node.value))
    unit = kinds.COUNT if node.unit is None else tuple(node.unit)
    return Type(unit, str(node.value), low=node.value, high=node.value, bare=node.unit is None)


def _today(node: nodes.Today, voc: Vocabulary) -> Type:
    low, high = kinds.Day().bounds
    return Type(kinds.DAY, "AS_OF", low=low, high=high)


def _cut(node: nodes.Cut, voc: Vocabulary) -> Type:
    length = infer(node.length, voc)
    wanted = kinds.DAYS if node.kind == "days" else kinds.MONTHS
    if length.unit != wanted and not length.bare:
        raise RuleError(
            "different-units", left=unit_text(length.unit), right=unit_text(wanted), operator="期限"
        )
    low, high = kinds.Day().bounds
    return Type(kinds.DAY, f"AS_OF-{length.label}", unsure=length.unsure, low=low, high=high)


def _age(node: nodes.Age, voc: Vocabulary) -> Type:
    birth = infer(node.birth, voc)
    if birth.unit != kinds.DAY:
        raise RuleError(
            "different-units", left=birth.label, right=unit_text(kinds.DAY), operator="age()"
        )
    return dataclasses.replace(birth, unit=kinds.AGE, label=f"age({birth.label})", low=0, high=999)


def _arithmetic(node: nodes.Arithmetic, voc: Vocabulary) -> Type:
    left, right = infer(node.left, voc), infer(node.right, voc)
    for side in (left, right):
        if not side.is_number:
            raise RuleError(
                "not-a-number",
                name=side.label,
                unit=unit_text(side.unit),
                operator=node.operator,
            )
    label = f"({left.label} {node.operator} {right.label})"
    if node.operator == "*":
        unit = tuple(sorted(left.unit + right.unit))
        corners = [x * y for x in (left.low, left.high) for y in (right.low, right.high)]
        low, high = min(corners), max(corners)
    else:
        unit = _same_unit(left, right, node.operator)
        low, high = _sum_bounds(node.operator, left, right)
    _fits(label, low, high)
    return Type(
        unit,
        label,
        left.open or right.open,
        left.unsure or right.unsure,
        low,
        high,
        left.bare and right.bare,
        _deeper(left, right, voc),
    )


def _sum_bounds(operator: str, left: Type, right: Type) -> tuple[int, int]:
    if operator == "+":
        return left.low + right.low, left.high + right.high
    return left.low - right.high, left.high - right.low


def _fits(label: str, low: int, high: int) -> None:
    if max(-low, high) > LIMIT:
        raise RuleError("overflow", name=label, reach=max(-low, high))


def _same_unit(left: Type, right: Type, operator: str) -> Unit:
    """Return the common unit of two partners; a bare number may only stand for a pure count."""
    for bare, other in ((left, right), (right, left)):
        if bare.bare and not other.bare and bare.unit == kinds.COUNT and other.is_number:
            free = other.unit in (kinds.COUNT, kinds.MONTHS, kinds.DAYS, kinds.YEARS)
            if bare.low != 0 and not free:
                raise RuleError("bare-number", value=bare.label, unit=unit_text(other.unit))
            return other.unit
    if left.unit != right.unit:
        raise RuleError(
            "different-units",
            left=f"{left.label}（{unit_text(left.unit)}）",
            right=f"{right.label}（{unit_text(right.unit)}）",
            operator=operator,
        )
    return left.unit


def _deeper(left: Type, right: Type, voc: Vocabulary) -> str | None:
    """Return the deeper of two levels; refuse two tables of which neither holds the other."""
    if left.level is None or right.level is None:
        return left.level or right.level
    if left.level in voc.above(right.level):
        return right.level
    if right.level in voc.above(left.level):
        return left.level
    raise RuleError("out-of-reach", name=right.label, table=right.level, level=left.level)


def _need(node: nodes.Need, voc: Vocabulary) -> Type:
    found = infer(node.of, voc)
    if not found.open:
        raise RuleError("needless-need", name=found.label)
    return dataclasses.replace(found, open=False, label=f"need({found.label})")


def _default(node: nodes.Default, voc: Vocabulary) -> Type:
    found, value = infer(node.of, voc), infer(node.value, voc)
    if not found.unsure:
        raise RuleError("needless-or", name=found.label)
    if found.unit in kinds.NOT_NUMBERS and found.unit != value.unit:
        raise RuleError("different-units", left=found.label, right=value.label, operator="or_()")
    if found.is_number:
        _same_unit(found, value, "or_()")
    _check_choice(found, value)
    return dataclasses.replace(
        found,
        open=value.open,
        unsure=value.unsure,
        low=min(found.low, value.low),
        high=max(found.high, value.high),
        level=_deeper(found, value, voc),
    )


def _either(node: nodes.Either, voc: Vocabulary) -> Type:
    condition = _condition(node.condition, voc)
    yes, no = infer(node.yes, voc), infer(node.no, voc)
    if kinds.AGE in (yes.unit, no.unit):
        raise RuleError("age-alone")
    if kinds.FLAG in (yes.unit, no.unit):
        raise RuleError("not-a-number", name=yes.label, unit="是非", operator="either()")
    unit = _same_unit(yes, no, "either()")
    level = _deeper(yes, no, voc)
    merged = dataclasses.replace(yes, level=level)
    return Type(
        unit,
        f"either({condition.label})",
        yes.open or no.open,
        yes.unsure or no.unsure or condition.unsure,
        min(yes.low, no.low),
        max(yes.high, no.high),
        yes.bare and no.bare,
        _deeper(merged, condition, voc),
        tuple(dict.fromkeys(yes.values + no.values)),
    )


def _refuse_open(found: Type, operator: str) -> None:
    if found.open:
        raise RuleError("open-comparison", name=found.label, operator=operator)


def _check_choice(choice: Type, text: Type) -> None:
    value = text.label[1:-1]
    if choice.unit == kinds.TEXT and choice.values and text.level is None and not text.values:
        _known_choice(choice, value)


def _known_choice(choice: Type, value: str) -> None:
    if choice.values and value not in choice.values:
        raise RuleError(
            "unknown-choice", name=choice.label, value=value, known="、".join(choice.values)
        )


def _compare(node: nodes.Compare, voc: Vocabulary) -> Type:
    left, right = infer(node.left, voc), infer(node.right, voc)
    for side in (left, right):
        _refuse_open(side, node.operator)
        if side.unit in (kinds.CODES, kinds.FLAG) or (
            side.unit == kinds.TEXT and node.operator not in EQUALITY
        ):
            raise RuleError(
                "not-a-number",
                name=side.label,
                unit=unit_text(side.unit),
                operator=node.operator,
            )
    if left.unit == kinds.AGE or right.unit == kinds.AGE:
        _compare_age(left, right)
    else:
        _same_unit(left, right, node.operator)
    _check_choice(left, right)
    _check_choice(right, left)
    return Type(
        kinds.FLAG,
        f"{left.label} {node.operator} {right.label}",
        unsure=left.unsure or right.unsure,
        high=1,
        level=_deeper(left, right, voc),
    )


def _compare_age(left: Type, right: Type) -> None:
    if left.unit != kinds.AGE or not (right.bare or right.unit == kinds.YEARS):
        raise RuleError("age-alone")


def _member(node: nodes.Member, voc: Vocabulary) -> Type:
    found = infer(node.of, voc)
    _refuse_open(found, "in_()")
    unsure = found.unsure
    if found.unit != kinds.TEXT:
        raise RuleError(
            "different-units", left=found.label, right=unit_text(kinds.TEXT), operator="in_()"
        )
    if isinstance(node.values, nodes.Parameter):
        unsure = True
        if infer(node.values, voc).unit != kinds.CODES:
            raise RuleError(
                "different-units",
                left=f"P.{node.values.name}",
                right=unit_text(kinds.CODES),
                operator="in_()",
            )
    else:
        for value in node.values:
            _known_choice(found, value)
    return Type(kinds.FLAG, f"{found.label} in", unsure=unsure, high=1, level=found.level)


def _known(node: nodes.Known, voc: Vocabulary) -> Type:
    found = infer(node.of, voc)
    if not found.unsure:
        raise RuleError("needless-or", name=found.label)
    return Type(kinds.FLAG, f"{found.label}.is_known()", high=1, level=found.level)


def _condition(node: Node, voc: Vocabulary, operator: str = "条件") -> Type:
    found = infer(node, voc)
    if found.unit != kinds.FLAG:
        raise RuleError("not-a-condition", name=found.label)
    _refuse_open(found, operator)
    return found


def _not(node: nodes.Not, voc: Vocabulary) -> Type:
    found = _condition(node.of, voc, "~")
    return dataclasses.replace(found, label=f"~{found.label}")


def _junction(node: nodes.And | nodes.Or, voc: Vocabulary) -> Type:
    operator = "&" if isinstance(node, nodes.And) else "|"
    found = [_condition(item, voc, operator) for item in node.items]
    joined = found[0]
    for item in found[1:]:
        joined = dataclasses.replace(
            joined,
            label=f"{joined.label} {operator} {item.label}",
            unsure=joined.unsure or item.unsure,
            level=_deeper(joined, item, voc),
        )
    return joined


def _aggregate(node: nodes.Aggregate, voc: Vocabulary) -> Type:
    table = voc.table(node.table)
    parent = table.parent.name if table.parent else None
    if parent is None:
        raise RuleError("unknown-table", name=node.table, known="、".join(voc.tables))
    if (node.operator == "count") != (node.body is None):
        raise RuleError("bad-tree", value=f"{node.operator} 与它的内容不合")
    where = _condition(node.where, voc, "where") if node.where else None
    unsure = where is not None and where.unsure
    if where is not None:
        _inside(where, node, voc)
    if node.operator in ("any", "every"):
        body = _condition(node.body or nodes.TRUE, voc, node.operator)
        label = f"{table.plural}.{node.operator}({body.label})"
        return Type(
            kinds.FLAG, label, unsure=unsure or body.unsure, high=1, level=_inside(body, node, voc)
        )
    if node.body is None:
        label = f"{table.plural}.count()"
        return Type(kinds.COUNT, label, unsure, unsure, 0, table.at_most, level=parent)
    body = infer(node.body, voc)
    if not body.is_number:
        raise RuleError(
            "not-a-number", name=body.label, unit=unit_text(body.unit), operator="sum()"
        )
    label = f"{table.plural}.sum({body.label})"
    low, high = min(0, body.low * table.at_most), max(0, body.high * table.at_most)
    _fits(label, low, high)
    unsure = unsure or body.unsure
    return Type(body.unit, label, unsure, unsure, low, high, level=_inside(body, node, voc))


def _inside(body: Type, node: nodes.Aggregate, voc: Vocabulary) -> str:
    """Return the table an aggregate belongs to; its body may look at its own rows and above."""
    reach = voc.above(node.table)
    if body.level is not None and body.level not in reach:
        raise RuleError("out-of-reach", name=body.label, table=body.level, level=node.table)
    return reach[1]


_INFER: dict[type[Node], Callable[[Any, Vocabulary], Type]] = {
    nodes.Column: _column,
    nodes.Fact: _fact,
    nodes.Parameter: _parameter,
    nodes.Literal: _literal,
    nodes.Today: _today,
    nodes.Cut: _cut,
    nodes.Age: _age,
    nodes.Arithmetic: _arithmetic,
    nodes.Need: _need,
    nodes.Default: _default,
    nodes.Either: _either,
    nodes.Compare: _compare,
    nodes.Member: _member,
    nodes.Known: _known,
    nodes.Not: _not,
    nodes.And: _junction,
    nodes.Or: _junction,
    nodes.Aggregate: _aggregate,
}
