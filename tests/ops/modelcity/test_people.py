"""Laws of one family, one person and one city, read from the truth."""

from collections import Counter, defaultdict
from datetime import date
from statistics import mean

import pytest

from wengu.kernel import idcard
from wengu.kernel.dates import years_between
from wengu.kernel.money import Fen
from wengu.ops.modelcity import Options, Truth, generate
from wengu.ops.modelcity.cases import catalogue
from wengu.policy import parameters

ON = date(2020, 7, 1)
DATED = date(2020, 6, 30)
YOUNGER = {"之子": 17, "之女": 17, "之孙子": 34, "之孙女": 34, "之外孙子": 34, "之外孙女": 34}
OLDER = {"之父", "之母", "之岳父", "之岳母", "之公公", "之婆婆"}
FATHERS = {"之子", "之女", "之孙子", "之孙女"}


@pytest.fixture(scope="module")
def city(tmp_path_factory) -> Truth:
    folder = tmp_path_factory.mktemp("people")
    return generate(folder=folder, households=4000, seed=8, on=ON)


@pytest.fixture(scope="module")
def homes(city) -> dict[str, list[dict]]:
    found = defaultdict(list)
    for person in city.read("persons"):
        found[person["household"]].append(person)
    return found


@pytest.fixture(scope="module")
def everyone(homes) -> list[dict]:
    return [person for home in homes.values() for person in home]


def _demonstrated() -> int:
    row = parameters.in_force(parameters.demonstration(), "dibao_standard", "320723", ON)
    assert row is not None
    return row.value


def _age(person: dict) -> int:
    return years_between(date.fromisoformat(person["birth"]), DATED)


def test_each_home_has_one_head_first_and_at_most_one_spouse_of_the_other_sex(homes):
    for members in homes.values():
        relations = Counter(person["relation"] for person in members)
        assert members[0]["relation"] == "户主"
        assert relations["户主"] == 1
        assert relations["配偶"] <= 1
        for person in members:
            if person["relation"] == "配偶":
                assert person["sex"] != members[0]["sex"]


def test_generations_are_apart(homes):
    for members in homes.values():
        head = _age(members[0])
        assert head >= 18
        for person in members[1:]:
            gap = head - _age(person)
            if person["relation"] in YOUNGER:
                assert gap >= YOUNGER[person["relation"]], (members[0], person)
            if person["relation"] in OLDER:
                assert -gap >= 14, (members[0], person)
            if person["relation"] == "配偶":
                assert abs(gap) <= 13


def test_children_are_born_to_grown_mothers(homes):
    for members in homes.values():
        mothers = [p for p in members if p["sex"] == "女" and p["relation"] in ("户主", "配偶")]
        for child in members:
            if mothers and child["relation"] in ("之子", "之女"):
                assert 17 <= _age(mothers[0]) - _age(child) <= 55


def test_children_carry_their_fathers_surname(homes):
    for members in homes.values():
        head = members[0]
        fathers = (
            head
            if head["sex"] == "男"
            else next((p for p in members if p["relation"] == "配偶"), None)
        )
        if fathers and "·" not in fathers["name"]:
            for person in members:
                if person["relation"] in FATHERS:
                    assert person["name"][0] == fathers["name"][0]


def test_names_within_a_home_differ(homes):
    for members in homes.values():
        assert len({person["name"] for person in members}) == len(members)


def test_numbers_are_valid_unique_and_fit_their_bearers(everyone):
    numbers = [person["identity"] for person in everyone if person["identity"]]
    assert len(numbers) == len(set(numbers)) > 0.99 * len(everyone)
    for person in everyone:
        number = person["identity"]
        if number is None:
            assert idcard.is_placeholder(person["certificate"])
            continue
        assert idcard.is_valid(number, on=ON)
        assert idcard.sex(number) == person["sex"]
        assert idcard.birth_date(number) == date.fromisoformat(person["birth"])
        assert not number.endswith("000")
        assert person["certificate"].startswith(number)


def test_disability_numbers_carry_kind_and_grade(everyone):
    for person in everyone:
        disability, text = person["disability"], person["certificate"]
        assert (disability is not None) == ("残疾" in person["health"])
        if disability and disability["in_number"]:
            assert len(text) in (20, 22)
            assert idcard.disability(text) == (disability["kind"], disability["grade"])
        else:
            assert len(text) == 18


