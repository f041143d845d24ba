"""系统页: divisions, settings and the demo's day, each for its own."""

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from wengu import mechanism
from wengu.accounts.permissions import Permission
from wengu.governance import actions as governance
from wengu.regions import queries as regions
from wengu.web import wording
from wengu.web.access import Request, policy
from wengu.web.frame import crumbs, link, render
from wengu.web.shapes import Column, Definition, Link, Row, Table


@policy(permission=Permission.REGIONS_READ)
@require_GET
def divisions(request: HttpRequest) -> HttpResponse:
    """Show the divisions below one, with codes, parents and the edition in force."""
    asked = cast("Request", request)
    code = asked.GET.get("region") or str(asked.scope.region or "")
    if not code or not regions.exists(code) or not asked.scope.covers(code):
        raise Http404
    columns = (Column(_("代码")), Column(_("名称")), Column(_("下级"), numeric=True))
    rows = tuple(
        Row((
            str(one.code),
            Link(one.name, link("regions", region=one.code)),
            str(len(regions.children(one.code, asked.on))),
        ))
        for one in regions.children(code, asked.on)
    )  # fmt: skip
    page = {
        "title": _("行政区划：%(name)s") % {"name": regions.name(code, asked.on)},
        "crumbs": crumbs(asked.scope, code, url=lambda one: link("regions", region=one)),
        "meta": (
            *map(wording.said, regions.sources(asked.on)),
            _("下级 %(n)s 个") % {"n": len(rows)},
        ),
        "table": Table(_("下级区划"), columns, rows, records=True),
    }
    return render(asked, "administration/list.html", page, here="regions")


@policy(permission=Permission.SETTINGS_READ)
@require_GET
def show_settings(request: HttpRequest) -> HttpResponse:
    """Show how this installation runs, and in a demo move its day."""
    asked = cast("Request", request)
    database = settings.DATABASES["default"]["ENGINE"].rsplit(".", 1)[-1]
    page: dict[str, Any] = {
        "title": _("设置与业务日期"),
        "facts": (
            Definition(_("业务日期"), asked.on),
            Definition(_("环境"), _("演示环境（模拟数据）") if settings.DEMO else _("正式环境")),
            Definition(_("数据库"), database),
            Definition(_("地图审图号"), settings.MAP_APPROVAL_NO or _("未设置，地图仅限内部使用")),
        ),
        "can_advance": settings.DEMO and asked.scope.allows(Permission.DAY_ADVANCE),
    }
    return render(asked, "administration/settings.html", page, here="settings")


@policy(permission=Permission.DAY_ADVANCE)
@require_POST
def advance(request: HttpRequest) -> HttpResponse:
    """Move the demo's day forward and queue that day's run."""
    asked = cast("Request", request)
    text = asked.POST.get("days", "")
    try:
        row = governance.advance(days=int(text) if text.isdecimal() else 0, by=asked.scope.user)
    except ValidationError as problem:
        messages.error(asked, "".join(problem.messages))
        return HttpResponseRedirect(reverse("settings"))
    job = mechanism.begin_day(on=row.on, by=asked.scope.user)
    messages.success(asked, _("业务日期已到 %(day)s。") % {"day": wording.day(row.on)})
    return HttpResponseRedirect(reverse("job", args=[job.pk]) if job else reverse("settings"))


urlpatterns = [
    path("regions/", divisions, name="regions"),
    path("settings/", show_settings, name="settings"),
    path("settings/advance/", advance, name="advance"),
]
