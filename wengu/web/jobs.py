"""任务页: what runs and what ran; a job may be left, watched, stopped and tried again."""

from functools import partial
from typing import Final, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render as render_part
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from wengu.accounts import queries as accounts
from wengu.accounts.permissions import Permission
from wengu.audit import clock
from wengu.jobs import actions, failures, queries
from wengu.jobs.models import Job, JobState
from wengu.web import labels, shapes, wording
from wengu.web.access import Request, policy
from wengu.web.frame import link, render
from wengu.web.paging import Asked
from wengu.web.shapes import Column, Definition, Link, Nothing, Row, Status, Table, Urgency

URGENCY: Final[dict[str, Urgency]] = {
    JobState.WAITING: "open",
    JobState.RUNNING: "amber",
    JobState.DONE: "green",
    JobState.FAILED: "red",
    JobState.CANCELLED: "open",
}


def _found(request: Request, number: int) -> Job:
    """Return one's own job, or any for who administers them; others' jobs are missing."""
    jobs = queries.jobs_of(by=request.scope.user)
    if request.scope.allows(Permission.JOBS_READ):
        jobs = queries.all_jobs()
    job = jobs.filter(pk=number).first()
    if job is None:
        raise Http404
    return job


@policy(permission=Permission.JOBS_READ)
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """List every job, the newest first: for the system administrator."""
    asked = cast("Request", request)
    columns = (
        Column(_("任务")), Column(_("种类")), Column(_("状态")), Column(_("已完成"), numeric=True),
        Column(_("发起人")), Column(_("开始")), Column(_("次数"), numeric=True),
    )  # fmt: skip
    pages = Asked(asked.GET, reverse("jobs"))
    jobs = queries.all_jobs()
    total = jobs.count()
    first = (pages.page(total) - 1) * pages.size
    shown = list(jobs[first : first + pages.size])
    names = accounts.names(job.by for job in shown)
    rows = tuple(_line(job, names) for job in shown)
    page = {
        "title": _("任务"),
        "table": Table(_("任务"), columns, rows, records=True) if rows else None,
        "pager": pages.pager(total, len(shown), partial(link, "jobs")),
        "nothing": Nothing(_("还没有任务。"), _("上传工作簿、入库和认定都会在这里留下一行。")),
    }
    return render(asked, "jobs/jobs.html", page, here="jobs")


def _line(job: Job, names: dict[str, str]) -> Row:
    started = job.started or job.created
    return Row(
        (
            Link(str(job.pk), reverse("job", args=[job.pk])),
            kind_name(job.kind),
            Status(URGENCY[job.state], labels.word(labels.JOB_STATES, job.state)),
            wording.count(job.done),
            labels.who(job.by, names),
            f"{clock.local(started):%Y-%m-%d %H:%M}",
            str(job.attempts),
        )
    )


def kind_name(kind: str) -> str:
    """Return what a kind of job is called."""
    return labels.word(labels.JOB_KINDS, kind)


@policy(signed_in=True)
@require_GET
def show(request: HttpRequest, job: int) -> HttpResponse:
    """Show one job; a finished one leads to what it made."""
    asked = cast("Request", request)
    found = _found(asked, job)
    page = {
        "title": _("%(kind)s（任务 %(n)s）") % {"kind": kind_name(found.kind), "n": found.pk},
        "state": Status(URGENCY[found.state], labels.word(labels.JOB_STATES, found.state)),
        "facts": _facts(found),
        "part_url": reverse("job-part", args=[found.pk]),
        **_ended(asked, found),
    }
    return render(asked, "jobs/job.html", page, here="jobs")


def _ended(request: Request, job: Job) -> dict[str, object]:
    """Return how a job ended; where it broke is for who administers the system."""
    administers = request.scope.allows(Permission.JOBS_READ)
    return {
        "job": job,
        "why": failures.words(job),
        "trace": failures.trace(job) if administers else "",
        "result": _result(job),
    }


def _facts(job: Job) -> tuple[Definition, ...]:
    names = accounts.names([job.by])
    return (
        Definition(_("发起人"), labels.who(job.by, names)),
        Definition(_("发起"), f"{clock.local(job.created):%Y-%m-%d %H:%M}"),
        Definition(
            _("结束"),
            f"{clock.local(job.finished):%Y-%m-%d %H:%M}" if job.finished else _("还没有结束"),
        ),
        Definition(_("已完成"), wording.count(job.done)),
        Definition(_("次数"), str(job.attempts)),
    )


def _result(job: Job) -> Link | None:
    """Return the page that the job made or works on."""
    if "run" in job.result:
        return Link(_("看这次运行"), link("run", job.result["run"]))
    if "batch" in job.arguments:
        return Link(_("看这一批"), link("batch", job.arguments["batch"]))
    return None


@policy(signed_in=True)
@require_GET
def part(request: HttpRequest, job: int) -> HttpResponse:
    """Return the block that shows a job's progress and renews itself until the job ends."""
    asked = cast("Request", request)
    found = _found(asked, job)
    if found.state not in (JobState.WAITING, JobState.RUNNING):
        response = render_part(asked, "jobs/_ended.html", _ended(asked, found))
        if asked.GET.get("watched") and found.state == JobState.DONE:
            # The page that watched it shows what came out, without being asked.
            response["HX-Refresh"] = "true"
        return response
    shape = shapes.Job(
        title=_(found.message) if found.message else kind_name(found.kind),
        done=found.done,
        # Not yet known how much there is: the bar moves without a figure.
        total=found.total or found.done,
        unit=_("步") if "batch" not in found.arguments else _("行"),
        seconds_left=_left(found),
        stop_url=reverse("job-stop", args=[found.pk]),
        poll_url=link("job-part", found.pk, watched=1),
    )
    return render_part(asked, "components/job.html", {"job": shape})


def _left(job: Job) -> int | None:
    if not (job.started and job.total and job.done):
        return None
    spent = (clock.now() - job.started).total_seconds()
    return max(1, round(spent * (job.total - job.done) / job.done))


@policy(signed_in=True)
@require_POST
def stop(request: HttpRequest, job: int) -> HttpResponse:
    """Ask one's own job to stop where it stands."""
    asked = cast("Request", request)
    found = _found(asked, job)
    actions.stop(job=found, by=asked.scope.user)
    messages.success(asked, _("已请它停在已完成处；已完成的不丢，可以接着办。"))
    return HttpResponseRedirect(reverse("job", args=[found.pk]))


@policy(signed_in=True)
@require_POST
def retry(request: HttpRequest, job: int) -> HttpResponse:
    """Try a failed or stopped job again."""
    asked = cast("Request", request)
    found = _found(asked, job)
    actions.retry(job=found, by=asked.scope.user)
    messages.success(asked, _("已排队，从停下的地方接着办。"))
    return HttpResponseRedirect(reverse("job", args=[found.pk]))


urlpatterns = [
    path("jobs/", listing, name="jobs"),
    path("jobs/<int:job>/", show, name="job"),
    path("jobs/<int:job>/part/", part, name="job-part"),
    path("jobs/<int:job>/stop/", stop, name="job-stop"),
    path("jobs/<int:job>/retry/", retry, name="job-retry"),
]
