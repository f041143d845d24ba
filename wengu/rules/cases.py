"""案例: runs the cases of a rule through the reference engine and through SQL."""

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from wengu.rules.casetable import UNKNOWN, Case, read_cases
from wengu.rules.dialect import Dialect
from wengu.rules.evaluate import Reference
from wengu.rules.leaves import Leaf
from wengu.rules.pack import Pack
from wengu.rules.rows import Frame, Result
from wengu.rules.rule import Rule
from wengu.rules.schema import create_table, insert
from wengu.rules.sql import compile_sql

Execute = Callable[[str], Sequence[Sequence[Any]]]
"""Runs one statement and returns its rows."""


@dataclasses.dataclass(frozen=True)
class Outcome:
    """结局: what a case gave, beside what it should give."""

    case: Case
    branch: str
    missing: frozenset[Leaf]

    @property
    def agrees(self) -> bool:
        """Is it what the table says."""
        same = self.branch == self.case.expected
        return same and self.case.missing in (None, self.missing)

    def __str__(self) -> str:
        names = "、".join(sorted(map(str, self.missing)))
        case = self.case
        return f"{case.rule.name} 第 {case.number} 行 [{case.text}] 得到 {self.branch} {names}"


def cases(pack: Pack) -> Iterator[Case]:
    """Yield the cases of every rule of a pack."""
    for rule in pack.rules:
        yield from read_cases(pack.vocabulary, rule)


def subject_frame(pack: Pack, case: Case) -> Frame:
    """Return the row the case is about, with all around it."""
    chain = pack.vocabulary.above(case.rule.subject)
    top = chain[-1]
    below = {name: rows for name, rows in case.rows.items() if name != top and rows}
    found = pack.frame(top, case.rows[top][0], below)
    for table in reversed(chain[:-1]):
        found = found.below[table][0]
    return found


def run_python(pack: Pack, case: Case) -> Outcome:
    """Return what the reference engine makes of a case."""
    case.parameters.check(pack.vocabulary.parameters)
    reference = Reference(pack.vocabulary, [case.rule], case.as_of, case.parameters)
    return _outcome(pack, case, reference.decide(case.rule, subject_frame(pack, case)))


def run_sql(pack: Pack, case: Case, execute: Execute, dialect: Dialect) -> Outcome:
    """Return what a database makes of a case; its tables are made and dropped."""
    voc = pack.vocabulary
    for table in voc.tables.values():
        execute(create_table(table, dialect))
        statement = insert(table, case.rows[table.name], dialect)
        if statement:
            execute(statement)
    query = compile_sql(voc, [case.rule], case.rule.subject, case.as_of, case.parameters, dialect)
    found = {row[0]: Result(row[2], row[3]) for row in execute(query)}
    for name in voc.tables:
        execute(f"DROP TABLE {dialect.name_of(name)}")
    return _outcome(pack, case, found[case.subject_id])


def _outcome(pack: Pack, case: Case, result: Result) -> Outcome:
    if result.branch >= 0:
        return Outcome(case, case.rule.branches[result.branch].name, frozenset())
    missing = pack.missing(case.rule, result.branch, result.missing)
    return Outcome(case, UNKNOWN, frozenset(missing))


def unused_branches(pack: Pack, rule: Rule) -> list[str]:
    """Return the branches that no case of the rule expects."""
    expected = {case.expected for case in read_cases(pack.vocabulary, rule)}
    return [branch.name for branch in rule.branches if branch.name not in expected]
