"""村档: facts with source and date, its class with the reasons, households, eight indicators."""

import datetime
from functools import cached_property
from typing import Any, Final, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _

from wengu.accounts.permissions import Permission
from wengu.decisions import explanations, facts, policies, sources
from wengu.decisions import queries as decisions
from wengu.decisions.models import Decision
from wengu.kernel.regioncode import Level, RegionCode
from wengu.policy.rules import pack
from wengu.regions import queries as regions
from wengu.web import decided, fact_words, indicators, places, telling, wording
from wengu.web.access import Request, policy
from wengu.web.frame import link, render
from wengu.web.household import day_asked
from wengu.web.household_reading import source_cell
from wengu.web.reasons import Explanation
from wengu.web.screens import Anchor, Section, VillageFile
from wengu.web.shapes import (
    Action,
    Cell,
    Clause,
    Column,
    Definition,
    Link,
    Mark,
    Money,
    Notice,
    Row,
    Table,
    Text,
)

# The eight things that every village shall have, each with the clause that asks for it.
EIGHT: Final = (
    ("road", "2.7.2"), ("bus", "2.7.2"), ("clinic", "2.6.8"), ("doctor", "2.6.8"),
    ("toilet", "2.7.5"), ("waste_point", "2.7.5"), ("dangerous_houses", "2.6.9"),
    ("unsafe_water", "1.2.2"),
)  # fmt: skip
_BEST_NONE: Final = {"dangerous_houses", "unsafe_water"}


@policy(permission=Permission.VILLAGES_READ)
def village(request: HttpRequest, village: str) -> HttpResponse:
    """Show the file of a village; an abolished code is still found, a foreign one is not."""
    page = _File(cast("Request", request), village)
    return render(request, "registry/village.html", {"file": page.shape()}, here="households")


def code_asked(request: Request, text: str) -> str:
    """Return a village code of the address; 404 missing, foreign, or no village."""
    try:
        code = RegionCode(text)
    except ValueError:
        raise Http404 from None
    known = code.level == Level.VILLAGE and regions.exists(code)
    if not known or not request.scope.covers(code):
        raise Http404
    return str(code)


