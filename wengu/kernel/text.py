"""文字: one spelling for what people type in many ways."""

import re
import unicodedata

MIDDLE_DOT = "·"
# U+FF0E must go before NFKC, which would turn it into a full stop.
_DOTS = re.compile("[•‧∙⋅・･．●]")
_SPACES = re.compile(r"[\s\u200b\u200c\u200d\u2060\ufeff]+")
_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HAN_STOP_HAN = re.compile(rf"(?<=[{_HAN}])\.(?=[{_HAN}])")


def normalise(value: str) -> str:
    """Return `value` in half width, with one spelling of the middle dot and single spaces."""
    dotted = _DOTS.sub(MIDDLE_DOT, value)
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", dotted)).strip()


def compact(value: str) -> str:
    """Return `value` normalised and without any space: for codes, numbers and headers."""
    found = normalise(value).replace(" ", "")
    # NFKC can make a space (of a bare accent); without it the accent joins its neighbour.
    return found if found == value else compact(found)


def person_name(value: str) -> str:
    """Return a name without spaces, its parts joined by the middle dot (阿依古丽·买买提)."""
    return _HAN_STOP_HAN.sub(MIDDLE_DOT, compact(value))
