"""名册之言成表: the SQL twin of `lists`: what departments' lists say of everybody at once.

It reads the tables raw_listing, raw_listed, raw_gap and member; a test holds the two equal.
"""

from collections.abc import Iterator

from wengu.decisions.lists import YEAR
from wengu.decisions.resolving import NEWEST
from wengu.registry.models import ListingKind


def heard(day: int, oldest: int) -> Iterator[str]:
    """Yield the steps that say what the departments' lists say: see `lists`."""
    yield f"""
        CREATE TABLE list AS SELECT kind, left(subject, 9) AS town, since,
          since >= {oldest} AS fresh
        FROM raw_listing QUALIFY row_number() OVER (
          PARTITION BY kind, left(subject, 9) ORDER BY {NEWEST}) = 1
    """
    yield """
        CREATE TABLE gap AS SELECT DISTINCT kind, since, subject AS person FROM raw_gap
    """
    yield f"""
        CREATE TABLE leaving AS SELECT subject AS person, since, grace_since FROM raw_listed
        WHERE kind = '{ListingKind.DIBAO.value}' AND grace_stated
        QUALIFY row_number() OVER (PARTITION BY subject ORDER BY {NEWEST}) = 1
    """
    for kind in (ListingKind.DIBAO, ListingKind.DESTITUTE, ListingKind.DISABILITY):
        yield _words(kind.value, oldest)
    for kind in (ListingKind.DIBAO, ListingKind.DESTITUTE):
        yield _of_homes(kind.value)
    yield f"""
        CREATE TABLE home_leaving AS
        SELECT household, max(grace_since) AS grace_since
        FROM dibao_word AS word JOIN leaving USING (person)
        WHERE word.since IS NOT NULL AND NOT word.silent AND belongs <= leaving.since
          AND grace_since <= {day} GROUP BY household
    """
    yield _billed(day)


def _billed(day: int) -> str:
    """Return SQL: until when the hospital list is complete for everybody of a household."""
    return f"""
        CREATE TABLE billed AS
        WITH waits AS (
          SELECT DISTINCT person FROM gap
          WHERE kind = '{ListingKind.HOSPITAL.value}' AND since > {day - YEAR}
        )
        SELECT household, CASE WHEN bool_and(here <= list.since AND waits.person IS NULL)
          THEN any_value(list.since) END AS listed_on
        FROM member
        JOIN list ON list.kind = '{ListingKind.HOSPITAL.value}' AND list.town = member.town
        LEFT JOIN waits ON waits.person = member.person
        WHERE list.fresh GROUP BY household
    """


def _words(kind: str, oldest: int) -> str:
    """Return SQL: of each member what the newest list names him with, or that it leaves him out."""
    return f"""
        CREATE TABLE {kind}_word AS
        WITH named AS (
          SELECT * FROM raw_listed WHERE kind = '{kind}'
          QUALIFY row_number() OVER (PARTITION BY subject ORDER BY {NEWEST}) = 1
        ), heard AS (
          SELECT member.person, household, belongs, list.since AS list_day, list.fresh AS asked,
            coalesce(here <= list.since AND gap.person IS NULL
              AND (named.since IS NULL OR named.since < list.since), false) AS silent,
            named.since AS named_day, whole, urban, disability
          FROM member
          LEFT JOIN list ON list.kind = '{kind}' AND list.town = member.town
          LEFT JOIN gap ON gap.kind = list.kind AND gap.since = list.since
            AND gap.person = member.person
          LEFT JOIN named ON named.subject = member.person
        )
        SELECT person, household, belongs, silent, whole, urban, disability,
          CASE WHEN silent THEN list_day ELSE named_day END AS since,
          coalesce(CASE WHEN silent THEN list_day ELSE named_day END >= {oldest}, false) AS fresh,
          asked AND belongs <= list_day AS founder
        FROM heard
    """


def _of_homes(kind: str) -> str:
    """Return SQL: what a list says of each household, by those who belonged to it on its day."""
    return f"""
        CREATE TABLE {kind}_home AS
        SELECT household,
          CASE WHEN coalesce(bool_or(covers), false) THEN true
               WHEN coalesce(bool_and(fresh) FILTER (founder), false) THEN false END AS said,
          coalesce(bool_and(urban) FILTER (covers), false) AS urban,
          coalesce(max(since) FILTER (meant AND NOT (silent AND fresh)), 0) AS before
        FROM (
          SELECT *, coalesce(belongs <= since, false) AS meant,
            coalesce(belongs <= since AND fresh AND NOT silent AND whole, false) AS covers
          FROM {kind}_word
        ) AS words GROUP BY household
    """
