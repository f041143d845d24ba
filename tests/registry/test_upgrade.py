"""A home built by an earlier version says the same afterwards, and since when and who said it."""

import datetime
import uuid

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from wengu.registry.models import (
    Household,
    HouseholdFacts,
    HouseholdPlace,
    Membership,
    PersonIdentity,
)

pytestmark = [pytest.mark.db, pytest.mark.django_db(transaction=True)]
BEFORE, UNCARRIED, LAST = "0002_listing_gap", "0004_urban_dibao", None
JULY, AUGUST = datetime.date(2020, 7, 1), datetime.date(2020, 8, 1)


def migrate(name):
    executor = MigrationExecutor(connection)
    if name is LAST:
        [(_, name)] = executor.loader.graph.leaf_nodes("registry")
    executor.migrate([("registry", name)])
    return executor.loader.project_state([("registry", name)]).apps


@pytest.fixture
def old():
    yield migrate(BEFORE)
    migrate(LAST)


@pytest.fixture
def uncarried():
    yield migrate(UNCARRIED)
    migrate(LAST)


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
    migrate(LAST)
    one, two = Household.objects.order_by("number")
    for model in (HouseholdPlace, PersonIdentity):
        rows = model.objects.order_by("pk").values_list("since", "seq", "superseded_seq", "row")
        assert list(rows) == [(JULY, 1, None, 1), (JULY, 1, 5, 2)]
    assert one.places.get().phone == two.places.get().phone == "13800000001"
    assert PersonIdentity.objects.first().id_number == "32072319700101001X"
    assert HouseholdPlace.objects.filter(superseded_seq=None).get().household == one


def test_a_column_like_that_of_the_row_before_was_carried_on_from_there(uncarried):
    """What an old row repeats was stated by the row before it, as that was known then."""

    def make(model, **columns):
        return uncarried.get_model("registry", model).objects.create(**columns)

    village = uncarried.get_model("regions", "Region").objects.create(
        code="320723001200", level="village"
    )
    home = make("Household", uid=uuid.uuid4(), number="H1", village=village, seq=1)
    someone = make("Person", uid=uuid.uuid4(), name="王建国", seq=1, id_kind="placeholder")
    roster = {"household": home, "source": "4roster"}
    make("HouseholdFacts", **roster, since=JULY, seq=1, row=4, house_dangerous=True,
         exit_status="已脱贫", superseded_seq=2)  # fmt: skip
    make("HouseholdFacts", **roster, since=JULY, seq=2, row=5, house_dangerous=True,
         exit_status="返贫", exit_year=2018)  # fmt: skip
    make("HouseholdFacts", **roster, since=AUGUST, seq=3, row=6, house_dangerous=True,
         exit_status="返贫", safe_water=False)  # fmt: skip
    make("HouseholdFacts", household=home, source="2visit", since=AUGUST, seq=4, safe_water=False)
    joined = make("Membership", **roster, person=someone, relation="户主", since=JULY, seq=1, row=4,
                  superseded_seq=3)  # fmt: skip
    make("Membership", **roster, person=someone, relation="户主", since=JULY, seq=3, row=4,
         until=AUGUST)  # fmt: skip
    migrate(LAST)
    first, second = [20200701, None, 0, 4], [20200701, None, 0, 5]
    rows = HouseholdFacts.objects.order_by("pk").values_list("carried", flat=True)
    assert list(rows) == [
        None,
        {"house_dangerous": first},
        {"house_dangerous": first, "exit_status": second, "exit_year": [20200801, None, 0, 6]},
        None,
    ]
    ended = Membership.objects.get(superseded_seq=None)
    assert (joined.row, ended.carried) == (4, {"": first})
