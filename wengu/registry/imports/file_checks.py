"""全表核对: households compared with each other, and with those that the registry already holds."""

from collections.abc import Iterable, Mapping, Sequence

from wengu.intake.spec import Context, KnownPerson
from wengu.registry.imports.gone import died
from wengu.registry.imports.household_checks import Home
from wengu.registry.imports.identity import NO_PAPERS
from wengu.registry.imports.lines import Line

_NAMED = 5


def check_file(homes: Sequence[Home], context: Context) -> None:
    """Note numbers and telephones that stand in several places, and persons of other households."""
    _check_numbers(homes)
    _check_person_numbers(homes)
    _check_phones(homes)
    if context.known is not None:
        everybody = [line for home in homes for line in (*home.lines, *home.gone)]
        keys = {line.id.key for line in everybody if line.id.key}
        known = context.known.persons(keys)
        sizes = context.known.members([home.key for home in homes])
        for home in homes:
            here = [known.get(line.id.key) for line in home.lines]
            for line, person in zip(home.lines, here, strict=True):
                _check_known(line, home, person)
            stay = sum(person is not None and person.household == home.key for person in here)
            gone = [known.get(line.id.key) for line in home.gone]
            stay += sum(person is not None and person.household == home.key for person in gone)
            _check_left(home, sizes.get(home.key, 0), stay)


def _check_numbers(homes: Sequence[Home]) -> None:
    seen: dict[str, list[tuple[Home, Line]]] = {}
    for home in homes:
        for line in home.lines:
            if line.id.key:
                seen.setdefault(line.id.key, []).append((home, line))
    _join_gone(homes, seen)
    for places in seen.values():
        if len(places) == 1:
            continue
        for home, line in places:
            others = [(h, other) for h, other in places if other is not line]
            inside = all(h is home for h, _ in others)
            code = "id_duplicate_household" if inside else "id_duplicate_elsewhere"
            line.doubt(code, "id_number", rows=rows_of(other for _, other in others))


def _join_gone(homes: Sequence[Home], seen: Mapping[str, list[tuple[Home, Line]]]) -> None:
    """Put the rows of the gone beside the living of the same number, where both cannot be right.

    Who married away is rightly in another household; who died, or is here too, is not.
    """
    for home in homes:
        for line in home.gone:
            living = seen.get(line.id.key, [])
            if living and (died(line) or any(other is home for other, _ in living)):
                living.append((home, line))


def _check_person_numbers(homes: Sequence[Home]) -> None:
    """Doubt a number of the national system (人编号) that two persons have."""
    seen: dict[str, list[Line]] = {}
    for home in homes:
        for line in home.lines:
            if number := line.v.get("number"):
                seen.setdefault(number, []).append(line)
    for same in seen.values():
        for line in same if len(same) > 1 else ():
            others = (other for other in same if other is not line)
            line.doubt("number_duplicate", "number", rows=rows_of(others))


def _check_phones(homes: Sequence[Home]) -> None:
    seen: dict[str, list[Home]] = {}
    for home in homes:
        phone = home.v.get("phone")
        if phone:
            seen.setdefault(phone, []).append(home)
    for places in seen.values():
        if len(places) == 1:
            continue
        for home in places:
            others = rows_of(other.lines[0] for other in places if other is not home)
            home.lines[0].doubt("phone_shared", "phone", rows=others)


def _check_known(line: Line, home: Home, known: KnownPerson | None) -> None:
    """Doubt a person whom the registry has in another household: moved, or repeated?"""
    if known is not None and known.household != home.key:
        line.doubt(
            "person_moves",
            "id_number",
            "household",
            household=known.household,
            since=known.since.isoformat(),
        )


def _check_left(home: Home, before: int, stay: int) -> None:
    """Doubt the members whom the registry has and the sheet no longer lists."""
    without_papers = sum(line.id.kind == NO_PAPERS for line in home.lines)
    left = before - stay - without_papers
    # A wrong number is a doubt of its own: its holder has not left.
    if left > 0 and all(line.id.key or line.id.kind == NO_PAPERS for line in home.lines):
        home.lines[0].doubt("member_left", "household", before=before, left=left)


def rows_of(lines: Iterable[Line]) -> str:
    """Return the row numbers, the first few of many."""
    numbers = [str(line.number) for line in lines]
    shown = "、".join(numbers[:_NAMED])
    return f"{shown} 等 {len(numbers)} 行" if len(numbers) > _NAMED else shown
