import pytest
from django.urls import reverse

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
