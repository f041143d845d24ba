"""S1: nobody sees or changes what is not theirs, on any page. S2: the walker would notice."""

import sys

import pytest
from django.urls import clear_url_caches

from tests.walk import objects, planted
from tests.walk.walker import Walker, routes
from tests.walk.world import ALIKE
from wengu.accounts.models import Role
from wengu.accounts.permissions import PERMISSIONS, facts_of
from wengu.web.access import policy_of

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore::ResourceWarning")]

# Enough to find each planted defect; the product is walked by everybody.
FEW = ("county_civil_affairs", "leader", "system_administrator", "anonymous")


@pytest.fixture
def use(settings, monkeypatch):
    """Serve some addresses, and return their routes."""

    def install(*patterns):
        module = planted.urlconf(*patterns)
        monkeypatch.setitem(sys.modules, "planted", module)
        settings.ROOT_URLCONF = "planted"
        clear_url_caches()
        return routes("planted")[: len(routes("planted")) - len(routes("wengu.web.urls"))]

    yield install
    clear_url_caches()


def said(findings):
    return "\n".join(str(finding) for finding in findings[:40])


def test_every_address_states_its_policy():
    naked = [
        f"{method} {route.pattern}"
        for route in routes()
        for method in route.methods
        if policy_of(route.view, method) is None
    ]
    assert not naked


def test_every_part_of_an_address_is_known_to_the_walker():
    for route in routes():
        for name, _ in route.parts:
            route.given(name)


def test_nobody_sees_or_changes_what_is_not_theirs(world, record_property):
    walker = Walker(world, routes())
    findings = walker.walk()
    record_property("requests", walker.requests)
    assert not findings, said(findings)
    closed = {route.name for route in walker.walked if "GET" in route.methods}
    closed -= walker.opened | set(objects.NEVER_OPEN)
    stale = sorted(walker.opened & set(objects.NEVER_OPEN))
    assert not stale, f"these open after all: {stale}"
    assert not closed, f"nobody could open {sorted(closed)}: the walk says nothing about them"


def test_the_people_of_the_walk_hold_every_post(world):
    roles = {actor.scope.role for actor in world.actors if actor.scope}
    assert roles | set(ALIKE) >= set(Role)
    assert {actor.name for actor in world.actors} >= {"elsewhere", "retired", "anonymous"}


def test_posts_that_are_walked_as_one_may_do_the_same():
    for role in ALIKE:
        twin = Role(role.replace("revitalisation", "civil_affairs"))
        assert PERMISSIONS[role] == PERMISSIONS[twin]
        assert facts_of(role, "") == facts_of(twin, "")


def test_pages_made_well_give_no_finding(world, use):
    walker = Walker(world, use(*planted.GOOD))
    assert not walker.walk(), said(walker.findings)
    assert {"good-list", "good-detail", "good-export"} <= walker.opened
    assert walker.forms["good-detail"], "the form of the page was found without being listed"


@pytest.mark.parametrize("name", planted.DEFECTS)
def test_every_planted_defect_is_found(world, use, name):
    pattern, what = planted.DEFECTS[name]
    walker = Walker(world, use(pattern), FEW)
    assert what in {finding.what for finding in walker.walk()}, said(walker.findings)
