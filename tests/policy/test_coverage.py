"""The coverage is honest: what a row points at exists, and nothing claims more than it proves."""

import ast
import re
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


def _names(node: ast.AST) -> set[str]:
    return {
        one.attr if isinstance(one, ast.Attribute) else one.id
        for one in ast.walk(node)
        if isinstance(one, ast.Attribute | ast.Name)
    }


def _skips(node: ast.AST) -> bool:
    """Say whether something here may keep a test from running, or from counting."""
    return bool({"skip", "skipif", "xfail", "importorskip"} & _names(node))


def _asserts(function: ast.FunctionDef) -> bool:
    return "raises" in _names(function) or any(
        isinstance(one, ast.Assert) for one in ast.walk(function)
    )


def asserting(source: str) -> frozenset[str]:
    """Return the tests of a module that run whenever the suite runs, and that assert something."""
    tree = ast.parse(source)
    if any(_skips(one) for one in tree.body if not isinstance(one, ast.FunctionDef | ast.ClassDef)):
        return frozenset()
    found = [one for one in tree.body if isinstance(one, ast.FunctionDef)]
    # A test may let a function of its module assert for it.
    sharp = {one.name for one in found if _asserts(one)}
    return frozenset(
        one.name
        for one in found
        if one.name.startswith("test_")
        and (one.name in sharp or _names(one) & sharp)
        and not _skips(one)
    )


@cache
def _tests_in(path: str) -> frozenset[str]:
    file = ROOT / path
    return asserting(file.read_text(encoding="utf-8")) if file.is_file() else frozenset()


def is_test(ref: str) -> bool:
    path, _, name = ref.partition("::")
    return path.startswith("tests/") and name in _tests_in(path)


_NAMED = re.compile(r"test_(\d+)_(\d+)_(\d+)(?:_to_\1_\2_(\d+))?_")


def named_for(ref: str, clause: str) -> bool:
    """Say whether a test is named for a clause, or for a range of sentences that holds it."""
    found = _NAMED.match(ref.partition("::")[2])
    part, section, sentence = map(int, clause.split("."))
    if not found or (int(found[1]), int(found[2])) != (part, section):
        return False
    return int(found[3]) <= sentence <= int(found[4] or found[3])


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


def test_a_live_row_has_a_test_named_for_its_clause_through_the_product_s_own_doors():
    for row in rows():
        if row.status != "live":
            continue
        # A unit test of a rule is not yet the product: the test has to come in by a door.
        doors = [ref for ref in row.refs("test") if not ref.startswith("tests/policy/")]
        assert any(named_for(ref, row.clause) for ref in doors), row.id


_RUNS = "def test_a():\n    assert 1\n"


@pytest.mark.parametrize(
    "source",
    [
        "import pytest\n@pytest.mark.skip\n" + _RUNS,
        "import pytest\n@pytest.mark.skipif(True, reason='no')\n" + _RUNS,
        "import pytest\n@pytest.mark.xfail\n" + _RUNS,
        "import pytest\npytestmark = [pytest.mark.skip]\n" + _RUNS,
        "import pytest\nx = pytest.importorskip('x')\n" + _RUNS,
        "import pytest\ndef test_a():\n    pytest.skip('later')\n    assert 1\n",
        "def test_a():\n    decide()\n",
        "def test_a():\n    pass\n",
        "def a():\n    assert 1\n",
    ],
)
def test_a_test_that_is_skipped_or_asserts_nothing_proves_nothing(source):
    assert asserting(_RUNS) == {"test_a"}
    assert asserting(source) == frozenset()


@pytest.mark.parametrize(
    ("name", "clause", "named"),
    [
        ("test_2_4_3_x", "2.4.3", True),
        ("test_2_4_3_x", "2.4.31", False),
        ("test_2_4_31_x", "2.4.3", False),
        ("test_2_1_4_to_2_1_6_x", "2.1.5", True),
        ("test_2_1_4_to_2_1_6_x", "2.1.7", False),
        ("test_every_rule", "2.4.3", False),
    ],
)
def test_a_test_is_named_for_its_clause(name, clause, named):
    assert named_for(f"tests/walk/test_x.py::{name}", clause) is named


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
