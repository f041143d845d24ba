"""Several lists of one town and day: only the last that was not taken back is heard."""

import random

import pytest

from tests.registry.chance import registry, take_back
from tests.registry.lists import DIBAO, dibao, flags
from tests.registry.sheets import home, table, take_in, xlsx
from wengu.intake.models import Batch
from wengu.registry.models import Listing, ListingGap

pytestmark = [pytest.mark.db, pytest.mark.django_db]
FIRST, SECOND, THIRD = (f"32072300000{n}" for n in (1, 2, 3))
NOT, HAS = (False, False, False), (True, True, True)


def listed(rows, **more):
    return take_in(xlsx(table(rows, DIBAO)), name="低保.xlsx", **more)


def test_the_last_list_that_is_left_speaks_alone(divisions):
    people = home(1), home(2), home(3)
    take_in(xlsx(table([row for one in people for row in one])))
    _, second, third = (listed(dibao(one)) for one in people)
    take_back(second)
    assert flags() == {FIRST: NOT, SECOND: NOT, THIRD: HAS}
    assert Listing.objects.get(superseded_seq=None, kind="dibao").batch == third
    take_back(third)
    assert flags() == {FIRST: HAS, SECOND: NOT, THIRD: NOT}


def test_a_list_that_is_heard_again_has_its_gaps_again_and_they_can_be_filled(divisions):
    people = home(1) + home(2)
    take_in(xlsx(table(people)))
    wrong = dibao(people)
    wrong[3]["金额"] = "约"
    listed(wrong)
    second = listed(dibao(people[:2]))
    take_back(second)
    [gap] = ListingGap.objects.filter(superseded_seq=None, listing__kind="dibao")
    assert gap.listing.superseded_seq is None
    mended = [dibao(people)[3] | {"疑点": "", "怎样改": ""}]
    take_in(xlsx(table(mended, [*DIBAO, "疑点", "怎样改"])), name="疑点.xlsx")
    assert not ListingGap.objects.filter(superseded_seq=None).exists()


@pytest.mark.parametrize("seed", range(100, 104))
def test_lists_taken_back_leave_what_there_were_without_them(divisions, seed):
    """Taken in and back by chance: as if only those that are left had come, in their order."""
    dice = random.Random(seed)
    homes = [home(n, 1) for n in range(1, 4)]
    homes += [home(n, 1, 乡镇="伊山镇", 行政村="河东村") for n in range(4, 6)]
    take_in(xlsx(table([row for one in homes for row in one])))
    standing, left = [], []
    for _ in range(14):
        if standing and dice.random() < 0.5:
            place = dice.randrange(len(standing))
            assert take_back(standing.pop(place)).outcome == {}
            left.pop(place)
        else:
            file = xlsx(table(_by_chance(dice, homes), DIBAO))
            standing.append(take_in(file, name="低保.xlsx"))
            left.append(file)
    found, said = registry(), flags()
    for batch in reversed(standing):
        take_back(batch)
    for file in left:
        take_in(file, name="低保.xlsx")
    assert flags() == said
    assert registry() == found


def _by_chance(dice, homes):
    named = [one for one in homes if dice.random() < 0.5] or homes[:1]
    kinds = ("农村低保", "城市低保", "农村特困供养")
    rows = [row for one in named for row in dibao(one, 救助类别=dice.choice(kinds))]
    for row in rows:
        if dice.random() < 0.2:
            row["金额"] = "约"
    # No two files are the same: the same file would join its first batch.
    rows[0]["序号"] = str(Batch.objects.count())
    return [{**row, "等级": dice.choice("ABC") + "类"} for row in rows]
