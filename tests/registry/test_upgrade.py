"""A home built before places and identities were dated says the same afterwards, under a date."""

import datetime
import uuid

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from wengu.registry.models import Household, HouseholdPlace, PersonIdentity

pytestmark = [pytest.mark.db, pytest.mark.django_db(transaction=True)]
BEFORE, AFTER = "0002_listing_gap", "0003_dated_places_and_identities"
JULY, AUGUST = datetime.date(2020, 7, 1), datetime.date(2020, 8, 1)


def migrate(name):
    executor = MigrationExecutor(connection)
    executor.migrate([("registry", name)])
    return executor.loader.project_state([("registry", name)]).apps


@pytest.fixture
def old():
    yield migrate(BEFORE)
    migrate(AFTER)


def fill(apps):
    def make(model, **columns):
        return apps.get_model("registry", model).objects.create(**columns)

    village = apps.get_model("regions", "Region").objects.create(
        code="320723001200", level="village"
    )
    for serial, gone in ((1, None), (2, 5)):
        home = make("Household", uid=uuid.uuid4(), number=f"H{serial}", village=village,
                    phone="13800000001", seq=1, size=0 if gone else 1,
                    head_name="" if gone else "王建国")  # fmt: skip
        someone = make("Person", uid=uuid.uuid4(), name="王建国", birth=JULY, sex="男", seq=1,
                       id_kind="resident", id_number="32072319700101001X")  # fmt: skip
        for since in (AUGUST, JULY):
            make("Membership", household=home, person=someone, relation="户主", row=serial,
                 since=since, source="4roster", seq=1, until=AUGUST if since == JULY else None,
                 superseded_seq=gone)  # fmt: skip


def test_what_was_shown_is_stated_since_the_first_membership(old):
    fill(old)
    migrate(AFTER)
    one, two = Household.objects.order_by("number")
    for model in (HouseholdPlace, PersonIdentity):
        rows = model.objects.order_by("pk").values_list("since", "seq", "superseded_seq", "row")
        assert list(rows) == [(JULY, 1, None, 1), (JULY, 1, 5, 2)]
    assert one.places.get().phone == two.places.get().phone == "13800000001"
    assert PersonIdentity.objects.first().id_number == "32072319700101001X"
    assert HouseholdPlace.objects.filter(superseded_seq=None).get().household == one
