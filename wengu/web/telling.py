"""讲给人看: a decision explained, in the shapes of a page: quote, conditions, ruler, flips."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from wengu import policy as document
from wengu.accounts.scope import Scope
from wengu.decisions.explanations import Explanation as Told
from wengu.decisions.explanations import Setting
from wengu.decisions.policies import Policy
from wengu.decisions.reasons import SIGNS, Reason
from wengu.kernel.dates import from_day
from wengu.policy.rules import pack
from wengu.policy.vocabulary import PER_HEAD
from wengu.rules import Rule, nodes
from wengu.rules.flips import Flip as Turn
from wengu.rules.leaves import references
from wengu.rules.rows import Result
from wengu.rules.words import Words as Speech
from wengu.web import wording
from wengu.web.frame import link
from wengu.web.reasons import Explanation, Flip, Ruler, Test, Threshold, Words
from wengu.web.shapes import Cell, Quoted, Text, Unverified, Verdict

DOCUMENT: Final = gettext_lazy("《实施意见（征求意见稿）》")
VERDICTS: Final[Mapping[bool | None, Verdict]] = {True: "true", False: "false", None: "unknown"}
# Facts that a person cannot change: what would happen if they were others helps nobody.
_FIXED: Final = {
    ("household", "income_heads"), ("person", "birth"), ("person", "relation"), ("person", "sex"),
    ("bill", "admitted"), ("bill", "discharged"), ("bill", "total_fen"), ("bill", "basic_fen"),
    ("bill", "serious_fen"),
}  # fmt: skip
# While the county's list of stays is awaited, what a family has paid itself is not known.
_AWAITED: Final = "bills_listed_on"
_PAID: Final = ("burden_payments", "shock_payments")
_OF_MANY: Final = {"count", "sum", "any", "every"}
_MOST_FLIPS: Final = 8
_MOST_SOURCES: Final = 2
_SHORT: Final = 20
Asked = tuple[str, Any, str]
_INCOMES: Final = {("household", "income_fen"), ("village", "collective_income_fen")}
_YUAN: Final = 100
_HEADROOM: Final = 5


@dataclass(frozen=True)
class Telling:
    """讲法: who reads, on which day, by which policy, and what persons are called."""

    viewer: Scope
    on: datetime.date
    policy: Policy
    names: Mapping[Any, str] = field(default_factory=dict)

    def shape(
        self,
        told: Told,
        *,
        since: datetime.date | None = None,
        more: str = "",
        opened: bool = False,
    ) -> Explanation:
        """Return the explanation of one decision; `more` is where what would change it is kept."""
        open_ = may_tell(self.viewer, told.rule)
        withheld = _("理由含您的岗位不查看的事实")
        return Explanation(
            key=key(told.rule, told.id if told.subject == "person" else ""),
            verdict=VERDICTS[told.verdict],
            rule=self._title(told),
            clause=told.clause,
            clause_url=link("clause", told.clause),
            sentence=self._sentence(told) if open_ else withheld,
            since=since,
            document=str(DOCUMENT),
            quote=quote(told.clause, told.quote),
            tests=tuple(self._tests(told)) if open_ else (),
            rulers=self._rulers(told) if open_ and not more else (),
            flips=self._flips(told) if open_ and not more else (),
            opened=opened,
            changes_url=more if open_ else "",
            subject="village" if told.subject == "village" else "household",
        )

    def _title(self, told: Told) -> str:
        name = self.names.get(told.id, "") if told.subject == "person" else ""
        return f"{told.term} {name}".strip()

    def _sentence(self, told: Told) -> str:
        if told.missing:
            names = wording.listed(dict.fromkeys(one.term for one in told.missing))
            keepers = (wording.said(one.holder) for one in told.missing if one.holder)
            holders = wording.listed(dict.fromkeys(keepers))
            if holders:
                return _("缺%(names)s，该问%(holders)s") % {"names": names, "holders": holders}
            return _("缺%(names)s") % {"names": names}
        return told.branch_term

    # --- conditions -----------------------------------------------------------------------

    def _tests(self, told: Told) -> Iterator[Test]:
        seen: set[Asked] = set()
        terms = tuple(one.term for one in told.parameters)
        for reason in _distinct(self._because(told)):
            yield from self._rows(reason, seen, terms)
        yield from (_setting(one) for one in told.parameters)

    def _because(self, told: Told) -> tuple[Reason, ...]:
        """Return the conditions; where a list of stays is awaited, what was paid is not known.

        The sum of the stays that are known is then no sum of what was paid: no 0 for unknown.
        """
        if all(one.leaf.name != _AWAITED for one in told.missing):
            return told.because
        voc = self.policy.pack.vocabulary
        paid = [voc.fact("household", name) for name in _PAID]
        terms = [(wording.english() and one.term_en) or one.term for one in paid]
        return tuple(_unpaid(one, terms) for one in told.because)

    def _rows(
        self, reason: Reason, seen: set[Asked], terms: tuple[str, ...], *, part: bool = False
    ) -> Iterator[Test]:
        """Yield a condition, how its threshold comes about, and what it consists of.

        What an earlier condition was made of is not told twice.
        """
        inner = [one for one in _distinct(reason.inner) if _asked(one) not in seen]
        seen.update({_asked(reason), *map(_asked, inner)})
        yield self._test(reason, terms, part=part, made_of_others=bool(inner))
        sum_, _equals, _total = reason.threshold_text.rpartition(" = ")
        if sum_:
            yield Test(sum_, None, "", "", "", "", part=True)
        for one in inner:
            yield from self._rows(one, seen, terms, part=True)

    def _test(
        self, reason: Reason, terms: tuple[str, ...], *, part: bool, made_of_others: bool
    ) -> Test:
        name = self.names.get(reason.subject, "") if _is_of_one(reason) else ""
        shown = Text(_unbroken(reason.value_text), strong=reason.threshold is not None)
        return Test(
            label=wording.titled(name, reason.term),
            verdict=None if part else _mark(reason),
            fact=shown if reason.known else None,
            required=_required(reason, terms),
            source="" if made_of_others else _sources(reason.source),
            dated="" if made_of_others else reason.date or "",
            part=part,
        )

    # --- what would change it -------------------------------------------------------------

    def _flips(self, told: Told) -> tuple[Flip, ...]:
        rule = self.policy.pack.rule(told.rule, self.on)
        turned = [one for one in told.flips if (one.table, one.column) not in _FIXED]
        turned.sort(key=lambda one: (one.verdict == told.verdict, one.table != "household"))
        speech = self._speech(told)
        found = [self._flip(one, rule, speech) for one in _one_each(turned)[:_MOST_FLIPS]]
        if told.due is not None:
            days = (told.due - self.on).days
            left = ngettext("还有 %(n)s 天", "还有 %(n)s 天", days) % {"n": wording.count(days)}
            day = _("到 %(day)s") % {"day": wording.day(told.due)}
            found.append(Flip(day, self._then(told, rule), left))
        return tuple(found)

    def _flip(self, turn: Turn, rule: Rule, speech: Speech) -> Flip:
        kind = self.policy.pack.vocabulary.column(turn.table, turn.column)
        term = speech.name(nodes.Column(turn.table, turn.column))
        name = self.names.get(turn.subject, "") if turn.table == "person" else ""
        words = {"term": wording.titled(name, term)}
        words["value"] = speech.value(turn.value, kind.dims)
        phrase = {
            "up": _("%(term)s到 %(value)s 及以上"),
            "down": _("%(term)s到 %(value)s 及以下"),
        }.get(turn.direction, _("%(term)s变为“%(value)s”"))
        distance = _distance(turn, kind.dims, speech)
        return Flip(phrase % words, self._outcome(turn.result, rule), distance)

    def _then(self, told: Told, rule: Rule) -> str:
        """Return what the result is from the due day on."""
        if told.then is not None:
            return self._outcome(told.then, rule)
        if told.due is not None and not rule.in_force(told.due):
            return _("这条规则到期，不再按它认定")
        return _("不在册，不再认定")

    def _outcome(self, result: Result, rule: Rule) -> str:
        """Return a result with the branch that it takes; an undecided one with what it lacks."""
        if result.branch >= 0:
            branch = rule.branches[result.branch]
            why = (branch.term_en if wording.english() else "") or branch.term
            return wording.titled(verdict_words(branch.verdict), why)
        pack_ = self.policy.pack
        lacking = pack_.missing(rule, result.branch, result.missing)
        terms = dict.fromkeys(pack_.term(leaf)[wording.english()] for leaf in lacking)
        why = _("缺%(names)s") % {"names": wording.listed(terms)} if terms else ""
        return wording.titled(verdict_words(None), why) if why else verdict_words(None)

    def _speech(self, told: Told) -> Speech:
        return Speech(
            self.policy.pack.vocabulary,
            english=wording.english(),
            speak=wording.said,
            called=PER_HEAD if told.per_head else None,
        )

    def _rulers(self, told: Told) -> tuple[Ruler, ...]:
        """Return the income on its line: where the verdict would turn, below and above."""
        turns = [
            one
            for one in told.flips
            if (one.table, one.column) in _INCOMES and one.current is not None
        ]
        if not turns:
            return ()
        return (_ruler(told, sorted(turns, key=lambda one: int(one.value))),)


def key(rule: str, person: object = "") -> str:
    """Return the anchor of one decision on the page."""
    return f"{rule}-{person}" if person else rule


def verdict_words(verdict: object) -> str:
    """Return 符合, 不符合 or 待核."""
    return _("待核") if verdict is None else _("符合") if verdict else _("不符合")


def may_tell(viewer: Scope, rule: str) -> bool:
    """Say whether a post sees every fact that a rule reads, and so its reasons."""
    return all(viewer.sees(column) for column in columns_of(rule))


_columns: dict[str, frozenset[str]] = {}


def columns_of(rule: str) -> frozenset[str]:
    """Return the columns of the registry that a rule reads, in any of its branches."""
    if rule not in _columns:
        found = {
            "income" if leaf.name in {"income_fen", "income_heads"} else leaf.name
            for branch in pack.rule(rule).branches
            if branch.condition is not None
            for leaf in references(branch.condition, pack.vocabulary)
            if not leaf.is_parameter and leaf.name not in ALWAYS_SEEN
        }
        _columns[rule] = frozenset(found)
    return _columns[rule]


# Identity, which everybody sees who sees the household at all; benefits by their own group.
ALWAYS_SEEN: Final = {
    "birth", "sex", "relation", "county", "village", "id", "uid", "status",
    "collective_income_fen", "income_year", "grace_since",
}  # fmt: skip


def quote(number: str, words: str) -> tuple[Words, ...]:
    """Return the sentence of a clause with the deciding words marked; in English, the whole."""
    clause = document.clause(number)
    if wording.english():
        return (Words(clause.text_en),)
    before, found, after = clause.text.partition(words)
    if not found:
        return (Words(words, deciding=True),)
    parts = (Words(before), Words(words, deciding=True), Words(after.rstrip("。")))
    return tuple(part for part in parts if part.text)


def _distinct(reasons: tuple[Reason, ...]) -> list[Reason]:
    """Return the conditions once each: branches ask again what earlier ones asked."""
    return list({_asked(one): one for one in reasons}.values())


def _unpaid(reason: Reason, sums: Sequence[str]) -> Reason:
    """Return a condition of which these sums, and what is made of them, are unknown."""
    inner = tuple(_unpaid(one, sums) for one in reason.inner)
    if any(one in reason.term for one in sums):
        return reason._replace(known=False, threshold=None, inner=inner)
    return reason._replace(inner=inner)


def _asked(one: Reason) -> Asked:
    return one.fact, one.subject, one.threshold_text


def _is_of_one(reason: Reason) -> bool:
    """Say whether the condition is about one person: of a household's members it is not."""
    table, _dot, column = reason.fact.partition(".")
    return table == "person" and column not in _OF_MANY


