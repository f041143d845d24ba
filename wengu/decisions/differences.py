"""差异: what differs between two runs, each with its cause, and the numbers of it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from wengu.accounts.scope import Scope
from wengu.decisions import policies
from wengu.decisions.causes import CAUSES, Judge
from wengu.decisions.changes import Change, Difference
from wengu.decisions.deciders import Pair, by_deciders
from wengu.decisions.models import Run
from wengu.decisions.movements import Moved, moved

__all__ = ["CAUSES", "Change", "Comparison", "Difference", "diff"]


@dataclass(frozen=True)
class Comparison:
    """两次运行之比: every difference, and their numbers by rule, direction and cause."""

    before: Run
    after: Run
    differences: tuple[Difference, ...]

    @property
    def matrix(self) -> dict[tuple[str, str, str], int]:
        """The numbers by (rule, direction, cause); several causes are joined by +."""
        return dict(
            Counter((one.rule, one.direction, "+".join(one.causes)) for one in self.differences)
        )

    def as_json(self) -> dict[str, Any]:
        """Return the comparison as scripts read it."""
        return {
            "before": _run_json(self.before),
            "after": _run_json(self.after),
            "matrix": [
                {"rule": rule, "direction": direction, "cause": cause, "subjects": number}
                for (rule, direction, cause), number in sorted(self.matrix.items())
            ],
            "differences": [one.as_json() for one in self.differences],
        }


def _run_json(run: Run) -> dict[str, Any]:
    return {
        "run": run.pk,
        "on": run.on.isoformat(),
        "seq": run.seq,
        "policy": run.policy_hash,
        "snapshot": run.snapshot,
        "digest": run.digest,
    }


def diff(
    *,
    before: Run,
    after: Run,
    viewer: Scope,
    region: str = "",
    rule: str = "",
    cause: str = "",
    some: Sequence[Moved] | None = None,
) -> Comparison:
    """Return what differs between two finished runs, in the viewer's scope.

    `some` are those of `moved(…)` whose causes are wanted; None asks for all of them.
    """
    if some is None:
        some = moved(before=before, after=after, viewer=viewer, region=region, rule=rule)
    found = [one for one in _judged(some, before, after) if not cause or cause in one.causes]
    return Comparison(before, after, tuple(found))


def _judged(some: Sequence[Moved], before: Run, after: Run) -> Iterator[Difference]:
    """Yield the difference of each, between the two runs that decided on it."""
    pairs: dict[tuple[int, int], tuple[Pair, list[Moved]]] = {}
    for pair, one in by_deciders(some, before, after):
        pairs.setdefault((pair[0].pk, pair[1].pk), (pair, []))[1].append(one)
    for runs, group in pairs.values():
        old, new = (policies.restored(run.parameters) for run in runs)
        yield from Judge(*runs, old, new).all(group)
