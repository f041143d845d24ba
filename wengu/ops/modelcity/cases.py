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
        _calm(home)
        self.change(home, scene)
        home.case, home.plain = self.tag, False
        if home.registered:
            home.cause = means.cause(home, scene.dice)


def _calm(home: Household) -> None:
    """Take away every other reason for a decision, so that the case decides alone."""
    home.status, home.exit_year, home.support, home.watch = "已脱贫", _EXIT_YEAR, None, None
    home.danger, home.water_safe, home.water_hard = "否", "是", "否"
    home.income_fen = 3 * means.LINE_FEN
    for person in home.members:
        person.bills, person.insurance = [], "是"


# Months and then days before the day of the statement.
_STARTS: dict[str, tuple[int, int] | None] = {
    "none": None,
    "over-yesterday": (GRACE_MONTHS, 1),
    "over-today": (GRACE_MONTHS, 0),
    "last-day": (GRACE_MONTHS, -1),
    "expires-in-a-week": (GRACE_MONTHS, -7),
    "half-way": (GRACE_MONTHS // 2, 0),
    "starts-today": (0, 0),
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


def charge(home: Household, own_fen: int | None, admitted: date, today: Today) -> None:
    """Give the head one stay whose self-pay is known exactly, or not entered."""
    total = 2 * (own_fen or 40_000_00)
    hospital = f"{home.village.county}人民医院"
    out = min(admitted + timedelta(days=9), today.on - timedelta(days=1))
    basic = total - (own_fen or 40_000_00)
    home.head.bills.append(Bill(admitted, out, "脑出血", hospital, total, basic, 0, own_fen))


def _burdened(percent: int, cents: int) -> Change:
    """Leave, after self-pay, a per-head income at so many percent of the line."""

    def change(home: Household, scene: Scene) -> None:
        income = 4 * means.LINE_FEN
        home.income_fen = income
        own = (income - means.LINE_FEN * percent // 100) * len(home.members) - cents
        charge(home, own, scene.today.back(3), scene.today)

    return change


def _charged(own_fen: int | None, months: int, days: int) -> Change:
    def change(home: Household, scene: Scene) -> None:
        home.income_fen = means.LINE_FEN * 3 // 2
        charge(home, own_fen, scene.today.back(months, days), scene.today)

    return change


def _set(**facts: str) -> Change:
    def change(home: Household, scene: Scene) -> None:
        for name, value in facts.items():
            setattr(home, name, value)

    return change


def _insured(value: str) -> Change:
    def change(home: Household, scene: Scene) -> None:
        home.members[-1].insurance = value

    return change


_COMPULSORY = range(7, 15)


def _pupil(home: Household, scene: Scene) -> Person | None:
    ages = ((person, scene.today.school_age(person)) for person in home.members)
    return next((person for person, age in ages if age in _COMPULSORY), None)


def _has_pupil(home: Household, scene: Scene) -> bool:
    return _pupil(home, scene) is not None


def _truant(*, known: bool) -> Change:
    def change(home: Household, scene: Scene) -> None:
        pupil = _pupil(home, scene)
        if pupil is None:
            raise ValueError("失学案例需要一名义务教育阶段的成员")
        lives.drop_out(pupil)
        if not known:
            pupil.education = pupil.absence = ""

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
    for name, days in {"inside": -1, "edge": 0, "outside": 1}.items():
        yield Case(f"bill/window-{name}", _charged(60_000_00, 12, days))
    yield Case("bill/sudden", _charged(90_000_00, 0, 20))


def _life_cases() -> Iterator[Case]:
    yield Case("house/dangerous", _set(danger="是"))
    yield Case("house/unknown", _set(danger=""))
    yield Case("water/unsafe", _set(water_safe="否", water_hard="是"))
    yield Case("water/unknown", _set(water_safe="", water_hard=""))
    yield Case("insurance/none", _insured("否"))
    yield Case("insurance/unknown", _insured(""))
    yield Case("school/out", _truant(known=True), _has_pupil)
    yield Case("school/unknown", _truant(known=False), _has_pupil)
    yield Case("labour/none-in-house", _labour("无劳动力"), _elders_only)
    yield Case("labour/unknown", _labour(""), _elders_only)
    yield Case("health/unknown", _health_unknown, _grown_head)
    for years in (7, 16, 60):
        for name, days in {"birthday": 0, "tomorrow": 1}.items():
            yield Case(f"age/{years}/{name}", _aged(years, days), _someone(years))


def catalogue() -> list[Case]:
    """Return every case once, in a fixed order."""
    return [*_income_cases(), *_life_cases(), *_support_cases()]


def fits(case: Case, home: Household, scene: Scene) -> bool:
    """Say whether the household can become the case."""
    if any(person.absence for person in home.members):
        return False
    return case.wants(home, scene) and home.head.has_papers


_MOST = 0.25
_COPIES = 3


class Casting:
    """选角: hands the cases of one county to its households, evenly spread."""

    def __init__(self, households: int) -> None:
        once = catalogue()
        room = int(households * _MOST)
        copies = min(max(room // len(once), 1), _COPIES)
        self._waiting = (once * copies)[:room]
        self._step = max(households // max(len(self._waiting), 1), 1)
        self._seen = 0

    def offer(self, home: Household, scene: Scene) -> None:
        """Show the next household; it becomes the first waiting case that it fits, when due."""
        self._seen += 1
        if not self._waiting or self._seen % self._step:
            return
        for place, case in enumerate(self._waiting):
            if fits(case, home, scene):
                del self._waiting[place]
                case.apply(home, scene)
                return
