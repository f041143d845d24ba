"""文件认定: a clerk's export in, decisions out; no database, no set-up (`wengu decide`)."""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wengu.decisions import facts
from wengu.decisions.dossiers import Dossier
from wengu.decisions.explanations import Explanation, Teller
from wengu.decisions.memory import Labels
from wengu.decisions.policies import Policy
from wengu.decisions.reasons import Reason
from wengu.intake import skips, unread
from wengu.intake.actions import Report, silent
from wengu.intake.reader import Piece, pieces
from wengu.intake.reading import Reading, read
from wengu.intake.skips import SkippedSheet
from wengu.intake.spec import MUST_FIX, Context, Found, Group, Spec
from wengu.intake.unread import UnreadColumn
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
    """文件认定结果: what was read, what waits for its doubts, and the decision of all the rest."""

    data: bytes
    name: str
    reading: Reading
    groups: list[Group]
    held: list[Group]
    dossiers: list[Dossier]
    labels: Labels
    teller: Teller

    @property
    def villages(self) -> bool:
        """Say whether the sheet is about villages."""
        return self.reading.spec.name == "village"

    def told(self, report: Report = silent) -> Iterator[Explanation]:
        """Yield every decision, one for each subject and clause, in the order of the sheet."""
        tell = self.teller.village if self.villages else self.teller.household
        report(0, len(self.dossiers))
        for done, dossier in enumerate(self.dossiers, start=1):
            yield from tell(dossier)
            report(done, len(self.dossiers))

    def line(self, one: Explanation) -> dict[str, Any]:
        """Return a decision as scripts read it, its subject named as the sheet names it."""
        return one.as_json(facts=self._named) | {"id": self.label(one.subject, one.id)}

    def _named(self, reason: Reason) -> dict[str, Any]:
        """Return the facts of a reason by the sheet's names; one fact alone is the reason's own."""
        if len(reason.facts) <= 1:
            return {}
        tables = ((one, one.fact.partition(".")[0]) for one in reason.facts)
        return {
            "facts": [
                one.as_json() | {"subject": self.label(table, one.subject)} for one, table in tables
            ]
        }

    def lines(self) -> Iterator[dict[str, Any]]:
        """Yield one JSON object for each subject and clause."""
        return map(self.line, self.told())

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

    def skipped(self) -> list[SkippedSheet]:
        """Return the sheets that were passed over whole, and why."""
        return skips.of_reading(self.reading)

    def unread(self) -> list[UnreadColumn]:
        """Return the columns that were not read."""
        return unread.columns(self.reading.heads.values(), self.reading.spec)

    def others(self) -> Iterator[Piece]:
        """Yield the sheets that were passed over, as the clerk wrote them."""
        passed = {each.sheet for each in self.skipped()}
        if passed:
            yield from (one for one in pieces(self.data, name=self.name) if one.sheet in passed)


def decide_file(
    *,
    path: Path,
    on: datetime.date,
    region: str,
    period: int | None = None,
    parameters: Iterable[Value] = (),
    english: bool = False,
    confirmed: bool = False,
) -> Decided:
    """Read a roster or village sheet and decide on every subject in it that is beyond doubt.

    What an import would hold back is held back here too: a household with a doubt that must be
    mended, or that is to be checked unless all of those are `confirmed`. Income without a period
    is unknown: `period` says which year the sheet speaks of.
    """
    data = path.read_bytes()
    reading = read(data, name=path.name, specs=SPECS, period=period)
    if reading.spec.name not in _SUBJECT_SHEETS:
        raise Unsuitable(f"{reading.spec.title}里没有户或村的台账：请给出花名册或村表")
    places = Places.packaged(on.isoformat())
    context = Context(dated=on, region=region, places=places, period=period)
    groups = reading.spec.check(reading.rows, reading.heads, context)
    held = [group for group in groups if _waits(group, reading.spec, confirmed=confirmed)]
    waiting = {id(group) for group in held}
    statements = [one for group in groups if id(group) not in waiting for one in group.statements]
    policy = Policy(pack, tuple(parameters), region[:_CITY_DIGITS])
    found, labels = facts.from_statements(
        statements=statements, dated=on, on=on, period=period, ages=policy.ages(on)
    )
    teller = Teller(policy, on, english=english, changes=False)
    return Decided(data, path.name, reading, groups, held, list(found.values()), labels, teller)


def _waits(group: Group, spec: Spec, *, confirmed: bool) -> bool:
    """Say whether an import would hold the group back."""
    return any(not confirmed or spec.severity(one.code) == MUST_FIX for one in group.found)
