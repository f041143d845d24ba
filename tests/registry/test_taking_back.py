"""What a reversal may take back, what it must leave, and when it may try again."""

import datetime

import pytest

from tests.decisions import packs
from tests.registry.chance import check_copies, registry, take_back, take_in
from tests.registry.sheets import ROSTER_2019, home, table, xlsx
from wengu.decisions import facts
from wengu.intake import queries as intake
from wengu.intake.actions import NotNow
from wengu.registry import actions
from wengu.registry.models import Household, HouseholdFacts, IncomeItem, SourceKind

pytestmark = [pytest.mark.db, pytest.mark.django_db]
BY = "测试"
MAY, JULY, AUGUST = (datetime.date(2020, month, 1) for month in (5, 7, 8))


def sheet(*rows, titles=2):
    return xlsx(table([row for home_ in rows for row in home_], titles=titles))


def test_what_a_reversal_left_goes_once_the_later_batch_has_gone(divisions):
    empty = registry()
    first = take_in(sheet(home(1), home(2)), MAY)
    second = take_in(sheet(home(1, 脱贫属性="返贫")), JULY)
    take_back(first)
    assert intake.outcome(first).endswith("320723000001")
    assert intake.reversible(first)
    assert Household.objects.get(number="320723000002").size == 0
    take_back(second)
    assert intake.outcome(second) == ""
    take_back(first)
    assert intake.outcome(first) == ""
    assert registry() == empty
    assert not intake.reversible(first)
    with pytest.raises(NotNow):
        take_back(first)


def test_what_has_gone_is_not_asked_for_again(divisions):
    """Of a household that was taken back, a later file says its own and hinders nothing."""
    take_in(sheet(home(2)), MAY)
    first = take_in(sheet(home(1), home(2, 脱贫属性="返贫")), MAY)
    second = take_in(sheet(home(1, 脱贫属性="返贫")), JULY)
    take_back(first)
    take_in(sheet(home(2, 脱贫年度="2017")), AUGUST)
    before = registry()
    take_back(first)
    assert intake.outcome(first).endswith("：320723000001")  # as before, and nobody else
    assert registry() == before
    take_back(second)
    take_back(first)
    assert intake.outcome(first) == ""
    assert list(Household.objects.filter(size__gt=0).values_list("number", flat=True)) == [
        "320723000002"
    ]
    check_copies()


def test_a_later_correction_by_hand_keeps_the_household(divisions):
    batch = take_in(sheet(home(1), home(2)), MAY)
    actions.record_household(household=Household.objects.get(number="320723000001"),
                             facts={"house_grade": "C级"}, on=JULY, source=SourceKind.CORRECTION,
                             reason="更正", by=BY)  # fmt: skip
    take_back(batch)
    assert intake.outcome(batch).endswith("：320723000001")
    assert [one.size for one in Household.objects.order_by("number")] == [2, 0]


def test_a_later_income_by_hand_keeps_the_household(divisions):
    batch = take_in(sheet(home(1)), MAY)
    actions.record_income(household=Household.objects.get(), item=IncomeItem.WAGES, since=MAY,
                          until=JULY, amount_fen=100, source=SourceKind.VISIT, reason="走访",
                          by=BY)  # fmt: skip
    take_back(batch)
    assert intake.outcome(batch).endswith("：320723000001")


def test_rows_that_the_batch_replaced_itself_do_not_come_back(divisions):
    """The same household twice within a batch's pieces: only what stood before the batch does."""
    take_in(sheet(home(1, 危房户="否")), MAY)
    before = registry()
    batch = take_in(sheet(home(1, 危房户="是")), MAY)
    # The batch goes on and says otherwise of the same day, as a mended row that comes back does.
    stamp = actions.Stamp(
        actions.open_change(by=BY, what="导入", batch=batch), MAY, "4roster", batch
    )
    writer = actions.departments.household_facts(stamp)
    writer.say(Household.objects.get().pk, {"house_dangerous": None, "safe_water": False})
    writer.write()
    take_back(batch)
    assert intake.outcome(batch) == ""
    assert registry() == before
    assert HouseholdFacts.objects.filter(superseded_seq=None).count() == 1


def test_at_the_sequence_of_its_reversal_a_statement_is_not_known_any_more(divisions):
    take_in(sheet(home(1, 危房户="否")), MAY)
    batch = take_in(sheet(home(1, 危房户="是")), MAY)
    key, stated = Household.objects.get().pk, facts.latest_seq()
    take_back(batch)
    seqs = (stated, facts.latest_seq())
    found = [facts.dossier(household=key, on=JULY, seq=seq).household for seq in seqs]
    assert [row["house_dangerous"] for row in found] == [True, False]
    statements = HouseholdFacts.objects.filter(household=key, superseded_seq=seqs[1])
    assert statements.count() == 1  # the one that goes with this very sequence


