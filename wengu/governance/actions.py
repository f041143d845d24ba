"""Moving a demo's day; proposing, adopting and withdrawing parameter values."""

import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from wengu.audit.actions import action
from wengu.documents.models import Document
from wengu.governance.models import BusinessDate, ParameterRow

MOST_DAYS = 366


@action
def set_business_date(*, on: datetime.date, by: str) -> BusinessDate:
    """Give a demo its day. Production follows the calendar and refuses."""
    if not settings.DEMO:
        raise PermissionDenied(_("业务日期只在演示环境中存在：正式环境按日历走"))
    return BusinessDate.objects.update_or_create(pk=1, defaults={"on": on})[0]


@action
def advance(*, days: int, by: str) -> BusinessDate:
    """Move a demo's day forward; never back, since what was decided is not undone."""
    if not 1 <= days <= MOST_DAYS:
        raise ValidationError(_("一次可前进 1 至 %(n)s 天") % {"n": MOST_DAYS})
    row = BusinessDate.objects.select_for_update().first()
    if not settings.DEMO or row is None:
        raise PermissionDenied(_("业务日期只在演示环境中存在：正式环境按日历走"))
    row.on += datetime.timedelta(days=days)
    row.save(update_fields=["on"])
    return row


@action(shows=("name", "region", "source"))
def propose(
    *,
    name: str,
    region: str,
    since: datetime.date,
    value: Any,
    source: str,
    document: Document | None = None,
    by: str,
) -> ParameterRow:
    """Propose a parameter value from a day; it counts only once a second person adopts it."""
    if not source.strip():
        raise ValidationError(_("请写明来源：文件名称和文号"))
    if ParameterRow.objects.filter(name=name, region=region, since=since, withdrawn=False).exists():
        raise ValidationError(
            _("这个地区自 %(day)s 起已有一个值：先撤回它，再拟定新值") % {"day": since}
        )
    return ParameterRow.objects.create(
        name=name,
        region=region,
        since=since,
        value=value,
        source=source,
        verified=document is not None,
        document=document,
        proposed_by=by,
    )


@action
def adopt(*, row: ParameterRow, by: str) -> ParameterRow:
    """Adopt a proposal as the second person."""
    row = ParameterRow.objects.select_for_update().get(pk=row.pk)
    if row.withdrawn or row.approved_by:
        raise ValidationError(_("这个值已经撤回或已核定"))
    if row.proposed_by == by:
        raise PermissionDenied(_("拟定人不能核定自己的值：请另一人核定"))
    row.approved_by = by
    row.save(update_fields=["approved_by"])
    return row


@action
def withdraw(*, row: ParameterRow, by: str) -> ParameterRow:
    """Withdraw a proposal that nobody has adopted; an adopted value is succeeded, never removed."""
    row = ParameterRow.objects.select_for_update().get(pk=row.pk)
    if row.approved_by:
        raise ValidationError(_("已核定的值不能撤回：请从新的日期起另立一个值"))
    row.withdrawn = True
    row.save(update_fields=["withdrawn"])
    return row
