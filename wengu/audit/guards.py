"""只增: triggers that let rows of the record be added, and neither changed nor deleted.

Whoever may drop a trigger can still change a row: that is what the chain is for.
"""

from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

TABLES: Final = ("audit_event", "audit_seal")
# Django rebuilds a table on SQLite to alter it, and its triggers are gone: every migration that
# alters one of TABLES ends with `raise_guards`, and `broken` is asked at each start. A trigger of
# another text counts as altered: who changes a text here drops the old triggers in a migration.
_SQLITE: Final = """
CREATE TRIGGER IF NOT EXISTS {table}_kept_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table}: rows are only added'); END
"""
_BODY: Final = "BEGIN RAISE EXCEPTION '%: rows are only added', TG_TABLE_NAME; END"
_FUNCTION: Final = f"""
CREATE OR REPLACE FUNCTION audit_kept() RETURNS trigger LANGUAGE plpgsql AS $$
{_BODY} $$
"""
_POSTGRESQL: Final = """
CREATE OR REPLACE TRIGGER {table}_kept_{verb} BEFORE {verb} ON {table}
FOR EACH ROW EXECUTE FUNCTION audit_kept()
"""
# What the database says of each trigger; of a function beside its name also what it does.
_SAID_BY_SQLITE: Final = """
SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN (%s, %s)
"""
_SAID_BY_POSTGRESQL: Final = """
SELECT t.tgname, concat_ws(' ', pg_get_triggerdef(t.oid, true),
    CASE WHEN t.tgenabled NOT IN ('O', 'A') THEN 'off' END, l.lanname, p.prosrc, p.proconfig)
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_language l ON l.oid = p.prolang
WHERE NOT t.tgisinternal AND n.nspname = ANY (current_schemas(false)) AND c.relname IN (%s, %s)
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


def broken(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Return what is wrong with the triggers by their names: `missing`, `altered` or `added`."""
    postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        cursor.execute(_SAID_BY_POSTGRESQL if postgresql else _SAID_BY_SQLITE, TABLES)
        found: dict[str, str] = {}
        for name, said in cursor.fetchall():
            # PostgreSQL lets each table have a trigger of one name.
            found[name] = found.get(name, "") + _words(said)
    wanted = _wanted(f"{_POSTGRESQL} plpgsql {_BODY}" if postgresql else _SQLITE)
    wrong = {name: "missing" for name in wanted if name not in found}
    wrong |= {name: "altered" for name in wanted if found.get(name, wanted[name]) != wanted[name]}
    return wrong | {name: "added" for name in sorted(found) if name not in wanted}


def _wanted(statement: str) -> dict[str, str]:
    """Return what the database says of each trigger that is as `raise_guards` made it."""
    made = statement.replace(" OR REPLACE", "").replace(" IF NOT EXISTS", "")
    return {
        f"{table}_kept_{verb}": _words(made.format(table=table, verb=verb))
        for table in TABLES
        for verb in VERBS
    }


def _words(said: str) -> str:
    return " ".join(said.split()).casefold()
