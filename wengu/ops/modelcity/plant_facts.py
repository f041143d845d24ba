"""植入（二）: errors of schooling, labour, work, means and dates, and harmless spellings."""

from collections.abc import Callable
from datetime import timedelta

from wengu.ops.modelcity import lives
from wengu.ops.modelcity.dice import Dice
from wengu.ops.modelcity.dirt import HARMLESS
from wengu.ops.modelcity.people import Person
from wengu.ops.modelcity.plant_identity import Planter
from wengu.ops.modelcity.sheets import Block, Sheet, plain

_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_LOW_EDUCATION_AGES = range(16, 23)
_JUNIOR_AGE = 12
_ADULT = 23
_BIRTHDAY = slice(4, 8)
_SHORTEST_NAME = 2
_A_MONTH = timedelta(days=31)
_SEVERE_LIMB = {(4, 1), (4, 2)}

Fits = Callable[[Sheet, Person], bool]


def _member(kind: str, name: str, text: str | Callable[[Person], str], fits: Fits) -> Planter:
    """Return a planter that writes `text` into a column of a member that fits."""

    def planter(sheet: Sheet, block: Block, dice: Dice) -> bool:
        if not sheet.has(name):
            return False
        places = [p for p, one in enumerate(block.home.members) if fits(sheet, one)]
        if not places:
            return False
        place = dice.choice(places)
        written = text if isinstance(text, str) else text(block.home.members[place])
        return sheet.plant(kind, block, place, name, written)

    return planter


def _uncaused(planter: Planter, *causes: str) -> Planter:
    """Keep a planter away from households whose cause of poverty it would contradict as well."""

    def careful(sheet: Sheet, block: Block, dice: Dice) -> bool:
        return block.home.cause not in causes and planter(sheet, block, dice)

    return careful


def _aged(sheet: Sheet, person: Person, low: int, high: int) -> bool:
    return plain(person) and low <= sheet.today.age(person) <= high


def _pupil(sheet: Sheet, person: Person) -> bool:
    return plain(person) and person.schooling == "小学"


def _older_pupil(sheet: Sheet, person: Person) -> bool:
    return _pupil(sheet, person) and sheet.today.age(person) >= lives.SCHOOL_AGE + 1


def _young_pupil(sheet: Sheet, person: Person) -> bool:
    return _pupil(sheet, person) and sheet.today.age(person) < _JUNIOR_AGE


def _adult(sheet: Sheet, person: Person) -> bool:
    return plain(person) and sheet.today.age(person) >= _ADULT and person.schooling == ""


def _youth(sheet: Sheet, person: Person) -> bool:
    young = plain(person) and sheet.today.age(person) in _LOW_EDUCATION_AGES
    return young and person.education != ""


def _fit(sheet: Sheet, person: Person) -> bool:
    return _adult(sheet, person) and person.health == (lives.HEALTHY,)


def _fit_worker_age(sheet: Sheet, person: Person) -> bool:
    return _fit(sheet, person) and sheet.today.age(person) < lives.ELDERLY


def _fit_idle(sheet: Sheet, person: Person) -> bool:
    return _fit(sheet, person) and not person.months


def _child(sheet: Sheet, person: Person) -> bool:
    return plain(person) and sheet.today.age(person) < lives.WORKING_AGE


def _severe_limb(sheet: Sheet, person: Person) -> bool:
    disability = person.disability
    if disability is None or not disability.in_number or person.schooling:
        return False
    grown = sheet.today.age(person) >= lives.WORKING_AGE
    return grown and (disability.kind, disability.grade) in _SEVERE_LIMB


def _certified(sheet: Sheet, person: Person) -> bool:
    return person.disability is not None and person.disability.in_number


def _able(sheet: Sheet, person: Person) -> bool:
    return plain(person) and person.labour in lives.FULL_LABOUR


def _worker(sheet: Sheet, person: Person) -> bool:
    return plain(person) and bool(person.months)


def _anyone(sheet: Sheet, person: Person) -> bool:
    return True


def _retired(sheet: Sheet, person: Person) -> bool:
    return plain(person) and person.labour in lives.NO_LABOUR and not person.schooling


def _working(kind: str, fits: Fits) -> Planter:
    """Return a planter that gives months of work, and a place, to a person who cannot work."""

    def planter(sheet: Sheet, block: Block, dice: Dice) -> bool:
        places = [p for p, one in enumerate(block.home.members) if fits(sheet, one)]
        if not places:
            return False
        place, group = dice.choice(places), sheet.group()
        if sheet.has("work_place"):
            sheet.plant(kind, block, place, "work_place", "乡（镇）内", group=group)
        return sheet.plant(kind, block, place, "months", dice.choice("3568"), group=group)

    return planter