def test_number_regions_are_mixed_with_old_and_foreign_codes(everyone):
    areas = Counter(p["identity"][:6] for p in everyone if p["identity"])
    total = sum(areas.values())
    assert 0.8 < areas["320723"] / total < 0.95
    assert all(areas[code] for code in ("320704", "320705", "320721"))
    assert sum(n for code, n in areas.items() if not code.startswith("32")) > 10


def test_phones_are_one_a_household(city):
    phones = [home["phone"] for home in city.read("households")]
    assert len(phones) == len(set(phones))
    assert all(len(phone) == 11 and phone.startswith("1") for phone in phones)


def test_distribution_is_that_of_a_poor_countryside(city, everyone, homes):
    sizes = [len(members) for members in homes.values()]
    assert 2.7 <= mean(sizes) <= 3.3
    ages = [_age(person) for person in everyone]
    assert 0.15 < sum(age < 16 for age in ages) / len(ages) < 0.32
    assert 0.2 < sum(age >= 60 for age in ages) / len(ages) < 0.42
    assert max(ages) < 105
    households = [h for h in city.read("households") if h["registered"] and not h["case"]]
    incomes = sorted(h["income_fen"] for h in households if h["income_fen"] is not None)
    assert 8_000_00 < incomes[len(incomes) // 2] < 13_000_00
    below = sum(income < 6_000_00 for income in incomes) / len(incomes)
    assert 0.02 < below < 0.12
    dibao = sum(h["support"] is not None and h["support"]["kind"] == "农村低保" for h in households)
    assert 0.1 < dibao / len(households) < 0.25
    kinds = Counter(person["nation"] == "汉族" for person in everyone)
    assert 0.98 < kinds[True] / len(everyone) < 1


def test_every_case_is_cast_when_the_county_is_large_enough(city):
    tags = {home["case"] for home in city.read("households")}
    assert {case.tag for case in catalogue()} <= tags


def test_boundary_incomes_are_exact(city):
    incomes = {home["case"]: home["income_fen"] for home in city.read("households") if home["case"]}
    year = 12 * _demonstrated()
    assert incomes["dibao/at-1x/grace-none"] == year
    assert incomes["dibao/below-2x/grace-last-day"] == 2 * year - 1
    assert incomes["afflicted/limb-1/above-2x"] == 2 * year + 1
    assert incomes["income/100/below"] == 6_000_00 - 1
    assert incomes["dibao/income-missing/grace-none"] is None


def test_grace_periods_end_around_the_day(city):
    starts = {
        home["case"].split("grace-")[1]: home["support"]["grace_since"]
        for home in city.read("households")
        if home["case"].startswith("dibao/")
    }
    assert starts["over-today"] == "2018-07-01"
    assert starts["last-day"] == "2018-07-02"
    assert starts["over-yesterday"] == "2018-06-30"
    assert starts["none"] is None


def test_burden_cases_leave_the_line_exactly(city, homes):
    seen = 0
    for home in city.read("households"):
        if home["case"].startswith("burden/"):
            _, percent, side = home["case"].split("/")
            own = sum(bill["self_fen"] for p in homes[home["number"]] for bill in p["bills"])
            net = home["income_fen"] * home["members"] - own
            cents = {"below": -1, "at": 0, "above": 1}[side]
            assert net == home["members"] * 6_000_00 * int(percent) // 100 + cents
            seen += 1
    assert seen >= 12


def test_bills_lie_within_the_last_fourteen_months(everyone):
    bills = [bill for person in everyone for bill in person["bills"]]
    assert len(bills) > 300
    assert all(
        "2019-05-01" <= bill["admitted"] <= bill["discharged"] < "2020-07-01" for bill in bills
    )


def test_a_standard_of_the_county_moves_its_boundary_households(tmp_path):
    options = Options(dibao={"320723": Fen(700_00)}, dirt=0)
    truth = generate(folder=tmp_path, households=1200, seed=8, on=ON, options=options)
    incomes = {home["case"]: home["income_fen"] for home in truth.read("households")}
    assert incomes["dibao/at-1x/grace-none"] == 12 * 700_00
