"""代码表: the values that appear in cells (national code tables), and the older words for them.

A table maps the compact spelling of a cell to the value that is kept. Nothing is guessed: a word
that stands in no table is a doubt.
"""

from collections.abc import Iterable, Mapping

from wengu.kernel.text import compact

Table = Mapping[str, str]


def table(values: str | Iterable[str], **older: str) -> dict[str, str]:
    """Return the table of these values, with older words for them given as value=words."""
    names = values.split() if isinstance(values, str) else list(values)
    made = {compact(name): name for name in names}
    for value, words in older.items():
        made.update({compact(word): value for word in words.split()})
    return made


HEAD, SPOUSE = "户主", "配偶"
RELATIONS = table(
    "户主 配偶 之子 之女 之儿媳 之女婿 之孙子 之孙女 之外孙子 之外孙女 之父 之母 之岳父 之岳母 "
    "之公公 之婆婆 之祖父 之祖母 之外祖父 之外祖母 之兄弟姐妹 之曾孙子 之曾孙女 之侄儿 之侄女 "
    "之兄弟媳妇 之叔伯 其他",
    户主="本人",
    之孙子="之孙",
    之外孙子="之外孙",
)
_MALE = "之子 之女婿 之孙子 之外孙子 之父 之岳父 之公公 之祖父 之外祖父 之曾孙子 之侄儿 之叔伯"
_FEMALE = (
    "之女 之儿媳 之孙女 之外孙女 之母 之岳母 之婆婆 之祖母 之外祖母 之曾孙女 之侄女 之兄弟媳妇"
)
SEX_OF_RELATION = dict.fromkeys(_MALE.split(), "男") | dict.fromkeys(_FEMALE.split(), "女")
# The least distance in years from the head: above zero for those born later.
YEARS_FROM_HEAD = (
    dict.fromkeys(("之子", "之女"), 12)
    | dict.fromkeys(("之孙子", "之孙女", "之外孙子", "之外孙女"), 24)
    | dict.fromkeys(("之父", "之母"), -12)
    | dict.fromkeys(("之祖父", "之祖母", "之外祖父", "之外祖母"), -24)
)

_SHORT_NATIONS = (
    "汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 "
    "拉祜 水 东乡 纳西 景颇 柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 "
    "怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺"
)
_NATIONS = _SHORT_NATIONS.split()
NATIONS = (
    {name: f"{name}族" for name in _NATIONS}
    | {f"{name}族": f"{name}族" for name in _NATIONS}
    | table("其他 外国血统")
)

EDUCATION = table(
    "文盲或半文盲 小学 初中 高中 大专 本科及以上 大专及以上 学龄前儿童",
    文盲或半文盲="文盲半文盲 文盲/半文盲",
    本科及以上="大学本科及以上",
)
NOT_AT_SCHOOL = "非在校"
PRESCHOOL = ("学龄前儿童", "学前教育")
_STAGES = (
    ["学龄前儿童", "学前教育", "小学", "七年级", "八年级", "九年级", "硕士研究生及以上"]
    + [f"{kind}{n}年级" for kind in ("普通高中", "中职", "高职高专") for n in "一二三"]
    + [f"技师学院{n}年级" for n in "一二三四"]
    + [f"本科{n}年级" for n in "一二三四五"]
)
SCHOOLING = table([*_STAGES, NOT_AT_SCHOOL], 非在校="非在校生")

