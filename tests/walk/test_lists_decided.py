"""Five sheets of a county in, two days decided: the words of the rows that the product lives up to.

Each test is named for its clause, and asks the lists of the site and `wengu explain`; who stands
on which side of a word is in `listed`.
"""

import datetime

import pytest

from tests.accounts.factories import signed_in, user
from tests.walk import listed
from tests.walk.listed import NEXT, ON
from wengu.accounts.models import Role
from wengu.decisions.actions import decide
from wengu.governance import actions as governance

pytestmark = pytest.mark.django_db
COUNTY, CITY = "320723000000", "320700000000"
TREES, MIDDLE, POOR = "320723001200", "320723001203", "320723001204"


@pytest.fixture(scope="module")
def county(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), listed.standing() as made:
        yield made


@pytest.fixture(autouse=True)
def _demo(settings, monkeypatch):
    settings.DEMO = True
    monkeypatch.setattr("wengu.governance.queries.today", lambda: NEXT)


def adopted(name, value, *, since, region=CITY):
    """Let two persons set a figure from a day."""
    row = governance.propose(
        name=name, region=region, since=since, value=value, source="苏民〔模拟〕1号", by="a"
    )
    governance.adopt(row=row, by="b")


# 一（二）目标任务


def test_1_2_2_the_three_insurances_are_those_of_the_registered_low_income_population(county):
    for name, rule in (
        ("no-pension", "pension-gap"),
        ("no-medical", "medical-insurance-gap"),
        ("no-serious-illness", "serious-illness-insurance-gap"),
    ):
        assert county.called(rule) == {name}
        assert county.branches(rule, name, "entitled") == ["gap", "insured"]
        outside = county.branch(f"{name}-unregistered", rule)
        assert outside in {"outside", "not-registered"}


def test_1_2_2_dibao_is_what_the_list_says_and_who_is_entitled_without_it_is_found(county):
    assert county.called("dibao-gap") == {"entitled", "near"}
    assert county.branches(
        "dibao-gap", "entitled", "just-not-entitled", "house-dibao", "house-destitute"
    ) == ["gap", "above", "covered", "covered"]


def test_1_2_2_the_low_income_marginal_population_has_a_list(county):
    marginal = {
        "below-marginal", "entitled", "just-not-entitled", "house-registered", "no-medical",
        "home-of-truant", "home-of-said-ill",
    }  # fmt: skip
    assert county.called("low-income-marginal") == marginal
    assert county.branches(
        "low-income-marginal", "below-marginal", "no-medical", "well-off", "near"
    ) == ["low-income", "gap", "high-quality", "not-registered"]


def test_1_2_2_a_village_s_status_of_the_province_is_on_its_page(county):
    for village, status in ((TREES, "省定"), (MIDDLE, "市定"), (POOR, "无")):
        page = county.client.get(f"/villages/{village}/")
        shown = {str(one.label): one.value for one in page.context["file"].facts}
        assert shown["经济薄弱村"] == status


# 二（一）分类帮扶


def test_2_1_3_a_standard_sorts_every_household_and_the_overview_counts_each_class(county):
    classes = {
        rule: county.called(rule)
        for rule in (
            "high-quality-exit", "low-income-marginal", "safety-net-exit", "unregistered-marginal"
        )
    }  # fmt: skip
    assert sum(map(len, classes.values())) == len(set().union(*classes.values()))
    page = county.client.get("/overview/", {"region": COUNTY})
    shown = {str(one.label): one.value for one in page.context["overview"].figures}
    # Other walks may have brought people into the county too: the lists name everybody.
    assert [
        shown[name] for name in ("高质量已脱贫户", "低收入边缘户", "兜底脱贫户", "非建档立卡边缘户")
    ] == [len(county.held[NEXT][rule]) for rule in classes]
    # The standard is the city's to set: what it adopts sorts anew from its day on.
    day = NEXT + datetime.timedelta(days=1)
    adopted("marginal_multiple", 16_000, since=day)
    assert county.branch("well-off", "low-income-marginal", NEXT) == "high-quality"
    assert county.branch("well-off", "low-income-marginal", day) == "low-income"


def test_2_1_6_dibao_destitute_support_or_no_labour_is_carried_by_the_safety_net(county):
    assert county.called("safety-net-exit") == {
        "at-standard", "above-standard", "at-twice", "above-twice", "last-day", "month-left",
        "leaving-limb-1", "kept-limb-1", "urban-dibao", "destitute", "no-labour",
    }  # fmt: skip
    assert county.branches(
        "safety-net-exit", "at-standard", "destitute", "no-labour", "well-off", "house-dibao"
    ) == ["dibao", "destitute", "no-labour", "self-reliant", "not-registered"]


def test_2_1_7_illness_and_disaster_strike_an_unregistered_household(county):
    assert county.called("unregistered-marginal") == {"struck", "ruined", "near", "watched"}
    assert county.branches(
        "unregistered-marginal",
        "struck",
        "ruined",
        "near",
        "watched",
        "steady",
        "struck-long-ago",
        "half-paid",
        "struck-registered",
    ) == ["shock", "shock", "near", "monitored", "steady", "steady", "steady", "registered"]
    assert county.branches("sudden-shock", "struck", "ruined") == ["disaster", "illness"]


