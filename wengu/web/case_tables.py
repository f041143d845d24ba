"""案例表: the cases beside a rule as a table that officials can read."""

import re
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from wengu.kernel.money import FEN_PER_YUAN
from wengu.policy.parameters import definition
from wengu.policy.rules import pack
from wengu.rules import Rule
from wengu.rules.kinds import Fen, Flag
from wengu.web import indicators, parameter_values, wording
from wengu.web.screens import Section
from wengu.web.shapes import Cell, Column, Mark, Row, Table, Text

_RESULT: Final = re.compile(r"(\S+?)(?:\(([^)]*)\))?")
_UNKNOWN, _NONE = "?", "-"


def section(rule: Rule) -> Section | None:
    """Return the cases of a rule as a section; None for a rule without cases."""
    lines = [line.split("#")[0].strip() for line in rule.cases.splitlines()]
    common = [line for line in lines if line.startswith("with ")]
    rest = [line for line in lines if line and not line.startswith("with ")]
    if not rest:
        return None
    names = rest[0].split("|")[0].split()
    columns = (*(Column(_name(rule, name)) for name in names), Column(_("结论")))
    rows = tuple(_row(rule, names, line) for line in rest[1:])
    title = _("%(term)s：案例") % {"term": indicators.term(rule)}
    note = _shared(rule, common)
    return Section(f"cases-{rule.name}", title, Table(title, columns, rows), note)


def _shared(rule: Rule, lines: list[str]) -> str:
    """Return what all cases have in common, as one sentence."""
    pairs = [part.partition("=") for line in lines for part in line.split()[1:]]
    if not pairs:
        return ""
    words = [f"{_name(rule, name)} {_plain(rule, name, text)}" for name, _sign, text in pairs]
    return _("其余都是：%(facts)s") % {"facts": _("，").join(words)}


def _row(rule: Rule, names: list[str], line: str) -> Row:
    given, _sign, wanted = line.partition("|")
    cells = [_cell(rule, name, text) for name, text in zip(names, given.split(), strict=True)]
    return Row((*cells, _result(rule, wanted.strip())))


def _cell(rule: Rule, name: str, text: str) -> Cell:
    return None if text == _UNKNOWN else _plain(rule, name, text)


def _plain(rule: Rule, name: str, text: str) -> str:
    """Return a value of the table in words: 1 and 0 of a flag are 是 and 否, - is 无."""
    if text == _NONE:
        return _("无")
    if text == _UNKNOWN:
        return _("待核")
    if name.startswith("P."):
        unit = parameter_values.unit(definition(name[2:]))
        return text if text.endswith(unit) else f"{text} {unit}".rstrip()
    kind = _kind(rule, name)
    if text in {"0", "1"} and isinstance(kind, Flag):
        return _("是") if text == "1" else _("否")
    return (
        wording.yuan(round(Decimal(text) * FEN_PER_YUAN)) if isinstance(kind, Fen) else _codes(text)
    )


def _codes(text: str) -> str:
    """Return 无劳动力、技能劳动力: the members' values of one column, or a single value."""
    return wording.listed(wording.said(one) for one in text.split(","))


def _result(rule: Rule, text: str) -> Cell:
    found = _RESULT.fullmatch(text)
    branch, named = (found[1], found[2]) if found else (text, None)
    if branch in {_UNKNOWN, "unknown"}:
        lacking = _("、").join(
            _name(rule, part.strip()) for part in (named or "").split(",") if part
        )
        return (Mark("unknown"), Text(_("缺 %(facts)s") % {"facts": lacking})) if lacking else None
    taken = rule.branches[rule.branch(branch)]
    words = taken.term_en if wording.english() and taken.term_en else taken.term
    return (Mark("true" if taken.verdict else "false"), Text(words, quiet=True))


def _kind(rule: Rule, name: str) -> object:
    """Return the kind of the column that a head of the table means; None where it is none."""
    *path, column = name.split(".")
    voc = pack.vocabulary
    table = rule.subject
    for step in path:
        below = {child.plural: child.name for child in voc.below(table)}
        table = below.get(step, step)
    columns = voc.table(table).columns
    return columns.get(column)


def _name(rule: Rule, name: str) -> str:
    """Return what a head of the table is called."""
    if name == "as_of":
        return _("认定日")
    if name.startswith("P."):
        return parameter_values.term(definition(name[2:]))
    kind = _kind(rule, name)
    term, term_en = getattr(kind, "term", ""), getattr(kind, "term_en", "")
    return (wording.english() and term_en) or term or name
