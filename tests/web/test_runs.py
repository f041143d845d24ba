"""运行: the list, one run, a new one, and two compared: every change once, with its cause."""

import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.accounts.factories import signed_in
from tests.web import small_city
from tests.web.small_city import COUNTY, FOREIGN
from wengu.accounts import queries as accounts
from wengu.audit.models import Event
from wengu.decisions.differences import Change, Difference
from wengu.decisions.models import Decision, Run
from wengu.jobs.models import Job
from wengu.registry.models import Household, Membership
from wengu.web import difference_rows, differences

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), small_city.standing() as made:
        yield made


@pytest.fixture(autouse=True)
def _nothing_kept():
    differences._kept.clear()


def get(who, path, **query):
    return signed_in(who).get(path, query)


def diff(who, **query):
    return get(who, "/runs/diff/", **query).context["diff"]


def subjects(page):
    return [row.cells[0].text for row in page.table.rows]


def total(page):
    """Return the number of changes that the matrix counts."""
    figures = [
        figure
        for move in page.movements
        for figure in (move.entered[0], move.left[0], move.doubted, move.changed)
    ]
    return sum(figure.value for figure in figures)


def test_the_list_shows_each_run_beside_the_one_before(city):
    page = get(city.cast["county"], "/runs/").context["runs"]
    second, first = page.table.rows
    assert first.cells[1] == small_city.FIRST
    assert second.cells[1] == small_city.SECOND
    assert f"a={city.runs[0].pk}&b={city.runs[1].pk}" in second.cells[-1].url
    assert page.start_url


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("village", 403), ("town", 403), ("county", 200), ("city", 200), ("department", 403),
        ("leader", 200), ("inspector", 200), ("system", 403), ("security", 403), ("audit", 403),
    ],
)  # fmt: skip
def test_who_may_see_runs(city, who, status):
    run = city.runs[1].pk
    for path in ("/runs/", f"/runs/{run}/", "/runs/diff/"):
        assert get(city.cast[who], path).status_code == status, path


@pytest.mark.parametrize(
    ("who", "status"), [("county", 302), ("leader", 403), ("inspector", 403), ("town", 403)]
)
def test_who_may_start_a_run(city, who, status):
    client = signed_in(city.cast[who])
    assert client.get("/runs/start/").status_code in {403, 405}
    assert client.post("/runs/start/").status_code == status
    assert Job.objects.filter(by=who).count() == (status == 302)


def test_asking_twice_for_the_same_knowledge_is_one_job(city):
    client = signed_in(city.cast["county"])
    assert client.post("/runs/start/").url == client.post("/runs/start/").url
    assert Job.objects.count() == 1


def test_one_run_says_what_it_looked_at_and_counts_in_scope(city):
    page = get(city.cast["county"], f"/runs/{city.runs[1].pk}/").context["run"]
    facts = {fact.label: fact.value for fact in page.facts}
    assert facts["截至"] == small_city.SECOND
    assert facts["快照摘要"].text == city.runs[1].snapshot[:8]
    rows = {row.cells[0]: row.cells[-2] for row in page.sections[0].table.rows}
    assert rows["低收入边缘户"].text == "1"
    client = signed_in(city.cast["county"])
    for row in page.sections[0].table.rows:
        for cell in row.cells[-2:]:
            if getattr(cell, "url", ""):
                assert client.get(cell.url).context["listing"].total == int(cell.text)
    # An earlier run's numbers are not those of today's lists, so that they open none.
    earlier = get(city.cast["county"], f"/runs/{city.runs[0].pk}/").context["run"]
    cells = [cell for row in earlier.sections[0].table.rows for cell in row.cells[-2:]]
    assert not any(getattr(cell, "url", "") for cell in cells)
    used = {row.cells[0].text: row.cells[1] for row in page.sections[1].table.rows}
    assert used["低收入标准"] == "6,000.00 元/人·年"
    assert get(city.cast["county"], "/runs/9999/").status_code == 404


