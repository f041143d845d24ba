"""辨因: whether a fact, the policy or the day made a subject's decision another one.

Each changed subject is decided again with one factor exchanged at a time:

    fact     what became known between the two runs (sequence a → b)
    policy   the rule text and the parameter values in force at each run
    clock    the day, with the facts that begin or end by themselves on the way

A factor that alone changes the result is its cause; where none does alone, every factor is named
without which the new result would not stand. Several causes may be said.
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from wengu.decisions import facts, sources
from wengu.decisions.dossiers import Dossier, Row
from wengu.decisions.models import Decision, Run, SubjectKind
from wengu.decisions.movements import MOVES, Moved
from wengu.decisions.policies import Policy
from wengu.decisions.spans import SUBJECT_TABLES
from wengu.rules import Leaf, Parameters, ParameterValue, Result, Rule
from wengu.rules.evaluate import Reference
from wengu.rules.leaves import references
from wengu.rules.rows import Frame

CAUSES = ("fact", "policy", "clock")
HOUSEHOLDS_PER_READ = 200


@dataclass(frozen=True)
class Change:
    """变化: what was exchanged: a fact old → new, a parameter old → new, or a day that passed."""

    cause: str
    table: str
    name: str
    term: str
    subject: Any
    old: Any
    new: Any
    source: str = ""
    date: datetime.date | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the change as scripts read it."""
        return {
            "cause": self.cause,
            "fact": f"{self.table}.{self.name}" if self.table else self.name,
            "subject": self.subject,
            "old": self.old,
            "new": self.new,
            "source": self.source,
            "date": self.date.isoformat() if self.date else None,
        }


