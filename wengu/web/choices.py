"""选项: what several forms offer."""

from django.utils.translation import gettext as _

from wengu.accounts.scope import Scope
from wengu.kernel.regioncode import Level, RegionCode
from wengu.regions import queries as regions
from wengu.regions.queries import Place
from wengu.web.shapes import Choice


def place_choices(scope: Scope, region: str) -> tuple[Choice, ...]:
    """Return the places to narrow a list to: those above the chosen one, itself, those below."""
    own = scope.region
    if own is None:
        return ()
    here = RegionCode(region) if region else own
    above = [place for place in regions.path(here, scope.on) if scope.covers(place.code)]
    steps = [place for place in above if place.code not in (own, here)]
    found = [Choice("", _everything(own, scope), chosen=not region)]
    found += [_choice(place, region) for place in steps]
    if region and here != own:
        found.append(_choice(regions.find(here, scope.on), region))
    below = regions.children(here, scope.on)
    if here.level == Level.VILLAGE and here != own and here.parent is not None:
        below = tuple(p for p in regions.children(here.parent, scope.on) if p.code != here)
    found += [_choice(place, region) for place in below]
    return tuple(found)


def _everything(own: RegionCode, scope: Scope) -> str:
    name = regions.find(own, scope.on).short_name
    return name if own.level == Level.VILLAGE else _("全部（%(name)s）") % {"name": name}


def _choice(place: Place, region: str) -> Choice:
    return Choice(str(place.code), place.short_name, chosen=str(place.code) == region)
