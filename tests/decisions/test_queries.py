"""Lists, figures and missing facts: each figure equals the list behind it, for every viewer."""

import datetime
import itertools
from typing import Any

import pytest
from django.db import connection

from tests.decisions import factories as make
from tests.decisions import packs
from wengu.accounts.queries import operator_scope
from wengu.accounts.scope import Scope
from wengu.decisions import queries
from wengu.decisions.actions import decide
from wengu.decisions.models import Decision, Run, RunState
from wengu.kernel.regioncode import RegionCode
from wengu.registry.models import Household

pytestmark = [pytest.mark.django_db, pytest.mark.db]
DAY = make.DAY
EVERYWHERE = operator_scope(name="测试", on=DAY)
RULES = ("poor", "ill", "grace", "road")


def of(region: str) -> Scope:
    return Scope(user="县办员", on=DAY, ranges=(RegionCode(region).bounds,))


CAST = {
    "everywhere": EVERYWHERE,
    "county": of("320723000000"),
    "town": of("320723100000"),
    "village": of(make.VILLAGES[0]),
    "nobody": Scope(user="公众", on=DAY),
}


def run(*, on: datetime.date = DAY, **changed: Any) -> Run:
    return decide(on=on, by="测试", policy=packs.policy(**changed))


def codes() -> list[str]:
    found = {code[:length].ljust(12, "0") for code in make.VILLAGES for length in (4, 6, 9, 12)}
    return ["", *sorted(found)]


@pytest.fixture
def two_runs() -> tuple[Run, Run]:
    make.Chance(21).registry(60)
    first = run()
    for home in Household.objects.order_by("pk")[:25]:
        make.income(home, 100, source="1correction")
    return first, run(on=DAY + datetime.timedelta(days=40), line=9000_00)


@pytest.mark.parametrize("name", CAST)
def test_each_figure_equals_the_list_behind_it(name: str, two_runs: tuple[Run, Run]) -> None:
    viewer, seen = CAST[name], 0
    for at, region, rule in itertools.product(two_runs, codes(), RULES):
        found = queries.figures(rules=[rule], viewer=viewer, region=region, run=at, below=False)
        for figure in found:
            rows = queries.holding(
                rule=rule, viewer=viewer, branches=[figure.branch], region=region, run=at
            )
            assert figure.subjects == rows.count(), (region, figure)
            assert {row.verdict for row in rows} == {figure.verdict}
        whole = queries.holding(rule=rule, viewer=viewer, region=region, run=at).count()
        assert sum(figure.subjects for figure in found) == whole
        seen += whole
    assert (seen > 200) == (name != "nobody") or (name == "village" and seen > 20)


def test_the_figures_of_the_children_add_up_to_the_region_s(two_runs: tuple[Run, Run]) -> None:
    for viewer in CAST.values():
        for region in codes():
            below = queries.figures(rules=RULES, viewer=viewer, region=region)
            own = queries.figures(rules=RULES, viewer=viewer, region=region, below=False)
            assert sum(one.subjects for one in below) == sum(one.subjects for one in own)
            digits = queries.prefix(region)
            assert all(one.region.startswith(digits) for one in below)


def test_the_default_branch_is_everybody_else(two_runs: tuple[Run, Run]) -> None:
    rule = packs.small().rule("poor")
    kept = queries.figures(rules=["poor"], viewer=EVERYWHERE)
    for figure in queries.with_default(kept, rule, EVERYWHERE):
        if figure.branch == rule.default:
            homes = queries.households(viewer=EVERYWHERE, region=figure.region)
            members = homes.filter(memberships__until=None).distinct()
            rest = members.filter(queries.households_in(rule=rule, branches=[0]))
            subjects = queries.figures(
                rules=["=household"], viewer=EVERYWHERE, region=figure.region, below=False
            )
            others = queries.holding(rule="poor", viewer=EVERYWHERE, region=figure.region).count()
            assert figure.subjects == sum(one.subjects for one in subjects) - others
            assert rest.count() >= figure.subjects > 0


