"""疑点页: mend a doubtful cell, confirm that it is right, or take the waiting rows home."""

from typing import Final, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wengu import mechanism
from wengu.accounts.permissions import Permission
from wengu.audit.actions import record_read
from wengu.intake import actions as intake
from wengu.intake import queries
from wengu.intake.models import Batch, Doubt, Row
from wengu.intake.spec import MUST_FIX, Head, letter
from wengu.registry.imports import reasons
from wengu.registry.imports.doors import door_of
from wengu.web import labels, review, wording, workbooks
from wengu.web.access import Request, policy
from wengu.web.batches import found_batch
from wengu.web.frame import crumbs, link, render
from wengu.web.shapes import Choice, Definition, Field, Link, Quoted

NAMED: Final = ("name", "relation", "village")


@policy(permission=Permission.BATCHES_UPLOAD)
@require_GET
def workbook(request: HttpRequest, batch: int) -> HttpResponse:
    """Return the waiting rows in the clerk's own layout; the download is recorded."""
    asked = cast("Request", request)
    found = _open_batch(asked, batch)
    content = mechanism.doubt_workbook(batch=found)
    record_read(by=asked.scope.user, action="intake.doubts", subject=found)
    response = HttpResponse(content, content_type=workbooks.MEDIA)
    response["Content-Disposition"] = f'attachment; filename="doubts-{found.pk}.xlsx"'
    return response


def _open_batch(request: Request, number: int) -> Batch:
    """Return a batch whose doubts may still be settled."""
    found = found_batch(request, number)
    if found.state not in review.OPEN:
        raise Http404
    return found


@policy(permission=Permission.BATCHES_UPLOAD)
@require_POST
def release(request: HttpRequest, batch: int) -> HttpResponse:
    """Confirm every doubt of one reason with one written reason."""
    asked = cast("Request", request)
    found = _open_batch(asked, batch)
    code = asked.POST.get("code", "")
    if code not in reasons.catalogue() or reasons.must_fix(code):
        raise Http404
    try:
        count = intake.waive_all(
            batch=found,
            reason=asked.POST.get("reason", ""),
            door=door_of(found),
            codes=[code],
            by=asked.scope.user,
        )
    except ValueError as problem:
        messages.error(asked, _("没有放行：%(why)s") % {"why": problem})
        return HttpResponseRedirect(link("batch", found.pk, code=code))
    messages.success(
        asked,
        ngettext("已放行 %(n)s 处“%(title)s”。", "已放行 %(n)s 处“%(title)s”。", count)
        % {"n": wording.count(count), "title": reasons.title(code, english=wording.english())},
    )
    return HttpResponseRedirect(link("batch", found.pk))


@policy(permission=Permission.BATCHES_UPLOAD)
@require_http_methods(["GET", "POST"])
def doubt(request: HttpRequest, batch: int, doubt: int) -> HttpResponse:
    """Mend a doubtful cell, or confirm that it is right with a reason."""
    asked = cast("Request", request)
    found = _open_batch(asked, batch)
    one = queries.open_doubts(found).filter(pk=doubt).first()
    if one is None:
        raise Http404
    errors: dict[str, str] = {}
    if asked.method == "POST":
        row = _settle(asked, found, one, errors)
        if row is not None:
            return HttpResponseRedirect(_next(found, one))
    page = _Page(asked, found, one, errors).context()
    return render(asked, "intake/doubt.html", page, here="batches", status=422 if errors else 200)


def _next(batch: Batch, doubt: Doubt) -> str:
    """Return to the doubts of the same reason while there are any."""
    left = queries.open_doubts(batch).filter(code=doubt.code).exists()
    return link("batch", batch.pk, code=doubt.code if left else "")


