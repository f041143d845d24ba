"""Pages with one defect each, for the walker to find; and the same pages made well.

Each is a urlconf of its own beside the product's addresses (pages reverse them).
"""

import io
import types

import xlsxwriter
from django.http import Http404, HttpResponse, HttpResponseForbidden, JsonResponse
from django.urls import path
from ninja import NinjaAPI

from wengu.accounts.permissions import Permission
from wengu.registry.models import Bill, Household, Person
from wengu.web import urls as product
from wengu.web.access import policy

reads = policy(permission=Permission.HOUSEHOLDS_READ)
writes = policy(permission=Permission.HOUSEHOLDS_WRITE)


def _own(request):
    return request.scope.filter(Household.objects.order_by("number"))


def _get(request, number):
    try:
        return _own(request).get(pk=number)
    except Household.DoesNotExist:
        raise Http404 from None


def _page(rows, more=""):
    items = "".join(f'<li><a href="/h/{r.pk}/">{r.head_name}</a> {r.number}</li>' for r in rows)
    return HttpResponse(f"<!doctype html><ul>{items}</ul>{more}")


# --- as it should be -------------------------------------------------------------------------


@reads
def listing(request):
    rows = _own(request)
    if request.GET.get("q"):
        rows = rows.filter(head_name__contains=request.GET["q"])
    if request.GET.get("region"):
        rows = rows.filter(village__code__startswith=request.GET["region"].rstrip("0"))
    return _page(rows, f"<p>{rows.count()}</p><a href='/list/?q=x&amp;region='>y</a>")


@reads
def detail(request, household):
    row = _get(request, household)
    form = f'<form method="post" action="/h/{row.pk}/"><input name="note" required></form>'
    return _page([row], form if request.scope.allows(Permission.HOUSEHOLDS_WRITE) else "")


@writes
def write(request, household):
    row = _get(request, household)
    if request.method == "POST":
        Household.objects.filter(pk=row.pk).update(group_name=request.POST.get("note", ""))
    return _page([row])


@reads
def export(request):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(_own(request)):
            sheet.write_string(number, 0, row.head_name)
    return HttpResponse(buffer.getvalue())


def _api(namespace):
    return NinjaAPI(urls_namespace=namespace, docs_url=None, openapi_url=None)


good_api = _api("good")


@good_api.get("/h")
@reads
def api_list(request):
    return [{"name": row.head_name} for row in _own(request)]


@good_api.get("/h/{int:household}")
@reads
def api_detail(request, household: int):
    return {"name": _get(request, household).head_name}


@good_api.post("/h/{int:household}")
@writes
def api_write(request, household: int):
    row = _get(request, household)
    Household.objects.filter(pk=row.pk).update(group_name="x")
    return {"ok": True}


def _at(api):
    """The addresses of an API, without the page that lists nothing."""
    patterns, app, namespace = api.urls
    return [p for p in patterns if p.name != "api-root"], app, namespace


# --- as it should not be ---------------------------------------------------------------------


@reads
def unscoped_list(request):
    return _page(Household.objects.all())


@reads
def unscoped_search(request):
    """Only a search reaches beyond the region."""
    if "q" in request.GET:
        return _page(Household.objects.filter(head_name__contains=request.GET["q"]))
    return _page(_own(request), "<a href='/x/?q=a'>q</a>")


@reads
def unscoped_filter(request):
    """Only a filter that the page itself offers reaches beyond the region."""
    if "place" in request.GET:
        return _page(Household.objects.filter(village=request.GET["place"]))
    own = _own(request).first()
    return _page([], f"<a href='/x/?place={own.village_id}'>v</a>" if own else "")


@reads
def foreign_detail(request, household):
    row = Household.objects.filter(pk=household).first()
    return _page([row]) if row else HttpResponse(status=404)


@reads
def oracle(request, household):
    if not Household.objects.filter(pk=household).exists():
        raise Http404
    if not _own(request).filter(pk=household).exists():
        return HttpResponseForbidden("no")
    return _page([])


@reads
def wrong_total(request):
    return _page(_own(request), f"<p>{Household.objects.count()}</p>")


@reads
def unscoped_export(request):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(Household.objects.all()):
            sheet.write_string(number, 0, row.head_name)
    return HttpResponse(buffer.getvalue())


@reads
def suggest(request):
    names = Person.objects.filter(name__contains=request.GET.get("q", "")).values_list("name")
    return JsonResponse({"names": [name for (name,) in names if request.GET.get("q")]})


@reads
def whole_number(request):
    person = Person.objects.filter(memberships__household__in=_own(request)).first()
    return HttpResponse(person.id_number if person else "")


