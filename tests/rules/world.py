"""A small vocabulary, random well-typed rules over it, and random households with holes."""

import datetime

from hypothesis import strategies as st

from tests.rules.oracle import months_later
from wengu.rules import (
    Choice,
    Codes,
    Count,
    Day,
    Days,
    Fen,
    Flag,
    Months,
    Pack,
    ParameterDefinition,
    Parameters,
    ParameterValue,
    Table,
    Years,
)
from wengu.rules import nodes as n
from wengu.rules.branches import Branch
from wengu.rules.proofs import infer
from wengu.rules.rule import Rule
from wengu.rules.vocabulary import FactDefinition

SMALL = (-1_000, 1_000)
household = Table(
    "household",
    {
        "registered": Flag(null=True),
        "urban": Flag(),
        "income": Fen(null=True, range=SMALL),
        "rent": Fen(range=SMALL),
        "since": Day(null=True),
        "grade": Choice(null=True, values=("A", "B", "C")),
    },
    term="户",
)
person = Table(
    "person",
    {
        "ill": Flag(null=True),
        "wage": Fen(null=True, range=SMALL),
        "rank": Count(range=(0, 5)),
        "birth": Day(null=True),
        "relation": Choice(null=True),
    },
    parent=household,
    many="members",
    at_most=20,
    term="人",
)
bill = Table(
    "bill",
    {"paid": Fen(null=True, range=SMALL), "left": Day(null=True), "local": Flag()},
    parent=person,
    many="bills",
    at_most=20,
    term="结算",
)
village = Table("village", {"income": Fen(null=True), "road": Flag(null=True)}, term="村")
TABLES = (household, person, bill, village)
PARAMETERS = (
    ParameterDefinition("line", Fen, term="标准", county=True, range=SMALL),
    ParameterDefinition("unset", Fen, term="未设", range=SMALL),
    ParameterDefinition("months", Months, term="月", county=True, range=(0, 60)),
    ParameterDefinition("days", Days, term="天", range=(0, 900)),
    ParameterDefinition("adult", Years, term="岁", county=True),
    ParameterDefinition("codes", Codes, term="代码"),
    ParameterDefinition("open", Flag, term="开关", county=True),
)
COUNTIES = ("320703", "320723", "320724")
TEXTS = ("A", "B", "C")
LONG_AGO = datetime.date(1900, 1, 1)
OPERATORS = ("=", "!=", "<", "<=", ">", ">=")


def empty_pack():
    return Pack("world", "1", tables=TABLES, parameters=PARAMETERS)


def day_number(date):
    return date.year * 10000 + date.month * 100 + date.day


dates = st.dates(datetime.date(1990, 1, 1), datetime.date(2024, 12, 31))
month_ends = st.sampled_from(
    [datetime.date(y, m, d) for y in (2019, 2020, 2021) for m, d in ((1, 31), (2, 28), (8, 31))]
    + [datetime.date(2020, 2, 29), datetime.date(2004, 2, 29)]
)
days = (dates | month_ends).map(day_number)
cases = st.sampled_from([datetime.date(2020, 2, 29), datetime.date(2020, 7, 1)]) | month_ends
small = st.sampled_from([-2, -1, 0, 1, 2, 5]) | st.integers(-1000, 1000)


@st.composite
def settings_(draw):
    """Dated values by (name, county); some not set at all."""
    found = {}
    for definition in PARAMETERS:
        if definition.name == "unset":
            continue
        for county in (None, *(COUNTIES[:2] if definition.county else ())):
            if draw(st.integers(0, 5)) == 0:
                continue
            found[definition.name, county] = draw(_setting(definition.name))
    return found


def _setting(name):
    return {
        "line": small,
        "months": st.sampled_from([0, 1, 6, 12, 24]),
        "days": st.sampled_from([0, 1, 30, 365]),
        "adult": st.sampled_from([0, 16, 18, 60]),
        "codes": st.frozensets(st.sampled_from(TEXTS)),
        "open": st.booleans(),
    }[name]


def parameters_of(settings):
    return Parameters(
        ParameterValue(name, value, LONG_AGO, county=county)
        for (name, county), value in settings.items()
    )


VALUES = {
    "flag": st.booleans(),
    "fen": small,
    "day": days,
    "text": st.sampled_from(TEXTS),
    "": st.integers(0, 5),
}


