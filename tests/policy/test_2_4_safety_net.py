"""二（四）: gradual exit, single-person cover, the near-poverty alert, the sudden shock."""

import datetime

from tests.policy.situations import ON, Home, person, stay
from wengu.kernel.dates import to_day


def dibao(income, **facts):
    return Home(dibao=True, income=income, **facts)


def test_2_4_3_only_what_exceeds_the_standard_begins_a_gradual_exit():
    assert dibao(7_320).branch("gradual-exit") == "keep"
    assert dibao(7_320.01).branch("gradual-exit") == "start"


def test_2_4_3_two_times_the_standard_is_within_two_times():
    assert dibao(14_640).branch("gradual-exit") == "start"
    assert dibao(14_640.01).branch("gradual-exit") == "exit"


def test_2_4_3_gradual_exit_ends_after_24_months():
    home = dibao(10_000, grace_since=20180702)
    assert home.holds("gradual-exit", on=ON) is True
    assert home.branch("gradual-exit", on=datetime.date(2020, 7, 2)) == "expired"


def test_2_4_3_the_standard_is_that_of_the_county_on_the_day():
    home = dibao(7_000)
    assert home.branch("gradual-exit", on=ON) == "keep"
    assert home.branch("gradual-exit", on=datetime.date(2020, 6, 30)) == "start"
    home.row["county"] = "320703"
    assert home.branch("gradual-exit", on=datetime.date(2020, 6, 30)) == "start"
    home.row["income_fen"] = 672_000
    assert home.branch("gradual-exit", on=datetime.date(2020, 6, 30)) == "keep"


def test_2_4_3_gradual_exit_is_for_registered_households_in_dibao_only():
    assert Home(dibao=True, registered=False, income=8_000).holds("gradual-exit") is False
    assert Home(dibao=False, income=8_000).holds("gradual-exit") is False


def test_2_4_3_gradual_exit_is_for_rural_dibao_which_is_what_no_list_calls_urban():
    assert dibao(8_000, urban_dibao=True).branch("gradual-exit") == "outside"
    assert dibao(8_000, urban_dibao=False).branch("gradual-exit") == "start"
    assert dibao(8_000).branch("gradual-exit") == "start"
    # It is dibao all the same: nobody in it is left out, nor covered twice.
    assert dibao(7_000, urban_dibao=True).branch("dibao-gap") == "covered"
    assert dibao(7_000, urban_dibao=True).branch("near-poverty") == "covered"
    assert hard(7_000, dibao=True, urban_dibao=True).holds("single-person-cover", member=1) is False


def hard(income, **facts):
    return Home(person(disabled=True, disability="41"), income=income, **facts)


def test_2_4_3_single_person_cover_is_strictly_below_two_times():
    assert hard(14_639.99).holds("single-person-cover", member=1) is True
    assert hard(14_640).branch("single-person-cover", member=1) == "income"


def test_2_4_3_severely_disabled_is_by_type_and_grade():
    mild = Home(person(disabled=True, disability="43"), income=10_000)
    assert mild.branch("single-person-cover", member=1) == "neither"
    mind = Home(person(disabled=True, disability="53"), income=10_000)
    assert mind.holds("single-person-cover", member=1) is True


def test_2_4_3_seriously_ill_is_by_record_or_by_diagnosis():
    recorded = Home(person(serious_illness=True), income=10_000)
    assert recorded.holds("single-person-cover", member=1) is True
    bill = stay(discharged=datetime.date(2020, 5, 1), self_pay=1, diagnosis="肺癌")
    assert Home(person(bill), income=10_000).holds("single-person-cover", member=1) is True
    cold = stay(discharged=datetime.date(2020, 5, 1), self_pay=1, diagnosis="感冒")
    assert Home(person(cold), income=10_000).holds("single-person-cover", member=1) is False


def test_2_4_3_gradual_exit_comes_first_and_cover_follows_it():
    home = hard(10_000, dibao=True, grace_since=20180702)
    assert home.branch("single-person-cover", member=1) == "grace"
    later = datetime.date(2020, 7, 2)
    assert home.holds("gradual-exit", on=later) is False
    assert home.holds("single-person-cover", member=1, on=later) is True


