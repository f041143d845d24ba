"""总览: class overview from the city down to the village; each figure is the length of its list."""

import json
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Final, cast

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _

from wengu import policy as document
from wengu.accounts.permissions import Permission
from wengu.decisions import movements
from wengu.decisions import queries as decisions
from wengu.decisions.models import Run
from wengu.kernel.regioncode import Level, RegionCode
from wengu.policy.policy import PolicyInForce
from wengu.regions import queries as regions
from wengu.web import drawing, indicators, wording, workbooks
from wengu.web.access import Request, policy
from wengu.web.frame import crumbs, link, render
from wengu.web.indicators import Family, Figures
from wengu.web.listing import region_asked
from wengu.web.reasons import Area, Choropleth, Outline
from wengu.web.screens import Overview, Section
from wengu.web.shapes import (
    Absent,
    Action,
    Cell,
    Column,
    Figure,
    Link,
    Row,
    Table,
    Text,
)

_NO_OUTLINE: Final = "①"
_STEPS: Final = 4
_PERCENT: Final = 100
_COUNTY_DIGITS: Final = 6


@policy(permission=Permission.FIGURES_READ)
def overview(request: HttpRequest) -> HttpResponse:
    """Show the figures of a region and of the divisions below it; 404 outside the scope."""
    asked = cast("Request", request)
    page = _Page(asked)
    if "export" in asked.GET:
        return workbooks.answer(
            asked,
            name="overview",
            title=f"{page.place.name} {_('分类帮扶总览')}",
            heads=[column.label for column in page.table.columns],
            rows=workbooks.plain(page.table.rows),
        )
    return render(asked, "overview.html", {"overview": page.shape()}, here=indicators.CLASSES)


@cache
def outlines() -> tuple[int, dict[str, Outline]]:
    """Return the height of the county map, and the outline of each county by six digits."""
    source = files("wengu.regions").joinpath("data/counties.geojson").read_text("utf-8")
    return drawing.outlines(json.loads(source), drawing.MAP_WIDTH)


