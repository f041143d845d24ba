"""入口: each sheet with the part of the registry that it writes to."""

import datetime
import functools
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from wengu.intake import queries as intake
from wengu.intake.door import Door, RowDiff, Weighed, Withdrawn
from wengu.intake.guard import Refusal
from wengu.intake.models import Batch, Row
from wengu.intake.spec import Context, Spec
from wengu.kernel.regioncode import Level, RegionCode
from wengu.kernel.text import person_name
from wengu.regions import queries as regions
from wengu.registry import departments, listings, reversal
from wengu.registry.changes import Stamp, open_change
from wengu.registry.current import OPEN, Current, index_numbers, slices
from wengu.registry.departures import leaving, write_departures
from wengu.registry.diffs import HomeDiff
from wengu.registry.imports.identity import identity
from wengu.registry.imports.places import Division, Places
from wengu.registry.imports.specs import column_of, find
from wengu.registry.known import Registry
from wengu.registry.models import Bill, Listed, ListingKind, Membership, SourceKind
from wengu.registry.previews import preview
from wengu.registry.statements import DepartureStatement, HouseholdStatement
from wengu.registry.writing import write_households

Place = tuple[int, int]
"""The sheet and the number of a row."""


class _Door:
    """入口: what all sheets share."""

    def __init__(self, spec: str) -> None:
        self._spec = find(spec)

    @property
    def spec(self) -> Spec:
        return self._spec

    def context(self, *, dated: datetime.date, region: str, period: int | None) -> Context:
        return Context(dated, region, places(dated), period, Registry())

    def weigh(self, *, batch: Batch) -> Weighed:
        """Nothing: this sheet says nothing of those whom it does not name."""
        return Weighed()

    def finish(self, *, batch: Batch, by: str) -> None:
        """Nothing: this sheet is no complete list."""

    def subjects(self, *, batch: Batch) -> list[Any]:
        return reversal.subjects(batch)

    def withdraw(self, subjects: Sequence[Any], *, batch: Batch, by: str) -> Withdrawn:
        return Withdrawn(*reversal.withdraw(subjects, batch=batch, by=by))

    def stamp(self, batch: Batch, by: str, source: SourceKind) -> Stamp:
        """Open a change for a batch."""
        seq = open_change(by=by, what=f"导入第 {batch.pk} 批（{self.spec.title}）", batch=batch)
        return Stamp(seq, batch.dated, source.value, batch, batch.period)


@dataclass(frozen=True)
class _Columns:
    """列名: facts renamed to the columns of the sheet that they were read from."""

    spec: str

    def of(self, changes: Mapping[str, tuple[Any, Any]]) -> dict[str, tuple[Any, Any]]:
        named: dict[str, tuple[Any, Any]] = {}
        for fact, pair in changes.items():
            named.setdefault(column_of(self.spec, fact), pair)
        return named


RosterStatement = HouseholdStatement | DepartureStatement


class RosterDoor(_Door):
    """花名册入口"""

    def __init__(self) -> None:
        super().__init__("roster")

    def compare(
        self, statements: Sequence[RosterStatement], *, dated: datetime.date, period: int | None
    ) -> list[RowDiff]:
        homes, departures = _apart(statements)
        current = Current(homes, on=dated, source=SourceKind.ROSTER, period=period)
        found = [row for each in homes for row in _rows(current.compare(each))]
        gone = leaving(departures, on=dated)
        for each in departures:
            changes = {"household": (each.number, "")} if each.number in gone else {}
            found += [RowDiff(row.sheet, row.row, new=False, changes=changes) for row in each.rows]
        return found

    def write(self, statements: Sequence[RosterStatement], *, batch: Batch, by: str) -> None:
        homes, departures = _apart(statements)
        stamp = self.stamp(batch, by, SourceKind.ROSTER)
        write_households(homes, stamp=stamp, restated=self._restated)
        write_departures(departures, stamp=stamp)

    def _restated(
        self, asked: Mapping[int, Collection[str]]
    ) -> dict[int, dict[str, HouseholdStatement]]:
        """Return what some batches state of some households, from their rows."""
        found: dict[int, dict[str, HouseholdStatement]] = {}
        for batch in Batch.objects.filter(pk__in=asked):
            rows = [row for row in intake.group_rows(batch, asked[batch.pk]) if row.applied]
            context = self.context(dated=batch.dated, region=batch.region, period=batch.period)
            groups = intake.checked(rows, batch=batch, door=self, context=context)
            homes, _ = _apart([each for group in groups for each in group.statements])
            found[batch.pk] = {each.number: each for each in homes}
        return found


def _apart(
    statements: Sequence[RosterStatement],
) -> tuple[list[HouseholdStatement], list[DepartureStatement]]:
    homes = [each for each in statements if isinstance(each, HouseholdStatement)]
    return homes, [each for each in statements if isinstance(each, DepartureStatement)]