def test_a_run_whose_rules_are_lost_says_so_and_how_to_mend_it(city):
    run = city.runs[0]
    Run.objects.filter(pk=run.pk).update(parameters={**run.parameters, "pack": "0" * 64})
    page = get(city.cast["county"], f"/runs/{run.pk}/")
    assert page.status_code == 200
    assert "从备份恢复规则文本" in page.content.decode()
    assert not page.context["run"].sections
    for query in ({}, {"export": "xlsx"}):
        answer = get(city.cast["county"], "/runs/diff/", **query)
        assert "从备份恢复规则文本" in answer.content.decode(), query


def test_facts_beyond_their_limits_are_named_in_scope_only(city):
    near = Household.objects.filter(village_id__gt=COUNTY).order_by("number").first()
    far = Household.objects.filter(village_id=FOREIGN).first()
    run = city.runs[1]
    Run.objects.filter(pk=run.pk).update(beyond={"household.income_fen": [near.pk, far.pk]})
    page = get(city.cast["county"], f"/runs/{run.pk}/").context["run"]
    (table,) = (one.table for one in page.sections if one.key == "beyond")
    ((term, number, whom),) = (row.cells for row in table.rows)
    assert (term, number, [one.text for one in whom]) == ("家庭年纯收入", "1", [near.number])
    page = get(city.cast["county"], f"/runs/{city.runs[0].pk}/").context["run"]
    assert "beyond" not in {one.key for one in page.sections}


def test_a_fact_that_became_known_is_the_cause(city):
    page = diff(city.cast["county"], rule="low-income-marginal")
    assert subjects(page) == ["丙待核"]
    row = page.table.rows[0]
    assert (row.cells[2].old.verdict, row.cells[2].new.verdict) == ("unknown", "false")
    assert row.cells[3] == "事实"
    assert any(getattr(part, "new", None) == "30,000.00 元" for part in row.cells[4])


def test_where_somebody_belongs_is_told_by_its_names(city):
    home, rule = city.homes["poor"], "near-poverty"
    moved = Change("fact", "household", "village", "所在村", home.pk, FOREIGN, small_city.VILLAGE)
    came = Change("fact", "person", "household", "所在户", 1, None, home.pk, "走访")
    viewer = accounts.scope(city.cast["county"], small_city.SECOND)
    shown = []
    for change in (moved, came):
        one = Difference(
            "h", home.pk, home.pk, small_city.VILLAGE, rule, "2.4.5", "entered", None, 2,
            None, True, ("fact",), (change,),
        )  # fmt: skip
        names = difference_rows.Names.of([one], viewer)
        term, values = difference_rows.row(one, names, viewer).cells[4]
        shown.append((term.text, values.old, values.new))
    assert shown == [
        ("所在村", "海州区锦屏镇桃花村", "灌云县伊山镇小园村"),
        ("所在户", "不在本户", "乙低收入"),
    ]


@pytest.mark.parametrize(("who", "said"), [
    ("city", "不在本户，现在甲渐退户（小园村）"), ("foreign", "不在本户，已迁往您范围以外的户"),
])  # fmt: skip
def test_of_whoever_left_is_said_where_they_are(city, who, said):
    left, there = city.homes["other"], city.homes["grace"]
    one = left.memberships.get()
    went = Change("fact", "person", "household", "所在户", one.person_id, left.pk, None, "走访")
    found = Difference(
        "h", left.pk, left.pk, FOREIGN, "near-poverty", "2.4.5", "left", 2, None, True, None,
        ("fact",), (went,),
    )  # fmt: skip
    viewer = accounts.scope(city.cast[who], small_city.SECOND)

    def told():
        names = difference_rows.Names.of([found], viewer)
        return difference_rows.row(found, names, viewer).cells[4][1].new

    assert told() == "不在本户"
    Membership.objects.filter(pk=one.pk).update(until=small_city.FIRST)
    assert told() == "不在本户"
    Membership.objects.create(
        household=there, person=one.person, relation="其他", since=small_city.FIRST, seq=one.seq,
        source="visit",
    )  # fmt: skip
    assert told() == said


