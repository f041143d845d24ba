"""案例表: the table of cases beside a rule, read into rows that every engine can run.

    with registered=1 income_heads=1                  values of every case, on lines of their own
    as_of       income_fen members.birth | branch     what is given, and the branch that follows
    2020-10-31  7320.00    1980-01-01,?  | keep       # yuan, ISO days, 1/0, 200%, ? = unknown

A name without a dot is a column of the subject; `members.x` lists one value per member, and
`members.bills.x` separates the members by `;`. A person's case says `household.x` for its home.
`P.x` is a parameter. A listed column that holds only `-` means that there is no such row.
`unknown(a,b)` expects no decision for want of exactly a and b.
"""

import dataclasses
import datetime
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from wengu.kernel import money
from wengu.kernel.dates import to_day
from wengu.rules import kinds
from wengu.rules.errors import RuleError
from wengu.rules.kinds import Kind, Table, parameter_kind
from wengu.rules.leaves import Leaf, references
from wengu.rules.parameters import Parameters, ParameterValue, Value
from wengu.rules.rule import Rule
from wengu.rules.vocabulary import Vocabulary

UNKNOWN = "unknown"
_SINCE = datetime.date(1900, 1, 1)
_COUNTY = "000000"
_EXPECTED = re.compile(r"([a-z][a-z0-9-]*|\?)\s*(?:\(([^)]*)\))?")
_TRUE, _FALSE = ("1", "是", "true"), ("0", "否", "false")
Rows = dict[str, list[dict[str, Any]]]


@dataclasses.dataclass(frozen=True)
class Case:
    """案例: one line of the table: a situation and what the rule makes of it."""

    rule: Rule
    number: int
    text: str
    as_of: datetime.date
    rows: Rows
    parameters: Parameters
    expected: str
    missing: frozenset[Leaf] | None

    @property
    def subject_id(self) -> int:
        """The id of the row the case is about: always the first of its table."""
        return 1


def read_cases(voc: Vocabulary, rule: Rule) -> list[Case]:
    """Return the cases of a rule; a name or value it does not know is refused with its line."""
    return list(_Reader(voc, rule).cases())


class _Reader:
    def __init__(self, voc: Vocabulary, rule: Rule) -> None:
        self.voc = voc
        self.rule = rule
        self.chain = voc.above(rule.subject)
        looked = [
            leaf
            for branch in rule.branches
            if branch.condition is not None
            for leaf in references(branch.condition, voc)
        ]
        self.looked = set(looked)

    def cases(self) -> Iterator[Case]:
        common: dict[str, str] = {}
        header: list[str] = []
        number = 0
        for line in self.rule.cases.splitlines():
            text = line.split("#")[0].strip()
            if text.startswith("with "):
                common.update(self._common(number, text))
            elif text and not header:
                header = text.split("|")[0].split()
            elif text:
                number += 1
                try:
                    yield self._case(number, text, common, header)
                except (ValueError, InvalidOperation, LookupError) as error:
                    raise self._bad(number, str(error)) from None

    def _bad(self, number: int, why: str) -> RuleError:
        error = RuleError("bad-case", row=number, why=why)
        return error.located(clause=self.rule.clause, rule=self.rule.name)

    def _common(self, number: int, text: str) -> dict[str, str]:
        pairs = [part.partition("=") for part in text.split()[1:]]
        if not all(sign for _, sign, _ in pairs):
            raise self._bad(number, f"with 一行应为 名称=值：{text}")
        return {name: value for name, _, value in pairs}

    def _case(self, number: int, text: str, common: dict[str, str], header: list[str]) -> Case:
        given, sign, wanted = text.partition("|")
        cells = given.split()
        if not sign or len(cells) != len(header):
            raise ValueError(f"应有 {len(header)} 格和 | 结果：{text}")
        values = {**common, **dict(zip(header, cells, strict=True))}
        as_of = datetime.date.fromisoformat(values.pop("as_of"))
        found = _EXPECTED.fullmatch(wanted.strip())
        if found is None:
            raise ValueError(f"结果应为分支名或 unknown(…)：{wanted}")
        expected = UNKNOWN if found[1] == "?" else found[1]
        if expected != UNKNOWN:
            self.rule.branch(expected)
        named = found[2]
        missing = (
            frozenset(self._leaf(name.strip()) for name in named.split(",")) if named else None
        )
        settings = {name: values.pop(name) for name in list(values) if name.startswith("P.")}
        parameters = Parameters(self._parameters(settings))
        return Case(
            self.rule, number, text, as_of, self._rows(values), parameters, expected, missing
        )

    def _leaf(self, name: str) -> Leaf:
        if name.startswith("P."):
            return Leaf("", self.voc.parameter(name[2:]).name)
        table, column = self._column(name)
        return Leaf(table.name, column)

    def _column(self, name: str) -> tuple[Table, str]:
        """Return the table and the column that a name of the header means."""
        *path, column = name.split(".")
        table = self.voc.table(self.rule.subject)
        for step in path:
            above = table.parent
            below = {child.plural: child for child in self.voc.below(table.name)}
            if above is not None and step == above.name:
                table = above
            elif step in below:
                table = below[step]
            else:
                raise RuleError("unknown-name", table=table.name, name=step, known="、".join(below))
        if column != "county" or table.parent is not None:
            self.voc.column(table.name, column)
        return table, column

    def _parameters(self, settings: dict[str, str]) -> Iterator[ParameterValue]:
        for name, text in settings.items():
            definition = self.voc.parameter(name[2:])
            if text not in ("?", "-"):
                value = _parameter(text, parameter_kind(definition.kind))
                yield ParameterValue(definition.name, value, _SINCE)

    def _rows(self, values: dict[str, str]) -> Rows:
        """Return the rows of every table: the subject, those above it, those below it."""
        given: dict[str, dict[str, str]] = {}
        for name, text in values.items():
            table, column = self._column(name)
            given.setdefault(table.name, {})[column] = text
        rows: Rows = {name: [] for name in self.voc.tables}
        self._fill(self.voc.table(self.chain[-1]), given, rows, 1, ())
        return rows

    def _fill(
        self,
        table: Table,
        given: dict[str, dict[str, str]],
        rows: Rows,
        owner: int,
        place: tuple[int, ...],
    ) -> None:
        """Add the rows of a table that belong to `owner`, and all below them."""
        texts = given.get(table.name, {})
        single = table.name in self.chain
        for index in range(1 if single else _count(texts, place)):
            made = dict[str, Any](id=len(rows[table.name]) + 1)
            if table.parent is None:
                made["county"] = texts.get("county", _COUNTY)
            else:
                made[table.parent.name] = owner
            for column, kind in table.columns.items():
                text = texts.get(column)
                cell = text if single or text is None else _cell(text, (*place, index))
                made[column] = self._value(table, column, kind, cell)
            rows[table.name].append(made)
            below = place if single else (*place, index)
            for child in self.voc.below(table.name):
                self._fill(child, given, rows, made["id"], below)

    def _value(self, table: Table, column: str, kind: Kind, text: str | None) -> Any:
        if text is None or text in ("?", "-"):
            if kind.null:
                return None
            if text is not None or Leaf(table.name, column) in self.looked:
                raise ValueError(f"{table.name}.{column} 不能未知，请给出")
            return _filler(kind)
        return _parse(text, kind)


