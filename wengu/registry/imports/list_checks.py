"""名册互核: rows of a list that contradict each other, or what the lists before have said."""

from collections.abc import Iterable, Mapping, Sequence

from wengu.intake.spec import Context, KnownPerson, Stay
from wengu.registry.imports.lines import Line

_NAMED = 5


def check_stays(stays: Sequence[tuple[Line, Stay]], context: Context) -> None:
    """Doubt stays of one person that overlap: one stay under two names would count twice.

    What has come in before, side by side, was confirmed then.
    """
    by_person: dict[str, list[tuple[Line, Stay]]] = {}
    for line, stay in stays:
        by_person.setdefault(line.id.key, []).append((line, stay))
    before = context.known.stays(by_person) if context.known is not None else {}
    for person, own in by_person.items():
        known = set(before.get(person, ()))
        for line, stay in own:
            rows = [
                str(other.number)
                for other, its in own
                if stay != its and stay.overlaps(its) and not {stay, its} <= known
            ]
            if rows:
                named = "、".join(rows[:_NAMED])
                line.doubt("stay_overlaps", "admitted", "discharged", "hospital", rows=named)
            elif stay not in known:
                _check_known(line, stay, known)


def _check_known(line: Line, stay: Stay, known: Iterable[Stay]) -> None:
    for its in sorted(known):
        if stay.overlaps(its):
            line.doubt(
                "stay_overlaps_known",
                "admitted",
                "discharged",
                "hospital",
                hospital=its.hospital,
                admitted=its.admitted.isoformat(),
                discharged=its.discharged.isoformat(),
            )
            return


def check_leaving(
    lines: Sequence[Line], persons: Mapping[str, KnownPerson], context: Context
) -> None:
    """Doubt a first day of gradual exit that is gone, and two of them in one household."""
    if context.known is None:
        return
    stating = {line.id.key: line for line in lines if line.id.key and "grace_since" in line.v}
    before = context.known.leaving(stating, context.dated)
    for key, line in stating.items():
        if line.empty("grace_since") and key in before:
            line.doubt("grace_dropped", "grace_since", day=before[key].isoformat())
    homes: dict[str, list[Line]] = {}
    for key, line in stating.items():
        doubted = any("grace_since" in doubt.fields for doubt in line.found)
        if key in persons and line.v["grace_since"] is not None and not doubted:
            homes.setdefault(persons[key].household, []).append(line)
    for together in homes.values():
        _check_household(together)


def _check_household(lines: Sequence[Line]) -> None:
    if len({line.v["grace_since"] for line in lines}) > 1:
        for line in lines:
            others = [str(other.number) for other in lines if other is not line]
            line.doubt("grace_differs", "grace_since", rows="、".join(others[:_NAMED]))
