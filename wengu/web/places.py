"""去处: which page stands for a division, and what stands for it in a sentence."""

from django.utils.translation import gettext as _

from wengu.accounts.permissions import Permission
from wengu.accounts.scope import Scope
from wengu.kernel.regioncode import Level, RegionCode
from wengu.regions import queries as regions
from wengu.registry.models import Household
from wengu.web.frame import crumbs, link
from wengu.web.shapes import Link


def url(code: str) -> str:
    """Return the page of a division: a village's own file, else the list of its households."""
    if RegionCode(code).level == Level.VILLAGE:
        return link("village", code)
    return link("households", region=code)


def path(scope: Scope, code: str, *then: Link) -> tuple[Link, ...]:
    """Return the path of divisions down to a code, and what follows it."""
    return crumbs(scope, code, url=url if scope.allows(Permission.HOUSEHOLDS_READ) else _none,
                  then=then)  # fmt: skip


def _none(_code: str) -> str:
    return ""


def name(code: str, scope: Scope) -> str:
    """Return what people call a division; its code where no edition has it."""
    try:
        return regions.find(code, scope.on).short_name
    except regions.UnknownRegion:
        return code


def went(home: Household | None, scope: Scope) -> str:
    """Say where somebody went who has left a household; None: to one that the post may not see."""
    if home is None:
        return _("已迁往您范围以外的户")
    return _("现在%(home)s户（%(place)s）") % {
        "home": home.head_name or home.number, "place": name(home.village_id, scope),
    }  # fmt: skip
