"""按认定筛选: which decisions a list is narrowed by, out of its address; 404 for a rule unknown.

- rule=NAME&verdict=true|false|unknown[&branch=NAME]: one rule;
- rule=2.1&verdict=unknown: any rule of a section is undecided;
- lack=person.medical_insurance: a decision waits for this fact.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from wengu.accounts.scope import Scope
from wengu.decisions import queries as decisions
from wengu.decisions.models import Decision, Run
from wengu.decisions.policies import Policy
from wengu.kernel.regioncode import RegionCode
from wengu.policy.rules import pack
from wengu.rules import Rule
from wengu.rules.kinds import Kind, ParameterDefinition
from wengu.web import indicators, telling, wording
from wengu.web.access import Request

VERDICTS: Final[dict[str, bool | None]] = {"true": True, "false": False, "unknown": None}


@dataclass(frozen=True)
class Decided:
    """认定条件: one condition on decisions: what it is called, whom it meets, how many."""

    subject: str
    rules: tuple[str, ...]
    # None = undecided; kept out of the condition where any verdict will do.
    verdict: bool | None
    words: str
    every: bool = False
    branches: tuple[int, ...] | None = None
    figure: str = ""
    lack: str = ""

    def spans(
        self, *, viewer: Scope, run: Run, policy: Policy | None = None, region: str = ""
    ) -> QuerySet[Decision]:
        """Return the decisions of a region that meet the condition, in scope."""
        if self.lack and policy is not None:
            return decisions.lacking_spans(
                policy=policy, fact=self.lack, viewer=viewer, run=run, region=region
            )
        rows = decisions.as_of(run).filter(rule__in=self.rules)
        if region:
            low, high = RegionCode(region).bounds
            rows = rows.filter(village__gte=low, village__lt=high)
        if not self.every:
            rows = rows.filter(decisions.deciding(self.verdict))
        if self.branches is not None:
            rows = rows.filter(branch__in=self.branches)
        return viewer.filter(rows)

    def by_village(self, *, viewer: Scope, region: str, run: Run) -> dict[str, int]:
        """Return how many subjects meet it in each village, as the run counted them."""
        if self.figure:
            return decisions.by_village(rules=[self.figure], viewer=viewer, region=region, run=run)
        return decisions.by_village(
            rules=self.rules, viewer=viewer, region=region, run=run,
            verdict="any" if self.every else self.verdict, branches=self.branches,
        )  # fmt: skip


def asked(request: Request, subject: str) -> list[Decided]:
    """Return the conditions of the address; PermissionDenied for facts that the post lacks."""
    found = []
    if name := request.GET.get("class", ""):
        found.append(_of_rule(request, subject, name, "true", ""))
    if name := request.GET.get("rule", ""):
        verdict, branch = request.GET.get("verdict", ""), request.GET.get("branch", "")
        if name[:1].isdigit():
            found.append(_of_section(subject, name))
        else:
            found.append(_of_rule(request, subject, name, verdict, branch))
    if fact := request.GET.get("lack", ""):
        found.append(_of_fact(request, subject, fact))
    return found


def rules_of(subject: str, request: Request) -> list[Rule]:
    """Return the rules in force about a subject, in the order of their clauses."""
    rules = [rule for rule in pack.rules if rule.subject == subject and rule.in_force(request.on)]
    return sorted(rules, key=lambda rule: [int(n) for n in rule.clause.split(".")])


def _of_rule(request: Request, subject: str, name: str, verdict: str, branch: str) -> Decided:
    rule = next((one for one in rules_of(subject, request) if one.name == name), None)
    if rule is None or verdict not in {*VERDICTS, ""}:
        raise Http404
    refuse_hidden(request.scope, rule)
    words = indicators.term(rule)
    if verdict:
        words = f"{words}{_('：')}{telling.verdict_words(VERDICTS[verdict])}"
    branches = None
    if branch:
        taken = next((i for i, one in enumerate(rule.branches) if one.name == branch), None)
        if taken is None:
            raise Http404
        branches = (taken,)
        words = f"{words}{_('：')}{_branch_words(rule, taken)}"
    kept = VERDICTS.get(verdict)
    return Decided(subject, (rule.name,), kept, words, every=not verdict, branches=branches)


def refuse_hidden(scope: Scope, rule: Rule) -> None:
    """Refuse the names of persons by facts that the post does not see; households stay."""
    if rule.subject == "person" and not telling.may_tell(scope, rule.name):
        words = _("“%(rule)s”按您的岗位不查看的事实认定，名单不能看，数字可以看。")
        raise PermissionDenied(words % {"rule": indicators.term(rule)}, "")


def _branch_words(rule: Rule, number: int) -> str:
    branch = rule.branches[number]
    return branch.term_en if wording.english() and branch.term_en else branch.term


def _of_section(subject: str, section: str) -> Decided:
    names = tuple(
        rule.name
        for rule in pack.rules
        if rule.subject == subject and rule.clause.startswith(f"{section}.")
    )
    if not names:
        raise Http404
    words = _("%(section)s 待核") % {"section": wording.clause_number(section)}
    figure = decisions.undecided_figure(f"{section}.1", subject)
    return Decided(subject, names, None, words, figure=figure)


def _of_fact(request: Request, subject: str, fact: str) -> Decided:
    table, _dot, column = fact.partition(".")
    voc = pack.vocabulary
    known = voc.tables.get(table)
    kind: Kind | ParameterDefinition | None = known.columns.get(column) if known else None
    if table == "parameter":
        kind = voc.parameters.get(column)
    if kind is None or (table == "village") != (subject == "village"):
        raise Http404
    group = "income" if column in {"income_fen", "income_heads"} else column
    if table != "parameter" and column not in telling.ALWAYS_SEEN and not request.scope.sees(group):
        raise PermissionDenied(_("这一项事实不在您的岗位查看范围内。"), "")
    term = kind.term_en if wording.english() and kind.term_en else kind.term
    words = _("缺%(fact)s") % {"fact": term}
    return Decided(subject, (), None, words, figure=f"?{fact}", lack=fact)


def subjects(spans: QuerySet[Decision], villages: Collection[str] | None = None) -> Q:
    """Return the condition on households that one of the decisions is about them."""
    if villages is not None:
        spans = spans.filter(village__in=villages)
    return Q(pk__in=spans.order_by().values("household"))
