"""撤销: takes back what a batch stated, and states again what the batch had superseded.

History stays: a snapshot of yesterday's sequence still sees the batch. What somebody changed since
is not touched; it is named. A statement that comes back is a copy that names the row it restores:
it counts as stated when that row was, not as something new.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

from django.db.models import Max, Q
from django.db.models.functions import Coalesce

from wengu.intake.models import Batch, Row
from wengu.registry.changes import REVERSAL, open_change
from wengu.registry.copies import refresh_contents, refresh_people, refresh_places
from wengu.registry.current import OPEN, slices
from wengu.registry.models import (
    Bill,
    Change,
    Household,
    HouseholdFacts,
    HouseholdPlace,
    Income,
    Listed,
    Listing,
    ListingGap,
    Membership,
    PersonFacts,
    PersonIdentity,
    Statement,
    VillageFacts,
)
from wengu.registry.relisting import Relisting, again

_ABOUT: tuple[tuple[type[Statement], str], ...] = (
    (Membership, "household"),
    (HouseholdPlace, "household"),
    (HouseholdFacts, "household"),
    (Income, "household"),
    # Who moved here left another household: both memberships fall together.
    (Membership, "person"),
    (PersonIdentity, "person"),
    (PersonFacts, "person"),
    (VillageFacts, "village"),
)
"""Each table of statements with the column that says whom they are about."""
_LISTS: tuple[type[Statement], ...] = (Listed, Bill, Listing, ListingGap)
"""What lists of departments say: each keeps its own, so that one falls without the others."""
_COPIED: dict[type[Statement], str] = {
    Membership: "household_id",
    HouseholdPlace: "household_id",
    PersonIdentity: "person_id",
}
"""Of which households and persons a copy shows something of these statements."""


@dataclass(frozen=True, slots=True)
class Subject:
    """对象: what falls together: a household with its persons, a village, or a whole list."""

    kind: str
    key: Any


def subjects(batch: Batch) -> list[Subject]:
    """Return whom the batch made statements about, or took older statements from.

    Also of whom others have replaced what it said: that comes back once theirs falls. What an
    earlier reversal of the batch has withdrawn or given back is over.
    """
    own = Q(batch=batch, superseded_seq__isnull=True)
    # A query of its own: changes are few, and the tables have no index on what superseded a row.
    applied = list(_applied(batch).values_list("pk", flat=True))
    undone = list(_undone(batch).values_list("pk", flat=True))
    found: dict[str, set[Any]] = defaultdict(set)
    for model, name in _ABOUT:
        found[name] |= _concerned(model, name, batch, frozenset((*applied, *undone)))
        # Of which table the rows are, mypy cannot follow.
        rows: Any = model._default_manager
        given = rows.filter(seq__in=undone, restores__isnull=False).values("restores_id")
        left = rows.annotate(first=Coalesce("restores_id", "pk")).exclude(batch=batch)
        left = left.filter(superseded_seq__in=applied).exclude(first__in=given)
        found[name] |= set(left.values_list(f"{name}_id", flat=True))
    found["household"] |= _leant_on(batch, applied)
    people = found["person"]
    housed: dict[int, int] = {}
    for some in slices(sorted(people)):
        rows = Membership.objects.filter(OPEN, person__in=some)
        housed |= dict(rows.values_list("person_id", "household_id"))
    found["household"] |= set(housed.values())
    found["person"] = people - housed.keys()
    kinds = ("household", "person", "village")
    about = [Subject(kind, key) for kind in kinds for key in sorted(found[kind])]
    # One that others have replaced whole may have silenced some that now speak again.
    listed = Listing.objects.filter(batch=batch).exists()
    listed = listed or any(model._default_manager.filter(own).exists() for model in _LISTS)
    return [*about, Subject("list", batch.pk)] if listed else about


def _leant_on(batch: Batch, applied: Collection[int]) -> set[int]:
    """Return the households of which an older sheet, in later, says no more because of this one.

    The batch may only have confirmed them: it has no statement there, and yet they rest on it.
    """
    later = Change.objects.filter(batch__spec=batch.spec, batch__dated__lt=batch.dated)
    later = later.exclude(what__startswith=REVERSAL).filter(pk__gt=min(applied, default=0))
    others = list(later.values_list("batch", flat=True).distinct())
    if not others:
        return set()
    own = Row.objects.filter(batch=batch, applied=True).values("group")
    same = Row.objects.filter(batch__in=others, applied=True, group__in=own)
    homes = Household.objects.filter(number__in=same.values("group"))
    goes_on = Membership.objects.filter(
        superseded_seq__isnull=True, batch__in=others, since=batch.dated
    )
    return {*homes.values_list("pk", flat=True), *goes_on.values_list("household", flat=True)}


def _applied(batch: Batch) -> Any:
    return Change.objects.filter(batch=batch).exclude(what__startswith=REVERSAL)


def _undone(batch: Batch) -> Any:
    return Change.objects.filter(batch=batch, what__startswith=REVERSAL)


def _values(model: type[Statement], where: Q, name: str) -> set[Any]:
    rows: Any = model._default_manager.filter(where)
    return set(rows.values_list(f"{name}_id", flat=True))


def _last(copies: Iterable[tuple[Any, int | None]]) -> dict[Any, int | None]:
    """Return by root when the last copy of a statement was superseded; None: it stands."""
    found: dict[Any, int | None] = {}
    for root, superseded in copies:
        before = found.get(root, 0)
        found[root] = None if None in (before, superseded) else max(before or 0, superseded or 0)
    return found


def _concerned(model: type[Statement], name: str, batch: Batch, own: frozenset[int]) -> set[Any]:
    """Return of whom the batch said something that it has not taken back itself."""
    rows: Any = model._default_manager.filter(batch=batch)
    copies = rows.annotate(root=Coalesce("restores_id", "pk"))
    read = copies.values_list(f"{name}_id", "root", "superseded_seq").iterator()
    last = _last(((key, root), superseded) for key, root, superseded in read)
    return {key for (key, _), superseded in last.items() if superseded not in own}


def withdraw(chosen: Sequence[Subject], *, batch: Batch, by: str) -> tuple[int, tuple[str, ...]]:
    """Take the batch's statements about these back; return how many, and who was changed since."""
    own = frozenset(Change.objects.filter(batch=batch).values_list("pk", flat=True))
    applied = frozenset(_applied(batch).values_list("pk", flat=True))
    if not applied:
        return 0, ()
    seq = open_change(by=by, what=f"{REVERSAL}第 {batch.pk} 批", batch=batch)
    work = _Withdrawal(chosen, batch, own, applied)
    refused = work.refuse()
    return work.write(seq), refused


