"""wengu serve: one port, four processes, one parent; nothing of it outlives the other."""

import contextlib
import http.server
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from django.conf import settings

from tests.ops.test_commands import WENGU, run
from wengu.ops import cli
from wengu.ops.serving import answer
from wengu.web import wsgi

PROCESSES = {"site": "granian", "worker": " worker", "scheduler": " scheduler", "sealer": " sealer"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: Any) -> Path:
    folder: Path = tmp_path_factory.mktemp("serving")
    assert run("setup", home=folder, WENGU_DEMO="1").returncode == 0
    return folder


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextlib.contextmanager
def serving(home: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """Serve until the block ends; wait until it is ready."""
    place = {
        "WENGU_DEMO": "1",
        "WENGU_HOME": str(home / "var"),
        "DJANGO_SETTINGS_MODULE": "wengu.settings",
    }
    with subprocess.Popen(
        [*WENGU, "serve", "--port", str(port)],
        env=os.environ | place,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        children: list[int] = []
        try:
            assert process.stdout is not None
            ready = f"ready http://127.0.0.1:{port}"
            assert any(line.strip() == ready for line in process.stdout)
            children = list(below(process.pid))
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=20)
            for pid in filter(alive, children):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


def below(parent: int) -> Iterator[int]:
    """Yield the processes below one, all the way down."""
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True, check=False
    )
    for pid in map(int, listed.stdout.split()):
        yield pid
        yield from below(pid)


