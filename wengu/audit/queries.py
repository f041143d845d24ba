"""What was done, for those who watch over it."""

import datetime

from django.db.models import QuerySet

from wengu.audit.models import Event


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
