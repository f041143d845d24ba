"""A small city for the walker: four villages, each with people whose names occur nowhere else.

Everything goes in through the doors that a clerk uses. A canary is a text that belongs to one
village (a name, a household number, a hospital) or to one kind of fact; it must never be seen by
somebody whose scope does not cover the village, or who does not need the fact.
"""

import datetime
import os
from dataclasses import dataclass, field
from functools import cached_property

from django.conf import settings
from django.db.models import F

from tests.accounts.factories import signed_in, user
from tests.registry.sheets import home, receive, table, take_in, xlsx
from wengu.accounts import queries as accounts
from wengu.accounts.models import Department, Role, User
from wengu.accounts.permissions import Facts, Permission
from wengu.accounts.scope import Scope
from wengu.decisions.actions import decide
from wengu.decisions.models import Decision, Run, Tally
from wengu.governance.models import ParameterRow
from wengu.intake.models import Batch, Doubt
from wengu.jobs.actions import enqueue
from wengu.jobs.models import Job
from wengu.kernel.regioncode import Level, RegionCode
from wengu.regions import actions as loading
from wengu.regions import queries as regions
from wengu.registry.models import (
    Bill,
    Household,
    HouseholdFacts,
    HouseholdPlace,
    Income,
    Listed,
    Membership,
    Person,
    PersonFacts,
    PersonIdentity,
    VillageFacts,
)

ON = datetime.date(2020, 7, 1)
# Given names of two rare characters, one pair for each village.
STEMS = {
    "320723001200": "犇骉",
    "320723001201": "羴鱻",
    "320723100201": "猋麤",
    "320722001002": "毳掱",
}
ALIKE = (Role.COUNTY_REVITALISATION, Role.CITY_REVITALISATION)
PARAMETER = "dibao_standard"
HOME, NEXT_DOOR, OTHER_TOWN, OTHER_COUNTY = STEMS
# What only those who need the fact may see, in each way that a page or a file may write it.
FACT_CANARIES = {
    Facts.INCOME: ("76,543.21", "76543.21", "7654321"),
    Facts.HEALTH: ("康复医院", "87,654.32", "87654.32", "8765432"),
    Facts.BENEFITS: ("5,432.10", "5432.10", "543210"),
}


@dataclass
class Place:
    """A village with everything in it that an address of a page may name."""

    village: RegionCode
    households: list[Household] = field(default_factory=list)
    persons: list[Person] = field(default_factory=list)
    batch: Batch | None = None
    waiting: Batch | None = None
    officer: User | None = None
    job: Job | None = None
    proposal: ParameterRow | None = None

    @property
    def stem(self) -> str:
        return STEMS[self.village]

    @property
    def colleague(self) -> str:
        """The name of the officer who works here."""
        return "亓官" + "甲乙丙丁"[list(STEMS).index(self.village)] + "员"

    @property
    def town(self) -> RegionCode:
        return self.village.at(Level.TOWN)

    @property
    def county(self) -> RegionCode:
        return self.village.at(Level.COUNTY)

    @property
    def household(self) -> Household:
        return self.households[0]

    @property
    def person(self) -> Person:
        return self.persons[0]

    @property
    def doubt(self) -> Doubt:
        return Doubt.objects.filter(batch=self.waiting).first()

    @cached_property
    def canaries(self) -> tuple[str, ...]:
        """Texts of this village's people."""
        return (self.stem, *(home.number for home in self.households))

    @cached_property
    def secrets(self) -> tuple[str, ...]:
        """Whole numbers, which no page shows without an act of revealing."""
        return tuple(
            value
            for value in [p.id_number for p in self.persons] + [h.phone for h in self.households]
            if value
        )


@dataclass
class Actor:
    """Somebody who opens pages; without a scope nobody is signed in."""

    name: str
    scope: Scope | None
    client: object

    def covers(self, place: Place) -> bool:
        """Say whether the place lies in this person's region."""
        return self.scope is not None and self.scope.covers(place.village)

    def allows(self, permission: Permission) -> bool:
        """Say whether the post may do this at all."""
        return self.scope is not None and self.scope.allows(permission)


