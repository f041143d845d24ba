"""二（一）: every household is in at most one class, every village in exactly one."""

import datetime

from tests.policy.situations import Home, person, stay, village
from wengu.policy.rules import pack


def test_2_1_4_exited_with_income_and_guarantees_is_high_quality():
    assert Home().classes() == ["high-quality-exit"]
    assert Home(income=9_000).classes() == ["high-quality-exit"]


def test_2_1_4_measures_are_industry_finance_and_leaders():
    assert "产业扶贫、金融扶贫等帮扶政策" in pack.rule("high-quality-exit").measures
    assert "培育成致富带头人或新型职业农民" in pack.rule("high-quality-exit").measures


def test_2_1_5_exited_below_the_marginal_line_is_marginal():
    assert Home(income=8_999.99).classes() == ["low-income-marginal"]


def test_2_1_5_a_child_out_of_school_or_an_uninsured_member_makes_a_household_marginal():
    child = person(birth=20100101, schooling="非在校", absence_reason="厌学")
    assert Home(child, person()).classes() == ["low-income-marginal"]
    assert Home(person(medical_insurance=False), person()).classes() == ["low-income-marginal"]


def test_2_1_6_dibao_destitute_or_no_labour_is_the_safety_net_before_any_other_class():
    for home in (
        Home(dibao=True, income=1_000),
        Home(destitute=True),
        Home(person(labour="无劳动力"), person(labour="丧失劳动力")),
    ):
        assert home.classes() == ["safety-net-exit"]


def test_2_1_6_one_weak_worker_is_labour():
    home = Home(person(labour="无劳动力"), person(labour="弱劳动力或半劳动力"))
    assert home.classes() == ["high-quality-exit"]


def test_2_1_7_only_who_is_not_registered_and_near_shocked_or_monitored():
    assert Home(registered=False, income=7_000).classes() == ["unregistered-marginal"]
    assert Home(registered=False, monitored="边缘易致贫户").classes() == ["unregistered-marginal"]
    assert Home(registered=False, disaster_on=20200601).classes() == ["unregistered-marginal"]
    assert Home(registered=False).classes() == []


def test_2_1_7_illness_and_disaster_that_cause_temporary_hardship_are_the_trigger():
    bill = stay(discharged=datetime.date(2020, 6, 1), self_pay=10_001)
    ill = Home(person(bill), registered=False)
    assert ill.branch("unregistered-marginal") == "shock"
    struck = Home(registered=False, disaster_on=20200601)
    assert struck.branch("unregistered-marginal") == "shock"
    assert (
        Home(registered=True, disaster_on=20200601).branch("unregistered-marginal") == "registered"
    )


def test_2_1_a_household_that_has_not_exited_is_in_none():
    assert Home(exit_status="未脱贫").classes() == []
    assert Home(exit_status="返贫", income=3_000).classes() == []


def test_2_1_a_missing_fact_leaves_open_only_the_classes_it_could_change():
    home = Home(safe_water=None)
    assert home.holds("high-quality-exit") is None
    assert home.holds("low-income-marginal") is None
    assert home.holds("safety-net-exit") is False
    assert Home(safe_water=None, dibao=True).classes() == ["safety-net-exit"]


def test_2_1_9_a_village_is_attained_medium_or_low():
    assert village(180_000) == ["village-attained"]
    assert village(179_999) == ["village-medium"]
    assert village(90_000) == ["village-medium"]
    assert village(89_999) == ["village-low"]
    assert village(None) == []
