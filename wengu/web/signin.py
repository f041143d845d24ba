"""登录: user name and password, then a one-time code. Nobody signs up; accounts are given."""

import base64
from typing import Any, cast

from allauth.account import app_settings as account_settings
from allauth.account import views as account
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import record_authentication
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base import views as mfa
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.totp.forms import ActivateTOTPForm
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wengu.accounts import queries as accounts
from wengu.accounts.models import User
from wengu.audit.actions import record_read
from wengu.vault.cipher import decrypt, encrypt
from wengu.web.access import policy

_SECRETS = b"mfa_authenticator.secret"
_WRONG, _TOO_MANY = "username_password_mismatch", "too_many_login_attempts"


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """登录规则: closed sign-up, a lock per user and address, every attempt in the record."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str = "") -> bool:
        """Ask for the password again before the second factor changes, not before it is first set.

        Until it is set nothing else is open, and the session has just begun with the password.
        """
        if not Authenticator.objects.filter(user_id=self.request.user.pk).exists():
            return False
        return bool(super().is_reauthentication_required(app=app))

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Lock a name for one address only: a stranger must not lock an official out."""
        name = str(credentials.get("username", "")).lower()
        return f"{name}@{self.get_client_ip(request)}"

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Count, and record the attempt under the name of an account that exists."""
        self.request.attempts_left = self._attempts_left(request, **credentials)
        known = accounts.by_name(str(credentials.get("username", "")))
        record_read(
            by=known.username if known else "—", action="accounts.sign_in_failed", subject=known
        )

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        """Say how many attempts are left, or how long to wait; never whether the name exists."""
        if code == _TOO_MANY:
            return ValidationError(_("尝试次数过多：请 15 分钟后再试，或请安全管理员重置"))
        left = getattr(self.request, "attempts_left", None)
        if code == _WRONG and left is not None:
            return ValidationError(
                _("用户名或密码不对，还可再试 %(n)d 次。忘了密码，请找本单位安全管理员重置。")
                % {"n": left}
            )
        return cast("ValidationError", super().validation_error(code, *args))

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        record_read(by=user.username, action="accounts.sign_in", subject=user)

    def set_password(self, user: User, password: str) -> None:
        user.must_change_password = False
        super().set_password(user, password)
        record_read(by=user.username, action="accounts.change_password", subject=user)

    def _attempts_left(self, request: HttpRequest, **credentials: Any) -> int:
        key = self._get_login_attempts_cache_key(request, **credentials)
        rates = ratelimit.parse_rates(account_settings.RATE_LIMITS["login_failed"])
        left = []
        for rate in rates:
            name = ratelimit.get_cache_key(
                request, app="allauth.account", action="login_failed", rate=rate, key=key
            )
            left.append(rate.amount - len(cache.get(name, [])))
        return max(min(left, default=0), 0)


class SecondFactor(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """第二因子: its secrets lie encrypted in the database."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("口令不对或已过期：请等验证器换出下一个，再输入")
    }

    def encrypt(self, text: str) -> str:
        return base64.b64encode(encrypt(text.encode(), _SECRETS)).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(base64.b64decode(encrypted_text), _SECRETS).decode()


def _named(form: Any) -> None:
    """Call the six digits what officials call them."""
    form.fields["code"].label = _("动态口令")
    form.fields["code"].widget.attrs["placeholder"] = ""


class CodeForm(AuthenticateForm):  # type: ignore[misc]  # allauth has no types
    """动态口令: asked at every sign-in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _named(self)


class CodeAgainForm(ReauthenticateForm):  # type: ignore[misc]  # allauth has no types
    """动态口令, asked again before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _named(self)


class FirstCodeForm(ActivateTOTPForm):  # type: ignore[misc]  # allauth has no types
    """动态口令: the first one, which proves that the telephone has the secret."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _named(self)


def activate_totp(request: HttpRequest) -> HttpResponse:
    """Set up the one-time code; the code typed here is this session's second factor."""
    before = Authenticator.objects.filter(user_id=request.user.pk).exists()
    response: HttpResponse = totp.activate_totp(request)
    chosen = Authenticator.objects.filter(user_id=request.user.pk, type=Authenticator.Type.TOTP)
    if not before and chosen.exists() and isinstance(request.user, User):
        record_authentication(request, request.user, method="mfa", type="totp")
        record_read(
            by=request.user.username, action="accounts.set_second_factor", subject=request.user
        )
    return response


def no_signup(request: HttpRequest) -> HttpResponse:
    """404: the name exists because the sign-in page asks for it; the page does not."""
    raise Http404


_public, _entrance = policy(public=True), policy(entrance=True)
urlpatterns = [
    path("login/", _public(account.login), name="account_login"),
    path("login/code/", _public(mfa.authenticate), name="mfa_authenticate"),
    path("inactive/", _public(account.account_inactive), name="account_inactive"),
    path("signup/", _public(no_signup), name="account_signup"),
    path("logout/", _entrance(account.logout), name="account_logout"),
    path("password/", _entrance(account.password_change), name="account_change_password"),
    path("again/", _entrance(account.reauthenticate), name="account_reauthenticate"),
    path("again/code/", _entrance(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("code/", _entrance(mfa.index), name="mfa_index"),
    path("code/new/", _entrance(activate_totp), name="mfa_activate_totp"),
    path("recovery/", _entrance(recovery.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "recovery/new/",
        _entrance(recovery.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "recovery/file/",
        _entrance(recovery.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
]