def _rows(diff: HomeDiff) -> Iterable[RowDiff]:
    """Yield each person's row; what changes for the household shows on all of its rows."""
    columns = _Columns("roster")
    shared = columns.of(diff.changes) if not diff.new else {}
    for each in diff.persons:
        origin = each.statement.origin
        changes = {} if each.new else columns.of(each.changes) | shared
        before = each.entry.before if each.entry else None
        if before is not None and before.household.number != diff.statement.number:
            changes["household"] = (before.household.number, diff.statement.number)
        elif not each.new and each.entry is not None and each.here is None:
            changes["household"] = ("", diff.statement.number)
        yield RowDiff(origin.sheet, origin.row, each.new, changes)


class VillageDoor(_Door):
    """村表入口"""

    def __init__(self) -> None:
        super().__init__("village")

    def compare(
        self, statements: Sequence[Any], *, dated: datetime.date, period: int | None
    ) -> list[RowDiff]:
        return preview(statements, self.spec.name, dated, column_of)

    def write(self, statements: Sequence[Any], *, batch: Batch, by: str) -> None:
        departments.write_villages(statements, stamp=self.stamp(batch, by, SourceKind.ROSTER))


class _DepartmentDoor(_Door):
    """部门名册入口"""

    kinds: Sequence[ListingKind]
    # Of these a list that names nobody of a town was not the whole list.
    ends: Sequence[ListingKind] = ()

    def compare(
        self, statements: Sequence[Any], *, dated: datetime.date, period: int | None
    ) -> list[RowDiff]:
        return preview(statements, self.spec.name, dated, column_of)

    def weigh(self, *, batch: Batch) -> Weighed:
        """Refuse a list that lacks whole towns; say how many it leaves out of the one before.

        The first list of a region is compared with what the rosters say.
        """
        region = whole_of(batch)
        if not region or intake.partial(batch):
            return Weighed()
        before: dict[bytes, str] = {}
        for kind in self.ends:
            before |= listings.held(kind, region, batch.dated)
        if not before and ListingKind.DIBAO not in self.ends:
            return Weighed()
        named = self.numbers(batch, Row.objects.filter(batch=batch)).numbers
        if not before:
            return self._beside_rosters(named, region, batch)
        if without := listings.towns_without(before, named):
            return Weighed(objection=Refusal("list_lacks_towns", towns=_counted(without, batch)))
        return _left_out("leaves_out", before, named, batch)

    def _beside_rosters(self, named: set[bytes], region: str, batch: Batch) -> Weighed:
        """Say whom rosters call supported and the first list of their town leaves out."""
        stated = listings.held_by_rosters(region, batch.dated)
        towns = set(listings.towns_of(named, region, batch.dated).values())
        there = {number: town for number, town in stated.items() if town in towns}
        return _left_out("differs_from_rosters", there, named, batch)

    def finish(self, *, batch: Batch, by: str) -> None:
        """Note the list's arrival; a part of a list only fills its gaps."""
        region = whole_of(batch)
        if not region:
            return
        stamp = self.stamp(batch, by, SourceKind.DEPARTMENT)
        rows = Row.objects.filter(batch=batch)
        if intake.partial(batch):
            # Of two rows about one person the other may still wait.
            came = self.numbers(batch, rows.filter(applied=True)).numbers
            came -= self.numbers(batch, rows.filter(applied=False)).numbers
            for kind in self.kinds:
                listings.fill(kind, came, stamp=stamp)
            return
        waiting = self.numbers(batch, rows.filter(applied=False))
        written = _towns_written(batch)
        for kind in self.kinds:
            numbers = self._kept(kind, batch)
            towns = {region} if numbers else set()
            if RegionCode(region).level != Level.TOWN:
                towns = _towns(numbers, written, region, batch.dated)
            listings.arrive(kind, towns, waiting=waiting, stamp=stamp)

    def _kept(self, kind: ListingKind, batch: Batch) -> dict[Place, bytes]:
        """Return the numbers that a batch names on a list, each by the place of its row."""
        standing = {"batch": batch, "superseded_seq": None}
        rows: QuerySet[Any] = (
            Bill.objects.filter(**standing)
            if kind == ListingKind.HOSPITAL
            else Listed.objects.filter(**standing, kind=kind)
        )
        places = rows.values_list("sheet", "row", "number")
        return {(sheet, row): bytes(number) for sheet, row, number in places}

    def numbers(self, batch: Batch, rows: QuerySet[Row]) -> listings.Waiting:
        """Return whom some rows of a list name.

        A row whose number cannot be read may mean anybody of that name.
        """
        heads = intake.heads(batch)
        keys: set[str] = set()
        names: set[str] = set()
        for row in rows.iterator(chunk_size=2000):
            fields, cells = heads[row.sheet].fields, intake.cells(row)
            number = identity(cells[fields["id_number"]], on=batch.dated)
            if number.key:
                keys.add(number.key)
            else:
                names.add(person_name(cells[fields["name"]]))
        found = listings.Waiting({each for each in index_numbers(sorted(keys)) if each})
        for some in slices(sorted(names)):
            alike = Membership.objects.filter(OPEN, person__name__in=some)
            found.people.update(alike.values_list("person_id", flat=True))
        return found