@pytest.mark.parametrize(("name", "old", "new", "table"), [
    ("disability", "无", "42", "person"), ("severe_disabilities", ["41"], ["41", "53"], ""),
])  # fmt: skip
def test_kinds_and_grades_of_a_disability_are_said_not_numbered(city, name, old, new, table):
    home = city.homes["grace"]
    change = Change("fact", table, name, name, 1, old, new)
    found = Difference(
        "h", home.pk, home.pk, small_city.VILLAGE, "near-poverty", "2.4.5", "entered", 2, None,
        True, None, ("fact",), (change,),
    )  # fmt: skip
    viewer = accounts.scope(city.cast["county"], small_city.SECOND)
    names = difference_rows.Names.of([found], viewer)
    values = difference_rows.row(found, names, viewer).cells[4][1]
    said = ("无", "肢体二级") if table else ("肢体一级", "肢体一级、智力三级")
    assert (values.old, values.new) == said


def test_matrix_and_list_count_the_same_changes(city):
    page = diff(city.cast["county"])
    assert total(page) == page.pager.total
    for move in page.movements:
        for figure in (move.entered[0], move.left[0], move.changed):
            if figure.value:
                url = figure.url.split("#")[0]
                listed = signed_in(city.cast["county"]).get(url).context["diff"]
                assert listed.pager.total == figure.value


def test_causes_of_a_row_add_up_with_the_list_of_that_cause(city):
    page = diff(city.cast["county"], causes="1")
    assert page.causes_url == ""
    for cause in differences.CAUSES:
        counted = sum(
            figures[1 + differences.CAUSES.index(cause)].value
            for move in page.movements
            for figures in (move.entered, move.left)
        )
        listed = [
            diff(city.cast["county"], cause=cause, move=m).pager.total for m in ("entered", "left")
        ]
        assert counted == sum(listed)


def test_many_changes_get_their_causes_a_moment_later(city, monkeypatch):
    monkeypatch.setattr(differences, "AT_ONCE", 0)
    page = diff(city.cast["county"])
    assert "causes=1" in page.causes_url
    assert all(len(move.entered) == 1 for move in page.movements)
    client = signed_in(city.cast["county"])
    part = client.get(page.causes_url, headers={"HX-Request": "true"})
    assert part.content.decode().lstrip().startswith("<section")
    assert all(len(move.entered) == 4 for move in part.context["diff"].movements)


def test_too_many_changes_ask_for_a_narrower_question(city, monkeypatch):
    monkeypatch.setattr(differences.movements, "MOST_SPANS", 0)
    page = diff(city.cast["county"])
    assert page.notice.kind == "warn"
    assert page.movements == ()
    monkeypatch.undo()
    monkeypatch.setattr(differences, "MOST_CAUSES", 0)
    narrow = diff(city.cast["county"], cause="fact")
    assert narrow.notice.kind == "warn"
    assert narrow.pager.total == 0


def test_nobody_sees_changes_of_another_county(city):
    own, foreign = city.cast["county"], city.cast["foreign"]
    assert subjects(diff(foreign)) == []
    assert get(own, "/runs/diff/", region="320706000000").status_code == 404
    assert get(own, "/runs/diff/", region=FOREIGN).status_code == 404
    # The same question from the city is not answered out of the county's kept answer.
    assert diff(own, causes="1", region=COUNTY).pager.total >= 1
    assert diff(own, cause="fact").pager.total >= 1
    assert diff(foreign, cause="fact").pager.total == 0


def test_what_a_post_may_not_see_is_said_and_not_shown(city, monkeypatch):
    monkeypatch.setattr("wengu.accounts.scope.Scope.sees", lambda self, column: False)
    page = diff(city.cast["leader"], rule="low-income-marginal")
    html = get(city.cast["leader"], "/runs/diff/", rule="low-income-marginal").content.decode()
    assert "不在您的查看范围" in html
    assert "30,000.00" not in html
    assert subjects(page) == ["丙待核"]


