"""The door: fail closed, one number per request, sessions that end."""

import datetime

import pytest
from django.test import Client

from tests.accounts.factories import sign_in, signed_in, user
from wengu.accounts.models import Post, Role
from wengu.audit import clock
from wengu.regions.models import Level, Region
from wengu.web.access import LABELS, Admission
from wengu.web.access import Permission as P

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.access_urls")]


@pytest.fixture(autouse=True)
def county(db):
    return Region.objects.create(code="320723000000", level=Level.COUNTY)


@pytest.fixture
def officer():
    return user()


@pytest.mark.parametrize("path", ["/naked/", "/naked-class/"])
def test_a_view_without_a_policy_shows_nothing_to_anybody(path, officer, caplog):
    for client in (Client(raise_request_exception=False), signed_in(officer)):
        response = client.get(path)
        assert (response.status_code, response.content) == (500, b"no policy")
    assert "no policy: GET" in caplog.text


def test_an_operation_of_the_api_has_its_own_policy_by_method(officer):
    client = signed_in(officer)
    assert client.get("/api/thing").json() == {"user": officer.username}
    assert client.post("/api/thing").content == b"no policy"
    assert client.put("/api/thing").content == b"no policy"


def test_the_public_page_needs_nobody_and_others_send_to_sign_in():
    client = Client()
    assert client.get("/public/").content.startswith(b"- ")
    response = client.get("/households/?page=2")
    assert response.status_code == 302
    assert response.url == "/accounts/login/?next=/households/%3Fpage%3D2"
    assert client.post("/households/").url.endswith("?next=/")


def test_a_partial_update_moves_the_whole_page_to_sign_in():
    response = Client().get(
        "/households/", headers={"HX-Request": "true", "HX-Current-URL": "/list/"}
    )
    assert response.status_code == 200
    assert response["HX-Redirect"] == "/accounts/login/?next=/list/"


def test_a_permission_opens_and_closes(officer):
    client = signed_in(officer)
    assert client.get("/households/").status_code == 200
    user(Role.SECURITY_ADMINISTRATOR)
    refused = client.get("/events/")
    assert refused.status_code == 403
    assert "查看审计" in refused.content.decode()
    assert "县民政局经办" in refused.content.decode()
    assert "甲" in refused.content.decode()


def test_a_change_of_post_counts_from_the_next_request(officer):
    client = signed_in(officer)
    assert client.get("/households/").status_code == 200
    Post.objects.filter(user=officer).update(role=Role.AUDIT_ADMINISTRATOR)
    assert client.get("/households/").status_code == 403
    assert client.get("/events/").status_code == 200


def test_a_closed_account_is_out_at_the_next_request(officer):
    client = signed_in(officer)
    officer.is_active = False
    officer.save()
    assert client.get("/households/").status_code == 302


def test_without_a_post_every_permission_is_refused(officer):
    Post.objects.all().delete()
    client = signed_in(officer)
    assert client.get("/").status_code == 200
    assert client.get("/households/").status_code == 403


def test_password_alone_opens_nothing(officer):
    client = Client()
    client.force_login(officer)
    response = client.get("/households/")
    assert (response.status_code, response.url) == (302, "/accounts/code/new/")


def test_a_first_password_must_be_changed_first(officer):
    officer.must_change_password = True
    officer.save()
    response = signed_in(officer).get("/households/")
    assert (response.status_code, response.url) == (302, "/accounts/password/")


def test_the_record_of_anothers_second_factor_does_not_count(officer):
    client = sign_in(Client(), user())
    client.force_login(officer)
    assert client.get("/households/").status_code == 302


@pytest.mark.parametrize(
    ("minutes", "status"), [([14, 14, 14], 200), ([16], 302), ([14] * 35, 302)]
)
def test_idle_and_long_sessions_end(officer, monkeypatch, minutes, status):
    client = signed_in(officer)
    at = clock.now()
    client.get("/households/")
    for minute in minutes:
        at += datetime.timedelta(minutes=minute)
        monkeypatch.setattr("wengu.audit.clock.now", lambda at=at: at)
        response = client.get("/households/")
    assert response.status_code == status
    if status == 302:
        assert client.get("/households/").status_code == 302


def test_every_answer_carries_the_number_of_its_events(officer):
    response = signed_in(officer).get("/households/")
    assert response.content.decode().split() == [officer.username, response["X-Request-Id"]]
    assert response["Cache-Control"] == "no-store"
    assert Client().get("/public/")["X-Request-Id"] != response["X-Request-Id"]


def test_every_permission_has_words_for_its_refusal():
    assert set(LABELS) == set(P)


@pytest.mark.parametrize(
    "stated",
    [{}, {"public": True, "signed_in": True}, {"permission": P.EVENTS_READ, "public": True}],
)
def test_a_policy_says_exactly_one_thing(stated):
    with pytest.raises(TypeError):
        Admission(**stated)


def test_the_door_asks_the_database_four_times(officer, django_assert_max_num_queries):
    client = signed_in(officer)
    client.get("/households/")
    # session, user, post, and the city's divisions when the process's copy is old
    with django_assert_max_num_queries(5):
        client.get("/households/")
