"""小城: a few households of one county, decided on two days, and the cast that looks at them.

grace   registered, in dibao, income between 1 and 2 standards: 渐退期
poor    registered, exited, below the marginal line: 低收入边缘
hidden  registered, exited, its income unknown: 待核
other   the same as poor, in another county
"""

import contextlib
import datetime
from dataclasses import dataclass, field

from django.db import transaction
from django.test import override_settings

from tests.accounts.factories import user
from tests.decisions import factories as make
from wengu.accounts.models import Role, User
from wengu.decisions.actions import decide
from wengu.decisions.models import Run
from wengu.regions import actions as regions
from wengu.registry.models import Household

FIRST, SECOND = datetime.date(2020, 7, 1), datetime.date(2020, 7, 2)
VILLAGE, NEXT_VILLAGE, FOREIGN = "320723100201", "320723001200", "320706100203"
CITY, COUNTY, TOWN = "320700000000", "320723000000", "320723100000"
EARLY = datetime.date(2020, 1, 1)
# A department's list holds for three months.
LISTED = datetime.date(2020, 6, 1)


@dataclass
class SmallCity:
    """小城 with its households by name, its cast by role, its two runs."""

    homes: dict[str, Household] = field(default_factory=dict)
    cast: dict[str, User] = field(default_factory=dict)
    runs: tuple[Run, ...] = ()


def home(village: str, name: str, *, income: int | None, disability: str = ""):
    """A registered household of one able adult about whom everything is known."""
    made = make.household(village=village)
    made.head_name = name
    made.save(update_fields=["head_name"])
    make.state(
        made, registered=True, exit_status="已脱贫", safe_water=True, water_difficulty=False,
        house_grade="A级", house_dangerous=False, since=EARLY,
    )  # fmt: skip
    someone = make.person(household=made, since=EARLY)
    make.state(
        someone, labour="普通劳动力", schooling="非在校", medical_insurance=True, since=EARLY,
        serious_illness=False, destitute=False,
    )  # fmt: skip
    if disability:
        # The federation's list is complete: who is not on it is not disabled.
        make.listed(someone, "disability", since=LISTED, disability=disability)
    if income is not None:
        make.income(made, income, year=2019, since=EARLY)
    return made


def build() -> SmallCity:
    """Make the city, decide on the first day, let one income become known, decide again."""
    regions.load(by="test")
    city = SmallCity()
    for kind in make.LISTS:
        for village in (VILLAGE, NEXT_VILLAGE, FOREIGN):
            make.listing(kind, village[:9], since=LISTED)
    city.homes = {
        "grace": home(VILLAGE, "甲渐退", income=9_000_00),
        "poor": home(VILLAGE, "乙低收入", income=7_000_00),
        "hidden": home(NEXT_VILLAGE, "丙待核", income=None, disability="41"),
        "other": home(FOREIGN, "丁外县", income=7_000_00),
    }
    for member in city.homes["grace"].memberships.all():
        make.listed(member.person, "dibao", since=LISTED, whole=True, started=EARLY)
    first = decide(on=FIRST, by="test")
    make.income(city.homes["hidden"], 30_000_00, year=2019, since=EARLY)
    city.runs = (first, decide(on=SECOND, by="test"))
    for name, role, region in (
        ("village", Role.VILLAGE_CADRE, VILLAGE),
        ("town", Role.TOWN_CLERK, TOWN),
        ("county", Role.COUNTY_CIVIL_AFFAIRS, COUNTY),
        ("county2", Role.COUNTY_REVITALISATION, COUNTY),
        ("foreign", Role.COUNTY_CIVIL_AFFAIRS, "320706000000"),
        ("city", Role.CITY_CIVIL_AFFAIRS, CITY),
        ("department", Role.DEPARTMENT, COUNTY),
        ("leader", Role.LEADER, COUNTY),
        ("inspector", Role.INSPECTOR, COUNTY),
        ("system", Role.SYSTEM_ADMINISTRATOR, CITY),
        ("security", Role.SECURITY_ADMINISTRATOR, CITY),
        ("audit", Role.AUDIT_ADMINISTRATOR, CITY),
    ):
        city.cast[name] = user(role, region, username=name)
    return city


@contextlib.contextmanager
def standing():
    """Keep one city for many tests; each test's own changes are rolled back, the city at last."""
    with transaction.atomic():
        with override_settings(DEMO=True):
            made = build()
        yield made
        transaction.set_rollback(True)
