"""The house as it stands keeps its own rules."""

from pathlib import Path

import pytest
from django.core.management import call_command

from tests.house.checks import CHECKS

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_house_keeps(check):
    found = check(ROOT)
    assert not found, "\n".join([check.__doc__, *found])


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
