"""运行页所示: the list of runs, and one run with its figures and the parameters it used."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from wengu.accounts import queries as accounts
from wengu.accounts.permissions import Permission
from wengu.decisions import policies
from wengu.decisions import queries as decisions
from wengu.decisions.models import Run
from wengu.decisions.policies import Policy
from wengu.policy.rules import pack as own_pack
from wengu.regions import queries as regions
from wengu.rules import Pack, RuleError
from wengu.web import indicators, labels, parameter_tables, parameter_values, wording
from wengu.web.access import Request
from wengu.web.frame import DIGEST_SHOWN, link
from wengu.web.screens import Section
from wengu.web.shapes import (
    Action,
    Cell,
    Clause,
    Column,
    Definition,
    Link,
    Notice,
    Pager,
    Row,
    Table,
    Text,
)

ROWS: Final = 30
_SECOND: Final = 1_000
_NAMED: Final = 10


@dataclass(frozen=True, slots=True)
class RunList:
    """运行列表 (decisions/runs.html)."""

    title: str
    crumbs: tuple[Link, ...]
    actions: tuple[Action, ...]
    table: Table
    pager: Pager
    start_url: str = ""


@dataclass(frozen=True, slots=True)
class RunPage:
    """一次运行 (decisions/run.html)."""

    title: str
    crumbs: tuple[Link, ...]
    actions: tuple[Action, ...]
    facts: tuple[Definition, ...]
    sections: tuple[Section, ...]
    notice: Notice | None = None


def listing(request: Request, page: int) -> RunList:
    """Return a page of the list; each run stands beside the one before it."""
    found = decisions.runs()
    total = found.count()
    pages = max(-(-total // ROWS), 1)
    page = min(page, pages)
    first = (page - 1) * ROWS
    some = list(found[first : first + ROWS + 1])
    earlier = dict(pairwise(some))
    columns = (
        Column(_("次"), numeric=True), Column(_("截至")), Column(_("范围")),
        Column(_("快照"), desk_only=True), Column(_("政策版本"), desk_only=True),
        Column(_("用时（秒）"), numeric=True),
        Column(_("发起人")), Column(_("完成时间")), Column(_("与前一次比")),
    )  # fmt: skip
    names = accounts.names(one.by for one in some)
    rows = tuple(_row(one, earlier.get(one), request, names) for one in some[:ROWS])
    return RunList(
        title=_("认定运行"),
        crumbs=(Link(_("认定运行与差异")),),
        actions=(Action(_("比较最近两次"), link("runs-diff")),) if total > 1 else (),
        table=Table(_("认定运行"), columns, rows, records=True),
        pager=Pager(
            first=min(first + 1, total),
            last=min(first + ROWS, total),
            total=total,
            page=page,
            pages=pages,
            previous_url=link("runs", page=page - 1) if page > 1 else "",
            next_url=link("runs", page=page + 1) if page < pages else "",
            url=link("runs"),
        ),
        start_url=link("run-start") if request.scope.allows(Permission.RUNS_START) else "",
    )


def _row(one: Run, before: Run | None, request: Request, names: dict[str, str]) -> Row:
    compare: Cell = Text("—")
    if before is not None:
        url = link("runs-diff", a=before.pk, b=one.pk)
        compare = Link(_("第 %(n)s 次起的变化") % {"n": before.pk}, url)
    return Row(
        (
            Link(str(one.pk), link("run", one.pk), strong=True),
            one.on,
            _place(one.region, request.on),
            one.snapshot[:DIGEST_SHOWN],
            _version(one),
            _seconds(one.milliseconds),
            labels.who(one.by, names),
            f"{timezone.localtime(one.created):%Y-%m-%d %H:%M}",
            compare,
        )
    )


def _place(code: str, on: date) -> str:
    if not code:
        return _("全部")
    try:
        return regions.find(code.ljust(12, "0"), on).short_name
    except regions.UnknownRegion:
        return code


def _version(one: Run) -> str:
    return f"{one.policy_version}・{one.policy_hash[:DIGEST_SHOWN]}"


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds / _SECOND:,.1f}"


def one(request: Request, run: Run) -> RunPage:
    """Return the page of one run."""
    before = decisions.runs().filter(pk__lt=run.pk).first()
    actions = (
        (Action(_("看第 %(n)s 次起的变化") % {"n": before.pk},
                link("runs-diff", a=before.pk, b=run.pk), "primary"),)
        if before is not None
        else ()
    )  # fmt: skip
    sections, notice = _sections(request, run)
    return RunPage(
        title=_("第 %(n)s 次认定运行") % {"n": run.pk},
        crumbs=(Link(_("认定运行与差异"), link("runs")), Link(str(run.pk))),
        actions=actions,
        facts=_facts(request, run),
        sections=sections,
        notice=notice,
    )


def _sections(request: Request, run: Run) -> tuple[tuple[Section, ...], Notice | None]:
    """Return what is shown by the rules that the run used; where they are lost, that they are."""
    try:
        policy = policies.restored(run.parameters)
    except RuleError as lost:
        return (), text_lost(lost)
    figures = _figures(request, run, policy.pack)
    beyond = _beyond(request, run, policy)
    return (figures, *beyond, _parameters(request, run, policy)), None


def text_lost(lost: RuleError) -> Notice:
    """Say that a run's rules cannot be read, and how to mend it."""
    return Notice(lost.problem_en if wording.english() else f"{lost.problem}：{lost.mend}", "bad")


