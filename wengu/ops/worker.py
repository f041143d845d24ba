"""Worker, scheduler and sealer: the loops beside the site. Each ends at once when told to."""

import datetime
import logging
import os
import signal
import threading
import time
from types import FrameType

from django.db import close_old_connections

from wengu import mechanism
from wengu.audit import head
from wengu.audit.sealing import BLOCK, ChainCut, Sealer
from wengu.jobs import actions

log = logging.getLogger("wengu.ops")
IDLE_SECONDS = 0.5
TICK_SECONDS = 10.0
# What is written is sealed within five seconds.
SEAL_SECONDS = 4.0
CUT_SECONDS = 60.0
ORPHAN_SECONDS = 0.5
# As long as a parent gives its children to end.
GRACE_SECONDS = 10.0


def stopper() -> threading.Event:
    """Return an event that SIGTERM, SIGINT and the death of the parent set."""
    stop = threading.Event()

    def told(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, told)
    signal.signal(signal.SIGINT, told)
    threading.Thread(target=_outlive_no_parent, args=(stop, os.getppid()), daemon=True).start()
    return stop


def _outlive_no_parent(stop: threading.Event, parent: int) -> None:
    """Stop when the parent is gone, also by SIGKILL; by force when the work does not end."""
    while os.getppid() == parent:
        time.sleep(ORPHAN_SECONDS)
    stop.set()
    time.sleep(GRACE_SECONDS)
    # A job keeps its checkpoint, and its lease runs out: the next worker goes on.
    os._exit(1)


def work(*, stop: threading.Event) -> None:
    """Do jobs as they come."""
    while not stop.is_set():
        close_old_connections()
        if not actions.work_once(mechanism.HANDLERS):
            stop.wait(IDLE_SECONDS)


def schedule(*, stop: threading.Event) -> None:
    """Start each day's run once, when the day has come."""
    seen: datetime.date | None = None
    while not stop.is_set():
        close_old_connections()
        today = mechanism.today()
        if today != seen:
            mechanism.begin_day(on=today, by="system:scheduler")
            seen = today
        stop.wait(TICK_SECONDS)


def seal(*, stop: threading.Event) -> None:
    """Seal what was written; a cut chain is left as it is, and said again and again."""
    sealer = Sealer(head.place())
    while not stop.is_set():
        close_old_connections()
        try:
            if sealer.seal() < BLOCK:
                stop.wait(SEAL_SECONDS)
        except ChainCut as cut:
            log.error("%s", cut)
            stop.wait(CUT_SECONDS)
