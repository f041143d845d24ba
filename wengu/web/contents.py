"""目录: the side nav is the document's contents; work pages first, 系统 last."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext

from wengu import policy as document
from wengu.web import wording
from wengu.web.screens import NavGroup, NavItem

SECTIONS = tuple(
    [f"2.{n}" for n in range(1, 8)] + [f"3.{n}" for n in range(1, 6)]
)  # what the city does: 二（一）–（七）, 三（一）–（五）


@dataclass(frozen=True, slots=True)
class TitlePart:
    """扉页一段: a part of the document with its subsections, for the title page."""

    title: str
    lines: tuple[str, ...]


def title_page() -> tuple[TitlePart, ...]:
    """Return parts 二 and 三 with their subsections, for the sign-in page."""
    parts = []
    for part in document.sections():
        own = [s for s in part.sections if s.number in SECTIONS]
        if own:
            lines = tuple(s.heading_en if wording.english() else s.heading for s in own)
            parts.append(TitlePart(part.heading_en if wording.english() else part.heading, lines))
    return tuple(parts)


def section_names() -> dict[str, str]:
    """Return the few characters by which officials call each subsection."""
    return {
        "2.1": gettext("分类帮扶"), "2.2": gettext("产业帮扶"), "2.3": gettext("就业帮扶"),
        "2.4": gettext("兜底帮扶"), "2.5": gettext("消费扶贫"), "2.6": gettext("三保障"),
        "2.7": gettext("补齐短板"), "3.1": gettext("压实责任"), "3.2": gettext("资金投入"),
        "3.3": gettext("组织建设"), "3.4": gettext("督查考核"), "3.5": gettext("总结宣传"),
    }  # fmt: skip


def document_groups(
    *, urls: Mapping[str, str], waiting: Mapping[str, int], here: str
) -> tuple[NavGroup, ...]:
    """Return 二 and 三 with the subsections that have a page; all mappings are by number."""
    names, groups = section_names(), []
    for part in document.sections():
        items = tuple(
            NavItem(
                _label(number, names[number]), urls[number], waiting.get(number), here == number
            )
            for number in SECTIONS
            if number.startswith(f"{part.number}.") and number in urls
        )
        if items:
            heading = part.heading_en if wording.english() else part.heading
            groups.append(NavGroup(heading, items, document=True))
    return tuple(groups)


def _label(number: str, name: str) -> str:
    """Return （四）兜底帮扶, in English (4) Safety net."""
    sub = wording.clause_number(number)[1:]
    return f"{sub} {name}" if wording.english() else f"{sub}{name}"
