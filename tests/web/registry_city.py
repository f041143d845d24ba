"""The small city with what lists and files show besides: sizes, initials, telephones, numbers."""

import contextlib

from django.test import override_settings

from tests.accounts.factories import signed_in
from tests.web import small_city
from wengu.registry.models import Household, Membership
from wengu.registry.pinyin import spell

PHONE, NUMBER = "13912340137", "320723195703120017"


@contextlib.contextmanager
def standing():
    """Keep the city for a module of tests."""
    with small_city.standing() as city:
        yield _furnished(city)


def build():
    """Build the city for one test in a browser."""
    with override_settings(DEMO=True):
        return _furnished(small_city.build())


def _furnished(city):
    for home in city.homes.values():
        home.refresh_from_db()
        home.size = 1
        home.head_initials, home.head_sort = spell(home.head_name)
        home.income_per_head_fen = 9_000_00 if home == city.homes["grace"] else None
        home.save()
    grace = Household.objects.get(pk=city.homes["grace"].pk)
    grace.phone, grace.address = PHONE, "披甲墩村三组 17 号"
    grace.save()
    person = Membership.objects.get(household=grace).person
    person.id_number, person.name = NUMBER, grace.head_name
    person.save()
    city.homes["grace"] = grace
    return city


def get(who, path, **query):
    """Open a page as somebody, on the day of the second run."""
    return signed_in(who).get(path, query)


def keys(response):
    """Return the numbers of the households (or keys of rows) that a list shows."""
    return [row.key for row in response.context["listing"].rows]
