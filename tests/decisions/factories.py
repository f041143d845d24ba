"""Small registries for the tests of decisions: rows straight into the tables, all synthetic."""

import datetime
import itertools
import random
import uuid
from typing import Any

from wengu.regions.models import Region
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
    Person,
    PersonFacts,
    PersonIdentity,
    VillageFacts,
)

DAY = datetime.date(2020, 7, 1)
COUNTIES = ("320723", "320706")
VILLAGES = ("320723100201", "320723100202", "320723101001", "320706100203", "320706100401")
_numbers = itertools.count(1)


def region(code: str) -> Region:
    level = "county" if code.endswith("000000") else "town" if code.endswith("000") else "village"
    return Region.objects.get_or_create(code=code, defaults={"level": level})[0]


def change(what: str = "试") -> Change:
    return Change.objects.create(by="测试", what=what)


EVER = datetime.date(2010, 1, 1)


def household(*, village: str = VILLAGES[0], seq: int | None = None) -> Household:
    seq = seq or change().pk
    made = Household.objects.create(number=f"H{next(_numbers)}", village=region(village), seq=seq)
    place(made, village=village, seq=seq)
    return made


def place(subject: Household, *, village: str, source: str = "4roster",
          since: datetime.date = EVER, seq: int | None = None) -> HouseholdPlace:  # fmt: skip
    return HouseholdPlace.objects.create(
        household=subject, uid=subject.uid, village=region(village), since=since, source=source,
        seq=seq or change().pk,
    )  # fmt: skip


def person(
    *, household: Household, relation: str = "户主", since: datetime.date = DAY,
    birth: datetime.date | None = datetime.date(1970, 5, 1), sex: str = "男",
    seq: int | None = None, until: datetime.date | None = None,
) -> Person:  # fmt: skip
    seq = seq or change().pk
    made = Person.objects.create(
        name="模拟", birth=birth, sex=sex, id_kind="resident", seq=seq, id_index=uuid.uuid4().bytes
    )
    identity(made, birth=birth, sex=sex, seq=seq)
    Membership.objects.create(
        household=household, person=made, relation=relation, since=since, until=until, seq=seq,
        source="4roster",
    )  # fmt: skip
    return made


def identity(subject: Person, *, birth: datetime.date | None, sex: str = "男",
             source: str = "4roster", since: datetime.date = EVER,
             seq: int | None = None) -> PersonIdentity:  # fmt: skip
    return PersonIdentity.objects.create(
        person=subject, uid=subject.uid, name="模拟", birth=birth, sex=sex, id_kind="resident",
        since=since, source=source, seq=seq or change().pk,
    )  # fmt: skip


def state(subject: Any, *, source: str = "4roster", since: datetime.date = DAY,
          seq: int | None = None, row: int | None = None, **facts: Any) -> Any:  # fmt: skip
    """Say something of a household, a person or a village."""
    model, name = {
        Household: (HouseholdFacts, "household"),
        Person: (PersonFacts, "person"),
        Region: (VillageFacts, "village"),
    }[type(subject)]
    return model.objects.create(
        **{name: subject}, source=source, since=since, seq=seq or change().pk, row=row, **facts
    )


def income(subject: Household, amount_fen: int, *, item: str = "declared_net_per_head",
           year: int = 2020, source: str = "4roster", since: datetime.date = DAY,
           seq: int | None = None) -> Income:  # fmt: skip
    return Income.objects.create(
        household=subject, item=item, amount_fen=amount_fen, source=source, since=since,
        period_since=datetime.date(year, 1, 1), period_until=datetime.date(year + 1, 1, 1),
        seq=seq or change().pk,
    )  # fmt: skip


def bill(subject: Person, *, self_pay_fen: int | None = 100, total_fen: int = 500,
         discharged: datetime.date = DAY, seq: int | None = None,
         **other: Any) -> Bill:  # fmt: skip
    own = {"hospital": f"医院{next(_numbers)}", "admitted": discharged, "listed_on": DAY} | other
    return Bill.objects.create(
        number=subject.id_index, source="3department", discharged=discharged, total_fen=total_fen,
        self_pay_fen=self_pay_fen, since=discharged, seq=seq or change().pk, **own,
    )  # fmt: skip


