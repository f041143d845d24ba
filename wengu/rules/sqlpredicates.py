"""SQL 谓词: conditions that are never unknown, as lists of tests, and the bits they stand for.

Many predicates begin with the same tests ("e12 IS NULL"). Their bits are nested under them, so
that an engine asks the rest only of the few rows that pass.
"""

from collections.abc import Iterable

Predicate = tuple[str, ...]
"""谓词: tests that must all hold, the widest first."""

ALWAYS: Predicate = ()
NEVER: Predicate = ("FALSE",)


def all_of(*parts: Predicate) -> Predicate:
    """Return the AND of predicates."""
    if NEVER in parts:
        return NEVER
    return tuple(dict.fromkeys(test for part in parts for test in part))


def any_of(parts: Iterable[Predicate]) -> Predicate:
    """Return the OR of predicates."""
    kept = list(dict.fromkeys(part for part in parts if part != NEVER))
    if ALWAYS in kept:
        return ALWAYS
    if len(kept) > 1:
        return (f"({' OR '.join(text(part) for part in kept)})",)
    return kept[0] if kept else NEVER


def text(predicate: Predicate) -> str:
    """Return the predicate as one SQL condition."""
    return f"({' AND '.join(predicate)})" if len(predicate) > 1 else "".join(predicate) or "TRUE"


def bits(arms: Iterable[tuple[Predicate, int]]) -> str:
    """Return the sum of the numbers whose predicates hold; 0 = none does."""
    plain = 0
    nested: dict[str, list[tuple[Predicate, int]]] = {}
    for predicate, number in arms:
        if predicate == ALWAYS:
            plain += number
        elif predicate != NEVER:
            nested.setdefault(predicate[0], []).append((predicate[1:], number))
    parts = [f"CASE WHEN {test} THEN {bits(below)} ELSE 0 END" for test, below in nested.items()]
    return " + ".join([*([str(plain)] if plain else []), *parts]) or "0"
