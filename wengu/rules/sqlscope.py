"""SQL 范围: what an expression at one table reads, and the columns computed on the way.

Each step of a rule becomes a column of its own, computed once and used by name afterwards: by the
conditions above it and by the masks, which ask which steps are unknown. Columns are computed in
layers, each a SELECT around the one before:

    base        the row, its aggregates, what is carried down from the rows above it
    e0, e1 …    one layer per depth of the rules

What looks only at a row above (a household, seen from its persons) is computed there, once for all
the rows below it: `at_household`, joined in place of the table. Parameters join the topmost row.
"""

import dataclasses
import itertools
from collections.abc import Iterator

from wengu.rules.dialect import Dialect
from wengu.rules.nodes import Node
from wengu.rules.sqlpredicates import Predicate, bits
from wengu.rules.vocabulary import Vocabulary

_BITS = 30


@dataclasses.dataclass(eq=False)
class Shared:
    """共用: what all scopes of one query share: the numbers of its steps, and the rows above."""

    numbers: Iterator[int] = dataclasses.field(default_factory=itertools.count)
    above: dict[str, "Scope"] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(eq=False)
class Scope:
    """范围: the expressions of one table in one query."""

    table: str
    voc: Vocabulary
    dialect: Dialect
    shared: Shared = dataclasses.field(default_factory=Shared)
    base: dict[str, str] = dataclasses.field(default_factory=dict)
    steps: dict[Node, tuple[int, str, str]] = dataclasses.field(default_factory=dict)
    groups: set["Group"] = dataclasses.field(default_factory=set)
    reach: int = 0
    parameters: bool = False

    def column(self, table: str, name: str) -> str:
        """Return the alias of a column of the row or of a row above it."""
        if table != self.table:
            return self.carry(table, self.upper(table).column(table, name))
        return self._add(f"{table}_{name}", self._named(table, name))

    def parameter(self, name: str, text: str) -> str:
        """Return the alias of a parameter that differs by county."""
        top = self.voc.above(self.table)[-1]
        if top != self.table:
            return self.carry(top, self.upper(top).parameter(name, text))
        self.parameters = True
        return self._add(name, text)

    def upper(self, table: str) -> "Scope":
        """Return what is computed at a table above, known by its id and the id above it."""
        if table not in self.shared.above:
            made = Scope(table, self.voc, self.dialect, self.shared)
            self.shared.above[table] = made
            for name in ("id", *self.voc.above(table)[1:2]):
                made.column(table, name)
        return self.shared.above[table]

    def carry(self, table: str, alias: str) -> str:
        """Return the alias under which a column or step of a row above is known here."""
        self._reach(table)
        return self._add(alias, f"at_{table}.{alias}")

    def _add(self, alias: str, text: str) -> str:
        while self.base.setdefault(alias, text) != text:
            alias += "_"
        return alias

    def _reach(self, table: str) -> None:
        chain = self.voc.above(self.table)
        self.reach = max(self.reach, chain.index(table))
        for one in chain[1 : self.reach + 1]:
            self.upper(one)

    def aggregate(self, group: "Group", text: str) -> str:
        """Return the alias of a value made of the columns of a group."""
        self.groups.add(group)
        self._reach(group.owner)
        for alias, known in self.base.items():
            if known == text:
                return alias
        alias = f"g{len(self.base)}"
        self.base[alias] = text
        return alias

    def step(self, node: Node, depth: int, text: str) -> str:
        """Return the alias of a step of a rule, new or known."""
        if node not in self.steps:
            self.steps[node] = (depth, f"e{next(self.shared.numbers)}", text)
        return self.steps[node][1]

    def known(self, node: Node) -> str | None:
        """Return the alias of a step that was written before."""
        return self.steps[node][1] if node in self.steps else None

    def query(self) -> str:
        """Return the SELECT that ends with all steps as columns."""
        items = [f"{text} AS {alias}" for alias, text in sorted(self.base.items())]
        query = "SELECT\n  " + ",\n  ".join(items) + "\n" + self._source()
        layers = sorted(self.steps.values(), key=lambda step: (step[0], int(step[1][1:])))
        for _, layer in itertools.groupby(layers, key=lambda step: step[0]):
            added = ",\n  ".join(f"{text} AS {alias}" for _, alias, text in layer)
            query = f"SELECT\n  *,\n  {added}\nFROM (\n{query}\n) AS layer"
        return query

    def _named(self, table: str, column: str) -> str:
        return f"{self.dialect.name_of(table)}.{self.dialect.name_of(column)}"

    def _source(self) -> str:
        """Return FROM and the joins: up to the rows above, to aggregates, to parameters."""
        chain = self.voc.above(self.table)
        lines = [f"FROM {self.dialect.name_of(self.table)}"]
        for below, above in itertools.pairwise(chain[: self.reach + 1]):
            lines.append(f"JOIN at_{above} ON {self._key(above, 'id')} = {self._key(below, above)}")
        for group in sorted(self.groups, key=lambda group: group.name):
            key = self._key(group.owner, "id")
            lines.append(f"LEFT JOIN {group.name} ON {group.name}.id = {key}")
        if self.parameters:
            key = self._named(self.table, "county")
            lines.append(f"LEFT JOIN parameter ON parameter.county = {key}")
        return "\n".join(lines)

    def _key(self, table: str, column: str) -> str:
        if table == self.table:
            return self._named(table, column)
        return f"at_{table}.{table}_{column}"


@dataclasses.dataclass(eq=False)
class Group:
    """汇总组: the aggregates over one table that belong to the same rows, and their columns."""

    name: str
    owner: str
    scope: Scope
    columns: dict[str, str] = dataclasses.field(default_factory=dict)
    flags: list[Predicate] = dataclasses.field(default_factory=list)

    def column(self, text: str) -> str:
        """Return the column that holds the aggregate of this text."""
        return f"{self.name}.{self.columns.setdefault(text, f'a{len(self.columns)}')}"

    def flag(self, predicate: Predicate) -> tuple[str, int]:
        """Return the column and the bit that say whether some row fulfils the predicate.

        The predicates of a group share a number: one aggregate of bits costs a tenth of thirty.
        """
        if predicate not in self.flags:
            self.flags.append(predicate)
        number, bit = divmod(self.flags.index(predicate), _BITS)
        return f"{self.name}.b{number}", 1 << bit

    def _bits(self) -> list[str]:
        found = []
        for number in range(0, len(self.flags), _BITS):
            part = self.flags[number : number + _BITS]
            text = bits((predicate, 1 << bit) for bit, predicate in enumerate(part))
            found.append(f"{self.scope.dialect.bits(text)} AS b{number // _BITS}")
        return found

    def query(self) -> str:
        """Return the aggregates by the id of the row they belong to."""
        key = self.scope.column(self.scope.table, self.owner)
        items = [f"{key} AS id", *(f"{text} AS {name}" for text, name in self.columns.items())]
        items.extend(self._bits())
        selected = "SELECT\n  " + ",\n  ".join(items)
        return f"{selected}\nFROM (\n{self.scope.query()}\n) AS layer\nGROUP BY {key}"
