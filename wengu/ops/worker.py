"""Worker and scheduler: the two loops beside the site. Each ends at once when told to."""

import datetime
import signal
import threading
from types import FrameType

from django.db import close_old_connections

from wengu import mechanism
from wengu.jobs import actions

IDLE_SECONDS = 0.5
TICK_SECONDS = 10.0


def stopper() -> threading.Event:
    """Return an event that SIGTERM and SIGINT set."""
    stop = threading.Event()

    def told(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, told)
    signal.signal(signal.SIGINT, told)
    return stop


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
