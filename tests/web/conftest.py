"""English words are compiled once, as set-up does; pages are seen as the demo shows them."""

from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.utils.translation import trans_real
from playwright.sync_api import sync_playwright

import wengu.web
from tests.web.browser import CHROMIUM, QUIET

CATALOGUE = Path(wengu.web.__file__).parent / "locale/en/LC_MESSAGES/django.po"


@pytest.fixture(scope="session", autouse=True)
def _english():
    compiled = CATALOGUE.with_suffix(".mo")
    if not compiled.exists() or compiled.stat().st_mtime < CATALOGUE.stat().st_mtime:
        with CATALOGUE.open("rb") as source, compiled.open("wb") as target:
            write_mo(target, read_po(source, locale="en"))
        trans_real._translations.clear()


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
