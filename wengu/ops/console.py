"""What every command shares: how it prints, refuses and shows progress."""

import contextlib
import datetime
import getpass
import json
import signal
import sys
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

# What a shell adds to the number of the signal that ended a process.
_SIGNALLED = 128
ERRORS = Console(stderr=True, highlight=False)


def say(text: str) -> None:
    """Print a line of the answer."""
    typer.echo(text)


def say_json(value: Any) -> None:
    """Print a value as one JSON document, in UTF-8, keys in their own order."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")


def refuse(message: str, *, code: int = 2) -> NoReturn:
    """Say what is wrong and how to mend it, and end with an exit code."""
    say_refusal(message)
    raise typer.Exit(code)


def say_refusal(message: str) -> None:
    """Say on the error stream why nothing was done."""
    ERRORS.print(f"wengu: {message}", soft_wrap=True, markup=False)


def complain(text: str) -> None:
    """Print a line beside the answer, on the error stream: the answer stays pure."""
    ERRORS.print(text, soft_wrap=True, markup=False)


def day(text: str) -> datetime.date:
    """Read a day from the command line."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        refuse(f"{text!r} is not a day: write it like 2020-07-01")


def user() -> str:
    """Name the one who types: a command is signed with the account of the machine."""
    return f"cli:{getpass.getuser()}"


@contextlib.contextmanager
def ending(said: str = "") -> Iterator[None]:
    """End tidily, by Ctrl-C as by SIGTERM: what was begun is cleared away, and `said` is said."""

    def end(number: int, frame: object) -> NoReturn:
        if said:
            complain(f"wengu: {said}")
        sys.exit(_SIGNALLED + number)

    kept = {one: signal.signal(one, end) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for one, before in kept.items():
            signal.signal(one, before)


@contextlib.contextmanager
def progress(what: str) -> Iterator[Callable[[int, int | None], None]]:
    """Show a bar on a terminal, and nothing where the error stream is a file."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=ERRORS, transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
