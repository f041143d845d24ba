"""Starting long work, doing it under a lease, stopping it."""

import datetime
from collections.abc import Callable, Mapping
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q

from wengu.audit import clock
from wengu.audit.actions import action
from wengu.jobs import failures
from wengu.jobs.models import Job, JobState

LEASE = datetime.timedelta(seconds=60)
MOST_ATTEMPTS = 3


class Stopped(Exception):
    """已停止: someone asked the job to stop; what is done stays done."""


class Fenced(Exception):
    """租约已失: another worker holds the job; this one must write nothing more."""


@action(shows=("kind",))
def enqueue(*, kind: str, arguments: Mapping[str, Any], key: str, by: str) -> Job:
    """Queue a piece of work once: the same key returns the job that is already there."""
    job, _ = Job.objects.get_or_create(
        key=key, defaults={"kind": kind, "arguments": dict(arguments), "by": by}
    )
    return job


@action
def stop(*, job: Job, by: str) -> Job:
    """Ask a job to stop at its next checkpoint; one that waits is stopped at once."""
    waiting = Job.objects.filter(pk=job.pk, state=JobState.WAITING)
    waiting.update(state=JobState.CANCELLED, finished=clock.now(), message="")
    Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(stop_requested=True)
    job.refresh_from_db()
    return job


@action
def retry(*, job: Job, by: str) -> Job:
    """Queue a failed or stopped job again; it goes on behind its checkpoint."""
    ended = Job.objects.filter(pk=job.pk, state__in=[JobState.FAILED, JobState.CANCELLED])
    ended.update(
        state=JobState.WAITING,
        attempts=0,
        stop_requested=False,
        failure={},
        finished=None,
        lease_until=None,
    )
    job.refresh_from_db()
    return job


def claim() -> Job | None:
    """Take the oldest job that waits or whose lease ran out; None: there is nothing to do."""
    now = clock.now()
    free = Q(state=JobState.WAITING) | Q(state=JobState.RUNNING, lease_until__lt=now)
    with transaction.atomic():
        jobs = Job.objects.filter(free).order_by("created", "pk")
        if connection.features.has_select_for_update_skip_locked:
            jobs = jobs.select_for_update(skip_locked=True)
        job = jobs.first()
        if job is None:
            return None
        job.state, job.lease_until = JobState.RUNNING, now + LEASE
        job.fence, job.attempts = job.fence + 1, job.attempts + 1
        job.started = job.started or now
        job.save(update_fields=["state", "lease_until", "fence", "attempts", "started"])
    return job


class Hold:
    """占有: a worker's hold on a job; each report renews the lease and learns of a stop."""

    def __init__(self, job: Job) -> None:
        self.job = job

    def report(self, done: int, total: int | None, message: str = "") -> None:
        """Say how far the work is. Raises Stopped or Fenced when it must not go on."""
        held = Job.objects.filter(pk=self.job.pk, fence=self.job.fence, state=JobState.RUNNING)
        changes: dict[str, Any] = {"done": done, "total": total, "lease_until": clock.now() + LEASE}
        if message:
            changes["message"] = message
        if not held.update(**changes):
            raise Fenced(f"job {self.job.pk} is held by another worker")
        if held.filter(stop_requested=True).exists():
            raise Stopped(f"job {self.job.pk} was asked to stop")


Handler = Callable[[Job, Hold], Mapping[str, Any]]


def work_once(handlers: Mapping[str, Handler]) -> bool:
    """Do one job, if there is one; return whether there was. A failure keeps its reason."""
    job = claim()
    if job is None:
        return False
    if job.attempts > MOST_ATTEMPTS:
        _end(job, JobState.FAILED, failure=job.failure or {"kind": failures.INTERRUPTED})
        return True
    try:
        result = handlers[job.kind](job, Hold(job))
    except Stopped:
        _end(job, JobState.CANCELLED)
    except Fenced:
        return True
    except Exception as error:  # noqa: BLE001 - whatever a handler raises, the job keeps the reason
        _end(job, JobState.FAILED, failure=failures.of(error))
    else:
        _end(job, JobState.DONE, result=dict(result))
    return True


def _end(job: Job, state: JobState, **changes: Any) -> None:
    Job.objects.filter(pk=job.pk, fence=job.fence).update(
        state=state,
        finished=clock.now(),
        lease_until=None,
        total=F("done") if state == JobState.DONE else F("total"),
        **changes,
    )
