"""页面所需: what each page needs, as frozen dataclasses. A view builds one, a template shows it.

A table cell holds a `Cell`: text, a number (grouped), a date, None (待核), a piece below, or a
tuple of these. `{% show cell %}` renders it; nothing here is marked up or escaped in advance.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Verdict = Literal["true", "false", "unknown"]
# Overdue ▲, near ◆, on time ●, not known ○.
Urgency = Literal["red", "amber", "green", "open"]


@dataclass(frozen=True, slots=True)
class Text:
    """文字: words with an optional quiet note behind or below them."""

    text: str
    note: str = ""
    below: str = ""
    strong: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Quoted:
    """原文: words of the document, of a sheet or of a person; they stay as they were written."""

    text: str
    below: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """链接; an empty url is plain text (the current place, or nothing to open)."""

    text: str
    url: str = ""
    note: str = ""
    below: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Money:
    """金额 in fen; None is unknown and shown as 待核."""

    fen: int | None
    unit: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """判定: a verdict mark; `text` replaces the words 符合, 不符合, 待核."""

    verdict: Verdict
    text: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """状态: how urgent, always with words."""

    urgency: Urgency
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """变化: old → new; either may itself be a mark, None is 待核."""

    old: "Mark | str | None"
    new: "Mark | str | None"


@dataclass(frozen=True, slots=True)
class Clause:
    """条款 by its number, shown as 二（四）3 or 2(4)3 by language."""

    number: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Masked:
    """遮蔽: the readable head of a secret; `reveal_url` is empty where the post may not see it."""

    head: str
    hidden: int = 12
    reveal_url: str = ""
    left_today: int = 0
    purposes: tuple["Choice", ...] = ()
    # The token of the form; the page's own, since a cell is rendered without its request.
    token: str = ""

    @property
    def dots(self) -> str:
        """Return one dot for each hidden character."""
        return "·" * self.hidden


@dataclass(frozen=True, slots=True)
class Unverified:
    """未核实: stands behind a parameter whose source nobody has confirmed."""


@dataclass(frozen=True, slots=True)
class Absent:
    """没有: `无` (none exist), or `—` when the question does not arise."""

    applies: bool = True


Piece = (
    Text | Quoted | Link | Money | Mark | Status | Change | Clause | Masked | Unverified | Absent
    | str | int | date | None
)  # fmt: skip
Cell = Piece | tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """列: `sorted` is "", "ascending" or "descending"; without `sort_url` it cannot be sorted."""

    label: str
    numeric: bool = False
    sort_url: str = ""
    sorted: str = ""
    # Left out of the records on phones.
    desk_only: bool = False
    # Names that no line breaks, as those of places.
    unbroken: bool = False

    @property
    def style(self) -> str:
        """Return the classes of its cells."""
        styles = {"n": self.numeric, "desk": self.desk_only, "m": self.unbroken}
        return " ".join(name for name, has in styles.items() if has)


@dataclass(frozen=True, slots=True)
class Row:
    """行; `key` names it for the batch boxes."""

    cells: tuple[Cell, ...]
    key: str = ""
    label: str = ""
    current: bool = False
    total: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """三线表; `caption` names it to screen readers; `records`: on phones rows become records."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    records: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """动作: a button. `kind`: "" | "primary" | "danger"; `method`: "get" | "post" | "print"."""

    label: str
    url: str
    kind: str = ""
    method: str = "get"
    desk_only: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """数字 that opens its list; None is 待核."""

    label: str
    value: int | None
    unit: str
    url: str = ""
    urgency: Urgency | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """提示, 回执. `kind`: "info" | "good" | "warn" | "bad"; `live` is read aloud."""

    text: str
    kind: str = "info"
    lead: str = ""
    links: tuple[Link, ...] = ()
    live: bool = False


@dataclass(frozen=True, slots=True)
class Nothing:
    """空表: which condition is to blame, and the links that drop it."""

    text: str
    why: str = ""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """出错: what is kept, the number to name, where to try again."""

    kept: str
    number: str
    retry_url: str
    ask: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """作业: done of total; seconds left None while nobody can tell."""

    title: str
    done: int
    total: int
    unit: str
    seconds_left: int | None = None
    stop_url: str = ""
    poll_url: str = ""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """要确认的事: what is deleted, restored, kept. `count` > 0 must be typed (over 100 rows)."""

    summary: str
    question: str
    consequence: str
    action: str
    cancel: str
    url: str
    count: int = 0
    opened: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """选项 of a field."""

    value: str
    label: str
    chosen: bool = False
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """一项. `kind`: text, password, date, number, file, select, radio, checks, area."""

    name: str
    label: str
    kind: str = "text"
    value: str = ""
    choices: tuple[Choice, ...] = ()
    hint: str = ""
    error: str = ""
    placeholder: str = ""
    required: bool = False
    # What `autocomplete` says, for sign-in fields.
    fill: str = "off"
    # 待核 as an answer: label of the extra box named `<name>-unknown`; empty = not offered.
    unknown: str = ""


@dataclass(frozen=True, slots=True)
class Search:
    """查询: the fields of a list; `kept` are (name, value) pairs of the URL that stay (sort, size).

    `more` fields are folded away until 更多条件; `more_open` where one of them is in use.
    """

    url: str
    fields: tuple[Field, ...]
    more: tuple[Field, ...] = ()
    more_open: bool = False
    kept: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Pager:
    """翻页; first, last and total count rows; `kept` are the URL's other (name, value) pairs."""

    first: int
    last: int
    total: int
    page: int
    pages: int
    sizes: tuple[Link, ...] = ()
    previous_url: str = ""
    next_url: str = ""
    url: str = ""
    kept: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Definition:
    """一项事实 in a definition grid."""

    label: str
    value: Cell


@dataclass(frozen=True, slots=True)
class Event:
    """一事 on a timeline; `decided` = the system decided it, else people recorded it."""

    on: date
    title: str
    detail: Cell = ""
    decided: bool = False