@reads
def illness(request):
    people = Person.objects.filter(memberships__household__in=_own(request))
    bills = Bill.objects.filter(number__in=list(people.values_list("id_index", flat=True)))
    return HttpResponse(" ".join(bill.hospital for bill in bills))


@policy(public=True)
def public(request):
    return _page(Household.objects.all())


def without_policy(request):
    return _page([])


@writes
def foreign_write(request, household):
    _get(request, household) if request.method == "GET" else None
    if request.method == "POST":
        Household.objects.filter(pk=household).update(group_name="x")
        raise Http404
    return HttpResponse("")


@writes
def foreign_target(request):
    """The form at home is right; its value may name another's household."""
    if request.method == "POST":
        Household.objects.filter(pk=request.POST.get("household") or 0).update(group_name="x")
    own = _own(request).first()
    value = own.pk if own else ""
    return _page([], f'<form method="post" action="/x/"><input name="household" value="{value}">')


@reads
def reader_writes(request):
    if request.method == "POST":
        _own(request).update(group_name="x")
    return _page([])


@reads
def foreign_in_query(request, household):
    """The address is checked; another household named behind the question mark is not."""
    own = _get(request, household)
    other = Household.objects.filter(pk=request.GET.get("other") or own.pk)
    return _page(other, f"<a href='/x/{own.pk}/?other={own.pk}'>other</a>")


@reads
def partial_only(request):
    """The page is right; the update of its table is not."""
    rows = Household.objects.all() if request.headers.get("HX-Request") else _own(request)
    return _page(rows)


@reads
def crash(request):
    raise ZeroDivisionError


bad_list, bad_detail, bad_write, bad_policy = map(_api, ("b1", "b2", "b3", "b4"))


@bad_list.get("/h")
@reads
def bad_api_list(request):
    return [{"name": row.head_name} for row in Household.objects.all()]


@bad_detail.get("/h/{int:household}")
@reads
def bad_api_detail(request, household: int):
    row = Household.objects.filter(pk=household).first()
    if row is None:
        raise Http404
    return {"name": row.head_name}


@bad_write.delete("/h/{int:household}")
@writes
def bad_api_write(request, household: int):
    Household.objects.filter(pk=household).update(group_name="x")
    return {"ok": True}


@bad_policy.get("/h")
def bad_api_policy(request):
    return []


@bad_policy.post("/h")
@reads
def good_api_policy(request):
    return []


GOOD = [
    path("list/", listing, name="good-list"),
    path("h/<int:household>/", detail, name="good-detail"),
    path("w/<int:household>/", write, name="good-write"),
    path("export/", export, name="good-export"),
    path("api/", _at(good_api)),
]
ONE, OF = "x/", "x/<int:household>/"
# Each defect with its address and with what the walker must call it.
DEFECTS = {
    "unscoped list": (path(ONE, unscoped_list), "foreign canary"),
    "unscoped search": (path(ONE, unscoped_search), "foreign canary"),
    "unscoped filter of the page": (path(ONE, unscoped_filter), "foreign canary"),
    "foreign detail": (path(OF, foreign_detail), "foreign canary"),
    "403 for foreign, 404 for missing": (path(OF, oracle), "foreign differs from missing"),
    "wrong total": (path(ONE, wrong_total), "depends on foreign data"),
    "unscoped workbook": (path(ONE, unscoped_export), "foreign canary"),
    "unscoped suggestion": (path(ONE, suggest), "foreign canary"),
    "whole number": (path(ONE, whole_number), "whole number"),
    "illness for everybody": (path(ONE, illness), "fact without need"),
    "public page": (path(ONE, public), "foreign canary"),
    "no policy": (path(ONE, without_policy), "no policy"),
    "foreign write": (path(OF, foreign_write), "foreign row changed"),
    "foreign target of an own form": (path(ONE, foreign_target), "foreign row changed"),
    "foreign object in the query": (path(OF, foreign_in_query), "foreign canary"),
    "unscoped update of a part": (path(ONE, partial_only), "foreign canary"),
    "reader writes": (path(ONE, reader_writes), "a reader changed a row"),
    "crash": (path(ONE, crash), "server error"),
    "API list": (path(ONE, _at(bad_list)), "foreign canary"),
    "API detail": (path(ONE, _at(bad_detail)), "foreign canary"),
    "API write": (path(ONE, _at(bad_write)), "foreign row changed"),
    "API operation without policy": (path(ONE, _at(bad_policy)), "no policy"),
}


def urlconf(*patterns) -> types.ModuleType:
    """Make a urlconf of some addresses, with the product's own behind them."""
    module = types.ModuleType("planted")
    module.urlpatterns = [*patterns, *product.urlpatterns]
    for name in ("handler403", "handler404", "handler500"):
        setattr(module, name, getattr(product, name))
    return module
