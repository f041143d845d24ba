"""Serving: site, worker, scheduler and sealer under one parent, which stops them all."""

import ctypes
import functools
import http.client
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from types import FrameType

from django.conf import settings

from wengu.ops.console import refuse, say

STOP_SECONDS = 10.0
READY_SECONDS = 60.0
RESTART_SECONDS = 1.0
_PR_SET_PDEATHSIG = 1
_SERVER_ERROR = 500


class Parent:
    """The parent of the processes: it restarts a fallen worker and takes all down together.

    The site ends the whole. A parent that is killed takes its children along: the kernel tells
    them where it can (Linux), and worker, scheduler and sealer also look for themselves.
    """

    def __init__(self, commands: dict[str, list[str]], start: str = "") -> None:
        self.commands = commands
        self.environment = os.environ | {"WENGU_START": start}
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.stopping = False

    def start(self) -> None:
        """Start every process, each in a group of its own so that its children end with it."""
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        signal.signal(signal.SIGHUP, self._stop)
        for name in self.commands:
            self._start(name)

    def _start(self, name: str) -> None:
        self.children[name] = subprocess.Popen(  # noqa: S603 - our own commands
            self.commands[name],
            start_new_session=True,
            env=self.environment,
            preexec_fn=_dies_with(os.getpid()),
        )

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def watch(self) -> int:
        """Wait until told to stop or the site ends; return the exit code."""
        code = 0
        while not self.stopping:
            time.sleep(0.2)
            for name, child in list(self.children.items()):
                ended = child.poll()
                if ended is None:
                    continue
                if name == "site":
                    code, self.stopping = ended or 1, True
                    break
                time.sleep(RESTART_SECONDS)
                self._start(name)
        self.end()
        return code

    def end(self) -> None:
        """Ask every process group to end, and end by force what does not."""
        for child in self.children.values():
            _signal(child, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for child in self.children.values():
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal(child, signal.SIGKILL)
                child.wait()


def _dies_with(parent: int) -> Callable[[], None] | None:
    """Return what a child does before it begins: ask the kernel to end it with its parent."""
    if sys.platform != "linux":
        return None
    ask = ctypes.CDLL(None).prctl

    def tell() -> None:
        ask(_PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return tell


def _signal(child: subprocess.Popen[bytes], number: signal.Signals) -> None:
    try:
        os.killpg(child.pid, number)
    except ProcessLookupError:
        return


def commands(host: str, port: int, workers: int) -> dict[str, list[str]]:
    """Name the processes of one installation."""
    python = sys.executable
    return {
        "site": [
            python, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
            "--workers", str(workers), "--blocking-threads", "4", "--no-ws",
            "--log-level", "warning",
            "--respawn-failed-workers", "--workers-kill-timeout", "5", "wengu.web.wsgi:application",
        ],
        "worker": [python, "-m", "wengu.ops.cli", "worker"],
        "scheduler": [python, "-m", "wengu.ops.cli", "scheduler"],
        "sealer": [python, "-m", "wengu.ops.cli", "sealer"],
    }  # fmt: skip


def wait_ready(answers: Callable[[], int | None], parent: Parent) -> None:
    """Wait until the site of this start answers; refuse with the reason when it does not."""
    deadline = time.monotonic() + READY_SECONDS
    status: int | None = None
    while time.monotonic() < deadline and not parent.stopping:
        if parent.children["site"].poll() is not None:
            break
        status = answers()
        if status is not None:
            break
        time.sleep(0.2)
    if status is not None and status < _SERVER_ERROR:
        return
    if not parent.stopping:
        parent.end()
        how = f"answers with error {status}" if status else "did not answer"
        refuse(f"the site {how}: what it says of the reason stands above", code=1)


def answer(host: str, port: int, start: str) -> int | None:
    """Ask for the sign-in page; None unless the site of this very start answers."""
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104 - compared, not opened
    named = next((name for name in settings.ALLOWED_HOSTS if name != "*"), reached)
    ours = http.client.HTTPConnection(reached, port, timeout=2)
    try:
        headers = {"Host": named.lstrip("."), settings.START_HEADER: start}
        ours.request("GET", "/accounts/login/", headers=headers)
        found = ours.getresponse()
        return found.status if found.getheader(settings.START_HEADER) == start else None
    except (OSError, http.client.HTTPException):
        return None
    finally:
        ours.close()


def serve(*, host: str, port: int, workers: int, logins: list[str]) -> int:
    """Serve until told to stop; print `ready` once the site of this start answers."""
    start = secrets.token_urlsafe(24)
    parent = Parent(commands(host, port, workers), start)
    parent.start()
    wait_ready(functools.partial(answer, host, port, start), parent)
    if not parent.stopping:
        for line in logins:
            say(line)
        shown = f"[{host}]" if ":" in host else host
        say(f"ready http://{shown}:{port}")
        sys.stdout.flush()
    return parent.watch()
