"""迁出: whoever a run of a part of the city finds gone to another part is decided there."""

import datetime
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from wengu.decisions import facts
from wengu.decisions.dossiers import Dossier
from wengu.decisions.frames import home_of
from wengu.decisions.models import Decision, SubjectKind
from wengu.decisions.policies import Policy
from wengu.decisions.queries import bounds
from wengu.rules.rows import Frame, Result

_KINDS = {"household": SubjectKind.HOUSEHOLD.value, "person": SubjectKind.PERSON.value}
_PER_READ = 500


@dataclass
class Leavers:
    """迁出者: their decisions where they live now, as spans that begin, and how many they are."""

    rows: list[tuple[Any, ...]] = field(default_factory=list)
    # The subjects, by kind, each with its village.
    heads: list[tuple[str, str]] = field(default_factory=list)
    # What was open already where somebody joined a household: household, rule, branch, missing.
    beside: list[tuple[Any, ...]] = field(default_factory=list)


def decided(
    *,
    homes: Collection[int],
    persons: Collection[int],
    region: str,
    on: datetime.date,
    seq: int,
    policy: Policy,
) -> Leavers:
    """Decide on those of the households and persons gone from a region who live outside it.

    Who has open spans outside the region already is another part's.
    """
    ages = policy.ages(on)
    moved = facts.dossiers(households=sorted(homes), on=on, seq=seq, ages=ages)
    along = {row["id"] for one in moved.values() for row in one.persons}
    alone = set(persons) - along
    joined = facts.dossiers_of(persons=sorted(alone), on=on, seq=seq, ages=ages)
    frames = [frame for one in moved.values() for frame in _all(policy, one)]
    for one in joined.values():
        frames += [frame for frame in _all(policy, one) if frame.table == "person"]
    gone = {("person", key) for key in along | alone} | {("household", key) for key in moved}
    gone -= _outside(frames, region)
    found = Leavers()
    evaluator = policy.pack.evaluator(on, policy.parameters)
    for frame in frames:
        if (frame.table, frame.id) in gone:
            found.heads.append((_KINDS[frame.table], frame.root.values["village"]))
            found.rows += _spans(policy, frame, evaluator.results(frame), on)
    open_ = Decision.objects.filter(ended=None, household__in=joined, verdict=None)
    found.beside = list(open_.values_list("household", "rule", "branch", "missing"))
    return found


def _spans(
    policy: Policy, frame: Frame, results: Mapping[str, Result], on: datetime.date
) -> Iterator[tuple[Any, ...]]:
    """Yield the spans that begin for a subject: all but the default branches."""
    place = (_KINDS[frame.table], frame.id, frame.root.id, frame.root.values["village"])
    for rule in policy.pack.rules_for(frame.table, on):
        branch, missing = results[rule.name]
        if branch != rule.default:
            verdict = rule.branches[branch].verdict if branch >= 0 else None
            yield *place, rule.name, branch, missing, verdict


def _all(policy: Policy, dossier: Dossier) -> Iterator[Frame]:
    home = home_of(policy.pack, dossier)
    yield home
    yield from home.below.get("person", ())


def _outside(frames: list[Frame], region: str) -> set[tuple[str, int]]:
    """Return which subjects have open spans outside a region, by table and id."""
    low, high = bounds(region)
    found: set[tuple[str, int]] = set()
    for table, kind in _KINDS.items():
        keys = [frame.id for frame in frames if frame.table == table]
        for start in range(0, len(keys), _PER_READ):
            some = keys[start : start + _PER_READ]
            rows = Decision.objects.filter(ended=None, kind=kind, subject__in=some)
            rows = rows.exclude(village__gte=low, village__lt=high)
            found |= {(table, key) for key in rows.values_list("subject", flat=True)}
    return found
