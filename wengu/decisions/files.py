"""文件认定: a clerk's export in, decisions out; no database, no set-up (`wengu decide`)."""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wengu.decisions import facts
from wengu.decisions.explanations import Explanation, Teller
from wengu.decisions.memory import Labels
from wengu.decisions.policies import Policy
from wengu.intake.reading import Reading, read
from wengu.intake.spec import Context, Found, Group
from wengu.policy.parameters import Value
from wengu.policy.rules import pack
from wengu.registry.imports.places import Places
from wengu.registry.imports.specs import SPECS

_CITY_DIGITS = 4
_SUBJECT_SHEETS = ("roster", "village")


class Unsuitable(ValueError):
    """不适用的表: the file holds no subjects to decide on."""


@dataclass(frozen=True)
class Decided:
    """文件认定结果: what was read, what is doubtful, and the decision of every subject."""

    reading: Reading
    groups: list[Group]
    explanations: dict[tuple[str, Any], list[Explanation]]
    labels: Labels

    def lines(self) -> Iterator[dict[str, Any]]:
        """Yield one JSON object for each subject and clause."""
        for found in self.explanations.values():
            for one in found:
                line = one.as_json()
                line["id"] = self.label(one.subject, one.id)
                yield line

    def label(self, subject: str, number: Any) -> str:
        """Return what the sheet calls a subject."""
        names: Mapping[str, Mapping[Any, str]] = {
            "household": self.labels.households,
            "person": self.labels.persons,
        }
        return names.get(subject, {}).get(number, str(number))

    def doubts(self) -> Iterator[Found]:
        """Yield every doubt about a cell, in sheet order."""
        for group in self.groups:
            yield from group.found


def decide_file(
    *,
    path: Path,
    on: datetime.date,
    region: str,
    period: int | None = None,
    parameters: Iterable[Value] = (),
    english: bool = False,
) -> Decided:
    """Read a roster or village sheet and decide on every subject in it.

    Rows that must be mended first are not decided on; their doubts say why. Income without a
    period is unknown: `period` says which year the sheet speaks of.
    """
    reading = read(path.read_bytes(), name=path.name, specs=SPECS)
    if reading.spec.name not in _SUBJECT_SHEETS:
        raise Unsuitable(f"{reading.spec.title}里没有户或村的台账：请给出花名册或村表")
    places = Places.packaged(on.isoformat())
    context = Context(dated=on, region=region, places=places, period=period)
    groups = reading.spec.check(reading.rows, reading.heads, context)
    statements = [one for group in groups for one in group.statements]
    found, labels = facts.from_statements(statements=statements, dated=on, on=on, period=period)
    policy = Policy(pack, tuple(parameters), region[:_CITY_DIGITS])
    teller = Teller(policy, on, english=english, changes=False)
    told: dict[tuple[str, Any], list[Explanation]] = {}
    villages = reading.spec.name == "village"
    for dossier in found.values():
        for one in teller.village(dossier) if villages else teller.household(dossier):
            told.setdefault((one.subject, one.id), []).append(one)
    return Decided(reading, groups, told, labels)