def test_an_old_run_is_read_as_it_was(two_runs: tuple[Run, Run]) -> None:
    first, second = two_runs
    rule = "poor"
    old = set(
        queries.holding(rule=rule, viewer=EVERYWHERE, run=first).values_list("subject", "branch")
    )
    new = set(queries.holding(rule=rule, viewer=EVERYWHERE).values_list("subject", "branch"))
    assert old != new
    assert new == set(
        queries.holding(rule=rule, viewer=EVERYWHERE, run=second).values_list("subject", "branch")
    )
    subject = next(iter(old - new))[0]
    spans = queries.history(household=subject, viewer=EVERYWHERE)
    assert {span.run_id for span in spans if span.rule == rule} >= {first.pk}


def test_a_run_that_is_still_writing_does_not_show(two_runs: tuple[Run, Run]) -> None:
    before = list(queries.holding(rule="poor", viewer=EVERYWHERE).values_list("subject", "branch"))
    open_ = Run.objects.create(on=DAY, seq=1, by="测试", state=RunState.RUNNING)
    Decision.objects.filter(rule="poor", ended=None).update(ended=open_, until=DAY)
    after = list(queries.holding(rule="poor", viewer=EVERYWHERE).values_list("subject", "branch"))
    assert after == before
    assert queries.last_run() == two_runs[1]


def test_a_household_out_of_scope_has_no_decisions(two_runs: tuple[Run, Run]) -> None:
    inside = Household.objects.filter(village__code="320723100201").first()
    outside = Household.objects.filter(village__code__startswith="320706").first()
    for viewer, home, seen in (
        (CAST["county"], inside, True),
        (CAST["county"], outside, False),
        (CAST["nobody"], inside, False),
    ):
        assert bool(queries.of_household(household=home.pk, viewer=viewer)) == seen
        assert bool(queries.history(household=home.pk, viewer=viewer)) == seen
    assert not queries.of_village(village=outside.village_id, viewer=CAST["county"])
    assert queries.of_village(village=inside.village_id, viewer=CAST["county"])


def test_missing_facts_are_counted_with_who_holds_them(two_runs: tuple[Run, Run]) -> None:
    policy = packs.policy()
    for viewer in CAST.values():
        for region in codes():
            found = queries.lacking(policy=policy, viewer=viewer, region=region)
            for lack in found:
                spans = queries.lacking_spans(
                    policy=policy, fact=lack.key, viewer=viewer, region=region
                )
                homes = {row.household or -row.subject for row in spans}
                assert lack.households == len(homes), (region, lack)
    everybody = {lack.key: lack for lack in queries.lacking(policy=policy, viewer=EVERYWHERE)}
    assert everybody["household.income_fen"].holder == "县"
    assert everybody["person.serious_illness"].households > 5


def test_a_parameter_that_nobody_set_is_missing_too() -> None:
    home = make.household()
    make.person(household=home)
    make.state(home, registered=True)
    make.income(home, 1)
    policy = packs.Policy(packs.small(), (), "3207")
    decide(on=DAY, by="测试", policy=policy)
    [lack] = [
        one for one in queries.lacking(policy=policy, viewer=EVERYWHERE) if one.table == "parameter"
    ]
    assert (lack.key, lack.term, lack.households) == ("parameter.line", "标准", 1)
    spans = queries.lacking_spans(policy=policy, fact="parameter.line", viewer=EVERYWHERE)
    assert [row.subject for row in spans] == [home.pk]


def test_before_the_first_run_there_is_nothing() -> None:
    assert queries.last_run() is None
    assert queries.figures(rules=RULES, viewer=EVERYWHERE) == []
    assert queries.lacking(policy=packs.policy(), viewer=EVERYWHERE) == []
    assert not queries.holding(rule="poor", viewer=EVERYWHERE).exists()
    assert queries.history(household=1, viewer=EVERYWHERE) == []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads the plan as SQLite writes it")
@pytest.mark.parametrize("verdict", [True, False, None])
def test_a_list_by_a_verdict_walks_the_index_of_its_rule(
    verdict: bool | None, two_runs: tuple[Run, Run]
) -> None:
    rows = queries.as_of(two_runs[1]).filter(queries.deciding(verdict), rule__in=["poor"])
    plan = EVERYWHERE.filter(rows).order_by().values("household").explain()
    assert "COVERING INDEX decisions_by_rule (rule=? AND verdict=? AND village>?" in plan
