"""词汇: the fact tables and columns that rules may use, and who keeps each fact.

A day of an event (受灾, 渐退开始) that is empty means that no such event is recorded; every other
empty fact is unknown, never no and never 0. Hospital bills are complete only up to the day of the
county's list (住院名册截至日).
"""

from wengu.rules import Choice, Count, Day, Fen, Flag, Table

RURAL = "县扶贫部门"
CIVIL = "县民政局"
HOUSING = "县住建局"
WATER = "县水利局"
EMERGENCY = "县应急局"
POLICE = "县公安局"
SCHOOLS = "县教育局"
HEALTH = "县卫健委"
DISABLED = "县残联"
LABOUR = "县人社局"
MEDICAL = "县医保局"
TOWN = "乡镇"

_INCOME = (-(10**10), 10**10)
_BILL = (0, 10**9)

household = Table(
    "household",
    {
        "registered": Flag(null=True, term="建档立卡户", term_en="registered", holder=RURAL),
        "exit_status": Choice(
            null=True,
            term="脱贫属性",
            term_en="exit status",
            holder=RURAL,
            values=("未脱贫", "已脱贫", "预脱贫", "返贫"),
        ),
        "monitored": Choice(
            null=True,
            term="监测对象类别",
            term_en="monitored as",
            holder=RURAL,
            values=("无", "脱贫不稳定户", "边缘易致贫户", "突发严重困难户"),
        ),
        "risk_cleared": Flag(null=True, term="风险已消除", term_en="risk cleared", holder=RURAL),
        "dibao": Flag(null=True, term="低保户", term_en="in dibao", holder=CIVIL),
        # Nobody says of rural dibao that it is rural: unsaid is rural (adr/0003).
        "urban_dibao": Flag(null=True, term="城市低保户", term_en="in urban dibao", holder=CIVIL),
        "destitute": Flag(
            null=True, term="有特困供养人员", term_en="with destitute support", holder=CIVIL
        ),
        "grace_since": Day(
            null=True, term="渐退期开始日", term_en="gradual exit since", holder=CIVIL
        ),
        "income_fen": Fen(
            null=True,
            term="家庭年纯收入",
            term_en="annual net income",
            holder=RURAL,
            range=_INCOME,
        ),
        "income_heads": Count(
            null=True,
            term="收入分摊人数",
            term_en="persons sharing the income",
            holder=RURAL,
            range=(1, 50),
        ),
        "house_grade": Choice(
            null=True,
            term="房屋鉴定等级",
            term_en="house grade",
            holder=HOUSING,
            values=("A级", "B级", "C级", "D级"),
        ),
        "house_dangerous": Flag(
            null=True, term="危房户", term_en="dangerous house", holder=HOUSING
        ),
        "safe_water": Flag(
            null=True, term="已解决安全饮用水", term_en="safe drinking water", holder=WATER
        ),
        "water_difficulty": Flag(
            null=True, term="饮水困难", term_en="water hard to get", holder=WATER
        ),
        "disaster_on": Day(null=True, term="受灾日期", term_en="struck on", holder=EMERGENCY),
        # Until the county's list of hospital stays has arrived, no bill does not mean no burden.
        "bills_listed_on": Day(
            null=True, term="住院名册截至日", term_en="hospital list as of", holder=MEDICAL
        ),
    },
    term="户",
    term_en="household",
)

