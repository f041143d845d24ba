"""审计记录页: what was done, by whom, on what: for the audit administrator."""

from functools import partial
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from wengu.accounts import queries as accounts
from wengu.accounts.permissions import Permission
from wengu.audit import clock, queries
from wengu.audit.models import Event
from wengu.web import labels, wording
from wengu.web.access import Request, policy
from wengu.web.batches import day_of
from wengu.web.frame import link, render
from wengu.web.paging import Asked
from wengu.web.shapes import Choice, Column, Field, Link, Nothing, Row, Search, Table

KEPT = ("actor", "act", "day", "size")


@policy(permission=Permission.EVENTS_READ)
@require_GET
def events(request: HttpRequest) -> HttpResponse:
    """List what was done, the newest first; of one actor, act or day where asked."""
    asked = cast("Request", request)
    given = asked.GET
    day = day_of(given.get("day", ""))
    found = queries.events(
        actor=given.get("actor", "").strip(), action=given.get("act", ""), on=day
    )
    pages = Asked(given, reverse("events"))
    total = found.count()
    first = (pages.page(total) - 1) * pages.size
    shown = list(found[first : first + pages.size])
    kept = {name: given.get(name, "") for name in KEPT}
    address = partial(_address, kept)
    columns = (
        Column(_("时间")), Column(_("经办人")), Column(_("动作")),
        Column(_("对象"), desk_only=True), Column(_("用途")), Column(_("请求编号"), desk_only=True),
    )  # fmt: skip
    names = accounts.names(one.actor for one in shown)
    rows = tuple(_line(one, names) for one in shown)
    page = {
        "title": _("审计记录"),
        "meta": (_("共 %(n)s 条，新的在前") % {"n": wording.count(total)},),
        "search": _search(asked),
        "table": Table(_("审计记录"), columns, rows, records=True) if rows else None,
        "pager": pages.pager(total, len(shown), address),
        "unit": _("条"),
        "nothing": Nothing(
            _("没有符合条件的记录。"), "", (Link(_("重置全部条件"), reverse("events")),)
        ),
    }
    return render(asked, "administration/found.html", page, here="events")


def _address(kept: dict[str, str], **changes: object) -> str:
    return link("events", **(kept | changes))


def _line(event: Event, names: dict[str, str]) -> Row:
    name = labels.who(event.actor, names)
    return Row(
        (
            f"{clock.local(event.at):%Y-%m-%d %H:%M:%S}",
            Link(
                event.actor,
                link("events", actor=event.actor),
                note=name if name != event.actor else "",
            ),
            labels.word(labels.ACTS, event.action),
            labels.subject(event.subject),
            wording.said(event.purpose),
            event.request,
        )
    )


def _search(request: Request) -> Search:
    given = request.GET
    acts = (
        Choice("", _("全部")),
        *(
            Choice(key, str(words), chosen=given.get("act") == key)
            for key, words in labels.ACTS.items()
        ),
    )
    return Search(
        url=reverse("events"),
        fields=(
            Field("actor", _("经办人"), value=given.get("actor", "")),
            Field("act", _("动作"), "select", choices=acts),
            Field("day", _("日期"), "date", value=given.get("day", "")),
        ),
    )


urlpatterns = [path("events/", events, name="events")]
