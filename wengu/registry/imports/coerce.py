"""取值: the text of a cell becomes a value, or says why it cannot.

None always means an empty cell. `Bad` names the doubt; it never carries what stood in the cell.
"""

import datetime
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

from wengu.kernel import money
from wengu.kernel.dates import is_day
from wengu.kernel.text import compact, figure, normalise, ungrouped
from wengu.registry.imports.codes import (
    CITIES,
    OTHER_PROVINCE,
    PROVINCES,
    SAME_PROVINCE,
    WORK_PLACES,
    Table,
)
from wengu.registry.limits import LIMITS


class Bad(NamedTuple):
    """坏值: the cell could not be read; `code` is the doubt, `why` a finer word."""

    code: str
    why: str = ""


Coercion = Callable[[str], Any]

_ANY_FEN = LIMITS["household", "income_fen"]
_PLAIN_MONEY = re.compile(r"(-?)([0-9]{1,12})(?:\.([0-9]{1,2}))?")
_NUMBER = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,15})?")
_WHOLE = re.compile(r"([0-9]{1,9})(?:\.0+)?")
_DAY_SHAPES = (
    re.compile(r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})"),
    re.compile(r"(?P<y>[0-9]{4})[-/.](?P<m>[0-9]{1,2})[-/.](?P<d>[0-9]{1,2})"),
    re.compile(r"(?P<y>[0-9]{4})年(?P<m>[0-9]{1,2})月(?P<d>[0-9]{1,2})[日号]"),
    re.compile(r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})"),
    re.compile(r"(?P<y>[0-9]{4})年(?P<m>[0-9]{1,2})月份?"),
    re.compile(r"(?P<y>[0-9]{4})[-/.](?P<m>[0-9]{1,2})"),
)
# A time of day behind a date, as Excel and the hospitals' systems print it.
_CLOCK = re.compile(
    r"(?:T| |(?<=[日号]))(?:[上下]午 ?)?(?:[01]?[0-9]|2[0-3])[:时点][0-5]?[0-9]"
    r"(?:[:分](?:[0-5]?[0-9](?:\.[0-9]+)?秒?)?)?(?: ?[AP]M)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?$",
    re.IGNORECASE,
)
_POINT_ZERO = re.compile(r"([0-9]{6}|[0-9]{8})\.0+")
# A number of Excel drops the last zero: 2018.10 and 2018.1 are the same cell.
_OCTOBER_OR_JANUARY = re.compile(r"[0-9]{4}\.1")
_YEAR_WORD = re.compile("(?<=^[0-9]{4})年度?$")
_EARLIEST_YEAR = 1880
_YES = {"是": True, "否": False, "TRUE": True, "FALSE": False}
_JOINTS = re.compile("[,，、;；]")


_SUSPECT = frozenset("#＃=＝Ee")
_ERROR = re.compile(r"#(?:N/A|DIV/0!|[A-Z_]+[!?]|GETTING_DATA)|ERR:[0-9]{3}")


def no_content(text: str) -> Bad | None:
    """Return what is wrong where a cell holds an error or a formula that was never calculated."""
    if text.lstrip()[:1] not in _SUSPECT:
        return None
    spelt = compact(text).upper()
    if _ERROR.fullmatch(spelt):
        return Bad("cell_error", spelt)
    return Bad("cell_formula") if spelt.startswith("=") else None


def readable(convert: Coercion) -> Coercion:
    """Return the same coercion for cells with content; an error is a doubt and never empty."""

    def read(text: str) -> Any:
        return no_content(text) or convert(text)

    return read


def words(text: str) -> str:
    """Return free text in one spelling."""
    return text if not text or _plain(text) else normalise(text)


def _plain(text: str) -> bool:
    """Say whether a text is made of Chinese characters only, so that nothing is to be unified."""
    return all("\u4e00" <= character <= "\u9fff" for character in text)


def choice(table: Table, code: str = "choice_unknown") -> Coercion:
    """Return a coercion to one value of a table."""

    def one(text: str) -> str | Bad | None:
        spelt = compact(text)
        return (table.get(spelt) or Bad(code)) if spelt else None

    return one


def several(table: Table, code: str = "choice_unknown") -> Coercion:
    """Return a coercion to a set of values, joined by commas in any order."""

    def many(text: str) -> frozenset[str] | Bad | None:
        parts = [part for part in _JOINTS.split(compact(text)) if part]
        if not parts:
            return None
        found = [table.get(part) for part in parts]
        return Bad(code) if None in found else frozenset(part for part in found if part)

    return many


def work_place(region: str) -> Coercion:
    """Return the coercion of a place of work: one of the table, or a place seen from a region.

    A place in the home city may lie in the county or outside it: that stays a doubt.
    """

    def seen(text: str) -> str | Bad | None:
        spelt = compact(text)
        if not spelt:
            return None
        return WORK_PLACES.get(spelt) or _distance(spelt, region) or Bad("choice_unknown")

    return seen


