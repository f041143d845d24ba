"""辨因: whether a fact, the policy or the day made a subject's decision another one.

Each changed subject is decided again with some of the factors exchanged, fewest first:

    fact     what became known between the two runs (sequence a → b)
    policy   the rule text and the parameter values in force at each run
    clock    the day, with the facts that begin or end by themselves on the way

The cause is the smallest set of factors that alone leads to the new result; where several sets of
that size do, each is named. A factor that only moves the result elsewhere is no cause by itself.
"""

import datetime
import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from django.utils.translation import gettext_noop

from wengu.decisions import facts, sources
from wengu.decisions.changes import Change, Difference
from wengu.decisions.counties import Counties
from wengu.decisions.dossiers import Dossier, Key, Told
from wengu.decisions.extracts import Ages
from wengu.decisions.influence import World, ordered
from wengu.decisions.known import Known
from wengu.decisions.models import Decision, Run, SubjectKind
from wengu.decisions.movements import Moved
from wengu.decisions.policies import VALIDITY, Policy
from wengu.decisions.resolving import Row
from wengu.decisions.spans import SUBJECT_TABLES
from wengu.policy.parameters import Value, definition
from wengu.rules import Leaf, Parameters, ParameterValue, Result, Rule
from wengu.rules.evaluate import Reference
from wengu.rules.leaves import references

CAUSES = ("fact", "policy", "clock")
HOUSEHOLDS_PER_READ = 200
IN_VILLAGE, IN_HOUSEHOLD = gettext_noop("所在村"), gettext_noop("所在户")
_OF_PERSONS = ("person", "bill")
_INCOME = ("household", "income_fen")


