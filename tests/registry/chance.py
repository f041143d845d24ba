"""A clerk's year by chance: rosters and lists that move, mend, drop and rename; all synthetic."""

import datetime
import random

from tests.registry.sheets import (
    COUNTY,
    ROSTER_2019,
    headers,
    number,
    person,
    receive,
    table,
    xlsx,
)
from wengu.intake import actions
from wengu.intake.models import Batch
from wengu.registry import copies, queries
from wengu.registry.current import index_phones
from wengu.registry.imports.doors import door_of
from wengu.registry.models import (
    Household,
    HouseholdPlace,
    Income,
    Membership,
    Person,
    PersonIdentity,
    Statement,
)

BY = "测试"
DAYS = [datetime.date(2020, month, 1) for month in (6, 7, 8)]
LAST = DAYS[-1]
VILLAGES = (("侍庄街道", "树云村"), ("侍庄街道", "朱胥村"), ("侍庄街道", "于庄村"))
ROSTER = [*ROSTER_2019, "性别", "出生日期"]
MAY_LACK = ["自然村", "文化程度", "健康状况", "脱贫属性", "危房户", "人均纯收入", "联系电话"]
DIBAO = headers("乡镇|行政村|姓名|身份证号|救助类别|等级|金额|享受起始日期|渐退起始日期")
HOMES, PEOPLE = 4, 9


class Clerk:
    """Writes files about the same few households and persons, each time a little otherwise."""

    def __init__(self, seed):
        self.dice = random.Random(seed)

    def roster(self):
        """Some households; a person stands in one of them, at times not in the one of before."""
        homes = self.dice.sample(range(1, HOMES + 1), k=self.dice.randint(1, HOMES))
        people = self.dice.sample(range(PEOPLE), k=self.dice.randint(len(homes), PEOPLE))
        rows = []
        for place, home in enumerate(homes):
            rows += self.home(home, people[place :: len(homes)])
        return xlsx(table(rows, ROSTER))

    def whole(self):
        """Every household and all who have papers, at times not in the household of before."""
        people = self.dice.sample([who for who in range(PEOPLE) if who % 3], k=6)
        rows = []
        for place in range(HOMES):
            rows += self.home(place + 1, people[place::HOMES])
        return xlsx(table(rows, ROSTER))

    def partial(self):
        """A roster of some columns only, of which some cells are empty."""
        headers = [each for each in ROSTER if each not in MAY_LACK or self.dice.random() < 0.7]
        rows = []
        homes = self.dice.sample(range(1, HOMES + 1), k=HOMES)
        for home in homes:
            rows += self.home(home, [2 * home - 1, 2 * home])
        for row in rows:
            for name in MAY_LACK:
                if self.dice.random() < 0.2:
                    row[name] = ""
        return xlsx(table(rows, headers))

    def pair(self):
        """An older roster and a newer one, in which everybody with papers may be elsewhere."""
        return self.roster(), self.roster()

    def batches(self):
        return Batch.objects.filter(state="applied").order_by("pk")

    def home(self, serial, people):
        town, village = self.dice.choice(VILLAGES)
        shared = {
            "乡镇": town, "行政村": village, "自然村": self.dice.choice(("东庄", "西庄", "")),
            "户编号": f"320723{serial:06d}", "人数": str(len(people)),
            "联系电话": self.dice.choice((f"1380000{serial:04d}", f"1390000{serial:04d}", "")),
            "脱贫属性": self.dice.choice(("已脱贫", "返贫")),
            "人均纯收入": self.dice.choice(("8640.50", "5000", "")),
        }  # fmt: skip
        return [self.person(shared, who, head=not place) for place, who in enumerate(people)]

    def person(self, shared, who, *, head):
        birth = f"19{50 + who * 4}0101"
        male = bool(who % 2)
        row = person(**shared) | {
            "姓名": self.dice.choice("王李张赵") + "建国", "人编号": f"32072300{who:04d}",
            "与户主关系": "户主" if head else self.dice.choice(("其他", "之子")),
            "健康状况": self.dice.choice(("长期慢性病", "健康")),
            "证件号码": number(birth, who + 1, male=male),
        }  # fmt: skip
        if who % 3 == 0:  # without papers: the sheet itself says birth and sex
            row["证件号码"] = "999999" + f"{who:012d}"
            row["出生日期"] = self.dice.choice((birth, "19660606", ""))
            row["性别"] = self.dice.choice(("男", "女", ""))
        elif self.dice.random() < 0.3:
            row["证件号码"] += "41"
            row["健康状况"] = "残疾"
        return row

    def dibao(self):
        rows = [
            {"乡镇": "侍庄街道", "行政村": "树云村", "姓名": "王建国", "身份证号": self.number(who),
             "救助类别": self.dice.choice(("农村低保", "特困供养")), "等级": "B类",
             "金额": self.dice.choice(("430", "500", "四百")), "享受起始日期": "2019-01-01"}
            for who in self.listed()
        ]  # fmt: skip
        return xlsx(table(rows, DIBAO))

    def number(self, who):
        return number(f"19{50 + who * 4}0101", who + 1, male=bool(who % 2))

    def listed(self):
        return self.dice.sample([who for who in range(PEOPLE) if who % 3], k=3)

    def file(self):
        """The next file, and the day that it speaks of."""
        if self.dice.random() < 0.25:
            return self.dibao(), LAST  # a list older than the last is refused
        return self.roster(), self.dice.choice(DAYS)


