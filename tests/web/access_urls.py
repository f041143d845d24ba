"""Views of one line each, one per policy, beside the product's own addresses."""

from django.http import HttpResponse
from django.urls import path
from django.views import View
from ninja import NinjaAPI

from wengu.accounts.permissions import Permission
from wengu.audit.context import current
from wengu.web import urls as product
from wengu.web.access import policy


def _say(request, **_):
    scope = getattr(request, "scope", None)
    return HttpResponse(f"{scope.user if scope else '-'} {current().request}")


class Undecorated(View):
    def get(self, request):
        return HttpResponse("secret")


api = NinjaAPI(urls_namespace="access-tests", docs_url=None, openapi_url=None)


@api.get("/thing")
@policy(permission=Permission.HOUSEHOLDS_READ)
def get_thing(request):
    return {"user": request.scope.user}


@api.post("/thing")
def post_thing(request):
    return {"user": "secret"}


urlpatterns = [
    path("", policy(signed_in=True)(_say), name="home"),
    path("public/", policy(public=True)(_say)),
    path("households/", policy(permission=Permission.HOUSEHOLDS_READ)(_say)),
    path("events/", policy(permission=Permission.EVENTS_READ)(_say)),
    path("naked/", _say),
    path("naked-class/", Undecorated.as_view()),
    path("api/", api.urls),
    *product.urlpatterns,
]
handler403, handler404, handler500 = product.handler403, product.handler404, product.handler500
