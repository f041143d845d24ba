"""长效机制: the order of work. Today is asked here, and nowhere below."""

import datetime
from collections.abc import Callable, Mapping
from typing import Any

from wengu.decisions import actions as decisions
from wengu.decisions import policies
from wengu.decisions.engine import Progress
from wengu.decisions.models import Run
from wengu.documents import queries as documents
from wengu.governance import queries as governance
from wengu.intake import actions as intake
from wengu.intake import workbook
from wengu.intake.models import Batch
from wengu.jobs import actions as jobs
from wengu.jobs.actions import Handler, Hold
from wengu.jobs.models import Job
from wengu.registry.imports.doors import DOORS, door_of

CHECK = "intake.check"
APPLY = "intake.apply"
REVERSE = "intake.reverse"
DAY = "mechanism.day"


def today() -> datetime.date:
    """Return the day on which the city works."""
    return governance.today()


def run_day(*, on: datetime.date, by: str, progress: Progress | None = None) -> Run:
    """Decide on every household, person and village as of a day."""
    return decisions.decide(on=on, by=by, progress=progress)


def begin_day(*, on: datetime.date, by: str) -> Job | None:
    """Queue the day's run unless the day has one; None: the day is already decided."""
    if Run.objects.filter(on__gte=on, state="done").exists():
        return None
    return jobs.enqueue(kind=DAY, arguments={"on": on.isoformat()}, key=f"day:{on}", by=by)


def decide_again(*, on: datetime.date, seq: int, by: str) -> Job:
    """Queue a run over what is known now; asking twice for the same knowledge is one run.

    A parameter that was adopted meanwhile is new knowledge too.
    """
    key = f"day:{on}:{seq}:{policies.current().hash[:12]}"
    return jobs.enqueue(kind=DAY, arguments={"on": on.isoformat()}, key=key, by=by)


def _day(job: Job, hold: Hold) -> Mapping[str, Any]:
    on = datetime.date.fromisoformat(job.arguments["on"])
    run = run_day(on=on, by=job.by, progress=hold.report)
    return {"run": run.pk}


def check(*, batch: Batch, by: str, report: intake.Report = intake.silent) -> Batch:
    """Read a received file and name its doubts, through the registry's doors."""
    return intake.check(batch=batch, doors=DOORS, by=by, report=report)


def apply(*, batch: Batch, by: str, report: intake.Report = intake.silent) -> Batch:
    """Bring a batch's good rows into the registry."""
    return intake.apply(batch=batch, door=door_of(batch), by=by, report=report)


def reverse(*, batch: Batch, by: str, report: intake.Report = intake.silent) -> Batch:
    """Take a whole batch back out of the registry."""
    return intake.reverse(batch=batch, door=door_of(batch), by=by, report=report)


def doubt_workbook(*, batch: Batch) -> bytes:
    """Return the rows of a batch that wait, in the clerk's own layout, each with its reason."""
    content = documents.content(batch.document)
    return workbook.doubt_workbook(batch=batch, content=content, spec=door_of(batch).spec)


def _on_batch(step: Callable[..., Batch]) -> Handler:
    def handle(job: Job, hold: Hold) -> Mapping[str, Any]:
        batch = Batch.objects.get(pk=job.arguments["batch"])
        return {"batch": step(batch=batch, by=job.by, report=hold.report).pk}

    return handle


HANDLERS: Mapping[str, Handler] = {
    CHECK: _on_batch(check),
    APPLY: _on_batch(apply),
    REVERSE: _on_batch(reverse),
    DAY: _day,
}
