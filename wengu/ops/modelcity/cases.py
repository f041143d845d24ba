"""边界户: households planted on, below and above each threshold, or with one fact missing.

Others stand on the first and last day of a period, so that every rule meets all its verdicts.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from wengu.ops.modelcity import lives, means
from wengu.ops.modelcity.dice import Dice
from wengu.ops.modelcity.numbers import Numbers
from wengu.ops.modelcity.people import Bill, Household, Person, Today

GRACE_MONTHS = 24
_EXIT_YEAR = 2018
_LAST_COMPULSORY = 15
_NEAR_PERCENT = (100, 110, 125, 150)


class Scene(NamedTuple):
    """场景: what a case needs to know of its county and day."""

    today: Today
    dibao_fen: int
    numbers: Numbers
    dice: Dice

    @property
    def year_fen(self) -> int:
        """The dibao standard of a year."""
        return self.dibao_fen * means.MONTHS


Change = Callable[[Household, Scene], None]
Wish = Callable[[Household, Scene], bool]


def anyone(home: Household, scene: Scene) -> bool:
    """Take any household."""
    return True


class Case(NamedTuple):
    """案例: a tag kept in the truth, the households it fits, and what it makes of one."""

    tag: str
    change: Change
    wants: Wish = anyone

    def apply(self, home: Household, scene: Scene) -> None:
        """Turn the household into this case."""
        _calm(home, scene)
        self.change(home, scene)
        home.case, home.plain = self.tag, False
        if home.registered:
            home.cause = means.cause(home, scene.dice)


def _calm(home: Household, scene: Scene) -> None:
    """Take away every other reason for a decision, so that the case decides alone."""
    home.status, home.exit_year, home.support, home.watch = "已脱贫", _EXIT_YEAR, None, None
    home.danger, home.house_grade, home.disaster_on = "否", "A级", None
    home.water_safe, home.water_hard = "是", "否"
    home.income_fen = 3 * means.LINE_FEN
    for person in home.members:
        person.bills, person.insurance = [], "是"
        if person.medical != "职工":
            person.medical = "居民"
        if person.pension != "职工" and scene.today.age(person) >= lives.WORKING_AGE:
            person.pension = "无" if person.schooling else "居民"


# Months and then days before the day of the statement.
_STARTS: dict[str, tuple[int, int] | None] = {
    "none": None,
    "over-yesterday": (GRACE_MONTHS, 1),
    "over-today": (GRACE_MONTHS, 0),
    "last-day": (GRACE_MONTHS, -1),
    "expires-in-a-week": (GRACE_MONTHS, -7),
    "half-way": (GRACE_MONTHS // 2, 0),
    "started-yesterday": (0, 1),
}
# So many times the yearly standard, and then fen.
_LEVELS: dict[str, tuple[int, int] | None] = {
    "below-1x": (1, -1),
    "at-1x": (1, 0),
    "above-1x": (1, 1),
    "below-2x": (2, -1),
    "at-2x": (2, 0),
    "above-2x": (2, 1),
    "income-missing": None,
}


def _level(name: str, scene: Scene) -> int | None:
    level = _LEVELS[name]
    return None if level is None else level[0] * scene.year_fen + level[1]


def _on_dibao(income: str, start: str) -> Change:
    def change(home: Household, scene: Scene) -> None:
        support = means.dibao(scene.dibao_fen, date(2015, 3, 1), scene.dice)
        begun = _STARTS[start]
        support.grace_since = None if begun is None else scene.today.back(*begun)
        home.support = support
        home.income_fen = _level(income, scene)

    return change


def _afflict(home: Household, scene: Scene, what: str) -> None:
    head = home.head
    head.disability, head.health = None, (lives.DISABLED,)
    kind, grade = {"limb-1": (4, 1), "mental-3": (6, 3), "limb-3": (4, 3)}.get(what, (1, 2))
    if what == "serious-illness":
        head.health = (lives.SERIOUS,)
    else:
        lives.disable(head, kind=kind, grade=grade, today=scene.today, dice=scene.dice)
    if head.disability is not None and what == "grade-unknown":
        head.disability.in_number = head.disability.in_roster = False
    if head.disability is not None and what == "grade-in-roster-only":
        head.disability.in_number = False
    lives.work(head, today=scene.today, dice=scene.dice)


def _afflicted(what: str, income: str) -> Change:
    def change(home: Household, scene: Scene) -> None:
        _afflict(home, scene, what)
        home.income_fen = _level(income, scene)

    return change


def _earning(percent: int, cents: int, status: str = "已脱贫") -> Change:
    def change(home: Household, scene: Scene) -> None:
        home.status = status
        home.exit_year = _EXIT_YEAR if status in ("已脱贫", "返贫") else None
        home.income_fen = means.LINE_FEN * percent // 100 + cents

    return change


def charge(home: Household, own_fen: int | None, discharged: date, *, paid: bool = True) -> None:
    """Give the head one stay whose self-pay is known exactly, or not entered.

    paid False = nobody entered either what the insurance paid.
    """
    total = 2 * (own_fen or 40_000_00)
    basic = total - (own_fen or 40_000_00) if paid else None
    hospital, admitted = f"{home.village.county}人民医院", discharged - timedelta(days=9)
    serious = 0 if paid else None
    bill = Bill(admitted, discharged, "股骨颈骨折", hospital, total, basic, serious, own_fen)
    home.head.bills.append(bill)


def _burdened(percent: int, cents: int) -> Change:
    """Leave, after self-pay, a per-head income at so many percent of the line."""

    def change(home: Household, scene: Scene) -> None:
        income = 4 * means.LINE_FEN
        home.income_fen = income
        own = (income - means.LINE_FEN * percent // 100) * len(home.members) - cents
        charge(home, own, scene.today.back(7))

    return change


def _charged(own_fen: int | None, months: int, days: int, *, paid: bool = True) -> Change:
    def change(home: Household, scene: Scene) -> None:
        home.income_fen = means.LINE_FEN * 3 // 2
        charge(home, own_fen, scene.today.back(months, days), paid=paid)

    return change


def _shocked(cents: int) -> Change:
    """Let the household have paid half of a year's income, and so many fen, within six months."""

    def change(home: Household, scene: Scene) -> None:
        home.income_fen = 4 * means.LINE_FEN
        own = home.income_fen * len(home.members) // 2 + cents
        charge(home, own, scene.today.back(2))

    return change


