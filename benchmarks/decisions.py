"""evaluate-450k, run-450k, repeat-450k and the latency of one household, on a synthetic city.

python -m benchmarks.decisions [HOUSEHOLDS] [NAME…]
"""

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from benchmarks import city
from benchmarks.harness import Result, measure, report

HOUSEHOLDS = 150_000


@contextmanager
def scratch() -> Iterator[Path]:
    """Give a folder that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="wengu-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def evaluate(folder: Path, size: str) -> Iterator[Result]:
    """From the columnar files of a snapshot to the files of decisions."""
    from wengu.decisions import engine, facts, policies  # noqa: PLC0415 - settings come first

    policy = policies.current()
    made: list[Any] = []

    def snapshot() -> None:
        shutil.rmtree(folder / "snapshot", ignore_errors=True)
        made[:] = [facts.snapshot(on=city.DAY, seq=1, folder=folder / "snapshot", pack=policy.pack)]

    yield measure(
        f"snapshot-{size}", snapshot, baseline=("floor: plain SELECT, rows dropped", plain_read),
        runs=3, warm=1,
    )  # fmt: skip
    out = folder / "decided"
    out.mkdir()
    found = engine.evaluate(snapshot=made[0], policy=policy, folder=out)
    yield measure(
        f"evaluate-{size}",
        lambda: engine.evaluate(snapshot=made[0], policy=policy, folder=out),
        baseline=("floor: scan+write", floor(policy, made[0], found, folder)),
        runs=9,
    )


def plain_read() -> None:
    """Read the same rows and columns out of the database, and drop them."""
    from wengu.decisions.extracts import EXTRACTS, read  # noqa: PLC0415 - settings come first

    for name in EXTRACTS:
        for _ in read(name, on=city.DAY, seq=1):
            pass


def floor(policy: Any, snapshot: Any, found: Any, folder: Path) -> Callable[[], None]:
    """Return what reads the columns the rules look at, and writes the rows they decide."""
    used: dict[str, set[str]] = {}
    for rule in policy.pack.in_force(city.DAY):
        for leaf in policy.pack.refs(rule.name, city.DAY):
            if not leaf.is_parameter:
                used.setdefault(leaf.table, set()).add(leaf.name)
    keys = {"household": "id, county", "person": "id, household", "bill": "person", "village": "id"}
    scans = [
        f"SELECT {', '.join(f'max({name})' for name in (*keys[table].split(', '), *sorted(names)))}"
        f" FROM '{snapshot.files[table]}'"
        for table, names in used.items()
    ]
    tables = {kind: files for kind, files in found.files.items() if files}
    base = duckdb.connect()
    for kind, files in tables.items():
        base.execute(
            f"CREATE TABLE {kind}_rows AS SELECT * FROM read_parquet({[str(f) for f in files]})"
        )

    def work() -> None:
        for scan in scans:
            base.execute(scan).fetchall()
        for kind in tables:
            file = f"{folder / kind}.parquet"
            base.execute(f"COPY {kind}_rows TO '{file}' (FORMAT parquet, COMPRESSION snappy)")

    return work


def run(size: str) -> Iterator[Result]:
    """From the database to kept decisions: the first run of all, and the next day's."""
    from wengu.decisions import actions  # noqa: PLC0415 - settings come first
    from wengu.decisions.models import Decision, Run, Tally  # noqa: PLC0415

    def first() -> None:
        actions.decide(on=city.DAY, by="benchmark")

    def clear() -> None:
        Tally.objects.all().delete()
        Decision.objects.all()._raw_delete("default")
        Run.objects.all().delete()

    clear()
    first()
    floor = ("floor: the same rows inserted", plain_write())
    yield measure(f"run-{size}", first, baseline=floor, runs=3, warm=0, before=clear)
    floor = ("floor: plain SELECT, rows dropped", plain_read)
    yield measure(f"run-{size}-unchanged", first, baseline=floor, runs=3, warm=0)


def plain_write() -> Callable[[], None]:
    """Return what inserts the decisions that stand now into an empty table without any index."""
    from django.db import connection, transaction  # noqa: PLC0415 - settings come first

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM decisions_decision")
        rows = cursor.fetchall()
        cursor.execute("CREATE TABLE bare AS SELECT * FROM decisions_decision WHERE id < 0")
    places = ", ".join(["%s"] * len(rows[0]))

    def write() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM bare")
            cursor.executemany(f"INSERT INTO bare VALUES ({places})", rows)

    return write


def household(size: str) -> Iterator[Result]:
    """One household: its facts, its decisions, its explanations."""
    from wengu.decisions import explanations, facts, policies  # noqa: PLC0415 - settings come first
    from wengu.decisions.extracts import EXTRACTS, read  # noqa: PLC0415 - settings come first

    policy = policies.current()
    judge = policy.pack.evaluator(city.DAY, policy.parameters)
    ids = list(range(1, 2001, 20))
    dossiers = list(facts.dossiers(households=ids, on=city.DAY, seq=1).values())

    def bare(n: int) -> None:
        people = [ids[n] * 3 - place for place in range(3)]
        for name, extract in EXTRACTS.items():
            owners = {"household_id": [ids[n]], "person_id": people}.get(extract.owner, [])
            for _ in read(name, on=city.DAY, seq=1, owners=owners):
                pass

    works: tuple[tuple[str, int, Callable[[int], object]], ...] = (
        ("facts", 100, lambda n: facts.dossier(household=ids[n], on=city.DAY, seq=1)),
        ("decide", 100, lambda n: judged(judge, dossiers[n])),
        (
            "facts+decide",
            100,
            lambda n: judged(judge, facts.dossier(household=ids[n], on=city.DAY, seq=1)),
        ),
        (
            "explain",
            20,
            lambda n: explanations.explain(
                household=ids[n], on=city.DAY, seq=1, policy=policy, changes=False
            ),
        ),
        (
            "explain+flips",
            5,
            lambda n: explanations.explain(household=ids[n], on=city.DAY, seq=1, policy=policy),
        ),
    )
    for name, number, work in works:
        # A single household stands beside the same statements read and dropped; the rest beside its
        # facts.
        peer, of = ("floor: plain SELECT", bare) if name == "facts" else ("its facts", works[0][2])
        found = measure(
            f"household-{name}-{size}", repeated(work, number), runs=5, unit="ms",
            baseline=(peer, repeated(of, number)),
        )  # fmt: skip
        base = round((found.baseline_value or 0) / number, 4)
        yield replace(found, value=round(found.value / number, 4), baseline_value=base)


def judged(judge: Any, one: Any) -> object:
    """Decide every rule on a household and its persons."""
    return judge.household(one.household, one.persons, one.bills)


def repeated(work: Callable[[int], object], number: int) -> Callable[[], None]:
    """Return what does the work for so many households."""

    def all_of_them() -> None:
        for n in range(number):
            work(n)

    return all_of_them


def main(arguments: list[str]) -> None:
    """Make the city, measure what was asked for (else all), print and keep."""
    households = int(arguments[0]) if arguments else HOUSEHOLDS
    chosen = arguments[1:] or ["evaluate", "run", "household"]
    size = f"{households * 3 // 1000}k"
    with scratch() as folder:
        city.open_home(folder / "home")
        city.fill(households=households)
        results: list[Result] = []
        if "evaluate" in chosen:
            results += evaluate(folder, size)
        if "household" in chosen:
            results += household(size)
        if "run" in chosen:
            results += run(size)
        report(results)


if __name__ == "__main__":
    main(sys.argv[1:])
