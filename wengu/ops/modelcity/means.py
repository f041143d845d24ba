"""收支: support, exit from poverty, cause, housing, water and income of a household."""

import math
from datetime import date, timedelta

from wengu.ops.modelcity import lives
from wengu.ops.modelcity.dice import Dice, Table
from wengu.ops.modelcity.people import Household, Support, Today, Watch

LINE_FEN = 6_000_00
"""The provincial line of the five-year plan: 6000 yuan a year and head."""
DEMO_DIBAO_FEN = 610_00
"""模拟, 未核实: the monthly standard that the demo assumes where none is given."""
MONTHS = 12

_STATUS = Table({"已脱贫": 96.2, "未脱贫": 2.2, "返贫": 0.6, "预脱贫": 1.0})
_EXIT_YEARS = Table({2016: 15, 2017: 22, 2018: 30, 2019: 33})
_CAUSES = {
    "因病": 95, "因残": 60, "缺劳力": 14, "因学": 7, "缺技术": 8, "缺资金": 5,
    "自身发展动力不足": 1.2, "因灾": 0.8, "缺土地": 0.5, "交通条件落后": 0.2, "其他": 1,
}  # fmt: skip
_CARE = Table({"全自理": 70, "半护理": 20, "全护理": 10})
_DANGER = Table({"否": 98.3, "是": 1.2, "": 0.5})
_GRADES = {
    "是": Table({"C级": 55, "D级": 30, "": 15}),
    "否": Table({"A级": 58, "B级": 39, "": 3}),
    "": Table({"": 1}),
}
_STRUCK = 0.003
_SAFE_WATER = Table({"是": 98.9, "否": 0.7, "": 0.4})
_LOWEST_FEN, _HIGHEST_FEN = 1_200_00, 60_000_00
_MISSING_INCOME = 0.006
_DESTITUTE_FACTOR = 1.3


def provide(home: Household, *, today: Today, dibao_fen: int, dice: Dice) -> None:
    """Fill everything of the household that hangs on its members."""
    home.identified = date(dice.choice((2015, 2016, 2016, 2016)), 12, 31)
    home.status = _STATUS.pick(dice)
    home.danger = _DANGER.pick(dice)
    home.house_grade = _GRADES[home.danger].pick(dice)
    if dice.chance(_STRUCK):
        home.disaster_on = today.dated - timedelta(days=dice.randrange(400))
    home.water_safe = _SAFE_WATER.pick(dice)
    home.water_hard = "是" if home.water_safe == "否" and dice.chance(0.5) else "否"
    if home.status in ("已脱贫", "返贫"):
        home.exit_year = _EXIT_YEARS.pick(dice)
    home.cause = cause(home, dice)
    home.support = _support(home, today, dibao_fen, dice)
    home.income_fen = _income(home, dibao_fen, dice)
    grace(home, today=today, dibao_fen=dibao_fen, dice=dice)


def cause(home: Household, dice: Dice) -> str:
    """Return a main cause that the members bear out."""
    ill = any(lives.CHRONIC in p.health or lives.SERIOUS in p.health for p in home.members)
    disabled = any(lives.DISABLED in p.health for p in home.members)
    studies = any(p.schooling not in ("", "学龄前儿童", "学前教育") for p in home.members)
    able = sum(p.labour in lives.FULL_LABOUR for p in home.members)
    borne = {
        "因病": ill,
        "因残": disabled,
        "因学": studies,
        "缺劳力": able * 2 < len(home.members),
        "缺技术": able > 0,
        "缺资金": able > 0,
    }
    return Table({name: weight for name, weight in _CAUSES.items() if borne.get(name, True)}).pick(
        dice
    )


def _support(home: Household, today: Today, dibao_fen: int, dice: Dice) -> Support | None:
    since = date(dice.randrange(2011, 2020), dice.randrange(1, 13), 1)
    alone = len(home.members) == 1 and today.age(home.head) >= lives.ELDERLY
    if alone and home.head.labour in lives.NO_LABOUR and dice.chance(0.3):
        amount = round(dibao_fen * _DESTITUTE_FACTOR / 100) * 100
        return Support("农村特困供养", _CARE.pick(dice), amount, since)
    weak = any(lives.DISABLED in p.health or lives.SERIOUS in p.health for p in home.members)
    share = 0.34 if weak else 0.24 if alone else 0.09
    return dibao(dibao_fen, since, dice) if dice.chance(share) else None


def dibao(dibao_fen: int, since: date, dice: Dice) -> Support:
    """Return dibao support: class A pays the full standard, B and C a part."""
    grade, share = dice.choice((("A类", 1.0), ("B类", 0.75), ("B类", 0.7), ("C类", 0.5)))
    return Support("农村低保", grade, round(dibao_fen * share / 1000) * 1000, since)


def _income(home: Household, dibao_fen: int, dice: Dice) -> int | None:
    if dice.chance(_MISSING_INCOME):
        return None
    year = dibao_fen * MONTHS
    middle, spread = 12_200_00.0, 0.36
    if home.support is not None:
        middle, spread = 1.22 * year, 0.34
    if home.status in ("未脱贫", "返贫", "预脱贫"):
        middle, spread = 0.92 * LINE_FEN, 0.12
    drawn = math.exp(math.log(middle) + dice.gauss(0, spread))
    floor = max(LINE_FEN, year) * 1.04
    if home.status == "已脱贫" and home.support is None and drawn < floor and dice.chance(0.85):
        drawn = floor * dice.between(1, 1.5)
    held = min(max(drawn, _LOWEST_FEN), _HIGHEST_FEN)
    step = dice.choice((1, 1, 1, 100, 100_00))
    return round(held / step) * step


def grace(home: Household, *, today: Today, dibao_fen: int, dice: Dice) -> None:
    """Date the gradual exit of a dibao household that has risen over the standard."""
    support, income = home.support, home.income_fen
    if support is None or support.kind != "农村低保" or income is None:
        return
    if income > dibao_fen * MONTHS and dice.chance(0.5):
        begun = today.back(dice.randrange(1, 29)).replace(day=1)
        support.grace_since = max(begun, support.since)


_CLEARED_UNKNOWN = 0.2
_WATCHED = Table({"边缘易致贫户": 86, "突发严重困难户": 14})


def watch(home: Household, *, today: Today, dibao_fen: int, dice: Dice) -> None:
    """Make this an edge household (边缘户): monitored, never registered."""
    home.registered, home.status, home.exit_year, home.cause = False, "", None, ""
    home.support = _support(home, today, dibao_fen, dice) if dice.chance(0.3) else None
    middle = 1.12 * LINE_FEN
    home.income_fen = round(math.exp(math.log(middle) + dice.gauss(0, 0.2)))
    since = today.back(dice.randrange(1, 12)).replace(day=1)
    home.identified = since
    cleared = None
    if dice.chance(0.15) and since < today.back(7):
        cleared = today.dated.replace(day=1)
    if cleared is not None and dice.chance(_CLEARED_UNKNOWN):
        home.income_fen = None
    home.watch = Watch(_WATCHED.pick(dice), since, cleared)


def unsteady(home: Household, *, today: Today, dice: Dice) -> None:
    """Watch an exited household near the line (脱贫不稳定户)."""
    income = home.income_fen
    if home.status == "已脱贫" and income is not None and income < LINE_FEN * 1.15:
        home.watch = Watch("脱贫不稳定户", today.back(dice.randrange(1, 10)).replace(day=1))