class _Exchange(NamedTuple):
    """交换: the facts of one world for those of another, as a rule looks at them for a subject."""

    cause: str
    looked: Sequence[Leaf]
    old: Dossier | None
    new: Dossier | None
    one: Moved

    def change(
        self, key: Key, term: str, old: Any, new: Any, told: Told | None, holder: str = ""
    ) -> Change:
        """Return a fact old → new with who says so, since when."""
        table, subject, column = key
        source, day = (sources.text(told, holder), sources.day(told)) if told else ("", None)
        return Change(self.cause, table, column, term, subject, old, new, source, day)


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
        self._ages = old.ages(before.on), new.ages(after.on)
        self._differ = {
            "policy": old.pack.hash() != new.pack.hash()
            or self._ages[0] != self._ages[1]
            or self._rules[before.pk] != self._rules[after.pk]
            or frozen(old.parameters, before.on).rows != frozen(new.parameters, after.on).rows,
            "clock": before.on != after.on,
        }

    def all(self, some: Sequence[Moved]) -> Iterator[Difference]:
        """Yield the difference of each, reading households in groups."""
        grouped: dict[Any, list[Moved]] = {}
        for one in some:
            home = one.any.household
            grouped.setdefault(one.any.village if home is None else home, []).append(one)
        owners = list(grouped)
        for start in range(0, len(owners), HOUSEHOLDS_PER_READ):
            some = owners[start : start + HOUSEHOLDS_PER_READ]
            for owner, known in self._known(some):
                for one in grouped[owner]:
                    yield self._difference(one, known)

    def _known(self, owners: list[Any]) -> Iterator[tuple[Any, Known]]:
        """Yield what was known of each: before, what only the day has changed, and after."""
        moments = (
            (self.before.on, self.before.seq),
            (self.after.on, self.before.seq),
            (self.after.on, self.after.seq),
        )
        by_ages = {
            ages: [self._read(owners, on, seq, ages) for on, seq in moments]
            for ages in dict.fromkeys(self._ages)
        }
        for owner in owners:
            first, later = (_known(by_ages[ages], owner) for ages in self._ages)
            yield owner, replace(first, renewed=later)

    def _read(
        self, owners: list[Any], on: datetime.date, seq: int, ages: Ages
    ) -> dict[Any, Dossier]:
        homes = [owner for owner in owners if isinstance(owner, int)]
        found: dict[Any, Dossier] = dict(
            facts.dossiers(households=homes, on=on, seq=seq, ages=ages)
        )
        for owner in owners:
            if isinstance(owner, str):
                there = facts.village_decided(code=owner, on=on, seq=seq, ages=ages)
                if there is not None:
                    found[owner] = there
        return found

    def _difference(self, one: Moved, known: Known) -> Difference:
        rule = self._rule(one.rule)
        causes = self._causes(one, known)
        row = one.any
        old, new = self._branch(one.old, rule, known.old), self._branch(one.new, rule, known.new)
        verdicts = self._verdict(one.old, rule, old), self._verdict(one.new, rule, new)
        return Difference(
            kind=one.kind,
            subject=one.subject,
            household=row.household,
            village=row.village,
            rule=one.rule,
            clause=rule.clause,
            move=one.move,
            old=old,
            new=new,
            old_verdict=verdicts[0],
            new_verdict=verdicts[1],
            causes=causes,
            changes=tuple(self._changes(one, rule, causes, known)),
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

    def _causes(self, one: Moved, known: Known) -> tuple[str, ...]:
        differ = {**self._differ, "fact": known.news}
        possible = [name for name in CAUSES if differ[name]]
        start, end = self._decide(one, known, ()), self._decide(one, known, possible)
        # One result by all that is at hand: what was known then has been written over since.
        if start == end:
            return ("fact",)
        by_size = (
            [
                factors
                for factors in itertools.combinations(possible, size)
                if self._decide(one, known, factors) == end
            ]
            for size in range(1, len(possible) + 1)
        )
        smallest = next(found for found in by_size if found)
        return tuple(name for name in possible if any(name in factors for factors in smallest))

    def _decide(self, one: Moved, known: Known, factors: Collection[str]) -> Result | None:
        """Return the result with these factors exchanged; None = the subject was not there."""
        return self._world(one, known, factors).result

    def _world(self, one: Moved, known: Known, factors: Collection[str]) -> World:
        """Return what decides on the subject with these factors exchanged."""
        run = self.after if "policy" in factors else self.before
        day = self.after if "clock" in factors else self.before
        return World(
            self.new.pack,
            known.exchanged(factors),
            SUBJECT_TABLES[one.kind],
            one.subject,
            self._rules[run.pk].get(one.rule),
            self._reference(run, day.on),
        )

    def _ends(self, one: Moved, known: Known, causes: Iterable[str], without: str) -> list[World]:
        """Return the later world, then one before a cause where it still had another result."""
        last = self._world(one, known, CAUSES)
        rest = [cause for cause in causes if cause != without]
        worlds = (self._world(one, known, factors) for factors in (rest, ()))
        first = next((world for world in worlds if world.result != last.result), None)
        return [last] if first is None else [last, first]

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
        self, one: Moved, rule: Rule, causes: Iterable[str], known: Known
    ) -> Iterator[Change]:
        looked = _looked_at(self.new, rule)
        if "fact" in causes:
            exchange = _Exchange("fact", looked, known.aged, known.new, one)
            yield from self._facts(exchange, known, causes)
        if "policy" in causes:
            county = Counties(self.after.on).of(one.any.village)
            yield from self._parameters(looked, county)
            yield from self._validity()
        if "clock" in causes:
            yield Change(
                "clock", "", "day", "", None, self.before.on.isoformat(), self.after.on.isoformat()
            )
            exchange = _Exchange("clock", looked, known.old, known.aged, one)
            yield from self._facts(exchange, known, causes)

    def _validity(self) -> Iterator[Change]:
        """Yield the months for which lists and incomes hold, where these are others now."""
        for name in VALIDITY:
            old, new = self.old.row(name, "", self.before.on), self.new.row(name, "", self.after.on)
            if (old and old.value) != (new and new.value):
                yield self._set(name, definition(name).term, "", old, new)

    def _facts(self, asked: _Exchange, known: Known, causes: Iterable[str]) -> Sequence[Change]:
        """Return what was exchanged, the facts that made the difference first."""
        found = (*self._place(asked), *self._members(asked), *self._stated(asked))
        if len(found) <= 1:
            return found
        ends = self._ends(asked.one, known, causes, asked.cause)
        return ordered(found, old=asked.old, new=asked.new, ends=ends)

    def _stated(self, asked: _Exchange) -> Iterator[Change]:
        sides = [side for side in (asked.new, asked.old) if side is not None]
        per_head = any(side.per_head for side in sides)
        whose = {bill["id"]: bill["person"] for side in sides for bill in side.bills}
        before, after = (_cells(side, asked.looked) for side in (asked.old, asked.new))
        for key in dict.fromkeys([*before, *after]):
            table, subject, column = key
            person = whose[subject] if table == "bill" else subject
            if before.get(key) == after.get(key) or not _near(asked.one, table, person):
                continue
            kind = self.new.pack.vocabulary.column(table, column)
            # Of what is known no more, nobody's old word says so.
            told = _told(key, *(sides if after.get(key) is not None else [asked.new]))
            found = asked.change(key, kind.term, before.get(key), after.get(key), told, kind.holder)
            yield replace(found, per_head=per_head and key[::2] == _INCOME)

    def _place(self, asked: _Exchange) -> Iterator[Change]:
        """Yield where the subject lies, where it came, went, or other values are in force there."""
        table = "village" if asked.one.kind == SubjectKind.VILLAGE else "household"
        was, now = _row(asked.old, table), _row(asked.new, table)
        shown = now or was
        if not shown or (was and now and not self._set_apart(asked.looked, was, now)):
            return
        key = (table, shown["id"], "village")
        # Of who is gone nobody's old word says so.
        told = _told(key, asked.new)
        yield asked.change(key, IN_VILLAGE, was and was["village"], now and now["village"], told)

    def _members(self, asked: _Exchange) -> Iterator[Change]:
        """Yield who came to the household or left it, where the rule looks at its persons."""
        old, new = asked.old, asked.new
        if (
            old is None
            or new is None
            or all(leaf.table not in _OF_PERSONS for leaf in asked.looked)
        ):
            return
        before, after = (
            {row["id"]: row["household"] for row in side.persons} for side in (old, new)
        )
        for person in sorted(before.keys() ^ after.keys()):
            if _near(asked.one, "person", person):
                key = ("person", person, "household")
                was, now = before.get(person), after.get(person)
                yield asked.change(key, IN_HOUSEHOLD, was, now, _told(key, new))

    def _set_apart(self, looked: Sequence[Leaf], was: Row, now: Row) -> bool:
        """Say whether a parameter has another value where the household lies now."""
        if was["county"] == now["county"]:
            return False
        rows = [
            (policy.row(leaf.name, was["county"], on), policy.row(leaf.name, now["county"], on))
            for policy, on in ((self.old, self.before.on), (self.new, self.after.on))
            for leaf in looked
            if leaf.is_parameter
        ]
        return any((one and one.value) != (other and other.value) for one, other in rows)

    def _parameters(self, looked: Sequence[Leaf], county: str) -> Iterator[Change]:
        for leaf in looked:
            if not leaf.is_parameter:
                continue
            old = self.old.row(leaf.name, county, self.before.on)
            new = self.new.row(leaf.name, county, self.after.on)
            if (old and old.value) != (new and new.value):
                yield self._set(leaf.name, self.new.pack.term(leaf)[0], county, old, new)

    def _set(
        self, name: str, term: str, county: str, old: Value | None, new: Value | None
    ) -> Change:
        return Change(
            "policy",
            "",
            name,
            term,
            county,
            _plain(old and old.value),
            _plain(new and new.value),
            new.source if new else "",
            new.since if new else None,
        )


def _known(sides: Sequence[Mapping[Any, Dossier]], owner: Any) -> Known:
    old, aged, new = (side.get(owner) for side in sides)
    return Known(old, aged, new)


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


def _near(one: Moved, table: str, person: Any) -> bool:
    """A rule about a person does not look at the other persons of the house, nor at their bills."""
    return table not in _OF_PERSONS or one.kind != SubjectKind.PERSON or person == one.subject


def _looked_at(policy: Policy, rule: Rule) -> list[Leaf]:
    found: list[Leaf] = []
    for branch in rule.branches:
        if branch.condition is not None:
            found.extend(references(branch.condition, policy.pack.vocabulary))
    return list(dict.fromkeys(found))


def _told(key: Key, *sides: Dossier | None) -> Told | None:
    return next((side.told[key] for side in sides if side and key in side.told), None)


def _row(dossier: Dossier | None, table: str) -> Row | None:
    return next(iter(facts.tables(dossier)[table]), None) if dossier else None


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