def test_2_4_3_at_exactly_two_times_gradual_exit_applies_and_cover_does_not():
    home = hard(14_640, dibao=True)
    assert home.holds("gradual-exit") is True
    assert home.branch("single-person-cover", member=1) == "income"


def test_2_4_3_one_whose_household_keeps_dibao_is_not_covered_twice():
    assert hard(7_320, dibao=True).branch("single-person-cover", member=1) == "household"
    assert hard(7_321, dibao=True, registered=False).holds("single-person-cover", member=1) is True


def test_2_4_3_urban_dibao_of_the_whole_household_is_kept_whatever_the_rural_standard():
    home = hard(10_000, dibao=True, urban_dibao=True)
    assert home.branch("single-person-cover", member=1) == "household"
    apart = hard(10_000, dibao=True, urban_dibao=True, registered=False)
    assert apart.branch("single-person-cover", member=1) == "household"
    # Only dibao is: what a list that came before said of its kind, says nothing without it.
    left = hard(10_000, dibao=False, urban_dibao=True)
    assert left.holds("single-person-cover", member=1) is True


def test_2_4_5_near_poverty_is_judged_after_what_the_family_paid():
    bill = stay(discharged=datetime.date(2020, 6, 1), self_pay=4_801)
    assert Home(person(), income=12_000).holds("near-poverty") is False
    assert Home(person(bill), income=12_000).branch("near-poverty") == "burden"
    assert Home(person(bill), income=12_001).holds("near-poverty") is False


def test_2_4_5_the_burden_is_shared_by_the_members():
    bill = stay(discharged=datetime.date(2020, 6, 1), self_pay=9_600)
    assert Home(person(bill), person(), income=12_000).holds("near-poverty") is False
    bill = stay(discharged=datetime.date(2020, 6, 1), self_pay=9_601)
    assert Home(person(bill), person(), income=12_000).holds("near-poverty") is True


def test_2_4_5_what_insurance_paid_is_no_burden():
    bill = stay(discharged=datetime.date(2020, 6, 1), self_pay=1_000)
    bill["total_fen"] = 10_000_000
    assert Home(person(bill), income=12_000).holds("near-poverty") is False


def test_2_4_5_a_missing_amount_is_unknown_not_zero():
    bill = stay(discharged=datetime.date(2020, 6, 1), self_pay=1_000)
    bill["self_pay_fen"] = None
    assert Home(person(bill), income=12_000).holds("near-poverty") is None


def test_2_4_5_who_is_in_the_safety_net_raises_no_alert():
    assert Home(dibao=True, income=5_000).branch("near-poverty") == "covered"


def test_2_4_5_one_in_destitute_support_does_not_carry_the_household():
    one, other = person(destitute=True), person(destitute=False)
    assert Home(one, other, destitute=True, income=5_000).branch("near-poverty") == "low-income"
    assert Home(one, other, destitute=True, income=5_000).branch("dibao-gap") == "gap"
    assert Home(one, one, destitute=True, income=5_000).branch("near-poverty") == "covered"
    assert Home(one, other, destitute=True, house_grade="D级").branch("housing-gap") == "rebuild"


def test_2_4_5_a_disaster_is_a_shock_for_the_months_of_the_window():
    on = datetime.date(2020, 1, 2)
    assert Home(disaster_on=to_day(on)).branch("sudden-shock") == "disaster"
    assert Home(disaster_on=20200101).holds("sudden-shock") is False
    assert Home(disaster_on=20200702).holds("sudden-shock") is False


def test_2_4_5_a_serious_illness_is_a_shock_when_it_costs_more_than_the_share():
    bill = stay(discharged=datetime.date(2020, 6, 1), self_pay=10_001)
    assert Home(person(bill)).branch("sudden-shock") == "illness"
    bill = stay(discharged=datetime.date(2020, 6, 1), self_pay=10_000)
    assert Home(person(bill)).holds("sudden-shock") is False
