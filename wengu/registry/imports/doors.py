"""入口: each sheet with the part of the registry that it writes to."""

import datetime
import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from wengu.intake import queries as intake
from wengu.intake.door import Door, RowDiff, Withdrawn
from wengu.intake.guard import Refusal
from wengu.intake.models import Batch, Row
from wengu.intake.spec import Context, KnownPerson, Spec
from wengu.kernel.regioncode import Level, RegionCode
from wengu.kernel.text import person_name
from wengu.regions import queries as regions
from wengu.registry import departments, listings, reversal
from wengu.registry.changes import Stamp, open_change
from wengu.registry.current import OPEN, Current, slices
from wengu.registry.diffs import HomeDiff
from wengu.registry.imports.identity import identity
from wengu.registry.imports.places import Division, Places
from wengu.registry.imports.specs import column_of, find
from wengu.registry.models import ListingKind, Membership, SourceKind
from wengu.registry.previews import preview
from wengu.registry.statements import HouseholdStatement
from wengu.registry.writing import write_households

# From so many holders on, a town whom a county's list does not name at all was left out of it.
_HOLDERS = 10


class Registry:
    """已知: the registry as a check sees it."""

    def persons(self, numbers: Iterable[str]) -> Mapping[str, KnownPerson]:
        """Return the persons with an open membership, by their numbers."""
        return {
            key: KnownPerson(
                row.person.name, row.household.number, row.household.village_id, row.since
            )
            for key, row in departments.members(numbers).items()
        }

    def members(self, households: Iterable[str]) -> Mapping[str, int]:
        """Return how many open members each household has."""
        found: dict[str, int] = {}
        for some in slices(list(households)):
            rows = Membership.objects.filter(OPEN, household__number__in=some)
            for number in rows.values_list("household__number", flat=True):
                found[number] = found.get(number, 0) + 1
        return found


class _Door:
    """入口: what all sheets share."""

    def __init__(self, spec: str) -> None:
        self._spec = find(spec)

    @property
    def spec(self) -> Spec:
        return self._spec

    def context(self, *, dated: datetime.date, region: str, period: int | None) -> Context:
        return Context(dated, region, places(dated), period, Registry())

    def objection(self, *, batch: Batch) -> Refusal | None:
        """Nothing: this sheet says nothing of those whom it does not name."""
        return None

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


class RosterDoor(_Door):
    """花名册入口"""

    def __init__(self) -> None:
        super().__init__("roster")

    def compare(
        self, statements: Sequence[HouseholdStatement], *, dated: datetime.date, period: int | None
    ) -> list[RowDiff]:
        current = Current(statements, on=dated, source=SourceKind.ROSTER, period=period)
        return [row for each in statements for row in _rows(current.compare(each))]

    def write(self, statements: Sequence[HouseholdStatement], *, batch: Batch, by: str) -> None:
        write_households(statements, stamp=self.stamp(batch, by, SourceKind.ROSTER))


def _rows(diff: HomeDiff) -> Iterable[RowDiff]:
    """Yield each person's row; what changes for the household shows on all of its rows."""
    columns = _Columns("roster")
    shared = columns.of(diff.changes) if not diff.new else {}
    for each in diff.persons:
        origin = each.statement.origin
        changes = {} if each.new else columns.of(each.changes) | shared
        if not each.new and each.here is None and each.entry is not None:
            before = "" if each.elsewhere is None else each.elsewhere.household_id
            changes["household"] = (before, diff.statement.number)
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

    kind: ListingKind
    ends = True

    def compare(
        self, statements: Sequence[Any], *, dated: datetime.date, period: int | None
    ) -> list[RowDiff]:
        return preview(statements, self.spec.name, dated, column_of)

    def objection(self, *, batch: Batch) -> Refusal | None:
        """Refuse a whole list that is older than one that is in, or that lacks whole towns."""
        counties = counties_of(batch)
        if not counties or intake.partial(batch):
            return None
        late = self.ends and listings.newer(self.kind, counties, batch.dated)
        if late:
            return Refusal("list_older", day=late.since.isoformat())
        listed = meant(batch, Row.objects.filter(batch=batch))
        without = {
            town: number
            for town, number in listings.towns_without(counties, self.kind, listed).items()
            if number >= _HOLDERS
        }
        if not without:
            return None
        names = "、".join(
            f"{regions.find(f'{town}000', batch.dated).short_name}（{number}）"
            for town, number in sorted(without.items())
        )
        return Refusal("list_lacks_towns", towns=names)

    def finish(self, *, batch: Batch, by: str) -> None:
        """Note the list's arrival and end what it omits; a part of a list only fills its gaps."""
        counties = counties_of(batch)
        if not counties:
            return
        stamp = self.stamp(batch, by, SourceKind.DEPARTMENT)
        rows = Row.objects.filter(batch=batch)
        if intake.partial(batch):
            listings.fill(self.kind, meant(batch, rows.filter(applied=True)), stamp=stamp)
            self.end_part(counties, batch, stamp)
            return
        waiting = meant(batch, rows.filter(applied=False))
        self.end(counties, batch, waiting, stamp)
        listings.arrive(self.kind, counties, waiting=waiting, stamp=stamp)

    def end(self, counties: Sequence[str], batch: Batch, waiting: set[int], stamp: Stamp) -> None:
        """End what the complete list does not state; bills end nothing."""

    def end_part(self, counties: Sequence[str], batch: Batch, stamp: Stamp) -> None:
        """End what rows that came back mended contradict."""

    def stated(self, batch: Batch) -> list[Any]:
        """Return what the rows of a batch that are in state."""
        rows = Row.objects.filter(batch=batch, applied=True).order_by("sheet", "number")
        context = self.context(dated=batch.dated, region=batch.region, period=batch.period)
        groups = intake.checked(rows, batch=batch, door=door_of(batch), context=context)
        return [statement for group in groups for statement in group.statements]


