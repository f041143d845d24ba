"""A number beyond what the rules are made for: refused at every door; one inside stops no run."""

import datetime
import json

import pytest
from typer.testing import CliRunner

from tests.decisions import packs
from tests.decisions.test_facts import rows_of
from tests.registry.lists import HOSPITAL, stay
from tests.registry.sheets import ON, home, receive, table, take_in, xlsx
from wengu.accounts.queries import operator_scope
from wengu.decisions import actions as decisions
from wengu.decisions import facts
from wengu.decisions import queries as decided
from wengu.intake import queries as intake
from wengu.intake.models import BatchState
from wengu.ops import cli
from wengu.registry import actions, limits
from wengu.registry.models import (
    Bill,
    Household,
    Income,
    IncomeItem,
    Person,
    SourceKind,
    VillageFacts,
)

pytestmark = [pytest.mark.db, pytest.mark.django_db]
BY, HUGE = "测试", 10**17
EVERYWHERE = operator_scope(name=BY, on=ON)
JULY, AUGUST = ON, ON.replace(month=8)
VILLAGE = "320723001200"
ITEMS = [item for item in IncomeItem if item is not IncomeItem.DECLARED_NET_PER_HEAD]
YEAR = {"period_since": datetime.date(2019, 1, 1), "period_until": datetime.date(2020, 1, 1)}


def earn(item, amount):
    return actions.record_income(
        household=Household.objects.get(), item=item, since=YEAR["period_since"],
        until=YEAR["period_until"], amount_fen=amount, source=SourceKind.VISIT, reason="走访",
        by=BY,
    )  # fmt: skip


def test_by_hand_a_number_beyond_its_limits_is_refused_with_the_limits(divisions):
    take_in(xlsx(table(home(1, 1))))
    most = limits.LIMITS["household", "income_fen"][1]
    earn(IncomeItem.WAGES, most)
    said = (
        "家庭年纯收入 100,000,000.01 元 超出可登记的范围（-100,000,000.00 元 至 100,000,000.00 元）"
    )
    with pytest.raises(ValueError, match=said.replace("(", r"\(")):
        earn(IncomeItem.WAGES, most + 1)
    shared = {"on": JULY, "source": SourceKind.VISIT, "reason": "走访", "by": BY}
    with pytest.raises(ValueError, match="务工月数 13 超出可登记的范围（0 至 12）"):
        actions.record_person(person=Person.objects.get(), facts={"work_months": 13}, **shared)
    with pytest.raises(ValueError, match="集体经营性收入"):
        actions.record_village(village=VILLAGE, facts={"collective_income_fen": HUGE}, **shared)
    assert Income.objects.filter(source="2visit").count() == 1
    assert not VillageFacts.objects.exists()


@pytest.mark.parametrize("cells", [{"医疗总费用": "10000000.01"}, {"自付金额": "-300"}])
def test_a_bill_beyond_its_limits_waits_to_be_mended(divisions, cells):
    people = home(1)
    take_in(xlsx(table(people)))
    batch = receive(xlsx(table([stay(people[0], **cells)], HOSPITAL)), name="住院.xlsx")
    assert "amount_out_of_range" in {doubt.code for doubt in intake.open_doubts(batch)}
    assert batch.counts["must_fix"] == 1


def test_an_income_beyond_its_limits_waits_to_be_mended(divisions):
    batch = take_in(xlsx(table(home(1, 1, 人均纯收入="999999999") + home(2, 1))))
    assert [doubt.code for doubt in intake.open_doubts(batch)] == ["amount_out_of_range"]
    assert (batch.state, batch.counts["applied"]) == (BatchState.APPLIED, 1)


def spoil():
    """Numbers that an earlier version let in: an income, a sum of five, a bill, a village's."""
    one, two = Household.objects.order_by("number")
    said = {"since": JULY, "seq": facts.latest_seq(), "source": "2visit"}
    Income.objects.create(household=one, item="declared_net_per_head", amount_fen=HUGE, **YEAR,
                          **said)  # fmt: skip
    for item in ITEMS:
        sign = -1 if item is IncomeItem.BUSINESS_COSTS else 1
        Income.objects.create(household=two, item=item, amount_fen=sign * 9 * 10**18, **YEAR,
                              **said)  # fmt: skip
    member = Person.objects.filter(memberships__household=two).first()
    Bill.objects.create(number=member.id_index, hospital="甲", admitted=JULY, discharged=JULY,
                        listed_on=JULY,
                        total_fen=HUGE, self_pay_fen=-HUGE, basic_fen=5, **said)  # fmt: skip
    VillageFacts.objects.create(village_id=VILLAGE, collective_income_fen=-HUGE, **said)
    return one, two


def test_a_number_beyond_its_limits_that_is_in_already_is_unknown_and_named(divisions, tmp_path):
    take_in(xlsx(table(home(1) + home(2))))
    one, two = spoil()
    made = facts.snapshot(on=AUGUST, seq=facts.latest_seq(), folder=tmp_path,
                          pack=packs.everything())  # fmt: skip
    files = rows_of(made)
    for key, found in facts.dossiers(households=[one.pk, two.pk], on=AUGUST,
                                     seq=facts.latest_seq()).items():  # fmt: skip
        assert found.household["income_fen"] is None
        assert ("household", key, "income_fen") not in found.told
        assert found.village["collective_income_fen"] is None
        for name, rows in facts.tables(found).items():
            for row in rows:
                kept = files[name][row["id"]]
                assert kept == {column: row[column] for column in kept}
    [bill] = files["bill"].values()
    assert (bill["total_fen"], bill["self_pay_fen"], bill["basic_fen"]) == (10**9, None, 5)
    run = decisions.decide(on=AUGUST, by=BY)
    assert run.beyond == {
        "household.income_fen": [one.pk, two.pk],
        "bill.total_fen": [two.pk],
        "bill.self_pay_fen": [two.pk],
        "village.collective_income_fen": [int(VILLAGE)],
    }
    run.refresh_from_db()
    named = {each.name: each for each in decided.beyond(run, viewer=EVERYWHERE, most=1)}
    assert (named["income_fen"].number, named["income_fen"].whom) == (2, ("320723000001",))
    assert named["collective_income_fen"].whom == (VILLAGE,)
    assert decisions.repeat(run=run).digest == run.digest


def test_a_run_on_the_command_line_names_them(divisions):
    take_in(xlsx(table(home(1) + home(2))))
    spoil()
    told = CliRunner().invoke(cli.app, ["evaluate", "--on", str(AUGUST)])
    assert told.exit_code == 0, told.output
    assert "按未知认定：2 处（320723000001、320723000002）" in told.output
    told = CliRunner().invoke(cli.app, ["runs", "list", "--json"])
    assert len(json.loads(told.stdout.splitlines()[0])["beyond"]) == 4