def _facts(request: Request, run: Run) -> tuple[Definition, ...]:
    return (
        Definition(_("截至"), run.on),
        Definition(_("范围"), _place(run.region, request.on)),
        Definition(_("台账序号"), run.seq),
        *_subjects(request, run),
        Definition(_("快照摘要"), _digest(run.snapshot)),
        Definition(_("政策版本"), _version(run)),
        Definition(_("结果摘要"), _digest(run.digest)),
        Definition(_("用时（秒）"), _seconds(run.milliseconds)),
        Definition(_("发起人"), labels.who(run.by, accounts.names([run.by]))),
        Definition(_("完成时间"), f"{timezone.localtime(run.created):%Y-%m-%d %H:%M}"),
    )


def _subjects(request: Request, run: Run) -> tuple[Definition, ...]:
    """Return on whom the run decided, to those only whose scope covers all of them."""
    if not request.scope.covers(run.region or policies.city()):
        return ()
    numbers = [run.subjects.get(kind, 0) for kind in ("household", "person", "village")]
    words = _("%(h)s 户、%(p)s 人、%(v)s 个村") % dict(
        zip("hpv", map(wording.count, numbers), strict=True)
    )
    return (Definition(_("认定对象"), words),)


def _digest(text: str) -> Text:
    return Text(text[:DIGEST_SHOWN], below=_("SHA-256 前 %(n)s 位") % {"n": DIGEST_SHOWN})


def _figures(request: Request, run: Run, pack: Pack) -> Section:
    """Return what the run decided in the viewer's own scope; the newest run links its lists."""
    scope = request.scope
    region = str(scope.region or "")
    newest = decisions.last_run()
    names = [rule.name for rule in pack.in_force(run.on)]
    found = decisions.figures(rules=names, viewer=scope, region=region, run=run, below=False)
    counted: dict[tuple[str, bool | None], int] = {}
    for figure in found:
        key = figure.rule, figure.verdict
        counted[key] = counted.get(key, 0) + figure.subjects
    columns = (
        Column(_("规则")), Column(_("条款")), Column(_("单位"), desk_only=True),
        Column(_("符合"), numeric=True), Column(_("待核"), numeric=True),
    )  # fmt: skip
    rules = sorted(pack.in_force(run.on), key=lambda r: [int(n) for n in r.clause.split(".")])
    rows = []
    for rule in rules:
        cells = [
            _counted(
                counted.get((rule.name, verdict), 0),
                indicators.list_url(scope, rule.subject, region, rule.name, word)
                if newest is not None and newest.pk == run.pk
                else "",
            )
            for verdict, word in ((True, "true"), (None, "unknown"))
        ]
        clause = Clause(rule.clause, link("clause", rule.clause))
        unit = indicators.unit(rule.subject)
        rows.append(Row((indicators.term(rule), clause, unit, *cells)))
    title = _("认定结果")
    note = _("口径：%(place)s") % {"place": _place(region, request.on)}
    return Section("figures", title, Table(title, columns, tuple(rows)), note)


def _counted(number: int, url: str) -> Cell:
    return Link(wording.count(number), url) if number else Text("0", quiet=True)


def _beyond(request: Request, run: Run, policy: Policy) -> tuple[Section, ...]:
    """Return which facts in scope were too large or too small to decide by; none, no section."""
    columns = (Column(_("事实")), Column(_("处数"), numeric=True), Column(_("哪些户、村")))
    rows = []
    for each in decisions.beyond(run, viewer=request.scope, most=_NAMED):
        kind = policy.pack.vocabulary.column(each.table, each.name)
        term = kind.term_en if wording.english() and kind.term_en else kind.term
        page = "village" if each.table == "village" else "household"
        whom = tuple(Link(one, link(page, one)) for one in each.whom)
        rows.append(Row((term, wording.count(each.number), whom)))
    if not rows:
        return ()
    title = _("超出可登记的范围，按未知认定")
    return (Section("beyond", title, Table(title, columns, tuple(rows), records=True)),)


def _parameters(request: Request, run: Run, policy: Policy) -> Section:
    """Return the parameter rows as the run used them, for the viewer's counties."""
    region = str(request.scope.region or "")[:6]
    columns = (
        Column(_("参数")), Column(_("当时的值"), numeric=True), Column(_("起")), Column(_("来源")),
    )  # fmt: skip
    rows = []
    for name, known in sorted(policy.pack.vocabulary.parameters.items()):
        used = policy.row(name, region, run.on)
        rows.append(Row(_parameter(name, known, used)))
    title = _("当时用的参数")
    return Section("parameters", title, Table(title, columns, tuple(rows), records=True))


def _parameter(name: str, known: Any, used: Any) -> tuple[Cell, ...]:
    term = known.term_en if wording.english() and known.term_en else known.term
    head = Link(term, link("parameter", name)) if name in own_pack.vocabulary.parameters else term
    if used is None:
        return (head, None, Text("—"), _("没有人定过这个值"))
    source = parameter_tables.source(used)
    return (head, parameter_values.text(used.definition, used.value), used.since, source)
