"""Reading what was decided: of one household, in lists, in figures; now, or as any run left it."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Length

from wengu.accounts.scope import Scope
from wengu.decisions.models import Decision, Run, RunState, SubjectKind, Tally
from wengu.decisions.policies import Policy
from wengu.kernel.regioncode import RegionCode
from wengu.registry import queries as registry
from wengu.registry.models import Household
from wengu.rules import Rule

LEVELS = (4, 6, 9, 12)
CODE = 12
_ORDER = {"household": 0, "person": 1, "bill": 2, "village": 3}


def runs() -> QuerySet[Run]:
    """Return the finished runs, newest first."""
    return Run.objects.filter(state=RunState.DONE).order_by("-pk")


def last_run() -> Run | None:
    """Return the newest finished run; None before the first."""
    return runs().first()


def as_of(run: Run | None) -> QuerySet[Decision]:
    """Return every decision as a run left it; None takes the newest finished run.

    A run that is still writing has a greater number and so does not show.
    """
    run = run or last_run()
    if run is None:
        return Decision.objects.none()
    return Decision.objects.filter(standing(run))


def standing(run: Run) -> Q:
    """Return the condition that a span was open when a run had finished."""
    return Q(run__lte=run.pk) & (Q(ended__isnull=True) | Q(ended__gt=run.pk))


def deciding(verdict: bool | None) -> Q:  # noqa: FBT001 - a value, not an option
    """Return the condition of a verdict, None being undecided.

    Written as IN: a bare boolean column is no equation to SQLite, and no index would serve it.
    """
    return Q(verdict__isnull=True) if verdict is None else Q(verdict__in=[verdict])


def lying_in(viewer: Scope) -> QuerySet[Household]:
    """Return the households that lie in the viewer's scope now, wherever they lay at a run."""
    return viewer.filter(Household.objects.all(), "village")


def of_household(*, household: int, viewer: Scope, run: Run | None = None) -> list[Decision]:
    """Return the decisions of a household and of its persons; a foreign one has none."""
    if not lying_in(viewer).filter(pk=household).exists():
        return []
    return list(as_of(run).filter(household=household).order_by("kind", "subject", "rule"))


def of_village(*, village: str, viewer: Scope, run: Run | None = None) -> list[Decision]:
    """Return the decisions of a village itself; a foreign one has none."""
    rows = as_of(run).filter(kind=SubjectKind.VILLAGE, village=village)
    return list(viewer.filter(rows).order_by("rule"))


def history(*, household: int, viewer: Scope) -> list[Decision]:
    """Return every span of a household and its persons, newest first, of finished runs only."""
    last = last_run()
    if last is None or not lying_in(viewer).filter(pk=household).exists():
        return []
    rows = Decision.objects.filter(household=household, run__lte=last.pk)
    return list(rows.select_related("run").order_by("-run", "kind", "rule"))


def holding(
    *,
    rule: str,
    viewer: Scope,
    verdict: bool | str | None = "any",
    branches: Collection[int] | None = None,
    region: str = "",
    run: Run | None = None,
) -> QuerySet[Decision]:
    """Return the decisions of one rule in the viewer's scope, by village.

    `verdict` None asks for the undecided ones, "any" for all; `branches` None for every branch.
    """
    rows = viewer.filter(as_of(run).filter(rule=rule))
    # Whoever has moved out of the scope since the run is not shown here any more.
    still = lying_in(viewer).filter(pk=OuterRef("household"))
    rows = rows.filter(Q(household=None) | Exists(still))
    if not isinstance(verdict, str):
        rows = rows.filter(deciding(verdict))
    if branches is not None:
        rows = rows.filter(branch__in=branches)
    if region:
        rows = rows.filter(_within(region, "village"))
    return rows.order_by("village", "household", "subject")


def households_in(*, rule: Rule, branches: Collection[int], run: Run | None = None) -> Q:
    """Return the condition on households that one of these branches holds for them.

    A rule's default branch is not kept: it is where no other branch is.
    """
    kept = as_of(run).filter(rule=rule.name)
    if rule.default is not None and rule.default in branches:
        others = kept.exclude(branch__in=branches).values("household")
        return ~Q(pk__in=others)
    return Q(pk__in=kept.filter(branch__in=branches).values("household"))


def households_undecided(*, rules: Collection[str], run: Run | None = None) -> Q:
    """Return the condition on households that one of these household rules leaves undecided."""
    kept = as_of(run).filter(rule__in=list(rules), kind=SubjectKind.HOUSEHOLD, branch__lt=0)
    return Q(pk__in=kept.values("household"))


