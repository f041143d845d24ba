"""The tables of a home and the code that opens it: they belong together, or the command refuses.

Set-up keeps a digest of each of our migration files as it was when it was applied. A file that was
edited afterwards has not made the tables that are there; nor is every edit seen by Django.
"""

import ast
import functools
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

from django.apps import apps
from django.apps.registry import Apps
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.exceptions import InconsistentMigrationHistory
from django.db.migrations.loader import MigrationLoader

from wengu.audit import verification
from wengu.kernel.writing import whole
from wengu.ops.console import refuse

P = ParamSpec("P")
R = TypeVar("R")
Applied = set[tuple[str, str]]


def on_database(command: Callable[P, R]) -> Callable[P, R]:
    """Make a command refuse a home whose tables are not those of this code, or are not guarded."""
    return _after(command, guarded=True)


def on_record(command: Callable[P, R]) -> Callable[P, R]:
    """Make a command refuse as above, but for the guards: this one tells itself what is wrong."""
    return _after(command, guarded=False)


def _after(command: Callable[P, R], *, guarded: bool) -> Callable[P, R]:
    @functools.wraps(command)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        check(guarded=guarded)
        return command(*args, **kwargs)

    checked.opens_database = True  # type: ignore[attr-defined]  # read by the tests
    return checked


def check(*, guarded: bool = True) -> None:
    """Refuse in one line, with the remedy, unless the tables are what the code's migrations say."""
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        refuse(_not_set_up(), code=1)
    try:
        loader = MigrationLoader(connection)
        check_applied(loader)
        applied = set(loader.applied_migrations)
        if not applied:
            refuse(_not_set_up(), code=1)
        if lacking := sorted(set(loader.disk_migrations) - applied):
            refuse(
                f"{_where()} is older than this version ({_named(lacking)} not applied): "
                "`wengu setup` brings it up to date; make a backup before",
                code=1,
            )
        check_tables(apps)
        if guarded:
            check_guards()
    except DatabaseError as error:
        refuse(unreachable(error), code=1)
    keep_digests(applied_ours(loader))


def check_applied(loader: MigrationLoader) -> None:
    """Refuse what no set-up brings up to date: tables that the applied migrations did not make."""
    applied = set(loader.applied_migrations)
    if strange := sorted(_installed(applied) - set(loader.disk_migrations)):
        refuse(of_another_version(f"{_named(strange)} of a newer version was applied"), code=1)
    check_files(applied_ours(loader))
    try:
        loader.check_consistent_history(connection)
    except InconsistentMigrationHistory as error:
        refuse(of_another_version(str(error)), code=1)
    if set(loader.disk_migrations) - applied:
        check_tables(loader.project_state(sorted(applied & set(loader.graph.nodes))).apps)


def check_files(applied: Applied) -> None:
    """Refuse when a migration file was edited after it had been applied."""
    known = _kept()
    for app, name in sorted(applied):
        before = known.get(f"{app}.{name}")
        if before and before != _digest(app, name):
            refuse(
                of_another_version(f"migration {app}.{name} was edited after it was applied"),
                code=1,
            )


def check_tables(models: Apps) -> None:
    """Refuse when a table or a column of these models is not there, or one of ours too many."""
    found, wanted = _columns(), _of_models(models)
    for table, columns in wanted.items():
        there = found.get(table)
        if there is None:
            refuse(of_another_version(f"table {table} is missing"), code=1)
        if columns != there:
            differ = ", ".join(sorted(columns ^ there))
            refuse(of_another_version(f"table {table} has other columns ({differ})"), code=1)
    if strange := sorted(set(_of_models(apps)) & set(found) - set(wanted)):
        refuse(of_another_version(f"no migration applied made table {strange[0]}"), code=1)


def check_guards() -> None:
    """Refuse when a trigger of the audit record is not as set-up made it."""
    if problems := verification.guard_problems():
        refuse(
            f"a sign of tampering in {_where()}: {problems[0].words}; `wengu audit verify` tells "
            "whether the record is as it was sealed; keep a copy of this database and restore a "
            "backup",
            code=1,
        )


def keep_digests(applied: Applied) -> None:
    """Keep the digest of each migration file that was applied and is not known yet."""
    known = _kept()
    new = {
        f"{app}.{name}": _digest(app, name)
        for app, name in applied
        if f"{app}.{name}" not in known
    }  # fmt: skip
    if new:
        with whole(_file()) as made:
            made.write_text(json.dumps(dict(sorted((known | new).items())), indent=1))


def applied_ours(loader: MigrationLoader) -> Applied:
    """Return which of our migrations the database says were applied; none in an empty one."""
    applied = set(loader.applied_migrations) & set(loader.disk_migrations)
    return {key for key in applied if apps.get_app_config(key[0]).name.startswith("wengu.")}


def of_another_version(what: str) -> str:
    """Say that this home was made by another version, what shows it, and the remedy."""
    remedy = (
        "`make clean` forgets this demo, `make demo` then builds it anew"
        if settings.DEMO
        else "run the version that set it up, and ask for a way to this one; nothing was changed"
    )
    return f"{_where()} was made by another version: {what}; {remedy}"


def unreachable(error: Exception) -> str:
    """Say that the database could not be asked."""
    said = str(error).strip() or type(error).__name__
    return f"the database does not answer: {said.splitlines()[0]}"


def _columns() -> dict[str, set[str]]:
    """Return the columns of every table."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT table_name, column_name FROM information_schema.columns "
                "WHERE table_schema = ANY (current_schemas(false))"
            )
        else:
            cursor.execute(
                "SELECT m.name, c.name FROM sqlite_master m, pragma_table_xinfo(m.name) c "
                "WHERE m.type = 'table'"
            )
        found: dict[str, set[str]] = {}
        for table, column in cursor.fetchall():
            found.setdefault(table, set()).add(column)
    return found


def _of_models(models: Apps) -> dict[str, set[str]]:
    """Return the tables and columns that these models ask for."""
    return {
        model._meta.db_table: {str(field.column) for field in model._meta.local_concrete_fields}
        for model in models.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }


def _installed(applied: Applied) -> Applied:
    """Leave out what belongs to an app that is not installed any more."""
    labels = {config.label for config in apps.get_app_configs()}
    return {key for key in applied if key[0] in labels}


def _digest(app: str, name: str) -> str:
    """Return the digest of what a migration does: comments and layout do not count."""
    file = Path(apps.get_app_config(app).path) / "migrations" / f"{name}.py"
    if not file.exists():
        return ""
    return hashlib.sha256(ast.dump(ast.parse(file.read_text("utf-8"))).encode()).hexdigest()


def _file() -> Path:
    return Path(settings.HOME) / "migrations.json"


def _kept() -> dict[str, str]:
    try:
        found = json.loads(_file().read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError:
        refuse(f"{_file()} is damaged: restore it from a backup, or remove it", code=1)
    return found if isinstance(found, dict) else {}


def _named(keys: list[tuple[str, str]]) -> str:
    more = f" and {len(keys) - 1} more" if len(keys) > 1 else ""
    return f"migration {keys[0][0]}.{keys[0][1]}{more}"


def _where() -> str:
    return f"the database of {settings.HOME}"


def _not_set_up() -> str:
    first = "`make demo`" if settings.DEMO else "`wengu setup`"
    return f"{settings.HOME} holds no set-up database: {first} makes it, or name another WENGU_HOME"
