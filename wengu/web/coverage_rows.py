"""对照一行: the status of a demand of the document, and links to where it lives."""

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from wengu.policy.coverage import CoveredRow, Place
from wengu.policy.parameters import definition
from wengu.policy.rules import pack
from wengu.web import indicators, parameter_values
from wengu.web.frame import link
from wengu.web.shapes import Cell, Link, Piece, Status, Text, Urgency

_URGENCY: dict[str, Urgency] = {"live": "green", "partial": "amber", "planned": "open"}


def status_words() -> dict[str, str]:
    """Return what the three statuses are called."""
    return {"live": _("已落地"), "partial": _("部分落地"), "planned": _("计划中")}


def kind_words() -> dict[str, str]:
    """Return what the three kinds of demands are called."""
    return {"target": _("目标"), "deadline": _("时限"), "mechanism": _("机制")}


def page_words() -> dict[str, str]:
    """Return what the pages are called that rows point at."""
    return {
        "households": _("户台账"), "household": _("一户一档"), "persons": _("人的名单"),
        "villages": _("村的名单"), "village": _("村档"), "overview": _("分类帮扶总览"),
    }  # fmt: skip


def status(row: CoveredRow) -> Status:
    """Return the status as a mark with words."""
    return Status(_URGENCY[row.status], status_words()[row.status])


def where(row: CoveredRow) -> Cell:
    """Return the places of a row: rules, parameters and pages as links, the others named."""
    pieces: list[Piece] = [_place(place) for place in row.where if place.kind != "test"]
    tests = row.refs("test")
    if tests:
        pieces.append(Text(_("%(n)s 项测试") % {"n": len(tests)}, quiet=True))
    return tuple(pieces) or Text("—")


def _place(place: Place) -> Piece:
    if place.kind == "rule":
        rule = pack.rule(place.ref)
        return Link(indicators.term(rule), link("clause", rule.clause))
    if place.kind == "parameter":
        found = definition(place.ref)
        return Link(parameter_values.term(found), link("parameter", place.ref))
    if place.kind == "page":
        return Link(page_words().get(place.ref, place.ref), _page(place.ref))
    return Text(f"wengu {place.ref}" if place.kind == "command" else place.ref, quiet=True)


def _page(name: str) -> str:
    """Return the address of a page by its name; "" where it needs more than its name."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
