"""部件样张 and 页面样张: the grammar of the pages, rendered; no data of the registry."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from wengu.web import access, contents, looks
from wengu.web.samples import household, parts, policy, registry, surround, work
from wengu.web.shapes import Link

# Name in the URL → template, what fills it, place in the side nav, whose page it is.
_PAGES: Final[Mapping[str, tuple[str, str, Callable[[], Any], str, str]]] = {
    "list": ("registry/households.html", "listing", registry.listing, "", surround.TOWN_SCOPE),
    "empty": ("registry/households.html", "listing", lambda: registry.listing(empty=True),
              "/parts/list/", surround.TOWN_SCOPE),
    "household": ("registry/household.html", "file", household.household, "/parts/list/",
                  surround.TOWN_SCOPE),
    "overview": ("overview.html", "overview", policy.overview, "2.1", "华辛八（市农业农村局）"),
    "review": ("intake/review.html", "review", work.review, "", "金癸十（灌云县农业农村局）"),
    "diff": ("decisions/diff.html", "diff", policy.difference, "", "金癸十（灌云县民政局）"),
    "clause": ("policy/clause.html", "clause", policy.clause_page, "", "华辛八（市农业农村局）"),
    "desk": ("desk.html", "desk", work.desk, "", surround.TOWN_SCOPE),
    "form": ("parts/form.html", "fields", parts.fields, "", "何甲三（结对干部）"),
}  # fmt: skip


def _looks(request: HttpRequest) -> dict[str, str]:
    return {
        "text_size": looks.chosen(request, "text"),
        "density": looks.chosen(request, "density"),
    }


@access.policy(public=True)
def index(request: HttpRequest) -> HttpResponse:
    """Show one of each component, in every state."""
    frame = surround.frame(here="/parts/", **_looks(request))
    context = {"frame": frame, "crumbs": (Link("连云港市"),), **parts.parts(request)}
    return render(request, "parts/parts.html", context)


@access.policy(public=True)
def page(request: HttpRequest, name: str) -> HttpResponse:
    """Show a page of the product with sample data; an unknown name is a 404."""
    if name == "login":
        return render(request, "parts/login.html", {"document": contents.title_page()})
    if name not in _PAGES:
        raise Http404
    template, key, fill, here, user = _PAGES[name]
    frame = surround.frame(here=here or f"/parts/{name}/", user=user, **_looks(request))
    return render(request, template, {"frame": frame, key: fill()})
