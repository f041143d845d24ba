"""Jobs: one effect per key, one holder at a time, and nothing lost when a worker dies."""

import datetime
import re

import pytest
from django.db import IntegrityError
from django.utils import translation

from wengu.audit import clock
from wengu.jobs import actions, failures
from wengu.jobs.models import Job, JobState
from wengu.kernel.regioncode import RegionCode

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


def failed(error: Exception | None = None) -> Job:
    """A job that ended with this error; without one, by a wrong value deep in our own code."""
    queued()

    def broken(job: Job, hold: actions.Hold) -> dict[str, int]:
        if error is not None:
            raise error
        return {RegionCode("王建国 320723195703120017"): 1}

    actions.work_once({"count": broken})
    job = Job.objects.get()
    assert job.state == JobState.FAILED
    return job


def test_a_failure_keeps_its_class_and_place_and_no_value() -> None:
    job = failed()
    assert job.failure["kind"] == "ValueError"
    *_, place = job.failure["where"]
    assert re.fullmatch(r"wengu/kernel/regioncode\.py:\d+ \w+", place)
    assert "32072319" not in str(job.failure)
    assert "王建国" not in str(job.failure)
    assert failures.words(job) == (
        f"程序出错：可以点“接着办”再试；还不行，把任务编号 {job.pk} 告诉系统管理员。"
    )
    with translation.override("en"):
        assert failures.words(job).startswith("The programme failed")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (IntegrityError("Key (number)=(320723195703120017) already exists"), "数据库没有写成"),
        (PermissionError("/documents/王建国.xlsx"), "文件或磁盘读写出错"),
        (failures.NotNow("第 %(n)s 批没有可撤销的：请打开这一批，看它停在哪一步", n=7), "第 7 批"),
    ],
)
def test_a_failure_says_what_to_do(error: Exception, words: str) -> None:
    job = failed(error)
    assert failures.words(job).startswith(words)
    assert "320723" not in str(job.failure)
    assert "王建国" not in str(job.failure)


def test_a_job_that_kills_every_worker_is_given_up() -> None:
    queued()
    for _ in range(actions.MOST_ATTEMPTS):
        assert actions.claim() is not None
        Job.objects.update(lease_until=clock.now() - datetime.timedelta(seconds=1))
    assert actions.work_once({})
    job = Job.objects.get()
    assert job.state == JobState.FAILED
    assert "进程每次都中断" in failures.words(job)
