"""定案: which run decided on a subject as it stands at a run.

A run of a part leaves everybody else as the runs before it decided: on their day, by what was known
and in force then. What changed for them since is compared with that run.
"""

from collections.abc import Iterable, Iterator

from wengu.decisions import queries
from wengu.decisions.models import Decision, Run
from wengu.decisions.movements import Moved

Pair = tuple[Run, Run]


def by_deciders(some: Iterable[Moved], before: Run, after: Run) -> Iterator[tuple[Pair, Moved]]:
    """Yield each with the two runs that decided on it as it stands at the runs compared."""
    earlier, later = _Deciders(before), _Deciders(after)
    for one in some:
        old = earlier.of(one.old, one.new, one.any.village)
        yield (old, later.of(one.new, one.old, one.any.village)), one


class _Deciders:
    """定案的运行: a run, and those before it back to the newest of everybody."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._runs: dict[int, Run] = {run.pk: run}
        if run.region:
            for each in queries.runs().filter(pk__lt=run.pk):
                self._runs[each.pk] = each
                if not each.region:
                    break

    def of(self, row: Decision | None, other: Decision | None, village: str) -> Run:
        """Return the newest run that looked at a subject: by its place, or by what it wrote."""
        if row is not None:
            village = row.village
        wrote = row.run_id if row is not None else other.ended_id if other is not None else None
        looked = (
            run for run in self._runs.values()
            if run.pk == wrote or village.startswith(run.region)
        )  # fmt: skip
        return next(looked, self._run)
