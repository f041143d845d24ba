"""户台账: the list of households; the address holds its whole state; export as a workbook."""

from collections.abc import Sequence
from typing import Final, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from wengu.accounts.permissions import Facts, Permission
from wengu.audit.actions import record_read
from wengu.decisions import queries as decisions
from wengu.registry import queries as registry
from wengu.registry.models import Household
from wengu.web import (
    decided,
    household_rows,
    indicators,
    looks,
    places,
    telling,
    wording,
    workbooks,
)
from wengu.web.access import LABELS, Request, policy
from wengu.web.choices import place_choices
from wengu.web.frame import link, render
from wengu.web.household_list import CAUSES, Found
from wengu.web.screens import ColumnChoice, Listing
from wengu.web.shapes import Action, Choice, Column, Field, Link, Nothing, Search

NAME: Final = "households"
# More rows leave as several files, each with its own trace.
MOST_EXPORTED: Final = 5_000
_CHUNK: Final = 500
_STATE: Final = (
    "q", "region", "class", "rule", "verdict", "branch", "lack", "cause", "income_from",
    "income_to", "sort", "size", "page",
)  # fmt: skip


@policy(permission=Permission.HOUSEHOLDS_READ)
def households(request: HttpRequest) -> HttpResponse:
    """Show the list of households; as a workbook where the address asks for one."""
    asked = cast("Request", request)
    found = Found(asked)
    if "export" in asked.GET:
        return _export(asked, _every(found), found.total)
    return render(asked, "registry/households.html", {"listing": _Page(found).shape()}, here=NAME)


@policy(permission=Permission.HOUSEHOLDS_EXPORT)
@require_POST
def export_chosen(request: HttpRequest) -> HttpResponse:
    """Return the households chosen on a page as a workbook; foreign ones are not among them."""
    asked = cast("Request", request)
    numbers = asked.POST.getlist("row")[:MOST_EXPORTED]
    rows = list(registry.households(viewer=asked.scope).filter(number__in=numbers))
    return _export(asked, rows, len(rows))


def _every(found: Found) -> Sequence[Household]:
    return list(found.homes[: MOST_EXPORTED + 1])


def _export(request: Request, homes: Sequence[Household], total: int) -> HttpResponse:
    """Return a workbook with the columns that the list shows, and leave the trace first."""
    if not request.scope.allows(Permission.HOUSEHOLDS_EXPORT):
        needed = _("“%(act)s”不在您的岗位的权限内。")
        raise PermissionDenied(needed % {"act": LABELS[Permission.HOUSEHOLDS_EXPORT]}, "")
    if total > MOST_EXPORTED:
        most = _("一次最多导出 %(n)s 户，请先缩小范围。")
        raise PermissionDenied(most % {"n": wording.count(MOST_EXPORTED)}, "")
    record_read(by=request.scope.user, action="registry.export", facts={"households": len(homes)})
    headings = household_rows.chosen(request.scope, looks.columns(request, NAME))
    run = decisions.last_run()
    rows: list[list[workbooks.Value]] = []
    for start in range(0, len(homes), _CHUNK):
        some = household_rows.Rows(homes[start : start + _CHUNK], request.scope, run)
        rows += [[workbooks.value(cell) for cell in row.cells]
                 for row in household_rows.rows(some, headings)]  # fmt: skip
    return workbooks.answer(
        request, name=NAME, title=_("户台账"),
        heads=[str(one.label) for one in headings], rows=rows,
    )  # fmt: skip


