"""参数表: what is in force where and since when, with its source; what nobody has set is said."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from wengu.accounts import queries as accounts
from wengu.accounts.scope import Scope
from wengu.decisions import policies
from wengu.governance import queries as governance
from wengu.governance.models import ParameterRow
from wengu.policy.parameters import Definition, Value, definition
from wengu.policy.parameters.values import Stored
from wengu.regions import queries as regions
from wengu.web import labels, wording
from wengu.web import parameter_values as written
from wengu.web.access import Request
from wengu.web.frame import link
from wengu.web.reasons import StepChart
from wengu.web.shapes import Cell, Clause, Column, Link, Quoted, Row, Table, Text, Unverified

_COUNTY, _CITY = 6, 4


@dataclass(frozen=True, slots=True)
class History:
    """沿革: a parameter over time, as chart and as table."""

    chart: StepChart | None
    note: Cell
    table: Table


def county_of(request: Request) -> str:
    """Return the county (six digits) of the address, else the viewer's own, else the city."""
    asked = request.GET.get("county", "")
    if len(asked) == _COUNTY and asked.isdigit() and regions.exists(asked):
        return asked
    own = str(request.scope.region or policy_of(request).city)
    return own[:_COUNTY] if own[_CITY:_COUNTY].strip("0") else own[:_CITY]


def policy_of(request: Request) -> policies.Policy:
    """Return the policy as this city runs it, read once for a request."""
    found: policies.Policy | None = getattr(request, "policy_in_force", None)
    if found is None:
        found = policies.current()
        vars(request)["policy_in_force"] = found
    return found


def used(request: Request, names: Sequence[str]) -> Table:
    """Return the parameters of a clause with the values in force."""
    policy = policy_of(request)
    county = county_of(request)
    columns = (
        Column(_("参数")), Column(_("现值"), numeric=True), Column(_("范围"), unbroken=True),
        Column(_("来源")),
    )  # fmt: skip
    rows = tuple(
        Row(_cells(definition(name), policy.row(name, county, request.on), request.on))
        for name in names
    )
    return Table(_("本句用到的参数"), columns, rows, records=True)


def _cells(found: Definition, row: Value | None, on: datetime.date) -> tuple[Cell, ...]:
    head = Link(written.term(found), link("parameter", found.name))
    if row is None:
        return (head, None, Text("—"), Text(_("没有人定过这个值"), quiet=True))
    return (head, written.text(found, row.value), written.place(row.region, on), source(row))


def source(row: Value) -> Cell:
    """Return a source; what nobody has confirmed is marked."""
    said = Quoted(wording.said(row.source))
    return (said, Unverified()) if row.unverified else said


def listed(request: Request, found: Sequence[Definition]) -> Table:
    """Return the list of parameters with clause, value, place, day and source."""
    policy = policy_of(request)
    county = county_of(request)
    columns = (
        Column(_("参数")), Column(_("条款")), Column(_("现值"), numeric=True),
        Column(_("范围"), unbroken=True), Column(_("起")), Column(_("来源")),
    )  # fmt: skip
    rows = []
    for one in found:
        row = policy.row(one.name, county, request.on)
        head, *cells = _cells(one, row, request.on)
        value, place, origin = cells
        since: Cell = row.since if row is not None else Text("—")
        clause = Clause(one.clause, link("clause", one.clause))
        rows.append(Row((head, clause, value, place, since, origin)))
    return Table(_("参数"), columns, tuple(rows), records=True)


def proposals_of(name: str, viewer: Scope) -> list[ParameterRow]:
    """Return the proposals for a parameter that lie in the viewer's scope, the oldest first."""
    return list(viewer.filter(governance.proposals().filter(name=name), "region"))


def history(request: Request, name: str) -> History | None:
    """Return a parameter over time in the viewer's county; None without a name."""
    if not name:
        return None
    found = definition(name)
    county = county_of(request)
    steps = written.over_time(policy_of(request).values, name, county)
    waiting = [
        Value(name, prefix(one.region), one.since, stored(one.value), one.source)
        for one in proposals_of(name, request.scope)
    ]
    planned = [row for row in waiting if county.startswith(row.region)]
    chart = written.chart(found, steps, planned, request.on)
    title = written.term(found)
    columns = (
        Column(_("起")), Column(written.unit(found) or _("值"), numeric=found.kind != "codes"),
        Column(_("范围"), unbroken=True), Column(_("来源")),
        Column(_("两人核定"), unbroken=True),
    )  # fmt: skip
    adopted = list(governance.parameter_rows().filter(name=name))
    signers = {row: (row.proposed_by, row.approved_by) for row in adopted}
    names = accounts.names(who for pair in signers.values() for who in pair)
    signed = {
        (prefix(row.region), row.since): wording.listed(labels.who(who, names) for who in pair)
        for row, pair in signers.items()
    }
    now = next((row for row in reversed(steps) if row.since <= request.on), None)
    rows = [
        *(_planned(found, row, request.on) for row in reversed(planned)),
        *(_step(found, row, request, signed, current=row is now) for row in reversed(steps)),
    ]
    table = Table(_("%(term)s：历年的值") % {"term": title}, columns, tuple(rows), records=True)
    return History(chart, _note(county, request, steps), table)


def _note(county: str, request: Request, steps: Iterable[Value]) -> Cell:
    place = written.place(county, request.on)
    if steps and all(row.unverified for row in steps):
        return (place, _("全部未核实"))
    return (place,)


def _planned(found: Definition, row: Value, on: datetime.date) -> Row:
    place = written.place(row.region, on)
    value = written.bare(found, row.value)
    return Row((row.since, value, place, source(row), _("拟定，待第二人核定")))


def _step(
    found: Definition,
    row: Value,
    request: Request,
    signed: dict[tuple[str, datetime.date], str],
    *,
    current: bool,
) -> Row:
    who = signed.get((row.region, row.since), "")
    return Row(
        (
            row.since,
            written.bare(found, row.value),
            written.place(row.region, request.on),
            source(row),
            who or Text(_("随规则包"), quiet=True),
        ),
        current=current,
    )


def prefix(region: str) -> str:
    """Return the digits that name a region: 320723000000 is 320723."""
    digits = region[:_COUNTY]
    while digits.endswith("00"):
        digits = digits[:-2]
    return digits


def stored(value: object) -> Stored:
    """Return a value of the table of proposals as rules see it."""
    if isinstance(value, list):
        return frozenset(str(one) for one in value)
    if isinstance(value, int):
        return value
    raise TypeError(value)
