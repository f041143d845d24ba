"""wengu evaluate, wengu runs: run the policy over the registry, and compare two runs."""

from collections.abc import Iterator
from typing import Annotated

import typer

from wengu import mechanism
from wengu.accounts.queries import operator_scope
from wengu.decisions import actions as decisions
from wengu.decisions import queries
from wengu.decisions.differences import diff
from wengu.decisions.models import Run, RunState
from wengu.ops import arguments
from wengu.ops.console import progress, refuse, say, say_json, user
from wengu.ops.schema import on_database
from wengu.registry.limits import TERMS

app = typer.Typer(help="认定运行: runs and their differences.", no_args_is_help=True)
_NAMED = 20
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def evaluate(
    on: Annotated[str, typer.Option("--on", help="As of a day, like 2020-07-01.")],
    as_json: AsJson = False,
) -> None:
    """认定: decide on every household, person and village as of a day."""
    as_of = arguments.past_day(on, "--on")
    with progress("认定") as report:
        run = mechanism.run_day(
            on=as_of, by=user(), progress=lambda done, total, _: report(done, total)
        )
    _say_run(run, as_json=as_json)


def _say_run(run: Run, *, as_json: bool) -> None:
    if as_json:
        say_json({
            "run": run.pk, "on": run.on, "seq": run.seq, "state": run.state,
            "policy": run.policy_hash, "snapshot": run.snapshot, "digest": run.digest,
            "subjects": run.subjects, "counts": run.counts, "milliseconds": run.milliseconds,
            "beyond": list(_beyond(run)),
        })  # fmt: skip
        return
    subjects = "，".join(f"{name} {count:,}" for name, count in run.subjects.items())
    say(f"第 {run.pk} 次 截至 {run.on} {run.get_state_display()} {run.milliseconds / 1000:.1f} s")
    say(f"  快照 {run.snapshot[:8]} 政策 {run.policy_hash[:8]} 结果 {run.digest[:8]}  {subjects}")
    for line in _beyond(run):
        say(f"  {line}")


def _beyond(run: Run) -> Iterator[str]:
    """Yield in words which facts the run took for unknown."""
    for each in queries.beyond(run, viewer=operator_scope(name=user(), on=run.on), most=_NAMED):
        more = "…" if each.number > len(each.whom) else ""
        term = TERMS[each.table, each.name]
        listed = "、".join(each.whom) + more
        yield f"{term} 超出可登记的范围，按未知认定：{each.number} 处（{listed}）"


@app.command("list")
@on_database
def list_runs(as_json: AsJson = False) -> None:
    """列出: every run, the newest first."""
    for run in queries.runs():
        _say_run(run, as_json=as_json)


@app.command("diff")
@on_database
def difference(
    before: Annotated[int, typer.Argument(help="The earlier run's number.")],
    after: Annotated[int, typer.Argument(help="The later run's number.")],
    as_json: AsJson = False,
) -> None:
    """差异: who entered, left or changed between two runs, and what did it."""
    first, second = _run(before), _run(after)
    viewer = operator_scope(name=user(), on=second.on)
    found = diff(before=first, after=second, viewer=viewer)
    if as_json:
        say_json(found.as_json())
        return
    say(f"第 {before} 次 {first.on} → 第 {after} 次 {second.on}：{len(found.differences):,} 处")
    for (rule, direction, cause), number in sorted(found.matrix.items()):
        say(f"  {rule:<24}{direction:<9}{cause:<14}{number:>8,}")


def _run(number: int) -> Run:
    run = queries.runs().filter(pk=number, state=RunState.DONE).first()
    if run is None:
        refuse(f"no finished run {number}: `wengu runs list` shows them", code=1)
    return run


@app.command("repeat")
@on_database
def repeat(number: Annotated[int, typer.Argument(help="The run's number.")]) -> None:
    """重算: compute an old run again and say whether every bit is equal."""
    found = decisions.repeat(run=_run(number))
    if not (found.same_facts and found.same_rules and found.same_decisions):
        refuse(f"run {number} came out otherwise: {found}", code=1)
    say(f"第 {number} 次 重算逐位相同")
