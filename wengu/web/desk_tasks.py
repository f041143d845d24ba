"""待办: what waits for this person, each with where it comes from and where it is done."""

from collections.abc import Iterator, Mapping
from typing import Final

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wengu.accounts import queries as accounts
from wengu.accounts.permissions import Permission
from wengu.accounts.scope import Scope
from wengu.decisions import movements
from wengu.decisions import queries as decisions
from wengu.decisions.models import Decision, Run
from wengu.governance import queries as governance
from wengu.intake import queries as intake
from wengu.intake.models import BatchState, Row
from wengu.policy.rules import pack
from wengu.registry.models import Household
from wengu.rules import Rule
from wengu.web import indicators, labels, paging, places, wording
from wengu.web.frame import link
from wengu.web.screens import Task
from wengu.web.shapes import Urgency

# The alerts of 2.4.5, the heavier first: whoever is struck waits least.
ALERTS: Final[tuple[tuple[str, Urgency], ...]] = (
    ("sudden-shock", "red"), ("near-poverty", "amber"),
)  # fmt: skip


class Tasks:
    """待办: all tasks of a post in their order, of which a page is read at a time.

    `standing` says how many households of the viewer's stand under each alert.
    """

    def __init__(self, scope: Scope, run: Run | None, standing: Mapping[str, int]) -> None:
        self._scope, self._run = scope, run
        acts = run is not None and scope.allows(Permission.HOUSEHOLDS_WRITE)
        self._alerts = [(rule, urgency, standing[rule]) for rule, urgency in ALERTS if acts]
        # 转待核: an alert that nobody can decide any more is no alert that is over.
        self._alerts += [(rule, "open", doubtful(scope, run, rule)) for rule, _u in ALERTS if acts]
        self._others: list[Task] = []
        if scope.allows(Permission.BATCHES_APPLY):
            self._others += _batches(scope)
        if scope.allows(Permission.PARAMETERS_APPROVE):
            self._others += _proposals(scope)
        self.total = len(self._others) + sum(number for _rule, _urgency, number in self._alerts)

    def page(self, first: int, size: int) -> list[Task]:
        """Return so many tasks from one on (the first is 0), the most pressing first."""
        found: list[Task] = []
        begin, end = first, first + size
        for rule, urgency, number in self._alerts:
            if self._run is not None and begin < number and end > 0:
                part = slice(max(begin, 0), min(end, number))
                found += _alerts(self._scope, self._run, rule, urgency, part)
            begin, end = begin - number, end - number
        return found + self._others[max(begin, 0) : max(end, 0)]


def alerts(scope: Scope, run: Run | None, rule: str) -> int:
    """Return how many households of the viewer's stand under an alert."""
    if run is None:
        return 0
    found = decisions.by_village(rules=[rule], viewer=scope, run=run, verdict=True)
    return sum(found.values())


def doubtful(scope: Scope, run: Run | None, rule: str) -> int:
    """Return how many households stood under an alert that is now 待核."""
    if run is None:
        return 0
    return movements.become_doubtful(rule=rule, viewer=scope, run=run).count()


def _alerts(scope: Scope, run: Run, rule: str, urgency: Urgency, part: slice) -> Iterator[Task]:
    law = pack.rule(rule)
    term = indicators.term(law)
    if urgency == "open":
        spans = movements.become_doubtful(rule=rule, viewer=scope, run=run)
        title = _("%(rule)s转待核") % {"rule": term}
    else:
        spans = decisions.holding(rule=rule, viewer=scope, verdict=True, run=run)
        title = term
    newest = spans.order_by("-since", "village", "household").values_list("pk", flat=True)
    some = paging.whole_rows(Decision, newest[part])
    homes = Household.objects.in_bulk([one.household or 0 for one in some])
    for one in some:
        home = homes.get(one.household or 0)
        if home is None:
            continue
        url = link("household", home.number, open=rule) + f"#{rule}"
        yield Task(
            urgency=urgency,
            due_text=_days((scope.on - one.since).days),
            due=one.since,
            title=title,
            url=url,
            who=home.head_name,
            place=places.name(home.village_id, scope),
            why=_why(law, one),
            clause=law.clause,
            clause_url=link("clause", law.clause),
            origin=_("第 %(n)s 次认定运行") % {"n": one.run_id},
            action=_("去核实"),
        )


def _why(law: Rule, one: Decision) -> str:
    if one.verdict is None:
        return _("原先符合，现在缺事实，判不了；预警没有解除")
    branch = law.branches[one.branch]
    return branch.term_en if wording.english() and branch.term_en else branch.term


def _days(number: int) -> str:
    if number == 0:
        return _("今天起")
    return ngettext("已 %(n)s 天", "已 %(n)s 天", number) % {"n": wording.count(number)}


def _batches(scope: Scope) -> Iterator[Task]:
    mine = intake.batches(viewer=scope).filter(state__in=[BatchState.CHECKED, BatchState.APPLIED])
    waiting = Row.objects.filter(
        batch__in=mine.order_by().values("pk"), state__in=intake.WAITING, applied=False
    )
    counted = dict(waiting.values_list("batch").annotate(n=Count("pk")))
    for batch in mine.filter(pk__in=counted).select_related("document"):
        rows = counted[batch.pk]
        yield Task(
            urgency="open",
            due_text=_("入库前"),
            due=timezone.localtime(batch.document.created).date(),
            title=ngettext("核对疑点 %(n)s 行", "核对疑点 %(n)s 行", rows)
            % {"n": wording.count(rows)},
            url=link("batch", batch.pk),
            who=batch.document.name,
            place="",
            why=_("必须改的改好，请核对的核对后才能入库"),
            clause="",
            clause_url="",
            origin=_("导入第 %(n)s 批") % {"n": batch.pk},
            action=_("去核对"),
        )


def _proposals(scope: Scope) -> Iterator[Task]:
    others = list(scope.filter(governance.proposals(), "region").exclude(proposed_by=scope.user))
    names = accounts.names(one.proposed_by for one in others)
    for one in others:
        yield Task(
            urgency="amber",
            due_text=_("生效前"),
            due=one.since,
            title=_("核定参数"),
            url=link("parameter", one.name),
            who=_term(one.name),
            place=places.name(one.region, scope),
            why=_("一人拟定，另一人核定后才生效"),
            clause="",
            clause_url="",
            origin=labels.who(one.proposed_by, names),
            action=_("去核定"),
        )


def _term(name: str) -> str:
    known = pack.vocabulary.parameters.get(name)
    if known is None:
        return name
    return known.term_en if wording.english() and known.term_en else known.term
