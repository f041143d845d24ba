"""Writers and sealers at work together, and sealers that die at every point.

Run as a program of its own (`python -m tests.audit.sealers together|killed`) on the database that
the environment names: a process that dies must not be the one that runs the other tests.
"""

import json
import os
import random
import sys
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.crash_settings")
django.setup()

from django.core.management import call_command  # noqa: E402 (Django must stand first)
from django.db import OperationalError, connection, transaction  # noqa: E402

from tests.dying import KILLED, Killer, begun, ended  # noqa: E402
from wengu.audit import head, sealing  # noqa: E402
from wengu.audit.head import Head  # noqa: E402
from wengu.audit.models import Event, Seal  # noqa: E402
from wengu.audit.sealing import Sealer  # noqa: E402
from wengu.audit.verification import verify  # noqa: E402

WRITERS, SEALERS, SECONDS = 6, 2, 6.0


def write(seed, until):
    """Write events in transactions of random length; some are rolled back, some stay open long."""
    chance = random.Random(seed)
    number = 0
    while time.monotonic() < until:
        try:
            with transaction.atomic():
                for _ in range(chance.choice((1, 1, 1, 3, 20))):
                    number += 1
                    Event.objects.create(
                        actor=f"w{seed}", action="audit.test", detail={"n": number}
                    )
                    time.sleep(chance.choice((0, 0, 0.002)))
                if connection.vendor == "postgresql":
                    time.sleep(chance.choice((0, 0, 0, 0.02, 0.2)))
                transaction.set_rollback(chance.random() < 0.2)
        except OperationalError as error:
            if "locked" not in str(error):
                raise


def seal_all(until=0.0):
    sealer = Sealer(head.place())
    while sealer.seal() or time.monotonic() < until:
        time.sleep(0.001)


def whole():
    """Every event is in one block and in one only, and the chain comes out again."""
    sealed = [
        number
        for ranges in Seal.objects.order_by("number").values_list("ranges", flat=True)
        for first, last in ranges
        for number in range(first, last + 1)
    ]
    assert len(sealed) == len(set(sealed)), "twice"
    assert set(sealed) == set(Event.objects.values_list("pk", flat=True)), "lost"
    report = verify(head=head.place())
    assert report.sound, report
    assert report.waiting == 0
    return report


def late_blocks():
    """Return how many blocks took an event below one that was sealed before."""
    high = found = 0
    for first, last in Seal.objects.order_by("number").values_list("first", "last"):
        found += first < high
        high = max(high, last)
    return found


def together():
    sealing.BLOCK = 50
    until = time.monotonic() + SECONDS
    children = [begun(lambda seed=seed: write(seed, until)) for seed in range(WRITERS)]
    children += [begun(lambda: seal_all(until)) for _ in range(SEALERS)]
    assert [ended(pid) for pid in children] == [0] * len(children)
    seal_all()
    report = whole()
    return {"events": report.events, "blocks": report.blocks, "late": late_blocks()}


def killed():
    """Kill a sealer before every statement, and before and after the head is written."""
    sealing.BLOCK = 4
    points, k = 0, 1
    export = Head.write
    for moment in ("statement", "before the head", "after the head"):
        k = 1
        while True:
            Event.objects.bulk_create(Event(actor="w", action="audit.test") for _ in range(9))

            def work(k=k, moment=moment):
                def write_head(self, file):
                    if moment == "after the head":
                        export(self, file)
                    os._exit(KILLED)

                if moment == "statement":
                    with connection.execute_wrapper(Killer(k)):
                        seal_all()
                else:
                    Head.write = write_head
                    seal_all()

            code = ended(begun(work))
            assert code in {0, KILLED}, code
            seal_all()
            whole()
            points += code == KILLED
            if code == 0 or moment != "statement":
                break
            k += 1
    return {"points": points}


def main():
    Path(os.environ["WENGU_HOME"]).mkdir(exist_ok=True)
    call_command("migrate", verbosity=0)
    found = {"together": together, "killed": killed}[sys.argv[1]]()
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
