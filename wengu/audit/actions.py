"""留痕: every write is an action, and an action leaves one event in its own transaction."""

import datetime
import enum
import functools
import inspect
import re
import uuid
from collections.abc import Callable, Collection, Mapping
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar, cast, overload

from django.db import models, transaction

from wengu.audit.context import current
from wengu.audit.models import Event, Verification
from wengu.audit.verification import Report
from wengu.kernel.regioncode import RegionCode

P = ParamSpec("P")
R = TypeVar("R")

_NAME = re.compile(r"[a-z_]+\.[a-z_]+")
_SUBJECT_LENGTH = 200
# Facts that the running action adds to its own event.
_notes: ContextVar[dict[str, Any] | None] = ContextVar("audit_notes", default=None)


class Unsigned(Exception):
    """未署名: an action was called without the name of the one who acts."""


@overload
def action(function: Callable[P, R], /) -> Callable[P, R]: ...
@overload
def action(*, shows: tuple[str, ...] = ()) -> Callable[[Callable[P, R]], Callable[P, R]]: ...
def action(
    function: Callable[P, R] | None = None, /, *, shows: tuple[str, ...] = ()
) -> Callable[P, R] | Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function an action: one transaction, one event, signed by its `by`.

    The event names rows as `label:pk` and keeps dates, numbers, choices and region codes. Text may
    hold personal data, so a text argument is kept only when `shows` lists it.
    """
    if function is None:
        return functools.partial(_action, shows=shows)
    return _action(function, shows=shows)


def _action(function: Callable[P, R], *, shows: tuple[str, ...]) -> Callable[P, R]:
    _check_signature(function, shows)
    name = f"{function.__module__.split('.')[-2]}.{function.__name__}"

    @functools.wraps(function)
    def acted(*args: P.args, **kwargs: P.kwargs) -> R:
        by = kwargs.get("by")
        if not isinstance(by, str) or not by.strip():
            raise Unsigned(f"{name}: by= must name the one who acts")
        facts, subject = _facts(kwargs, shows), _subject(kwargs)
        token = _notes.set({})
        try:
            with transaction.atomic():
                result = function(*args, **kwargs)
                facts |= _notes.get() or {}
                if isinstance(result, models.Model):
                    facts.setdefault("result", label(result))
                    subject = subject or label(result)
                _write(by, name, subject, facts)
        finally:
            _notes.reset(token)
        return result

    acted.is_action = True  # type: ignore[attr-defined]  # read by the house tests
    return acted


def note(**facts: int | str | bool | None) -> None:
    """Add facts to the event of the running action: counts and codes, never personal data."""
    notes = _notes.get()
    if notes is None:
        raise RuntimeError("note() belongs inside an action")
    notes.update(facts)


def record_read(
    *,
    by: str,
    action: str,
    subject: models.Model | None = None,
    purpose: str = "",
    facts: Mapping[str, int | str] | None = None,
) -> Event:
    """Record that someone saw, revealed or exported; `action` is app.verb, e.g. registry.reveal."""
    if not by.strip():
        raise Unsigned(f"{action}: by= must name the one who reads")
    if not _NAME.fullmatch(action):
        raise ValueError(f"动作 {action!r} 不对：应写作 app.verb")
    context = current()
    return Event.objects.create(
        actor=by,
        action=action,
        subject="" if subject is None else label(subject),
        purpose=purpose or context.purpose,
        request=context.request,
        detail=dict(facts or {}),
    )


def label(row: models.Model) -> str:
    """Return the name of a row in events: app.model:pk."""
    return f"{row._meta.label_lower}:{row.pk}"[:_SUBJECT_LENGTH]


def _check_signature(function: Callable[..., Any], shows: tuple[str, ...]) -> None:
    parameters = inspect.signature(function).parameters
    where = f"{function.__module__}.{function.__qualname__}"
    loose = [p.name for p in parameters.values() if p.kind is not inspect.Parameter.KEYWORD_ONLY]
    if loose:
        raise TypeError(f"{where}: an action takes keywords only, not {', '.join(loose)}")
    if "by" not in parameters or parameters["by"].annotation not in (str, "str"):
        raise TypeError(f"{where}: an action is signed with by: str")
    if unknown := set(shows) - set(parameters):
        raise TypeError(f"{where}: shows names no argument: {', '.join(sorted(unknown))}")


def _write(by: str, name: str, subject: str, facts: dict[str, Any]) -> None:
    context = current()
    Event.objects.create(
        actor=by,
        action=name,
        subject=subject,
        purpose=context.purpose,
        request=context.request,
        detail=facts,
    )


def _subject(arguments: Mapping[str, Any]) -> str:
    """Name the first row among the arguments, as it is before the action; empty without one."""
    rows = (value for value in arguments.values() if isinstance(value, models.Model))
    return next((label(row) for row in rows), "")


def _facts(arguments: Mapping[str, Any], shows: Collection[str]) -> dict[str, Any]:
    """Describe the arguments before the action changes them."""
    described = {}
    for name, value in arguments.items():
        if name == "by":
            continue
        keep, shown = _fact(value)
        if keep or name in shows:
            described[name] = shown
    return described


def _fact(value: object) -> tuple[bool, Any]:
    """Return whether a value may be kept without asking, and how it is written."""
    keep, shown = True, cast("Any", value)
    match value:
        case models.Model():
            shown = label(value)
        case enum.Enum():
            shown = shown.value
        case None | bool() | int():
            pass
        case datetime.date():
            shown = value.isoformat()
        case list() | tuple() | set() | frozenset() | dict():
            shown = len(value)
        case models.QuerySet():
            keep = False
        case _:
            keep, shown = isinstance(value, (RegionCode, uuid.UUID)), str(value)
    return keep, shown


@action
def keep_verification(*, report: Report, by: str) -> Verification:
    """Keep what a recomputation of the chain found, for the audit administrator's page."""
    note(blocks=report.blocks, events=report.events, problems=len(report.problems))
    return Verification.objects.create(
        by=by,
        blocks=report.blocks,
        events=report.events,
        waiting=report.waiting,
        problems=report.as_json()["problems"],
    )
