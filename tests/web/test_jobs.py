"""Job pages: one's own job may be watched, stopped and resumed; others' are missing."""

import datetime

import pytest

from tests.accounts.factories import signed_in, user
from wengu.accounts.models import Role
from wengu.audit import clock
from wengu.jobs.actions import Hold, claim, enqueue
from wengu.jobs.models import Job, JobState
from wengu.regions import actions as divisions
from wengu.regions import queries as regions

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _divisions(db):
    divisions.load(by="测试")
    regions.forget()


@pytest.fixture
def clerk():
    return signed_in(user(username="jin"))


@pytest.fixture
def administrator():
    return signed_in(user(Role.SYSTEM_ADMINISTRATOR, "320700000000", username="shi"))


def job(by="jin", **changes):
    made = enqueue(
        kind="mechanism.day", arguments={"on": "2020-07-01"}, key=f"day:{Job.objects.count()}",
        by=by,
    )  # fmt: skip
    Job.objects.filter(pk=made.pk).update(**changes)
    made.refresh_from_db()
    return made


@pytest.mark.parametrize("role", sorted(Role))
def test_the_list_of_all_jobs_is_the_system_administrators(role):
    client = signed_in(user(role, "320723000000"))
    wanted = 200 if role == Role.SYSTEM_ADMINISTRATOR else 403
    assert client.get("/jobs/").status_code == wanted


def test_anothers_job_is_a_missing_job(clerk):
    other = job(by="zhou")
    for address in ("", "part/"):
        assert clerk.get(f"/jobs/{other.pk}/{address}").status_code == 404
    for act in ("stop/", "retry/"):
        assert clerk.post(f"/jobs/{other.pk}/{act}").status_code == 404
    other.refresh_from_db()
    assert other.state == JobState.WAITING


def test_acts_are_posted_never_got(clerk):
    own = job()
    assert clerk.get(f"/jobs/{own.pk}/stop/").status_code == 405
    assert clerk.get(f"/jobs/{own.pk}/retry/").status_code == 405


def test_a_waiting_job_is_stopped_at_once_and_resumed(clerk):
    own = job()
    answer = clerk.post(f"/jobs/{own.pk}/stop/", follow=True)
    own.refresh_from_db()
    assert own.state == JobState.CANCELLED
    page = answer.content.decode()
    assert "已请它停在已完成处" in page
    assert "接着办" in page
    answer = clerk.post(f"/jobs/{own.pk}/retry/", follow=True)
    own.refresh_from_db()
    assert own.state == JobState.WAITING
    assert "已排队，从停下的地方接着办。" in answer.content.decode()


def test_a_running_job_is_asked_to_stop(clerk):
    own = job()
    claim()
    clerk.post(f"/jobs/{own.pk}/stop/")
    own.refresh_from_db()
    assert (own.state, own.stop_requested) == (JobState.RUNNING, True)


def test_progress_says_how_much_is_left(clerk):
    own = job()
    held = Hold(claim())
    started = clock.now() - datetime.timedelta(seconds=10)
    Job.objects.filter(pk=own.pk).update(started=started)
    page = clerk.get(f"/jobs/{own.pk}/part/").content.decode()
    assert "<progress aria-label" in page, "no figure is made up before one is known"
    held.report(20, 30, "认定运行")
    page = clerk.get(f"/jobs/{own.pk}/part/").content.decode()
    assert "20 / 30" in page
    assert "约还要 5 秒" in page
    assert 'hx-trigger="every 2s"' in page


def test_where_it_broke_is_for_the_administrator(clerk, administrator):
    failure = {"kind": "OSError", "where": ["wengu/documents/actions.py:31 store"]}
    own = job(state=JobState.FAILED, failure=failure)
    page = clerk.get(f"/jobs/{own.pk}/").content.decode()
    assert "请系统管理员看磁盘空间，再点“接着办”" in page
    assert "wengu/documents" not in page
    page = administrator.get(f"/jobs/{own.pk}/").content.decode()
    assert "wengu/documents/actions.py:31 store" in page


def test_a_finished_job_leads_to_what_it_made(clerk):
    own = job(state=JobState.DONE, result={"run": 7})
    assert 'href="/runs/7/"' in clerk.get(f"/jobs/{own.pk}/").content.decode()


def test_the_list_names_kind_state_and_person(administrator, clerk):
    job(state=JobState.FAILED)
    page = administrator.get("/jobs/").content.decode()
    for words in ("认定运行", "出错", "甲"):
        assert words in page


def test_the_list_has_pages_and_a_steady_cost(administrator, django_assert_max_num_queries):
    for _ in range(25):
        job()
    administrator.get("/jobs/")
    with django_assert_max_num_queries(15):
        page = administrator.get("/jobs/")
    assert len(page.context["table"].rows) == 20
    assert len(administrator.get("/jobs/?page=2").context["table"].rows) == 5


def test_an_empty_list_says_what_will_stand_there(administrator):
    assert "还没有任务。" in administrator.get("/jobs/").content.decode()
