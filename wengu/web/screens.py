"""页面: what each page shows, made of the shapes; each docstring names the template."""

from dataclasses import dataclass
from datetime import date, datetime

from wengu.web.reasons import Choropleth, Explanation, StepChart, Words
from wengu.web.shapes import (
    Action,
    Cell,
    Column,
    Confirmation,
    Definition,
    Event,
    Failure,
    Figure,
    Link,
    Nothing,
    Notice,
    Pager,
    Row,
    Search,
    Status,
    Table,
    Urgency,
)


@dataclass(frozen=True, slots=True)
class NavItem:
    """目录一项; `count` is what waits for me, None shows no number."""

    label: str
    url: str
    count: int | None = None
    current: bool = False


@dataclass(frozen=True, slots=True)
class NavGroup:
    """目录一组; the document's own headings speak in Songti."""

    title: str
    items: tuple[NavItem, ...]
    document: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """版心: what surrounds every page (base.html); context variable `frame`."""

    nav: tuple[NavGroup, ...] = ()
    dock: tuple[NavItem, ...] = ()
    user: str = ""
    user_url: str = ""
    logout_url: str = ""
    search_url: str = ""
    foot: tuple[str, ...] = ()
    simulated: bool = True
    text_size: str = "s"
    density: str = "s"


@dataclass(frozen=True, slots=True)
class Listing:
    """名单 (registry/households.html): search, columns, rows; the URL holds the whole state."""

    title: str
    crumbs: tuple[Link, ...]
    search: Search
    total: int
    unit: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    pager: Pager
    people: int | None = None
    unknown: int = 0
    unknown_url: str = ""
    sorted_by: str = ""
    actions: tuple[Action, ...] = ()
    batch: tuple[Action, ...] = ()
    select_all_url: str = ""
    # Every column there is, `chosen` where shown, `locked` where it cannot be left out.
    all_columns: tuple["ColumnChoice", ...] = ()
    columns_name: str = ""
    nothing: Nothing | None = None
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """一列 in 选择列."""

    key: str
    label: str
    chosen: bool = False
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Anchor:
    """页内一段 in the tabs; count None shows no number."""

    label: str
    url: str
    count: int | None = None
    current: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """措施 of 一户一策: in place, or not yet."""

    title: str
    clause: str
    clause_url: str
    state: Cell


@dataclass(frozen=True, slots=True)
class HouseholdFile:
    """一户一档 (registry/household.html); also printed on A4."""

    title: str
    number: str
    crumbs: tuple[Link, ...]
    actions: tuple[Action, ...]
    facts: tuple[Definition, ...]
    anchors: tuple[Anchor, ...]
    on: date
    explanations: tuple[Explanation, ...]
    held: int
    not_held: int
    unknown: int
    timeline: tuple[Event, ...]
    timeline_total: int
    timeline_url: str
    measures: tuple[Measure, ...]
    members: Table
    tables: tuple["Section", ...] = ()
    printed: str = ""
    notice: Notice | None = None


@dataclass(frozen=True, slots=True)
class VillageFile:
    """村档 (registry/village.html): its class with the reasons, indicators, households, facts."""

    title: str
    number: str
    crumbs: tuple[Link, ...]
    actions: tuple[Action, ...]
    facts: tuple[Definition, ...]
    anchors: tuple[Anchor, ...]
    on: date
    explanations: tuple[Explanation, ...]
    held: int
    not_held: int
    unknown: int
    tables: tuple["Section", ...]
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """一段: a heading with its anchor, a note at its right, a table; `rest` of it unfolds below."""

    key: str
    title: str
    table: Table
    note: Cell = ""
    rest: Table | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """总览 (overview.html): the same figures as map and table, and what moved since yesterday."""

    title: str
    crumbs: tuple[Link, ...]
    clause: str
    clause_url: str
    quote: str
    actions: tuple[Action, ...]
    figures: tuple[Figure, ...]
    map: Choropleth | None
    heading: str
    note: Cell
    table: Table
    footnote: str
    changes_title: str
    changes_note: Cell
    # None before a second run.
    changes: Table | None
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """疑点原因 and how many rows it holds; `must` = ▲ 必须改, else ◆ 请核对."""

    label: str
    column: str
    rows: int
    url: str
    must: bool = False
    current: bool = False