HEALTHY, CHRONIC, SERIOUS, DISABLED = "健康", "长期慢性病", "患有大病", "残疾"
HEALTH = table("健康 长期慢性病 患有大病 残疾", 患有大病="大病")
FULL_LABOUR = ("普通劳动力", "技能劳动力")
LOST_LABOUR, NO_LABOUR = "丧失劳动力", "无劳动力"
WEAK_LABOUR = "弱劳动力或半劳动力"
LABOUR = table(
    "普通劳动力 技能劳动力 弱劳动力或半劳动力 丧失劳动力 无劳动力",
    弱劳动力或半劳动力="弱劳动力或半劳力 弱劳动力/半劳动力",
)
WORK_PLACES = table("乡（镇）内 乡（镇）外县内 县外省内 省外 其他")
# Provinces by their digits, and the cities of the province of the national table: 务工所在地 is
# written as a place there, and the place says how far from home it is.
PROVINCES = {
    "11": "北京", "12": "天津", "13": "河北", "14": "山西", "15": "内蒙古", "21": "辽宁",
    "22": "吉林", "23": "黑龙江", "31": "上海", "32": "江苏", "33": "浙江", "34": "安徽",
    "35": "福建", "36": "江西", "37": "山东", "41": "河南", "42": "湖北", "43": "湖南",
    "44": "广东", "45": "广西", "46": "海南", "50": "重庆", "51": "四川", "52": "贵州",
    "53": "云南", "54": "西藏", "61": "陕西", "62": "甘肃", "63": "青海", "64": "宁夏",
    "65": "新疆", "71": "台湾", "81": "香港", "82": "澳门",
}  # fmt: skip
CITIES = {
    "3201": "南京", "3202": "无锡", "3203": "徐州", "3204": "常州", "3205": "苏州",
    "3206": "南通", "3207": "连云港", "3208": "淮安", "3209": "盐城", "3210": "扬州",
    "3211": "镇江", "3212": "泰州", "3213": "宿迁",
}  # fmt: skip
SAME_PROVINCE, OTHER_PROVINCE = "县外省内", "省外"
ABSENCE_REASONS = table("因病 因残 厌学 因贫 因婚 因务工 其他")

HOUSE_GRADES = table("A级 B级 C级 D级", A级="A", B级="B", C级="C", D级="D")
STANDARDS = table("国家标准 省定标准 市定标准")
CANCELLED = "注销"
EXIT_STATUS = table(f"未脱贫 已脱贫 预脱贫 返贫 {CANCELLED}", 未脱贫="新识别", 已脱贫="脱贫")
EXITED = ("已脱贫", "返贫")
KINDS = table(
    "一般农户 脱贫户 一般贫困户 低保贫困户 特困供养贫困户 一般脱贫户 低保脱贫户 特困供养脱贫户",
    一般农户="普通农户 一般农户(普通农户)",
    低保贫困户="低保户 低保户(低保贫困户)",
    特困供养贫困户="五保户 五保贫困户 特困供养户 特困供养 五保户(特困供养) 五保户(特困供养户)",
    特困供养脱贫户="五保脱贫户",
)
# What a kind says of dibao and of destitute support; a kind that is absent says nothing of them.
SUPPORT_OF_KIND = {
    "一般贫困户": (False, False),
    "低保贫困户": (True, False),
    "特困供养贫困户": (False, True),
    "一般脱贫户": (False, False),
    "低保脱贫户": (True, False),
    "特困供养脱贫户": (False, True),
}
CAUSES = table(
    "因病 因残 因学 因灾 缺土地 缺水 缺技术 缺劳力 缺资金 交通条件落后 自身发展动力不足 其他 "
    "因婚 因丧",
    缺劳力="缺劳动力",
    自身发展动力不足="自身发展力不足",
)
MONITORED = table(
    "脱贫不稳定户 边缘易致贫户 突发严重困难户", 脱贫不稳定户="脱贫监测户", 边缘易致贫户="边缘户"
)

CERTIFICATES = table("居民身份证 残疾人证 其他 无", 居民身份证="身份证 居民身份证(户口簿)")
SEXES = table("男 女")
_DISABILITIES = ("视力", "听力", "言语", "肢体", "智力", "精神", "多重")
DISABILITY_TYPES = {
    word: str(n)
    for n, name in enumerate(_DISABILITIES, start=1)
    for word in (name, f"{name}残疾", str(n))
}
DISABILITY_GRADES = {
    word: str(n)
    for n, name in enumerate("一二三四", start=1)
    for word in (f"{name}级", name, str(n), f"{n}级")
}

VILLAGE_STATUS = table("省定 市定", 省定="省定经济薄弱村", 市定="市定经济薄弱村") | {
    "否": "无",
    "无": "无",
}
DESTITUTE, SINGLE_PERSON, URBAN = "农村特困供养", "单人保", "城市低保"
AID_KINDS = table(
    "农村低保 农村特困供养 城市低保 单人保",
    农村低保="低保 最低生活保障",
    农村特困供养="特困 特困供养",
    单人保="低保单人保 单人户保",
)
GRADES = table("A类 B类 C类 全自理 半护理 全护理", A类="A", B类="B", C类="C")
