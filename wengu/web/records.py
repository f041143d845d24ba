"""决定记录: the records of how the document is read, as blocks of a page."""

import re
from dataclasses import dataclass
from functools import cache

from wengu.policy import records


@dataclass(frozen=True, slots=True)
class Block:
    """一段: a heading (h2), a paragraph (p), or a list (ul) with its items."""

    kind: str
    text: str = ""
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """决定记录: number, title and text."""

    number: str
    title: str
    blocks: tuple[Block, ...]


@cache
def record(number: str) -> Record | None:
    """Return a decision record; None where it is not there."""
    text = records.text(number)
    if text is None:
        return None
    first, *rest = text.splitlines()
    return Record(number, first.removeprefix("# ").split(". ", 1)[-1], tuple(_blocks(rest)))


def _blocks(lines: list[str]) -> list[Block]:
    """Return the blocks: headings, paragraphs whose lines are joined, and lists."""
    blocks: list[Block] = []
    for part in re.split(r"\n\s*\n|(?=\n## )|(?<=\n)(?=- )", "\n" + "\n".join(lines)):
        text = part.strip().replace("`", "").replace("**", "")
        if not text:
            continue
        if text.startswith("## "):
            head, _, body = text.partition("\n")
            blocks.append(Block("h2", head.removeprefix("## ")))
            text = body.strip()
            if not text:
                continue
        joined = " ".join(line.strip() for line in text.splitlines())
        if not joined.startswith("- "):
            blocks.append(Block("p", joined))
        elif blocks and blocks[-1].kind == "ul":
            blocks[-1] = Block("ul", items=(*blocks[-1].items, joined[2:]))
        else:
            blocks.append(Block("ul", items=(joined[2:],)))
    return blocks
