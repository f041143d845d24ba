"""The model city taken in and decided: every rule gives every verdict and takes every branch."""

import datetime
import sys
from collections import Counter
from pathlib import Path

from django.db import transaction

from tests.walk.test_same_file_both_ways import COUNTY, ON, VALUES, divisions
from wengu.decisions import actions as decisions
from wengu.decisions import facts
from wengu.decisions.models import Decision
from wengu.decisions.policies import Policy
from wengu.documents import actions as documents
from wengu.intake import actions as intake
from wengu.intake import reading
from wengu.intake.spec import Context
from wengu.ops.modelcity.city import Options, generate
from wengu.policy.rules import pack
from wengu.registry.changes import Stamp, open_change
from wengu.registry.departments import household_facts
from wengu.registry.imports.doors import DOORS, Registry, places
from wengu.registry.imports.specs import SPECS
from wengu.registry.models import Household, Listing, ListingKind, Person, SourceKind

__all__ = ["divisions"]


def take_in(path: Path, region: str = COUNTY) -> None:
    document = documents.store(content=path.read_bytes(), name=path.name, by="测试")
    batch = intake.receive(document=document, region=region, dated=ON, period=2020, by="测试")
    batch = intake.check(batch=batch, doors=DOORS, by="测试")
    door = next(door for door in DOORS if door.spec.name == batch.spec)
    intake.waive_all(batch=batch, reason="已核对", door=door, by="测试")
    intake.apply(batch=batch, door=door, by="测试")


def by_branch() -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for rule in pack.in_force(ON):
        counts = found[rule.name] = Counter({branch.name: 0 for branch in rule.branches})
        counts["unknown"] = 0
        for branch in Decision.objects.filter(rule=rule.name, ended=None).values_list(
            "branch", flat=True
        ):
            counts["unknown" if branch < 0 else rule.branches[branch].name] += 1
    return found


def visited() -> None:
    """Let visits state what no sheet has a column for: some households and persons each."""
    with transaction.atomic():
        seq = open_change(by="测试", what="走访（模拟数据）")
        stamp = Stamp(seq, ON, SourceKind.VISIT.value)
        homes = household_facts(stamp)
        for number, home in enumerate(Household.objects.order_by("pk")[: 4 * len(VISITS)]):
            homes.say(home.pk, VISITS[number % len(VISITS)])
        # Found not to be registered, where the sheet says nothing of income.
        for home in Household.objects.filter(income_per_head_fen=None).order_by("-pk")[:4]:
            homes.say(home.pk, {"registered": False, "monitored": "无"})
        homes.write()


VISITS = (
    {"house_dangerous": True, "house_grade": "C级"},
    {"house_dangerous": True, "house_grade": "D级"},
    {"house_dangerous": False, "house_grade": "A级"},
    {"disaster_on": datetime.date(2020, 5, 3)},
    {"disaster_on": datetime.date(2020, 5, 3), "registered": False, "monitored": "无"},
    {"safe_water": True, "water_difficulty": True},
)


def test_every_rule_yields_all_three_verdicts_and_every_branch(divisions, tmp_path, capsys):
    # Two counties that hand in different generations of the sheet: each has columns of its own.
    for region, layout in (("320723", "2019"), ("320724", "2021")):
        folder = tmp_path / region
        truth = generate(
            folder=folder, region=region, households=700, seed=2020, on=ON,
            options=Options(layout=layout),
        )  # fmt: skip
        for name in truth.files:
            take_in(folder / name, region.ljust(12, "0"))
    visited()
    run = decisions.decide(on=ON, by="测试", policy=Policy(pack, VALUES, "3207"))
    counts = by_branch()
    for rule in pack.in_force(ON):
        if rule.default is not None:
            # Subjects that a rule is not about are counted, not kept.
            name = rule.branches[rule.default].name
            counts[rule.name][name] = run.counts[rule.name][str(rule.default)]
        verdicts = {branch.verdict for branch in rule.branches}
        assert verdicts == {True, False}, rule.name
    listed = [
        f"{rule:30}" + "  ".join(f"{name} {n}" for name, n in found.items())
        for rule, found in counts.items()
    ]
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(listed) + "\n")
    never = [
        f"{rule}: {name}" for rule, found in counts.items() for name, n in found.items() if not n
    ]
    assert never == []


def plain(row, hidden):
    return {name: value for name, value in row.items() if name not in hidden}


def test_facts_of_a_city_are_the_same_with_and_without_a_database(divisions, tmp_path):
    options = Options(dirt=0.0, cases=False)
    truth = generate(folder=tmp_path, households=150, seed=5, on=ON, options=options)
    statements = []
    for name in truth.files:
        path = tmp_path / name
        take_in(path)
        read = reading.read(path.read_bytes(), name=path.name, specs=SPECS)
        context = Context(ON, COUNTY, places(ON), 2020, Registry())
        for group in read.spec.check(read.rows, read.heads, context):
            statements += group.statements
    listings = [(ListingKind(row.kind), row.town_id) for row in Listing.objects.all()]
    alone, labels = facts.from_statements(
        statements=statements, dated=ON, on=ON, period=2020, listings=listings
    )
    numbers = dict(Household.objects.values_list("pk", "number"))
    kept = facts.dossiers(households=list(numbers), on=ON, seq=facts.latest_seq())
    assert len(kept) >= 100
    people = dict(Person.objects.values_list("pk", "number"))
    ids = ("id", "uid", "household", "person")
    memory = {labels.households[one.household["id"]]: one for key, one in alone.items() if key > 0}
    assert memory.keys() == {numbers[key] for key in kept}
    for key, one in kept.items():
        other = memory[numbers[key]]
        assert plain(one.household, ids) == plain(other.household, ids)
        assert {people[row["id"]]: plain(row, ids) for row in one.persons} == {
            labels.persons[row["id"]]: plain(row, ids) for row in other.persons
        }
        assert sorted(map(str, (plain(row, ids) for row in one.bills))) == sorted(
            map(str, (plain(row, ids) for row in other.bills))
        )
        assert one.village == other.village
    bills = sum(len(one.bills) for one in kept.values())
    assert bills > 0
    assert any(one.household["grace_since"] for one in kept.values())
    assert any(row["disabled"] for one in kept.values() for row in one.persons)
    # In so small a city nobody of some towns was in hospital: of those the list says nothing.
    assert {one.household["bills_listed_on"] for one in kept.values()} == {20200701, None}


def test_the_city_decided_twice_gives_the_same_digest(divisions, tmp_path):
    truth = generate(folder=tmp_path, households=60, seed=8, on=ON)
    for name in truth.files:
        take_in(tmp_path / name)
    policy = Policy(pack, VALUES, "3207")
    first = decisions.decide(on=ON, by="测试", policy=policy)
    later = decisions.decide(on=ON + datetime.timedelta(days=1), by="测试", policy=policy)
    again = decisions.repeat(run=first)
    assert (again.snapshot, again.digest) == (first.snapshot, first.digest)
    assert later.pk > first.pk
