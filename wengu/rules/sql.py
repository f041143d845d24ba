"""SQL 编译: the rules about one subject as one query over the snapshot tables.

The query reads `household`, `person`, `bill` and `village` and carries the parameters of the day
in itself, so its text is evidence: the same text over the same snapshot gives the same rows.
It returns id, county, and per rule `<rule>_branch` and `<rule>_missing`.

    parameter   one row per county with values of its own, where a parameter differs
    over_…      aggregates, grouped by the row they belong to, inner ones first
    layers      see wengu.rules.sqlscope
"""

import datetime

from wengu.rules.dialect import Dialect
from wengu.rules.leaves import is_sure
from wengu.rules.parameters import Parameters
from wengu.rules.rule import Rule
from wengu.rules.sqlmasks import Absences
from wengu.rules.sqlnodes import Emitter
from wengu.rules.sqlparameters import ParameterColumns
from wengu.rules.sqlscope import Scope
from wengu.rules.vocabulary import Vocabulary


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
    scope = emitter.scope(subject)
    identity = scope.column(subject, "id")
    county = scope.column(voc.above(subject)[-1], "county")
    results = [f"{identity} AS id", f"{county} AS county"]
    for rule in rules:
        if rule.subject == subject:
            results.extend(_rule_columns(rule, emitter, scope))
    steps = emitter.groups()
    if columns.counties:
        steps.insert(0, ("parameter", columns.query()))
    named = ",\n".join(f"{name} AS (\n{query}\n)" for name, query in steps)
    selected = "SELECT\n  " + ",\n  ".join(results)
    query = f"{selected}\nFROM (\n{scope.query()}\n) AS layer"
    return f"WITH {named}\n{query}" if steps else query


def _rule_columns(rule: Rule, emitter: Emitter, scope: Scope) -> list[str]:
    """Return the two columns of a rule; a mask is only computed where its branch is unknown."""
    absences = Absences(emitter)
    branch: list[str] = []
    missing: list[str] = []
    for number, one in enumerate(rule.branches):
        if one.condition is None:
            branch.append(f"ELSE {number}")
            break
        holds = emitter.sql(one.condition, scope)
        if not is_sure(one.condition, emitter.voc):
            branch.append(f"WHEN {holds} IS NULL THEN {-number - 1}")
            mask = absences.mask(one.condition, scope)
            missing.append(f"WHEN {holds} IS NULL THEN {mask}")
        branch.append(f"WHEN {holds} THEN {number}")
        missing.append(f"WHEN {holds} THEN 0")
    name = rule.identifier
    small, wide = emitter.dialect.small_type, emitter.dialect.mask_type
    return [
        f"CAST({_case(branch)} AS {small}) AS {name}_branch",
        f"CAST({_case([*missing, 'ELSE 0'])} AS {wide}) AS {name}_missing",
    ]


def _case(arms: list[str]) -> str:
    """Return the CASE of the arms; a lone ELSE is its value."""
    if len(arms) == 1:
        return arms[0].removeprefix("ELSE ")
    return f"CASE {' '.join(arms)} END"
