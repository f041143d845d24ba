"""境况: schooling, health, disability, labour and work of each person, fitting his or her age."""

from datetime import timedelta

from wengu.ops.modelcity.dice import Dice, Table
from wengu.ops.modelcity.numbers import Numbers
from wengu.ops.modelcity.people import Disability, Household, Person, Today

WORKING_AGE = 16
ELDERLY = 60
SCHOOL_AGE = 6
COMPULSORY = range(7, 16)
"""义务教育: the ages at which being out of school is a doubt."""
HEALTHY = "健康"
CHRONIC = "长期慢性病"
SERIOUS = "患有大病"
DISABLED = "残疾"
FULL_LABOUR = ("普通劳动力", "技能劳动力")
NO_LABOUR = ("丧失劳动力", "无劳动力")
SEVERE_GRADE = 2

_PRESCHOOL_AGE = 3
_LAST_NURSERY = 5
_PRIMARY_YEARS = range(6, 12)
_JUNIOR = {12: "七年级", 13: "八年级", 14: "九年级"}
_ORDINALS = "一二三四五"
_SENIOR_YEARS = range(15, 18)
_COLLEGE_YEARS = range(18, 22)
_MASTER_YEARS = range(22, 25)
_SENIOR = Table({"普通高中": 54, "中职": 33, "技师学院": 5, "": 8})
_COLLEGE = Table({"本科": 26, "高职高专": 25, "": 49})
_VOCATIONAL_COLLEGE_YEARS = 3

_EDUCATION: tuple[tuple[int, Table[str]], ...] = (
    (17, Table({"初中": 1})),
    (20, Table({"初中": 72, "高中": 28})),
    (23, Table({"初中": 60, "高中": 30, "大专": 10})),
    (30, Table({"小学": 3, "初中": 52, "高中": 27, "大专": 12, "本科及以上": 6})),
    (
        45,
        Table({"文盲或半文盲": 2, "小学": 13, "初中": 62, "高中": 17, "大专": 5, "本科及以上": 1}),
    ),
    (60, Table({"文盲或半文盲": 11, "小学": 36, "初中": 44, "高中": 8.5, "大专": 0.5})),
    (75, Table({"文盲或半文盲": 36, "小学": 38, "初中": 21, "高中": 5})),
    (999, Table({"文盲或半文盲": 65, "小学": 28, "初中": 6, "高中": 1})),
)
# Of a hundred people of that age: chronic illness, serious illness, disability.
_ILLNESS = (
    (16, 0.012, 0.005, 0.014),
    (45, 0.08, 0.017, 0.06),
    (60, 0.22, 0.04, 0.08),
    (75, 0.37, 0.055, 0.09),
    (999, 0.43, 0.055, 0.095),
)
_KINDS = Table({4: 46, 1: 11, 2: 13, 3: 2, 5: 12, 6: 12, 7: 4})
_GRADES = Table({1: 16, 2: 28, 3: 26, 4: 30})
_KNOWN = Table({"number": 90, "roster": 6, "nowhere": 4})
_PLACES = Table({"乡（镇）内": 30, "乡（镇）外县内": 24, "县外省内": 26, "省外": 20})
_MONTHS = Table({12: 20, 11: 16, 10: 22, 9: 10, 8: 10, 6: 10, 5: 4, 4: 4, 3: 4})
_MEDICAL = Table({"居民": 98.6, "无": 1.0, "": 0.4})
_PENSION = Table({"居民": 95, "无": 4.2, "": 0.8})
_LONG_WORK = 10
_INSURED = Table({"是": 97.2, "否": 2.4, "": 0.4})
_OLDEST_WORKER = 65
_FRAIL = 75
_NO_PAPERS = 0.0007
_DROPPED_OUT = 0.008
_DROPOUT_AGES = range(12, 15)


def settle(home: Household, *, today: Today, numbers: Numbers, dice: Dice) -> None:
    """Give every member of a new household schooling, health, labour and insurance."""
    for person in home.members:
        school(person, today=today, dice=dice)
        _health(person, today=today, dice=dice)
        work(person, today=today, dice=dice)
        person.insurance = _INSURED.pick(dice)
        insure(person, today=today, dice=dice)
        if person.disability is None and person is not home.head and dice.chance(_NO_PAPERS):
            person.number = numbers.placeholder(dice, person.birth)
        _party(person, today=today, dice=dice)


def insure(person: Person, *, today: Today, dice: Dice) -> None:
    """Fill medical and pension insurance; employees have their own, children no pension."""
    educated = person.education in ("大专", "本科及以上")
    if educated and (person.months or 0) >= _LONG_WORK:
        person.medical = person.pension = "职工"
        return
    person.medical = _MEDICAL.pick(dice)
    adult = today.age(person) >= WORKING_AGE and not person.schooling
    person.pension = _PENSION.pick(dice) if adult else "无"


