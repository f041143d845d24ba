"""一户一档: decisions with their reasons, facts with their sources, and who may see what of it."""

import re
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.accounts.factories import signed_in
from tests.decisions import factories as make
from tests.web import registry_city, small_city
from tests.web.registry_city import NUMBER, PHONE, get
from wengu.audit.models import Event
from wengu.decisions import policies
from wengu.decisions.actions import decide
from wengu.decisions.explanations import explain
from wengu.regions import queries as regions
from wengu.registry.models import HouseholdPlace, Listed, Listing, Membership, PersonFacts
from wengu.web.telling import Telling

pytestmark = pytest.mark.django_db
MOST_QUERIES = 47


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), registry_city.standing() as made:
        yield made


@pytest.fixture(autouse=True)
def _on_the_second_day(monkeypatch):
    monkeypatch.setattr("wengu.governance.queries.today", lambda: small_city.SECOND)


def path(city, name="grace"):
    return f"/households/{city.homes[name].number}/"


def file(response):
    return response.context["file"]


def why(response, rule):
    return next(one for one in file(response).explanations if one.key == rule)


def test_a_decision_is_told_from_the_clause_to_its_facts(city):
    one = why(get(city.cast["county"], path(city)), "gradual-exit")
    assert (one.verdict, one.clause) == ("true", "2.4.3")
    assert one.since == small_city.FIRST
    marked = [part.text for part in one.quote if part.deciding]
    words = "年人均收入超过低保最低标准但在2倍以内的，给予不超过2年的渐退期"
    assert marked == [f"现有农村低保户中的建档立卡低收入家庭，{words}"]
    income = next(test for test in one.tests if str(test.required).startswith("＞"))
    assert (income.label, income.fact.text) == ("家庭年纯收入", "9,000.00\u00a0元")
    assert income.source == "花名册"
    assert income.dated == small_city.EARLY
    labels = {test.label: test for test in one.tests}
    assert labels["建档立卡户"].part
    assert labels["建档立卡户"].fact.text == "是"
    assert any("收入分摊人数" in label for label in labels)
    assert not one.flips
    assert one.changes_url


def test_a_branch_settled_by_or_else_tells_the_fact_itself(city):
    # "not registered, or else no" must not say of a registered household that it is not.
    one = why(get(city.cast["county"], path(city, "poor")), "low-income-marginal")
    facts = {test.label: test for test in one.tests}
    assert facts["建档立卡户"].fact.text == "是"
    assert facts["建档立卡户"].verdict == "true"
    assert facts["脱贫属性"].fact.text == "已脱贫"


def test_what_would_change_it_comes_when_it_is_unfolded(city):
    client = signed_in(city.cast["county"])
    url = why(client.get(path(city)), "gradual-exit").changes_url
    part = client.get(url, headers={"HX-Request": "true"})
    shown = part.context["why"]
    assert "<html" not in part.content.decode()
    conditions = [flip.condition for flip in shown.flips]
    assert "低保户变为“否”" in conditions
    ruler = shown.rulers[0]
    assert ruler.point == 9_000_00
    assert ruler.zones[ruler.zone] == "符合"
    plain = client.get(url)
    assert plain.status_code == 302
    opened = client.get(plain.url)
    assert why(opened, "gradual-exit").flips


def test_an_income_declared_per_head_is_called_so_everywhere(city):
    make.person(household=city.homes["poor"], relation="妻子", since=small_city.EARLY)
    names = {
        "zh-hans": ("家庭年纯收入", "家庭人均年纯收入"),
        "en": ("nnual net income", "nnual net income per head"),
    }
    for language, (total, head) in names.items():
        client = signed_in(city.cast["county"])
        client.cookies["django_language"] = language
        page = client.get(path(city, "poor"))
        one = why(page, "low-income-marginal")
        assert head in "".join(test.label for test in one.tests)
        shown = client.get(one.changes_url, headers={"HX-Request": "true"}).context["why"]
        assert any(head in flip.condition for flip in shown.flips)
        point = shown.rulers[0].point_text
        assert ("本户人均" if language == "zh-hans" else "per head") in point
        text = page.content.decode() + "".join(flip.condition for flip in shown.flips)
        assert head in text
        assert total not in text.replace(head, "")


