"""部件样张 and 页面样张: the grammar of the pages, rendered; no data of the registry."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from wengu.web import contents, looks
from wengu.web.access import policy
from wengu.web.samples import sample, surround
from wengu.web.screens import Frame
from wengu.web.shapes import Link

_TOWN = "严庚七（伊山镇民政办）"
_COUNTY = "金癸十（灌云县农业农村局）"
_CITY = "华辛八（市农业农村局）"


@dataclass(frozen=True, slots=True)
class Specimen:
    """样张: its template, the variable the template reads, the sample, whose page it is."""

    template: str
    variable: str
    sample: str
    user: str = _TOWN
    # Where it stands in the side nav, if not under its own path.
    here: str = ""


_LIST = "registry/households.html"
SPECIMENS = {
    "list": Specimen(_LIST, "listing", "listing"),
    "empty": Specimen(_LIST, "listing", "empty", here="/parts/list/"),
    "household": Specimen("registry/household.html", "file", "household", here="/parts/list/"),
    "overview": Specimen("overview.html", "overview", "overview", _CITY, here="2.1"),
    "review": Specimen("intake/review.html", "review", "review", _COUNTY),
    "diff": Specimen("decisions/diff.html", "diff", "difference", _COUNTY),
    "clause": Specimen("policy/clause.html", "clause", "clause", _CITY),
    "desk": Specimen("desk.html", "desk", "desk"),
    "form": Specimen("parts/form.html", "fields", "visit", "何甲三（结对干部）"),
}


def _frame(request: HttpRequest, here: str, user: str) -> Frame:
    return surround.frame(
        here=here,
        user=user,
        text_size=looks.chosen(request, "text"),
        density=looks.chosen(request, "density"),
    )


@policy(public=True)
def index(request: HttpRequest) -> HttpResponse:
    """Show one of each component, in every state."""
    context = {
        "frame": _frame(request, "/parts/", _TOWN),
        "crumbs": (Link("连云港市"),),
        **sample("parts"),
        "listing": sample("listing"),
        "nothing": sample("empty").nothing,
        "desk": sample("desk"),
        "file": sample("household"),
        "clause": sample("clause"),
        "overview": sample("overview"),
        "fields": sample("visit")[:3],
    }
    return render(request, "parts/parts.html", context)


@policy(public=True)
def page(request: HttpRequest, name: str) -> HttpResponse:
    """Show a page of the product with sample data; an unknown name is a 404."""
    if name == "login":
        return render(request, "parts/login.html", {"document": contents.title_page()})
    if name not in SPECIMENS:
        raise Http404
    specimen = SPECIMENS[name]
    frame = _frame(request, specimen.here or f"/parts/{name}/", specimen.user)
    context = {"frame": frame, specimen.variable: sample(specimen.sample)}
    return render(request, specimen.template, context)
