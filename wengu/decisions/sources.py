"""出处: the words in which a fact's source is given: 花名册第 12 批第 3418 行."""

import datetime

from django.utils.translation import gettext as _

from wengu.decisions.dossiers import Told
from wengu.kernel.dates import from_day
from wengu.registry.models import SourceKind


def text(told: Told, holder: str = "") -> str:
    """Return where a fact comes from; `holder` is who keeps this fact among the departments."""
    if told.listing:
        return _("%(holder)s%(listing)s（未列入）") % {
            "holder": _(holder),
            "listing": _(told.listing),
        }
    found = _names(holder).get(told.source, "")
    if told.batch is not None:
        found += _("第 %(batch)s 批") % {"batch": told.batch}
    if told.row is not None:
        found += _("第 %(row)s 行") % {"row": told.row}
    return found


def _names(holder: str) -> dict[str, str]:
    return {
        SourceKind.CORRECTION.value: _("更正"),
        SourceKind.VISIT.value: _("走访"),
        SourceKind.DEPARTMENT.value: _("%(holder)s名册") % {"holder": _(holder) or _("部门")},
        SourceKind.ROSTER.value: _("花名册"),
    }


def day(told: Told) -> datetime.date:
    """Return the day since which the fact is true."""
    return from_day(told.since)