@pytest.mark.parametrize(("language", "rule", "day", "outcome"), [
    ("zh-hans", "gradual-exit", "到 2020-09-01", "不符合：收入未超过低保标准，低保不变"),
    ("zh-hans", "near-poverty", "到 2020-09-01", "待核：缺低保户、有特困供养人员"),
    ("en", "gradual-exit", "On 2020-09-01",
     "does not: income not above the standard: dibao stays as it is"),
    ("en", "near-poverty", "On 2020-09-01", "open: in dibao, with destitute support missing"),
])  # fmt: skip
def test_a_day_ahead_says_what_the_result_then_is(city, language, rule, day, outcome):
    client = signed_in(city.cast["county"])
    client.cookies["django_language"] = language
    url = why(client.get(path(city, "poor")), rule).changes_url
    shown = client.get(url, headers={"HX-Request": "true"}).context["why"]
    ahead = [flip for flip in shown.flips if flip.condition == day]
    assert [flip.outcome for flip in ahead] == [outcome]


def test_a_day_from_which_nothing_is_decided_says_so(city, monkeypatch):
    page = get(city.cast["county"], path(city, "poor"))
    ours = Telling(page.wsgi_request.scope, small_city.SECOND, policies.current())
    told = next(
        one for one in explain(household=city.homes["poor"].pk, on=small_city.SECOND)
        if one.rule == "gradual-exit"
    )  # fmt: skip
    gone = replace(told, then=None)
    assert ours.shape(gone).flips[-1].outcome == "不在册，不再认定"
    rule = ours.policy.pack.rule("gradual-exit", small_city.SECOND)
    monkeypatch.setattr(ours.policy.pack, "rule", lambda *_: replace(rule, until=told.due))
    assert ours.shape(gone).flips[-1].outcome == "这条规则到期，不再按它认定"


def test_what_is_said_of_all_members_is_said_of_none_by_name(city):
    home = city.homes["poor"]
    said = explain(household=home.pk, on=small_city.SECOND)
    page = get(city.cast["county"], path(city, "poor"))
    # A household and a person may have the same number.
    names = {home.pk: "某人"}
    ours = Telling(page.wsgi_request.scope, small_city.SECOND, policies.current(), names)
    labels = [test.label for one in said for test in ours.shape(one).tests]
    assert "全部成员为特困供养人员" in labels
    assert not any("某人" in label for label in labels if "成员" in label)


def test_an_undecided_rule_says_what_is_missing_and_whom_to_ask(city):
    hidden = city.homes["hidden"]
    assert hidden.number
    page = get(city.cast["county"], path(city, "hidden"), on=small_city.EARLY.isoformat())
    assert file(page).unknown >= 0
    other = get(city.cast["foreign"], path(city, "other"))
    one = next(x for x in file(other).explanations if x.verdict == "unknown")
    assert "该问" in one.sentence


def test_the_household_is_decided_again_for_another_day(city):
    page = get(city.cast["county"], path(city), on="2019-12-31")
    assert "没有这一户的成员" in file(page).notice.text
    assert not file(page).explanations
    later = get(city.cast["county"], path(city), on="2020-07-09")
    assert "不是今天的认定" in file(later).notice.text
    assert why(later, "gradual-exit").since is None
    wrong = get(city.cast["county"], path(city), on="31.12.2019")
    assert file(wrong).on == small_city.SECOND


def test_the_file_says_where_the_lists_still_show_something_else(city):
    assert file(get(city.cast["county"], path(city, "poor"))).notice is None
    make.income(
        city.homes["poor"], 90_000_00, year=2019, source="1correction", since=small_city.EARLY
    )
    page = get(city.cast["county"], path(city, "poor"))
    words = file(page).notice.text
    assert f"第 {city.runs[1].pk} 次认定运行之后" in words
    told = {one.key: one for one in file(page).explanations}
    assert told["low-income-marginal"].rule in words
    assert told["low-income-marginal"].since is None
    assert told["water-gap"].rule not in words
    decide(on=small_city.SECOND, by="test")
    assert file(get(city.cast["county"], path(city, "poor"))).notice is None


@pytest.mark.parametrize("name", ["other", "none"])
def test_a_foreign_household_is_a_missing_one(city, name):
    url = path(city, name) if name in city.homes else "/households/nowhere/"
    client = signed_in(city.cast["county"])
    assert client.get(url).status_code == 404
    assert client.get(f"{url}changes/gradual-exit/").status_code == 404
    assert client.post(f"{url}reveal/phone/", {"purpose": "入户核实"}).status_code == 404
    texts = [
        re.sub(r"[0-9A-F]{4}-[0-9A-F]{2}|value=\"[^\"]*\"|/households/[^/\"]*/", "", t)
        for t in (client.get(url).content.decode(), client.get("/households/x/").content.decode())
    ]
    assert texts[0] == texts[1]


