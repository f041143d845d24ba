"""The model city taken in and decided: every rule gives every verdict and takes every branch."""

import datetime
import json
from collections import Counter
from pathlib import Path

import pytest

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
from wengu.registry.imports.doors import DOORS, Registry, places
from wengu.registry.imports.specs import SPECS
from wengu.registry.models import Household, Listing, ListingKind, Person

__all__ = ["divisions"]
NO_UNKNOWN: set[str] = set()


def take_in(path: Path) -> None:
    document = documents.store(content=path.read_bytes(), name=path.name, by="测试")
    batch = intake.receive(document=document, region=COUNTY, dated=ON, period=2020, by="测试")
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


def test_every_rule_yields_all_three_verdicts_and_every_branch(divisions, tmp_path, capsys):
    truth = generate(folder=tmp_path, households=900, seed=2020, on=ON)
    for name in truth.files:
        take_in(tmp_path / name)
    run = decisions.decide(on=ON, by="测试", policy=Policy(pack, VALUES, "3207"))
    counts = by_branch()
    for rule in pack.in_force(ON):
        if rule.default is not None:
            # Subjects that a rule is not about are counted, not kept.
            name = rule.branches[rule.default].name
            counts[rule.name][name] = run.counts[rule.name][str(rule.default)]
    with capsys.disabled():
        print(json.dumps({r: dict(c) for r, c in counts.items()}, ensure_ascii=False, indent=1))
    never = {
        f"{rule}: {branch}"
        for rule, found in counts.items()
        for branch, n in found.items()
        if not n
    }
    assert never == set()
    for rule in pack.in_force(ON):
        verdicts = {branch.verdict for branch in rule.branches}
        assert verdicts == {True, False}, rule.name


def plain(row, hidden):
    return {name: value for name, value in row.items() if name not in hidden}


def test_facts_of_a_city_are_the_same_with_and_without_a_database(divisions, tmp_path):
    options = Options(dirt=0.0, cases=False)
    truth = generate(folder=tmp_path, households=150, seed=5, on=ON, options=options)
    statements, listings = [], []
    for name in truth.files:
        path = tmp_path / name
        take_in(path)
        read = reading.read(path.read_bytes(), name=path.name, specs=SPECS)
        context = Context(ON, COUNTY, places(ON), 2020, Registry())
        for group in read.spec.check(read.rows, read.heads, context):
            statements += group.statements
    for listing in Listing.objects.all():
        listings.append((ListingKind(listing.kind), listing.county_id))
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
    assert all(one.household["bills_listed_on"] == 20200701 for one in kept.values())


def test_the_city_decided_twice_gives_the_same_digest(divisions, tmp_path):
    truth = generate(folder=tmp_path, households=60, seed=8, on=ON)
    for name in truth.files:
        take_in(tmp_path / name)
    policy = Policy(pack, VALUES, "3207")
    first = decisions.decide(on=ON, by="测试", policy=policy)
    later = decisions.decide(on=ON + datetime.timedelta(days=1), by="测试", policy=policy)
    again = decisions.repeat(run=first, policy=policy)
    assert (again.snapshot, again.digest) == (first.snapshot, first.digest)
    assert later.pk > first.pk
