"""模板标签: pieces that templates show. `{% load wengu %}`; every value is escaped here, once."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import singledispatch
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from wengu.web import drawing, wording
from wengu.web.reasons import Choropleth, Ruler, StepChart
from wengu.web.shapes import (
    Absent,
    Cell,
    Change,
    Clause,
    Column,
    Field,
    Figure,
    Link,
    Mark,
    Masked,
    Money,
    Quoted,
    Row,
    Status,
    Text,
    Unverified,
    Urgency,
    Verdict,
)

register = template.Library()
_HAN, _MARKS = "\u3400-\u4dbf\u4e00-\u9fff", "\u3000-\u303f\uff00-\uffef“”‘’·"
_CHINESE = re.compile(f"((?:[{_MARKS}]*[{_HAN}][{_HAN}{_MARKS}]*)+)")
_NO_SPACE_AFTER = ("，", "、", "：", "；", "。", "（")


# Numbers and dates


@register.filter
def yuan(fen: int | None) -> str:
    """864000 → 8,640.00; None → 待核."""
    return gettext("待核") if fen is None else wording.yuan(fen)


@register.filter
def count(value: int | None) -> str:
    """1284 → 1,284; None → 待核."""
    return gettext("待核") if value is None else wording.count(value)


@register.filter
def of_number(unit: str, value: int | None) -> str:
    """户 as it stands beside its number."""
    return wording.of_number(unit, value)


@register.filter
def wan(value: int) -> str:
    """150000 → 15.0 万; on leaders' pages only, the exact value in the link."""
    return wording.wan(value)


@register.filter
def percent(bp: int | None) -> str:
    """1620 → 16.2 (the sign stands in the head of the column); None → 待核."""
    return gettext("待核") if bp is None else wording.percent(bp)


@register.filter
def day(value: date | int | None) -> str:
    """A date, or the integer 20200701 → 2020-07-01; None → 待核."""
    if value is None:
        return gettext("待核")
    return wording.day_number(value) if isinstance(value, int) else wording.day(value)


@register.filter
def ago(value: date, on: date) -> str:
    """3 天前, as seen on the page's day."""
    return wording.ago(value, on)


@register.filter
def clause_number(number: str) -> str:
    """2.4.3 → 二（四）3, in English 2(4)3."""
    return wording.clause_number(number)


@register.filter
def clause_sentence(number: str) -> str:
    """2.4.3 → 二（四）第 3 句, the place of a quotation."""
    return wording.clause_sentence(number)


@register.filter
def sentence_number(number: str) -> str:
    """2.4.3 → 3, the number before a sentence of a section."""
    return number.rsplit(".", 1)[-1]


# Words that stay Chinese on an English page


@register.simple_tag
def zh() -> SafeString:
    """Say that an element holds Chinese: ` lang="zh-Hans"` where the page is English."""
    return format_html(' lang="{}"', "zh-Hans") if wording.english() else mark_safe("")


@register.filter
def quoted(text: str) -> str:
    """Return a text in which runs of Chinese say so, for who has an English page read aloud."""
    return chinese(text) if wording.english() else text


@register.filter
def chinese(text: str) -> SafeString:
    """Return an English text in which runs of Chinese say so."""
    parts = enumerate(_CHINESE.split(text))
    return format_html_join("", "{}", ((_run(part) if i % 2 else part,) for i, part in parts))


def _run(text: str) -> SafeString:
    return format_html('<span lang="zh-Hans">{}</span>', text)


# Marks


def _verdict_words(value: Verdict) -> str:
    words = {"true": gettext("符合"), "false": gettext("不符合"), "unknown": gettext("待核")}
    return words[value]


@register.simple_tag
def verdict(value: Verdict, text: str = "") -> SafeString:
    """判定: √ 符合, × 不符合, ? 待核, or other words in the same mark."""
    style = f"{value} rule" if text and value == "true" else value
    return format_html('<span class="v {}">{}</span>', style, text or _verdict_words(value))


@register.simple_tag
def status(urgency: Urgency, text: str) -> SafeString:
    """状态: ▲ ◆ ● ○ with words."""
    return format_html('<span class="s {}">{}</span>', urgency, text)


@register.simple_tag
def unverified() -> SafeString:
    """未核实 behind a parameter."""
    return format_html('<span class="v plain">{}</span>', gettext("未核实"))


@register.simple_tag
def clause(number: str, url: str = "") -> SafeString:
    """条款号 in Songti; a link when it leads somewhere."""
    if not number:
        return mark_safe("—")
    shown = wording.clause_number(number)
    if url:
        return format_html('<a class="c" href="{}">{}</a>', url, shown)
    return format_html('<span class="c">{}</span>', shown)


# Cells


@singledispatch
def piece(value: object) -> str | SafeString:
    """Return a cell's content as HTML; text is escaped, None is 待核."""
    if value is None:
        return verdict("unknown")
    return str(value)


@piece.register
def _(value: bool) -> str:  # noqa: FBT001 - a value, not an option
    return gettext("是") if value else gettext("否")


@piece.register
def _(value: int) -> str:
    return wording.count(value)


@piece.register
def _(value: date) -> str:
    return format_html("<time>{}</time>", wording.day(value))


@piece.register
def _(value: tuple) -> str:  # type: ignore[type-arg]  # singledispatch reads the bare class
    shown: SafeString = mark_safe("")
    for i, part in enumerate(value):
        tight = i == 0 or str(value[i - 1]).endswith(_NO_SPACE_AFTER)
        shown = format_html("{}{}{}", shown, "" if tight else " ", piece(part))
    return shown