@dataclass(frozen=True)
class Difference:
    """差异: one subject that a rule decides otherwise in the later run."""

    kind: str
    subject: int
    household: int | None
    village: str
    rule: str
    clause: str
    direction: str  # entered | left | changed
    old: int | None  # branch; None: the subject was not there
    new: int | None
    old_verdict: bool | None
    new_verdict: bool | None
    causes: tuple[str, ...]
    changes: tuple[Change, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the difference as scripts read it."""
        return {
            "subject": {"h": "household", "p": "person", "v": "village"}[self.kind],
            "id": self.subject,
            "household": self.household,
            "village": self.village,
            "clause": self.clause,
            "rule": self.rule,
            "direction": self.direction,
            "old": {"branch": self.old, "verdict": self.old_verdict},
            "new": {"branch": self.new, "verdict": self.new_verdict},
            "causes": list(self.causes),
            "changes": [change.as_json() for change in self.changes],
        }


class Judge:
    """辨因: decides changed subjects again, one factor exchanged at a time."""

    def __init__(self, before: Run, after: Run, old: Policy, new: Policy) -> None:
        self.before = before
        self.after = after
        self.old = old
        self.new = new
        self._rules = {
            run.pk: {rule.name: rule for rule in policy.pack.in_force(run.on)}
            for run, policy in ((before, old), (after, new))
        }
        self._references: dict[tuple[int, datetime.date], Reference] = {}

    def all(self, some: Sequence[Moved]) -> Iterator[Difference]:
        """Yield the difference of each, reading households in groups."""
        grouped: dict[Any, list[Moved]] = {}
        for one in some:
            home = one.any.household
            grouped.setdefault(one.any.village if home is None else home, []).append(one)
        owners = list(grouped)
        for start in range(0, len(owners), HOUSEHOLDS_PER_READ):
            some = owners[start : start + HOUSEHOLDS_PER_READ]
            worlds = self._worlds(some)
            for owner in some:
                for one in grouped[owner]:
                    yield self._difference(one, [side.get(owner) for side in worlds])

    def _worlds(self, owners: list[Any]) -> tuple[dict[Any, Dossier], ...]:
        """Return the facts before, the facts that only the day has changed, and those after."""
        moments = (
            (self.before.on, self.before.seq),
            (self.after.on, self.before.seq),
            (self.after.on, self.after.seq),
        )
        return tuple(self._read(owners, on, seq) for on, seq in moments)

    def _read(self, owners: list[Any], on: datetime.date, seq: int) -> dict[Any, Dossier]:
        homes = [owner for owner in owners if isinstance(owner, int)]
        found: dict[Any, Dossier] = dict(facts.dossiers(households=homes, on=on, seq=seq))
        for owner in owners:
            if isinstance(owner, str):
                found[owner] = facts.village(code=owner, on=on, seq=seq)
        return found

    def _difference(self, one: Moved, worlds: list[Dossier | None]) -> Difference:
        rule = self._rule(one.rule)
        causes = self._causes(one, rule, worlds)
        row = one.any
        old, new = self._branch(one.old, rule, worlds[0]), self._branch(one.new, rule, worlds[2])
        verdicts = self._verdict(one.old, rule, old), self._verdict(one.new, rule, new)
        return Difference(
            kind=one.kind,
            subject=one.subject,
            household=row.household,
            village=row.village,
            rule=one.rule,
            clause=rule.clause,
            direction=MOVES.get((verdicts[0] is True, verdicts[1] is True), "changed"),
            old=old,
            new=new,
            old_verdict=verdicts[0],
            new_verdict=verdicts[1],
            causes=causes,
            changes=tuple(self._changes(one, rule, causes, worlds)),
        )

    def _rule(self, name: str) -> Rule:
        """Return the rule as it stood at the later run, else at the earlier one."""
        rules = self._rules[self.before.pk] | self._rules[self.after.pk]
        return rules.get(name) or self.new.pack.rule(name)

    def _branch(self, row: Decision | None, rule: Rule, world: Dossier | None) -> int | None:
        """Return the branch; what is not kept is the default branch, or nobody was there."""
        if row is not None:
            return row.branch
        return rule.default if world is not None else None

    def _verdict(self, row: Decision | None, rule: Rule, branch: int | None) -> bool | None:
        if row is not None:
            return row.verdict
        return None if branch is None else rule.branches[branch].verdict

    def _causes(self, one: Moved, rule: Rule, worlds: list[Dossier | None]) -> tuple[str, ...]:
        old_facts, aged, new_facts = worlds
        learnt = not _same(aged, new_facts)
        # What became known, seen from the old day: where the day alone changed nothing of it,
        # it is simply the new facts.
        known = new_facts if learnt else old_facts
        aged_facts = aged if learnt else new_facts
        a, b = (self.before, self.before.on), (self.after, self.after.on)
        start = self._decide(one, old_facts, *a)
        end = self._decide(one, new_facts, *b)
        alone = {
            "fact": (known, a[0], a[1]),
            "policy": (old_facts, b[0], a[1]),
            "clock": (aged_facts, a[0], b[1]),
        }
        found = [name for name in CAUSES if self._decide(one, *alone[name]) != start]
        if found:
            return tuple(found)
        without = {
            "fact": (aged_facts, b[0], b[1]),
            "policy": (new_facts, a[0], b[1]),
            "clock": (known, b[0], a[1]),
        }
        needed = [name for name in CAUSES if self._decide(one, *without[name]) != end]
        # Nothing explains it by the text at hand: the text itself is another one now.
        return tuple(needed) or ("policy",)

    def _decide(
        self, one: Moved, dossier: Dossier | None, policy: Run, on: datetime.date
    ) -> Result | None:
        """Return the result of the subject under a run's policy; None = it was not there."""
        frame = _frame(self.new, dossier, one)
        rule = self._rules[policy.pk].get(one.rule)
        if frame is None or rule is None:
            return None
        return self._reference(policy, on).decide(rule, frame)

    def _reference(self, run: Run, on: datetime.date) -> Reference:
        """Return what decides on a day by the rules and values in force at a run."""
        key = (run.pk, on)
        if key not in self._references:
            policy = self.old if run.pk == self.before.pk else self.new
            self._references[key] = Reference(
                policy.pack.vocabulary,
                list(self._rules[run.pk].values()),
                on,
                frozen(policy.parameters, run.on),
            )
        return self._references[key]

    def _changes(
        self, one: Moved, rule: Rule, causes: Iterable[str], worlds: list[Dossier | None]
    ) -> Iterator[Change]:
        looked = _looked_at(self.new, rule)
        old_facts, aged, new_facts = worlds
        if "fact" in causes:
            yield from self._facts("fact", looked, aged, new_facts, one)
        if "policy" in causes:
            yield from self._parameters(looked, one.any.village[:6])
        if "clock" in causes:
            yield Change(
                "clock", "", "day", "", None, self.before.on.isoformat(), self.after.on.isoformat()
            )
            yield from self._facts("clock", looked, old_facts, aged, one)

    def _facts(
        self,
        cause: str,
        looked: Sequence[Leaf],
        old: Dossier | None,
        new: Dossier | None,
        one: Moved,
    ) -> Iterator[Change]:
        before, after = _cells(old, looked), _cells(new, looked)
        for key in dict.fromkeys([*before, *after]):
            table, subject, column = key
            if before.get(key) == after.get(key) or not _near(one, table, subject):
                continue
            told = (new.told if new else {}).get(key) or (old.told if old else {}).get(key)
            kind = self.new.pack.vocabulary.column(table, column)
            yield Change(
                cause,
                table,
                column,
                kind.term,
                subject,
                before.get(key),
                after.get(key),
                sources.text(told, kind.holder) if told else "",
                sources.day(told) if told else None,
            )

    def _parameters(self, looked: Sequence[Leaf], county: str) -> Iterator[Change]:
        for leaf in looked:
            if not leaf.is_parameter:
                continue
            old = self.old.row(leaf.name, county, self.before.on)
            new = self.new.row(leaf.name, county, self.after.on)
            if (old and old.value) != (new and new.value):
                yield Change(
                    "policy",
                    "",
                    leaf.name,
                    self.new.pack.term(leaf)[0],
                    county,
                    _plain(old and old.value),
                    _plain(new and new.value),
                    new.source if new else "",
                    new.since if new else None,
                )


def frozen(parameters: Parameters, on: datetime.date) -> Parameters:
    """Return the values in force on a day as if they had always been and stayed for ever."""
    standing: dict[tuple[str, str | None], ParameterValue] = {}
    for row in parameters.rows:  # in the order of their days
        if row.since <= on:
            standing[row.name, row.county] = row
    return Parameters(
        replace(row, since=datetime.date.min, until=None)
        for row in standing.values()
        if row.covers(on)
    )


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, frozenset) else value


