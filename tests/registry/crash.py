"""Kills an application at every statement of every piece, and looks at what is left each time.

Run as a program of its own (`python -m tests.registry.crash`) on the database that the environment
names: a process that dies must not be the one that runs the other tests.
"""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.crash_settings")
django.setup()

from django.core.management import call_command  # noqa: E402 (Django must stand first)
from django.db import connection  # noqa: E402

from tests.dying import KILLED, Killer, begun, ended  # noqa: E402
from tests.registry.sheets import home, receive, table, xlsx  # noqa: E402
from wengu.intake import actions  # noqa: E402
from wengu.intake.models import Batch, Row  # noqa: E402
from wengu.regions import actions as regions  # noqa: E402
from wengu.registry.imports.doors import door_of  # noqa: E402
from wengu.registry.models import (  # noqa: E402
    Household,
    HouseholdFacts,
    Income,
    Membership,
    Person,
    PersonFacts,
)

HOMES, SIZE = 4, 2


def whole():
    """Every household is in with all that belongs to it, or not at all; return how many are in."""
    marked = set(Row.objects.filter(applied=True).values_list("group", flat=True))
    stored = set(Household.objects.values_list("number", flat=True))
    assert marked == stored, (marked, stored)
    count = len(stored)
    assert Row.objects.filter(applied=True).count() == count * SIZE
    for model, each in ((Person, SIZE), (Membership, SIZE), (PersonFacts, SIZE),
                        (HouseholdFacts, 1), (Income, 1)):  # fmt: skip
        assert model.objects.count() == count * each, (model, model.objects.count())
    return count


def kill_at(batch_pk, k):
    def work():
        batch = Batch.objects.get(pk=batch_pk)
        with connection.execute_wrapper(Killer(k)):
            actions.apply(batch=batch, door=door_of(batch), by="测试")

    return ended(begun(work))


def main():
    call_command("migrate", verbosity=0)
    regions.load(by="测试")
    actions.ROWS_PER_CHANGE = SIZE
    rows = [row for serial in range(1, HOMES + 1) for row in home(serial, SIZE)]
    batch = receive(xlsx(table(rows)))
    points, k, before = 0, 1, 0
    while True:
        code = kill_at(batch.pk, k)
        now = whole()
        if code == 0:
            break
        assert code == KILLED, code
        points += 1
        k = 1 if now > before else k + 1
        before = now
    assert whole() == HOMES
    batch.refresh_from_db()
    assert batch.state == "applied"
    sys.stdout.write(f"{points}\n")


if __name__ == "__main__":
    main()
