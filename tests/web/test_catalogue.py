"""English: every string of the product's pages has it, and says it with the same placeholders."""

import re
from pathlib import Path

from babel.messages.pofile import read_po
from django.utils import translation

import wengu
from tests.web import messages

PACKAGE = Path(wengu.__file__).parent
CATALOGUE = PACKAGE / "web/locale/en/LC_MESSAGES/django.po"
_PLACES = re.compile(r"%\(\w+\)[sd]")


def catalogue():
    with CATALOGUE.open("rb") as source:
        return read_po(source, locale="en")


def test_every_string_has_its_english():
    english, missing = catalogue(), []
    for (singular, plural), where in messages.of_everything(PACKAGE).items():
        found = english.get((singular, plural) if plural else singular)
        words = (found.string if found else "") or ""
        if not all(words if isinstance(words, tuple) else (words,)):
            missing.append(f"{singular}  ({where[0]})")
    assert not missing, "no English for:\n" + "\n".join(missing)


def test_english_keeps_the_placeholders():
    for message in catalogue():
        wanted = set(_PLACES.findall(message.id[0] if message.pluralizable else message.id))
        for words in message.string if message.pluralizable else (message.string,):
            assert set(_PLACES.findall(words)) == wanted, message.id


def test_no_english_is_left_over():
    used = {singular for singular, _ in messages.of_everything(PACKAGE)}
    known = {m.id[0] if m.pluralizable else m.id for m in catalogue() if m.id}
    assert not known - used


def test_the_reader_of_messages_finds_all_kinds(tmp_path):
    (tmp_path / "a.html").write_text(
        "{% load i18n %}{% if x %}{% translate '甲' %}{% else %}{% translate '乙' as y %}"
        "{% endif %}{% for z in x %}{% blocktranslate count n=3 trimmed %}\n 丙 {{ n }}\n"
        "{% plural %}丁 {{ n }}{% endblocktranslate %}{% endfor %}"
        "{% block b %}{% translate '戊' %}{% endblock %}"
    )
    (tmp_path / "b.py").write_text("gettext('己')\nngettext('庚', '辛', 2)\n_('壬')\nother('癸')\n")
    found = set(messages.of_package(tmp_path))
    assert found == {
        ("甲", ""), ("乙", ""), ("丙 %(n)s", "丁 %(n)s"), ("戊", ""), ("己", ""),
        ("庚", "辛"), ("壬", ""),
    }  # fmt: skip


def test_the_switch_really_changes_the_words():
    with translation.override("en"):
        assert translation.gettext("认定与理由") == "Decisions and reasons"
    with translation.override("zh-hans"):
        assert translation.gettext("认定与理由") == "认定与理由"
