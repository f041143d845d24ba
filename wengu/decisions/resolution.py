"""归结成表: the SQL that resolves raw statements into the facts of a day, for everybody at once.

`dossiers` says the same for one household in plain Python; a test holds the two equal.
"""

import datetime
from collections.abc import Iterator, Mapping, Sequence

import duckdb

from wengu.decisions import withdrawals
from wengu.decisions.columns import (
    BILL_AMOUNTS,
    BILL_FACTS,
    DEPARTMENT,
    HOUSEHOLD_FACTS,
    PERSON_FACTS,
    VILLAGE_FACTS,
)
from wengu.decisions.counties import Counties
from wengu.decisions.extracts import Ages, quoted
from wengu.decisions.lists_in_sql import heard
from wengu.decisions.resolving import ITEMS, NEWEST
from wengu.kernel.dates import to_day
from wengu.registry.models import IncomeItem

# A village committee's code ends in 200 to 399; a residents' committee is no village.
VILLAGE_TAILS = ("200", "399")
# More than any limit and less than a column holds: a sum that is too large stays too large.
_BEYOND = 10**15


def resolve(base: duckdb.DuckDBPyConnection, *, on: datetime.date, region: str, ages: Ages) -> None:
    """Make the tables household, person, bill and village of the tables raw_… of a region."""
    base.execute("SET preserve_insertion_order = false")
    _lie(base, on)
    day, oldest = to_day(on), ages.oldest(on)
    withdrawals.unsay(base)
    for sql in (
        *_living(region, day),
        *heard(day, oldest.lists),
        *_said(region),
        _earned(oldest.incomes),
        _HOUSEHOLD,
        _PERSON,
        _bill(),
        _village(oldest.incomes),
    ):
        base.execute(sql)
    withdrawals.unlist(base)


def _lie(base: duckdb.DuckDBPyConnection, on: datetime.date) -> None:
    """Say of every village in which county it counts."""
    counties = Counties(on)
    base.execute(
        "CREATE TABLE lies (village VARCHAR, county VARCHAR, town VARCHAR, joined INTEGER)"
    )
    rows = base.execute(
        "SELECT village FROM raw_household UNION SELECT subject FROM raw_village_facts"
    ).fetchall()
    found = [
        (code, counties.of(code), counties.town(code), counties.joined(code)) for (code,) in rows
    ]
    if found:
        base.executemany("INSERT INTO lies VALUES (?, ?, ?, ?)", found)


def _whole(table: str, source: str, columns: str) -> str:
    """Return SQL: per subject the whole statement that outranks, by source, then the newest."""
    return f"""
        CREATE TABLE {table} AS SELECT subject AS id, {columns} FROM {source}
        QUALIFY row_number() OVER (PARTITION BY subject ORDER BY rank, {NEWEST}) = 1
    """


def _living(region: str, day: int) -> Iterator[str]:
    """Yield the steps that say who lives where, and since when."""
    yield _whole("home", "raw_household", "uid, village")
    yield _whole("someone", "raw_person", "uid, birth, nullif(sex, '') AS sex, id_kind")
    yield """
        CREATE TABLE settled AS
        WITH placed AS (
          SELECT said.subject AS home, said.since, then_.town = now_.town AS here, now_.joined
          FROM raw_household AS said JOIN lies AS then_ USING (village)
          JOIN home ON home.id = said.subject JOIN lies AS now_ ON now_.village = home.village
        ), gone AS (
          SELECT home, coalesce(max(since) FILTER (NOT here), 0) AS since
          FROM placed GROUP BY home
        )
        SELECT home, greatest(any_value(joined), coalesce(
          min(placed.since) FILTER (here AND placed.since > gone.since), any_value(gone.since)
        )) AS since
        FROM placed JOIN gone USING (home) GROUP BY home
    """
    yield f"""
        CREATE TABLE lives AS SELECT subject AS person, household, relation FROM raw_membership
        SEMI JOIN someone ON someone.id = subject
        WHERE until IS NULL OR until > {day}
        QUALIFY row_number() OVER (PARTITION BY subject ORDER BY {NEWEST}) = 1
    """
    yield f"""
        CREATE TABLE member AS
        WITH belongs AS (
          SELECT household, subject AS person, min(since) AS since
          FROM raw_membership GROUP BY ALL
        )
        SELECT person, household, nullif(relation, '') AS relation,
          home.village, county, lies.town, belongs.since AS belongs,
          greatest(belongs.since, settled.since) AS here
        FROM lives JOIN belongs USING (person, household)
        JOIN home ON home.id = household JOIN settled ON settled.home = household
        JOIN lies ON lies.village = home.village
        WHERE home.village >= '{region}' AND home.village < '{region}~'
    """