def _towns_written(batch: Batch) -> dict[Place, str]:
    """Return the town that each row names which is in; of a sheet without that column, none."""
    heads = intake.heads(batch).items()
    at = {sheet: head.fields["town"] for sheet, head in heads if "town" in head.fields}
    rows = Row.objects.filter(batch=batch, applied=True, sheet__in=list(at))
    return {
        (row.sheet, row.number): intake.cells(row)[at[row.sheet]]
        for row in rows.iterator(chunk_size=2000)
    }


def _towns(
    numbers: Mapping[Place, bytes], written: Mapping[Place, str], region: str, on: datetime.date
) -> set[str]:
    """Return of which towns a list is whole: those of which it has rows.

    A row that names no town, or one that somebody confirmed though it is not understood, speaks of
    the town in which lives whom it names.
    """
    names = places(on)
    found: set[str] = set()
    unsaid: set[bytes] = set()
    for place, number in numbers.items():
        if town := names.town(region, written.get(place, "")):
            found.add(town)
        else:
            unsaid.add(number)
    return found | set(listings.towns_of(unsaid, region, on).values())


def _left_out(code: str, before: Mapping[bytes, str], named: set[bytes], batch: Batch) -> Weighed:
    left = Counter(town for number, town in before.items() if number not in named)
    if not left:
        return Weighed()
    return Weighed(remark=Refusal(code, n=left.total(), towns=_counted(left, batch)))


def _counted(towns: Mapping[str, int], batch: Batch) -> str:
    return "、".join(
        f"{regions.find(town, batch.dated).short_name}（{number}）"
        for town, number in sorted(towns.items())
    )


class DibaoDoor(_DepartmentDoor):
    """低保名册入口"""

    kinds = ends = (ListingKind.DIBAO, ListingKind.DESTITUTE)

    def __init__(self) -> None:
        super().__init__("dibao")

    def write(self, statements: Sequence[Any], *, batch: Batch, by: str) -> None:
        departments.write_listed(statements, stamp=self.stamp(batch, by, SourceKind.DEPARTMENT))


class HospitalDoor(_DepartmentDoor):
    """医保住院表入口"""

    kinds = (ListingKind.HOSPITAL,)

    def __init__(self) -> None:
        super().__init__("hospital")

    def write(self, statements: Sequence[Any], *, batch: Batch, by: str) -> None:
        departments.write_bills(statements, stamp=self.stamp(batch, by, SourceKind.DEPARTMENT))


class DisabilityDoor(_DepartmentDoor):
    """残联名册入口"""

    kinds = ends = (ListingKind.DISABILITY,)

    def __init__(self) -> None:
        super().__init__("disability")

    def write(self, statements: Sequence[Any], *, batch: Batch, by: str) -> None:
        stamp = self.stamp(batch, by, SourceKind.DEPARTMENT)
        departments.write_listed(statements, stamp=stamp)


DOORS: Sequence[Door] = (
    RosterDoor(),
    VillageDoor(),
    DibaoDoor(),
    HospitalDoor(),
    DisabilityDoor(),
)


def door_of(batch: Batch) -> Door:
    """Return the door of a batch that has been read."""
    return next(door for door in DOORS if door.spec.name == batch.spec)


def places(on: datetime.date) -> Places:
    """Return the divisions in force on a day, for finding villages by name; and earlier ones."""
    now, earlier = regions.at(on), regions.earlier(on)
    gone = {code for edition in earlier for code in edition} - now.keys()
    became = frozenset((code, str(regions.successor(code, on))) for code in gone)
    return _places(_listed(now), tuple(map(_listed, earlier)), became)


_Edition = frozenset[tuple[str, str]]


def _listed(edition: Mapping[str, regions.Place]) -> _Edition:
    return frozenset((str(code), place.name) for code, place in edition.items())


@functools.lru_cache(maxsize=4)
def _places(now: _Edition, earlier: tuple[_Edition, ...], became: _Edition) -> Places:
    editions = [[Division(*each) for each in sorted(edition)] for edition in (now, *earlier)]
    known = {new for new, _ in now}
    successors = {old: new for old, new in became if new in known}
    return Places(editions[0], successors, editions[1:])


def whole_of(batch: Batch) -> str:
    """Return the region of which the batch is the whole list: a town's or above; "" = of none."""
    region = RegionCode(batch.region)
    return str(region) if Level.CITY <= region.level <= Level.TOWN else ""
