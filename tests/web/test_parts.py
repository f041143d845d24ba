"""The sheet of parts and the sample pages: the grammar of pages.md, held by what can be counted."""

import re
from pathlib import Path

import pytest
from django.urls import reverse

import wengu.web
from wengu.web.parts import SPECIMENS

WEB = Path(wengu.web.__file__).parent
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
CSS = (WEB / "static/web/wengu.css").read_text(encoding="utf-8")
PAGES = ["", *SPECIMENS, "login"]


def minified(css):
    return re.sub(r"\s*\n\s*", "", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))


def address(name):
    return reverse("parts-page", args=[name]) if name else reverse("parts")


@pytest.fixture
def page(client, db):
    def get(name, language="zh-hans"):
        client.cookies["django_language"] = language
        response = client.get(address(name))
        assert response.status_code == 200
        return response.content.decode()

    return get


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_page_needs_nothing_that_csp_forbids_and_nothing_from_outside(page, name, language):
    html = page(name, language)
    assert not re.findall(r"<[^>]*\sstyle=", html)
    assert not re.findall(r"<[^>]*\son[a-z]+=", html)
    assert not re.findall(r"<script(?![^>]*\ssrc=)", html)
    assert not re.findall(r"(?:src|href|action)=[\"'](?:https?:)?//", html)


@pytest.mark.parametrize("name", PAGES)
def test_page_has_one_h1_and_says_that_it_is_simulated(page, name):
    html = page(name)
    assert len(re.findall(r"<h1[ >]", html)) == 1
    assert '<span class="sim">模拟数据</span>' in html
    assert 'lang="zh-Hans"' in html


@pytest.mark.parametrize("name", PAGES)
def test_ids_are_unique(page, name):
    ids = re.findall(r'\sid="([^"]+)"', page(name))
    assert len(ids) == len(set(ids))


def test_unknown_sample_is_missing(client, db):
    assert client.get(reverse("parts-page", args=["nothing"])).status_code == 404


def test_english_speaks_english_and_numbers_clauses_its_way(page):
    html = page("household", "en")
    assert "Decisions and reasons" in html
    assert "2(4)3" in html
    assert 'lang="en"' in html


def test_empty_list_names_the_condition_and_drops_it(page):
    html = page("empty")
    assert "没有符合条件的户。" in html
    assert "去掉河东村，有 3 户" in html
    assert "<tbody" not in html


def test_every_component_is_shown_on_the_sheet_or_a_sample_page():
    used = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES)
    used += (WEB / "templatetags/wengu.py").read_text(encoding="utf-8")
    unused = [
        path.name
        for path in (WEB / "templates/components").glob("*.html")
        if f"components/{path.name}" not in used
    ]
    # The answers to a reveal: no page contains them before somebody asked.
    assert sorted(unused) == ["refused.html", "revealed.html"]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_template_is_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 150


def test_stylesheet_keeps_its_budget_and_its_browsers():
    css = minified(CSS)
    assert len(css.encode()) <= 16_000
    assert not re.search(r"color-mix|subgrid|@import|@font-face|url\(|gradient", css)
    assert "&" not in css


def test_script_keeps_its_budget():
    assert len((WEB / "static/web/wengu.js").read_bytes()) <= 8_000


def test_every_class_of_the_stylesheet_is_used():
    words = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES)
    for path in (
        *WEB.glob("*.py"),
        *(WEB / "templatetags").glob("*.py"),
        WEB / "static/web/wengu.js",
    ):
        words += path.read_text(encoding="utf-8")
    # Composed in Python or kept in data: m1 … m4 from the cuts, doubt kinds from the sheet.
    composed = {"m1", "m2", "m3", "m4", "mu", "check"}
    classes = set(
        re.findall(r"\.([a-z][\w-]*)", re.sub(r"\d*\.\d+|:[^;{}]*[;}]", "", minified(CSS)))
    )
    assert not {name for name in classes - composed if not re.search(rf"\b{name}\b", words)}


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


TOKENS = dict(re.findall(r"--(\w+):(#[0-9a-f]{6})", CSS))
WHITE = "#ffffff"


@pytest.mark.parametrize(
    ("text", "ground", "least"),
    [
        ("ink", WHITE, 15.9), ("ink2", "wash", 7.6), ("ink3", "wash", 5.4), ("act", "tint", 8.0),
        (WHITE, "act", 9.3), ("red", "redw", 6.4), ("amb", "ambw", 6.6), ("grn", "grnw", 6.6),
        ("edge", WHITE, 3.0), ("focus", WHITE, 5.2), ("focus", "tint", 4.4),
        ("ink", "#e6eff1", 4.5), ("ink", "#bfd7dc", 4.5), ("ink", "#90b9c3", 4.5),
        ("ink", "#5f9aa8", 4.5),
        ("ink2", "tint", 4.5), ("ink3", "tint", 4.5), ("red", WHITE, 7.4), ("amb", WHITE, 7.4),
    ],
)  # fmt: skip
def test_contrast_of_the_palette(text, ground, least):
    found = contrast(TOKENS.get(text, text), TOKENS.get(ground, ground))
    assert round(found, 1) >= least
