"""导入页: upload a sheet, watch it, review it, bring it in, take it back."""

import datetime
from functools import partial
from typing import Final, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wengu import mechanism
from wengu.accounts import queries as accounts
from wengu.accounts.permissions import Permission
from wengu.audit import clock
from wengu.audit.actions import record_read
from wengu.documents.actions import store
from wengu.intake import actions as intake
from wengu.intake import queries
from wengu.intake.models import Batch, BatchState
from wengu.jobs import actions as jobs
from wengu.kernel.regioncode import RegionCode
from wengu.regions import queries as regions
from wengu.registry.imports import reasons
from wengu.web import labels, review, wording
from wengu.web.access import Request, policy
from wengu.web.frame import crumbs, link, render
from wengu.web.paging import Asked
from wengu.web.shapes import (
    Action,
    Choice,
    Column,
    Field,
    Link,
    Nothing,
    Status,
    Table,
    Text,
    Urgency,
)
from wengu.web.shapes import Row as TableRow

MOST_BYTES: Final = 20 * 1024 * 1024
_FIRST_YEAR: Final = 2013
_RESTING: Final = {
    mechanism.APPLY: gettext_lazy("没有入库：这一批现在是“%(state)s”"),
    mechanism.REVERSE: gettext_lazy("没有撤销：这一批现在是“%(state)s”"),
}
_BUSY: Final = (BatchState.RECEIVED, BatchState.APPLYING, BatchState.REVERSING)


def found_batch(request: Request, number: int) -> Batch:
    """Return a batch in the viewer's scope; a foreign one is a missing one."""
    batch = queries.batches(viewer=request.scope).filter(pk=number).first()
    if batch is None:
        raise Http404
    return batch


@policy(permission=Permission.BATCHES_READ)
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """List the batches of the viewer's region, the newest first."""
    asked = cast("Request", request)
    batches = queries.batches(viewer=asked.scope).select_related("document")
    pages = Asked(asked.GET, reverse("batches"))
    total = batches.count()
    first = (pages.page(total) - 1) * pages.size
    shown = list(batches[first : first + pages.size])
    head = (
        Column(_("批次")), Column(_("文件")), Column(_("表种"), desk_only=True), Column(_("状态")),
        Column(_("共读入"), numeric=True, desk_only=True), Column(_("已入库"), numeric=True),
        Column(_("等您改"), numeric=True), Column(_("经办人"), desk_only=True),
        Column(_("上传"), desk_only=True),
    )  # fmt: skip
    names = accounts.names(batch.by for batch in shown)
    rows = tuple(_line(asked, batch, names) for batch in shown)
    can = asked.scope.allows(Permission.BATCHES_UPLOAD)
    actions = (Action(_("导入工作簿"), reverse("batch-upload"), kind="primary"),) if can else ()
    page = {
        "title": _("导入与疑点"),
        "crumbs": crumbs(asked.scope, str(asked.scope.region or ""), url=lambda code: ""),
        "actions": actions,
        "table": Table(_("导入批次"), head, rows, records=True) if rows else None,
        "pager": pages.pager(total, len(shown), partial(link, "batches")),
        "nothing": Nothing(_("还没有导入过。"), _("上传全国系统导出的工作簿，先检查，再入库。")),
    }
    return render(asked, "intake/batches.html", page, here="batches")


def _line(request: Request, batch: Batch, names: dict[str, str]) -> TableRow:
    counts = batch.counts or {}
    waiting = counts.get("must_fix", 0) + counts.get("please_check", 0)
    urgency: Urgency = "amber"
    if batch.state in (BatchState.APPLIED, BatchState.REVERSED):
        urgency = "green" if batch.state == BatchState.APPLIED else "open"
    if batch.state == BatchState.REFUSED:
        urgency = "red"
    url = reverse("batch", args=[batch.pk])
    # What waits in a batch that was taken back waits for nobody.
    mending = waiting if batch.state in review.OPEN else 0
    return TableRow(
        (
            Link(str(batch.pk), url),
            Text(batch.document.name, below=regions.name(batch.region, request.on)),
            labels.word(labels.SHEETS, batch.spec),
            Status(urgency, labels.word(labels.BATCH_STATES, batch.state)),
            wording.count(counts.get("rows", 0)),
            wording.count(counts.get("applied", 0)),
            Link(wording.count(mending), url if mending else ""),
            labels.who(batch.by, names),
            clock.local(batch.created).date(),
        )
    )