def _mark(reason: Reason) -> Verdict:
    """Return the answer to a yes-or-no condition; a comparison is always said so that it holds."""
    if not reason.known:
        return "unknown"
    contrary = reason.operator.startswith("not") or reason.operator in {"is not", "none"}
    return "false" if reason.threshold is None and contrary else "true"


def _unbroken(text: str) -> str:
    """Return a short text that no line breaks."""
    return text.replace(" ", "\u00a0") if len(text) < _SHORT else text


def _sources(text: str) -> Cell:
    """Return where a fact comes from; of many places the first and their number."""
    places = [place for place in text.split(_("；")) if place]
    if len(places) <= _MOST_SOURCES:
        return _("；").join(places)
    return _("%(first)s等 %(n)s 处") % {"first": places[0], "n": len(places)}


def _required(reason: Reason, terms: tuple[str, ...]) -> Cell:
    """Return the threshold; a parameter is named in a row of its own, not here."""
    if reason.threshold is None:
        return ""
    sign = SIGNS.get(reason.operator)
    if sign:
        text = reason.threshold_text.rpartition(" = ")[2]
        for term in terms:
            text = text.removeprefix(term).strip()
        return _unbroken(f"{sign} {text}")
    if reason.operator.startswith("not"):
        return _("不在：%(list)s") % {"list": reason.threshold_text}
    return reason.threshold_text


