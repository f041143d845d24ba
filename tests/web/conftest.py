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
