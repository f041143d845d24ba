"""Serving: the site, its worker and its scheduler under one parent, which stops them all."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from types import FrameType

from wengu.ops.console import refuse, say

STOP_SECONDS = 10.0
READY_SECONDS = 60.0
RESTART_SECONDS = 1.0


class Parent:
    """The parent of the processes: it restarts a fallen worker and takes all down together."""

    def __init__(self, commands: dict[str, list[str]]) -> None:
        self.commands = commands
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
        self.children[name] = subprocess.Popen(self.commands[name], start_new_session=True)  # noqa: S603 - our own commands

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
            "--respawn-failed-workers", "wengu.web.wsgi:application",
        ],
        "worker": [python, "-m", "wengu.ops.cli", "worker"],
        "scheduler": [python, "-m", "wengu.ops.cli", "scheduler"],
    }  # fmt: skip


def wait_ready(url: str, parent: Parent) -> None:
    """Wait until the site answers; refuse with the reason when it does not."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and not parent.stopping:
        if parent.children["site"].poll() is not None:
            break
        try:
            urllib.request.urlopen(url, timeout=2).close()  # noqa: S310 - our own address
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
        else:
            return
    if not parent.stopping:
        parent.end()
        refuse(
            f"the site did not answer at {url}: is the port taken? Try another with --port", code=1
        )


def serve(*, host: str, port: int, workers: int, logins: list[str]) -> int:
    """Serve until told to stop; print `ready` once the site answers."""
    parent = Parent(commands(host, port, workers))
    parent.start()
    wait_ready(f"http://{host}:{port}/accounts/login/", parent)
    if not parent.stopping:
        for line in logins:
            say(line)
        say(f"ready http://{host}:{port}")
        sys.stdout.flush()
    return parent.watch()
