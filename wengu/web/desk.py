"""工作台: what waits for this post today, what changed, what is missing and who has it."""

from functools import cached_property, partial
from typing import Final, cast

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wengu import policy as document
from wengu.accounts.permissions import Permission
from wengu.decisions import movements, policies
from wengu.decisions import queries as decisions
from wengu.decisions.models import Run
from wengu.decisions.queries import Lack
from wengu.jobs import queries as jobs
from wengu.kernel.regioncode import Level
from wengu.policy.rules import pack
from wengu.regions import queries as regions
from wengu.web import desk_administration, indicators, labels, places, telling, wording
from wengu.web.access import Request, policy
from wengu.web.desk_tasks import ALERTS, Tasks, alerts
from wengu.web.frame import frame, link, render
from wengu.web.paging import Asked
from wengu.web.screens import Desk, Section
from wengu.web.shapes import (
    Action,
    Cell,
    Column,
    Figure,
    Link,
    Nothing,
    Pager,
    Row,
    Table,
    Text,
)

SHOWN: Final = 10
_LACKS: Final = 8


@policy(signed_in=True)
def desk(request: HttpRequest) -> HttpResponse:
    """Show the desk of whoever is signed in: officials their households, administrators theirs."""
    asked = cast("Request", request)
    if asked.scope.allows(Permission.HOUSEHOLDS_READ):
        shape = _Work(asked).shape()
    else:
        shape = desk_administration.desk(asked)
    return render(asked, "desk.html", {"desk": shape}, here="desk")


