"""规则包: the rules of a city under one name and version, proved when they are loaded."""

import dataclasses
import datetime
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypedDict, Unpack

from wengu.rules.branches import Decision
from wengu.rules.compiled import Evaluator
from wengu.rules.dialect import DIALECTS
from wengu.rules.errors import RuleError
from wengu.rules.evaluate import Reference
from wengu.rules.explain import Explainer, Explanation
from wengu.rules.kinds import ParameterDefinition, Table
from wengu.rules.language import Expression, ParameterSpace, Row
from wengu.rules.leaves import Leaf, missable, references
from wengu.rules.parameters import Parameters
from wengu.rules.rows import Frame, Values, frame
from wengu.rules.rule import (
    Effective,
    Rule,
    check_branches,
    check_reach,
    overlap,
    period,
    rule_of,
    rule_tree,
)
from wengu.rules.sql import compile_sql
from wengu.rules.trees import from_tree, to_tree
from wengu.rules.vocabulary import FactDefinition, Vocabulary
from wengu.rules.wordtrees import parameter_of, parameter_tree, table_tree, tables_of


class More(TypedDict, total=False):
    """其余: what a clause may say besides: English, measures, how it was read, its cases."""

    term_en: str
    measures: Iterable[str]
    reading: str
    cases: str


