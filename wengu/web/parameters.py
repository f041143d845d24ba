"""参数页: every figure that rules use, over time; proposed by one person, adopted by another."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wengu.accounts import queries as accounts
from wengu.accounts.permissions import Permission
from wengu.governance import actions as governance
from wengu.governance import queries as rows
from wengu.governance.models import ParameterRow
from wengu.policy.parameters import (
    Definition,
    ParameterError,
    UnknownParameterError,
    definition,
    definitions,
    read,
)
from wengu.regions import queries as regions
from wengu.web import labels, wording
from wengu.web import parameter_tables as tables
from wengu.web import parameter_values as written
from wengu.web.access import Request, policy
from wengu.web.clauses import tabs
from wengu.web.frame import link, render
from wengu.web.shapes import Choice, Clause, Field, Figure, Link, Text
from wengu.web.shapes import Definition as Fact

_COUNTY, _CITY, _CODE = 6, 4, 12
_SOURCE_LENGTH = 200


@policy(permission=Permission.POLICY_READ)
def index(request: HttpRequest) -> HttpResponse:
    """List every parameter with the value in force, its place and source; unset ones are said."""
    asked = cast("Request", request)
    known = definitions()
    values = tables.policy_of(asked)
    county = tables.county_of(asked)
    in_force = [values.row(one.name, county, asked.on) for one in known]
    unverified = sum(row is not None and row.unverified for row in in_force)
    waiting = asked.scope.filter(rows.proposals(), "region").count()
    unit = _("个")
    page = {
        "figures": (
            Figure(_("参数"), len(known), unit),
            Figure(_("没有人定过"), sum(row is None for row in in_force), unit),
            Figure(_("未核实"), unverified, unit),
            Figure(_("拟定，待核定"), waiting, unit),
        ),
        "table": tables.listed(asked, known),
        "note": _("口径：%(place)s") % {"place": written.place(county, asked.on)},
        "tabs": tabs("parameters"),
        "crumbs": (Link(_("政策条款"), link("policy")), Link(_("参数"))),
    }
    return render(asked, "policy/parameters.html", page, here="policy")


@dataclass(slots=True)
class Draft:
    """拟定: what was typed, and what is wrong with it, by field."""

    typed: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


@policy(permission=Permission.POLICY_READ)
def one(request: HttpRequest, name: str) -> HttpResponse:
    """Show a parameter over time, the proposals that wait, and the form for a new value."""
    return _shown(cast("Request", request), _found(name), Draft())


@policy(permission=Permission.PARAMETERS_PROPOSE)
@require_POST
def propose(request: HttpRequest, name: str) -> HttpResponse:
    """Propose a value; what is wrong stands beside its field, and nothing typed is lost."""
    asked = cast("Request", request)
    found = _found(name)
    draft = Draft(
        {key: request.POST.get(key, "").strip() for key in ("region", "since", "value", "source")}
    )
    ready = _checked(asked, found, draft)
    if not draft.errors:
        try:
            governance.propose(**ready, by=asked.scope.user)
        except ValidationError as error:
            draft.errors["since"] = _("；").join(error.messages)
    if draft.errors:
        return _shown(asked, found, draft, status=422)
    messages.success(asked, _("已拟定，等另一人核定后生效。"))
    return HttpResponseRedirect(link("parameter", name))


def _checked(request: Request, found: Definition, draft: Draft) -> dict[str, Any]:
    """Return the arguments of the action; what is wrong goes into the draft."""
    typed, errors = draft.typed, draft.errors
    places = {choice.value for choice in _places(request, found)}
    if typed["region"] not in places:
        errors["region"] = _("请选一个您有权拟定的地区")
    since = _date(typed["since"])
    if since is None:
        errors["since"] = _("请写日期，如 2020-07-01")
    if not typed["source"]:
        errors["source"] = _("请写明来源：文件名称和文号")
    elif len(typed["source"]) > _SOURCE_LENGTH:
        errors["source"] = _("来源不超过 %(n)s 字") % {"n": _SOURCE_LENGTH}
    value: Any = None
    try:
        value = read(found, written.typed(found, typed["value"]))
    except ParameterError:
        errors["value"] = written.wrong(found, typed["value"])
    return {
        "name": found.name,
        "region": typed["region"],
        "since": since,
        "value": sorted(value) if isinstance(value, frozenset) else value,
        "source": typed["source"],
    }


def _date(text: str) -> Any:
    try:
        return parse_date(text)
    except ValueError:
        return None


@policy(permission=Permission.PARAMETERS_APPROVE)
@require_POST
def adopt(request: HttpRequest, number: int) -> HttpResponse:
    """Adopt a proposal as the second person."""
    return _settled(request, number, governance.adopt, _("已核定，自 %(day)s 起生效。"))


@policy(permission=Permission.PARAMETERS_PROPOSE)
@require_POST
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Withdraw a proposal that nobody has adopted."""
    return _settled(request, number, governance.withdraw, _("已撤回。"))


def _settled(
    request: HttpRequest, number: int, act: Callable[..., ParameterRow], receipt: str
) -> HttpResponse:
    """Do something with a proposal, and say what came of it."""
    asked = cast("Request", request)
    row = _proposal(asked, number)
    try:
        act(row=row, by=asked.scope.user)
    except ValidationError as error:
        messages.error(asked, _("；").join(error.messages))
    else:
        messages.success(asked, receipt % {"day": wording.day(row.since)})
    return HttpResponseRedirect(link("parameter", row.name))


