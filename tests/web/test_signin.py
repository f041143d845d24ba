"""Signing in: two factors, a lock that strangers cannot turn, everything in the record."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client
from django.urls import get_resolver

from tests.accounts.factories import user
from wengu.audit.models import Event
from wengu.regions.models import Level, Region

pytestmark = [pytest.mark.db, pytest.mark.django_db, pytest.mark.urls("tests.web.access_urls")]
PASSWORD, SECRET = "Correct-horse-42", "JBSWY3DPEHPK3PXP"
# Each test stands still in the middle of a code's thirty seconds, near the real time by which the
# cache expires.
MOMENT = {"now": 0}


@pytest.fixture
def officer(monkeypatch):
    Region.objects.create(code="320723000000", level=Level.COUNTY)
    MOMENT["now"] = now = int(time.time()) // 30 * 30 + 15
    monkeypatch.setattr("time.time", lambda: now)
    made = user(username="zhou")
    made.set_password(PASSWORD)
    made.save()
    cache.clear()
    return made


@pytest.fixture
def enrolled(officer):
    TOTP.activate(officer, SECRET)
    return officer


def code(step=0):
    return format_hotp_value(hotp_value(SECRET, MOMENT["now"] // 30 + step))


def enter(client, password=PASSWORD, username="zhou", **more):
    return client.post("/accounts/login/", {"login": username, "password": password}, **more)


def test_password_then_code_opens_the_door(enrolled):
    client = Client()
    assert enter(client).url == "/accounts/login/code/"
    assert client.get("/").status_code == 302, "the password alone opens nothing"
    assert client.post("/accounts/login/code/", {"code": code()}).url == "/"
    assert client.get("/").content.startswith(b"zhou ")
    assert [e.action for e in Event.objects.all()] == ["accounts.sign_in"]


@pytest.mark.parametrize("typed", ["000000", -3, 3, ""])
def test_a_wrong_or_old_code_opens_nothing(enrolled, typed):
    client = Client()
    enter(client)
    typed = code(typed) if isinstance(typed, int) else typed
    assert client.post("/accounts/login/code/", {"code": typed}).status_code == 200
    assert client.get("/").status_code == 302


def test_a_code_is_good_once(enrolled):
    first, second = Client(), Client()
    for client in (first, second):
        enter(client)
    assert first.post("/accounts/login/code/", {"code": code()}).status_code == 302
    assert second.post("/accounts/login/code/", {"code": code()}).status_code == 200


def test_codes_cannot_be_guessed_without_end(enrolled):
    client = Client()
    enter(client)
    for guess in range(12):
        client.post("/accounts/login/code/", {"code": f"{guess:06}"})
    client.post("/accounts/login/code/", {"code": code()})
    assert client.get("/").status_code == 302


def test_a_first_sign_in_sets_up_the_code_and_is_then_complete(officer):
    client = Client()
    assert enter(client).status_code == 302
    assert client.get("/").url == "/accounts/code/new/"
    page = client.get("/accounts/code/new/")
    assert page.status_code == 200
    secret = client.session["mfa.totp.secret"]
    typed = format_hotp_value(hotp_value(secret, MOMENT["now"] // 30))
    assert client.post("/accounts/code/new/", {"code": typed}).status_code == 302
    assert client.get("/").content.startswith(b"zhou ")
    assert Authenticator.objects.filter(type="totp").count() == 1
    assert "accounts.set_second_factor" in {e.action for e in Event.objects.all()}


def test_a_failure_says_how_many_attempts_are_left_and_then_locks(enrolled):
    client = Client()
    left = []
    for _ in range(5):
        found = re.search(r"还可再试 (\d) 次", enter(client, "wrong").content.decode())
        left.append(int(found[1]))
    assert left == [4, 3, 2, 1, 0]
    assert "尝试次数过多" in enter(client).content.decode(), "the right password comes too late"
    assert Event.objects.filter(action="accounts.sign_in_failed", actor="zhou").count() == 5


def test_a_stranger_elsewhere_does_not_lock_the_official_out(enrolled):
    stranger = Client(REMOTE_ADDR="10.9.9.9")
    for _ in range(6):
        enter(stranger, "wrong")
    assert enter(Client()).status_code == 302


def test_an_unknown_name_is_answered_like_a_known_one(enrolled):
    def words(username):
        cache.clear()
        page = enter(Client(), "wrong", username).content.decode()
        return re.sub(r'value="[^"]*"|nonce="[^"]*"', "", page).replace(username, "")

    assert words("nobody") == words("zhou")
    assert not Event.objects.filter(actor="nobody").exists()


def test_nobody_signs_up(officer):
    for act in (Client().get, Client().post):
        assert act("/accounts/signup/").status_code == 404
    names = set(get_resolver("wengu.web.urls").reverse_dict)
    assert "account_reset_password" not in names
    assert "mfa_deactivate_totp" not in names


def test_signing_out_ends_the_session_by_post_only(enrolled):
    client = Client()
    enter(client)
    client.post("/accounts/login/code/", {"code": code()})
    assert client.get("/accounts/logout/").status_code == 200
    assert client.get("/").status_code == 200
    client.post("/accounts/logout/")
    assert client.get("/").status_code == 302


def test_the_session_changes_its_key_at_sign_in(enrolled):
    client = Client()
    client.get("/accounts/login/")
    enter(client)
    before = client.session.session_key
    client.post("/accounts/login/code/", {"code": code()})
    assert client.session.session_key != before


def test_changing_the_first_password_clears_the_demand(enrolled):
    enrolled.must_change_password = True
    enrolled.save()
    client = Client()
    enter(client)
    client.post("/accounts/login/code/", {"code": code()})
    assert client.get("/").url == "/accounts/password/"
    new = {"oldpassword": PASSWORD, "password1": "Other-horse-43", "password2": "Other-horse-43"}
    client.post("/accounts/password/", new)
    enrolled.refresh_from_db()
    assert not enrolled.must_change_password
    assert client.get("/").status_code == 200
