"""束: which groups of a batch are compared with each other: those with a number in common.

Kept as keyed prints on the first row of each group: no row is decrypted to find out.
"""

from collections.abc import Iterable, Sequence

from wengu.intake.models import Batch, Row
from wengu.intake.spec import Group
from wengu.vault.cipher import INDEX_BYTES, blind_indexes

_PURPOSE = "intake.row.ties"


def prints(groups: Sequence[Group]) -> dict[tuple[int, int], bytes]:
    """Return what the first row of each group keeps: the prints of the group's ties, in a row."""
    return {group.rows[0]: b"".join(sorted(_prints(group.ties))) for group in groups}


def _prints(values: Iterable[str]) -> list[bytes]:
    return [each for each in blind_indexes(values, purpose=_PURPOSE) if each is not None]


def kept(batch: Batch) -> bool:
    """Say whether the batch keeps its ties: one that was staged by an older version does not."""
    return Row.objects.filter(batch=batch, ties__isnull=False).exists()


def groups_with(batch: Batch, values: Iterable[str]) -> set[str]:
    """Return the groups of a batch that have one of these numbers."""
    return _with(batch, set(_prints(values)))


def neighbours(batch: Batch, groups: Iterable[str]) -> set[str]:
    """Return the groups that had a number in common with some groups when last checked."""
    rows = Row.objects.filter(batch=batch, ties__isnull=False, group__in=list(groups))
    kept_ = (tie for ties in rows.values_list("ties", flat=True) for tie in _split(ties))
    return _with(batch, set(kept_))


def _with(batch: Batch, wanted: set[bytes]) -> set[str]:
    if not wanted:
        return set()
    rows = Row.objects.filter(batch=batch, ties__isnull=False).values_list("group", "ties")
    return {group for group, ties in rows.iterator() if not wanted.isdisjoint(_split(ties))}


def _split(kept_: bytes | memoryview | None) -> list[bytes]:
    ties = bytes(kept_ or b"")
    return [ties[at : at + INDEX_BYTES] for at in range(0, len(ties), INDEX_BYTES)]
