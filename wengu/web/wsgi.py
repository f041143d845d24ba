"""The application that the server runs."""

import hmac
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application

_site = get_wsgi_application()
_Start = Callable[..., Any]


def application(environ: dict[str, Any], start_response: _Start) -> Iterable[bytes]:
    """Answer a request; who knows the secret of this start is told that it is this start."""
    start = settings.START
    asked = environ.get("HTTP_X_WENGU_START", "")
    if not start or not hmac.compare_digest(asked.encode(), start.encode()):
        return _site(environ, start_response)

    def answered(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
        return start_response(status, [*headers, (settings.START_HEADER, start)], *more)

    return _site(environ, answered)
