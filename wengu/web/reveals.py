"""申请查看: a whole number, telephone or address, with a purpose, a daily quota and a trace."""

from typing import Final, cast

from django.conf import settings
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from wengu.accounts.permissions import Permission
from wengu.accounts.scope import Scope
from wengu.audit import clock
from wengu.audit.actions import record_read
from wengu.audit.models import Event
from wengu.kernel import mask
from wengu.registry import queries as registry
from wengu.registry.models import Household, Person
from wengu.web.access import Request, policy
from wengu.web.shapes import Choice, Masked

SECONDS: Final = 60
ACT: Final = "registry.reveal"
# Recorded as they stand here, whatever language the page was read in.
PURPOSES: Final = (
    gettext_noop("入户核实"),
    gettext_noop("核对身份"),
    gettext_noop("办理救助"),
    gettext_noop("处理投诉"),
)
_ID_SHOWN, _DOTS = 6, 12


def left_today(viewer: Scope) -> int:
    """Return how often somebody may still reveal something on this day of the calendar."""
    morning = timezone.localtime(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    done = Event.objects.filter(actor=viewer.user, at__gte=morning, action=ACT).count()
    return max(settings.REVEALS_PER_DAY - done, 0)


class Masks:
    """遮蔽件: the masked values of one page, each with its form where the post may ask."""

    def __init__(self, request: Request) -> None:
        self._allowed = request.scope.allows(Permission.IDENTITY_REVEAL)
        self._left = left_today(request.scope) if self._allowed else 0
        self._token = get_token(request) if self._allowed else ""

    def id_number(self, person: Person) -> Masked | str:
        """Return the head of an identity number; — for somebody without papers."""
        value = person.id_number
        if not value:
            return _("无有效证件")
        url = reverse("reveal-person", args=[person.pk])
        # As many dots for every kind of paper: a longer number would tell of a disability.
        return self._masked(value[:_ID_SHOWN], _DOTS, url)

    def phone(self, household: Household) -> tuple[str, Masked] | str | None:
        """Return 139****0137 and its form; None = nobody has stated one."""
        value = household.phone
        if not value:
            return None
        shown = mask.phone(value)
        if not self._allowed:
            return shown
        return shown, self._masked("", 0, reverse("reveal", args=[household.number, "phone"]))

    def address(self, household: Household, place: str) -> tuple[str, Masked] | str:
        """Return the village and hamlet; the door only on request."""
        if not household.address or not self._allowed:
            return place
        return place, self._masked("", 0, reverse("reveal", args=[household.number, "address"]))

    def _masked(self, head: str, hidden: int, url: str) -> Masked:
        if not self._allowed:
            return Masked(head, hidden)
        purposes = tuple(Choice(one, _(one)) for one in PURPOSES)
        return Masked(head, hidden, url, self._left, purposes, self._token)


@policy(permission=Permission.IDENTITY_REVEAL)
@require_POST
def reveal(request: HttpRequest, number: str, what: str) -> HttpResponse:
    """Show the telephone or address of a household for a minute; 404 outside the scope."""
    asked = cast("Request", request)
    household = registry.household(viewer=asked.scope, number=number)
    if household is None or what not in {"phone", "address"}:
        raise Http404
    value = household.phone if what == "phone" else household.address
    cover = mask.phone(value or "") if what == "phone" else ""
    return _shown(asked, household, what, value, cover)


@policy(permission=Permission.IDENTITY_REVEAL)
@require_POST
def reveal_person(request: HttpRequest, person: int) -> HttpResponse:
    """Show the whole identity number of a person for a minute; 404 outside the scope."""
    asked = cast("Request", request)
    found = registry.persons(viewer=asked.scope).filter(person=person).first()
    if found is None:
        raise Http404
    value = found.person.id_number
    return _shown(asked, found.person, "id_number", value, mask.id_number(value or ""))


def _shown(
    request: Request, subject: Model, what: str, value: str | None, cover: str
) -> HttpResponse:
    """Answer with the value and leave the trace first; refuse without purpose or quota."""
    purpose = request.POST.get("purpose", "")
    if purpose not in PURPOSES:
        return _refused(request, _("请选用途"))
    if not left_today(request.scope):
        return _refused(request, _("今天的查看次数已用完，明天再来，或请县级岗位协助"))
    if not value:
        return _refused(request, _("没有登记"))
    record_read(
        by=request.scope.user, action=ACT, subject=subject, purpose=purpose, facts={"what": what}
    )
    context = {"value": value, "mask": cover, "seconds": SECONDS}
    return render(request, "components/revealed.html", context)


def _refused(request: Request, words: str) -> HttpResponse:
    return render(request, "components/refused.html", {"words": words}, status=422)


urlpatterns = [
    path("households/<str:number>/reveal/<slug:what>/", reveal, name="reveal"),
    path("persons/<int:person>/reveal/", reveal_person, name="reveal-person"),
]
