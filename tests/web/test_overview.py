"""总览: figures by class in scope, each the length of its list; the path down; the export."""

import io
import re

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.accounts.factories import signed_in
from tests.web import small_city
from tests.web.small_city import CITY, COUNTY, FOREIGN, NEXT_VILLAGE, TOWN, VILLAGE
from wengu.decisions import queries as decisions
from wengu.decisions.models import Decision, Run
from wengu.registry.models import Household
from wengu.web import overview

pytestmark = pytest.mark.django_db
MOST_QUERIES = 17


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), small_city.standing() as made:
        yield made


def get(who, path, **query):
    return signed_in(who).get(path, query)


def shape(response):
    return response.context["overview"]


def words(cell):
    parts = cell if isinstance(cell, tuple) else (cell,)
    return " ".join(str(getattr(part, "text", part)) for part in parts)


def lines(table):
    """Return the rows of a table as texts, by their first cell."""
    return {words(row.cells[0]): [words(cell) for cell in row.cells[1:]] for row in table.rows}


def test_each_level_down_to_the_village_shows_its_children(city):
    county = city.cast["city"]
    assert "灌云县" in lines(shape(get(county, "/overview/")).table)
    below = lines(shape(get(county, "/overview/", region=COUNTY)).table)
    assert {"伊山镇", "杨集镇"} <= set(below)
    villages = lines(shape(get(county, "/overview/", region=TOWN)).table)
    assert villages["合计"][0] == "2"
    alone = shape(get(county, "/overview/", region=VILLAGE)).table
    assert len(alone.rows) == 2


def test_figures_are_those_of_the_lists_behind_them(city):
    page = shape(get(city.cast["county"], "/overview/"))
    figures = {figure.label: figure.value for figure in page.figures}
    assert figures["在册"] == 3
    assert figures["低收入边缘户"] == 1
    assert figures["兜底脱贫户"] == 1
    viewer = get(city.cast["county"], "/overview/").wsgi_request.scope
    for figure, rule in (
        ("低收入边缘户", "low-income-marginal"),
        ("兜底脱贫户", "safety-net-exit"),
    ):
        held = decisions.holding(rule=rule, viewer=viewer, verdict=True, region=COUNTY)
        assert held.count() == figures[figure]
    names = [r.name for r in overview.indicators.family(_policy(), "safety-net-exit").rules]
    waiting = Household.objects.filter(decisions.households_undecided(rules=names))
    assert viewer.filter(waiting, "village").count() == figures["待核，分不了类"]


def _policy():
    return overview.document.in_force(small_city.SECOND, rows=())


@pytest.mark.parametrize("rule", ["low-income-marginal", "single-person-cover", "village-low"])
@pytest.mark.parametrize("who", ["city", "county", "town", "foreign", "leader", "department"])
def test_every_figure_equals_the_length_of_the_list_it_opens(city, who, rule):
    client = signed_in(city.cast[who])
    page = client.get("/overview/", {"rule": rule}).context["overview"]
    followed = {figure.url: figure.value for figure in page.figures if figure.url}
    for table in (page.table, page.sections[0].table):
        for row in table.rows:
            for cell in row.cells[1:]:
                if getattr(cell, "url", "") and getattr(cell, "text", "").isdigit():
                    followed[cell.url] = int(cell.text)
    assert len(followed) > 2
    for url, figure in followed.items():
        response = client.get(url)
        assert response.status_code == 200, url
        assert response.context["listing"].total == figure, url


def test_the_sum_row_adds_up_and_the_map_says_the_same_as_the_table(city):
    page = shape(get(city.cast["city"], "/overview/"))
    rows = lines(page.table)
    for column in range(6):
        total = sum(int(row[column]) for name, row in rows.items() if name != "合计")
        assert int(rows["合计"][column]) == total
    shares = {area.name: area.text for area in page.map.areas}
    assert shares["灌云县"] == f"{rows['灌云县'][-1]}%"
    assert shares["东海县"] == "无数据"
    assert list(shares) == [name for name in rows if name in shares]
    assert "①" in " ".join(rows)
    assert page.map.approval_no == ""


