"""一户一档: who lives there, what was decided and why, every fact with its source."""

import datetime
from functools import cached_property
from typing import Final, cast

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render as answer
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from wengu.accounts.models import User
from wengu.accounts.permissions import Permission
from wengu.audit import clock
from wengu.audit.actions import record_read
from wengu.decisions import queries as decisions
from wengu.decisions.explanations import Explanation as Told
from wengu.decisions.explanations import Teller
from wengu.web import household_tables as tables
from wengu.web import indicators, places, telling, wording
from wengu.web.access import Request, policy
from wengu.web.frame import link, render
from wengu.web.household_reading import Reading
from wengu.web.household_timeline import events
from wengu.web.reasons import Explanation
from wengu.web.reveals import Masks
from wengu.web.screens import Anchor, HouseholdFile, Section
from wengu.web.shapes import Action, Link, Notice

_MOMENTS: Final = 12


@policy(permission=Permission.HOUSEHOLDS_READ)
def household(request: HttpRequest, number: str) -> HttpResponse:
    """Show the file of a household; 404 outside the scope, in the words of a missing one."""
    page = File(cast("Request", request), number)
    record_read(by=page.scope.user, action="registry.read_household", subject=page.home)
    return render(request, "registry/household.html", {"file": page.shape()}, here="households")


@policy(permission=Permission.DECISIONS_READ)
def changes(request: HttpRequest, number: str, rule: str) -> HttpResponse:
    """Show what would change one decision, when it is unfolded; without scripts, on the file."""
    page = File(cast("Request", request), number)
    person = request.GET.get("person", "")
    if not getattr(request, "htmx", False):
        url = link("household", number, on=request.GET.get("on", ""), open=rule, person=person)
        return HttpResponseRedirect(f"{url}#{telling.key(rule, person)}")
    found = page.one(rule, person)
    if found is None:
        raise Http404
    return answer(request, "components/changes.html", {"why": found})


def day_asked(request: Request) -> datetime.date:
    """Return the day of 按另一天看; the page's own day for none, or for one that is no date."""
    try:
        return datetime.date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return request.on


