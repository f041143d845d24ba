"""What every test may use."""

import pytest
from django.conf import settings
from django.db import connection
from django.utils.translation import trans_real
from hypothesis import settings as hypothesis

from wengu.audit import guards
from wengu.ops import schema
from wengu.ops.preparing import compile_messages
from wengu.regions import queries

# A test is right or wrong, whatever else the machine does; speed is for the benchmarks.
hypothesis.register_profile("wengu", deadline=None)
hypothesis.load_profile("wengu")


def pytest_report_header() -> str:
    engine = settings.DATABASES["default"]["ENGINE"].rsplit(".", 1)[-1]
    return f"database: {engine}"


@pytest.fixture(scope="session", autouse=True)
def _english():
    """English words are compiled once, as set-up does."""
    compile_messages()
    trans_real._translations.clear()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Let Django empty the tables of the record between tests; SQLite has no TRUNCATE."""
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                for table in guards.TABLES:
                    cursor.execute(f"DROP TRIGGER IF EXISTS {table}_kept_delete")


@pytest.fixture(autouse=True)
def _tables_of_tests_are_no_home(monkeypatch):
    """A command run inside a test finds the tests' own tables, whose guards are partly off."""
    monkeypatch.setattr(schema, "check", lambda **how: None)
    monkeypatch.setattr(guards, "broken", lambda connection: {})


@pytest.fixture
def on_postgresql() -> bool:
    return connection.vendor == "postgresql"


@pytest.fixture(autouse=True)
def _forget_regions():
    """Each test has its own divisions: the process's copy of them must not outlive it."""
    queries.forget()
