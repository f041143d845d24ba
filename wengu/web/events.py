"""审计记录页: what was done, by whom, on what: for the audit administrator."""

import datetime
from functools import partial
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from wengu.accounts import queries as accounts
from wengu.accounts.permissions import Permission
from wengu.audit import clock, queries
from wengu.audit.models import Event, Seal, Verification
from wengu.web import labels, wording
from wengu.web.access import Request, policy
from wengu.web.batches import day_of
from wengu.web.frame import link, render
from wengu.web.paging import Asked
from wengu.web.shapes import Choice, Column, Field, Link, Nothing, Notice, Row, Search, Table

KEPT = ("actor", "act", "day", "size")
# What a verification may find, by the kind that it keeps.
FOUND: labels.Words = {
    "changed": gettext_lazy("记录被改"),
    "removed": gettext_lazy("记录被删"),
    "inserted": gettext_lazy("记录不是系统写的"),
    "reordered": gettext_lazy("记录被调换"),
    "twice": gettext_lazy("记录重复封存"),
    "block changed": gettext_lazy("封存块被改"),
    "block removed": gettext_lazy("封存块被删"),
    "block inserted": gettext_lazy("封存块多出"),
    "cut": gettext_lazy("链尾被截"),
    "head changed": gettext_lazy("链头文件不符"),
    "head missing": gettext_lazy("链头文件缺失"),
    "unreadable": gettext_lazy("封存块无法读出"),
    "guard missing": gettext_lazy("防改动的触发器被撤"),
    "guard altered": gettext_lazy("防改动的触发器被改"),
    "guard added": gettext_lazy("审计表上多出触发器"),
}


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
    verification = queries.last_verification()
    rows = tuple(_line(one, names) for one in shown)
    page = {
        "title": _("审计记录"),
        "meta": (
            _("共 %(n)s 条，新的在前") % {"n": wording.count(total)},
            _sealed(queries.last_seal()),
            _verified(verification),
        ),
        "notice": _alarm(verification, queries.unsealed_since()),
        "search": _search(asked),
        "table": Table(_("审计记录"), columns, rows, records=True) if rows else None,
        "pager": pages.pager(total, len(shown), address),
        "unit": _("条"),
        "nothing": Nothing(
            _("没有符合条件的记录。"), "", (Link(_("重置全部条件"), reverse("events")),)
        ),
    }
    return render(asked, "administration/found.html", page, here="events")


def _sealed(last: Seal | None) -> str:
    if last is None:
        return _("尚未封存")
    return _("封存至第 %(block)s 块、第 %(event)s 条，%(at)s") % {
        "block": wording.count(last.number), "event": wording.count(last.last),
        "at": _instant(last.at),
    }  # fmt: skip


def _verified(last: Verification | None) -> str:
    if last is None:
        return _("还没有核验过")
    at, blocks = _instant(last.at), wording.count(last.blocks)
    if last.problems:
        return _("%(at)s 核验 %(n)s 块，有不符") % {"at": at, "n": blocks}
    return _("%(at)s 核验 %(n)s 块，完好") % {"at": at, "n": blocks}


def _alarm(verification: Verification | None, waiting: datetime.datetime | None) -> Notice | None:
    """Say what is wrong with the record: what the last verification found, or nobody seals it."""
    if verification is not None and verification.problems:
        first = verification.problems[0]
        numbers = (
            (_("第 %(n)s 块"), first["block"]), (_("第 %(n)s 条"), first["event"]),
            (_("触发器 %(n)s"), first.get("trigger")),
        )  # fmt: skip
        places = [words % {"n": n} for words, n in numbers if n is not None]
        where = [*places, labels.word(FOUND, first["kind"])]
        return Notice(
            _("共 %(n)s 处；第一处：%(where)s") % {
                "n": len(verification.problems), "where": wording.listed(where),
            },
            "bad", _("审计记录有被改动的迹象。"),
        )  # fmt: skip
    if waiting is not None:
        return Notice(
            _("%(at)s 以来的记录还没有封存，请告知系统管理员。") % {"at": _instant(waiting)},
            "warn", _("封存已停。"),
        )  # fmt: skip
    return None


def _instant(at: datetime.datetime) -> str:
    return f"{clock.local(at):%Y-%m-%d %H:%M:%S}"


def _address(kept: dict[str, str], **changes: object) -> str:
    return link("events", **(kept | changes))


def _line(event: Event, names: dict[str, str]) -> Row:
    name = labels.who(event.actor, names)
    return Row(
        (
            _instant(event.at),
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
