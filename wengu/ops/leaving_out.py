"""没有读的工作表和列: what a command passed over is said beside its answer."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from django.utils.translation import gettext as _

from wengu.intake.skips import SkippedSheet
from wengu.intake.unread import UnreadColumn
from wengu.ops.console import complain


def say_skipped(skipped: Iterable[SkippedSheet]) -> None:
    """Name each sheet that was not read, and why."""
    for one in skipped:
        complain("  " + _("工作表“%(name)s”没有读：%(why)s") % {"name": one.name, "why": one.said})


def say_unread(columns: Sequence[UnreadColumn]) -> None:
    """Name each column that was not read; apart, those that resemble a field which is lacking."""
    for name, some in groupby(columns, key=lambda one: one.sheet):
        listed = list(some)
        words = {"name": name, "n": len(listed)}
        words["named"] = _("、").join(f"{one.letter} {one.header}" for one in listed)
        if name:
            complain(_("工作表“%(name)s”有 %(n)s 列没有读：%(named)s") % words)
        else:
            complain(_("有 %(n)s 列没有读：%(named)s") % words)
        for one in listed:
            if one.said:
                complain(f"  {one.said}")