@dataclass(frozen=True, slots=True)
class SheetCell:
    """表格一格 as in the clerk's sheet; doubt "" | "must" | "check"."""

    text: str
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Doubt:
    """疑点: where, why and how to mend it."""

    must: bool
    address: str
    why: str
    remedies: tuple[Link, ...] = ()
    # 变化, no doubt: what the row would write over what the registry has.
    old: str = ""
    new: str = ""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """表格一行 with the clerk's own row number."""

    number: int
    cells: tuple[SheetCell, ...]
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """工作表 of the clerk's workbook: rows below the sheet's own header; `name` where several."""

    name: str
    letters: tuple[str, ...]
    header_row: int
    headers: tuple[str, ...]
    rows: tuple[SheetRow, ...]


@dataclass(frozen=True, slots=True)
class Release:
    """确认放行: every doubt of one reason, confirmed with one written reason."""

    url: str
    code: str
    summary: str
    consequence: str
    action: str


@dataclass(frozen=True, slots=True)
class Review:
    """导入审查 (intake/review.html): reasons at the left, the clerk's own sheet at the right."""

    title: str
    crumbs: tuple[Link, ...]
    meta: tuple[str, ...]
    actions: tuple[Action, ...]
    figures: tuple[Figure, ...]
    notice: Notice
    reasons: tuple[Reason, ...]
    sheets: tuple[Sheet, ...]
    shown: int
    total: int
    pager: Pager
    only_must_url: str = ""
    undo: Confirmation | None = None
    nothing: Nothing | None = None
    waiting: int = 0  # rows that are not in yet: in doubt, or with a household that is
    # All doubts of the chosen reason may be confirmed at once, with one reason.
    release: Release | None = None


@dataclass(frozen=True, slots=True)
class Movement:
    """进出一行 of the matrix: entered and left by cause; 待核 now; changed."""

    rule: str
    clause: str
    clause_url: str
    entered: tuple[Figure, ...]
    left: tuple[Figure, ...]
    doubted: Figure
    changed: Figure


@dataclass(frozen=True, slots=True)
class Difference:
    """运行差异 (decisions/diff.html): rule × direction × cause, then the list old → new."""

    title: str
    crumbs: tuple[Link, ...]
    meta: str
    actions: tuple[Action, ...]
    notice: Notice
    unit: str
    movements: tuple[Movement, ...]
    filters: tuple[Cell, ...]
    table: Table
    pager: Pager
    search: Search | None = None
    # Where the matrix with its causes comes from, while only totals are known.
    causes_url: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """一句原文; the sentence of the page is highlighted."""

    number: int
    words: tuple[Words, ...]
    current: bool = False
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """读法: how a word of the sentence is read, and why."""

    words: str
    read_as: str
    why: Cell


@dataclass(frozen=True, slots=True)
class ClausePage:
    """条款 (policy/clause.html): its words, how they are read, whom they hold for, parameters."""

    title: str
    number: str
    crumbs: tuple[Link, ...]
    meta: tuple[str, ...]
    actions: tuple[Action, ...]
    document: str
    sentences: tuple[Sentence, ...]
    readings: tuple[Reading, ...]
    holders_note: Cell
    holders: Table | None
    chart: StepChart | None
    chart_note: Cell
    chart_table: Table | None
    parameters: Table | None
    # The sentence in English, beneath the original, where the page speaks English.
    translation: str = ""
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """待办一件: deadline first, then what, why, where from."""

    urgency: Urgency
    due_text: str
    due: date | datetime
    title: str
    url: str
    who: str
    place: str
    why: str
    clause: str
    clause_url: str
    origin: str
    action: str

    @property
    def status(self) -> Status:
        """Return the deadline as a status mark."""
        return Status(self.urgency, self.due_text)


@dataclass(frozen=True, slots=True)
class Desk:
    """工作台 (desk.html): the day's sentence, figures, tasks; the aside is a column of sections.

    A post that reads and does not handle has `standing` where others have their tasks.
    """

    title: str
    crumbs: tuple[Link, ...]
    meta: tuple[str, ...]
    actions: tuple[Action, ...]
    figures: tuple[Figure, ...]
    orders: tuple[Link, ...]
    tasks: tuple[Task, ...]
    total: int
    all_url: str
    sections: tuple[Section, ...]
    pager: Pager | None = None
    nothing: Nothing | None = None
    standing: Section | None = None
