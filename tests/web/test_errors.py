import logging

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client
from django.urls import path, reverse

from wengu.web import errors, urls
from wengu.web.access import policy


@policy(public=True)
def refused(request):
    raise PermissionDenied("“撤销导入”要县级经办岗位。", "金癸十")


@policy(public=True)
def foreign(request):
    raise Http404("户 3207231002080137 在外县")


@policy(public=True)
def broken(request):
    raise RuntimeError("secret of the registry")


urlpatterns = [
    *urls.urlpatterns,
    path("refused/", refused),
    path("foreign/", foreign),
    path("broken/", broken),
]
handler403, handler404, handler500 = (
    errors.permission_denied,
    errors.page_not_found,
    errors.server_error,
)
pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.test_errors")]


def test_403_names_what_is_needed_and_whom_to_ask(client):
    answer = client.get("/refused/")
    assert answer.status_code == 403
    assert "“撤销导入”要县级经办岗位。" in answer.content.decode()
    assert "要开通请找 金癸十。" in answer.content.decode()


def body(answer):
    """Return a page without what differs between any two requests."""
    text = answer.content.decode()
    return text[text.index("<main") : text.index("</main>")]


def test_404_says_the_same_for_foreign_and_missing(client):
    foreign_page, missing = client.get("/foreign/"), client.get("/no-such-page/")
    assert foreign_page.status_code == missing.status_code == 404
    assert body(foreign_page) == body(missing)
    assert "3207231002080137" not in foreign_page.content.decode()


def test_500_gives_a_number_that_is_in_the_log_and_no_detail(caplog):
    client = Client(raise_request_exception=False)
    with caplog.at_level(logging.ERROR, logger="wengu.web"):
        answer = client.get("/broken/")
    assert answer.status_code == 500
    number = answer["X-Request-Id"]
    assert f"编号 {number}，" in answer.content.decode()
    assert number in caplog.text
    assert "secret of the registry" not in answer.content.decode()


def test_a_form_left_too_long_gets_words_of_its_own():
    answer = Client(enforce_csrf_checks=True).post(reverse("look"), {"text": "l"})
    assert answer.status_code == 403
    assert "这一页放得太久了" in answer.content.decode()


@pytest.mark.parametrize("address", ["/refused/", "/foreign/"])
def test_error_pages_need_no_inline_code(client, address):
    assert "<script>" not in client.get(address).content.decode()
