"""豁免: a doubt that somebody confirmed is not raised again by the next sheet with the same cells.

It lapses after a year, or as soon as one of the cells is written otherwise.
"""

import datetime
from collections.abc import Mapping, Sequence

from wengu.intake.models import Batch, Doubt
from wengu.intake.spec import MUST_FIX, Found, Head, Spec
from wengu.vault.cipher import blind_indexes

LASTS = datetime.timedelta(days=366)
_PURPOSE = "intake.doubt.cells"
_IN_ONE_QUERY = 500
_BETWEEN = "\x1f"
_REASON = 200

Cells = Mapping[tuple[int, int], Sequence[str]]


def prints(
    found: Sequence[Found], cells: Cells, heads: Mapping[int, Head], spec: Spec
) -> list[bytes | None]:
    """Return for each doubt a keyed print of the cells it is about; None where it does not last."""
    return blind_indexes(
        [_cells(each, cells, heads[each.sheet], spec) for each in found], purpose=_PURPOSE
    )


def _cells(found: Found, cells: Cells, head: Head, spec: Spec) -> str | None:
    if spec.severity(found.code) == MUST_FIX or not spec.lasts(found.code):
        return None
    row = cells[found.sheet, found.row]
    names = (*spec.identifying, *found.fields)
    written = [row[head.fields[name]].strip() for name in names if name in head.fields]
    return _BETWEEN.join([spec.name, found.code, *written])


def remembered(wanted: Sequence[bytes | None], batch: Batch) -> dict[bytes, tuple[str, str]]:
    """Return who confirmed the same doubts on other sheets within a year, and why."""
    known: dict[bytes, tuple[str, str]] = {}
    asked = list({each for each in wanted if each is not None})
    for start in range(0, len(asked), _IN_ONE_QUERY):
        earlier = (
            Doubt.objects.filter(
                cells_print__in=asked[start : start + _IN_ONE_QUERY],
                batch__dated__gt=batch.dated - LASTS,
                batch__dated__lte=batch.dated,
            )
            .exclude(waived_by="")
            .exclude(batch=batch)
            .order_by("pk")
        )
        for doubt in earlier:
            reason = doubt.waived_reason
            if not reason.startswith("沿用"):
                reason = f"沿用第 {doubt.batch_id} 批：{reason}"
            known[bytes(doubt.cells_print or b"")] = (doubt.waived_by, reason[:_REASON])
    return known
