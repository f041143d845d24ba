"""What was done, for those who watch over it."""

from django.db.models import QuerySet

from wengu.audit.models import Event


def events(*, actor: str = "") -> QuerySet[Event]:
    """Return the events, the newest first; of one actor where one is named."""
    found = Event.objects.order_by("-at", "-pk")
    return found.filter(actor=actor) if actor else found
