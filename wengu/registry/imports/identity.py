"""证件号码: what a number says of its holder, and everything that can be wrong with it."""

import datetime
import re
from typing import NamedTuple

from wengu.kernel.dates import from_day, is_day, years_between
from wengu.kernel.idcard import (
    CHECK_CHARACTERS,
    DISABILITY_GRADES,
    DISABILITY_TYPES,
    PLACEHOLDER,
    WEIGHTS,
    person_key,
)
from wengu.kernel.text import compact
from wengu.registry.imports.coerce import no_content

RESIDENT, DISABILITY, NO_PAPERS = "resident", "disability", "placeholder"
LENGTHS = (18, 20, 22)
_OLDEST = 120
_PROVINCES = (
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 "
    "61 62 63 64 65 71 81 82"
)
_ORDINARY = re.compile(r"[0-9]{17}[0-9X](?:[0-9]{2}(?:[0-9]{2})?)?", re.ASCII)
# A certificate that was issued again may carry a letter where it counts the times (B1).
_SHAPE = re.compile(r"[0-9]{17}[0-9X](?:[0-9]{2}(?:[0-9A-Z]{2})?)?", re.ASCII)
_EXPONENT = re.compile(r"[0-9.]+E\+?[0-9]+", re.IGNORECASE)
_CUT = "000"


class Identity(NamedTuple):
    """身份: `number` as normalised; `key` its first 18 characters, empty where nobody is meant.

    `codes` are the doubts; birth, sex and disability are read from a valid number only.
    """

    number: str
    key: str = ""
    kind: str = RESIDENT
    birth: datetime.date | None = None
    sex: str = ""
    disability: str | None = None
    codes: tuple[str, ...] = ()


def identity(text: str, *, on: datetime.date) -> Identity:
    """Read a number as it stood in the cell; `on` is the day of the statement."""
    if _ORDINARY.fullmatch(text) and not text.startswith(PLACEHOLDER):
        number, code = text, ""
    else:
        number, code = _shaped(text)
    if code:
        kind = NO_PAPERS if code == "id_placeholder" else RESIDENT
        return Identity(number, kind=kind, codes=(code,))
    key = person_key(number)
    if not _checked(key):
        cut = len(number) == len(key) and number.endswith(_CUT)
        return Identity(number, codes=("id_truncated" if cut else "id_checksum",))
    return _valid(number, key, on)


def _shaped(text: str) -> tuple[str, str]:
    """Return a number in one spelling, and what is wrong with its shape."""
    wrong = no_content(text)
    if wrong is not None:
        return wrong.why, wrong.code
    number = _spell(text)
    if not number:
        return "", "id_missing"
    if number.startswith(PLACEHOLDER):
        return number, "id_placeholder"
    if _EXPONENT.fullmatch(number) and not number.isdigit():
        return number, "id_truncated"
    if len(number) not in LENGTHS:
        return number, "id_length"
    return number, "" if _SHAPE.fullmatch(number) else "id_characters"


def _spell(text: str) -> str:
    spelt = compact(text).lstrip("'`‘’").upper()
    return spelt.removesuffix(".0")


def _checked(key: str) -> bool:
    total = 0
    for weight, digit in zip(WEIGHTS, key, strict=False):
        total += weight * int(digit)
    return CHECK_CHARACTERS[total % 11] == key[17]


def _valid(number: str, key: str, on: datetime.date) -> Identity:
    day = int(key[6:14])
    birth = from_day(day) if is_day(day) else None
    if birth is None or birth > on or years_between(birth, on) > _OLDEST:
        return Identity(number, codes=("id_birth_impossible",))
    codes = []
    if len(number) == len(key) and key.endswith(_CUT):
        codes.append("id_ends_000")
    if key[:2] not in _PROVINCES:
        codes.append("id_region")
    disability, kind = None, RESIDENT
    if len(number) > len(key):
        kind = DISABILITY
        if int(number[18]) in DISABILITY_TYPES and int(number[19]) in DISABILITY_GRADES:
            disability = number[18:20]
        else:
            codes.append("id_suffix")
        if not number[20:].isdigit() and number[20:]:
            codes.append("id_reissue_letters")
    sex = "男" if int(key[16]) % 2 else "女"
    return Identity(number, key, kind, birth, sex, disability, tuple(codes))
