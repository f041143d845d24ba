"""指标: the figures of a division and of those below it, for the rules that are shown side by side.

A family is what one table shows: the household classes, the village classes, or one other rule.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _

from wengu.accounts.permissions import Permission
from wengu.accounts.scope import Scope
from wengu.decisions import queries as decisions
from wengu.decisions.models import Run
from wengu.kernel.regioncode import Level, RegionCode
from wengu.policy.policy import PolicyInForce
from wengu.regions import queries as regions
from wengu.regions.queries import Place
from wengu.rules import Rule
from wengu.web import telling, wording
from wengu.web.frame import link
from wengu.web.shapes import Cell, Clause, Column, Link, Row, Table, Text

CLASSES: Final = "2.1"
FIRST: Final = "low-income-marginal"
_LONG: Final = 5
LISTS: Final = {"household": "households", "person": "persons", "village": "villages"}


@dataclass(frozen=True, slots=True)
class Family:
    """指标族: the rules in the columns, one of them chosen for the map and the last column."""

    chosen: Rule
    rules: tuple[Rule, ...]

    @property
    def subject(self) -> str:
        """What is counted: household, person or village."""
        return self.chosen.subject

    @property
    def classes(self) -> bool:
        """Whether the rules are classes, of which a subject is in one at most."""
        return len(self.rules) > 1

    @property
    def unknown(self) -> str:
        """The filter word of the list of what is undecided: a section, or the rule itself."""
        return CLASSES if self.classes else self.chosen.name


def family(policy: PolicyInForce, name: str) -> Family | None:
    """Return the family that a rule stands in; None for an unknown rule."""
    found = next((rule for rule in policy.rules if rule.name == name), None)
    if found is None:
        return None
    if not found.clause.startswith(f"{CLASSES}."):
        return Family(found, (found,))
    same = (r for r in policy.rules if r.clause.startswith(f"{CLASSES}."))
    return Family(found, tuple(r for r in same if r.subject == found.subject))


def term(rule: Rule) -> str:
    """Return what a rule is called in the language of the page."""
    return rule.term_en if wording.english() and rule.term_en else rule.term


def head(rule: Rule) -> str:
    """Return the term in two lines, for the head of a narrow column."""
    words = term(rule)
    if " " in words:
        middle = min(
            (i for i, c in enumerate(words) if c == " "), key=lambda i: abs(i - len(words) / 2)
        )
        return f"{words[:middle]}\n{words[middle + 1 :]}"
    return (
        words if len(words) < _LONG else f"{words[: len(words) // 2]}\n{words[len(words) // 2 :]}"
    )


def unit(subject: str) -> str:
    """Return the unit in which subjects are counted."""
    return {"household": _("户"), "person": _("人"), "village": _("个村")}[subject]


def counted_in(rule: Rule) -> str:
    """Return a rule with the unit in which its subjects are counted: 渐退期（户）."""
    return _("%(term)s（%(unit)s）") % {"term": term(rule), "unit": unit(rule.subject)}


def list_url(viewer: Scope, subject: str, region: str, rule: str = "", verdict: str = "") -> str:
    """Return the address of the list behind a figure; "" for a post that may not open it.

    Names of persons are withheld where a rule reads facts that the post does not see.
    """
    reads = Permission.VILLAGES_READ if subject == "village" else Permission.HOUSEHOLDS_READ
    if not viewer.allows(reads) or hides(viewer, subject, rule):
        return ""
    return link(LISTS[subject], region=region, rule=rule, verdict=verdict)


def hides(viewer: Scope, subject: str, rule: str) -> bool:
    """Say whether a rule about persons reads facts that the post does not see."""
    return bool(rule) and subject == "person" and not telling.may_tell(viewer, rule)


@dataclass(slots=True)
class Figures:
    """数: of one division: all subjects, those for whom each rule holds, those left open."""

    place: Place
    total: int = 0
    holds: dict[str, int] = field(default_factory=dict)
    unknown: int = 0

    @property
    def code(self) -> str:
        """The code of the division."""
        return str(self.place.code)

    def share(self, rule: str) -> int | None:
        """Return the share of a rule in basis points; None where there is nobody."""
        return None if not self.total else self.holds.get(rule, 0) * 10_000 // self.total


def below(
    shown: Family, *, region: str, viewer: Scope, run: Run | None, on: datetime.date
) -> list[Figures]:
    """Return the figures of the divisions below a region (of a village: its own)."""
    village = RegionCode(region).level == Level.VILLAGE
    places = (regions.find(region, on),) if village else regions.children(region, on)
    rows = {str(place.code): Figures(place) for place in places}
    names = [rule.name for rule in shown.rules]
    open_name = decisions.undecided_figure(shown.chosen.clause, shown.subject)
    wanted = [*names, f"={shown.subject}", *([open_name] if shown.classes else [])]
    found = decisions.figures(
        rules=wanted, viewer=viewer, region=region, run=run, below=not village
    )
    for one in found:
        row = rows.setdefault(one.region, Figures(_place(one.region, on)))
        if one.rule.startswith("="):
            row.total += one.subjects
        elif one.rule == open_name or (one.verdict is None and not shown.classes):
            row.unknown += one.subjects
        elif one.verdict:
            row.holds[one.rule] = row.holds.get(one.rule, 0) + one.subjects
    return list(rows.values())


def _place(code: str, on: datetime.date) -> Place:
    """Return a division that the edition in force does not list: as another one calls it."""
    try:
        return regions.find(code, on)
    except regions.UnknownRegion:
        return Place(RegionCode(code), code, None, None)


def total(rows: Sequence[Figures], place: Place) -> Figures:
    """Return the sum row."""
    whole = Figures(place)
    for row in rows:
        whole.total += row.total
        whole.unknown += row.unknown
        for rule, number in row.holds.items():
            whole.holds[rule] = whole.holds.get(rule, 0) + number
    return whole


def of_region(
    policy: PolicyInForce, *, region: str, viewer: Scope, run: Run | None, place: Place
) -> dict[str, Figures]:
    """Return every rule's own figures in one region, by rule."""
    names = [rule.name for rule in policy.rules]
    found = decisions.figures(
        rules=[*names, *(f"={kind}" for kind in LISTS)],
        viewer=viewer,
        region=region,
        run=run,
        below=False,
    )
    totals = {one.rule[1:]: one.subjects for one in found if one.rule.startswith("=")}
    rows = {
        rule.name: Figures(place, totals.get(rule.subject, 0), {rule.name: 0})
        for rule in policy.rules
    }
    for one in found:
        if one.rule in rows and one.verdict is None:
            rows[one.rule].unknown += one.subjects
        elif one.rule in rows and one.verdict:
            rows[one.rule].holds[one.rule] += one.subjects
    return rows


