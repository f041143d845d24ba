"""SQL 编译: the rules about one subject as one query over the snapshot tables.

The query reads `household`, `person`, `bill` and `village` and carries the parameters of the day
in itself, so its text is evidence: the same text over the same snapshot gives the same rows.
It returns id, county, and per rule `<rule>_branch` and `<rule>_missing`.

    parameter   one row per county with values of its own
    over_…      aggregates, grouped by the row they belong to, inner ones first
    conditions  x0, x1 … the conditions of all branches; n0, n1 … what may be missing
"""

import dataclasses
import datetime

from wengu.rules.dialect import Dialect
from wengu.rules.leaves import is_sure, missable
from wengu.rules.nodes import Node
from wengu.rules.parameters import Parameters
from wengu.rules.rule import Rule
from wengu.rules.sqlnodes import Emitter, Scope
from wengu.rules.sqlparameters import ParameterColumns
from wengu.rules.vocabulary import Vocabulary


@dataclasses.dataclass
class _Conditions:
    """条件层: the columns of the `conditions` step, each distinct text once."""

    emitter: Emitter
    scope: Scope
    names: dict[str, str] = dataclasses.field(default_factory=dict)

    def column(self, prefix: str, text: str) -> str:
        return self.names.setdefault(text, f"{prefix}{len(self.names)}")

    def select(self) -> list[str]:
        return [f"{text} AS {name}" for text, name in self.names.items()]


def compile_sql(
    voc: Vocabulary,
    rules: list[Rule],
    subject: str,
    on: datetime.date,
    parameters: Parameters,
    dialect: Dialect,
) -> str:
    """Return the query that decides every rule about `subject` that is among `rules`."""
    columns = ParameterColumns(voc, on, parameters, dialect)
    emitter = Emitter(voc, dialect, columns)
    scope = Scope(subject)
    layer = _Conditions(emitter, scope)
    results: list[str] = []
    for rule in rules:
        if rule.subject == subject:
            results.extend(_rule_columns(rule, layer, dialect))
    root = voc.above(subject)[-1]
    scope.tables.add(root)
    identity = [
        f"{dialect.name_of(subject)}.{dialect.name_of('id')} AS id",
        f"{dialect.name_of(root)}.{dialect.name_of('county')} AS county",
    ]
    conditions = _select([*identity, *layer.select()], emitter.source(scope))
    steps = [*emitter.groups()]
    if columns.counties:
        steps.insert(0, ("parameter", columns.query()))
    steps.append(("conditions", conditions))
    return _statement(steps, ["id", "county", *results])


def _select(items: list[str], source: str) -> str:
    return "SELECT\n  " + ",\n  ".join(items) + f"\n{source}"


def _statement(steps: list[tuple[str, str]], results: list[str]) -> str:
    named = ",\n".join(f"{name} AS (\n{query}\n)" for name, query in steps)
    return f"WITH {named}\n" + _select(results, "FROM conditions")


def _rule_columns(rule: Rule, layer: _Conditions, dialect: Dialect) -> list[str]:
    branch: list[str] = []
    missing: list[str] = []
    for number, one in enumerate(rule.branches):
        if one.condition is None:
            branch.append(f"ELSE {number}")
            break
        holds = layer.column("x", layer.emitter.sql(one.condition, layer.scope))
        if not is_sure(one.condition, layer.emitter.voc):
            branch.append(f"WHEN {holds} IS NULL THEN {-number - 1}")
            missing.append(f"WHEN {holds} IS NULL THEN {_mask(one.condition, layer)}")
        branch.append(f"WHEN {holds} THEN {number}")
        missing.append(f"WHEN {holds} THEN 0")
    name = rule.identifier
    return [
        f"CAST({_case(branch)} AS {dialect.small_type}) AS {name}_branch",
        f"CAST({_case([*missing, 'ELSE 0'])} AS {dialect.mask_type}) AS {name}_missing",
    ]


def _case(arms: list[str]) -> str:
    """Return the CASE of the arms; a lone ELSE is its value."""
    if len(arms) == 1:
        return arms[0].removeprefix("ELSE ")
    return f"CASE {' '.join(arms)} END"


def _mask(condition: Node, layer: _Conditions) -> str:
    """Return the bits of what left the condition unknown, lowest bit first."""
    bits = []
    for bit, leaf in enumerate(missable(condition, layer.emitter.voc)):
        absent = layer.emitter.absent(condition, leaf, layer.scope)
        if absent == layer.emitter.dialect.false:
            continue
        name = layer.column("n", absent)
        bits.append(f"CASE WHEN {name} THEN {1 << bit} ELSE 0 END")
    return " + ".join(bits) or "0"