def _count(texts: dict[str, str], place: tuple[int, ...]) -> int:
    """Return how many rows the listed columns speak of; `-` alone says none."""
    counts = []
    for text in texts.values():
        own = text.split(";")[place[0]] if place and ";" in text else text
        if own == "-":
            return 0
        counts.append(len(own.split(",")))
    return max(counts, default=0)


def _cell(text: str, place: tuple[int, ...]) -> str:
    """Return the value for one row; a single value stands for all rows."""
    for separator, index in zip(";,"[-len(place) :], place, strict=True):
        parts = text.split(separator)
        if len(parts) > 1 and index >= len(parts):
            raise ValueError(f"{text} 的个数与其他列不同")
        text = parts[index] if len(parts) > 1 else parts[0]
    return text


def _filler(kind: Kind) -> Any:
    """Return some value for a column that the rule does not look at."""
    if kind.dims == kinds.FLAG:
        return False
    if kind.dims == kinds.TEXT:
        return kind.values[0] if kind.values else ""
    return max(kind.bounds[0], 0)


def _parse(text: str, kind: Kind) -> Any:
    if kind.dims == kinds.FLAG:
        if text.lower() not in _TRUE + _FALSE:
            raise ValueError(f"应为 1 或 0：{text}")
        return text.lower() in _TRUE
    if kind.dims == kinds.TEXT:
        if kind.values and text not in kind.values:
            raise ValueError(f"没有取值 {text}：{'、'.join(kind.values)}")
        return text
    return _number(text, kind)


def _number(text: str, kind: Kind) -> int:
    if kind.dims == kinds.FEN:
        value = int(money.from_yuan(text))
    elif kind.dims == kinds.DAY:
        value = to_day(datetime.date.fromisoformat(text))
    elif kind.dims == kinds.BASIS and text.endswith("%"):
        value = int(money.from_yuan(Decimal(text[:-1])))
    else:
        value = int(text)
    low, high = kind.bounds
    if not low <= value <= high:
        raise ValueError(f"{text} 不在 {low} 与 {high} 之间")
    return value


def _parameter(text: str, kind: Kind) -> Value:
    if kind.dims == kinds.CODES:
        return frozenset(text.split(","))
    value: Value = _parse(text, kind)
    return value
