"""出处: the words in which a fact's source is given: 花名册第 12 批第 3418 行."""

import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from wengu.decisions.dossiers import Told
from wengu.kernel.dates import from_day
from wengu.registry.models import SourceKind


def text(told: Told, holder: str = "") -> str:
    """Return where a fact comes from; `holder` is who keeps this fact among the departments."""
    if told.listing:
        own = bool(holder) and told.listing == f"{holder[1:]}名册"  # 县残联 keeps 残联名册
        return _("%(holder)s%(listing)s（未列入）") % {
            "holder": "" if own else _(holder),
            "listing": _name(SourceKind.DEPARTMENT, holder) if own else _(told.listing),
        }
    found = _name(told.source, holder)
    if told.batch is not None:
        found += _("第 %(batch)s 批") % {"batch": told.batch}
    if told.row is not None:
        found += _("第 %(row)s 行") % {"row": told.row}
    return found


def matters(told: Told) -> bool:
    """Say whether the words name who keeps the fact."""
    return bool(told.listing) or told.source == SourceKind.DEPARTMENT


def _name(source: str, holder: str) -> str:
    if source == SourceKind.DEPARTMENT:
        return _("%(holder)s名册") % {"holder": _(holder) or _("部门")}
    names = {
        SourceKind.CORRECTION.value: gettext_noop("更正"),
        SourceKind.VISIT.value: gettext_noop("走访"),
        SourceKind.ROSTER.value: gettext_noop("花名册"),
    }
    return _(names[source]) if source in names else ""


def day(told: Told) -> datetime.date:
    """Return the day since which the fact is true."""
    return from_day(told.since)
