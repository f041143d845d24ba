"""版心: the side nav of each post, the words at the foot, the path of divisions in scope."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch

from tests.accounts.factories import ON, signed_in
from tests.web import small_city
from tests.web.small_city import VILLAGE
from wengu.accounts import queries as accounts
from wengu.accounts.permissions import PERMISSIONS
from wengu.web import contents, frame
from wengu.web.frame import crumbs, link

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), small_city.standing() as made:
        yield made


def shown(who):
    return signed_in(who).get("/policy/").context["frame"]


def labels(items):
    return [item.label for item in items]


@pytest.mark.parametrize(
    "who",
    ["village", "town", "county", "city", "department", "leader", "inspector", "system", "audit"],
)
def test_every_entry_of_the_side_nav_opens_for_its_post(city, who):
    client = signed_in(city.cast[who])
    found = client.get("/policy/").context["frame"]
    for group in found.nav:
        assert group.items
        for item in group.items:
            assert client.get(item.url).status_code == 200, (who, item.label)
    for item in found.dock:
        assert client.get(item.url).status_code == 200, (who, item.label)


def test_an_entry_without_permission_is_not_shown(city):
    for who, user in city.cast.items():
        names = {item.label for group in shown(user).nav for item in group.items}
        permissions = PERMISSIONS[accounts.scope(user, ON).role]
        for entry in (*frame.WORK, *frame.SYSTEM):
            allowed = entry.permission is None or entry.permission in permissions
            assert (str(entry.label) in names) == allowed, (who, entry.name)


def test_the_document_is_the_contents(city):
    groups = {group.title: group for group in shown(city.cast["county"]).nav if group.document}
    assert list(groups) == ["二、工作重点", "三、保障措施"]
    assert len(groups["二、工作重点"].items) == 7
    assert len(groups["三、保障措施"].items) == 5
    urls = [item.url for item in groups["二、工作重点"].items]
    assert urls[0] == link("overview")
    assert urls[1:] == [link("clause", number) for number in contents.SECTIONS[1:7]]
    # Without figures the first section opens its clauses like the others.
    for_audit = [g for g in shown(city.cast["audit"]).nav if g.document]
    assert for_audit[0].items[0].url == link("clause", "2.1")


def test_one_entry_is_current(city):
    client = signed_in(city.cast["county"])
    for path, label in (
        ("/overview/", "（一）分类帮扶"), ("/policy/2.4/", "（四）兜底帮扶"),
        ("/policy/2.4.3/", "政策条款与参数"), ("/runs/", "认定运行与差异"),
    ):  # fmt: skip
        nav = client.get(path).context["frame"].nav
        assert [i.label for g in nav for i in g.items if i.current] == [label]


def test_the_foot_says_day_run_snapshot_policy_and_whose_view(city):
    foot = shown(city.cast["county"]).foot
    last = city.runs[-1]
    assert f"第 {last.pk} 次认定运行" in foot
    assert f"快照 {last.snapshot[:8]}" in foot
    assert f"政策版本 {last.policy_version}" in foot
    assert any(part.startswith("查看口径：灌云县") for part in foot)
    assert any(part == "截至 2020-07-02" for part in foot)


def test_the_path_names_what_lies_above_and_links_only_what_is_in_scope(city):
    scope = accounts.scope(city.cast["town"], ON)
    path = crumbs(scope, VILLAGE, url=lambda code: f"/{code}/")
    assert [step.text for step in path][:3] == ["连云港市", "灌云县", "伊山镇"]
    assert [bool(step.url) for step in path] == [False, False, True, False]


def test_an_address_keeps_no_empty_parts():
    assert link("runs-diff", a=1, b="", region=None, rule="x") == "/runs/diff/?a=1&rule=x"
    with pytest.raises(NoReverseMatch):
        link("no-such-page")


def test_the_frame_costs_few_queries(city):
    client = signed_in(city.cast["county"])
    client.get("/policy/adr/0003/")
    with CaptureQueriesContext(connection) as seen:
        client.get("/policy/adr/0003/")
    assert len(seen) <= 8, [query["sql"][:100] for query in seen]
