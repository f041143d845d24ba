"""wengu audit: is the record what was written."""

from typing import Annotated

import typer

from wengu.audit import head
from wengu.audit.actions import keep_verification
from wengu.audit.verification import verify
from wengu.ops.console import refuse, say, say_json, user
from wengu.ops.schema import on_record

app = typer.Typer(help="审计: the record of what was done.", no_args_is_help=True)


@app.callback()
def audit() -> None:
    """Make `verify` a verb of its own."""


@app.command("verify")
@on_record
def verify_chain(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """核验: recompute the sealed record; ends with 1 and names the first bad block and event."""
    report = verify(head=head.place())
    keep_verification(report=report, by=user())
    if as_json:
        say_json(report.as_json())
    else:
        last = report.last_event or 0
        say(
            f"{report.blocks:,} 块 {report.events:,} 条，封存至第 {last:,} 条，待封存 "
            f"{report.waiting:,} 条，{report.milliseconds / 1000:.1f} s"
        )
        for problem in report.problems:
            say(f"  {problem.words}")
    if not report.sound:
        refuse(f"the audit record shows signs of tampering: {report.problems[0].words}", code=1)
