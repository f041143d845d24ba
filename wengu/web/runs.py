"""运行页: every run with what it decided on, one run, a new run, and two runs compared."""

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render as render_part
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wengu import mechanism
from wengu.accounts.permissions import Permission
from wengu.audit.actions import record_read
from wengu.decisions import facts
from wengu.decisions import queries as decisions
from wengu.decisions.differences import CAUSES
from wengu.decisions.models import Run
from wengu.policy.rules import pack
from wengu.rules import RuleError
from wengu.web import differences, run_pages, workbooks
from wengu.web.access import Request, policy
from wengu.web.difference_rows import Names, row
from wengu.web.frame import link, render
from wengu.web.listing import region_asked

_TWO, _DIGITS = 2, 9


@policy(permission=Permission.RUNS_READ)
def runs(request: HttpRequest) -> HttpResponse:
    """List the finished runs, the newest first."""
    asked = cast("Request", request)
    page = number(asked, "page") or 1
    return render(
        asked, "decisions/runs.html", {"runs": run_pages.listing(asked, page)}, here="runs"
    )


@policy(permission=Permission.RUNS_START)
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Queue a run over what is known now, and show how it goes."""
    asked = cast("Request", request)
    job = mechanism.decide_again(on=asked.on, seq=facts.latest_seq(), by=asked.scope.user)
    return HttpResponseRedirect(link("job", job.pk))


@policy(permission=Permission.RUNS_READ)
def run(request: HttpRequest, number: int) -> HttpResponse:
    """Show one run: what it looked at, what it decided, the parameters it used."""
    asked = cast("Request", request)
    found = finished(number)
    return render(asked, "decisions/run.html", {"run": run_pages.one(asked, found)}, here="runs")


@policy(permission=Permission.RUNS_READ)
def diff(request: HttpRequest) -> HttpResponse:
    """Compare two runs; the matrix alone where the page asks for its causes."""
    asked = cast("Request", request)
    question = _question(asked)
    if question is None:
        return render(asked, "decisions/alone.html", {"runs_url": link("runs")}, here="runs")
    compared = differences.Compared(question)
    try:
        if "export" in asked.GET and asked.scope.allows(Permission.HOUSEHOLDS_EXPORT):
            return _export(asked, compared)
        shape = differences.page(compared, causes="causes" in asked.GET)
    except RuleError as lost:
        notice = run_pages.text_lost(lost)
        page = {"runs_url": link("runs"), "notice": notice}
        return render(asked, "decisions/alone.html", page, here="runs")
    if asked.headers.get("HX-Request") and "causes" in asked.GET:
        return render_part(asked, "decisions/_matrix.html", {"diff": shape})
    return render(asked, "decisions/diff.html", {"diff": shape}, here="runs")


def finished(number: int) -> Run:
    """Return a finished run; 404 for any other number."""
    found = decisions.runs().filter(pk=number).first()
    if found is None:
        raise Http404
    return found


def number(request: Request, name: str) -> int | None:
    """Return a positive number of the address; None where there is none."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else None


def _question(request: Request) -> differences.Asked | None:
    """Return what is compared: the two runs named, else the last two; None before a second run."""
    runs = list(decisions.runs()[:_TWO])
    first, second = number(request, "a"), number(request, "b")
    after = finished(second) if second else next(iter(runs), None)
    before = finished(first) if first else next(iter(runs[1:]), None)
    if after is None or before is None:
        return None
    return differences.Asked(
        before=before,
        after=after,
        scope=request.scope,
        region=region_asked(request, str(request.scope.region or "")),
        rule=_one_of(request, "rule", {rule.name for rule in pack.rules}),
        cause=_one_of(request, "cause", set(CAUSES)),
        move=_one_of(request, "move", set(differences.MOVES)),
        page=number(request, "page") or 1,
    )


def _one_of(request: Request, name: str, known: set[str]) -> str:
    """Return a filter of the address; an unknown one is a missing page, not an unfiltered list."""
    value = request.GET.get(name, "")
    if value and value not in known:
        raise Http404
    return value


def _export(request: Request, compared: differences.Compared) -> HttpResponse:
    """Return the whole list as a workbook, and keep who took it."""
    found = compared.every()
    names = Names.of(found, request.scope)
    asked = compared.asked
    record_read(
        by=request.scope.user,
        action="decisions.export",
        subject=asked.after,
        facts={"rows": len(found), "before": asked.before.pk, "region": asked.region},
    )
    return workbooks.answer(
        request,
        name=f"diff-{asked.before.pk}-{asked.after.pk}",
        title=_("认定运行差异：第 %(a)s 次 → 第 %(b)s 次")
        % {"a": asked.before.pk, "b": asked.after.pk},
        heads=[
            _("户、人、村"),
            _("规则"),
            _("变化"),
            _("原因"),
            _("变的是什么"),
            _("来源"),
            _("日期"),
        ],
        rows=workbooks.plain(row(one, names, request.scope) for one in found),
    )


urlpatterns = [
    path("runs/", runs, name="runs"),
    path("runs/start/", start, name="run-start"),
    path("runs/diff/", diff, name="runs-diff"),
    path("runs/<int:number>/", run, name="run"),
]
