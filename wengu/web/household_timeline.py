"""户的时间线: what people recorded and what the system decided, newest first."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from wengu.accounts.permissions import Facts
from wengu.decisions.models import Decision, SubjectKind
from wengu.policy.rules import pack
from wengu.regions import queries as regions
from wengu.registry.models import Household
from wengu.registry.timeline import Moment, timeline
from wengu.web import fact_words, indicators, places, telling, wording
from wengu.web.frame import link
from wengu.web.household_reading import Reading, source_name
from wengu.web.shapes import Cell, Change, Event, Link, Mark, Piece, Text


def events(reading: Reading) -> list[Event]:
    """Return everything that happened to a household, as far as the post sees it."""
    moments = timeline(household=reading.home)
    rest = [one for one in moments if one.kind != "joined" and not _first(one)]
    found = [
        *_decided(reading),
        *_enrolled(reading, moments),
        *(event for one in rest for event in _recorded(reading, one)),
    ]
    return sorted(found, key=lambda event: event.on, reverse=True)


def _decided(reading: Reading) -> Iterator[Event]:
    """Yield what a run changed; the first run decided everything, which is told in one line."""
    first = min((span.run_id for span in reading.history), default=0)
    opening = [span for span in reading.history if span.run_id == first]
    if opening:
        words = _("第 %(run)s 次运行：首次认定") % {"run": first}
        yield Event(opening[0].since, words, _("%(n)s 条规则") % {"n": len(opening)}, decided=True)
    for span in reading.history:
        if span.run_id != first and _seen(reading, span):
            yield Event(span.since, _title(reading, span), _change(reading, span), decided=True)


def _seen(reading: Reading, span: Decision) -> bool:
    return span.kind == SubjectKind.HOUSEHOLD or telling.may_tell(reading.scope, span.rule)


def _title(reading: Reading, span: Decision) -> str:
    name = reading.names.get(span.subject, "") if span.kind == SubjectKind.PERSON else ""
    rule = f"{indicators.term(pack.rule(span.rule))} {name}".strip()
    return _("第 %(run)s 次运行：%(rule)s") % {"run": span.run_id, "rule": rule}


def _change(reading: Reading, span: Decision) -> Cell:
    before = next(
        (one for one in reading.history
         if one.ended_id == span.run_id and (one.kind, one.subject, one.rule)
         == (span.kind, span.subject, span.rule)), None
    )  # fmt: skip
    new = Mark(telling.VERDICTS[span.verdict])
    return new if before is None else Change(Mark(telling.VERDICTS[before.verdict]), new)


def _first(one: Moment) -> bool:
    """Say whether a statement is the first of its source: nothing stood there before."""
    return one.kind == "facts" and all(old in (None, "") for old, _new in one.detail.values())


def _enrolled(reading: Reading, moments: list[Moment]) -> Iterator[Event]:
    """Yield one line for all that one sheet said of a household for the first time."""
    groups: dict[tuple[Any, ...], list[Moment]] = {}
    for one in moments:
        if one.kind == "joined" or _first(one):
            groups.setdefault((one.on, one.kind, one.source, one.batch), []).append(one)
    for (on, kind, source, batch), some in groups.items():
        named = source_name(source, batch, reading.scope)
        if kind == "joined":
            words = _("%(n)s 人登记入户") % {"n": len(some)}
            yield Event(on, words, (Text(wording.listed(one.person for one in some)), named))
            continue
        seen = sum(reading.may(column) for one in some for column in one.detail)
        if seen:
            yield Event(on, _("登记情况 %(n)s 项") % {"n": seen}, named)


def _recorded(reading: Reading, one: Moment) -> Iterator[Event]:
    source: Piece = source_name(one.source, one.batch, reading.scope)
    if one.kind == "facts":
        yield from _facts(reading, one, source)
        return
    if one.kind in _SINCE_CHANGED:
        yield _since_changed(one, source)
        return
    if one.kind == "left":
        relation = wording.said(one.detail["relation"])
        where = reading.where.get(one.detail["person"], reading.home)
        parts: list[Piece] = [Text(relation)] if relation else []
        parts += [] if where == reading.home else [_went(where, reading)]
        yield Event(one.on, _("%(name)s 离开本户") % {"name": one.person}, (*parts, source))
        return
    group = {"income": Facts.INCOME, "hospital": Facts.HEALTH, "benefit": Facts.BENEFITS,
             "benefit_ended": Facts.BENEFITS}.get(one.kind)  # fmt: skip
    if group is None or reading.may(group):
        title, detail = _told(one)
        yield Event(one.on, title, (detail, source) if detail else source)


_TOWN_AND_VILLAGE = 2
_SINCE_CHANGED = ("moved", "renamed")


def _since_changed(one: Moment, source: Piece) -> Event:
    """Return where the household moved to, or which name somebody bears now."""
    ((old, new),) = one.detail.values()
    if one.kind == "renamed":
        return Event(one.on, _("姓名更正"), (Change(old, new), source))
    places = [
        "".join(place.short_name for place in regions.path(code, one.on)[-_TOWN_AND_VILLAGE:])
        for code in (old, new)
    ]
    return Event(one.on, _("迁至另一个村"), (Change(*places), source))


def _went(where: Household | None, reading: Reading) -> Piece:
    """Return where somebody belongs now; of a household out of scope only that there is one."""
    words = places.went(where, reading.scope)
    return Text(words) if where is None else Link(words, link("household", where.number))


def _told(one: Moment) -> tuple[str, str]:
    name, detail = one.person, one.detail
    if one.kind == "income":
        words = _("收入：%(item)s") % {"item": fact_words.INCOME.get(detail["item"], "")}
        return words, _("%(amount)s 元") % {"amount": wording.yuan(detail["amount_fen"])}
    if one.kind == "hospital":
        paid = detail["self_pay_fen"]
        shown = _("待核") if paid is None else wording.yuan(paid)
        return _("%(name)s 出院") % {"name": name}, _("自付 %(amount)s 元") % {"amount": shown}
    kind = fact_words.BENEFITS.get(detail["kind"], "")
    words = _("开始享受%(kind)s") if one.kind == "benefit" else _("停止享受%(kind)s")
    return f"{words % {'kind': kind}} {name}".strip(), ""


def _facts(reading: Reading, one: Moment, source: Piece) -> Iterator[Event]:
    labels = fact_words.PERSON if one.person else fact_words.HOUSEHOLD
    seen = {
        column: pair
        for column, pair in one.detail.items()
        if column in labels and reading.may(column)
    }
    for column, (old, new) in seen.items():
        title = wording.titled(one.person, str(labels[column]))
        yield Event(one.on, title, (Change(_text(column, old), _text(column, new)), source))


def _text(column: str, value: Any) -> str | None:
    shown = fact_words.value(column, value)
    return None if shown is None else str(shown)
