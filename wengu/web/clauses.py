"""政策页: the document with its sentences, each clause, what it asks for, the decision records."""

from collections import Counter
from dataclasses import dataclass
from typing import Final, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _

from wengu import policy as document
from wengu.accounts.permissions import Permission
from wengu.policy import coverage
from wengu.policy.rules import pack
from wengu.web import clause_page, indicators, wording
from wengu.web.access import Request, policy
from wengu.web.clause_page import UnknownNumber, heading
from wengu.web.coverage_rows import kind_words, status, status_words, where
from wengu.web.frame import link, render
from wengu.web.records import record
from wengu.web.screens import Anchor
from wengu.web.shapes import (
    Choice,
    Clause,
    Column,
    Field,
    Figure,
    Link,
    Nothing,
    Quoted,
    Row,
    Search,
    Table,
)

# As it was sent out; a name, so that it has no translation.
TITLE: Final = "关于巩固提升脱贫攻坚成果 建立解决相对贫困长效机制的实施意见（征求意见稿）"


@dataclass(frozen=True, slots=True)
class DocumentSection:
    """一节 of the document page: its heading and its sentences with their numbers."""

    number: str
    url: str
    heading: str
    sentences: tuple[tuple[str, str, str], ...]
    part: bool = False


@policy(permission=Permission.POLICY_READ)
def index(request: HttpRequest) -> HttpResponse:
    """Show the whole document, and which sentences are rules."""
    sections = []
    for part in document.sections():
        sections.append(_section(part, part=True))
        sections += [_section(one) for one in part.sections]
    english = wording.english()
    rules = sorted(pack.rules, key=lambda rule: [int(n) for n in rule.clause.split(".")])
    columns = (Column(_("条款")), Column(_("规则")), Column(_("对象")))
    rows = tuple(
        Row(
            (
                Clause(rule.clause, link("clause", rule.clause)),
                (
                    Link(indicators.term(rule), link("clause", rule.clause)),
                    *((Quoted(rule.term),) if english else ()),
                ),
                indicators.unit(rule.subject),
            )
        )
        for rule in rules
    )
    page = {
        "sections": sections,
        "document": TITLE,
        "rules": Table(_("已成规则的句子"), columns, rows),
        "tabs": tabs("policy"),
        "crumbs": (Link(_("政策条款")),),
    }
    return render(request, "policy/document.html", page, here="policy")


def _section(one: document.Section, *, part: bool = False) -> DocumentSection:
    english = wording.english()
    # The heading of a subsection is its first sentence: it is not said twice.
    said = not part and one.clauses[0].text.rstrip("。") == one.heading
    own = one.clauses[1:] if said else one.clauses
    sentences = tuple(
        (each.number, link("clause", each.number), each.text_en if english else each.text)
        for each in own
    )
    url = "" if part else link("clause", one.number)
    return DocumentSection(one.number, url, heading(one), sentences, part)


def tabs(here: str) -> tuple[Anchor, ...]:
    """Return the pages of the policy: document, parameters, coverage."""
    pages = (("policy", _("条款全文")), ("parameters", _("参数")), ("coverage", _("条款对照")))
    return tuple(Anchor(words, link(name), current=name == here) for name, words in pages)


@policy(permission=Permission.POLICY_READ)
def clause(request: HttpRequest, number: str) -> HttpResponse:
    """Show a sentence, or a whole section; any other number is missing."""
    asked = cast("Request", request)
    try:
        shape = clause_page.build(asked, number)
    except UnknownNumber:
        raise Http404 from None
    section = number if number in _sections_in_nav() else "policy"
    return render(asked, "policy/clause.html", {"clause": shape}, here=section)


def _sections_in_nav() -> set[str]:
    return {one.number for part in document.sections() for one in part.sections}


