import pytest

from wengu.regions.models import Level, Region


@pytest.fixture
def village(db):
    return Region.objects.create(code="320723100201", level=Level.VILLAGE)
