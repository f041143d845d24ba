"""外观: 字号 and 密度 are a person's, on any computer; before sign-in they are this browser's.

选择列 of a list is remembered in this browser. No cookie holds personal data.
"""

import re
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from wengu.accounts import actions
from wengu.accounts.models import User
from wengu.web.access import policy

TEXT_SIZES: Final = ("s", "l", "xl")
DENSITIES: Final = ("loose", "s", "tight")
_CHOICES: Final = {"text": TEXT_SIZES, "density": DENSITIES}
_YEAR: Final = 31_536_000
_LIST: Final = re.compile(r"[a-z][a-z-]{0,30}")
_KEYS: Final = re.compile(r"[a-z0-9_]{1,40}")


def chosen(request: HttpRequest, name: str) -> str:
    """Return a person's text or density, else the browser's; anything unknown is s, 标准."""
    return _of(getattr(request, "user", None), request, name)


def chosen_before(request: HttpRequest, name: str) -> str:
    """Return the same for an error page: the database is not asked who somebody is."""
    return _of(getattr(request, "_cached_user", None), request, name)


def _of(user: User | AnonymousUser | None, request: HttpRequest, name: str) -> str:
    value = request.COOKIES.get(name, "s")
    if user is not None and user.is_authenticated:
        value = user.text_size if name == "text" else user.density
    return value if value in _CHOICES[name] else "s"


def columns(request: HttpRequest, listing: str) -> tuple[str, ...] | None:
    """Return the column keys chosen for a list, or None where the default stands."""
    value = request.COOKIES.get(f"columns-{listing}", "")
    return tuple(key for key in value.split(".") if _KEYS.fullmatch(key)) or None


def _back(request: HttpRequest) -> str:
    """Return where the form stood; another site is never an answer."""
    url = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(url, {request.get_host()}, request.is_secure())
    return url if safe else "/"


@policy(public=True)
@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """Remember a look and go back to the page."""
    response = HttpResponseRedirect(_back(request))
    given = {name: request.POST.get(name, "") for name in _CHOICES}
    taken = {name: value for name, value in given.items() if value in _CHOICES[name]}
    user = request.user
    if taken and isinstance(user, User):
        new = {name: chosen(request, name) for name in _CHOICES} | taken
        actions.look(
            user=user, text_size=new["text"], density=new["density"], by=user.get_username()
        )
    else:
        for name, value in taken.items():
            _remember(request, response, name, value)
    listing = request.POST.get("list", "")
    if _LIST.fullmatch(listing):
        keys = [] if "reset" in request.POST else request.POST.getlist("columns")
        _remember(request, response, f"columns-{listing}", ".".join(filter(_KEYS.fullmatch, keys)))
    return response


def _remember(request: HttpRequest, response: HttpResponse, name: str, value: str) -> None:
    if value:
        response.set_cookie(
            name, value, _YEAR, samesite="Lax", secure=request.is_secure(), httponly=True
        )
    else:
        response.delete_cookie(name, samesite="Lax")