class World:
    """The city, and the people who look at it."""

    def __init__(self, client) -> None:
        settings.WORKING_FILES.mkdir(parents=True, exist_ok=True)
        loading.load(by="test")
        regions.forget()
        self.places = [self._settle(RegionCode(code), n) for n, code in enumerate(STEMS)]
        self.run: Run = decide(on=ON, by="test")
        self.actors = [*self._actors(), Actor("anonymous", None, client)]

    def place(self, village: str) -> Place:
        """Return one of the four villages."""
        return next(place for place in self.places if place.village == village)

    def _settle(self, village: RegionCode, number: int) -> Place:
        place = Place(village)
        where = dict(zip(("行政县", "乡镇", "行政村"), self._names(village), strict=True))
        cells = where | {"自然村": f"{place.stem}庄", "人均纯收入": "76543.21"}
        serial = 101 + number * 10
        rows = self._people(place, home(serial, 2, **cells) + home(serial + 1, 2, **cells))
        place.batch = take_in(
            xlsx(table(rows)), name=f"{place.stem}.xlsx", region=place.town, by=f"kx{number}"
        )
        wrong = self._people(place, home(serial + 2, 1, **cells, 证件号码="12345"))
        place.waiting = receive(
            xlsx(table(wrong)), name=f"{place.stem}二.xlsx", region=place.town, by=f"kx{number}"
        )
        place.households = list(Household.objects.filter(village=village).order_by("pk"))
        members = Membership.objects.filter(household__in=place.households)
        place.persons = list(Person.objects.filter(memberships__in=members).order_by("pk"))
        assert len(place.households) == 2, place.batch.counts
        assert len(place.persons) == 4
        self._hospital_and_dibao(place)
        place.officer = user(Role.TOWN_CLERK, place.town, username=f"kx{number}")
        User.objects.filter(pk=place.officer.pk).update(name=place.colleague)
        place.job = enqueue(
            kind="walk", arguments={"batch": place.batch.pk}, key=f"w{number}", by=f"kx{number}"
        )
        place.proposal = ParameterRow.objects.create(
            name=PARAMETER, region=str(place.county), since=datetime.date(2021, 1, number + 1),
            value=60_000, source="模拟", proposed_by=f"kx{number}",
        )  # fmt: skip
        return place

    def _names(self, village: RegionCode) -> tuple[str, str, str]:
        path = regions.path(village, ON)
        return path[1].name, path[2].name, path[3].name

    def _people(self, place: Place, rows: list[dict[str, str]]) -> list[dict[str, str]]:
        return [row | {"姓名": row["姓名"][0] + place.stem} for row in rows]

    def _hospital_and_dibao(self, place: Place) -> None:
        seq = place.household.seq
        stated = {"since": ON, "seq": seq, "source": "3department"}
        whose = {"number": place.person.id_index}
        Bill.objects.create(
            **whose, listed_on=ON, hospital=f"{place.stem}康复医院", diagnosis=f"{place.stem}病",
            admitted=ON, discharged=ON, total_fen=8_765_432, **stated,
        )  # fmt: skip
        Listed.objects.create(**whose, kind="dibao", whole=True, monthly_fen=543_210, **stated)

    def _actors(self) -> list[Actor]:
        home_place = self.places[0]
        at = {
            Role.VILLAGE_CADRE: home_place.village,
            Role.TOWN_CLERK: home_place.town,
            Role.CITY_CIVIL_AFFAIRS: RegionCode("3207"),
            Role.CITY_REVITALISATION: RegionCode("3207"),
            # Jobs and settings are the platform's, not a county's.
            Role.SYSTEM_ADMINISTRATOR: RegionCode("3207"),
        }
        # These two may do what their colleagues of civil affairs may: walked with large counts.
        alike = () if os.environ.get("WENGU_DEEP") else ALIKE
        actors = [
            self._actor(role, at.get(role, home_place.county))
            for role in Role
            if role != Role.DEPARTMENT and role not in alike
        ]
        actors += [
            self._actor(Role.DEPARTMENT, home_place.county, department=department)
            for department in (Department.EDUCATION, Department.MEDICAL_INSURANCE)
        ]
        elsewhere = self.place(OTHER_COUNTY).county
        actors.append(self._actor(Role.COUNTY_CIVIL_AFFAIRS, elsewhere, name="elsewhere"))
        retired = user(region=home_place.county, username="retired", until=ON)
        actors.append(Actor("retired", accounts.scope(retired, ON), signed_in(retired)))
        return actors

    def _actor(self, role: Role, region: RegionCode, name: str = "", **post) -> Actor:
        who = user(role, region, username=name or "-".join([role, *post.values()]), **post)
        return Actor(who.username, accounts.scope(who, ON), signed_in(who))

    def crowd(self) -> None:
        """Change the other county behind everybody's back: more people, other amounts.

        Nobody whose scope does not cover it may see any difference in any answer.
        """
        other = self.place(OTHER_COUNTY)
        facts = HouseholdFacts.objects.get(household=other.household)
        for number in range(5):
            made = Household.objects.create(
                number=f"9999{number}", village_id=other.village, seq=other.household.seq,
                head_name=f"钱{other.stem}", head_initials="qcz", head_sort="qian", size=1,
                income_per_head_fen=1,
            )  # fmt: skip
            person = Person.objects.create(
                name=f"钱{other.stem}", id_kind="placeholder", seq=made.seq, sex="男"
            )
            stated = {"since": ON, "seq": made.seq, "source": "4roster"}
            HouseholdPlace.objects.create(
                household=made, uid=made.uid, village_id=other.village, **stated
            )
            PersonIdentity.objects.create(
                person=person, uid=person.uid, name=person.name, id_kind="placeholder", **stated
            )
            Membership.objects.create(household=made, person=person, relation="户主", **stated)
            PersonFacts.objects.create(person=person, disabled=True, **stated)
            facts.pk, facts.household = None, made
            facts.save(force_insert=True)
            for span in Decision.objects.filter(household=other.household.pk, kind="h"):
                span.pk, span.household, span.subject = None, made.pk, made.pk
                span.save(force_insert=True)
        Income.objects.filter(household__village=other.village).update(amount_fen=1)
        VillageFacts.objects.create(
            village_id=other.village, since=ON, seq=1, source="4roster", households=999
        )
        covering = [str(other.village), other.town[:9], other.county[:6], "3207"]
        Tally.objects.filter(region__in=covering).update(subjects=F("subjects") + 5)
