"""家庭: who lives together. Each pattern draws relations, sexes and ages that fit each other."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

from wengu.ops.modelcity import names
from wengu.ops.modelcity.dice import Dice, Table
from wengu.ops.modelcity.numbers import Numbers
from wengu.ops.modelcity.people import Person

DAYS_PER_YEAR = 365.2425
LEAVES_HOME = 25
_OLDEST = 101.0


class Kin(NamedTuple):
    """亲属: a member to be: relation to the head, sex, age in years."""

    relation: str
    sex: str
    age: float


def _sex(dice: Dice, men: float = 0.52) -> str:
    return "男" if dice.chance(men) else "女"


def _other(sex: str) -> str:
    return "女" if sex == "男" else "男"


def _spouse(dice: Dice, head: Kin) -> Kin:
    gap = 2.2 if head.sex == "女" else -2.2
    age = head.age + dice.bell(gap, 2.4, -7, 9)
    return Kin("配偶", _other(head.sex), max(age, 20.5))


def _births(dice: Dice, youngest_parent: float, count: int) -> list[float]:
    """Return the ages of brothers and sisters; both parents are at least 19 at each birth."""
    ages, at_birth = [], dice.bell(23.5, 3.2, 19.5, 36)
    for _ in range(count):
        age = youngest_parent - at_birth
        if age < 0:
            break
        ages.append(age)
        at_birth += dice.between(1.3, 7)
    return ages


_CHILDREN = Table({1: 38, 2: 44, 3: 15, 4: 3})


def _children(dice: Dice, *parents: Kin) -> list[Kin]:
    ages = _births(dice, min(parent.age for parent in parents), _CHILDREN.pick(dice))
    stay = [age for age in ages if age < LEAVES_HOME or dice.chance(0.25)]
    return [Kin("之子", "男", age) if dice.chance(0.53) else Kin("之女", "女", age) for age in stay]


def _parents_of(dice: Dice, head: Kin, oldest_child: float) -> list[Kin]:
    """Return one or two parents; a woman who heads her husband's home lives with his."""
    base = oldest_child + dice.bell(24, 3, 19.5, 34)
    pairs = {
        "男": [("之父", "之母"), ("之岳父", "之岳母")],
        "女": [("之父", "之母"), ("之公公", "之婆婆")],
    }
    own, married = pairs[head.sex]
    wed_in = dice.chance(0.05 if head.sex == "男" else 0.75)
    father, mother = married if wed_in else own
    both = [Kin(father, "男", base + dice.between(0, 4)), Kin(mother, "女", base)]
    chosen = both if dice.chance(0.45) else [both[dice.chance(0.66)]]
    return [kin for kin in chosen if kin.age < _OLDEST]


def _elder(dice: Dice) -> list[Kin]:
    return [Kin("户主", _sex(dice, 0.58), dice.bell(73, 8, 60, 97))]


def _lone(dice: Dice) -> list[Kin]:
    return [Kin("户主", _sex(dice, 0.82), dice.bell(50, 9, 21, 59.9))]


def _elder_couple(dice: Dice) -> list[Kin]:
    head = Kin("户主", _sex(dice, 0.9), dice.bell(70, 6.5, 60, 92))
    return [head, _spouse(dice, head)]


def _with_parents(dice: Dice) -> list[Kin]:
    head = Kin("户主", _sex(dice, 0.85), dice.bell(41, 9, 20, 60))
    kin = [head, *_parents_of(dice, head, head.age)]
    if dice.chance(0.12):
        sister = dice.chance(0.3)
        kin.append(
            Kin("之兄弟姐妹", "女" if sister else "男", max(head.age - dice.between(1, 9), 16))
        )
    return kin


def _couple(dice: Dice) -> tuple[Kin, Kin]:
    head = Kin("户主", _sex(dice, 0.9), dice.bell(43, 8, 24, 62))
    return head, _spouse(dice, head)


def _couple_children(dice: Dice) -> list[Kin]:
    head, spouse = _couple(dice)
    return [head, spouse, *_children(dice, head, spouse)]


def _single_parent(dice: Dice) -> list[Kin]:
    head = Kin("户主", _sex(dice, 0.45), dice.bell(42, 7, 25, 60))
    return [head, *_children(dice, head)]


def _middle_three(dice: Dice) -> list[Kin]:
    head, spouse = _couple(dice)
    parents = _parents_of(dice, head, max(head.age, spouse.age))
    return [head, spouse, *_children(dice, head, spouse), *parents]


def _grandchildren(dice: Dice, youngest_parent: float, *, by_daughter: bool) -> list[Kin]:
    boy, girl = ("之外孙子", "之外孙女") if by_daughter else ("之孙子", "之孙女")
    ages = _births(dice, youngest_parent, Table({1: 45, 2: 47, 3: 8}).pick(dice))
    young = [age for age in ages if age < LEAVES_HOME]
    return [Kin(boy, "男", age) if dice.chance(0.53) else Kin(girl, "女", age) for age in young]


def _elder_three(dice: Dice) -> list[Kin]:
    head = Kin("户主", _sex(dice, 0.8), dice.bell(64, 6, 54, 82))
    elders = [head, _spouse(dice, head)] if dice.chance(0.75) else [head]
    child_age = max(min(kin.age for kin in elders) - dice.bell(24.5, 2.5, 20, 32), 21)
    by_daughter = dice.chance(0.1)
    child = Kin("之女", "女", child_age) if by_daughter else Kin("之子", "男", child_age)
    middle = [child]
    if dice.chance(0.7):
        wed_age = max(child_age + dice.between(-3, 2), 20.5)
        middle.append(
            Kin("之女婿", "男", wed_age + 1) if by_daughter else Kin("之儿媳", "女", wed_age)
        )
    youngest = min(kin.age for kin in middle)
    return [*elders, *middle, *_grandchildren(dice, youngest, by_daughter=by_daughter)]


