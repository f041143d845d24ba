"""文字: one spelling for what people type in many ways."""

import re
import unicodedata

MIDDLE_DOT = "·"
# U+FF0E must go before NFKC, which would turn it into a full stop.
_DOTS = re.compile("[•‧∙⋅・･．●]")
# Raised, lowered, circled and other figures: 8² is not 82, and ① is not 1.
_FIGURES = re.compile(
    "([\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u207e\u2080-\u208e\u2150-\u215f\u2189\u2460-\u24ff"
    "\u2776-\u2793\u3220-\u3229\u3248-\u324f\u3251-\u325f\u3280-\u3289\u32b1-\u32bf"
    "\U0001f100-\U0001f10c\U0001d7ce-\U0001d7ff]+)"
)
_SPACES = re.compile(r"[\s\u200b\u200c\u200d\u2060\ufeff]+")
_GROUPED = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HAN_STOP_HAN = re.compile(rf"(?<=[{_HAN}])\.(?=[{_HAN}])")


def normalise(value: str) -> str:
    """Return `value` in half width, with one spelling of the middle dot and single spaces.

    Raised and circled figures stay what they are: no number is made of them.
    """
    dotted = _DOTS.sub(MIDDLE_DOT, value)
    parts = _FIGURES.split(dotted)
    parts[::2] = [unicodedata.normalize("NFKC", part) for part in parts[::2]]
    return _SPACES.sub(" ", "".join(parts)).strip()


def compact(value: str) -> str:
    """Return `value` normalised and without any space: for codes, numbers and headers."""
    found = normalise(value).replace(" ", "")
    # NFKC can make a space (of a bare accent); without it the accent joins its neighbour.
    return found if found == value else compact(found)


def figure(text: str) -> str:
    """Return a number or a date in one spelling: a full-width stop is a decimal point here."""
    return compact(text.replace("．", "."))


def ungrouped(value: str) -> str:
    """Return a number without the commas of its thousands; other text as it is: 1,2 is no 12."""
    return value.replace(",", "") if _GROUPED.fullmatch(value) else value


def person_name(value: str) -> str:
    """Return a name without spaces, its parts joined by the middle dot (阿依古丽·买买提)."""
    return _HAN_STOP_HAN.sub(MIDDLE_DOT, compact(value))
