"""核验: recomputes the whole chain and names what is not as it was sealed."""

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from django.db import connection
from django.db.models import Count, Max

from wengu.audit import guards, marks
from wengu.audit.head import Head
from wengu.audit.marks import Written
from wengu.audit.models import Event, Seal
from wengu.audit.sealing import BLOCK
from wengu.audit.spans import HIGHEST, LOWEST, Span, between, written

KINDS: Final = {
    "changed": "the event is not what was sealed",
    "removed": "the event was sealed and is gone",
    "inserted": "the event was not written by an action of ours",
    "reordered": "another event stands in this event's place",
    "twice": "the event stands in two blocks",
    "block changed": "the block itself was changed",
    "block removed": "the block is missing",
    "block inserted": "the block does not belong to the chain",
    "cut": "the chain ends before the head that was kept in the file",
    "head changed": "the head kept in the file is of another chain",
    "head missing": "there is no file with the chain's head",
    "unreadable": "a block holds what no program of ours writes",
    "guard missing": "what keeps the record from being changed was taken away",
    "guard altered": "what keeps the record from being changed was altered",
    "guard added": "the tables of the record do what no program of ours made them do",
}
_SEALS_AT_ONCE = 100
_MOST_PROBLEMS = 100


@dataclass(frozen=True, slots=True)
class Problem:
    """问题: `block`, `event` or `trigger` is None where there is none to name."""

    kind: str
    block: int | None = None
    event: int | None = None
    trigger: str | None = None

    @property
    def words(self) -> str:
        """Return where it is and what it means."""
        places = (("block", self.block), ("event", self.event), ("trigger", self.trigger))
        where = " ".join(f"{name} {number}" for name, number in places if number is not None)
        return f"{where}: {KINDS[self.kind]}" if where else KINDS[self.kind]


@dataclass(frozen=True, slots=True)
class Report:
    """核验结果: how far the chain reaches, what waits to be sealed, and what is wrong."""

    blocks: int
    events: int
    waiting: int
    sealed_until: str | None
    last_event: int | None
    problems: tuple[Problem, ...]
    milliseconds: int

    @property
    def sound(self) -> bool:
        """Return whether nothing is wrong."""
        return not self.problems

    def as_json(self) -> dict[str, Any]:
        """Return it for a machine; the first problem is the first bad block and event."""
        shown = asdict(self) | {"sound": self.sound}
        shown["problems"] = [asdict(one) | {"words": one.words} for one in self.problems]
        return shown


class _Walk:
    """One walk along the chain."""

    def __init__(self) -> None:
        self.taken: list[Span] = []
        self.problems: list[Problem] = []
        self.blocks = self.events = 0
        self.last: Seal | None = None
        self.known: dict[int, str] = {}

    def along(self) -> None:
        """Check each block, and how it hangs on the one before it."""
        expected, before = 1, marks.GENESIS
        for seal in _seals():
            found: list[Problem] = []
            if seal.number < expected:
                found.append(Problem("block inserted", seal.number))
            elif seal.number > expected:
                found.append(Problem("block removed", expected))
            found += _inside(seal)
            if not found and seal.previous != before:
                found.append(Problem("block changed", seal.number))
            if _well_formed(seal):
                self.taken += [(first, last) for first, last in seal.ranges]
            self.problems += found
            self.blocks, self.events = self.blocks + 1, self.events + seal.count
            expected, before, self.last = seal.number + 1, seal.hash, seal
            self.known[seal.number] = seal.hash

    def end(self, head: Head | None) -> None:
        """Compare the end of the chain with the head that was kept beside the database."""
        number = self.last.number if self.last else 0
        if head is None:
            if number:
                self.problems.append(Problem("head missing"))
        elif head.number > number:
            self.problems.append(Problem("cut", number + 1))
        elif head.number and self.known.get(head.number, head.hash) != head.hash:
            self.problems.append(Problem("head changed", head.number))

    def outside(self) -> int:
        """Look at the events that are in no block; return how many wait to be sealed."""
        waiting = 0
        self.taken.sort()
        for one, other in zip(self.taken, self.taken[1:], strict=False):
            if other[0] <= one[1]:
                self.problems.append(Problem("twice", event=other[0]))
        for row in written(between(self.taken, LOWEST, HIGHEST)):
            waiting += 1
            if not marks.is_ours(row):
                self.problems.append(Problem("inserted", event=row.pk))
        self.problems += [Problem("inserted", event=number) for number in _copies()]
        return waiting


