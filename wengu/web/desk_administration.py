"""管理员的工作台: jobs, users or events, each administrator their own; no household anywhere."""

from typing import Final, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wengu.accounts import queries as accounts
from wengu.accounts.permissions import Permission
from wengu.audit import clock
from wengu.jobs import queries as jobs
from wengu.jobs.models import JobState
from wengu.web import labels, places, wording
from wengu.web.access import Request
from wengu.web.frame import link
from wengu.web.screens import Desk, Section
from wengu.web.shapes import Action, Column, Figure, Link, Nothing, Row, Table

_SHOWN: Final = 8
_OPEN: Final = (JobState.WAITING, JobState.RUNNING)


def desk(request: Request) -> Desk:
    """Return the desk of an administrator, made of what the post may do."""
    scope = request.scope
    parts = [part(request) for permission, part in _PARTS if scope.allows(permission)]
    figures = [figure for one in parts for figure in one.figures]
    sections = [section for one in parts for section in one.sections]
    return Desk(
        title=_title(request, parts),
        crumbs=places.path(scope, str(scope.region or "")),
        meta=(wording.day(request.on), scope.office),
        actions=_actions(request),
        figures=tuple(figures),
        orders=(),
        tasks=(),
        total=0,
        all_url="",
        sections=tuple(sections),
        nothing=Nothing(_("没有等您办的事。"), _("您的岗位不看户和人。")),
    )


class Part(NamedTuple):
    """一份: what one duty of an administrator shows, and its matter in a sentence."""

    title: str
    figures: list[Figure]
    sections: list[Section]


def _title(request: Request, parts: list[Part]) -> str:
    """Return the matter of the first duty: nothing is said of what nobody looked at."""
    if request.scope.role is None:
        return _("您现在没有岗位")
    return parts[0].title if parts else _("今天没有等您办的事")


def _actions(request: Request) -> tuple[Action, ...]:
    scope = request.scope
    known = (
        (Permission.JOBS_READ, _("看任务"), "jobs"), (Permission.USERS_READ, _("管用户"), "users"),
        (Permission.EVENTS_READ, _("看审计"), "events"),
    )  # fmt: skip
    found = [(text, link(name)) for permission, text, name in known if scope.allows(permission)]
    return tuple(Action(text, url, "primary") for text, url in found if url)


def _jobs(request: Request) -> Part:
    every = jobs.all_jobs()
    failed = every.filter(state=JobState.FAILED).count()
    running = every.filter(state__in=_OPEN).count()
    url = link("jobs")
    figures = [
        Figure(_("出错的任务"), failed, _("个"), url, "red" if failed else None),
        Figure(_("进行中的任务"), running, _("个"), url),
    ]
    columns = (Column(_("任务")), Column(_("状态")), Column(_("发起")))
    rows = tuple(
        Row((
            Link(labels.word(labels.JOB_KINDS, one.kind), link("job", one.pk)),
            labels.word(labels.JOB_STATES, one.state),
            f"{timezone.localtime(one.created):%m-%d %H:%M}",
        ))
        for one in every[:_SHOWN]
    )  # fmt: skip
    table = Table(_("最近的任务"), columns, rows)
    title = _("没有出错的任务")
    if failed:
        words = ngettext("%(n)s 个任务出错，要看一下", "%(n)s 个任务出错，要看一下", failed)
        title = words % {"n": wording.count(failed)}
    return Part(title, figures, [Section("jobs", _("最近的任务"), table)] if rows else [])


def _users(request: Request) -> Part:
    every = accounts.users(viewer=request.scope)
    whole, idle = every.count(), every.filter(is_active=False).count()
    figures = [
        Figure(_("用户"), whole, _("人"), link("users")),
        Figure(_("已停用"), idle, _("人"), link("users")),
    ]
    numbers = {"n": wording.count(whole), "idle": wording.count(idle)}
    return Part(_("用户 %(n)s 人，其中已停用 %(idle)s 人") % numbers, figures, [])


def _events(_request: Request) -> Part:
    """Return the lists that an auditor opens first; no count, since every reading adds to it."""
    day = clock.today()  # records are stamped by the calendar, whatever day the city is on
    asked = (
        (_("今天查看的完整号码"), {"act": "registry.reveal", "day": day}),
        (_("今天的导出"), {"act": "registry.export", "day": day}),
        (_("今天打开的户档"), {"act": "registry.read_household", "day": day}),
        (_("今天的全部记录"), {"day": day}),
    )
    rows = tuple(Row((Link(text, link("events", **query)),)) for text, query in asked)
    title = _("先看这些")
    section = Section("events", title, Table(title, (Column(_("记录")),), rows))
    return Part(_("今天的审计记录"), [], [section])


_PARTS: Final = (
    (Permission.JOBS_READ, _jobs),
    (Permission.USERS_READ, _users),
    (Permission.EVENTS_READ, _events),
)
