"""A home built by an earlier version says the same afterwards, and since when and who said it."""

import datetime
import uuid

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from wengu.registry.models import (
    Bill,
    Household,
    HouseholdFacts,
    HouseholdPlace,
    Listed,
    Listing,
    ListingGap,
    Membership,
    PersonFacts,
    PersonIdentity,
)

pytestmark = [pytest.mark.db, pytest.mark.django_db(transaction=True)]
BEFORE, UNCARRIED, LAST = "0002_listing_gap", "0004_urban_dibao", None
ENDED = "0005_carried_columns"
COUNTY, TOWN, VILLAGE = "320723000000", "320723001000", "320723001200"
EARLY = datetime.date(2019, 1, 1)
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


@pytest.fixture
def ended():
    yield migrate(ENDED)
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


def test_a_list_that_had_ended_benefits_names_whom_it_named(ended):
    """July's list had three persons, August's the first household alone, as one person."""

    def make(model, app="registry", **columns):
        return ended.get_model(app, model).objects.create(**columns)

    for code, level in ((COUNTY, "county"), (TOWN, "town"), (VILLAGE, "village")):
        make("Region", "regions", code=code, level=level)
    county, village = (ended.get_model("regions", "Region").objects.get(code=code)
                       for code in (COUNTY, VILLAGE))  # fmt: skip
    listed = {"source": "3department", "sheet": 0}
    people = []
    for serial in (1, 2, 3):
        home = make("Household", uid=uuid.uuid4(), number=f"H{serial}", village=village, seq=1)
        one = make("Person", uid=uuid.uuid4(), name="王建国", seq=1, id_kind="resident",
                   id_index=bytes([serial]) * 16)  # fmt: skip
        make("HouseholdPlace", household=home, uid=home.uid, village=village, since=JULY, seq=1,
             source="4roster")  # fmt: skip
        make("PersonIdentity", person=one, uid=one.uid, name="王建国", id_kind="resident",
             since=JULY, seq=1, source="4roster")  # fmt: skip
        make("Membership", household=home, person=one, relation="户主", since=JULY, seq=1,
             source="4roster")  # fmt: skip
        people.append((home, one))
    (h1, p1), (h2, p2), (_, p3) = people
    make("Benefit", **listed, household=h1, person=p1, kind="dibao", grade="B", monthly_fen=430,
         since=EARLY, seq=2, row=4)  # fmt: skip
    make("Benefit", **listed, household=h1, kind="dibao", since=EARLY, seq=2, superseded_seq=4)
    make("Benefit", **listed, household=h1, kind="dibao", since=EARLY, until=AUGUST, seq=4)
    make(
        "Benefit", **listed, household=h1, kind="gradual_exit", since=EARLY, seq=2, superseded_seq=4
    )
    make("Benefit", **listed, household=h2, person=p2, kind="dibao", since=EARLY, seq=2,
         superseded_seq=4)  # fmt: skip
    make("Benefit", **listed, household=h2, person=p2, kind="dibao", since=EARLY, until=AUGUST,
         seq=4)  # fmt: skip
    make("PersonFacts", **listed, person=p3, disabled=True, disability="41", since=JULY, seq=2)
    make("PersonFacts", source="4roster", person=p3, disabled=False, since=JULY, seq=1)
    july = make("Listing", **listed, kind="dibao", county=county, since=JULY, seq=3)
    make("Listing", **listed, kind="dibao", county=county, since=AUGUST, seq=5)
    make("Listing", **listed, kind="disability", county=county, since=JULY, seq=3)
    make("ListingGap", **listed, listing=july, person=p3, since=JULY, seq=3)
    make("Bill", **listed, person=p3, hospital="甲", admitted=JULY, discharged=JULY, total_fen=9,
         since=JULY, seq=2)  # fmt: skip
    migrate(LAST)
    rows = Listed.objects.order_by("since", "kind", "number")
    assert [
        (row.since, row.kind, bytes(row.number)[0], row.whole, row.grace_since) for row in rows
    ] == [
        (JULY, "dibao", 1, True, EARLY), (JULY, "dibao", 2, False, None),
        (JULY, "disability", 3, False, None), (AUGUST, "dibao", 1, False, None),
    ]  # fmt: skip
    assert (rows[0].monthly_fen, rows[0].started, rows[0].carried) == (
        430,
        EARLY,
        {"": [20190101, None, 0, 4]},
    )
    assert rows[2].disability == "41"
    assert set(Listing.objects.values_list("kind", "since", "town")) == {
        ("dibao", JULY, TOWN), ("dibao", AUGUST, TOWN), ("disability", JULY, TOWN),
    }  # fmt: skip
    gap = ListingGap.objects.get()
    assert (gap.person_id, gap.listing.since, gap.listing.town_id) == (p3.pk, JULY, TOWN)
    assert bytes(Bill.objects.get().number) == bytes(p3.id_index)
    assert list(PersonFacts.objects.values_list("source", flat=True)) == ["4roster"]
