"""到期: the next day on which a result can change although nobody says anything new.

The days come from the rule itself: birthdays that reach an age it names, the end of the months it
counts, days it compares with the day of evaluation, dated parameter values, the end of the rule;
and from facts that are known to begin or end on a later day. Each such day is tried in turn, so
the answer is the day of a real change.
"""

import calendar
import dataclasses
import datetime
from collections.abc import Callable, Iterator, Sequence

from wengu.kernel.dates import add_months, from_day, is_day
from wengu.rules import kinds, nodes
from wengu.rules.evaluate import Reference
from wengu.rules.interpret import rows_of
from wengu.rules.leaves import references
from wengu.rules.nodes import Node
from wengu.rules.rows import Frame, Result
from wengu.rules.rule import Rule
from wengu.rules.sites import leaf_rows, sites

_DAY = datetime.timedelta(days=1)
_MARGIN = datetime.timedelta(days=4)
_YEAR_STEP = 10_000
_MOST_STEPS = 1_000
_LAST_YEAR = 2999


@dataclasses.dataclass(frozen=True)
class Ahead:
    """将来: the days on which facts of a subject begin or end by themselves, in order.

    `subject` is how it stands from one of these days on; None = it is no longer there.
    """

    days: Sequence[datetime.date]
    subject: Callable[[datetime.date], Frame | None]


NOTHING_AHEAD = Ahead((), lambda day: None)


@dataclasses.dataclass(frozen=True)
class Due:
    """到期: the first later day with another result, and which; None = nothing is decided then."""

    day: datetime.date
    result: Result | None


def due(
    reference: Reference, rule: Rule, subject: Frame, ahead: Ahead = NOTHING_AHEAD
) -> Due | None:
    """Return when the result will be another, and what; None = never, as far as is known."""
    before = reference.decide(rule, subject)
    here, row = reference, subject
    for _ in range(_MOST_STEPS):
        coming = [day for day in ahead.days if day > here.on]
        days = [day for day in (_next(here, rule, row), *coming[:1]) if day is not None]
        following = min(days, default=None)
        if following is None:
            return None
        if not rule.in_force(following):
            return Due(following, None)
        here = here.at(following)
        if following in coming:
            stands = ahead.subject(following)
            if stands is None:
                return Due(following, None)
            row = stands
        after = here.decide(rule, row)
        if after != before:
            return Due(following, after)
    return Due(here.on, before)  # Too many quiet days to try: look again then.


def _next(reference: Reference, rule: Rule, subject: Frame) -> datetime.date | None:
    days = [] if rule.until is None else [rule.until]
    names: set[str] = set()
    for branch in rule.branches:
        if branch.condition is not None:
            days.extend(_days(reference, branch.condition, subject))
            found = references(branch.condition, reference.voc)
            names.update(leaf.name for leaf in found if leaf.is_parameter)
    days.extend(reference.interpreter.parameters.changes_after(reference.on, names))
    return min((day for day in days if day > reference.on), default=None)


def _days(reference: Reference, node: Node, subject: Frame) -> Iterator[datetime.date]:
    """Yield the days on which a comparison with the calendar may turn."""
    for compare, frame in sites(node, subject, reference.voc):
        clocks = _clocks(reference, compare, frame)
        if clocks:
            anchors = set(_anchors(reference, compare, frame))
            for clock, row in clocks:
                for anchor in anchors:
                    yield from _turns(reference, compare, clock, row, anchor)


def _clocks(reference: Reference, node: Node, frame: Frame) -> list[tuple[Node, Frame]]:
    """Return the nodes that move with the calendar, facts and aggregates opened."""
    if isinstance(node, nodes.Today | nodes.Cut):
        return [(node, frame)]
    found: list[tuple[Node, Frame]] = [(node, frame)] if isinstance(node, nodes.Age) else []
    opened = reference.voc.opened(node)
    if opened is not node and isinstance(node, nodes.Fact):
        return _clocks(reference, opened, frame.at(node.table))
    for row in (
        rows_of(node, frame, reference.voc) if isinstance(node, nodes.Aggregate) else [frame]
    ):
        for child in nodes.children(node):
            if not isinstance(child, nodes.Compare):
                found.extend(_clocks(reference, child, row))
    return found


def _anchors(reference: Reference, node: Node, frame: Frame) -> Iterator[datetime.date]:
    """Yield every day that is recorded or written in the comparison."""
    for column, row in leaf_rows(node, frame, reference.voc):
        value = row.values[column.name]
        is_date = reference.voc.column(column.table, column.name).dims == kinds.DAY
        if is_date and value is not None and is_day(value):
            yield from_day(value)
    for below in nodes.walk(node):
        if isinstance(below, nodes.Literal) and below.unit == kinds.DAY:
            yield from_day(int(below.value))


def _turns(
    reference: Reference,
    compare: nodes.Compare,
    clock: Node,
    frame: Frame,
    anchor: datetime.date,
) -> Iterator[datetime.date]:
    if isinstance(clock, nodes.Today):
        yield from (anchor, anchor + _DAY)
    elif isinstance(clock, nodes.Age):
        years = reference.interpreter.value(compare.right, frame)
        if years is not None:
            yield from _birthdays(anchor, years)
    elif isinstance(clock, nodes.Cut):
        length = reference.interpreter.value(clock.length, frame)
        if length is not None:
            yield from _ends(clock.kind, anchor, length)


def _birthdays(birth: datetime.date, years: int) -> Iterator[datetime.date]:
    """Yield the first days on which so many years, and one more, are completed.

    Who was born on 29 February completes a year on 1 March where there is no such day.
    """
    for year in (birth.year + years, birth.year + years + 1):
        if year <= _LAST_YEAR:
            leap_day = (birth.month, birth.day) == (2, 29) and not calendar.isleap(year)
            yield datetime.date(year, 3, 1) if leap_day else birth.replace(year=year)


def _ends(kind: str, start: datetime.date, length: int) -> Iterator[datetime.date]:
    """Yield the days around the end of a period; month ends are why one day is not enough."""
    if kind == "days":
        end = start + datetime.timedelta(days=length)
        yield from (end - _DAY, end, end + _DAY)
        return
    day = add_months(start, length) - _MARGIN
    last = add_months(start, length) + _MARGIN
    while day <= last:
        yield day
        day += _DAY
