"""wengu decide: a clerk's export in, decisions out. No database, no set-up."""

from pathlib import Path
from typing import Annotated

import typer

from wengu.decisions.files import Decided, Unsuitable, decide_file
from wengu.decisions.workbook import write_workbook
from wengu.intake.guard import Refusal
from wengu.kernel.regioncode import RegionCode
from wengu.ops.console import day, refuse, say, say_json
from wengu.ops.policy_commands import FirstDay, chosen_rows
from wengu.ops.speaking import speaking
from wengu.policy.parameters import ParameterError, Value, assign

VERDICTS = ("true", "false", "unknown")


def decide(
    file: Annotated[
        Path, typer.Argument(help="A roster or village sheet: .xlsx or .csv.", exists=True)
    ],
    on: Annotated[str, typer.Option("--on", help="As of a day.")] = FirstDay,
    region: Annotated[str, typer.Option(help="The county, like 320723.")] = "3207",
    period: Annotated[int | None, typer.Option(help="The year of its incomes.")] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Use simulated parameters.")] = False,
    parameters: Annotated[Path | None, typer.Option(help="A parameter file (.toml).")] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="PARAMETER=VALUE, over all rows.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON lines.")] = False,
    out: Annotated[Path | None, typer.Option(help="Write a workbook (.xlsx).")] = None,
    english: Annotated[bool, typer.Option("--english", help="Explain in English.")] = False,
) -> None:
    """认定一张表: every clause in force, on every household, person or village of a sheet."""
    rows = _assigned(chosen_rows(demo=demo, parameters=parameters), settings or [])
    if out is not None and out.suffix.lower() != ".xlsx":
        refuse(f"--out {out} must end in .xlsx")
    with speaking(english=english):
        try:
            decided = decide_file(
                path=file, on=day(on), region=RegionCode(region), period=period, parameters=rows,
                english=english,
            )  # fmt: skip
        except (Refusal, Unsuitable, ValueError) as error:
            refuse(str(error), code=1)
        if out is not None:
            write_workbook(decided=decided, path=out, parameters=rows, english=english)
        if as_json:
            for line in decided.lines():
                say_json(line)
        else:
            _summary(decided)


def _assigned(rows: tuple[Value, ...], settings: list[str]) -> tuple[Value, ...]:
    """Return the rows with each NAME=VALUE put over them."""
    try:
        for text in settings:
            rows = assign(rows, text)
    except (ParameterError, LookupError) as error:
        refuse(str(error))
    return rows


def _summary(decided: Decided) -> None:
    counts: dict[tuple[str, str], dict[str, int]] = {}
    for line in decided.lines():
        verdicts = counts.setdefault((line["clause"], line["rule"]), dict.fromkeys(VERDICTS, 0))
        verdicts[line["verdict"]] += 1
    say(f"{'条款':<7}{'规则':<32}{'符合':>7}{'不符合':>7}{'待核':>7}")
    for (clause, rule), verdicts in sorted(counts.items()):
        figures = "".join(f"{verdicts[verdict]:>10,}" for verdict in VERDICTS)
        say(f"{clause:<9}{rule:<34}{figures}")
    doubts = list(decided.doubts())
    if doubts:
        say(f"疑点 {len(doubts):,} 处：加 --out 文件.xlsx 逐格查看")
