"""措辞: how expressions and values are read by people, in Chinese and in English."""

import datetime
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from wengu.kernel import money
from wengu.kernel.dates import from_day
from wengu.rules import kinds, nodes
from wengu.rules.interpret import Interpreter
from wengu.rules.kinds import Unit
from wengu.rules.nodes import Node
from wengu.rules.proofs import infer
from wengu.rules.rows import Frame
from wengu.rules.vocabulary import Vocabulary

Called = Mapping[tuple[str, str], tuple[str, str]]
"""What some columns (table, name) are called instead, in Chinese and in English."""

WHOLE = 10_000
_MOST_SAID = 4096
SIGNS = {"*": "×", "+": "+", "-": "−"}
_COMPARED = {
    "=": ("＝", "＝"), "!=": ("≠", "≠"), "<": ("＜", "<"), "<=": ("≤", "≤"), ">": ("＞", ">"),
    ">=": ("≥", "≥"),
}  # fmt: skip
_TURNED = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_SUFFIXES = {
    kinds.MONTHS: ("个月", " months"),
    kinds.DAYS: ("天", " days"),
    kinds.AGE: ("岁", " years"),
    kinds.YEARS: ("岁", " years"),
}


class Words:
    """措辞: names and values of one pack; `english` chooses the language, `speak` says a code.

    `called` are other names for some columns.
    """

    def __init__(
        self,
        voc: Vocabulary,
        *,
        english: bool = False,
        speak: Callable[[str], str] = str,
        called: Called | None = None,
    ) -> None:
        self.voc = voc
        self.english = english
        self._speak = speak
        self._called = called or {}
        self._said: dict[str, str] = {}

    def speak(self, code: str) -> str:
        """Return a code as people say it; a language has few of them, each looked up once."""
        found = self._said.get(code)
        if found is None:
            found = self._speak(code)
            if len(self._said) < _MOST_SAID:
                self._said[code] = found
        return found

    def name(self, node: Node) -> str:
        """Return what the expression is called."""
        found = self._named(node)
        if found is not None:
            return found
        if isinstance(node, nodes.Aggregate):
            return self._aggregate(node)
        if isinstance(node, nodes.Cut):
            return self._cut(node)
        below = [child for child in nodes.children(node) if not _is_whole(child)]
        if isinstance(node, nodes.Arithmetic):
            return f" {SIGNS[node.operator]} ".join(self.name(child) for child in below)
        if isinstance(node, nodes.Either):
            return f"{self.name(node.yes)} / {self.name(node.no)}"
        return self.name(below[0]) if below else self._say("基准日", "day of evaluation")

    def _named(self, node: Node) -> str | None:
        if isinstance(node, nodes.Column):
            kind = self.voc.column(node.table, node.name)
            terms = self._called.get((node.table, node.name), (kind.term, kind.term_en))
            return self._say(*terms) or node.name
        if isinstance(node, nodes.Fact):
            fact = self.voc.fact(node.table, node.name)
            return self._say(fact.term, fact.term_en) or node.name
        if isinstance(node, nodes.Parameter):
            definition = self.voc.parameter(node.name)
            return self._say(definition.term, definition.term_en) or node.name
        if isinstance(node, nodes.Age):
            return self._say("年龄", "age")
        if isinstance(node, nodes.Literal):
            return self.value(node.value, node.unit or kinds.COUNT)
        return None

    def _say(self, chinese: str, english: str) -> str:
        return (english or chinese) if self.english else chinese

    def _aggregate(self, node: nodes.Aggregate) -> str:
        table = self.voc.table(node.table)
        row = self._say(table.term or table.name, table.term_en or table.name)
        if node.body is None:
            return self._say(f"{row}数", f"number of {table.plural}")
        if node.operator == "sum":
            body = self.name(node.body)
            return self._say(
                f"{row}{body.removesuffix('合计')}合计", f"{body}, total of all {table.plural}"
            )
        holds = self._holds(node.body)
        if node.operator == "any":
            return self._say(f"有{row}{holds}", f"any {row} {holds}")
        is_plain = not holds.startswith(("的", "并非", "未"))
        return self._say(
            f"全部{row}{'为' if is_plain else ''}{holds}", f"all {table.plural} {holds}"
        )

    def _holds(self, node: Node, *, negated: bool = False) -> str:
        """Return what is said of a row of which the condition holds, as it follows the row."""
        if isinstance(node, nodes.Need | nodes.Default):
            return self._holds(node.of, negated=negated)
        if isinstance(node, nodes.Not):
            return self._holds(node.of, negated=not negated)
        if isinstance(node, nodes.And | nodes.Or):
            is_and = isinstance(node, nodes.And) != negated
            word = self._say("且" if is_and else "或", " and " if is_and else " or ")
            first, *others = (self._holds(item, negated=negated) for item in node.items)
            return word.join([first, *(one.removeprefix("的") for one in others)])
        return self._plainly(node, negated=negated)

    def _plainly(self, node: Node, *, negated: bool) -> str:
        name = self.name(node)
        if isinstance(node, nodes.Compare):
            sign = _COMPARED[_TURNED[node.operator] if negated else node.operator]
            right = self.name(node.right)
            return self._say(f"的{name} {sign[0]} {right}", f"with {name} {sign[1]} {right}")
        if isinstance(node, nodes.Member):
            return self._is_of(name, node.values, negated=negated)
        if isinstance(node, nodes.Known):
            word = self._say("未知" if negated else "已知", "unknown" if negated else "known")
            return self._say(f"的{name}{word}", f"with {name} {word}")
        if not negated:
            return name
        undone = f"未{name[1:]}" if name.startswith("已") else f"并非{name}"
        return self._say(undone, f"not {name}")

    def _is_of(self, name: str, values: tuple[str, ...] | Node, *, negated: bool) -> str:
        if isinstance(values, Node):
            listed = self.name(values)
            chinese = f"的{name}{'不' if negated else ''}在{listed}之内"
        else:
            listed = self.listed(values)
            among = "之一" if len(values) > 1 else ""
            chinese = f"的{name}{'不' if negated else ''}为{listed}{among}"
        return self._say(chinese, f"with {name} {'not ' if negated else ''}among {listed}")

    def _cut(self, node: nodes.Cut) -> str:
        length = self.name(node.length)
        return self._say(f"基准日前{length}的界日", f"cut-off {length} before the day")

    def value(self, value: Any, unit: Unit) -> str:
        """Return a value as people read it."""
        if value is None:
            return self._say("未知", "unknown")
        if isinstance(value, bool):
            return self._say("是" if value else "否", "yes" if value else "no")
        if isinstance(value, frozenset | tuple):
            return self.listed(sorted(value))
        if isinstance(value, str):
            return self.speak(value)
        return self._number(value, unit)

    def assumed(self, text: str) -> str:
        """Return what a fact that nobody states was counted as, in words."""
        return self._say(f"未记载，按“{text}”计", f"not recorded, taken as {text}")

    def listed(self, codes: Iterable[str]) -> str:
        """Return codes as a list of words."""
        return self._say("、", ", ").join(map(self.speak, codes))

    def _number(self, value: Any, unit: Unit) -> str:
        if unit == kinds.FEN:
            return self._yuan(value)
        if unit == kinds.BASIS:
            return f"{(Decimal(value) / 100).normalize():f}%"
        if unit == kinds.DAY:
            return str(as_date(value))
        return f"{value}{self._say(*_SUFFIXES.get(unit, ('', '')))}"

    def _yuan(self, value: int | Decimal) -> str:
        exact = Decimal(value) / money.FEN_PER_YUAN
        text = f"{exact:,.2f}" if exact == round(exact, 2) else f"{exact.normalize():,f}"
        return text + self._say(" 元", " yuan")

    def sum_text(self, node: Node, frame: Frame, interpreter: Interpreter, unit: Unit) -> str:
        """Return how a threshold comes about: 低保标准 620.00 元 × 12 × 人数 2 = 14,880.00 元."""
        total = scaled(interpreter.value(node, frame), unit)
        shown = self.value(total, plain(unit))
        terms = self._terms(node, frame, interpreter)
        if terms == "" or isinstance(node, nodes.Today):
            return shown
        return f"{terms} = {shown}" if self._is_computed(node) else terms

    def _is_computed(self, node: Node) -> bool:
        if isinstance(node, nodes.Need | nodes.Default):
            return self._is_computed(node.of)
        return isinstance(self.voc.opened(node), nodes.Arithmetic | nodes.Either)

    def _terms(self, node: Node, frame: Frame, interpreter: Interpreter) -> str:
        opened = self.voc.opened(node)
        if isinstance(node, nodes.Need):
            return self._terms(node.of, frame, interpreter)
        if isinstance(node, nodes.Default):
            return self._default(node, frame, interpreter)
        if isinstance(opened, nodes.Arithmetic):
            owner = frame.at(node.table) if isinstance(node, nodes.Fact) else frame
            left = self._operand(opened.left, opened.operator, owner, interpreter)
            right = self._operand(opened.right, opened.operator, owner, interpreter)
            return left if right == "" else f"{left} {SIGNS[opened.operator]} {right}"
        if isinstance(node, nodes.Cut):
            return self._period(node, frame, interpreter)
        value = interpreter.value(node, frame)
        if isinstance(node, nodes.Literal):
            return "" if node.unit == kinds.BASIS else self.value(value, node.unit or kinds.COUNT)
        return f"{self.name(node)} {self.value(value, self.unit(node))}"

    def _default(self, node: nodes.Default, frame: Frame, interpreter: Interpreter) -> str:
        if interpreter.value(node.of, frame) is not None:
            return self._terms(node.of, frame, interpreter)
        name = self.name(node.of)
        value = self.value(interpreter.value(node, frame), self.unit(node))
        return self._say(f"{name} 未知按 {value}", f"{name} unknown, taken as {value}")

    def _period(self, node: nodes.Cut, frame: Frame, interpreter: Interpreter) -> str:
        length = interpreter.value(node.length, frame)
        text = self.value(length, kinds.DAYS if node.kind == "days" else kinds.MONTHS)
        name = "" if isinstance(node.length, nodes.Literal) else self.name(node.length)
        day = self.value(interpreter.value(node, frame), kinds.DAY)
        return self._say(f"{name} {text}，界日 {day}", f"{name} {text}, from {day}").strip()

    def _operand(self, node: Node, sign: str, frame: Frame, interpreter: Interpreter) -> str:
        text = self._terms(node, frame, interpreter)
        opened = self.voc.opened(node)
        is_sum = isinstance(opened, nodes.Arithmetic) and opened.operator != "*"
        return f"({text})" if is_sum and sign == "*" else text

    def unit(self, node: Node) -> Unit:
        """Return the unit of a node that the loader has proved already."""
        return infer(node, self.voc).unit


def _is_whole(node: Node) -> bool:
    return isinstance(node, nodes.Literal) and node.unit == kinds.BASIS


def as_date(day: int) -> datetime.date | int:
    """Return the date of a day integer; an impossible one stays as it is."""
    try:
        return from_day(day)
    except ValueError:
        return day


def plain(unit: Unit) -> Unit:
    """Return the unit without the basis points of a cross-multiplication."""
    rest = list(unit)
    if kinds.BASIS[0] in rest and len(rest) > 1:
        rest.remove(kinds.BASIS[0])
    return tuple(rest)


def scaled(value: Any, unit: Unit) -> Any:
    """Return a value of a cross-multiplied unit in its plain unit, exactly."""
    if plain(unit) == unit or not isinstance(value, int):
        return value
    whole, rest = divmod(value, WHOLE)
    return whole if rest == 0 else Decimal(value) / WHOLE
