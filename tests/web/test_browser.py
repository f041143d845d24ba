"""The sample pages in a real browser: access, policy of contents, overflow, keyboard, print."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.web.browser import OVERFLOW, SHOTS, SMALL_TARGETS, SMALL_TEXT, WIDTHS
from wengu.web.parts import SPECIMENS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = ["", *(f"{name}/" for name in SPECIMENS), "login/"]


@pytest.fixture
def opened(browse):
    """Open a sample page."""
    return lambda path="", width=1366, **more: browse(f"/parts/{path}", width, **more)


def accessible(page):
    """Run axe, which needs its script put into the page; return what is wrong."""
    found = Axe().run(page).response["violations"]
    return [(v["id"], v["nodes"][0]["html"][:120]) for v in found]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", PAGES)
def test_page_is_accessible_fits_and_breaks_no_policy(opened, path, width):
    page = opened(path, width)
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{path.strip('/') or 'parts'}-{width}.png", full_page=True)
    assert page.evaluate(OVERFLOW) <= 0
    assert not page.evaluate(SMALL_TEXT)
    assert not accessible(page)


@pytest.mark.parametrize("path", ["household/", "list/", "form/"])
def test_largest_text_still_fits(opened, path):
    page = opened(path, text="xl")
    assert page.evaluate(OVERFLOW) <= 0
    assert not accessible(page)


@pytest.mark.parametrize("path", ["desk/", "list/", "household/", "form/"])
def test_targets_on_the_phone_are_large(opened, path):
    assert not opened(path, 390).evaluate(SMALL_TARGETS)


@pytest.mark.parametrize("path", PAGES)
def test_english_fits(opened, path):
    page = opened(path, language="en")
    assert page.evaluate(OVERFLOW) <= 0
    assert not accessible(page)


def test_text_size_turns_at_once_and_is_remembered(opened):
    page = opened("list/")
    with page.expect_response("**/look/"):
        page.get_by_role("button", name="字号：标准").click()
    assert "l" in page.evaluate("document.documentElement.className").split()
    expect(page.get_by_role("button", name="字号：大")).to_be_focused()
    page.reload()
    assert "l" in page.evaluate("document.documentElement.className").split()


def test_text_size_works_without_scripts(opened):
    page = opened("list/", scripts=False)
    page.get_by_role("button", name="字号：标准").click()
    expect(page.locator("html")).to_have_class(re.compile(r"\bl\b"))


def test_density_is_remembered(opened):
    page = opened("list/")
    with page.expect_response("**/look/"):
        page.get_by_role("button", name="紧凑").click()
    page.reload()
    expect(page.locator("html")).to_have_class(re.compile("tight"))
    expect(page.get_by_role("button", name="紧凑")).to_have_attribute("aria-pressed", "true")


def test_batch_bar_counts_the_chosen_rows_and_leaves_with_the_last(opened):
    page = opened("list/")
    expect(page.locator("[data-chosen]")).to_have_text("3")
    page.get_by_label("选 周戊五").check()
    expect(page.locator("[data-chosen]")).to_have_text("4")
    page.get_by_label("选本页全部").check()
    expect(page.locator("[data-chosen]")).to_have_text("20")
    page.get_by_role("button", name="取消选择").click()
    expect(page.locator(".batch")).to_be_hidden()


def test_more_conditions_unfold_and_keep_what_was_typed(opened):
    page = opened("list/")
    page.get_by_label("关键字").fill("李")
    expect(page.locator("[name=housing]")).to_be_hidden()
    page.get_by_role("button", name="更多条件").click()
    expect(page.locator("[name=housing]")).to_be_visible()
    expect(page.get_by_label("关键字")).to_have_value("李")


def test_enter_searches_and_the_url_holds_the_state(opened):
    page = opened("list/")
    page.get_by_label("关键字").fill("zjy")
    page.get_by_label("关键字").press("Enter")
    page.wait_for_url("**/parts/list/?**q=zjy**")
    # Focus moves to the changed part, once the address has been written.
    page.wait_for_function("document.activeElement.hasAttribute('data-focus')")


def test_a_word_being_composed_sends_nothing(opened):
    page = opened("list/")
    sent = page.evaluate("""() => {
        const field = document.querySelector('[name=q]');
        let heard = 0;
        document.body.addEventListener('input', () => { heard += 1; });
        const say = (type) => field.dispatchEvent(new CompositionEvent(type, {bubbles: true}));
        const type = () => field.dispatchEvent(new Event('input', {bubbles: true}));
        say('compositionstart'); type(); type(); type();
        const during = heard;
        say('compositionend');
        return [during, heard];
    }""")
    assert sent == [0, 1]


def test_confirming_needs_the_count_and_can_be_left(opened):
    page = opened("review/")
    page.get_by_text("撤销整批", exact=True).click()
    act = page.get_by_role("button", name="撤销 2,158 行")
    expect(act).to_be_disabled()
    page.get_by_label("请输入 2158 确认").fill("2157")
    expect(act).to_be_disabled()
    page.get_by_label("请输入 2158 确认").fill("2,158")
    expect(act).to_be_enabled()
    page.get_by_role("button", name="不撤销").click()
    expect(act).to_be_hidden()
    expect(page.get_by_text("撤销整批", exact=True)).to_be_focused()


def test_a_link_to_a_closed_reason_opens_it(opened):
    page = opened("household/#near-poverty")
    expect(page.locator("#near-poverty")).to_have_attribute("open", "")


def test_contents_are_reached_on_the_phone_without_scripts(opened):
    page = opened("desk/", 390, scripts=False)
    expect(page.get_by_role("navigation", name="目录")).to_be_hidden()
    page.get_by_role("link", name="目录", exact=True).click()
    expect(page.get_by_role("navigation", name="目录")).to_be_visible()
    page.get_by_role("link", name="收起目录").click()
    expect(page.get_by_role("navigation", name="目录")).to_be_hidden()


def test_rows_stay_a_table_for_screen_readers_on_the_phone(opened):
    page = opened("list/", 390)
    assert page.get_by_role("row").count() == 20
    expect(page.get_by_role("row").first.get_by_role("cell").nth(1)).to_contain_text("赵甲一")


def test_skip_link_is_the_first_stop_and_leads_to_the_content(opened):
    page = opened("desk/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")


def test_paper_has_the_signature_line_and_no_buttons(opened):
    page = opened("household/")
    page.emulate_media(media="print")
    expect(page.get_by_text("以上情况属实")).to_be_visible()
    expect(page.get_by_text("打印人 严庚七")).to_be_visible()
    expect(page.locator(".sim")).to_be_visible()
    for hidden in (".side", ".b", ".dock", ".tabs", ".reveal"):
        assert not page.locator(f"{hidden}:visible").count()
    # Fills do not print: a verdict that holds is outlined.
    fill = page.locator(".v.true").first.evaluate("e => getComputedStyle(e).backgroundColor")
    assert fill == "rgba(0, 0, 0, 0)"


@pytest.mark.parametrize("path", ["desk/", "household/", "list/"])
def test_a_phone_page_weighs_little(opened, path):
    page = opened(path, 390)
    size = len(page.content().encode())
    # Uncompressed; Chinese pages shrink to about a fifth. The whole is counted by the walk.
    assert size < 60_000
