"""The record is sealed in blocks; whatever is done to it afterwards is found and named."""

import datetime
import json
import os
import random
import subprocess
import sys

import pytest
from django.db import DatabaseError, connection, transaction

from tests.postgres import own_database
from wengu.audit import clock, guards, queries, sealing
from wengu.audit.actions import keep_verification, record_read
from wengu.audit.guards import broken
from wengu.audit.head import Head
from wengu.audit.models import Event, Seal
from wengu.audit.sealing import ChainCut, Sealer
from wengu.audit.spans import between, spans
from wengu.audit.verification import Problem, verify

pytestmark = [pytest.mark.db, pytest.mark.django_db]
SMALL = 8


@pytest.fixture
def head(tmp_path, monkeypatch):
    """Small blocks, and a head of this test's own."""
    monkeypatch.setattr(sealing, "BLOCK", SMALL)
    return tmp_path / "head.json"


def act(times=1):
    for number in range(times):
        record_read(
            by=f"zhou{number}", action="registry.reveal", purpose="核查", facts={"n": number}
        )


def seal_all(head):
    sealer = Sealer(head)
    while sealer.seal():
        pass
    return sealer


@pytest.fixture
def sealed(head):
    """Five full blocks and a half one."""
    act(5 * SMALL + SMALL // 2)
    seal_all(head)
    return head


def free():
    """Take the triggers away, as one would who owns the database."""
    on = " ON {}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for table in guards.TABLES:
            for verb in guards.VERBS:
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_kept_{verb}" + on.format(table))


def run(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


# Each returns what must be found first: kind, block, event.


def changed(chance):
    event = chance.choice(list(Event.objects.all()))
    column = chance.choice(
        ["actor", "action", "subject", "purpose", "request", "at", "detail", "mac"]
    )
    value = {
        "at": event.at + datetime.timedelta(microseconds=1),
        "detail": json.dumps({**event.detail, "n": 10_000}),
        "mac": event.mac[:-1] + ("0" if event.mac[-1] != "0" else "1"),
    }.get(column, chance.choice(["li", " ", "改"]))
    run(f"UPDATE audit_event SET {column} = %s WHERE id = %s", value, event.pk)
    return Problem("changed", block_of(event.pk), event.pk)


def removed(chance):
    event = chance.choice(list(Event.objects.all()))
    block = block_of(event.pk)
    run("DELETE FROM audit_event WHERE id = %s", event.pk)
    return Problem("removed", block, event.pk)


def renumbered(chance):
    event = chance.choice(list(Event.objects.all()))
    block = block_of(event.pk)
    run("UPDATE audit_event SET id = %s WHERE id = %s", event.pk + 10_000, event.pk)
    return Problem("removed", block, event.pk)


def swapped(chance):
    one, other = sorted(chance.sample(list(Event.objects.values_list("pk", flat=True)), 2))
    for old, new in ((one, -1), (other, one), (-1, other)):
        run("UPDATE audit_event SET id = %s WHERE id = %s", new, old)
    return Problem("reordered", block_of(one), one)


def forged(chance):
    columns = "at, actor, action, subject, purpose, request, detail"
    mac = chance.choice(["", "0" * 48, Event.objects.first().mac])
    pk = chance.choice([-7, 0, 10_000])
    run(
        f"INSERT INTO audit_event (id, {columns}, mac) SELECT %s, {columns}, %s "
        "FROM audit_event ORDER BY audit_event.id DESC LIMIT 1",
        pk, mac,
    )  # fmt: skip
    return Problem("inserted", None, pk)


def copied(chance):
    event = chance.choice(list(Event.objects.all()))
    pk = chance.choice([-7, 0, 10_000])
    columns = "at, actor, action, subject, purpose, request, detail, mac"
    run(
        f"INSERT INTO audit_event (id, {columns}) SELECT %s, {columns} "
        "FROM audit_event WHERE id = %s",
        pk, event.pk,
    )  # fmt: skip
    return Problem("inserted", None, max(pk, event.pk))


def block_changed(chance):
    seal = chance.choice(list(Seal.objects.all()))
    column = chance.choice(["previous", "first", "last", "count", "ranges", "marks", "hash", "at"])
    value = {
        "previous": "f" * 64, "first": seal.first - 1, "last": seal.last + 1,
        "count": seal.count - 1,
        "ranges": chance.choice(["[]", "[[1, 1000000000000]]", '{"a": 1}']),
        "marks": seal.marks[8:], "hash": "0" * 64, "at": seal.at + datetime.timedelta(days=1),
    }[column]  # fmt: skip
    run(f"UPDATE audit_seal SET {column} = %s WHERE number = %s", value, seal.number)
    return Problem("block changed", seal.number)


def block_removed(chance):
    number = chance.choice(list(Seal.objects.values_list("number", flat=True))[:-1])
    run("DELETE FROM audit_seal WHERE number = %s", number)
    return Problem("block removed", number)


def block_repeated(chance):
    seal = chance.choice(list(Seal.objects.all()))
    end = Seal.objects.count() + 1
    columns = "previous, first, last, count, ranges, marks, hash, at"
    run(
        f"INSERT INTO audit_seal (number, {columns}) SELECT %s, {columns} "
        "FROM audit_seal WHERE number = %s",
        end, seal.number,
    )  # fmt: skip
    return Problem("block changed", end)


def cut(chance):
    """The end of the chain is gone, and perhaps its events too: the rest is whole in itself."""
    first = chance.randint(1, Seal.objects.count())
    events = Seal.objects.get(number=first).first
    run("DELETE FROM audit_seal WHERE number >= %s", first)
    if chance.random() < 0.7:
        run("DELETE FROM audit_event WHERE id >= %s", events)
    return Problem("cut", first)


TAMPERINGS = (
    changed, removed, renumbered, swapped, forged, copied, block_changed, block_removed,
    block_repeated, cut,
)  # fmt: skip


def block_of(event):
    return Seal.objects.get(first__lte=event, last__gte=event).number


@pytest.mark.parametrize("tamper", TAMPERINGS, ids=lambda one: one.__name__)
def test_every_tampering_is_found_and_named(tamper, sealed):
    free()
    for seed in range(300 if os.environ.get("WENGU_DEEP") else 30):
        with transaction.atomic():
            expected = tamper(random.Random(seed))
            report = verify(head=sealed)
            transaction.set_rollback(True)
        assert report.problems[:1] == (expected,), (seed, report.problems)
        assert expected.words
    assert verify(head=sealed).sound


def test_a_whole_record_is_sound_and_says_how_far_it_is_sealed(sealed):
    act(3)
    report = verify(head=sealed)
    assert (report.problems, report.blocks, report.events, report.waiting) == ((), 6, 44, 3)
    last = queries.last_seal()
    assert last.number == Head.read(sealed).number == 6
    assert report.last_event == last.last == Head.read(sealed).last
    kept = keep_verification(report=report, by="ming")
    assert queries.last_verification() == kept
    assert Event.objects.latest("pk").detail["problems"] == 0


def test_nothing_sealed_is_sound_and_so_is_an_empty_record(head):
    assert verify(head=head).sound
    act()
    report = verify(head=head)
    assert (report.sound, report.waiting, report.sealed_until) == (True, 1, None)


def test_blocks_hold_at_most_so_many_and_hang_on_each_other(sealed):
    seals = list(Seal.objects.order_by("number"))
    assert [one.number for one in seals] == [1, 2, 3, 4, 5, 6]
    assert [one.count for one in seals] == [SMALL] * 5 + [SMALL // 2]
    assert [one.previous for one in seals] == ["0" * 64, *(one.hash for one in seals[:-1])]


def test_an_event_committed_late_goes_into_a_later_block(head):
    act(4)
    first, second, third, fourth = Event.objects.order_by("pk")
    free()
    run("DELETE FROM audit_event WHERE id = %s", second.pk)
    sealer = seal_all(head)
    assert Seal.objects.get().ranges == [[first.pk, first.pk], [third.pk, fourth.pk]]
    second.save(force_insert=True)
    act(1)
    # On SQLite nothing is ever late; a sweep finds it all the same.
    sealer.swept -= sealing.SWEEP
    assert sealer.seal() == 2
    assert Seal.objects.get(number=2).ranges == [
        [second.pk, second.pk],
        [fourth.pk + 1, fourth.pk + 1],
    ]
    assert verify(head=head).sound
    assert verify(head=head).waiting == 0


def test_what_bears_no_mark_of_ours_is_never_sealed(head, caplog):
    act(2)
    free()
    run("UPDATE audit_event SET actor = 'li' WHERE id = %s", Event.objects.latest("pk").pk)
    assert seal_all(head).number == 1
    assert Seal.objects.get().count == 1
    assert "no mark of ours" in caplog.text
    assert [one.kind for one in verify(head=head).problems] == ["inserted"]


def test_events_written_in_bulk_bear_a_mark_each(head):
    Event.objects.bulk_create(Event(actor="an", action="intake.mend") for _ in range(5))
    assert len(set(Event.objects.values_list("mac", flat=True))) == 5
    seal_all(head)
    assert verify(head=head).sound


def test_the_form_of_an_event_is_the_same_however_the_database_keeps_it(head):
    act()
    Event.objects.create(
        actor="周", action="a.b", at=datetime.datetime(2020, 7, 1, tzinfo=datetime.UTC),
        detail={"b": [1, None, True, {"é": "\\ \""}], "a": "稳固", "large": 2**53 + 1},
    )  # fmt: skip
    seal_all(head)
    assert verify(head=head).sound
    assert Seal.objects.get().count == 2


def test_nothing_is_sealed_on_a_cut_chain_and_the_head_stays(sealed):
    free()
    run("DELETE FROM audit_seal WHERE number > 2")
    before = sealed.read_bytes()
    sealer = Sealer(sealed)
    act()
    for _ in range(2):
        with pytest.raises(ChainCut, match="block 6"):
            sealer.seal()
    assert sealed.read_bytes() == before
    assert Seal.objects.count() == 2


def test_a_running_sealer_sees_that_the_chain_was_cut(head):
    act(2 * SMALL)
    sealer = seal_all(head)
    free()
    run("DELETE FROM audit_seal WHERE number = 2")
    act()
    assert sealer.seal() == 0
    with pytest.raises(ChainCut):
        sealer.seal()
    assert verify(head=head).problems[0] == Problem("cut", 2)


def test_a_head_that_is_behind_is_brought_up_and_one_that_is_gone_is_said(sealed, caplog):
    whole = Head.read(sealed)
    early = Seal.objects.get(number=3)
    Head(3, early.hash, early.last, whole.at).write(sealed)
    assert verify(head=sealed).sound
    Sealer(sealed).seal()
    assert Head.read(sealed).number == 6
    sealed.unlink()
    assert verify(head=sealed).problems == (Problem("head missing"),)
    Sealer(sealed).seal()
    assert "written anew" in caplog.text
    assert Head.read(sealed).hash == whole.hash


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"number": "x"}'])
def test_a_head_that_is_none_is_said(text, sealed):
    sealed.write_text(text)
    assert verify(head=sealed).problems == (Problem("head changed"),)
    with pytest.raises(ChainCut):
        Sealer(sealed).seal()


def test_a_head_of_another_chain_is_said(sealed):
    whole = Head.read(sealed)
    Head(whole.number, "e" * 64, whole.last, whole.at).write(sealed)
    assert verify(head=sealed).problems == (Problem("head changed", 6),)


def test_the_tables_refuse_a_change(sealed):
    guards.raise_guards(connection)
    assert broken(connection) == {}
    for table in guards.TABLES:
        key = "id" if table == "audit_event" else "number"
        for statement in (f"UPDATE {table} SET {key} = {key}", f"DELETE FROM {table}"):
            with pytest.raises(DatabaseError, match="only added"), transaction.atomic():
                run(statement)
    free()
    assert list(broken(connection).values()) == ["missing"] * 4


EMPTIED = {
    "sqlite": (
        "DROP TRIGGER audit_seal_kept_delete",
        "CREATE TRIGGER audit_seal_kept_delete BEFORE DELETE ON audit_seal BEGIN SELECT 1; END",
    ),
    "postgresql": (
        (
            "CREATE OR REPLACE FUNCTION let() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RETURN OLD; END $$"
        ),
        (
            "CREATE OR REPLACE TRIGGER audit_seal_kept_delete BEFORE DELETE ON audit_seal "
            "FOR EACH ROW EXECUTE FUNCTION let()"
        ),
    ),
}
NARROWED = {
    "sqlite": (
        "DROP TRIGGER audit_event_kept_update",
        (
            "CREATE TRIGGER audit_event_kept_update BEFORE UPDATE OF mac ON audit_event "
            "BEGIN SELECT RAISE(ABORT, 'audit_event: rows are only added'); END"
        ),
    ),
    "postgresql": (
        (
            "CREATE OR REPLACE TRIGGER audit_event_kept_update BEFORE UPDATE ON audit_event "
            "FOR EACH ROW WHEN (OLD.id < 0) EXECUTE FUNCTION audit_kept()"
        ),
    ),
}
SWALLOWING = {
    "sqlite": (
        "CREATE TRIGGER quiet BEFORE INSERT ON audit_event BEGIN SELECT RAISE(IGNORE); END",
    ),
    "postgresql": (
        (
            "CREATE OR REPLACE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RETURN NULL; END $$"
        ),
        "CREATE TRIGGER quiet BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION swallow()",
    ),
}


@pytest.mark.parametrize(
    ("statements", "wrong"),
    [
        (EMPTIED, {"audit_seal_kept_delete": "altered"}),
        (NARROWED, {"audit_event_kept_update": "altered"}),
        (SWALLOWING, {"quiet": "added"}),
    ],
    ids=["emptied", "narrowed", "swallowing"],
)
def test_a_guard_that_does_something_else_under_its_name_is_named(
    statements, wrong, sealed, monkeypatch
):
    monkeypatch.setattr(guards, "broken", broken)
    guards.raise_guards(connection)
    assert verify(head=sealed).sound
    for statement in statements[connection.vendor]:
        run(statement)
    found = verify(head=sealed).problems
    assert found == tuple(Problem(f"guard {what}", trigger=name) for name, what in wrong.items())


def test_a_guard_whose_function_was_emptied_or_that_is_off_is_named(sealed, on_postgresql):
    guards.raise_guards(connection)
    assert broken(connection) == {}
    if not on_postgresql:
        return
    run("ALTER TABLE audit_event DISABLE TRIGGER audit_event_kept_delete")
    assert broken(connection) == {"audit_event_kept_delete": "altered"}
    run(
        "CREATE OR REPLACE FUNCTION audit_kept() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RETURN NEW; END $$"
    )
    assert list(broken(connection).values()) == ["altered"] * 4


def test_spans_and_what_lies_between():
    assert spans([]) == []
    assert spans([1, 2, 3, 7, 9, 10]) == [(1, 3), (7, 7), (9, 10)]
    assert between([(1, 3), (7, 7)], 1, 9) == [(4, 6), (8, 9)]
    assert between([(7, 7), (1, 3)], -5, 7) == [(-5, 0), (4, 6)]
    assert between([], 1, 2) == [(1, 2)]
    assert between([(1, 2)], 1, 2) == []


def apart(what, tmp_path):
    """Run a program of its own on a database of its own."""
    environment = os.environ | {"WENGU_HOME": str(tmp_path)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    if url := environment.get("WENGU_DATABASE"):
        environment["WENGU_DATABASE"] = own_database(url, f"sealers_{what}")
    done = subprocess.run(
        [sys.executable, "-m", "tests.audit.sealers", what],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def test_writers_and_two_sealers_lose_nothing_and_seal_nothing_twice(tmp_path, on_postgresql):
    found = apart("together", tmp_path)
    assert found["events"] > 300
    # Otherwise the test has not seen what it is about.
    assert (found["late"] > 0) == on_postgresql


def test_a_sealer_killed_anywhere_loses_nothing_and_seals_nothing_twice(tmp_path):
    assert apart("killed", tmp_path)["points"] > 10


def test_the_clock_of_a_block_is_the_sealers(sealed):
    assert abs((clock.now() - queries.last_seal().at).total_seconds()) < 60