def _found(name: str) -> Definition:
    try:
        return definition(name)
    except UnknownParameterError:
        raise Http404 from None


def _proposal(request: Request, number: int) -> ParameterRow:
    """Return a row in the viewer's scope; missing and foreign are the same."""
    row = request.scope.filter(ParameterRow.objects.filter(pk=number), "region").first()
    if row is None:
        raise Http404
    return row


@dataclass(frozen=True, slots=True)
class Waiting:
    """待核定: a proposal with what may be done about it."""

    row: ParameterRow
    who: str
    value: str
    place: str
    adopt_url: str = ""
    withdraw_url: str = ""


def _waiting(request: Request, found: Definition) -> list[Waiting]:
    scope = request.scope
    shown = []
    rows = list(tables.proposals_of(found.name, scope))
    names = accounts.names(row.proposed_by for row in rows)
    for row in rows:
        own = row.proposed_by == scope.user
        may_adopt = scope.allows(Permission.PARAMETERS_APPROVE) and not own
        may_withdraw = scope.allows(Permission.PARAMETERS_PROPOSE)
        shown.append(
            Waiting(
                row,
                labels.who(row.proposed_by, names),
                written.text(found, tables.stored(row.value)),
                written.place(tables.prefix(row.region), request.on),
                link("parameter-adopt", row.pk) if may_adopt else "",
                link("parameter-withdraw", row.pk) if may_withdraw else "",
            )
        )
    return shown


def _shown(request: Request, found: Definition, draft: Draft, *, status: int = 200) -> HttpResponse:
    history = tables.history(request, found.name)
    may_propose = request.scope.allows(Permission.PARAMETERS_PROPOSE)
    fields = _fields(request, found, draft) if may_propose else ()
    page = {
        "title": written.term(found),
        "crumbs": (
            Link(_("政策条款"), link("policy")),
            Link(_("参数"), link("parameters")),
            Link(written.term(found)),
        ),
        "facts": _facts(request, found),
        "history": history,
        "waiting": _waiting(request, found),
        "fields": fields,
        "propose_url": link("parameter-propose", found.name),
        "counties": _counties(request, found),
    }
    return render(request, "policy/parameter.html", page, here="policy", status=status)


def _facts(request: Request, found: Definition) -> tuple[Fact, ...]:
    county = tables.county_of(request)
    row = tables.policy_of(request).row(found.name, county, request.on)
    value = "" if row is None else written.bare(found, row.value)
    amount = f"{value} {written.unit(found)}".rstrip()
    place = written.place(county, request.on)
    return (
        Fact(_("现值"), None if row is None else Text(amount, note=place, strong=True)),
        Fact(_("条款"), Clause(found.clause, link("clause", found.clause))),
        Fact(_("起"), row.since if row else Text(_("没有人定过这个值"), quiet=True)),
        Fact(_("含义"), found.meaning_en if wording.english() else found.meaning),
        Fact(_("来源"), tables.source(row) if row else Text("—")),
        Fact(_("范围"), _("各县区自定") if found.county else _("全市一个值")),
    )  # fmt: skip


def _counties(request: Request, found: Definition) -> tuple[Link, ...]:
    """Return the counties whose values may be looked at, the present one without a link."""
    if not found.county:
        return ()
    city = tables.policy_of(request).city
    now = tables.county_of(request)
    places = regions.children(city, request.on)
    everywhere = Link(_("全市"), "" if now == city else link("parameter", found.name, county=city))
    return (
        everywhere,
        *(
            Link(
                place.short_name,
                "" if place.code[:_COUNTY] == now
                else link("parameter", found.name, county=place.code[:_COUNTY]),
            )
            for place in places
        ),
    )  # fmt: skip


def _fields(request: Request, found: Definition, draft: Draft) -> tuple[Field, ...]:
    typed, errors = draft.typed, draft.errors
    places = _places(request, found)
    chosen = typed.get("region", places[0].value if places else "")
    choices = tuple(Choice(one.value, one.label, chosen=one.value == chosen) for one in places)
    unit = written.unit(found) or (_("用顿号隔开") if found.kind == "codes" else "")
    return (
        Field("region", _("地区"), "select", chosen, choices, error=errors.get("region", "")),
        Field("since", _("自哪天起"), "date", typed.get("since", ""),
              error=errors.get("since", ""), required=True),
        Field("value", _("值"), "text", typed.get("value", ""), hint=unit,
              error=errors.get("value", ""), required=True),
        Field("source", _("来源"), "text", typed.get("source", ""), hint=_("文件名称和文号"),
              error=errors.get("source", ""), required=True),
    )  # fmt: skip


def _places(request: Request, found: Definition) -> tuple[Choice, ...]:
    """Return the places for which this person may set the parameter."""
    scope = request.scope
    city = tables.policy_of(request).city
    whole = regions.find(city, request.on)
    counties = regions.children(city, request.on) if found.county else ()
    return tuple(
        Choice(str(place.code), place.short_name)
        for place in (whole, *counties)
        if scope.covers(place.code)
    )


urlpatterns = [
    path("policy/parameters/", index, name="parameters"),
    path("policy/parameters/rows/<int:number>/adopt/", adopt, name="parameter-adopt"),
    path("policy/parameters/rows/<int:number>/withdraw/", withdraw, name="parameter-withdraw"),
    path("policy/parameters/<slug:name>/", one, name="parameter"),
    path("policy/parameters/<slug:name>/propose/", propose, name="parameter-propose"),
]
