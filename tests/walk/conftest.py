"""One city for the walks of a module: each gives it back as it found it, and none outlives them."""

import logging

import pytest
from django.db import transaction
from django.test import Client

from tests.walk.world import World
from wengu.regions import queries


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker):
    """Build the city in a transaction that ends with the last walk of the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield World(Client(raise_request_exception=False))
        transaction.set_rollback(True)
        queries.forget()


@pytest.fixture(autouse=True)
def _quiet():
    """Refusals are what the walk is about; a page of log for each helps nobody."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def world(city, django_db_blocker):
    """The city for one walk, which may change it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield city
        transaction.set_rollback(True)