def _setting(one: Setting) -> Test:
    """Return the row of a parameter: its value, who set it, since when."""
    words: Cell = one.value_text or None
    said = Quoted(wording.said(one.source))
    source: Cell = said if one.source else Text("—", quiet=True)
    if one.unverified:
        source = (said, Unverified())
    return Test(one.term, None, "", words, source, one.since or "", part=True)


def _distance(turn: Turn, unit: Any, speech: Speech) -> str:
    """Return how far a fact is from the value that turns the result."""
    if turn.current is None:
        return _("现在没有记载")
    if unit == ("day",) and turn.direction:
        days = abs((from_day(turn.value) - from_day(turn.current)).days)
        return ngettext("相差 %(n)s 天", "相差 %(n)s 天", days) % {"n": wording.count(days)}
    if turn.direction:
        gap = speech.value(abs(turn.value - turn.current), unit)
        phrase = _("再增 %(gap)s") if turn.direction == "up" else _("再减 %(gap)s")
        return phrase % {"gap": gap}
    return _("现在是“%(value)s”") % {"value": speech.value(turn.current, unit)}


def _one_each(turns: list[Turn]) -> list[Turn]:
    """Return one flip of each fact, direction and outcome: alike values say nothing more."""
    found: dict[tuple[Any, ...], Turn] = {}
    for one in turns:
        found.setdefault((one.table, one.column, one.direction, one.branch), one)
    return list(found.values())


