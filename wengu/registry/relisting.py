"""名册复位: which list of a town and day speaks again, once another one has been taken back.

The last that was handed in and not taken back, as if those that were had never come.
"""

import functools
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.db.models.functions import Coalesce

from wengu.intake.models import Batch, BatchState
from wengu.kernel.regioncode import Level, RegionCode
from wengu.registry.changes import REVERSAL
from wengu.registry.current import STANDING, slices
from wengu.registry.listings import towns_of
from wengu.registry.models import Change, Listed, Listing, ListingGap, Statement


class Relisting:
    """复位过程: what other lists of the day say, once one batch says nothing any more."""

    def __init__(self, batch: Batch, seq: int) -> None:
        self.batch, self.seq, self.day = batch, seq, batch.dated
        alike = Batch.objects.filter(spec=batch.spec, dated=batch.dated)
        back = Change.objects.filter(batch__in=alike, what__startswith=REVERSAL)
        taken = Q(pk=batch.pk) | Q(state=BatchState.REVERSED) | Q(pk__in=back.values("batch"))
        self.gone = set(alike.filter(taken).values_list("pk", flat=True))
        applied = Change.objects.filter(batch__in=self.gone)
        self.applied = applied.exclude(what__startswith=REVERSAL)
        self.lists = self._lists()

    def _lists(self) -> dict[tuple[str, str], dict[int, Listing]]:
        """Return by kind and town the batches whose lists are left, as they came in."""
        found: dict[tuple[str, str], dict[int, Listing]] = defaultdict(dict)
        rows = Listing.objects.filter(since=self.day, batch__spec=self.batch.spec, restores=None)
        for row in rows.exclude(batch__in=self.gone).order_by("seq", "pk"):
            lists = found[row.kind, row.town_id]
            lists.pop(row.batch_id or 0, None)
            lists[row.batch_id or 0] = row
        return found

    def write(self) -> None:
        """State again what only lists have silenced that were taken back."""
        fallen = self._silenced(Listed)
        left_out = self._left_out(fallen)
        returning = [row for row in fallen if row.pk not in left_out]
        later = self._later(returning)
        _supersede(Listed, [row.pk for row in later], self.seq)
        # Of two rows about one person the last counts: they keep their order.
        rows = sorted((*returning, *later), key=lambda row: (row.stated, row.root))
        Listed.objects.bulk_create([again(row, self.seq) for row in rows])
        self._listings()
        self._gaps()

    def _silenced(self, model: type[Statement]) -> list[Any]:
        """Return what of others a batch has silenced that is taken back, and is silent still."""
        # Of which table the rows are, mypy cannot follow.
        rows: Any = _told(model).filter(since=self.day)
        copies = rows.filter(restores__isnull=False).order_by("pk")
        last = dict(copies.values_list("root", "pk"))
        fallen = rows.filter(superseded_seq__in=self.applied.values("pk"))
        fallen = fallen.exclude(batch__in=self.gone).order_by("pk")
        return [row for row in fallen if last.get(row.root, row.pk) == row.pk]

    def _left_out(self, rows: Sequence[Any]) -> set[int]:
        """Return the rows whose number a list does not name that came after them and is left."""
        city = RegionCode(self.batch.region).at(Level.CITY)
        towns = towns_of({bytes(row.number) for row in rows}, city, self.day)
        named = functools.cache(_named)
        found: set[int] = set()
        for row in rows:
            number = bytes(row.number)
            for batch, listing in self.lists.get((row.kind, towns.get(number, "")), {}).items():
                came_after = listing.seq > row.stated and batch != row.batch_id
                if came_after and number not in named(batch, row.kind):
                    found.add(row.pk)
        return found

    def _later(self, rows: Sequence[Any]) -> list[Any]:
        """Return what others say that were handed in later of the numbers of some rows."""
        first: dict[bytes, int] = {}
        for row in rows:
            number = bytes(row.number)
            first[number] = min(row.stated, first.get(number, row.stated))
        found: list[Any] = []
        for some in slices(list(first)):
            standing = _told(Listed).filter(STANDING, since=self.day, number__in=some)
            found += [row for row in standing if row.stated > first[bytes(row.number)]]
        return found

    def _listings(self) -> None:
        """Let the last list of each kind and town be the one whose silence is heard."""
        standing = set(
            Listing.objects.filter(STANDING, since=self.day).values_list("kind", "town", "batch")
        )
        returning = []
        for (kind, town), lists in self.lists.items():
            batch, listing = list(lists.items())[-1]
            if (kind, town, batch) not in standing:
                returning.append(again(listing, self.seq))
        Listing.objects.bulk_create(returning)

    def _gaps(self) -> None:
        """Open the gaps again that were closed, of the lists that are heard now."""
        heard = {
            row.restores_id or row.pk: row
            for row in Listing.objects.filter(STANDING, since=self.day)
        }
        returning = []
        for gap in self._silenced(ListingGap):
            listing = heard.get(gap.listing.restores_id or gap.listing_id)
            if listing is not None:
                gap.listing = listing
                returning.append(again(gap, self.seq))
        ListingGap.objects.bulk_create(returning)


def _told(model: type[Statement]) -> Any:
    """Return statements with the row in which each was first stated, and when that was."""
    first, stated = Coalesce("restores_id", "pk"), Coalesce("restores__seq", "seq")
    return model._default_manager.annotate(root=first, stated=stated)


def _named(batch: int, kind: str) -> set[bytes]:
    """Return whom a list names, also in rows that waited when it came in."""
    rows = Listed.objects.filter(batch=batch, kind=kind)
    gaps = ListingGap.objects.filter(batch=batch, listing__kind=kind, number__isnull=False)
    found = (*rows.values_list("number", flat=True), *gaps.values_list("number", flat=True))
    return {bytes(number or b"") for number in found}


def _supersede(model: type[Statement], ids: Sequence[int], seq: int) -> None:
    for some in slices(ids):
        model._default_manager.filter(pk__in=some).update(superseded_seq=seq)


def again(row: Any, seq: int) -> Any:
    """Return a copy of a statement, known from a new sequence on."""
    row.restores_id = row.restores_id or row.pk
    row.pk = None
    row._state.adding = True
    row.seq, row.superseded_seq = seq, None
    return row
