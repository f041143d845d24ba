"""区段: what a run changes: spans that end, spans that begin, and the figures that differ."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from django.db import connection

from wengu.decisions.engine import Evaluation
from wengu.decisions.extracts import IDS_PER_QUERY
from wengu.decisions.leavers import Leavers
from wengu.decisions.queries import bounds, undecided_figure
from wengu.decisions.snapshots import Snapshot, digests
from wengu.rules import Pack, Rule

NEW = ("kind", "subject", "household", "village", "rule", "branch", "missing", "verdict")
"""The columns of a decisions file, and of a span that begins."""
LEVELS = (4, 6, 9, 12)
"""Digits of the divisions that figures are kept for: city, county, town, village."""
CHUNK = 50_000
_KINDS = {"household": "h", "person": "p", "village": "v"}
SUBJECT_TABLES = {kind: table for table, kind in _KINDS.items()}


class Comparison:
    """比较: the decisions of a run beside the spans that stood open before it."""

    def __init__(
        self, *, evaluation: Evaluation, snapshot: Snapshot, region: str, folder: Path
    ) -> None:
        self._base = duckdb.connect()
        self._region = region
        self._rules = evaluation.rules
        self._files = {table: [str(file) for file in evaluation.files[table]] for table in _KINDS}
        self._base.execute(f"SET temp_directory = '{folder / 'spill'}'")
        for table in _KINDS:
            self._base.execute(f"CREATE VIEW {table} AS SELECT * FROM '{snapshot.files[table]}'")
        self._decided(evaluation)
        self._leave_alone()
        self._open()
        self._differ()

    def close(self) -> None:
        """Forget the files."""
        self._base.close()

    def _decided(self, evaluation: Evaluation) -> None:
        """Lay the branches of all rules under one another: a row per subject and rule."""
        self._base.execute(
            "CREATE TABLE new (kind VARCHAR, subject BIGINT, household BIGINT, village VARCHAR, "
            "rule VARCHAR, branch SMALLINT, missing INTEGER, verdict BOOLEAN)"
        )
        home = {"household": "s.id", "person": "s.household", "village": "CAST(NULL AS BIGINT)"}
        for table, kind in _KINDS.items():
            files = self._files[table]
            if not files:
                continue
            self._base.execute(
                f"CREATE OR REPLACE TEMP TABLE decided AS SELECT d.*, s.village AS s_village, "
                f"{home[table]} AS s_household FROM read_parquet({files}) AS d "
                f"JOIN {table} AS s USING (id)"
            )
            for rule in evaluation.rules[table]:
                self._base.execute(_long(kind, rule))

    def _leave_alone(self) -> None:
        """Leave out of a run of a part whoever came into it since and still stands elsewhere.

        Their spans and figures belong to another part: the next run of everybody moves them.
        """
        self._base.execute("CREATE TABLE elsewhere (kind VARCHAR, subject BIGINT)")
        if self._region:
            self._mark("h", self._elsewhere("household", "household"))
            self._base.execute(
                "INSERT INTO elsewhere SELECT 'p', id FROM person SEMI JOIN elsewhere "
                "ON elsewhere.kind = 'h' AND elsewhere.subject = person.household"
            )
            # Also a person who came alone, from a household that stays outside.
            self._mark("p", self._elsewhere("person", "subject", "kind = 'p' AND "))
        self._base.execute("DELETE FROM new WHERE (kind, subject) IN (FROM elsewhere)")
        for table, kind in _KINDS.items():
            self._base.execute(
                f"CREATE VIEW counted_{table} AS SELECT * FROM {table} ANTI JOIN elsewhere "
                f"ON elsewhere.kind = '{kind}' AND elsewhere.subject = {table}.id"
            )

    def _mark(self, kind: str, subjects: list[int]) -> None:
        chunk = pa.table([pa.array(subjects, type=pa.int64())], names=["subject"])
        self._base.register("chunk", chunk)
        self._base.execute(f"INSERT INTO elsewhere SELECT '{kind}', subject FROM chunk")
        self._base.unregister("chunk")

    def _elsewhere(self, table: str, column: str, also: str = "") -> list[int]:
        """Return which of the part's subjects have open spans outside it."""
        keys = [key for (key,) in self._base.execute(f"SELECT id FROM {table}").fetchall()]
        low, high = bounds(self._region)
        found: list[int] = []
        for start in range(0, len(keys), IDS_PER_QUERY):
            some = keys[start : start + IDS_PER_QUERY]
            marks = ", ".join(["%s"] * len(some))
            with connection.cursor() as cursor:
                cursor.execute(
                    f"SELECT DISTINCT {column} FROM decisions_decision WHERE ended_id IS NULL "
                    f"AND {also}{column} IN ({marks}) AND NOT (village >= %s AND village < %s)",
                    (*some, low, high),
                )
                found += [key for (key,) in cursor.fetchall()]
        return found

    def _open(self) -> None:
        self._base.execute(
            "CREATE TABLE old (id BIGINT, kind VARCHAR, subject BIGINT, household BIGINT, "
            "village VARCHAR, rule VARCHAR, branch SMALLINT, missing INTEGER)"
        )
        low, high = bounds(self._region)
        with connection.chunked_cursor() as cursor:
            cursor.execute(
                "SELECT id, kind, subject, household, village, rule, branch, missing "
                "FROM decisions_decision WHERE ended_id IS NULL AND village >= %s AND village < %s",
                (low, high),
            )
            self._take("old", cursor)

    def _take(self, table: str, cursor: Any) -> None:
        while rows := cursor.fetchmany(CHUNK):
            columns = [pa.array(values) for values in zip(*rows, strict=True)]
            chunk = pa.table(columns, names=[f"c{i}" for i in range(len(columns))])
            self._base.register("chunk", chunk)
            self._base.execute(f"INSERT INTO {table} SELECT * FROM chunk")
            self._base.unregister("chunk")

    def _differ(self) -> None:
        self._base.execute("CREATE TABLE moved AS FROM new LIMIT 0")
        self._base.execute("CREATE TABLE heads (kind VARCHAR, village VARCHAR)")
        self._base.execute(
            "CREATE TABLE beside (household BIGINT, rule VARCHAR, branch SMALLINT, missing INTEGER)"
        )
        for table, kind in _KINDS.items():
            self._base.execute(
                f"CREATE VIEW moved_{table} AS SELECT village FROM heads WHERE kind = '{kind}'"
            )
        same = "kind, subject, rule, branch, missing, village"
        self._base.execute(
            f"CREATE TABLE ends AS SELECT id FROM old ANTI JOIN new USING ({same}) ORDER BY id"
        )
        self._base.execute(
            f"CREATE TABLE begins AS SELECT {', '.join(NEW)} FROM new ANTI JOIN old USING ({same}) "
            "ORDER BY village, household, subject, rule"
        )

    def gone(self) -> tuple[list[int], list[int]]:
        """Return the households and the persons with spans here who are no longer in the part."""
        sides = (("household", "true"), ("subject", "kind = 'p'"))
        homes, persons = (
            self._base.execute(
                f"SELECT DISTINCT {column} FROM old WHERE {where} AND {column} NOT IN "
                f"(SELECT id FROM {table}) ORDER BY 1"
            ).fetchall()
            for table, (column, where) in zip(("household", "person"), sides, strict=True)
        )
        return [key for (key,) in homes], [key for (key,) in persons]

    def follow(self, leavers: Leavers) -> None:
        """Take in the decisions of those who went to another part."""
        for table, rows in (("moved", leavers.rows), ("beside", leavers.beside)):
            if rows:
                marks = ", ".join(["?"] * len(rows[0]))
                self._base.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
        if leavers.heads:
            self._base.executemany("INSERT INTO heads VALUES (?, ?)", leavers.heads)
        self._base.execute("INSERT INTO begins FROM moved")

    def count(self, table: str) -> int:
        """Return the number of rows of a table: `ends`, `begins`, or the counted subjects."""
        row = self._base.execute(f"SELECT count(*) FROM {table}").fetchone()
        return int(row[0]) if row else 0

    def ends(self, size: int) -> Iterator[list[int]]:
        """Yield the ids of the spans that end."""
        cursor = self._base.execute("SELECT id FROM ends")
        while rows := cursor.fetchmany(size):
            yield [row[0] for row in rows]

    def begins(self, size: int) -> Iterator[list[tuple[Any, ...]]]:
        """Yield the spans that begin, each with the columns of NEW."""
        cursor = self._base.execute("SELECT * FROM begins")
        while rows := cursor.fetchmany(size):
            yield rows

    def lines(self) -> Iterator[bytes]:
        """Yield digests of the decisions as text: a line for each subject, by random identity."""
        for table, kind in _KINDS.items():
            rules = sorted(self._rules.get(table, ()), key=lambda rule: rule.name)
            if self._files[table]:
                yield f"{kind} {' '.join(rule.name for rule in rules)}\n".encode()
                results = ", ".join(
                    f"{rule.identifier}_branch, {rule.identifier}_missing" for rule in rules
                )
                yield from digests(
                    self._base,
                    f"SELECT uid, concat_ws(' ', uid, {results}) AS line "
                    f"FROM read_parquet({self._files[table]}) JOIN {table} USING (id)",
                )

    def counts(self) -> dict[str, dict[str, int]]:
        """Return how many subjects are in each branch of each rule, the default ones included."""
        found = {
            (rule, branch): number
            for rule, branch, number in self._base.execute(
                "SELECT rule, branch, count(*) FROM new GROUP BY rule, branch"
            ).fetchall()
        }
        counts: dict[str, dict[str, int]] = {}
        for table in _KINDS:
            total = self.count(f"counted_{table}")
            for rule in self._rules.get(table, ()):
                own = {str(b): n for (name, b), n in sorted(found.items()) if name == rule.name}
                if rule.default is not None:
                    own[str(rule.default)] = total - sum(own.values())
                counts[rule.name] = own
        return counts

    def tallies(
        self, pack: Pack, on: Any, before: Sequence[tuple[Any, ...]]
    ) -> Iterator[list[tuple[Any, ...]]]:
        """Yield the figures that differ from those before: rule, branch, verdict, region, number.

        A figure that vanished is yielded with 0.
        """
        self._lacks(pack, on)
        self._sections()
        self._base.execute(
            "CREATE TABLE former (rule VARCHAR, branch SMALLINT, verdict BOOLEAN, region VARCHAR, "
            "subjects BIGINT)"
        )
        if before:
            chunk = pa.table(
                [
                    pa.array(list(values), type=kind)
                    for values, kind in zip(zip(*before, strict=True), _TALLY, strict=True)
                ],
                names=["rule", "branch", "verdict", "region", "subjects"],
            )
            self._base.register("chunk", chunk)
            self._base.execute("INSERT INTO former SELECT * FROM chunk")
            self._base.unregister("chunk")
        self._base.execute(_figures("figures", "new", "counted", _LACKING))
        self._above()
        self._beyond()
        cursor = self._base.execute(_CHANGED)
        while rows := cursor.fetchmany(CHUNK):
            yield rows

    def _above(self) -> None:
        """A run of a part of the city: a division above it keeps what lies outside the part."""
        part = self._region
        if len(part) > LEVELS[0]:
            self._base.execute("DELETE FROM figures WHERE length(region) < ?", [len(part)])
        for level in (level for level in LEVELS if level < len(part)):
            self._base.execute(_ABOVE, [part[:level], part[:level], part, part])

    def _beyond(self) -> None:
        """Add who went to another part to the figures there, which are otherwise left alone."""
        self._base.execute(_figures("moving", "moved", "moved", _LACKING_TOO))
        self._base.execute(_ADDED, [self._region])
        self._base.execute(
            "DELETE FROM former WHERE NOT (starts_with(region, $1) OR starts_with($1, region)) "
            "AND (rule, branch, region) NOT IN (SELECT rule, branch, region FROM moving)",
            [self._region],
        )

    def _lacks(self, pack: Pack, on: Any) -> None:
        """Tell which facts each undecided result lacks."""
        self._base.execute(
            "CREATE TABLE lacks (rule VARCHAR, branch SMALLINT, missing INTEGER, fact VARCHAR)"
        )
        undecided = self._base.execute(
            "SELECT rule, branch, missing FROM new WHERE branch < 0 "
            "UNION SELECT rule, branch, missing FROM moved WHERE branch < 0 "
            "UNION SELECT rule, branch, missing FROM beside"
        ).fetchall()
        in_force = {rule.name for rules in self._rules.values() for rule in rules}
        rows = [
            (name, branch, mask, f"?{leaf.table or 'parameter'}.{leaf.name}")
            for name, branch, mask in undecided
            if name in in_force
            for leaf in pack.missing(pack.rule(name, on), branch, mask)
        ]
        if rows:
            self._base.executemany("INSERT INTO lacks VALUES (?, ?, ?, ?)", rows)

    def _sections(self) -> None:
        """Tell under which figure a subject counts that some rule of a section leaves undecided."""
        self._base.execute("CREATE TABLE sections (rule VARCHAR, figure VARCHAR)")
        rows = [
            (rule.name, undecided_figure(rule.clause, table))
            for table in _KINDS
            for rule in self._rules.get(table, ())
        ]
        if rows:
            self._base.executemany("INSERT INTO sections VALUES (?, ?)", rows)