def _near(one: Moved, table: str, subject: Any) -> bool:
    """A rule about a person does not look at the other persons of the house."""
    return table != "person" or one.kind != SubjectKind.PERSON or subject == one.subject


def _looked_at(policy: Policy, rule: Rule) -> list[Leaf]:
    found: list[Leaf] = []
    for branch in rule.branches:
        if branch.condition is not None:
            found.extend(references(branch.condition, policy.pack.vocabulary))
    return list(dict.fromkeys(found))


def _cells(dossier: Dossier | None, looked: Sequence[Leaf]) -> dict[tuple[str, Any, str], Any]:
    """Return the facts of the columns looked at, by table, row and column."""
    if dossier is None:
        return {}
    rows = facts.tables(dossier)
    return {
        (leaf.table, row["id"], leaf.name): row[leaf.name]
        for leaf in looked
        if not leaf.is_parameter
        for row in rows[leaf.table]
    }


def _same(one: Dossier | None, two: Dossier | None) -> bool:
    if one is None or two is None:
        return one is two
    return _comparable(one) == _comparable(two)


def _comparable(dossier: Dossier) -> Mapping[str, list[Row]]:
    return facts.tables(dossier)


def _frame(policy: Policy, dossier: Dossier | None, one: Moved) -> Frame | None:
    if dossier is None:
        return None
    table = SUBJECT_TABLES[one.kind]
    if table == "village":
        return Frame("village", dossier.village)
    root = policy.pack.frame(
        "household", dossier.household, {"person": dossier.persons, "bill": dossier.bills}
    )
    if table == "household":
        return root
    return next((row for row in root.below.get("person", []) if row.id == one.subject), None)
