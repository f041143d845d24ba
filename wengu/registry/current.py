"""现状: what the registry holds of the households on a sheet, and how the sheet differs from it."""

import datetime
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, TypeVar

from django.db import models
from django.db.models import Exists, OuterRef, Q

from wengu.intake.models import Batch, Row
from wengu.registry.carrying import Confirmation, Said
from wengu.registry.diffs import (
    Entry,
    HomeDiff,
    PersonDiff,
    changed,
    identity_of,
    key_of,
    place_of,
    without_papers,
)
from wengu.registry.models import (
    Household,
    HouseholdFacts,
    HouseholdPlace,
    IdKind,
    Income,
    IncomeItem,
    Membership,
    Person,
    PersonFacts,
    PersonIdentity,
    Statement,
    VillageFacts,
)
from wengu.registry.statements import HouseholdStatement, PersonStatement
from wengu.vault.cipher import blind_indexes

STANDING = Q(superseded_seq__isnull=True)
"""What is known now: a statement that nothing has superseded."""
OPEN = Q(until__isnull=True) & STANDING
"""What runs as it is known now: a membership or a benefit without an end."""
ID_INDEX, PHONE_INDEX = "registry.person.id_number", "registry.household.phone"
IN_ONE_QUERY = 500
ROSTER = "roster"

S = TypeVar("S", bound=Statement)


def columns(model: type[models.Model]) -> tuple[str, ...]:
    """Return the columns that a statement adds to those of every statement."""
    shared = {each.name for each in Statement._meta.get_fields()}
    return tuple(
        each.name
        for each in model._meta.fields
        if each.name not in shared and not each.primary_key and not each.is_relation
    )


HOUSEHOLD_COLUMNS = columns(HouseholdFacts)
PERSON_COLUMNS = columns(PersonFacts)
VILLAGE_COLUMNS = columns(VillageFacts)


def index_numbers(keys: Iterable[str | None]) -> list[bytes | None]:
    """Return the blind indexes of identity numbers."""
    return blind_indexes(keys, purpose=ID_INDEX)


def index_phones(phones: Iterable[str | None]) -> list[bytes | None]:
    """Return the blind indexes of telephone numbers."""
    return blind_indexes(phones, purpose=PHONE_INDEX)


def current_of(
    model: type[S], subject: str, ids: Sequence[Any], *, source: str, on: datetime.date
) -> dict[Any, S]:
    """Return of each subject the statement of a source that holds on a day."""
    said = said_of(model, subject, ids, source=source, on=on)
    return {key: one.now for key, one in said.items() if one.now is not None}


def said_of(
    model: type[S], subject: str, ids: Sequence[Any], *, source: str, on: datetime.date
) -> dict[Any, Said[S]]:
    """Return of each subject what a source says on a day and later."""
    known = Q(superseded_seq__isnull=True, source=source)
    found: dict[Any, Said[S]] = {}
    for some in slices(ids):
        # mypy cannot see that every concrete statement has the default manager.
        rows = model._default_manager.filter(known, **{f"{subject}__in": some})
        for row in rows.order_by("since", "seq", "pk"):
            _hear(found, getattr(row, f"{subject}_id"), row, on)
    return found


def _hear(said: dict[Any, Said[S]], key: Any, row: S, on: datetime.date) -> None:
    """Add a source's next statement, in their order."""
    before = said.get(key, Said())
    if row.since <= on:
        said[key] = Said(row)
    else:
        said[key] = Said(before.now, (*before.later, row))


