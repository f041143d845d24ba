"""wengu decide: a clerk's export in, decisions out. No database, no set-up."""

import gc
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer
from django.utils.translation import gettext as _

from wengu.decisions.explanations import Explanation
from wengu.decisions.files import Decided, Unsuitable, decide_file
from wengu.decisions.workbook import write_workbook
from wengu.intake.guard import Refusal
from wengu.intake.spec import Group
from wengu.ops import arguments
from wengu.ops.console import complain, ending, progress, refuse, say, say_json
from wengu.ops.leaving_out import say_skipped, say_unread
from wengu.ops.policy_commands import FirstDay, chosen_rows
from wengu.ops.speaking import speaking
from wengu.policy.parameters import ParameterError, Value, assign

VERDICTS = ("true", "false", "unknown")
_WORDS = {True: "true", False: "false", None: "unknown"}
_NAMED = 20
_BETWEEN_LOOKS = 100_000


File = Annotated[
    Path,
    typer.Argument(
        help="A roster or village sheet: .xlsx or .csv.",
        exists=True, dir_okay=False, readable=True,
    ),
]  # fmt: skip
On = Annotated[str, typer.Option("--on", help="As of a day.")]
Region = Annotated[str, typer.Option(help="The county, like 320723.")]
Period = Annotated[int | None, typer.Option(help="The year of its incomes.")]
Demo = Annotated[bool, typer.Option("--demo", help="Use simulated parameters.")]
Parameters = Annotated[Path | None, typer.Option(help="A parameter file (.toml).")]
Settings = Annotated[
    list[str] | None, typer.Option("--set", help="PARAMETER=VALUE, over all rows.")
]
Confirmed = Annotated[
    bool, typer.Option("--confirmed", help="Take what is only to be checked as checked.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON lines.")]
Out = Annotated[Path | None, typer.Option(help="Write a workbook (.xlsx).")]
English = Annotated[bool, typer.Option("--english", help="Explain in English.")]


def decide(
    file: File,
    on: On = FirstDay,
    region: Region = "3207",
    period: Period = None,
    demo: Demo = False,
    parameters: Parameters = None,
    settings: Settings = None,
    confirmed: Confirmed = False,
    as_json: AsJson = False,
    out: Out = None,
    overwrite: arguments.Overwrite = False,
    english: English = False,
) -> None:
    """认定一张表: every clause in force, on every household, person or village of a sheet.

    What an import would hold back for its doubts is not decided: it is counted and named on the
    error stream, as are sheets and columns that were not read.
    """
    as_of = arguments.past_day(on, "--on")
    arguments.year(period, as_of)
    code = arguments.division(region, as_of)
    rows = _assigned(chosen_rows(demo=demo, parameters=parameters), settings or [])
    if out is not None:
        arguments.new_workbook(out, "--out", source=file, overwrite=overwrite)
    with speaking(english=english):
        try:
            decided = decide_file(
                path=file, on=as_of, region=code, period=period, parameters=rows,
                english=english, confirmed=confirmed,
            )  # fmt: skip
        except (Refusal, Unsuitable, ValueError) as error:
            refuse(str(error), code=1)
        _answer(decided, rows, as_json=as_json, out=out)


def _answer(decided: Decided, rows: tuple[Value, ...], *, as_json: bool, out: Path | None) -> None:
    """Print or write every decision, in one pass, and say what was left out."""
    # What was read stays to the end, and what is told goes at once: little to look through.
    gc.freeze()
    gc.set_threshold(_BETWEEN_LOOKS)
    counts = _Counts()
    with ending(), progress(_("认定")) as report:
        told = counts.over(decided.told(report))
        if as_json:
            told = _printed(decided, told)
        if out is None:
            for _one in told:
                pass
        else:
            write_workbook(decided=decided, path=out, parameters=rows, told=told)
    if not as_json:
        counts.say()
    _say_left_out(decided, out)
    say_unread(decided.unread())
    if not decided.dossiers:
        refuse(_("一条也没有认定"), code=1)


def _assigned(rows: tuple[Value, ...], settings: list[str]) -> tuple[Value, ...]:
    """Return the rows with each NAME=VALUE put over them."""
    try:
        for text in settings:
            rows = assign(rows, text)
    except (ParameterError, LookupError) as error:
        refuse(str(error))
    return rows


def _printed(decided: Decided, told: Iterable[Explanation]) -> Iterator[Explanation]:
    """Print each decision as it comes."""
    for one in told:
        say_json(decided.line(one))
        yield one


class _Counts:
    """合计: how many subjects each rule holds for."""

    def __init__(self) -> None:
        self._verdicts: dict[tuple[str, str], dict[str, int]] = {}

    def over(self, told: Iterable[Explanation]) -> Iterator[Explanation]:
        """Count the decisions as they pass."""
        for one in told:
            key = (one.clause, one.rule)
            verdicts = self._verdicts.setdefault(key, dict.fromkeys(VERDICTS, 0))
            verdicts[_WORDS[one.verdict]] += 1
            yield one

    def say(self) -> None:
        """Print a line for each rule."""
        say(f"{'条款':<7}{'规则':<32}{'符合':>7}{'不符合':>7}{'待核':>7}")
        for (clause, rule), verdicts in sorted(self._verdicts.items()):
            figures = "".join(f"{verdicts[verdict]:>10,}" for verdict in VERDICTS)
            say(f"{clause:<9}{rule:<34}{figures}")


def _say_left_out(decided: Decided, out: Path | None) -> None:
    """Say on the error stream what was not decided on and what was not read, and why."""
    held, skipped = decided.held, decided.skipped()
    if not held and not skipped:
        return
    words = {
        "n": f"{len(held):,}",
        "rows": f"{sum(len(group.rows) for group in held):,}",
        "sheets": len(skipped),
    }
    if decided.villages:
        complain(_("有疑点、没有认定 %(n)s 村（%(rows)s 行），没有读 %(sheets)s 张工作表") % words)
    else:
        complain(_("有疑点、没有认定 %(n)s 户（%(rows)s 行），没有读 %(sheets)s 张工作表") % words)
    say_skipped(skipped)
    for group in held[:_NAMED]:
        complain("  " + _named(decided, group))
    more = len(held) - _NAMED
    if more > 0:
        complain("  " + _("另有 %(n)s 个没有列出") % {"n": f"{more:,}"})
    if held and out is None:
        complain("  " + _("加 --out 文件.xlsx 逐格查看疑点"))


def _named(decided: Decided, group: Group) -> str:
    """Name what waits, its rows, and the first of its doubts."""
    first = group.found[0]
    head = decided.reading.heads[first.sheet]
    letters = [letter for name in first.fields if (letter := head.letter(name))]
    cell = f"{head.name} {letters[0] if letters else ''}{first.row}".strip()
    spec = decided.reading.spec
    reason = spec.words(first.code, first.detail, english=decided.teller.english).reason
    words = {"name": group.key, "cell": cell, "why": reason, "n": len(group.found)}
    if group.key.startswith("#"):
        words["name"] = _("第 %(n)s 行") % {"n": group.rows[0][1]}
    if len(group.found) > 1:
        return _("%(name)s：%(cell)s %(why)s（疑点共 %(n)s 处）") % words
    return _("%(name)s：%(cell)s %(why)s") % words
