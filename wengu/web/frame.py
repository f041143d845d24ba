"""版心: the contents at the side, the words at the foot and the path of divisions, for every page.

A view ends with `render(request, "overview.html", {"overview": …}, here="2.1")`; `here` is the
name of an entry below, or the number of a section of the document.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast
from urllib.parse import urlencode

from django import shortcuts
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wengu.accounts.models import User
from wengu.accounts.permissions import Permission
from wengu.accounts.scope import Scope
from wengu.decisions import queries as decisions
from wengu.governance import queries as governance
from wengu.intake import queries as intake
from wengu.intake.models import BatchState, Row
from wengu.regions import queries as regions
from wengu.web import contents, looks, wording
from wengu.web.access import Request
from wengu.web.screens import Frame, NavGroup, NavItem
from wengu.web.shapes import Link

DIGEST_SHOWN: Final = 8


@dataclass(frozen=True, slots=True)
class Entry:
    """目录项: the URL name, its words, and what a post must be allowed to do to see it."""

    name: str
    label: str | Promise
    permission: Permission | None = None


WORK: Final = (
    Entry("desk", gettext_lazy("工作台")),
    Entry("households", gettext_lazy("台账：户、人、村"), Permission.HOUSEHOLDS_READ),
    Entry("batches", gettext_lazy("导入与疑点"), Permission.BATCHES_READ),
    Entry("runs", gettext_lazy("认定运行与差异"), Permission.RUNS_READ),
    Entry("policy", gettext_lazy("政策条款与参数"), Permission.POLICY_READ),
)
SYSTEM: Final = (
    Entry("users", gettext_lazy("用户与岗位"), Permission.USERS_READ),
    Entry("regions", gettext_lazy("行政区划"), Permission.REGIONS_READ),
    Entry("jobs", gettext_lazy("任务"), Permission.JOBS_READ),
    Entry("settings", gettext_lazy("设置与业务日期"), Permission.SETTINGS_READ),
    Entry("events", gettext_lazy("审计记录"), Permission.EVENTS_READ),
)
DOCK: Final = (
    Entry("desk", gettext_lazy("待办")),
    Entry("households", gettext_lazy("找户"), Permission.HOUSEHOLDS_READ),
    Entry("overview", gettext_lazy("总览"), Permission.FIGURES_READ),
    Entry("mfa_index", gettext_lazy("我的")),
)


def render(
    request: HttpRequest,
    template: str,
    page: Mapping[str, Any],
    *,
    here: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show a page within its frame; `page` is what its template is given."""
    context = {**page, "frame": frame(cast("Request", request), here)}
    return shortcuts.render(request, template, context, status=status)


def frame(request: Request, here: str) -> Frame:
    """Return what surrounds a page; asked for twice by one request, it reads nothing again."""
    waiting = getattr(request, "waiting", None)
    if waiting is None:
        waiting = _waiting(request.scope)
        vars(request)["waiting"] = waiting
    user = cast("User", request.user)
    scope = request.scope
    return Frame(
        nav=_nav(scope, waiting, here),
        dock=_items(DOCK, scope, waiting, here),
        user=_("%(name)s（%(note)s）") % {"name": user.name, "note": scope.office}
        if scope.office
        else user.name,
        user_url=reverse("mfa_index"),
        logout_url=reverse("account_logout"),
        search_url=link("search") if scope.allows(Permission.HOUSEHOLDS_READ) else "",
        foot=_foot(request),
        simulated=settings.DEMO,
        text_size=looks.chosen(request, "text"),
        density=looks.chosen(request, "density"),
    )


def link(name: str, *args: object, **query: object) -> str:
    """Return the address of a page, its query without the empty parts."""
    url = reverse(name, args=args)
    kept = {key: value for key, value in query.items() if value not in ("", None)}
    return f"{url}?{urlencode(kept, doseq=True)}" if kept else url


def crumbs(
    scope: Scope, code: str, *, url: Callable[[str], str], then: tuple[Link, ...] = ()
) -> tuple[Link, ...]:
    """Return the path of divisions: what lies above the viewer's scope is named, not linked."""
    if not code:
        return then
    steps = regions.path(code, scope.on)
    last = steps[-1].code
    links = [
        Link(
            step.short_name,
            url(step.code) if (then or step.code != last) and scope.covers(step.code) else "",
        )
        for step in steps
    ]
    return (*links, *then)


def _nav(scope: Scope, waiting: Mapping[str, int], here: str) -> tuple[NavGroup, ...]:
    groups = [NavGroup("", _items(WORK, scope, waiting, here))]
    if scope.allows(Permission.POLICY_READ):
        urls = {number: link("clause", number) for number in contents.SECTIONS}
        if scope.allows(Permission.FIGURES_READ):
            urls["2.1"] = link("overview")
        groups += contents.document_groups(urls=urls, waiting=waiting, here=here)
    system = _items(SYSTEM, scope, waiting, here)
    if system:
        groups.append(NavGroup(_("系统"), system))
    return tuple(group for group in groups if group.items)


def _items(
    entries: tuple[Entry, ...], scope: Scope, waiting: Mapping[str, int], here: str
) -> tuple[NavItem, ...]:
    return tuple(
        NavItem(
            str(entry.label), link(entry.name), waiting.get(entry.name) or None, here == entry.name
        )
        for entry in entries
        if entry.permission is None or scope.allows(entry.permission)
    )


def _waiting(scope: Scope) -> dict[str, int]:
    """Return what waits for this person: rows to mend, and values that a second person adopts."""
    found = {}
    if scope.allows(Permission.BATCHES_APPLY):
        open_batches = intake.batches(viewer=scope).filter(
            state__in=[BatchState.CHECKED, BatchState.APPLIED]
        )
        rows = Row.objects.filter(
            batch__in=open_batches.order_by().values("pk"), state__in=intake.WAITING
        )
        found["batches"] = rows.filter(applied=False).count()
    if scope.allows(Permission.PARAMETERS_APPROVE):
        others = scope.filter(governance.proposals(), "region").exclude(proposed_by=scope.user)
        found["policy"] = others.count()
    return found


def _foot(request: Request) -> tuple[str, ...]:
    scope = request.scope
    view = _("查看口径：%(place)s") % {"place": _place(scope)}
    run = decisions.last_run()
    if run is None:
        return (wording.day(request.on), _("还没有认定运行"), view)
    parts = (
        _("截至 %(day)s") % {"day": wording.day(run.on)},
        _("第 %(n)s 次认定运行") % {"n": run.pk},
        _("快照 %(digest)s") % {"digest": run.snapshot[:DIGEST_SHOWN]},
        _("政策版本 %(version)s") % {"version": run.policy_version},
        view,
    )
    if run.on == request.on:
        return parts
    return (_("今天 %(day)s") % {"day": wording.day(request.on)}, *parts)


def _place(scope: Scope) -> str:
    if scope.region is None:
        return _("没有岗位")
    try:
        name = regions.find(scope.region, scope.on).short_name
    except regions.UnknownRegion:
        name = str(scope.region)
    return f"{name} {scope.office}"
