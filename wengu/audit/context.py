"""审计语境: the request and the purpose that the events written meanwhile belong to."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Context:
    """语境: request is the number shown to the user; purpose is what they said they need it for."""

    request: str = ""
    purpose: str = ""


_NONE = Context()
_current: ContextVar[Context] = ContextVar("audit_context", default=_NONE)


def current() -> Context:
    """Return the context in force; an empty one outside a request."""
    return _current.get()


@contextmanager
def during(*, request: str = "", purpose: str = "") -> Iterator[Context]:
    """Put every event written inside under this request and purpose."""
    context = Context(request=request, purpose=purpose)
    token = _current.set(context)
    try:
        yield context
    finally:
        _current.reset(token)
