"""wengu policy: the document, its parameters and where each of its words lives. No database."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from wengu import policy
from wengu.ops import arguments
from wengu.ops.console import day, refuse, say, say_json
from wengu.policy import coverage
from wengu.policy.parameters import (
    ParameterError,
    Value,
    definitions,
    demonstration,
    load,
    official,
)

app = typer.Typer(help="政策: clauses, parameters, coverage.", no_args_is_help=True)

On = Annotated[str, typer.Option("--on", help="The day, like 2020-07-01.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Demo = Annotated[bool, typer.Option("--demo", help="Add the demo's simulated values.")]
FirstDay = "2020-07-01"


def chosen_rows(*, demo: bool, parameters: Path | None) -> tuple[Value, ...]:
    """Return the parameter rows that a command was told to use; refuse what cannot be read."""
    if demo and parameters:
        refuse("choose one: --demo (simulated values) or --parameters FILE (your own)")
    try:
        if parameters:
            return merged(official(), load(parameters))
        return merged(official(), demonstration()) if demo else official()
    except (ParameterError, OSError) as error:
        refuse(str(error))


def merged(under: tuple[Value, ...], over: tuple[Value, ...]) -> tuple[Value, ...]:
    """Return the rows of both; a row of `over` replaces one of the same name, region and day."""
    rows = {(row.name, row.region, row.since): row for row in (*under, *over)}
    return tuple(rows.values())


@app.command("coverage")
def show_coverage(as_json: AsJson = False) -> None:
    """条款对照: every target, deadline and mechanism of the document, and where it lives."""
    rows = coverage.rows()
    if as_json:
        say_json({"rows": [row.as_json() for row in rows]})
        return
    table = Table("编号", "条款", "原文", "状态", "在哪里", box=None)
    for row in rows:
        where = ", ".join(f"{place.kind} {place.ref}" for place in row.where)
        table.add_row(row.id, row.clause, row.phrase, row.status, where)
    Console().print(table)
    say("  ".join(f"{status} {count}" for status, count in coverage.counts().items()))


@app.command("parameters")
def show_parameters(
    on: On = FirstDay,
    region: Annotated[str, typer.Option(help="A county code, like 320723.")] = "",
    demo: Demo = False,
    as_json: AsJson = False,
) -> None:
    """参数: each figure in force on a day, with its source; unset ones are said to be unset."""
    as_of = day(on)
    if region:
        arguments.division(region, as_of)
    found = policy.in_force(as_of, rows=chosen_rows(demo=demo, parameters=None))
    listed = []
    for each in definitions():
        row = found.value(each.name, region[:6])
        listed.append({
            "name": each.name, "term": each.term, "term_en": each.term_en, "clause": each.clause,
            "unit": each.unit, "value": row.text if row else None,
            "region": row.region if row else None,
            "since": row.since.isoformat() if row else None, "source": row.source if row else None,
            "unverified": row.unverified if row else None,
            "simulated": row.simulated if row else None,
        })  # fmt: skip
    if as_json:
        say_json({"on": on, "region": region, "parameters": listed})
        return
    table = Table("参数", "名称", "条款", "现值", "单位", "自", "来源", box=None)
    for line in listed:
        mark = " 未核实" if line["unverified"] else ""
        value = "未设定" if line["value"] is None else f"{line['value']}{mark}"
        cells = (line["name"], line["term"], line["clause"], value, line["unit"], line["since"])
        table.add_row(*(str(cell or "") for cell in (*cells, line["source"])))
    Console().print(table)


@app.command("show")
def show(clause: Annotated[str, typer.Argument(help="A clause number, like 2.4.3.")]) -> None:
    """条款: one sentence of the document, in both languages, with the rules that read it."""
    try:
        found = policy.clause(clause)
    except policy.UnknownClauseError as error:
        refuse(str(error))
    say(f"{found.number_zh}  {found.number}")
    say(found.text)
    say(found.text_en)
    for rule in policy.in_force(day(FirstDay)).rules:
        if rule.clause != clause:
            continue
        say(f"\n规则 {rule.name}（{rule.term} {rule.term_en}），自 {rule.since}")
        for number, branch in enumerate(rule.branches):
            say(f"  {number} {branch.name}: {branch.term}")
        for reading in policy.readings(rule.name):
            say(f"  “{reading.words}” 读作：{reading.read}（决定记录 {reading.adr}）")
    for row in policy.rows_of(clause):
        say(f"  {row.id} {row.phrase}")
