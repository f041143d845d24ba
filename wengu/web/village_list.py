"""村的名单: the villages of a region with what was decided on each."""

from collections import defaultdict
from functools import cached_property
from typing import Final, cast

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _

from wengu.accounts.permissions import Permission
from wengu.decisions import policies
from wengu.decisions import queries as decisions
from wengu.decisions.models import Decision, SubjectKind
from wengu.policy.rules import pack
from wengu.regions import queries as regions
from wengu.regions.models import Region
from wengu.registry import queries as registry
from wengu.web import decided, indicators, places, telling
from wengu.web.access import Request, policy
from wengu.web.choices import place_choices
from wengu.web.frame import link, render
from wengu.web.listing import Listed
from wengu.web.screens import Listing
from wengu.web.shapes import (
    Cell,
    Choice,
    Column,
    Field,
    Link,
    Mark,
    Nothing,
    Row,
    Search,
    Text,
)

NAME: Final = "villages"
_STATE: Final = ("q", "region", "rule", "verdict", "lack", "size", "page")
_MOST_TEXT: Final = 30


@policy(permission=Permission.VILLAGES_READ)
def villages(request: HttpRequest) -> HttpResponse:
    """Show the villages of a region; by default all that the edition in force has."""
    page = _Page(cast("Request", request))
    return render(request, "registry/households.html", {"listing": page.shape()}, here="households")


class _Page(Listed):
    """一页: villages in the order of their codes."""

    def __init__(self, request: Request) -> None:
        super().__init__(request, subject="village", most_text=_MOST_TEXT)

    @cached_property
    def found(self) -> QuerySet[Region]:
        """The villages of the list: those of the day, and any that a decision is on."""
        rows = registry.villages(viewer=self.scope, region=self.region)
        if self.conditions:
            for one in self.conditions:
                rows = rows.filter(code__in=self._decided(one))
        else:
            rows = rows.filter(code__in=self._counted())
        return rows.filter(self._named()) if self.text else rows

    def _decided(self, one: decided.Decided) -> list[str]:
        if self.run is None:
            return []
        spans = one.spans(viewer=self.scope, run=self.run, policy=policies.current())
        return list(spans.order_by().values_list("village", flat=True).distinct())

    def _counted(self) -> list[str]:
        """The villages that the last run counted; before the first, those of the edition."""
        known = decisions.by_village(
            rules=["=village"], viewer=self.scope, region=self.region, run=self.run
        )
        if known:
            return sorted(known)
        below = self.region or str(self.scope.region or "")
        return [str(place.code) for place in regions.under(below, self.request.on)]

    def _named(self) -> Q:
        here = self.region or str(self.scope.region or "")
        places_ = regions.under(here, self.request.on)
        codes = [str(p.code) for p in places_ if self.text in p.name]
        return Q(code__in=codes) | registry.begins("code", self.text)

    @cached_property
    def page(self) -> list[str]:
        """The codes of the villages of the page."""
        first = (self.paging.page(self.total) - 1) * self.paging.size
        return [row.code for row in self.found[first : first + self.paging.size]]

    @cached_property
    def total(self) -> int:
        """The number of villages."""
        return self.found.count()

    @cached_property
    def verdicts(self) -> dict[str, list[Decision]]:
        """The decisions on the villages of the page."""
        found: dict[str, list[Decision]] = defaultdict(list)
        if self.run is not None:
            rows = decisions.as_of(self.run).filter(kind=SubjectKind.VILLAGE, village__in=self.page)
            for one in self.scope.filter(rows):
                found[one.village].append(one)
        return found

    def shape(self) -> Listing:
        """Return what the template shows."""
        counted = {
            kind: decisions.by_village(
                rules=[f"={kind}"], viewer=self.scope, region=self.region, run=self.run
            )
            for kind in ("household", "person")
        }
        rows = tuple(self._row(code, counted) for code in self.page)
        return Listing(
            title=self.conditions[0].words if self.conditions else _("村的名单"),
            crumbs=places.path(self.scope, self.region or str(self.scope.region or "")),
            search=self._search(),
            total=self.total,
            unit=_("个村"),
            columns=(
                Column(_("村、社区")), Column(_("区划代码"), desk_only=True), Column(_("乡镇")),
                Column(_("村的类别")), Column(_("在册户"), numeric=True),
                Column(_("在册人"), numeric=True),
            ),
            rows=rows,
            pager=self.paging.pager(self.total, len(rows), self.url),
            nothing=Nothing(_("没有符合条件的村。"), "", (Link(_("重置全部条件"), link(NAME)),)),
        )  # fmt: skip

    def url(self, **changed: object) -> str:
        """Return the address of the list with some of its parts changed."""
        state: dict[str, object] = {k: self.query[k] for k in _STATE if self.query.get(k)}
        return link(NAME, **{**state, **changed})

    def _row(self, code: str, counted: dict[str, dict[str, int]]) -> Row:
        homes = counted["household"].get(code, 0)
        listed: Cell = Link(str(homes), link("households", region=code)) if homes else 0
        return Row(
            (
                Link(places.name(code, self.scope), link("village", code), strong=True), code,
                self._town(code), class_mark(self.verdicts[code]), listed,
                counted["person"].get(code, 0),
            ),
            key=code,
            label=code,
        )  # fmt: skip

    def _town(self, code: str) -> str:
        steps = regions.path(code, self.request.on)
        return steps[-2].short_name if len(steps) > 1 else ""

    def _search(self) -> Search:
        rule, verdict = self.query.get("rule", ""), self.query.get("verdict", "")
        words = {key: telling.verdict_words(value) for key, value in decided.VERDICTS.items()}
        rules = [(r.name, indicators.term(r)) for r in decided.rules_of("village", self.request)]
        if rule == indicators.CLASSES:
            rules.insert(0, (rule, _("三类待核")))
        return Search(
            url=link(NAME),
            fields=(
                Field("q", _("关键字"), value=self.text, placeholder=_("村名、区划代码")),
                Field("region", _("乡镇、村"), "select",
                      choices=place_choices(self.scope, self.region)),
                Field("rule", _("村的类别"), "select", choices=(
                    Choice("", _("全部三类")), *(Choice(k, t, k == rule) for k, t in rules))),
                Field("verdict", _("结果"), "select", choices=(
                    Choice("", _("不限")),
                    *(Choice(key, text, key == verdict) for key, text in words.items()))),
            ),
            kept=tuple((k, self.query[k]) for k in ("size", "lack") if self.query.get(k)),
        )  # fmt: skip


def class_mark(some: list[Decision]) -> Cell:
    """Return the class of a village: the rule that holds, 待核 where one is open."""
    held = next((one for one in some if one.verdict), None)
    if held is not None:
        return Mark("true", indicators.term(pack.rule(held.rule)))
    return None if some else Text("—", quiet=True)


urlpatterns = [path("villages/", villages, name=NAME)]
