"""姓名: surnames by local frequency, given names by sex and decade of birth. All invented."""

from typing import NamedTuple

from wengu.ops.modelcity.dice import Dice, Table

_SURNAMES = Table(
    {
        "王": 9.1,
        "李": 7.6,
        "张": 7.9,
        "刘": 5.6,
        "孙": 4.6,
        "陈": 4.2,
        "徐": 3.6,
        "周": 2.9,
        "吴": 2.4,
        "杨": 2.4,
        "朱": 2.3,
        "马": 1.9,
        "胡": 1.8,
        "赵": 2.1,
        "姜": 1.3,
        "董": 1.4,
        "宋": 1.3,
        "高": 1.2,
        "韩": 1.1,
        "江": 1.0,
        "汪": 1.0,
        "潘": 0.9,
        "唐": 0.9,
        "武": 0.9,
        "陆": 0.8,
        "程": 0.8,
        "顾": 0.8,
        "葛": 0.8,
        "许": 0.8,
        "尹": 0.7,
        "孟": 0.7,
        "郑": 0.7,
        "仲": 0.6,
        "相": 0.5,
        "惠": 0.5,
        "苗": 0.5,
        "庄": 0.6,
        "滕": 0.4,
        "卞": 0.5,
        "乔": 0.5,
        "戴": 0.5,
        "薛": 0.5,
        "何": 0.6,
        "谢": 0.5,
        "蒋": 0.6,
        "殷": 0.5,
        "钱": 0.4,
        "丁": 0.7,
        "于": 0.6,
        "侍": 0.3,
        "伏": 0.3,
        "嵇": 0.2,
        "穆": 0.2,
        "封": 0.3,
        "茆": 0.3,
        "掌": 0.1,
        "樊": 0.3,
        "季": 0.3,
        "邵": 0.4,
        "夏": 0.4,
        "万": 0.3,
        "路": 0.2,
        "龚": 0.2,
        "尚": 0.2,
        "盛": 0.2,
        "左": 0.2,
        "桑": 0.1,
        "魏": 0.4,
        "秦": 0.3,
        "史": 0.3,
        "余": 0.2,
        "欧阳": 0.05,
        "诸葛": 0.03,
    }
)


class _Period(NamedTuple):
    """年代: the characters of one generation's names, and how many have a single one."""

    until: int
    men: tuple[str, str]
    women: tuple[str, str]
    single: float


_PERIODS = (
    _Period(
        1950,
        ("德永广士怀文兴学宝开正万玉福如守长立克传","山才富贵仁义和田昌祥财清元成友发坤亭高俊"),
        ("秀玉桂兰凤素翠金月春莲长士学巧","英兰珍芳荣花莲侠美香云华连芹凤"),
        0.12,
    ),
    _Period(
        1966,
        ("建国永德学志兆加士正广文同保兴春长振树维","国军华民林成生明东才平标良山友祥余兵安富"),
        ("秀桂玉红凤兰素爱翠建金春长美加","英兰珍梅芳荣侠华香云霞琴芹玲萍"),
        0.14,
    ),
    _Period(
        1980,
        ("建卫海志春立红长永玉爱守井从绪维树加步其","军兵明国华东林成波刚平祥强亮永飞中余洋松"),
        ("海红春艳小爱冬玉晓丽卫翠云秀雪","红梅霞侠艳芹玲娟琴丽萍英芳云平"),
        0.24,
    ),
    _Period(
        1995,
        ("海小志晓成伟文立东正金玉加佳大春俊永建明","伟磊军波强涛鹏亮洋龙飞超健永成祥杰峰松明"),
        ("海小丽晓春婷艳雪亚文佳梦娟秋银","娟丽婷燕静敏艳玲娜芳云雪莉平洁"),
        0.34,
    ),
    _Period(
        2010,
        ("子浩俊宇文天嘉志家明鑫思博一梓庆成海泽佳","豪轩宇涵杰辉阳瑞浩鑫洋博航龙文旭然晨翔昊"),
        ("雨欣梦佳子思文诗馨嘉可雅语晓婉","涵婷欣怡琪雯彤萱瑶妍琳洁茹悦颖"),
        0.16,
    ),
    _Period(
        9999,
        ("子梓浩宇沐奕俊一泽铭承嘉皓睿晨亦景言辰煜","轩泽宸涵睿辰阳熙豪恒然博航霖安洋诚昊宇哲"),
        ("梓雨欣诗若依语可沐一芷思佳羽星","涵萱妍彤琪怡玥瑶桐汐诺悦宁菲晴"),
        0.07,
    ),
)  # fmt: skip

# Characters that old code pages lack: the reader must keep them whole.
_RARE = "㛃䶮"
_RARE_SHARE = 1 / 2500
_UIGHUR_WOMEN = ("阿依古丽", "热娜", "帕丽达")
_UIGHUR_FATHERS = ("买买提", "艾合买提", "吐尔逊")

_NATIONS = Table({"汉族": 993, "回族": 4})
_NATIONS_FROM_AFAR = Table(
    {"汉族": 640, "苗族": 70, "彝族": 60, "壮族": 60, "布依族": 50, "土家族": 45, "侗族": 35,
     "瑶族": 20, "哈尼族": 12, "维吾尔族": 8}
)  # fmt: skip


def surname(dice: Dice) -> str:
    """Return a surname of the region."""
    return _SURNAMES.pick(dice)


def nation(dice: Dice, *, afar: bool) -> str:
    """Return the nationality; people who married in from other provinces differ more often."""
    return (_NATIONS_FROM_AFAR if afar else _NATIONS).pick(dice)


def _period(year: int) -> _Period:
    return next(period for period in _PERIODS if year < period.until)


def generation_character(dice: Dice, sex: str, year: int) -> str:
    """Return the character that the children of one family share (字辈)."""
    period = _period(year)
    return dice.choice((period.men if sex == "男" else period.women)[0])


def given(dice: Dice, sex: str, year: int, *, shared: str = "") -> str:
    """Return a given name of that sex and year; `shared` = its generation character."""
    period = _period(year)
    first, second = period.men if sex == "男" else period.women
    if dice.chance(_RARE_SHARE):
        return dice.choice(first) + dice.choice(_RARE)
    if shared:
        return shared + dice.choice(second)
    if dice.chance(period.single):
        return dice.choice(second)
    return dice.choice(first) + dice.choice(second)


def uighur_woman(dice: Dice) -> str:
    """Return a name with a middle dot."""
    return dice.choice(_UIGHUR_WOMEN) + "·" + dice.choice(_UIGHUR_FATHERS)
