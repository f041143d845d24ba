"""准入: every view states its policy; a view without one answers 500 and shows nothing.

    @policy(permission=Permission.HOUSEHOLDS_READ)   a post that allows it
    @policy(signed_in=True)                          any post
    @policy(entrance=True)                           signed in, the second factor still to be set up
    @policy(public=True)                             anybody

A view finds `request.scope` (who, which rows, which acts), `request.on` (the day) and
`request.number` (the request's number, shown on error pages and kept in every audit event).
"""

import datetime
import functools
import inspect
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, cast

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_htmx.http import HttpResponseClientRedirect
from ninja.operation import PathView

from wengu.accounts import queries as accounts
from wengu.accounts.models import User
from wengu.accounts.permissions import Permission
from wengu.accounts.scope import Scope
from wengu.audit import clock
from wengu.audit.context import during
from wengu.governance import queries as governance
from wengu.web import wording

log = logging.getLogger("wengu.access")

View = Callable[..., Any]
_ABSOLUTE_SECONDS = 8 * 3600
# The time of the last request is written at most this often, so that reading stays reading.
_NOTED_EVERY_SECONDS = 60
_STARTED, _SEEN = "session_started", "session_seen"

LABELS: Final = {
    Permission.HOUSEHOLDS_READ: gettext_lazy("查看户档"),
    Permission.HOUSEHOLDS_WRITE: gettext_lazy("登记走访和更正"),
    Permission.HOUSEHOLDS_EXPORT: gettext_lazy("导出名单"),
    Permission.IDENTITY_REVEAL: gettext_lazy("查看完整证件号码"),
    Permission.VILLAGES_READ: gettext_lazy("查看村档"),
    Permission.DECISIONS_READ: gettext_lazy("查看认定"),
    Permission.RUNS_READ: gettext_lazy("查看认定运行"),
    Permission.RUNS_START: gettext_lazy("发起认定运行"),
    Permission.BATCHES_READ: gettext_lazy("查看导入"),
    Permission.BATCHES_UPLOAD: gettext_lazy("上传导入"),
    Permission.BATCHES_APPLY: gettext_lazy("导入入库"),
    Permission.BATCHES_REVERSE: gettext_lazy("撤销导入"),
    Permission.FIGURES_READ: gettext_lazy("查看统计"),
    Permission.POLICY_READ: gettext_lazy("查看政策"),
    Permission.PARAMETERS_PROPOSE: gettext_lazy("拟定参数"),
    Permission.PARAMETERS_APPROVE: gettext_lazy("核定参数"),
    Permission.JOBS_READ: gettext_lazy("查看任务"),
    Permission.JOBS_STOP: gettext_lazy("停止任务"),
    Permission.REGIONS_READ: gettext_lazy("查看区划"),
    Permission.REGIONS_LOAD: gettext_lazy("装载区划"),
    Permission.SETTINGS_READ: gettext_lazy("查看设置"),
    Permission.DAY_ADVANCE: gettext_lazy("推进业务日期"),
    Permission.USERS_READ: gettext_lazy("查看用户"),
    Permission.USERS_WRITE: gettext_lazy("管理用户"),
    Permission.EVENTS_READ: gettext_lazy("查看审计"),
}


class Request(HttpRequest):
    """请求: what a view with a policy is given."""

    scope: Scope
    on: datetime.date
    number: str


@dataclass(frozen=True, slots=True)
class Admission:
    """准入条件: exactly one of the four is set."""

    permission: Permission | None = None
    signed_in: bool = False
    entrance: bool = False
    public: bool = False

    def __post_init__(self) -> None:
        chosen = [self.permission is not None, self.signed_in, self.entrance, self.public]
        if sum(chosen) != 1:
            raise TypeError("an admission states one of permission, signed_in, entrance, public")


def policy(
    *,
    permission: Permission | None = None,
    signed_in: bool = False,
    entrance: bool = False,
    public: bool = False,
) -> Callable[[View], View]:
    """State who may call a view."""
    stated = Admission(permission, signed_in, entrance, public)

    def decorate(view: View) -> View:
        # A wrapper, so that one third-party view may stand under two addresses and policies.
        @functools.wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            return view(*args, **kwargs)

        vars(guarded)["policy"] = stated
        return guarded

    return decorate


