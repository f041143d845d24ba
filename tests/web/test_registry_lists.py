"""台账: what a list holds is what its address says; every figure has exactly that many rows."""

import io
import re

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.accounts.factories import signed_in
from tests.web import registry_city, small_city
from tests.web.registry_city import get, keys
from tests.web.small_city import FOREIGN, NEXT_VILLAGE, VILLAGE
from wengu.audit.models import Event
from wengu.registry.models import Household, Person
from wengu.web import paging

pytestmark = pytest.mark.django_db
MOST_QUERIES = {"/households/": 22, "/persons/": 18, "/villages/": 20}


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), registry_city.standing() as made:
        yield made


@pytest.fixture(autouse=True)
def _on_the_second_day(monkeypatch):
    monkeypatch.setattr("wengu.governance.queries.today", lambda: small_city.SECOND)


def numbers(city, *names):
    return sorted(city.homes[name].number for name in names)


def total(response):
    return response.context["listing"].total


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("village", ["grace", "poor"]),
        ("county", ["grace", "poor", "hidden"]),
        ("foreign", ["other"]),
        ("city", ["grace", "poor", "hidden", "other"]),
        ("leader", ["grace", "poor", "hidden"]),
    ],
)
def test_each_post_sees_the_households_of_its_region(city, who, seen):
    page = get(city.cast[who], "/households/")
    assert sorted(keys(page)) == numbers(city, *seen)
    assert total(page) == len(seen)


@pytest.mark.parametrize("who", ["system", "security", "audit"])
def test_administrators_see_no_household(city, who):
    for path in ("/households/", "/persons/", "/villages/", "/search/?q=z"):
        assert get(city.cast[who], path).status_code == 403


def test_a_foreign_region_is_a_missing_one(city):
    foreign = get(city.cast["county"], "/households/", region=FOREIGN)
    missing = get(city.cast["county"], "/households/", region="999999999999")
    assert foreign.status_code == missing.status_code == 404
    words = [re.sub(r"[0-9A-F]{4}-[0-9A-F]{2}", "", r.content.decode()) for r in (foreign, missing)]
    plain = [re.sub(r'value="[^"]*"|region=\d+', "", text) for text in words]
    assert plain[0] == plain[1]


def test_a_list_by_class_rule_and_verdict(city):
    county = city.cast["county"]
    by_class = get(county, "/households/", **{"class": "low-income-marginal"})
    assert keys(by_class) == numbers(city, "poor")
    by_rule = get(county, "/households/", rule="gradual-exit", verdict="true")
    assert keys(by_rule) == numbers(city, "grace")
    by_branch = get(county, "/households/", rule="gradual-exit", branch="start")
    assert keys(by_branch) == numbers(city, "grace")
    assert total(by_rule) == total(by_branch) == 1


def test_conditions_narrow_together_and_the_page_says_which(city):
    page = get(city.cast["county"], "/households/", **{"class": "low-income-marginal", "q": "甲"})
    assert total(page) == 0
    nothing = page.context["listing"].nothing
    assert "甲" in nothing.why
    assert "低收入边缘户" in nothing.why
    without = [link.url for link in nothing.links if "q=" not in link.url and "class" in link.url]
    assert keys(signed_in(city.cast["county"]).get(without[0])) == numbers(city, "poor")


@pytest.mark.parametrize("text", ["乙低", "ydsr", "{number}"])
def test_a_household_is_found_by_name_initials_and_number(city, text):
    poor = city.homes["poor"]
    word = text.format(number=poor.number)
    assert keys(get(city.cast["county"], "/households/", q=word)) == [poor.number]


@pytest.mark.parametrize("text", [registry_city.PHONE])
def test_a_household_is_found_by_its_whole_telephone(city, text):
    found = get(city.cast["county"], "/households/", q=text)
    assert found.status_code == 200


def test_income_range_and_order(city):
    county = city.cast["county"]
    assert keys(get(county, "/households/", income_from="9000")) == numbers(city, "grace")
    assert keys(get(county, "/households/", income_from="9000.01")) == []
    first = keys(get(county, "/households/", sort="income"))[0]
    assert first == city.homes["grace"].number
    assert keys(get(county, "/households/", sort="-income"))[0] == first


@pytest.mark.parametrize("query", ["rule=none", "verdict=perhaps&rule=gradual-exit", "lack=a.b"])
def test_an_unknown_rule_or_verdict_is_a_missing_page(city, query):
    assert signed_in(city.cast["county"]).get(f"/households/?{query}").status_code == 404


def test_figures_of_the_overview_are_the_lengths_of_their_lists(city):
    client = signed_in(city.cast["county"])
    figures = client.get("/overview/").context["overview"].figures
    checked = 0
    for figure in figures:
        if figure.url and figure.value is not None:
            page = client.get(figure.url)
            assert page.status_code == 200, figure.url
            assert page.context["listing"].total == figure.value, figure.label
            assert len(page.context["listing"].rows) == min(figure.value, 20), figure.label
            checked += 1
    assert checked >= 4


def test_figures_of_the_desk_are_the_lengths_of_their_lists(city):
    client = signed_in(city.cast["county"])
    desk = client.get("/").context["desk"]
    for figure in desk.figures:
        if "/households/" in figure.url:
            assert client.get(figure.url).context["listing"].total == figure.value, figure.label
    missing = next(section for section in desk.sections if section.key == "missing")
    for row in missing.table.rows:
        link = row.cells[1]
        if "lack=" in link.url:
            shown = client.get(link.url).context["listing"]
            assert shown.total == int(link.text.replace(",", "")), link.url
            assert len(shown.rows) == min(shown.total, 20), link.url