def _long(kind: str, rule: Rule) -> str:
    """Return SQL that adds one rule's results, but for its default branch."""
    name = rule.identifier
    verdicts = " ".join(
        f"WHEN {number} THEN {str(branch.verdict).lower()}"
        for number, branch in enumerate(rule.branches)
    )
    kept = f"WHERE {name}_branch <> {rule.default}" if rule.default is not None else ""
    return (
        f"INSERT INTO new SELECT '{kind}', id, s_household, s_village, '{rule.name}', "
        f"{name}_branch, {name}_missing, CASE {name}_branch {verdicts} END FROM decided {kept}"
    )


_TALLY = (pa.string(), pa.int16(), pa.bool_(), pa.string(), pa.int64())

_LACKING = """(
    SELECT fact, village, household, subject FROM new JOIN lacks USING (rule, branch, missing)
)"""
# Of a household that lacks a fact already, another person who lacks it makes no difference.
_LACKING_TOO = """(
    SELECT fact, village, household, subject FROM moved JOIN lacks USING (rule, branch, missing)
    ANTI JOIN (SELECT household, fact FROM beside JOIN lacks USING (rule, branch, missing))
    USING (household, fact)
)"""


def _figures(table: str, rows: str, subjects: str, lacking: str) -> str:
    """Return SQL: the figures of results and of the subjects counted, at every level."""
    return f"""
    CREATE TABLE {table} AS
    WITH counted AS (
      SELECT rule, branch, verdict, village, CAST(NULL AS BIGINT) AS whom, 1 AS one FROM {rows}
      UNION ALL SELECT '=household', 0, NULL, village, NULL, 1 FROM {subjects}_household
      UNION ALL SELECT '=person', 0, NULL, village, NULL, 1 FROM {subjects}_person
      UNION ALL SELECT '=village', 0, NULL, village, NULL, 1 FROM {subjects}_village
      UNION ALL SELECT DISTINCT fact, -1, NULL, village, coalesce(household, -subject), 1
        FROM {lacking} AS open
      UNION ALL SELECT DISTINCT figure, -1, NULL, village, subject, 1
        FROM {rows} AS open JOIN sections USING (rule) WHERE open.branch < 0
    ), placed AS (
      SELECT rule, branch, verdict, village AS r12, left(village, 9) AS r9,
             left(village, 6) AS r6, left(village, 4) AS r4
      FROM counted
    )
    SELECT rule, branch, any_value(verdict) AS verdict, coalesce(r12, r9, r6, r4) AS region,
           count(*) AS subjects
    FROM placed GROUP BY rule, branch, GROUPING SETS ((r12), (r9), (r6), (r4))
    """