class Pack:
    """规则包: vocabulary, facts and rules; add to it with @pack.fact and @pack.clause."""

    def __init__(
        self,
        name: str,
        version: str,
        *,
        tables: Iterable[Table],
        parameters: Iterable[ParameterDefinition] = (),
    ) -> None:
        self.name = name
        self.version = version
        self.vocabulary = Vocabulary(tables, parameters)
        self.rules: list[Rule] = []
        self._space = ParameterSpace(self.vocabulary)

    def fact(
        self, table: str, *, term: str, term_en: str = "", name: str = ""
    ) -> Callable[[Callable[[Any, Any], Any]], Callable[[Any, Any], Any]]:
        """Declare a named fact of a table; it can then be asked of a row like a column."""

        def add(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
            try:
                self._add_fact(table, name or function.__name__, term, term_en, function)
            except RuleError as error:
                raise error.located(rule=f"{table}.{name or function.__name__}") from None
            return function

        return add

    def _add_fact(
        self, table: str, name: str, term: str, term_en: str, function: Callable[[Any, Any], Any]
    ) -> None:
        row = Row(self.vocabulary, self.vocabulary.table(table).name)
        found = function(row, self._space)
        if not isinstance(found, Expression):
            raise RuleError("not-an-expression", value=repr(found))
        check_reach(self.vocabulary, found.node, table)
        self.vocabulary.add_fact(FactDefinition(table, name, found.node, term, term_en))

    def clause(
        self,
        clause: str,
        *,
        rule: str,
        subject: str,
        term: str,
        quote: str,
        effective: Effective,
        **more: Unpack[More],
    ) -> Callable[[Callable[[Any, Any], Decision]], Callable[[Any, Any], Decision]]:
        """Declare the rule that reads a clause; the function returns its decide(...)."""

        def add(function: Callable[[Any, Any], Decision]) -> Callable[[Any, Any], Decision]:
            try:
                table = self.vocabulary.table(subject).name
                row = Row(self.vocabulary, table)
                decision = function(row, self._space)
                if not isinstance(decision, Decision):
                    raise RuleError("not-a-decision")
                _refuse_strangers(row, decision)
                since, until = period(effective)
                self.add(
                    Rule(
                        rule, clause, subject, term, more.get("term_en", ""), quote, since, until,
                        decision.branches, tuple(more.get("measures", ())),
                        more.get("reading", ""), more.get("cases", ""),
                    )
                )  # fmt: skip
            except RuleError as error:
                raise error.located(clause=clause, rule=rule) from None
            return function

        return add

    def add(self, rule: Rule) -> None:
        """Prove a rule and take it in; one written in Python and one read from a tree alike."""
        for other in self.rules:
            if other.name == rule.name and overlap(other, rule):
                raise RuleError("duplicate-rule", name=rule.name)
        check_branches(self.vocabulary, rule)
        self.rules.append(rule)

    def rule(self, name: str, on: datetime.date | None = None) -> Rule:
        """Return the rule in force on the day; without a day, its latest version."""
        for rule in sorted(self.rules, key=lambda found: found.since, reverse=True):
            if rule.name == name and (on is None or rule.in_force(on)):
                return rule
        known = "、".join(dict.fromkeys(rule.name for rule in self.rules))
        raise RuleError("unknown-name", table="规则包", name=name, known=known)

    def rules_for(self, subject: str, on: datetime.date) -> list[Rule]:
        """Return the rules about a table that are in force on the day, in order of clauses."""
        return [rule for rule in self.rules if rule.subject == subject and rule.in_force(on)]

    def needs(self, rule: Rule, branch: int) -> tuple[Leaf, ...]:
        """Return the leaves that the bits of `missing` stand for, lowest bit first."""
        condition = rule.branches[branch].condition
        return () if condition is None else missable(condition, self.vocabulary)

    def missing(self, rule: Rule, branch: int, mask: int) -> list[Leaf]:
        """Return what was missing: `branch` is the undecided result -(i+1), `mask` its bits."""
        needs = self.needs(rule, -branch - 1)
        return [leaf for bit, leaf in enumerate(needs) if mask >> bit & 1]

    def refs(self, name: str, on: datetime.date | None = None) -> list[Leaf]:
        """Return every stored column and parameter that a rule looks at."""
        found: list[Leaf] = []
        for branch in self.rule(name, on).branches:
            if branch.condition is not None:
                found.extend(references(branch.condition, self.vocabulary))
        return list(dict.fromkeys(found))

    def term(self, leaf: Leaf) -> tuple[str, str]:
        """Return what a leaf is called, in Chinese and in English."""
        if leaf.is_parameter:
            definition = self.vocabulary.parameter(leaf.name)
            return definition.term, definition.term_en
        kind = self.vocabulary.column(leaf.table, leaf.name)
        return kind.term or leaf.name, kind.term_en or leaf.name

    def tree(self, name: str, on: datetime.date | None = None) -> dict[str, Any]:
        """Return a rule as JSON data: what it says, word by word."""
        rule = self.rule(name, on)
        return rule_tree(rule)

    def load(self, tree: dict[str, Any], *, cases: str = "") -> Rule:
        """Return the rule of a tree, proved against this pack but not added to it."""
        try:
            rule = dataclasses.replace(rule_of(tree), cases=cases)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise RuleError("bad-tree", value=error) from None
        check_branches(self.vocabulary, rule)
        return rule

    def content(self) -> dict[str, Any]:
        """Return all that the pack says, as JSON data."""
        voc = self.vocabulary
        return {
            "name": self.name,
            "version": self.version,
            "tables": [table_tree(table) for table in voc.tables.values()],
            "parameters": [parameter_tree(one) for one in voc.parameters.values()],
            "facts": [
                {
                    "table": fact.table,
                    "name": fact.name,
                    "term": fact.term,
                    "term_en": fact.term_en,
                    "is": to_tree(fact.node),
                }
                for fact in voc.facts.values()
            ],
            "rules": [rule_tree(rule) for rule in self.rules],
        }

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "Pack":
        """Return the pack that `content` tells of, proved again as it is read.

        Raises RuleError for what no pack could have written.
        """
        try:
            pack = cls(
                content["name"],
                content["version"],
                tables=tables_of(content["tables"]),
                parameters=[parameter_of(tree) for tree in content["parameters"]],
            )
            facts = [
                FactDefinition(
                    tree["table"], tree["name"], from_tree(tree["is"]), tree["term"],
                    tree["term_en"],
                )
                for tree in content["facts"]
            ]  # fmt: skip
            for fact in facts:
                check_reach(pack.vocabulary, fact.node, fact.table)
                pack.vocabulary.add_fact(fact)
            for tree in content["rules"]:
                pack.add(pack.load(tree))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise RuleError("bad-tree", value=error) from None
        return pack

    def hash(self, parameters: Parameters | None = None) -> str:
        """Return the SHA-256 of the content and of the parameter rows: equal = same results."""
        rows = [
            [row.name, _json_value(row.value), str(row.since), str(row.until or ""), row.county]
            for row in (parameters.rows if parameters else ())
        ]
        data = {"pack": self.content(), "parameters": rows}
        text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def evaluator(self, as_of: datetime.date, parameters: Parameters) -> Evaluator:
        """Return what decides one subject at a time on the day, compiled: make it once a day."""
        parameters.check(self.vocabulary.parameters)
        return Evaluator(self.vocabulary, self.in_force(as_of), as_of, parameters)

    def reference(self, as_of: datetime.date, parameters: Parameters) -> Reference:
        """Return the readable engine that every other one must equal."""
        parameters.check(self.vocabulary.parameters)
        return Reference(self.vocabulary, self.in_force(as_of), as_of, parameters)

    def sql(
        self, subject: str, as_of: datetime.date, parameters: Parameters, engine: str = "duckdb"
    ) -> str:
        """Return the query that decides every row of a table on the day."""
        parameters.check(self.vocabulary.parameters)
        return compile_sql(
            self.vocabulary, self.in_force(as_of), subject, as_of, parameters, DIALECTS[engine]
        )

    def explain(
        self,
        rule: str,
        subject: Frame,
        *,
        as_of: datetime.date,
        parameters: Parameters,
        english: bool = False,
        changes: bool = True,
    ) -> Explanation:
        """Return why a subject has its result; `pack.frame(...)` makes the subject."""
        reference = self.reference(as_of, parameters)
        explainer = Explainer(reference, english=english)
        return explainer.explain(self.rule(rule, as_of), subject, changes=changes)

    def frame(
        self, table: str, values: Values, children: Mapping[str, Iterable[Values]] | None = None
    ) -> Frame:
        """Return a row with the rows that belong to it, as `explain` wants it."""
        return frame(self.vocabulary, table, values, children or {})

    def in_force(self, on: datetime.date) -> list[Rule]:
        """Return the rules that apply on the day, in the order of the pack."""
        return [rule for rule in self.rules if rule.in_force(on)]


def _refuse_strangers(row: Row, decision: Decision) -> None:
    """Refuse a branch about a row that is not the rule's own: of a member, or of another rule."""
    own = row.bindings()
    for branch in decision.branches:
        for table, _ in sorted(branch.rows - own):
            error = RuleError("crossed-rows", table=table)
            error.line = branch.line
            raise error


def _json_value(value: Any) -> Any:
    return sorted(value) if isinstance(value, frozenset) else value
