"""条款页所示: the words of a clause, how they are read, whom they hold for, what they depend on."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from django.utils.translation import gettext as _

from wengu import policy as document
from wengu.accounts.permissions import Permission
from wengu.accounts.scope import Scope
from wengu.decisions import queries as decisions
from wengu.kernel.regioncode import Level, RegionCode
from wengu.policy import coverage
from wengu.policy.parameters import definition, definitions
from wengu.policy.rules import pack
from wengu.regions import queries as regions
from wengu.rules import Rule
from wengu.web import (
    case_tables,
    indicators,
    parameter_tables,
    parameter_values,
    records,
    telling,
    wording,
)
from wengu.web.access import Request
from wengu.web.coverage_rows import status, where
from wengu.web.frame import link
from wengu.web.reasons import Words
from wengu.web.screens import ClausePage, Reading, Section, Sentence
from wengu.web.shapes import Action, Cell, Column, Link, Mark, Quoted, Row, Table, Text

_MOST_PLACES: Final = 9


class UnknownNumber(LookupError):
    """编号不存在: neither a sentence nor a section of the document."""


def section_of(number: str) -> document.Section:
    """Return the section that a number is, or that its sentence stands in."""
    found = {one.number: one for part in document.sections() for one in part.walk()}
    if number in found and found[number].clauses:
        return found[number]
    try:
        return found[document.clause(number).section]
    except document.UnknownClauseError:
        raise UnknownNumber(number) from None


def rules_of(number: str) -> list[Rule]:
    """Return the rules that read a sentence, or any sentence of a section."""
    return [
        rule for rule in pack.rules if rule.clause == number or rule.clause.startswith(f"{number}.")
    ]


def build(request: Request, number: str) -> ClausePage:
    """Return what the template shows of a sentence or a section; UnknownNumber for another."""
    section = section_of(number)
    whole = section.number == number
    rules = rules_of(number)
    names = parameters_of(number, rules)
    chart = parameter_tables.history(request, _charted(request, names))
    return ClausePage(
        title=_title(section, rules, whole=whole),
        number=number,
        crumbs=_crumbs(section, number, whole=whole),
        meta=_meta(request, number, rules, names),
        actions=() if whole else _neighbours(number),
        document=str(telling.DOCUMENT).rstrip(", "),
        sentences=_sentences(section, number, rules),
        readings=tuple(_readings(rules)),
        holders_note=_holders_note(request),
        holders=_holders(request, rules),
        chart=chart.chart if chart else None,
        chart_note=chart.note if chart else "",
        chart_table=chart.table if chart else None,
        parameters=parameter_tables.used(request, names) if names else None,
        translation=_translation(section, number, whole=whole),
        sections=tuple(_sections(number, rules)),
    )


def parameters_of(number: str, rules: Sequence[Rule]) -> list[str]:
    """Return the parameters that the rules look at, then those defined for the clause."""
    asked = [leaf.name for rule in rules for leaf in pack.refs(rule.name) if leaf.is_parameter]
    own = [
        each.name
        for each in definitions()
        if each.clause == number or each.clause.startswith(f"{number}.")
    ]
    return list(dict.fromkeys([*asked, *own]))


def heading(section: document.Section) -> str:
    """Return the heading of a section in the language of the page."""
    return section.heading_en if wording.english() else section.heading


def _title(section: document.Section, rules: Sequence[Rule], *, whole: bool) -> str:
    if whole or not rules:
        return heading(section)
    return _("、").join(dict.fromkeys(indicators.term(rule) for rule in rules))


def _crumbs(section: document.Section, number: str, *, whole: bool) -> tuple[Link, ...]:
    part = next(one for one in document.sections() if section in tuple(one.walk()))
    steps = [Link(_("政策条款"), link("policy"))]
    if part.number != section.number:
        url = f"{link('policy')}#part-{part.number}"
        steps.append(Link(part.heading_en if wording.english() else part.heading, url))
    steps.append(Link(heading(section), "" if whole else link("clause", section.number)))
    if not whole:
        steps.append(Link(_("第 %(n)s 句") % {"n": number.rsplit(".", 1)[1]}))
    return tuple(steps)


def _meta(
    request: Request, number: str, rules: Sequence[Rule], names: Sequence[str]
) -> tuple[str, ...]:
    parts = [
        _("条款 %(n)s") % {"n": number},
        _("%(n)s 条规则") % {"n": len(rules)},
        _("%(n)s 个参数") % {"n": len(names)},
    ]
    demands = [row for row in coverage.rows() if _under(row.clause, number)]
    live = sum(row.status == "live" for row in demands)
    parts.append(_("%(n)s 项要求，已落地 %(live)s 项") % {"n": len(demands), "live": live})
    return tuple(parts)


def _under(clause: str, number: str) -> bool:
    return clause == number or clause.startswith(f"{number}.")


def _neighbours(number: str) -> tuple[Action, ...]:
    numbers = [one.number for one in document.clauses()]
    here = numbers.index(number)
    found = []
    if here:
        found.append(Action(_("上一句"), link("clause", numbers[here - 1])))
    if here + 1 < len(numbers):
        found.append(Action(_("下一句"), link("clause", numbers[here + 1])))
    return tuple(found)


def _sentences(
    section: document.Section, number: str, rules: Sequence[Rule]
) -> tuple[Sentence, ...]:
    first_is_heading = "." in section.number
    return tuple(
        Sentence(
            number=i,
            words=_words(one.text, _deciding(one.number, rules)),
            current=one.number == number,
            heading=first_is_heading and i == 1,
        )
        for i, one in enumerate(section.clauses, start=1)
    )


def _deciding(number: str, rules: Sequence[Rule]) -> list[str]:
    """Return the words that a rule reads in a sentence."""
    return [rule.quote for rule in rules if rule.clause == number]


def _words(text: str, phrases: Iterable[str]) -> tuple[Words, ...]:
    """Return a sentence in pieces, those of the phrases marked as deciding."""
    marked = [False] * len(text)
    for phrase in phrases:
        start = text.find(phrase)
        if start >= 0:
            marked[start : start + len(phrase)] = [True] * len(phrase)
    pieces: list[Words] = []
    begin = 0
    for i in range(1, len(text) + 1):
        if i == len(text) or marked[i] != marked[begin]:
            pieces.append(Words(text[begin:i], marked[begin]))
            begin = i
    return tuple(pieces)


def _translation(section: document.Section, number: str, *, whole: bool) -> str:
    if not wording.english():
        return ""
    own = [one for one in section.clauses if whole or one.number == number]
    return " ".join(one.text_en for one in own)


def _readings(rules: Iterable[Rule]) -> Iterable[Reading]:
    seen = set()
    for rule in rules:
        for one in document.readings(rule.name):
            if (one.words, one.read) in seen:
                continue
            seen.add((one.words, one.read))
            url = link("decision-record", one.adr) if records.record(one.adr) else ""
            record = Link(_("决定记录 %(n)s") % {"n": one.adr}, url)
            read = one.read_en if wording.english() else one.read
            inner = one.words.replace("“", "‘").replace("”", "’")
            yield Reading(f"“{inner}”", read, record)


def _holders_note(request: Request) -> Cell:
    run = decisions.last_run()
    day = wording.day(run.on if run else request.on)
    return (_("截至 %(day)s") % {"day": day}, _("数字点开是名单"))


def _holders(request: Request, rules: Sequence[Rule]) -> Table | None:
    """Return whom each rule holds for: in all, by division where a few, and how many are open."""
    scope = request.scope
    if not rules or not scope.allows(Permission.FIGURES_READ) or scope.region is None:
        return None
    region = str(scope.region)
    village = RegionCode(region).level == Level.VILLAGE
    places = () if village else regions.children(region, request.on)
    shown = places if len(places) <= _MOST_PLACES else ()
    found = decisions.figures(
        rules=[rule.name for rule in rules], viewer=scope, region=region, below=not village
    )
    by_place: Counter[tuple[str, bool | None, str]] = Counter()
    whole: Counter[tuple[str, bool | None]] = Counter()
    for one in found:
        by_place[one.rule, one.verdict, one.region] += one.subjects
        whole[one.rule, one.verdict] += one.subjects
    city = regions.path(region, request.on)[0].name.removesuffix("市")
    columns = (
        Column(_("规则")),
        Column(regions.find(region, request.on).short_name, numeric=True),
        *(Column(place.short_name.removeprefix(city), numeric=True) for place in shown),
        Column(_("待核"), numeric=True),
    )

    def row(rule: Rule) -> Row:
        url = link("overview", region=region, rule=rule.name)
        return Row(
            (
                Link(indicators.counted_in(rule), url),
                _counted(scope, whole[rule.name, True], rule, region, "true"),
                *(
                    _counted(scope, by_place[rule.name, True, place.code], rule, place.code, "true")
                    for place in shown
                ),
                _counted(scope, whole[rule.name, None], rule, region, "unknown"),
            )
        )

    return Table(_("对谁成立"), columns, tuple(row(rule) for rule in rules))


def _counted(viewer: Scope, number: int, rule: Rule, region: str, verdict: str) -> Cell:
    if not number:
        return Text("0", quiet=True)
    url = indicators.list_url(viewer, rule.subject, region, rule.name, verdict)
    return Link(wording.count(number), url)


def _charted(request: Request, names: Sequence[str]) -> str:
    """Return the parameter whose value changed most often here; "" where none has a chart."""
    values = parameter_tables.policy_of(request).values
    county = parameter_tables.county_of(request)
    steps = {
        name: len(parameter_values.over_time(values, name, county))
        for name in names
        if definition(name).kind not in {"codes", "day"}
    }
    name = max(steps, key=lambda one: steps[one], default="")
    return name if name and steps[name] > 1 else ""


def _sections(number: str, rules: Sequence[Rule]) -> Iterable[Section]:
    if rules:
        yield _branches(rules)
    demands = [row for row in coverage.rows() if _under(row.clause, number)]
    if demands:
        yield _demands(demands)
    for rule in rules:
        cases = case_tables.section(rule)
        if cases:
            yield cases


def _branches(rules: Sequence[Rule]) -> Section:
    """Return in which order a rule looks at the situations, and what it concludes."""
    columns = (
        Column(_("规则")), Column(_("次序"), numeric=True), Column(_("情形")), Column(_("结论")),
    )  # fmt: skip
    rows = [
        Row(
            (
                indicators.term(rule) if i == 1 else "",
                i,
                branch.term_en if wording.english() and branch.term_en else branch.term,
                Mark("true" if branch.verdict else "false"),
            )
        )
        for rule in rules
        for i, branch in enumerate(rule.branches, start=1)
    ]
    title = _("按什么次序判")
    note = _("先成立的为准；缺事实而可能改变结论的，待核")
    return Section("branches", title, Table(title, columns, tuple(rows)), note)


def _demands(rows: Sequence[coverage.CoveredRow]) -> Section:
    columns = (
        Column(_("编号")), Column(_("原文")), Column(_("落实")), Column(_("在哪里")),
    )  # fmt: skip
    title = _("本句的要求")
    table = Table(
        title,
        columns,
        tuple(Row((one.id, Quoted(one.phrase), status(one), where(one))) for one in rows),
        records=True,
    )
    return Section("demands", title, table, Link(_("全部条款对照"), link("coverage")))
