"""The day, and the parameter rows that this city adopted."""

import datetime

from django.conf import settings
from django.db.models import QuerySet

from wengu.audit import clock
from wengu.governance.models import BusinessDate, ParameterRow


def today() -> datetime.date:
    """Return the day on which the city works: a demo's business date, else the calendar's day.

    Only pages, commands and jobs ask; everything below is told.
    """
    if settings.DEMO:
        row = BusinessDate.objects.first()
        if row is not None:
            return row.on
    return clock.today()


def parameter_rows() -> QuerySet[ParameterRow]:
    """Return every adopted row: approved by a second person and not withdrawn."""
    rows = ParameterRow.objects.filter(withdrawn=False).exclude(approved_by="")
    return rows.order_by("name", "region", "since")


def proposals() -> QuerySet[ParameterRow]:
    """Return the rows that wait for a second person."""
    return ParameterRow.objects.filter(withdrawn=False, approved_by="").order_by("created")