def _struck(months: int, days: int) -> Change:
    def change(home: Household, scene: Scene) -> None:
        home.disaster_on = scene.today.back(months, days)

    return change


def _set(**facts: str) -> Change:
    def change(home: Household, scene: Scene) -> None:
        for name, value in facts.items():
            setattr(home, name, value)

    return change


def _of_last(**facts: str) -> Change:
    """Change facts of the last member."""

    def change(home: Household, scene: Scene) -> None:
        for name, value in facts.items():
            setattr(home.members[-1], name, value)

    return change


def _grown_last(home: Household, scene: Scene) -> bool:
    last = home.members[-1]
    return scene.today.age(last) > lives.WORKING_AGE and last.schooling == ""


_COMPULSORY = range(7, 15)


def _pupil(home: Household, scene: Scene) -> Person | None:
    ages = ((person, scene.today.school_age(person)) for person in home.members)
    return next((person for person, age in ages if age in _COMPULSORY), None)


def _has_pupil(home: Household, scene: Scene) -> bool:
    return _pupil(home, scene) is not None


# Illness and disability excuse a child from school only where somebody has seen them.
_ABSENCES = {
    "厌学": (lives.HEALTHY,),
    "因病": (lives.CHRONIC,),
    "因残": (lives.HEALTHY,),
    "": (lives.CHRONIC,),
}


def _truant(reason: str, health: tuple[str, ...], *, known: bool = True) -> Change:
    def change(home: Household, scene: Scene) -> None:
        pupil = _pupil(home, scene)
        if pupil is None:
            raise ValueError("失学案例需要一名义务教育阶段的成员")
        lives.drop_out(pupil)
        pupil.absence, pupil.health, pupil.disability = reason, health, None
        pupil.labour = "无劳动力"
        if not known:
            pupil.education = ""

    return change


def _elders_only(home: Household, scene: Scene) -> bool:
    return all(scene.today.age(person) >= lives.ELDERLY for person in home.members)


def _labour(value: str) -> Change:
    def change(home: Household, scene: Scene) -> None:
        for person in home.members:
            person.labour, person.work_place, person.months = value, "", None

    return change


def _health_unknown(home: Household, scene: Scene) -> None:
    home.head.health, home.head.disability = (), None
    home.head.labour, home.head.work_place, home.head.months = "普通劳动力", "", 0


def _grown_head(home: Household, scene: Scene) -> bool:
    return scene.today.age(home.head) < lives.ELDERLY and home.head.education != ""


def _destitute(home: Household, scene: Scene) -> None:
    home.support = means.dibao(scene.dibao_fen, date(2016, 1, 1), scene.dice)
    home.support.kind, home.support.grade = "农村特困供养", "半护理"
    home.income_fen = scene.year_fen * 13 // 10


