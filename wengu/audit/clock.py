"""时钟: the one place that reads the clock. A rule, query or action gets its day as `on`."""

import datetime

from django.utils import timezone


def now() -> datetime.datetime:
    """Return this instant, with its time zone: for stamps and leases, never for a rule."""
    return timezone.now()


def today() -> datetime.date:
    """Return the calendar's day in the city's time zone; pages ask governance.queries.today()."""
    return timezone.localdate()


def local(instant: datetime.datetime) -> datetime.datetime:
    """Return an instant in the city's time zone, for showing."""
    return timezone.localtime(instant)