class File:
    """户档: tells what was read of one household."""

    def __init__(self, request: Request, number: str) -> None:
        self.request = request
        self.reading = Reading(request, number, day_asked(request))
        self.scope, self.home = request.scope, self.reading.home
        self.on, self.today = self.reading.on, request.on
        self.policy, self.dossier = self.reading.policy, self.reading.dossier
        self.telling = telling.Telling(self.scope, self.on, self.policy, self.reading.names)

    def shape(self) -> HouseholdFile:
        """Return what the template shows."""
        told, why = self.told, self.explanations
        sections, happened = tables.sections(self.reading), events(self.reading)
        masks = Masks(self.request)
        verdicts = [one.verdict for one in why]
        village = self.home.village_id
        return HouseholdFile(
            title=_("%(name)s户") % {"name": self.home.head_name or _("无户主")},
            number=self.home.number,
            crumbs=places.path(self.scope, village, Link(self.home.head_name)),
            actions=(Action(_("打印一户一档"), "", method="print"),),
            facts=tables.definitions(self.reading, told, masks),
            anchors=self._anchors(len(why), sections),
            on=self.on,
            explanations=why,
            held=verdicts.count("true"),
            not_held=verdicts.count("false"),
            unknown=verdicts.count("unknown"),
            timeline=tuple(happened[: None if "timeline" in self.request.GET else _MOMENTS]),
            timeline_total=len(happened),
            timeline_url=self._timeline_url(),
            measures=tables.measures(self.reading, told),
            members=tables.members(self.reading, masks),
            tables=sections,
            printed=self._printed(),
            notice=self._notice(),
        )

    @cached_property
    def told(self) -> list[Told]:
        """The decisions on the household and its persons; a person's only where it applies."""
        seen = [one for one in self._seen if one.subject == "household" or not one.default]
        return sorted(seen, key=lambda one: one.subject != "household")

    @cached_property
    def _seen(self) -> list[Told]:
        """Every decision by today's facts; a person's only where the post sees what it reads."""
        if self.dossier is None:
            return []
        teller = Teller(self.policy, self.on, english=wording.english(), changes=False)
        return [
            one
            for one in teller.household(self.dossier)
            if one.subject == "household" or telling.may_tell(self.scope, one.rule)
        ]

    @cached_property
    def explanations(self) -> tuple[Explanation, ...]:
        """The decisions as the page shows them; one may be unfolded by its address."""
        chosen = telling.key(self.request.GET.get("open", ""), self.request.GET.get("person", ""))
        return tuple(self._explanation(one, chosen) for one in self.told)

    def _explanation(self, one: Told, chosen: str) -> Explanation:
        person = one.id if one.subject == "person" else ""
        if telling.key(one.rule, person) == chosen:
            found = self.one(one.rule, str(person))
            if found is not None:
                return found
        on = "" if self.on == self.today else self.on.isoformat()
        more = link("household-changes", self.home.number, one.rule, person=person, on=on)
        return self.telling.shape(one, since=self._since(one), more=more)

    def _since(self, one: Told) -> datetime.date | None:
        """Return since when the verdict stands; None on another day, and where it is not kept."""
        span = self.reading.spans.get((one.subject[0], one.id, one.rule))
        stands = span is not None and span.verdict == one.verdict and self.on == self.today
        return span.since if span is not None and stands else None

    def one(self, rule: str, person: str) -> Explanation | None:
        """Return one decision with what would change it; None = there is no such decision."""
        wanted = next(
            (one for one in self.told
             if one.rule == rule and (not person or str(one.id) == person)), None
        )  # fmt: skip
        if wanted is None or self.dossier is None:
            return None
        teller = Teller(self.policy, self.on, english=wording.english())
        root = teller.frame(self.dossier)
        below = root.below.get("person", [])
        frame = next((f for f in below if f.id == wanted.id), root) if person else root
        told = teller.one(self.policy.pack.rule(rule, self.on), frame, self.dossier)
        return self.telling.shape(told, since=self._since(told), opened=True)

    def _anchors(self, rules: int, sections: tuple[Section, ...]) -> tuple[Anchor, ...]:
        return (
            Anchor(_("认定与理由"), "#decisions", rules, current=True),
            Anchor(_("时间线"), "#timeline"),
            Anchor(_("成员"), "#members", len(self.reading.members)),
            *(Anchor(one.title, f"#{one.key}", len(one.table.rows)) for one in sections),
        )

    def _timeline_url(self) -> str:
        return link("household", self.home.number, timeline="all") + "#timeline"

    def _notice(self) -> Notice | None:
        if self.dossier is None:
            words = _("%(day)s 这一天台账里没有这一户的成员，不能认定。")
            return Notice(words % {"day": wording.day(self.on)}, "warn")
        if self.on != self.today:
            words = _("以下按 %(day)s 的事实和参数重算，不是今天的认定。")
            back = Link(_("回到今天"), link("household", self.home.number))
            return Notice(words % {"day": wording.day(self.on)}, "warn", links=(back,))
        return self._ahead()

    def _ahead(self) -> Notice | None:
        """Say which decisions the lists show otherwise: the registry has gone on since the run."""
        run = decisions.last_run()
        if run is None:
            words = _("还没有认定运行：以下按台账现在的事实算出，名单和数字里还没有。")
            return Notice(words, "warn")
        moved = [one for one in self._seen if self._result(one) != self._kept(one)]
        if not moved:
            return None
        rules = [self.policy.pack.rule(one.rule, self.on) for one in moved]
        names = list(dict.fromkeys(indicators.term(rule) for rule in rules))
        words = _("第 %(run)s 次认定运行之后，事实、参数或日期有变。以下按现在的算；"
                  "名单和数字要到下次运行才改：%(rules)s。")  # fmt: skip
        return Notice(words % {"run": run.pk, "rules": _("、").join(names)}, "warn")

    def _result(self, one: Told) -> tuple[bool | None, int | None]:
        """Return verdict and branch by today's facts; the branch None where it is undecided."""
        rule = self.policy.pack.rule(one.rule, self.on)
        return one.verdict, rule.branch(one.branch) if one.branch else None

    def _kept(self, one: Told) -> tuple[bool | None, int | None] | None:
        """Return the same as the last run left it; None where it decided nothing."""
        span = self.reading.spans.get((one.subject[0], one.id, one.rule))
        if span is not None:
            return span.verdict, None if span.verdict is None else span.branch
        rule = self.policy.pack.rule(one.rule, self.on)
        return None if rule.default is None else (rule.branches[rule.default].verdict, rule.default)

    def _printed(self) -> str:
        user = cast("User", self.request.user)
        made = timezone.localtime(clock.now())
        words = _("打印人 %(user)s　%(time)s　单号 %(number)s　证件号码、住址、电话已遮蔽")
        return words % {
            "user": user.name,
            "time": f"{made:%Y-%m-%d %H:%M}",
            "number": self.request.number,
        }


urlpatterns = [
    path("households/<str:number>/", household, name="household"),
    path("households/<str:number>/changes/<slug:rule>/", changes, name="household-changes"),
]
