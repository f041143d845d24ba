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
import posixpath
import re
import resource
import sys
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any
from xml.etree import ElementTree

from python_calamine import CalamineError, PasswordError, SheetVisibleEnum, load_workbook

MEMORY = 1 << 30
SECONDS = 60
PIECE = 500
ROWS = 200_000
COLUMNS = 256
"""The width of the older workbooks (column IV); the national export has about 177 columns."""
FIELD = 32_767
_UNPACKED = 200 << 20
_BLOCK = 1 << 20
_OVERLAP = 64
_LONGEST_CELL = 8 << 20
_EMPTY_FAR = 200_000
# Beyond this Excel keeps fifteen digits only: what it shows then is all that is left.
_EXACT = 1e15

# Cells beyond column IV or row 199999: three letters, JA and later, or IW to IZ.
_FAR = re.compile(
    rb"""\br\s*=\s*["'](?:[A-Za-z]{3,}|[J-Zj-z][A-Za-z]|[Ii][W-Zw-z])[0-9]"""
    rb"""|\br\s*=\s*["'][A-Za-z]+(?:[2-9][0-9]{5}|[0-9]{7,})["']"""
)
_CELL = rb"<(?:\w+:)?c\b"
_END = rb"</(?:\w+:)?c\s*>"
_CELL_START = re.compile(_CELL)
_ANY_CELL = re.compile(_CELL + rb"([^<>]*?)(?:/>|>(.*?)" + _END + rb")", re.DOTALL)
_ERROR_CELL = re.compile(
    _CELL + rb"""([^<>]*\bt\s*=\s*["']e["'][^<>]*)(?<!/)>(.*?)""" + _END, re.DOTALL
)
_FORMULA_CELL = re.compile(
    _CELL + rb"([^<>]*)(?<!/)>\s*<(?:\w+:)?f\b([^<>]*?)(?:/>|>(.*?)</(?:\w+:)?f\s*>)(.*?)" + _END,
    re.DOTALL,
)
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*?(?:/>|>(.*?)</(?:\w+:)?v\s*>)", re.DOTALL)
_CONTENT = re.compile(rb"<(?:\w+:)?(?:v|t|f)\b[^>]*?(?<!/)>[^<]|<(?:\w+:)?f\b")
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,3})([0-9]{1,7})["']""")
_TYPE = re.compile(rb"""\bt\s*=\s*["'](\w+)["']""")
_RECALCULATED = re.compile(rb"""\bfullCalcOnLoad\s*=\s*["'](?:1|true)["']""")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&"}
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_BOOK_PARTS = ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")
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


Marks = dict[int, dict[int, str]]


@dataclass
class Scan:
    """初查: what a workbook's parts hold, read before anything is built from them.

    `marks` are the cells whose content calamine does not tell, by part, row and column (from 0):
    an error shows its own text, and a formula that nobody has calculated shows the formula.
    """

    total: int = 0
    far: int = 0
    untrusted: bool = False
    """The workbook asks to be calculated anew when it is opened: a 0 is no result."""
    marks: dict[str, Marks] = field(default_factory=dict)


def workbook(data: bytes) -> Iterator[dict[str, Any]]:
    """Yield the sheets of a workbook, piece by piece."""
    found = scan(data)
    parts = _parts(data) if found.marks else []
    book = load_workbook(io.BytesIO(data))
    for index, about in enumerate(book.sheets_metadata):
        hidden = about.visible is not SheetVisibleEnum.Visible
        sheet = book.get_sheet_by_index(index)
        marks = found.marks.get(parts[index], {}) if index < len(parts) else {}
        if sheet.start is None:
            yield _piece(index, about.name, 1, [], hidden=hidden)
            continue
        if sheet.total_width > COLUMNS:
            raise Refused("too_wide")
        if sheet.total_height > ROWS:
            raise Refused("too_long")
        rows = ([cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False))
        yield from _pieces(index, about.name, _marked(rows, marks), hidden=hidden)