person = Table(
    "person",
    {
        "relation": Choice(null=True, term="与户主关系", term_en="relation", holder=TOWN),
        "sex": Choice(null=True, term="性别", term_en="sex", holder=POLICE, values=("男", "女")),
        "birth": Day(null=True, term="出生日期", term_en="born on", holder=POLICE),
        "schooling": Choice(null=True, term="在校生状况", term_en="schooling", holder=SCHOOLS),
        "absence_reason": Choice(
            null=True, term="失学或辍学原因", term_en="reason out of school", holder=SCHOOLS
        ),
        "education": Choice(null=True, term="文化程度", term_en="education", holder=TOWN),
        "chronic": Flag(null=True, term="长期慢性病", term_en="chronic illness", holder=HEALTH),
        "serious_illness": Flag(
            null=True, term="患有大病", term_en="serious illness", holder=HEALTH
        ),
        "disabled": Flag(null=True, term="残疾", term_en="disabled", holder=DISABLED),
        "disability": Choice(
            null=True,
            term="残疾类别等级",
            term_en="disability type and grade",
            holder=DISABLED,
            values=("无", *(f"{kind}{grade}" for kind in range(1, 8) for grade in range(1, 5))),
        ),
        "labour": Choice(
            null=True,
            term="劳动技能",
            term_en="labour capacity",
            holder=LABOUR,
            values=("普通劳动力", "技能劳动力", "弱劳动力或半劳动力", "丧失劳动力", "无劳动力"),
        ),
        "work_months": Count(
            null=True, term="务工月数", term_en="months worked", holder=LABOUR, range=(0, 12)
        ),
        "medical_insurance": Flag(
            null=True, term="基本医疗保险", term_en="basic medical insurance", holder=MEDICAL
        ),
        "serious_illness_insurance": Flag(
            null=True, term="大病保险", term_en="serious-illness insurance", holder=MEDICAL
        ),
        "pension_insurance": Flag(
            null=True, term="基本养老保险", term_en="basic pension insurance", holder=LABOUR
        ),
        "dibao": Flag(null=True, term="享受低保", term_en="receives dibao", holder=CIVIL),
        "destitute": Flag(
            null=True, term="特困供养人员", term_en="in destitute support", holder=CIVIL
        ),
    },
    parent=household,
    many="members",
    at_most=50,
    term="成员",
    term_en="member",
)

bill = Table(
    "bill",
    {
        "diagnosis": Choice(term="出院诊断", term_en="diagnosis", holder=MEDICAL),
        "admitted": Day(term="入院日期", term_en="admitted on", holder=MEDICAL),
        "discharged": Day(term="出院日期", term_en="discharged on", holder=MEDICAL),
        "total_fen": Fen(term="医疗总费用", term_en="total cost", holder=MEDICAL, range=_BILL),
        "basic_fen": Fen(
            null=True,
            term="基本医保报销",
            term_en="paid by basic insurance",
            holder=MEDICAL,
            range=_BILL,
        ),
        "serious_fen": Fen(
            null=True,
            term="大病保险报销",
            term_en="paid by serious-illness insurance",
            holder=MEDICAL,
            range=_BILL,
        ),
        "self_pay_fen": Fen(
            null=True, term="自付金额", term_en="paid by the family", holder=MEDICAL, range=_BILL
        ),
    },
    parent=person,
    many="bills",
    at_most=60,
    term="住院结算",
    term_en="hospital bill",
)

village = Table(
    "village",
    {
        "status": Choice(
            null=True,
            term="经济薄弱村类别",
            term_en="weak-village status",
            holder=RURAL,
            values=("省定", "市定", "无"),
        ),
        "collective_income_fen": Fen(
            null=True,
            term="集体经营性收入",
            term_en="collective operating income",
            holder="县农业农村局",
            range=_INCOME,
        ),
        "income_year": Count(null=True, term="收入年度", term_en="income year", holder=TOWN),
        "households": Count(null=True, term="总户数", term_en="households", holder=TOWN),
        "persons": Count(null=True, term="总人口数", term_en="persons", holder=TOWN),
        "dangerous_houses": Count(
            null=True, term="危房户数", term_en="dangerous houses", holder=HOUSING
        ),
        "unsafe_water": Count(
            null=True, term="未实现饮水安全户数", term_en="without safe water", holder=WATER
        ),
        "road": Flag(null=True, term="到乡镇通硬化路", term_en="paved road", holder="县交通局"),
        "bus": Flag(null=True, term="通客运班车", term_en="bus", holder="县交通局"),
        "clinic": Count(null=True, term="卫生室个数", term_en="clinics", holder=HEALTH),
        "doctor": Count(null=True, term="执业医师人数", term_en="doctors", holder=HEALTH),
        "toilet": Count(null=True, term="公共厕所个数", term_en="public toilets", holder=TOWN),
    },
    term="村",
    term_en="village",
)

TABLES = (household, person, bill, village)

# What the figures are called where the income was declared per head: its heads are then 1,
# however many share it.
PER_HEAD = {
    ("household", "income_fen"): ("家庭人均年纯收入", "annual net income per head"),
    ("household", "income_heads"): ("人均收入所计人数", "heads counted"),
}