@policy(permission=Permission.POLICY_READ)
def decision_record(request: HttpRequest, number: str) -> HttpResponse:
    """Show a decision record: why words were read so."""
    found = record(number)
    if found is None:
        raise Http404
    crumbs = (Link(_("政策条款"), link("policy")), Link(_("决定记录 %(n)s") % {"n": number}))
    page = {"record": found, "crumbs": crumbs}
    return render(request, "policy/record.html", page, here="policy")


@policy(permission=Permission.POLICY_READ)
def covered(request: HttpRequest) -> HttpResponse:
    """Show every demand of the document beside its clause, with its status and where it lives."""
    rows = coverage.rows()
    chosen = {
        "status": _known(request, "status", status_words()),
        "kind": _known(request, "kind", kind_words()),
        "section": _known(request, "section", dict.fromkeys(_sections_in_nav() | {"0"}, "")),
    }
    shown = [
        row
        for row in rows
        if (not chosen["status"] or row.status == chosen["status"])
        and (not chosen["kind"] or row.kind == chosen["kind"])
        and (not chosen["section"] or row.clause.startswith(f"{chosen['section']}."))
    ]
    counted = Counter(str(row.status) for row in rows)
    figures = tuple(
        Figure(words, counted[key], _("项"), link("coverage", status=key))
        for key, words in status_words().items()
    )
    page = {
        "figures": (Figure(_("文件的要求"), len(rows), _("项"), link("coverage")), *figures),
        "search": _search(chosen),
        "table": _table(shown),
        "total": len(shown),
        "tabs": tabs("coverage"),
        "crumbs": (Link(_("政策条款"), link("policy")), Link(_("条款对照"))),
        "nothing": _nothing(chosen) if not shown else None,
    }
    return render(request, "policy/coverage.html", page, here="policy")


def _known(request: HttpRequest, name: str, words: dict[str, str]) -> str:
    value = request.GET.get(name, "")
    if value and value not in words:
        raise Http404
    return value


def _search(chosen: dict[str, str]) -> Search:
    def choices(words: dict[str, str], now: str) -> tuple[Choice, ...]:
        every = Choice("", _("全部"), chosen=not now)
        return (every, *(Choice(key, text, chosen=key == now) for key, text in words.items()))

    sections = {
        one.number: f"{wording.clause_number(one.number)} {heading(one)}"
        for part in document.sections()
        for one in part.sections
    }
    fields = (
        Field("section", _("条款"), "select", chosen["section"],
              choices(sections, chosen["section"])),
        Field("kind", _("类别"), "select", chosen["kind"], choices(kind_words(), chosen["kind"])),
        Field("status", _("落实"), "select", chosen["status"],
              choices(status_words(), chosen["status"])),
    )  # fmt: skip
    return Search(link("coverage"), fields)


def _table(rows: list[coverage.CoveredRow]) -> Table:
    columns = (
        Column(_("条款")), Column(_("编号")), Column(_("原文")), Column(_("落实")),
        Column(_("在哪里")),
    )  # fmt: skip
    return Table(
        _("条款对照"),
        columns,
        tuple(
            Row(
                (
                    Clause(row.clause, link("clause", row.clause)),
                    row.id,
                    Quoted(row.phrase),
                    status(row),
                    where(row),
                )
            )
            for row in rows
        ),
        records=True,
    )


def _nothing(chosen: dict[str, str]) -> Nothing:
    links = tuple(
        Link(_("去掉“%(name)s”") % {"name": name},
             link("coverage", **{key: value for key, value in chosen.items() if key != dropped}))
        for dropped, name in (
            ("section", _("条款")), ("kind", _("类别")), ("status", _("落实")),
        )
        if chosen[dropped]
    )  # fmt: skip
    return Nothing(_("没有符合条件的要求。"), _("条件太窄："), links)


urlpatterns = [
    path("policy/", index, name="policy"),
    path("policy/coverage/", covered, name="coverage"),
    path("policy/adr/<str:number>/", decision_record, name="decision-record"),
    path("policy/<str:number>/", clause, name="clause"),
]