def bounds(region: str) -> tuple[str, str]:
    """Return the half-open range of a region's codes, alike in every collation; "" is everybody."""
    digits = prefix(region)
    return RegionCode(digits).bounds if digits else ("", "a")


def _within(region: str, field: str) -> Q:
    low, high = bounds(region)
    return Q(**{f"{field}__gte": low, f"{field}__lt": high})


def prefix(region: str) -> str:
    """Return the digits that all codes of a region begin with; empty for everybody."""
    digits = region
    for level in reversed(LEVELS[:-1]):
        if len(digits) > level and not digits[level:].strip("0"):
            digits = digits[:level]
    return digits


@dataclass(frozen=True)
class Figure:
    """认定数: how many subjects of a division are in a branch of a rule."""

    rule: str
    branch: int
    verdict: bool | None
    region: str  # twelve digits
    subjects: int


def figures(
    *,
    rules: Iterable[str],
    viewer: Scope,
    region: str = "",
    run: Run | None = None,
    below: bool = True,
) -> list[Figure]:
    """Return the figures of a region's children (`below`), or of the region itself.

    Only what lies in the viewer's scope is counted, so that each figure equals the list behind it.
    The rule `=household` (=person, =village) gives the number of subjects.
    """
    run = run or last_run()
    if run is None:
        return []
    digits = prefix(region)
    level = _level(digits, below=below)
    whole = (bool(digits) and viewer.covers(digits)) or everywhere(viewer)
    rows = Tally.objects.filter(rule__in=list(rules), run__lte=run.pk)
    if whole and digits and not below:
        rows = rows.filter(region=digits)
    else:
        rows = rows.annotate(digits=Length("region")).filter(digits=level if whole else CODE)
        rows = rows.filter(_within(digits, "region")) if digits else rows
    if not whole:
        rows = viewer.filter(rows, "region")
    return _latest(rows, level)


def everywhere(viewer: Scope) -> bool:
    """Say whether the viewer's scope covers every division there is."""
    return any(low <= "0" and high > "9" for low, high in viewer.ranges)


def _level(digits: str, *, below: bool) -> int:
    if not below:
        return len(digits) or LEVELS[0]
    return next((level for level in LEVELS if level > len(digits)), CODE)


def _latest(rows: QuerySet[Tally], level: int) -> list[Figure]:
    """Add up the latest figure of each branch and division at a level."""
    last: dict[tuple[str, int, str], tuple[bool | None, int]] = {}
    ordered = rows.order_by("run").values_list("rule", "branch", "region", "verdict", "subjects")
    for rule, branch, code, verdict, subjects in ordered:
        last[rule, branch, code] = (verdict, subjects)
    total: dict[tuple[str, int, str], int] = {}
    verdicts: dict[tuple[str, int], bool | None] = {}
    for (rule, branch, code), (verdict, subjects) in last.items():
        key = (rule, branch, code[:level].ljust(CODE, "0"))
        total[key] = total.get(key, 0) + subjects
        verdicts[rule, branch] = verdict
    return [
        Figure(rule, branch, verdicts[rule, branch], code, subjects)
        for (rule, branch, code), subjects in sorted(total.items())
        if subjects
    ]


def by_village(
    *,
    rules: Collection[str],
    viewer: Scope,
    region: str = "",
    run: Run | None = None,
    verdict: bool | str | None = "any",
    branches: Collection[int] | None = None,
) -> dict[str, int]:
    """Return how many subjects each village of a region has under these figures, by its code.

    The lengths of a list's stretches: a page is found by them without counting rows.
    """
    run = run or last_run()
    if run is None:
        return {}
    own = Tally.objects.annotate(digits=Length("region")).filter(
        rule__in=list(rules), run__lte=run.pk, digits=CODE
    )
    rows = viewer.filter(own, "region")
    if region:
        rows = rows.filter(_within(region, "region"))
    if not isinstance(verdict, str):
        rows = rows.filter(deciding(verdict))
    if branches is not None:
        rows = rows.filter(branch__in=branches)
    found: dict[str, int] = {}
    for figure in _latest(rows, CODE):
        found[figure.region] = found.get(figure.region, 0) + figure.subjects
    return found


def undecided_figure(clause: str, subject: str) -> str:
    """Return the name of the figure of subjects that any rule of a section leaves undecided."""
    section = clause.rpartition(".")[0]
    return f"~{section}/{subject}"


