"""住院: bills of the last months, the sums of each adding up to the fen."""

from datetime import date, timedelta

from wengu.ops.modelcity import lives
from wengu.ops.modelcity.dice import Dice, Table
from wengu.ops.modelcity.people import MONTHS_WATCHED, Bill, Household, Today

_CHRONIC = Table(
    {"脑梗死": 14, "高血压病3级": 10, "2型糖尿病": 11, "冠状动脉粥样硬化性心脏病": 10,
     "慢性阻塞性肺疾病": 10, "腰椎间盘突出": 7, "肺部感染": 8, "慢性肾脏病": 3, "类风湿关节炎": 3}
)  # fmt: skip
_SERIOUS = Table(
    {"胃癌": 12, "肺癌": 13, "食管癌": 10, "乳腺恶性肿瘤": 8, "肝恶性肿瘤": 7, "结肠癌": 5,
     "终末期肾病": 9, "急性心肌梗死": 9, "脑出血": 12, "白血病": 4, "重性精神障碍": 6}
)  # fmt: skip
_SERIOUS_YOUNG = Table({"白血病": 5, "先天性心脏病": 6, "再生障碍性贫血": 2, "癫痫": 3})
_YOUNG = 18
_SUDDEN = Table(
    {"股骨颈骨折": 4, "急性阑尾炎": 3, "肺炎": 4, "白内障": 3, "颅脑损伤": 1, "胆囊结石": 2}
)
_CITY_HOSPITALS = ("连云港市第一人民医院", "连云港市第二人民医院", "连云港市中医院")
_BASIC = 0.62
_SERIOUS_FROM_FEN, _SERIOUS_RATE = 13_500_00, 0.6
_BASIC_DEDUCTIBLE_FEN = 500_00
_SELF_MISSING = 0.015


def admit(home: Household, *, today: Today, dice: Dice) -> None:
    """Give the members their stays in hospital."""
    for person in home.members:
        if lives.SERIOUS in person.health:
            stays, table, middle = dice.choice((0, 1, 1, 2, 3)), _SERIOUS, 21_000_00
        elif lives.CHRONIC in person.health:
            stays, table, middle = dice.choice((0, 0, 0, 1, 1, 2)), _CHRONIC, 6_800_00
        else:
            stays, table, middle = int(dice.chance(0.04)), _SUDDEN, 7_500_00
        if not person.has_papers:
            stays = 0
        for _ in range(stays):
            total = round(middle * dice.lognormvariate(0, 0.7))
            admitted = today.dated - timedelta(days=dice.randrange(3, MONTHS_WATCHED * 30))
            young = table is _SERIOUS and today.age(person) < _YOUNG
            disease = (_SERIOUS_YOUNG if young else table).pick(dice)
            bill = stay(
                home, disease=disease, total_fen=total, admitted=admitted, today=today, dice=dice
            )
            person.bills.append(bill)


def stay(
    home: Household, *, disease: str, total_fen: int, admitted: date, today: Today, dice: Dice
) -> Bill:
    """Return a bill whose parts add up; now and then nobody entered the self-pay."""
    covered = max(total_fen - _BASIC_DEDUCTIBLE_FEN, 0)
    basic = round(covered * _BASIC * dice.between(0.9, 1.15))
    left = total_fen - basic
    serious = round(max(left - _SERIOUS_FROM_FEN, 0) * _SERIOUS_RATE)
    far = dice.chance(0.35)
    village = home.village
    near = (f"{village.county}人民医院", f"{village.town}卫生院")
    hospital = dice.choice(_CITY_HOSPITALS) if far else dice.choice(near)
    out = min(admitted + timedelta(days=dice.randrange(2, 21)), today.dated)
    own = None if dice.chance(_SELF_MISSING) else left - serious
    return Bill(admitted, out, disease, hospital, total_fen, basic, serious, own)
