"""进出: who came to a rule's verdict and who left it between two runs; no cause is sought here."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from wengu.accounts.scope import Scope
from wengu.decisions import queries
from wengu.decisions.models import Decision, Run, SubjectKind

# Beyond this many changed spans a page says only how many there are; the list asks for one rule.
MOST_SPANS = 20_000
_PER_READ = 500
ANY_UNKNOWN = ""
CHANGED, DOUBTED = "changed", "doubted"
"""Of the changed those who were in and are 待核 now: pages list them apart."""
MOVES: dict[tuple[bool | None, bool | None], str] = {
    (False, True): "entered",
    (None, True): "entered",
    (True, False): "left",
    (True, None): DOUBTED,
}
"""By the verdict before and after: who is left undecided has not left, for nobody decided so."""
Subject = tuple[str, int]


def direction(move: str) -> str:
    """Return entered, left or changed: who became 待核 has not left."""
    return CHANGED if move == DOUBTED else move


@dataclass(frozen=True)
class Moved:
    """移动: one subject and rule whose span differs between the two runs."""

    kind: str
    subject: int
    rule: str
    old: Decision | None
    new: Decision | None

    @property
    def move(self) -> str:
        """Return entered, left, doubted or changed; who is gone, or in the default, is out."""
        old, new = (False if row is None else row.verdict for row in (self.old, self.new))
        return MOVES.get((old, new), CHANGED)

    @property
    def direction(self) -> str:
        """Return entered, left or changed."""
        return direction(self.move)

    @property
    def any(self) -> Decision:
        """Return the later span, else the earlier one."""
        found = self.new or self.old
        assert found is not None  # noqa: S101 - one of the two made it
        return found


@dataclass(frozen=True)
class Movement:
    """进出: how many subjects came, left and became 待核; rule "": those whom any rule left so."""

    rule: str
    entered: int
    left: int
    doubted: int = 0


def changed(*, before: Run, after: Run, viewer: Scope, region: str = "") -> QuerySet[Decision]:
    """Return the spans that began or ended after one run and up to another, in scope."""
    low, high = sorted((before.pk, after.pk))
    # Each half by its own index: an OR of the two would scan every span of a rule.
    began = Decision.objects.filter(run__gt=low, run__lte=high).values("pk")
    left = Decision.objects.filter(ended__gt=low, ended__lte=high).values("pk")
    rows = Decision.objects.filter(pk__in=began.union(left))
    if not queries.everywhere(viewer):
        # A household is seen whole by whom it lies with now, and by nobody else.
        here = queries.lying_in(viewer).filter(pk=OuterRef("household"))
        rows = rows.filter((Q(household=None) & viewer.condition()) | Exists(here))
    if region:
        low_code, high_code = queries.bounds(region)
        rows = rows.filter(village__gte=low_code, village__lt=high_code)
    return rows


def moved(
    *, before: Run, after: Run, viewer: Scope, region: str = "", rule: str = ""
) -> list[Moved]:
    """Return the subjects whose spans differ between the runs, clustered by household."""
    rows = changed(before=before, after=after, viewer=viewer, region=region)
    if rule:
        rows = rows.filter(rule=rule)
    old: dict[tuple[str, int, str], Decision] = {}
    new: dict[tuple[str, int, str], Decision] = {}
    for row in rows.order_by("village", "household", "kind", "subject", "rule").iterator():
        key = (row.kind, row.subject, row.rule)
        for side, run in ((old, before), (new, after)):
            if row.run_id <= run.pk and (row.ended_id is None or row.ended_id > run.pk):
                side[key] = row
    pairs = (Moved(*key, old.get(key), new.get(key)) for key in dict.fromkeys([*old, *new]))
    return [one for one in pairs if _result(one.old) != _result(one.new)]


def _result(row: Decision | None) -> tuple[int, int] | None:
    return None if row is None else (row.branch, row.missing)


def movements(
    *, rules: Collection[str], before: Run, after: Run, viewer: Scope, region: str = ""
) -> dict[str, Movement] | None:
    """Return the movement of each rule, and of 待核 under ""; None when too many spans changed."""
    rows = changed(before=before, after=after, viewer=viewer, region=region)
    rows = rows.filter(rule__in=rules)
    if rows[: MOST_SPANS + 1].count() > MOST_SPANS:
        return None
    spans = list(rows.exclude(verdict=False))
    old, new = (_held(spans, run) for run in (before, after))
    found = {rule: _movement(rule, old, new) for rule in rules}
    # A subject that lost one open question may still have others, which did not change.
    was, now = (
        _undecided(side) | _open(spans, rules, run) for side, run in ((old, before), (new, after))
    )
    found[ANY_UNKNOWN] = Movement(ANY_UNKNOWN, len(now - was), len(was - now))
    return found


def become_doubtful(*, rule: str, viewer: Scope, run: Run) -> QuerySet[Decision]:
    """Return the households (转待核) that a rule leaves open, of which it was last decided: holds.

    From the few whom it ever held and let go: most of those left open were never decided at all.
    """
    held = Decision.objects.filter(rule=rule, verdict__in=[True], ended__lte=run.pk)
    decided = Decision.objects.filter(
        household=OuterRef("household"), kind=SubjectKind.HOUSEHOLD, rule=rule,
        verdict__isnull=False, run__lt=OuterRef("run"),
    )  # fmt: skip
    last = Subquery(decided.order_by("-run").values("verdict")[:1])
    found = queries.holding(rule=rule, viewer=viewer, verdict=None, run=run)
    return found.filter(household__in=held.values("household")).alias(last=last).filter(last=True)


_Held = dict[tuple[str, bool | None], set[Subject]]


def _held(spans: Iterable[Decision], run: Run) -> _Held:
    """Return who stood where at a run, by rule: where it held (True), where it was open (None)."""
    side: _Held = defaultdict(set)
    for span in spans:
        if span.run_id <= run.pk and (span.ended_id is None or span.ended_id > run.pk):
            side[span.rule, span.verdict].add((span.kind, span.subject))
    return side


def _undecided(side: _Held) -> set[Subject]:
    return {one for (_, verdict), some in side.items() if verdict is None for one in some}


def _open(spans: Iterable[Decision], rules: Collection[str], run: Run) -> set[Subject]:
    """Return those of the subjects with a changed open question who had any open at a run."""
    if len(rules) == 1:
        return set()
    asked = {(one.kind, one.subject) for one in spans if one.verdict is None}
    homes = sorted(subject for kind, subject in asked if kind == SubjectKind.HOUSEHOLD)
    found = set()
    for start in range(0, len(homes), _PER_READ):
        some = homes[start : start + _PER_READ]
        # By household alone: no other index is as good, and rules are few.
        rows = Decision.objects.filter(queries.standing(run), household__in=some, verdict=None)
        for kind, subject, rule in rows.values_list("kind", "subject", "rule"):
            if kind == SubjectKind.HOUSEHOLD and rule in rules:
                found.add((kind, subject))
    villages = {one.village for one in spans if one.kind == SubjectKind.VILLAGE}
    if villages:
        rows = Decision.objects.filter(queries.standing(run), rule__in=rules, verdict=None)
        rows = rows.filter(village__in=villages)
        found |= set(rows.values_list("kind", "subject"))
    return found


def _movement(rule: str, old: _Held, new: _Held) -> Movement:
    gone = old[rule, True] - new[rule, True]
    doubted = len(gone & new[rule, None])
    return Movement(rule, len(new[rule, True] - old[rule, True]), len(gone) - doubted, doubted)
