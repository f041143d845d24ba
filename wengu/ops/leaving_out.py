"""没有读的工作表: what a command passed over is said beside its answer."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from wengu.intake.skips import SkippedSheet
from wengu.ops.console import complain


def say_skipped(skipped: Iterable[SkippedSheet]) -> None:
    """Name each sheet that was not read, and why."""
    for one in skipped:
        complain("  " + _("工作表“%(name)s”没有读：%(why)s") % {"name": one.name, "why": one.said})