class _File:
    """村档: tells what is known of one village on a day."""

    def __init__(self, request: Request, code: str) -> None:
        self.request, self.scope = request, request.scope
        self.code = code_asked(request, code)
        self.on = day_asked(request)
        self.place = regions.find(self.code, self.on)
        self.policy = policies.current()
        self.dossier = facts.village(code=self.code, on=self.on, seq=facts.latest_seq())
        self.row: dict[str, Any] = self.dossier.village
        self.run = decisions.last_run()

    def shape(self) -> VillageFile:
        """Return what the template shows."""
        why = tuple(self._explained())
        verdicts = [one.verdict for one in why]
        sections = (self._eight(), self._classes(), self._facts())
        return VillageFile(
            title=self.place.name,
            number=self.code,
            crumbs=places.path(self.scope, self.code),
            actions=self._actions(),
            facts=self._definitions(),
            anchors=self._anchors(len(why), sections),
            on=self.on,
            explanations=why,
            held=verdicts.count("true"),
            not_held=verdicts.count("false"),
            unknown=verdicts.count("unknown"),
            tables=sections,
            notices=tuple(self._notices()),
        )

    def _explained(self) -> list[Explanation]:
        said = telling.Telling(self.scope, self.on, self.policy)
        spans = {
            one.rule: one for one in decisions.of_village(village=self.code, viewer=self.scope)
        }
        found = explanations.explain_village(
            village=self.code, on=self.on, policy=self.policy, english=wording.english()
        )
        return [said.shape(one, since=self._since(one, spans), opened=one.verdict is True)
                for one in found]  # fmt: skip

    def _since(
        self, one: explanations.Explanation, spans: dict[str, Decision]
    ) -> datetime.date | None:
        span = spans.get(one.rule)
        if span is None or span.verdict != one.verdict or self.on != self.request.on:
            return None
        return span.since

    def _actions(self) -> tuple[Action, ...]:
        found = [Action(_("打印"), "", method="print")]
        if self.scope.allows(Permission.HOUSEHOLDS_READ):
            found.append(Action(_("看本村的户"), link("households", region=self.code), "primary"))
        return tuple(found)

    def _definitions(self) -> tuple[Definition, ...]:
        labels = {
            "status": fact_words.VILLAGE["status"], "collective_income_fen": _("集体收入"),
            "households": fact_words.VILLAGE["households"],
            "persons": fact_words.VILLAGE["persons"],
        }  # fmt: skip
        found = [
            Definition(str(label), fact_words.value(name, self.row.get(name)))
            for name, label in labels.items()
        ]
        county = self.place.administrative_parent
        if county is not None:
            found.append(Definition(_("行政隶属"), places.name(str(county), self.scope)))
        return (
            Definition(_("区划代码"), self.code),
            Definition(_("乡镇"), self._town),
            *found,
        )

    @cached_property
    def _town(self) -> Cell:
        steps = regions.path(self.code, self.on)
        return steps[-2].short_name if len(steps) > 1 else ""

    def _anchors(self, rules: int, sections: tuple[Section, ...]) -> tuple[Anchor, ...]:
        return (
            Anchor(_("类别与理由"), "#decisions", rules, current=True),
            *(Anchor(one.title, f"#{one.key}", len(one.table.rows)) for one in sections),
        )

    def _notices(self) -> list[Notice]:
        found = []
        successor = regions.successor(self.code, self.on)
        if str(successor) != self.code:
            words = _("这个代码在 %(day)s 还没有启用，那时是 %(name)s（%(code)s）。")
            if self.code in regions.at(datetime.date.min):
                words = _("这个代码在 %(day)s 不再使用，现在是 %(name)s（%(code)s）。")
            name = places.name(str(successor), self.scope)
            seen = self.scope.covers(successor)
            found.append(
                Notice(
                    words % {"day": wording.day(self.on), "name": name, "code": successor},
                    "warn",
                    links=(Link(name, link("village", successor)),) if seen else (),
                )
            )
        if self.on != self.request.on:
            words = _("以下按 %(day)s 的事实和参数重算，不是今天的认定。")
            back = Link(_("回到今天"), link("village", self.code))
            found.append(Notice(words % {"day": wording.day(self.on)}, "warn", links=(back,)))
        return found

    # --- tables ----------------------------------------------------------------------------

    def _eight(self) -> Section:
        columns = (
            Column(_("指标")), Column(_("结果")), Column(_("现状")), Column(_("条款")),
            Column(_("来源")), Column(_("事实日期")),
        )  # fmt: skip
        rows = tuple(self._indicator(name, clause) for name, clause in EIGHT)
        open_ = sum(self.row.get(name) is None for name, _clause in EIGHT)
        note = _("待核 %(n)s 项") % {"n": open_} if open_ else _("八项都有数")
        title = _("八项指标")
        return Section("eight", title, Table(title, columns, rows, records=True), note)

    def _indicator(self, name: str, clause: str) -> Row:
        value = self.row.get(name)
        mark: Cell = None
        if value is not None:
            good = not value if name in _BEST_NONE else bool(value)
            mark = Mark("true" if good else "false", _("达到") if good else _("未达到"))
        source, since = self._source(name)
        return Row((
            str(fact_words.VILLAGE[name]), mark, fact_words.value(name, value),
            Clause(clause, link("clause", clause)), source, since,
        ))  # fmt: skip

    def _source(self, column: str) -> tuple[Cell, Cell]:
        told = self.dossier.told.get(("village", self.row.get("id"), column))
        kind = pack.vocabulary.tables["village"].columns.get(column)
        holder = kind.holder if kind else ""
        if told is None:
            asked = Text(_("该问%(holder)s") % {"holder": wording.said(holder)}, quiet=True)
            return (asked if holder else ""), ""
        return source_cell(self.scope, told, holder), sources.day(told)

    def _classes(self) -> Section:
        """The households by class; each figure is the length of its list."""
        rules = [
            rule
            for rule in decided.rules_of("household", self.request)
            if rule.clause.startswith(f"{indicators.CLASSES}.")
        ]
        rows = [self._class(rule.name, indicators.term(rule), rule.clause) for rule in rules]
        figure = decisions.undecided_figure("2.1.1", "household")
        open_ = self._count([figure])
        rows.append(
            Row((Text(_("类别待核")), "", self._figure(open_, indicators.CLASSES, "unknown")))
        )
        whole = self._count(["=household"])
        link_ = Link(wording.count(whole), link("households", region=self.code)) if whole else 0
        rows.append(Row((Text(_("在册")), "", link_), total=True))
        columns = (Column(_("户的类别")), Column(_("条款")), Column(_("户"), numeric=True))
        return Section("classes", _("各类户数"), Table(_("各类户数"), columns, tuple(rows)))

    def _class(self, rule: str, term: str, clause: str) -> Row:
        number = self._count([rule], verdict=True)
        listed = self._figure(number, rule, "true")
        return Row((term, Clause(clause, link("clause", clause)), listed))

    def _count(self, rules: list[str], *, verdict: bool | None = None) -> int:
        wanted: Any = "any" if verdict is None else verdict
        found = decisions.by_village(
            rules=rules, viewer=self.scope, region=self.code, run=self.run, verdict=wanted
        )
        return found.get(self.code, 0)

    def _figure(self, number: int, rule: str, verdict: str) -> Cell:
        if not number:
            return Text("0", quiet=True)
        url = link("households", region=self.code, rule=rule, verdict=verdict)
        return Link(wording.count(number), url)

    def _facts(self) -> Section:
        columns = (
            Column(_("事实")), Column(_("值")), Column(_("来源")), Column(_("事实日期")),
        )  # fmt: skip
        rows = tuple(
            Row((str(label), self._value(name), *self._source(name)))
            for name, label in fact_words.VILLAGE.items()
        )
        note = _("%(n)s 项") % {"n": len(rows)}
        title = _("全部事实")
        return Section("facts", title, Table(title, columns, rows, records=True), note)

    def _value(self, name: str) -> Cell:
        value = self.row.get(name)
        if name.endswith("_fen") and value is not None:
            return Money(int(value), _("元"))
        return fact_words.value(name, value)


urlpatterns = [path("villages/<str:village>/", village, name="village")]
