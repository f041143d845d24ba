"""外观: 字号, 密度 and 选择列, remembered in cookies of this browser; no personal data in them."""

import re
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from wengu.web.access import policy

TEXT_SIZES: Final = ("s", "l", "xl")
DENSITIES: Final = ("loose", "s", "tight")
_CHOICES: Final = {"text": TEXT_SIZES, "density": DENSITIES}
_YEAR: Final = 31_536_000
_LIST: Final = re.compile(r"[a-z][a-z-]{0,30}")
_KEYS: Final = re.compile(r"[a-z0-9_]{1,40}")


def chosen(request: HttpRequest, name: str) -> str:
    """Return what the cookie says of `name` (text or density); anything unknown is s, 标准."""
    value = request.COOKIES.get(name, "s")
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
@policy(public=True)
@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """Remember a look and go back to the page."""
    response = HttpResponseRedirect(_back(request))
    for name, choices in _CHOICES.items():
        value = request.POST.get(name, "")
        if value in choices:
            _remember(request, response, name, value)
    listing = request.POST.get("list", "")
    if _LIST.fullmatch(listing):
        keys = [] if "reset" in request.POST else request.POST.getlist("columns")
        _remember(request, response, f"columns-{listing}", ".".join(filter(_KEYS.fullmatch, keys)))
    return response


def _remember(request: HttpRequest, response: HttpResponse, name: str, value: str) -> None:
    if value:
        # The script writes 字号 and 密度 too, so the cookie is readable to it.
        response.set_cookie(name, value, _YEAR, samesite="Lax", secure=request.is_secure())
    else:
        response.delete_cookie(name, samesite="Lax")