class _Page:
    """一页: a list as its template needs it."""

    def __init__(self, found: Found) -> None:
        self.found, self.request, self.scope = found, found.request, found.scope
        self.headings = household_rows.chosen(self.scope, looks.columns(self.request, NAME))

    def shape(self) -> Listing:
        """Return what the template shows."""
        found = self.found
        homes = found.page
        rows = household_rows.rows(household_rows.Rows(homes, self.scope, found.run), self.headings)
        region = found.region or str(self.scope.region or "")
        export = self.scope.allows(Permission.HOUSEHOLDS_EXPORT)
        batch = (Action(_("导出所选"), link("households-export"), method="post", desk_only=True),)
        return Listing(
            title=self._title(),
            crumbs=places.path(self.scope, region),
            search=self._search(),
            total=found.total,
            unit=_("户"),
            columns=tuple(self._column(one) for one in self.headings),
            rows=rows,
            pager=found.paging.pager(found.total, len(rows), self.url),
            people=found.people,
            unknown=found.unknown,
            unknown_url=link(NAME, region=found.region, rule=indicators.CLASSES, verdict="unknown"),
            sorted_by=self._sorted(),
            actions=self._actions(export=export),
            batch=batch if export else (),
            all_columns=self._all_columns(),
            columns_name=NAME,
            nothing=self._nothing(),
        )

    def _title(self) -> str:
        """Name a condition that no field of the form shows."""
        hidden = [name for name in ("lack", "branch") if self.found.query.get(name)]
        if not hidden:
            return _("户台账")
        return _("户台账：%(condition)s") % {"condition": self.found.conditions[-1].words}

    def url(self, **changed: object) -> str:
        """Return the address of the list with some of its parts changed."""
        state: dict[str, object] = {
            key: self.found.query[key] for key in _STATE if self.found.query.get(key)
        }
        return link(NAME, **{**state, **changed})

    def _column(self, one: household_rows.Heading) -> Column:
        here = one.sort and one.sort == self.found.order
        turned = here and not self.found.descending
        way = "descending" if self.found.descending else "ascending"
        return Column(
            str(one.label),
            numeric=one.numeric,
            sort_url=self.url(sort=f"{'-' if turned else ''}{one.sort}", page="")
            if one.sort
            else "",
            sorted=way if here else "",
            desk_only=one.desk_only,
        )

    def _sorted(self) -> str:
        label = next(
            (str(one.label) for one in household_rows.HEADINGS if one.sort == self.found.order), ""
        )
        return f"{label} {'↓' if self.found.descending else '↑'}"

    def _actions(self, *, export: bool) -> tuple[Action, ...]:
        others = (
            Action(_("人的名单"), link("persons", region=self.found.region), desk_only=True),
            Action(_("村的名单"), link("villages", region=self.found.region), desk_only=True),
        )
        total = self.found.total
        if not export or not 0 < total <= MOST_EXPORTED:
            return others
        words = ngettext("导出 %(n)s 户", "导出 %(n)s 户", total)
        label = words % {"n": wording.count(total)}
        return (*others, Action(label, self.url(export="xlsx", page=""), desk_only=True))

    def _all_columns(self) -> tuple[ColumnChoice, ...]:
        shown = {one.key for one in self.headings}
        return tuple(
            ColumnChoice(one.key, str(one.label), chosen=one.key in shown, locked=one.locked)
            for one in household_rows.seen(self.scope)
        )

    # --- the form --------------------------------------------------------------------------

    def _search(self) -> Search:
        query = self.found.query
        more = self._more()
        return Search(
            url=link(NAME),
            fields=(
                Field("q", _("关键字"), value=self.found.text,
                      placeholder=_("户主、拼音首字母、户编号、证件号码")),
                Field("region", _("乡镇、村"), "select",
                      choices=place_choices(self.scope, self.found.region)),
                Field("class", _("户的类别"), "select", choices=self._rules(classes=True)),
                Field("rule", _("认定"), "select", choices=self._rules(classes=False)),
                Field("verdict", _("结果"), "select", choices=self._verdicts()),
            ),
            more=more,
            more_open="more" in query or any(field.value for field in more) or "cause" in query,
            kept=tuple(
                (key, query[key]) for key in ("lack", "sort", "size") if query.get(key)
            ),
        )  # fmt: skip

    def _more(self) -> tuple[Field, ...]:
        query, found = self.found.query, []
        if self.scope.sees("main_cause"):
            causes = (Choice(one, wording.said(one), one == self.found.cause) for one in CAUSES)
            choices = (Choice("", _("不限")), *causes)
            found.append(Field("cause", _("致贫原因"), "select", choices=choices))
        if self.scope.sees(Facts.INCOME):
            found += [
                Field("income_from", _("收入不低于"), value=query.get("income_from", ""),
                      placeholder=_("元")),
                Field("income_to", _("收入不高于"), value=query.get("income_to", ""),
                      placeholder=_("元")),
            ]  # fmt: skip
        return tuple(found)

    def _rules(self, *, classes: bool) -> tuple[Choice, ...]:
        name = self.found.query.get("class" if classes else "rule", "")
        rules = [
            rule
            for rule in decided.rules_of("household", self.request)
            if not classes or rule.clause.startswith(household_rows.CLASSES)
        ]
        found = [Choice("", _("全部四类") if classes else _("全部认定"))]
        if name == indicators.CLASSES:
            found.append(Choice(name, _("四类待核"), chosen=True))
        return (*found, *(Choice(r.name, indicators.term(r), r.name == name) for r in rules))

    def _verdicts(self) -> tuple[Choice, ...]:
        now = self.found.query.get("verdict", "")
        words = {key: telling.verdict_words(value) for key, value in decided.VERDICTS.items()}
        return (
            Choice("", _("不限")),
            *(Choice(key, text, key == now) for key, text in words.items()),
        )

    def _nothing(self) -> Nothing:
        """Say which conditions are in force, and offer the list without each."""
        words = self.found.words()
        links = [
            Link(_("去掉%(condition)s") % {"condition": text}, self._without(part))
            for text, part in words
        ]
        why = wording.listed(text for text, _part in words)
        return Nothing(
            _("没有符合条件的户。"),
            _("您限定了%(conditions)s。") % {"conditions": why} if why else "",
            (*links, Link(_("重置全部条件"), link(NAME))) if links else (),
        )

    def _without(self, part: str) -> str:
        """Return the address without one condition."""
        parts = {"income": ("income_from", "income_to"), "rule": ("rule", "verdict", "branch")}
        return self.url(**dict.fromkeys((*parts.get(part, (part,)), "page"), ""))


urlpatterns = [
    path("households/", households, name=NAME),
    path("exports/households/", export_chosen, name="households-export"),
]