def policy_of(view: View, method: str = "GET") -> Admission | None:
    """Return what a view states; None when it states nothing, which the middleware refuses."""
    stated = getattr(view, "policy", None)
    if stated is None:
        operation = operations_of(view).get(method)
        stated = getattr(operation, "policy", None)
    return stated if isinstance(stated, Admission) else None


@functools.lru_cache(maxsize=1024)
def operations_of(view: View) -> dict[str, View]:
    """Return the functions of the machine interface behind a resolved view, by method.

    The view that the resolver finds serves all methods of one address; each states its own policy.
    """
    if not inspect.isfunction(view):
        return {}
    path = inspect.getclosurevars(view).nonlocals.get("self")
    if not isinstance(path, PathView):
        return {}
    return {
        method: operation.view_func for operation in path.operations for method in operation.methods
    }


class AccessMiddleware:
    """准入: refuses by default, gives the request its scope, and every answer its number."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number = f"{secrets.token_hex(2)}-{secrets.token_hex(1)}".upper()
        cast("Request", request).number = number
        with during(request=number):
            response = self.get_response(request)
        response["X-Request-Id"] = number
        if getattr(request, "scope", None) is not None:
            response.setdefault("Cache-Control", "no-store")
        return response

    def process_view(
        self, request: HttpRequest, view: View, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        stated = policy_of(view, request.method or "GET")
        if stated is None:
            name = getattr(view, "__qualname__", repr(view))
            log.error("no policy: %s %s (%s)", request.method, request.path, name)
            return HttpResponse("no policy", status=500, content_type="text/plain")
        if request.user.is_authenticated:
            _give_scope(request)
        return None if stated.public else _admit(request, stated)


def _give_scope(request: HttpRequest) -> None:
    given = cast("Request", request)
    given.on = governance.today()
    given.scope = accounts.scope(cast("User", request.user), given.on)


def _admit(request: HttpRequest, stated: Admission) -> HttpResponse | None:
    """Let the request through with None, or answer it."""
    if not request.user.is_authenticated:
        return _to_sign_in(request)
    if _is_over(request):
        logout(request)
        return _to_sign_in(request)
    if stated.entrance:
        return None
    unfinished = _unfinished(request)
    if unfinished is not None:
        return unfinished
    scope = cast("Request", request).scope
    if stated.permission is not None and not scope.allows(stated.permission):
        raise PermissionDenied(*_words(scope, stated.permission))
    return None


def _is_over(request: HttpRequest) -> bool:
    """Say whether the session was idle too long or lasted too long; note that it is in use."""
    now = int(clock.now().timestamp())
    started = request.session.setdefault(_STARTED, now)
    seen = request.session.setdefault(_SEEN, now)
    if now - seen > settings.IDLE_MINUTES * 60 or now - started > _ABSOLUTE_SECONDS:
        return True
    if now - seen > _NOTED_EVERY_SECONDS:
        request.session[_SEEN] = now
    return False


def _unfinished(request: HttpRequest) -> HttpResponse | None:
    """Send a half-made sign-in where it can be finished; None when nothing is missing."""
    user = cast("User", request.user)
    if user.must_change_password:
        return _go(request, reverse("account_change_password"))
    records = get_authentication_records(request, user)
    if any(record.get("method") == "mfa" for record in records):
        return None
    if Authenticator.objects.filter(user=user).exists():
        # Signed in past the second factor: not by our door.
        logout(request)
        return _to_sign_in(request)
    return _go(request, reverse("mfa_activate_totp"))


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    back = request.get_full_path() if request.method == "GET" else "/"
    if request.headers.get("HX-Request"):
        back = request.headers.get("HX-Current-URL", "/")
    return _go(request, redirect_to_login(back, settings.LOGIN_URL).url)


def _go(request: HttpRequest, url: str) -> HttpResponse:
    """Redirect; a partial update must move the whole page, not fill a table with a form."""
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(url)
    return HttpResponseRedirect(url)


def _words(scope: Scope, permission: Permission) -> tuple[str, str]:
    """Return what is needed and whom to ask."""
    post = scope.role.label if scope.role else _("没有岗位")
    needed = _("“%(act)s”不在您的岗位（%(post)s）的权限内。") % {
        "act": LABELS[permission],
        "post": post,
    }
    return needed, wording.listed(accounts.security_administrators(scope.region, scope.on))