def take_in(content, on):
    """Receive, confirm whatever may be confirmed, apply."""
    batch = receive(content, on=on, region=COUNTY, period=2019)
    if batch.state == "refused":
        raise AssertionError(batch.outcome)
    return confirm(batch)


def confirm(batch):
    door = door_of(batch)
    actions.waive_all(batch=batch, reason="模拟数据", door=door, by=BY)
    return actions.apply(batch=batch, door=door, by=BY)


def take_back(batch):
    batch.refresh_from_db()
    return actions.reverse(batch=batch, door=door_of(batch), by=BY)


UNLIKE = {"id", "seq", "superseded_seq", "restores_id", "batch_id", "listing_id", "carried"}


def columns(row):
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.attname not in UNLIKE
    }


def registry():
    """All that the registry says now: every statement in force and every copy, in plain values.

    Of batches the file counts, not the number: the same file taken in twice says the same twice.
    """
    files = dict(Batch.objects.values_list("pk", "document_id"))
    said = []
    for model in Statement.__subclasses__():
        for row in model.objects.filter(superseded_seq=None):
            stated = sorted(columns(row).items()) + _carried(row, files)
            said.append(repr((model.__name__, files.get(row.batch_id), stated)))
    homes = HouseholdPlace.objects.filter(superseded_seq=None).values("household")
    people = PersonIdentity.objects.filter(superseded_seq=None).values("person")
    copied = [
        repr((model.__name__, sorted(columns(row).items())))
        for model, stated in ((Household, homes), (Person, people))
        for row in model.objects.filter(pk__in=stated)
    ]
    return sorted(said), sorted(copied)


def _carried(row, files):
    return [
        (name, day, files.get(batch), *more)
        for name, (day, batch, *more) in sorted((row.carried or {}).items())
    ]


def check_copies():
    """Each copy says what the statements in force say, read here once more in plain Python."""
    for home in Household.objects.all():
        place = _in_force(home.places)
        living = home.memberships.filter(until=None, superseded_seq=None).order_by("since", "row")
        if place is None:
            assert not living.exists(), home
        else:
            assert (home.village_id, home.group_name, home.phone) == (
                place.village_id, place.group_name, place.phone,
            )  # fmt: skip
            assert home.phone_index == index_phones([place.phone])[0]
        heads = [row.person.name for row in living if row.relation == copies.HEAD]
        head = heads[0] if heads else ""
        assert (home.size, home.head_name) == (len(living), head), (home.pk, heads)
        incomes = Income.objects.filter(household=home, superseded_seq=None)
        latest = max(incomes, key=lambda row: (row.period_until, -int(row.source[0]), row.since),
                     default=None)  # fmt: skip
        assert home.income_per_head_fen == (latest and latest.amount_fen)
    for one in Person.objects.all():
        identity = _in_force(one.identities)
        if identity is not None:
            names = ("name", "birth", "sex", "id_kind", "id_number", "number")
            assert all(getattr(one, name) == getattr(identity, name) for name in names)
        else:
            assert not Membership.objects.filter(person=one, superseded_seq=None).exists()


def _in_force(statements):
    rows = list(statements.filter(superseded_seq=None))
    first = min((row.source for row in rows), default=None)
    return max(
        (row for row in rows if row.source == first),
        key=lambda row: (row.since, row.seq), default=None,
    )  # fmt: skip


def listed(viewer):
    """What lists, search and the file of a household show a viewer."""
    rows = queries.households(viewer=viewer)
    people = queries.persons(viewer=viewer)
    return (
        [row.number for row in rows],
        [row.number for row in Household.objects.all()
         if queries.household(viewer=viewer, number=row.number)],
        sorted(row.person.name for row in people),
    )  # fmt: skip
