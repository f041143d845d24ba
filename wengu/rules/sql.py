"""SQL 编译: the rules about one subject as one query over the snapshot tables.

The query reads `household`, `person`, `bill` and `village` and carries the parameters of the day
in itself, so its text is evidence: the same text over the same snapshot gives the same rows.
It returns id, county, and per rule `<rule>_branch` and `<rule>_missing`.

    parameter   one row per county with values of its own, where a parameter differs
    at_…        what is asked of the rows above the subject or the aggregated rows, outer ones first
    over_…      aggregates, grouped by the row they belong to, inner ones first
    layers      see wengu.rules.sqlscope
"""

import datetime
from collections.abc import Iterator

from wengu.rules.dialect import Dialect
from wengu.rules.leaves import is_sure
from wengu.rules.nodes import Node
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
    mine = [rule for rule in rules if rule.subject == subject]
    emitter.plan(_conditions(mine))
    results = [f"{identity} AS id", f"{county} AS county"]
    branches = []
    for rule in mine:
        branches.append(f"{_branch(rule, emitter, scope)} AS {rule.identifier}_branch")
        results.append(f"{rule.identifier}_branch")
        results.append(f"{_missing(rule, emitter, scope)} AS {rule.identifier}_missing")
    steps = emitter.named()
    if columns.counties:
        steps.insert(0, ("parameter", columns.query()))
    named = ",\n".join(f"{name} AS (\n{query}\n)" for name, query in steps)
    decided = _select(["*", *branches], scope.query())
    query = _select(results, decided)
    return f"WITH {named}\n{query}" if steps else query


def _select(items: list[str], source: str) -> str:
    return "SELECT\n  " + ",\n  ".join(items) + f"\nFROM (\n{source}\n) AS layer"


def _conditions(rules: list[Rule]) -> Iterator[Node]:
    for rule in rules:
        for branch in rule.branches:
            if branch.condition is not None:
                yield branch.condition


def _branch(rule: Rule, emitter: Emitter, scope: Scope) -> str:
    """Return the branch taken, or -(i+1) where condition i is unknown."""
    arms: list[str] = []
    for number, one in enumerate(rule.branches):
        if one.condition is None:
            arms.append(f"ELSE {number}")
            break
        holds = emitter.holds(one.condition, scope)
        if not is_sure(one.condition, emitter.voc):
            arms.append(f"WHEN {emitter.unknown(one.condition, scope)} THEN {-number - 1}")
        arms.append(f"WHEN {holds} THEN {number}")
    return f"CAST({_case(arms)} AS {emitter.dialect.small_type})"


def _missing(rule: Rule, emitter: Emitter, scope: Scope) -> str:
    """Return the bits of what was missing; computed only where the branch is unknown."""
    absences = Absences(emitter)
    arms = [f"WHEN {rule.identifier}_branch >= 0 THEN 0"]
    for number, one in enumerate(rule.branches):
        if one.condition is not None and not is_sure(one.condition, emitter.voc):
            mask = absences.mask(one.condition, scope)
            arms.append(f"WHEN {rule.identifier}_branch = {-number - 1} THEN {mask}")
    return f"CAST({_case([*arms, 'ELSE 0'])} AS {emitter.dialect.mask_type})"


def _case(arms: list[str]) -> str:
    """Return the CASE of the arms; a lone ELSE is its value."""
    if len(arms) == 1:
        return arms[0].removeprefix("ELSE ")
    return f"CASE {' '.join(arms)} END"
