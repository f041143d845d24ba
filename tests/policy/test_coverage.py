"""The coverage is honest: what a row points at exists, and nothing claims more than it proves."""

import ast
from functools import cache
from pathlib import Path

import pytest

from wengu.policy.checklist import checklist, checklist_row
from wengu.policy.coverage import (
    CoverageError,
    CoveredRow,
    Place,
    counts,
    problems,
    read,
    rows,
)

ROOT = Path(__file__).parents[2]


@cache
def _names_in(path: str) -> frozenset[str]:
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def is_test(ref: str) -> bool:
    path, _, name = ref.partition("::")
    return path.startswith("tests/") and name.startswith("test_") and name in _names_in(path)


def is_shown_clause(ref: str) -> bool:
    """The one command that the policy itself names: it quotes a clause."""
    words = ref.split()
    return words[:2] == ["policy", "show"] and any(row.clause == words[2] for row in checklist())


RESOLVERS = {"test": is_test, "command": is_shown_clause}


def test_every_row_of_the_checklist_is_there_in_its_order():
    assert [row.id for row in rows()] == [row.id for row in checklist()]
    assert sum(counts().values()) == 263


def test_what_the_policy_s_own_rows_point_at_exists():
    """Pages and other commands are checked by the packages that own them."""
    own = tuple(
        CoveredRow(
            row.row,
            row.status,
            tuple(p for p in row.where if p.kind in ("rule", "parameter", "test")),
        )
        for row in rows()
    )
    assert problems(own, RESOLVERS) == []


def test_a_planned_row_is_quoted_by_the_command():
    planned = [row for row in rows() if row.status == "planned"]
    assert planned
    for row in planned:
        for ref in row.refs("command"):
            assert is_shown_clause(ref)


def test_a_live_row_has_a_test_named_for_its_clause_and_one_through_the_product_s_own_doors():
    for row in rows():
        if row.status != "live":
            continue
        refs = row.refs("test")
        prefix = f"test_{row.clause.replace('.', '_')}_"
        assert any(ref.split("::")[1].startswith(prefix) for ref in refs), row.id
        # A unit test of a rule is not yet the product: one test has to come in by a door.
        assert any(not ref.startswith("tests/policy/") for ref in refs), row.id


def row(status, *where):
    return (CoveredRow(checklist_row("T17"), status, where),)


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (row("live", Place("rule", "gradual-exit")), "live 须列出"),
        (row("partial"), "partial 须列出"),
        (row("partial", Place("rule", "gradual-exits")), "gradual-exits 不存在"),
        (row("partial", Place("parameter", "standard")), "standard 不存在"),
        (row("live", Place("test", "tests/policy/test_coverage.py::test_no")), "不存在"),
        (row("live", Place("test", "tests/policy/lost.py::test_no")), "不存在"),
        (row("partial", Place("rule", "gradual-exit"), Place("page", "x")), "无人核对"),
    ],
)
def test_a_claim_without_proof_is_found(found, why):
    assert any(why in problem for problem in problems(found, RESOLVERS))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[T99]\nstatus = 'live'", "T99 不在清单内"),
        ("[T17]\nstatus = 'done'", "状态 done"),
        ("[T17]\nstatus = 'live'\nhope = ['x']", "hope"),
    ],
)
def test_coverage_data_that_cannot_be_is_refused(text, why):
    with pytest.raises(CoverageError, match=why):
        read(text)


def test_a_row_as_json_has_the_stable_shape():
    shown = next(row for row in rows() if row.id == "T17").as_json()
    assert list(shown) == ["id", "kind", "clause", "phrase", "status", "where"]
    assert shown["status"] == "live"
    assert shown["where"][0] == {"kind": "rule", "ref": "gradual-exit"}