def slices(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    """Yield the values in slices that one query can name."""
    for start in range(0, len(values), IN_ONE_QUERY):
        yield values[start : start + IN_ONE_QUERY]


class Current:
    """现状: everything that a piece of a roster is compared with, read in a few queries."""

    def __init__(
        self,
        statements: Sequence[HouseholdStatement],
        *,
        on: datetime.date,
        source: str,
        period: int | None,
    ) -> None:
        self.on, self.source, self.period = on, source, period
        self.homes = {
            home.number: home
            for some in slices([statement.number for statement in statements])
            for home in Household.objects.filter(number__in=some)
        }
        self._index(statements)
        self._members()
        homes = [home.pk for home in self.homes.values()]
        people = [person.pk for person in self.people.values()]
        self.places, self.placed = self._stated(HouseholdPlace, "household", homes)
        self.identities, self.identified = self._stated(PersonIdentity, "person", people)
        self.home_facts = said_of(HouseholdFacts, "household", homes, source=source, on=on)
        self.person_facts = said_of(PersonFacts, "person", people, source=source, on=on)
        self.incomes = self._incomes(homes)
        self.past = self._past(people)
        self.days = self._later_days(statements)

    def _stated(
        self, model: type[S], subject: str, ids: Sequence[int]
    ) -> tuple[dict[int, Said[S]], set[int]]:
        """Return what the source says on the day, and of whom anybody says anything at all."""
        said: dict[int, Said[S]] = {}
        anybody: set[int] = set()
        for some in slices(ids):
            rows = model._default_manager.filter(
                superseded_seq__isnull=True, **{f"{subject}__in": some}
            )
            for row in rows.order_by("since", "seq", "pk"):
                key = getattr(row, f"{subject}_id")
                anybody.add(key)
                if row.source == self.source:
                    _hear(said, key, row, self.on)
        return said, anybody

    def _index(self, statements: Sequence[HouseholdStatement]) -> None:
        keys = [key_of(person) for home in statements for person in home.persons]
        self.indexes = dict(zip(keys, index_numbers(keys), strict=True))
        wanted = [index for index in self.indexes.values() if index is not None]
        self.by_index: dict[bytes, Person] = {}
        self.people: dict[int, Person] = {}
        for some in slices(wanted):
            for person in Person.objects.filter(id_index__in=some):
                self.by_index[bytes(person.id_index or b"")] = person
                self.people[person.pk] = person

    def _members(self) -> None:
        """Read the open memberships of these households, and of these persons elsewhere."""
        self.open: dict[int, Membership] = {}
        self.members: dict[int, dict[int, Membership]] = {}
        homes = [home.pk for home in self.homes.values()]
        self._read_members("household", homes)
        self._read_members("person", [key for key in self.people if key not in self.open])
        for row in self.open.values():
            self.members.setdefault(row.household_id, {})[row.person_id] = row
        self._taken_back(homes)

    def _read_members(self, subject: str, ids: Sequence[int]) -> None:
        for some in slices(ids):
            rows = Membership.objects.filter(OPEN, **{f"{subject}__in": some})
            for row in rows.select_related("person", "household"):
                self.open[row.person_id] = row
                self.people.setdefault(row.person_id, row.person)

    def _taken_back(self, homes: Sequence[int]) -> None:
        """Read the persons without papers who were in these households until a reversal.

        No index finds them again; stated anew, they shall be the same persons.
        """
        self.former: dict[int, dict[int, Person]] = {}
        stated = PersonIdentity.objects.filter(
            person=OuterRef("person"), superseded_seq__isnull=True
        )
        for some in slices(homes):
            rows = Membership.objects.filter(
                ~Exists(stated),
                household__in=some,
                superseded_seq__isnull=False,
                person__id_kind=IdKind.PLACEHOLDER,
            )
            # Nor those who have left since the day of this sheet.
            past = Membership.objects.filter(
                household__in=some,
                superseded_seq__isnull=True,
                until__gt=self.on,
                person__id_kind=IdKind.PLACEHOLDER,
            )
            for row in (rows | past).order_by("pk").select_related("person"):
                self.former.setdefault(row.household_id, {})[row.person_id] = row.person
                self.people.setdefault(row.person_id, row.person)

    def _later_days(self, statements: Sequence[HouseholdStatement]) -> dict[str, datetime.date]:
        """Return of each household of which a newer sheet is in, the first such sheet's day.

        Also of one that has no row: a newer sheet that says everybody is gone makes none.
        """
        numbers = {statement.number for statement in statements}
        belonging = chain(self.open.values(), *self.past.values())
        numbers |= {row.household.number for row in belonging}
        self.confirmed = newer_rosters(sorted(numbers), self.on)
        days = [(key, one.day) for key, newer in self.confirmed.items() for one in newer]
        later = Q(superseded_seq__isnull=True, source=self.source, since__gt=self.on)
        for some in slices(sorted(numbers)):
            for model in (HouseholdPlace, HouseholdFacts, Income, Membership):
                # mypy cannot see that every concrete statement has the default manager.
                rows: Any = model._default_manager.filter(later, household__number__in=some)
                days += rows.values_list("household__number", "since")
        found: dict[str, datetime.date] = {}
        for number, day in days:
            found[number] = min(day, found.get(number, day))
        return found

    def _past(self, people: Sequence[int]) -> dict[int, list[Membership]]:
        """Read every membership of these persons that ended after the day, where one may matter."""
        found: dict[int, list[Membership]] = {}
        for some in slices(people):
            rows = Membership.objects.filter(
                person__in=some, until__gt=self.on, superseded_seq__isnull=True
            )
            for row in rows.select_related("household"):
                found.setdefault(row.person_id, []).append(row)
        return found

    def _incomes(self, homes: Sequence[int]) -> dict[int, Said[Income]]:
        found: dict[int, Said[Income]] = {}
        for some in slices(homes if self.period is not None else ()):
            rows = Income.objects.filter(
                household__in=some,
                item=IncomeItem.DECLARED_NET_PER_HEAD,
                source=self.source,
                superseded_seq__isnull=True,
                period_since=datetime.date(self.period or 0, 1, 1),
            )
            for row in rows.order_by("since", "seq", "pk"):
                _hear(found, row.household_id, row, self.on)
        return found

    def compare(self, statement: HouseholdStatement) -> HomeDiff:
        """Say how one household differs."""
        home = self.homes.get(statement.number)
        key = home.pk if home else 0
        members = self.members.get(key, {})
        persons = [self._person(person, statement.number) for person in statement.persons]
        listed = {diff.person.pk for diff in persons if diff.person}
        # An older sheet ends nothing that holds now.
        late = statement.number in self.days
        gone = [] if late else [row for who, row in members.items() if who not in listed]
        diff = HomeDiff(
            statement,
            home,
            self.places.get(key, Said()),
            self.home_facts.get(key, Said()),
            self.incomes.get(key, Said()),
            persons,
            [row for row in gone if row.since <= self.on],
            self.confirmed.get(statement.number, []),
            new=key not in self.placed,
        )
        self._home_changes(diff)
        return diff

    def _home_changes(self, diff: HomeDiff) -> None:
        statement = diff.statement
        diff.changes = changed(diff.said.now, statement.facts)
        stated = statement.income_per_head_fen
        before = diff.income.now.amount_fen if diff.income.now else None
        if stated is not None and self.period is not None and stated != before:
            diff.changes["income"] = (before, stated)
        diff.changes |= changed(diff.place.now, place_of(statement))
        if diff.left:
            diff.changes["members"] = (len(diff.persons) + len(diff.left), len(diff.persons))

    def _person(self, statement: PersonStatement, number: str) -> PersonDiff:
        home = self.homes.get(number)
        members = self.members.get(home.pk, {}) if home else {}
        index = self.indexes[key_of(statement)]
        person = self.by_index.get(index) if index else self._alike(statement, home, members)
        open_ = self.open.get(person.pk) if person else None
        here = open_ if open_ and home and open_.household_id == home.pk else None
        elsewhere = open_ if open_ is not here else None
        key = person.pk if person else 0
        identity = self.identities.get(key, Said())
        said = self.person_facts.get(key, Said())
        new = key not in self.identified
        diff = PersonDiff(statement, index, person, here, elsewhere, identity, said, new)
        if person is not None:
            diff.key, diff.uid = person.pk, person.uid
        diff.changes = changed(said.now, statement.facts)
        diff.changes |= changed(identity.now, identity_of(statement))
        diff.entry = self._entry(diff, number)
        diff.confirmed = self._newer_of(diff, number)
        before = diff.entry.before if diff.entry else None
        if before is not None and home and before.household_id == home.pk:
            diff.changes["relation"] = (before.relation, statement.relation)
        return diff

    def _newer_of(self, diff: PersonDiff, home: str) -> list[Confirmation]:
        """Return the newer sheets that may list a person, here or where the person belongs then."""
        homes = {row.household.number for row in self._belonged(diff)} | {home}
        return [one for key in sorted(homes) for one in self.confirmed.get(key, ())]

    def _entry(self, diff: PersonDiff, home: str) -> Entry | None:
        """Return the membership that the sheet makes of a person; None: it makes none.

        An older sheet, or one that is older than the person's membership, changes nothing that
        holds now: it only says what was so until the next sheet, or until the person moved.
        """
        open_ = diff.here or diff.elsewhere
        if open_ is None or open_.since > self.on:
            return self._until_next(diff, home)
        if self.days.keys() & {home, open_.household.number}:
            return self._until_next(diff, home)
        if open_ is diff.here and open_.relation == diff.statement.relation:
            return None
        return Entry(ends=(open_,))

    def _belonged(self, diff: PersonDiff) -> list[Membership]:
        """Return the memberships of a person that hold now or ended after the day."""
        open_ = [row for row in (diff.here, diff.elsewhere) if row is not None]
        return [*open_, *self.past.get(diff.key, ())]

    def _until_next(self, diff: PersonDiff, home: str) -> Entry | None:
        rows = self._belonged(diff)
        then = [row for row in rows if row.since <= self.on]
        now = max(then, key=lambda row: (row.since, row.seq), default=None)
        own = home, diff.statement.relation
        if now is not None and (_belonging(now) == own or now.source != self.source):
            return None  # this is said already, or a better source says otherwise
        following = min(
            (row for row in rows if row not in then), key=lambda row: row.since, default=None
        )
        until = self._next_sheet(home, now)
        if following is None or (until is not None and until < following.since):
            return Entry(until, over=now)
        if _belonging(following) == own:
            return Entry(following.until, earlier=following, over=now)
        return Entry(following.since, over=now)

    def _next_sheet(self, home: str, now: Membership | None) -> datetime.date | None:
        """Return the day of the next sheet that says where a person is who is in a household now.

        That is the household's own, or the next that still lists the person in another.
        """
        days = [self.days[home]] if home in self.days else []
        back = self.days.get(now.household.number) if now is not None else None
        if back is not None and now is not None and (now.until is None or back < now.until):
            days.append(back)
        return min(days, default=None)

    def _alike(
        self, statement: PersonStatement, home: Household | None, members: dict[int, Membership]
    ) -> Person | None:
        """Find a person without papers: among the members, else among those taken back."""
        if home is None:
            return None
        present = without_papers(statement, [row.person for row in members.values()])
        return present or without_papers(statement, self.former.get(home.pk, {}).values())


def _belonging(row: Membership) -> tuple[str, str]:
    return row.household.number, row.relation


def newer_rosters(numbers: Sequence[str], on: datetime.date) -> dict[str, list[Confirmation]]:
    """Return the newer rosters of households: one that says the same leaves no statement."""
    batches = {one.pk: one for one in Batch.objects.filter(spec=ROSTER, dated__gt=on)}
    found: dict[str, list[Confirmation]] = {}
    for some in slices(numbers if batches else ()):
        rows = Row.objects.filter(batch__in=batches, group__in=some, applied=True)
        for number, batch in rows.order_by("batch").values_list("group", "batch_id").distinct():
            one = Confirmation(batches[batch].dated, batch, batches[batch].period, number)
            found.setdefault(number, []).append(one)
    return found
