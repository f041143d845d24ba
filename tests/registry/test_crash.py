"""A process killed anywhere leaves all of a piece or none, and the next one goes on."""

import os
import subprocess
import sys
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

pytestmark = pytest.mark.db


def own_database(url):
    """Make an empty database beside the one that the tests use; return its address."""
    parts = urlsplit(url)
    name = "crash"
    host = dict(pair.split("=", 1) for pair in parts.query.split("&") if pair)
    settings = {
        "host": host.get("host", parts.hostname), "port": parts.port, "user": parts.username,
        "password": parts.password, "dbname": parts.path.lstrip("/"),
    }  # fmt: skip
    with psycopg.connect(**{k: v for k, v in settings.items() if v}, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name}")
        server.execute(f"CREATE DATABASE {name}")
    return urlunsplit(parts._replace(path=f"/{name}"))


def test_killed_at_every_statement_nothing_is_half_in(tmp_path):
    environment = os.environ | {"WENGU_HOME": str(tmp_path)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    if url := environment.get("WENGU_DATABASE"):
        environment["WENGU_DATABASE"] = own_database(url)
    done = subprocess.run(
        [sys.executable, "-m", "tests.registry.crash"],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert int(done.stdout.split()[-1]) > 60
