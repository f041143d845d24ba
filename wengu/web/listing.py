"""名单所问: what the address of a list asks for, read and checked once for every kind of list."""

from django.http import Http404

from wengu.decisions import queries as decisions
from wengu.kernel.regioncode import RegionCode
from wengu.regions import queries as regions
from wengu.web import decided, paging
from wengu.web.access import Request


def region_asked(request: Request, usual: str = "") -> str:
    """Return the region of the address, else the usual one; 404 when missing or foreign."""
    code = request.GET.get("region") or usual
    if not code:
        return ""
    try:
        found = RegionCode(code)
        known = regions.exists(found)
    except ValueError:
        raise Http404 from None
    if not known or not request.scope.covers(found):
        raise Http404
    return str(found)


class Listed:
    """名单: the region, the text, the decisions and the page that an address asks for."""

    def __init__(self, request: Request, *, subject: str, most_text: int) -> None:
        self.request, self.scope, self.query = request, request.scope, request.GET
        self.region = region_asked(request)
        self.text = self.query.get("q", "").strip()[:most_text]
        self.conditions = decided.asked(request, subject)
        self.run = decisions.last_run()
        self.paging = paging.Asked(self.query, request.path)
