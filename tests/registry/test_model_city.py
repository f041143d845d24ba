"""The import against the model city: every planted error found, no clean cell called wrong."""

import datetime
from pathlib import Path

import pytest

from wengu.intake import reading
from wengu.intake.spec import Context, KnownPerson, letter
from wengu.ops.modelcity.city import Options, generate
from wengu.registry.imports.places import Places
from wengu.registry.imports.specs import SPECS
from wengu.registry.statements import HouseholdStatement

ON = datetime.date(2020, 7, 1)
DATED = datetime.date(2020, 6, 30)
COUNTY = "320723000000"


class Rostered:
    """Everybody whom the rosters state, as the registry would know them."""

    def __init__(self):
        self.people = {}

    def add(self, groups):
        for group in groups:
            for statement in group.statements:
                if isinstance(statement, HouseholdStatement):
                    for person in statement.persons:
                        if person.id_kind != "placeholder":
                            self.people[person.id_raw[:18]] = KnownPerson(
                                person.name, statement.number, statement.village, ON
                            )

    def persons(self, numbers):
        return {number: self.people[number] for number in numbers if number in self.people}

    def members(self, households):
        return {}

    def stays(self, numbers):
        return {}

    def leaving(self, numbers, on):
        return {}


def imported(folder: Path, files, known):
    """Yield (file, row, code, headers) of every doubt, reading the files in their order."""
    places = Places.packaged(ON.isoformat())
    for name in files:
        path = folder / name
        read = reading.read(path.read_bytes(), name=path.name, specs=SPECS)
        context = Context(DATED, COUNTY, places, period=2019, known=known)
        groups = read.spec.check(read.rows, read.heads, context)
        if read.spec.name == "roster":
            known.add(groups)
        for group in groups:
            for doubt in group.found:
                head = read.heads[doubt.sheet]
                headers = [head.headers[head.fields[f]] for f in doubt.fields if f in head.fields]
                yield name, doubt.row, doubt.code, headers


def matches(error, doubt):
    name, row, code, headers = doubt
    return (
        error["file"] == name
        and error["kind"] == code
        and error["column"] in headers
        and error["first_row"] <= row <= error["last_row"]
    )


def compare(folder: Path, truth):
    """Return the planted errors that were missed, and the doubts that nobody planted."""
    errors = [error for error in truth.read("errors") if error["kind"] != "harmless"]
    doubts = list(imported(folder, truth.files, Rostered()))
    missed_groups, found_groups, missed = [], set(), []
    for error in errors:
        if any(matches(error, doubt) for doubt in doubts):
            if error["group"]:
                found_groups.add(error["group"])
        elif error["group"]:
            missed_groups.append(error)
        else:
            missed.append(error)
    missed += [error for error in missed_groups if error["group"] not in found_groups]
    unplanted = [doubt for doubt in doubts if not any(matches(error, doubt) for error in errors)]
    return missed, unplanted


@pytest.mark.parametrize(
    ("layout", "form"),
    [(layout, "xlsx") for layout in ("2019", "2019+", "2021", "2022", "2022+")]
    + [("2019+", "csv-gbk"), ("2021", "csv-utf8")],
)
def test_every_planted_error_is_found_and_no_clean_cell_is_called_wrong(tmp_path, layout, form):
    options = Options(layout=layout, form=form, dirt=0.25)
    truth = generate(folder=tmp_path, households=300, seed=7, on=ON, options=options)
    missed, unplanted = compare(tmp_path, truth)
    assert truth.errors > 150
    assert missed == []
    assert unplanted == []


def test_letters_of_columns():
    assert [letter(n) for n in (0, 25, 26, 51, 52, 701, 702)] == [
        "A", "Z", "AA", "AZ", "BA", "ZZ", "AAA",
    ]  # fmt: skip
