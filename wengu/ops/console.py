"""What every command shares: how it prints, refuses and shows progress."""

import contextlib
import datetime
import getpass
import json
import sys
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

ERRORS = Console(stderr=True, highlight=False)


def say(text: str) -> None:
    """Print a line of the answer."""
    typer.echo(text)


def say_json(value: Any) -> None:
    """Print a value as one JSON document, in UTF-8, keys in their own order."""
    typer.echo(json.dumps(value, ensure_ascii=False, default=str))


def refuse(message: str, *, code: int = 2) -> NoReturn:
    """Say what is wrong and how to mend it, and end with an exit code."""
    say_refusal(message)
    raise typer.Exit(code)


def say_refusal(message: str) -> None:
    """Say on the error stream why nothing was done."""
    ERRORS.print(f"wengu: {message}", soft_wrap=True, markup=False)


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