def alive(pid: int) -> bool:
    """A process that ended and was not fetched yet is not alive."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def called(parent: int, words: str) -> int | None:
    """Return the child whose command says these words."""
    for pid in below(parent):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            if words in Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ").rstrip():
                return pid
    return None


def until(happens: Any, seconds: float = 20.0) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := happens()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return found


def test_serve_starts_four_processes_and_stops_them_all(home: Path, port: int) -> None:
    with serving(home, port) as process:
        direct = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(process.pid)],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert len(direct.stdout.split()) == len(PROCESSES)
        assert all(called(process.pid, words) for words in PROCESSES.values())
        everything = list(below(process.pid))
        # The sealer is really at work.
        assert until((home / "var" / "audit-head.json").exists)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
    assert not any(map(alive, everything))


def test_a_parent_that_is_killed_leaves_no_orphan(home: Path, port: int) -> None:
    with serving(home, port) as process:
        everything = list(below(process.pid))
        assert len(everything) > len(PROCESSES)
        process.kill()
        process.wait(timeout=5)
        assert until(lambda: not any(map(alive, everything)))


def test_a_loop_ends_with_its_parent_also_where_the_kernel_does_not_tell(home: Path) -> None:
    # A verification is an event, so there is something to seal.
    assert run("audit", "verify", home=home, WENGU_DEMO="1").returncode == 0
    start = "import subprocess, sys; print(subprocess.Popen(sys.argv[1:]).pid, flush=True); input()"
    place = {"WENGU_DEMO": "1", "WENGU_HOME": str(home / "var")}
    with subprocess.Popen(
        [sys.executable, "-c", start, *WENGU, "sealer"],
        env=os.environ | place | {"DJANGO_SETTINGS_MODULE": "wengu.settings"},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as parent:  # fmt: skip
        assert parent.stdout
        sealer = int(parent.stdout.readline())
        head = home / "var" / "audit-head.json"
        head.unlink(missing_ok=True)
        # It writes the head, so it is past its start and at work.
        assert until(lambda: head.exists() or not alive(sealer))
        assert alive(sealer)
        parent.kill()
    assert until(lambda: not alive(sealer), 8)


def test_a_killed_child_is_started_again_and_a_killed_site_ends_the_whole(
    home: Path, port: int
) -> None:
    with serving(home, port) as process:
        for name in ("worker", "scheduler", "sealer"):
            before = called(process.pid, PROCESSES[name])
            assert before
            os.kill(before, signal.SIGKILL)
            assert until(lambda name=name, before=before:
                         called(process.pid, PROCESSES[name]) not in {None, before})  # fmt: skip
        everything = list(below(process.pid))
        site = called(process.pid, PROCESSES["site"])
        assert site
        os.kill(site, signal.SIGKILL)
        assert process.wait(timeout=20) != 0
        assert not any(map(alive, everything))


def refused(home: Path, *arguments: str, code: int = 2, **environment: str) -> str:
    """Return the one line with which a command refuses; nothing else is printed."""
    shell = run(*arguments, home=home, WENGU_DEMO="1", **environment)
    assert shell.returncode == code, shell.stderr
    assert shell.stdout == ""
    assert len(shell.stderr.splitlines()) == 1, shell.stderr
    return shell.stderr


@pytest.mark.parametrize("shared", [False, True])
def test_a_port_that_another_program_has_is_refused(shared: bool, home: Path, port: int) -> None:
    with socket.socket() as other:
        if shared:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        assert "taken by another program" in refused(home, "serve", "--port", str(port))


def test_two_sites_never_share_a_port(home: Path, port: int) -> None:
    with serving(home, port) as process:
        assert "taken by another program" in refused(home, "serve", "--port", str(port))
        assert process.poll() is None


def test_a_port_is_free_again_at_once(home: Path, port: int) -> None:
    for _ in range(2):
        with serving(home, port), socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(b"GET /accounts/login/ HTTP/1.0\r\n\r\n")
            assert client.recv(100)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--port", "0"), "1 to 65535"),
        (("--port", "99999"), "1 to 65535"),
        (("--host", "nowhere.invalid"), "no such address"),
        (("--host", "192.0.2.1"), "no address of this machine"),
    ],
)
def test_an_address_that_cannot_be_opened_is_refused(
    arguments: tuple[str, ...], words: str, home: Path
) -> None:
    assert words in refused(home, "serve", *arguments)


def test_only_who_knows_the_start_is_told_which_start_it_is(monkeypatch: Any) -> None:
    monkeypatch.setattr(wsgi, "_site", lambda environ, start: start("200 OK", []) or [])
    said: list[Any] = []

    def ask(start: str, **headers: str) -> list[Any]:
        monkeypatch.setattr(wsgi.settings, "START", start)
        said.clear()
        wsgi.application(headers, lambda status, headers: said.extend(headers))
        return said

    assert ask("abc", HTTP_X_WENGU_START="abc") == [("X-Wengu-Start", "abc")]
    assert ask("abc", HTTP_X_WENGU_START="abd") == []
    assert ask("abc") == []
    assert ask("", HTTP_X_WENGU_START="") == []


@pytest.mark.parametrize(
    ("status", "header", "answered"),
    [(200, "abc", 200), (500, "abc", 500), (200, "x", None), (200, "", None)],
)
def test_only_the_answer_of_this_start_counts(
    status: int, header: str, answered: int | None, port: int
) -> None:
    class Other(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header(settings.START_HEADER, header)
            self.end_headers()

        def log_message(self, *said: Any) -> None:
            pass

    assert answer("127.0.0.1", port, "abc") is None
    with http.server.HTTPServer(("127.0.0.1", port), Other) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        assert answer("127.0.0.1", port, "abc") == answered


# The schema of a home.


@pytest.fixture
def old(home: Path, tmp_path: Path) -> Path:
    """A home of its own to spoil."""
    (tmp_path / "var").mkdir()
    for file in (home / "var").iterdir():
        if file.is_file():
            (tmp_path / "var" / file.name).write_bytes(file.read_bytes())
    return tmp_path


def change(home: Path, *statements: str) -> None:
    database = sqlite3.connect(home / "var" / "wengu.sqlite3")
    with contextlib.closing(database), database:
        for statement in statements:
            database.execute(statement)


# What opens no database, and what makes or renews it first.
WITHOUT = {"decide", "policy coverage", "policy parameters", "policy show", "keys make"}
PREPARING = {"setup", "serve", "demo"}


def commands(app: typer.Typer, before: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every command with its function."""
    for one in app.registered_commands:
        yield f"{before}{one.name}", one.callback
    for group in app.registered_groups:
        assert group.typer_instance
        yield from commands(group.typer_instance, f"{before}{group.name} ")