def verify(*, head: Path) -> Report:
    """Recompute everything; the problems come in the order of blocks, then of events."""
    began = time.monotonic()
    walk = _Walk()
    unreadable = False
    try:
        # Read before the chain, which only grows: so the chain reaches at least as far.
        kept = Head.read(head)
    except ValueError:
        kept, unreadable = None, True
    try:
        walk.along()
    except (TypeError, ValueError, AttributeError):
        walk.problems.append(Problem("unreadable", (walk.last.number if walk.last else 0) + 1))
    if unreadable:
        walk.problems.append(Problem("head changed"))
    else:
        walk.end(kept)
    walk.problems += guard_problems()
    waiting = walk.outside()
    last = walk.last
    return Report(
        blocks=walk.blocks, events=walk.events, waiting=waiting,
        sealed_until=last.at.isoformat() if last else None,
        last_event=max((end for _, end in walk.taken), default=None),
        problems=tuple(sorted(set(walk.problems), key=_place)[:_MOST_PROBLEMS]),
        milliseconds=round(1000 * (time.monotonic() - began)),
    )  # fmt: skip


def guard_problems() -> list[Problem]:
    """Return which triggers of the record are not there, or not as they were made."""
    return [
        Problem(f"guard {what}", trigger=name) for name, what in guards.broken(connection).items()
    ]


def _place(problem: Problem) -> tuple[int, int, str, str]:
    block, event = problem.block, problem.event
    return (
        HIGHEST if block is None else block,
        HIGHEST if event is None else event,
        problem.kind,
        problem.trigger or "",
    )


def _seals() -> Iterator[Seal]:
    after = -1
    while seals := list(Seal.objects.filter(number__gt=after).order_by("number")[:_SEALS_AT_ONCE]):
        yield from seals
        after = seals[-1].number


def _inside(seal: Seal) -> list[Problem]:
    """Return what is wrong with one block: nothing where its hash comes out again."""
    if not _well_formed(seal):
        return [Problem("block changed", seal.number)]
    rows = {row.pk: row for row in written([(first, last) for first, last in seal.ranges])}
    over = marks.digests(rows.values())
    said = marks.Block(seal.number, seal.previous, seal.at, seal.ranges, seal.marks)
    outline = (seal.first, seal.last) == (seal.ranges[0][0], seal.ranges[-1][1])
    if outline and marks.chained(said, over) == seal.hash:
        return []
    found = list(_events(seal, rows))
    return found or [Problem("block changed", seal.number)]


def _events(seal: Seal, rows: dict[int, Written]) -> Iterator[Problem]:
    """Yield the events of a block that are not what its marks say."""
    numbers = [n for first, last in seal.ranges for n in range(first, last + 1)]
    over = dict(zip(rows, map(marks.short, marks.digests(rows.values())), strict=True))
    for number, short in zip(numbers, marks.shorts(seal.marks), strict=True):
        if number not in rows:
            yield Problem("removed", seal.number, number)
        elif over[number] != short:
            kind = "reordered" if marks.is_ours(rows[number]) else "changed"
            yield Problem(kind, seal.number, number)


def _well_formed(seal: Seal) -> bool:
    """Return whether a block can be read at all: a changed one may name a trillion events."""
    ranges = seal.ranges
    if not isinstance(ranges, list) or not ranges or not 0 < seal.count <= BLOCK:
        return False
    last = LOWEST
    for one in ranges:
        if not (isinstance(one, list) and len(one) == 2 and all(type(n) is int for n in one)):  # noqa: PLR2004 - from and to
            return False
        if not last < one[0] <= one[1]:
            return False
        last = one[1]
    size = sum(end - first + 1 for first, end in ranges)
    return bool(size == seal.count == len(marks.shorts(seal.marks)))


def _copies() -> list[int]:
    """Return the newer of events that bear one and the same mark: a mark is used once."""
    same = Event.objects.values("mac").annotate(times=Count("pk"), newest=Max("pk"))
    return list(same.filter(times__gt=1).exclude(mac="").values_list("newest", flat=True))
