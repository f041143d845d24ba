"""出错页: 403 names the post, 404 says the same for missing and foreign, 500 gives a number."""

import logging

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from wengu.web import looks
from wengu.web.screens import Frame

log = logging.getLogger("wengu.web")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403. A view may say what is needed and whom to ask: `PermissionDenied(needed, ask)`."""
    needed, ask = "", ""
    if isinstance(exception, PermissionDenied):
        needed, ask = (*map(str, exception.args[:2]), "", "")[:2]
    return render(request, "403.html", {"needed": needed, "ask": ask}, status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, word for word the same whether the page is missing or outside the user's scope."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500 with the request's number, also in log and audit; asks nothing of the database."""
    number = str(getattr(request, "number", "")) or "—"
    log.error("500 %s %s %s", number, request.method, request.path)
    frame = Frame(text_size=looks.chosen_before(request, "text"))
    context = {"number": number, "frame": frame, "request": request}
    return HttpResponse(render_to_string("500.html", context), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that waited too long; its own words, since nobody lacks a right here."""
    return render(request, "403_csrf.html", status=403)
