"""印证: what the newer sheets of a late one's households state, each row read again.

A sheet that says the same leaves no statement, and yet what it states is so from its day on,
whatever an older sheet says that comes later.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain

from wengu.registry.carrying import Confirmation
from wengu.registry.diffs import HomeDiff, columns_of, columns_of_person, key_of, without_papers
from wengu.registry.statements import HouseholdStatement, PersonStatement

Restated = Callable[[Mapping[int, Collection[str]]], Mapping[int, Mapping[str, HouseholdStatement]]]
"""Reads again what some batches state of some households: by batch, by household number."""


def confirm(diffs: Sequence[HomeDiff], restated: Restated) -> None:
    """Note of each newer sheet which columns it states of the households and their persons."""
    asked: dict[int, set[str]] = {}
    for diff in diffs:
        for one in chain(diff.confirmed, *(each.confirmed for each in diff.persons)):
            asked.setdefault(one.batch, set()).add(one.household)
    said = restated(asked) if asked else {}
    for diff in diffs:
        diff.confirmed = [
            one._replace(names=columns_of(statement))
            for one, statement in _read(diff.confirmed, said)
        ]
        for each in diff.persons:
            each.confirmed = [
                one._replace(names=columns_of_person(person))
                for one, statement in _read(each.confirmed, said)
                for person in [_same(each.statement, statement)]
                if person is not None
            ]


def _read(
    newer: Iterable[Confirmation], said: Mapping[int, Mapping[str, HouseholdStatement]]
) -> Iterator[tuple[Confirmation, HouseholdStatement]]:
    for one in newer:
        statement = said[one.batch].get(one.household)
        if statement is not None:
            yield one, statement


def _same(one: PersonStatement, home: HouseholdStatement) -> PersonStatement | None:
    """Return the row of a household that names the same person."""
    key = key_of(one)
    if key is None:
        return without_papers(one, home.persons)
    return next((other for other in home.persons if key_of(other) == key), None)