def _left_behind(dice: Dice) -> list[Kin]:
    head = Kin("户主", _sex(dice, 0.7), dice.bell(65, 5.5, 55, 82))
    elders = [head, _spouse(dice, head)] if dice.chance(0.6) else [head]
    parent_age = min(kin.age for kin in elders) - dice.bell(23.5, 2, 20, 30)
    kin = [*elders, *_grandchildren(dice, max(parent_age, 21), by_daughter=dice.chance(0.15))]
    if dice.chance(0.03):
        kin.append(Kin("之侄儿", "男", dice.between(8, 22)))
    return kin


def _adult_child(dice: Dice) -> list[Kin]:
    head = Kin("户主", _sex(dice, 0.9), dice.bell(61, 6, 48, 78))
    spouse = _spouse(dice, head)
    age = max(min(head.age, spouse.age) - dice.bell(24.5, 2.5, 20, 32), 20)
    return [head, spouse, Kin("之子", "男", age) if dice.chance(0.8) else Kin("之女", "女", age)]


def _four_generations(dice: Dice) -> list[Kin]:
    kin = _elder_three(dice)
    old = max(member.age for member in kin[:2])
    mother = Kin("之母", "女", old + dice.bell(21, 2, 19.5, 26))
    return [*kin, mother] if mother.age < _OLDEST else kin


PATTERNS: Table[Callable[[Dice], list[Kin]]] = Table(
    {_elder: 13, _lone: 6, _elder_couple: 13, _with_parents: 9, _couple_children: 24,
     _single_parent: 7, _middle_three: 9, _elder_three: 9, _left_behind: 4, _adult_child: 5,
     _four_generations: 1}
)  # fmt: skip

_FATHERS_LINE = {"之子", "之女", "之孙子", "之孙女"}
_SON_IN_LAWS_LINE = {"之女婿", "之外孙子", "之外孙女"}
_OWN_LINE = {"户主", "之父", "之兄弟姐妹", "之侄儿"}
_SPOUSES_LINE = {"配偶", "之岳父", "之公公"}


class _Lines(NamedTuple):
    """姓氏: the surnames that meet in one home."""

    own: str
    spouse: str
    son_in_law: str
    head_sex: str

    def surname(self, dice: Dice, relation: str) -> str:
        """Return the surname that this relation carries."""
        if relation in _OWN_LINE:
            return self.own
        if relation in _SPOUSES_LINE:
            return self.spouse
        if relation in _SON_IN_LAWS_LINE:
            return self.son_in_law
        if relation in _FATHERS_LINE:
            return self.own if self.head_sex == "男" else self.spouse
        return names.surname(dice)


_WED_IN = {"配偶", "之儿媳"}
_WED_FROM_AFAR = 0.035
_AFAR_UNDER = 55


class Founder:
    """立户: turns patterns into persons with names and numbers."""

    def __init__(self, *, numbers: Numbers, dated: date) -> None:
        self.numbers = numbers
        self.dated = dated

    def family(self, dice: Dice, county: str) -> list[Person]:
        """Return the members of one new household, head first."""
        kin = PATTERNS.pick(dice)(dice)
        own, spouse, son_in_law = (names.surname(dice) for _ in range(3))
        lines = _Lines(own, spouse, son_in_law, kin[0].sex)
        shared: dict[tuple[str, str], str] = {}
        taken: set[str] = set()
        members = []
        for one in kin:
            person = self._person(dice, one, lines, shared, county)
            while person.name in taken:
                person.name = lines.surname(dice, one.relation) + names.given(
                    dice, one.sex, person.birth.year
                )
            taken.add(person.name)
            members.append(person)
        return members

    def _person(
        self,
        dice: Dice,
        kin: Kin,
        lines: _Lines,
        shared: dict[tuple[str, str], str],
        county: str,
    ) -> Person:
        birth = self.dated - timedelta(days=int(kin.age * DAYS_PER_YEAR) + 1)
        afar = (
            kin.relation in _WED_IN
            and kin.sex == "女"
            and kin.age < _AFAR_UNDER
            and dice.chance(_WED_FROM_AFAR)
        )
        nation = names.nation(dice, afar=afar)
        name = self._name(dice, kin, lines, shared, birth.year)
        if nation == "维吾尔族":
            name = names.uighur_woman(dice) if afar else name
        area = self.numbers.area(dice, county, afar=afar)
        number = self.numbers.identity(dice, area, birth, kin.sex)
        return Person(name, kin.sex, birth, number, kin.relation, nation)

    def _name(
        self,
        dice: Dice,
        kin: Kin,
        lines: _Lines,
        shared: dict[tuple[str, str], str],
        year: int,
    ) -> str:
        key = (kin.relation, kin.sex)
        if key not in shared:
            kept = kin.relation in _FATHERS_LINE and dice.chance(0.45)
            shared[key] = names.generation_character(dice, kin.sex, year) if kept else ""
        return lines.surname(dice, kin.relation) + names.given(
            dice, kin.sex, year, shared=shared[key]
        )
