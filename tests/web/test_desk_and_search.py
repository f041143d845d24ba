"""工作台, 村档, 查找: as the cast sees them."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.accounts.factories import signed_in, user
from tests.web import registry_city, small_city
from tests.web.registry_city import get
from tests.web.small_city import COUNTY, FOREIGN, NEXT_VILLAGE, VILLAGE
from wengu.accounts.models import Role, User
from wengu.accounts.permissions import Permission
from wengu.accounts.scope import Scope
from wengu.decisions.actions import decide
from wengu.decisions.models import Run
from wengu.jobs.models import Job, JobState
from wengu.regions.models import Region, Succession
from wengu.registry.models import VillageFacts
from wengu.web import desk_tasks, search, village

pytestmark = pytest.mark.django_db
MOST_QUERIES = {"/": 45, f"/villages/{VILLAGE}/": 30, "/search/?q=%E7%94%B2": 20}


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), registry_city.standing() as made:
        yield made


@pytest.fixture(autouse=True)
def _on_the_second_day(monkeypatch):
    monkeypatch.setattr("wengu.governance.queries.today", lambda: small_city.SECOND)


def desk(city, who):
    return get(city.cast[who], "/").context["desk"]


def test_the_desk_counts_only_what_lies_in_scope(city):
    counted = {who: desk(city, who).figures[-1] for who in ("village", "county", "city")}
    assert {who: figure.value for who, figure in counted.items()} == {
        "village": 2, "county": 3, "city": 4,
    }  # fmt: skip


def test_alerts_are_tasks_of_those_who_can_act(city):
    shown = desk(city, "county")
    assert {task.who for task in shown.tasks} == {"乙低收入"}
    assert shown.total == len(shown.tasks)
    assert shown.title == "今天有 1 件等您办"
    assert signed_in(city.cast["county"]).get(shown.tasks[0].url).status_code == 200
    assert desk(city, "leader").tasks == ()
    assert desk(city, "leader").title.startswith("今天骤贫 0 户，近贫预警 1 户")


def test_an_alert_that_becomes_undecided_stays_to_be_looked_at(city):
    later = datetime.date(2020, 10, 1)
    decide(on=later, by="test")
    shown = desk(city, "county")
    assert [(task.urgency, task.title, task.who) for task in shown.tasks] == [
        ("open", "近贫预警转待核", "乙低收入"),
    ]  # fmt: skip
    assert shown.total == 1
    assert "没有解除" in shown.tasks[0].why
    assert signed_in(city.cast["county"]).get(shown.tasks[0].url).status_code == 200
    assert desk(city, "leader").tasks == ()
    assert {task.who for task in desk(city, "foreign").tasks} == {"丁外县"}


def test_every_task_is_reached_however_many_there_are(city):
    for number in range(205):
        small_city.home(VILLAGE, f"甲{number}", income=7_000_00)
    decide(on=small_city.SECOND, by="test")
    client = signed_in(city.cast["county"])
    first = client.get("/").context["desk"]
    assert (first.total, len(first.tasks)) == (206, 10)
    url, seen = first.all_url, []
    while url:
        shown = client.get(url).context["desk"]
        assert shown.total == 206
        seen += [task.who for task in shown.tasks]
        url = shown.pager.next_url
    assert len(seen) == len(set(seen)) == 206
    whole = client.get(f"{first.all_url}&size=100&page=3").context["desk"]
    assert (len(whole.tasks), whole.pager.pages) == (6, 3)


def test_tasks_of_all_kinds_are_paged_through_in_their_order(city, monkeypatch):
    ours = Scope(user="测试", on=small_city.SECOND, permissions=frozenset(Permission))
    monkeypatch.setattr(desk_tasks, "_alerts", lambda _s, _r, rule, _u, part: [
        f"{rule} {number}" for number in range(part.start, part.stop)
    ])  # fmt: skip
    monkeypatch.setattr(desk_tasks, "_batches", lambda _scope: ["batch 0", "batch 1"])
    monkeypatch.setattr(desk_tasks, "_proposals", lambda _scope: ["proposal"])
    tasks = desk_tasks.Tasks(ours, city.runs[1], {"sudden-shock": 3, "near-poverty": 2})
    every = tasks.page(0, 100)
    assert every == [
        "sudden-shock 0", "sudden-shock 1", "sudden-shock 2", "near-poverty 0", "near-poverty 1",
        "batch 0", "batch 1", "proposal",
    ]  # fmt: skip
    assert tasks.total == len(every)
    for size in range(1, 9):
        pages = [tasks.page(first, size) for first in range(0, 8, size)]
        assert [one for page in pages for one in page] == every


def test_one_of_a_kind_is_one_in_english(city):
    client = signed_in(city.cast["county"])
    client.cookies["django_language"] = "en"
    whole = client.get("/")
    assert whole.context["desk"].title == "1 matter waits for you today"
    addresses = (
        "/?all=1", *(f"/{kind}/?region={NEXT_VILLAGE}" for kind in ("households", "persons",
        "villages")), f"/households/{city.homes['poor'].number}/",
    )  # fmt: skip
    answers = [whole, *(client.get(url) for url in addresses)]
    texts = [re.sub(r"(<[^>]*>|\s)+", " ", page.content.decode()) for page in answers]
    several = re.compile(r"\b1 (households|persons|villages|tasks|entries|records|rows|items)\b")
    assert [several.findall(text) for text in texts] == [[]] * len(texts)
    assert "1 to 1 of 1 task" in texts[1]
    assert "1 household, 1 person" in texts[2]
    assert "1 to 1 of 1 village" in texts[4]


def test_a_post_that_reads_has_the_figures_where_others_have_their_tasks(city):
    assert desk(city, "county").standing is None
    rows = {row.cells[0].text: row.cells for row in desk(city, "leader").standing.table.rows}
    assert len(rows) == 18
    near = rows["近贫预警"]
    assert near[3].text == "1"
    listed = signed_in(city.cast["leader"]).get(near[3].url)
    assert len(registry_city.keys(listed)) == 1
    assert signed_in(city.cast["leader"]).get(near[0].url).status_code == 200
    # A figure on persons is told, the names behind it only to whom they may be shown.
    assert rows["单人保"][3] != ""
    assert desk(city, "department").standing is not None


@pytest.mark.parametrize("who", ["county", "city"])
def test_the_villages_of_the_desk_are_those_of_the_overview_and_of_their_list(city, who):
    client = signed_in(city.cast[who])
    listed = client.get("/villages/").context["listing"]
    counted = client.get("/overview/?rule=village-attained").context["overview"].figures[0]
    assert listed.total
    assert counted.value == listed.total == len(client.get(counted.url).context["listing"].rows)
    assert f"在册 {listed.total} 个村" in desk(city, who).meta[-1]
    client.cookies["django_language"] = "en"
    ending = "village on record" if listed.total == 1 else "villages on record"
    assert client.get("/").context["desk"].meta[-1].endswith(f"{listed.total} {ending}")


def test_a_desk_before_the_first_run_counts_no_villages(city, monkeypatch):
    monkeypatch.setattr("wengu.decisions.queries.runs", Run.objects.none)
    assert not any("村" in part for part in desk(city, "county").meta)


def test_the_desk_tells_what_changed_since_the_run_before(city):
    shown = desk(city, "county")
    changes = next(section for section in shown.sections if section.key == "changes")
    moved = {row.cells[0]: row.cells[1:] for row in changes.table.rows}
    assert moved["高质量已脱贫户"][0].text == "1 户"
    page = signed_in(city.cast["county"]).get(moved["高质量已脱贫户"][0].url)
    assert page.status_code == 200


def test_all_that_lacks_is_there_the_most_of_it_unfolded(city, monkeypatch):
    found = next(one for one in desk(city, "county").sections if one.key == "missing")
    every = [*found.table.rows, *(found.rest.rows if found.rest else ())]
    monkeypatch.setattr("wengu.web.desk._LACKS", 1)
    page = get(city.cast["county"], "/")
    short = next(one for one in page.context["desk"].sections if one.key == "missing")
    assert [*short.table.rows, *short.rest.rows] == every
    assert len(short.table.rows) == 1
    assert f"其余 {len(every) - 1} 项" in page.content.decode()
    for row in short.rest.rows:
        assert row.cells[1].url.replace("&", "&amp;") in page.content.decode()


@pytest.mark.parametrize(
    ("who", "label"), [("system", "出错的任务"), ("security", "用户"), ("audit", "今天的导出")]
)
def test_administrators_see_their_own_work_and_no_household(city, who, label):
    page = get(city.cast[who], "/")
    text = page.content.decode()
    assert label in text
    for home in city.homes.values():
        assert home.head_name not in text
        assert f"/{home.number}/" not in text


def test_an_administrator_is_told_only_of_what_was_looked_at(city):
    users = User.objects.count()
    assert desk(city, "system").title == "没有出错的任务"
    assert desk(city, "security").title == f"用户 {users} 人，其中已停用 0 人"
    assert desk(city, "audit").title == "今天的审计记录"
    Job.objects.create(kind="decide", state=JobState.FAILED, by="test")
    assert desk(city, "system").title == "1 个任务出错，要看一下"
    for who in ("security", "audit"):
        assert "任务" not in desk(city, who).title
    client = signed_in(city.cast["system"])
    client.cookies["django_language"] = "en"
    assert client.get("/").context["desk"].title == "1 job failed and needs a look"


def test_somebody_without_a_post_is_told_so(city):
    gone = user(Role.TOWN_CLERK, COUNTY, username="gone", until=small_city.EARLY)
    assert get(gone, "/").context["desk"].title == "您现在没有岗位"


# --- village -----------------------------------------------------------------------------------


def file(response):
    return response.context["file"]


def test_a_village_shows_its_class_with_reasons_and_its_households(city):
    VillageFacts.objects.create(
        village=Region.objects.get(code=VILLAGE), collective_income_fen=200_000_00, road=True,
        dangerous_houses=0, unsafe_water=3, since=small_city.EARLY, seq=1, source="4roster",
    )  # fmt: skip
    page = get(city.cast["county"], f"/villages/{VILLAGE}/")
    why = {one.key: one for one in file(page).explanations}
    assert why["village-attained"].verdict == "true"
    assert why["village-attained"].subject == "village"
    assert "本村" in page.content.decode()
    eight = next(one for one in file(page).tables if one.key == "eight").table
    assert len(eight.rows) == len(village.EIGHT)
    marks = {row.cells[0]: getattr(row.cells[1], "text", None) for row in eight.rows}
    assert marks["到乡镇通硬化路"] == marks["危房户数"] == "达到"
    assert marks["未实现饮水安全户数"] == "未达到"
    assert marks["通客运班车"] is None


def test_the_figures_of_a_village_are_the_lengths_of_their_lists(city):
    client = signed_in(city.cast["county"])
    page = file(client.get(f"/villages/{VILLAGE}/"))
    classes = next(section for section in page.tables if section.key == "classes").table
    linked = [row.cells[2] for row in classes.rows if hasattr(row.cells[2], "url")]
    assert len(linked) >= 3
    for link in linked:
        listing = client.get(link.url).context["listing"]
        assert listing.total == len(listing.rows) == int(link.text)


@pytest.mark.parametrize("code", [FOREIGN, "320723999999", "320723", "abc"])
def test_a_foreign_village_is_a_missing_one(city, code):
    assert get(city.cast["county"], f"/villages/{code}/").status_code == 404


def test_an_abolished_code_is_still_found_with_its_successor(city):
    step = next(
        one
        for one in Succession.objects.order_by("old_id")
        if not one.old_id.endswith("000") and not one.new_id.endswith("000")
    )
    client = signed_in(city.cast["city"])
    day = step.on.isoformat()
    notice = file(client.get(f"/villages/{step.old_id}/", {"on": day})).notices[0]
    assert "不再使用" in notice.text
    assert step.new_id in notice.text
    assert notice.links[0].url.endswith(f"/villages/{step.new_id}/")
    before = file(client.get(f"/villages/{step.old_id}/"))
    assert not before.notices


# --- search ------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["2.4.3", "二（四）3", "2(4)3", "二(四)3"])
def test_a_clause_number_leads_to_the_clause(city, text):
    assert get(city.cast["county"], "/search/", q=text).url == "/policy/2.4.3/"


@pytest.mark.parametrize("text", ["2.4.99", "9.1", "2,4", "", "二（四）99"])
def test_what_is_no_clause_is_none(text):
    assert search.clause_number(text) == ""


def test_a_whole_household_number_leads_to_the_household(city):
    number = city.homes["grace"].number
    assert get(city.cast["county"], "/search/", q=number).url == f"/households/{number}/"
    foreign = get(city.cast["county"], "/search/", q=city.homes["other"].number)
    assert foreign.status_code == 200
    assert "没有找到" in foreign.content.decode()


@pytest.mark.parametrize("text", ["甲渐", "jjt"])
def test_names_and_initials_are_found_in_scope_only(city, text):
    address = f"/households/{city.homes['grace'].number}/"
    assert address in get(city.cast["county"], "/search/", q=text).content.decode()
    assert address not in get(city.cast["foreign"], "/search/", q=text).content.decode()


def test_words_of_the_document_and_villages_are_found(city):
    keys = {s.key for s in get(city.cast["county"], "/search/", q="渐退期").context["sections"]}
    assert "clauses" in keys
    found = get(city.cast["county"], "/search/", q="伊山").context["sections"]
    assert found is not None


@pytest.mark.parametrize("path", MOST_QUERIES)
def test_pages_ask_the_database_little(city, path):
    client = signed_in(city.cast["county"])
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        client.get(path)
    assert len(asked) <= MOST_QUERIES[path]
