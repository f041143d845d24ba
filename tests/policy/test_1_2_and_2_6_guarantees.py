"""一（二）and 二（六）: insurance, dibao, water, schooling, housing."""

from tests.policy.situations import Home, person


def test_1_2_2_the_three_insurances_of_the_low_income_population():
    for column, rule in (
        ("pension_insurance", "pension-gap"),
        ("medical_insurance", "medical-insurance-gap"),
        ("serious_illness_insurance", "serious-illness-insurance-gap"),
    ):
        assert Home().holds(rule, member=1) is False
        assert Home(person(**{column: False})).holds(rule, member=1) is True
        assert Home(person(**{column: False}), registered=False).holds(rule, member=1) is False
        silent = person(**{"serious_illness_insurance": False, column: None})
        assert Home(silent).holds(rule, member=1) is None


def test_1_2_2_who_is_in_serious_illness_insurance_is_in_the_basic_one():
    assert Home(person(medical_insurance=None)).holds("medical-insurance-gap", member=1) is False
    assert Home(person(medical_insurance=False)).holds("medical-insurance-gap", member=1) is True


def test_1_2_2_pension_is_from_16_and_not_for_students():
    young = {"pension_insurance": False, "schooling": "非在校"}
    assert Home(person(birth=20040702, **young)).holds("pension-gap", member=1) is False
    assert Home(person(birth=20040701, **young)).holds("pension-gap", member=1) is True
    student = person(birth=20030101, pension_insurance=False, schooling="普通高中二年级")
    assert Home(student).branch("pension-gap", member=1) == "student"


def test_1_2_2_who_is_entitled_to_dibao_and_has_none_is_found():
    assert Home(income=7_319.99).holds("dibao-gap") is True
    assert Home(income=7_320).holds("dibao-gap") is False
    assert Home(income=7_000, dibao=True).holds("dibao-gap") is False
    assert Home(income=7_000, destitute=True).holds("dibao-gap") is False


def test_1_2_2_water_must_be_safe_and_not_hard_to_get():
    assert Home().holds("water-gap") is False
    assert Home(safe_water=False).branch("water-gap") == "unsafe"
    assert Home(water_difficulty=True).branch("water-gap") == "difficult"


def child(**facts):
    return person(**{"birth": 20100101, "schooling": "非在校", "absence_reason": "厌学", **facts})


def test_2_6_2_a_child_of_compulsory_age_out_of_school_is_found():
    assert Home(child()).holds("schooling-gap", member=1) is True
    assert Home(child(schooling="小学")).holds("schooling-gap", member=1) is False
    assert Home(child(birth=20140702)).holds("schooling-gap", member=1) is False
    assert Home(child(birth=20140701)).holds("schooling-gap", member=1) is True
    assert Home(child(birth=20040701)).holds("schooling-gap", member=1) is False


def test_2_6_2_who_has_finished_junior_high_school_is_not_out_of_school():
    at_fifteen = {"birth": 20050101, "education": "初中"}
    assert Home(child(**at_fifteen)).branch("schooling-gap", member=1) == "finished"
    assert Home(child(**at_fifteen), person()).classes() == ["high-quality-exit"]
    at_thirteen = {"birth": 20060702, "education": "初中"}
    assert Home(child(**at_thirteen)).holds("schooling-gap", member=1) is True
    unknown = {"birth": 20050101, "education": None}
    assert Home(child(**unknown)).holds("schooling-gap", member=1) is None


def test_2_6_2_illness_and_disability_excuse_only_with_evidence():
    assert Home(child(absence_reason="因病")).holds("schooling-gap", member=1) is True
    ill = child(absence_reason="因病", chronic=True)
    assert Home(ill).branch("schooling-gap", member=1) == "excused"
    disabled = child(absence_reason="因残", disabled=True, disability="52")
    assert Home(disabled).branch("schooling-gap", member=1) == "excused"
    assert Home(child(absence_reason=None, chronic=True)).holds("schooling-gap", member=1) is None


def test_2_6_9_each_of_the_four_key_groups():
    danger = {"house_grade": "D级", "house_dangerous": True}
    disabled = person(disabled=True, disability="43")
    assert Home(**danger).holds("housing-gap") is True
    assert Home(registered=False, dibao=True, **danger).holds("housing-gap") is True
    assert Home(registered=False, destitute=True, **danger).holds("housing-gap") is True
    members = person(destitute=True), person(destitute=False)
    one = Home(*members, registered=False, destitute=True, **danger)
    assert one.holds("housing-gap") is True
    poor = Home(disabled, registered=False, income=8_999, **danger)
    assert poor.holds("housing-gap") is True
    assert Home(disabled, registered=False, income=9_000, **danger).holds("housing-gap") is False
    assert Home(registered=False, **danger).branch("housing-gap") == "outside"


def test_2_6_9_grade_d_is_rebuilt_grade_c_reinforced_and_an_ungraded_house_appraised():
    assert Home(house_grade="D级").branch("housing-gap") == "rebuild"
    assert Home(house_grade="C级").branch("housing-gap") == "reinforce"
    assert Home(house_grade=None, house_dangerous=True).branch("housing-gap") == "appraise"
    assert Home(house_grade="B级").branch("housing-gap") == "safe"
    assert Home(house_grade=None, house_dangerous=None).holds("housing-gap") is None
