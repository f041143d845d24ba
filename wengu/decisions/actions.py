"""Runs: decide on everybody, keep what changed, and repeat an old run to prove it."""

import datetime
import hashlib
import shutil
import tempfile
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_noop

from wengu.audit.actions import action, note
from wengu.decisions import facts, leavers, policies
from wengu.decisions.engine import Evaluation, Progress, evaluate
from wengu.decisions.models import Decision, Run, RunState, Tally
from wengu.decisions.policies import Policy
from wengu.decisions.snapshots import Snapshot
from wengu.decisions.spans import LEVELS, NEW, Comparison
from wengu.jobs.failures import NotNow

OVERTAKEN = gettext_noop("运行 %(n)s 已被另一次运行取代：请重新运行")


class Overtaken(NotNow):
    """被取代: another run began and discarded this one."""


def decide(
    *,
    on: datetime.date,
    by: str,
    seq: int | None = None,
    region: str = "",
    policy: Policy | None = None,
    progress: Progress | None = None,
) -> Run:
    """Decide on everybody (or on one region) as of a day, and keep what changed.

    `seq` None takes all that is known now. A run that was interrupted before is discarded first.
    """
    tell = progress or _silent
    policy = policy or policies.current()
    for broken in Run.objects.filter(state=RunState.RUNNING).order_by("pk"):
        discard(run=broken, by=by)
    known = facts.latest_seq() if seq is None else seq
    run = begin(on=on, seq=known, region=_prefix(region), policy=policy, by=by)
    started = time.monotonic()
    try:
        with _folder() as folder:
            _decide(run, policy, folder, tell)
    except Exception:
        discard(run=run, by=by)
        raise
    return finish(run=run, milliseconds=int((time.monotonic() - started) * 1000), by=by)


def _decide(run: Run, policy: Policy, folder: Path, tell: Progress) -> None:
    tell(0, None, gettext_noop("正在整理事实"))
    snapshot, evaluation = _evaluated(run, policy, folder, tell)
    tell(0, None, gettext_noop("正在与上次比较"))
    compared = Comparison(
        evaluation=evaluation, snapshot=snapshot, region=run.region, folder=folder
    )
    try:
        villages = _follow(run, compared, policy) if run.region else frozenset()
        _keep(run, compared, tell)
        before = list(standing_tallies(before=run.pk, region=run.region, also=villages))
        for rows in compared.tallies(policy.pack, run.on, before):
            _keep_tallies(run, rows)
        run.snapshot = snapshot.digest
        run.digest = digest(compared)
        run.subjects = {table: snapshot.counts[table] for table in facts.TABLES}
        run.counts = compared.counts()
        run.beyond = dict(snapshot.beyond)
    finally:
        compared.close()


def _follow(run: Run, compared: Comparison, policy: Policy) -> frozenset[str]:
    """Decide on whoever has gone from the part to another where they are; return their villages."""
    homes, persons = compared.gone()
    found = leavers.decided(
        homes=homes, persons=persons, region=run.region, on=run.on, seq=run.seq, policy=policy
    )
    compared.follow(found)
    return frozenset(village for _kind, village in found.heads)


def _evaluated(
    run: Run, policy: Policy, folder: Path, tell: Progress
) -> tuple[Snapshot, Evaluation]:
    snapshot = facts.snapshot(
        on=run.on,
        seq=run.seq,
        folder=folder,
        pack=policy.pack,
        region=run.region,
        ages=policy.ages(run.on),
    )
    tell(0, None, gettext_noop("正在逐条认定"))
    return snapshot, evaluate(snapshot=snapshot, policy=policy, folder=folder)


def digest(compared: Comparison) -> str:
    """Return the SHA-256 of all decisions of a run as text."""
    found = hashlib.sha256()
    for line in compared.lines():
        found.update(line)
    return found.hexdigest()


@dataclass(frozen=True)
class Repetition:
    """重算: what came out when an old run was computed again."""

    snapshot: str
    digest: str
    same_facts: bool
    same_decisions: bool
    same_rules: bool


def repeat(*, run: Run) -> Repetition:
    """Compute an old run again from its (on, seq), rules and parameters; write nothing."""
    old = policies.restored(run.parameters)
    with _folder() as folder:
        snapshot, evaluation = _evaluated(run, old, folder, _silent)
        compared = Comparison(
            evaluation=evaluation, snapshot=snapshot, region=run.region, folder=folder
        )
        try:
            found = digest(compared)
        finally:
            compared.close()
    return Repetition(
        snapshot.digest,
        found,
        same_facts=snapshot.digest == run.snapshot,
        same_decisions=found == run.digest,
        same_rules=old.hash == run.policy_hash,
    )


@action
def begin(*, on: datetime.date, seq: int, region: str, policy: Policy, by: str) -> Run:
    """Open a run; it stays invisible until it is finished."""
    policies.keep(policy)
    return Run.objects.create(
        on=on,
        seq=seq,
        region=region,
        policy_version=policy.version,
        policy_hash=policy.hash,
        parameters=policy.kept(),
        by=by,
    )