@policy(permission=Permission.BATCHES_UPLOAD)
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file in and check it; what the sheet does not say is asked, never guessed."""
    asked = cast("Request", request)
    errors: dict[str, str] = {}
    if asked.method == "POST":
        batch = _received(asked, errors)
        if batch is not None:
            _queue(mechanism.CHECK, batch, asked)
            return HttpResponseRedirect(reverse("batch", args=[batch.pk]))
    page = {
        "title": _("导入工作簿"),
        "crumbs": crumbs(
            asked.scope, str(asked.scope.region or ""), url=lambda code: link("batches")
        ),
        "fields": _fields(asked, errors),
        "submit": _("上传并检查"),
        "consequence": _("上传后先检查，不入库；每一处疑点都会写明原因和改法。"),
    }
    return render(asked, "intake/upload.html", page, here="batches", status=422 if errors else 200)


def _fields(request: Request, errors: dict[str, str]) -> tuple[Field, ...]:
    given = request.POST
    own = request.scope.region
    region = given.get("region", str(own or ""))
    listed = () if own is None else (own, *(one.code for one in regions.children(own, request.on)))
    choices = tuple(
        Choice(str(code), regions.name(code, request.on), chosen=str(code) == region)
        for code in listed
    )
    return (
        Field("file", _("工作簿"), "file", required=True, error=errors.get("file", ""),
              hint=_(".xlsx 或 .csv，不超过 20 MB，各种版式自动识别")),
        Field("region", _("这张表是哪里的"), "select", choices=choices,
              error=errors.get("region", "")),
        Field("dated", _("事实日期"), "date", given.get("dated", request.on.isoformat()),
              required=True, hint=_("表里的情况是哪一天的"), error=errors.get("dated", "")),
        Field("period", _("收入所属年度"), "number", given.get("period", str(request.on.year - 1)),
              hint=_("没有收入列的表可不填"), error=errors.get("period", "")),
    )  # fmt: skip


def _received(request: Request, errors: dict[str, str]) -> Batch | None:
    """Read the form; None where something on it must be mended first."""
    file = request.FILES.get("file")
    if file is None:
        errors["file"] = _("请选一个 .xlsx 或 .csv 文件")
    elif (file.size or 0) > MOST_BYTES:
        errors["file"] = _("文件超过 20 MB：请按镇分开导出")
    region = request.POST.get("region", "")
    if not request.scope.covers(region) if _is_code(region) else True:
        errors["region"] = _("请选您范围内的区划")
    dated = day_of(request.POST.get("dated", ""))
    if dated is None or dated > request.on:
        errors["dated"] = _("请填今天或以前的日期，如 2020-06-30")
    period = request.POST.get("period", "").strip()
    if period and not (period.isdecimal() and _FIRST_YEAR <= int(period) <= request.on.year):
        errors["period"] = _("请填年度，如 2019")
    if errors or file is None or dated is None:
        return None
    document = store(content=file.read(), name=file.name or "", by=request.scope.user)
    return intake.receive(
        document=document,
        region=str(RegionCode(region)),
        dated=dated,
        period=int(period) if period else None,
        by=request.scope.user,
    )


def _is_code(text: str) -> bool:
    return regions.exists(text)


def day_of(text: str) -> datetime.date | None:
    """Return a day of a form; None where it is not one."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def _queue(kind: str, batch: Batch, request: Request) -> None:
    """Queue one step of a batch; the same step asked for twice is done once."""
    applied = (batch.counts or {}).get("applied", 0)
    job = jobs.enqueue(
        kind=kind,
        arguments={"batch": batch.pk},
        key=f"{kind}:{batch.pk}:{batch.state}:{applied}",
        by=request.scope.user,
    )
    intake.attach(batch=batch, job=job, by=request.scope.user)


