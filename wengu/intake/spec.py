"""表种: what a kind of sheet is, said without a database: columns, layouts, checks, statements.

`intake` knows this protocol only; the sheets themselves stand above, in `registry.imports`.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

MUST_FIX = "must_fix"
PLEASE_CHECK = "please_check"


class RawRow(NamedTuple):
    """原行: the cells of one row as the clerk wrote them, as text, padded to the sheet's width."""

    sheet: int
    number: int
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class Column:
    """列: one field and every header that has been used for it, over all versions."""

    field: str
    headers: tuple[str, ...]
    required: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """版式: one generation of a sheet, known by the headers that it prints."""

    name: str
    headers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Head:
    """表头: where the header stands on a sheet, and which column holds which field."""

    sheet: int
    name: str
    row: int
    headers: tuple[str, ...]
    fields: Mapping[str, int]

    def letter(self, name: str) -> str | None:
        """Return the column letter of a field; None where the sheet has no such column."""
        index = self.fields.get(name)
        return None if index is None else letter(index)


@dataclass(frozen=True, slots=True)
class Found:
    """疑点: one doubt about the cells of a row; the detail holds no personal data."""

    sheet: int
    row: int
    fields: tuple[str, ...]
    code: str
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Group:
    """组: rows that go in together or wait together, with what they state and what is doubtful."""

    key: str
    rows: list[tuple[int, int]]
    statements: list[Any] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)
    # 束: numbers by which it is compared with other groups.
    ties: frozenset[str] = frozenset()
    # Which rows belong to it hangs on the rows above and below, not on a number of its own.
    loose: bool = False


class KnownPerson(NamedTuple):
    """台账中的人: what a check needs to know of a person who is already in the registry."""

    name: str
    household: str
    village: str
    since: datetime.date


class Stay(NamedTuple):
    """住院: what makes a hospital stay of a person the same one."""

    hospital: str
    admitted: datetime.date
    discharged: datetime.date

    def overlaps(self, other: "Stay") -> bool:
        """Say whether nobody can have been in both; one may end on the day the next begins."""
        if self[1:] == other[1:]:
            return True
        return self.admitted < other.discharged and other.admitted < self.discharged


class Known(Protocol):
    """已知: a look into the registry; absent where there is none (wengu decide)."""

    def persons(self, numbers: Iterable[str]) -> Mapping[str, KnownPerson]:
        """Return the persons with an open membership, by the first 18 characters."""

    def members(self, households: Iterable[str]) -> Mapping[str, int]:
        """Return how many open members each household of these numbers has."""

    def stays(self, numbers: Iterable[str]) -> Mapping[str, Sequence[Stay]]:
        """Return the stays of persons that the lists before name, by the first 18 characters."""

    def leaving(self, numbers: Iterable[str], on: datetime.date) -> Mapping[str, datetime.date]:
        """Return the first day of gradual exit that lists until a day last stated."""


class PlaceFinder(Protocol):
    """地名: finds a village by the names on the sheet."""

    def find(self, county: str, town: str, village: str) -> "Place":
        """Return the 12-digit code, or which of the three names is unknown."""

    def coded(self, code: str, county: str, town: str, village: str) -> "Place":
        """Return the village of a code, where the names beside it (may be empty) agree."""

    def town(self, region: str, written: str) -> str:
        """Return the one town of a region that a cell means; "" where that is not clear."""

    def inside(self, region: str, code: str) -> bool:
        """Say whether a village lies in a region, or in what became of it."""


class Place(NamedTuple):
    """查得的村: `code` is empty where a name is unknown, and `unknown` says which.

    `names` are those that stand for an abolished division, or for a code that is another place's.
    """

    code: str
    unknown: str = ""
    names: str = ""


@dataclass(frozen=True)
class Context:
    """语境: what the reader of a sheet must be told, because the sheet does not say it."""

    dated: datetime.date
    region: str
    places: PlaceFinder
    period: int | None = None
    known: Known | None = None


class Words(NamedTuple):
    """说法: the sentences of one doubt."""

    reason: str
    remedy: str


class Spec(Protocol):
    """表种: one kind of sheet."""

    @property
    def name(self) -> str:
        """The short name that a batch keeps."""

    @property
    def title(self) -> str:
        """What the officials call the sheet."""

    @property
    def columns(self) -> Sequence[Column]:
        """Every column that it can read."""

    @property
    def layouts(self) -> Sequence[Layout]:
        """The generations that it knows."""

    def check(
        self, rows: Iterable[RawRow], heads: Mapping[int, Head], context: Context
    ) -> list[Group]:
        """Return the groups in sheet order; statements only where nothing must be fixed."""

    @property
    def identifying(self) -> Sequence[str]:
        """The fields that say whom a row is about."""

    def lasts(self, code: str) -> bool:
        """Return whether a confirmation holds for later sheets: the cells alone make the doubt."""

    @property
    def dated_amounts(self) -> Sequence[str]:
        """The fields whose amounts belong to a year that the sheet does not say."""

    def severity(self, code: str) -> str:
        """Return whether a doubt must be fixed or may be confirmed."""

    def words(self, code: str, detail: Mapping[str, Any], *, english: bool = False) -> "Words":
        """Return what is wrong, with its figures, and how to mend it."""


def letter(index: int) -> str:
    """Return the letters of a column: 0 is A, 26 is AA."""
    text = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("A") + rest) + text
    return text