def test_2_1_8_the_villages_of_low_collective_income_are_found(county):
    held = county.held[ON]
    assert held["village-attained"] == {TREES}
    assert (held["village-medium"], held["village-low"]) == ({MIDDLE}, {POOR})
    page = county.client.get(f"/villages/{POOR}/")
    income = {str(one.label): one.value for one in page.context["file"].facts}["集体收入"]
    assert income.fen == 89_999_00


# 二（四）兜底帮扶


def test_2_4_3_gradual_exit_is_above_the_standard_and_at_most_two_times_it(county):
    assert county.branches(
        "gradual-exit", "at-standard", "above-standard", "at-twice", "above-twice"
    ) == ["keep", "start", "start", "exit"]
    assert county.called("gradual-exit") == {
        "above-standard", "at-twice", "last-day", "month-left", "leaving-limb-1"
    }  # fmt: skip


def test_2_4_3_gradual_exit_lasts_through_the_last_day_of_24_months_and_not_a_day_longer(county):
    assert county.branches("gradual-exit", "last-day", "month-left") == ["grace", "grace"]
    after = county.branches("gradual-exit", "last-day", "month-left", on=NEXT)
    assert after == ["expired", "grace"]
    over = county.called("gradual-exit") - county.called("gradual-exit", NEXT)
    assert over == {"last-day", "leaving-limb-1"}
    # The other began a month later: it ends a month later, on the day its two years are full.
    assert county.branches(
        "gradual-exit", "month-left", on=datetime.date(2020, 7, 31)
    ) == ["grace"]  # fmt: skip
    assert county.branches(
        "gradual-exit", "month-left", on=datetime.date(2020, 8, 1)
    ) == ["expired"]  # fmt: skip


def test_2_4_3_only_a_registered_household_now_in_rural_dibao_exits_gradually(county):
    others = ("dibao-not-registered", "dibao-no-more", "urban-dibao", "well-off")
    assert set(county.branches("gradual-exit", *others)) == {"outside"}
    assert not county.called("gradual-exit") & set(others)
    # Urban dibao is dibao all the same.
    assert county.branches("near-poverty", "urban-dibao", "dibao-no-more") == ["covered", "above"]


def test_2_4_3_the_severely_disabled_and_the_seriously_ill_below_two_times_are_covered_singly(
    county,
):
    assert county.called("single-person-cover") == {"limb-1", "cancer", "serious"}
    assert county.branches(
        "single-person-cover", "limb-1", "limb-1-at-twice", "limb-3", "cancer", "serious", "cold"
    ) == ["cover", "income", "neither", "cover", "cover", "neither"]


def test_2_4_3_single_person_cover_follows_gradual_exit_and_never_stands_beside_dibao(county):
    assert county.branches(
        "single-person-cover", "leaving-limb-1", "kept-limb-1"
    ) == ["grace", "household"]  # fmt: skip
    new = county.called("single-person-cover", NEXT) - county.called("single-person-cover")
    assert new == {"leaving-limb-1"}


def test_2_4_4_a_standard_that_a_county_adjusts_decides_from_its_day_in_that_county(county):
    day = NEXT + datetime.timedelta(days=1)
    adopted("dibao_standard", 64_000, since=day, region=COUNTY)
    adopted("dibao_standard", 99_000, since=day, region="320722000000")
    assert county.branch("above-standard", "gradual-exit", NEXT) == "start"
    assert county.branch("above-standard", "gradual-exit", day) == "keep"
    decide(on=day, by="test")
    assert county.homes["above-standard"] not in county.listed("gradual-exit")
    assert county.homes["at-twice"] in county.listed("gradual-exit")


def test_2_4_5_near_poverty_is_what_is_left_after_own_payments(county):
    assert county.called("near-poverty") == {"near", "burdened"}
    assert county.branches("near-poverty", "near", "burdened", "just-above", "at-standard") == [
        "low-income", "burden", "above", "covered"
    ]  # fmt: skip


# 二（六）三保障


def test_2_6_2_the_children_of_registered_households_who_are_out_of_school_are_found(county):
    assert county.called("schooling-gap") == {"truant", "said-ill"}
    assert county.branch("truant-elsewhere", "schooling-gap") == "outside"
    assert county.branches("schooling-gap", "truant", "pupil", "graduate", "said-ill") == [
        "gap", "in-school", "finished", "gap"
    ]  # fmt: skip


def test_2_6_9_a_dangerous_house_of_each_of_the_four_key_groups_is_found(county):
    assert county.called("housing-gap") == {
        "house-registered", "house-dibao", "house-destitute", "house-poor-disabled"
    }  # fmt: skip
    assert county.branches("housing-gap", "house-disabled", "house-neither", "well-off") == [
        "outside", "outside", "safe"
    ]  # fmt: skip


# 三（四）督查考核


def test_3_4_3_city_county_and_town_each_see_their_own_level(county):
    for role, region, below in (
        (Role.CITY_REVITALISATION, CITY, COUNTY),
        (Role.COUNTY_CIVIL_AFFAIRS, COUNTY, "320723001000"),
        (Role.TOWN_CLERK, "320723001000", TREES),
    ):
        who = user(role, region, username=f"level-{role}")
        page = signed_in(who).get("/overview/")
        listed = signed_in(who).get("/households/").context["listing"].total
        assert page.context["overview"].figures[0].value == listed >= len(county.homes), role
        assert f"region={below}" in page.content.decode()
        other = signed_in(who).get("/overview/", {"region": "320706000000"})
        assert other.status_code == (200 if region == CITY else 404)