def test_persons_are_not_named_by_facts_that_a_post_does_not_see(city):
    rule = "single-person-cover"
    ours = diff(city.cast["county"], rule=rule)
    leaders = diff(city.cast["leader"], rule=rule)
    assert len(ours.table.rows) == total(ours) == 1
    assert total(leaders) == 1
    assert leaders.table.rows == ()
    assert "只给数字" in " ".join(leaders.filters)
    assert not any(f.url for m in leaders.movements for f in (*m.entered, *m.left, m.changed))


@pytest.mark.parametrize("query", [{"rule": "x"}, {"cause": "x"}, {"move": "x"}, {"a": "9999"}])
def test_a_filter_that_means_nothing_is_missing_not_ignored(city, query):
    assert get(city.cast["county"], "/runs/diff/", **query).status_code == 404


def test_the_export_is_the_list_and_is_kept_in_the_trail(city):
    who = city.cast["county"]
    response = get(who, "/runs/diff/", export="xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert len(rows) - 4 == diff(who).pager.total
    event = Event.objects.filter(action="decisions.export").get()
    assert event.detail["rows"] == len(rows) - 4
    # A leader reads, and takes nothing away: the page comes instead.
    assert "diff" in get(city.cast["leader"], "/runs/diff/", export="xlsx").context


def test_a_name_that_looks_like_a_formula_stays_text(city):
    home = city.homes["hidden"]
    type(home).objects.filter(pk=home.pk).update(head_name="=1+1")
    response = get(city.cast["county"], "/runs/diff/", export="xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    cell = next(cell for row in sheet.iter_rows() for cell in row if "=1+1" in str(cell.value))
    assert cell.data_type == "s"


def test_few_queries(city):
    client = signed_in(city.cast["county"])
    # Seeking causes reads the facts of a page's subjects at three moments, in groups.
    paths = {"/runs/": 12, f"/runs/{city.runs[1].pk}/": 14, "/runs/diff/": 54}
    for path, most in paths.items():
        client.get(path)
        with CaptureQueriesContext(connection) as seen:
            client.get(path)
        assert len(seen) <= most, (path, len(seen))


def test_every_figure_of_the_matrix_is_the_list_behind_it(city):
    who = city.cast["county"]
    page = diff(who)
    figures = [
        figure
        for move in page.movements
        for figure in (move.entered[0], move.left[0], move.doubted, move.changed)
        if figure.value and figure.url
    ]
    assert figures
    client = signed_in(who)
    for figure in figures:
        behind = client.get(figure.url.partition("#")[0]).context["diff"]
        assert behind.pager.total == figure.value, figure.url


def test_who_became_undecided_is_a_list_of_its_own(city):
    """One household's list grows too old between the runs: counted, linked and listed as 转待核."""
    home = city.homes["grace"]
    rows = Decision.objects.filter(household=home.pk, rule="gradual-exit")
    held = rows.filter(ended=None).first() or rows.latest("pk")
    first, second = city.runs
    rows.delete()
    Decision.objects.create(**_span(held, first, verdict=True, ended=second))
    Decision.objects.create(**_span(held, second, verdict=None, branch=-1))
    who = city.cast["county"]
    (move,) = diff(who, rule="gradual-exit").movements
    assert (move.doubted.value, move.left[0].value) == (1, 0)
    behind = signed_in(who).get(move.doubted.url.partition("#")[0]).context["diff"]
    assert behind.pager.total == 1
    assert "move=doubted" in signed_in(who).get("/").content.decode()


def _span(held, run, **own):
    copied = ("kind", "subject", "household", "village", "rule", "branch", "verdict")
    made = {name: getattr(held, name) for name in copied}
    return made | {"run": run, "since": run.on, "missing": held.missing} | own