class _Said(NamedTuple):
    """一句: what judging a reversal needs to know of a statement."""

    root: tuple[str, int]  # the row in which it was first stated
    stated: int  # when that was
    superseded: int | None
    batch: int | None


class _Withdrawal:
    """撤销过程: some subjects, the persons who belong to them, and the rows about them all."""

    def __init__(
        self,
        chosen: Sequence[Subject],
        batch: Batch,
        own: frozenset[int],
        applied: frozenset[int],
    ) -> None:
        self.batch, self.own, self.applied = batch, own, applied
        keys: dict[str, list[Any]] = defaultdict(list)
        for subject in chosen:
            keys[subject.kind].append(subject.key)
        self.keys = keys
        self.belong: dict[int, set[int]] = {home: set() for home in keys["household"]}
        # Who once was here by another file that was taken back does not belong here.
        concerned = Q(superseded_seq__isnull=True) | Q(batch=batch) | Q(superseded_seq__in=applied)
        for some in slices(list(self.belong)):
            pairs = Membership.objects.filter(concerned, household__in=some)
            for home, person in pairs.values_list("household_id", "person_id"):
                self.belong[home].add(person)

    def _about(self) -> Iterator[tuple[type[Statement], str, Sequence[Any]]]:
        """Yield each table with the column and a slice of the values that are the subjects'."""
        values = {
            "household": sorted(self.belong),
            "person": sorted(self._people()),
            "village": self.keys["village"],
        }
        for model, name in _ABOUT:
            for some in slices(values[name]):
                yield model, name, some

    def _people(self) -> set[int]:
        return set(self.keys["person"]).union(*self.belong.values())

    def refuse(self) -> tuple[str, ...]:
        """Leave out the subjects about which something later was stated; return their names."""
        said: dict[tuple[str, Any], list[_Said]] = defaultdict(list)
        for model, name, some in self._about():
            for key, one in _read(model, name, some):
                said[name, key].append(one)
        names: list[str] = []
        for kind in ("person", "village"):
            left = [key for key in self.keys[kind] if self._changed(said[kind, key])]
            names += [str(key) for key in left]
            self.keys[kind] = [key for key in self.keys[kind] if key not in left]
        of_home = {
            home: [*said["household", home], *chain(*(said["person", one] for one in own))]
            for home, own in self.belong.items()
        }
        homes = {home for home, rows in of_home.items() if self._changed(rows)}
        homes |= self._confirmed({home: self._began(rows) for home, rows in of_home.items()})
        self.belong = {home: own for home, own in self.belong.items() if home not in homes}
        return (*_numbers(homes), *names)

    def _began(self, rows: Iterable[_Said]) -> int:
        """Return the first change in which the batch stated something here or took it away."""
        seen = {seq for one in rows for seq in (one.stated, one.superseded)}
        return min(self.applied.intersection(seen), default=max(self.applied))

    def _changed(self, rows: Sequence[_Said]) -> bool:
        """Say whether others have stated something since, or replaced what the batch stated."""
        began = self._began(rows)
        # Of each statement of the batch the last copy: an earlier one was replaced and came back.
        last = _last((one.root, one.superseded) for one in rows if one.batch == self.batch.pk)
        replaced = (seq is not None and seq not in self.own for seq in last.values())
        return any(replaced) or any(
            one.superseded is None and one.stated > began and one.stated not in self.own
            for one in rows
        )

    def _confirmed(self, began: Mapping[int, int]) -> set[int]:
        """Return the households of which a later sheet said the same, leaving no statement."""
        others = Change.objects.filter(batch__spec=self.batch.spec).exclude(batch=self.batch)
        others = others.exclude(what__startswith=REVERSAL).filter(pk__gt=min(self.applied))
        last = dict(others.values("batch").annotate(last=Max("pk")).values_list("batch", "last"))
        found: set[int] = set()
        for some in slices(list(began)):
            homes = dict(Household.objects.filter(pk__in=some).values_list("number", "pk"))
            rows = Row.objects.filter(group__in=list(homes), applied=True, batch__in=list(last))
            for group, other in rows.values_list("group", "batch_id"):
                if last[other] > began[homes[group]]:
                    found.add(homes[group])
        return found

    def write(self, seq: int) -> int:
        """Supersede what the batch stated, state again what it had superseded; return how many."""
        count = 0
        # Whose copies may say something else now: of each table those whom its rows are about.
        moved: dict[type[Statement], set[int]] = {model: set() for model, _ in _ABOUT}
        for model, name, some in self._about():
            rows = _rows(model, name, some)
            stated = rows.filter(batch=self.batch, superseded_seq__isnull=True)
            moved[model] |= set(stated.values_list(_COPIED.get(model, "pk"), flat=True))
            count += stated.update(superseded_seq=seq)
        for model, name, some in self._about():
            rows = _rows(model, name, some)
            # A membership is found by its household and by its person: it comes back once.
            back = rows.filter(restores__isnull=False, seq__in=self.own | {seq})
            done = set(back.values_list("restores_id", flat=True))
            fallen = rows.filter(superseded_seq__in=self.applied).exclude(batch=self.batch)
            returning = [row for row in fallen if (row.restores_id or row.pk) not in done]
            moved[model] |= {getattr(row, _COPIED.get(model, "pk")) for row in returning}
            model._default_manager.bulk_create(again(row, seq) for row in returning)
        if self.keys["list"]:
            count += self._take_back_list(seq)
        refresh_people(moved[PersonIdentity])
        refresh_places(moved[HouseholdPlace])
        refresh_contents(self.belong.keys() | moved[Membership])
        return count

    def _take_back_list(self, seq: int) -> int:
        """Supersede what the list says, and let the last one of the day speak that is left."""
        count = 0
        for model in _LISTS:
            rows: Any = model._default_manager
            own = rows.filter(batch=self.batch, superseded_seq__isnull=True)
            count += own.update(superseded_seq=seq)
        Relisting(self.batch, seq).write()
        return count


def _rows(model: type[Statement], name: str, some: Sequence[Any]) -> Any:
    """Return the statements about some subjects; of which table they are, mypy cannot follow."""
    return model._default_manager.filter(**{f"{name}__in": some})


def _read(model: type[Statement], name: str, some: Sequence[Any]) -> Iterator[tuple[Any, _Said]]:
    """Yield every statement about some subjects, whether it stands or not, with its subject."""
    root, stated = Coalesce("restores_id", "pk"), Coalesce("restores__seq", "seq")
    found = (
        _rows(model, name, some)
        .annotate(root=root, stated=stated)
        .values_list(f"{name}_id", "root", "stated", "superseded_seq", "batch_id")
    )
    for key, first, seq, superseded, batch in found:
        yield key, _Said((model.__name__, first), seq, superseded, batch)


def _numbers(homes: Collection[int]) -> list[str]:
    rows = Household.objects.filter(pk__in=list(homes)).order_by("number")
    return list(rows.values_list("number", flat=True))
