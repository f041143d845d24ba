"""Pages are seen as the demo shows them."""

import pytest
from playwright.sync_api import sync_playwright

from tests.web.browser import CHROMIUM, QUIET


@pytest.fixture(autouse=True)
def _demo(settings):
    settings.DEMO = True


@pytest.fixture(scope="module")
def chromium(django_db_setup):
    """One Chromium for the tests of a module."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright's loop runs in this thread, where the database is emptied between tests.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def browse(chromium, live_server):
    """Open a page in a browser of its own.

    Any message of the console fails the test, but for a form sent back: Chromium tells of each 422.
    """
    said, contexts = [], []

    def go(path, width=1366, *, scripts=True, language="zh-hans", **cookies):
        context = chromium.new_context(
            viewport={"width": width, "height": 768 if width > 400 else 844},
            java_script_enabled=scripts, locale="zh-CN",
        )  # fmt: skip
        contexts.append(context)
        cookies = {"django_language": language, **cookies}
        context.add_cookies(
            [{"name": k, "value": v, "url": live_server.url} for k, v in cookies.items()]
        )
        page = context.new_page()
        page.on("console", lambda message: "422" in message.text or said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"{live_server.url}{path}")
        return page

    yield go
    for context in contexts:
        try:
            # What a page still fetches is read to its end before the tables are emptied.
            for page in context.pages:
                page.wait_for_load_state("networkidle")
        finally:
            context.close()
    assert not said