def test_every_command_that_opens_the_database_looks_at_its_tables_first() -> None:
    found = dict(commands(cli.app))
    assert {*WITHOUT, *PREPARING} - {"demo"} <= set(found)
    for name, command in found.items():
        looks = hasattr(command, "opens_database")
        assert looks == (name not in WITHOUT | PREPARING), name


@pytest.mark.parametrize(
    "command",
    [("evaluate", "--on", "2020-07-02"), ("worker",), ("serve", "--port", "{port}"), ("demo",)],
    ids=" ".join,
)
def test_a_home_that_lacks_a_table_is_refused(
    command: tuple[str, ...], old: Path, port: int
) -> None:
    change(old, "DROP TABLE decisions_tally")
    line = refused(old, *(word.format(port=port) for word in command), code=1)
    assert "table decisions_tally is missing" in line
    assert "`make clean`" in line


# As the version before the last one of `jobs` left it.
OLDER = (
    "DELETE FROM django_migrations WHERE app = 'jobs' AND name = '0003_failure'",
    "ALTER TABLE jobs_job DROP COLUMN failure",
    "ALTER TABLE jobs_job ADD COLUMN error TEXT NOT NULL DEFAULT ''",
)
SPOILS = {
    "a column is missing": (
        ("ALTER TABLE jobs_job DROP COLUMN failure",), "jobs_job has other columns (failure)",
    ),
    "a column too many": (
        ("ALTER TABLE jobs_job ADD COLUMN error TEXT",), "jobs_job has other columns (error)",
    ),
    "a newer version was here": (
        ("INSERT INTO django_migrations (app, name, applied) VALUES ('jobs', '0099_new', '')",),
        "jobs.0099_new of a newer version",
    ),
    "made by a migration of which it does not know": (
        ("DELETE FROM django_migrations WHERE name = '0003_failure'",),
        "jobs_job has other columns (error, failure)",
    ),
    "older, and not what its migrations make": (
        (*OLDER, "ALTER TABLE regions_region DROP COLUMN level"),
        "regions_region has other columns (level)",
    ),
    "tables that no migration made": (
        ("DELETE FROM django_migrations",), "no migration applied made table ",
    ),
    "a migration applied before what it stands on": (
        ("DELETE FROM django_migrations WHERE app = 'jobs' AND name = '0002_unused'",),
        "jobs.0003_failure is applied before its dependency",
    ),
}  # fmt: skip


@pytest.mark.parametrize("spoil", SPOILS)
def test_tables_that_are_not_those_of_the_code_are_refused(spoil: str, old: Path) -> None:
    statements, words = SPOILS[spoil]
    change(old, *statements)
    said = refused(old, "runs", "list", code=1)
    assert words in said
    assert "`make clean`" in said
    # One advice: what set-up cannot mend is not sent to set-up, which says the same.
    assert refused(old, "setup", code=1) == said


def test_an_older_home_is_sent_to_set_up_which_renews_it(old: Path) -> None:
    change(old, *OLDER)
    line = refused(old, "runs", "list", code=1)
    assert "migration jobs.0003_failure not applied" in line
    assert "`wengu setup`" in line
    assert "make clean" not in line
    assert run("setup", home=old, WENGU_DEMO="1").returncode == 0
    assert run("runs", "list", home=old, WENGU_DEMO="1").returncode == 0


