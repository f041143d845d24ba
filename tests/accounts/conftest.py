import pytest

from wengu.regions import actions


@pytest.fixture
def city(db):
    """The package's own city, both editions."""
    return actions.load(by="test")
