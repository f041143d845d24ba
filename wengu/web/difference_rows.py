"""差异一行: whom it is about, old → new, why, what changed, from which source and day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Self

from django.utils.translation import gettext as _

from wengu.accounts.scope import Scope
from wengu.decisions.differences import Change, Difference
from wengu.decisions.models import SubjectKind
from wengu.policy.parameters import definition
from wengu.policy.rules import pack
from wengu.policy.vocabulary import PER_HEAD
from wengu.regions import queries as regions
from wengu.registry import queries as registry
from wengu.registry.models import Household, HouseholdPlace, Person
from wengu.rules.words import Words
from wengu.web import fact_words, indicators, parameter_values, places, telling, wording
from wengu.web import shapes as shape
from wengu.web.frame import link
from wengu.web.shapes import Cell, Link, Mark, Row, Text, Verdict

# Changes of one difference that a row shows; the rest are counted.
SHOWN = 1
# Where somebody belongs is no column of the vocabulary.
_WHERE: Final = ("village", "household")
VERDICTS: Final[Mapping[bool | None, Verdict]] = {True: "true", False: "false", None: "unknown"}


@dataclass(frozen=True, slots=True)
class Names:
    """名字 of the subjects of one page, read together."""

    households: dict[int, Household]
    persons: dict[int, Person]
    # Those that have a file to open: one that was taken back is named, but has none any more.
    stated: frozenset[int]
    # 去处 of whoever left a household: where they belong now; None: out of the viewer's scope.
    went: Mapping[int, Household | None]
    viewer: Scope

    @classmethod
    def of(cls, found: Sequence[Difference], viewer: Scope) -> Self:
        """Read the names of the subjects of some differences."""
        homes = {one.household for one in found if one.household is not None}
        homes |= {
            home
            for one in found
            for change in one.changes
            if change.name == "household"
            for home in (change.old, change.new)
            if home is not None
        }
        people = {one.subject for one in found if one.kind == SubjectKind.PERSON}
        places = HouseholdPlace.objects.filter(household__in=homes, superseded_seq=None)
        stated = frozenset(places.values_list("household_id", flat=True))
        gone = {
            change.subject for one in found for change in one.changes
            if change.name == "household" and change.new is None
        }  # fmt: skip
        went = registry.belonging(persons=gone, on=viewer.on, viewer=viewer)
        return cls(
            Household.objects.in_bulk(homes), Person.objects.in_bulk(people), stated, went, viewer
        )

    @property
    def on(self) -> date:
        """The day of the page."""
        return self.viewer.on

    def outside(self, change: Change) -> str:
        """Say that somebody is not of the household, and of whoever has left it, where they are."""
        words = _("不在本户")
        if change.new is not None or change.subject not in self.went:
            return words
        where = self.went[change.subject]
        if where is not None and where.pk == change.old:
            return words
        return _("，").join((words, places.went(where, self.viewer)))

    def village(self, code: str) -> str:
        """Return the short name of a village; its code where no edition has it."""
        try:
            return regions.find(code, self.on).short_name
        except regions.UnknownRegion:
            return code

    def place(self, code: str) -> str:
        """Return a village with its county and town: moves are mostly from one to another."""
        try:
            return "".join(one.short_name for one in regions.path(code, self.on)[1:])
        except regions.UnknownRegion:
            return code

    def home(self, key: int) -> str:
        """Return the name of a household's head, else its number."""
        home = self.households[key]
        return home.head_name or home.number

    def subject(self, one: Difference) -> Link:
        """Name the subject and open its file at the rule."""
        place = self.village(one.village)
        if one.kind == SubjectKind.VILLAGE or one.household is None:
            return Link(place, link("village", one.village), strong=True)
        home = self.households[one.household]
        name = self.home(home.pk)
        if one.kind == SubjectKind.PERSON and one.subject in self.persons:
            name = self.persons[one.subject].name
        url = f"{link('household', home.number)}#{one.rule}" if home.pk in self.stated else ""
        return Link(name, url, note=place, strong=True)


def row(one: Difference, names: Names, viewer: Scope) -> Row:
    """Return a difference as a row of the list."""
    rule = pack.rule(one.rule)
    seen = [change for change in one.changes if _may_see(change, viewer)]
    first = next((change for change in one.changes if change.source), None)
    shown = first if first in seen else None
    return Row(
        (
            names.subject(one),
            indicators.term(rule),
            shape.Change(_mark(one, "old"), _mark(one, "new")),
            wording.listed(_causes(one.causes)),
            _what(one.changes, seen, names),
            _unseen() if first is not None and shown is None else (shown.source if shown else "—"),
            shown.date if shown is not None and shown.date is not None else Text("—"),
        )
    )


def _causes(causes: Iterable[str]) -> list[str]:
    words = {"fact": _("事实"), "policy": _("政策"), "clock": _("时间")}
    return [words[cause] for cause in causes]


def _mark(one: Difference, side: str) -> Mark:
    branch, verdict = (one.old, one.old_verdict) if side == "old" else (one.new, one.new_verdict)
    if branch is None:
        return Mark("false", _("不在册"))
    return Mark(VERDICTS[verdict])


def _may_see(change: Change, viewer: Scope) -> bool:
    if not change.table or change.name in telling.ALWAYS_SEEN | {"household"}:
        return True
    return viewer.sees("income" if change.name in {"income_fen", "income_heads"} else change.name)


def _unseen() -> Text:
    return Text(_("不在您的查看范围"), quiet=True)


def _what(changes: Sequence[Change], seen: Sequence[Change], names: Names) -> Cell:
    if not seen:
        return _unseen() if changes else "—"
    parts: list[shape.Piece] = []
    for change in seen[:SHOWN]:
        parts += [
            Text(term(change)),
            shape.Change(value(change, change.old, names), value(change, change.new, names)),
        ]
    more = len(changes) - min(len(seen), SHOWN)
    if more:
        parts.append(Text(_("另 %(n)s 项") % {"n": more}, quiet=True))
    return tuple(parts)


def term(change: Change) -> str:
    """Return what changed, in the language of the page."""
    if change.name == "day" and not change.table:
        return _("日期")
    if not change.table:
        found = definition(change.name)
        return found.term_en if wording.english() else found.term
    if change.name in _WHERE:
        return _(change.term)
    if change.per_head:
        return PER_HEAD[change.table, change.name][wording.english()]
    kind = pack.vocabulary.column(change.table, change.name)
    return (wording.english() and kind.term_en) or kind.term or change.name


def value(change: Change, given: Any, names: Names) -> str | None:
    """Return a value as people read it; None is 待核."""
    if change.name in _WHERE:
        if change.name == "village":
            return _("不在册") if given is None else names.place(given)
        return names.outside(change) if given is None else names.home(given)
    if given is None:
        # A bill that was not there yet is no unknown bill.
        return _("无") if change.table == "bill" else None
    if change.name == "day" and not change.table:
        return str(given)
    if not change.table:
        found = definition(change.name)
        stored = frozenset(given) if isinstance(given, list) else given
        return parameter_values.text(found, stored)
    words = Words(pack.vocabulary, english=wording.english(), speak=fact_words.disability)
    return words.value(given, pack.vocabulary.column(change.table, change.name).dims)
