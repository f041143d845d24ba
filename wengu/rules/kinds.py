"""种类: what a column or a parameter is, and what it may be compared with."""

import dataclasses
from typing import ClassVar

from wengu.rules.errors import RuleError

Unit = tuple[str, ...]
"""单位: the dimensions of a number, sorted; () is a pure count."""

COUNT: Unit = ()
FLAG: Unit = ("flag",)
DAY: Unit = ("day",)
TEXT: Unit = ("text",)
CODES: Unit = ("codes",)
AGE: Unit = ("age",)
YEARS: Unit = ("years",)
MONTHS: Unit = ("months",)
DAYS: Unit = ("days",)
FEN: Unit = ("fen",)
BASIS: Unit = ("bp",)
NOT_NUMBERS = (FLAG, DAY, TEXT, CODES, AGE)

UNIT_TEXTS = {
    COUNT: "数", FLAG: "是非", DAY: "日期", TEXT: "文字", CODES: "代码集", AGE: "年龄",
    YEARS: "岁", MONTHS: "月", DAYS: "天", FEN: "分", BASIS: "基点",
}  # fmt: skip


def unit_text(unit: Unit) -> str:
    """Return the unit as people read it."""
    return UNIT_TEXTS.get(unit) or "×".join(UNIT_TEXTS.get((part,), part) for part in unit)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Kind:
    """种类: the kind of a column: may it be unknown, its words, its holder, its range."""

    null: bool = False
    term: str = ""
    term_en: str = ""
    holder: str = ""
    range: tuple[int, int] | None = None
    values: tuple[str, ...] = ()

    dims: ClassVar[Unit] = COUNT
    widest: ClassVar[tuple[int, int]] = (0, 10_000_000)

    @property
    def bounds(self) -> tuple[int, int]:
        """The smallest and the largest value."""
        return self.range or self.widest


class Fen(Kind):
    """金额: integer fen."""

    dims = FEN
    widest = (-1_000_000_000_000, 1_000_000_000_000)


class Bp(Kind):
    """比率: integer basis points; 10,000 is the whole."""

    dims = BASIS
    widest = (0, 10_000_000)


class Count(Kind):
    """数量: persons, houses, times."""


class Months(Kind):
    """月数."""

    dims = MONTHS
    widest = (0, 1_200)


class Days(Kind):
    """天数."""

    dims = DAYS
    widest = (0, 36_500)


class Years(Kind):
    """岁数: completed years of age."""

    dims = YEARS
    widest = (0, 150)


class Flag(Kind):
    """是非: yes, no, or (null) not known."""

    dims = FLAG
    widest = (0, 1)


class Day(Kind):
    """日期: an integer yyyymmdd."""

    dims = DAY
    widest = (1800_01_01, 2999_12_31)


class Choice(Kind):
    """选项: one of the listed values; without a list any text."""

    dims = TEXT
    widest = (0, 0)


class Codes(Kind):
    """代码集: only for parameters: a set of values, used by in_()."""

    dims = CODES
    widest = (0, 0)


@dataclasses.dataclass(frozen=True)
class Table:
    """表: one kind of row, its columns, and the table it belongs to.

    `many` is the name under which the parent sees its rows (household.members);
    `at_most` is the most rows one parent can have, needed to prove that sums fit 63 bits.
    """

    name: str
    columns: dict[str, Kind]
    _: dataclasses.KW_ONLY
    parent: "Table | None" = None
    many: str = ""
    term: str = ""
    term_en: str = ""
    at_most: int = 1_000

    @property
    def plural(self) -> str:
        """The name of the rows as their parent sees them."""
        return self.many or f"{self.name}s"


def parameter_kind(kind: type[Kind] | Kind) -> Kind:
    """Return an instance for a kind named by its class."""
    return kind() if isinstance(kind, type) else kind


@dataclasses.dataclass(frozen=True)
class ParameterDefinition:
    """参数定义: a dated value that the city sets; `county` = a county may set its own.

    `unit` is the text shown beside the value (元/月); the kind says how it is stored.
    """

    name: str
    kind: type[Kind] | Kind
    _: dataclasses.KW_ONLY
    term: str
    term_en: str = ""
    unit: str = ""
    county: bool = False
    range: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        if self.county and self.dims == CODES:
            raise RuleError(
                "bad-parameter", name=self.name, value="county=True", why="代码集只能全市统一"
            )

    @property
    def dims(self) -> Unit:
        """The unit of the value."""
        return parameter_kind(self.kind).dims

    @property
    def bounds(self) -> tuple[int, int]:
        """The smallest and the largest value that may be set."""
        return self.range or parameter_kind(self.kind).bounds
