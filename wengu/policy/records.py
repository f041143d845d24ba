"""决定记录: why words of the document are read as they are; the records are the package's own."""

import re
from functools import cache
from importlib.resources import files

_NUMBER = re.compile(r"(\d{4})-[a-z0-9-]+\.md")


@cache
def _texts() -> dict[str, str]:
    found = {}
    for file in files("wengu.policy").joinpath("adr").iterdir():
        named = _NUMBER.fullmatch(file.name)
        if named:
            found[named[1]] = file.read_text(encoding="utf-8")
    return found


def numbers() -> tuple[str, ...]:
    """Return the numbers of the records, in order."""
    return tuple(sorted(_texts()))


def text(number: str) -> str | None:
    """Return the whole text of a record; None where there is none of this number."""
    return _texts().get(number)