def _party(person: Person, *, today: Today, dice: Dice) -> None:
    age = today.age(person)
    if age >= WORKING_AGE * 2 and dice.chance(0.03):
        person.party = "中共党员"
    elif WORKING_AGE <= age < WORKING_AGE + 10 and dice.chance(0.4):
        person.party = "共青团员"


def school(person: Person, *, today: Today, dice: Dice) -> None:
    """Fill either the stage at school or the education completed: never both."""
    person.absence = ""
    person.schooling = _stage(today.school_age(person), today.age(person), dice)
    if person.schooling:
        person.education = ""
        if today.school_age(person) in _DROPOUT_AGES and dice.chance(_DROPPED_OUT):
            drop_out(person)
        return
    age = today.age(person)
    person.education = next(table for below, table in _EDUCATION if age < below).pick(dice)


def drop_out(person: Person) -> None:
    """Take a child of school age out of school, for a reason the export has a column for."""
    person.schooling, person.education, person.absence = "", "小学", "厌学"


def _stage(cohort: int, age: int, dice: Dice) -> str:
    if cohort < SCHOOL_AGE:
        nursery = cohort >= _PRESCHOOL_AGE and (cohort == _LAST_NURSERY or dice.chance(0.85))
        return "学前教育" if nursery else "学龄前儿童"
    if cohort in _PRIMARY_YEARS:
        return "小学"
    if cohort in _JUNIOR:
        return _JUNIOR[cohort]
    if cohort in _SENIOR_YEARS:
        kind = _SENIOR.pick(dice)
        if age < WORKING_AGE and not kind:
            kind = "中职"
        return f"{kind}{_ORDINALS[cohort - _SENIOR_YEARS.start]}年级" if kind else ""
    if cohort in _COLLEGE_YEARS:
        return _college(cohort - _COLLEGE_YEARS.start, dice)
    return "硕士研究生及以上" if cohort in _MASTER_YEARS and dice.chance(0.01) else ""


def _college(year: int, dice: Dice) -> str:
    kind = _COLLEGE.pick(dice)
    if not kind or (kind == "高职高专" and year >= _VOCATIONAL_COLLEGE_YEARS):
        return ""
    return f"{kind}{_ORDINALS[year]}年级"


def _health(person: Person, *, today: Today, dice: Dice) -> None:
    age = today.age(person)
    chronic, serious, disabled = next(row[1:] for row in _ILLNESS if age < row[0])
    found = [CHRONIC] if dice.chance(chronic) else []
    if dice.chance(serious):
        found.append(SERIOUS)
    if dice.chance(disabled) and age >= _PRESCHOOL_AGE:
        found.append(DISABLED)
        known = _KNOWN.pick(dice)
        disable(
            person,
            kind=_KINDS.pick(dice),
            grade=_GRADES.pick(dice),
            today=today,
            dice=dice,
        )
        if person.disability is not None and known != "number":
            person.disability.in_number = False
            person.disability.in_roster = known == "roster"
    dice.shuffle(found)
    person.health = tuple(found) or (HEALTHY,)


def disable(person: Person, *, kind: int, grade: int, today: Today, dice: Dice) -> None:
    """Give the person a disability certificate; the health column is the caller's."""
    days = min(today.age(person) * 300, 4000)
    issued = today.dated - timedelta(days=dice.randrange(30, max(days, 60)))
    renewal = dice.randrange(1, 3) if dice.chance(0.18) else 0
    person.disability = Disability(kind, grade, issued, renewal)


def work(person: Person, *, today: Today, dice: Dice) -> None:
    """Fill labour and work from age, school and health, which must be settled before."""
    age = today.age(person)
    person.labour = _labour(person, age, dice)
    person.work_place, person.months = "", None
    if person.labour in NO_LABOUR:
        return
    person.months = 0
    skilled = person.labour == "技能劳动力" or person.education in ("大专", "本科及以上")
    share = {"普通劳动力": 0.72, "技能劳动力": 1.0}.get(person.labour, 0.12)
    if (skilled and person.labour in FULL_LABOUR) or dice.chance(share):
        person.months = _MONTHS.pick(dice)
        person.work_place = _PLACES.pick(dice)


def _labour(person: Person, age: int, dice: Dice) -> str:
    if age < WORKING_AGE or person.schooling:
        return "无劳动力"
    severe = person.disability is not None and person.disability.grade <= SEVERE_GRADE
    if severe or SERIOUS in person.health:
        return dice.choice(("丧失劳动力", "丧失劳动力", "无劳动力", "弱劳动力或半劳动力"))
    if age >= _FRAIL:
        return "无劳动力"
    if age >= ELDERLY:
        able = "普通劳动力" if age < _OLDEST_WORKER and dice.chance(0.35) else ""
        return able or dice.choice(("弱劳动力或半劳动力", "无劳动力"))
    if person.health != (HEALTHY,):
        return dice.choice(("普通劳动力", "弱劳动力或半劳动力", "弱劳动力或半劳动力"))
    return "技能劳动力" if dice.chance(0.2) else "普通劳动力"
