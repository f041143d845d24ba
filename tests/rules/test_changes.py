"""Nearest flips against trying every value; due dates against deciding every day."""

import datetime

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.rules.test_engines import of
from tests.rules.world import COUNTIES, cases, eventful, packs, parameters_of, registries, settings_
from wengu.rules import Parameters, ParameterValue, kinds
from wengu.rules.due import due
from wengu.rules.evaluate import Reference
from wengu.rules.flips import flips
from wengu.rules.sites import leaf_rows

RELAXED = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
HORIZON = 60


def subjects(pack, rows):
    home, people, bills = of(rows, rows["household"][0])
    frame = pack.frame("household", home, {"person": people, "bill": bills})
    return {"household": [frame], "person": frame.below.get("person", [])}


def decide_with(reference, rule, subject, row, column, value):
    kept = row.values
    row.values = {**kept, column: value}
    result = reference.decide(rule, subject)
    row.values = kept
    return result


def span(kind, current, on):
    """Every value on both sides of the current one, nearest first; no day that has not come."""
    if kind.dims == kinds.DAY:
        here = datetime.date.fromisoformat(str(current))
        days = [here + datetime.timedelta(days=step) for step in range(-600, 601)]
        values = [int(day.strftime("%Y%m%d")) for day in days if day <= max(here, on)]
    else:
        low, high = kind.bounds
        values = list(range(low, high + 1))
    up = [value for value in values if value > current]
    down = [value for value in reversed(values) if value < current]
    return {"up": up, "down": down}


def asked(pack, rows, on, chosen, data):
    """Any rule of a pack with the first subject that it asks about, and what decides."""
    rule = data.draw(st.sampled_from(pack.rules))
    found = subjects(pack, rows)[rule.subject]
    assume(found)
    return pack.reference(on, parameters_of(chosen)), rule, found[0]


def a_cell(pack, rule, subject, data, *, empty):
    """Any fact that the rule reads of the subject, recorded or not."""
    places = [
        (column, row)
        for branch in rule.branches
        if branch.condition is not None
        for column, row in leaf_rows(branch.condition, subject, pack.vocabulary)
        if (row.values[column.name] is None) is empty
    ]
    assume(places)
    return data.draw(st.sampled_from(places))


@RELAXED
@given(pack=packs(), rows=registries(1), on=cases, chosen=settings_(), data=st.data())
def test_the_nearest_flip_is_the_nearest(pack, rows, on, chosen, data):
    reference, rule, subject = asked(pack, rows, on, chosen, data)
    before = reference.decide(rule, subject).branch
    reported = {
        (f.table, f.column, f.subject, f.direction): f for f in flips(reference, rule, subject)
    }
    column, row = a_cell(pack, rule, subject, data, empty=False)
    kind = pack.vocabulary.column(column.table, column.name)
    assume(kind.dims not in (kinds.TEXT, kinds.FLAG))
    for direction, values in span(kind, row.values[column.name], on).items():
        flip = reported.get((column.table, column.name, row.id, direction))
        first = next(
            (
                value
                for value in values
                if decide_with(reference, rule, subject, row, column.name, value).branch != before
            ),
            None,
        )
        if first is not None or (flip is not None and flip.value in values):
            assert flip is not None
            assert flip.value == first
            after = decide_with(reference, rule, subject, row, column.name, flip.value)
            assert flip.result == after


@RELAXED
@given(pack=packs(), rows=registries(1), on=cases, chosen=settings_(), data=st.data())
def test_recording_an_empty_fact_leads_where_its_flips_say(pack, rows, on, chosen, data):
    reference, rule, subject = asked(pack, rows, on, chosen, data)
    before = reference.decide(rule, subject).branch
    assume(before >= 0)
    column, row = a_cell(pack, rule, subject, data, empty=True)
    kind = pack.vocabulary.column(column.table, column.name)
    if kind.dims == kinds.TEXT:
        values = kind.values
    elif kind.dims == kinds.FLAG:
        values = (True, False)
    else:
        middle = int(on.strftime("%Y%m%d")) if kind.dims == kinds.DAY else 0
        values = [value for side in span(kind, middle, on).values() for value in (*side, middle)]
    outcomes = {
        decide_with(reference, rule, subject, row, column.name, value).branch for value in values
    } - {before}
    reported = [
        one
        for one in flips(reference, rule, subject)
        if (one.table, one.column, one.subject) == (column.table, column.name, row.id)
    ]
    assert outcomes <= {one.result.branch for one in reported}
    for one in reported:
        assert one.current is None
        assert (
            one.result
            == decide_with(reference, rule, subject, row, column.name, one.value)
            != reference.decide(rule, subject)
        )


@RELAXED
@given(
    pack=packs(depth=1, clocks=True),
    rows=registries(1),
    on=cases,
    chosen=settings_(),
    data=st.data(),
)
def test_the_due_date_is_the_first_day_of_another_result(pack, rows, on, chosen, data):
    rows = data.draw(eventful(rows, on))
    later = [
        ParameterValue(
            "line",
            data.draw(st.integers(-1000, 1000)),
            on + datetime.timedelta(days=data.draw(st.integers(1, HORIZON))),
            county=data.draw(st.sampled_from([None, *COUNTIES])),
        )
        for _ in range(data.draw(st.integers(0, 2)))
    ]
    assume(len({(row.since, row.county) for row in later}) == len(later))
    parameters = Parameters([*parameters_of(chosen).rows, *later])
    reference = Reference(pack.vocabulary, pack.rules, on, parameters)
    for rule in pack.rules:
        for subject in subjects(pack, rows)[rule.subject]:
            before = reference.decide(rule, subject)
            days = [on + datetime.timedelta(days=step) for step in range(1, HORIZON + 1)]
            changed = next(
                (day for day in days if reference.at(day).decide(rule, subject) != before), None
            )
            found = due(reference, rule, subject)
            if changed is not None or (found is not None and found.day <= days[-1]):
                assert found.day == changed
                assert found.result == reference.at(changed).decide(rule, subject)
