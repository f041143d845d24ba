"""封存: takes the events that are committed and puts them into blocks, each chained to the last.

Numbers are given out before a transaction commits, so an event may appear below others that are
sealed already. It goes into a later block: a block holds what it says it holds (`ranges`), and a
number that is missing is looked for again as long as its transaction may still be open.
"""

import datetime
import logging
from pathlib import Path
from typing import Final, NamedTuple

from django.db import IntegrityError, connection, transaction

from wengu.audit import clock, marks
from wengu.audit.head import Head
from wengu.audit.marks import Written
from wengu.audit.models import Seal
from wengu.audit.spans import HIGHEST, LOWEST, Span, between, spans, written

log = logging.getLogger("wengu.audit")
BLOCK: Final = 1000
# A number may be given out a moment before its transaction is known to be open; so all missing
# numbers are looked for again at times, not only those of open transactions.
SWEEP: Final = datetime.timedelta(hours=1)


class ChainCut(Exception):
    """链头不符: the database holds less, or another chain, than the head file says."""


class _Watched(NamedTuple):
    """A missing span, and the first transaction that began after it was missed."""

    span: Span
    until: int


class Sealer:
    """封存员: knows the end of the chain and which numbers below it may still appear.

    Several may run on one database: who finds that another added a block reads the chain again.
    """

    def __init__(self, head: Path) -> None:
        self.file = head
        self.number, self.hash, self.high = 0, marks.GENESIS, 0
        self.watched: list[_Watched] = []
        self.swept: datetime.datetime | None = None

    def seal(self) -> int:
        """Seal one block of what waits; return how many events it took, 0 when nothing waits."""
        now = clock.now()
        if self.swept is None or now - self.swept >= SWEEP:
            self._read_chain()
            self.swept = now
        rows = self._waiting()
        if not rows:
            return 0
        seal = _block(rows, number=self.number + 1, previous=self.hash, at=now)
        if not self._add(seal):
            self.swept = None
            return 0
        self.number, self.hash = seal.number, seal.hash
        self.high = max(self.high, seal.last)
        self._export()
        return seal.count

    def _read_chain(self) -> None:
        """Learn the end of the chain and what is missing below it; ChainCut for a cut one."""
        taken: list[Span] = []
        self.number, self.hash, known = 0, marks.GENESIS, None
        head = self._head()
        rows = Seal.objects.order_by("number").values_list("number", "hash", "ranges")
        for number, value, ranges in rows.iterator(chunk_size=1000):
            taken += [(first, last) for first, last in ranges]
            self.number, self.hash = number, value
            if head is not None and head.number == number:
                known = value
        if head is not None and known != head.hash:
            raise ChainCut(
                f"{self.file} names block {head.number}, which the database does not hold: "
                "nothing is sealed until somebody looks; `wengu audit verify` says more"
            )
        self.high = max((last for _, last in taken), default=0)
        horizon = _horizon()
        self.watched = [_Watched(span, horizon) for span in between(taken, LOWEST, self.high)]
        if self.number and (head is None or head.number < self.number):
            if head is None and self.number > 1:
                log.warning("%s was missing and is written anew", self.file)
            self._export()

    def _head(self) -> Head | None:
        try:
            return Head.read(self.file)
        except ValueError as problem:
            raise ChainCut(f"{problem}: nothing is sealed until somebody looks") from problem

    def _waiting(self) -> list[Written]:
        """Return up to a block of committed events that are in none, in the order of numbers."""
        over = _oldest_open()
        late = list(written([one.span for one in self.watched], BLOCK))
        if len(late) < BLOCK:
            # Looked for once more after its transaction was certainly over: it will not appear.
            self.watched = [one for one in self.watched if one.until > over]
        fresh = list(written([(self.high + 1, HIGHEST)], BLOCK - len(late)))
        if fresh:
            missing = between(spans(row.pk for row in fresh), self.high + 1, fresh[-1].pk)
            horizon = _horizon()
            self.watched += [_Watched(span, horizon) for span in missing]
            self.high = fresh[-1].pk
        rows = []
        for row in late + fresh:
            if marks.is_ours(row):
                rows.append(row)
            else:
                log.error("event %s bears no mark of ours: it is left unsealed", row.pk)
        self._take([row.pk for row in late])
        return rows

    def _take(self, numbers: list[int]) -> None:
        """Stop watching numbers that appeared."""
        for number in numbers:
            at = next((i for i, one in enumerate(self.watched) if _in(number, one.span)), None)
            if at is None:
                continue
            (first, last), until = self.watched[at]
            parts = [(first, number - 1), (number + 1, last)]
            self.watched[at : at + 1] = [
                _Watched(part, until) for part in parts if part[0] <= part[1]
            ]

    def _add(self, seal: Seal) -> bool:
        """Add a block behind the one we know; False where the chain is not what we know."""
        try:
            with transaction.atomic():
                last = Seal.objects.order_by("-number").values_list("number", "hash").first()
                if (last or (0, marks.GENESIS)) != (self.number, self.hash):
                    return False
                seal.save(force_insert=True)
        except IntegrityError:
            return False
        return True

    def _export(self) -> None:
        Head(self.number, self.hash, self.high, clock.now().isoformat()).write(self.file)


def _block(rows: list[Written], *, number: int, previous: str, at: datetime.datetime) -> Seal:
    rows.sort()
    ranges = [list(span) for span in spans(row.pk for row in rows)]
    over = marks.digests(rows)
    shorts = "".join(map(marks.short, over))
    return Seal(
        number=number, previous=previous, first=rows[0].pk, last=rows[-1].pk, count=len(rows),
        ranges=ranges, marks=shorts, at=at,
        hash=marks.chained(marks.Block(number, previous, at, ranges, shorts), over),
    )  # fmt: skip


def _in(number: int, span: Span) -> bool:
    return span[0] <= number <= span[1]


def _horizon() -> int:
    """Return the first transaction not begun yet. SQLite has one writer: nothing is ever late."""
    return _asked("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint", 0)


def _oldest_open() -> int:
    """Return the oldest transaction that is still open: all before it are over."""
    return _asked("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint", 1)


def _asked(statement: str, otherwise: int) -> int:
    if connection.vendor != "postgresql":
        return otherwise
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])