class _Page:
    """一页: reads the figures once and puts them into map, table and strip."""

    def __init__(self, request: Request) -> None:
        self.scope, self.on = request.scope, request.on
        self.region = region_asked(request, str(request.scope.region or ""))
        self.policy: PolicyInForce = document.in_force(self.on, rows=())
        shown = indicators.family(self.policy, request.GET.get("rule", indicators.FIRST))
        if shown is None:
            raise Http404
        self.shown: Family = shown
        self.place = regions.find(self.region, self.on)
        self.level = RegionCode(self.region).level
        self.runs: list[Run] = list(decisions.runs()[:2])
        self.run = self.runs[0] if self.runs else None
        self.rows = indicators.below(
            shown, region=self.region, viewer=self.scope, run=self.run, on=self.on
        )
        self.sum = indicators.total(self.rows, self.place)
        self.table = self._table()

    def shape(self) -> Overview:
        """Return what the template shows."""
        clause = indicators.CLASSES if self.shown.classes else self.shown.chosen.clause
        return Overview(
            title=_("分类帮扶总览") if self.shown.classes else indicators.term(self.shown.chosen),
            crumbs=crumbs(self.scope, self.region, url=self._url),
            clause=clause,
            clause_url=link("clause", clause),
            quote=self._quote(),
            actions=(
                Action(_("导出 Excel"), self._url(self.region, export="xlsx"), desk_only=True),
            ),
            figures=self._strip(),
            map=self._map(),
            heading=self._heading(),
            note=(_("单位：%(unit)s") % {"unit": indicators.unit(self.shown.subject)},),
            table=self.table,
            footnote=self._footnote(),
            changes_title=self._changes_title(),
            changes_note=self._changes_note(),
            changes=self._changes(),
            sections=(self._indicators(),),
        )

    def _url(self, region: str, *, rule: str = "", export: str = "") -> str:
        chosen = rule or self.shown.chosen.name
        return link(
            "overview",
            region=region,
            rule="" if chosen == indicators.FIRST else chosen,
            export=export,
        )

    def _list(self, region: str, rule: str = "", verdict: str = "") -> str:
        """Return the address of the list of what this page counts; "" where the post has none."""
        return indicators.list_url(self.scope, self.shown.subject, region, rule, verdict)

    def _quote(self) -> str:
        if self.shown.classes:
            found = document.clause("2.1.2" if self.shown.subject == "household" else "2.1.9")
            return found.text_en if wording.english() else found.text.rstrip("。")
        if wording.english():
            return document.clause(self.shown.chosen.clause).text_en
        return self.shown.chosen.quote

    def _strip(self) -> tuple[Figure, ...]:
        unit = indicators.unit(self.shown.subject)
        whole = Figure(_("在册"), self.sum.total, unit, self._list(self.region))
        classes = tuple(
            Figure(
                indicators.term(rule),
                self.sum.holds.get(rule.name, 0),
                unit,
                self._list(self.region, rule.name, "true"),
            )
            for rule in self.shown.rules
        )
        open_label = _("待核，分不了类") if self.shown.classes else _("待核")
        url = self._list(self.region, self.shown.unknown, "unknown")
        return (whole, *classes, Figure(open_label, self.sum.unknown, unit, url))

    def _heading(self) -> str:
        return {
            Level.CITY: _("按县区"), Level.COUNTY: _("按镇街"), Level.TOWN: _("按村居"),
        }.get(self.level, _("本村"))  # fmt: skip

    def _table(self) -> Table:
        columns = (
            Column(_("区划")),
            Column(_("在册"), numeric=True),
            *(Column(indicators.head(rule), numeric=True) for rule in self.shown.rules),
            Column(_("待核"), numeric=True),
            Column(
                _("%(term)s\n占比（%%）") % {"term": indicators.term(self.shown.chosen)},
                numeric=True,
            ),
        )
        rows = [self._row(row) for row in self.rows]
        return Table(self._heading(), columns, (*rows, self._row(self.sum, whole=True)))

    def _row(self, row: Figures, *, whole: bool = False) -> Row:
        share = row.share(self.shown.chosen.name)
        return Row(
            (
                Text(_("合计"), strong=True) if whole else self._name(row),
                indicators.counted(row.total, self._list(row.code), strong=True),
                *(
                    indicators.counted(
                        row.holds.get(rule.name, 0),
                        self._list(row.code, rule.name, "true"),
                        strong=whole,
                    )
                    for rule in self.shown.rules
                ),
                indicators.counted(
                    row.unknown,
                    self._list(row.code, self.shown.unknown, "unknown"),
                    strong=whole,
                ),
                Absent(applies=False)
                if share is None
                else Text(wording.percent(share), strong=whole),
            ),
            total=whole,
        )

    def _name(self, row: Figures) -> Cell:
        """Name a division; it opens the next level, a village its list."""
        city = regions.path(self.region, self.on)[0].name.removesuffix("市")
        name = row.place.short_name.removeprefix(city)
        name += _NO_OUTLINE if self._lacks_outline(row) else ""
        if row.place.level == Level.VILLAGE:
            return Link(name, indicators.list_url(self.scope, "household", row.code))
        return Link(name, self._url(row.code))

    def _lacks_outline(self, row: Figures) -> bool:
        return self.level == Level.CITY and row.code[:_COUNTY_DIGITS] not in outlines()[1]

    def _map(self) -> Choropleth | None:
        if self.level != Level.CITY:
            return None
        height, drawn = outlines()
        known = [row for row in self.rows if row.code[:_COUNTY_DIGITS] in drawn]
        if not known:
            return None
        rule = self.shown.chosen.name
        cuts = _cuts([row.share(rule) or 0 for row in known])
        return Choropleth(
            title=_("%(term)s占在册") % {"term": indicators.term(self.shown.chosen)},
            width=drawing.MAP_WIDTH,
            height=height,
            areas=tuple(self._area(row, drawn[row.code[:_COUNTY_DIGITS]]) for row in known),
            cuts=cuts,
            legend=_legend(cuts),
            change_url="#indicators",
            approval_no=settings.MAP_APPROVAL_NO,
        )

    def _area(self, row: Figures, outline: Outline) -> Area:
        share = row.share(self.shown.chosen.name)
        text = _("无数据") if share is None else f"{wording.percent(share)}%"
        return Area(row.place.short_name, self._url(row.code), share, text, outline)

    def _footnote(self) -> str:
        words = _("表中各数等于点开后名单的条数。")
        if any(self._lacks_outline(row) for row in self.rows):
            words = _("① 统计用区划，没有行政界线，图上不单独成块。") + words
        return words

    # --- Since the previous run ------------------------------------------------------------

    def _changes_title(self) -> str:
        if len(self.runs) < len(("now", "before")):
            return ""
        return _("%(place)s：比 %(day)s 的变化") % {
            "place": self.place.short_name,
            "day": wording.day(self.runs[1].on),
        }

    def _changes_note(self) -> Cell:
        if not self._changes_title():
            return ""
        after, before = self.runs
        words = _("第 %(a)s → %(b)s 次运行") % {"a": before.pk, "b": after.pk}
        url = self._diff_url() if self.scope.allows(Permission.RUNS_READ) else ""
        return (words, Link(_("看名单和原因"), url)) if url else (words,)

    def _diff_url(self, **more: str) -> str:
        after, before = self.runs
        return link("runs-diff", a=before.pk, b=after.pk, region=self.region, **more)

    def _changes(self) -> Table | None:
        """Return how each class moved; None before a second run."""
        if not self._changes_title():
            return None
        after, before = self.runs
        shown = self.shown
        old = indicators.total(
            indicators.below(shown, region=self.region, viewer=self.scope, run=before, on=self.on),
            self.place,
        )
        moved = movements.movements(
            rules=[rule.name for rule in shown.rules],
            before=before,
            after=after,
            viewer=self.scope,
            region=self.region,
        )
        was, now = (wording.day(run.on) for run in (before, after))
        if was == now:
            was, now = (_("第 %(run)s 次运行") % {"run": run.pk} for run in (before, after))
        columns = (
            Column(_("类别")),
            Column(was, numeric=True),
            Column(_("进入"), numeric=True),
            Column(_("离开"), numeric=True),
            Column(_("转待核"), numeric=True),
            Column(now, numeric=True),
        )
        rows = [
            self._change(
                rule.name, indicators.term(rule), old.holds.get(rule.name, 0),
                self.sum.holds.get(rule.name, 0), moved,
            )
            for rule in shown.rules
        ]  # fmt: skip
        rows.append(
            self._change(movements.ANY_UNKNOWN, _("待核"), old.unknown, self.sum.unknown, moved)
        )
        return Table(self._changes_title(), columns, tuple(rows), records=True)

    def _change(
        self,
        rule: str,
        name: str,
        old: int,
        new: int,
        moved: dict[str, movements.Movement] | None,
    ) -> Row:
        verdict = "true" if rule else "unknown"
        now_url = self._list(self.region, rule or self.shown.unknown, verdict)
        if moved is None:
            many = Text(_("变动过多，见名单"), quiet=True)
            return Row((name, old, many, many, many, indicators.counted(new, now_url, strong=True)))
        entered, left = moved[rule].entered, moved[rule].left
        may = bool(rule) and self.scope.allows(Permission.RUNS_READ)

        def linked(move: str, number: int) -> Cell:
            return indicators.counted(number, self._diff_url(rule=rule, move=move) if may else "")

        doubted: Cell = Text("—", quiet=True)
        if rule:
            doubted = linked(movements.DOUBTED, moved[rule].doubted)
        now = indicators.counted(new, now_url, strong=True)
        return Row((name, old, linked("entered", entered), linked("left", left), doubted, now))

    # --- Other indicators ------------------------------------------------------------------

    def _indicators(self) -> Section:
        """Return every rule with its own figures here; each may be chosen for map and table."""
        shown = indicators.table(
            self.policy, region=self.region, viewer=self.scope, run=self.run,
            shown=self.shown.chosen.name,
        )  # fmt: skip
        return Section("indicators", _("换一个指标"), shown, _("点名称，图和表换成这一项"))


def _cuts(shares: list[int]) -> tuple[int, ...]:
    """Return three round cuts (basis points) below the largest share."""
    step = max(-(-max(shares, default=0) // _STEPS // _PERCENT) * _PERCENT, _PERCENT)
    return tuple(step * i for i in range(1, _STEPS))


def _legend(cuts: tuple[int, ...]) -> tuple[str, ...]:
    whole = [cut // _PERCENT for cut in cuts]
    between = [_("%(a)s%% 至 %(b)s%%") % {"a": a, "b": b} for a, b in pairwise(whole)]
    return (
        _("不到 %(n)s%%") % {"n": whole[0]},
        *between,
        _("%(n)s%% 及以上") % {"n": whole[-1]},
    )


urlpatterns = [path("overview/", overview, name="overview")]
