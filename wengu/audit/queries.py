"""What was done, for those who watch over it."""

import datetime
from typing import Final

from django.db.models import QuerySet

from wengu.audit import clock
from wengu.audit.models import Event, Seal, Verification

TOO_LONG: Final = datetime.timedelta(minutes=1)


def events(
    *, actor: str = "", action: str = "", on: datetime.date | None = None
) -> QuerySet[Event]:
    """Return the events, the newest first; of one actor, action or day where one is named."""
    found = Event.objects.order_by("-at", "-pk")
    if actor:
        found = found.filter(actor=actor)
    if action:
        found = found.filter(action=action)
    return found.filter(at__date=on) if on else found


def last_seal() -> Seal | None:
    """Return the last block; None before anything is sealed."""
    return Seal.objects.order_by("-number").first()


def last_verification() -> Verification | None:
    """Return what the last recomputation of the chain found; None before the first."""
    return Verification.objects.order_by("-pk").first()


def unsealed_since() -> datetime.datetime | None:
    """Return since when events wait to be sealed; None where the sealer keeps up."""
    last = last_seal()
    waiting = Event.objects.filter(pk__gt=last.last if last else 0).order_by("pk")
    oldest = waiting.values_list("at", flat=True).first()
    return oldest if oldest and clock.now() - oldest > TOO_LONG else None
