"""台账一行: the columns of the household list, read for the rows of one page at once."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wengu.accounts.permissions import Facts
from wengu.accounts.scope import Scope
from wengu.decisions import queries as decisions
from wengu.decisions.models import Decision, Run, SubjectKind
from wengu.kernel import mask
from wengu.policy.rules import pack
from wengu.registry.current import HOUSEHOLD_COLUMNS, OPEN
from wengu.registry.models import Household, HouseholdFacts, Membership, Person
from wengu.registry.queries import Fact, known, merged
from wengu.web import fact_words, indicators, places
from wengu.web.frame import link
from wengu.web.household_tables import risk
from wengu.web.shapes import Absent, Cell, Link, Mark, Masked, Money, Row, Text

_ID_SHOWN: Final = 6
CLASSES: Final = "2.1."


@dataclass(frozen=True, slots=True)
class Heading:
    """列头: key, words, what must be seen for it, and how it stands."""

    key: str
    label: str | Promise
    cell: Callable[["Rows", Household], Cell]
    needs: str = ""
    numeric: bool = False
    sort: str = ""
    locked: bool = False
    usual: bool = True
    desk_only: bool = False


@dataclass
class Rows:
    """一页户: what the cells of one page need, each read once."""

    homes: Sequence[Household]
    viewer: Scope
    run: Run | None
    _facts: dict[int, dict[str, Fact]] = field(default_factory=dict)

    @cached_property
    def decided(self) -> dict[int, list[Decision]]:
        """The decisions on the households of the page, by household."""
        found: dict[int, list[Decision]] = defaultdict(list)
        if self.run is not None:
            rows = decisions.as_of(self.run).filter(
                kind=SubjectKind.HOUSEHOLD, household__in=[home.pk for home in self.homes]
            )
            for one in self.viewer.filter(rows):
                found[one.household or 0].append(one)
        return found

    @cached_property
    def heads(self) -> dict[int, Person]:
        """The head of each household of the page."""
        rows = Membership.objects.filter(
            OPEN, relation="户主", household__in=[home.pk for home in self.homes]
        )
        return {row.household_id: row.person for row in rows.select_related("person")}

    @cached_property
    def facts(self) -> dict[int, dict[str, Fact]]:
        """What is said of the households of the page, by household."""
        stated: dict[int, list[HouseholdFacts]] = defaultdict(list)
        rows = HouseholdFacts.objects.filter(
            known(None), household__in=[home.pk for home in self.homes], since__lte=self.viewer.on
        )
        for row in rows:
            stated[row.household_id].append(row)
        return {pk: merged(some, HOUSEHOLD_COLUMNS) for pk, some in stated.items()}

    def verdicts(self, home: Household) -> dict[str, bool | None]:
        """Return the verdict of each rule that is kept."""
        return {one.rule: one.verdict for one in self.decided.get(home.pk, ())}


def _number(_rows: Rows, home: Household) -> Cell:
    return home.number


def _head(_rows: Rows, home: Household) -> Cell:
    return Link(home.head_name or _("无户主"), link("household", home.number), strong=True)


def _identity(rows: Rows, home: Household) -> Cell:
    person = rows.heads.get(home.pk)
    value = person.id_number if person else None
    return Masked(value[:_ID_SHOWN]) if value else Text(_("无有效证件"))


def _village(rows: Rows, home: Household) -> Cell:
    return places.name(home.village_id, rows.viewer)


def _people(_rows: Rows, home: Household) -> Cell:
    return home.size


def _income(_rows: Rows, home: Household) -> Cell:
    return Money(home.income_per_head_fen)


def class_cell(verdicts: dict[str, bool | None]) -> Cell:
    """Return the class that holds, 待核 where one is open, else that it is in none."""
    ladder = [rule for rule in verdicts if pack.rule(rule).clause.startswith(CLASSES)]
    held = next((rule for rule in ladder if verdicts[rule]), None)
    if held is not None:
        return indicators.term(pack.rule(held))
    if any(verdicts[rule] is None for rule in ladder):
        return None
    return Text(_("不属四类"), quiet=True)


def _class(rows: Rows, home: Household) -> Cell:
    return class_cell(rows.verdicts(home)) if rows.run else None


def verdict_cells(verdicts: dict[str, bool | None]) -> Cell:
    """Return a mark for each rule that holds, and how many are open."""
    own = {r: v for r, v in verdicts.items() if not pack.rule(r).clause.startswith(CLASSES)}
    held = [r for r in own if own[r]]
    marks: list[Any] = [Mark("true", indicators.term(pack.rule(rule))) for rule in sorted(held)]
    opened = sum(verdict is None for verdict in verdicts.values())
    if opened:
        marks.append(Mark("unknown", _("待核 %(n)s 条") % {"n": opened}))
    return tuple(marks) or Absent()


def _verdicts(rows: Rows, home: Household) -> Cell:
    return verdict_cells(rows.verdicts(home)) if rows.run else None


def _risk(rows: Rows, home: Household) -> Cell:
    return risk(rows.verdicts(home)) if rows.run else None


def _fact(column: str) -> Callable[[Rows, Household], Cell]:
    def cell(rows: Rows, home: Household) -> Cell:
        found = rows.facts.get(home.pk, {}).get(column)
        return fact_words.value(column, found.value if found else None)

    return cell


def _phone(_rows: Rows, home: Household) -> Cell:
    return mask.phone(home.phone) if home.phone else None


def _group(_rows: Rows, home: Household) -> Cell:
    return home.group_name or Absent(applies=False)


HEADINGS: Final = (
    Heading("number", gettext_lazy("户编号"), _number, locked=True, sort="number", desk_only=True),
    Heading("head", gettext_lazy("户主"), _head, locked=True, sort="name"),
    Heading("identity", gettext_lazy("证件号码"), _identity, desk_only=True),
    Heading("village", gettext_lazy("村、社区"), _village),
    Heading("people", gettext_lazy("人口"), _people, numeric=True, sort="size"),
    Heading("class", gettext_lazy("户的类别"), _class),
    Heading("income", gettext_lazy("人均年收入（元）"), _income, Facts.INCOME, numeric=True,
            sort="income"),
    Heading("verdicts", gettext_lazy("现行认定"), _verdicts),
    Heading("risk", gettext_lazy("风险"), _risk),
    Heading("cause", gettext_lazy("致贫原因"), _fact("main_cause"), "main_cause", usual=False),
    Heading("exit", gettext_lazy("脱贫属性"), _fact("exit_status"), "exit_status", usual=False),
    Heading("year", gettext_lazy("脱贫年度"), _fact("exit_year"), "exit_year", usual=False),
    Heading("standard", gettext_lazy("识别标准"), _fact("standard"), "standard", usual=False),
    Heading("kind", gettext_lazy("户类型"), _fact("kind"), "kind", usual=False),
    Heading("monitored", gettext_lazy("监测对象类别"), _fact("monitored"), "monitored",
            usual=False),
    Heading("house", gettext_lazy("住房等级"), _fact("house_grade"), "house_grade", usual=False),
    Heading("water", gettext_lazy("饮水安全"), _fact("safe_water"), "safe_water", usual=False),
    Heading("phone", gettext_lazy("联系电话"), _phone, usual=False),
    Heading("group", gettext_lazy("自然村"), _group, usual=False),
)  # fmt: skip


def seen(viewer: Scope) -> list[Heading]:
    """Return the columns that the post may see."""
    return [one for one in HEADINGS if not one.needs or viewer.sees(one.needs)]


def chosen(viewer: Scope, keys: Iterable[str] | None) -> list[Heading]:
    """Return the columns to show: those chosen, else the usual ones; locked ones always."""
    wanted = set(keys) if keys is not None else None
    return [
        one
        for one in seen(viewer)
        if one.locked or (one.usual if wanted is None else one.key in wanted)
    ]


def rows(found: Rows, headings: Sequence[Heading]) -> tuple[Row, ...]:
    """Return the rows of a page."""
    return tuple(
        Row(
            tuple(one.cell(found, home) for one in headings),
            key=home.number,
            label=home.head_name or home.number,
        )
        for home in found.homes
    )
