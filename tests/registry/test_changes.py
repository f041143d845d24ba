"""What is known by a sequence stays known: a smaller one is never committed after a larger."""

import threading

import pytest
from django.db import connection, transaction

from wengu.registry.changes import open_change
from wengu.registry.models import Change

pytestmark = pytest.mark.db


@pytest.mark.django_db(transaction=True)
def test_a_second_writer_waits_for_the_first(on_postgresql):
    opened, order = threading.Event(), []

    def second():
        opened.wait(10)
        with transaction.atomic():
            seq = open_change(by="乙", what="试")
            order.append(("乙", seq))
        connection.close()

    other = threading.Thread(target=second)
    # SQLite has one writer by nature (IMMEDIATE); there the second simply comes after.
    if on_postgresql:
        other.start()
    with transaction.atomic():
        first = open_change(by="甲", what="试")
        opened.set()
        other.join(0.5) if on_postgresql else None
        assert order == []
        order.append(("甲", first))
    if not on_postgresql:
        other.start()
    other.join(20)
    assert [name for name, _ in order] == ["甲", "乙"]
    assert order[0][1] < order[1][1]
    assert list(Change.objects.order_by("pk").values_list("by", flat=True)) == ["甲", "乙"]
