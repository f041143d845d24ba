"""查找: one field for a clause number, a household number, a name or its initials; in scope."""

import re
from typing import Final, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.translation import gettext as _

from wengu import policy as document
from wengu.accounts.permissions import Permission
from wengu.kernel.text import compact
from wengu.regions import queries as regions
from wengu.registry import queries as registry
from wengu.registry.queries import Filter
from wengu.web import places, wording
from wengu.web.access import Request, policy
from wengu.web.frame import link, render
from wengu.web.screens import Section
from wengu.web.shapes import Clause, Column, Field, Link, Nothing, Row, Search, Table, Text

_SHOWN: Final = 10
_MOST_TEXT: Final = 60
_DIGITS: Final = {c: str(i) for i, c in enumerate("一二三四五六七八九", start=1)}
_DOTTED: Final = re.compile(r"\d(\.\d+){0,2}")
_SPOKEN: Final = re.compile(r"([一二三123])[（(]([一二三四五六七1-7])[)）](\d*)")


@policy(permission=Permission.HOUSEHOLDS_READ)
def search(request: HttpRequest) -> HttpResponse:
    """Show what a word finds; a whole household number or clause number leads straight there."""
    asked = cast("Request", request)
    text = asked.GET.get("q", "").strip()[:_MOST_TEXT]
    straight = _straight(asked, text)
    if straight:
        return HttpResponseRedirect(straight)
    sections = tuple(one for one in _sections(asked, text) if one is not None) if text else ()
    page = {
        "title": _("找到这些") if sections else _("查找"),
        "crumbs": places.path(asked.scope, str(asked.scope.region or "")),
        "search": Search(
            url=link("search"),
            fields=(
                Field("q", _("查什么"), value=text,
                      placeholder=_("姓名、拼音首字母、户编号、条款号")),
            ),
        ),
        "sections": sections,
        "nothing": None if sections else _nothing(text),
    }  # fmt: skip
    return render(asked, "registry/search.html", page, here="households")


def clause_number(text: str) -> str:
    """Return 2.4.3 of 2.4.3, 二（四）3 and 2(4)3; "" for what is no clause of the document."""
    spelt = compact(text)
    found = _SPOKEN.fullmatch(spelt)
    if found:
        part, section, sentence = found.groups()
        numbers = [_DIGITS.get(part, part), _DIGITS.get(section, section), sentence]
        spelt = ".".join(number for number in numbers if number)
    if not _DOTTED.fullmatch(spelt):
        return ""
    known = {clause.number for clause in document.clauses()}
    sections = {number.rpartition(".")[0] for number in known}
    return spelt if spelt in known | sections else ""


def _straight(request: Request, text: str) -> str:
    number = clause_number(text)
    if number and request.scope.allows(Permission.POLICY_READ):
        return link("clause", number)
    home = registry.household(viewer=request.scope, number=compact(text)) if text else None
    return link("household", home.number) if home else ""


def _sections(request: Request, text: str) -> list[Section | None]:
    return [_households(request, text), _persons(request, text), _villages(request, text),
            _clauses(text)]  # fmt: skip


def _note(shown: int, url: str) -> Link | str:
    return Link(_("看全部"), url) if shown == _SHOWN else _("%(n)s 条") % {"n": shown}


def _households(request: Request, text: str) -> Section | None:
    found = list(registry.households(viewer=request.scope, narrowed=Filter(text=text))[:_SHOWN])
    rows = tuple(
        Row((
            Link(one.head_name or _("无户主"), link("household", one.number), strong=True),
            one.number, places.name(one.village_id, request.scope), one.size,
        ))
        for one in found
    )  # fmt: skip
    columns = (Column(_("户主")), Column(_("户编号")), Column(_("村、社区")),
               Column(_("人口"), numeric=True))  # fmt: skip
    note = _note(len(rows), link("households", q=text))
    return _section("households", _("户"), columns, rows, note)


def _persons(request: Request, text: str) -> Section | None:
    found = list(registry.persons(viewer=request.scope, text=text)[:_SHOWN])
    rows = tuple(
        Row((
            Link(one.person.name, f"{link('household', one.household.number)}#members",
                 strong=True),
            one.relation, Text(one.household.head_name),
            places.name(one.household.village_id, request.scope),
        ))
        for one in found
    )  # fmt: skip
    columns = (Column(_("姓名")), Column(_("关系")), Column(_("户主")), Column(_("村、社区")))
    note = _note(len(rows), link("persons", q=text))
    return _section("persons", _("人"), columns, rows, note)


def _villages(request: Request, text: str) -> Section | None:
    own = str(request.scope.region or "")
    if not own:
        return None
    spelt = compact(text)
    found = [
        place
        for place in regions.under(own, request.on)
        if spelt in place.name or str(place.code) == spelt
    ][:_SHOWN]
    rows = tuple(
        Row((Link(one.short_name, link("village", one.code), strong=True), str(one.code)))
        for one in found
    )
    columns = (Column(_("村、社区")), Column(_("区划代码")))
    note = _note(len(rows), link("villages", q=text))
    return _section("villages", _("村"), columns, rows, note)


def _clauses(text: str) -> Section | None:
    if text.isascii() and not wording.english():
        return None
    found = [
        one
        for one in document.clauses()
        if text in (one.text_en if wording.english() else one.text)
    ][:_SHOWN]
    rows = tuple(
        Row((
            Clause(one.number, link("clause", one.number)),
            one.text_en if wording.english() else one.text,
        ))
        for one in found
    )  # fmt: skip
    columns = (Column(_("条款")), Column(_("原文")))
    return _section("clauses", _("条款"), columns, rows, _note(len(rows), link("policy")))


def _section(
    key: str, title: str, columns: tuple[Column, ...], rows: tuple[Row, ...], note: Link | str
) -> Section | None:
    return Section(key, title, Table(title, columns, rows, records=True), note) if rows else None


def _nothing(text: str) -> Nothing:
    if not text:
        why = _("姓名和拼音首字母从头对起；户编号、条款号要完整。")
        return Nothing(_("还没有填要找什么。"), why)
    return Nothing(
        _("没有找到“%(q)s”。") % {"q": text},
        _("可能写法不同，或不在您的范围内。"),
        (Link(_("看全部户"), link("households")),),
    )


urlpatterns = [path("search/", search, name="search")]