def test_at_the_sequence_of_its_reversal_a_household_is_not_known_any_more(divisions, tmp_path):
    take_in(sheet(home(1)), MAY)
    batch = take_in(sheet(home(2)), MAY)
    stated = facts.latest_seq()
    take_back(batch)
    keys = list(Household.objects.order_by("number").values_list("pk", flat=True))
    for seq, found in ((stated, 2), (facts.latest_seq(), 1)):
        made = facts.snapshot(on=JULY, seq=seq, folder=tmp_path / str(seq), pack=packs.everything())
        assert made.counts["household"] == found
        assert len(facts.dossiers(households=keys, on=JULY, seq=seq)) == found


@pytest.mark.parametrize("day", [JULY, AUGUST])
def test_a_batch_whose_rows_others_have_replaced_is_kept_and_goes_after_them(divisions, day):
    """By a sheet of the same day, or by an older one that came late and went on into its row."""
    empty = registry()
    lacks = [name for name in ROSTER_2019 if name not in ("饮水困难", "饮水安全")]
    first = take_in(sheet(home(1, 1)), MAY)
    replaced = take_in(xlsx(table(home(1, 1, 危房户="是"), lacks)), day)
    over = take_in(sheet(home(1, 1, 危房户="否" if day == JULY else "是", 饮水安全="否")), JULY)
    take_back(replaced)
    assert intake.outcome(replaced).endswith("320723000001")
    for batch in (over, replaced):
        take_back(batch)
        assert intake.outcome(batch) == ""
    assert {row.batch_id for row in HouseholdFacts.objects.filter(superseded_seq=None)} == {
        first.pk
    }
    take_back(first)
    assert registry() == empty


def test_a_late_sheet_that_was_taken_back_stands_in_nobodys_way(divisions):
    """What it had replaced for a while has come back: the last copy of a statement is judged."""
    empty = registry()
    moved = home(2, 2)
    moved[1] |= {name: home(1, 2)[1][name] for name in ("人编号", "证件号码", "姓名")}
    september, october = (datetime.date(2020, month, 1) for month in (9, 10))
    first = take_in(sheet(home(1, 2), home(2, 1)), AUGUST)
    second = take_in(sheet(home(1, 1, 脱贫属性="返贫"), moved), september)
    take_back(take_in(sheet(home(1, 2)), JULY))
    third = take_in(sheet(home(1, 1, 脱贫属性="已脱贫")), october)
    for batch in (second, third, second, first):
        if intake.reversible(batch):
            take_back(batch)
    check_copies()
    assert registry() == empty


def test_what_only_confirmed_a_household_is_left_while_a_late_sheet_rests_on_it(divisions):
    """The late sheet ends where the newer one confirmed: that falls after it, not before."""
    take_in(sheet(home(1, 1, 脱贫属性="已脱贫")), MAY)
    newer = take_in(sheet(home(1, 1, 脱贫属性="已脱贫"), home(2)), AUGUST)
    late = take_in(sheet(home(1, 1, 脱贫属性="返贫")), JULY)
    take_back(newer)
    assert intake.outcome(newer).endswith("：320723000001")
    take_back(late)
    take_back(newer)
    assert intake.outcome(newer) == ""
    take_in(sheet(home(1, 1, 脱贫属性="返贫")), JULY)
    said = HouseholdFacts.objects.filter(superseded_seq=None).order_by("since")
    assert [(row.since, row.exit_status) for row in said] == [(MAY, "已脱贫"), (JULY, "返贫")]
    check_copies()


def test_what_a_reversal_had_to_leave_goes_on_confirming(divisions):
    take_in(sheet(home(1, 1, 脱贫属性="已脱贫"), home(2, 1, 脱贫属性="已脱贫")), MAY)
    rows = [home(number_, 1, 脱贫属性="已脱贫", 健康状况="健康") for number_ in (1, 2)]
    newer = take_in(sheet(*rows), AUGUST)
    actions.record_household(household=Household.objects.get(number="320723000001"),
                             facts={"safe_water": True}, on=AUGUST, source=SourceKind.VISIT,
                             reason="入户", by=BY)  # fmt: skip
    take_back(newer)
    assert intake.outcome(newer).endswith("：320723000001")
    take_in(sheet(home(1, 1, 脱贫属性="返贫"), home(2, 1, 脱贫属性="返贫")), JULY)
    said = HouseholdFacts.objects.filter(superseded_seq=None, source=SourceKind.ROSTER)
    last = {
        number_: said.filter(household__number=f"32072300000{number_}").latest("since").since
        for number_ in (1, 2)
    }
    assert last == {1: AUGUST, 2: JULY}
