"""行的读法: the cells of a row as values, by a plan made once for each sheet."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from wengu.intake.spec import Found, Head, RawRow
from wengu.registry.imports.coerce import Bad, Coercion, cached, readable
from wengu.registry.imports.identity import Identity

NOBODY = Identity("")


class Line:
    """行: values by field. A cell that could not be read is None and named in `unread`."""

    __slots__ = ("age", "found", "id", "number", "sheet", "unread", "v")

    def __init__(self, sheet: int, number: int, values: dict[str, Any]) -> None:
        self.sheet = sheet
        self.number = number
        self.v = values
        self.id = NOBODY
        self.age: int | None = None
        self.unread: set[str] | frozenset[str] = frozenset()
        self.found: list[Found] = []

    def doubt(self, code: str, *fields: str, **detail: Any) -> None:
        """Note a doubt about cells of this row."""
        self.found.append(Found(self.sheet, self.number, fields, code, detail))

    def empty(self, field: str) -> bool:
        """Say whether the sheet has the column and its cell is empty (not merely unreadable)."""
        values = self.v
        return field in values and values[field] is None and field not in self.unread


Plan = list[tuple[int, str, Coercion]]


def plans(
    heads: Mapping[int, Head], coercions: Mapping[str, Coercion], *, unique: Iterable[str] = ()
) -> dict[int, Plan]:
    """Return for each sheet which column is read how; unique texts are not remembered."""
    apart = frozenset(unique)
    shared = {
        name: readable(convert) if name in apart else cached(readable(convert))
        for name, convert in coercions.items()
    }
    return {
        sheet: [(at, name, shared[name]) for name, at in head.fields.items() if name in shared]
        for sheet, head in heads.items()
    }


def read_lines(
    rows: Iterable[RawRow], planned: Mapping[int, Plan], *, once: Iterable[str] = ()
) -> Iterable[Line]:
    """Yield the rows as values; a cell that cannot be read is a doubt of its row.

    Columns in `once` are repeated on every row of a household: their doubts are raised there.
    """
    repeated = frozenset(once)
    for sheet, number, cells in rows:
        values: dict[str, Any] = {}
        bad = False
        for index, name, convert in planned[sheet]:
            value = values[name] = convert(cells[index])
            if type(value) is Bad:
                bad = True
        line = Line(sheet, number, values)
        if bad:
            _set_aside(line, repeated)
        yield line


def _set_aside(line: Line, repeated: frozenset[str]) -> None:
    unread = set()
    for name, value in line.v.items():
        if type(value) is Bad:
            unread.add(name)
            if name not in repeated:
                line.doubt(value.code, name, **({"why": value.why} if value.why else {}))
    for name in unread - repeated:
        line.v[name] = None
    line.unread = unread


def text(most: int, clean: Callable[[str], str]) -> Coercion:
    """Return a coercion of free text that fits its column; an empty cell is None."""

    def bounded(cell: str) -> str | Bad | None:
        spelt = clean(cell)
        if len(spelt) > most:
            return Bad("text_too_long")
        return spelt or None

    return bounded
