"""村情: one row of facts for every village, with weak villages (经济薄弱村) among them."""

from dataclasses import dataclass

from wengu.ops.modelcity import lives
from wengu.ops.modelcity.dice import Dice, Table
from wengu.ops.modelcity.people import Household
from wengu.ops.modelcity.places import Village

WEAK_LINE_FEN = 18_0000_00
"""The provincial line of a weak village: 180,000 yuan of collective income a year."""

_STATUS = Table({"省定": 12, "市定": 8, "": 80})
_MIDDLE_FEN = {"省定": 20_0000_00, "市定": 17_0000_00, "": 28_0000_00}
_SPREAD = 0.5
_MISSING = 0.012
# 100 yuan is the smallest step of a cell in 万元 with two decimals.
_STEP_FEN = 100_00
# Incomes that stand on, just below and just above the line and its usual fractions.
_EDGES = tuple(
    WEAK_LINE_FEN * percent // 100 + step
    for percent in (100, 80, 60, 50, 120, 150)
    for step in (-_STEP_FEN, 0, _STEP_FEN)
)


@dataclass(slots=True)
class Tally:
    """户数: what the registered households of one village add up to."""

    households: int = 0
    persons: int = 0
    danger: int = 0
    unsafe: int = 0
    dibao_households: int = 0
    dibao_persons: int = 0
    destitute: int = 0
    disabled: int = 0

    def add(self, home: Household) -> None:
        """Count one household."""
        size = len(home.members)
        self.households += 1
        self.persons += size
        self.danger += home.danger == "是"
        self.unsafe += home.water_safe == "否"
        self.disabled += sum(lives.DISABLED in person.health for person in home.members)
        if home.support is not None and home.support.kind == "农村低保":
            self.dibao_households += 1
            self.dibao_persons += size
        elif home.support is not None:
            self.destitute += size


@dataclass(slots=True)
class VillageFacts:
    """村情: the state of one village. income_fen None = nobody entered it."""

    village: Village
    status: str
    income_fen: int | None
    exited: str
    households: int
    persons: int
    tally: Tally
    hard_road: str
    bus: str
    clinics: int
    doctors: int
    toilets: int
    waste_points: int
    schools: int
    pensioned: int


def describe(village: Village, tally: Tally, *, edge: int, dice: Dice) -> VillageFacts:
    """Return the facts of one village; `edge` >= 0 plants the income of that edge case."""
    status = _STATUS.pick(dice) if village.share == 1 else ""
    drawn = _MIDDLE_FEN[status] * dice.lognormvariate(0, _SPREAD)
    income: int | None = round(drawn / _STEP_FEN) * _STEP_FEN
    if dice.chance(_MISSING):
        income = None
    if 0 <= edge <= len(_EDGES):
        status = status or ("省定", "市定")[edge % 2]
        income = None if edge == len(_EDGES) else _EDGES[edge]
    households = max(round(tally.households * dice.between(5, 9)), dice.randrange(380, 900))
    persons = round(households * dice.between(3.1, 3.9))
    exited = "" if not status else "是" if income is None or income >= WEAK_LINE_FEN else "否"
    return VillageFacts(
        village=village,
        status=status,
        income_fen=income,
        exited=exited,
        households=households,
        persons=persons,
        tally=tally,
        hard_road="否" if dice.chance(0.004) else "是",
        bus="否" if dice.chance(0.05) else "是",
        clinics=0 if dice.chance(0.01) else 1,
        doctors=dice.choice((1, 1, 2, 2, 3)),
        toilets=dice.randrange(1, 6),
        waste_points=dice.randrange(2, 20),
        schools=int(dice.chance(0.3)),
        pensioned=round(persons * dice.between(0.55, 0.7)),
    )