def with_default(
    found: Sequence[Figure], rule: Rule, viewer: Scope, *, region: str = "", run: Run | None = None
) -> list[Figure]:
    """Return the figures of a rule with its default branch: all subjects less the others."""
    if rule.default is None:
        return list(found)
    everybody = figures(rules=[f"={rule.subject}"], viewer=viewer, region=region, run=run)
    others: dict[str, int] = {}
    for figure in found:
        if figure.rule == rule.name:
            others[figure.region] = others.get(figure.region, 0) + figure.subjects
    verdict = rule.branches[rule.default].verdict
    rest = [
        Figure(
            rule.name, rule.default, verdict, one.region, one.subjects - others.get(one.region, 0)
        )
        for one in everybody
        if one.subjects > others.get(one.region, 0)
    ]
    return [*found, *rest]


@dataclass(frozen=True)
class Lack:
    """缺的事实: a fact that decisions wait for, who holds it, and how many households lack it."""

    table: str
    column: str
    term: str
    term_en: str
    holder: str
    households: int

    @property
    def key(self) -> str:
        """The fact as one word, for addresses of pages."""
        return f"{self.table}.{self.column}"


def lacking(
    *, policy: Policy, viewer: Scope, region: str = "", run: Run | None = None
) -> list[Lack]:
    """Return what the undecided decisions wait for, the most wanted first.

    A parameter nobody has set counts like a fact; its table is "parameter", its holder empty.
    """
    run = run or last_run()
    if run is None:
        return []
    names = sorted(
        Tally.objects.filter(rule__startswith="?", run__lte=run.pk)
        .values_list("rule", flat=True)
        .distinct()
    )
    found = figures(rules=names, viewer=viewer, region=region, run=run, below=False)
    lacks = [_lack(policy, figure) for figure in found]
    return sorted(lacks, key=lambda one: (-one.households, one.key))


def _lack(policy: Policy, figure: Figure) -> Lack:
    table, column = figure.rule.removeprefix("?").split(".", 1)
    voc = policy.pack.vocabulary
    if table == "parameter":
        definition = voc.parameter(column)
        return Lack(table, column, definition.term, definition.term_en, "", figure.subjects)
    kind = voc.column(table, column)
    return Lack(table, column, kind.term, kind.term_en, kind.holder, figure.subjects)


def lacking_spans(
    *, policy: Policy, fact: str, viewer: Scope, region: str = "", run: Run | None = None
) -> QuerySet[Decision]:
    """Return the undecided decisions that wait for a fact, e.g. household.income_fen."""
    run = run or last_run()
    if run is None:
        return Decision.objects.none()
    places = list(_places(policy, fact, run))
    # Said twice, so that the index of a rule's undecided spans is walked, and no other.
    rows = as_of(run).filter(rule__in=sorted({rule for rule, _, _ in places}), verdict=None)
    waiting = Q(pk__in=())
    for rule, branch, bit in places:
        rows = rows.annotate(**{f"bit_{bit}": F("missing").bitand(1 << bit)})
        waiting |= Q(**{"rule": rule, "branch": branch, f"bit_{bit}__gt": 0})
    rows = viewer.filter(rows.filter(waiting))
    return rows.filter(_within(region, "village")) if region else rows


def _places(policy: Policy, fact: str, run: Run) -> Iterator[tuple[str, int, int]]:
    """Yield where a fact can be missing: rule, undecided branch, bit."""
    table, column = fact.split(".", 1)
    wanted = ("" if table == "parameter" else table, column)
    for rule in policy.pack.in_force(run.on):
        for number in range(len(rule.branches)):
            for bit, leaf in enumerate(policy.pack.needs(rule, number)):
                if (leaf.table, leaf.name) == wanted:
                    yield rule.name, -number - 1, bit


def households(*, viewer: Scope, region: str = "") -> QuerySet[Household]:
    """Return the households of a region in the viewer's scope: the list behind a default branch."""
    rows = registry.stated(viewer=viewer)
    return rows.filter(_within(region, "village_id")) if region else rows


@dataclass(frozen=True, slots=True)
class Beyond:
    """超出值域: a fact that a run took for unknown, how often, and whose (the first of them)."""

    table: str
    name: str
    number: int
    whom: tuple[str, ...]


def beyond(run: Run, *, viewer: Scope, most: int) -> Iterator[Beyond]:
    """Yield which facts a run took for unknown, since they are beyond their limits, and whose.

    Of those in scope at most so many are named: households by number, villages by code.
    """
    # A database keeps the keys of an object in an order of its own.
    for fact, keys in sorted(run.beyond.items(), key=_place):
        table, name = fact.split(".")
        if table == "village":
            found = [str(key) for key in keys if viewer.covers(str(key))]
        else:
            rows = lying_in(viewer).filter(pk__in=keys).order_by("number")
            found = list(rows.values_list("number", flat=True))
        if found:
            yield Beyond(table, name, len(found), tuple(found[:most]))


def _place(one: tuple[str, object]) -> tuple[int, str]:
    return _ORDER[one[0].split(".")[0]], one[0]
