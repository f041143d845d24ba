"""表头: finds the header row and the sheet's kind by the headers that it knows."""

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from wengu.intake.spec import Layout, Spec
from wengu.kernel.text import compact

SEARCHED = 10
"""A header stands in the first ten rows, below any title."""
_FEWEST = 4
_YEAR_WORDS = ("年", "年度")


@dataclass(frozen=True, slots=True)
class Recognition:
    """认出: the kind of a sheet, its layout, its header row (from 0) and which column is which.

    `again` are the columns whose field another column before them holds already.
    """

    spec: Spec
    layout: str
    row: int
    fields: dict[str, int]
    lacking: tuple[str, ...]
    score: float
    again: tuple[tuple[int, int], ...] = ()


@functools.lru_cache(maxsize=4096)
def spell(header: str) -> str:
    """Return a header in one spelling: half width, no spaces, no mark of a required column."""
    return compact(header).strip("*:").replace("\n", "")


def recognise(
    rows: Sequence[Sequence[str]], specs: Iterable[Spec], period: int | None = None
) -> Recognition | None:
    """Return what fits best among the first rows; None where no row looks like a header.

    A header that names the year of its amounts is known where this is the period of the sheet.
    """
    best: Recognition | None = None
    for spec in specs:
        aliases = _aliases(spec, period)
        for index, row in enumerate(rows[:SEARCHED]):
            found = _match(spec, aliases, index, [spell(cell) for cell in row])
            if found is not None and (best is None or _rank(found) > _rank(best)):
                best = found
    return best


def _rank(found: Recognition) -> tuple[bool, float]:
    return not found.lacking, found.score


def _aliases(spec: Spec, period: int | None) -> dict[str, str]:
    plain = {spell(header): column.field for column in spec.columns for header in column.headers}
    if period is None:
        return plain
    dated = {header: name for header, name in plain.items() if name in spec.dated_amounts}
    return plain | {
        f"{period}{word}{header}": name for header, name in dated.items() for word in _YEAR_WORDS
    }


def _match(
    spec: Spec, aliases: dict[str, str], index: int, headers: list[str]
) -> Recognition | None:
    fields: dict[str, int] = {}
    again: list[tuple[int, int]] = []
    for position, header in enumerate(headers):
        name = aliases.get(header)
        if name is not None and fields.setdefault(name, position) != position:
            again.append((fields[name], position))
    if len(fields) < _FEWEST:
        return None
    lacking = tuple(c.headers[0] for c in spec.columns if c.required and c.field not in fields)
    layout, score = _layout(spec.layouts, frozenset(header for header in headers if header))
    share = score + len(fields) / 1000
    return Recognition(spec, layout, index, fields, lacking, share, tuple(again))


def _layout(layouts: Sequence[Layout], headers: frozenset[str]) -> tuple[str, float]:
    """Return the generation whose own headers are shared most."""

    def share(layout: Layout) -> float:
        own = frozenset(spell(header) for header in layout.headers)
        return len(own & headers) / len(own | headers)

    best = max(layouts, key=share)
    return best.name, share(best)