def _said(region: str) -> Iterator[str]:
    """Yield the steps that say what is said of whom, by precedence of the sources."""
    yield _first(
        "household_facts",
        HOUSEHOLD_FACTS,
        ("dibao", "destitute", "urban_dibao"),
        """LEFT JOIN (
          SELECT household AS subject, dibao.before AS dibao_before,
            destitute.before AS destitute_before,
            CASE WHEN dibao.said THEN dibao.before END AS urban_dibao_before
          FROM dibao_home AS dibao JOIN destitute_home AS destitute USING (household)
        ) AS word USING (subject)""",
    )
    yield _first(
        "person_facts",
        PERSON_FACTS,
        ("dibao", "destitute", "disabled", "disability"),
        """LEFT JOIN (
          SELECT person AS subject, greatest(coalesce(dibao.since, 0), home.before) AS dibao_before,
            coalesce(destitute.since, 0) AS destitute_before,
            coalesce(certified.since, 0) AS disabled_before,
            coalesce(certified.since, 0) AS disability_before
          FROM dibao_word AS dibao JOIN dibao_home AS home USING (household)
          JOIN destitute_word AS destitute USING (person)
          JOIN disability_word AS certified USING (person)
        ) AS word USING (subject)""",
    )
    yield f"""
        DELETE FROM raw_village_facts WHERE NOT (subject >= '{region}' AND subject < '{region}~')
    """
    yield _first("village_facts", VILLAGE_FACTS)


def _first(
    table: str, columns: Mapping[str, str], governed: Sequence[str] = (), words: str = ""
) -> str:
    """Return SQL: per subject, of each column the first known value by precedence.

    Of the columns that a list governs: what corrections and visits say, and what those sheets say
    that are not older than the list that spoke last.
    """
    values = [
        f"arg_min({_value(name, kind)}, rank) AS {quoted(name)}"
        for name, kind in columns.items()
        if name not in governed
    ]
    for name in governed:
        known = f"arg_min({_value(name, columns[name])}, rank)"
        sheet = f"rank >= {DEPARTMENT} AND since >= coalesce({name}_before, 0)"
        values.append(f"{known} FILTER (rank < {DEPARTMENT}) AS above_{name}")
        values.append(f"{known} FILTER ({sheet}) AS sheet_{name}")
    return f"""
        CREATE TABLE said_{table} AS
        WITH latest AS (
          SELECT * FROM raw_{table}
          QUALIFY row_number() OVER (PARTITION BY subject, rank ORDER BY {NEWEST}) = 1
        )
        SELECT subject, {", ".join(values)} FROM latest {words} GROUP BY subject
    """


def _value(name: str, kind: str) -> str:
    return f"nullif({quoted(name)}, '')" if kind == "text" else quoted(name)


def _earned(oldest: int) -> str:
    return f"""
    CREATE TABLE earned AS
    WITH item AS (
      SELECT * FROM raw_income WHERE period_until >= {oldest} QUALIFY row_number() OVER (
        PARTITION BY subject, period_since, period_until, item ORDER BY rank, {NEWEST}) = 1
    ), period AS (
      SELECT subject, period_since, period_until,
        max(amount_fen) FILTER (item = '{IncomeItem.DECLARED_NET_PER_HEAD.value}') AS declared,
        count(*) FILTER (item IN {ITEMS}) = {len(ITEMS)} AS complete,
        CAST(least(greatest(
          sum(CASE WHEN item = '{IncomeItem.BUSINESS_COSTS.value}' THEN -1 ELSE 1 END
              * CAST(amount_fen AS HUGEINT)) FILTER (item IN {ITEMS}),
          -{_BEYOND}), {_BEYOND}) AS BIGINT) AS total
      FROM item GROUP BY subject, period_since, period_until
    )
    SELECT subject, CASE WHEN complete THEN total ELSE declared END AS fen, complete
    FROM period WHERE complete OR declared IS NOT NULL
    QUALIFY row_number() OVER (
      PARTITION BY subject ORDER BY period_until DESC, period_since DESC) = 1
"""


_HOUSEHOLD = """
    CREATE TABLE household AS
    WITH living AS (
      SELECT household AS id, any_value(county) AS county, count(*) AS heads
      FROM member GROUP BY household
    )
    SELECT home.id, uid, living.county, village,
      said.* EXCLUDE (subject, above_dibao, sheet_dibao, above_destitute, sheet_destitute,
                      above_urban_dibao, sheet_urban_dibao),
      coalesce(above_dibao, dibao.said, sheet_dibao) AS dibao,
      coalesce(above_destitute, destitute.said, sheet_destitute) AS destitute,
      coalesce(above_urban_dibao, CASE WHEN dibao.said THEN dibao.urban END,
               sheet_urban_dibao) AS urban_dibao,
      earned.fen AS income_fen,
      CASE WHEN earned.complete THEN living.heads WHEN earned.fen IS NOT NULL THEN 1 END
        AS income_heads,
      billed.listed_on AS bills_listed_on, home_leaving.grace_since
    FROM home JOIN living USING (id)
    JOIN dibao_home AS dibao ON dibao.household = home.id
    JOIN destitute_home AS destitute ON destitute.household = home.id
    LEFT JOIN said_household_facts AS said ON said.subject = home.id
    LEFT JOIN earned ON earned.subject = home.id
    LEFT JOIN billed ON billed.household = home.id
    LEFT JOIN home_leaving ON home_leaving.household = home.id
"""