def _ruler(told: Told, turns: list[Turn]) -> Ruler:
    point = int(turns[0].current)
    thresholds = tuple(_threshold(one) for one in turns)
    high = max(point, thresholds[-1].at) * _HEADROOM // (_HEADROOM - 1)
    high = max(-(-high // (1000 * _YUAN)) * 1000 * _YUAN, thresholds[-1].at + _YUAN)
    below = [one for one in turns if one.direction == "down"]
    above = [one for one in turns if one.direction == "up"]
    verdicts = [*(t.verdict for t in below), told.verdict, *(t.verdict for t in above)]
    return Ruler(
        low=min(0, point, thresholds[0].at - _YUAN),
        high=high,
        low_text=wording.yuan(min(0, point)) if point < 0 else "0",
        high_text=_("%(amount)s 元") % {"amount": wording.yuan(high)},
        thresholds=thresholds,
        zones=tuple(verdict_words(verdict) for verdict in verdicts),
        zone=len(below),
        point=point,
        point_text=_point(told) % {"amount": wording.yuan(point)},
    )


def _point(told: Told) -> str:
    if told.subject == "village":
        return _("本村 %(amount)s")
    return _("本户人均 %(amount)s") if told.per_head else _("本户 %(amount)s")


def _threshold(turn: Turn) -> Threshold:
    """Return the boundary: the exact value lies on its left where it is included (含)."""
    value, cents = int(turn.value), int(turn.value) % _YUAN
    if turn.direction == "up":
        at, included = (value - 1, True) if cents == 1 else (value, False)
    else:
        at, included = (value + 1, False) if cents == _YUAN - 1 else (value, True)
    return Threshold(at, wording.yuan(at), included)