@pytest.mark.parametrize("who", ["system", "security", "audit"])
def test_administrators_open_no_household(city, who):
    assert get(city.cast[who], path(city)).status_code == 403


def test_opening_a_household_leaves_a_trace(city):
    get(city.cast["town"], path(city))
    event = Event.objects.filter(action="registry.read_household").latest("pk")
    assert (event.actor, event.subject) == ("town", f"registry.household:{city.homes['grace'].pk}")


# --- facts that not everybody sees -----------------------------------------------------------


def test_coded_health_is_shown_only_to_posts_that_need_it(city):
    person = Membership.objects.get(household=city.homes["poor"]).person
    PersonFacts.objects.filter(person=person).update(
        disabled=True, disability="42", serious_illness=True, source="2visit"
    )
    full = get(city.cast["county"], path(city, "poor")).content.decode()
    assert "肢体二级" in full
    assert "患有大病" in full
    assert f"single-person-cover-{person.pk}" in full
    for who in ("leader", "department"):
        text = get(city.cast[who], path(city, "poor")).content.decode()
        assert "肢体二级" not in text
        assert "患有大病" not in text
        assert f"single-person-cover-{person.pk}" not in text


def test_reasons_made_of_withheld_facts_are_withheld(city):
    one = why(get(city.cast["leader"], path(city)), "near-poverty")
    assert not one.tests
    assert "不查看" in one.sentence
    client = signed_in(city.cast["leader"])
    url = f"{path(city)}changes/near-poverty/"
    part = client.get(url, headers={"HX-Request": "true"})
    assert not part.context["why"].flips
    assert not part.context["why"].rulers


# --- masks -------------------------------------------------------------------------------------


def test_numbers_are_masked_and_only_some_posts_may_ask(city):
    text = get(city.cast["county"], path(city)).content.decode()
    assert NUMBER not in text
    assert PHONE not in text
    assert "139****0137" in text
    assert "申请查看" in text
    leader = get(city.cast["leader"], path(city)).content.decode()
    assert "申请查看" not in leader
    person = Membership.objects.get(household=city.homes["grace"]).person_id
    refused = signed_in(city.cast["leader"]).post(
        f"/persons/{person}/reveal/", {"purpose": "入户核实"}
    )
    assert refused.status_code == 403


def test_a_value_is_revealed_for_a_purpose_and_recorded(city):
    client = signed_in(city.cast["town"])
    person = Membership.objects.get(household=city.homes["grace"]).person
    shown = client.post(f"/persons/{person.pk}/reveal/", {"purpose": "核对身份"})
    assert NUMBER in shown.content.decode()
    assert 'data-seconds="60"' in shown.content.decode()
    event = Event.objects.filter(action="registry.reveal").latest("pk")
    assert (event.actor, event.purpose, event.detail) == ("town", "核对身份", {"what": "id_number"})
    assert NUMBER not in str(event.detail) + event.subject
    phone = client.post(f"{path(city)}reveal/phone/", {"purpose": "入户核实"})
    assert PHONE in phone.content.decode()


@pytest.mark.parametrize("purpose", ["", "好奇"])
def test_without_a_purpose_nothing_is_revealed_nor_counted(city, purpose):
    before = Event.objects.filter(action="registry.reveal").count()
    answer = signed_in(city.cast["town"]).post(f"{path(city)}reveal/phone/", {"purpose": purpose})
    assert answer.status_code == 422
    assert PHONE not in answer.content.decode()
    assert Event.objects.filter(action="registry.reveal").count() == before


def test_the_quota_of_the_day_holds(city, settings):
    settings.REVEALS_PER_DAY = 1
    client = signed_in(city.cast["county2"])
    url = f"{path(city)}reveal/phone/"
    assert client.post(url, {"purpose": "入户核实"}).status_code == 200
    again = client.post(url, {"purpose": "入户核实"})
    assert again.status_code == 422
    assert "用完" in again.content.decode()
    assert PHONE not in again.content.decode()


def test_a_foreign_person_is_not_revealed(city):
    person = Membership.objects.get(household=city.homes["other"]).person_id
    answer = signed_in(city.cast["county"]).post(
        f"/persons/{person}/reveal/", {"purpose": "入户核实"}
    )
    assert answer.status_code == 404


