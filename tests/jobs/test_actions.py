"""Jobs: one effect per key, one holder at a time, and nothing lost when a worker dies."""

import datetime

import pytest

from wengu.audit import clock
from wengu.jobs import actions
from wengu.jobs.models import Job, JobState

pytestmark = [pytest.mark.django_db, pytest.mark.db]


def queued(key: str = "a", kind: str = "count") -> Job:
    return actions.enqueue(kind=kind, arguments={"to": 3}, key=key, by="clerk")


def test_the_same_key_joins_the_first_job() -> None:
    assert queued().pk == queued().pk
    assert Job.objects.count() == 1


def test_a_job_is_done_once_and_keeps_its_result() -> None:
    queued()
    seen = []

    def count(job: Job, hold: actions.Hold) -> dict[str, int]:
        for done in range(job.arguments["to"]):
            hold.report(done + 1, 3, f"第 {done + 1} 块")
            seen.append(done)
        return {"counted": 3}

    assert actions.work_once({"count": count})
    assert not actions.work_once({"count": count})
    job = Job.objects.get()
    assert (job.state, job.result, job.done, job.total) == (JobState.DONE, {"counted": 3}, 3, 3)
    assert seen == [0, 1, 2]


def test_a_running_job_is_not_taken_by_a_second_worker() -> None:
    queued()
    assert actions.claim() is not None
    assert actions.claim() is None


def test_a_killed_workers_job_resumes_and_the_dead_worker_is_fenced_off() -> None:
    queued()
    first = actions.claim()
    assert first is not None
    dead = actions.Hold(first)
    Job.objects.update(lease_until=clock.now() - datetime.timedelta(seconds=1))
    second = actions.claim()
    assert second is not None
    assert (second.pk, second.fence) == (first.pk, first.fence + 1)
    with pytest.raises(actions.Fenced):
        dead.report(1, 3)
    actions.Hold(second).report(2, 3)
    assert Job.objects.get().done == 2


def test_a_stop_is_obeyed_at_the_next_report_and_the_job_can_go_on_later() -> None:
    job = queued()

    def asked(job: Job, hold: actions.Hold) -> dict[str, int]:
        actions.stop(job=job, by="clerk")
        hold.report(1, 3)
        return {}

    actions.work_once({"count": asked})
    job.refresh_from_db()
    assert (job.state, job.done) == (JobState.CANCELLED, 1)
    actions.retry(job=job, by="clerk")
    assert actions.claim() is not None


def test_a_waiting_job_is_stopped_at_once() -> None:
    assert actions.stop(job=queued(), by="clerk").state == JobState.CANCELLED
    assert actions.claim() is None


def test_a_failure_keeps_its_reason() -> None:
    queued()

    def broken(job: Job, hold: actions.Hold) -> dict[str, int]:
        raise ValueError("第 7 行读不出")

    actions.work_once({"count": broken})
    job = Job.objects.get()
    assert job.state == JobState.FAILED
    assert job.error.startswith("第 7 行读不出")


def test_a_job_that_kills_every_worker_is_given_up() -> None:
    queued()
    for _ in range(actions.MOST_ATTEMPTS):
        assert actions.claim() is not None
        Job.objects.update(lease_until=clock.now() - datetime.timedelta(seconds=1))
    assert actions.work_once({})
    assert Job.objects.get().state == JobState.FAILED
