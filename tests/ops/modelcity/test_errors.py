"""Every planted error stands in its cell; a second reading finds those and no others."""

import json
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from tests.ops.modelcity import checker
from wengu.ops.modelcity import CATALOGUE, HARMLESS, TRUE_TO_LIFE, Options, Truth, generate
from wengu.ops.modelcity.places import villages
from wengu.ops.modelcity.planting import PLANTERS

ON = date(2020, 7, 1)
COUNTY = "320723"


@pytest.fixture(scope="module", params=["2019", "2019+", "2021", "2022", "2022+"])
def dirty(request, tmp_path_factory) -> Truth:
    folder = tmp_path_factory.mktemp(f"dirty{request.param[:4]}")
    options = Options(layout=request.param, dirt=0.16)
    return generate(folder=folder, households=1500, seed=11, on=ON, options=options)


def _rosters(truth: Truth) -> list[str]:
    return [
        f for f in truth.files if not any(word in f for word in ("低保", "医保", "残联", "村信息"))
    ]


def _errors(truth: Truth, files: list[str]) -> list[dict]:
    return [error for error in truth.read("errors") if error["file"] in files]


def _second_reading(truth: Truth) -> list[checker.Finding]:
    places = {(village.town, village.everyday) for village in villages(COUNTY)}
    found = []
    for file in _rosters(truth):
        found += checker.check_roster(truth.folder / file, file, places, truth.dated)
    return found


def _cells(folder: Path, file: str) -> list[list[str]]:
    return CalamineWorkbook.from_path(str(folder / file)).get_sheet_by_index(0).to_python()


def test_every_planted_error_stands_in_its_cell(dirty):
    books = {file: _cells(dirty.folder, file) for file in dirty.files}
    errors = list(dirty.read("errors"))
    assert len(errors) > 700
    for error in errors:
        rows = books[error["file"]]
        column = rows[2].index(error["column"])
        assert rows[error["row"] - 1][column] == error["written"], error
        assert error["first_row"] <= error["row"] <= error["last_row"]
        assert error["severity"] == CATALOGUE[error["kind"]].severity


def test_the_second_reading_finds_every_planted_error_and_nothing_else(dirty):
    files = _rosters(dirty)
    found = _second_reading(dirty)
    planted = [error for error in _errors(dirty, files) if error["kind"] != HARMLESS]
    covers = defaultdict(set)
    for error in planted:
        for row in range(error["first_row"], error["last_row"] + 1):
            covers[error["file"], row, error["kind"]].add(error["group"] or id(error))
    unplanted = [one for one in found if not covers[one]]
    assert unplanted == []
    seen = set().union(*(covers[one] for one in found))
    missed = [error for error in planted if (error["group"] or id(error)) not in seen]
    assert missed == []


def test_clean_cells_carry_no_error_at_all(tmp_path):
    truth = generate(folder=tmp_path, households=1200, seed=5, on=ON, options=Options(dirt=0))
    files = _rosters(truth)
    found = set(_second_reading(truth))
    odd = {(e["file"], e["row"], e["kind"]) for e in _errors(truth, files)}
    assert {tuple(one) for one in found} == odd
    assert {kind for _, _, kind in odd} <= set(TRUE_TO_LIFE)


@pytest.mark.parametrize(
    "on", [date(2020, 7, 1), date(2020, 9, 1), date(2021, 2, 28), date(2020, 12, 31)]
)
def test_no_day_of_the_year_makes_a_clean_cell_wrong(tmp_path, on):
    options = Options(dirt=0, cases=False)
    truth = generate(folder=tmp_path, households=700, seed=on.toordinal(), on=on, options=options)
    files = _rosters(truth)
    found = set(_second_reading(truth))
    odd = {(e["file"], e["row"], e["kind"]) for e in _errors(truth, files)}
    assert {tuple(one) for one in found} == odd


def test_most_kinds_are_planted_in_a_county(dirty):
    kinds = {error["kind"] for error in dirty.read("errors")}
    layout = dirty.files[0]
    assert len(kinds) >= (60 if "建档立卡" in layout else 45)
    assert kinds <= set(CATALOGUE)


def test_every_planter_names_a_kind_of_the_catalogue():
    assert {name.split("/")[0] for name in PLANTERS} <= set(CATALOGUE)


def test_households_with_refused_rows_stay_out_of_the_department_sheets(dirty):
    shut = {
        household["number"]
        for household in dirty.read("households")
        if not household["in_departments"]
    }
    assert shut
    numbers = {p["identity"] for p in dirty.read("persons") if p["household"] in shut}
    for file in dirty.files:
        if any(word in file for word in ("低保", "医保", "残联")):
            rows = _cells(dirty.folder, file)
            column = rows[2].index("身份证号")
            assert not {row[column] for row in rows[3:]} & (numbers - {None})


def test_harmless_spellings_keep_their_content(dirty):
    harmless = [error for error in dirty.read("errors") if error["kind"] == HARMLESS]
    assert len(harmless) > 100
    for error in harmless:
        written, original = checker.clean(error["written"]), checker.clean(error["original"])
        assert error["written"] != error["original"]
        assert written.upper().removesuffix(".0").replace(",", "") == original.upper().replace(
            ",", ""
        )


def test_the_summary_counts_what_the_lines_say(dirty):
    city = json.loads((dirty.folder / "truth" / "city.json").read_text(encoding="utf-8"))
    kinds = Counter(error["kind"] for error in dirty.read("errors"))
    assert city["kinds"] == dict(sorted(kinds.items()))
    assert city["label"] == "模拟数据"
    assert city["persons"] == sum(1 for _ in dirty.read("persons")) == dirty.persons


def test_an_error_of_a_household_spans_its_rows_and_no_others(dirty):
    homes = {home["number"]: home for home in dirty.read("households")}
    spans = 0
    for error in _errors(dirty, _rosters(dirty)):
        home = homes[error["household"]]
        if CATALOGUE[error["kind"]].scope == "household":
            span = (error["first_row"], error["last_row"])
            assert span == (home["first_row"], home["last_row"])
            spans += 1
        else:
            assert home["first_row"] <= error["first_row"] <= error["last_row"] <= home["last_row"]
    assert spans > 50
