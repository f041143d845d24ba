"""编号段: runs of event numbers without a gap, and what lies between them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from django.db import connection
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from wengu.audit.marks import Written
from wengu.audit.models import Event

Span = tuple[int, int]
LOWEST: Final = -(2**63)
HIGHEST: Final = 2**63 - 1
# An OR of more than this many spans is asked in several queries.
_AT_ONCE = 200


def spans(numbers: Iterable[int]) -> list[Span]:
    """Return ascending numbers as spans without a gap."""
    found: list[list[int]] = []
    for number in numbers:
        if found and found[-1][1] + 1 == number:
            found[-1][1] = number
        else:
            found.append([number, number])
    return [(first, last) for first, last in found]


def between(taken: Iterable[Span], low: int, high: int) -> list[Span]:
    """Return what of low … high is in none of the spans."""
    free, at = [], low
    for first, last in sorted(taken):
        if first > at:
            free.append((at, min(first - 1, high)))
        at = max(at, last + 1)
        if at > high:
            return free
    free.append((at, high))
    return free


def written(within: Sequence[Span], most: int | None = None) -> Iterator[Written]:
    """Yield the events whose numbers lie in ascending spans, in order; at most so many."""
    # SQLite keeps an instant as text: it is read as it stands, also when somebody spoilt it.
    at = Cast("at", TextField()) if connection.vendor == "sqlite" else "at"
    columns = ("pk", at, *Written._fields[2:])
    left = most
    for start in range(0, len(within), _AT_ONCE):
        wanted = Q()
        for first, last in within[start : start + _AT_ONCE]:
            wanted |= Q(pk=first) if first == last else Q(pk__range=(first, last))
        rows = Event.objects.filter(wanted).order_by("pk").values_list(*columns)
        found = rows.iterator(chunk_size=1000) if left is None else rows[:left]
        for row in found:
            yield Written(*row)
            left = None if left is None else left - 1
        if left == 0:
            return