def _aged(years: int, days: int) -> Change:
    """Give a member of about that age a birthday so many days after the day of the statement."""

    def change(home: Household, scene: Scene) -> None:
        person = _about(home, scene, years)
        if person is None:
            raise ValueError(f"年龄案例需要一名约 {years} 岁的成员")
        birth = scene.today.back(years * 12) + timedelta(days=days)
        area = person.number[:6]
        person.birth = birth
        person.disability, person.health = None, (lives.HEALTHY,)
        if person.has_papers:
            person.number = scene.numbers.identity(scene.dice, area, birth, person.sex)
        lives.school(person, today=scene.today, dice=scene.dice)
        lives.work(person, today=scene.today, dice=scene.dice)

    return change


def _graduate(home: Household, scene: Scene) -> None:
    """Let a member of fifteen have finished junior high school and gone no further."""
    _aged(_LAST_COMPULSORY, -30)(home, scene)
    person = _about(home, scene, _LAST_COMPULSORY)
    if person is not None:
        person.schooling, person.education = "", "初中"
        lives.work(person, today=scene.today, dice=scene.dice)


def _about(home: Household, scene: Scene, years: int) -> Person | None:
    near = range(years - 2, years + 3)
    return next((person for person in home.members if scene.today.age(person) in near), None)


def _someone(years: int) -> Wish:
    return lambda home, scene: _about(home, scene, years) is not None


_BY_CENTS = {"below": -1, "at": 0, "above": 1}


def _support_cases() -> Iterator[Case]:
    for start in _STARTS:
        for level in _LEVELS:
            yield Case(f"dibao/{level}/grace-{start}", _on_dibao(level, start))
    for what in ("limb-1", "mental-3", "serious-illness"):
        for level in _LEVELS:
            yield Case(f"afflicted/{what}/{level}", _afflicted(what, level))
    for what in ("limb-3", "grade-unknown", "grade-in-roster-only"):
        for level in ("below-2x", "at-2x"):
            yield Case(f"afflicted/{what}/{level}", _afflicted(what, level))
    yield Case("destitute", _destitute)


def _income_cases() -> Iterator[Case]:
    for percent in _NEAR_PERCENT:
        for name, cents in _BY_CENTS.items():
            yield Case(f"income/{percent}/{name}", _earning(percent, cents))
            yield Case(f"burden/{percent}/{name}", _burdened(percent, cents))
    for status in ("返贫", "未脱贫", "预脱贫", ""):
        for name, cents in _BY_CENTS.items():
            yield Case(f"status/{status or 'unknown'}/{name}", _earning(100, cents, status))
    yield Case("bill/self-pay-missing", _charged(None, 2, 0))
    yield Case("bill/nothing-entered", _charged(None, 2, 0, paid=False))
    for name, days in {"inside": -1, "edge": 0, "outside": 1}.items():
        for months in (6, 12):
            yield Case(f"bill/window-{months}-{name}", _charged(60_000_00, months, days))
            yield Case(f"disaster/{months}-{name}", _struck(months, days))
    for name, cents in _BY_CENTS.items():
        yield Case(f"shock/half-income/{name}", _shocked(cents))
    yield Case("bill/sudden", _charged(90_000_00, 0, 20))


def _life_cases() -> Iterator[Case]:
    for grade in ("C级", "D级", ""):
        name = f"house/dangerous/{grade or 'ungraded'}"
        yield Case(name, _set(danger="是", house_grade=grade))
    yield Case("house/safe/ungraded", _set(danger="否", house_grade=""))
    yield Case("house/unknown", _set(danger="", house_grade=""))
    yield Case("water/unsafe", _set(water_safe="否", water_hard="是"))
    yield Case("water/hard", _set(water_safe="是", water_hard="是"))
    yield Case("water/unknown", _set(water_safe="", water_hard=""))
    yield Case("insurance/none", _of_last(insurance="否"))
    yield Case("insurance/unknown", _of_last(insurance=""))
    yield Case("medical/none", _of_last(medical="无"))
    yield Case("medical/unknown", _of_last(medical=""))
    yield Case("pension/none", _of_last(pension="无"), _grown_last)
    yield Case("pension/unknown", _of_last(pension=""), _grown_last)
    for reason, health in _ABSENCES.items():
        name = f"school/out/{reason or 'reason-unknown'}"
        yield Case(name, _truant(reason, health), _has_pupil)
    yield Case("school/finished", _graduate, _someone(_LAST_COMPULSORY))
    yield Case("school/unknown", _truant("", (lives.HEALTHY,), known=False), _has_pupil)
    yield Case("labour/none-in-house", _labour("无劳动力"), _elders_only)
    yield Case("labour/unknown", _labour(""), _elders_only)
    yield Case("health/unknown", _health_unknown, _grown_head)
    for years in (6, 7, 16, 60):
        for name, days in {"birthday": 0, "tomorrow": 1}.items():
            yield Case(f"age/{years}/{name}", _aged(years, days), _someone(years))


def catalogue() -> list[Case]:
    """Return every case once, in a fixed order."""
    return [*_income_cases(), *_life_cases(), *_support_cases()]
