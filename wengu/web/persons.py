"""人的名单: the persons whom a rule about persons is about, or all persons of a region."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property
from typing import Final, cast

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _

from wengu.accounts.permissions import Permission
from wengu.decisions import queries as decisions
from wengu.decisions.models import Decision, SubjectKind
from wengu.kernel.dates import years_between
from wengu.policy.rules import pack
from wengu.registry import queries as registry
from wengu.registry.models import Membership
from wengu.web import decided, indicators, paging, places, telling, wording
from wengu.web.access import Request, policy
from wengu.web.choices import place_choices
from wengu.web.frame import link, render
from wengu.web.listing import Listed
from wengu.web.screens import Listing
from wengu.web.shapes import (
    Absent,
    Cell,
    Choice,
    Column,
    Field,
    Link,
    Mark,
    Masked,
    Nothing,
    Row,
    Search,
)

NAME: Final = "persons"
_ID_SHOWN: Final = 6
_MOST_TEXT: Final = 60
_STATE: Final = ("q", "region", "rule", "verdict", "branch", "size", "page")


@policy(permission=Permission.HOUSEHOLDS_READ)
def persons(request: HttpRequest) -> HttpResponse:
    """Show the list of persons; it is narrowed by region, name and one rule about persons."""
    page = _Page(cast("Request", request))
    return render(request, "registry/households.html", {"listing": page.shape()}, here="households")


class _Page(Listed):
    """一页: who is on it, and what was decided on them."""

    def __init__(self, request: Request) -> None:
        super().__init__(request, subject="person", most_text=_MOST_TEXT)

    @cached_property
    def everybody(self) -> QuerySet[Membership]:
        """The persons of the list by everything but decisions."""
        return registry.persons(viewer=self.scope, text=self.text, region=self.region)

    def _decided(self, villages: tuple[str, ...] | None = None) -> Q:
        if self.run is None:
            return Q(pk__in=())
        found = Q()
        for one in self.conditions:
            spans = one.spans(viewer=self.scope, run=self.run, region=self.region)
            if villages is not None:
                spans = spans.filter(village__in=villages)
            found &= Q(person__in=spans.order_by().values("subject"))
        return found

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """The number of persons of each village: by the run's figures, else counted."""
        if self.run is not None and not self.text:
            where = {"viewer": self.scope, "region": self.region, "run": self.run}
            if len(self.conditions) == 1:
                return self.conditions[0].by_village(**where)  # type: ignore[arg-type]  # of three types
            if self.run.seq == registry.last_seq() and not self.run.region:
                return decisions.by_village(rules=["=person"], **where)  # type: ignore[arg-type]  # of three types
        rows = self.everybody.filter(self._decided()).order_by()
        return dict(rows.values_list("household__village_id").annotate(n=Count("pk")))

    @cached_property
    def people(self) -> list[Membership]:
        """The persons of the page, by village, household and place on the sheet."""
        size, total = self.paging.size, sum(self.counts.values())
        found = paging.window(self.counts, (self.paging.page(total) - 1) * size, size)
        if not found.villages:
            return []
        rows = self.everybody.filter(self._decided(found.villages))
        rows = rows.filter(household__village__in=found.villages)
        ordered = rows.order_by("household__village_id", "household__number", "row", "pk")
        return list(ordered[found.skip : found.skip + size])

    @cached_property
    def verdicts(self) -> dict[int, list[Decision]]:
        """The decisions on the persons of the page, as far as the post sees their facts."""
        found: dict[int, list[Decision]] = defaultdict(list)
        if self.run is not None:
            rows = decisions.as_of(self.run).filter(
                kind=SubjectKind.PERSON, household__in={row.household_id for row in self.people}
            )
            for one in self.scope.filter(rows):
                if telling.may_tell(self.scope, one.rule):
                    found[one.subject].append(one)
        return found

    # --- the shape -------------------------------------------------------------------------

    def shape(self) -> Listing:
        """Return what the template shows."""
        total = sum(self.counts.values())
        rows = tuple(self._row(one) for one in self.people)
        return Listing(
            title=self._title(),
            crumbs=places.path(self.scope, self.region or str(self.scope.region or "")),
            search=self._search(),
            total=total,
            unit=_("人"),
            columns=(
                Column(_("姓名")), Column(_("证件号码"), desk_only=True), Column(_("出生")),
                Column(_("关系")), Column(_("户主")), Column(_("户编号"), desk_only=True),
                Column(_("村、社区")), Column(_("现行认定")),
            ),
            rows=rows,
            pager=self.paging.pager(total, len(rows), self.url),
            nothing=self._nothing(),
        )  # fmt: skip

    def url(self, **changed: object) -> str:
        """Return the address of the list with some of its parts changed."""
        state: dict[str, object] = {k: self.query[k] for k in _STATE if self.query.get(k)}
        return link(NAME, **{**state, **changed})

    def _title(self) -> str:
        if not self.conditions:
            return _("人的名单")
        return self.conditions[0].words

    def _row(self, one: Membership) -> Row:
        person, home = one.person, one.household
        number = person.id_number
        born: Cell = None
        if person.birth is not None:
            years = years_between(person.birth, self.request.on)
            born = _("%(day)s（%(n)s 岁）") % {"day": wording.day(person.birth), "n": years}
        identity: Cell = _("无有效证件")
        if number:
            identity = Masked(number[:_ID_SHOWN])
        url = link("household", home.number)
        return Row(
            (
                Link(person.name, f"{url}#members", strong=True), identity, born,
                wording.said(one.relation), Link(home.head_name, url), home.number,
                places.name(home.village_id, self.scope), self._marks(person.pk),
            ),
            key=str(person.pk),
            label=person.name,
        )  # fmt: skip

    def _marks(self, person: int) -> Cell:
        some = [one for one in self.verdicts[person] if one.verdict is not False]
        found = [
            Mark(telling.VERDICTS[one.verdict], indicators.term(pack.rule(one.rule)))
            for one in sorted(some, key=lambda one: (one.verdict is None, one.rule))
        ]
        return tuple(found) or Absent()

    def _search(self) -> Search:
        rule, verdict = self.query.get("rule", ""), self.query.get("verdict", "")
        rules = [
            one
            for one in decided.rules_of("person", self.request)
            if telling.may_tell(self.scope, one.name)
        ]
        words = {key: telling.verdict_words(value) for key, value in decided.VERDICTS.items()}
        return Search(
            url=link(NAME),
            fields=(
                Field("q", _("关键字"), value=self.text,
                      placeholder=_("姓名、拼音首字母、证件号码")),
                Field("region", _("乡镇、村"), "select",
                      choices=place_choices(self.scope, self.region)),
                Field("rule", _("认定"), "select",
                      choices=(Choice("", _("全部认定")), *(
                          Choice(r.name, indicators.term(r), r.name == rule) for r in rules))),
                Field("verdict", _("结果"), "select",
                      choices=(Choice("", _("不限")), *(
                          Choice(key, text, key == verdict) for key, text in words.items()))),
            ),
            kept=tuple((k, self.query[k]) for k in ("size",) if self.query.get(k)),
        )  # fmt: skip

    def _nothing(self) -> Nothing:
        words: list[tuple[str, tuple[str, ...]]] = []
        if self.text:
            words.append((_("关键字“%(q)s”") % {"q": self.text}, ("q",)))
        words += [(one.words, ("rule", "verdict", "branch")) for one in self.conditions]
        links = [
            Link(_("去掉%(condition)s") % {"condition": text},
                 self.url(**dict.fromkeys((*parts, "page"), "")))
            for text, parts in words
        ]  # fmt: skip
        why = wording.listed(text for text, _parts in words)
        return Nothing(
            _("没有符合条件的人。"),
            _("您限定了%(conditions)s。") % {"conditions": why} if why else "",
            (*links, Link(_("重置全部条件"), link(NAME))) if links else (),
        )


urlpatterns = [path("persons/", persons, name=NAME)]