class _Work:
    """一天: the work of a post that has households."""

    def __init__(self, request: Request) -> None:
        self.request, self.scope = request, request.scope
        self.all = "all" in request.GET
        self.pages = Asked(request.GET, reverse("desk"))
        self.runs: list[Run] = list(decisions.runs()[:2])
        self.run = self.runs[0] if self.runs else None
        self.region = str(self.scope.region or "")

    def shape(self) -> Desk:
        """Return what the template shows."""
        tasks = Tasks(self.scope, self.run, self._alerts)
        whole = tasks.total
        size = self.pages.size if self.all else SHOWN
        first = (self.pages.page(whole) - 1) * size if self.all else 0
        shown = tasks.page(first, size)
        return Desk(
            title=self._title(whole),
            crumbs=places.path(self.scope, self.region),
            meta=self._meta(),
            actions=self._actions(),
            figures=self._figures(),
            orders=(Link(_("急的在前")),) if shown else (),
            tasks=tuple(shown),
            total=whole,
            all_url="" if self.all or whole <= len(shown) else link("desk", all=1),
            pager=self._pager(whole, len(shown)),
            sections=tuple(one for one in self._sections() if one is not None),
            nothing=Nothing(_("今天没有等您办的事。"), self._nothing()),
            standing=None if shown else self._standing(),
        )

    def _standing(self) -> Section | None:
        """Return how all decisions stand, for a post that reads and does not handle."""
        if self.run is None or not self.region or self.scope.allows(Permission.HOUSEHOLDS_WRITE):
            return None
        law = document.in_force(self.request.on, rows=())
        shown = indicators.table(law, region=self.region, viewer=self.scope, run=self.run)
        return Section("standing", shown.caption, shown, _("点名称看各地的图和表，点数看名单"))

    def _pager(self, whole: int, shown: int) -> Pager | None:
        if not self.all:
            return None
        return self.pages.pager(whole, shown, partial(link, "desk", all=1))

    def _title(self, whole: int) -> str:
        shocked = self._alerts["sudden-shock"]
        if not self.scope.allows(Permission.HOUSEHOLDS_WRITE):
            near = self._alerts["near-poverty"]
            words = _("今天骤贫 %(shocked)s 户，近贫预警 %(near)s 户")
            return words % {"shocked": wording.count(shocked), "near": wording.count(near)}
        if not whole:
            return _("今天没有等您办的事")
        numbers = {"n": wording.count(whole), "shocked": wording.count(shocked)}
        words = ngettext("今天有 %(n)s 件等您办", "今天有 %(n)s 件等您办", whole)
        if shocked:
            words = ngettext(
                "今天有 %(n)s 件等您办，骤贫 %(shocked)s 户最急",
                "今天有 %(n)s 件等您办，骤贫 %(shocked)s 户最急",
                whole,
            )
        return words % numbers

    @cached_property
    def _alerts(self) -> dict[str, int]:
        return {name: alerts(self.scope, self.run, name) for name, _urgency in ALERTS}

    def _meta(self) -> tuple[str, ...]:
        days = (_("星期一"), _("星期二"), _("星期三"), _("星期四"), _("星期五"), _("星期六"),
                _("星期日"))  # fmt: skip
        on = self.request.on
        found = [days[on.weekday()], wording.day(on)]
        region = self.scope.region
        if self.run is not None and region is not None and region.level != Level.VILLAGE:
            # The villages of the overview and of their list: those that the run counted.
            number = self._count("=village")
            place = regions.find(self.region, on).short_name
            words = ngettext("%(place)s在册 %(n)s 个村", "%(place)s在册 %(n)s 个村", number)
            found.append(words % {"place": place, "n": wording.count(number)})
        return tuple(found)

    def _actions(self) -> tuple[Action, ...]:
        found = [Action(_("看总览"), link("overview"), desk_only=True)]
        if self.scope.allows(Permission.BATCHES_UPLOAD):
            found.append(Action(_("导入工作簿"), link("batch-upload"), desk_only=True))
        found.append(Action(_("找户"), link("households"), "primary"))
        return tuple(one for one in found if one.url)

    # --- figures ---------------------------------------------------------------------------

    def _figures(self) -> tuple[Figure, ...]:
        def listed(rule: str, verdict: str) -> str:
            return link("households", rule=rule, verdict=verdict)

        figure = decisions.undecided_figure("2.1.1", "household")
        open_ = self._count(figure)
        found = [
            Figure(_("骤贫处置"), self._alerts["sudden-shock"], _("户"),
                   listed("sudden-shock", "true"), "red"),
            Figure(_("近贫预警"), self._alerts["near-poverty"], _("户"),
                   listed("near-poverty", "true"), "amber"),
            Figure(_("类别待核：缺事实，判不了"), open_, _("户"),
                   listed(indicators.CLASSES, "unknown")),
        ]  # fmt: skip
        if self.run is None:
            return ()
        waiting = self._waiting
        if waiting is not None:
            found.append(Figure(_("导入等核对"), waiting, _("行"), link("batches")))
        people = wording.count(self._count("=person"))
        found.append(
            Figure(_("在册 %(n)s 人") % {"n": people}, self._count("=household"), _("户"),
                   link("households"))
        )  # fmt: skip
        return tuple(found)

    def _count(self, rule: str) -> int:
        found = decisions.by_village(rules=[rule], viewer=self.scope, run=self.run)
        return sum(found.values())

    @property
    def _waiting(self) -> int | None:
        """The number beside 导入与疑点 at the side; None where the post brings nothing in."""
        frame(self.request, "desk")
        found: dict[str, int] = getattr(self.request, "waiting", {})
        return found.get("batches")

    # --- the aside -------------------------------------------------------------------------

    def _sections(self) -> list[Section | None]:
        return [self._changes(), self._lacking(), self._jobs()]

    def _changes(self) -> Section | None:
        """Tell who came to a rule and who left it since the run before; None before a second."""
        if len(self.runs) < len(("now", "before")):
            return None
        after, before = self.runs
        rules = [rule for rule in pack.rules if rule.in_force(after.on)]
        seen = [one for one in rules if one.subject != "person"
                or telling.may_tell(self.scope, one.name)]  # fmt: skip
        moved = movements.movements(
            rules=[one.name for one in seen], before=before, after=after, viewer=self.scope
        )
        note = _("第 %(a)s → %(b)s 次运行") % {"a": before.pk, "b": after.pk}
        columns = (
            Column(_("认定")), Column(_("进入"), numeric=True), Column(_("离开"), numeric=True),
            Column(_("转待核"), numeric=True),
        )  # fmt: skip
        rows: list[Row] = []
        for one in seen if moved else ():
            found = moved[one.name] if moved else None
            if found and (found.entered or found.left or found.doubted):
                unit = indicators.unit(one.subject)
                rows.append(Row((
                    indicators.term(one), self._moved(one.name, "entered", found.entered, unit),
                    self._moved(one.name, "left", found.left, unit),
                    self._moved(one.name, movements.DOUBTED, found.doubted, unit),
                )))  # fmt: skip
        if not rows:
            words = _("变化太多，请看差异页") if moved is None else _("没有变化")
            rows = [Row((Text(words, quiet=True), "", "", ""))]
        title = _("上次以来的变化")
        return Section("changes", title, Table(title, columns, tuple(rows)), note)

    def _moved(self, rule: str, move: str, number: int, unit: str) -> Cell:
        if not number:
            return Text(_("无"), quiet=True)
        text = f"{wording.count(number)} {wording.of_number(unit, number)}"
        if not self.scope.allows(Permission.RUNS_READ):
            return text
        after, before = self.runs
        return Link(text, link("runs-diff", a=before.pk, b=after.pk, rule=rule, move=move))

    def _lacking(self) -> Section | None:
        found = decisions.lacking(
            policy=policies.current(), viewer=self.scope, region=self.region, run=self.run
        )
        seen = [one for one in found if self._may_know(one)]
        if not seen:
            return None
        columns = (Column(_("缺的事实 ・ 该问谁")), Column(_("户、村"), numeric=True))
        rows = tuple(self._lack(one) for one in seen)
        note = _("%(n)s 项") % {"n": len(seen)}
        rest = None
        if len(rows) > _LACKS:
            words = _("其余 %(n)s 项") % {"n": len(rows) - _LACKS}
            rest = Table(words, columns, rows[_LACKS:])
        title = _("待核缺什么")
        return Section("missing", title, Table(title, columns, rows[:_LACKS]), note, rest)

    def _may_know(self, one: Lack) -> bool:
        group = "income" if one.column in {"income_fen", "income_heads"} else one.column
        free = one.table in {"parameter", "village"} or one.column in telling.ALWAYS_SEEN
        return free or self.scope.sees(group)

    def _lack(self, one: Lack) -> Row:
        term = one.term_en if wording.english() and one.term_en else one.term
        holder = wording.said(one.holder) or _("参数还没有人定")
        url = link("households", lack=one.key)
        if one.table == "village":
            url = link("villages", lack=one.key)
        elif one.table == "parameter":
            url = link("parameter", one.column)
        return Row((Text(term, below=holder), Link(wording.count(one.households), url)))

    def _jobs(self) -> Section | None:
        mine = [one for one in jobs.jobs_of(by=self.scope.user)[:SHOWN] if one.finished is None]
        if not mine:
            return None
        columns = (Column(_("任务")), Column(_("进展"), numeric=True))
        rows = tuple(
            Row((
                Link(labels.word(labels.JOB_KINDS, one.kind), link("job", one.pk)),
                _("%(done)s / %(total)s") % {
                    "done": wording.count(one.done),
                    "total": wording.count(one.total) if one.total else _("待核"),
                },
            ))
            for one in mine
        )  # fmt: skip
        return Section("jobs", _("进行中的任务"), Table(_("进行中的任务"), columns, rows))

    def _nothing(self) -> str:
        if self.run is None:
            return _("还没有认定运行；导入名册并运行一次后，这里会有数。")
        if self.scope.allows(Permission.HOUSEHOLDS_WRITE):
            return ""
        return _("您的岗位看数和名单，不经办。")


urlpatterns = [path("", desk, name="desk")]
