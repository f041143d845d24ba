"""The demo's day moves forward only; a parameter needs two persons."""

import datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from wengu.governance import actions, queries
from wengu.governance.models import ParameterRow

pytestmark = [pytest.mark.django_db, pytest.mark.db]

DAY = datetime.date(2020, 7, 1)


def proposed(since: datetime.date = DAY) -> ParameterRow:
    return actions.propose(
        name="dibao_standard",
        region="320723",
        since=since,
        value="610.00",
        source="灌政发",
        by="one",
    )


def test_a_demo_has_its_own_day_and_moves_forward(settings: Any) -> None:
    settings.DEMO = True
    actions.set_business_date(on=DAY, by="demo")
    actions.advance(days=30, by="demo")
    assert queries.today() == datetime.date(2020, 7, 31)
    with pytest.raises(ValidationError):
        actions.advance(days=-1, by="demo")


def test_production_follows_the_calendar(settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(PermissionDenied):
        actions.set_business_date(on=DAY, by="admin")
    assert queries.today().year >= 2026


def test_a_value_counts_only_once_a_second_person_adopts_it() -> None:
    row = proposed()
    assert list(queries.parameter_rows()) == []
    with pytest.raises(PermissionDenied):
        actions.adopt(row=row, by="one")
    actions.adopt(row=row, by="two")
    assert list(queries.parameter_rows()) == [row]
    with pytest.raises(ValidationError):
        actions.withdraw(row=row, by="one")


def test_one_value_per_region_and_day_until_it_is_withdrawn() -> None:
    row = proposed()
    with pytest.raises(ValidationError):
        proposed()
    actions.withdraw(row=row, by="one")
    assert proposed().pk != row.pk
