"""读表: yields the rows of a file as text cells, parsed by a process that may be killed."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from wengu.intake import guard
from wengu.intake.guard import Refusal

PARSER = Path(__file__).with_name("parser.py")
SECONDS = 120


@dataclass(frozen=True, slots=True)
class Piece:
    """一段: some rows of a sheet, the first of which has the number `first`."""

    sheet: int
    name: str
    hidden: bool
    first: int
    rows: list[list[str]]


def pieces(data: bytes, *, name: str) -> Iterator[Piece]:
    """Yield the sheets of a file piece by piece; Refusal for a file that cannot be read."""
    kind = guard.kind(data, name=name)
    command = [sys.executable, "-I", str(PARSER), kind]
    with subprocess.Popen(  # noqa: S603 (own interpreter, own file, no shell)
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        timer = threading.Timer(SECONDS, process.kill)
        timer.start()
        try:
            yield from _received(process, data)
        finally:
            timer.cancel()
            process.kill()


def _received(process: "subprocess.Popen[bytes]", data: bytes) -> Iterator[Piece]:
    if process.stdin is None or process.stdout is None:  # pragma: no cover (both are pipes)
        raise Refusal("stopped")
    try:
        process.stdin.write(data)
        process.stdin.close()
    except BrokenPipeError:
        raise Refusal("stopped") from None
    for line in process.stdout:
        if not line.endswith(b"\n"):
            break  # cut off in the middle: the process was ended
        message = json.loads(line)
        if "refused" in message:
            raise Refusal(message["refused"])
        if "end" in message:
            return
        yield Piece(**message)
    # A limit ends the process by a signal; a file that no reader understands, by an error.
    raise Refusal("stopped" if process.wait(SECONDS) < 0 else "damaged")
