"""What every test may use."""

import pytest
from django.conf import settings
from django.db import connection


def pytest_report_header() -> str:
    engine = settings.DATABASES["default"]["ENGINE"].rsplit(".", 1)[-1]
    return f"database: {engine}"


@pytest.fixture
def on_postgresql() -> bool:
    return connection.vendor == "postgresql"
