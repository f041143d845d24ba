"""解释: each decision as which clause, which facts, their source and day, and what would change it.

Nothing of it is stored: it is read off the same rule text that decided.
"""

import dataclasses
import datetime
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from wengu.decisions import facts, policies, sources
from wengu.decisions.ahead import Future
from wengu.decisions.dossiers import Dossier, Told
from wengu.decisions.frames import home_of
from wengu.decisions.policies import Policy
from wengu.decisions.reasons import FactsOf, Reason, Stated
from wengu.kernel.money import FEN_PER_YUAN, to_yuan
from wengu.policy.vocabulary import PER_HEAD
from wengu.rules import Leaf, Rule
from wengu.rules.due import NOTHING_AHEAD
from wengu.rules.evaluate import Reference
from wengu.rules.explain import OPPOSITE, Atom, Explainer, LeafValue, Missing
from wengu.rules.explain import Explanation as Reasoning
from wengu.rules.flips import Flip
from wengu.rules.leaves import references
from wengu.rules.rows import Frame, Result

_INCOME = ("household", "income_fen")
_PER_HEAD = "元/人"
_UNITS = {"fen": "元", "flag": "", "text": "", "codes": "", "day": "", "count": "", "bp": "%"}
_BP_PER_PERCENT = 100
_TOLD = 2
_FIGURE = 2
_LIST_DAYS = frozenset({"household.bills_listed_on"})
_TURNED = OPPOSITE | {turned: operator for operator, turned in OPPOSITE.items()}


@dataclasses.dataclass(frozen=True)
class Setting:
    """参数: a parameter that the rule reads: its value here, and who set it."""

    name: str
    term: str
    value_text: str
    region: str
    since: datetime.date | None
    source: str
    unverified: bool


@dataclasses.dataclass(frozen=True)
class Explanation:
    """解释: one decision, ready to be read aloud, drawn or written as JSON."""

    subject: str  # household | person | village
    id: Any
    clause: str
    rule: str
    term: str
    quote: str
    verdict: bool | None
    branch: str | None
    branch_term: str
    because: tuple[Reason, ...]
    missing: tuple[Missing, ...]
    parameters: tuple[Setting, ...]
    flips: tuple[Flip, ...]
    due: datetime.date | None
    default: bool
    sentence: str
    per_head: bool = False  # the income is a figure per head
    then: Result | None = None  # what it is from the due day on; None: nothing is decided then

    def atoms(self) -> list[Reason]:
        """Return the comparisons of recorded facts, each once, in rule order."""
        every = [atom for one in self.because for atom in one.atoms()]
        # Most that occur twice are the same object: those need no comparing.
        return list(dict.fromkeys({id(one): one for one in every}.values()))

    def as_json(self, facts: FactsOf | None = None) -> dict[str, Any]:
        """Return the explanation as scripts read it; `facts` says what of the facts is written."""
        return {
            "subject": self.subject,
            "id": self.id,
            "clause": self.clause,
            "rule": self.rule,
            "verdict": {True: "true", False: "false", None: "unknown"}[self.verdict],
            "branch": self.branch,
            "because": [reason.as_json(facts) for reason in self.atoms()],
            "missing": [str(one.leaf) for one in self.missing],
            "sentence": self.sentence,
            "flips": [_flip(one) for one in self.flips],
            "due": self.due.isoformat() if self.due else None,
        }


def _flip(one: Flip) -> dict[str, Any]:
    return {
        "fact": f"{one.table}.{one.column}",
        "current": one.current,
        "value": one.value,
        "direction": one.direction,
        "branch": one.branch,
    }


def explain(
    *,
    household: int,
    on: datetime.date,
    seq: int | None = None,
    policy: Policy | None = None,
    english: bool = False,
    changes: bool = True,
) -> list[Explanation]:
    """Explain every decision of a household, its persons and its village; empty: nobody is there.

    Whether the viewer may see the household is asked before, where it is looked up. `changes` False
    leaves out what would change the result.
    """
    known = facts.latest_seq() if seq is None else seq
    policy = policy or policies.current()
    found = facts.dossier(household=household, on=on, seq=known, ages=policy.ages(on))
    if found is None:
        return []
    teller = Teller(policy, on, english=english, changes=changes, seq=known)
    return list(teller.all(found))


def explain_village(
    *,
    village: str,
    on: datetime.date,
    seq: int | None = None,
    policy: Policy | None = None,
    english: bool = False,
) -> list[Explanation]:
    """Explain every decision of a village."""
    known = facts.latest_seq() if seq is None else seq
    policy = policy or policies.current()
    found = facts.village(code=village, on=on, seq=known, ages=policy.ages(on))
    return list(Teller(policy, on, english=english, seq=known).village(found))