def _grown_retired(sheet: Sheet, person: Person) -> bool:
    return _retired(sheet, person) and sheet.today.age(person) >= lives.WORKING_AGE


def _student(sheet: Sheet, person: Person) -> bool:
    return plain(person) and person.schooling not in ("", "学龄前儿童", "学前教育")


def _months_without_place(sheet: Sheet, block: Block, dice: Dice) -> bool:
    if not sheet.has("work_place", "months"):
        return False
    return _member("work_place_months", "months", "0", _worker)(sheet, block, dice)


def _spread(
    kind: str,
    name: str,
    texts: tuple[str, ...],
    fits: Callable[[Sheet, Block], bool] = lambda sheet, block: True,
) -> Planter:
    def planter(sheet: Sheet, block: Block, dice: Dice) -> bool:
        return (
            sheet.has(name)
            and fits(sheet, block)
            and sheet.spread(kind, block, name, dice.choice(texts))
        )

    return planter


def _ill(sheet: Sheet, block: Block) -> bool:
    sick = (lives.CHRONIC, lives.SERIOUS)
    return any(word in person.health for person in block.home.members for word in sick)


def _hale(sheet: Sheet, block: Block) -> bool:
    return block.home.registered and not _ill(sheet, block)


def _no_disabled(sheet: Sheet, block: Block) -> bool:
    return block.home.registered and all(
        lives.DISABLED not in person.health for person in block.home.members
    )


def _no_student(sheet: Sheet, block: Block) -> bool:
    return block.home.registered and not any(person.schooling for person in block.home.members)


def _strong(sheet: Sheet, block: Block) -> bool:
    able = sum(person.labour in lives.FULL_LABOUR for person in block.home.members)
    return block.home.registered and able * 2 > len(block.home.members)


def _exited(sheet: Sheet, block: Block) -> bool:
    return block.home.exit_year is not None


def _never_exited(sheet: Sheet, block: Block) -> bool:
    return block.home.status == "未脱贫"


def _watched(sheet: Sheet, block: Block) -> bool:
    return block.home.watch is not None


def _cleared(sheet: Sheet, block: Block) -> bool:
    return block.home.watch is not None and block.home.watch.cleared is not None


def _other_birth(person: Person) -> str:
    return f"{person.birth - _A_MONTH:%Y%m%d}"


def _no_day(person: Person) -> str:
    return f"{person.birth:%Y}0230"


