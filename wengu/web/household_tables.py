"""户档各段: definitions, members, income, benefits, bills, all facts, measures."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wengu.accounts.permissions import Facts
from wengu.decisions.explanations import Explanation as Told
from wengu.kernel.dates import years_between
from wengu.policy.rules import pack
from wengu.registry import queries as registry
from wengu.registry.models import Income
from wengu.registry.queries import known
from wengu.web import fact_words, places, wording
from wengu.web.frame import link
from wengu.web.household_reading import Reading, source_name
from wengu.web.reveals import Masks
from wengu.web.screens import Measure, Section
from wengu.web.shapes import (
    Absent,
    Cell,
    Clause,
    Column,
    Definition,
    Mark,
    Money,
    Quoted,
    Row,
    Status,
    Table,
    Text,
)

CLASSES: Final = "2.1."
ABLE: Final = ("普通劳动力", "技能劳动力", "弱劳动力或半劳动力")
HOUSEHOLD_RULES: Final = ("sudden-shock", "near-poverty")


def definitions(reading: Reading, told: Sequence[Told], masks: Masks) -> tuple[Definition, ...]:
    """Return the nine facts at the head of the file."""
    home, row = reading.home, reading.dossier.household if reading.dossier else {}
    place = places.name(home.village_id, reading.scope) + home.group_name
    found = [
        Definition(_("风险状态"), risk({one.rule: one.verdict for one in told})),
        Definition(_("户的类别"), household_class(told)),
        Definition(_("人口"), _people(reading)),
    ]
    if reading.may(Facts.INCOME):
        found.append(Definition(_("人均年收入"), _income(reading)))
    found += [
        Definition(_("致贫原因"), fact_words.value("main_cause", row.get("main_cause"))),
        Definition(_("脱贫属性"), _exit(row)),
        Definition(_("住址"), masks.address(home, place)),
        Definition(_("联系电话"), masks.phone(home)),
    ]
    if reading.may(Facts.HOUSING):
        found.append(
            Definition(_("住房等级"), fact_words.value("house_grade", row.get("house_grade")))
        )
    return tuple(found)


def risk(verdicts: dict[str, bool | None]) -> Status:
    """Return how urgent a household is, out of the two alerts of 2.4.5."""
    if verdicts.get("sudden-shock"):
        return Status("red", _("骤贫"))
    if verdicts.get("near-poverty"):
        return Status("amber", _("预警"))
    if any(rule in verdicts and verdicts[rule] is None for rule in HOUSEHOLD_RULES):
        return Status("open", _("待核"))
    return Status("green", _("稳定"))


def household_class(told: Iterable[Told]) -> Cell:
    """Return the class of 2.1 that holds; 待核 where one is open; 不属四类 where none is."""
    ladder = [o for o in told if o.clause.startswith(CLASSES) and o.subject == "household"]
    held = next((one for one in ladder if one.verdict), None)
    if held is not None:
        return (held.term, Clause(held.clause, link("clause", held.clause)))
    return None if any(one.verdict is None for one in ladder) else _("不属四类")


def _people(reading: Reading) -> str:
    rows = reading.dossier.persons if reading.dossier else []
    able = sum(row.get("labour") in ABLE for row in rows)
    if not reading.may(Facts.LABOUR):
        return _("%(n)s 人") % {"n": len(reading.members)}
    return _("%(n)s 人，劳动力 %(able)s 人") % {"n": len(reading.members), "able": able}


def _income(reading: Reading) -> Cell:
    row = reading.dossier.household if reading.dossier else {}
    fen, heads = row.get("income_fen"), row.get("income_heads")
    if fen is None or not heads:
        return None
    _source, since = reading.source("household", reading.home.pk, "income_fen")
    note = _("截至 %(day)s") % {"day": wording.day(since)} if isinstance(since, date) else ""
    return Text(_("%(amount)s 元") % {"amount": wording.yuan(fen // heads)}, note)


def _exit(row: dict[str, Any]) -> Cell:
    status, year = row.get("exit_status"), row.get("exit_year")
    if status and year:
        return _("%(status)s（%(year)s 年）") % {"status": wording.said(status), "year": year}
    return wording.said(status) if status else None


# --- members --------------------------------------------------------------------------------


def members(reading: Reading, masks: Masks) -> Table:
    """Return who lives there; columns that the post does not need are not there."""
    health = reading.may(Facts.HEALTH) or reading.may(Facts.DISABILITY)
    columns = [Column(_("姓名")), Column(_("关系")), Column(_("出生")), Column(_("证件号码"))]
    columns += [Column(_("健康状况"))] if health else []
    columns += [Column(_("劳动技能"))] if reading.may(Facts.LABOUR) else []
    schooling = reading.may(Facts.SCHOOLING) or reading.may(Facts.LABOUR)
    columns += [Column(_("务工、就学"))] if schooling else []
    columns += [Column(_("参保"))] if _insured_columns(reading) else []
    rows = []
    for one in reading.members:
        row = reading.person(one.person_id)
        cells: list[Cell] = [
            Text(one.person.name, strong=True), wording.said(one.relation),
            _born(one.person.birth, reading), masks.id_number(one.person),
        ]  # fmt: skip
        cells += [_health(row, reading)] if health else []
        labour = fact_words.value("labour", row.get("labour"))
        cells += [labour] if reading.may(Facts.LABOUR) else []
        cells += [_work(row, reading)] if schooling else []
        cells += [_insured(row, reading)] if _insured_columns(reading) else []
        rows.append(Row(tuple(cells), key=str(one.person_id), label=one.person.name))
    return Table(_("家庭成员"), tuple(columns), tuple(rows), records=True)


def _born(birth: Any, reading: Reading) -> Cell:
    if birth is None:
        return None
    return _("%(day)s（%(n)s 岁）") % {
        "day": wording.day(birth), "n": years_between(birth, reading.on),
    }  # fmt: skip


def _health(row: dict[str, Any], reading: Reading) -> Cell:
    parts = []
    if reading.may(Facts.DISABILITY) and row.get("disabled"):
        code = row.get("disability")
        kind = fact_words.disability(code) if code else _("等级待核")
        parts.append(_("残疾（%(kind)s）") % {"kind": kind})
    if reading.may(Facts.HEALTH):
        parts += [_("患有大病")] if row.get("serious_illness") else []
        parts += [_("长期慢性病")] if row.get("chronic") else []
    if parts:
        return _("，").join(parts)
    asked = [n for n in ("disabled", "serious_illness", "chronic") if reading.may(n)]
    return None if any(row.get(name) is None for name in asked) else _("健康")


def _work(row: dict[str, Any], reading: Reading) -> Cell:
    parts = []
    if reading.may(Facts.LABOUR) and row.get("work_months"):
        place = wording.said(row.get("work_place") or "")
        n = row["work_months"]
        words = ngettext("%(place)s %(n)s 个月", "%(place)s %(n)s 个月", n)
        parts.append(words % {"place": place, "n": n})
    if reading.may(Facts.SCHOOLING) and row.get("schooling") not in (None, "非在校"):
        parts.append(wording.said(str(row["schooling"])))
    return _("，").join(part.strip() for part in parts) or Absent(applies=False)


_INSURANCES: Final = ("medical_insurance", "serious_illness_insurance", "pension_insurance")


def _insured_columns(reading: Reading) -> list[str]:
    return [name for name in _INSURANCES if reading.may(name)]


def _insured(row: dict[str, Any], reading: Reading) -> Cell:
    names = {
        "medical_insurance": _("医保"), "serious_illness_insurance": _("大病"),
        "pension_insurance": _("养老"),
    }  # fmt: skip
    shown = _insured_columns(reading)
    held = [names[name] for name in shown if row.get(name)]
    unknown = [names[name] for name in shown if row.get(name) is None]
    cells: list[Any] = [wording.listed(held)] if held else []
    if unknown:
        cells.append(Mark("unknown", _("待核：%(names)s") % {"names": wording.listed(unknown)}))
    return tuple(cells) or Text(_("未参保"))


# --- measures -------------------------------------------------------------------------------


def measures(reading: Reading, told: Sequence[Told]) -> tuple[Measure, ...]:
    """Return what the rules that hold promise, and whether anything of it is recorded."""
    found: dict[str, Measure] = {}
    paid = _dibao(reading)
    for one in told:
        if not one.verdict:
            continue
        name = reading.names.get(one.id, "") if one.subject == "person" else ""
        for words in pack.rule(one.rule).measures:
            said = wording.said(words)
            title = _("%(name)s（%(note)s）") % {"name": said, "note": name} if name else said
            state = _state(one.rule, paid)
            found.setdefault(title, Measure(title, one.clause, link("clause", one.clause), state))
    return tuple(found.values())


_BY_DIBAO: Final = {"safety-net-exit", "gradual-exit"}


def _state(rule: str, paid: int | None) -> Cell:
    """Return whether a measure is in place: by the benefit paid, by the gap that is open."""
    if rule in _BY_DIBAO and paid:
        return _("低保每月 %(amount)s 元") % {"amount": wording.yuan(paid)}
    if rule.endswith("-gap"):
        return Status("amber", _("未到位"))
    return Status("open", _("落实情况待核"))


def _dibao(reading: Reading) -> int | None:
    """Return what is paid as dibao each month; None where nothing is, or the post may not know."""
    if not reading.may(Facts.BENEFITS):
        return None
    running = [one for one in reading.benefits if one.kind == "dibao" and one.runs(reading.on)]
    return sum(one.monthly_fen or 0 for one in running) or None


# --- sections -------------------------------------------------------------------------------


def sections(reading: Reading) -> tuple[Section, ...]:
    """Return income, benefits, bills and all facts, each only where the post sees it."""
    found = []
    if reading.may(Facts.INCOME):
        found.append(_section("income", _("收入"), _income_columns(), _incomes(reading)))
    if reading.may(Facts.BENEFITS):
        found.append(_section("benefits", _("待遇"), _benefit_columns(), _benefits(reading)))
    if reading.may(Facts.HEALTH):
        found.append(_section("bills", _("住院费用"), _bill_columns(), _bills(reading)))
    found.append(_section("facts", _("全部事实"), _fact_columns(), _facts(reading)))
    return tuple(one for one in found if one.table.rows)


def _section(key: str, title: str, columns: tuple[Column, ...], rows: Iterable[Row]) -> Section:
    found = tuple(rows)
    note = _("%(n)s 条") % {"n": wording.count(len(found))}
    return Section(key, title, Table(title, columns, found, records=True), note)


def _income_columns() -> tuple[Column, ...]:
    return (
        Column(_("年度")), Column(_("项目")), Column(_("金额（元）"), numeric=True),
        Column(_("来源")), Column(_("事实日期")),
    )  # fmt: skip


def _incomes(reading: Reading) -> Iterator[Row]:
    rows = Income.objects.filter(known(None), household=reading.home, since__lte=reading.on)
    seen = set()
    for one in rows.order_by("-period_until", "item", "-since", "-seq"):
        # Of one source only the newest statement of a period holds.
        key = (one.source, one.period_since, one.period_until, one.item)
        if key in seen:
            continue
        seen.add(key)
        item = fact_words.INCOME.get(one.item)
        yield Row((
            str(one.period_since.year), str(item or one.item), Money(one.amount_fen),
            source_name(one.source, one.batch_id, reading.scope), one.since,
        ))  # fmt: skip


def _benefit_columns() -> tuple[Column, ...]:
    return (
        Column(_("待遇")), Column(_("谁")), Column(_("每月（元）"), numeric=True),
        Column(_("起")), Column(_("止")), Column(_("来源")),
    )  # fmt: skip


def _benefits(reading: Reading) -> Iterator[Row]:
    for one in reading.benefits:
        name = str(fact_words.BENEFITS.get(one.kind, one.kind))
        names = _("、").join(reading.names.get(person, "") for person in one.people)
        who = Text(_("全户"), names) if one.whole else Text(names)
        money: Cell = Money(one.monthly_fen) if one.kind == "dibao" else Absent(applies=False)
        yield Row((
            Text(name, wording.said(one.grade)), who, money, one.since,
            one.until or Text(_("持续中"), quiet=True),
            source_name(one.source, one.batch, reading.scope),
        ))  # fmt: skip


def _bill_columns() -> tuple[Column, ...]:
    return (
        Column(_("谁")), Column(_("医院、诊断")), Column(_("出院")),
        Column(_("总费用（元）"), numeric=True), Column(_("自付（元）"), numeric=True),
        Column(_("来源")),
    )  # fmt: skip


def _bills(reading: Reading) -> Iterator[Row]:
    people = {
        bytes(row.person.id_index): row.person_id for row in reading.members if row.person.id_index
    }
    for one in registry.bills(household=reading.home, on=reading.on):
        yield Row((
            reading.names[people[bytes(one.number)]],
            Quoted(one.hospital, below=wording.said(one.diagnosis)),
            one.discharged, Money(one.total_fen), Money(one.self_pay_fen),
            source_name(one.source, one.batch_id, reading.scope),
        ))  # fmt: skip


def _fact_columns() -> tuple[Column, ...]:
    return (
        Column(_("谁")), Column(_("事实")), Column(_("值")), Column(_("来源")),
        Column(_("事实日期")),
    )  # fmt: skip


def _facts(reading: Reading) -> Iterator[Row]:
    """Yield every fact that is stated, and the ones that rules ask for and nobody stated."""
    if reading.dossier is None:
        return
    yield from _stated(reading, "household", reading.dossier.household, _("全户"))
    for row in reading.dossier.persons:
        yield from _stated(reading, "person", row, reading.names.get(row["id"], ""))


_NO_SUCH_EVENT: Final = {"disaster_on", "grace_since", "absence_reason"}


def _stated(reading: Reading, table: str, row: dict[str, Any], who: str) -> Iterator[Row]:
    asked = pack.vocabulary.tables[table].columns
    per_head = reading.dossier is not None and reading.dossier.per_head
    for column, label in fact_words.labels(table, per_head=per_head).items():
        group = "income" if column == "income_fen" else column
        found = row.get(column)
        silent = found in (None, "") and (column not in asked or column in _NO_SUCH_EVENT)
        if silent or not reading.may(group):
            continue
        source, since = reading.source(table, row["id"], column)
        if found in (None, "") and column in asked:
            source = Text(
                _("该问%(holder)s") % {"holder": wording.said(asked[column].holder)}, quiet=True
            )
        yield Row((who, str(label), fact_words.value(column, found), source, since))
