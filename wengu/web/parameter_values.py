"""参数写法: values of parameters as officials write them, and as they stand over time."""

import datetime
import re
from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext as _

from wengu.kernel.text import figure, ungrouped
from wengu.policy.parameters import Definition, Value, in_force, write
from wengu.policy.parameters.values import Stored, decimals
from wengu.regions import queries as regions
from wengu.web import fact_words, wording
from wengu.web.reasons import Step, StepChart

_NUMBER: Final = re.compile(r"[-+]?[0-9]+(?:\.[0-9]*)?")
_FEW_CODES: Final = 3
_PER_PERCENT: Final = 100
_CODE: Final = 12
_PROVINCE: Final = 2


def term(found: Definition) -> str:
    """Return what a parameter is called in the language of the page."""
    return found.term_en if wording.english() else found.term


def unit(found: Definition) -> str:
    """Return the unit in the language of the page."""
    if not wording.english():
        return found.unit
    return {
        "元/人·月": "yuan a head and month", "元/人·年": "yuan a head and year",
        "元/村·年": "yuan a village and year", "倍": "times", "个月": "months",
        "周岁": "years", "次/年": "times a year",
    }.get(found.unit, found.unit)  # fmt: skip


def bare(found: Definition, value: Stored) -> str:
    """Return a value without its unit: 6,000.00, 1.5, 2020-06-30, or the codes."""
    if isinstance(value, frozenset):
        return wording.listed(map(wording.said, sorted(value)))
    if found.kind == "money":
        return wording.yuan(value)
    return write(found, value)


def text(found: Definition, value: Stored) -> str:
    """Return a value with its unit; of a long list of codes only how many there are."""
    if isinstance(value, frozenset) and len(value) > _FEW_CODES:
        return _("%(n)s 项") % {"n": len(value)}
    if isinstance(value, frozenset):
        return wording.listed(map(fact_words.disability, sorted(value)))
    return f"{bare(found, value)} {unit(found)}".rstrip()


def typed(found: Definition, text: str) -> str:
    """Return what somebody typed in one spelling: in half width, without 1,000's comma."""
    spelt = figure(text).replace("、", ",")
    return spelt if found.kind in {"codes", "day"} else ungrouped(spelt)


def wrong(found: Definition, text: str) -> str:
    """Say why a value was refused: what is wrong with it, and what it has to be."""
    spelt, should = typed(found, text), expected(found)
    if found.kind in {"codes", "day"} or not spelt:
        return should
    if not _NUMBER.fullmatch(spelt):
        return _("“%(text)s”不是数字。%(should)s") % {"text": text, "should": should}
    places = decimals(found)
    if len(spelt.partition(".")[2].rstrip("0")) > places:
        most = _("最多 %(n)s 位小数") % {"n": places} if places else _("只能是整数，不带小数")
        words = _("“%(text)s”小数太多，%(most)s。%(should)s")
        return words % {"text": text, "most": most, "should": should}
    return _("“%(text)s”超出范围。%(should)s") % {"text": text, "should": should}


def expected(found: Definition) -> str:
    """Return what a value of a parameter has to be, for who typed something else."""
    if found.kind == "codes":
        return _("请写代码，用逗号分开，如 41,42")
    if found.kind == "day":
        return _("请写日期，如 2020-07-01")
    if found.low is None or found.high is None:
        return _("请写数字，单位是%(unit)s") % {"unit": unit(found)}
    limits = {"low": bare(found, found.low), "high": text(found, found.high)}
    return _("请写 %(low)s 到 %(high)s 之间的数字") % limits


def place(region: str, on: datetime.date) -> str:
    """Return the name of the place that a row is for; nothing named is 全部."""
    if not region:
        return _("全部")
    if len(region) == _PROVINCE:
        return _("全省")
    try:
        return regions.find(region.ljust(_CODE, "0"), on).short_name
    except (regions.UnknownRegion, ValueError):
        return region


def over_time(values: Iterable[Value], name: str, county: str) -> list[Value]:
    """Return the rows in force in a county one after the other, each with the day it began to."""
    own = [row for row in values if row.name == name and county.startswith(row.region)]
    steps: list[Value] = []
    for day in sorted({row.since for row in own}):
        row = in_force(own, name, county, day)
        if row is not None and (not steps or steps[-1] is not row):
            steps.append(row)
    return steps


def chart(
    found: Definition, steps: Iterable[Value], planned: Iterable[Value], today: datetime.date
) -> StepChart | None:
    """Return a parameter as a step chart; None for codes, days and what nobody has set."""
    if found.kind in {"codes", "day"}:
        return None
    drawn = [
        *(_step(found, row, row.since, planned=False) for row in steps),
        *(_step(found, row, row.since, planned=True) for row in planned),
    ]
    if not drawn:
        return None
    drawn.sort(key=lambda step: (step.since, step.planned))
    return StepChart(term(found), tuple(drawn), today, money=found.kind == "money")


def _step(found: Definition, row: Value, since: datetime.date, *, planned: bool) -> Step:
    number = row.value if isinstance(row.value, int) else 0
    if found.kind == "ratio":
        number //= _PER_PERCENT
    return Step(since, number, bare(found, row.value), planned)
