"""变更序号: one number for each transaction of writes, in the order they become visible."""

from dataclasses import dataclass
from datetime import date

from django.db import connection

from wengu.intake.models import Batch
from wengu.registry.models import Change

# Writers of the registry queue on this one lock, so that a smaller number is never committed later.
_LOCK = 0x77656E67
REVERSAL = "撤销"
"""How the words of a change begin that takes a batch back."""


@dataclass(frozen=True)
class Stamp:
    """戳: what every statement of one change carries."""

    seq: int
    since: date
    source: str
    batch: Batch | None = None
    period: int | None = None


def open_change(*, by: str, what: str, batch: Batch | None = None) -> int:
    """Begin a change inside the running transaction and return its sequence."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    change: Change = Change.objects.create(by=by, what=what, batch=batch)
    return int(change.pk)
