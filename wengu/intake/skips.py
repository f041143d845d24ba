"""跳过的工作表: sheets of a file that were passed over whole, each with why, and in words."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from wengu.intake.models import Batch
from wengu.intake.reading import Reading

WHY: Final[Mapping[str, Promise]] = {
    "hidden": gettext_lazy("是隐藏的工作表"),
    "no_header": gettext_lazy("前 10 行没有认出表头"),
    "lacking": gettext_lazy("缺少列 %(columns)s"),
    "twice": gettext_lazy("同一项有两列，内容却不同：%(columns)s"),
    "other_kind": gettext_lazy("与前面的工作表不是同一种表"),
}


class SkippedSheet(NamedTuple):
    """跳过的工作表: its place in the file, its name, the code of why, and the columns it lacks."""

    sheet: int
    name: str
    why: str
    columns: str = ""

    @property
    def said(self) -> str:
        """Return why, in the reader's language."""
        words = str(WHY[self.why])
        return words % {"columns": self.columns} if self.columns else words

    def kept(self) -> dict[str, Any]:
        """Return what a batch keeps of it."""
        return {"passed": self.sheet, "name": self.name, "why": self.why, "columns": self.columns}


def of_reading(reading: Reading) -> list[SkippedSheet]:
    """Return the sheets that a reading passed over whole."""
    return [
        SkippedSheet(each.sheet, each.name, each.why, each.columns)
        for each in reading.skipped
        if not each.row
    ]


def of_batch(batch: Batch) -> list[SkippedSheet]:
    """Return the sheets that a batch's file passed over whole."""
    return list(_kept(batch.sheets))


def _kept(sheets: Iterable[Mapping[str, Any]]) -> Iterable[SkippedSheet]:
    for number, each in enumerate(sheets):
        if "why" in each:
            place = each.get("passed", number)
            yield SkippedSheet(place, each["name"], each["why"], each.get("columns", ""))