class Teller:
    """讲解: explains dossiers by one policy on one day; `seq` None: by all that is known now."""

    def __init__(
        self,
        policy: Policy,
        on: datetime.date,
        *,
        english: bool = False,
        changes: bool = True,
        seq: int | None = None,
    ) -> None:
        self.policy = policy
        self.on = on
        self.english = english
        self.changes = changes
        self._seq = seq
        self._ahead: Future | None = None
        self._sources: dict[tuple[Told, str | bool], str] = {}
        self._set: dict[tuple[str, int, str], tuple[Setting, ...]] = {}
        self.reference, self._explainers = _prepare(policy, on, english=english)

    def all(self, dossier: Dossier) -> Iterator[Explanation]:
        """Explain the household, each of its persons, and its village."""
        yield from self.household(dossier)
        yield from self.village(dossier)

    def household(self, dossier: Dossier) -> Iterator[Explanation]:
        """Explain the household and each of its persons."""
        root = self.frame(dossier)
        yield from self._of(root, dossier)
        for person in root.below.get("person", []):
            yield from self._of(person, dossier)

    def village(self, dossier: Dossier) -> Iterator[Explanation]:
        """Explain the village of a dossier."""
        if dossier.village and "village" in self.policy.pack.vocabulary.tables:
            yield from self._of(Frame("village", dossier.village), dossier)

    def frame(self, dossier: Dossier) -> Frame:
        """Return the household with its persons and their bills as the rules read them."""
        return home_of(self.policy.pack, dossier)

    def _of(self, frame: Frame, dossier: Dossier) -> Iterator[Explanation]:
        for rule in self.policy.pack.rules_for(frame.table, self.on):
            yield self.one(rule, frame, dossier)

    def one(self, rule: Rule, frame: Frame, dossier: Dossier) -> Explanation:
        """Explain one rule's decision on one subject."""
        ahead = self._future(dossier).of(frame) if self.changes else NOTHING_AHEAD
        explainer = self._explainers[dossier.per_head]
        found = explainer.explain(rule, frame, changes=self.changes, ahead=ahead)
        # What a condition consists of is told once of each row, whatever rules come down to it.
        kept = frame.root.kept.setdefault(self, {})
        because = tuple([self._inner(atom, dossier, kept) for atom in found.conditions])
        return Explanation(
            subject=frame.table,
            id=frame.id,
            clause=rule.clause,
            rule=rule.name,
            term=found.term,
            quote=found.quote,
            verdict=found.verdict,
            branch=found.branch,
            branch_term=found.branch_term,
            because=because,
            missing=found.missing,
            parameters=self._settings(rule, found, frame.county),
            flips=found.flips,
            due=found.due,
            then=found.ahead.result if found.ahead else None,
            default=found.result.branch == rule.default,
            sentence=_sentence(
                found,
                [self._inner(atom, dossier, kept) for atom in found.grounds],
                [self._inner(atom, dossier, kept) for atom in found.led],
            ),
            per_head=dossier.per_head,
        )

    def _future(self, dossier: Dossier) -> Future:
        if self._ahead is None or self._ahead.dossier is not dossier:
            known = facts.latest_seq() if self._seq is None else self._seq
            self._ahead = Future(dossier, on=self.on, seq=known, policy=self.policy)
        return self._ahead

    def _inner(self, atom: Atom, dossier: Dossier, kept: dict[Any, Any]) -> Reason:
        if id(atom) not in kept:
            # The atom stays with its reason, so that its id is nobody else's.
            kept[id(atom)] = (atom, self._reason(atom, dossier, kept))
        reason: Reason = kept[id(atom)][1]
        return reason

    def _reason(self, atom: Atom, dossier: Dossier, kept: dict[Any, Any]) -> Reason:
        value, unit = _edge(atom.value, atom.unit)
        # What is made of the income and other figures has another term.
        if dossier.per_head and atom.term == PER_HEAD[_INCOME][self.english]:
            unit = _PER_HEAD
        # A condition that does not hold is turned round: what is read as a reason is true.
        operator = _TURNED[atom.operator] if atom.verdict is False else atom.operator
        return Reason(
            fact=atom.fact,
            term=atom.term,
            value=value,
            value_text=atom.value_text,
            unit=unit,
            operator=operator,
            threshold=_edge(atom.threshold, atom.unit)[0],
            threshold_text=atom.threshold_text,
            known=atom.verdict is not None,
            facts=self._facts(atom, dossier, kept),
            subject=atom.subject,
            inner=tuple([self._inner(inner, dossier, kept) for inner in atom.inner]),
        )

    def _facts(self, atom: Atom, dossier: Dossier, kept: dict[Any, Any]) -> tuple[Stated, ...]:
        """Return the facts that a condition looks at, each made once."""
        found = []
        for leaf in atom.leaves:
            key = (leaf.table, leaf.subject, leaf.column)
            if key not in kept:
                origin = dossier.told.get(key)
                kept[key] = self._stated(leaf, origin, dossier) if origin is not None else None
            if kept[key] is not None:
                found.append(kept[key])
        return tuple(found)

    def _stated(self, leaf: LeafValue, origin: Told, dossier: Dossier) -> Stated:
        kind = self.policy.pack.vocabulary.column(leaf.table, leaf.column)
        value, unit = _edge(leaf.value, "*".join(kind.dims) or "count")
        source = self._source(origin, kind.holder)
        name = f"{leaf.table}.{leaf.column}"
        if dossier.per_head and (leaf.table, leaf.column) == _INCOME:
            unit = _PER_HEAD
        return Stated(name, leaf.subject, value, unit, source, sources.day(origin))

    def _source(self, told: Told, holder: str) -> str:
        key = (told, sources.matters(told) and holder)
        if key not in self._sources:
            self._sources[key] = sources.text(told, holder)
        return self._sources[key]

    def _settings(self, rule: Rule, found: Reasoning, county: str) -> tuple[Setting, ...]:
        """Return the parameters that the branches reached read."""
        branch = found.result.branch
        key = (rule.name, -branch - 1 if branch < 0 else branch, county)
        if key not in self._set:
            self._set[key] = tuple(self._read(rule, key[1], county))
        return self._set[key]

    def _read(self, rule: Rule, reached: int, county: str) -> Iterator[Setting]:
        for leaf in _parameters(self.policy, rule, min(reached, len(rule.branches) - 1)):
            row = self.policy.row(leaf.name, county, self.on)
            term = self.policy.pack.term(leaf)[1 if self.english else 0]
            if row is None:
                yield Setting(leaf.name, term, "", "", None, "", unverified=False)
            else:
                value = self.policy.pack.vocabulary.parameter(leaf.name)
                words = self._explainers[False].words.value(row.value, value.dims)
                yield Setting(
                    leaf.name, term, words, row.region, row.since, row.source, row.unverified
                )


