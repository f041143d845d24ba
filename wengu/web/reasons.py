"""理由: an explanation from the clause's words to what would change it, and what is drawn of it."""

from dataclasses import dataclass
from datetime import date

from wengu.web.shapes import Cell, Verdict


@dataclass(frozen=True, slots=True)
class Words:
    """原文片段; `deciding` words are underlined."""

    text: str
    deciding: bool = False


@dataclass(frozen=True, slots=True)
class Test:
    """条件一行: `part` rows are the arithmetic of the row above and carry no verdict."""

    label: str
    verdict: Verdict | None
    fact: Cell
    required: Cell
    source: Cell
    dated: Cell
    part: bool = False


@dataclass(frozen=True, slots=True)
class Threshold:
    """界 on a ruler; `included` says to which side the exact value belongs (含 = to the left)."""

    at: int
    text: str
    included: bool


@dataclass(frozen=True, slots=True)
class Ruler:
    """尺: zones between thresholds, one of them in force, and the household's point.

    `zones` has one name more than `thresholds`. `point` None = 待核, drawn without a point.
    """

    low: int
    high: int
    low_text: str
    high_text: str
    thresholds: tuple[Threshold, ...]
    zones: tuple[str, ...]
    zone: int | None
    point: int | None
    point_text: str


@dataclass(frozen=True, slots=True)
class Flip:
    """怎样会变: if this, then that, and how far it is now."""

    condition: str
    outcome: str
    distance: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """认定与理由 (components/why.html): from the words of the clause to what would change it."""

    key: str
    verdict: Verdict
    rule: str
    clause: str
    clause_url: str
    sentence: str
    since: date | None = None
    since_note: str = ""
    document: str = ""
    quote: tuple[Words, ...] = ()
    tests: tuple[Test, ...] = ()
    rulers: tuple[Ruler, ...] = ()
    flips: tuple[Flip, ...] = ()
    opened: bool = False
    # Where rulers and flips are fetched from when the decision is unfolded; "" = they are here.
    changes_url: str = ""
    # "village" where the facts are a village's.
    subject: str = "household"


@dataclass(frozen=True, slots=True)
class Outline:
    """边界 as an SVG path, and where its label stands (drawing.outlines makes them)."""

    path: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Area:
    """图上一块: figure in basis points (None = 待核), its words, its outline."""

    name: str
    url: str
    value: int | None
    text: str
    outline: Outline
    current: bool = False


@dataclass(frozen=True, slots=True)
class Choropleth:
    """地图: at most four steps cut at `cuts` (basis points); `legend` has one text more."""

    title: str
    width: int
    height: int
    areas: tuple[Area, ...]
    cuts: tuple[int, ...]
    legend: tuple[str, ...]
    change_url: str = ""
    approval_no: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """参数一段: value in force from `since`; `planned` = not yet approved."""

    since: date
    value: int
    text: str
    planned: bool = False


@dataclass(frozen=True, slots=True)
class StepChart:
    """阶梯图, always beside its table."""

    title: str
    steps: tuple[Step, ...]
    today: date
    money: bool = True