@piece.register
def _(value: Text) -> str:
    shown: str | SafeString = value.text
    if value.strong:
        shown = format_html("<b>{}</b>", shown)
    if value.quiet:
        shown = format_html('<span class="q">{}</span>', shown)
    return _noted(shown, value)


@piece.register
def _(value: Quoted) -> str:
    shown = quoted(value.text)
    if value.below:
        shown = format_html('{}<br><small class="q">{}</small>', shown, quoted(value.below))
    return shown


@piece.register
def _(value: Link) -> str:
    shown: str | SafeString = value.text
    if value.url:
        shown = format_html('<a href="{}">{}</a>', value.url, shown)
    return _noted(format_html("<b>{}</b>", shown) if value.strong else shown, value)


def _noted(shown: str | SafeString, value: Text | Link) -> str | SafeString:
    if value.note:
        shown = format_html('{} <span class="q">{}</span>', shown, value.note)
    if value.below:
        shown = format_html('{}<br><small class="q">{}</small>', shown, value.below)
    return shown


@piece.register
def _(value: Money) -> str | SafeString:
    if value.fen is None:
        return verdict("unknown")
    shown = f"{wording.yuan(value.fen)} {value.unit}".rstrip()
    return format_html("<b>{}</b>", shown) if value.strong else shown


@piece.register
def _(value: Mark) -> str:
    return verdict(value.verdict, value.text)


@piece.register
def _(value: Status) -> str:
    return status(value.urgency, value.text)


@piece.register
def _(value: Clause) -> str:
    return clause(value.number, value.url)


@piece.register
def _(value: Unverified) -> str:
    return unverified()


@piece.register
def _(value: Absent) -> str:
    if value.applies:
        return format_html('<span class="q">{}</span>', gettext("无"))
    return format_html('<span class="q" title="{}">—</span>', gettext("不适用"))


@piece.register
def _(value: Change) -> str:
    if isinstance(value.old, Mark) or isinstance(value.new, Mark):
        return format_html("{} → {}", piece(value.old), piece(value.new))
    unknown = gettext("待核")
    old = unknown if value.old is None else value.old
    new = unknown if value.new is None else value.new
    return format_html("<del>{}</del> → <ins>{}</ins>", old, new)


@piece.register
def _(value: Masked) -> SafeString:
    if value.reveal_url:
        return render_to_string("components/masked.html", {"masked": value})
    return format_html(
        '<span class="m">{}<i aria-hidden="true">{}</i><span class="hide">{}</span></span>',
        value.head, value.dots, gettext("（已遮蔽）"),
    )  # fmt: skip


@register.simple_tag
def show(cell: Cell) -> str | SafeString:
    """Any cell of shapes.py."""
    return piece(cell)


@register.simple_tag
def spread(cell: Cell) -> SafeString:
    """The pieces of a note at the right of a heading, each apart from the next."""
    parts = cell if isinstance(cell, tuple) else (cell,)
    return format_html_join("", "<span>{}</span>", ((piece(part),) for part in parts))


@register.simple_tag
def figure(shape: Figure) -> str | SafeString:
    """A number in a table that opens its list; 0 opens nothing."""
    if shape.value is None:
        return verdict("unknown")
    shown = wording.count(shape.value)
    if shape.url and shape.value:
        return format_html('<a href="{}">{}</a>', shape.url, shown)
    return format_html('<span class="q">{}</span>', shown)


@register.filter
def against(row: Row, columns: Iterable[Column]) -> Iterable[tuple[Column, Cell]]:
    """The cells of a row, each with its column; a row of another length is refused."""
    return zip(columns, row.cells, strict=True)


@register.filter
def wrong(fields: Iterable[Field]) -> list[tuple[int, Field]]:
    """The fields with an error, each with its number in the form."""
    return [(i, field) for i, field in enumerate(fields, start=1) if field.error]


# Drawings


@register.inclusion_tag("components/ruler.html")
def ruler(shape: Ruler) -> Mapping[str, Any]:
    """尺: thresholds, zone and point, drawn for desks and for phones."""
    drawings = {
        "wide": drawing.ruler(shape, drawing.WIDE),
        "narrow": drawing.ruler(shape, drawing.NARROW),
    }
    return {"ruler": shape, "drawings": drawings}


@register.inclusion_tag("components/steps.html")
def steps(shape: StepChart) -> Mapping[str, Any]:
    """阶梯图 of a parameter; always beside its table."""
    drawings = {
        "wide": drawing.steps(shape, drawing.CHART_WIDE),
        "narrow": drawing.steps(shape, drawing.CHART_NARROW),
    }
    return {"chart": shape, "drawings": drawings}


@register.inclusion_tag("components/choropleth.html")
def choropleth(shape: Choropleth) -> Mapping[str, Any]:
    """地图: areas shaded in four steps, each with its name and figure printed."""
    shaded = [(area, drawing.shade(area.value, shape.cuts)) for area in shape.areas]
    legend = [(f"m{i}", text) for i, text in enumerate(shape.legend, start=1)]
    # The current area is drawn last, so that its edge lies over its neighbours.
    shaded.sort(key=lambda pair: pair[0].current)
    size = {"width_rem": drawing.rem(shape.width), "height_rem": drawing.rem(shape.height)}
    return {"map": shape, "shaded": shaded, "legend": legend, **size}