_Prepared = tuple[Reference, dict[bool, Explainer]]
_MOST_PREPARED = 8
_prepared: dict[tuple[Any, ...], _Prepared] = {}


def _prepare(policy: Policy, on: datetime.date, *, english: bool) -> _Prepared:
    """Return the evaluator of a policy, made once for the day, and its explainers.

    One tells of incomes of a household, the other (True) of incomes per head.
    """
    # Its words are remembered, and so belong to the language that is spoken.
    key = (policy.hash, on, english, id(policy.pack), get_language())
    found = _prepared.get(key)
    if found is None:
        if len(_prepared) >= _MOST_PREPARED:
            _prepared.clear()
        pack = policy.pack
        reference = Reference(pack.vocabulary, pack.in_force(on), on, policy.parameters)
        explainers = {
            per_head: Explainer(reference, english=english, speak=_, called=called)
            for per_head, called in ((False, None), (True, PER_HEAD))
        }
        found = _prepared[key] = (reference, explainers)
    return found


def _parameters(policy: Policy, rule: Rule, last: int) -> Iterator[Leaf]:
    seen: set[str] = set()
    for number in range(last + 1):
        condition = rule.branches[number].condition
        if condition is None:
            continue
        for leaf in references(condition, policy.pack.vocabulary):
            if leaf.is_parameter and leaf.name not in seen:
                seen.add(leaf.name)
                yield leaf


def _edge(value: Any, unit: str) -> tuple[Any, str]:
    """Return a value as it leaves the house: yuan as text, percent, a day as ISO text."""
    if value is None or isinstance(value, bool | str):
        return value, _UNITS.get(unit, unit)
    if isinstance(value, tuple):
        return value, ""
    if unit == "fen":
        # A threshold may lie between two fen: 1.5 times an odd line.
        return str(to_yuan(value) if isinstance(value, int) else value / FEN_PER_YUAN), "元"
    if unit == "day":
        text = str(value)
        return f"{text[:4]}-{text[4:6]}-{text[6:]}", ""
    if unit == "bp":
        return value / _BP_PER_PERCENT, "%"
    return value, _UNITS.get(unit, unit)


def _sentence(found: Reasoning, own: Sequence[Reason], led: Sequence[Reason]) -> str:
    """Return the decision in one sentence, with what it rests on."""
    if found.verdict is None and found.branch is None:
        names = _("、").join(dict.fromkeys(one.term for one in found.missing))
        return _("%(term)s：暂不能认定，缺少%(names)s。") % {"term": found.term, "names": names}
    decisive = _("，").join(_telling(own, led))
    if not decisive:
        return _("%(term)s：%(branch)s。") % {"term": found.term, "branch": found.branch_term}
    return _("%(term)s：%(branch)s（%(why)s）。") % {
        "term": found.term,
        "branch": found.branch_term,
        "why": decisive,
    }


def _substance(one: Reason) -> int:
    """Return how much a comparison says: a figure most, a list's day least."""
    return 0 if one.fact in _LIST_DAYS else _FIGURE if one.threshold_text else 1


def _telling(own: Sequence[Reason], led: Sequence[Reason]) -> list[str]:
    """Return the last two comparisons that a branch rests on: figures before a yes or no.

    That a list is no later than the day comes last: it says of nothing but that nothing is open.
    Where it rests on one yes or no alone, the last figure that led to it stands before it.
    """
    said = {one.text: _substance(one) for one in own}
    told = sorted(said, key=said.__getitem__)[-_TOLD:]
    if len(told) < _TOLD and _FIGURE not in said.values():
        told = [one.text for one in led if _substance(one) == _FIGURE][-1:] + told
    return [one for one in said if one in told] if len(said) >= _TOLD else told
