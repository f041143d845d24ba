"""The story of a household in a real browser: from the desk to the reasons, and back by search."""

import re

import pytest
from playwright.sync_api import expect

from tests.accounts.factories import signed_in
from tests.web import registry_city, small_city
from tests.web.browser import OVERFLOW, SHOTS, SMALL_TARGETS, SMALL_TEXT, WIDTHS
from tests.web.test_browser import accessible
from wengu.decisions.actions import decide
from wengu.registry.models import Household

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def city(live_server, monkeypatch):
    monkeypatch.setattr("wengu.governance.queries.today", lambda: small_city.SECOND)
    return registry_city.build()


@pytest.fixture
def opened(city, browse):
    """Open a page as somebody."""

    def go(who, path="/", width=1366, language="zh-hans"):
        session = signed_in(city.cast[who]).cookies["sessionid"].value
        return browse(path, width, language=language, sessionid=session)

    return go


def test_a_county_clerk_goes_from_the_desk_to_the_reasons_of_a_household(opened, city):
    page = opened("county")
    expect(page.locator("h1")).to_contain_text("等您办")
    figure = page.locator(".figs li", has_text="在册").locator("strong").inner_text()
    page.locator(".figs li", has_text="在册").locator("a").click()
    expect(page.locator(".list tbody tr")).to_have_count(int(figure))

    page.fill("form.query [name=q]", "jjt")
    page.locator("form.query [type=submit]").click()
    expect(page.locator(".list tbody tr")).to_have_count(1)
    assert "q=jjt" in page.url
    page.locator(".list tbody a", has_text="甲渐退").click()

    expect(page.locator("h1")).to_contain_text("甲渐退户")
    why = page.locator("#gradual-exit")
    why.locator("summary").click()
    expect(why.locator("mark")).to_contain_text("给予不超过2年的渐退期")
    expect(why.get_by_text("怎样会变", exact=True)).to_be_visible()
    expect(why.locator("svg.wide, .wide svg").first).to_be_visible()
    expect(why.get_by_text("低保户变为“否”")).to_be_visible()

    page.locator("summary", has_text="按另一天看").click()
    page.fill("[name=on]", "2019-12-31")
    page.get_by_role("button", name="按这一天重算").click()
    expect(page.locator("main .note")).to_contain_text("没有这一户的成员")


def test_a_telephone_is_shown_in_place_for_a_purpose(opened, city):
    page = opened("town", f"/households/{city.homes['grace'].number}/")
    phone = page.locator(".defs div", has_text="联系电话")
    expect(phone).to_contain_text("139****0137")
    phone.locator("summary").click()
    phone.locator("select").select_option("办理救助")
    phone.get_by_role("button").click()
    expect(phone.locator("[data-seconds]")).to_contain_text(registry_city.PHONE)
    expect(phone).to_contain_text("已留痕")
    assert accessible(page) == []


def test_chosen_rows_leave_as_a_workbook(opened, city):
    page = opened("county", "/households/")
    expect(page.locator(".batch")).to_be_hidden()
    page.locator(".list tbody [type=checkbox]").first.check()
    expect(page.locator(".batch")).to_contain_text("已选 1 户")
    with page.expect_download() as download:
        page.locator(".batch button[type=submit]").click()
    assert download.value.suggested_filename == "households-20200702.xlsx"


def test_columns_and_order_are_remembered_and_stand_in_the_address(opened, city):
    page = opened("county", "/households/")
    page.locator("summary", has_text="选择列").click()
    page.locator("[name=columns][value=house]").check()
    page.get_by_role("button", name="应用").click()
    expect(page.locator("th", has_text="住房等级")).to_be_visible()
    page.locator("th a", has_text="人均年收入").click()
    assert "sort=income" in page.url
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("人均年收入")


def test_the_top_bar_finds_people_and_clauses(opened, city):
    page = opened("county")
    page.fill(".find [name=q]", "乙低")
    page.locator(".find button").click()
    expect(page.locator("#households")).to_contain_text("乙低收入")
    page.fill(".find [name=q]", "二（四）3")
    page.locator(".find button").click()
    expect(page).to_have_url(re.compile(r"/policy/2\.4\.3/$"))


def pages(city):
    home = city.homes["grace"].number
    return {
        "desk": "/", "households": "/households/",
        "household": f"/households/{home}/?open=gradual-exit",
        "persons": "/persons/", "villages": "/villages/",
        "village": f"/villages/{small_city.VILLAGE}/", "search": "/search/?q=%E7%94%B2",
        "nothing": "/households/?q=nobody",
    }  # fmt: skip


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("width", WIDTHS)
def test_pages_are_accessible_and_fit(opened, city, width, language):
    SHOTS.mkdir(parents=True, exist_ok=True)
    for name, path in pages(city).items():
        page = opened("county", path, width, language)
        page.screenshot(path=SHOTS / f"real-{name}-{width}-{language}.png", full_page=True)
        assert page.evaluate(OVERFLOW) <= 0, name
        assert not page.evaluate(SMALL_TEXT), name
        assert accessible(page) == [], name
        if width == 390:
            assert not page.evaluate(SMALL_TARGETS), name


def test_the_english_list_shows_its_last_column_and_its_buttons_in_one_line(opened, city):
    poor = small_city.home(small_city.VILLAGE, "戊贫困户", income=4_000_00)
    named = {"number": "320723000001", "size": 1, "income_per_head_fen": 4_000_00}
    Household.objects.filter(pk=poor.pk).update(**named)
    decide(on=small_city.SECOND, by="test")
    page = opened("county", "/households/", language="en")
    assert page.locator("td", has_text="Near-poverty alert").locator(".v").count() > 1
    hidden = "e => e.scrollWidth - e.clientWidth"
    assert page.locator("#results .scroll").evaluate(hidden) == 0
    buttons = page.locator(".query .row > *").all()
    assert len(buttons) == 3
    assert len({one.bounding_box()["y"] for one in buttons}) == 1


@pytest.mark.parametrize("path", ["/policy/2.4.3/", "/policy/parameters/"])
def test_a_place_stands_on_one_line_however_narrow_the_table(opened, path):
    page = opened("county", path)
    page.locator("table.t").evaluate_all("all => all.forEach(e => e.style.width = '20rem')")
    lines = """cells => cells.map(cell => Math.round(
        cell.firstElementChild.getBoundingClientRect().height
        / parseFloat(getComputedStyle(cell).lineHeight)))"""
    places = page.locator("td[data-k=范围]")
    assert places.count() > 3
    assert set(places.evaluate_all(lines)) == {1}


def test_a_phone_page_weighs_little(city, settings):
    client = signed_in(city.cast["county"])
    for path in pages(city).values():
        answer = client.get(path, headers={"Accept-Encoding": "gzip"})
        assert len(answer.content) < 60_000, path


def test_the_file_prints_on_paper_with_its_reasons_and_without_buttons(opened, city):
    page = opened("county", f"/households/{city.homes['grace'].number}/?open=gradual-exit")
    page.emulate_media(media="print")
    expect(page.locator("#gradual-exit .cond")).to_be_visible()
    expect(page.locator(".paper")).to_contain_text("户主签字")
    expect(page.locator(".paper")).to_contain_text("已遮蔽")
    expect(page.locator("main .b").first).to_be_hidden()