_PERSON = """
    CREATE TABLE person AS
    SELECT someone.id, uid, member.household, member.county, member.village,
      birth, sex, id_kind, relation,
      said.* EXCLUDE (subject, above_dibao, sheet_dibao, above_destitute, sheet_destitute,
                      above_disabled, sheet_disabled, above_disability, sheet_disability),
      coalesce(above_dibao, CASE WHEN dibao.fresh AND NOT dibao.silent OR home.said THEN true
               WHEN dibao.fresh THEN false END, sheet_dibao) AS dibao,
      coalesce(above_destitute, CASE WHEN destitute.fresh THEN NOT destitute.silent END,
               sheet_destitute) AS destitute,
      coalesce(above_disabled, CASE WHEN above_disability IS NOT NULL THEN true END,
               CASE WHEN certified.fresh THEN NOT certified.silent END,
               sheet_disabled) AS disabled,
      CASE WHEN above_disability IS NOT NULL THEN above_disability
           WHEN NOT above_disabled OR certified.fresh AND certified.silent THEN NULL
           WHEN certified.fresh THEN nullif(certified.disability, '')
           WHEN above_disabled IS NULL THEN sheet_disability END AS disability
    FROM member JOIN someone ON someone.id = member.person
    JOIN dibao_word AS dibao ON dibao.person = someone.id
    JOIN dibao_home AS home ON home.household = member.household
    JOIN destitute_word AS destitute ON destitute.person = someone.id
    JOIN disability_word AS certified ON certified.person = someone.id
    LEFT JOIN said_person_facts AS said ON said.subject = someone.id
"""


def _bill() -> str:
    """Return SQL: the stays of the members, and what the household paid for those who are gone.

    The household of the day of discharge paid. Elsewhere the stay counts for its illness alone; in
    the household that paid and lost the member, for its amounts alone.
    """
    own = ", ".join(
        f"CASE WHEN payer = member.household THEN {name} ELSE 0 END AS {name}"
        if name in BILL_AMOUNTS
        else name
        for name in BILL_FACTS
    )
    left = ", ".join("'' AS diagnosis" if name == "diagnosis" else name for name in BILL_FACTS)
    return f"""
    CREATE TABLE bill AS
    WITH stay AS (
      SELECT * FROM raw_bill QUALIFY row_number() OVER (
        PARTITION BY subject, hospital, admitted, discharged
        ORDER BY listed_on DESC, seq DESC, id DESC) = 1
    ), was AS (
      SELECT stay.id, household, was.since, was.seq, was.id AS number,
        was.since <= discharged AND (was.until IS NULL OR was.until >= discharged) AS then_
      FROM stay JOIN raw_membership AS was USING (subject)
    ), paid AS (
      SELECT stay.*, was.household AS payer FROM stay JOIN was USING (id)
      QUALIFY row_number() OVER (PARTITION BY stay.id ORDER BY then_ DESC,
        CASE WHEN then_ THEN was.since END DESC, CASE WHEN then_ THEN was.seq END DESC,
        CASE WHEN then_ THEN number END DESC, was.since, was.seq, number) = 1
    ), first AS (
      SELECT household, min(person) AS person, any_value(county) AS county,
        any_value(village) AS village FROM member GROUP BY household
    )
    SELECT paid.id, person, household, county, village, {own}
    FROM paid JOIN member ON member.person = paid.subject
    UNION ALL
    SELECT -paid.id, first.person, payer, county, village, {left}
    FROM paid JOIN first ON first.household = payer
    LEFT JOIN lives ON lives.person = paid.subject
    WHERE lives.household IS DISTINCT FROM payer
"""


def _village(oldest: int) -> str:
    first, last = VILLAGE_TAILS
    return f"""
    CREATE TABLE village AS
    WITH place AS (
      SELECT DISTINCT village FROM household
      WHERE right(village, 3) BETWEEN '{first}' AND '{last}'
      UNION SELECT subject FROM said_village_facts
    )
    SELECT CAST(village AS BIGINT) AS id, village AS uid, county, village,
      said.* EXCLUDE (subject, collective_income_fen),
      CASE WHEN coalesce((income_year + 1) * 10000 + 101 >= {oldest}, true)
           THEN collective_income_fen END AS collective_income_fen
    FROM place JOIN lies USING (village)
    LEFT JOIN said_village_facts AS said ON said.subject = place.village
"""
