"""Of which town a department's list is: as the cell spells it, or where whom it names lives."""

import pytest

from tests.registry.chance import confirm
from tests.registry.lists import DIBAO, dibao, flags
from tests.registry.sheets import COUNTY, home, receive, table, take_in, xlsx
from wengu.intake import queries
from wengu.registry.imports.places import Division, Places
from wengu.registry.models import Listing

TOWN = "320723100000"
CITY = "320700000000"
THERE = {"乡镇": "伊山镇", "行政村": "河东村"}
NOT, HAS = (False, False, False), (True, True, True)
DIVISIONS = [
    Division(code, name)
    for code, name in (
        (CITY, "连云港市"), (COUNTY, "灌云县"), (TOWN, "伊山镇"), ("320723001000", "侍庄街道"),
        ("320723101000", "小伊镇"), ("320723102000", "小伊乡"), ("320723100001", "河东村委会"),
        ("320724000000", "灌南县"), ("320724100000", "伊山镇"),
        ("320772000000", "连云港高新技术产业开发区"), ("320772001000", "花果山街道"),
    )
]  # fmt: skip


@pytest.mark.parametrize(
    ("region", "written", "town"),
    [
        *((COUNTY, written, TOWN) for written in (
            "伊山镇", " 伊山 镇", "伊山", "灌云县伊山镇", "灌云伊山", "江苏省连云港市灌云县伊山镇",
            "伊山镇人民政府", "灌云县伊山镇政府", "伊山街道", "320723100", TOWN, "320723100001",
        )),
        (COUNTY, "侍庄街道办事处", "320723001000"),
        (COUNTY, "侍庄办事处", "320723001000"),
        (COUNTY, "小伊镇", "320723101000"),
        (CITY, "灌南县伊山镇", "320724100000"),
        (CITY, "高新区花果山街道", "320772001000"),
        *((COUNTY, written, "") for written in (
            "", "　", "小伊", "灌南县伊山镇", "320724100", "320723000000", "320723999", "伊山村",
        )),
        (CITY, "伊山镇", ""),
    ],
)  # fmt: skip
def test_a_town_is_found_where_only_one_can_be_meant(region, written, town):
    assert Places(DIVISIONS).town(region, written) == town


def two(written):
    """A list that names one of two households of a town, and calls the town so."""
    people = home(1, **THERE) + home(2, **THERE)
    take_in(xlsx(table(people)))
    return xlsx(table(dibao(people[:2], 乡镇=written), DIBAO))


@pytest.mark.db
@pytest.mark.django_db
@pytest.mark.parametrize("written", ["", "灌云县伊山镇", "伊山镇人民政府", "320723100"])
def test_whom_a_list_leaves_out_is_heard_however_it_spells_its_town(divisions, written):
    batch = take_in(two(written), name="低保.xlsx")
    assert not queries.open_doubts(batch).exists()
    assert list(Listing.objects.values_list("town", flat=True)) == [TOWN]
    assert list(flags().values()) == [HAS, NOT]


@pytest.mark.db
@pytest.mark.django_db
def test_a_town_that_is_not_understood_is_asked_about(divisions):
    batch = receive(two("伊山公社"), name="低保.xlsx")
    found = [(doubt.code, doubt.columns) for doubt in queries.open_doubts(batch)]
    letter = queries.heads(batch)[0].letter("town")
    assert found == [("list_town_unknown", [letter])] * 2
    # Confirmed, it is the town in which they live.
    confirm(batch)
    assert list(flags().values()) == [HAS, NOT]


@pytest.mark.db
@pytest.mark.django_db
def test_a_list_of_a_town_may_call_it_as_it_likes(divisions):
    batch = receive(two("伊山公社"), name="低保.xlsx", region=TOWN)
    assert not queries.open_doubts(batch).exists()
