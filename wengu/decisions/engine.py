"""判定引擎: the pack over a snapshot, into files of decisions, one for each kind of subject.

A file has a row per subject with the branch and the missing facts of every rule. Of persons and
villages only those stay in that some rule says something of: the default branch (the rule is not
about this subject) need not be kept.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from wengu.decisions.policies import Policy
from wengu.decisions.snapshots import Snapshot
from wengu.rules import Rule

SUBJECTS = ("household", "person", "village")
PERSONS_PER_CHUNK = 2_000_000
Progress = Callable[[int, int | None, str], None]


@dataclass(frozen=True)
class Evaluation:
    """判定结果: the files of one evaluation, and the rules that made each column of them."""

    files: Mapping[str, list[Path]]
    rules: Mapping[str, list[Rule]]


def evaluate(*, snapshot: Snapshot, policy: Policy, folder: Path) -> Evaluation:
    """Decide on everybody in the snapshot; write the results into `folder`."""
    rules = {
        subject: policy.pack.rules_for(subject, snapshot.on)
        for subject in SUBJECTS
        if subject in policy.pack.vocabulary.tables
    }
    files: dict[str, list[Path]] = {subject: [] for subject in SUBJECTS}
    with duckdb.connect() as base:
        base.execute("SET preserve_insertion_order = false")
        base.execute(f"SET temp_directory = '{folder / 'spill'}'")
        for number, (low, high) in enumerate(_ranges(base, snapshot)):
            for table, file in snapshot.files.items():
                base.execute(
                    f"CREATE OR REPLACE VIEW {table} AS SELECT * FROM '{file}' "
                    f"WHERE village >= '{low}' AND village < '{high}'"
                    if high
                    else f"CREATE OR REPLACE VIEW {table} AS SELECT * FROM '{file}'"
                )
            for subject, own in rules.items():
                if own:
                    file = folder / f"decided-{subject}-{number}.parquet"
                    _write(base, policy, snapshot, subject, own, file)
                    files[subject].append(file)
    return Evaluation(files, rules)


def _ranges(base: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """Yield ranges of villages that hold about a chunk of persons; one without end if few."""
    if snapshot.counts["person"] <= PERSONS_PER_CHUNK:
        yield "", ""
        return
    counted = base.execute(
        f"SELECT village, count(*) FROM '{snapshot.files['person']}' GROUP BY 1 ORDER BY 1"
    ).fetchall()
    starts, running = [""], 0
    for village, number in counted:
        if running and running + number > PERSONS_PER_CHUNK:
            starts.append(village)
            running = 0
        running += number
    yield from itertools.pairwise([*starts, "~"])


def _write(
    base: duckdb.DuckDBPyConnection,
    policy: Policy,
    snapshot: Snapshot,
    subject: str,
    rules: list[Rule],
    file: Path,
) -> None:
    query = policy.pack.sql(subject, snapshot.on, policy.parameters)
    said = " OR ".join(
        f"{rule.identifier}_branch <> {rule.default}" if rule.default is not None else "true"
        for rule in rules
    )
    base.execute(
        f"COPY (SELECT * FROM ({query}) AS decided WHERE {said}) TO '{file}' "
        "(FORMAT parquet, COMPRESSION snappy)"
    )
