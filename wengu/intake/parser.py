"""解析: turns the bytes of a workbook into lines of text cells, inside a process of its own.

It runs alone (`python -I parser.py`), with limits on memory and processor time, and imports nothing
of the house: a hostile file can end this process, never the service. Bytes arrive on standard
input, lines of JSON leave on standard output: {"sheet", "name", "hidden", "first", "rows"} for a
piece of a sheet, and last {"end": true} or {"refused": reason}.
"""

import csv
import datetime
import io
import json
import re
import resource
import sys
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

from python_calamine import CalamineError, PasswordError, SheetVisibleEnum, load_workbook

MEMORY = 1 << 30
SECONDS = 60
PIECE = 500
ROWS = 200_000
COLUMNS = 100
FIELD = 32_767
_UNPACKED = 200 << 20
_BLOCK = 1 << 20
_OVERLAP = 64
# Beyond this Excel keeps fifteen digits only: what it shows then is all that is left.
_EXACT = 1e15

_FAR = re.compile(
    rb"""\br\s*=\s*["'](?:[A-Za-z]{3,}|[D-Zd-z][A-Za-z]|[Cc][W-Zw-z])[0-9]"""
    rb"""|\br\s*=\s*["'][A-Za-z]*(?:[2-9][0-9]{5}|[0-9]{7,})["']"""
)
_DECLARED = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_WRAPPED = re.compile(r'="(.*)"', re.DOTALL)


class Refused(Exception):
    """退回: the file is not read; the reason is a short word that the reader explains."""


def main() -> None:
    """Read standard input, write pieces to standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    data = sys.stdin.buffer.read()
    out = sys.stdout
    try:
        pieces = workbook(data) if sys.argv[1] == "xlsx" else table(data)
        for piece in pieces:
            out.write(json.dumps(piece, ensure_ascii=True, separators=(",", ":")) + "\n")
        last: dict[str, Any] = {"end": True}
    except Refused as reason:
        last = {"refused": str(reason)}
    except PasswordError:
        last = {"refused": "encrypted"}
    except (CalamineError, zipfile.BadZipFile, ValueError, OSError):
        last = {"refused": "damaged"}
    except MemoryError:
        last = {"refused": "too_large"}
    out.write(json.dumps(last) + "\n")
    out.flush()


def workbook(data: bytes) -> Iterator[dict[str, Any]]:
    """Yield the sheets of a workbook, piece by piece."""
    scan(data)
    book = load_workbook(io.BytesIO(data))
    for index, about in enumerate(book.sheets_metadata):
        hidden = about.visible is not SheetVisibleEnum.Visible
        sheet = book.get_sheet_by_index(index)
        if sheet.start is None:
            yield _piece(index, about.name, 1, [], hidden=hidden)
            continue
        if sheet.total_width > COLUMNS:
            raise Refused("too_wide")
        if sheet.total_height > ROWS:
            raise Refused("too_long")
        rows = ([cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False))
        yield from _pieces(index, about.name, rows, hidden=hidden)


def scan(data: bytes) -> None:
    """Refuse a workbook with far cells, a DTD or too much content, before it is built."""
    total = 0
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for entry in archive.infolist():
            if not entry.filename.lower().endswith((".xml", ".rels", ".vml")):
                continue
            cells = entry.filename.startswith("xl/worksheets/")
            with archive.open(entry) as stream:
                total = _scan_part(stream.read, total, cells=cells)


def _scan_part(read: Callable[[int], bytes], total: int, *, cells: bool) -> int:
    rest = b""
    while block := read(_BLOCK):
        total += len(block)
        if total > _UNPACKED:
            raise Refused("too_large")
        window = rest + block
        if _DECLARED.search(window):
            raise Refused("declares")
        if cells and b"\x00" in window:
            raise Refused("damaged")
        if cells and _FAR.search(window):
            raise Refused("too_wide")
        rest = window[-_OVERLAP:]
    return total


def cell(value: object) -> str:
    """Return the text of a cell as the clerk sees it."""
    if type(value) is str:
        return _unwrapped(value) if value.startswith('="') else value[:FIELD]
    if type(value) is float:
        return number(value)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ", timespec="seconds").removesuffix(" 00:00:00")
    return str(value)


def number(value: float) -> str:
    """Return a number as Excel shows it; the exponent of a long one says that it is cut."""
    if abs(value) >= _EXACT:
        return f"{value:.5E}"
    text = format(value, ".15g")
    return text if "e" not in text else format(value, ".15f").rstrip("0").rstrip(".")


def _unwrapped(value: str) -> str:
    match = _WRAPPED.fullmatch(value.strip())
    return match.group(1).replace('""', '"') if match else value[:FIELD]


def table(data: bytes) -> Iterator[dict[str, Any]]:
    """Yield the rows of a text table in GB18030, UTF-8 or Excel's Unicode text."""
    text = decoded(data)
    if "\x00" in text:
        raise Refused("damaged")
    csv.field_size_limit(FIELD)
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
        yield from _pieces(0, "", _even(rows))
    except csv.Error:
        raise Refused("damaged") from None


def decoded(data: bytes) -> str:
    """Return the text: a mark decides, else strict UTF-8, else strict GB18030."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("encoding")


def _delimiter(text: str) -> str:
    head = text[:4096]
    return max((",", "\t", ";"), key=lambda mark: (head.count(mark), mark == ","))


def _even(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    for count, row in enumerate(rows, start=1):
        if count > ROWS:
            raise Refused("too_long")
        if len(row) > COLUMNS:
            raise Refused("too_wide")
        yield [_unwrapped(value) if value.startswith('="') else value for value in row]


def _pieces(
    index: int, name: str, rows: Iterator[list[str]], *, hidden: bool = False
) -> Iterator[dict[str, Any]]:
    piece: list[list[str]] = []
    first = 1
    for row in rows:
        piece.append(row)
        if len(piece) == PIECE:
            yield _piece(index, name, first, piece, hidden=hidden)
            first += PIECE
            piece = []
    yield _piece(index, name, first, piece, hidden=hidden)


def _piece(
    index: int, name: str, first: int, rows: list[list[str]], *, hidden: bool
) -> dict[str, Any]:
    return {"sheet": index, "name": name, "hidden": hidden, "first": first, "rows": rows}


if __name__ == "__main__":
    main()
