"""进出: who came to a rule's verdict and who left it between two runs; no cause is sought here."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from wengu.accounts.scope import Scope
from wengu.decisions import queries
from wengu.decisions.models import Decision, Run

# Beyond this many changed spans a page says only how many there are; the list asks for one rule.
MOST_SPANS = 20_000
ANY_UNKNOWN = ""
MOVES = {(False, True): "entered", (True, False): "left"}
Subject = tuple[str, int]


@dataclass(frozen=True)
class Moved:
    """移动: one subject and rule whose span differs between the two runs."""

    kind: str
    subject: int
    rule: str
    old: Decision | None
    new: Decision | None

    @property
    def direction(self) -> str:
        """Return entered, left or changed; a default branch never holds."""
        held = [row is not None and row.verdict is True for row in (self.old, self.new)]
        return MOVES.get((held[0], held[1]), "changed")

    @property
    def any(self) -> Decision:
        """Return the later span, else the earlier one."""
        found = self.new or self.old
        assert found is not None  # noqa: S101 - one of the two made it
        return found


@dataclass(frozen=True)
class Movement:
    """进出: how many subjects came and left; rule "": those whom any rule leaves undecided."""

    rule: str
    entered: int
    left: int


def changed(*, before: Run, after: Run, viewer: Scope, region: str = "") -> QuerySet[Decision]:
    """Return the spans that began or ended after one run and up to another, in scope."""
    low, high = sorted((before.pk, after.pk))
    touched = Q(run__gt=low, run__lte=high) | Q(ended__gt=low, ended__lte=high)
    rows = viewer.filter(Decision.objects.filter(touched))
    if region:
        digits = queries.prefix(region)
        rows = rows.filter(village__gte=digits, village__lt=digits + "~")
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
    if rows.count() > MOST_SPANS:
        return None
    touched = {(kind, subject) for kind, subject in rows.values_list("kind", "subject")}
    sides = _standing(touched, rules, (before, after))
    found = {rule: _movement(rule, sides) for rule in rules}
    found[ANY_UNKNOWN] = _movement(ANY_UNKNOWN, sides)
    return found


_Held = dict[str, set[Subject]]


def _standing(
    touched: set[Subject], rules: Collection[str], runs: tuple[Run, Run]
) -> tuple[_Held, _Held]:
    """Return who stood where at each run: by rule where it held, under "" where it was open."""
    sides: tuple[_Held, _Held] = (defaultdict(set), defaultdict(set))
    subjects = sorted({subject for _, subject in touched})
    for start in range(0, len(subjects), 500):
        spans = Decision.objects.filter(rule__in=rules, subject__in=subjects[start : start + 500])
        columns = ("kind", "subject", "rule", "verdict", "run", "ended")
        for kind, subject, rule, verdict, began, ended in spans.values_list(*columns):
            if (kind, subject) not in touched or verdict is False:
                continue
            key = ANY_UNKNOWN if verdict is None else rule
            for side, run in zip(sides, runs, strict=True):
                if began <= run.pk and (ended is None or ended > run.pk):
                    side[key].add((kind, subject))
    return sides


def _movement(rule: str, sides: tuple[_Held, _Held]) -> Movement:
    old, new = sides[0][rule], sides[1][rule]
    return Movement(rule, len(new - old), len(old - new))
