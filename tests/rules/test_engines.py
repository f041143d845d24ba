"""Every engine gives what the definition says: the reference, SQL on DuckDB, and the oracle."""

import contextlib
import sqlite3

import duckdb
from hypothesis import HealthCheck, given, settings

from tests.rules.oracle import World
from tests.rules.world import TABLES, cases, packs, parameters_of, registries, settings_
from wengu.rules.dialect import DIALECTS
from wengu.rules.evaluate import Reference
from wengu.rules.rows import Result
from wengu.rules.schema import create_table, insert

DUCKDB = DIALECTS["duckdb"]
RELAXED = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def of(rows, home):
    """Return the household's row, its persons and their bills."""
    people = [one for one in rows["person"] if one["household"] == home["id"]]
    ids = {one["id"] for one in people}
    return home, people, [one for one in rows["bill"] if one["person"] in ids]


def by_reference(pack, on, parameters, rows):
    reference = Reference(pack.vocabulary, pack.in_force(on), on, parameters)
    return collected(reference, rows)


def collected(evaluator, rows):
    found = {}
    for home in rows["household"]:
        results = evaluator.household(*of(rows, home))
        found["household", home["id"]] = results.household
        found.update({("person", key): value for key, value in results.persons.items()})
    return found


def by_sql(pack, on, parameters, rows):
    found = {}
    with duckdb.connect() as connection:
        connection.execute("SET threads=1")
        for table in TABLES:
            connection.execute(create_table(table, DUCKDB))
            statement = insert(table, rows.get(table.name, []), DUCKDB)
            if statement:
                connection.execute(statement)
        for subject in ("household", "person"):
            query = pack.sql(subject, on, parameters)
            for key, county, *values in connection.execute(query).fetchall():
                names = [rule.name for rule in pack.in_force(on) if rule.subject == subject]
                pairs = zip(values[::2], values[1::2], strict=True)
                assert county
                assert (subject, key) not in found, "a row came out twice"
                found[subject, key] = {
                    name: Result(*pair) for name, pair in zip(names, pairs, strict=True)
                }
    return found


class _Bits:
    """BIT_OR, the one aggregate of the queries that SQLite has not."""

    def __init__(self):
        self.bits = 0

    def step(self, value):
        self.bits |= value or 0

    def finalize(self):
        return self.bits


def by_sqlite(pack, on, parameters, rows):
    """Run the standard text on another engine: what only DuckDB understands would fail."""
    found = {}
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        connection.create_aggregate("BIT_OR", 1, _Bits)
        for table in TABLES:
            connection.execute(create_table(table, DUCKDB))
            statement = insert(table, rows.get(table.name, []), DUCKDB)
            if statement:
                connection.execute(statement)
        for subject in ("household", "person"):
            names = [rule.name for rule in pack.in_force(on) if rule.subject == subject]
            for key, _, *values in connection.execute(
                pack.sql(subject, on, parameters, "standard")
            ):
                pairs = zip(values[::2], values[1::2], strict=True)
                found[subject, key] = {
                    name: Result(*pair) for name, pair in zip(names, pairs, strict=True)
                }
    return found


def linked(rows):
    """Return the rows as the oracle reads them."""
    made = {}
    for table, parent in (("household", None), ("person", "household"), ("bill", "person")):
        for row in rows[table]:
            one = {**row, "_table": table, "_down": {}}
            if parent:
                one["_up"] = made[parent, row[parent]]
                one["_up"]["_down"].setdefault(table, []).append(one)
            made[table, row["id"]] = one
    return made


def by_oracle(pack, on, chosen, rows):
    world = World(pack.vocabulary, on, chosen)
    found = {}
    for key, row in linked(rows).items():
        for rule in pack.in_force(on):
            if rule.subject == key[0]:
                found[*key, rule.name] = oracle_branch(world, rule, row)
    return found


def oracle_branch(world, rule, row):
    for number, branch in enumerate(rule.branches):
        if branch.condition is None:
            return number
        level = world.truth(branch.condition, row)
        if level == 1:
            return number
        if level != 0:
            return -number - 1
    raise AssertionError


def branches(results):
    return {
        (*key, name): result.branch
        for key, rules in results.items()
        for name, result in rules.items()
    }


@RELAXED
@given(pack=packs(), rows=registries(), on=cases, chosen=settings_())
def test_reference_equals_oracle(pack, rows, on, chosen):
    found = by_reference(pack, on, parameters_of(chosen), rows)
    assert branches(found) == by_oracle(pack, on, chosen, rows)


@RELAXED
@given(pack=packs(), rows=registries(), on=cases, chosen=settings_())
def test_sql_equals_reference_with_masks(pack, rows, on, chosen):
    parameters = parameters_of(chosen)
    expected = by_reference(pack, on, parameters, rows)
    assert by_sql(pack, on, parameters, rows) == expected
    assert by_sqlite(pack, on, parameters, rows) == expected


@RELAXED
@given(pack=packs(), rows=registries(), on=cases, chosen=settings_())
def test_compiled_equals_reference_with_masks(pack, rows, on, chosen):
    parameters = parameters_of(chosen)
    evaluator = pack.evaluator(on, parameters)
    assert collected(evaluator, rows) == by_reference(pack, on, parameters, rows)
