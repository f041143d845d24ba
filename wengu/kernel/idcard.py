"""公民身份号码: GB 11643 numbers, and the disability numbers built on them.

The address code is not judged here: numbers of abolished counties live on, and libraries that
compare the birth year with the founding of the county reject our oldest people.
"""

import datetime
import re
from typing import Literal, NamedTuple

from wengu.kernel.dates import from_day, is_day
from wengu.kernel.text import compact

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
PLACEHOLDER = "999999"
"""National export: the person has no papers; the number is not an identity."""

DISABILITY_TYPES = {1: "视力", 2: "听力", 3: "言语", 4: "肢体", 5: "智力", 6: "精神", 7: "多重"}
DISABILITY_GRADES = {1: "一级", 2: "二级", 3: "三级", 4: "四级"}

# A disability certificate's own characters follow the number of its holder.
_NUMBER = 18
# A certificate that was issued again may carry a letter where it counts the times (B1).
_SHAPE = re.compile(r"[0-9]{17}[0-9X]([0-9]{2}([0-9A-Z]{2})?)?")
_OLD_SHAPE = re.compile(r"[0-9]{15}")
_EARLIEST_BIRTH = 1880_01_01
_BIRTH = slice(6, 14)
_SEX_DIGIT = 16


class Disability(NamedTuple):
    """残疾类别与等级: type 1-7 and grade 1-4, as printed in the certificate number."""

    type: int
    grade: int


def check_character(first17: str) -> str:
    """Return the check character of the first seventeen digits."""
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, first17, strict=True))
    return CHECK_CHARACTERS[total % 11]


def _spell(number: str) -> str:
    return compact(number).upper()


def is_placeholder(number: str) -> bool:
    """Say whether this is the export's stand-in for a person without papers."""
    return _spell(number).startswith(PLACEHOLDER)


def person_key(number: str) -> str:
    """Return by which part of a number its person is known: the first 18 characters, unjudged."""
    return number[:_NUMBER]


def first18(number: str) -> str | None:
    """Return the identity number within an 18-, 20- or 22-character number.

    None = another shape, or a placeholder. The checksum is not judged: see `is_valid`.
    """
    spelt = _spell(number)
    if is_placeholder(spelt) or not _SHAPE.fullmatch(spelt):
        return None
    return person_key(spelt)


def is_valid(number: str, *, on: datetime.date | None = None) -> bool:
    """Say whether 18 characters carry a real date and the right check character.

    With `on` given, a birth after that day is refused too.
    """
    spelt = _spell(number)
    if len(spelt) != len(WEIGHTS) + 1 or first18(spelt) is None:
        return False
    born = birth_date(spelt)
    if born is None or (on is not None and born > on):
        return False
    return check_character(spelt[:17]) == spelt[17]


def birth_date(number: str) -> datetime.date | None:
    """Return the birth date written in the number; None = no such day or no identity."""
    spelt = first18(number)
    if spelt is None:
        return None
    day = int(spelt[_BIRTH])
    return from_day(day) if day >= _EARLIEST_BIRTH and is_day(day) else None


def sex(number: str) -> Literal["男", "女"] | None:
    """Return the sex written in the number; None = no identity."""
    spelt = first18(number)
    if spelt is None:
        return None
    return "男" if int(spelt[_SEX_DIGIT]) % 2 else "女"


def disability(number: str) -> Disability | None:
    """Return the type and grade of a 20- or 22-character number; None = it carries none."""
    spelt = _spell(number)
    if len(spelt) == len(WEIGHTS) + 1 or first18(spelt) is None:
        return None
    found = Disability(int(spelt[18]), int(spelt[19]))
    return found if found.type in DISABILITY_TYPES and found.grade in DISABILITY_GRADES else None


def upgrade15(number: str) -> str | None:
    """Return the 18-character form of an old 15-digit number (born in 19yy); None = not one."""
    spelt = _spell(number)
    if not _OLD_SHAPE.fullmatch(spelt) or is_placeholder(spelt):
        return None
    first17 = spelt[:6] + "19" + spelt[6:]
    return first17 + check_character(first17)


def complete(first17: str) -> str:
    """Return the number that begins with these seventeen digits."""
    return first17 + check_character(first17)
