"""户台账的名单: the households that an address asks for: how many, which page, in which order.

In the usual order (by village and number) a page is found by the lengths of its villages: of a
list by decisions they are the run's own figures, so that nothing is counted, and no page walks
over the rows before it.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Final

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from wengu.accounts.permissions import Facts
from wengu.decisions import policies
from wengu.decisions import queries as decisions
from wengu.kernel.money import from_yuan
from wengu.regions import queries as regions
from wengu.registry import queries as registry
from wengu.registry.models import Household, HouseholdFacts
from wengu.registry.queries import Filter, known
from wengu.web import decided, paging, wording
from wengu.web.access import Request
from wengu.web.listing import Listed

CAUSES: Final = (
    "因病", "因残", "因学", "因灾", "缺土地", "缺水", "缺技术", "缺劳力", "缺资金", "交通条件落后",
    "自身发展动力不足", "其他", "因婚", "因丧",
)  # fmt: skip
_MOST_TEXT: Final = 60
# Parts of an address that say nothing of which rows a list holds.
_SAME_ROWS: Final = ("page", "size", "sort", "more", "export")
_MOST_KEPT: Final = 256
_kept: dict[tuple[object, ...], Mapping[str, int]] = {}


def forget() -> None:
    """Forget the kept counts, as a new process does."""
    _kept.clear()


class Found(Listed):
    """名单: the address of a list, read and checked, and the rows behind it."""

    def __init__(self, request: Request) -> None:
        super().__init__(request, subject="household", most_text=_MOST_TEXT)
        self.cause = self.query.get("cause", "")
        self.least, self.most = self._fen("income_from"), self._fen("income_to")
        self.order, self.descending = self._order()

    def _fen(self, name: str) -> int | None:
        """Return an amount of the address in fen; None for none, or for one that is no amount."""
        text = self.query.get(name, "").strip().replace(",", "")
        if not text or not self.scope.sees(Facts.INCOME):
            return None
        try:
            return from_yuan(text)
        except ValueError:
            return None

    def _order(self) -> tuple[str, bool]:
        text = self.query.get("sort", "")
        name = text.removeprefix("-")
        if name not in registry.ORDERS or (name == "income" and not self.scope.sees(Facts.INCOME)):
            return "number", False
        return name, text.startswith("-")

    # --- which -----------------------------------------------------------------------------

    @property
    def plain(self) -> bool:
        """Whether region and at most one decision are all that narrows the list."""
        return not (self.text or self.cause or self.narrowed_by_amount or len(self.conditions) > 1)

    @property
    def narrowed_by_amount(self) -> bool:
        """Whether the income range narrows the list."""
        return self.least is not None or self.most is not None

    @cached_property
    def homes(self) -> QuerySet[Household]:
        """Every household of the list, in its order."""
        rows = self._narrowed
        for one in self.conditions:
            rows = rows.filter(self._decided(one))
        return rows

    @cached_property
    def _narrowed(self) -> QuerySet[Household]:
        """The households by everything but decisions."""
        narrowed = Filter(
            region=self.region, text=self.text,
            least_income_fen=self.least, most_income_fen=self.most,
        )  # fmt: skip
        rows = registry.households(
            viewer=self.scope, narrowed=narrowed, order=self.order, descending=self.descending
        )
        return rows.filter(self._of_cause()) if self.cause else rows

    def _of_cause(self) -> Q:
        stated = HouseholdFacts.objects.filter(
            known(None), main_cause=self.cause, since__lte=self.request.on
        )
        return Q(pk__in=stated.values("household"))

    def _decided(self, one: decided.Decided, villages: tuple[str, ...] | None = None) -> Q:
        if self.run is None:
            return Q(pk__in=())
        spans = one.spans(
            viewer=self.scope, run=self.run, policy=policies.current(), region=self.region
        )
        return decided.subjects(spans, villages)

    # --- how many --------------------------------------------------------------------------

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """The number of rows of each village: by the run's figures, else counted."""
        if self.plain and self.run is not None:
            if self.conditions:
                return self.conditions[0].by_village(
                    viewer=self.scope, region=self.region, run=self.run
                )
            if self.run.seq == registry.last_seq() and not self.run.region:
                return decisions.by_village(
                    rules=["=household"], viewer=self.scope, region=self.region, run=self.run
                )
        return self._counted()

    def _counted(self) -> Mapping[str, int]:
        """Count; the pages of one list that are turned one after the other count once."""
        parts = tuple(sorted((k, v) for k, v in self.query.items() if k not in _SAME_ROWS))
        run = self.run.pk if self.run else 0
        seen = (self.scope.ranges, self.scope.facts)
        key = (run, registry.last_seq(), self.request.on, seen, parts)
        if key not in _kept:
            if len(_kept) >= _MOST_KEPT:
                forget()
            rows = self.homes.order_by().values_list("village_id")
            _kept[key] = dict(rows.annotate(n=Count("pk")))
        return _kept[key]

    @cached_property
    def total(self) -> int:
        """The number of rows."""
        return sum(self.counts.values())

    # --- a page ----------------------------------------------------------------------------

    @cached_property
    def page(self) -> list[Household]:
        """The households of the page asked for."""
        size = self.paging.size
        first = (self.paging.page(self.total) - 1) * size
        if self.order != "number" or self.descending:
            return paging.whole_rows(
                Household, self.homes.values_list("pk", flat=True)[first : first + size]
            )
        found = paging.window(self.counts, first, size)
        if not found.villages:
            return []
        keys = self._in(found).values_list("pk", flat=True)
        return paging.whole_rows(Household, keys[found.skip : found.skip + size])

    def _in(self, found: paging.Window) -> QuerySet[Household]:
        """Return the rows of a window; by one decision, the village is the decision's own."""
        if self.plain and self.conditions:
            rows = registry.households(viewer=self.scope)
        else:
            rows = self._narrowed.filter(village__in=found.villages)
        for one in self.conditions:
            rows = rows.filter(self._decided(one, found.villages))
        return rows

    @property
    def unknown(self) -> int:
        """How many households of the region have an undecided class; 0 while more is asked."""
        if not self.plain or self.conditions or self.run is None:
            return 0
        figure = decisions.undecided_figure("2.1.1", "household")
        return sum(
            decisions.by_village(
                rules=[figure], viewer=self.scope, region=self.region, run=self.run
            ).values()
        )

    @property
    def people(self) -> int | None:
        """How many persons the households of the region have; None while more is asked."""
        if not self.plain or self.conditions or self.run is None:
            return None
        return sum(
            decisions.by_village(
                rules=["=person"], viewer=self.scope, region=self.region, run=self.run
            ).values()
        )

    def words(self) -> list[tuple[str, str]]:
        """Return the conditions in force: what each is called, and the query part that holds it."""
        found = [(_("关键字“%(q)s”") % {"q": self.text}, "q")] if self.text else []
        if self.region:
            found.append((regions.find(self.region, self.request.on).short_name, "region"))
        names = {"class": "class", "rule": "rule", "lack": "lack"}
        parts = [name for name in names if self.query.get(name)]
        found += [(one.words, part) for one, part in zip(self.conditions, parts, strict=True)]
        if self.cause:
            found.append((_("致贫原因：%(cause)s") % {"cause": wording.said(self.cause)}, "cause"))
        if self.narrowed_by_amount:
            found.append((_("收入范围"), "income"))
        return found