@st.composite
def row(draw, table, **keys):
    made = dict(keys)
    for name, kind in table.columns.items():
        dims = kind.dims[0] if kind.dims else ""
        missing = kind.null and draw(st.integers(0, 3)) == 0
        made[name] = None if missing else draw(VALUES[dims])
    return made


@st.composite
def registries(draw, households=4):
    """Rows by table; ids run through, so that joins cannot be right by luck."""
    rows = {"household": [], "person": [], "bill": []}
    number = draw(st.integers(1, households))
    for h in range(number):
        home = 100 + h
        rows["household"].append(
            draw(row(household, id=home, county=draw(st.sampled_from(COUNTIES))))
        )
        for _ in range(draw(st.integers(0, 3))):
            one = 1000 + len(rows["person"])
            rows["person"].append(draw(row(person, id=one, household=home)))
            for _ in range(draw(st.integers(0, 2))):
                key = 5000 + len(rows["bill"])
                rows["bill"].append(draw(row(bill, id=key, person=one)))
    return rows


LEVELS = {"household": ["household"], "person": ["person", "household"],
          "bill": ["bill", "person", "household"]}  # fmt: skip
BELOW = {"household": "person", "person": "bill"}


class Maker:
    """Draws nodes that the proofs accept."""

    def __init__(self, draw, voc):
        self.draw, self.voc = draw, voc

    def pick(self, options):
        return self.draw(st.sampled_from(options))()

    def closed(self, node):
        if infer(node, self.voc).open:
            return n.Need(node)
        return node

    def column(self, level, dims):
        found = [
            n.Column(table, name)
            for table in LEVELS[level]
            for name, kind in self.voc.tables[table].columns.items()
            if kind.dims == dims
        ]
        found += [
            n.Fact(table, name)
            for (table, name) in self.voc.facts
            if table in LEVELS[level] and infer(n.Fact(table, name), self.voc).unit == dims
        ]
        return self.draw(st.sampled_from(found)) if found else None

    def fen(self, level, depth):
        options = [lambda: self.column(level, ("fen",)), lambda: n.Parameter("line")]
        if depth:
            options += [
                lambda: n.Arithmetic(
                    self.draw(st.sampled_from("+-")),
                    self.fen(level, depth - 1),
                    self.fen(level, depth - 1),
                ),
                lambda: n.Arithmetic("*", self.fen(level, depth - 1), n.Literal(3)),
                lambda: n.Either(
                    self.condition(level, depth - 1),
                    self.fen(level, depth - 1),
                    self.fen(level, depth - 1),
                ),
                lambda: self.defaulted(self.fen(level, depth - 1), n.Literal(0)),
            ]
            if level in BELOW:
                options.append(lambda: self.aggregate(level, depth, "sum"))
        if self.draw(st.integers(0, 15)) == 0:
            return n.Parameter("unset")
        return self.pick(options)

    def defaulted(self, node, value):
        return n.Default(node, value) if infer(node, self.voc).unsure else node

    def aggregate(self, level, depth, operator):
        child = BELOW[level]
        where = self.condition(child, depth - 1) if self.draw(st.booleans()) else None
        body = None
        if operator == "sum":
            body = self.fen(child, depth - 1)
        elif operator != "count":
            body = self.condition(child, depth - 1)
        return n.Aggregate(operator, child, body, where)

    def compare(self, level, depth):
        operator = self.draw(st.sampled_from(OPERATORS))
        left, right = self.fen(level, depth), self.fen(level, depth)
        if level in BELOW and depth and self.draw(st.integers(0, 3)) == 0:
            left, right = self.aggregate(level, depth, "count"), n.Literal(1)
        return n.Compare(operator, self.closed(left), self.closed(right))

    def day(self, level, depth=1):
        """A recorded day, what it means when nobody recorded it, or one of two."""
        kind = self.draw(st.integers(0, 5))
        if depth and kind == 0:
            return self.defaulted(
                self.day(level, 0),
                self.draw(st.sampled_from([n.Today(), n.Literal(20040301, ("day",))])),
            )
        if depth and kind == 1:
            return self.defaulted(self.day(level, 0), self.day(level, 0))
        if depth and kind == 2:
            return n.Either(self.condition(level, 0), self.day(level, 0), self.day(level, 0))
        return self.column(level, ("day",))

    def clock(self, level):
        day = self.closed(self.day(level))
        if self.draw(st.booleans()):
            right = self.draw(st.sampled_from([n.Parameter("adult"), n.Literal(16)]))
            return n.Compare(self.draw(st.sampled_from(OPERATORS)), n.Age(day), right)
        cut = self.draw(
            st.sampled_from(
                [
                    n.Cut("months", n.Parameter("months")),
                    n.Cut("months", n.Literal(6)),
                    n.Cut("days", n.Parameter("days")),
                    n.Cut("before", n.Parameter("months")),
                    n.Today(),
                ]
            )
        )
        running = isinstance(cut, n.Cut) and cut.kind != "before"
        return n.Compare(
            self.draw(st.sampled_from((">=", "<") if running else OPERATORS)), day, cut
        )

    def member(self, level):
        text = self.closed(self.column(level, ("text",)))
        values = self.draw(st.sampled_from([("A",), ("A", "C"), n.Parameter("codes")]))
        return n.Member(text, values)

    def condition(self, level, depth):
        options = [
            lambda: self.compare(level, depth),
            lambda: self.closed(self.column(level, ("flag",))),
            lambda: self.clock(level),
        ]
        if level != "bill":
            options.append(lambda: self.member(level))
        if depth:
            options += [
                lambda: n.Not(self.condition(level, depth - 1)),
                lambda: n.And((self.condition(level, depth - 1), self.condition(level, depth - 1))),
                lambda: n.Or((self.condition(level, depth - 1), self.condition(level, depth - 1))),
                lambda: self.defaulted(
                    self.condition(level, depth - 1),
                    n.Literal(self.draw(st.booleans()), ("flag",)),
                ),
                lambda: self.known(level),
                lambda: n.And((n.Parameter("open"), self.condition(level, depth - 1))),
            ]
            if level in BELOW:
                kind = self.draw(st.sampled_from(["any", "every"]))
                options.append(lambda: self.aggregate(level, depth, kind))
        return self.pick(options)

    def known(self, level):
        node = self.draw(st.sampled_from([lambda: self.fen(level, 1), lambda: self.day(level),
                                          lambda: n.Parameter("codes")]))()  # fmt: skip
        return n.Known(node) if infer(node, self.voc).unsure else self.condition(level, 0)