def _parts(data: bytes) -> list[str]:
    """Return the part of each sheet, in the order of the workbook."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = {name.lower(): name for name in archive.namelist()}
        try:
            book, links = (_tree(archive.read(names[part])) for part in _BOOK_PARTS)
        except (KeyError, ElementTree.ParseError):
            raise Refused("damaged") from None
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    sheets = (node for node in book.iter() if node.tag.rpartition("}")[2] == "sheet")
    return [_part(targets.get(sheet.get(_RELATION), "")) for sheet in sheets]


def _tree(content: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(content)  # noqa: S314 (a DTD is refused by the scan before)


def _part(target: str) -> str:
    return posixpath.normpath(posixpath.join("/xl", target)).lstrip("/").lower()


def _marked(rows: Iterable[list[str]], marks: Marks) -> Iterator[list[str]]:
    """Put the texts of marked cells in; rows that hold nothing else are added below."""
    number = 0
    for number, row in enumerate(rows, start=1):
        yield _with(row, marks[number]) if number in marks else row
    for below in range(number + 1, max(marks, default=0) + 1):
        yield _with([], marks.get(below, {}))


def _with(row: list[str], marks: dict[int, str]) -> list[str]:
    row += [""] * (max(marks, default=0) + 1 - len(row))
    for column, text in marks.items():
        row[column] = text
    return row


def scan(data: bytes) -> Scan:
    """Refuse a workbook with content in far cells, a DTD or too much content, before it is built.

    A far cell that is only coloured harms nobody: calamine keeps no empty cells.
    """
    found = Scan()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        # The sheets last: whether a 0 is trusted, the workbook's own part says.
        for entry in sorted(archive.infolist(), key=lambda each: _is_sheet(each.filename)):
            name = entry.filename.lower()
            with archive.open(entry) as stream:
                if _is_sheet(name):
                    _scan_sheet(stream, found, name)
                elif name.endswith((".xml", ".rels", ".vml")):
                    _scan_part(stream, found)
    return found


def _is_sheet(name: str) -> bool:
    return name.lower().startswith("xl/worksheets/") and not name.lower().endswith(".rels")


def _scan_part(stream: IO[bytes], found: Scan) -> None:
    rest = b""
    for window in _windows(stream, found):
        found.untrusted = found.untrusted or _RECALCULATED.search(rest + window) is not None
        if _DECLARED.search(rest + window):
            raise Refused("declares")
        rest = window[-_OVERLAP:]


def _windows(stream: IO[bytes], found: Scan) -> Iterator[bytes]:
    while block := stream.read(_BLOCK):
        found.total += len(block)
        if found.total > _UNPACKED:
            raise Refused("too_large")
        yield block


def _scan_sheet(stream: IO[bytes], found: Scan, part: str) -> None:
    """Look at whole cells only: the last cell of a window waits for the next one."""
    rest = b""
    for block in _windows(stream, found):
        window = rest + block
        if _DECLARED.search(window):
            raise Refused("declares")
        if b"\x00" in block:
            raise Refused("damaged")
        cut = _last_cell(window)
        _scan_cells(window[:cut], found, part)
        rest = window[cut:]
        if len(rest) > _LONGEST_CELL:
            raise Refused("damaged")
    _scan_cells(rest, found, part)


def _last_cell(window: bytes) -> int:
    """Return where the last cell of a window begins; without one, its last tag."""
    for start in (max(0, len(window) - FIELD), 0):
        places = [match.start() for match in _CELL_START.finditer(window, start)]
        if places:
            return places[-1]
    return max(0, window.rfind(b"<"))


def _scan_cells(window: bytes, found: Scan, part: str) -> None:
    if _FAR.search(window):
        _count_far(window, found)
    if b'"e"' in window or b"'e'" in window:
        for attributes, content in _ERROR_CELL.findall(window):
            value = _VALUE.search(content)
            _mark(found, part, attributes, _text(value.group(1) if value else b"") or "#N/A")
    if b"<f" in window or b":f" in window:
        for attributes, _, formula, content in _FORMULA_CELL.findall(window):
            if _uncalculated(attributes, content, untrusted=found.untrusted):
                _mark(found, part, attributes, "=" + _text(formula))


def _count_far(window: bytes, found: Scan) -> None:
    for attributes, content in _ANY_CELL.findall(window):
        if _FAR.search(attributes):
            found.far += 1
            if found.far > _EMPTY_FAR or _CONTENT.search(content):
                raise Refused("too_wide")


def _uncalculated(attributes: bytes, content: bytes, *, untrusted: bool) -> bool:
    """Say whether a formula has no result: an empty text is one, an empty number is none."""
    value = _VALUE.search(content)
    result = value.group(1) if value else b""
    kind = _TYPE.search(attributes)
    if value is not None and kind is not None and kind.group(1) == b"str":
        return False
    return not result or (untrusted and result == b"0")


def _mark(found: Scan, part: str, attributes: bytes, text: str) -> None:
    place = _PLACE.search(attributes)
    if place is None:  # written by no usual program: opened and saved once, it says where it is
        raise Refused("damaged")
    column = 0
    for letter in place.group(1).upper():
        column = column * 26 + letter - ord("A") + 1
    rows = found.marks.setdefault(part, {})
    rows.setdefault(int(place.group(2)), {})[column - 1] = text


def _text(content: bytes) -> str:
    text = content.decode("utf-8", "replace")[:FIELD]
    for entity, character in _ENTITIES.items():
        text = text.replace(entity, character)
    return text.strip()


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