def _distance(place: str, region: str) -> str:
    home, own_city = region[:2], region[:4]
    if not home.strip("0"):
        return ""
    province = next((code for code, name in PROVINCES.items() if place.startswith(name)), "")
    inner = place.removeprefix(PROVINCES.get(province, "")).removeprefix("省")
    city = next((code for code, name in CITIES.items() if inner.startswith(name)), "")
    if (province and province != home) or (not province and city and city[:2] != home):
        return OTHER_PROVINCE
    inside = city and city[:2] == home and len(own_city.strip("0")) > len(home)
    return SAME_PROVINCE if inside and city != own_city else ""


def present(text: str) -> bool | Bad | None:
    """Return a flag of something that is there or not: 是, 有 or 否, 无."""
    spelt = compact(text)
    return {"有": True, "无": False}[spelt] if spelt in ("有", "无") else yes_no(text)


def year(code: str, *, least: int, most: int) -> Coercion:
    """Return a coercion to a year, written with or without its word."""
    number = whole(code, least=least, most=most)

    def read(text: str) -> int | Bad | None:
        found: int | Bad | None = number(_YEAR_WORD.sub("", figure(text)))
        return found

    return read


def yes_no(text: str) -> bool | Bad | None:
    """Return a flag: 是 or 否."""
    spelt = compact(text)
    if not spelt:
        return None
    found = _YES.get(spelt)
    return Bad("yesno_invalid") if found is None else found


def whole(code: str, *, least: int = 0, most: int = 999_999_999) -> Coercion:
    """Return a coercion to a whole number within bounds."""

    def number(text: str) -> int | Bad | None:
        spelt = figure(text).replace(",", "")
        if not spelt:
            return None
        match = _WHOLE.fullmatch(spelt)
        if match is None or not least <= int(match.group(1)) <= most:
            return Bad(code)
        return int(match.group(1))

    return number


def fen(code: str, *, yuan: int = 1, limits: tuple[int, int] = _ANY_FEN) -> Coercion:
    """Return a coercion to exact fen of an amount written in units of so many yuan.

    An amount beyond the limits, for which no rule is made, cannot go in.
    """
    exact = _exact(code, yuan)

    def amount(text: str) -> int | Bad | None:
        found = exact(text)
        beyond = isinstance(found, int) and not limits[0] <= found <= limits[1]
        return Bad("amount_out_of_range") if beyond else found

    return amount


def _exact(code: str, yuan: int) -> Callable[[str], int | Bad | None]:
    def amount(text: str) -> int | Bad | None:
        spelt = ungrouped(figure(text))
        if not spelt:
            return None
        plain = _PLAIN_MONEY.fullmatch(spelt) if yuan == 1 else None
        if plain is not None:
            sign, whole_yuan, rest = plain.groups()
            value = int(whole_yuan) * 100 + int((rest or "0").ljust(2, "0"))
            return -value if sign else value
        if not _NUMBER.fullmatch(spelt):
            return Bad(code)
        try:
            return money.from_yuan(Decimal(spelt) * yuan)
        except money.MoneyError:
            return Bad(code, "decimals")

    return amount


def day(text: str) -> datetime.date | Bad | None:
    """Return a date; a month without a day is its first day."""
    spelt = figure(_CLOCK.sub("", normalise(text.replace("．", "."))))
    if not spelt:
        return None
    if _OCTOBER_OR_JANUARY.fullmatch(spelt):
        return Bad("date_ambiguous")
    spelt = _POINT_ZERO.sub(r"\1", spelt)
    for shape in _DAY_SHAPES:
        match = shape.fullmatch(spelt)
        if match is not None:
            parts = match.groupdict(default="1")
            return _date(int(parts["y"]), int(parts["m"]), int(parts.get("d", "1")))
    return Bad("date_invalid")


def _date(year: int, month: int, day_: int) -> datetime.date | Bad:
    if year < _EARLIEST_YEAR or not is_day(year * 10_000 + month * 100 + day_):
        return Bad("date_invalid", "impossible")
    return datetime.date(year, month, day_)


def day_until(last: datetime.date) -> Coercion:
    """Return a coercion to a date that is not after the day of the statement."""

    def until(text: str) -> datetime.date | Bad | None:
        found = day(text)
        late = isinstance(found, datetime.date) and found > last
        return Bad("date_invalid", "future") if late else found

    return until


def cached(convert: Coercion, *, most: int = 20_000) -> Coercion:
    """Return the same coercion, remembering the distinct texts of a file."""
    seen: dict[str, Any] = {}

    def remembered(text: str) -> Any:
        try:
            return seen[text]
        except KeyError:
            if len(seen) >= most:
                seen.clear()
            value = seen[text] = convert(text)
            return value

    return remembered