_ADDED = """
    CREATE OR REPLACE TABLE figures AS
    SELECT rule, branch, any_value(verdict) AS verdict, region,
           CAST(sum(subjects) AS BIGINT) AS subjects
    FROM (
      FROM figures UNION ALL FROM moving
      UNION ALL FROM former SEMI JOIN moving USING (rule, branch, region)
        WHERE NOT starts_with($1, region)
    ) GROUP BY rule, branch, region
"""

_ABOVE = """
    INSERT INTO figures
    SELECT rule, branch, any_value(verdict), ?, CAST(sum(subjects) AS BIGINT) FROM (
      SELECT rule, branch, verdict, subjects FROM former WHERE region = ?
      UNION ALL SELECT rule, branch, verdict, -subjects FROM former WHERE region = ?
      UNION ALL SELECT rule, branch, verdict, subjects FROM figures WHERE region = ?
    ) GROUP BY rule, branch HAVING sum(subjects) > 0
"""

_CHANGED = """
    SELECT rule, branch, coalesce(figures.verdict, former.verdict), region,
           coalesce(figures.subjects, 0)
    FROM figures FULL JOIN former USING (rule, branch, region)
    WHERE coalesce(figures.subjects, 0) <> coalesce(former.subjects, 0)
    ORDER BY ALL
"""
