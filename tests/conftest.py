"""What every test may use."""

import pytest
from django.conf import settings
from django.db import connection

from wengu.regions import queries


def pytest_report_header() -> str:
    engine = settings.DATABASES["default"]["ENGINE"].rsplit(".", 1)[-1]
    return f"database: {engine}"


@pytest.fixture
def on_postgresql() -> bool:
    return connection.vendor == "postgresql"


@pytest.fixture(autouse=True)
def _forget_regions():
    """Each test has its own divisions: the process's copy of them must not outlive it."""
    queries.forget()