@policy(permission=Permission.BATCHES_READ)
@require_GET
def show(request: HttpRequest, batch: int) -> HttpResponse:
    """Show a batch: while it is worked on its progress, then the review."""
    asked = cast("Request", request)
    found = found_batch(asked, batch)
    job = found.job
    busy = job is not None and job.state in ("waiting", "running")
    if busy or found.state in _BUSY or not queries.heads(found):
        return _progress(asked, found)
    code, state = asked.GET.get("code", ""), asked.GET.get("state", "")
    if (code and code not in reasons.catalogue()) or (state and state not in review.LISTS):
        raise Http404
    shape = review.Page(asked, found, code=code, state=state).shape()
    record_read(by=asked.scope.user, action="intake.review", subject=found)
    return render(asked, "intake/review.html", {"review": shape}, here="batches")


def _progress(request: Request, found: Batch) -> HttpResponse:
    page = {
        "title": _("导入审查：%(name)s") % {"name": found.document.name},
        "crumbs": crumbs(request.scope, found.region, url=lambda code: link("batches")),
        "batch": found,
        "outcome": queries.outcome(found),
        "job_url": link("job-part", found.job.pk) if found.job else "",
        "again_url": reverse("batch", args=[found.pk]),
        "upload_url": reverse("batch-upload"),
    }
    return render(request, "intake/progress.html", page, here="batches")


@policy(permission=Permission.BATCHES_APPLY)
@require_POST
def apply(request: HttpRequest, batch: int) -> HttpResponse:
    """Bring the good rows in; doubtful ones wait."""
    asked = cast("Request", request)
    found = found_batch(asked, batch)
    if _rests(asked, found, mechanism.APPLY, review.OPEN):
        _queue(mechanism.APPLY, found, asked)
    return HttpResponseRedirect(reverse("batch", args=[found.pk]))


def _rests(request: Request, batch: Batch, kind: str, states: tuple[BatchState, ...]) -> bool:
    """Say whether a step may begin now; if not, why."""
    if batch.state in states:
        return True
    state = labels.word(labels.BATCH_STATES, batch.state)
    messages.error(request, _RESTING[kind] % {"state": state})
    return False


@policy(permission=Permission.BATCHES_REVERSE)
@require_POST
def reverse_batch(request: HttpRequest, batch: int) -> HttpResponse:
    """Take a whole batch back; over a hundred rows their number is typed first."""
    asked = cast("Request", request)
    found = found_batch(asked, batch)
    states = (BatchState.REVERSED,) if queries.reversible(found) else ()
    if not _rests(asked, found, mechanism.REVERSE, (BatchState.APPLIED, *states)):
        return HttpResponseRedirect(reverse("batch", args=[found.pk]))
    rows = found.counts["applied"]
    typed = asked.POST.get("count", "").replace(",", "").replace("，", "").strip()
    if rows > review.REVERSE_COUNTED_FROM and typed != str(rows):
        messages.error(asked, _("没有撤销：请照数输入 %(rows)s") % {"rows": wording.count(rows)})
    else:
        _queue(mechanism.REVERSE, found, asked)
    return HttpResponseRedirect(reverse("batch", args=[found.pk]))


urlpatterns = [
    path("batches/", listing, name="batches"),
    path("batches/new/", upload, name="batch-upload"),
    path("batches/<int:batch>/", show, name="batch"),
    path("batches/<int:batch>/apply/", apply, name="batch-apply"),
    path("batches/<int:batch>/reverse/", reverse_batch, name="batch-reverse"),
]
