"""Measure, print and keep: every figure beside its floor or its peer, from the same run.

    result = measure("evaluate-450k", work, unit="s", baseline=("floor: scan+write", floor))

The two are run in turn, so that a busy machine slows both. `benchmarks/latest.json` keeps one
entry a name: {name, value, unit, baseline, baseline_value, ratio, runs}.
"""

import json
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

LATEST = Path(__file__).parent / "latest.json"
Work = Callable[[], object]


@dataclass(frozen=True)
class Result:
    """What one benchmark measured: the median of its runs, beside the median of its baseline."""

    name: str
    value: float
    unit: str
    baseline: str
    baseline_value: float | None
    ratio: float | None
    runs: int


def seconds(work: Work) -> float:
    """Return how long the work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def measure(
    name: str,
    work: Work,
    *,
    baseline: tuple[str, Work] | None = None,
    runs: int = 5,
    warm: int = 1,
    unit: str = "s",
    amount: float = 1,
    before: Work = lambda: None,
) -> Result:
    """Run the work and its baseline in turn; return the medians. `before` each is not measured.

    The value is seconds ("s"), milliseconds ("ms"), or with `amount` things per second ("rows/s").
    """
    for _ in range(warm):
        work()
        if baseline:
            baseline[1]()
    own: list[float] = []
    floor: list[float] = []
    for _ in range(runs):
        if baseline:
            before()
            floor.append(seconds(baseline[1]))
        before()
        own.append(seconds(work))
    convert = _conversion(unit, amount)
    value = statistics.median(own)
    base = statistics.median(floor) if floor else None
    return Result(
        name,
        round(convert(value), 4),
        unit,
        baseline[0] if baseline else "",
        None if base is None else round(convert(base), 4),
        None if base is None else round(value / base, 3),
        runs,
    )


def _conversion(unit: str, amount: float) -> Callable[[float], float]:
    if unit == "s":
        return lambda value: value
    if unit == "ms":
        return lambda value: value * 1000
    return lambda value: amount / value


def report(results: Iterable[Result], *, file: Path = LATEST) -> None:
    """Print a table, and put the results into the file in place of older ones of the same name."""
    found = list(results)
    kept = {one["name"]: one for one in json.loads(file.read_text())} if file.exists() else {}
    kept.update({one.name: asdict(one) for one in found})
    file.write_text(json.dumps(list(kept.values()), ensure_ascii=False, indent=1) + "\n")
    print(f"{'name':34}{'value':>12} {'unit':8}{'baseline':>12}  {'ratio':>6}  beside")
    for one in found:
        base = "" if one.baseline_value is None else f"{one.baseline_value:,.3f}"
        ratio = "" if one.ratio is None else f"{one.ratio:.2f}"
        print(
            f"{one.name:34}{one.value:>12,.3f} {one.unit:8}{base:>12}  {ratio:>6}  {one.baseline}"
        )
