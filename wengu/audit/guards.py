"""只增: triggers that let rows of the record be added, and neither changed nor deleted.

Whoever may drop a trigger can still change a row: that is what the chain is for.
"""

from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

TABLES: Final = ("audit_event", "audit_seal")
# Django rebuilds a table on SQLite to alter it, and its triggers are gone: every migration that
# alters one of TABLES ends with `raise_guards`, and `missing` is asked at each start.
_SQLITE: Final = """
CREATE TRIGGER IF NOT EXISTS {table}_kept_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table}: rows are only added'); END
"""
_FUNCTION: Final = """
CREATE OR REPLACE FUNCTION audit_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%: rows are only added', TG_TABLE_NAME; END $$
"""
_POSTGRESQL: Final = """
CREATE OR REPLACE TRIGGER {table}_kept_{verb} BEFORE {verb} ON {table}
FOR EACH ROW EXECUTE FUNCTION audit_kept()
"""
VERBS: Final = ("update", "delete")


def raise_guards(connection: BaseDatabaseWrapper) -> None:
    """Make each trigger that is not there."""
    postgresql = connection.vendor == "postgresql"
    statement = _POSTGRESQL if postgresql else _SQLITE
    with connection.cursor() as cursor:
        if postgresql:
            cursor.execute(_FUNCTION)
        for table in TABLES:
            for verb in VERBS:
                cursor.execute(statement.format(table=table, verb=verb))


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the triggers that are not there, or that somebody has switched off."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        found = {name for (name,) in cursor.fetchall()}
    wanted = (f"{table}_kept_{verb}" for table in TABLES for verb in VERBS)
    return [name for name in wanted if name not in found]
