"""条款: the document, sentence by sentence, with its numbers, headings and English.

The text is the package's own data (`text/2020.md`). The heading of a subsection is its sentence 1,
as in the checklist; a heading in [brackets] is ours where the document gives none.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_DIGITS = "〇一二三四五六七八九"
_HEADING = re.compile(r"^(#{2,4}) (\d+(?:\.\d+)*)(?: (.+))?$")
_LEVEL_SECTION, _LEVEL_SUBSECTION, _LEVEL_CLAUSE = 2, 3, 4


class UnknownClauseError(LookupError):
    """条款不存在: no sentence of the document has this number."""


@dataclass(frozen=True, slots=True)
class Clause:
    """条款: one numbered sentence of the document, with its English."""

    number: str
    section: str
    text: str
    text_en: str

    @property
    def number_zh(self) -> str:
        """Return the number as the document writes it: 二（四）3; 序1 in the preamble."""
        section, sentence = self.number.rsplit(".", 1)
        if section == "0":
            return f"序{sentence}"
        part, sub = section.split(".")
        return f"{_DIGITS[int(part)]}（{_DIGITS[int(sub)]}）{sentence}"

    @property
    def number_en(self) -> str:
        """Return the number as an English reader writes it: 2(4)3; P1 in the preamble."""
        section, sentence = self.number.rsplit(".", 1)
        if section == "0":
            return f"P{sentence}"
        part, sub = section.split(".")
        return f"{part}({sub}){sentence}"

    def quotes(self, words: str) -> bool:
        """Return whether these exact words stand in the clause."""
        return bool(words) and words in self.text


@dataclass(frozen=True, slots=True)
class Section:
    """章节: a part or subsection of the document, for the side navigation."""

    number: str
    heading: str
    heading_en: str
    clauses: tuple[Clause, ...]
    sections: tuple["Section", ...] = ()

    def walk(self) -> Iterator["Section"]:
        """Yield this section and all below it, in the document's order."""
        yield self
        for child in self.sections:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class _Block:
    level: int
    number: str
    heading: str
    text: str
    text_en: str


def _blocks(source: str) -> Iterator[_Block]:
    """Yield headed blocks of the text file; lines after > are the English of the block."""
    body = re.sub(r"<!--.*?-->", "", source, flags=re.DOTALL)
    level, number, heading = 0, "", ""
    lines: list[str] = []
    for line in [*body.splitlines(), "## 9 end"]:
        match = _HEADING.match(line)
        if match is None:
            lines.append(line)
            continue
        if level:
            chinese = "\n".join(row for row in lines if row and not row.startswith("> "))
            english = "\n".join(row[2:] for row in lines if row.startswith("> "))
            yield _Block(level, number, heading, chinese, english)
        level, number, heading, lines = len(match[1]), match[2], match[3] or "", []


@cache
def _read() -> tuple[tuple[_Block, ...], dict[str, Clause]]:
    source = files("wengu.policy").joinpath("text/2020.md").read_text(encoding="utf-8")
    blocks = tuple(_blocks(source))
    found: dict[str, Clause] = {}
    for block in blocks:
        if block.level == _LEVEL_CLAUSE:
            section = block.number.rsplit(".", 1)[0]
            found[block.number] = Clause(block.number, section, block.text, block.text_en)
    return blocks, found


def clauses() -> tuple[Clause, ...]:
    """Return every clause, in the document's order."""
    return tuple(_read()[1].values())


def clause(number: str) -> Clause:
    """Return one clause; an unknown number raises UnknownClauseError."""
    try:
        return _read()[1][number]
    except KeyError:
        message = f"条款 {number} 不存在：本意见没有这一句"
        raise UnknownClauseError(message) from None


def _bare(text: str) -> str:
    """Return a heading sentence without its full stop."""
    return text.rstrip("。.")


def _subsections(part: str) -> tuple[Section, ...]:
    numbers = dict.fromkeys(c.section for c in clauses() if c.section.startswith(f"{part}."))
    given = {b.number: b for b in _read()[0] if b.level == _LEVEL_SUBSECTION}
    result = []
    for number in numbers:
        own = tuple(c for c in clauses() if c.section == number)
        block = given.get(number)
        heading = block.heading.strip("[]") if block else _bare(own[0].text)
        heading_en = block.text_en if block else _bare(own[0].text_en)
        result.append(Section(number, heading, heading_en, own))
    return tuple(result)


@cache
def sections() -> tuple[Section, ...]:
    """Return the tree of headings: preamble, three parts, and the subsections of each."""
    result = []
    for block in _read()[0]:
        if block.level == _LEVEL_SECTION:
            own = tuple(c for c in clauses() if c.section == block.number)
            heading = block.heading.strip("[]")
            below = _subsections(block.number)
            result.append(Section(block.number, heading, block.text_en, own, below))
    return tuple(result)


def original() -> str:
    """Return the document as it was issued, before it was numbered."""
    return files("wengu.policy").joinpath("text/2020.txt").read_text(encoding="utf-8")