class DibaoDoor(_DepartmentDoor):
    """低保名册入口"""

    kind = ListingKind.DIBAO

    def __init__(self) -> None:
        super().__init__("dibao")

    def write(self, statements: Sequence[Any], *, batch: Batch, by: str) -> None:
        departments.write_dibao(statements, stamp=self.stamp(batch, by, SourceKind.DEPARTMENT))

    def end(self, counties: Sequence[str], batch: Batch, waiting: set[int], stamp: Stamp) -> None:
        stated = departments.dibao_list(self.stated(batch), stamp=stamp)
        listings.end_dibao(counties, stated=stated, waiting=waiting, stamp=stamp)

    def end_part(self, counties: Sequence[str], batch: Batch, stamp: Stamp) -> None:
        part = self.stated(batch)
        homes = {row.household_id for row in departments.members(s.id_raw for s in part).values()}
        for county in counties:
            whole = listings.newest(self.kind, county)
            if whole is None or whole.batch is None or whole.since != batch.dated:
                continue
            stated = departments.dibao_list([*self.stated(whole.batch), *part], stamp=stamp)
            waiting = meant(whole.batch, Row.objects.filter(batch=whole.batch, applied=False))
            people = meant(batch, Row.objects.filter(batch=batch, applied=True))
            listings.end_dibao(
                [county], stated=stated, waiting=waiting - people, stamp=stamp, homes=homes
            )


class HospitalDoor(_DepartmentDoor):
    """医保住院表入口"""

    kind = ListingKind.HOSPITAL
    ends = False

    def __init__(self) -> None:
        super().__init__("hospital")

    def write(self, statements: Sequence[Any], *, batch: Batch, by: str) -> None:
        departments.write_bills(statements, stamp=self.stamp(batch, by, SourceKind.DEPARTMENT))


class DisabilityDoor(_DepartmentDoor):
    """残联名册入口"""

    kind = ListingKind.DISABILITY

    def __init__(self) -> None:
        super().__init__("disability")

    def write(self, statements: Sequence[Any], *, batch: Batch, by: str) -> None:
        stamp = self.stamp(batch, by, SourceKind.DEPARTMENT)
        departments.write_disabilities(statements, stamp=stamp)

    def end(self, counties: Sequence[str], batch: Batch, waiting: set[int], stamp: Stamp) -> None:
        listed = meant(batch, Row.objects.filter(batch=batch))
        listings.end_disability(counties, listed=listed, stamp=stamp)


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


Listed = frozenset[tuple[str, str]]


def _listed(edition: Mapping[str, regions.Place]) -> Listed:
    return frozenset((str(code), place.name) for code, place in edition.items())


@functools.lru_cache(maxsize=4)
def _places(now: Listed, earlier: tuple[Listed, ...], became: Listed) -> Places:
    editions = [[Division(*each) for each in sorted(edition)] for edition in (now, *earlier)]
    known = {new for new, _ in now}
    successors = {old: new for old, new in became if new in known}
    return Places(editions[0], successors, editions[1:])


def counties_of(batch: Batch) -> list[str]:
    """Return the counties for which the batch is a whole list; none for a town's part of it."""
    region = RegionCode(batch.region)
    if region.level == Level.COUNTY:
        return [str(region)]
    if region.level == Level.CITY:
        return [str(place.code) for place in regions.under(region, batch.dated, Level.COUNTY)]
    return []


def meant(batch: Batch, rows: QuerySet[Row]) -> set[int]:
    """Return the persons whom some rows of a list name.

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
    found = {row.person_id for row in departments.members(keys).values()}
    for some in slices(sorted(names)):
        alike = Membership.objects.filter(OPEN, person__name__in=some)
        found.update(alike.values_list("person_id", flat=True))
    return found