FACT_PLANTERS: dict[str, Planter] = {
    "id_sex": _member(
        "id_sex", "sex", lambda p: "女" if p.sex == "男" else "男", lambda s, p: plain(p)
    ),
    "id_birth": _member("id_birth", "birth", _other_birth, lambda s, p: plain(p)),
    "certificate_kind": _member(
        "certificate_kind", "certificate_kind", "残疾人证", lambda s, p: plain(p)
    ),
    "certificate_not_disabled": _uncaused(
        _member("certificate_not_disabled", "health", lives.CHRONIC, _certified), "因残"
    ),
    "schooling_both": _member("schooling_both", "education", "小学", _young_pupil),
    "schooling_neither": _member("schooling_neither", "education", "", _adult),
    "schooling_out_of_school": _uncaused(
        _member("schooling_out_of_school", "schooling", "学前教育", _older_pupil), "因学"
    ),
    "schooling_stage_age": _member("schooling_stage_age", "schooling", "八年级", _young_pupil),
    "education_age": _member("education_age", "education", "小学", _youth),
    "labour_healthy_none": _member(
        "labour_healthy_none", "labour", "弱劳动力或半劳动力", _fit_worker_age
    ),
    "labour_healthy_lost": _member("labour_healthy_lost", "labour", "丧失劳动力", _fit_idle),
    "labour_child": _uncaused(_member("labour_child", "labour", "普通劳动力", _child), "缺劳力"),
    "labour_severe_disability": _uncaused(
        _member("labour_severe_disability", "labour", "普通劳动力", _severe_limb), "缺劳力"
    ),
    "labour_missing": _member("labour_missing", "labour", "", _able),
    "health_missing": _member("health_missing", "health", "", _fit),
    "work_without_labour": _working("work_without_labour", _grown_retired),
    "student_working": _working("student_working", _student),
    "work_place_months": _months_without_place,
    "months_range/many": _member("months_range", "months", "15", _worker),
    "months_range/word": _member("months_range", "months", "全年", _worker),
    "insurance_both": _member(
        "insurance_both", "employee_medical", "是", lambda s, p: p.medical == "居民"
    ),
    "yesno_invalid": _member("yesno_invalid", "insurance", "不详", _anyone),
    "yesno_invalid/danger": _spread("yesno_invalid", "danger", ("待核", "同上")),
    "yesno_invalid/water": _spread("yesno_invalid", "water_safe", ("不详", "待核")),
    "choice_unknown/education": _member("choice_unknown", "education", "私塾", _adult),
    "choice_unknown/labour": _member("choice_unknown", "labour", "会木工", _able),
    "choice_unknown/health": _member("choice_unknown", "health", "体弱", _fit),
    "choice_unknown/nation": _member("choice_unknown", "nation", "本地", _anyone),
    "choice_unknown/cause": _spread(
        "choice_unknown", "cause", ("懒惰", "因穷"), lambda s, b: b.home.registered
    ),
    "choice_unknown/kind": _spread("choice_unknown", "kind", ("特殊户",)),
    "income_missing": _spread(
        "income_missing", "income", ("",), lambda s, b: bool(b.home.income_fen)
    ),
    "income_not_number": _spread("income_not_number", "income", ("约8000", "无", "不稳定")),
    "income_negative": _spread("income_negative", "income", ("-1250", "-366.5")),
    "income_implausible": _spread("income_implausible", "income", ("85", "860000", "0.95")),
    "exit_year_invalid": _spread("exit_year_invalid", "exit_year", ("2108", "20188"), _exited),
    "exit_year_missing": _spread("exit_year_missing", "exit_year", ("",), _exited),
    "exit_year_unexpected": _spread("exit_year_unexpected", "exit_year", ("2018",), _never_exited),
    "cause_illness_nobody": _spread("cause_illness_nobody", "cause", ("因病",), _hale),
    "cause_disability_nobody": _spread("cause_disability_nobody", "cause", ("因残",), _no_disabled),
    "cause_schooling_nobody": _spread("cause_schooling_nobody", "cause", ("因学",), _no_student),
    "cause_labour_enough": _spread("cause_labour_enough", "cause", ("缺劳力",), _strong),
    "date_invalid/birth": _member("date_invalid", "birth", _no_day, lambda s, p: plain(p)),
    "date_invalid/member": _member("date_invalid", "person_since", "20171301", _anyone),
    "date_invalid/disaster": _spread(
        "date_invalid", "disaster_on", ("20200230",), lambda s, b: b.home.disaster_on is not None
    ),
    "choice_unknown/house_grade": _spread("choice_unknown", "house_grade", ("E级", "危险")),
    "date_invalid/risk": _spread("date_invalid", "risk_since", ("2020年13月",), _watched),
    "date_order": _spread("date_order", "risk_until", ("2016年05月",), _cleared),
    "risk_missing": _spread("risk_missing", "risk_since", ("",), _watched),
}


def _respell(name: str, make: Callable[[str], str], *, wide: bool = False) -> Planter:
    """Return a planter of a harmless spelling; nothing changes = nothing planted."""

    def planter(sheet: Sheet, block: Block, dice: Dice) -> bool:
        place = 0 if wide else dice.randrange(len(block.home.members))
        if not sheet.has(name) or not (wide or plain(block.home.members[place])):
            return False
        text = sheet.cell(block, place, name)
        other = make(text) if text else text
        if other == text:
            return False
        if wide:
            return sheet.spread(HARMLESS, block, name, other)
        return sheet.plant(HARMLESS, block, place, name, other)

    return planter


def _name_gap(name: str) -> str:
    return "　".join(name) if len(name) == _SHORTEST_NAME else name + " "


def _thousands(text: str) -> str:
    whole, point, cents = text.partition(".")
    return f"{int(whole):,}{point}{cents}"


HARMLESS_PLANTERS: tuple[Planter, ...] = (
    _respell("number", lambda text: text.translate(_FULL_WIDTH)),
    _respell("number", lambda text: f" {text[:6]} {text[6:14]} {text[14:]}"),
    _respell("number", lambda text: text.replace("X", "x")),
    _respell("name", _name_gap),
    _respell("phone", lambda text: f"{text[:3]} {text[3:7]} {text[7:]}", wide=True),
    _respell("phone", lambda text: text + ".0", wide=True),
    _respell("income", _thousands, wide=True),
    _respell("months", lambda text: text.translate(_FULL_WIDTH)),
    _respell("health", lambda text: text.replace(",", "，")),
    _respell("relation", lambda text: text + " "),
)
