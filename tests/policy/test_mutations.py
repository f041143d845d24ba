"""The tables of cases are sharp: each wrong comparison, junction or default is caught by a case.

A fact that several rules share is caught when the cases of one of them catch it.
"""

import copy
import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest

from wengu.policy.rules import pack
from wengu.rules import Reference, Rule, nodes
from wengu.rules.cases import subject_frame
from wengu.rules.casetable import read_cases
from wengu.rules.nodes import Node
from wengu.rules.vocabulary import Vocabulary

OTHER = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "=": "!=", "!=": "="}
CASES = {rule.name: read_cases(pack.vocabulary, rule) for rule in pack.rules}


def wrong(node: Node) -> Iterator[tuple[str, Node]]:
    """Yield the wrong readings of this one node."""
    if isinstance(node, nodes.Compare):
        other = OTHER[node.operator]
        yield f"{node.operator} as {other}", dataclasses.replace(node, operator=other)
    elif isinstance(node, nodes.And):
        yield "and as or", nodes.Or(node.items)
    elif isinstance(node, nodes.Or):
        yield "or as and", nodes.And(node.items)
    elif isinstance(node, nodes.Not):
        yield "not dropped", node.of
    elif isinstance(node, nodes.Aggregate) and node.operator in ("any", "every"):
        turned = "every" if node.operator == "any" else "any"
        yield f"{node.operator} as {turned}", dataclasses.replace(node, operator=turned)


def mutants(node: Any) -> Iterator[tuple[str, Any]]:
    """Yield every tree that differs in one place."""
    if isinstance(node, tuple):
        for place, item in enumerate(node):
            for what, made in mutants(item):
                yield what, (*node[:place], made, *node[place + 1 :])
    if not isinstance(node, Node):
        return
    yield from wrong(node)
    for field in dataclasses.fields(node):
        for what, made in mutants(getattr(node, field.name)):
            yield what, dataclasses.replace(node, **{field.name: made})


def outcomes(rule: Rule, vocabulary: Vocabulary) -> list[Any]:
    """Return what each case of the rule gives: a branch, or None for unknown."""
    result = []
    for case in CASES[rule.name]:
        engine = Reference(vocabulary, [rule], case.as_of, case.parameters)
        found = engine.decide(rule, subject_frame(pack, case))
        result.append(rule.branches[found.branch].name if found.branch >= 0 else None)
    return result


RIGHT = {rule.name: outcomes(rule, pack.vocabulary) for rule in pack.rules}


@pytest.mark.parametrize("rule", pack.rules, ids=lambda rule: rule.name)
def test_a_wrong_reading_in_a_rule_is_caught_by_its_cases(rule):
    alive = []
    for place, branch in enumerate(rule.branches):
        for what, condition in mutants(branch.condition):
            made = dataclasses.replace(branch, condition=condition)
            branches = (*rule.branches[:place], made, *rule.branches[place + 1 :])
            changed = dataclasses.replace(rule, branches=branches)
            if outcomes(changed, pack.vocabulary) == RIGHT[rule.name]:
                alive.append(f"{branch.name}: {what}")
    assert alive == []


@pytest.mark.parametrize(("table", "name"), pack.vocabulary.facts)
def test_a_wrong_reading_in_a_shared_fact_is_caught_by_the_cases_of_some_rule(table, name):
    fact = pack.vocabulary.fact(table, name)
    alive = []
    for what, node in mutants(fact.node):
        changed = copy.copy(pack.vocabulary)
        changed.facts = {**changed.facts, (table, name): dataclasses.replace(fact, node=node)}
        if all(outcomes(rule, changed) == RIGHT[rule.name] for rule in pack.rules):
            alive.append(what)
    assert alive == []