def listed(subject: Person, kind: str, *, since: datetime.date = DAY, seq: int | None = None,
           **other: Any) -> Listed:  # fmt: skip
    """A list names somebody."""
    return Listed.objects.create(
        number=subject.id_index, kind=kind, since=since, source="3department",
        seq=seq or change().pk, **other,
    )  # fmt: skip


def grace(subject: Household, *, since: datetime.date, until: datetime.date | None = None,
          on: datetime.date = DAY, seq: int | None = None) -> None:  # fmt: skip
    """A list of a day has the household in gradual exit; one of the day `until` no longer."""
    for member in subject.memberships.filter(until=None):
        own = {"kind": "dibao", "whole": True, "grace_stated": True, "seq": seq}
        listed(member.person, since=on, grace_since=since, **own)
        if until is not None:
            listed(member.person, since=until, **own)


def listing(kind: str, town: str = VILLAGES[0][:9], *, since: datetime.date = DAY,
            seq: int | None = None) -> Listing:  # fmt: skip
    return Listing.objects.create(
        kind=kind, town=region(town + "000"), since=since, source="3department",
        seq=seq or change().pk,
    )  # fmt: skip


def gap(subject: Listing, whom: Person) -> ListingGap:
    """A row waits that has somebody's number, or his name and a number nobody can read."""
    whose = {"number": whom.id_index} if whom.pk % 2 else {"person": whom}
    return ListingGap.objects.create(
        listing=subject, since=subject.since, source=subject.source, seq=change().pk, **whose
    )


LISTS = ("dibao", "destitute", "hospital", "disability")
APART = ("superseded_seq", "row", "carried")
SOURCES = ("1correction", "2visit", "3department", "4roster")
ITEMS = ("wages", "business", "property", "transfers", "business_costs")