def _settle(request: Request, batch: Batch, doubt: Doubt, errors: dict[str, str]) -> Row | None:
    """Do what the form asks; None where something on it must be mended first."""
    door, by = door_of(batch), request.scope.user
    row = queries.row_of(doubt)
    place = {"row": row.number}
    if request.POST.get("act") == "waive":
        try:
            intake.waive(doubt=doubt, reason=request.POST.get("reason", ""), door=door, by=by)
        except ValueError as problem:
            errors["reason"] = str(problem)
            return None
        row.refresh_from_db()
        words = _("第 %(row)s 行这一处已放行，这一行现在：%(state)s。")
    else:
        column = request.POST.get("column", "")
        if column not in doubt.columns:
            errors["column"] = _("请选要改的一格")
            return None
        try:
            value = request.POST.get("value", "").strip()
            row = intake.mend(row=row, column=column, value=value, door=door, by=by)
        except ValueError as problem:
            errors["value"] = str(problem)
            return None
        words = _("第 %(row)s 行已改，这一行现在：%(state)s。")
    messages.success(
        request, words % (place | {"state": labels.word(labels.ROW_STATES, row.state)})
    )
    return row


class _Page:
    """一处疑点: the row as it stands, why it is doubted, and the two ways out."""

    def __init__(
        self, request: Request, batch: Batch, doubt: Doubt, errors: dict[str, str]
    ) -> None:
        self.request, self.batch, self.doubt, self.errors = request, batch, doubt, errors
        self.head: Head = queries.heads(batch)[doubt.sheet]
        self.cells = queries.cells(queries.row_of(doubt))
        self.secret = review.secrets(self.head)

    def context(self) -> dict[str, object]:
        """Return what the template shows."""
        doubt, english = self.doubt, wording.english()
        said = reasons.words(doubt.code, doubt.detail, english=english)
        back = link("batch", self.batch.pk, code=doubt.code)
        trail = Link(_("第 %(n)s 批") % {"n": self.batch.pk}, back)
        title = reasons.title(doubt.code, english=english)
        return {
            "title": _("第 %(row)s 行：%(why)s") % {"row": doubt.number, "why": title},
            "crumbs": crumbs(
                self.request.scope, self.batch.region, url=lambda code: "", then=(trail,)
            ),
            "reason": review.ended(said.reason),
            "remedy": said.remedy,
            "facts": self._facts(),
            "mend": self._mend() if doubt.columns else (),
            "waive": () if doubt.severity == MUST_FIX else (self._waive(),),
            "back": back,
        }

    def _facts(self) -> tuple[Definition, ...]:
        """Return who it is about and what stands in the doubtful cells now."""
        fields = self.head.fields
        named = [fields[name] for name in NAMED if name in fields]
        by_letter = {letter(index): index for index in range(len(self.head.headers))}
        shown = dict.fromkeys(named + [by_letter[one] for one in self.doubt.columns])
        return tuple(
            Definition(
                f"{letter(index)}{self.doubt.number} {self.head.headers[index]}",
                Quoted(self._now(index)) if self._now(index) else _("（空）"),
            )
            for index in shown
        )

    def _now(self, index: int) -> str:
        return review.shown(self.cells[index], self.secret.get(index))

    def _mend(self) -> tuple[Field, ...]:
        by_letter = {letter(index): index for index in range(len(self.head.headers))}
        chosen = self.request.POST.get("column", self.doubt.columns[0])
        choices = tuple(
            Choice(
                one,
                f"{one}{self.doubt.number} {self.head.headers[by_letter[one]]}",
                chosen=one == chosen,
            )
            for one in self.doubt.columns
        )
        index = by_letter[self.doubt.columns[0]]
        # A number that is hidden is typed anew, never shown on the way.
        now = "" if index in self.secret or len(choices) > 1 else self.cells[index]
        return (
            Field("column", _("改哪一格"), "select", choices=choices,
                  error=self.errors.get("column", "")),
            Field("value", _("改成"), value=self.request.POST.get("value", now),
                  error=self.errors.get("value", ""), hint=_("留空就是清空这一格")),
        )  # fmt: skip

    def _waive(self) -> Field:
        return Field(
            "reason", _("理由"), "area", value=self.request.POST.get("reason", ""),
            hint=_("如：见户口簿第 3 页"), error=self.errors.get("reason", ""),
        )  # fmt: skip


urlpatterns = [
    path("batches/<int:batch>/doubts/", workbook, name="batch-doubts"),
    path("batches/<int:batch>/release/", release, name="batch-release"),
    path("batches/<int:batch>/doubts/<int:doubt>/", doubt, name="doubt"),
]
