"""没有读的列: headers of a sheet that no field took, each by its letter, and what one resembles."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from wengu.intake.headers import spell
from wengu.intake.spec import Head, Spec, letter

# What we write ourselves beside the rows of a doubt workbook, which may come back.
DOUBT_HEADERS = ("疑点", "怎样改")
# A shorter header, such as 村 or 组, stands inside too many others to mean anything.
_TELLING = 4


class UnreadColumn(NamedTuple):
    """没有读的列: `like` is a header of a field that the sheet lacks; empty where none is near."""

    sheet: str
    letter: str
    header: str
    like: str = ""

    @property
    def said(self) -> str:
        """Return why it was not read, in the reader's language; empty where nothing is like it."""
        if not self.like:
            return ""
        return _("%(letter)s 列“%(header)s”没有读：与“%(like)s”相近，但写法、单位或年度不同") % {
            "letter": self.letter, "header": self.header, "like": self.like,
        }  # fmt: skip

    def as_json(self) -> dict[str, Any]:
        """Return it for a machine."""
        return self._asdict()


def columns(heads: Iterable[Head], spec: Spec) -> list[UnreadColumn]:
    """Return every column that has a header and was not read, in the order of the file."""
    return [
        UnreadColumn(head.name, letter(index), header, _like(header, head, spec))
        for head in heads
        for index, header in _unread(head)
    ]


def _unread(head: Head) -> Iterator[tuple[int, str]]:
    read = set(head.fields.values())
    for index, header in enumerate(head.headers):
        name = " ".join(header.split())
        if name and index not in read and name not in DOUBT_HEADERS:
            yield index, name


def _like(header: str, head: Head, spec: Spec) -> str:
    spelt = spell(header)
    return next(
        (
            column.headers[0]
            for column in spec.columns
            if column.field not in head.fields
            and any(len(one) >= _TELLING and spell(one) in spelt for one in column.headers)
        ),
        "",
    )
