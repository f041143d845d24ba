import pytest
from django.test import Client
from django.urls import reverse

from tests.accounts.factories import sign_in
from wengu.accounts.models import User
from wengu.audit.models import Event
from wengu.web import looks


def post(client, **data):
    return client.post(reverse("look"), {"next": "/parts/", **data})


@pytest.mark.parametrize(("name", "value"), [("text", "xl"), ("text", "s"), ("density", "tight")])
def test_a_look_is_remembered_and_leads_back(client, db, name, value):
    answer = post(client, **{name: value})
    assert answer.status_code == 302
    assert answer["Location"] == "/parts/"
    assert client.cookies[name].value == value


def test_the_page_wears_the_look(client, db):
    post(client, text="xl")
    post(client, density="tight")
    assert 'class="xl tight"' in client.get("/parts/").content.decode()


def somebody():
    return User.objects.create(username="zhou", name="周")


def test_a_persons_look_is_the_same_on_another_computer(db):
    who = somebody()
    here, there = sign_in(Client(), who), sign_in(Client(), who)
    post(here, text="xl")
    post(here, density="tight")
    assert not {"text", "density"} & set(here.cookies)
    assert 'class="xl tight"' in there.get("/parts/").content.decode()
    who.refresh_from_db()
    assert (who.text_size, who.density) == ("xl", "tight")
    assert Event.objects.filter(action="accounts.look", actor="zhou").count() == 2


def test_the_cookie_of_a_shared_computer_says_nothing_of_who_signs_in(db):
    client = sign_in(Client(), somebody())
    client.cookies["text"] = "xl"
    assert 'class="xl' not in client.get("/parts/").content.decode()
    post(client, text="huge")
    assert not Event.objects.filter(action="accounts.look").exists()


def test_an_unknown_look_is_not_taken(client, db):
    post(client, text="huge", density='"><script>')
    assert not {"text", "density"} & set(client.cookies)


def test_a_forged_cookie_is_the_standard(rf):
    request = rf.get("/", headers={"cookie": "text=evil"})
    assert looks.chosen(request, "text") == "s"


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_no_way_out_to_another_site(client, db, url):
    assert client.post(reverse("look"), {"next": url, "text": "l"})["Location"] == "/"


def test_looking_is_no_change(client, db):
    assert client.get(reverse("look")).status_code == 405


def test_columns_are_remembered_by_list_and_forgotten_on_reset(client, db, rf):
    post(client, list="households", columns=["number", "head", "x;y"])
    kept = client.cookies["columns-households"].value
    assert kept == "number.head"
    request = rf.get("/", headers={"cookie": f"columns-households={kept}"})
    assert looks.columns(request, "households") == ("number", "head")
    post(client, list="households", reset="1")
    assert client.cookies["columns-households"].value == ""


def test_no_columns_chosen_means_the_default(rf):
    assert looks.columns(rf.get("/"), "households") is None
