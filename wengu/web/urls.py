"""网址: every page of the site."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from wengu.web import (
    administration,
    batches,
    clauses,
    desk,
    doubts,
    errors,
    events,
    household,
    jobs,
    looks,
    overview,
    parameters,
    parts,
    persons,
    registry,
    reveals,
    runs,
    search,
    signin,
    users,
    village,
    village_list,
)
from wengu.web.access import policy

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include(signin)),
    path("look/", looks.look, name="look"),
    path("language/", policy(public=True)(set_language), name="set_language"),
    path("", include(desk)),
    path("", include(search)),
    path("", include(overview)),
    path("", include(registry)),
    path("", include(persons)),
    path("", include(village_list)),
    path("", include(village)),
    path("", include(household)),
    path("", include(reveals)),
    path("", include(runs)),
    path("", include(parameters)),
    path("", include(clauses)),
    path("", include(batches)),
    path("", include(doubts)),
    path("", include(jobs)),
    path("", include(users)),
    path("", include(administration)),
    path("", include(events)),
    path("parts/", parts.index, name="parts"),
    path("parts/<slug:name>/", parts.page, name="parts-page"),
]

handler403 = errors.permission_denied
handler404 = errors.page_not_found
handler500 = errors.server_error
