"""Without a database: what civil affairs' list says of a household's dibao."""

import datetime

import pytest

from wengu.decisions import facts
from wengu.registry.statements import DibaoStatement, HouseholdStatement, Origin, PersonStatement

ON = datetime.date(2020, 7, 1)
NUMBERS = ("320723196001010011", "320723196201010029")


def listed(number, *, urban, whole=True):
    return DibaoStatement(
        Origin(1, 2), number, "王建国", whole, "B类", 43000, None, None, urban=urban
    )


@pytest.mark.parametrize(
    ("rows", "urban"),
    [
        ([listed(NUMBERS[0], urban=True), listed(NUMBERS[1], urban=True)], True),
        ([listed(NUMBERS[0], urban=False)], False),
        ([listed(NUMBERS[0], urban=True), listed(NUMBERS[1], urban=False)], False),
        ([listed(NUMBERS[0], urban=False), listed(NUMBERS[1], urban=True)], False),
        ([listed(NUMBERS[0], urban=False, whole=False)], None),
    ],
)
def test_a_household_is_in_urban_dibao_where_every_row_says_so(rows, urban):
    people = tuple(
        PersonStatement(Origin(0, 2), "王建国", number, "id", None, "", "户主")
        for number in NUMBERS
    )
    home = HouseholdStatement(Origin(0, 2), "1", "320723001200", "", "", people)
    found, _ = facts.from_statements(
        statements=[home, *rows], dated=ON, on=ON, period=2020, listings=[]
    )
    told = next(one for one in found.values() if one.household.get("id"))
    assert told.household["urban_dibao"] is urban