def test_a_migration_edited_after_it_was_applied_is_refused(old: Path) -> None:
    file = old / "var" / "migrations.json"
    kept = json.loads(file.read_text())
    assert "decisions.0001_initial" in kept
    file.write_text(json.dumps(kept | {"decisions.0001_initial": "0" * 64}))
    for command in (("runs", "list"), ("demo",)):
        line = refused(old, *command, code=1)
        assert "decisions.0001_initial was edited after it was applied" in line
        assert "`make clean`" in line
    outside_a_demo = run("runs", "list", home=old, WENGU_KEYS=str(old / "var" / "keys"))
    assert "make clean" not in outside_a_demo.stderr
    assert "run the version that set it up" in outside_a_demo.stderr


def test_a_home_that_kept_no_digests_keeps_them_from_now_on(old: Path) -> None:
    file = old / "var" / "migrations.json"
    kept = file.read_text()
    file.unlink()
    assert run("runs", "list", home=old, WENGU_DEMO="1").returncode == 0
    assert file.read_text() == kept


def test_a_home_that_was_never_set_up_is_said_and_left_empty(tmp_path: Path) -> None:
    assert "`make demo`" in refused(tmp_path, "runs", "list", code=1)
    assert not (tmp_path / "var" / "wengu.sqlite3").exists()


def test_a_database_that_is_none_is_said(old: Path) -> None:
    (old / "var" / "wengu.sqlite3").write_bytes(b"x" * 5000)
    assert "does not answer" in refused(old, "runs", "list", code=1)


# The audit record on the command line.


def test_verify_names_the_first_bad_block_and_event(old: Path) -> None:
    def verified(code: int) -> dict[str, Any]:
        shell = run("audit", "verify", "--json", home=old, WENGU_DEMO="1")
        assert shell.returncode == code, shell.stderr
        found: dict[str, Any] = json.loads(shell.stdout)
        return found

    assert verified(0)["sound"] is True
    with sealing(old):
        assert until((old / "var" / "audit-head.json").exists)
        assert until(lambda: verified(0)["last_event"])
    change(
        old,
        "DROP TRIGGER audit_event_kept_update",
        "UPDATE audit_event SET actor = 'li' WHERE id = 1",
        "CREATE TRIGGER audit_event_kept_update BEFORE UPDATE ON audit_event "
        "BEGIN SELECT RAISE(ABORT, 'audit_event: rows are only added'); END",
    )
    found = verified(1)
    assert (found["sound"], found["problems"][0]["kind"]) == (False, "changed")
    assert (found["problems"][0]["block"], found["problems"][0]["event"]) == (1, 1)
    shell = run("audit", "verify", home=old, WENGU_DEMO="1")
    assert shell.returncode == 1
    assert "block 1 event 1" in shell.stderr


EMPTY = "CREATE TRIGGER audit_seal_kept_update BEFORE UPDATE ON audit_seal BEGIN SELECT 1; END"


@pytest.mark.parametrize("put", [(), (EMPTY,)], ids=["gone", "emptied"])
def test_a_guard_of_the_record_that_is_gone_or_emptied_is_a_sign_of_tampering(
    put: tuple[str, ...], old: Path
) -> None:
    change(old, "DROP TRIGGER audit_seal_kept_update", *put)
    for command in (("runs", "list"), ("setup",), ("demo",)):
        line = refused(old, *command, code=1)
        assert "a sign of tampering" in line
        assert "trigger audit_seal_kept_update" in line
        assert "`wengu audit verify`" in line
        assert "another version" not in line
        assert "make clean" not in line
    shell = run("audit", "verify", home=old, WENGU_DEMO="1")
    assert shell.returncode == 1
    assert "signs of tampering: trigger audit_seal_kept_update" in shell.stderr


@contextlib.contextmanager
def sealing(home: Path) -> Iterator[None]:
    place = {"WENGU_DEMO": "1", "WENGU_HOME": str(home / "var")}
    environment = os.environ | place | {"DJANGO_SETTINGS_MODULE": "wengu.settings"}
    with subprocess.Popen([*WENGU, "sealer"], env=environment) as process:
        try:
            yield
        finally:
            process.terminate()