@action
def finish(*, run: Run, milliseconds: int, by: str) -> Run:
    """Make a run visible: from here on its spans are what is decided."""
    run.state = RunState.DONE
    run.milliseconds = milliseconds
    changed = Run.objects.filter(pk=run.pk, state=RunState.RUNNING).update(
        state=run.state,
        milliseconds=milliseconds,
        snapshot=run.snapshot,
        digest=run.digest,
        subjects=run.subjects,
        counts=run.counts,
        beyond=run.beyond,
    )
    if not changed:
        raise Overtaken(OVERTAKEN, n=run.pk)
    note(**{f"{kind}s": number for kind, number in run.subjects.items()})
    return run


def discard(*, run: Run, by: str) -> None:
    """Take back all that an unfinished run has written, and mark it as failed."""
    abandon(run=run, by=by)
    size = _transaction_rows()
    # Its own spans go first: an ended span can only be open again where no other is.
    while ids := list(Decision.objects.filter(run=run).values_list("pk", flat=True)[:size]):
        with transaction.atomic():
            Decision.objects.filter(pk__in=ids).delete()
    while ids := list(Decision.objects.filter(ended=run).values_list("pk", flat=True)[:size]):
        with transaction.atomic():
            Decision.objects.filter(pk__in=ids).update(ended=None, until=None)
    while ids := list(Tally.objects.filter(run=run).values_list("pk", flat=True)[:size]):
        with transaction.atomic():
            Tally.objects.filter(pk__in=ids).delete()


@action
def abandon(*, run: Run, by: str) -> None:
    """Mark a run as failed: whoever still works on it stops at its next write."""
    Run.objects.filter(pk=run.pk).update(state=RunState.FAILED)


def _keep(run: Run, compared: Comparison, tell: Progress) -> None:
    """Write what changed: spans that end, then spans that begin, in small transactions."""
    total, done = compared.count("ends") + compared.count("begins"), 0
    for ids in compared.ends(_transaction_rows()):
        with _transaction(run):
            Decision.objects.filter(pk__in=ids).update(ended=run, until=run.on)
        done += len(ids)
        tell(done, total, gettext_noop("正在写入认定"))
    for rows in compared.begins(_transaction_rows()):
        with _transaction(run):
            _insert(run, rows)
        done += len(rows)
        tell(done, total, gettext_noop("正在写入认定"))


def _insert(run: Run, rows: Sequence[tuple[Any, ...]]) -> None:
    more = (run.on, run.pk)
    _write("decisions_decision", (*NEW, "since", "run_id"), [(*row, *more) for row in rows])


def _write(table: str, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Write rows as fast as the database takes them."""
    listed = ", ".join(names)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({listed}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        places = ", ".join(["%s"] * len(names))
        cursor.executemany(f"INSERT INTO {table} ({listed}) VALUES ({places})", rows)


def _keep_tallies(run: Run, rows: Sequence[tuple[Any, ...]]) -> None:
    names = ("rule", "branch", "verdict", "region", "subjects", "run_id")
    size = _transaction_rows()
    for start in range(0, len(rows), size):
        with _transaction(run):
            some = rows[start : start + size]
            _write("decisions_tally", names, [(*row, run.pk) for row in some])


def standing_tallies(
    *, before: int, region: str, also: Collection[str] = ()
) -> Iterator[tuple[Any, ...]]:
    """Yield the figures as they stood before a run: rule, branch, verdict, region, number.

    Those of a region, of what lies above and below it, and of some villages and what lies above.
    """
    others = {village[:level] for village in also for level in LEVELS}
    rows = (
        Tally.objects.filter(run__lt=before)
        .order_by("rule", "branch", "region", "-run")
        .values_list("rule", "branch", "verdict", "region", "subjects")
    )
    last = None
    for row in rows.iterator(chunk_size=10_000):
        key = (row[0], row[1], row[3])
        asked = row[3].startswith(region) or region.startswith(row[3]) or row[3] in others
        if key != last and row[4] and asked:
            yield row
        last = key


@contextmanager
def _transaction(run: Run) -> Iterator[None]:
    """Open one small transaction of a run; refuse it when the run has been discarded."""
    with transaction.atomic():
        if not Run.objects.select_for_update().filter(pk=run.pk, state=RunState.RUNNING).exists():
            raise Overtaken(OVERTAKEN, n=run.pk)
        yield


@contextmanager
def _folder() -> Iterator[Path]:
    """Make a folder for working files, and remove it with all it holds."""
    settings.WORKING_FILES.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=settings.WORKING_FILES))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _transaction_rows() -> int:
    """SQLite holds everybody else back during a write, so its transactions stay small."""
    return 20_000 if connection.vendor == "postgresql" else 1_000


def _prefix(region: str) -> str:
    """Return the digits that all codes of a region begin with; empty for everybody."""
    digits = region
    for level in (9, 6, 4):
        if len(digits) > level and not digits[level:].strip("0"):
            digits = digits[:level]
    return digits


def _silent(done: int, total: int | None, message: str) -> None:
    """Report to nobody."""