class Chance:
    """A random registry with gaps: facts missing, several sources, corrections, moves."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        # A column that came later has dice of its own: the registry of a seed stays as it was.
        self.later = random.Random(seed)
        self.withdrawing = random.Random(seed)

    def flag(self) -> bool | None:
        return self.dice.choice((True, False, None))

    def one(self, *values: Any) -> Any:
        return self.dice.choice((*values, None))

    def day(self) -> datetime.date:
        return DAY + datetime.timedelta(days=self.dice.randint(-400, 60))

    def registry(self, households: int) -> None:
        for code in VILLAGES:
            region(code)
            if self.dice.random() < 0.7:
                for _ in range(self.dice.randint(1, 3)):
                    self.about(region(code), VillageFacts)
        for kind, town in itertools.product(LISTS, sorted({code[:9] for code in VILLAGES})):
            for _ in range(self.dice.randint(0, 3)):
                self.perhaps(listing(kind, town, since=self.day()))
        homes = [self.home() for _ in range(households)]
        for model in (HouseholdFacts, PersonFacts, Income, Listed, Bill):
            self.supersede(model)
        self.gaps()
        for member in self.dice.sample(
            list(Membership.objects.order_by("pk")), k=len(homes) // 3 or 1
        ):
            self.move(member, self.dice.choice(homes))

    def mended(self) -> None:
        """Half of the households come to lie elsewhere, half of the persons are born otherwise."""
        homes = list(Household.objects.order_by("pk"))
        for home in self.dice.sample(homes, k=len(homes) // 2):
            self.perhaps(place(home, village=self.dice.choice(VILLAGES), since=self.day(),
                               source=self.dice.choice(SOURCES)))  # fmt: skip
        everybody = list(Person.objects.order_by("pk"))
        for someone in self.dice.sample(everybody, k=len(everybody) // 2):
            self.perhaps(identity(someone, birth=self.one(datetime.date(1980, 2, 29)),
                                  since=self.day(), sex=self.dice.choice(("男", "女", "")),
                                  source=self.dice.choice(SOURCES)))  # fmt: skip

    def perhaps(self, made: Any) -> None:
        """One in four turns out wrong."""
        if self.dice.random() < 0.25:
            made.superseded_seq = change().pk
            made.save()

    def gaps(self) -> None:
        for one, whom in itertools.product(
            Listing.objects.order_by("pk"), Person.objects.order_by("pk")[::4]
        ):
            made = gap(one, whom)
            if self.dice.random() < 0.2:
                made.superseded_seq = change().pk
                made.save()

    def home(self) -> Household:
        home = household(village=self.dice.choice(VILLAGES))
        for _ in range(self.dice.randint(0, 4)):
            self.about(home, HouseholdFacts)
        for number in range(self.dice.randint(1, 4)):
            someone = person(
                household=home, relation="之子" if number else "户主", since=self.day(),
                birth=self.one(datetime.date(1950 + self.dice.randint(0, 69), 2, 28)),
                sex=self.dice.choice(("男", "女", "")),
            )  # fmt: skip
            self.life(someone, home)
        for _ in range(self.dice.randint(0, 3)):
            income(home, self.dice.randint(0, 2_000_000), year=self.dice.choice((2018, 2019, 2020)),
                   source=self.dice.choice(SOURCES), since=self.day())  # fmt: skip
        if self.dice.random() < 0.4:
            for item in ITEMS[: self.dice.choice((3, 5, 5))]:
                income(home, self.dice.randint(0, 900_000), item=item, since=self.day(),
                       source=self.dice.choice(SOURCES[:2]))  # fmt: skip
        return home

    def life(self, someone: Person, home: Household) -> None:
        for _ in range(self.dice.randint(0, 4)):
            self.about(someone, PersonFacts)
        for _ in range(self.dice.choice((0, 0, 1, 2))):
            made = bill(someone, self_pay_fen=self.one(5, 10_00), discharged=self.day(),
                        basic_fen=self.one(3), serious_fen=self.one(0, 7))  # fmt: skip
            if self.dice.random() < 0.3:
                # The next list has the same stay with another amount.
                bill(someone, self_pay_fen=9, discharged=made.discharged, hospital=made.hospital,
                     listed_on=self.day())  # fmt: skip
        for kind in ("dibao", "destitute", "disability"):
            for _ in range(self.dice.choice((0, 0, 1, 2))):
                listed(someone, kind, since=self.day(), whole=self.dice.random() < 0.6,
                       urban=self.dice.random() < 0.3, grace_stated=self.dice.random() < 0.7,
                       grace_since=self.one(self.day()),
                       disability=self.dice.choice(("", "41", "12")))  # fmt: skip

    def about(self, subject: Any, model: Any) -> None:
        facts = {}
        for field in model._meta.fields:
            kind = field.get_internal_type()
            if not field.null or field.is_relation or field.name in APART:
                continue
            if field.name == "urban_dibao":
                facts[field.name] = self.later.choice((True, False, None))
            elif kind == "BooleanField":
                facts[field.name] = self.flag()
            elif kind == "CharField":
                facts[field.name] = self.one("甲", "乙", "41", "", "C级")
            elif kind == "DateField":
                facts[field.name] = self.one(self.day())
            else:
                facts[field.name] = self.one(0, 3, 2019)
            if isinstance(facts[field.name], str):
                facts[field.name] = facts[field.name][: field.max_length]
        source, since = self.dice.choice(SOURCES), self.day()
        carried = self.withdrawn(source, facts)
        state(subject, source=source, since=since, carried=carried, **facts)

    def withdrawn(self, source: str, facts: dict[str, Any]) -> dict[str, Any] | None:
        """Half of the corrections withdraw some of the columns that they leave empty."""
        empty = [name for name, value in facts.items() if value in (None, "")]
        if source != SOURCES[0] or self.withdrawing.random() < 0.5:
            return None
        some = self.withdrawing.sample(empty, k=len(empty) // 3)
        return {name: [20200101, None, 0, None] for name in some}

    def supersede(self, model: Any) -> None:
        rows = list(model.objects.order_by("pk"))
        for row in self.dice.sample(rows, k=len(rows) // 10):
            row.superseded_seq = change("更正").pk
            row.save()

    def move(self, member: Membership, home: Household) -> None:
        on = max(member.since, self.day())
        member.until = on
        member.save()
        Membership.objects.create(
            household=home, person_id=member.person_id, relation="之子", since=on,
            seq=change("迁移").pk, source="2visit",
        )  # fmt: skip
