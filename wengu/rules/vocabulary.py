"""词汇: the tables, parameters and named facts that the rules of a pack may speak of."""

import dataclasses
import re
from collections.abc import Iterable
from typing import Any

from wengu.rules.errors import RuleError
from wengu.rules.kinds import Kind, ParameterDefinition, Table
from wengu.rules.nodes import Fact, Node

_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{0,47}")
RESERVED = ("id", "county")


@dataclasses.dataclass(frozen=True)
class FactDefinition:
    """事实定义: a named derived fact: what it is computed from, and what it is called."""

    table: str
    name: str
    node: Node
    term: str
    term_en: str = ""


class Vocabulary:
    """词汇: every name a rule can use; a name outside it is refused, never guessed.

    `sure`, `missable` and `answered` remember what was shown of nodes: tables and facts never
    change again.
    """

    def __init__(
        self, tables: Iterable[Table], parameters: Iterable[ParameterDefinition] = ()
    ) -> None:
        self.tables: dict[str, Table] = {}
        self.parameters: dict[str, ParameterDefinition] = {}
        self.facts: dict[tuple[str, str], FactDefinition] = {}
        self.sure: dict[Node, bool] = {}
        self.missable: dict[Node, tuple[Any, ...]] = {}
        self.answered: dict[Node, frozenset[Any]] = {}
        for table in tables:
            self._add_table(table)
        for parameter in parameters:
            _check_name(parameter.name)
            if parameter.name in self.parameters:
                raise RuleError("duplicate-name", table="参数", name=parameter.name)
            self.parameters[parameter.name] = parameter

    def _add_table(self, table: Table) -> None:
        if table.name in self.tables:
            raise RuleError("duplicate-name", table="词汇", name=table.name)
        if table.parent is not None and self.tables.get(table.parent.name) is not table.parent:
            raise RuleError(
                "unknown-table", name=table.parent.name, known="、".join(self.tables) or "无"
            )
        for name in (table.name, table.plural, *table.columns):
            _check_name(name)
        taken = {*RESERVED, table.parent.name if table.parent else "id"}
        for name in table.columns:
            if name in taken:
                raise RuleError("duplicate-name", table=table.name, name=name)
        self.tables[table.name] = table

    def table(self, name: str) -> Table:
        """Return the table of this name."""
        if name not in self.tables:
            raise RuleError("unknown-table", name=name, known="、".join(self.tables))
        return self.tables[name]

    def column(self, table: str, name: str) -> Kind:
        """Return the kind of a column."""
        columns = self.table(table).columns
        if name not in columns:
            raise RuleError(
                "unknown-name", table=table, name=name, known="、".join(self.names(table))
            )
        return columns[name]

    def fact(self, table: str, name: str) -> FactDefinition:
        """Return a named fact."""
        if (table, name) not in self.facts:
            raise RuleError(
                "unknown-name", table=table, name=name, known="、".join(self.names(table))
            )
        return self.facts[table, name]

    def parameter(self, name: str) -> ParameterDefinition:
        """Return the definition of a parameter."""
        if name not in self.parameters:
            raise RuleError(
                "unknown-parameter", name=name, known="、".join(self.parameters) or "无"
            )
        return self.parameters[name]

    def names(self, table: str) -> list[str]:
        """Return what a row of the table can be asked for."""
        found = self.table(table)
        facts = [name for owner, name in self.facts if owner == table]
        below = [child.plural for child in self.below(table)]
        above = [found.parent.name] if found.parent else []
        return [*found.columns, *facts, *below, *above]

    def above(self, name: str) -> list[str]:
        """Return the table and those it belongs to, nearest first."""
        chain: list[str] = []
        table: Table | None = self.table(name)
        while table is not None:
            chain.append(table.name)
            table = table.parent
        return chain

    def below(self, name: str) -> list[Table]:
        """Return the tables whose rows belong to a row of this one."""
        return [table for table in self.tables.values() if table.parent is self.tables[name]]

    def add_fact(self, fact: FactDefinition) -> None:
        """Take in a named fact; its name must be new to its table."""
        _check_name(fact.name)
        if fact.name in (*RESERVED, *self.names(fact.table)):
            raise RuleError("duplicate-name", table=fact.table, name=fact.name)
        self.facts[fact.table, fact.name] = fact

    def opened(self, node: Node) -> Node:
        """Return the definition of a named fact, or the node itself."""
        return self.fact(node.table, node.name).node if isinstance(node, Fact) else node


def _check_name(name: str) -> None:
    if not _IDENTIFIER.fullmatch(name):
        raise RuleError("bad-name", name=name, joint="下划线")
