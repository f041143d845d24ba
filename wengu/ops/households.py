"""wengu import, wengu explain: one file in, one household read."""

from pathlib import Path
from typing import Annotated

import typer
from django.utils.translation import gettext as _

from wengu import mechanism
from wengu.accounts.queries import operator_scope
from wengu.decisions import explanations
from wengu.decisions.explanations import Explanation
from wengu.decisions.queries import households
from wengu.decisions.reasons import Reason
from wengu.intake import queries as intake
from wengu.intake import skips, unread
from wengu.intake.models import Batch, BatchState
from wengu.kernel.writing import whole
from wengu.ops import arguments
from wengu.ops.console import complain, day, ending, progress, refuse, say, say_json, user
from wengu.ops.leaving_out import say_skipped, say_unread
from wengu.ops.speaking import speaking
from wengu.ops.taking_in import take_in
from wengu.registry.imports.doors import door_of

MARKS = {True: "√", False: "×", None: "?"}


File = Annotated[
    Path,
    typer.Argument(
        help="A roster, village or department sheet.", exists=True, dir_okay=False, readable=True
    ),
]
Region = Annotated[str, typer.Option(help="The region it is about, like 320723.")]
Dated = Annotated[str, typer.Option(help="The day on which its statements are true.")]
Period = Annotated[int | None, typer.Option(help="The year of its incomes, like 2019.")]
CheckOnly = Annotated[bool, typer.Option("--check-only", help="Check, apply nothing.")]
Doubts = Annotated[Path | None, typer.Option(help="Write the doubtful rows to this .xlsx.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def import_file(
    file: File,
    region: Region,
    dated: Dated,
    period: Period = None,
    check_only: CheckOnly = False,
    doubts: Doubts = None,
    overwrite: arguments.Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """导入: take a sheet in; good rows are applied, doubtful ones wait and are named."""
    known_on = arguments.past_day(dated, "--dated")
    arguments.year(period, known_on)
    code = arguments.loaded_division(region, known_on)
    if doubts is not None:
        arguments.new_workbook(doubts, "--doubts", source=file, overwrite=overwrite)
    again = "not finished: the same command again goes on where this one stopped"
    with ending(again), progress(file.name) as report:
        batch = take_in(
            path=file, region=code, dated=known_on, period=period, by=user(), report=report,
            apply=not check_only,
        )  # fmt: skip
    if batch.state == BatchState.REFUSED:
        refuse(intake.outcome(batch), code=1)
    if doubts is not None:
        with whole(doubts) as made:
            made.write_bytes(mechanism.doubt_workbook(batch=batch))
    _say_batch(batch, as_json=as_json)


def _say_batch(batch: Batch, *, as_json: bool) -> None:
    """Print what became of a batch; name the sheets and columns that were not read."""
    skipped = skips.of_batch(batch)
    columns = unread.columns(intake.heads(batch).values(), door_of(batch).spec)
    if as_json:
        named = [{"name": one.name, "why": one.why, "said": one.said} for one in skipped]
        say_json({
            "batch": batch.pk, "spec": batch.spec, "layout": batch.layout, "state": batch.state,
            "counts": batch.counts, "skipped_sheets": named,
            "unread_columns": [one.as_json() for one in columns],
        })  # fmt: skip
    else:
        _say_counts(batch)
    if skipped:
        complain(_("没有读 %(sheets)s 张工作表") % {"sheets": len(skipped)})
        say_skipped(skipped)
    say_unread(columns)


def _say_counts(batch: Batch) -> None:
    say(f"第 {batch.pk} 批 {batch.spec} {batch.layout}：{batch.get_state_display()}")
    for name, count in batch.counts.items():
        say(f"  {name:<14}{count:>8,}")


def explain(
    household: Annotated[str, typer.Argument(help="The household's number (户编号).")],
    on: Annotated[str | None, typer.Option("--on", help="As of a day, like 2020-07-01.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON lines.")] = False,
    english: Annotated[bool, typer.Option("--english", help="Explain in English.")] = False,
) -> None:
    """解释: every decision on a household: which clause, which facts, what would change it."""
    as_of = day(on) if on else mechanism.today()
    if as_of > mechanism.today():
        complain(f"{as_of} is still to come: this is what follows from what is known now")
    viewer = operator_scope(name=user(), on=as_of)
    found = households(viewer=viewer).filter(number=household).first()
    if found is None:
        refuse(f"no household {household}: is the number right, and is its sheet imported?", code=1)
    with speaking(english=english):
        told = explanations.explain(household=found.pk, on=as_of, english=english)
        if not told:
            refuse(
                f"nobody belongs to household {household} on {as_of}: there is nothing to decide; "
                "name another day with --on",
                code=1,
            )
        for one in told:
            if as_json:
                say_json(one.as_json())
            elif not one.default:
                _tell(one)


def _line(reason: Reason) -> str:
    told = [text for text in (reason.source, str(reason.date or "")) if text]
    note = _("%(name)s（%(note)s）") % {"name": reason.text, "note": _("，").join(told)}
    return f"    {'√' if reason.known else '?'} {note if told else reason.text}"


def _tell(one: Explanation) -> None:
    words = {True: _("符合"), False: _("不符合"), None: _("待核")}[one.verdict]
    title = _("%(name)s（%(note)s）") % {"name": one.term, "note": one.clause}
    say(f"{MARKS[one.verdict]} {words}  {title} {one.sentence}")
    for line in dict.fromkeys(map(_line, one.because)):
        say(line)
    for lack in one.missing:
        say("    " + _("缺 %(facts)s") % {"facts": lack.term})
    if one.due:
        say("    " + _("最早会在 %(day)s 变化") % {"day": one.due})
