"""故事: from a figure to its list, from a run to what it changed, from a value to new decisions.

In a real browser, at the width of a desk and of a phone, as those whose work it is.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import override_settings
from playwright.sync_api import expect

from tests.accounts.factories import signed_in
from tests.web import small_city
from tests.web.browser import OVERFLOW, SHOTS
from wengu import mechanism
from wengu.decisions.models import Decision
from wengu.governance.models import BusinessDate
from wengu.jobs import actions as jobs

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def city(transactional_db):
    with override_settings(DEMO=True):
        made = small_city.build()
        BusinessDate.objects.create(pk=1, on=small_city.SECOND)
    return made


@pytest.fixture
def opened(city, browse):
    """Open a page as somebody."""

    def go(who, path, width=1366):
        session = signed_in(city.cast[who]).cookies["sessionid"].value
        return browse(path, width, sessionid=session)

    return go


def checked(page, name):
    """Look at a page: no barrier, nothing sticks out; keep its picture."""
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:100]) for one in found] == []
    assert page.evaluate(OVERFLOW) <= 0
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"story-{name}-{page.viewport_size['width']}.png", full_page=True)


@pytest.mark.parametrize("width", [1366, 390])
def test_from_the_map_down_to_the_list_whose_length_is_the_figure(opened, width):
    page = opened("city", "/overview/", width)
    checked(page, "overview")
    page.get_by_role("link", name="灌云县").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("分类帮扶总览")
    page.get_by_role("link", name="伊山镇").click()
    figure = page.locator(".figs a", has_text="1").nth(1)
    number = figure.locator("strong").inner_text()
    figure.click()
    expect(page.get_by_text(f"共 {number} 户").first).to_be_visible()
    checked(page, "list-behind-a-figure")


@pytest.mark.parametrize("width", [1366, 390])
def test_what_two_runs_differ_in_and_why(opened, width):
    page = opened("county", "/runs/", width)
    checked(page, "runs")
    page.get_by_role("link", name="比较最近两次").click()
    expect(page.locator("#matrix")).not_to_contain_text("…")
    checked(page, "diff")
    page.locator("#q-rule").select_option("low-income-marginal")
    page.get_by_role("button", name="查询").click()
    expect(page.locator("#results")).to_contain_text("共 1 处")
    assert "rule=low-income-marginal" in page.url
    page.get_by_role("link", name="丙待核").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("丙待核")


def test_two_persons_change_a_parameter_and_a_new_run_decides_by_it(opened, city):
    page = opened("county", "/policy/2.4.3/")
    checked(page, "clause")
    page.get_by_role("link", name="农村低保标准").first.click()
    checked(page, "parameter")
    page.get_by_label("值 元/人·月").fill("none")
    page.get_by_role("button", name="拟定，交另一人核定").click()
    expect(page.get_by_role("alert")).to_contain_text("还差 3 处才能交")
    checked(page, "parameter-errors")
    page.get_by_label("自哪天起").fill("2020-07-02")
    page.get_by_label("值 元/人·月").fill("800")
    page.get_by_label("来源").fill("灌民发〔2020〕2号")
    page.get_by_role("button", name="拟定，交另一人核定").click()
    expect(page.get_by_text("已拟定，等另一人核定后生效。")).to_be_visible()
    expect(page.get_by_role("button", name="核定这个值")).to_have_count(0)

    page = opened("county2", "/policy/parameters/dibao_standard/")
    page.get_by_role("button", name="核定这个值").click()
    expect(page.get_by_text("已核定，自 2020-07-02 起生效。")).to_be_visible()
    page.goto(page.url.split("/policy")[0] + "/runs/")
    page.get_by_role("button", name="按现有事实再认定一次").click()
    with override_settings(DEMO=True):
        assert jobs.work_once(mechanism.HANDLERS)
    page.reload()
    page.get_by_role("link", name="看这次运行").click()
    page.get_by_role("link", name="起的变化").click()
    expect(page.locator("#results")).to_contain_text("政策")
    checked(page, "diff-after-adoption")
    # 9,000 yuan a head no longer exceeds 12 months of 800: the dibao stays, nothing is phased out.
    grace = Decision.objects.filter(
        household=city.homes["grace"].pk, rule="gradual-exit", ended=None
    ).get()
    assert grace.verdict is False


@pytest.mark.parametrize("width", [1366, 390])
def test_the_policy_reads_on_a_desk_and_on_a_phone(opened, width):
    page = opened("village", "/policy/", width)
    checked(page, "document")
    for path, name in (
        ("/policy/2.1/", "section"), ("/policy/coverage/", "coverage"),
        ("/policy/parameters/", "parameters"), ("/policy/adr/0003/", "record"),
    ):  # fmt: skip
        page.goto(page.url.split("/policy")[0] + path)
        checked(page, name)