def table(
    policy: PolicyInForce, *, region: str, viewer: Scope, run: Run | None, shown: str = ""
) -> Table:
    """Return every rule with its own figures in a region; `shown` is the one on the page."""
    place = regions.find(region, viewer.on)
    found = of_region(policy, region=region, viewer=viewer, run=run, place=place)
    columns = (
        Column(_("指标")), Column(_("条款")), Column(_("单位"), desk_only=True),
        Column(_("符合"), numeric=True), Column(_("待核"), numeric=True),
        Column(_("在册"), numeric=True),
    )  # fmt: skip
    rows = tuple(
        _indicator(rule, found[rule.name], region, viewer, here=rule.name == shown)
        for rule in policy.rules
    )
    return Table(_("各项认定"), columns, rows)


def _indicator(rule: Rule, row: Figures, region: str, viewer: Scope, *, here: bool) -> Row:
    name = term(rule)
    holds, unknown = (
        list_url(viewer, rule.subject, region, rule.name, verdict)
        for verdict in ("true", "unknown")
    )
    return Row(
        (
            Text(name, strong=True)
            if here
            else Link(name, link("overview", region=region, rule=rule.name)),
            Clause(rule.clause, link("clause", rule.clause)),
            unit(rule.subject),
            counted(row.holds[rule.name], holds),
            counted(row.unknown, unknown),
            row.total,
        ),
        current=here,
    )


def counted(number: int, url: str, *, strong: bool = False) -> Cell:
    """Return a figure that opens its list; 0 opens nothing."""
    if not number:
        return Text("0", quiet=True)
    return Link(wording.count(number), url, strong=strong)


def around(region: str, viewer: Scope) -> list[tuple[str, str]]:
    """Return a region with those above it in scope and those below it, as (code, name)."""
    steps = [place for place in regions.path(region, viewer.on) if viewer.covers(place.code)]
    path = [(str(place.code), place.short_name) for place in steps]
    below = [
        (str(place.code), f"　{place.short_name}") for place in regions.children(region, viewer.on)
    ]
    return [*path, *below]