# --- the rest of the file ----------------------------------------------------------------------


def test_every_fact_has_its_source_and_day(city):
    page = file(get(city.cast["county"], path(city)))
    facts = next(section for section in page.tables if section.key == "facts")
    rows = {(row.cells[0], row.cells[1]): row.cells for row in facts.table.rows}
    row = rows["全户", "建档立卡"]
    assert row[2:] == ("是", "花名册", small_city.EARLY)
    pension = next(cells for key, cells in rows.items() if key[1] == "基本养老保险")
    assert pension[2] is None
    assert pension[3].text == "该问县人社局"


def test_measures_are_those_of_the_rules_that_hold(city):
    page = file(get(city.cast["county"], path(city)))
    titles = {measure.title: measure.clause for measure in page.measures}
    assert titles["渐退期"] == "2.4.3"
    assert titles["兜底救助"] == "2.1.6"


def test_a_measure_is_in_place_by_what_is_paid(city):
    members = city.homes["grace"].memberships.values_list("person__id_index", flat=True)
    Listed.objects.filter(number__in=list(members)).update(monthly_fen=450_00)
    states = {
        measure.title: measure.state
        for measure in file(get(city.cast["county"], path(city))).measures
    }
    assert states["渐退期"] == "低保每月 450.00 元"
    assert "450.00" in str(file(get(city.cast["leader"], path(city))).measures)
    department = get(city.cast["department"], path(city)).content.decode()
    assert "450.00" not in department


def test_the_timeline_tells_records_and_decisions_newest_first(city):
    page = file(get(city.cast["county"], path(city, "hidden")))
    days = [event.on for event in page.timeline]
    assert days == sorted(days, reverse=True)
    assert {event.decided for event in page.timeline} == {True, False}
    assert page.timeline_total >= len(page.timeline)


def test_the_timeline_names_the_villages_of_a_move_and_both_names(city):
    home, on = city.homes["hidden"], small_city.SECOND
    place = HouseholdPlace.objects.get(household=home, superseded_seq=None)
    here = place.village_id
    villages = regions.children(regions.town(here, on), on)
    there = next(one.code for one in villages if one.code != here)
    place.pk, place.village_id, place.since = None, there, on
    place.save(force_insert=True)
    page = file(get(city.cast["county"], path(city, "hidden") + "?timeline=all"))
    (moved,) = [event for event in page.timeline if event.title == "迁至另一个村"]
    assert moved.on == on
    for code, shown in ((here, moved.detail[0].old), (there, moved.detail[0].new)):
        assert regions.find(code, on).short_name in shown


def test_what_was_paid_is_unknown_until_the_list_of_stays_has_arrived(city):
    label, url = "观察期内自付", path(city, "poor")

    def shown():
        found = why(get(city.cast["county"], url), "sudden-shock")
        (paid,) = [test for test in found.tests if test.label == label]
        return found.verdict, getattr(paid.fact, "text", None), paid.required

    assert shown() == ("false", "0.00\u00a0元", "≤\u00a00.00\u00a0元")
    Listing.objects.filter(kind="hospital").delete()
    assert shown() == ("unknown", None, "")


@pytest.mark.parametrize(("there", "said"), [
    ("poor", "现在乙低收入户（小园村）"), ("other", "已迁往您范围以外的户"),
])  # fmt: skip
def test_the_timeline_says_where_somebody_who_left_is(city, there, said):
    one = Membership.objects.get(household=city.homes["hidden"])
    Membership.objects.filter(pk=one.pk).update(until=small_city.SECOND)
    title = f"{one.person.name} 离开本户"

    def told():
        page = file(get(city.cast["county"], path(city, "hidden") + "?timeline=all"))
        (event,) = [event for event in page.timeline if event.title == title]
        return event.detail[1:-1]

    assert told() == ()
    Membership.objects.create(
        household=city.homes[there], person=one.person, relation="其他", since=small_city.SECOND,
        seq=one.seq, source="visit",
    )  # fmt: skip
    (where,) = told()
    assert where.text == said
    assert getattr(where, "url", "") == ("" if there == "other" else path(city, there))


def test_the_page_asks_the_database_little(city):
    client = signed_in(city.cast["county"])
    client.get(path(city))
    with CaptureQueriesContext(connection) as asked:
        client.get(path(city))
    assert len(asked) <= MOST_QUERIES
