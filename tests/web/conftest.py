"""English words are compiled once, as set-up does; pages are seen as the demo shows them."""

from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.utils.translation import trans_real

import wengu.web

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
