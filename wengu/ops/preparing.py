"""Set-up: keys, tables, pages and divisions of an installation; safe to repeat, quick when done."""

import hashlib
from pathlib import Path

from babel.messages import mofile, pofile
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader

from wengu.ops import schema
from wengu.ops.console import refuse
from wengu.vault.keys import make_key_file


def prepare(*, by: str) -> None:
    """Make an installation ready: each step looks first whether it is already done."""
    home = Path(settings.HOME)
    home.mkdir(parents=True, exist_ok=True)
    for folder in (settings.DOCUMENTS, settings.WORKING_FILES):
        Path(folder).mkdir(parents=True, exist_ok=True)
    _keys()
    compile_messages()
    _tables()
    _static(home)


def _tables() -> None:
    """Make or renew the tables; those of another version are refused, not mended."""
    try:
        schema.check_applied(MigrationLoader(connection))
    except DatabaseError as error:
        refuse(schema.unreachable(error), code=1)
    try:
        call_command("migrate", verbosity=0, interactive=False)
    except DatabaseError as error:
        refuse(schema.of_another_version(str(error)), code=1)
    call_command("createcachetable", verbosity=0)
    schema.check()


def _keys() -> None:
    if settings.KEY_FILE.exists():
        return
    if not settings.DEMO:
        refuse(
            f"no key file at {settings.KEY_FILE}: make one with `wengu keys make FILE`, keep "
            "a copy apart from the backups, and name it in WENGU_KEYS"
        )
    make_key_file(settings.KEY_FILE, demo=True)


def compile_messages() -> None:
    """Compile each catalogue that is newer than its compiled form."""
    for folder in settings.LOCALE_PATHS:
        for source in Path(folder).glob("*/LC_MESSAGES/*.po"):
            target = source.with_suffix(".mo")
            if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
                continue
            with source.open("rb") as catalogue:
                messages = pofile.read_po(catalogue, locale=source.parent.parent.name)
            with target.open("wb") as compiled:
                mofile.write_mo(compiled, messages)


def _static(home: Path) -> None:
    """Collect and compress the static files when one of them changed."""
    digest = hashlib.sha256()
    for file in sorted((Path(__file__).parent.parent / "web" / "static").rglob("*")):
        if file.is_file():
            digest.update(file.name.encode() + file.read_bytes())
    mark = home / "static.sha256"
    if mark.exists() and mark.read_text() == digest.hexdigest():
        return
    # The pages use our own files and htmx; compressing the rest of every library takes a minute.
    unused = ["ninja", "account", "mfa"]
    call_command(
        "collectstatic", verbosity=0, interactive=False, clear=True, ignore_patterns=unused
    )
    mark.write_text(digest.hexdigest())
