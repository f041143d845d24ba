"""The registry's tests stand on the package's own divisions."""

import pytest

from wengu.regions import actions, queries


@pytest.fixture
def divisions(db):
    actions.load(by="测试")
    queries.forget()