def rule_of(name, subject, conditions):
    branches = [Branch(f"b{i}", i % 2 == 0, "", one) for i, one in enumerate(conditions)]
    branches.append(Branch("other", False, "", None))
    return Rule(name, "1.1.1", subject, "", "", "", LONG_AGO, None, tuple(branches))


@st.composite
def packs(draw, depth=2, clocks=False):
    """A pack with a few facts and rules about households and persons."""
    pack = empty_pack()
    maker = Maker(draw, pack.vocabulary)
    for number, table in enumerate(("bill", "person", "household")):
        if draw(st.booleans()):
            node = maker.fen(table, 1) if draw(st.booleans()) else maker.condition(table, 1)
            if infer(node, pack.vocabulary).level is not None:
                pack.vocabulary.add_fact(FactDefinition(table, f"f{number}", node, ""))
    for subject in ("household", "person"):
        conditions = [maker.condition(subject, depth) for _ in range(draw(st.integers(1, 2)))]
        if clocks:
            conditions.insert(0, n.And((maker.clock(subject), maker.clock(subject))))
            conditions.insert(1, maker.clock(subject))
        conditions = [c for c in conditions if infer(c, pack.vocabulary).level is not None]
        pack.add(rule_of(f"about-{subject}", subject, conditions))
    return pack


@st.composite
def eventful(draw, rows, on):
    """Move the days of the rows so that ages and periods are reached soon after `on`."""
    for table in rows.values():
        for one in table:
            for name in ("since", "birth", "left"):
                if one.get(name) is not None:
                    lengths = [1, 6, 12, 24, 192, 216] if name != "birth" else [192, 216, 720]
                    months = draw(st.sampled_from(lengths))
                    soon = on + datetime.timedelta(days=draw(st.integers(-2, 40)))
                    moved = months_later(soon, -months) - datetime.timedelta(
                        days=draw(st.integers(0, 3))
                    )
                    one[name] = day_number(draw(st.sampled_from([moved, moved, soon])))
    return rows
