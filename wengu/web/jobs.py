"""任务页: what runs and what ran; a job may be left, watched, stopped and tried again."""

from typing import Final, cast

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render as render_part
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from wengu import mechanism
from wengu.accounts.permissions import Permission
from wengu.audit import clock
from wengu.jobs import actions, queries
from wengu.jobs.models import Job, JobState
from wengu.web import shapes, wording
from wengu.web.access import Request, policy
from wengu.web.frame import link, render
from wengu.web.shapes import Column, Link, Row, Status, Table, Urgency

PER_PAGE: Final = 50
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
    rows = tuple(_line(job) for job in queries.all_jobs()[:PER_PAGE])
    table = Table(_("任务"), columns, rows, records=True) if rows else None
    return render(asked, "jobs/jobs.html", {"title": _("任务"), "table": table}, here="jobs")


def _line(job: Job) -> Row:
    started = job.started or job.created
    return Row(
        (
            Link(str(job.pk), reverse("job", args=[job.pk])),
            kind_name(job.kind),
            Status(URGENCY[job.state], job.get_state_display()),
            wording.count(job.done),
            job.by,
            f"{clock.local(started):%Y-%m-%d %H:%M}",
            str(job.attempts),
        )
    )


def kind_name(kind: str) -> str:
    """Return what a kind of job is called."""
    return _(mechanism.KIND_NAMES.get(kind, kind))


@policy(signed_in=True)
@require_GET
def show(request: HttpRequest, job: int) -> HttpResponse:
    """Show one job; a finished one leads to what it made."""
    asked = cast("Request", request)
    found = _found(asked, job)
    page = {
        "title": _("%(kind)s（任务 %(n)s）") % {"kind": kind_name(found.kind), "n": found.pk},
        "job": found,
        "state": Status(URGENCY[found.state], found.get_state_display()),
        "part_url": reverse("job-part", args=[found.pk]),
        "result": _result(found),
    }
    return render(asked, "jobs/job.html", page, here="jobs")


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
        context = {"job": found, "result": _result(found)}
        return render_part(asked, "jobs/_ended.html", context)
    shape = shapes.Job(
        title=found.message or kind_name(found.kind),
        done=found.done,
        total=found.total or found.done or 1,
        unit=_("步") if "batch" not in found.arguments else _("行"),
        seconds_left=_left(found),
        stop_url=reverse("job-stop", args=[found.pk]),
        poll_url=reverse("job-part", args=[found.pk]),
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
    return HttpResponseRedirect(reverse("job", args=[found.pk]))


@policy(signed_in=True)
@require_POST
def retry(request: HttpRequest, job: int) -> HttpResponse:
    """Try a failed or stopped job again."""
    asked = cast("Request", request)
    found = _found(asked, job)
    actions.retry(job=found, by=asked.scope.user)
    return HttpResponseRedirect(reverse("job", args=[found.pk]))


urlpatterns = [
    path("jobs/", listing, name="jobs"),
    path("jobs/<int:job>/", show, name="job"),
    path("jobs/<int:job>/part/", part, name="job-part"),
    path("jobs/<int:job>/stop/", stop, name="job-stop"),
    path("jobs/<int:job>/retry/", retry, name="job-retry"),
]