def test_every_figure_links_to_its_list_and_zero_links_nowhere(city):
    html = get(city.cast["city"], "/overview/").content.decode()
    assert re.search(rf"region={COUNTY}&amp;rule=low-income-marginal&amp;verdict=true", html)
    page = shape(get(city.cast["city"], "/overview/"))
    zero = next(row for row in page.table.rows if words(row.cells[0]) == "东海县")
    assert not any(getattr(cell, "url", "") for cell in zero.cells[1:])


def test_nobody_sees_another_county(city):
    own, foreign = city.cast["county"], city.cast["foreign"]
    assert get(own, "/overview/", region="320706000000").status_code == 404
    assert get(own, "/overview/", region=CITY).status_code == 404
    assert get(own, "/overview/", region=FOREIGN).status_code == 404
    assert get(own, "/overview/", region="999999000000").status_code == 404
    assert get(own, "/overview/", region="nonsense").status_code == 404
    page = shape(get(foreign, "/overview/"))
    assert page.figures[0].value == 1
    assert "灌云县" not in get(foreign, "/overview/").content.decode()


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("village", 200), ("town", 200), ("county", 200), ("city", 200), ("department", 200),
        ("leader", 200), ("inspector", 200), ("system", 403), ("security", 403), ("audit", 403),
    ],
)  # fmt: skip
def test_who_may_see_it(city, who, status):
    assert get(city.cast[who], "/overview/").status_code == status


def test_other_rules_and_the_village_classes_are_indicators(city):
    who = city.cast["county"]
    grace = shape(get(who, "/overview/", rule="gradual-exit"))
    assert grace.title == "渐退期"
    assert [figure.label for figure in grace.figures] == ["在册", "渐退期", "待核"]
    villages = shape(get(who, "/overview/", rule="village-low"))
    assert [figure.label for figure in villages.figures][1:4] == [
        "收入达标村",
        "收入中等村",
        "收入偏低村",
    ]
    assert "/villages/" in villages.figures[0].url
    assert get(who, "/overview/", rule="no-such-rule").status_code == 404


def test_what_moved_since_the_run_before(city):
    page = shape(get(city.cast["county"], "/overview/"))
    assert page.changes_title == "灌云县：比 2020-07-01 的变化"
    moved = lines(page.changes)
    before, entered, left, _none, now = moved["待核"]
    assert int(before) - int(left) + int(entered) == int(now)
    for name in moved.keys() - {"待核"}:
        before, entered, left, doubted, now = map(int, moved[name])
        assert before - left - doubted + entered == now
    assert "/runs/diff/" in page.changes_note[1].url
    # The town clerk may not read runs: the numbers stay, the way to the list goes.
    assert not shape(get(city.cast["town"], "/overview/")).changes_note[1:]


def test_the_workbook_holds_the_table_and_says_whose_it_is(city, settings):
    response = get(city.cast["county"], "/overview/", export="xlsx")
    assert response["Content-Disposition"].startswith('attachment; filename="overview-')
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert "模拟数据" in cells[1][0]
    assert "county" in cells[2][0]
    assert cells[3][:2] == ["区划", "在册"]
    total = next(row for row in cells if row[0] == "合计")
    assert total[1] == 3


def test_before_the_first_run_nothing_is_counted_and_the_foot_says_so(city):
    Decision.objects.all().delete()
    Run.objects.all().delete()
    response = get(city.cast["county"], "/overview/")
    assert shape(response).changes is None
    assert shape(response).figures[0].value == 0
    assert "还没有认定运行" in response.content.decode()


def test_few_queries_however_deep(city):
    for region in (CITY, COUNTY, TOWN, VILLAGE, NEXT_VILLAGE):
        client = signed_in(city.cast["city"])
        client.get("/overview/", {"region": region})
        with CaptureQueriesContext(connection) as seen:
            client.get("/overview/", {"region": region})
        assert len(seen) <= MOST_QUERIES, [query["sql"][:120] for query in seen]
