"""写法: numbers, money, dates and clause numbers as officials write them, in both languages."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import get_language, gettext, ngettext

from wengu.kernel import money

_DIGITS = "〇一二三四五六七八九十"
_WAN = 10_000
_BP_PER_TENTH = 10
# The endings of English plurals, and what stands instead of one alone.
_PLURALS = (("ies", "y"), ("ches", "ch"), ("s", ""), ("", ""))
_MONTHS_FROM, _YEARS_FROM = 60, 730


def english() -> bool:
    """Return whether the page speaks English."""
    return (get_language() or "").startswith("en")


def said(text: str) -> str:
    """Return an official word in the reader's language: a value of a code list, a department.

    What no list of ours holds stays as it is.
    """
    return gettext(text)


def listed(words: Iterable[str]) -> str:
    """Return 甲、乙."""
    return gettext("、").join(words)


def titled(head: str, words: str) -> str:
    """Return 甲：乙; without a head the words alone."""
    return f"{head}{gettext('：')}{words}" if head else words


def count(value: int) -> str:
    """Return 1,284 (Django's Chinese grouping is by four, which nobody reads)."""
    return f"{value:,}"


def of_number(unit: str, value: int | None) -> str:
    """Return a unit as it stands beside its number: English has 1 household, 2 households."""
    if value != 1 or not english():
        return unit
    ending, singular = next(pair for pair in _PLURALS if unit.endswith(pair[0]))
    return unit.removesuffix(ending) + singular


def yuan(fen: int) -> str:
    """Return 8,640.00 of 864000 fen."""
    return money.format_yuan(fen)


def wan(value: int) -> str:
    """Return 15.0 万, for leaders' pages only; the exact value belongs in the link."""
    if english():
        return f"{value / 1000:,.1f}k"
    return f"{value / _WAN:,.1f} 万"


def percent(bp: int) -> str:
    """Return 16.2 of 1,620 basis points, half up."""
    tenths = (bp + _BP_PER_TENTH // 2) // _BP_PER_TENTH
    return f"{tenths // 10}.{tenths % 10}"


def day(value: date) -> str:
    """Return 2020-07-01."""
    return f"{value:%Y-%m-%d}"


def day_number(value: int) -> str:
    """Return 2020-07-01 of 20200701."""
    return f"{value // 10_000:04}-{value // 100 % 100:02}-{value % 100:02}"


def ago(value: date, on: date) -> str:
    """Return 今天, 3 天前, 5 天后; months beyond two, years beyond two."""
    days = (on - value).days
    if days == 0:
        return gettext("今天")
    if days < 0:
        return ngettext("%(n)s 天后", "%(n)s 天后", -days) % {"n": count(-days)}
    if days < _MONTHS_FROM:
        return ngettext("%(n)s 天前", "%(n)s 天前", days) % {"n": days}
    if days < _YEARS_FROM:
        months = (on.year - value.year) * 12 + on.month - value.month - (on.day < value.day)
        return ngettext("%(n)s 个月前", "%(n)s 个月前", months) % {"n": months}
    years = on.year - value.year - ((on.month, on.day) < (value.month, value.day))
    return ngettext("%(n)s 年前", "%(n)s 年前", years) % {"n": years}


def clause_number(number: str) -> str:
    """Return 二（四）3 or 2(4)3 of 2.4.3; a section 2.4 is 二（四）; the preamble is 序1 or P1."""
    part, *rest = number.split(".")
    if part == "0":
        return ("P" if english() else "序") + ".".join(rest)
    tail = rest[1] if len(rest) > 1 else ""
    if english():
        return part + (f"({rest[0]})" if rest else "") + tail
    sub = f"（{_DIGITS[int(rest[0])]}）" if rest else ""
    return f"{_DIGITS[int(part)]}{sub}{tail}"


def clause_sentence(number: str) -> str:
    """Return 二（四）第 3 句, the way a quotation names its place."""
    section, _, sentence = number.rpartition(".")
    if not section or "." not in section:
        return clause_number(number)
    place = {"section": clause_number(section), "n": sentence}
    return gettext("%(section)s第 %(n)s 句") % place