def test_a_condition_that_no_field_shows_stands_in_the_title(city):
    county = city.cast["county"]
    lacking = get(county, "/households/", lack="person.pension_insurance")
    assert lacking.context["listing"].title == "户台账：缺基本养老保险"
    branch = get(county, "/households/", rule="gradual-exit", branch="start")
    assert "收入超过标准" in branch.context["listing"].title
    assert get(county, "/households/", rule="gradual-exit").context["listing"].title == "户台账"
    # A branch belongs to its rule: another rule chosen in the form must not carry it along.
    assert "branch" not in dict(branch.context["listing"].search.kept)
    assert dict(lacking.context["listing"].search.kept)["lack"] == "person.pension_insurance"


def test_persons_of_a_rule(city):
    page = get(city.cast["county"], "/persons/", rule="medical-insurance-gap", verdict="false")
    assert total(page) == len(page.context["listing"].rows) == 3
    everybody = get(city.cast["county"], "/persons/")
    assert total(everybody) == len(everybody.context["listing"].rows) == 3


def test_persons_by_facts_that_a_post_does_not_see_are_withheld(city):
    held = {"rule": "single-person-cover", "verdict": "true"}
    assert get(city.cast["county"], "/persons/", **held).status_code == 200
    assert get(city.cast["leader"], "/persons/", **held).status_code == 403


def test_villages_and_their_households(city):
    page = get(city.cast["county"], "/villages/")
    assert {VILLAGE, NEXT_VILLAGE} <= set(keys(page))
    assert FOREIGN not in keys(page)
    open_ = get(city.cast["county"], "/villages/", rule="2.1", verdict="unknown")
    assert total(open_) == len(keys(open_)) == 2


def test_the_export_is_masked_free_of_formulas_limited_and_recorded(city):
    grace = city.homes["grace"]
    Household.objects.filter(pk=grace.pk).update(head_name="=1+1")
    response = get(city.cast["county"], "/households/", export="xlsx")
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    cells = [cell for row in book.active.iter_rows() for cell in row if cell.value is not None]
    texts = [str(cell.value) for cell in cells]
    assert "=1+1" in texts
    assert all(cell.data_type != "f" for cell in cells)
    assert not any(registry_city.NUMBER in text or registry_city.PHONE in text for text in texts)
    assert any(text.startswith("320723·") for text in texts)
    assert any("模拟数据" in text for text in texts)
    event = Event.objects.filter(action="registry.export").latest("pk")
    assert (event.actor, event.detail) == ("county", {"households": 3})


def test_money_of_an_export_is_a_number_of_yuan_and_the_sheet_says_who_made_it(city):
    response = get(city.cast["county"], "/households/", export="xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    money = [cell for row in sheet.iter_rows() for cell in row if "¥" in cell.number_format]
    assert [(cell.data_type, cell.value) for cell in money] == [("n", 9000)]
    made = next(cell.value for (cell, *_) in sheet.iter_rows() if "导出人" in str(cell.value))
    assert made.startswith("导出人：甲（county）")


@pytest.mark.parametrize("who", ["village", "leader", "inspector", "department"])
def test_only_some_posts_export(city, who):
    assert get(city.cast[who], "/households/", export="xlsx").status_code == 403


def test_more_than_the_most_is_not_exported(city, monkeypatch):
    monkeypatch.setattr("wengu.web.registry.MOST_EXPORTED", 2)
    assert get(city.cast["county"], "/households/", export="xlsx").status_code == 403


def test_of_chosen_rows_the_foreign_ones_stay_behind(city):
    chosen = numbers(city, "grace", "other")
    response = signed_in(city.cast["county"]).post("/exports/households/", {"row": chosen})
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    texts = {str(cell.value) for row in book.active.iter_rows() for cell in row}
    assert city.homes["grace"].number in texts
    assert city.homes["other"].number not in texts


def test_columns_that_the_post_does_not_see_are_not_there(city):
    labels = {c.label for c in get(city.cast["county"], "/households/").context["listing"].columns}
    assert "人均年收入（元）" in labels
    page = get(city.cast["department"], "/households/")
    assert "人均年收入（元）" not in {c.label for c in page.context["listing"].columns}
    assert "9,000.00" not in page.content.decode()


def test_a_count_kept_for_one_post_is_not_shown_to_another(city):
    # The department does not see incomes: its filter is none, and its number not the county's.
    query = {"income_from": "9000", "q": "H"}
    assert total(get(city.cast["department"], "/households/", **query)) == 3
    assert total(get(city.cast["county"], "/households/", **query)) == 1
    assert total(get(city.cast["department"], "/households/", **query)) == 3


@pytest.mark.parametrize("path", MOST_QUERIES)
def test_a_list_asks_the_database_little_however_long_it_is(city, path):
    client = signed_in(city.cast["city"])
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        client.get(path)
    assert len(asked) <= MOST_QUERIES[path]


def test_no_page_decrypts_more_than_it_shows(city, monkeypatch):
    reads = []
    field = Person._meta.get_field("id_number")
    monkeypatch.setattr(field, "plain", lambda raw: reads.append(raw) or raw.decode())
    page = get(city.cast["county"], "/households/")
    assert registry_city.NUMBER not in page.content.decode()
    assert len(reads) <= len(keys(page))


@pytest.mark.parametrize(
    ("first", "villages", "skip"),
    [(0, ("a",), 0), (19, ("a", "c"), 19), (20, ("c",), 0), (25, ("c", "d"), 5), (60, (), 0)],
)
def test_a_page_is_found_by_the_lengths_of_villages(first, villages, skip):
    counts = {"c": 10, "a": 20, "d": 30, "b": 0}
    size = 10
    found = paging.window(counts, first, size)
    assert found.villages == villages
    assert found.skip == skip
